//! `[outgoing]`

use super::files::Wrong;
use serde::Deserialize;
use std::time::Duration;
use switchboard::DialRules;
use telephony::OutgoingSettings;
use toml::Spanned;

/// What holds for calls to outside telephones, whichever trunk they take.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outgoing {
    /// Beginnings of numbers that may be called beside those that cost no more than an ordinary call in France.
    also: Spanned<Vec<String>>,
    /// How many calls may be placed in an hour.
    calls_an_hour: usize,
    /// How many of them to one number.
    calls_an_hour_to_one: usize,
    /// How long a telephone may ring.
    ring_seconds: Spanned<u16>,
}

impl Default for Outgoing {
    fn default() -> Self {
        let usual = OutgoingSettings::default();
        Self {
            also: Spanned::new(0..0, Vec::new()),
            calls_an_hour: usual.calls_an_hour,
            calls_an_hour_to_one: usual.calls_an_hour_to_one,
            ring_seconds: Spanned::new(0..0, u16::try_from(usual.ring_for.as_secs()).unwrap_or(u16::MAX)),
        }
    }
}

impl Outgoing {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        if let Err(beginning) = DialRules::also(self.also.get_ref()) {
            let words = format!(
                "'{beginning}' is no beginning of a number: write at least two digits, or a plus sign and a country code, such as \"+41\""
            );
            return Err(Wrong { at: self.also.span().start, words });
        }
        if !(5..=300).contains(self.ring_seconds.get_ref()) {
            let words = "ring_seconds must be 5 to 300".to_owned();
            return Err(Wrong { at: self.ring_seconds.span().start, words });
        }
        Ok(())
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> OutgoingSettings {
        OutgoingSettings {
            ring_for: Duration::from_secs(u64::from(*self.ring_seconds.get_ref())),
            rules: DialRules::also(self.also.get_ref()).unwrap_or_default(),
            calls_an_hour: self.calls_an_hour,
            calls_an_hour_to_one: self.calls_an_hour_to_one,
        }
    }
}
