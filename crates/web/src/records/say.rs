//! What a record says, in words.

use crate::desk::saved_answers;
use crate::words::Words;
use care::{Answers, EmergencyNumber, EmergencyStep, Field, FieldKind, Form, Kind, KindAnswer, Profession, Protocol};
use directory::{Place, Territory};
use maud::{Markup, html};
use store::{CareRecord, FollowUp};

/// What was answered to a field, in words; nothing if it was not answered.
pub(super) fn answer(words: Words, territory: Territory, field: &Field, answers: &Answers) -> String {
    let values = answers.get(&field.key).map_or(&[][..], Vec::as_slice);
    let one = |value: &String| -> String {
        match &field.kind {
            FieldKind::Choice { options } | FieldKind::Choices { options } => {
                let known = options.iter().find(|option| option.key == *value);
                known.map_or_else(|| value.clone(), |option| words.wording(&option.label))
            }
            FieldKind::Scale { from, steps, .. } => {
                let step = value.parse::<i32>().ok().and_then(|number| steps.get(usize::try_from(number - from).ok()?));
                step.map_or_else(|| value.clone(), |step| format!("{value} {}", words.wording(step)))
            }
            FieldKind::Place => territory.place(value).map_or_else(|| value.clone(), Place::label),
            FieldKind::Profession => {
                Profession::from_key(value).map_or_else(|| value.clone(), |one| one.label(words.0).to_owned())
            }
            FieldKind::Tick => words.say("records.yes").to_owned(),
            FieldKind::Text { .. } | FieldKind::Date => value.clone(),
        }
    };
    values.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Everything that was answered, with the names of its fields.
pub(super) fn answered(words: Words, territory: Territory, form: &Form, record: &CareRecord) -> Markup {
    let answers = saved_answers(record);
    let told = form.fields().map(|field| (field, answer(words, territory, field, &answers)));
    let told: Vec<_> = told.filter(|(_, text)| !text.is_empty()).collect();
    html! {
        @if told.is_empty() { p.empty { (words.say("records.nothing")) } } @else {
            dl.told {
                @for (field, text) in told {
                    dt { (words.wording(&field.label)) }
                    dd { (text) }
                }
            }
        }
    }
}

/// What an amendment changed: the name of a field, what it said, and what it says.
pub(super) fn changes(
    words: Words,
    territory: Territory,
    form: &Form,
    before: &CareRecord,
    after: &CareRecord,
) -> Vec<(String, String, String)> {
    let (was, is) = (saved_answers(before), saved_answers(after));
    let row = |field: &Field| {
        let (old, new) = (answer(words, territory, field, &was), answer(words, territory, field, &is));
        (old != new).then(|| (words.wording(&field.label), old, new))
    };
    form.fields().filter_map(row).collect()
}

/// What a kind of the directory is called; nothing, if it is none any more.
pub(super) fn kind(words: Words, key: &str) -> &'static str {
    Kind::from_key(key).map_or("", |kind| kind.label(words.0))
}

/// What a number of the emergency procedure is called.
pub(super) fn number(words: Words, key: &str) -> &'static str {
    EmergencyNumber::from_key(key).map_or("", |number| number.label(words.0))
}

/// The steps of the emergency procedure that were taken, in its order.
pub(super) fn steps<'a>(protocol: &'a Protocol, follow_up: &FollowUp) -> Vec<&'a EmergencyStep> {
    protocol.emergency.iter().filter(|step| follow_up.steps.contains(&step.key)).collect()
}

/// What was done beside the talk; nothing at all if nothing was.
pub(super) fn done(words: Words, protocol: &Protocol, follow_up: &FollowUp, codes: i64) -> Markup {
    let steps = steps(protocol, follow_up);
    html! {
        @if !follow_up.given.is_empty() {
            h3 { (words.say("reorientation.given")) }
            ul.plain { @for one in &follow_up.given { li { (one.name) " " span.hint { (kind(words, &one.kind)) } } } }
        }
        @if !follow_up.answers.is_empty() {
            h3 { (words.say("records.answers")) }
            ul.plain {
                @for (key, said) in &follow_up.answers {
                    li { (kind(words, key)) " · " (KindAnswer::from_key(said).map_or("", |said| said.label(words.0))) }
                }
            }
        }
        @if codes > 0 { h3 { (words.say("records.codes")) } p { (codes) } }
        @if !follow_up.help.is_empty() {
            h3 { (words.say("records.help")) }
            ul.plain {
                @for one in &follow_up.help {
                    li {
                        (number(words, &one.number)) " · "
                        (words.say(if one.consent { "emergency.with_consent" } else { "emergency.without_consent" }))
                    }
                }
            }
        }
        @if !steps.is_empty() {
            h3 { (words.say("records.steps")) }
            ul.plain { @for step in steps { li { (words.wording(&step.label)) } } }
        }
    }
}
