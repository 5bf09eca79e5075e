//! What people send in forms, and how it becomes the settings of something: by its list of fields, without knowing it.

use crate::words::Words;
use serde_json::{Map, Value, json};
use switchboard::{DAYS, Field, Holds, Requirement, Skill, WeeklyHours, read_clock};

/// The kinds of wishes that a queue may widen.
pub(super) const WISHES: [&str; 3] = ["language", "audience", "theme"];
/// Most rows of a list, and most spans of a day: more than a form that is taken in can hold.
const ROWS: usize = 20_000;
pub(super) const SPANS: usize = 24;

/// A form as it was sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent(pub(crate) Vec<(String, String)>);

impl Sent {
    /// The value of a name, trimmed; empty if it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.trim())
    }

    /// Whether a name was sent, as a box that is ticked is.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// The numbers of the rows of a list, in the order that was asked for.
    fn rows(&self, list: &str) -> Vec<usize> {
        let number = |name: &str| {
            let rest = name.strip_prefix(list)?.strip_prefix('.')?;
            rest.split_once('.')?.0.parse::<usize>().ok().filter(|row| *row < ROWS)
        };
        let mut rows: Vec<usize> = self.0.iter().filter_map(|(name, _)| number(name)).collect();
        rows.sort_unstable();
        rows.dedup();
        let rank = |row: &usize| {
            let asked = self.get(&format!("{list}.{row}.rank")).parse::<f64>().ok().filter(|rank| rank.is_finite());
            asked.unwrap_or(1_000.0 + f64::from(u16::try_from(*row).unwrap_or(u16::MAX)))
        };
        rows.sort_by(|one, other| rank(one).total_cmp(&rank(other)));
        rows
    }
}

/// What is wrong with one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InputFault {
    /// The name of the input.
    pub(crate) name: String,
    /// What is wrong with it, for its reader.
    pub(crate) words: String,
}

/// Reads a form by its fields: the settings as they are written in a plan, and what is wrong with what was sent.
pub(crate) fn read(fields: &[Field], sent: &Sent, words: Words) -> (Value, Vec<InputFault>) {
    let mut reader = Reader { sent, words, faults: Vec::new() };
    let value = reader.fields(fields, "");
    (value, reader.faults)
}

struct Reader<'a> {
    sent: &'a Sent,
    words: Words,
    faults: Vec<InputFault>,
}

