//! The whole directory as files, written while they are sent: nothing of it is held in memory but the page that is on its way.

use super::Visitor;
use super::page::{Shown, page};
use crate::App;
use crate::door::plain;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use directory::Published;
use directory::export::{csv, fhir, hsds, json_lines, xlsx};
use directory::index::Listing;
use futures_util::stream;
use maud::{Markup, html};
use node::Directory;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A format: the name of the file, its type, and the key of what is said about it.
struct Kind {
    name: &'static str,
    media: &'static str,
    about: &'static str,
}

const FILES: [Kind; 6] = [
    Kind { name: "annuaire.csv", media: "text/csv; charset=utf-8", about: "open.file_csv" },
    Kind {
        name: "annuaire.xlsx",
        media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        about: "open.file_xlsx",
    },
    Kind { name: "annuaire.jsonl", media: "application/x-ndjson", about: "open.file_jsonl" },
    Kind { name: "hsds.json", media: "application/json", about: "open.file_hsds" },
    Kind { name: "hsds.jsonl", media: "application/x-ndjson", about: "open.file_hsds_lines" },
    Kind { name: "fhir.json", media: "application/fhir+json", about: "open.file_fhir" },
];

/// `GET /annuaire/donnees`
pub(crate) async fn data_page(State(app): State<App>, visitor: Visitor) -> Result<Markup, StatusCode> {
    let words = visitor.words;
    let _turn = visitor.open.gate.turn().await?;
    let listing = Listing { limit: 0, ..Listing::default() };
    let (_, total) = app.house.directory().list_published(listing).await.map_err(crate::office::unavailable)?;
    let data = &visitor.open.data;
    let api = [
        ("/api/hsds", "open.api_hsds"),
        ("/api/fhir/metadata", "open.api_fhir"),
        ("/api/openapi.json", "open.api_openapi"),
    ];
    let content = html! {
        section.card {
            p.path { a href=(visitor.to("/annuaire")) { (words.say("open.title")) } }
            h1 { (words.say("open.data")) }
            p { (words.say("open.data_lead")) }
            @if visitor.demo { p.notice { (words.say("open.data_demo")) } }
            dl.facts {
                div { dt { (words.say("open.publisher")) } dd { (data.publisher) } }
                div { dt { (words.say("open.licence")) } dd { a href=(data.licence_url) rel="license noreferrer" { (data.licence) } } }
                div { dt { (words.say("open.date")) } dd { (words.say("open.date_words")) } }
                div { dt { (words.say("open.entries")) } dd { (total) } }
            }
            p.hint { (words.say("open.sources")) }
        }
        section.card {
            h2 { (words.say("open.files")) }
            ul.things { @for file in FILES { li { a href=(format!("/annuaire/fichiers/{}", file.name)) download { (file.name) } span.soft { (words.say(file.about)) } } } }
        }
        section.card {
            h2 { (words.say("open.api")) }
            p { (words.say("open.api_lead")) }
            ul.things { @for (path, about) in api { li { a href=(path) { code { (path) } } span.soft { (words.say(about)) } } } }
            p.hint { (words.say("open.api_limits")) }
        }
    };
    Ok(page(&visitor, &Shown { title: words.say("open.data"), path: "/annuaire/donnees", head: html! {} }, &content))
}

/// `GET /annuaire/fichiers/{file}`
pub(crate) async fn file(
    State(app): State<App>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, StatusCode> {
    let file = FILES.iter().find(|file| file.name == name).ok_or(StatusCode::NOT_FOUND)?;
    let directory = app.house.directory().clone();
    let rows = directory.index().len();
    if file.name.ends_with(".xlsx") && u32::try_from(rows).is_ok_and(|rows| rows >= xlsx::ROWS_LIMIT) {
        return Ok(plain(StatusCode::CONFLICT, visitor.words.say("open.too_many_rows").to_owned() + "\n"));
    }
    let shared = Shared::default();
    let writer = AnyWriter::new(file.name, shared.clone()).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let headers = [
        (CONTENT_TYPE, file.media.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)),
        (CACHE_CONTROL, "public, max-age=600".to_owned()),
    ];
    Ok((headers, body(visitor, directory, shared, writer)?).into_response())
}

