//! `[[line]]`

use super::files::Wrong;
use jiff::tz::TimeZone;
use node::LineSettings;
use serde::Deserialize;
use std::collections::BTreeMap;
use switchboard::{AnswerWay, Choice, Digit, Language, Line, LineId, Menu, PromptName, WeeklyHours};
use toml::Spanned;

/// A line, as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSection {
    pub(super) id: Spanned<String>,
    name: String,
    pub(super) numbers: Vec<Spanned<String>>,
    #[serde(default = "languages")]
    languages: Spanned<Vec<Language>>,
    #[serde(default = "zone")]
    zone: Spanned<String>,
    #[serde(default = "always")]
    hours: Spanned<Hours>,
    #[serde(default)]
    answer: Answer,
    #[serde(default = "queue_limit")]
    queue_limit: Spanned<u16>,
    #[serde(default = "offer_seconds")]
    offer_seconds: Spanned<u32>,
    #[serde(default = "grace_seconds")]
    grace_seconds: Spanned<u32>,
    menu: Option<Spanned<MenuSection>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Hours {
    Word(String),
    Spans(Vec<String>),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    #[default]
    Greet,
    Ring,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MenuSection {
    #[serde(default = "wait_seconds")]
    wait_seconds: u32,
    choices: BTreeMap<String, String>,
}

fn languages() -> Spanned<Vec<Language>> {
    Spanned::new(0..0, vec![Language::Fr])
}
fn zone() -> Spanned<String> {
    Spanned::new(0..0, "Europe/Paris".into())
}
fn always() -> Spanned<Hours> {
    Spanned::new(0..0, Hours::Word("always".into()))
}
fn queue_limit() -> Spanned<u16> {
    Spanned::new(0..0, 200)
}
fn offer_seconds() -> Spanned<u32> {
    Spanned::new(0..0, 20)
}
fn grace_seconds() -> Spanned<u32> {
    Spanned::new(0..0, 8)
}
fn wait_seconds() -> u32 {
    4
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Hours {
    fn weekly(&self) -> Result<WeeklyHours, String> {
        match self {
            Hours::Word(word) if word == "always" => Ok(WeeklyHours::always()),
            Hours::Word(word) => span(word).map(|span| weekly(&[span])),
            Hours::Spans(spans) => {
                spans.iter().map(|text| span(text)).collect::<Result<Vec<_>, _>>().map(|spans| weekly(&spans))
            }
        }
    }

    fn words(&self) -> Option<String> {
        match self {
            Hours::Word(word) if word == "always" => None,
            Hours::Word(word) => Some(word.clone()),
            Hours::Spans(spans) => Some(spans.join(", ")),
        }
    }
}

/// First and last day, first and last minute of the day.
type Span = (u8, u8, u16, u16);

fn weekly(spans: &[Span]) -> WeeklyHours {
    let mut hours = WeeklyHours::never();
    for (first, last, from, to) in spans {
        let mut day = *first;
        loop {
            hours.add(day, *from, *to);
            if day == *last {
                break;
            }
            day = (day + 1) % 7;
        }
    }
    hours
}

fn span(text: &str) -> Result<Span, String> {
    let read = || {
        let (days, times) = text.split_once(' ')?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let day = |name: &str| DAYS.iter().position(|own| *own == name).and_then(|day| u8::try_from(day).ok());
        let (from, to) = times.trim().split_once('-')?;
        Some((day(first)?, day(last)?, minute(from)?, minute(to)?))
    };
    read().ok_or_else(|| {
        format!(
            "'{text}' is no span of hours: write \"always\", or such as [\"mon-fri 09:00-21:00\", \"sat 22:00-02:00\"]"
        )
    })
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 1440).then_some(total)
}

impl LineSection {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let wrong = |at: usize, words: &str| Err(Wrong { at, words: words.to_owned() });
        let id = self.id.get_ref();
        if id.is_empty()
            || id.len() > 40
            || !id.chars().all(|key| key.is_ascii_lowercase() || key.is_ascii_digit() || key == '-')
        {
            return wrong(
                self.id.span().start,
                "a line's id is made of lower-case letters, digits and hyphens, such as \"ecoute\"",
            );
        }
        for number in &self.numbers {
            let digits = number.get_ref().strip_prefix('+').unwrap_or(number.get_ref());
            if digits.is_empty() || digits.len() > 20 || !digits.chars().all(|key| key.is_ascii_digit()) {
                return wrong(
                    number.span().start,
                    "a number is made of digits with an optional leading +, such as \"+33199000805\"",
                );
            }
        }
        if self.languages.get_ref().is_empty() {
            return wrong(self.languages.span().start, "name at least one language, \"fr\" or \"en\"");
        }
        if TimeZone::get(self.zone.get_ref()).is_err() {
            return wrong(
                self.zone.span().start,
                "this time zone is not known: write one such as \"Europe/Paris\" or \"Indian/Reunion\"",
            );
        }
        if let Err(words) = self.hours.get_ref().weekly() {
            return wrong(self.hours.span().start, &words);
        }
        if *self.queue_limit.get_ref() == 0 {
            return wrong(self.queue_limit.span().start, "queue_limit must be 1 or more: nobody could wait");
        }
        if !(5..=120).contains(self.offer_seconds.get_ref()) {
            return wrong(self.offer_seconds.span().start, "offer_seconds must be 5 to 120");
        }
        if !(1..=60).contains(self.grace_seconds.get_ref()) {
            return wrong(self.grace_seconds.span().start, "grace_seconds must be 1 to 60");
        }
        self.check_menu()
    }

    fn check_menu(&self) -> Result<(), Wrong> {
        let Some(menu) = &self.menu else { return Ok(()) };
        let at = menu.span().start;
        if self.answer == Answer::Ring {
            return Err(Wrong {
                at,
                words: "a line that rings has no menu: remove it, or set answer = \"greet\"".into(),
            });
        }
        for (key, choice) in &menu.get_ref().choices {
            let mut keys = key.chars();
            let known = keys.next().and_then(Digit::new).is_some() && keys.next().is_none();
            if !known || choice.is_empty() || choice.len() > 40 {
                let words = format!("the menu choice '{key}' must be one key (0 to 9, * or #) with a short word");
                return Err(Wrong { at, words });
            }
        }
        Ok(())
    }

    /// The line as the node runs it. To be called on a checked configuration.
    #[must_use]
    pub fn settings(&self) -> LineSettings {
        let languages = self.languages.get_ref().clone();
        let answer = match self.answer {
            Answer::Greet => AnswerWay::AnswerAndGreet,
            Answer::Ring => AnswerWay::RingUntilHuman,
        };
        let line = Line {
            id: LineId(self.id.get_ref().clone()),
            name: self.name.clone(),
            language: languages.first().copied().unwrap_or(Language::Fr),
            hours: self.hours.get_ref().weekly().unwrap_or_else(|_| WeeklyHours::always()),
            answer,
            menu: self.menu.as_ref().map(|menu| menu.get_ref().menu()),
            queue_limit: *self.queue_limit.get_ref(),
            offer_time: *self.offer_seconds.get_ref() * 1000,
            grace_time: *self.grace_seconds.get_ref() * 1000,
        };
        LineSettings {
            line,
            numbers: self.numbers.iter().map(|number| number.get_ref().clone()).collect(),
            languages,
            zone: TimeZone::get(self.zone.get_ref()).unwrap_or(TimeZone::UTC),
            open_words: self.hours.get_ref().words(),
        }
    }
}

impl MenuSection {
    fn menu(&self) -> Menu {
        let choices = self.choices.iter().filter_map(|(key, choice)| {
            let digit = key.chars().next().and_then(Digit::new)?;
            Some(Choice { digit, choice: choice.clone() })
        });
        Menu {
            prompt: PromptName::MenuAudience,
            choices: choices.collect(),
            wait: self.wait_seconds.saturating_mul(1000),
        }
    }
}
