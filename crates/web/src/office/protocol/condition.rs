//! When a field is shown: by what was answered to one that comes before it.

use super::super::form::{InputFault, Sent};
use crate::words::Words;
use care::{Field, FieldKind, Form, MOST_STEPS, Profession};
use maud::{Markup, html};
use serde_json::{Value, json};

/// What may be answered to a field for another to be shown: a value as the choice has it, and its name.
fn answers_of(words: Words, field: &Field) -> Vec<(String, String)> {
    let key = &field.key;
    match &field.kind {
        FieldKind::Choice { options } | FieldKind::Choices { options } => {
            options.iter().map(|option| (format!("{key}={}", option.key), words.wording(&option.label))).collect()
        }
        FieldKind::Scale { from, to, .. } => {
            let at_least = |number: i32| words.fill("protocol.at_least", &[("least", &number.to_string())]);
            // A draft may still say anything: no more are offered than a scale may have.
            let numbers = (from.saturating_add(1)..=*to).take(usize::try_from(MOST_STEPS).unwrap_or_default());
            numbers.map(|number| (format!("{key}>{number}"), at_least(number))).collect()
        }
        FieldKind::Tick => vec![(format!("{key}=on"), words.say("protocol.ticked").to_owned())],
        FieldKind::Profession => {
            Profession::ALL.iter().map(|one| (format!("{key}={}", one.key()), one.label(words.0).to_owned())).collect()
        }
        FieldKind::Text { .. } | FieldKind::Date | FieldKind::Place => Vec::new(),
    }
}

/// A condition as the choice has it.
pub(super) fn chosen_answers(condition: &Value) -> Vec<String> {
    let Some(key) = condition.get("field").and_then(Value::as_str) else { return Vec::new() };
    let least = condition.get("at_least").and_then(Value::as_i64).map(|least| format!("{key}>{least}"));
    let one_of = condition.get("one_of").and_then(Value::as_array).into_iter().flatten();
    let one_of = one_of.filter_map(Value::as_str).map(|answer| format!("{key}={answer}"));
    least.into_iter().chain(one_of).collect()
}

/// When it is shown.
pub(super) fn condition(words: Words, form: &Form, field: &Field, value: &Value, wrong: &[InputFault]) -> Markup {
    let chosen = chosen_answers(value);
    let before = form.before(&field.key);
    let groups: Vec<_> = before.iter().map(|field| (*field, answers_of(words, field))).collect();
    let known = |one: &String| groups.iter().any(|(_, answers)| answers.iter().any(|(own, _)| own == one));
    let fault = wrong.iter().find(|fault| fault.name == "shown_when");
    html! {
        div.input.whole {
            label for="shown-when" { (words.say("protocol.shown_when")) }
            select #shown-when name="shown_when" multiple size="7" aria-describedby="shown-when-says"
                aria-invalid=[fault.map(|_| "true")]
            {
                option value="" selected[chosen.is_empty()] { (words.say("protocol.always")) }
                // What is chosen already stays to be seen, even if it is not there any more.
                @for one in chosen.iter().filter(|one| !known(one)) { option value=(one) selected { (one) " ?" } }
                @for (field, answers) in groups.iter().filter(|(_, answers)| !answers.is_empty()) {
                    optgroup label=(words.wording(&field.label)) {
                        @for (own, label) in answers { option value=(own) selected[chosen.contains(own)] { (label) } }
                    }
                }
            }
            p.hint #shown-when-says {
                @if let Some(fault) = fault { strong.wrong { (fault.words) } " " }
                (words.say("protocol.shown_when_help"))
            }
        }
    }
}

/// Reads a condition: answers of one field, or the least of a number.
pub(super) fn read_condition(sent: &Sent) -> Result<Option<Value>, ()> {
    let chosen = sent.0.iter().filter(|(name, value)| name == "shown_when" && !value.is_empty());
    let (mut field, mut least, mut one_of) = (None, None::<i64>, Vec::new());
    for (_, value) in chosen {
        let (key, number) = match (value.split_once('>'), value.split_once('=')) {
            (Some((key, number)), _) => (key, Some(number.parse::<i64>().map_err(drop)?)),
            (None, Some((key, answer))) => {
                one_of.push(answer);
                (key, None)
            }
            (None, None) => return Err(()),
        };
        if field.is_some_and(|own| own != key) {
            return Err(());
        }
        field = Some(key);
        least = number.map(|number| least.map_or(number, |own| own.min(number))).or(least);
    }
    match (field, least) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) if !one_of.is_empty() => Err(()),
        (Some(key), Some(least)) => Ok(Some(json!({ "field": key, "at_least": least }))),
        (Some(key), None) => Ok(Some(json!({ "field": key, "one_of": one_of }))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_of_one_field_alone() {
        let read = |values: &[&str]| {
            read_condition(&Sent(values.iter().map(|one| ("shown_when".to_owned(), (*one).to_owned())).collect()))
        };
        assert_eq!(read(&[""]), Ok(None));
        assert_eq!(read(&["grade>4", "", "grade>5"]), Ok(Some(json!({ "field": "grade", "at_least": 4 }))));
        assert_eq!(read(&["setting=a", "setting=b"]), Ok(Some(json!({ "field": "setting", "one_of": ["a", "b"] }))));
        assert_eq!(read(&["setting=a", "themes=b"]), Err(()));
        assert_eq!(read(&["grade>4", "grade=1"]), Err(()));
        assert_eq!(read(&["grade>x"]), Err(()));
        assert_eq!(read(&["nonsense"]), Err(()));
    }
}
