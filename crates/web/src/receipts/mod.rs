//! Receipts: for each call, who was tried, when, and why each did not answer, in the order of time.

mod told;

use crate::App;
use crate::bar::Bar;
use crate::door::Colleague;
use crate::shell::{Page, zone};
use crate::words::Words;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use std::collections::HashMap;
use store::projection::CallRow;
use switchboard::{ListenerId, Plan};

/// How many calls the list shows.
const LISTED: i64 = 200;
/// How far back it looks, in milliseconds.
const BACK: i64 = 7 * 24 * 3_600_000;

/// What pages about calls name.
pub(crate) struct Names {
    pub(crate) words: Words,
    people: HashMap<ListenerId, String>,
    pub(crate) plan: std::sync::Arc<Plan>,
    zone: TimeZone,
}

impl Names {
    pub(crate) async fn read(app: &App, words: Words) -> Result<Self, StatusCode> {
        let staff = app.house.store().all_staff().await.map_err(unavailable)?;
        let people = staff.into_iter().map(|one| (one.listener(), one.name)).collect();
        let plan = app.house.plan();
        let zone = zone(&plan);
        Ok(Self { words, people, plan, zone })
    }

    pub(crate) fn person(&self, listener: ListenerId) -> String {
        self.people.get(&listener).cloned().unwrap_or_else(|| format!("n°\u{a0}{}", listener.0))
    }

    pub(crate) fn line(&self, id: &str) -> String {
        self.plan.lines.get(&id.into()).map_or_else(|| id.to_owned(), |line| line.name.clone())
    }

    pub(crate) fn time(&self, at: i64, format: &str) -> String {
        let zoned = Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(self.zone.clone());
        zoned.strftime(format).to_string()
    }
}

fn unavailable(fault: store::StoreError) -> StatusCode {
    tracing::warn!(%fault, "receipts cannot be read");
    StatusCode::SERVICE_UNAVAILABLE
}

/// `GET /calls`
pub(crate) async fn calls_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    let names = Names::read(&app, colleague.words).await?;
    let now = app.house.wall_ms();
    let calls = app.house.store().calls_between(now - BACK, now + 1, LISTED).await.map_err(unavailable)?;
    let words = names.words;
    Ok(around(
        words,
        words.say("calls.title"),
        &Bar::new(&app, &colleague),
        app.house.demo(),
        &html! {
            h1 { (words.say("calls.title")) }
            p.hint { (words.say("calls.words")) }
            @if calls.is_empty() { p.empty { (words.say("calls.none")) } } @else { (table(&names, &calls)) }
        },
    ))
}

fn table(names: &Names, calls: &[CallRow]) -> Markup {
    let words = names.words;
    html! {
        div.wide {
            table.calls-table {
                thead { tr {
                    @for head in ["calls.when", "call_part.line", "calls.waited", "calls.talked", "calls.offers", "calls.end"] {
                        th scope="col" { (words.say(head)) }
                    }
                } }
                tbody {
                    @for call in calls {
                        tr {
                            td { a href=(format!("/calls/{}", call.id)) { (names.time(call.arrival.at, "%d/%m %H:%M")) } }
                            td { (names.line(&call.arrival.line)) }
                            td.number { (duration(call.wait_ms())) }
                            td.number { (duration(call.talk_ms())) }
                            td.number { (call.offers) }
                            td { (told::outcome(words, call)) }
                        }
                    }
                }
            }
        }
    }
}

fn duration(milliseconds: Option<i64>) -> String {
    milliseconds.map_or_else(|| "–".to_owned(), |time| format!("{}:{:02}", time / 60_000, time / 1000 % 60))
}

/// `GET /calls/{call}`
pub(crate) async fn receipt_page(
    State(app): State<App>,
    Path(call): Path<i64>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let names = Names::read(&app, colleague.words).await?;
    let row = app.house.store().call(call).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    let facts = app.house.store().receipt(call).await.map_err(unavailable)?;
    let words = names.words;
    let title = format!("{} {}", words.say("receipt.title"), names.time(row.arrival.at, "%d/%m/%Y %H:%M"));
    Ok(around(
        words,
        &title,
        &Bar::new(&app, &colleague),
        app.house.demo(),
        &html! {
            h1 { (title) }
            p { strong { (names.line(&row.arrival.line)) } " · " (told::outcome(words, &row)) }
            ol.receipt {
                @for fact in &facts {
                    @if let Some(step) = told::step(&names, &fact.fact.event) {
                        li data-tone=(step.tone) {
                            time { (names.time(fact.fact.at, "%H:%M:%S")) }
                            span { (step.words) @if let Some(why) = &step.why { " " small.why { (why) } } }
                        }
                    }
                }
            }
            p { a href="/calls" { (words.say("receipt.back")) } }
        },
    ))
}

fn around(words: Words, title: &str, bar: &Bar, demo: bool, content: &Markup) -> Markup {
    let page = Page { words, title, class: "office-page", script: None, demo };
    page.around(&html! {
        (bar.draw(words.say("calls.title"), "/calls"))
        main.office { section.card { (content) } }
    })
}
