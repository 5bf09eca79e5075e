//! The gate before every call to the outside: which numbers, and how many calls in an hour. Whoever gets hold of a coordinator's
//! account, or finds a way to make the service call again and again, must not run up a bill at the trunk's (toll fraud). Pure.

use crate::number::OutsideNumber;
use crate::settings::OutgoingSettings;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use switchboard::{NotDialled, is_emergency};

const HOUR: Duration = Duration::from_secs(3_600);

/// Why a call to the outside is not placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Its number is of a kind that is not called.
    Kind(NotDialled),
    /// As many calls as may be were placed within the last hour.
    TooMany,
    /// As many as may be to this number.
    TooManyToOne,
}

/// Admits calls to the outside.
pub(crate) struct Gate {
    settings: OutgoingSettings,
    /// What was called within the last hour, oldest first: no more entries than calls may be placed. The numbers are wiped as
    /// they leave.
    recent: VecDeque<(Instant, OutsideNumber)>,
}

impl Gate {
    pub(crate) fn new(settings: OutgoingSettings) -> Self {
        Self { settings, recent: VecDeque::new() }
    }

    /// Admits a call and counts it, or says why not.
    pub(crate) fn admit(&mut self, number: &OutsideNumber, now: Instant) -> Result<(), Held> {
        if let Some(why) = self.settings.rules.refuses(number.digits()) {
            return Err(Held::Kind(why));
        }
        if is_emergency(number.digits()) {
            return Ok(());
        }
        while self.recent.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) >= HOUR) {
            self.recent.pop_front();
        }
        if self.recent.len() >= self.settings.calls_an_hour {
            return Err(Held::TooMany);
        }
        let to_one = self.settings.calls_an_hour_to_one;
        if self.recent.len() >= to_one && self.recent.iter().filter(|(_, called)| called == number).count() >= to_one {
            return Err(Held::TooManyToOne);
        }
        self.recent.push_back((now, number.clone()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[allow(clippy::disallowed_methods, reason = "any moment will do to count from")]
    fn any_moment() -> Instant {
        Instant::now()
    }

    fn gate(calls_an_hour: usize, calls_an_hour_to_one: usize) -> Gate {
        Gate::new(OutgoingSettings { calls_an_hour, calls_an_hour_to_one, ..OutgoingSettings::default() })
    }

    fn number(text: &str) -> OutsideNumber {
        OutsideNumber::read(text).unwrap()
    }

    #[test]
    fn an_hour_has_its_number_of_calls() {
        let start = any_moment();
        let mut gate = gate(3, 2);
        let one = number("0199000801");
        assert_eq!(gate.admit(&one, start), Ok(()));
        assert_eq!(gate.admit(&one, start), Ok(()));
        assert_eq!(gate.admit(&one, start), Err(Held::TooManyToOne));
        assert_eq!(gate.admit(&number("0199000802"), start), Ok(()));
        assert_eq!(gate.admit(&number("0199000803"), start), Err(Held::TooMany));
        for emergency in ["15", "112", "15"] {
            assert_eq!(gate.admit(&number(emergency), start), Ok(()), "help in an emergency is never held back");
        }
        assert_eq!(gate.admit(&one, start + HOUR), Ok(()), "an hour later there is room again");
        assert_eq!(gate.recent.len(), 1);
    }

    #[test]
    fn some_kinds_are_never_called() {
        let mut gate = gate(3, 3);
        for (text, why) in [("0899000000", NotDialled::Premium), ("+41227000000", NotDialled::Foreign)] {
            assert_eq!(gate.admit(&number(text), any_moment()), Err(Held::Kind(why)));
        }
        assert_eq!(gate.recent.len(), 0, "what is not called is not counted");
    }

    proptest! {
        /// However calls come, no hour has more than it may, in all and to one; and nothing that the rules refuse passes.
        #[test]
        fn no_hour_has_more(asked in prop::collection::vec((0_u64..900, "(01990008[0-9]{2}|08[0-9]{8}|\\+[1-9][0-9]{9}|0[1-9]{4})"), 0..120)) {
            let mut gate = gate(12, 4);
            let mut now = any_moment();
            let mut placed: Vec<(Instant, String)> = Vec::new();
            for (later, text) in asked {
                now += Duration::from_secs(later);
                let asked = number(&text);
                if gate.admit(&asked, now).is_ok() {
                    prop_assert_eq!(OutgoingSettings::default().rules.refuses(asked.digits()), None);
                    placed.push((now, text.clone()));
                }
                let hour: Vec<_> = placed.iter().filter(|(at, _)| now.duration_since(*at) < HOUR).collect();
                prop_assert!(hour.len() <= 12);
                prop_assert!(hour.iter().filter(|(_, called)| *called == text).count() <= 4);
            }
        }
    }
}
