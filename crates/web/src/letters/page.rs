//! The pages that the links in letters lead to.

use super::token;
use crate::App;
use crate::addresses::{contact_fits, contact_label, published_facts};
use crate::door::{Passed, message};
use crate::office::{Sent, not_done, unavailable};
use crate::shell::{Page, one_line, some_lines};
use crate::words::Words;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::{ContactChange, ContactKind, Correction, Published};
use maud::{Markup, html};
use node::BY_ITSELF;
use store::{Letter, NewRemark, StoreError};

/// The longest line and the longest text that are taken, in characters.
const LINE: usize = 200;
const TEXT: usize = 2_000;
/// The ways to be reached that can be added at once.
const NEW: [(ContactKind, &str); 3] =
    [(ContactKind::Phone, "phone"), (ContactKind::Email, "email"), (ContactKind::Website, "website")];

/// What a link leads to.
enum Found {
    /// A letter, and what is published of its entry.
    Entry(Letter, Box<Published>),
    /// It is none of ours.
    Forged,
    /// It is too old.
    Old,
    /// The entry is no more.
    Gone,
}

async fn found(app: &App, token: &str) -> Result<Found, StatusCode> {
    let Some(letter) = token::read(app.house.store(), token).await.map_err(unavailable)? else {
        return Ok(Found::Forged);
    };
    if letter.expires_at < app.house.wall_ms() {
        return Ok(Found::Old);
    }
    let seen = app.house.directory().entry(&letter.entry).await.map_err(unavailable)?;
    Ok(match seen.and_then(|seen| seen.entry.published()) {
        Some(published) => Found::Entry(letter, Box::new(published)),
        None => Found::Gone,
    })
}

/// A page that says why a link leads nowhere.
fn nowhere(app: &App, words: Words, found: &Found) -> Response {
    let (status, text) = match found {
        Found::Old => (StatusCode::GONE, "letter.old"),
        Found::Gone => (StatusCode::GONE, "letter.gone"),
        Found::Forged | Found::Entry(..) => (StatusCode::FORBIDDEN, "letter.forged"),
    };
    let said = message(words, app.house.demo(), words.say("letter.nowhere"), &html! { p { (words.say(text)) } });
    not_done(status, said)
}

/// `GET /entry/{token}`
pub(crate) async fn letter_page(
    State(app): State<App>,
    Path(token): Path<String>,
    passed: Passed,
) -> Result<Response, StatusCode> {
    match found(&app, &token).await? {
        Found::Entry(_, published) => Ok(draw(&app, passed.words, &token, &published, &[], None).into_response()),
        other => Ok(nowhere(&app, passed.words, &other)),
    }
}

fn around(app: &App, words: Words, title: &str, content: &Markup) -> Markup {
    let page = Page { words, title, class: "office-page", script: None, demo: app.house.demo() };
    page.around(&html! { main.office { (content) } })
}

fn draw(app: &App, words: Words, token: &str, published: &Published, faults: &[String], sent: Option<&Sent>) -> Markup {
    let facts = published_facts(words, app.house.territory(), published);
    let here = format!("/entry/{token}");
    let content = html! {
        section.card {
            h1 { (published.name) }
            p.lead { (words.say("letter.lead")) }
            dl.facts { @for (key, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
                div { dt { (words.say(key)) } dd { @for line in value.lines() { span.cell { (line) } } } }
            } }
            form.buttons method="post" action=(here) {
                button.primary type="submit" name="do" value="confirm" { (words.say("letter.confirm")) }
                @if published.offer.accepts_new == Some(false) {
                    button type="submit" name="do" value="accepts" { (words.say("letter.accepts")) }
                } @else {
                    button type="submit" name="do" value="full" { (words.say("letter.full")) }
                }
            }
        }
        section.card {
            h2 { (words.say("letter.correct")) }
            p.hint { (words.say("letter.correct_help")) }
            @if !faults.is_empty() { div.notice.trouble role="alert" { ul.faults { @for fault in faults { li { (fault) } } } } }
            (form(words, &here, published, sent))
        }
        section.card {
            h2 { (words.say("letter.else")) }
            form.buttons method="post" action=(here) {
                button.danger type="submit" name="do" value="remove" { (words.say("letter.remove")) }
                a.button href=(format!("{here}/stop")) { (words.say("letter.stop")) }
            }
            p.hint { (words.say("letter.remove_help")) }
        }
    };
    around(app, words, &published.name, &content)
}

