//! The fields of a care record, drawn from its form: one function for each kind of field. The desk and the office's preview
//! draw the same.

use crate::words::Words;
use care::{
    AnswerFault, Answers, Choice, Condition, Field, FieldError, FieldKind, Form, Profession, Required, Test, Wording,
};
use directory::{Place, Territory};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// A form and what was answered to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filled<'a> {
    /// The form.
    pub(crate) form: &'a Form,
    /// What was answered, as it was typed.
    pub(crate) answers: &'a Answers,
    /// What was refused.
    pub(crate) errors: &'a [FieldError],
    /// Where places have their names from.
    pub(crate) territory: Territory,
}

/// Draws the fields. Those that are not shown are drawn too, hidden: the page shows them as soon as what is answered there
/// asks for them.
pub(crate) fn fields(words: Words, filled: &Filled<'_>) -> Markup {
    let shown = filled.form.shown(filled.answers);
    html! {
        @for section in &filled.form.sections {
            @let any = section.fields.iter().any(|field| shown.contains(field.key.as_str()));
            div.section data-section hidden[!any] {
                // A field alone has its own name.
                @if section.fields.len() > 1 { h3 { (words.wording(&section.label)) } }
                div.fields { @for field in &section.fields { (One { words, filled, field }.draw(&shown)) } }
            }
        }
    }
}

/// How many numbers of a scale are drawn: a draft in the office may still say anything.
const MOST_DRAWN: usize = 50;

/// One field to be drawn.
struct One<'a> {
    words: Words,
    filled: &'a Filled<'a>,
    field: &'a Field,
}