impl Reader<'_> {
    fn fields(&mut self, fields: &[Field], prefix: &str) -> Value {
        let mut settings = Value::Object(Map::new());
        for field in fields {
            let name = format!("{prefix}{}", field.key);
            if let Some(value) = self.field(field, &name) {
                put(&mut settings, field.key, value);
            }
        }
        settings
    }

    fn fault(&mut self, name: &str, words: String) -> Option<Value> {
        self.faults.push(InputFault { name: name.to_owned(), words });
        None
    }

    fn field(&mut self, field: &Field, name: &str) -> Option<Value> {
        let (sent, words) = (self.sent, self.words);
        let text = sent.get(name);
        let of_itself =
            matches!(field.holds, Holds::Rows(_) | Holds::Week | Holds::Wishes | Holds::Flag | Holds::Numbers);
        if text.is_empty() && !of_itself {
            return if field.optional { None } else { self.fault(name, words.say("form.missing").to_owned()) };
        }
        match field.holds {
            Holds::Flag => Some(json!(sent.has(name))),
            Holds::Whole(from, to) => match text.parse::<i32>().ok().filter(|number| (from..=to).contains(number)) {
                Some(number) => Some(json!(number)),
                None => {
                    self.fault(name, words.fill("form.range", &[("from", &from.to_string()), ("to", &to.to_string())]))
                }
            },
            Holds::Number => Some(json!(plain_number(text))),
            Holds::Numbers => {
                let numbers = text.split([',', ';', '\n']).map(plain_number).filter(|number| !number.is_empty());
                Some(numbers.map(Value::from).collect())
            }
            Holds::Languages => Some(text.split(' ').map(Value::from).collect()),
            Holds::Prompt => Some(prompt(text)),
            Holds::Tried => Some(tried(text)),
            Holds::Skill => match Skill::read(text) {
                Ok(_) => Some(json!(text)),
                Err(_) => self.fault(name, words.fill("form.skill", &[("text", text)])),
            },
            Holds::Requirement => match Requirement::read(text) {
                Ok(_) => Some(json!(text)),
                Err(_) => self.fault(name, words.fill("form.requirement", &[("text", text)])),
            },
            Holds::DayHours => {
                let span = text.split_once('-').and_then(|(from, to)| Some((read_clock(from)?, read_clock(to)?)));
                if matches!(text, "always" | "never") || span.is_some_and(|(from, to)| from < to) {
                    Some(json!(text))
                } else {
                    self.fault(name, words.fill("form.day_hours", &[("text", text)]))
                }
            }
            Holds::Date => match switchboard::Date::try_from(text.to_owned()) {
                Ok(_) => Some(json!(text)),
                Err(_) => self.fault(name, words.fill("form.date", &[("text", text)])),
            },
            Holds::Week => self.week(name),
            Holds::Wishes => self.wishes(name),
            Holds::Rows(fields) => {
                let first = fields.first().map_or("", |field| field.key);
                let mut rows = Vec::new();
                for row in sent.rows(name) {
                    // A row whose first field is empty is no row: this is how one is taken out.
                    if !sent.get(&format!("{name}.{row}.{first}")).is_empty() {
                        rows.push(self.fields(fields, &format!("{name}.{row}.")));
                    }
                }
                Some(Value::Array(rows))
            }
            Holds::Text
            | Holds::Word
            | Holds::Step
            | Holds::Queue
            | Holds::Relay
            | Holds::Line
            | Holds::Digit
            | Holds::Language
            | Holds::Zone
            | Holds::Territory
            | Holds::OnHolidays => Some(json!(text)),
        }
    }

    /// The hours of a week: always, never, or spans of each day.
    fn week(&mut self, name: &str) -> Option<Value> {
        let mode = self.sent.get(&format!("{name}.mode"));
        if mode == "always" || mode == "never" {
            return Some(json!(mode));
        }
        let mut spans = Vec::new();
        for day in DAYS {
            for span in 0..SPANS {
                let at = |end: &str| self.sent.get(&format!("{name}.{day}.{span}.{end}")).replace(['h', 'H'], ":");
                let (from, to) = (at("from"), at("to"));
                if from.is_empty() && to.is_empty() {
                    continue;
                }
                if read_clock(&from).is_none() || read_clock(&to).is_none() {
                    let words = self.words.fill("form.clock", &[("text", &format!("{from}-{to}"))]);
                    return self.fault(&format!("{name}.{day}.{span}.from"), words);
                }
                spans.push(format!("{day} {from}-{to}"));
            }
        }
        match WeeklyHours::read(spans.iter().map(String::as_str)) {
            Ok(hours) => serde_json::to_value(hours).ok(),
            Err(_) => self.fault(name, self.words.say("form.missing").to_owned()),
        }
    }

    fn wishes(&mut self, name: &str) -> Option<Value> {
        let mut wishes = Map::new();
        for kind in WISHES {
            let input = format!("{name}.{kind}");
            match (self.sent.get(&input), self.sent.get(&input).parse::<i32>()) {
                ("", _) => {}
                (_, Ok(seconds)) if (-1..=3600).contains(&seconds) => {
                    drop(wishes.insert(kind.to_owned(), json!(seconds)))
                }
                (_, _) => {
                    let words = self.words.fill("form.range", &[("from", "-1"), ("to", "3600")]);
                    self.fault(&input, words);
                }
            }
        }
        Some(Value::Object(wishes))
    }
}

/// A number without what only the eye needs.
fn plain_number(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '.' | '-' | '(' | ')')).collect()
}

/// A prompt as it is written in a plan, from the value of a choice.
fn prompt(text: &str) -> Value {
    match text.strip_prefix("own:").and_then(|number| number.parse::<i64>().ok()) {
        Some(number) => json!({ "own": number }),
        None => json!(text),
    }
}

/// Who is tried at a rung as it is written in a plan, from the value of a choice.
fn tried(text: &str) -> Value {
    match text.split_once(':') {
        Some(("message", name)) => json!({ "message": prompt(name) }),
        Some((kind, id)) => json!({ kind: id }),
        None => json!(text),
    }
}

/// The value of the choice that stands for a prompt or a rung.
pub(super) fn choice_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(one) => {
            one.iter().next().map_or_else(String::new, |(kind, of)| format!("{kind}:{}", choice_of(of)))
        }
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) => String::new(),
    }
}

/// The setting of a key; a key with a point is of a part.
pub(super) fn get<'a>(settings: &'a Value, key: &str) -> &'a Value {
    match key.split_once('.') {
        Some((part, rest)) => settings.get(part).map_or(&Value::Null, |part| get(part, rest)),
        None => settings.get(key).unwrap_or(&Value::Null),
    }
}

