//! Records that are written: finished later, begun for a call that was taken elsewhere, and amended.

use super::page::{REASON, Said, draw};
use super::{Protocols, address, around, sees_all, unavailable, visible};
use crate::App;
use crate::addresses::SearchForm;
use crate::desk::Sheet;
use crate::door::Colleague;
use crate::office::{Sent, go, go_saved, not_done};
use crate::receipts::Names;
use crate::shell::{one_line, zone};
use axum::extract::{Form as Posted, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use care::{AnswerFault, Answers, FieldKind, Form};
use directory::index::Query;
use directory::{Place, Territory};
use jiff::civil::DateTime;
use maud::{Markup, html};
use store::{CareRecord, Deed, StoreError};

/// How many entries of the directory are shown.
const FOUND: usize = 9;
/// How far back a call may be that somebody writes about, in milliseconds: a year.
const BACK_MS: i64 = 366 * 24 * 3_600_000;

/// `GET /records/new`
pub(crate) async fn new_record_page(State(app): State<App>, colleague: Colleague) -> Result<Markup, StatusCode> {
    new_record(&app, &colleague, "", "", None).await
}

async fn new_record(
    app: &App,
    colleague: &Colleague,
    line: &str,
    at: &str,
    said: Option<&str>,
) -> Result<Markup, StatusCode> {
    let names = Names::read(app, colleague.words).await?;
    let words = names.words;
    let now = names.time(app.house.wall_ms(), "%Y-%m-%dT%H:%M");
    let content = html! {
        section.card {
            p.path { a href="/records" { (words.say("records.title")) } }
            h1 { (words.say("records.new")) }
            p.hint { (words.say("records.new_words")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            form.fields method="post" action="/records/new" {
                div.field {
                    label for="line" { (words.say("call_part.line")) }
                    select #line name="line" {
                        @for (id, known) in &names.plan.lines { option value=(id.0) selected[id.0 == line] { (known.name) } }
                    }
                }
                div.field {
                    label for="at" { (words.say("records.when")) }
                    input #at name="at" type="datetime-local" required max=(now) value=(if at.is_empty() { &now } else { at });
                }
                div.buttons.whole { button.primary type="submit" { (words.say("records.begin")) } }
            }
        }
    };
    Ok(around(app, colleague, words.say("records.new"), &content))
}

/// `POST /records/new`
pub(crate) async fn add_record(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let (line, at, now) = (sent.get("line"), sent.get("at"), app.house.wall_ms());
    let plan = app.house.plan();
    let moment = at.parse::<DateTime>().ok().and_then(|local| local.to_zoned(zone(&plan)).ok());
    let moment = moment.map(|zoned| zoned.timestamp().as_millisecond()).filter(|at| (now - BACK_MS..=now).contains(at));
    let (Some(moment), true) = (moment, plan.lines.contains_key(&line.into())) else {
        let said = colleague.words.say("records.bad_time");
        let page = new_record(&app, &colleague, line, at, Some(said)).await?;
        return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page));
    };
    let record = CareRecord {
        call: app.house.new_call_id().0,
        listener: colleague.staff.id,
        line: line.to_owned(),
        opened_at: now,
        elsewhere_at: Some(moment),
        form: store::FormAnswers { version: app.house.protocol().version, ..store::FormAnswers::default() },
        ..CareRecord::default()
    };
    app.house.store().save_draft(&record).await.map_err(unavailable)?;
    Ok(go(&address(&record)))
}

/// `POST /records/{call}/{listener}`
pub(crate) async fn change_record(
    State(app): State<App>,
    Path((call, listener)): Path<(i64, i64)>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let (words, reader) = (colleague.words, &colleague.staff);
    let sent = Sent(pairs);
    let kept = visible(&app, reader, call, listener).await?;
    let protocol = Protocols::new(&app).of(&kept).await?;
    let territory = app.house.territory();
    let mut sheet = Sheet::of(&kept, protocol);
    sheet.write(answers_of(&sent, &sheet.protocol.form, territory));
    let reason = one_line(sent.get("reason.text"), REASON);
    let revision = sent.get("record.revision").parse().unwrap_or(0);
    let mine = listener == reader.id;
    let look_for = sent.get("look.text").trim();
    // The Enter key in the field of a search saves the draft, and looks as well.
    let what = match sent.get("do") {
        _ if !sent.get("give.entry").is_empty() => "give",
        "save" | "enter" if !look_for.is_empty() => "look",
        "enter" => "save",
        other => other,
    };
    let record = match (what, kept.closed_at) {
        ("save" | "look" | "give", None) if mine => sheet.draft(territory, listener),
        ("close", None) if mine => match sheet.complete(territory, listener) {
            Ok((record, _)) => record,
            Err(errors) => {
                sheet.errors = errors;
                return refused(&app, &colleague, &kept, &sheet, "").await;
            }
        },
        ("amend", Some(_)) if mine || sees_all(reader) => match sheet.complete(territory, listener) {
            Ok((record, _)) => record,
            Err(errors) => {
                sheet.errors = errors;
                return refused(&app, &colleague, &kept, &sheet, &reason).await;
            }
        },
        _ => return Err(StatusCode::FORBIDDEN),
    };
    let record = CareRecord {
        revision,
        line: kept.line.clone(),
        opened_at: kept.opened_at,
        elsewhere_at: kept.elsewhere_at,
        closed_at: kept.closed_at,
        ..record
    };
    if what == "amend" && reason.is_empty() {
        let said = Said { trouble: Some(words.say("records.no_reason")), ..Said::default() };
        let page = draw(&app, &colleague, &kept, &sheet, &said).await?;
        return Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page));
    }
    match written(&app, what, &record, reader.id, &reason).await {
        Ok(()) if kept.closed_at.is_none() && what != "close" => {
            // All the rest is saved; what names no place stays in its field to be corrected.
            let faults = sheet.complete(territory, listener).err().unwrap_or_default();
            sheet.errors = faults.into_iter().filter(|fault| fault.fault == AnswerFault::NoPlace).collect();
            let saved = visible(&app, reader, call, listener).await?;
            match what {
                "look" => look(&app, &colleague, (&saved, &sheet), look_for).await,
                "give" => give(&app, &colleague, (&saved, &sheet), sent.get("give.entry")).await,
                _ if sheet.errors.is_empty() => Ok(go_saved(&address(&record))),
                _ => refused(&app, &colleague, &saved, &sheet, "").await,
            }
        }
        Ok(()) => Ok(go(&address(&record))),
        Err(StoreError::StaleDraft { .. } | StoreError::RecordIsClosed(_)) => {
            // What was typed is shown over what somebody else, or the desk, has written meanwhile: the next try counts.
            let said = Said { reason: &reason, trouble: Some(words.say("records.stale")), ..Said::default() };
            let page = draw(&app, &colleague, &kept, &sheet, &said).await?;
            Ok(not_done(StatusCode::CONFLICT, page))
        }
        Err(fault) => Err(unavailable(fault)),
    }
}

