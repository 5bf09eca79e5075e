//! The protocol's first page: what is in force, what is on the workbench, the sections and their fields, and beside them the
//! form as listeners will see it.

use super::super::draft::{NotMade, unavailable};
use super::super::form::Sent;
use super::super::overview::{LISTED, history, when};
use super::super::{go, not_done, page};
use super::{Draft, emergency, faults, new_key, preview, rules};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form as Posted, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::{Condition, Field, FieldKind, Form, Protocol, Required, Section, Test, Wording};
use maud::{Markup, html};
use std::collections::HashMap;
use store::VersionUse;

/// `GET /office/protocol`
pub(crate) async fn protocol_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, None).await
}

/// The page with a word on what was not done.
pub(super) async fn with_notice(
    app: &App,
    colleague: &Colleague,
    status: StatusCode,
    said: &str,
) -> Result<Response, StatusCode> {
    Ok(not_done(status, draw(app, colleague, Some(said)).await?))
}

async fn draw(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let draft = Draft::read(app).await.map_err(unavailable)?;
    let store = app.house.store();
    let uses = store.protocols().uses(LISTED).await.map_err(unavailable)?;
    let people = store.all_staff().await.map_err(unavailable)?;
    let names: HashMap<i64, String> = people.into_iter().map(|one| (one.id, one.name)).collect();
    let left = faults::left_behind(app, words, &draft).await.map_err(unavailable)?;
    let form = &draft.protocol.form;
    let one = |version: i64| words.fill("protocol.one", &[("version", &version.to_string())]);
    let content = html! {
        div.beside {
            div.beside-main {
                section.card {
                    p.path { a href="/office" { (words.say("office.title")) } }
                    h1 { (words.say("protocol.title")) }
                    @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
                    p.hint { (words.say("protocol.help")) }
                    (state(words, &draft, &left, &uses, &names))
                }
                section.card {
                    h2 { (words.say("protocol.fields")) }
                    @for section in &form.sections { (section_list(words, form, section)) }
                    (add_forms(words, form))
                }
                section.card { (what_next(words, &draft.protocol)) }
                section.card { (transfer(words)) }
                section.card { (history(words, words.say("protocol.history"), &uses, &names, "/office/protocol/back", &one)) }
            }
            section.card.beside-preview aria-label=(words.say("protocol.preview")) {
                h2 { (words.say("protocol.preview")) }
                p.hint { (words.say("protocol.preview_help")) }
                (preview(app, words, form))
            }
        }
    };
    Ok(page(app, colleague, "/office", words.say("protocol.title"), &content))
}

fn state(words: Words, draft: &Draft, left: &Markup, uses: &[VersionUse], names: &HashMap<i64, String>) -> Markup {
    let stops = draft.stops();
    html! {
        @if let Some(now) = uses.first() {
            p { strong { (words.fill("protocol.in_force", &[("version", &now.version.to_string())])) } ", "
                (when(words, now.at, now.who, names)) }
        }
        @match &draft.row {
            None => p.hint { (words.say("protocol.no_draft")) },
            Some(row) => {
                div.notice.draft {
                    p { strong { (words.fill("office.draft", &[("version", &row.version.to_string())])) } ", "
                        (when(words, row.made_at, row.made_by, names)) }
                    (faults::list(words, &draft.protocol, None))
                    (left)
                    form.buttons method="post" action="/office/protocol/in-force" {
                        input type="hidden" name="version" value=(row.version);
                        input type="hidden" name="revision" value=(row.revision);
                        input type="hidden" name="says" value=(draft.says());
                        button.primary type="submit" disabled[stops] { (words.say("office.put_in_force")) }
                        button.danger type="submit" formaction="/office/protocol/drop" data-twice {
                            (twice(words.say("office.drop"), words.say("form.sure")))
                        }
                    }
                    @if stops { p.hint { (words.say("office.stops")) } }
                }
            },
        }
    }
}

