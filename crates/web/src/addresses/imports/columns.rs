//! Which column of a table is what: shown, changed, and saved for the next file with the same header.

use super::file::{Shown, draw, known};
use super::{address, not_kept};
use crate::App;
use crate::addresses::names_of_staff;
use crate::door::Colleague;
use crate::office::{Sent, go, not_done, unavailable, when};
use crate::words::Words;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::Kind;
use directory::fold;
use directory::import::{Field, Mapping, What};
use maud::{Markup, html};
use node::{FileOutcome, Preview};
use std::collections::BTreeSet;
use store::FileRow;

/// The most words for kinds that are asked about at once.
const WORDS: usize = 40;

/// The form in which a keeper says what each column is.
pub(super) async fn form(app: &App, words: Words, file: &FileRow, preview: &Preview) -> Result<Markup, StatusCode> {
    let mapping: Mapping = serde_json::from_str(&file.mapping).unwrap_or_default();
    let key = Mapping::header_key(&preview.header);
    let saved = app.house.store().saved_mapping(&key).await.map_err(unavailable)?;
    let names = names_of_staff(app).await.map_err(unavailable)?;
    let unknown = unknown_kinds(file, preview, &mapping);
    Ok(html! {
        section.card {
            h2 { (words.say("columns.title")) }
            p.hint { (words.say("columns.help")) }
            @if let Some(saved) = saved {
                p.notice role="status" { (words.fill("columns.saved", &[("when", &when(words, saved.saved_at, saved.saved_by, &names))])) }
            }
            @if !mapping.has_name() { p.notice.trouble role="alert" { (words.say("columns.no_name")) } }
            form method="post" action=(format!("{}/columns", address(&file.id))) {
                div.wide tabindex="0" role="group" aria-label=(words.say("columns.title")) {
                    table.rows.columns {
                        thead { tr { @for key in ["columns.heading", "columns.is", "columns.examples"] { th scope="col" { (words.say(key)) } } } }
                        tbody { @for (at, heading) in preview.header.iter().enumerate() {
                            tr {
                                th scope="row" #(format!("heading-{at}")) { (heading) }
                                td { (choice(words, at, mapping.columns.get(at).copied().flatten())) }
                                td { @for row in &preview.examples { @if let Some(cell) = row.get(at) { span.cell.soft { (shortened(cell)) } } } }
                            }
                        } }
                    }
                }
                div.fields {
                    div.input { label for="default_kind" { (words.say("columns.default_kind")) }
                        (kinds(words, "default_kind", mapping.default_kind, words.say("columns.no_kind"))) }
                    @for (at, word) in unknown.iter().enumerate() {
                        div.input { label for=(format!("kind.{at}")) { (words.fill("columns.means", &[("text", word)])) }
                            input type="hidden" name=(format!("word.{at}")) value=(word);
                            (kinds(words, &format!("kind.{at}"), mapping.kinds.get(&fold(word)).copied(), words.say("columns.other_kind"))) }
                    }
                    div.buttons { button type="submit" { (words.say("columns.save")) } }
                }
            }
        }
    })
}

fn choice(words: Words, at: usize, chosen: Option<Field>) -> Markup {
    html! {
        select name=(format!("column.{at}")) aria-labelledby=(format!("heading-{at}")) {
            option value="" { (words.say("columns.left_out")) }
            @for field in Field::ALL {
                option value=(field.key()) selected[chosen == Some(*field)] { (field.label(words.0)) }
            }
        }
    }
}

fn kinds(words: Words, name: &str, chosen: Option<Kind>, none: &str) -> Markup {
    html! {
        select id=(name) name=(name) {
            option value="" { (none) }
            @for kind in Kind::ALL { option value=(kind.key()) selected[chosen == Some(*kind)] { (kind.label(words.0)) } }
        }
    }
}

fn shortened(cell: &str) -> String {
    let mut letters = cell.chars();
    let beginning: String = letters.by_ref().take(40).collect();
    if letters.next().is_some() { format!("{beginning}…") } else { beginning }
}

/// The words for kinds that nobody has explained, as far as the preview and the last try met them, and those that somebody has.
fn unknown_kinds(file: &FileRow, preview: &Preview, mapping: &Mapping) -> Vec<String> {
    let outcome: FileOutcome = serde_json::from_str(&file.outcome).unwrap_or_default();
    let met = preview.rows.iter().flat_map(|row| &row.findings).chain(outcome.findings.iter().map(|(_, one)| one));
    let met = met.filter(|one| one.what == What::KindUnknown && !one.value.is_empty()).map(|one| one.value.clone());
    let mut seen = BTreeSet::new();
    let words = mapping.kinds.keys().cloned().chain(met).filter(|word| seen.insert(fold(word)));
    words.take(WORDS).collect()
}

/// `POST /directory/import/{id}/columns`
pub(crate) async fn change_columns(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (sent, words) = (Sent(pairs), colleague.words);
    let file = known(&app, &id).await?;
    let directory = app.house.directory();
    let busy = file.import.is_some() || directory.progress(&id).is_some();
    let mapping = read(&sent, &file);
    let said = if busy {
        words.say("imports.fault.at_work").to_owned()
    } else if !mapping.has_name() {
        words.say("columns.no_name").to_owned()
    } else {
        match directory.map_file(&file, &mapping, colleague.staff.id, app.house.wall_ms()).await {
            Ok(()) => return Ok(go(&address(&id))),
            Err(fault) => not_kept(words, fault)?,
        }
    };
    // What was chosen is shown again, though it is not kept.
    let mapping = serde_json::to_string(&mapping).unwrap_or_default();
    let chosen = if busy { file } else { FileRow { mapping, ..file } };
    let page = draw(&app, &colleague, &chosen, &Shown::default(), Some(&said)).await?;
    Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page))
}

fn read(sent: &Sent, file: &FileRow) -> Mapping {
    let preview: Preview = serde_json::from_str(&file.preview).unwrap_or_default();
    let field = |at: usize| {
        let key = sent.get(&format!("column.{at}"));
        Field::ALL.iter().copied().find(|field| field.key() == key)
    };
    let explained = (0..WORDS).filter_map(|at| {
        let kind = Kind::from_key(sent.get(&format!("kind.{at}")))?;
        Some((fold(sent.get(&format!("word.{at}"))), kind)).filter(|(word, _)| !word.is_empty())
    });
    Mapping {
        columns: (0..preview.header.len()).map(field).collect(),
        kinds: explained.collect(),
        default_kind: Kind::from_key(sent.get("default_kind")),
        header: preview.header,
    }
}