async fn written(app: &App, what: &str, record: &CareRecord, who: i64, reason: &str) -> Result<(), StoreError> {
    let (store, now) = (app.house.store(), app.house.wall_ms());
    if what == "amend" {
        return store.amend_record(record, who, reason, now).await;
    }
    store.save_draft(record).await?;
    if what == "close" {
        store.close_record(record.call, record.listener, now).await?;
    }
    Ok(())
}

async fn refused(
    app: &App,
    colleague: &Colleague,
    kept: &CareRecord,
    sheet: &Sheet,
    reason: &str,
) -> Result<Response, StatusCode> {
    let page = draw(app, colleague, kept, sheet, &Said { reason, ..Said::default() }).await?;
    Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, page))
}

/// Looks in the directory for an address that was given, the nearest to the caller first.
async fn look(
    app: &App,
    colleague: &Colleague,
    (saved, sheet): (&CareRecord, &Sheet),
    text: &str,
) -> Result<Response, StatusCode> {
    let place = sheet.place(app.house.territory());
    let form = SearchForm { text: text.to_owned(), ..SearchForm::default() };
    let query = Query { text: form.text(), wanted: form.traits(), place, limit: FOUND, ..Query::default() };
    let (found, _) = app.house.directory().search(&query).await.map_err(unavailable)?;
    let said = Said { found: Some((text, &found)), ..Said::default() };
    Ok(draw(app, colleague, saved, sheet, &said).await?.into_response())
}

/// Notes that an address was given.
async fn give(
    app: &App,
    colleague: &Colleague,
    (saved, sheet): (&CareRecord, &Sheet),
    entry: &str,
) -> Result<Response, StatusCode> {
    let seen = app.house.directory().entry(entry).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    let kind = seen.entry.kind().map_or("", care::Kind::key).to_owned();
    let deed = Deed::Give { entry: seen.entry.id.clone(), kind, name: seen.entry.name.clone() };
    let (store, now) = (app.house.store(), app.house.wall_ms());
    store.note(saved.call, &deed, colleague.staff.id, now).await.map_err(unavailable)?;
    if sheet.errors.is_empty() { Ok(go(&address(saved))) } else { refused(app, colleague, saved, sheet, "").await }
}

/// What a form answers. A name with a point is no answer; what was typed for a place counts, with or without a script that
/// looked it up.
fn answers_of(sent: &Sent, form: &Form, territory: Territory) -> Answers {
    let mut answers = Answers::new();
    for (name, value) in sent.0.iter().filter(|(name, value)| !name.contains('.') && !value.trim().is_empty()) {
        answers.entry(name.clone()).or_default().push(value.clone());
    }
    for field in form.fields().filter(|field| field.kind == FieldKind::Place) {
        let typed = sent.get(&format!("{}.text", field.key));
        let known = answers.get(&field.key).and_then(|keys| territory.place(keys.last()?));
        if known.is_some_and(|place| place.label() == typed) {
            continue;
        }
        match (typed.is_empty(), territory.find_places(typed, 1).first()) {
            (true, _) => drop(answers.remove(&field.key)),
            (false, Some(place)) => drop(answers.insert(field.key.clone(), vec![Place::key(*place)])),
            // What names no place is refused as such, and stays to be corrected.
            (false, None) => drop(answers.insert(field.key.clone(), vec![typed.to_owned()])),
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        let sent = Sent(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        answers_of(&sent, &Form::standard(), Territory::load())
    }

    #[test]
    fn a_place_counts_as_it_was_typed() {
        let of = |pairs: &[(&str, &str)]| answers(pairs).get("place").cloned().unwrap_or_default();
        assert_eq!(of(&[("place.text", "57000")]), ["c57463"]);
        assert_eq!(of(&[("place", "c51454"), ("place.text", "Metz")]), ["c57463"], "the text was changed");
        let label = Territory::load().place("c51454").unwrap().label();
        assert_eq!(of(&[("place", "c51454"), ("place.text", &label)]), ["c51454"]);
        assert!(of(&[("place", "c51454"), ("place.text", "")]).is_empty(), "it was taken out");
        assert_eq!(of(&[("place.text", "xyzzy")]), ["xyzzy"]);
        let all = answers(&[("themes", "sleep"), ("themes", "trauma"), ("grade", " "), ("record.revision", "3")]);
        assert_eq!(all, [("themes".to_owned(), vec!["sleep".to_owned(), "trauma".to_owned()])].into());
    }
}
