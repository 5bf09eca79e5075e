//! A line: one published number with its audience, languages, hours and call flow.

use crate::calendar::{OpeningHours, Zone};
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
    8
}

impl Line {
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
    pub fn wrong(&self) -> Option<String> {
        let id = &self.id.0;
        let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if id.is_empty() || id.len() > 40 || !id.chars().all(letters) {
            return Some("a line's short name is made of lower-case letters, digits and hyphens".to_owned());
        }
        if self.name.trim().is_empty() {
            return Some("a line needs a name".to_owned());
        }
        for number in &self.numbers {
            let digits = number.strip_prefix('+').unwrap_or(number);
            if digits.is_empty() || digits.len() > 20 || !digits.chars().all(|digit| digit.is_ascii_digit()) {
                return Some(format!(
                    "'{number}' is no number: digits with an optional leading +, such as +33199000805"
                ));
            }
        }
        if self.languages.is_empty() {
            return Some("name at least one language".to_owned());
        }
        if self.queue_limit == 0 {
            return Some("queue_limit must be 1 or more: nobody could wait".to_owned());
        }
        if !(1..=60).contains(&self.grace_seconds) {
            return Some("grace_seconds must be 1 to 60".to_owned());
        }
        self.hours.wrong()
    }
}
