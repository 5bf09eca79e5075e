//! What in the directory needs a keeper: what was said of entries, numbers that must be right, and what nobody has confirmed.

use super::told::{contact_label, day};
use super::{address, names_of_staff, page};
use crate::App;
use crate::door::{Colleague, Rule};
use crate::office::{Sent, go, not_done, unavailable, when};
use crate::shell::read_aloud;
use crate::words::Words;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use directory::{Correction, Entry};
use maud::{Markup, html};
use node::{Asked, Vital};
use std::collections::HashMap;
use store::{LetterCounts, Remark, RemarkState, Role, StaleCount, StoreError};

/// How many remarks are shown at once.
const SHOWN: i64 = 50;
/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// What is said on the board when numbers that must be right are old, or somebody says that something is wrong.
pub(crate) async fn warning(app: &App, words: Words, role: Role) -> Markup {
    let remarks = app.house.store().open_remarks(1).await.map(|open| !open.is_empty()).unwrap_or_default();
    let old = app.house.directory().old_numbers() > 0;
    html! {
        @if Rule::Runs.allows(Some(role)) && (old || remarks) {
            p.notice {
                @if old { (words.say("freshness.numbers_old")) " " }
                @if remarks { (words.say("freshness.remarks_wait")) " " }
                a href="/directory/freshness" { (words.say("freshness.title")) }
            }
        }
    }
}

/// `GET /directory/freshness`
pub(crate) async fn freshness_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, None).await.map_err(unavailable)
}

async fn draw(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StoreError> {
    let (words, store, directory) = (colleague.words, app.house.store(), app.house.directory());
    let now = app.house.wall_ms();
    let rules = directory.freshness();
    let mut remarks = Vec::new();
    for remark in store.open_remarks(SHOWN).await? {
        let entry = directory.entry(&remark.said.entry).await?.map(|seen| seen.entry);
        remarks.push((remark, entry));
    }
    let vital = directory.vital(now).await?;
    let stale = store.stale_entries(now / DAY_MS - i64::from(rules.every_days)).await?;
    let (letters, names) = (store.letter_counts().await?, names_of_staff(app).await?);
    let content = html! {
        section.card {
            p.path { a href="/directory" { (words.say("directory.title")) } }
            h1 { (words.say("freshness.title")) }
            p.lead { (words.say("freshness.lead")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
        }
        section.card #remarks {
            h2 { (words.say("freshness.remarks")) }
            @if remarks.is_empty() { p.empty { (words.say("freshness.no_remarks")) } }
            @for (remark, entry) in &remarks { (remark_card(words, remark, entry.as_ref(), &names)) }
        }
        section.card #numbers {
            h2 { (words.say("freshness.numbers")) }
            p.hint { (words.fill("freshness.numbers_help", &[("days", &rules.check_days.to_string())])) }
            (numbers(words, &vital))
        }
        section.card #departements {
            h2 { (words.say("freshness.departements")) }
            p.hint { (words.fill("freshness.departements_help", &[("days", &rules.every_days.to_string())])) }
            (departements(app, words, &stale))
        }
        section.card #letters { (sent(words, rules.letters, &letters)) }
    };
    Ok(page(app, colleague, "/directory", words.say("freshness.title"), &content))
}

fn remark_card(words: Words, remark: &Remark, entry: Option<&Entry>, names: &HashMap<i64, String>) -> Markup {
    let said = &remark.said;
    let correction = serde_json::from_str::<Correction>(&said.body).ok().filter(|_| said.kind == "correction");
    let by = if said.made_by == 0 { words.say("freshness.by_itself") } else { "" };
    html! {
        div.remark data-kind=(said.kind) {
            h3 { @match entry { Some(entry) => a href=(address(&said.entry)) { (entry.name) }, None => (said.entry) } }
            p { strong { (words.named("remark", &said.kind)) } " "
                @if correction.is_none() { (said.body) } " "
                span.soft { @if by.is_empty() { (when(words, remark.made_at, said.made_by, names)) } @else { (by) } } }
            @if let Some(correction) = &correction { (changes(words, correction)) }
            form.buttons method="post" action="/directory/freshness/remark" {
                input type="hidden" name="id" value=(remark.id);
                @if correction.is_some() && entry.is_some() {
                    button.primary type="submit" name="do" value="take" { (words.say("freshness.take")) }
                }
                @if correction.is_none() { button.primary type="submit" name="do" value="done" { (words.say("freshness.done")) } }
                button type="submit" name="do" value="refuse" { (words.say("freshness.refuse")) }
            }
        }
    }
}

fn changes(words: Words, correction: &Correction) -> Markup {
    let none = words.say("freshness.nothing");
    let told = |text: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    html! {
        ul.changes {
            @for change in &correction.contacts {
                li { (contact_label(words, change.kind)) " " del { (told(&change.from)) } " → " ins { (told(&change.to)) } }
            }
            @if let Some(hours) = &correction.hours { li { (words.say("directory.hours_words")) " → " ins { (told(hours)) } } }
            @if let Some(about) = &correction.about { li { (words.say("directory.about")) " → " ins { (told(about)) } } }
            @if !correction.message.is_empty() { li { (words.say("letter.message")) " " q { (correction.message) } } }
        }
    }
}

