//! How listeners are cared for, by the router itself.

use super::Wrong;
use crate::field::{Field, Holds};
use serde::{Deserialize, Serialize};

/// The service's rules for the people who answer. All times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListenerCare {
    /// A talk this long or longer is followed by a rest.
    pub long_talk_seconds: u32,
    /// The rest after a long talk.
    pub long_talk_rest_seconds: u32,
    /// The rest after a call of grade 4 or 5.
    pub severe_rest_seconds: u32,
    /// How many calls of grade 4 or 5 a listener takes in one shift; after that, calls known to be severe go to others
    /// while there are others.
    pub severe_calls: u8,
    /// The most of the last hour, in percent, that a listener may be busy; a rest brings them below it.
    pub occupancy_ceiling: u8,
    /// How long somebody who answers by telephone has for writing before the next call.
    pub phone_wrap_up_seconds: u32,
    /// A longer wait than this suggests surge mode.
    pub surge_wait_seconds: u32,
    /// How much earlier in line an hour of talk today puts the others, in seconds.
    pub load_handicap_seconds: u32,
    /// How much earlier in line each severe call today puts the others, in seconds.
    pub severe_handicap_seconds: u32,
}

impl Default for ListenerCare {
    fn default() -> Self {
        Self {
            long_talk_seconds: 45 * 60,
            long_talk_rest_seconds: 5 * 60,
            severe_rest_seconds: 10 * 60,
            severe_calls: 3,
            occupancy_ceiling: 90,
            phone_wrap_up_seconds: 120,
            surge_wait_seconds: 60,
            load_handicap_seconds: 120,
            severe_handicap_seconds: 300,
        }
    }
}

impl ListenerCare {
    /// What can be set.
    pub const FIELDS: &'static [Field] = &[
        Field::of("long_talk_seconds", Holds::Whole(0, 36_000)),
        Field::of("long_talk_rest_seconds", Holds::Whole(0, 3600)),
        Field::of("severe_rest_seconds", Holds::Whole(0, 3600)),
        Field::of("severe_calls", Holds::Whole(0, 255)),
        Field::of("occupancy_ceiling", Holds::Whole(40, 100)),
        Field::of("phone_wrap_up_seconds", Holds::Whole(0, 3600)),
        Field::of("surge_wait_seconds", Holds::Whole(10, 3600)),
        Field::of("load_handicap_seconds", Holds::Whole(0, 3600)),
        Field::of("severe_handicap_seconds", Holds::Whole(0, 3600)),
    ];

    /// No rests and no handicaps: the longest ready is rung.
    #[must_use]
    pub fn none() -> Self {
        Self {
            long_talk_seconds: 0,
            long_talk_rest_seconds: 0,
            severe_rest_seconds: 0,
            severe_calls: u8::MAX,
            occupancy_ceiling: 100,
            phone_wrap_up_seconds: 0,
            load_handicap_seconds: 0,
            severe_handicap_seconds: 0,
            ..Self::default()
        }
    }

    /// What is wrong with the rules, if anything.
    #[must_use]
    pub fn wrong(&self) -> Option<Wrong> {
        let values = [
            ("long_talk_seconds", self.long_talk_seconds.into()),
            ("long_talk_rest_seconds", self.long_talk_rest_seconds.into()),
            ("severe_rest_seconds", self.severe_rest_seconds.into()),
            ("severe_calls", self.severe_calls.into()),
            ("occupancy_ceiling", self.occupancy_ceiling.into()),
            ("phone_wrap_up_seconds", self.phone_wrap_up_seconds.into()),
            ("surge_wait_seconds", self.surge_wait_seconds.into()),
            ("load_handicap_seconds", self.load_handicap_seconds.into()),
            ("severe_handicap_seconds", self.severe_handicap_seconds.into()),
        ];
        Wrong::outside(Self::FIELDS, &values)
    }
}
