//! A section of the form: its name, and taking it out.

use super::super::draft::{NotMade, mark, unavailable};
use super::super::form::{InputFault, Sent, read};
use super::super::inputs::{Choices, Inputs};
use super::super::{go, not_done, page};
use super::{Draft, faults};
use crate::App;
use crate::door::Colleague;
use axum::extract::{Form as Posted, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::{Form, Section, Wording};
use maud::{Markup, html};
use serde_json::{Value, json};
use switchboard::{Field as Setting, Holds};

const SETTINGS: &[Setting] = &[Setting::of("label.fr", Holds::Text), Setting::may("label.en", Holds::Text)];

fn settings(section: &Section) -> Value {
    json!({ "label": section.label })
}

/// `GET /office/protocol/sections/{id}`
pub(crate) async fn section_page(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let section = draft.protocol.form.section(&id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(draw(&app, &colleague, &draft, section, &settings(section), &[], None))
}

fn draw(
    app: &App,
    colleague: &Colleague,
    draft: &Draft,
    section: &Section,
    shown: &Value,
    wrong: &[InputFault],
    said: Option<&str>,
) -> Markup {
    let words = colleague.words;
    let choices = Choices::default();
    let inputs = Inputs { words, choices: &choices, faults: wrong, form: "section" };
    let name = faults::name_of(words, &draft.protocol.form, &section.key);
    let content = html! {
        section.card {
            p.path { a href="/office" { (words.say("office.title")) } " › "
                a href="/office/protocol" { (words.say("protocol.title")) } }
            h1 { (name) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            @if !wrong.is_empty() { p.notice.trouble role="alert" { (words.say("form.wrong")) } }
            (faults::list(words, &draft.protocol, Some(&faults::page_of(&draft.protocol.form, &section.key))))
            form.fields method="post" {
                input type="hidden" name="was" value=(mark(&settings(section)));
                (inputs.all(SETTINGS, shown))
                div.buttons {
                    button.primary type="submit" name="do" value="save" { (words.say("form.save")) }
                    @if section.fields.is_empty() {
                        button.danger type="submit" name="do" value="remove" formnovalidate { (words.say("form.remove")) }
                    }
                }
                @if !section.fields.is_empty() { p.hint { (words.say("protocol.section_in_use")) } }
                p.hint { (words.say("protocol.draft_only")) }
            }
        }
    };
    page(app, colleague, "/office", &name, &content)
}

/// `POST /office/protocol/sections/{id}`
pub(crate) async fn change_section(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (shown, wrong) = read(SETTINGS, &sent, colleague.words);
    let remove = sent.get("do") == "remove";
    let change = |form: &mut Form| {
        let section = form.sections.iter_mut().find(|section| section.key == id).ok_or(NotMade::Gone)?;
        if mark(&settings(section)) != sent.get("was") {
            return Err(NotMade::Stale);
        }
        if remove {
            if let Some(field) = section.fields.first() {
                return Err(NotMade::InUse(field.key.clone()));
            }
            form.sections.retain(|section| section.key != id);
        } else {
            section.label = Wording::new(sent.get("label.fr"), sent.get("label.en"));
        }
        Ok(())
    };
    let not = if wrong.is_empty() || remove {
        match Draft::change(&app, colleague.staff.id, |protocol| change(&mut protocol.form)).await {
            Ok(_) => return Ok(go("/office/protocol")),
            Err(not) => Some(not),
        }
    } else {
        None
    };
    let stale = matches!(not, Some(NotMade::Stale));
    let status = if not.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let said = not.map(|not| not.told(colleague.words)).transpose()?;
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let section = draft.protocol.form.section(&id).ok_or(StatusCode::NOT_FOUND)?;
    // Somebody else's change is shown, not what would overwrite it.
    let shown = if stale { settings(section) } else { shown };
    Ok(not_done(status, draw(&app, &colleague, &draft, section, &shown, &wrong, said.as_deref())))
}
