//! A file that was sent: how it is read, tried, taken in, and what came of it.

use super::outcome::work;
use super::{address, columns, not_kept, size};
use crate::App;
use crate::addresses::told::whole_address;
use crate::addresses::{names_of_staff, page};
use crate::desk::twice;
use crate::door::Colleague;
use crate::office::{Sent, go, not_done, unavailable, when};
use crate::words::Words;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use directory::import::{Finding, Severity};
use directory::{Entry, Territory};
use maud::{Markup, html};
use node::{NotBegun, Preview, PreviewRow, Taking};
use serde::Deserialize;
use store::FileRow;

/// What of a report is shown.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    /// « refused » for what could not be taken only.
    pub(super) only: String,
}

/// The file that a page is about.
pub(super) async fn known(app: &App, id: &str) -> Result<FileRow, StatusCode> {
    app.house.store().file(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)
}

/// `GET /directory/import/{id}`
pub(crate) async fn file_page(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Query(shown): Query<Shown>,
) -> Result<Markup, StatusCode> {
    let file = known(&app, &id).await?;
    draw(&app, &colleague, &file, &shown, None).await
}

pub(super) async fn draw(
    app: &App,
    colleague: &Colleague,
    file: &FileRow,
    shown: &Shown,
    said: Option<&str>,
) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let preview: Preview = serde_json::from_str(&file.preview).unwrap_or_default();
    let names = names_of_staff(app).await.map_err(unavailable)?;
    let waits = file.import.is_none();
    let content = html! {
        section.card {
            p.path { a href="/directory/import" { (words.say("imports.title")) } }
            h1 { (file.name) }
            p.soft { (file.format) " · " (size(words, file.bytes)) " · " (when(words, file.sent_at, file.sent_by, &names)) }
            p { (words.say("directory.source")) " " strong { (file.source) } }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            @if waits && !app.house.directory().has_file(&file.id) { p.notice.trouble role="alert" { (words.say("imports.fault.gone")) } }
        }
        section.card #work { (work(app, words, file, shown)) }
        @if waits && !preview.header.is_empty() { (columns::form(app, words, file, &preview).await?) }
        section.card { (first_rows(words, app.house.territory(), &preview, waits)) }
        @if waits {
            section.card {
                form.buttons method="post" action=(format!("{}/drop", address(&file.id))) {
                    button.danger type="submit" data-twice { (twice(words.say("imports.drop"), words.say("form.sure"))) }
                }
                p.hint { (words.say("imports.drop_help")) }
            }
        }
    };
    Ok(page(app, colleague, "/directory", &file.name, &content))
}

fn first_rows(words: Words, territory: Territory, preview: &Preview, waits: bool) -> Markup {
    html! {
        h2 { (words.say("imports.preview")) }
        @for finding in &preview.file { (told(words, finding)) }
        @if preview.rows.is_empty() { p.empty { (words.say("imports.no_rows")) } }
        @else {
            @if waits { p.hint { (words.say("imports.preview_help")) } }
            div.wide tabindex="0" role="group" aria-label=(words.say("imports.preview")) {
                table.rows.preview {
                    thead { tr {
                        @for key in ["imports.row", "directory.name", "directory.kinds", "record.place", "directory.contacts", "imports.found"] {
                            th scope="col" { (words.say(key)) }
                        }
                    } }
                    tbody { @for row in &preview.rows { (preview_row(words, territory, row)) } }
                }
            }
        }
    }
}

fn preview_row(words: Words, territory: Territory, row: &PreviewRow) -> Markup {
    let kinds = |entry: &Entry| entry.kinds.iter().map(|kind| kind.label(words.0)).collect::<Vec<_>>().join(", ");
    html! {
        tr data-refused[row.entry.is_none()] {
            th scope="row" { (row.number) }
            @match &row.entry {
                Some(entry) => {
                    td { (entry.name) }
                    td { (kinds(entry)) }
                    td { @for location in &entry.locations { span.cell { (whole_address(territory, location)) } } }
                    td { @for contact in &entry.contacts { span.cell { (contact.value) } } }
                }
                None => td colspan="4" { strong.wrong { (words.say("imports.row_refused")) } },
            }
            td { @for finding in &row.findings { (told(words, finding)) } }
        }
    }
}

/// A finding in its sentence, marked by how grave it is.
pub(super) fn told(words: Words, finding: &Finding) -> Markup {
    let sentence = finding.sentence(words.0);
    html! {
        @if finding.severity() == Severity::Refused { strong.wrong.cell { (sentence) } } @else { span.cell { (sentence) } }
    }
}

/// `POST /directory/import/{id}/take`: the file is tried, or taken in.
pub(crate) async fn take_file(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words) = (Sent(pairs), colleague.words);
    let file = known(&app, &id).await?;
    let refuse = async |said: &str| {
        let page = draw(&app, &colleague, &file, &Shown::default(), Some(said)).await?;
        Ok(not_done(StatusCode::CONFLICT, page))
    };
    if file.import.is_some() {
        return refuse(words.say("imports.fault.taken")).await;
    }
    let taking = match sent.get("do") {
        "import" => Taking::Import { who: colleague.staff.id, replace: sent.has("replace") },
        _ => Taking::Trial { replace: sent.has("replace") },
    };
    let house = app.house.clone();
    match app.house.directory().work_on(file.clone(), taking, move || house.wall_ms()) {
        Ok(()) | Err(NotBegun::AtWork) => Ok(go(&format!("{}#work", address(&id)))),
        Err(NotBegun::Unreadable(fault)) => refuse(&not_kept(words, fault)?).await,
    }
}

/// `POST /directory/import/{id}/stop`
pub(crate) async fn stop_import(
    State(app): State<App>,
    Path(id): Path<String>,
    _colleague: Colleague,
) -> Result<Response, StatusCode> {
    let directory = app.house.directory();
    let progress = directory.progress(&id);
    directory.stop_work(&id);
    if let Some(mut progress) = progress {
        // It ends at the next piece that is read; whoever gave it up then sees that it has ended.
        let ended = async { while progress.changed().await.is_ok() {} };
        let _slow = tokio::time::timeout(std::time::Duration::from_secs(5), ended).await;
    }
    Ok(go(&address(&id)))
}

/// `POST /directory/import/{id}/drop`
pub(crate) async fn drop_file(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
) -> Result<Response, StatusCode> {
    let directory = app.house.directory();
    if directory.progress(&id).is_some() {
        let file = known(&app, &id).await?;
        let said = colleague.words.say("imports.fault.at_work");
        let page = draw(&app, &colleague, &file, &Shown::default(), Some(said)).await?;
        return Ok(not_done(StatusCode::CONFLICT, page));
    }
    directory.drop_file(&id).await.map_err(unavailable)?;
    Ok(go("/directory/import"))
}
