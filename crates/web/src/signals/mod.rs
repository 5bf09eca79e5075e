//! At-risk signals on pages of their own: those that are open, what was done about each, and those that were closed.

mod list;
mod told;

pub(crate) use list::{List, cause, stage};
pub(crate) use told::{SOCKET, is_due, tally, tally_socket};

use crate::App;
use crate::door::Colleague;
use crate::office::{Sent, go, not_done, page, unavailable};
use crate::receipts::Names;
use crate::shell::some_lines;
use axum::extract::{Form as Posted, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use care::SignalOutcome;
use maud::{Markup, html};
use store::{SignalAct, SignalRow};
use switchboard::ListenerId;

/// Where the list is.
const HERE: &str = "/signals";
/// How many closed ones the list shows.
const LISTED: i64 = 200;
/// The longest words about what was done, in characters.
const LONGEST: usize = 1_000;

/// `GET /signals`
pub(crate) async fn signals_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    let names = Names::read(&app, colleague.words).await?;
    let words = names.words;
    let open = app.house.signals().open().borrow().clone();
    let closed = app.house.store().closed_signals(LISTED).await.map_err(unavailable)?;
    let content = html! {
        section.card {
            h1 { (words.say("signals.title")) }
            p.hint { (words.say("signals.words")) }
            @if open.is_empty() { p.empty { (words.say("signals.none")) } }
            ul.things {
                @for one in open.iter() {
                    li data-alert=(one.row.taken.is_none()) {
                        a href=(format!("/signals/{}", one.row.id)) { (names.time(one.row.raised_at, "%d/%m/%Y %H:%M")) }
                        strong { (stage(words, one.stage)) }
                        span.soft { (in_short(&names, &one.row)) }
                    }
                }
            }
        }
        section.card {
            h2 { (words.say("signals.closed")) }
            @if closed.is_empty() { p.empty { (words.say("signals.none_closed")) } }
            ul.things {
                @for row in &closed {
                    li {
                        a href=(format!("/signals/{}", row.id)) { (names.time(row.raised_at, "%d/%m/%Y %H:%M")) }
                        span.soft { (in_short(&names, row)) " · " (outcome(&names, row)) }
                    }
                }
            }
        }
    };
    Ok(page(&app, &colleague, HERE, words.say("signals.title"), &content))
}

fn in_short(names: &Names, row: &SignalRow) -> String {
    let by = names.person(ListenerId(row.raised_by));
    format!("{} · {by} · {}", names.line(&row.line), cause(names.words, &row.cause))
}

fn outcome(names: &Names, row: &SignalRow) -> &'static str {
    let known = row.outcome.as_deref().and_then(SignalOutcome::from_key);
    known.map_or("", |outcome| outcome.label(names.words.0))
}

/// `GET /signals/{id}`
pub(crate) async fn signal_page(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let row = find(&app, id).await?;
    draw(&app, &colleague, &row, ("", ""), None).await
}

/// The signals that were raised in a call. What is open is known to the house before the database.
pub(crate) async fn of_call(app: &App, call: i64) -> Result<Vec<SignalRow>, StatusCode> {
    let mut rows = app.house.store().signals_of_call(call).await.map_err(unavailable)?;
    for one in app.house.signals().open().borrow().iter().filter(|one| one.row.call == call) {
        rows.retain(|row| row.id != one.row.id);
        rows.push(one.row.clone());
    }
    Ok(rows)
}

/// What became of a signal, in words.
pub(crate) fn state(names: &Names, row: &SignalRow) -> String {
    match (row.closed, row.taken) {
        (Some(_), _) => names.words.fill("signals.state_closed", &[("outcome", outcome(names, row))]),
        (None, Some((_, who))) => names.words.fill("signals.taken_by", &[("name", &names.person(ListenerId(who)))]),
        (None, None) => names.words.say("signals.state_open").to_owned(),
    }
}

/// The signal as it stands: an open one is known to the house before the database.
async fn find(app: &App, id: i64) -> Result<SignalRow, StatusCode> {
    let open = app.house.signals().open().borrow().iter().find(|one| one.row.id == id).map(|one| one.row.clone());
    match open {
        Some(row) => Ok(row),
        None => app.house.store().signal(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND),
    }
}

