//! Records that are looked for. What is looked for is posted: what somebody wrote about a caller must not stand in an address.

use super::{Protocols, address, around, sees_all, table, unavailable};
use crate::App;
use crate::desk::saved_answers;
use crate::door::Colleague;
use crate::office::Sent;
use crate::receipts::Names;
use crate::words::Words;
use axum::extract::{Form as Posted, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use care::Grade;
use jiff::civil::Date;
use maud::{Markup, html};
use store::{CareRecord, RecordQuery, Staff};
use switchboard::ListenerId;

/// How many records a page shows.
const SHOWN: usize = 100;
/// How many records are looked through for a text, the latest first.
const READ: i64 = 20_000;

/// `GET /records`
pub(crate) async fn records_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    show(&app, &colleague, &Sent::default()).await
}

/// `POST /records`
pub(crate) async fn find_records(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Markup, StatusCode> {
    show(&app, &colleague, &Sent(pairs)).await
}

/// `POST /records.csv`
pub(crate) async fn records_file(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let names = Names::read(&app, colleague.words).await?;
    let records = found(&app, &colleague.staff, &sent).await?;
    let mut protocols = Protocols::new(&app);
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let protocol = protocols.of(&record).await?;
        let follow_up = app.house.store().follow_up(record.call).await.map_err(unavailable)?;
        let given = app.house.store().consultations_given(record.call).await.map_err(unavailable)?;
        rows.push(table::Row { record, protocol, follow_up, codes: given.values().sum() });
    }
    let text = table::written(&names, app.house.territory(), &rows, sent.has("with_texts"));
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"fiches.csv\"")];
    Ok((headers, text).into_response())
}

/// The records that are asked for and that the reader may see.
async fn found(app: &App, reader: &Staff, sent: &Sent) -> Result<Vec<CareRecord>, StatusCode> {
    let plan = app.house.plan();
    let zone = crate::shell::zone(&plan);
    let midnight = |day: Date| day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp().as_millisecond());
    let day = |name: &str| sent.get(name).parse::<Date>().ok();
    let listener = sent.get("listener").parse().ok();
    let query = RecordQuery {
        listener: if sees_all(reader) { listener } else { Some(reader.id) },
        from_ms: day("from").and_then(midnight),
        until_ms: day("until").and_then(|last| midnight(last.tomorrow().ok()?)),
        grade: sent.get("grade").parse().ok(),
        departement: care::DepartementCode::from_key(sent.get("departement"))
            .map_or("", care::DepartementCode::key)
            .to_owned(),
        line: sent.get("line").to_owned(),
        closed: match sent.get("state") {
            "draft" => Some(false),
            "closed" => Some(true),
            _ => None,
        },
    };
    let mut records = app.house.store().find_records(&query, READ).await.map_err(unavailable)?;
    // A draft is its writer's alone until it is closed.
    records.retain(|record| record.closed_at.is_some() || record.listener == reader.id);
    let text = directory::fold(sent.get("text"));
    if !text.is_empty() {
        let wanted: Vec<&str> = text.split_whitespace().collect();
        records.retain(|record| {
            let said = saved_answers(record).into_values().flatten().collect::<Vec<_>>().join(" ");
            let said = directory::fold(&said);
            wanted.iter().all(|word| said.contains(word))
        });
    }
    Ok(records)
}

async fn show(app: &App, colleague: &Colleague, sent: &Sent) -> Result<Markup, StatusCode> {
    let names = Names::read(app, colleague.words).await?;
    let words = names.words;
    let records = found(app, &colleague.staff, sent).await?;
    let all = sees_all(&colleague.staff);
    let title = words.say(if all { "records.title_all" } else { "records.title" });
    let content = html! {
        section.card {
            div.record-head {
                h1 { (title) }
                @if crate::door::Rule::TakesCalls.allows(Some(colleague.staff.role)) { a.button href="/records/new" { (words.say("records.new")) } }
            }
            (search(app, &names, sent, all).await?)
        }
        section.card {
            h2 role="status" { (words.fill("records.found", &[("count", &records.len().to_string())])) }
            @if records.len() > SHOWN { p.hint { (words.fill("records.first", &[("count", &SHOWN.to_string())])) } }
            @if records.is_empty() { p.empty { (words.say("records.none")) } } @else { (listed(app, &names, &records, all)) }
        }
    };
    Ok(around(app, colleague, title, &content))
}