/// A body that is written as it is read: a page of entries after the other, then the end.
pub(super) fn body(
    visitor: Visitor,
    directory: Directory,
    shared: Shared,
    writer: AnyWriter,
) -> Result<Body, StatusCode> {
    let permit = visitor.open.gate.file()?;
    let begun = (Some(writer), 0_i64, shared, directory, visitor, permit);
    let pieces = stream::unfold(begun, |(writer, after, shared, directory, visitor, permit)| async move {
        let mut writer = writer?;
        let read = {
            let _turn = visitor.open.gate.turn_at_leisure().await;
            directory.published_after(after).await
        };
        let page = match read {
            Ok(page) => page,
            Err(fault) => {
                tracing::warn!(%fault, "a file of the directory was cut short");
                let cut = io::Error::other("the directory cannot be read now");
                return Some((Err(cut), (None, after, shared, directory, visitor, permit)));
            }
        };
        // Writing takes a while in which nobody else should wait for this thread.
        let written = tokio::task::spawn_blocking(move || match page {
            Some((last, entries)) => {
                entries.iter().try_for_each(|entry| writer.write(entry))?;
                Ok((Some(writer), last))
            }
            None => writer.finish().map(|()| (None, 0)),
        });
        match written.await.unwrap_or_else(|fault| Err(io::Error::other(fault))) {
            Ok((writer, last)) => {
                let bytes = shared.take();
                Some((Ok(bytes), (writer, last, shared, directory, visitor, permit)))
            }
            Err(fault) => Some((Err(fault), (None, after, shared, directory, visitor, permit))),
        }
    });
    Ok(Body::from_stream(pieces))
}

/// Bytes between a writer and the body that sends them.
#[derive(Clone, Default)]
pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A writer of one of the formats.
pub(super) enum AnyWriter {
    Csv(csv::Public<Shared>),
    Xlsx(Box<xlsx::Public<Shared>>),
    Lines(json_lines::Lines<Shared>),
    Hsds(hsds::Page<Shared>),
    HsdsLines(Shared),
    Fhir(fhir::Bundle<Shared>),
}

impl AnyWriter {
    /// The writer of a file.
    pub(super) fn new(name: &str, shared: Shared) -> io::Result<Self> {
        Ok(match name {
            "annuaire.csv" => Self::Csv(csv::Public::new(shared)?),
            "annuaire.xlsx" => Self::Xlsx(Box::new(xlsx::Public::new(shared)?)),
            "annuaire.jsonl" => Self::Lines(json_lines::Lines::new(shared)),
            "hsds.json" => Self::Hsds(hsds::Page::new(shared)?),
            "hsds.jsonl" => Self::HsdsLines(shared),
            _ => Self::Fhir(fhir::Bundle::new(shared)?),
        })
    }

    fn write(&mut self, entry: &Published) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.write(entry),
            Self::Xlsx(writer) => match writer.write(entry)? {
                true => Ok(()),
                false => Err(io::Error::other("a workbook is full")),
            },
            Self::Lines(writer) => writer.write(entry),
            Self::Hsds(writer) => writer.write(entry),
            Self::HsdsLines(writer) => {
                serde_json::to_writer(&mut *writer, &hsds::service(entry))?;
                writer.write_all(b"\n")
            }
            Self::Fhir(writer) => writer.write(entry),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.finish().map(drop),
            Self::Xlsx(writer) => writer.finish().map(drop),
            Self::Lines(writer) => writer.finish().map(drop),
            Self::Hsds(writer) => writer.finish().map(drop),
            Self::HsdsLines(_) => Ok(()),
            Self::Fhir(writer) => writer.finish().map(drop),
        }
    }
}
