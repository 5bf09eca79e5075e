//! `[freshness]`

use super::files::Wrong;
use node::FreshnessRules;
use serde::Deserialize;
use toml::Spanned;

/// How the directory is kept right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Freshness {
    /// Whether those whom entries are about are asked by mail to confirm them.
    letters: Spanned<bool>,
    /// After how many days without a confirmation.
    every_days: u16,
    /// After how many days without an answer they are asked once more.
    remind_days: u16,
    /// The most letters in a day.
    most_a_day: u16,
    /// After how many days the number of another helpline or an emergency service is told to be old.
    check_days: u16,
}

impl Default for Freshness {
    fn default() -> Self {
        let FreshnessRules { letters, every_days, remind_days, most_a_day, check_days } = FreshnessRules::default();
        Self { letters: Spanned::new(0..0, letters), every_days, remind_days, most_a_day, check_days }
    }
}

impl Freshness {
    pub(super) fn check(&self, mail: bool, reachable: bool) -> Result<(), Wrong> {
        let at = self.letters.span().start;
        if self.every_days == 0 || self.check_days == 0 {
            let words = "freshness.every_days and freshness.check_days must be at least 1".to_owned();
            return Err(Wrong { at, words });
        }
        if *self.letters.get_ref() && !mail {
            let words = "freshness.letters needs a mail server: set alarms.smtp, alarms.from and alarms.to".to_owned();
            return Err(Wrong { at, words });
        }
        if *self.letters.get_ref() && !reachable {
            let words = "freshness.letters needs http.public_origin: the links in letters lead there".to_owned();
            return Err(Wrong { at, words });
        }
        Ok(())
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> FreshnessRules {
        let Self { letters, every_days, remind_days, most_a_day, check_days } = self;
        FreshnessRules {
            letters: *letters.get_ref(),
            every_days: *every_days,
            remind_days: *remind_days,
            most_a_day: *most_a_day,
            check_days: *check_days,
        }
    }
}