async fn draw(
    app: &App,
    colleague: &Colleague,
    row: &SignalRow,
    typed: (&str, &str),
    said: Option<&str>,
) -> Result<Markup, StatusCode> {
    let names = Names::read(app, colleague.words).await?;
    let words = names.words;
    let acts = app.house.store().signal_acts(row.id).await.map_err(unavailable)?;
    let title = words.fill("signals.of", &[("when", &names.time(row.raised_at, "%d/%m/%Y %H:%M"))]);
    let known = app.house.store().call(row.call).await.map_err(unavailable)?.is_some();
    let record = app.house.store().record(row.call, row.raised_by).await.map_err(unavailable)?;
    let written = record.is_some_and(|record| record.closed_at.is_some());
    let content = html! {
        section.card {
            p.path { a href="/signals" { (words.say("signals.title")) } }
            h1 { (title) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            p { (in_short(&names, row)) }
            @if !row.words.is_empty() { p.notice { (row.words) } }
            p {
                @if known { a href=(format!("/calls/{}", row.call)) { (words.say("records.receipt")) } " · " }
                @if written { a href=(format!("/records/{}/{}", row.call, row.raised_by)) { (words.say("signals.record")) } }
                @else { span.hint { (words.say("signals.no_record")) } }
            }
            (history(&names, row, &acts))
        }
        @if row.closed.is_none() { section.card { (forms(&names, row, typed)) } }
    };
    Ok(page(app, colleague, HERE, &title, &content))
}

fn history(names: &Names, row: &SignalRow, acts: &[SignalAct]) -> Markup {
    let words = names.words;
    let mut steps: Vec<(i64, i64, String)> =
        vec![(row.raised_at, row.raised_by, words.say("signals.was_raised").to_owned())];
    steps.extend(row.taken.map(|(at, who)| (at, who, words.say("signals.was_taken").to_owned())));
    steps.extend(acts.iter().map(|act| (act.at, act.who, act.words.clone())));
    steps.extend(
        row.closed.map(|(at, who)| (at, who, words.fill("signals.was_closed", &[("outcome", outcome(names, row))]))),
    );
    steps.sort_by_key(|(at, ..)| *at);
    html! {
        ol.receipt {
            @for (at, who, text) in steps {
                li {
                    time { (names.time(at, "%d/%m %H:%M")) }
                    span { (names.person(ListenerId(who))) " · " (text) }
                }
            }
        }
    }
}

fn forms(names: &Names, row: &SignalRow, (typed, chosen): (&str, &str)) -> Markup {
    let words = names.words;
    let action = format!("/signals/{}", row.id);
    html! {
        @if row.taken.is_none() {
            form method="post" action=(action) {
                button.primary type="submit" name="do" value="take" { (words.say("signals.take")) }
            }
        }
        h2 { (words.say("signals.act")) }
        form.fields method="post" action=(action) {
            div.field.whole {
                label for="words" { (words.say("signals.act_words")) }
                textarea #words name="words" rows="3" maxlength=(LONGEST) { (typed) }
            }
            div.field.whole {
                label for="outcome" { (words.say("signals.outcome")) }
                select #outcome name="outcome" aria-describedby="outcome-help" {
                    option value="" { (words.say("signals.stays_open")) }
                    @for one in SignalOutcome::ALL { option value=(one.key()) selected[one.key() == chosen] { (one.label(words.0)) } }
                }
                p.hint #outcome-help { (words.say("signals.outcome_help")) }
            }
            div.buttons.whole { button.primary type="submit" name="do" value="act" { (words.say("signals.note")) } }
        }
    }
}

/// `POST /signals/{id}`: takes it, notes what was done, and closes it where an outcome is chosen.
pub(crate) async fn change_signal(
    State(app): State<App>,
    Path(id): Path<i64>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (words, me, now) = (colleague.words, colleague.staff.listener(), app.house.wall_ms());
    let row = find(&app, id).await?;
    let (signals, here) = (app.house.signals(), format!("/signals/{id}"));
    if row.closed.is_some() {
        let page =
            draw(&app, &colleague, &row, ("", sent.get("outcome")), Some(words.say("signals.is_closed"))).await?;
        return Ok(not_done(StatusCode::CONFLICT, page));
    }
    if sent.get("do") == "take" {
        app.house.take_signal(id, me).await;
        return Ok(go(&here));
    }
    let text = some_lines(sent.get("words"), LONGEST);
    let outcome = SignalOutcome::from_key(sent.get("outcome"));
    let store = app.house.store();
    let noted = !text.is_empty() || !store.signal_acts(id).await.map_err(unavailable)?.is_empty();
    if !noted || (text.is_empty() && outcome.is_none()) {
        // What is closed says what was done: an outcome alone would teach nobody.
        let page = draw(&app, &colleague, &row, ("", sent.get("outcome")), Some(words.say("signals.no_words"))).await?;
        return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page));
    }
    app.house.take_signal(id, me).await;
    if !text.is_empty() {
        let act = SignalAct { at: now, who: me.0, words: text };
        store.add_signal_act(id, &act).await.map_err(unavailable)?;
    }
    if let Some(outcome) = outcome {
        signals.close(id, me, outcome, now).await;
    }
    Ok(go(&here))
}
