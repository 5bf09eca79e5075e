//! What is wrong with a form, before anybody fills it in.

use super::{
    Condition, Field, FieldKind, Form, LONGEST_TEXT, LONGEST_WORDING, MOST_FIELDS, MOST_LINES, MOST_OPTIONS,
    MOST_SECTIONS, MOST_STEPS, MOST_TEXT, Required, Test, WELL_KNOWN, is_key,
};
use crate::{Grade, Profession, Wording};
use std::collections::BTreeSet;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    /// The section or the field that it is about; `None` if it is about the whole form.
    pub about: Option<String>,
    /// What it is.
    pub wrong: FormWrong,
}

/// Whether a fault keeps a form from being put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It does.
    Fault,
    /// It does not: perhaps it is meant.
    Warning,
}

/// What may be wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormWrong {
    /// There is no grade: no record could be closed.
    NoGrade,
    /// The grade may be left out or hidden.
    GradeNotAlways,
    /// The grade goes not from 0 to 5, which figures count by.
    GradeRange,
    /// The program knows this key, as another kind; the word of that kind.
    OtherKind(&'static str),
    /// Two fields, or two sections, have this key.
    KeyTwice,
    /// This is no key.
    BadKey(String),
    /// It has no name in French.
    NoLabel,
    /// It has no English name, so English readers see the French one.
    NoEnglish,
    /// A label, a help or an option is too long; the most characters.
    LongWording(usize),
    /// There is nothing to choose from.
    NoOptions,
    /// An option's key is none; the key.
    BadOption(String),
    /// Two options have this key.
    OptionTwice(String),
    /// This option has no name in French.
    NoOptionLabel(String),
    /// A scale that has no step, or too many; the most.
    BadScale(i32),
    /// Some numbers of a scale have a name and others not.
    StepsMissing,
    /// A text that may have no character, or too many; the most.
    BadLength(u32),
    /// A text that shows no line, or too many; the most.
    BadLines(u32),
    /// The condition speaks of a field that is not there.
    UnknownField(String),
    /// The condition speaks of the field itself or of one that comes later.
    LaterField(String),
    /// The condition can never hold: that field is not answered so.
    NeverHolds(String),
    /// A grade that is none is among those that require the field.
    NoSuchGrade(u8),
    /// Too many sections; the most.
    TooManySections(usize),
    /// Too many fields; the most.
    TooManyFields(usize),
    /// Too many options; the most.
    TooManyOptions(usize),
    /// All texts together may have too many characters; the most.
    TooMuchText(u32),
    /// A section without a field is not shown.
    EmptySection,
}

impl FormWrong {
    /// Whether it keeps the form from being put in force.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::NoEnglish | Self::EmptySection => Severity::Warning,
            _ => Severity::Fault,
        }
    }
}

impl Form {
    /// Everything that is wrong with it; empty if it can be put in force.
    #[must_use]
    pub fn check(&self) -> Vec<FormFault> {
        let mut found = Vec::new();
        self.check_whole(&mut found);
        let mut keys = BTreeSet::new();
        for section in &self.sections {
            let mut on = |wrong| found.push(FormFault { about: Some(section.key.clone()), wrong });
            if !keys.insert(&section.key) {
                on(FormWrong::KeyTwice);
            }
            check_names(&section.key, &section.label, &mut on);
            if section.fields.is_empty() {
                on(FormWrong::EmptySection);
            }
        }
        let mut before: Vec<&Field> = Vec::new();
        for field in self.fields() {
            let mut on = |wrong| found.push(FormFault { about: Some(field.key.clone()), wrong });
            // Pages lead to a section or a field by its key: the two are one list.
            if !keys.insert(&field.key) {
                on(FormWrong::KeyTwice);
            }
            check_names(&field.key, &field.label, &mut on);
            check_field(field, &mut on);
            if let Some(condition) = &field.shown_when {
                self.check_condition(condition, &before, &mut on);
            }
            before.push(field);
        }
        found
    }

    fn check_whole(&self, found: &mut Vec<FormFault>) {
        let mut on = |wrong| found.push(FormFault { about: None, wrong });
        if self.field("grade").is_none() {
            on(FormWrong::NoGrade);
        }
        if self.sections.len() > MOST_SECTIONS {
            on(FormWrong::TooManySections(MOST_SECTIONS));
        }
        if self.fields().count() > MOST_FIELDS {
            on(FormWrong::TooManyFields(MOST_FIELDS));
        }
        let text = self.fields().fold(0_u32, |sum, field| match field.kind {
            FieldKind::Text { longest, .. } => sum.saturating_add(longest),
            _ => sum,
        });
        if text > MOST_TEXT {
            on(FormWrong::TooMuchText(MOST_TEXT));
        }
    }

