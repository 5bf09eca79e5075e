//! How far the work on a file is, and what came of it.

use super::super::address as entry_address;
use super::file::{Shown, known, told};
use super::{address, figures};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use directory::Difference;
use directory::import::{Finding, Severity, What, report};
use futures_util::stream::{Stream, unfold};
use maud::{Markup, html};
use node::{FileOutcome, Progress};
use std::convert::Infallible;
use std::time::Duration;
use store::FileRow;
use tokio::sync::watch;

/// How many findings a page shows; the file that is taken out has all that were kept.
const SHOWN: usize = 300;
/// How long a bar stays as it is after it moved.
const CALM: Duration = Duration::from_millis(300);

/// What is done with a file now, or what became of it, and what can be done next.
pub(super) fn work(app: &App, words: Words, file: &FileRow, shown: &Shown) -> Markup {
    if let Some(progress) = app.house.directory().progress(&file.id) {
        let progress = *progress.borrow();
        return under_way(words, file, progress);
    }
    let outcome = Some(&file.outcome).filter(|text| !text.is_empty());
    let outcome = outcome.and_then(|text| serde_json::from_str::<FileOutcome>(text).ok());
    let here = app.house.directory().has_file(&file.id);
    html! {
        @if let Some(outcome) = &outcome { (result(words, file, outcome, shown)) }
        @if file.import.is_none() && here {
            @if outcome.is_none() { h2 { (words.say("imports.next")) } p.hint { (words.say("imports.next_help")) } }
            form method="post" action=(format!("{}/take", address(&file.id))) {
                label.tick { input type="checkbox" name="replace"; span { (words.say("imports.replace")) } }
                div.buttons {
                    button.primary[outcome.is_none()] type="submit" name="do" value="trial" { (words.say("imports.try")) }
                    button.primary[outcome.is_some()] type="submit" name="do" value="import" { (words.say("imports.take")) }
                }
            }
        }
    }
}

fn under_way(words: Words, file: &FileRow, progress: Progress) -> Markup {
    html! {
        h2 { (title(words, progress.trial)) }
        div data-follow=(address(&file.id)) { (bar(words, progress)) }
        p.hint { (words.say("imports.may_leave")) }
        div.buttons {
            form method="post" action=(format!("{}/stop", address(&file.id))) {
                button.danger type="submit" data-twice { (twice(words.say("imports.stop"), words.say("form.sure"))) }
            }
            noscript { a.button href=(format!("{}#work", address(&file.id))) { (words.say("imports.again")) } }
        }
    }
}

fn title(words: Words, trial: bool) -> &'static str {
    words.say(if trial { "imports.trying" } else { "imports.taking" })
}

/// The part that moves.
fn bar(words: Words, Progress { trial, rows, done, whole }: Progress) -> Markup {
    let ends = whole > 0 && done >= whole;
    html! {
        progress.work value=[(!ends).then_some(done)] max=(whole.max(1)) aria-label=(title(words, trial)) {}
        p {
            (words.fill("imports.rows_read", &[("rows", &rows.to_string())]))
            @if ends && !trial { " " (words.say("imports.in_force_soon")) }
        }
    }
}

fn result(words: Words, file: &FileRow, outcome: &FileOutcome, shown: &Shown) -> Markup {
    let (told_as, good) = match () {
        () if file.import.is_some() => ("imports.was_taken", true),
        () if outcome.given_up => ("imports.was_given_up", false),
        () if outcome.is_broken() || !outcome.fault.is_empty() => ("imports.was_broken", false),
        () => ("imports.was_tried", true),
    };
    html! {
        h2 #result data-result=(told_as.trim_start_matches("imports.was_")) {
            @if told_as == "imports.was_taken" && outcome.counts.refused > 0 {
                (words.fill("imports.was_taken_but", &[("count", &outcome.counts.refused.to_string())]))
            } @else { (words.say(told_as)) }
        }
        @if !good { p.notice.trouble role="alert" { (words.say("imports.nothing_changed")) } }
        @if !outcome.fault.is_empty() { p.notice.trouble { (outcome.fault) } }
        @for finding in &outcome.file { p { (told(words, finding)) } }
        dl.figures.small {
            div { dt { (words.say("imports.rows")) } dd { strong { (outcome.rows) } } }
            @for (label, count) in figures(words, &outcome.counts) { div { dt { (label) } dd { strong { (count) } } } }
        }
        @if outcome.guarded > 0 { p.notice { (words.fill("imports.guarded", &[("count", &outcome.guarded.to_string())])) } }
        (changes(words, outcome))
        (findings(words, file, outcome, shown))
    }
}

/// What a trial would change: how often each part of an entry, then entry by entry.
fn changes(words: Words, outcome: &FileOutcome) -> Markup {
    let counts = &outcome.counts;
    let all = usize::try_from(counts.changed + counts.kept).unwrap_or(0);
    let left = all - outcome.changes.len().min(SHOWN).min(all);
    html! {
        @if !outcome.changes.is_empty() {
            h3 { (words.say("imports.differences")) }
            ul.things { @for (field, count) in &outcome.by_field { li { span { (field.label(words.0)) } strong { (count) } } } }
            details #changes {
                summary { (words.say("imports.by_entry")) }
                ul.things {
                    @for one in outcome.changes.iter().take(SHOWN) {
                        li {
                            a href=(entry_address(&one.id)) { (one.name) }
                            @if one.kept { strong.soft { (words.say("imports.stays")) } }
                            ul.parts { @for part in &one.parts { (part_changed(words, part, one.kept)) } }
                        }
                    }
                }
                @if left > 0 { p.hint { (words.fill("imports.more_changes", &[("count", &left.to_string())])) } }
            }
        }
    }
}