fn numbers(words: Words, vital: &[Vital]) -> Markup {
    html! {
        @if vital.is_empty() { p.empty { (words.say("freshness.no_numbers")) } }
        @else {
            div.wide tabindex="0" role="group" aria-label=(words.say("freshness.numbers")) {
                table.rows.numbers {
                    thead { tr { @for key in ["directory.name", "freshness.number", "freshness.owner", "directory.confirmed"] {
                        th scope="col" { (words.say(key)) } } td {} } }
                    tbody { @for one in vital {
                        @let entry = &one.seen.entry;
                        tr data-old[one.old] {
                            th scope="row" { a href=(address(&entry.id)) { (entry.name) } }
                            td { (read_aloud(entry.phone().unwrap_or_default())) }
                            td { (entry.keeping.keeper) }
                            td { @match entry.keeping.confirmed {
                                Some(number) => (day(number)),
                                None => span.badge { (words.say("freshness.unverified")) },
                            } @if one.old { " " strong.wrong { (words.say("freshness.old")) } } }
                            td { form method="post" action="/directory/freshness/checked" {
                                input type="hidden" name="id" value=(entry.id);
                                input type="hidden" name="version" value=(one.seen.version);
                                button type="submit" aria-label=(format!("{} : {}", words.say("freshness.checked"), entry.name)) { (words.say("freshness.checked")) }
                            } }
                        }
                    } }
                }
            }
        }
    }
}

fn departements(app: &App, words: Words, stale: &[StaleCount]) -> Markup {
    let territory = app.house.territory();
    html! {
        @if stale.is_empty() { p.empty { (words.say("search.nothing")) } }
        @else {
            div.wide tabindex="0" role="group" aria-label=(words.say("freshness.departements")) {
                table.stale {
                    thead { tr { @for key in ["duplicates.where", "freshness.all", "freshness.never", "freshness.long_ago"] {
                        th scope="col" { (words.say(key)) } } } }
                    tbody { @for one in stale {
                        tr {
                            th scope="row" { @match territory.departement(&one.departement) {
                                Some(known) => a href=(format!("/directory?place={}", known.code.key())) { (known.code.key()) " " (known.name) },
                                None => (words.say("duplicates.nowhere")),
                            } }
                            td { (one.all) } td { (one.never) } td { (one.old) }
                        }
                    } }
                }
            }
        }
    }
}

fn sent(words: Words, on: bool, letters: &LetterCounts) -> Markup {
    let figures = [
        ("freshness.waiting", letters.waiting),
        ("freshness.failing", letters.failing),
        ("freshness.sent", letters.sent),
        ("freshness.answered", letters.answered),
        ("freshness.given_up", letters.given_up),
    ];
    html! {
        h2 { (words.say("freshness.letters")) }
        p.hint { (words.say(if on { "freshness.letters_on" } else { "freshness.letters_off" })) }
        dl.figures.small { @for (key, count) in figures { div { dt { (words.say(key)) } dd { strong { (count) } } } } }
    }
}

/// `POST /directory/freshness/checked`
pub(crate) async fn check_number(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let version = sent.get("version").parse().unwrap_or(0);
    let who = (colleague.staff.id, colleague.staff.name.as_str());
    match app.house.directory().checked_today(sent.get("id"), version, who, app.house.wall_ms()).await {
        Ok(()) => Ok(go("/directory/freshness#numbers")),
        Err(StoreError::StaleEntry) => stale(&app, &colleague).await,
        Err(fault) => Err(unavailable(fault)),
    }
}

async fn stale(app: &App, colleague: &Colleague) -> Result<Response, StatusCode> {
    let page = draw(app, colleague, Some(colleague.words.say("freshness.stale"))).await.map_err(unavailable)?;
    Ok(not_done(StatusCode::CONFLICT, page))
}

/// `POST /directory/freshness/remark`: a keeper follows what was said, or not.
pub(crate) async fn decide_remark(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (store, who, now) = (app.house.store(), colleague.staff.id, app.house.wall_ms());
    let id = sent.get("id").parse().map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    let remark = store.remark(id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    let state = if sent.get("do") == "refuse" { RemarkState::Refused } else { RemarkState::Taken };
    if remark.state != RemarkState::Open {
        return stale(&app, &colleague).await;
    }
    if sent.get("do") == "take" {
        let correction: Correction =
            serde_json::from_str(&remark.said.body).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
        let taken = app.house.directory().confirm(&remark.said.entry, who, now, |entry| correction.apply(entry)).await;
        match taken {
            Ok(()) => {}
            Err(StoreError::StaleEntry) => return stale(&app, &colleague).await,
            Err(fault) => return Err(unavailable(fault)),
        }
    }
    store.decide_remark(id, state, who, now).await.map_err(unavailable)?;
    Ok(go("/directory/freshness#remarks"))
}

/// `POST /directory/entry/ask`: the one whom an entry is about is asked by mail.
pub(crate) async fn ask_by_mail(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let said = match app.house.directory().ask_by_mail(sent.get("id"), app.house.wall_ms()).await {
        Ok(Asked::Written) => return Ok(go("/directory/freshness#letters")),
        Ok(Asked::NoAddress) => colleague.words.say("freshness.no_address"),
        Ok(Asked::NotAgain) => colleague.words.say("freshness.not_again"),
        Err(fault) => return Err(unavailable(fault)),
    };
    let page = draw(&app, &colleague, Some(said)).await.map_err(unavailable)?;
    Ok(not_done(StatusCode::CONFLICT, page))
}
