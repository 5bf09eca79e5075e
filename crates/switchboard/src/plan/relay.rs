//! Relays: other helplines and services that take callers. Their numbers are known outside this room.

use crate::RelayId;
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
    pub fn wrong(&self) -> Option<String> {
        let digits = self.number.strip_prefix('+').unwrap_or(&self.number);
        if !(2..=20).contains(&digits.len()) || !digits.chars().all(|digit| digit.is_ascii_digit()) {
            return Some("a number is made of 2 to 20 digits with an optional leading +".to_owned());
        }
        if self.number.starts_with('0') && self.number.len() != 10 && !self.number.starts_with("00") {
            return Some("a French number that begins with 0 has ten digits".to_owned());
        }
        if !(5..=120).contains(&self.ring_seconds) {
            return Some(format!("ring_seconds must be 5 to 120, not {}", self.ring_seconds));
        }
        None
    }
}