/// What a part of an entry says now, and what the file says of it: in its place, or left aside.
fn part_changed(words: Words, part: &Difference, kept: bool) -> Markup {
    let (before, after) = part.words(words.0);
    let or_nothing = |said: String| if said.is_empty() { words.say("imports.empty").to_owned() } else { said };
    let label = part.field.label(words.0);
    html! {
        li {
            span.soft { (words.fill("imports.part", &[("part", label)])) } " "
            @if kept {
                strong { (or_nothing(before)) } " " span.soft { (words.fill("imports.file_says", &[("said", &or_nothing(after))])) }
            } @else { del { (or_nothing(before)) } " → " ins { (or_nothing(after)) } }
        }
    }
}

fn is_shown(shown: &Shown, finding: &Finding) -> bool {
    shown.only != "refused" || finding.severity() == Severity::Refused
}

fn findings(words: Words, file: &FileRow, outcome: &FileOutcome, shown: &Shown) -> Markup {
    let all: u64 = outcome.by_what.values().sum();
    let listed: Vec<_> = outcome.findings.iter().filter(|(_, finding)| is_shown(shown, finding)).collect();
    let here = address(&file.id);
    let only = if shown.only == "refused" { "?only=refused" } else { "" };
    html! {
        h3 { (words.say("imports.found")) }
        @if all == 0 { p.empty { (words.say("imports.nothing_found")) } }
        @else {
            ul.things { @for (what, count) in &outcome.by_what { li { span { (what_sentence(words, *what)) } strong { (count) } } } }
            p.buttons {
                @if shown.only == "refused" { a.button href=(format!("{here}#result")) { (words.say("imports.show_all")) } }
                @else { a.button href=(format!("{here}?only=refused#result")) { (words.say("imports.show_refused")) } }
                a.button href=(format!("{here}/report.csv{only}")) download { (words.say("imports.download")) }
            }
            @if listed.is_empty() { p.empty { (words.say("imports.none_refused")) } }
            @else {
                div.wide tabindex="0" role="group" aria-label=(words.say("imports.found")) {
                    table.rows.findings {
                        thead { tr { th scope="col" { (words.say("imports.row")) } th scope="col" { (words.say("imports.found")) } } }
                        tbody { @for (row, finding) in listed.iter().take(SHOWN) {
                            tr { th scope="row" { (row) } td { (told(words, finding)) } }
                        } }
                    }
                }
                @if listed.len() > SHOWN { p.hint { (words.fill("imports.more", &[("count", &(listed.len() - SHOWN).to_string())])) } }
            }
            @if u64::try_from(outcome.findings.len()).unwrap_or(u64::MAX) < all { p.hint { (words.say("imports.not_all_kept")) } }
        }
    }
}

fn what_sentence(words: Words, what: What) -> &'static str {
    what.sentence(words.0)
}

/// `GET /directory/import/{id}/part`
pub(crate) async fn file_part(State(app): State<App>, Path(id): Path<String>, colleague: Colleague) -> Markup {
    let progress = app.house.directory().progress(&id).map(|progress| *progress.borrow());
    html! { @if let Some(progress) = progress { (bar(colleague.words, progress)) } }
}

/// `GET /directory/import/{id}/events`: says that the work has moved on, and when it is over.
pub(crate) async fn file_events(
    State(app): State<App>,
    Path(id): Path<String>,
    _colleague: Colleague,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stream = unfold(Follows { progress: app.house.directory().progress(&id), over: false }, next);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// Somebody who follows the work on a file.
struct Follows {
    progress: Option<watch::Receiver<Progress>>,
    over: bool,
}

async fn next(mut follows: Follows) -> Option<(Result<Event, Infallible>, Follows)> {
    if follows.over {
        return None;
    }
    let moved = match &mut follows.progress {
        Some(progress) => {
            let moved = progress.changed().await.is_ok();
            if moved {
                tokio::time::sleep(CALM).await;
                progress.mark_unchanged();
            }
            moved
        }
        None => false,
    };
    follows.over = !moved;
    let word = if moved { "moved" } else { "over" };
    // An event without data is none to a browser.
    Some((Ok(Event::default().event(word).data(word)), follows))
}

/// `GET /directory/import/{id}/report.csv`
pub(crate) async fn report_file(
    State(app): State<App>,
    Path(id): Path<String>,
    colleague: Colleague,
    Query(shown): Query<Shown>,
) -> Result<Response, StatusCode> {
    let file = known(&app, &id).await?;
    let outcome: FileOutcome = serde_json::from_str(&file.outcome).map_err(|_| StatusCode::NOT_FOUND)?;
    let kept: Vec<_> = outcome.findings.into_iter().filter(|(_, finding)| is_shown(&shown, finding)).collect();
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"import.csv\"")];
    Ok((headers, report(&kept, colleague.words.0)).into_response())
}