fn section_list(words: Words, form: &Form, section: &Section) -> Markup {
    html! {
        div.things-head id=(format!("section-{}", section.key)) {
            h3 { a href=(format!("/office/protocol/sections/{}", section.key)) {
                (faults::name_of(words, form, &section.key)) } }
            (arrows(words, "section", &section.key, &words.wording(&section.label)))
        }
        ul.things {
            @for field in &section.fields {
                li id=(format!("field-{}", field.key)) {
                    a href=(format!("/office/protocol/fields/{}", field.key)) { (faults::name_of(words, form, &field.key)) }
                    span.soft { (summary(words, form, field)) }
                    (arrows(words, "field", &field.key, &words.wording(&field.label)))
                }
            }
        }
        @if section.fields.is_empty() { p.empty { (words.say("protocol.empty_section")) } }
    }
}

/// What a field is, in a line.
fn summary(words: Words, form: &Form, field: &Field) -> String {
    let mut parts = vec![words.named("kind_of_field", field.kind.word()).to_owned()];
    match &field.required {
        Required::Never => {}
        Required::Always => parts.push(words.say("protocol.required_always").to_owned()),
        Required::Grades(grades) => {
            let grades: Vec<String> = grades.iter().map(u8::to_string).collect();
            parts.push(words.fill("protocol.required_for", &[("grades", &grades.join(", "))]));
        }
    }
    if let Some(condition) = &field.shown_when {
        parts.push(when_shown(words, form, condition));
    }
    parts.join(" · ")
}

/// A condition in words.
fn when_shown(words: Words, form: &Form, condition: &Condition) -> String {
    let name = faults::name_of(words, form, &condition.field);
    match &condition.test {
        Test::AtLeast(least) => words.fill("protocol.when_at_least", &[("name", &name), ("least", &least.to_string())]),
        Test::OneOf(keys) => {
            let options = form.field(&condition.field).map_or(&[][..], |field| field.kind.options());
            let label = |key: &String| {
                let option = options.iter().find(|option| option.key == *key);
                match (option, key.as_str()) {
                    (Some(option), _) => words.wording(&option.label),
                    (None, "on") => words.say("protocol.ticked").to_owned(),
                    (None, other) => other.to_owned(),
                }
            };
            let answers: Vec<String> = keys.iter().map(label).collect();
            words.fill("protocol.when_one_of", &[("name", &name), ("answers", &answers.join(", "))])
        }
    }
}

/// Buttons that move something up and down.
fn arrows(words: Words, what: &str, key: &str, name: &str) -> Markup {
    html! {
        form.aside.arrows method="post" action="/office/protocol/move" {
            input type="hidden" name="what" value=(what);
            input type="hidden" name="key" value=(key);
            button type="submit" name="to" value="up" aria-label=(words.fill("protocol.up", &[("name", name)])) { "↑" }
            button type="submit" name="to" value="down" aria-label=(words.fill("protocol.down", &[("name", name)])) { "↓" }
        }
    }
}

fn add_forms(words: Words, form: &Form) -> Markup {
    let standard = Form::standard();
    let missing: Vec<&Field> = standard.fields().filter(|field| form.field(&field.key).is_none()).collect();
    html! {
        form.new method="post" action="/office/protocol/add" {
            label for="new-field" { (words.say("protocol.new_field")) }
            div.row {
                input type="text" id="new-field" name="name" maxlength="80" autocomplete="off"
                    placeholder=(words.named("field", "name"));
                select name="kind" aria-label=(words.say("protocol.kind")) {
                    optgroup label=(words.say("protocol.kinds")) {
                        @for kind in FieldKind::WORDS { option value=(kind) { (words.named("kind_of_field", kind)) } }
                    }
                    @if !missing.is_empty() {
                        optgroup label=(words.say("protocol.of_standard")) {
                            @for field in missing {
                                option value=(format!("standard:{}", field.key)) { (words.wording(&field.label)) }
                            }
                        }
                    }
                }
                select name="section" aria-label=(words.say("protocol.section")) {
                    @for section in &form.sections {
                        option value=(section.key) { (faults::name_of(words, form, &section.key)) }
                    }
                }
                button type="submit" name="what" value="field" { (words.say("form.add")) }
            }
        }
        form.new method="post" action="/office/protocol/add" {
            label for="new-section" { (words.say("protocol.new_section")) }
            div.row {
                input type="text" id="new-section" name="name" required maxlength="80" autocomplete="off"
                    placeholder=(words.named("field", "name"));
                button type="submit" name="what" value="section" { (words.say("form.add")) }
            }
        }
    }
}

