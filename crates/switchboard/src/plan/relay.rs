//! Relays: other helplines and services that take callers. Their numbers are known outside this room.

use super::Wrong;
use crate::RelayId;
use crate::field::{Field, Holds};
use serde::{Deserialize, Serialize};

/// A relay as the switchboard knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// Short name.
    #[serde(skip)]
    pub id: RelayId,
    /// Name shown to people.
    pub name: String,
    /// The number to call, known to the plan alone: it goes to telephony and to pages, never into the record.
    pub number: String,
    /// How long it rings before it counts as not reached, in seconds.
    #[serde(default = "usual_ring")]
    pub ring_seconds: u32,
    /// Whether a key must be pressed there before the caller is joined, so that no answering machine takes a caller.
    #[serde(default)]
    pub press_key: bool,
    /// Whether it is an emergency service: shown apart, and never part of a cascade.
    #[serde(default)]
    pub emergency: bool,
}

fn usual_ring() -> u32 {
    30
}

impl Relay {
    /// What can be set.
    pub const FIELDS: &'static [Field] = &[
        Field::of("name", Holds::Text),
        Field::of("number", Holds::Number),
        Field::of("ring_seconds", Holds::Whole(5, 120)),
        Field::may("press_key", Holds::Flag),
        Field::may("emergency", Holds::Flag),
    ];

    /// A relay with the usual settings.
    #[must_use]
    pub fn usual(id: &str, name: &str, number: &str) -> Self {
        Self {
            id: RelayId::from(id),
            name: name.to_owned(),
            number: number.to_owned(),
            ring_seconds: usual_ring(),
            press_key: false,
            emergency: false,
        }
    }

    /// How long it rings, in milliseconds.
    #[must_use]
    pub fn ring_time(&self) -> u64 {
        u64::from(self.ring_seconds) * 1000
    }

    /// What is wrong with it, if anything.
    #[must_use]
    pub fn wrong(&self) -> Option<Wrong> {
        if let Some(wrong) = Wrong::short_name(&self.id.0) {
            return Some(wrong);
        }
        if self.name.trim().is_empty() {
            return Some(Wrong::NoName);
        }
        let digits = self.number.strip_prefix('+').unwrap_or(&self.number);
        if !(2..=20).contains(&digits.len()) || !digits.chars().all(|digit| digit.is_ascii_digit()) {
            return Some(Wrong::NotANumber(self.number.clone()));
        }
        if self.number.starts_with('0') && self.number.len() != 10 && !self.number.starts_with("00") {
            return Some(Wrong::NotTenDigits(self.number.clone()));
        }
        Wrong::outside(Self::FIELDS, &[("ring_seconds", self.ring_seconds.into())])
    }
}
