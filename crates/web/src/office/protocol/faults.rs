//! What the checker found in a protocol, in words for the people of the office, and what a change would leave behind.

use super::super::faults::{Told, listed};
use super::Draft;
use super::{emergency, rules};
use crate::App;
use crate::words::Words;
use care::{EmergencyWrong, Form, FormWrong, Protocol, ProtocolFault, RuleWrong, Severity};
use maud::{Markup, html};
use store::StoreError;

/// The page on which a section or a field is changed.
pub(super) fn page_of(form: &Form, key: &str) -> String {
    if form.field(key).is_some() {
        format!("/office/protocol/fields/{key}")
    } else {
        format!("/office/protocol/sections/{key}")
    }
}

/// The name of a section or a field.
pub(super) fn name_of(words: Words, form: &Form, key: &str) -> String {
    let label = form.field(key).map(|field| &field.label).or_else(|| form.section(key).map(|section| &section.label));
    label.map(|label| words.wording(label)).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| key.to_owned())
}

/// The list of what was found; `only` keeps what one page can mend.
pub(super) fn list(words: Words, protocol: &Protocol, only: Option<&str>) -> Markup {
    let found = protocol.check().into_iter().map(|fault| told(words, protocol, &fault));
    let of_page = |told: &Told| only.is_none_or(|page| told.page.split('#').next() == Some(page));
    listed(words, found.filter(of_page).collect())
}

pub(super) fn told(words: Words, protocol: &Protocol, fault: &ProtocolFault) -> Told {
    let warning = fault.severity() == Severity::Warning;
    let form = &protocol.form;
    let (page, about, words) = match fault {
        ProtocolFault::Form(fault) => {
            let text = wrong(words, form, &fault.wrong);
            match &fault.about {
                None => ("/office/protocol".to_owned(), words.say("protocol.form").to_owned(), text),
                Some(key) => (page_of(form, key), name_of(words, form, key), text),
            }
        }
        ProtocolFault::Rule(index, wrong) => {
            let known = index.and_then(|index| Some((index, protocol.rules.get(index)?)));
            let about =
                known.map_or_else(|| words.say("rules.title").to_owned(), |(_, rule)| rules::summary(words, rule));
            let anchor = known.map(|(index, _)| format!("#rule-{index}")).unwrap_or_default();
            (format!("{}{anchor}", rules::PAGE), about, wrong_rule(words, *wrong))
        }
        ProtocolFault::Emergency(index, wrong) => {
            let step = index.map(|index| (index + 1).to_string());
            let about = step.map_or_else(
                || words.say("steps.title").to_owned(),
                |number| words.fill("steps.one", &[("number", &number)]),
            );
            (emergency::PAGE.to_owned(), about, wrong_step(words, *wrong))
        }
    };
    Told { page, about, words, warning }
}

fn wrong_rule(words: Words, wrong: RuleWrong) -> String {
    match wrong {
        RuleWrong::NoGrades => words.say("rules.no_grades").to_owned(),
        RuleWrong::UnknownAudience => words.say("rules.unknown_audience").to_owned(),
        RuleWrong::Empty => words.say("rules.empty").to_owned(),
        RuleWrong::LongWording(most) => words.fill("protocol.long_wording", &[("most", &most.to_string())]),
        RuleWrong::TooMany(most) => words.fill("rules.too_many", &[("most", &most.to_string())]),
        RuleWrong::NoEmergency => words.say("rules.no_emergency").to_owned(),
        RuleWrong::NothingFor(grade) => words.fill("rules.nothing_for", &[("grade", &grade.number().to_string())]),
    }
}