/// The rules and the steps, each in a line.
fn what_next(words: Words, protocol: &Protocol) -> Markup {
    html! {
        h2 { (words.say("rules.title")) }
        ul.things {
            @for rule in &protocol.rules {
                li { strong { (rules::summary(words, rule)) } span.soft { (rules::offered(words, rule)) } }
            }
        }
        p { a href=(rules::PAGE) { (words.say("rules.open")) } }
        h2 { (words.say("steps.title")) }
        p { a href=(emergency::PAGE) {
            (words.fill("steps.open", &[("count", &protocol.emergency.len().to_string())])) } }
    }
}

fn transfer(words: Words) -> Markup {
    html! {
        h2 { (words.say("office.transfer")) }
        p { a href="/office/protocol.toml" download="protocol.toml" { (words.say("protocol.export")) } }
        details {
            summary { (words.say("protocol.import")) }
            form.fields method="post" action="/office/protocol/import" {
                label for="toml" { (words.say("protocol.import_words")) }
                textarea.code #toml name="toml" rows="12" spellcheck="false" required {}
                div.buttons { button type="submit" { (words.say("office.import_button")) } }
            }
        }
    }
}

/// Puts a new field at the end of a section, and answers its key.
fn put_field(protocol: &mut Protocol, sent: &Sent) -> Result<String, NotMade> {
    let form = &mut protocol.form;
    let field = match sent.get("kind").split_once(':') {
        Some(("standard", key)) => Form::standard().field(key).cloned().ok_or(NotMade::Gone)?,
        _ => {
            let kind = FieldKind::usual(sent.get("kind")).ok_or(NotMade::Gone)?;
            let taken = |key: &str| {
                // A key of the standard form is of the standard form's field, should that come back.
                form.field(key).is_some() || form.section(key).is_some() || Form::standard().field(key).is_some()
            };
            let key = new_key(sent.get("name"), &taken).ok_or(NotMade::NoName)?;
            let label = Wording::new(sent.get("name"), "");
            Field { key, label, help: Wording::default(), kind, shown_when: None, required: Required::Never }
        }
    };
    if form.field(&field.key).is_some() {
        return Err(NotMade::Taken);
    }
    let key = field.key.clone();
    let section = form.sections.iter_mut().find(|section| section.key == sent.get("section")).ok_or(NotMade::Gone)?;
    section.fields.push(field);
    Ok(key)
}

fn put_section(protocol: &mut Protocol, name: &str) -> Result<(), NotMade> {
    let form = &mut protocol.form;
    let taken = |key: &str| form.field(key).is_some() || form.section(key).is_some();
    let key = new_key(name, &taken).ok_or(NotMade::NoName)?;
    form.sections.push(Section { key, label: Wording::new(name, ""), fields: Vec::new() });
    Ok(())
}

/// `POST /office/protocol/add`: a new section, or a new field of one.
pub(crate) async fn add_to_form(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let section = sent.get("what") == "section";
    let added = Draft::change(&app, colleague.staff.id, |protocol| {
        if section { put_section(protocol, sent.get("name")) } else { put_field(protocol, &sent).map(drop) }
    });
    match added.await {
        Ok(_) if section => Ok(go("/office/protocol")),
        Ok(draft) => {
            // The newest field of the section is the one that was added.
            let last = draft.protocol.form.section(sent.get("section")).and_then(|section| section.fields.last());
            Ok(go(&last.map_or_else(
                || "/office/protocol".to_owned(),
                |field| format!("/office/protocol/fields/{}", field.key),
            )))
        }
        Err(not) => {
            let said = not.told(colleague.words)?;
            with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, &said).await
        }
    }
}

/// `POST /office/protocol/move`: a section or a field one place up or down.
pub(crate) async fn move_in_form(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (what, key, up) = (sent.get("what"), sent.get("key"), sent.get("to") == "up");
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let mut moved = draft.protocol.form.clone();
    let step = |form: &mut Form| if what == "section" { form.move_section(key, up) } else { form.move_field(key, up) };
    // At an end there is nothing to change, and no draft to begin.
    if step(&mut moved) {
        let done = Draft::change(&app, colleague.staff.id, |protocol| {
            step(&mut protocol.form);
            Ok(())
        });
        if let Err(not) = done.await {
            return with_notice(&app, &colleague, StatusCode::CONFLICT, &not.told(colleague.words)?).await;
        }
    }
    Ok(go(&format!("/office/protocol#{what}-{key}")))
}