impl One<'_> {
    fn draw(&self, shown: &BTreeSet<&str>) -> Markup {
        let key = self.field.key.as_str();
        let grouped = matches!(self.field.kind, FieldKind::Choices { .. } | FieldKind::Scale { .. });
        let whole = match self.field.kind {
            FieldKind::Profession | FieldKind::Tick => true,
            FieldKind::Text { lines, .. } => lines > 1,
            _ => false,
        };
        let (by, least, one_of) = match &self.field.shown_when {
            None => (None, None, None),
            Some(Condition { field, test: Test::AtLeast(least) }) => (Some(field), Some(*least), None),
            Some(Condition { field, test: Test::OneOf(keys) }) => (Some(field), None, Some(keys.join(" "))),
        };
        let hidden = !shown.contains(key);
        html! {
            @if grouped {
                fieldset.field.whole data-field=(key) data-shown-by=[by] data-at-least=[least] data-one-of=[one_of]
                    hidden[hidden] aria-describedby=[self.described()]
                {
                    legend { (self.label()) }
                    (self.control())
                    (self.below())
                }
            } @else {
                div.field.whole[whole] data-field=(key) data-shown-by=[by] data-at-least=[least] data-one-of=[one_of]
                    hidden[hidden]
                {
                    @if self.field.kind != FieldKind::Tick { label for=(self.id()) { (self.label()) } }
                    (self.control())
                    (self.below())
                }
            }
        }
    }

    fn id(&self) -> String {
        format!("f-{}", self.field.key)
    }

    fn values(&self) -> &[String] {
        self.filled.answers.get(&self.field.key).map_or(&[], Vec::as_slice)
    }

    fn value(&self) -> &str {
        self.values().last().map_or("", String::as_str)
    }

    fn has(&self, value: &str) -> bool {
        self.values().iter().any(|own| own == value)
    }

    fn label(&self) -> Markup {
        let needed = match &self.field.required {
            Required::Never => None,
            Required::Always => Some(self.words.say("form.needed").to_owned()),
            Required::Grades(grades) => {
                let grades: Vec<String> = grades.iter().map(u8::to_string).collect();
                Some(self.words.fill("record.needed_for", &[("grades", &grades.join(", "))]))
            }
        };
        html! { (self.words.wording(&self.field.label)) @if let Some(needed) = needed { " " span.needed { (needed) } } }
    }

    fn fault(&self) -> Option<AnswerFault> {
        self.filled.errors.iter().find(|error| error.field == self.field.key).map(|error| error.fault)
    }

    /// The hint of its own, or what every field of its kind says.
    fn hint(&self) -> Option<String> {
        match (&self.field.kind, self.field.help.is_empty()) {
            (_, false) => Some(self.words.wording(&self.field.help)),
            (FieldKind::Place, true) => Some(self.words.say("record.place_hint").to_owned()),
            (_, true) => None,
        }
    }

    fn described(&self) -> Option<String> {
        let hint = self.hint().map(|_| format!("{}-hint", self.id()));
        let fault = self.fault().map(|_| format!("error-{}", self.field.key));
        let both: Vec<String> = hint.into_iter().chain(fault).collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    fn below(&self) -> Markup {
        let counted = match self.field.kind {
            FieldKind::Text { longest, lines } if lines > 1 => Some(longest),
            _ => None,
        };
        html! {
            @if self.hint().is_some() || counted.is_some() {
                div.field-foot {
                    p.hint id=(format!("{}-hint", self.id())) { (self.hint().unwrap_or_default()) }
                    @if let Some(longest) = counted {
                        p.hint.counted id=(format!("{}-count", self.id())) data-limit=(longest) {
                            (self.value().trim().chars().count()) " / " (longest)
                        }
                    }
                }
            }
            @if let Some(fault) = self.fault() {
                p.field-error id=(format!("error-{}", self.field.key)) { (told(self.words, fault)) }
            }
        }
    }

    fn control(&self) -> Markup {
        let words = self.words;
        match &self.field.kind {
            FieldKind::Choice { options } => {
                self.select(options.iter().map(|Choice { key, label }| (key.as_str(), words.wording(label))))
            }
            FieldKind::Profession => {
                self.select(Profession::ALL.iter().map(|one| (one.key(), one.label(words.0).to_owned())))
            }
            FieldKind::Choices { options } => self.boxes(options),
            FieldKind::Scale { from, to, steps } => self.scale(*from, *to, steps),
            FieldKind::Text { longest, lines } => self.text(*longest, *lines),
            FieldKind::Date => html! {
                input type="date" id=(self.id()) name=(self.field.key) value=(self.value())
                    aria-describedby=[self.described()] aria-invalid=[self.invalid()];
            },
            FieldKind::Place => self.place(),
            FieldKind::Tick => html! {
                label.tick {
                    input type="checkbox" id=(self.id()) name=(self.field.key) value="on" checked[self.has("on")]
                        aria-describedby=[self.described()];
                    span { (self.label()) }
                }
            },
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.fault().map(|_| "true")
    }

    fn select<'a>(&self, options: impl Iterator<Item = (&'a str, String)>) -> Markup {
        html! {
            select id=(self.id()) name=(self.field.key) aria-describedby=[self.described()] aria-invalid=[self.invalid()] {
                option value="" { (self.words.say("record.not_said")) }
                @for (key, label) in options { option value=(key) selected[self.value() == key] { (label) } }
            }
        }
    }

    fn boxes(&self, options: &[Choice]) -> Markup {
        html! {
            div.theme-list {
                @for option in options {
                    label.tick {
                        input type="checkbox" name=(self.field.key) value=(option.key) checked[self.has(&option.key)];
                        span { (self.words.wording(&option.label)) }
                    }
                }
            }
        }
    }

    fn scale(&self, from: i32, to: i32, steps: &[Wording]) -> Markup {
        let chosen = self.value();
        let number = |value: i32| {
            let text = value.to_string();
            html! { input type="radio" name=(self.field.key) value=(text) checked[chosen == text]; }
        };
        // Grades of risk stand out; other scales say nothing of it.
        let grade = |value: i32| (self.field.key == "grade").then_some(value);
        html! {
            @if steps.is_empty() {
                div.choices {
                    @for value in (from..=to).take(MOST_DRAWN) { label.tick { (number(value)) span { (value) } } }
                    (self.nothing())
                }
            } @else {
                div.grade-list {
                    @for (value, step) in (from..=to).zip(steps) {
                        label.grade data-grade=[grade(value)] {
                            (number(value)) span { strong { (value) } " " (self.words.wording(step)) }
                        }
                    }
                    (self.nothing())
                }
            }
        }
    }

    /// What is chosen by mistake can be taken back, where it may be left out.
    fn nothing(&self) -> Markup {
        html! {
            @if self.field.required != Required::Always {
                label.tick {
                    input type="radio" name=(self.field.key) value="" checked[self.value().is_empty()];
                    span { (self.words.say("record.not_said")) }
                }
            }
        }
    }

    fn text(&self, longest: u32, lines: u32) -> Markup {
        html! {
            @if lines > 1 {
                textarea id=(self.id()) name=(self.field.key) rows=(lines) aria-describedby=[self.described()]
                    aria-invalid=[self.invalid()] { (self.value()) }
            } @else {
                input type="text" id=(self.id()) name=(self.field.key) value=(self.value()) maxlength=(longest)
                    aria-describedby=[self.described()] aria-invalid=[self.invalid()];
            }
        }
    }

    /// What is typed is looked up, and what is chosen is kept beside it, hidden. A name with a point is no answer.
    fn place(&self) -> Markup {
        // What names no place stays, to be corrected.
        let label = self.filled.territory.place(self.value()).map_or_else(|| self.value().to_owned(), Place::label);
        let list = format!("{}-list", self.id());
        html! {
            input type="text" id=(self.id()) name=(format!("{}.text", self.field.key)) list=(list) value=(label)
                data-place=(self.field.key) aria-describedby=[self.described()] aria-invalid=[self.invalid()];
            datalist id=(list) {}
            input type="hidden" name=(self.field.key) value=(self.value());
        }
    }
}

/// Why an answer was refused, in words.
fn told(words: Words, fault: AnswerFault) -> String {
    match fault {
        AnswerFault::Missing => words.say("answer.missing").to_owned(),
        AnswerFault::NotAnOption => words.say("answer.not_an_option").to_owned(),
        AnswerFault::OutOfRange(from, to) => {
            words.fill("form.range", &[("from", &from.to_string()), ("to", &to.to_string())])
        }
        AnswerFault::TooLong(most) => words.fill("answer.too_long", &[("most", &most.to_string())]),
        AnswerFault::Unreadable => words.say("answer.unreadable").to_owned(),
        AnswerFault::NoDate => words.say("answer.no_date").to_owned(),
        AnswerFault::NoPlace => words.say("answer.no_place").to_owned(),
    }
}