    fn check_condition(&self, condition: &Condition, before: &[&Field], on: &mut impl FnMut(FormWrong)) {
        let key = &condition.field;
        match before.iter().find(|field| field.key == *key) {
            None if self.field(key).is_none() => on(FormWrong::UnknownField(key.clone())),
            None => on(FormWrong::LaterField(key.clone())),
            Some(field) if !can_hold(&condition.test, &field.kind) => on(FormWrong::NeverHolds(key.clone())),
            Some(_) => {}
        }
    }
}

/// Whether a field of this kind can be answered so.
fn can_hold(test: &Test, kind: &FieldKind) -> bool {
    match (test, kind) {
        (Test::AtLeast(least), FieldKind::Scale { to, .. }) => least <= to,
        (Test::OneOf(keys), FieldKind::Choice { options } | FieldKind::Choices { options }) => {
            !keys.is_empty() && keys.iter().all(|key| options.iter().any(|option| option.key == *key))
        }
        (Test::OneOf(keys), FieldKind::Scale { from, to, .. }) => {
            let number = |key: &String| key.parse::<i32>().is_ok_and(|number| (from..=to).contains(&&number));
            !keys.is_empty() && keys.iter().all(number)
        }
        (Test::OneOf(keys), FieldKind::Tick) => keys.iter().any(|key| key == "on"),
        (Test::OneOf(keys), FieldKind::Profession) => {
            !keys.is_empty() && keys.iter().all(|key| Profession::from_key(key).is_some())
        }
        (Test::AtLeast(_) | Test::OneOf(_), _) => false,
    }
}

fn check_names(key: &str, label: &Wording, on: &mut impl FnMut(FormWrong)) {
    if !is_key(key) {
        on(FormWrong::BadKey(key.to_owned()));
    }
    check_label(label, on);
}

fn check_label(label: &Wording, on: &mut impl FnMut(FormWrong)) {
    if label.fr.trim().is_empty() {
        on(FormWrong::NoLabel);
    } else if label.en.trim().is_empty() {
        on(FormWrong::NoEnglish);
    }
    if label.longest() > LONGEST_WORDING {
        on(FormWrong::LongWording(LONGEST_WORDING));
    }
}

fn check_field(field: &Field, on: &mut impl FnMut(FormWrong)) {
    if field.help.longest() > LONGEST_WORDING {
        on(FormWrong::LongWording(LONGEST_WORDING));
    }
    if let Some((_, kind)) = WELL_KNOWN.iter().find(|(key, kind)| *key == field.key && *kind != field.kind.word()) {
        on(FormWrong::OtherKind(kind));
    }
    if let Required::Grades(grades) = &field.required {
        for grade in grades.iter().filter(|grade| Grade::try_from(**grade).is_err()) {
            on(FormWrong::NoSuchGrade(*grade));
        }
    }
    match &field.kind {
        FieldKind::Choice { .. } | FieldKind::Choices { .. } => check_options(field, on),
        FieldKind::Scale { from, to, steps } => {
            let count = to.checked_sub(*from).and_then(|span| span.checked_add(1)).unwrap_or(i32::MAX);
            if !(2..=MOST_STEPS).contains(&count) {
                on(FormWrong::BadScale(MOST_STEPS));
            } else if !steps.is_empty() && i32::try_from(steps.len()) != Ok(count) {
                on(FormWrong::StepsMissing);
            }
            if !steps.is_empty() && steps.iter().any(|step| step.fr.trim().is_empty()) {
                on(FormWrong::StepsMissing);
            }
            if steps.iter().any(|step| step.longest() > LONGEST_WORDING) {
                on(FormWrong::LongWording(LONGEST_WORDING));
            }
            if field.key == "grade" && (*from, *to) != (0, 5) {
                on(FormWrong::GradeRange);
            }
        }
        FieldKind::Text { longest, lines } => {
            if !(1..=LONGEST_TEXT).contains(longest) {
                on(FormWrong::BadLength(LONGEST_TEXT));
            }
            if !(1..=MOST_LINES).contains(lines) {
                on(FormWrong::BadLines(MOST_LINES));
            }
        }
        FieldKind::Date | FieldKind::Place | FieldKind::Profession | FieldKind::Tick => {}
    }
    if field.key == "grade" && (field.shown_when.is_some() || field.required != Required::Always) {
        on(FormWrong::GradeNotAlways);
    }
}

fn check_options(field: &Field, on: &mut impl FnMut(FormWrong)) {
    let options = field.kind.options();
    if options.is_empty() {
        on(FormWrong::NoOptions);
    }
    if options.len() > MOST_OPTIONS {
        on(FormWrong::TooManyOptions(MOST_OPTIONS));
    }
    let mut keys = BTreeSet::new();
    for option in options {
        if !is_key(&option.key) {
            on(FormWrong::BadOption(option.key.clone()));
        }
        if !keys.insert(&option.key) {
            on(FormWrong::OptionTwice(option.key.clone()));
        }
        if option.label.fr.trim().is_empty() {
            on(FormWrong::NoOptionLabel(option.key.clone()));
        }
        if option.label.longest() > LONGEST_WORDING {
            on(FormWrong::LongWording(LONGEST_WORDING));
        }
    }
}
