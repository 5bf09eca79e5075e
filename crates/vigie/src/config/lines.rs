//! `[[line]]`

use super::files::Wrong;
use crate::flows::Way;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use switchboard::flow::Flow;
use switchboard::{Digit, Language, Line, OpeningHours, QueueRules, WeeklyHours};
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
    Spanned::new(0..0, 9)
}
fn wait_seconds() -> u32 {
    4
}

impl Hours {
    fn weekly(&self) -> Result<WeeklyHours, String> {
        match self {
            Hours::Word(word) => WeeklyHours::read([word.as_str()]),
            Hours::Spans(spans) => WeeklyHours::read(spans.iter().map(String::as_str)),
        }
    }
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

    /// The line as the switchboard knows it. To be called on a checked configuration.
    #[must_use]
    pub fn line(&self) -> Line {
        let mut line = Line::usual(self.id.get_ref(), &self.name, self.flow());
        line.numbers = self.numbers.iter().map(|number| number.get_ref().clone()).collect();
        line.languages.clone_from(self.languages.get_ref());
        line.zone.clone_from(self.zone.get_ref());
        line.hours = OpeningHours::weekly(self.hours.get_ref().weekly().unwrap_or_else(|_| WeeklyHours::always()));
        line.queue_limit = *self.queue_limit.get_ref();
        line.grace_seconds = *self.grace_seconds.get_ref();
        line
    }

    /// The queue of a line, which has its name.
    #[must_use]
    pub fn queue(&self) -> QueueRules {
        let mut queue = QueueRules::usual(self.id.get_ref(), &self.name);
        queue.offer_seconds = *self.offer_seconds.get_ref();
        queue
    }

    fn flow(&self) -> Flow {
        let menu = self.menu.as_ref().map(|menu| menu.get_ref());
        let way = match (self.answer, menu) {
            (Answer::Ring, _) => Way::Ring,
            (Answer::Greet, None) => Way::Greet,
            (Answer::Greet, Some(menu)) => Way::Menu { choices: &menu.choices, wait_seconds: menu.wait_seconds },
        };
        crate::flows::usual(self.id.get_ref(), way)
    }
}