fn wrong_step(words: Words, wrong: EmergencyWrong) -> String {
    match wrong {
        EmergencyWrong::None => words.say("steps.none").to_owned(),
        EmergencyWrong::BadKey => words.say("steps.bad_key").to_owned(),
        EmergencyWrong::NoLabel => words.say("protocol.no_label").to_owned(),
        EmergencyWrong::NoEnglish => words.say("protocol.no_english").to_owned(),
        EmergencyWrong::LongWording(most) => words.fill("protocol.long_wording", &[("most", &most.to_string())]),
        EmergencyWrong::SignalTimes => words.say("steps.bad_times").to_owned(),
        EmergencyWrong::TooMany(most) => words.fill("steps.too_many", &[("most", &most.to_string())]),
    }
}

fn wrong(words: Words, form: &Form, wrong: &FormWrong) -> String {
    let plain = |key: &'static str| words.say(key).to_owned();
    let most = |key: &'static str, most: String| words.fill(key, &[("most", &most)]);
    let named = |key: &'static str, name: &str| words.fill(key, &[("name", name)]);
    match wrong {
        FormWrong::NoGrade => plain("protocol.no_grade"),
        FormWrong::GradeNotAlways => plain("protocol.grade_not_always"),
        FormWrong::GradeRange => plain("protocol.grade_range"),
        FormWrong::OtherKind(kind) => named("protocol.other_kind", words.named("kind_of_field", kind)),
        FormWrong::KeyTwice => plain("protocol.key_twice"),
        FormWrong::BadKey(key) => named("protocol.bad_key", key),
        FormWrong::NoLabel => plain("protocol.no_label"),
        FormWrong::NoEnglish => plain("protocol.no_english"),
        FormWrong::LongWording(longest) => most("protocol.long_wording", longest.to_string()),
        FormWrong::NoOptions => plain("protocol.no_options"),
        FormWrong::BadOption(key) => named("protocol.bad_option", key),
        FormWrong::OptionTwice(key) => named("protocol.option_twice", key),
        FormWrong::NoOptionLabel(key) => named("protocol.no_option_label", key),
        FormWrong::BadScale(steps) => most("protocol.bad_scale", steps.to_string()),
        FormWrong::StepsMissing => plain("protocol.steps_missing"),
        FormWrong::BadLength(length) => most("protocol.bad_length", length.to_string()),
        FormWrong::BadLines(lines) => most("protocol.bad_lines", lines.to_string()),
        FormWrong::UnknownField(key) => named("protocol.unknown_field", key),
        FormWrong::LaterField(key) => named("protocol.later_field", &name_of(words, form, key)),
        FormWrong::NeverHolds(key) => named("protocol.never_holds", &name_of(words, form, key)),
        FormWrong::NoSuchGrade(grade) => named("protocol.no_such_grade", &grade.to_string()),
        FormWrong::TooManySections(count) => most("protocol.too_many_sections", count.to_string()),
        FormWrong::TooManyFields(count) => most("protocol.too_many_fields", count.to_string()),
        FormWrong::TooManyOptions(count) => most("protocol.too_many_options", count.to_string()),
        FormWrong::TooMuchText(count) => most("protocol.too_much_text", count.to_string()),
        FormWrong::EmptySection => plain("protocol.empty_section"),
    }
}

/// What records in the store say in answer to fields that the draft has no more, or asks in another way: they keep it, and
/// whoever changes the form knows it.
///
/// # Errors
/// When the store does not answer.
pub(super) async fn left_behind(app: &App, words: Words, draft: &Draft) -> Result<Markup, StoreError> {
    let mut told = Vec::new();
    for field in draft.in_force.form.fields() {
        let now = draft.protocol.form.field(&field.key);
        if now.is_some_and(|now| now.kind.word() == field.kind.word()) {
            continue;
        }
        let records = app.house.store().answered(&field.key).await?;
        if records == 0 {
            continue;
        }
        let values = [("name", words.wording(&field.label)), ("records", records.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        told.push(match now {
            None => words.fill("protocol.left_behind", &values),
            Some(_) => words.fill("protocol.asked_otherwise", &values),
        });
    }
    Ok(html! {
        @if !told.is_empty() { ul.faults { @for one in &told { li data-tone="warning" { (one) } } } }
    })
}
