//! What can be wrong with the settings of a plan.

use crate::field::Field;
use crate::flow::Flow;
use crate::{Date, Digit, LineId, QueueId, RelayId};
use std::fmt;

/// What is wrong with a setting on its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// A number is too small or too large: the key of the field, what it is, the least and the most it may be.
    OutOfRange(&'static str, i64, i64, i64),
    /// A short name has other signs than lower-case letters, digits and hyphens, or is too long.
    ShortName,
    /// There is no name.
    NoName,
    /// This is no telephone number.
    NotANumber(String),
    /// A French number that begins with 0 has ten digits, and this one has not.
    NotTenDigits(String),
    /// No language is named.
    NoLanguage,
    /// A menu or a choice of languages has nothing to choose.
    NoChoice,
    /// What a key means has no short word.
    NoWord(Digit),
    /// A key is there twice.
    DigitTwice(Digit),
    /// The hours of an exceptional day cannot be read.
    UnreadableDay(Date),
    /// An exceptional day is there twice.
    DayTwice(Date),
    /// A queue has no rung.
    NoRung,
    /// No rung of a queue rings a human.
    NoHumanRung,
    /// A queue has more than 30 rungs.
    TooManyRungs,
    /// The message of a rung is not there.
    NoMessage,
    /// There is no such queue.
    UnknownQueue(QueueId),
    /// There is no such relay.
    UnknownRelay(RelayId),
    /// A cascade would call this emergency service.
    EmergencyInCascade(RelayId),
    /// The line that the call page should call is not there.
    UnknownCallPage(LineId),
    /// A flow has more steps than [`Flow::MOST_STEPS`](crate::flow::Flow::MOST_STEPS).
    TooManySteps,
}

impl Wrong {
    /// The first of these values that is not in the range of its field: what a form offers is what is held.
    pub(crate) fn outside(fields: &[Field], values: &[(&'static str, i64)]) -> Option<Self> {
        values.iter().find_map(|(key, value)| {
            let (from, to) = fields.iter().find(|field| field.key == *key)?.range()?;
            (!(from..=to).contains(value)).then_some(Self::OutOfRange(key, *value, from, to))
        })
    }

    /// What is wrong with a short name, if anything.
    #[must_use]
    pub fn short_name(id: &str) -> Option<Self> {
        let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        (id.is_empty() || id.len() > 40 || !id.chars().all(letters)).then_some(Self::ShortName)
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange(field, value, from, to) => write!(out, "{field} must be {from} to {to}, not {value}"),
            Self::ShortName => {
                out.write_str("a short name is made of at most 40 lower-case letters, digits and hyphens")
            }
            Self::NoName => out.write_str("a name is needed"),
            Self::NotANumber(number) => {
                write!(out, "'{number}' is no number: 2 to 20 digits with an optional leading +, such as +33199000805")
            }
            Self::NotTenDigits(number) => write!(out, "'{number}': a French number that begins with 0 has ten digits"),
            Self::NoLanguage => out.write_str("name at least one language"),
            Self::NoChoice => out.write_str("there is nothing to choose: add a choice"),
            Self::NoWord(digit) => write!(out, "the choice of key {} needs a short word", digit.key()),
            Self::DigitTwice(digit) => write!(out, "the key {} is there twice", digit.key()),
            Self::UnreadableDay(date) => {
                write!(out, "the hours of {date} cannot be read: write such as \"09:00-12:00\"")
            }
            Self::DayTwice(date) => write!(out, "{date} is there twice"),
            Self::TooManySteps => write!(out, "a call flow has at most {} steps", Flow::MOST_STEPS),
            Self::NoRung => out.write_str("a queue needs at least one rung: nobody would ever be rung"),
            Self::NoHumanRung => out.write_str("no rung reaches a human: add one for those on shift"),
            Self::TooManyRungs => out.write_str("a cascade has at most 30 rungs"),
            Self::NoMessage => out.write_str("the message of a rung is not there: silence"),
            Self::UnknownQueue(queue) => write!(out, "there is no queue '{queue}'"),
            Self::UnknownRelay(relay) => write!(out, "there is no relay '{relay}'"),
            Self::EmergencyInCascade(relay) => {
                write!(out, "'{relay}' is an emergency service: a cascade must not call it")
            }
            Self::UnknownCallPage(line) => write!(out, "the call page calls the line '{line}', which is not there"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::field::{Field, Holds};
    use crate::flow::{Flow, Step};
    use crate::plan::{Line, ListenerCare, QueueRules, Relay, Rung, Tried};
    use serde_json::{Value, json};

    /// Puts a number beyond its range, field by field, and asks whether it is refused: unreadable, or wrong.
    fn holds(fields: &[Field], settings: &Value, refused: &dyn Fn(Value) -> bool) {
        assert!(!refused(settings.clone()), "{settings} is right");
        for field in fields {
            let Holds::Whole(from, to) = field.holds else { continue };
            for beyond in [i64::from(from) - 1, i64::from(to) + 1] {
                let mut changed = settings.clone();
                changed[field.key] = json!(beyond);
                assert!(refused(changed), "{} may be {beyond}", field.key);
            }
        }
    }

    #[test]
    fn every_range_that_a_form_shows_is_held() {
        let care = serde_json::to_value(ListenerCare::default()).unwrap();
        holds(ListenerCare::FIELDS, &care, &|value| {
            serde_json::from_value::<ListenerCare>(value).map_or(true, |care| care.wrong().is_some())
        });
        let line = serde_json::to_value(Line::usual("a", "A", Flow::default())).unwrap();
        holds(Line::FIELDS, &line, &|value| {
            serde_json::from_value::<Line>(value).map_or(true, |line| Line { id: "a".into(), ..line }.wrong().is_some())
        });
        let queue = serde_json::to_value(QueueRules::usual("a", "A")).unwrap();
        let wrong = |value| {
            serde_json::from_value::<QueueRules>(value)
                .map_or(true, |queue| QueueRules { id: "a".into(), ..queue }.wrong().is_some())
        };
        holds(QueueRules::FIELDS, &queue, &wrong);
        let rung = serde_json::to_value(Rung { tried: Tried::OnShift, seconds: 60 }).unwrap();
        holds(Rung::FIELDS, &rung, &|rung| {
            let mut queue = queue.clone();
            queue["rungs"] = json!([rung]);
            wrong(queue)
        });
        let relay = serde_json::to_value(Relay::usual("a", "A", "0199000890")).unwrap();
        holds(Relay::FIELDS, &relay, &|value| {
            serde_json::from_value::<Relay>(value)
                .map_or(true, |relay| Relay { id: "a".into(), ..relay }.wrong().is_some())
        });
        for step in [
            json!({"kind": "menu", "prompt": "greeting", "wait_seconds": 4, "tries": 2, "otherwise": "a",
                "choice": [{"digit": "1", "choice": "one", "next": "a"}]}),
            json!({"kind": "language", "prompt": "greeting", "wait_seconds": 4, "next": "a",
                "choice": [{"digit": "1", "language": "fr"}]}),
            json!({"kind": "departement", "prompt": "greeting", "wait_seconds": 4, "next": "a"}),
            json!({"kind": "queue", "queue": "a", "priority": 0}),
        ] {
            let fields = Step::fields(step["kind"].as_str().unwrap()).unwrap();
            holds(fields, &step, &|value| {
                serde_json::from_value::<Step>(value).map_or(true, |step| step.rules().wrong().is_some())
            });
        }
    }
}
