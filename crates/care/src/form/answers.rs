//! What was answered to a form: what is believed of it, what is refused, and which fields are shown.

use super::{Condition, Field, FieldKind, Form, Required, Test};
use crate::{DepartementCode, Grade, Profession};
use std::collections::{BTreeMap, BTreeSet};

/// What was answered: the key of a field, and its values. A field that was not answered is not in it.
pub type Answers = BTreeMap<String, Vec<String>>;

/// One field that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The key of the field.
    pub field: String,
    /// What is wrong.
    pub fault: AnswerFault,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    /// There is none, and there must be one.
    Missing,
    /// It is none of the options.
    NotAnOption,
    /// It is no whole number from the first to the second.
    OutOfRange(i32, i32),
    /// It is longer than this, in characters.
    TooLong(u32),
    /// It has characters that no keyboard writes.
    Unreadable,
    /// It is no day of the calendar.
    NoDate,
    /// There is no such place.
    NoPlace,
}

impl Form {
    /// The keys of the fields that are shown with these answers.
    #[must_use]
    pub fn shown(&self, answers: &Answers) -> BTreeSet<&str> {
        let mut shown = BTreeSet::new();
        // Conditions speak of earlier fields, so one walk knows of each whether it is shown.
        for field in self.fields() {
            let holds = |condition: &Condition| {
                shown.contains(condition.field.as_str()) && condition.test.holds(answers.get(&condition.field))
            };
            if field.shown_when.as_ref().is_none_or(holds) {
                shown.insert(field.key.as_str());
            }
        }
        shown
    }

    /// What can be believed, field by field, for a draft: one wrong answer does not lose the others, text that is too long
    /// is kept as far as it may go, and what is hidden for the moment is kept as well. `known` says whether a place exists.
    #[must_use]
    pub fn believed(&self, answers: &Answers, known: &dyn Fn(&str) -> bool) -> Answers {
        let mut kept = Answers::new();
        for field in self.fields() {
            let sent = answers.get(&field.key).map_or(&[][..], Vec::as_slice);
            let read = field.read(sent, known).unwrap_or_else(|_| field.shortened(sent));
            if !read.is_empty() {
                kept.insert(field.key.clone(), read);
            }
        }
        kept
    }

    /// Reads the answers of a record that is to be closed. Every field that cannot be is told, not only the first one, so
    /// that a listener corrects once. Answers to fields that are not shown are dropped.
    ///
    /// # Errors
    /// The fields that were refused, in the order of the form.
    pub fn validate(&self, answers: &Answers, known: &dyn Fn(&str) -> bool) -> Result<Answers, Vec<FieldError>> {
        let believed = self.believed(answers, known);
        let shown = self.shown(&believed);
        let grade = grade_of(&believed);
        let (mut complete, mut errors) = (Answers::new(), Vec::new());
        for field in self.fields().filter(|field| shown.contains(field.key.as_str())) {
            let sent = answers.get(&field.key).map_or(&[][..], Vec::as_slice);
            match field.read(sent, known) {
                Ok(read) if read.is_empty() && field.is_required(grade) => {
                    errors.push(FieldError { field: field.key.clone(), fault: AnswerFault::Missing });
                }
                Ok(read) if read.is_empty() => {}
                Ok(read) => drop(complete.insert(field.key.clone(), read)),
                Err(fault) => errors.push(FieldError { field: field.key.clone(), fault }),
            }
        }
        if errors.is_empty() { Ok(complete) } else { Err(errors) }
    }
}

/// The grade among some answers, if one is chosen.
#[must_use]
pub fn grade_of(answers: &Answers) -> Option<Grade> {
    let number = answers.get("grade")?.first()?.parse::<u8>().ok()?;
    Grade::try_from(number).ok()
}

impl Test {
    fn holds(&self, answer: Option<&Vec<String>>) -> bool {
        let Some(answer) = answer else { return false };
        match self {
            Self::AtLeast(least) => answer.iter().any(|one| one.parse::<i32>().is_ok_and(|number| number >= *least)),
            Self::OneOf(keys) => answer.iter().any(|one| keys.contains(one)),
        }
    }
}

