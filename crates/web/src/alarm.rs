//! Alarms in words, for those who run the service: in French, then in English.

use crate::words::{Language, Words};
use node::Trouble;

/// What a trouble is called where programs read of it.
#[must_use]
pub fn trouble_code(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::TrunkDown(_) => "trunk_down",
        Trouble::TrunkRefuses(_) => "trunk_refuses",
        Trouble::TrunkUnanswered(_) => "trunk_unanswered",
        Trouble::RecordWaits => "record_waits",
        Trouble::SignalUnseen => "signal_unseen",
        Trouble::SignalOverdue => "signal_overdue",
        Trouble::NumbersOld => "numbers_old",
    }
}

/// The trunk that a trouble is about, if it is about one.
#[must_use]
pub fn trouble_trunk(trouble: &Trouble) -> Option<&str> {
    match trouble {
        Trouble::TrunkDown(trunk) | Trouble::TrunkRefuses(trunk) | Trouble::TrunkUnanswered(trunk) => Some(trunk),
        Trouble::RecordWaits | Trouble::SignalUnseen | Trouble::SignalOverdue | Trouble::NumbersOld => None,
    }
}

/// A trouble in words, when it has begun or is over: a line in French, then one in English.
#[must_use]
pub fn trouble_words(trouble: &Trouble, over: bool) -> [String; 2] {
    let key = match (trouble, over) {
        (Trouble::TrunkDown(_), false) => "alarm.trunk_down",
        (Trouble::TrunkDown(_), true) => "alarm.trunk_up",
        (Trouble::TrunkRefuses(_), false) => "alarm.trunk_refuses",
        (Trouble::TrunkUnanswered(_), false) => "alarm.trunk_unanswered",
        (Trouble::TrunkRefuses(_) | Trouble::TrunkUnanswered(_), true) => "alarm.trunk_registered",
        (Trouble::RecordWaits, false) => "alarm.record_waits",
        (Trouble::RecordWaits, true) => "alarm.record_written",
        (Trouble::SignalUnseen, false) => "alarm.signal_unseen",
        (Trouble::SignalUnseen, true) => "alarm.signal_taken",
        (Trouble::SignalOverdue, false) => "alarm.signal_overdue",
        (Trouble::SignalOverdue, true) => "alarm.signal_closed",
        (Trouble::NumbersOld, false) => "alarm.numbers_old",
        (Trouble::NumbersOld, true) => "alarm.numbers_checked",
    };
    let name = trouble_trunk(trouble).unwrap_or_default();
    [Language::Fr, Language::En].map(|language| Words(language).fill(key, &[("name", name)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_and_its_end_are_told_in_both_languages_with_the_trunks_name() {
        let trouble = Trouble::TrunkDown("Opérateur A".to_owned());
        let [french, english] = trouble_words(&trouble, false);
        assert!(french.contains("Opérateur A") && french.contains("ne répond plus"), "{french}");
        assert!(english.contains("Opérateur A") && english.contains("does not answer"), "{english}");
        assert_ne!(trouble_words(&trouble, true), [french, english]);
    }
}
