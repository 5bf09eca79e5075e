//! A line: one published number with its audience, languages, hours and call flow.

use super::Wrong;
use crate::calendar::{ExceptionalDay, OpeningHours, Zone};
use crate::field::{Field, Holds};
use crate::flow::Flow;
use crate::{Language, LineId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Short name. It stays in the record.
    #[serde(skip)]
    pub id: LineId,
    /// Name shown to callers and listeners.
    pub name: String,
    /// The numbers that reach it, as the trunk dials them.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Whom it is for, in the service's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub audience: String,
    /// The languages it speaks; the first is the one callers are greeted in.
    pub languages: Vec<Language>,
    /// The name of the time zone of its hours.
    pub zone: String,
    /// When it is open.
    pub hours: OpeningHours,
    /// How many callers may be on their way to a human at once; one more is refused as busy.
    #[serde(default = "usual_limit")]
    pub queue_limit: u16,
    /// How long a caller is kept for a listener whose desk vanished in a talk, in seconds.
    #[serde(default = "usual_grace")]
    pub grace_seconds: u32,
    /// What a caller meets.
    pub flow: Arc<Flow>,
    /// The zone's table of offsets, put in by whoever knows time zones.
    #[serde(skip, default = "Zone::utc")]
    pub clock: Zone,
}

fn usual_limit() -> u16 {
    200
}

fn usual_grace() -> u32 {
    9
}

impl Line {
    /// What can be set, beside the flow. A key with a point is of a part: `hours.week` is the `week` of the `hours`.
    pub const FIELDS: &'static [Field] = &[
        Field::of("name", Holds::Text),
        Field::may("numbers", Holds::Numbers),
        Field::may("audience", Holds::Text),
        Field::of("languages", Holds::Languages),
        Field::of("zone", Holds::Zone),
        Field::of("hours.week", Holds::Week),
        Field::may("hours.holidays", Holds::Territory),
        Field::of("hours.on_holidays", Holds::OnHolidays),
        Field::may("hours.exceptions", Holds::Rows(ExceptionalDay::FIELDS)),
        Field::of("queue_limit", Holds::Whole(1, 65_535)),
        Field::of("grace_seconds", Holds::Whole(1, 60)),
    ];

    /// A line that is always open, in French, with this flow.
    #[must_use]
    pub fn usual(id: &str, name: &str, flow: Flow) -> Self {
        Self {
            id: LineId::from(id),
            name: name.to_owned(),
            numbers: Vec::new(),
            audience: String::new(),
            languages: vec![Language::Fr],
            zone: "Europe/Paris".to_owned(),
            hours: OpeningHours::always(),
            queue_limit: usual_limit(),
            grace_seconds: usual_grace(),
            flow: Arc::new(flow),
            clock: Zone::utc(),
        }
    }

    /// The language callers are greeted in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::Fr)
    }

    /// How long a caller is kept for a listener who vanished, in milliseconds.
    #[must_use]
    pub fn grace_time(&self) -> u64 {
        u64::from(self.grace_seconds) * 1000
    }

    /// What is wrong with the line on its own, if anything.
    #[must_use]
    pub fn wrong(&self) -> Option<Wrong> {
        if let Some(wrong) = Wrong::short_name(&self.id.0) {
            return Some(wrong);
        }
        if self.name.trim().is_empty() {
            return Some(Wrong::NoName);
        }
        for number in &self.numbers {
            let digits = number.strip_prefix('+').unwrap_or(number);
            if digits.is_empty() || digits.len() > 20 || !digits.chars().all(|digit| digit.is_ascii_digit()) {
                return Some(Wrong::NotANumber(number.clone()));
            }
        }
        if self.languages.is_empty() {
            return Some(Wrong::NoLanguage);
        }
        let values = [("queue_limit", self.queue_limit.into()), ("grace_seconds", self.grace_seconds.into())];
        Wrong::outside(Self::FIELDS, &values).or_else(|| self.hours.wrong())
    }
}