impl Field {
    /// Whether a record of this grade cannot be closed without an answer. Without a grade no record is closed.
    #[must_use]
    pub fn is_required(&self, grade: Option<Grade>) -> bool {
        let by_form = match &self.required {
            Required::Never => false,
            Required::Always => true,
            Required::Grades(grades) => grade.is_some_and(|grade| grades.contains(&grade.number())),
        };
        by_form || self.key == "grade"
    }

    /// Reads what was sent. Nothing chosen is an answer. Of an answer that is one value, the last that was sent counts.
    fn read(&self, sent: &[String], known: &dyn Fn(&str) -> bool) -> Result<Vec<String>, AnswerFault> {
        let filled: Vec<&str> = sent.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect();
        if let FieldKind::Choices { options } = &self.kind {
            if filled.iter().any(|value| options.iter().all(|option| option.key != *value)) {
                return Err(AnswerFault::NotAnOption);
            }
            let chosen = options.iter().filter(|option| filled.contains(&option.key.as_str()));
            return Ok(chosen.map(|option| option.key.clone()).collect());
        }
        let Some(value) = filled.last().copied() else { return Ok(Vec::new()) };
        let read = match &self.kind {
            FieldKind::Choice { options } => options
                .iter()
                .any(|option| option.key == value)
                .then(|| value.to_owned())
                .ok_or(AnswerFault::NotAnOption),
            FieldKind::Choices { .. } => Ok(value.to_owned()),
            FieldKind::Scale { from, to, .. } => {
                let number = value.parse::<i32>().ok().filter(|number| (from..=to).contains(&number));
                number.map(|number| number.to_string()).ok_or(AnswerFault::OutOfRange(*from, *to))
            }
            FieldKind::Text { longest, lines } => read_text(value, *longest, *lines),
            FieldKind::Date => is_day(value).then(|| value.to_owned()).ok_or(AnswerFault::NoDate),
            FieldKind::Place => read_place(value).filter(|place| known(place)).ok_or(AnswerFault::NoPlace),
            FieldKind::Profession => Profession::from_key(value)
                .map(|profession| profession.key().to_owned())
                .ok_or(AnswerFault::NotAnOption),
            FieldKind::Tick => match value {
                "on" | "true" | "1" | "yes" => Ok("on".to_owned()),
                "off" | "false" | "0" | "no" => return Ok(Vec::new()),
                _ => Err(AnswerFault::NotAnOption),
            },
        };
        read.map(|value| vec![value])
    }

    /// What a draft keeps of an answer that was refused: of a text, what is readable and short enough; of a choice of
    /// several, those that are there; else nothing.
    fn shortened(&self, sent: &[String]) -> Vec<String> {
        match &self.kind {
            FieldKind::Text { longest, lines } => {
                let text = sent.last().map_or("", |text| text.trim());
                let readable = text.chars().filter(|sign| is_readable(*sign, *lines));
                let text: String = readable.take(usize::try_from(*longest).unwrap_or(usize::MAX)).collect();
                Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect()
            }
            FieldKind::Choices { options } => {
                let chosen = options.iter().filter(|option| sent.iter().any(|value| value.trim() == option.key));
                chosen.map(|option| option.key.clone()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Control characters come from no keyboard, and a database may refuse them later, when the listener is gone.
fn is_readable(sign: char, lines: u32) -> bool {
    !sign.is_control() || (lines > 1 && matches!(sign, '\n' | '\t'))
}

/// Browsers send line ends as CR LF; one kind is kept.
fn read_text(text: &str, longest: u32, lines: u32) -> Result<String, AnswerFault> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|sign| !is_readable(sign, lines)) {
        return Err(AnswerFault::Unreadable);
    }
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if length > longest { Err(AnswerFault::TooLong(longest)) } else { Ok(text) }
}

/// A place as the territory names it: `d42` is a département, `c42218` a commune.
fn read_place(value: &str) -> Option<String> {
    match value.split_at_checked(1)? {
        ("d", code) => DepartementCode::from_key(code).map(|code| format!("d{code}")),
        ("c", code) if code.len() == 5 && code.bytes().all(|sign| sign.is_ascii_alphanumeric()) => {
            Some(value.to_owned())
        }
        _ => None,
    }
}

/// Whether a text is a day of the calendar, as `2026-02-28`.
pub(crate) fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|sign| sign.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    parts.next().is_none() && year >= 1900 && (1..=days).contains(&day)
}
