//! A field of the form: what it asks, when it is shown, when it must be answered, and what listeners will see of it.

use super::super::draft::{NotMade, mark, unavailable};
use super::super::form::{InputFault, Sent, get, put, read};
use super::super::inputs::{Choices, Inputs};
use super::super::{go, not_done, page};
use super::condition::{condition, read_condition};
use super::{Draft, faults, new_key, preview};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form as Posted, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use care::{Field, FieldKind, Grade, Protocol};
use maud::{Markup, html};
use serde_json::{Value, json};
use switchboard::{Field as Setting, Holds};

const NAMES: [Setting; 4] = [
    Setting::of("label.fr", Holds::Text),
    Setting::may("label.en", Holds::Text),
    Setting::may("help.fr", Holds::Text),
    Setting::may("help.en", Holds::Text),
];
/// A row without its first cell is none: the key comes last, because it is made of the name where it is left out.
const OPTION: &[Setting] =
    &[Setting::of("label.fr", Holds::Text), Setting::may("label.en", Holds::Text), Setting::may("key", Holds::Word)];
const STEP: &[Setting] = &[Setting::of("fr", Holds::Text), Setting::may("en", Holds::Text)];

/// What can be set in a field of this kind, beside when it is shown and must be answered.
fn settings_of(kind: &FieldKind) -> Vec<Setting> {
    let own: &[Setting] = match kind {
        FieldKind::Choice { .. } | FieldKind::Choices { .. } => &[Setting::may("option", Holds::Rows(OPTION))],
        FieldKind::Scale { .. } => &[
            Setting::of("from", Holds::Whole(-1000, 1000)),
            Setting::of("to", Holds::Whole(-1000, 1000)),
            Setting::may("step", Holds::Rows(STEP)),
        ],
        FieldKind::Text { .. } => {
            &[Setting::of("longest", Holds::Whole(1, 4_000)), Setting::of("lines", Holds::Whole(1, 20))]
        }
        FieldKind::Date | FieldKind::Place | FieldKind::Profession | FieldKind::Tick => &[],
    };
    NAMES.iter().chain(own).copied().collect()
}

fn written(field: &Field) -> Value {
    serde_json::to_value(field).unwrap_or_default()
}

/// What a page of a field shows.
struct Shown<'a> {
    draft: &'a Draft,
    field: &'a Field,
    /// The field as it is recorded, or as somebody has sent it.
    settings: &'a Value,
    wrong: &'a [InputFault],
    said: Option<&'a str>,
    /// In how many records it was answered.
    records: i64,
}

/// `GET /office/protocol/fields/{id}`
pub(crate) async fn field_page(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let field = draft.protocol.form.field(&id).ok_or(StatusCode::NOT_FOUND)?;
    let records = app.house.store().answered(&id).await.map_err(unavailable)?;
    let shown = Shown { draft: &draft, field, settings: &written(field), wrong: &[], said: None, records };
    Ok(draw(&app, &colleague, &shown))
}

fn draw(app: &App, colleague: &Colleague, shown: &Shown<'_>) -> Markup {
    let words = colleague.words;
    let form = &shown.draft.protocol.form;
    let field = shown.field;
    let choices = Choices::default();
    let inputs = Inputs { words, choices: &choices, faults: shown.wrong, form: "field" };
    let name = faults::name_of(words, form, &field.key);
    let content = html! {
        div.beside {
            section.card.beside-main {
                p.path { a href="/office" { (words.say("office.title")) } " › "
                    a href="/office/protocol" { (words.say("protocol.title")) } }
                h1 { (name) }
                p.soft { (words.named("kind_of_field", field.kind.word())) " · " code { (field.key) } }
                @if let Some(said) = shown.said { p.notice.trouble role="alert" { (said) } }
                @if !shown.wrong.is_empty() { p.notice.trouble role="alert" { (words.say("form.wrong")) } }
                form.fields method="post" data-check {
                    input type="hidden" name="was" value=(mark(&written(field)));
                    (inputs.all(&settings_of(&field.kind), shown.settings))
                    (required(words, get(shown.settings, "required")))
                    (condition(words, form, field, get(shown.settings, "shown_when"), shown.wrong))
                    div.buttons {
                        button.primary type="submit" name="do" value="save" { (words.say("form.save")) }
                        button.danger type="submit" name="do" value="remove" formnovalidate data-twice {
                            (twice(words.say("form.remove"), words.say("form.sure")))
                        }
                    }
                    @if shown.records > 0 {
                        p.hint { (words.fill("protocol.answered", &[("records", &shown.records.to_string())])) }
                    }
                    p.hint { (words.say("protocol.draft_only")) }
                }
            }
            section.card.beside-preview aria-label=(words.say("protocol.preview")) {
                h2 { (words.say("protocol.preview")) }
                div #check { (seen(app, words, &shown.draft.protocol, &field.key)) }
            }
        }
    };
    page(app, colleague, "/office", &name, &content)
}

