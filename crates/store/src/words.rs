//! The words of closed lists, as they stand in columns: the same words that the journal uses.

use serde::Serialize;
use serde_json::Value;
use switchboard::Outcome;

/// The word for a value of a closed list, such as `off_duty`. Every such list is written as one word, so the other
/// cases do not come up; they are answered rather than trusted.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// A text without NUL, which PostgreSQL refuses in a column. A name that came from outside must not keep the journal from
/// being written.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// The word for how a call ended, and the word for where, by whom or why, if there is one.
pub(crate) fn outcome_words(outcome: Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Talked { by } => ("talked", Some(word(&by))),
        Outcome::GaveUp { during } => ("gave_up", Some(word(&during))),
        Outcome::Closed => ("closed", None),
        Outcome::Refused { reason } => ("refused", Some(word(&reason))),
        Outcome::LineFault => ("line_fault", None),
        Outcome::Interrupted => ("interrupted", None),
        Outcome::Broken => ("broken", None),
    }
}

#[cfg(test)]
mod tests {
    use super::{outcome_words, word};
    use switchboard::{Language, Outcome, Party, Presence, Refusal, Whereabouts};

    #[test]
    fn columns_use_the_words_of_the_journal() {
        assert_eq!(word(&Presence::OffDuty), "off_duty");
        assert_eq!(word(&Language::Fr), "fr");
        for outcome in [
            Outcome::Talked { by: Party::Line },
            Outcome::GaveUp { during: Whereabouts::Menu },
            Outcome::Closed,
            Outcome::Refused { reason: Refusal::QueueFull },
            Outcome::LineFault,
            Outcome::Interrupted,
            Outcome::Broken,
        ] {
            let json = serde_json::to_value(outcome).unwrap();
            let (name, detail) = outcome_words(outcome);
            assert_eq!(json["outcome"], name);
            let written =
                ["by", "during", "reason"].iter().find_map(|key| json.get(*key)).and_then(|word| word.as_str());
            assert_eq!(written, detail.as_deref());
        }
    }
}
