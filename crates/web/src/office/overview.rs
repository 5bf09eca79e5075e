//! The office's first page: what is in force, what is on the workbench, and what is missing.

use super::draft::{Draft, NotMade, check, unavailable};
use super::form::Sent;
use super::trunks::states;
use super::{faults, go, not_done, page};
use crate::App;
use crate::desk::twice;
use crate::door::Colleague;
use crate::shell::{USUAL_ZONE, read_aloud};
use crate::words::Words;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use std::collections::{BTreeSet, HashMap};
use store::{DraftSeen, StoreError, VersionUse};
use switchboard::flow::FlowFault;
use switchboard::{LineId, Plan};

/// How many earlier plans are listed.
pub(super) const LISTED: i64 = 12;

/// `GET /office`
pub(crate) async fn overview_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, None).await
}

/// The page with a word on what was not done.
pub(super) async fn with_notice(
    app: &App,
    colleague: &Colleague,
    status: StatusCode,
    said: &str,
) -> Result<Response, StatusCode> {
    Ok(not_done(status, draw(app, colleague, Some(said)).await?))
}

async fn draw(app: &App, colleague: &Colleague, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let draft = Draft::read(app).await.map_err(unavailable)?;
    let store = app.house.store();
    let uses = store.plans().uses(LISTED).await.map_err(unavailable)?;
    let people = store.all_staff().await.map_err(unavailable)?;
    let names: HashMap<i64, String> = people.into_iter().map(|one| (one.id, one.name)).collect();
    let found = draft.faults();
    let plan = |version: i64| words.fill("office.plan", &[("version", &version.to_string())]);
    let content = html! {
        section.card {
            h1 { (words.say("office.title")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            (state(words, &app.house.plan(), &draft, &found, &uses, &names))
        }
        section.card { (lines(words, &draft.plan)) }
        section.card { (queues(words, &draft.plan)) }
        section.card { (relays(words, &draft.plan)) }
        section.card {
            h2 { (words.say("office.care")) }
            p { a href="/office/care/rules" { (words.say("office.care_open")) } }
        }
        section.card {
            h2 { (words.say("protocol.title")) }
            p { a href="/office/protocol" { (words.say("protocol.open")) } }
        }
        section.card {
            h2 { (words.say("schemes.title")) }
            p { a href="/office/schemes" { (words.say("schemes.open")) } }
        }
        section.card {
            h2 { (words.say("trunks.title")) }
            (states(words, &app.house.trunks()))
            p { a href="/office/trunks" { (words.say("trunks.open")) } }
        }
        section.card { (transfer(words)) }
        section.card { (history(words, words.say("office.history"), &uses, &names, "/office/plan/back", &plan)) }
    };
    Ok(page(app, colleague, "/office", words.say("office.title"), &content))
}

/// When something was, and who did it.
pub(crate) fn when(words: Words, at: i64, who: i64, names: &HashMap<i64, String>) -> String {
    let zone = TimeZone::get(USUAL_ZONE).unwrap_or(TimeZone::UTC);
    let time = Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(zone);
    let name = names.get(&who).map_or_else(|| words.say("office.by_program").to_owned(), Clone::clone);
    words.fill("office.when", &[("time", &time.strftime("%d/%m/%Y %H:%M").to_string()), ("name", &name)])
}

fn state(
    words: Words,
    in_force: &Plan,
    draft: &Draft,
    found: &[FlowFault],
    uses: &[VersionUse],
    names: &HashMap<i64, String>,
) -> Markup {
    let stops = found.iter().any(|fault| !fault.is_warning());
    html! {
        @match uses.first() {
            Some(now) => p { strong { (words.fill("office.in_force", &[("version", &now.version.to_string())])) } ", "
                (when(words, now.at, now.who, names)) },
            None => p.notice { (words.say("office.nothing_in_force")) },
        }
        @match &draft.row {
            None => p.hint { (words.say("office.no_draft")) },
            Some(row) => {
                div.notice.draft {
                    p { strong { (words.fill("office.draft", &[("version", &row.version.to_string())])) } ", "
                        (when(words, row.made_at, row.made_by, names)) }
                    (faults::list(words, &draft.plan, found, None))
                    (gone(words, in_force, &draft.plan))
                    form.buttons method="post" action="/office/plan/in-force" {
                        input type="hidden" name="version" value=(row.version);
                        input type="hidden" name="revision" value=(row.revision);
                        input type="hidden" name="says" value=(draft.says());
                        button.primary type="submit" disabled[stops] { (words.say("office.put_in_force")) }
                        button.danger type="submit" formaction="/office/plan/drop" data-twice { (twice(words.say("office.drop"), words.say("form.sure"))) }
                    }
                    @if stops { p.hint { (words.say("office.stops")) } }
                }
            },
        }
    }
}

/// What callers and listeners would lose: lines, numbers and queues of the plan in force that the draft has no more.
fn gone(words: Words, in_force: &Plan, draft: &Plan) -> Markup {
    let lines =
        in_force.lines.values().filter(|line| !draft.lines.contains_key(&line.id)).map(|line| line.name.clone());
    let kept: BTreeSet<&String> = draft.lines.values().flat_map(|line| &line.numbers).collect();
    let numbers = in_force.lines.values().flat_map(|line| &line.numbers).filter(|number| !kept.contains(number));
    let queues = in_force.queues.values().filter(|queue| !draft.queues.contains_key(&queue.id));
    let lost: Vec<(&str, Vec<String>)> = vec![
        (words.say("office.lines"), lines.collect()),
        (words.named("field", "numbers"), numbers.map(|number| read_aloud(number)).collect()),
        (words.say("office.queues"), queues.map(|queue| queue.name.clone()).collect()),
    ];
    html! {
        @if lost.iter().any(|(_, names)| !names.is_empty()) {
            p { strong { (words.say("office.gone")) } }
            ul.faults {
                @for (what, names) in lost.iter().filter(|(_, names)| !names.is_empty()) {
                    li data-tone="warning" { (what) " : " (names.join(", ")) }
                }
            }
        }
    }
}

fn lines(words: Words, plan: &Plan) -> Markup {
    html! {
        h2 { (words.say("office.lines")) }
        @if plan.lines.is_empty() { p.empty { (words.say("office.no_lines")) } }
        ul.things {
            @for line in plan.lines.values() {
                li {
                    a href=(format!("/office/lines/{}", line.id)) { (line.name) }
                    span.soft {
                        @for number in &line.numbers { " · " (read_aloud(number)) }
                        @if line.numbers.is_empty() { " · " (words.say("office.no_number")) }
                        @if plan.call_page.as_ref() == Some(&line.id) { " · " (words.say("office.call_page")) }
                    }
                    @if plan.call_page.as_ref() != Some(&line.id) {
                        form.aside method="post" action="/office/plan/call-page" {
                            button type="submit" name="line" value=(line.id) { (words.say("office.make_call_page")) }
                        }
                    }
                    a.aside href=(format!("/office/flows/{}", line.id)) { (words.say("flow.open")) }
                }
            }
        }
        (new_form(words, "lines", "office.new_line", None))
    }
}

fn queues(words: Words, plan: &Plan) -> Markup {
    html! {
        h2 { (words.say("office.queues")) }
        @if plan.queues.is_empty() { p.empty { (words.say("office.no_queues")) } }
        ul.things {
            @for queue in plan.queues.values() {
                li {
                    a href=(format!("/office/queues/{}", queue.id)) { (queue.name) }
                    span.soft { " · " (words.fill("office.rungs", &[("count", &queue.rungs.len().to_string())])) }
                }
            }
        }
        (new_form(words, "queues", "office.new_queue", None))
    }
}

fn relays(words: Words, plan: &Plan) -> Markup {
    html! {
        h2 { (words.say("office.relays")) }
        @if plan.relays.is_empty() { p.empty { (words.say("office.no_relays")) } }
        ul.things {
            @for relay in plan.relays.values() {
                li {
                    a href=(format!("/office/relays/{}", relay.id)) { (relay.name) }
                    span.soft { " · " (read_aloud(&relay.number)) @if relay.emergency { " · " (words.say("office.emergency")) } }
                }
            }
        }
        (new_form(words, "relays", "office.new_relay", Some("number")))
    }
}

fn new_form(words: Words, kind: &str, label: &'static str, also: Option<&str>) -> Markup {
    html! {
        form.new method="post" action=(format!("/office/{kind}")) {
            label for=(format!("new-{kind}")) { (words.say(label)) }
            div.row {
                input type="text" id=(format!("new-{kind}")) name="name" required maxlength="80" autocomplete="off"
                    placeholder=(words.named("field", "name"));
                @if let Some(also) = also {
                    input type="tel" name=(also) required maxlength="40" autocomplete="off" aria-label=(words.named("field", also))
                        placeholder=(words.named("field", also));
                }
                button type="submit" { (words.say("form.add")) }
            }
        }
    }
}

fn transfer(words: Words) -> Markup {
    html! {
        h2 { (words.say("office.transfer")) }
        p { a href="/office/plan.toml" download="plan.toml" { (words.say("office.export")) } }
        details {
            summary { (words.say("office.import")) }
            form.fields method="post" action="/office/plan/import" {
                label for="toml" { (words.say("office.import_words")) }
                textarea.code #toml name="toml" rows="12" spellcheck="false" required {}
                div.buttons { button type="submit" { (words.say("office.import_button")) } }
            }
        }
    }
}

/// What was in force, the last one first, each with the button at `back` that puts it in force again. `name` names a version.
pub(super) fn history(
    words: Words,
    title: &str,
    uses: &[VersionUse],
    names: &HashMap<i64, String>,
    back: &str,
    name: &dyn Fn(i64) -> String,
) -> Markup {
    let now = uses.first().map(|one| one.version);
    html! {
        h2 { (title) }
        @if uses.is_empty() { p.empty { (words.say("office.no_history")) } }
        ol.things {
            @for (index, one) in uses.iter().enumerate() {
                li {
                    strong { (name(one.version)) }
                    span.soft { (when(words, one.at, one.who, names)) }
                    @if index == 0 {
                        span.badge { (words.say("office.now")) }
                    } @else if Some(one.version) != now {
                        form.aside method="post" action=(back) {
                            input type="hidden" name="version" value=(one.version);
                            button type="submit" { (words.say("office.put_back")) }
                        }
                    }
                }
            }
        }
    }
}

/// Which draft was before the eyes of whoever pressed the button.
pub(super) fn seen(sent: &Sent) -> Result<DraftSeen, StatusCode> {
    let number = |name| sent.get(name).parse().map_err(|_| StatusCode::BAD_REQUEST);
    Ok(DraftSeen { version: number("version")?, revision: number("revision")? })
}

/// `POST /office/plan/in-force`
pub(crate) async fn put_in_force(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let seen = seen(&sent)?;
    let words = colleague.words;
    let _alone = app.house.planning().await;
    let mut draft = Draft::read(&app).await.map_err(unavailable)?;
    if draft.faults().iter().any(|fault| !fault.is_warning()) {
        return with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, words.say("office.stops")).await;
    }
    if let Err((line, _)) = draft.plan.complete(node::zone) {
        let said = words.fill("office.unknown_zone", &[("line", &line.0)]);
        return with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, &said).await;
    }
    // Numbers may come again after a draft was dropped: what was before one's eyes is known by what it says.
    if draft.seen() != Some(seen) || draft.says() != sent.get("says") {
        return stale(&app, &colleague).await;
    }
    match app.house.store().plans().put_draft_in_force(seen, colleague.staff.id, app.house.wall_ms()).await {
        Ok(()) => {}
        Err(StoreError::StaleVersion) => return stale(&app, &colleague).await,
        Err(fault) => return Err(unavailable(fault)),
    }
    app.house.put_plan(Plan { version: seen.version, ..draft.plan }).await;
    Ok(go("/office"))
}