/// What the checker says of a field, and the form with it.
fn seen(app: &App, words: Words, protocol: &Protocol, key: &str) -> Markup {
    let here = faults::page_of(&protocol.form, key);
    html! { (faults::list(words, protocol, Some(&here))) (preview(app, words, &protocol.form)) }
}

/// When it must be answered.
fn required(words: Words, value: &Value) -> Markup {
    let mode = match value {
        Value::Array(_) => "grades",
        Value::String(word) if word == "always" => "always",
        _ => "never",
    };
    let has = |grade: u8| value.as_array().into_iter().flatten().any(|one| one.as_u64() == Some(u64::from(grade)));
    html! {
        fieldset.input {
            legend { (words.say("protocol.required")) }
            div.choices {
                @for own in ["never", "always", "grades"] {
                    label.tick { input type="radio" name="required" value=(own) checked[own == mode]; (words.named("required", own)) }
                }
            }
            div.choices role="group" aria-label=(words.named("required", "grades")) {
                @for grade in Grade::ALL {
                    label.tick { input type="checkbox" name="required.grade" value=(grade.number()) checked[has(grade.number())];
                        (grade.number()) }
                }
            }
        }
    }
}

/// Gives each option without a key one that is made of its name.
fn name_options(settings: &mut Value) {
    let Some(options) = settings.get_mut("option").and_then(Value::as_array_mut) else { return };
    let key_of = |option: &Value| option.get("key").and_then(Value::as_str).map(str::to_owned);
    let mut keys: Vec<String> = options.iter().filter_map(key_of).collect();
    for option in options {
        if key_of(option).is_none() {
            let name = get(option, "label.fr").as_str().unwrap_or_default().to_owned();
            let key = new_key(&name, &|key| keys.iter().any(|own| own == key)).unwrap_or_default();
            keys.push(key.clone());
            if let Value::Object(option) = option {
                option.insert("key".to_owned(), Value::String(key));
            }
        }
    }
}

/// What was sent as a field, its settings to be shown again, and what is wrong with them.
fn taken(words: Words, known: &Field, sent: &Sent) -> (Option<Field>, Value, Vec<InputFault>) {
    let (mut settings, mut wrong) = read(&settings_of(&known.kind), sent, words);
    name_options(&mut settings);
    put(&mut settings, "key", Value::String(known.key.clone()));
    put(&mut settings, "kind", Value::String(known.kind.word().to_owned()));
    let required = match sent.get("required") {
        "always" => json!("always"),
        "grades" => {
            let grades = sent.0.iter().filter(|(name, _)| name == "required.grade");
            grades.filter_map(|(_, value)| value.parse::<u8>().ok()).map(Value::from).collect()
        }
        _ => json!("never"),
    };
    put(&mut settings, "required", required);
    match read_condition(sent) {
        Ok(None) => {}
        Ok(Some(condition)) => put(&mut settings, "shown_when", condition),
        Err(()) => wrong.push(InputFault {
            name: "shown_when".to_owned(),
            words: words.say("protocol.shown_when_mixed").to_owned(),
        }),
    }
    let field = if wrong.is_empty() { serde_json::from_value(settings.clone()).ok() } else { None };
    (field, settings, wrong)
}