fn form(words: Words, here: &str, published: &Published, sent: Option<&Sent>) -> Markup {
    let shown = |name: &str, known: &str| sent.map_or(known, |sent| sent.get(name)).to_owned();
    html! {
        form.fields method="post" action=(here) {
            @for (at, contact) in published.contacts.iter().enumerate() {
                @let name = format!("contact.{at}");
                div.input { label for=(name) { (contact_label(words, contact.kind)) " " (contact.note) }
                    input type="hidden" name=(format!("was.{at}")) value=(contact.value);
                    input id=(name) type="text" name=(name) value=(shown(&name, &contact.value)) maxlength=(LINE) autocomplete="off"; }
            }
            @for (kind, word) in NEW {
                @let name = format!("new.{word}");
                div.input { label for=(name) { (contact_label(words, kind)) " " span.needed { (words.say("letter.new")) } }
                    input id=(name) type="text" name=(name) value=(shown(&name, "")) maxlength=(LINE) autocomplete="off"; }
            }
            div.input { label for="hours" { (words.say("directory.hours_words")) }
                input #hours type="text" name="hours" value=(shown("hours", &published.offer.hours.words)) maxlength=(LINE) autocomplete="off"; }
            div.input.whole { label for="about" { (words.say("directory.about")) }
                textarea #about name="about" rows="3" maxlength=(TEXT) { (shown("about", &published.about)) } }
            div.input.whole { label for="message" { (words.say("letter.message")) }
                textarea #message name="message" rows="3" maxlength=(TEXT) { (shown("message", "")) } }
            div.buttons { button.primary type="submit" name="do" value="correct" { (words.say("letter.send")) } }
        }
    }
}

/// `POST /entry/{token}`
pub(crate) async fn answer(
    State(app): State<App>,
    Path(token): Path<String>,
    passed: Passed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words) = (Sent(pairs), passed.words);
    let (letter, published) = match found(&app, &token).await? {
        Found::Entry(letter, published) => (letter, published),
        other => return Ok(nowhere(&app, words, &other)),
    };
    let now = app.house.wall_ms();
    let directory = app.house.directory();
    let remark =
        |kind: &str, body: String| NewRemark { entry: letter.entry.clone(), kind: kind.to_owned(), body, made_by: 0 };
    let (done, thanks) = match sent.get("do") {
        "confirm" => (directory.confirm(&letter.entry, BY_ITSELF, now, |_| ()).await, "letter.thanks"),
        what @ ("full" | "accepts") => {
            let accepts = Some(what == "accepts");
            let done =
                directory.confirm(&letter.entry, BY_ITSELF, now, |entry| entry.offer.accepts_new = accepts).await;
            (done, "letter.thanks")
        }
        "remove" => {
            (app.house.store().put_remark(&remark("removal", String::new()), now).await, "letter.thanks_removal")
        }
        "correct" => {
            let (correction, faults) = correction(&sent, &published, words);
            if !faults.is_empty() {
                let page = draw(&app, words, &token, &published, &faults, Some(&sent));
                return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page));
            }
            if correction.is_empty() {
                let said = [words.say("letter.nothing").to_owned()];
                let page = draw(&app, words, &token, &published, &said, Some(&sent));
                return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page));
            }
            let body = serde_json::to_string(&correction).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
            (app.house.store().put_remark(&remark("correction", body), now).await, "letter.thanks_correction")
        }
        _ => return Err(StatusCode::UNPROCESSABLE_ENTITY),
    };
    match done {
        Ok(()) => app.house.store().letter_answered(letter.id, now).await.map_err(unavailable)?,
        Err(StoreError::StaleEntry) => return Ok(nowhere(&app, words, &Found::Gone)),
        Err(fault) => return Err(unavailable(fault)),
    }
    Ok(thank(&app, words, thanks))
}