async fn stale(app: &App, colleague: &Colleague) -> Result<Response, StatusCode> {
    let said = NotMade::Stale.told(colleague.words)?;
    with_notice(app, colleague, StatusCode::CONFLICT, &said).await
}

/// `POST /office/plan/drop`
pub(crate) async fn drop_draft(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    match app.house.store().plans().drop_draft(seen(&Sent(pairs))?).await {
        Ok(()) => Ok(go("/office")),
        Err(StoreError::StaleVersion) => stale(&app, &colleague).await,
        Err(fault) => Err(unavailable(fault)),
    }
}

/// `POST /office/plan/call-page`: which line the call page calls.
pub(crate) async fn set_call_page(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let line = LineId::from(Sent(pairs).get("line"));
    let changed = Draft::change(&app, colleague.staff.id, |plan| {
        plan.lines.get(&line).ok_or(NotMade::Gone)?;
        plan.call_page = Some(line.clone());
        Ok(())
    });
    match changed.await {
        Ok(_) => Ok(go("/office")),
        Err(not) => with_notice(&app, &colleague, StatusCode::CONFLICT, &not.told(colleague.words)?).await,
    }
}

/// `POST /office/plan/back`
pub(crate) async fn put_back(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let version: i64 = Sent(pairs).get("version").parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let _alone = app.house.planning().await;
    let store = app.house.store();
    let mut row = store.plans().get(version).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    let prompts = store.prompts().await.map_err(unavailable)?;
    let faulty = row.body.complete(node::zone).is_err()
        || check(&row.body, &prompts, app.house.dial_rules()).iter().any(|fault| !fault.is_warning());
    if faulty {
        // A prompt that it needs may have been taken out since.
        let said = colleague.words.say("office.back_faulty");
        return with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, said).await;
    }
    if !store.plans().put_back_in_force(version, colleague.staff.id, app.house.wall_ms()).await.map_err(unavailable)? {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    app.house.put_plan(row.body).await;
    Ok(go("/office"))
}
