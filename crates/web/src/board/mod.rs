//! The board: who waits, who talks, who is there, and today's figures. It works by reload; with scripts it follows by
//! itself.

mod curve;
mod figures;
mod people;
mod signals;

use crate::App;
use crate::bar::Bar;
use crate::door::{Colleague, Rule};
use crate::shell::{Page, USUAL_ZONE, script_words};
use crate::words::Words;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use node::OpenSignal;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use store::reports::Activity;
use store::{LiveBoard, Role};
use switchboard::ListenerId;

/// The width of a bar of the curve.
const SLICE_MS: i64 = 60 * 60 * 1000;

/// How long the board stays as it is after a change: on a night of many calls it must still be possible to read it.
const CALM: Duration = Duration::from_millis(700);

/// The names of the parts.
const PARTS: [&str; 6] = ["signals", "cover", "waiting", "talking", "presence", "figures"];

/// All that the board shows.
struct Board {
    words: Words,
    now: i64,
    live: Arc<LiveBoard>,
    /// The at-risk signals that are open.
    open: Arc<Vec<OpenSignal>>,
    names: HashMap<ListenerId, String>,
    lines: HashMap<String, String>,
}

impl Board {
    async fn read(app: &App, words: Words) -> Self {
        let staff = app.house.store().all_staff().await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "the board has no names");
            Vec::new()
        });
        let live = Arc::clone(&app.house.live().borrow());
        Self {
            words,
            now: app.house.wall_ms(),
            live,
            open: Arc::clone(&app.house.signals().open().borrow()),
            names: staff.into_iter().map(|one| (one.listener(), one.name)).collect(),
            lines: app.house.lines().iter().map(|line| (line.id.0.clone(), line.name.clone())).collect(),
        }
    }

    /// A colleague's name; their number when the names cannot be read.
    fn name(&self, listener: ListenerId) -> String {
        self.names.get(&listener).cloned().unwrap_or_else(|| format!("n°\u{a0}{}", listener.0))
    }

    fn line<'a>(&'a self, id: &'a str) -> &'a str {
        self.lines.get(id).map_or(id, String::as_str)
    }
}

/// `GET /board`
pub(crate) async fn board_page(State(app): State<App>, colleague: Colleague) -> Markup {
    let words = colleague.words;
    let board = Board::read(&app, words).await;
    let mut parts = Vec::new();
    for name in PARTS {
        parts.push((name, part(&app, &board, name, colleague.staff.role).await.unwrap_or_default()));
    }
    draw(&board, &Bar::new(&app, &colleague), &parts, app.house.journal_trouble().is_some(), app.house.demo())
}

fn draw(board: &Board, bar: &Bar, parts: &[(&str, Markup)], trouble: bool, demo: bool) -> Markup {
    let words = board.words;
    let page = Page { words, title: words.say("board.title"), class: "board-page", script: Some("board.js"), demo };
    page.around(&html! {
        (bar.draw(words.say("board.title"), "/board"))
        @if trouble { p.notice.trouble role="alert" { (words.say("board.trouble")) } }
        p.notice #stale role="status" hidden {}
        main.board #board data-now=(board.now) data-lang=(words.code()) {
            h1.unseen { (words.say("board.title")) }
            @for (name, content) in parts {
                section.card id=(format!("part-{name}")) data-part=(name) { (content) }
            }
        }
        (script_words(words, "js.board."))
    })
}

/// `GET /board/part/{name}`
pub(crate) async fn board_part(
    State(app): State<App>,
    Path(name): Path<String>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let board = Board::read(&app, colleague.words).await;
    part(&app, &board, &name, colleague.staff.role).await.ok_or(StatusCode::NOT_FOUND)
}

async fn part(app: &App, board: &Board, name: &str, role: Role) -> Option<Markup> {
    Some(match name {
        // What a caller is in danger of is for those who oversee.
        "signals" if Rule::Oversees.allows(Some(role)) => signals::signals(board),
        "signals" => html! {},
        "cover" => html! {
            (crate::rota::warning(app, board.words).await)
            (crate::addresses::warning(app, board.words, role).await)
        },
        "waiting" => people::waiting(board),
        "talking" => people::talking(board),
        "presence" => people::presence(board),
        "figures" => figures::figures(board.words, today(app, board.now).await.as_ref()),
        _ => return None,
    })
}

/// `GET /board/events`: says that something has changed, never what.
pub(crate) async fn board_events(
    State(app): State<App>,
    _colleague: Colleague,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let signals = app.house.signals().open();
    let stream = unfold((app.house.live(), signals, true), |(mut live, mut signals, first)| async move {
        if !first {
            tokio::select! {
                changed = live.changed() => {
                    changed.ok()?;
                    tokio::time::sleep(CALM).await;
                }
                // A life may hang on it: it is told at once.
                changed = signals.changed() => changed.ok()?,
            }
        }
        signals.mark_unchanged();
        let seq = live.borrow_and_update().seq;
        Some((Ok(Event::default().event("changed").data(seq.to_string())), (live, signals, false)))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// The activity of the day, or nothing when it cannot be read.
async fn today(app: &App, now: i64) -> Option<(Activity, TimeZone)> {
    let (from, to, zone) = day(now)?;
    match app.house.store().activity(from, to, SLICE_MS).await {
        Ok(activity) => Some((activity, zone)),
        Err(fault) => {
            tracing::warn!(%fault, "the day's figures cannot be read");
            None
        }
    }
}

/// The day that a moment belongs to.
fn day(now: i64) -> Option<(i64, i64, TimeZone)> {
    let zone = TimeZone::get(USUAL_ZONE).ok()?;
    let start = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone()).start_of_day().ok()?;
    let end = start.checked_add(1.day()).ok()?;
    Some((start.timestamp().as_millisecond(), end.timestamp().as_millisecond(), zone))
}

#[cfg(test)]
mod tests;