fn thank(app: &App, words: Words, text: &'static str) -> Response {
    let content = html! { section.card { h1 { (words.say("letter.thank_you")) } p { (words.say(text)) } } };
    around(app, words, words.say("letter.thank_you"), &content).into_response()
}

/// What was sent that is other than what is published, and what cannot be.
fn correction(sent: &Sent, published: &Published, words: Words) -> (Correction, Vec<String>) {
    let line = |text: &str| one_line(text, LINE);
    let text = |text: &str| some_lines(text, TEXT);
    let changed = published.contacts.iter().enumerate().filter_map(|(at, contact)| {
        let to = line(sent.get(&format!("contact.{at}")));
        // The page may be older than what is published: what it did not show is not changed by it.
        let shown = sent.get(&format!("was.{at}")) == contact.value.trim() && sent.has(&format!("contact.{at}"));
        (shown && to != contact.value).then(|| ContactChange { kind: contact.kind, from: contact.value.clone(), to })
    });
    let added = NEW.into_iter().filter_map(|(kind, word)| {
        let to = line(sent.get(&format!("new.{word}")));
        (!to.is_empty()).then(|| ContactChange { kind, from: String::new(), to })
    });
    let contacts: Vec<ContactChange> = changed.chain(added).collect();
    let wrong = contacts.iter().filter(|change| !change.to.is_empty() && !contact_fits(change.kind, &change.to));
    let faults = wrong.map(|change| words.fill("directory.contact_wrong", &[("text", &change.to)])).collect();
    let other = |name: &str, value: String, known: &str| (sent.has(name) && value != known.trim()).then_some(value);
    let correction = Correction {
        contacts,
        about: other("about", text(sent.get("about")), &published.about.replace('\r', "")),
        hours: other("hours", line(sent.get("hours")), &published.offer.hours.words),
        message: text(sent.get("message")),
    };
    (correction, faults)
}

/// `GET /entry/{token}/stop`
pub(crate) async fn stop_page(
    State(app): State<App>,
    Path(token): Path<String>,
    passed: Passed,
) -> Result<Response, StatusCode> {
    let words = passed.words;
    let letter = match token::read(app.house.store(), &token).await.map_err(unavailable)? {
        Some(letter) => letter,
        None => return Ok(nowhere(&app, words, &Found::Forged)),
    };
    let content = html! {
        section.card {
            h1 { (words.say("letter.stop")) }
            p { (words.fill("letter.stop_lead", &[("address", &letter.address)])) }
            form.buttons method="post" action=(format!("/entry/{token}/stop")) {
                button.primary type="submit" { (words.say("letter.stop_now")) }
            }
        }
    };
    Ok(around(&app, words, words.say("letter.stop"), &content).into_response())
}

/// `POST /entry/{token}/stop`: by the page's button, or by a mail program's own (RFC 8058).
pub(crate) async fn stop(
    State(app): State<App>,
    Path(token): Path<String>,
    passed: Passed,
) -> Result<Response, StatusCode> {
    let store = app.house.store();
    match token::read(store, &token).await.map_err(unavailable)? {
        Some(letter) => {
            store.stop_letters(&letter.address, app.house.wall_ms()).await.map_err(unavailable)?;
            Ok(thank(&app, passed.words, "letter.stopped"))
        }
        None => Ok(nowhere(&app, passed.words, &Found::Forged)),
    }
}