/// `POST /office/protocol/fields/{id}`
pub(crate) async fn change_field(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (words, sent) = (colleague.words, Sent(pairs));
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let known = draft.protocol.form.field(&id).ok_or(StatusCode::NOT_FOUND)?;
    let (field, settings, wrong) = taken(words, known, &sent);
    if sent.get("do") == "check" {
        return Ok(check(&app, words, &draft, field, &wrong).into_response());
    }
    let remove = sent.get("do") == "remove";
    let change = |protocol: &mut Protocol| {
        let own = protocol.form.field_mut(&id).ok_or(NotMade::Gone)?;
        if mark(&written(own)) != sent.get("was") {
            return Err(NotMade::Stale);
        }
        match &field {
            _ if remove => {
                for section in &mut protocol.form.sections {
                    section.fields.retain(|field| field.key != id);
                }
            }
            Some(field) => *own = field.clone(),
            None => return Err(NotMade::Gone),
        }
        Ok(())
    };
    let not = if field.is_some() || remove {
        match Draft::change(&app, colleague.staff.id, change).await {
            Ok(_) if remove => return Ok(go("/office/protocol")),
            Ok(_) => return Ok(go(&format!("/office/protocol/fields/{id}"))),
            Err(not) => Some(not),
        }
    } else {
        None
    };
    let stale = matches!(not, Some(NotMade::Stale));
    let status = if not.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let said = not.map(|not| not.told(words)).transpose()?;
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let known = draft.protocol.form.field(&id).ok_or(StatusCode::NOT_FOUND)?;
    let records = app.house.store().answered(&id).await.map_err(unavailable)?;
    // Somebody else's change is shown, not what would overwrite it.
    let settings = if stale { written(known) } else { settings };
    let said = said.as_deref();
    let shown = Shown { draft: &draft, field: known, settings: &settings, wrong: &wrong, said, records };
    Ok(not_done(status, draw(&app, &colleague, &shown)))
}

/// What the checker would say and listeners would see if this were saved.
fn check(app: &App, words: Words, draft: &Draft, field: Option<Field>, wrong: &[InputFault]) -> Markup {
    let mut protocol = draft.protocol.clone();
    let Some(field) = field else {
        let first = wrong.first().map_or_else(|| words.say("form.wrong"), |fault| fault.words.as_str());
        return super::super::faults::only(first);
    };
    let key = field.key.clone();
    if let Some(own) = protocol.form.field_mut(&key) {
        *own = field;
    }
    seen(app, words, &protocol, &key)
}

#[cfg(test)]
mod tests {
    use super::super::condition::chosen_answers;
    use super::*;
    use crate::words::Language;
    use care::Form;

    const FR: Words = Words(Language::Fr);

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn every_field_of_the_standard_form_comes_back_as_it_was() {
        for field in Form::standard().fields() {
            let settings = written(field);
            let mut pairs = Vec::new();
            for setting in settings_of(&field.kind) {
                match (setting.holds, get(&settings, setting.key)) {
                    (Holds::Rows(columns), Value::Array(rows)) => {
                        for (index, row) in rows.iter().enumerate() {
                            for column in columns {
                                let value = get(row, column.key).as_str().unwrap_or_default().to_owned();
                                pairs.push((format!("{}.{index}.{}", setting.key, column.key), value));
                            }
                        }
                    }
                    (_, Value::Number(number)) => pairs.push((setting.key.to_owned(), number.to_string())),
                    (_, value) => pairs.push((setting.key.to_owned(), value.as_str().unwrap_or_default().to_owned())),
                }
            }
            let mode = settings["required"].as_str().unwrap_or("never");
            pairs.push(("required".to_owned(), mode.to_owned()));
            for chosen in chosen_answers(get(&settings, "shown_when")) {
                pairs.push(("shown_when".to_owned(), chosen));
            }
            let (read, _, wrong) = taken(FR, field, &Sent(pairs));
            assert_eq!(wrong, []);
            assert_eq!(read.as_ref(), Some(field), "{}", field.key);
        }
    }

    #[test]
    fn options_without_a_key_get_one_of_their_name() {
        let form = Form::standard();
        let field = form.field("setting").unwrap();
        let pairs = [
            ("label.fr", "Lieu"),
            ("option.0.label.fr", "Hôpital"),
            ("option.0.key", "hospital"),
            ("option.1.label.fr", "Hospital"),
            ("option.2.label.fr", "Été ?"),
            ("option.3.label.fr", ""),
            ("option.3.key", "gone"),
        ];
        let (read, _, _) = taken(FR, field, &sent(&pairs));
        let keys: Vec<_> = read.unwrap().kind.options().iter().map(|option| option.key.clone()).collect();
        assert_eq!(keys, ["hospital", "hospital_2", "ete"]);
    }
}
