//! Imports in the office: a file is sent, looked at, tried and taken in; what was taken in before is listed.

mod columns;
mod file;
mod outcome;

pub(crate) use columns::change_columns;
pub(crate) use file::{drop_file, file_page, stop_import, take_file};
pub(crate) use outcome::{file_events, file_part, report_file};

use super::{names_of_staff, page};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::office::{Sent, go, not_done, unavailable, when};
use crate::words::Words;
use axum::extract::{Form, Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use directory::import::Format;
use maud::{Markup, html};
use node::{Directory, NotKept, Receiving};
use std::collections::HashMap;
use store::{FileRow, ImportCounts, ImportRow, ImportState};

/// How many imports are listed.
const LISTED: i64 = 50;
/// How many files are looked through for those that wait, and for the reports of imports.
const FILES: i64 = 200;
/// The longest name of a file and of a source, in characters.
const LONGEST_NAME: usize = 120;

/// `GET /directory/import`
pub(crate) async fn imports_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, None).await
}

async fn draw(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let store = app.house.store();
    let imports = store.imports(LISTED).await.map_err(unavailable)?;
    let files = store.files(FILES).await.map_err(unavailable)?;
    let names = names_of_staff(app).await.map_err(unavailable)?;
    let waiting: Vec<&FileRow> = files.iter().filter(|file| file.import.is_none()).collect();
    let content = html! {
        section.card {
            p.path { a href="/directory" { (words.say("directory.title")) } }
            h1 { (words.say("imports.title")) }
            p.lead { (words.say("imports.lead")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            (send_form(words))
        }
        @if !waiting.is_empty() {
            section.card {
                h2 { (words.say("imports.waiting")) }
                ul.things { @for file in waiting {
                    li {
                        a href=(address(&file.id)) { (file.name) }
                        span.soft { (file.format) " · " (size(words, file.bytes)) " · " (when(words, file.sent_at, file.sent_by, &names)) }
                        @if app.house.directory().progress(&file.id).is_some() { span.badge { (words.say("imports.at_work")) } }
                    }
                } }
            }
        }
        section.card {
            h2 { (words.say("imports.past")) }
            @if imports.is_empty() { p.empty { (words.say("imports.none")) } }
            @else { (past(words, &imports, &files, &names)) }
        }
    };
    Ok(page(app, colleague, "/directory", words.say("imports.title"), &content))
}

fn send_form(words: Words) -> Markup {
    let formats: Vec<_> = Format::ALL.iter().filter(|format| **format != Format::ICalendar).collect();
    let formats = formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ");
    let largest = size(words, i64::try_from(Directory::LARGEST_FILE).unwrap_or(i64::MAX));
    let help = words.fill("imports.file_help", &[("formats", &formats), ("size", &largest)]);
    html! {
        form.fields method="post" action="/directory/import" enctype="multipart/form-data" {
            div.input { label for="source" { (words.say("imports.source")) }
                input #source type="text" name="source" maxlength=(LONGEST_NAME) autocomplete="off" aria-describedby="source-says";
                p.hint #source-says { (words.say("imports.source_help")) } }
            div.input { label for="file" { (words.say("imports.file")) }
                input #file type="file" name="file" required aria-describedby="file-says";
                p.hint #file-says { (help) } }
            div.buttons { button.primary type="submit" { (words.say("imports.send")) } }
        }
    }
}

fn past(words: Words, imports: &[ImportRow], files: &[FileRow], names: &HashMap<i64, String>) -> Markup {
    html! {
        div.wide tabindex="0" role="group" aria-label=(words.say("imports.past")) {
            table.rows.imports {
                thead { tr {
                    th scope="col" { (words.say("directory.source")) }
                    th scope="col" { (words.say("imports.when")) }
                    th scope="col" { (words.say("imports.state")) }
                    @for (label, _) in figures(words, &ImportCounts::default()) { th scope="col" { (label) } }
                } }
                tbody { @for import in imports { (past_row(words, import, files, names)) } }
            }
        }
    }
}

fn past_row(words: Words, import: &ImportRow, files: &[FileRow], names: &HashMap<i64, String>) -> Markup {
    let file = files.iter().find(|file| file.import == Some(import.id));
    let state = match import.state {
        ImportState::Running => words.say("imports.running"),
        ImportState::InForce => words.say("imports.in_force"),
        ImportState::GivenUp => words.say("imports.given_up"),
    };
    html! {
        tr {
            th scope="row" {
                @match file { Some(file) => a href=(address(&file.id)) { (import.source) }, None => (import.source) }
                " " span.soft { (import.format) }
            }
            td { (when(words, import.begun_at, import.begun_by, names)) }
            td { (state)
                @if import.state == ImportState::Running {
                    form method="post" action="/directory/import/stop" {
                        input type="hidden" name="import" value=(import.id);
                        button.danger type="submit" data-twice { (twice(words.say("imports.stop"), words.say("form.sure"))) }
                    }
                } }
            @for (_, count) in figures(words, &import.counts) { td { (count) } }
        }
    }
}

/// The figures of an import, with their labels.
fn figures(words: Words, counts: &ImportCounts) -> [(&'static str, i64); 5] {
    [
        (words.say("imports.added"), counts.added),
        (words.say("imports.changed"), counts.changed),
        (words.say("imports.unchanged"), counts.unchanged),
        (words.say("imports.kept"), counts.kept),
        (words.say("imports.refused"), counts.refused),
    ]
}

/// The address of a file's page.
fn address(id: &str) -> String {
    format!("/directory/import/{id}")
}

/// A size as people read it.
fn size(words: Words, bytes: i64) -> String {
    let (divisor, unit) = match bytes {
        ..=999 => (1, words.say("unit.byte")),
        1_000..=1_048_575 => (1 << 10, words.say("unit.kilobyte")),
        1_048_576..=1_073_741_823 => (1 << 20, words.say("unit.megabyte")),
        _ => (1 << 30, words.say("unit.gigabyte")),
    };
    format!("{}\u{a0}{unit}", bytes.unsigned_abs().div_ceil(divisor))
}

/// `POST /directory/import`: a file is sent, and kept until it is taken in or thrown away.
pub(crate) async fn send_file(
    State(app): State<App>,
    colleague: Colleague,
    parts: Multipart,
) -> Result<Response, StatusCode> {
    let (words, directory) = (colleague.words, app.house.directory());
    let refuse =
        async |said: &str| Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, draw(&app, &colleague, Some(said)).await?));
    let (sent, file) = match received(directory, parts).await {
        Ok(received) => received,
        Err(Broken::Stream) => return refuse(words.say("imports.fault.broken")).await,
        Err(Broken::Disk(fault)) => {
            tracing::error!(%fault, "a file of entries cannot be written");
            return refuse(words.say("imports.fault.disk")).await;
        }
    };
    let Some((name, file)) = file else { return refuse(words.say("imports.fault.empty")).await };
    let source = tidy(sent.get("source"));
    match directory.keep_file(file, &name, &source, colleague.staff.id, app.house.wall_ms()).await {
        Ok(id) => Ok(go(&address(&id))),
        Err(fault) => refuse(&not_kept(words, fault)?).await,
    }
}

/// Why a file could not be kept, for its reader.
fn not_kept(words: Words, fault: NotKept) -> Result<String, StatusCode> {
    Ok(match fault {
        NotKept::Empty => words.say("imports.fault.empty").to_owned(),
        NotKept::UnknownFormat => words.say("imports.fault.format").to_owned(),
        NotKept::Calendar => words.say("imports.fault.calendar").to_owned(),
        NotKept::TooLarge(format) => {
            let most = size(words, i64::try_from(format.largest()).unwrap_or(i64::MAX));
            words.fill("imports.fault.too_large", &[("format", format.name()), ("size", &most)])
        }
        NotKept::Disk(fault) => {
            tracing::error!(%fault, "a file of entries cannot be kept");
            words.say("imports.fault.disk").to_owned()
        }
        NotKept::Store(fault) => return Err(unavailable(fault)),
    })
}

/// Why a file did not come whole.
enum Broken {
    /// The browser stopped in the middle, or sent more than is taken.
    Stream,
    /// It cannot be written.
    Disk(std::io::Error),
}

/// Writes a file as it comes, never holding more than a piece of it in memory. Answers what else was sent.
async fn received(directory: &Directory, mut parts: Multipart) -> Result<(Sent, Option<(String, Receiving)>), Broken> {
    let (mut sent, mut file) = (Sent::default(), None);
    while let Some(mut part) = parts.next_field().await.map_err(|_| Broken::Stream)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "file" {
            let text = part.text().await.map_err(|_| Broken::Stream)?;
            sent.0.push((name, text));
            continue;
        }
        let called = tidy(part.file_name().unwrap_or_default());
        let mut receiving = directory.receive().map_err(Broken::Disk)?;
        while let Some(piece) = part.chunk().await.map_err(|_| Broken::Stream)? {
            receiving.take(&piece).await.map_err(Broken::Disk)?;
        }
        file = Some((called, receiving));
    }
    Ok((sent, file))
}

fn tidy(name: &str) -> String {
    name.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect::<String>().trim().to_owned()
}

/// `POST /directory/import/stop`: gives up an import that is under way, wherever it was begun.
pub(crate) async fn stop_running(
    State(app): State<App>,
    _colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let import = Sent(pairs).get("import").parse().map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    app.house.store().give_import_up(import, app.house.wall_ms()).await.map_err(unavailable)?;
    Ok(go("/directory/import"))
}