fn listed(app: &App, names: &Names, records: &[CareRecord], all: bool) -> Markup {
    let words = names.words;
    html! {
        ul.things {
            @for record in records.iter().take(SHOWN) {
                li {
                    a href=(address(record)) { (names.time(record.elsewhere_at.unwrap_or(record.opened_at), "%d/%m/%Y %H:%M")) }
                    span.soft { (in_short(app, names, record, all)) }
                    @if record.closed_at.is_none() { " " span.badge { (words.say("records.draft")) } }
                    @if record.elsewhere_at.is_some() { " " span.badge { (words.say("records.elsewhere")) } }
                }
            }
        }
    }
}

fn in_short(app: &App, names: &Names, record: &CareRecord, all: bool) -> String {
    let words = names.words;
    let grade = record.grade.and_then(|grade| Grade::try_from(u8::try_from(grade).ok()?).ok());
    let place = record.caller.departement.as_deref().and_then(|code| app.house.territory().departement(code));
    let parts = [
        grade.map(|grade| format!("{} {}", grade.number(), grade.label(words.0))),
        place.map(|place| place.name.to_owned()),
        Some(names.line(&record.line)),
        all.then(|| names.person(ListenerId(record.listener))),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

async fn search(app: &App, names: &Names, sent: &Sent, all: bool) -> Result<Markup, StatusCode> {
    let words = names.words;
    let staff = if all { app.house.store().all_staff().await.map_err(unavailable)? } else { Vec::new() };
    let lines: Vec<(String, String)> =
        names.plan.lines.iter().map(|(id, line)| (id.0.clone(), line.name.clone())).collect();
    let departements: Vec<(String, String)> = app
        .house
        .territory()
        .departements()
        .iter()
        .map(|one| (one.code.key().to_owned(), format!("{} {}", one.code.key(), one.name)))
        .collect();
    let people: Vec<(String, String)> = staff.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    let grades: Vec<(String, String)> = Grade::ALL
        .iter()
        .map(|grade| (grade.number().to_string(), format!("{} {}", grade.number(), grade.label(words.0))))
        .collect();
    let states = [("draft", "records.drafts"), ("closed", "records.closed")]
        .map(|(key, word)| (key.to_owned(), words.say(word).to_owned()));
    Ok(html! {
        form.fields method="post" action="/records" role="search" autocomplete="off" {
            div.field.whole {
                label for="text" { (words.say("records.text")) }
                input #text name="text" type="search" value=(sent.get("text"));
            }
            @for (name, key) in [("from", "records.from"), ("until", "records.until")] {
                div.field { label for=(name) { (words.say(key)) } input id=(name) name=(name) type="date" value=(sent.get(name)); }
            }
            (choice(words, sent, "grade", "records.grade", &grades))
            (choice(words, sent, "departement", "records.departement", &departements))
            @if lines.len() > 1 { (choice(words, sent, "line", "call_part.line", &lines)) }
            (choice(words, sent, "state", "records.state", &states))
            @if all { (choice(words, sent, "listener", "records.listener", &people)) }
            div.buttons.whole {
                button.primary type="submit" { (words.say("records.search")) }
                button type="submit" formaction="/records.csv" { (words.say("records.file")) }
                label.tick { input type="checkbox" name="with_texts" value="on"; span { (words.say("records.with_texts")) } }
            }
        }
    })
}

fn choice(words: Words, sent: &Sent, name: &str, key: &'static str, options: &[(String, String)]) -> Markup {
    let chosen = sent.get(name);
    html! {
        div.field {
            label for=(name) { (words.say(key)) }
            select id=(name) name=(name) {
                option value="" { (words.say("records.any")) }
                @for (value, label) in options { option value=(value) selected[value == chosen] { (label) } }
            }
        }
    }
}