/// Puts a setting in its place.
pub(super) fn put(settings: &mut Value, key: &str, value: Value) {
    let Value::Object(map) = settings else { return };
    match key.split_once('.') {
        Some((part, rest)) => put(map.entry(part).or_insert_with(|| Value::Object(Map::new())), rest, value),
        None => drop(map.insert(key.to_owned(), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;
    use switchboard::flow::Step;
    use switchboard::{Line, QueueRules};

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn faults(fields: &[Field], pairs: &[(&str, &str)]) -> Vec<String> {
        read(fields, &sent(pairs), Words(Language::En)).1.into_iter().map(|fault| fault.name).collect()
    }

    #[test]
    fn a_menu_is_read_in_the_order_that_was_asked_for() {
        let pairs = [
            ("prompt", "own:3"),
            ("choice.0.digit", "1"),
            ("choice.0.choice", "student"),
            ("choice.0.next", "file"),
            ("choice.0.rank", "2"),
            ("choice.4.digit", "2"),
            ("choice.4.choice", "relative"),
            ("choice.4.wish", "audience:relative"),
            ("choice.4.next", "file"),
            ("choice.4.rank", "1"),
            ("choice.5.digit", ""),
            ("choice.5.next", "file"),
            ("wait_seconds", "4"),
            ("tries", "2"),
            ("otherwise", "file"),
        ];
        let (mut value, faults) = read(Step::fields("menu").unwrap(), &sent(&pairs), Words(Language::Fr));
        assert_eq!(faults, []);
        put(&mut value, "kind", json!("menu"));
        let Step::Menu(menu) = serde_json::from_value(value).unwrap() else { panic!("no menu") };
        let choices: Vec<_> = menu.choices.iter().map(|choice| choice.choice.as_str()).collect();
        assert_eq!((choices, menu.tries), (vec!["relative", "student"], 2));
        assert_eq!(menu.choices[0].wish.as_ref().map(ToString::to_string).as_deref(), Some("audience:relative"));
    }

    #[test]
    fn what_is_wrong_is_told_where_it_is() {
        let fields = Step::fields("menu").unwrap();
        let pairs = [("prompt", "greeting"), ("wait_seconds", "90"), ("tries", "x"), ("choice.0.digit", "1")];
        let expected = ["choice.0.choice", "choice.0.next", "wait_seconds", "tries", "otherwise"];
        assert_eq!(faults(fields, &pairs), expected);
        let line = [("name", "A"), ("languages", "fr"), ("zone", "UTC"), ("hours.on_holidays", "closed")];
        let hours = [("hours.week.mon.0.from", "9"), ("queue_limit", "1"), ("grace_seconds", "8")];
        assert_eq!(faults(Line::FIELDS, &[line.as_slice(), &hours].concat()), ["hours.week.mon.0.from"]);
        let queue = [("name", "A"), ("requires", "nonsense"), ("wishes.theme", "9999"), ("wanted", "1")];
        let rest = [("rungs.0.tried", "on_shift"), ("rungs.0.seconds", "0"), ("offer_seconds", "20")];
        let expected = ["rungs.0.seconds", "requires", "wishes.theme"];
        assert_eq!(faults(QueueRules::FIELDS, &[queue.as_slice(), &rest].concat()), expected);
    }

    #[test]
    fn hours_numbers_and_rungs_become_what_a_plan_says() {
        let pairs = [
            ("name", "Nuit"),
            ("numbers", "01 99 00 08 05, +33 1.99.00.08.05"),
            ("languages", "en fr"),
            ("zone", "Indian/Reunion"),
            ("hours.week.mode", "days"),
            ("hours.week.fri.0.from", "22h00"),
            ("hours.week.fri.0.to", "02:00"),
            ("hours.holidays", "reunion"),
            ("hours.on_holidays", "as_sunday"),
            ("hours.exceptions.0.date", "2026-12-25"),
            ("hours.exceptions.0.open", ""),
            ("queue_limit", "20"),
            ("grace_seconds", "8"),
        ];
        let (value, faults) = read(Line::FIELDS, &sent(&pairs), Words(Language::Fr));
        assert_eq!(faults, []);
        assert_eq!(value["numbers"], json!(["0199000805", "+33199000805"]));
        assert_eq!(value["hours"]["week"], json!(["fri 22:00-24:00", "sat 00:00-02:00"]));
        assert_eq!(value["hours"]["exceptions"], json!([{ "date": "2026-12-25" }]));
        assert_eq!(value["languages"], json!(["en", "fr"]));
        let rungs = [
            ("rungs.0.tried", "message:own:7"),
            ("rungs.0.seconds", "30"),
            ("rungs.0.rank", "2"),
            ("rungs.1.tried", "partner:amis"),
            ("rungs.1.seconds", "40"),
            ("rungs.1.rank", "1"),
        ];
        let (value, _) = read(QueueRules::FIELDS, &sent(&rungs), Words(Language::Fr));
        assert_eq!(value["rungs"][0], json!({ "tried": { "partner": "amis" }, "seconds": 40 }));
        assert_eq!(value["rungs"][1], json!({ "tried": { "message": { "own": 7 } }, "seconds": 30 }));
        assert_eq!(choice_of(&value["rungs"][1]["tried"]), "message:own:7");
    }
}
