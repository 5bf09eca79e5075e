//! A protocol put in force, put back, thrown away, taken out and taken in.

use super::super::draft::{NotMade, unavailable};
use super::super::form::Sent;
use super::super::go;
use super::super::overview::seen;
use super::super::transfer::{read, written};
use super::page::with_notice;
use super::{Draft, stops};
use crate::App;
use crate::door::Colleague;
use axum::extract::{Form as Posted, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use care::Protocol;
use store::StoreError;

/// `POST /office/protocol/in-force`: for every record that is begun from now on.
pub(crate) async fn put_protocol_in_force(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let seen = seen(&sent)?;
    let _alone = app.house.planning().await;
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    if draft.stops() {
        let said = colleague.words.say("office.stops");
        return with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, said).await;
    }
    // Numbers may come again after a draft was dropped: what was before one's eyes is known by what it says.
    if draft.seen() != Some(seen) || draft.says() != sent.get("says") {
        return stale(&app, &colleague).await;
    }
    match app.house.store().protocols().put_draft_in_force(seen, colleague.staff.id, app.house.wall_ms()).await {
        Ok(()) => {}
        Err(StoreError::StaleVersion) => return stale(&app, &colleague).await,
        Err(fault) => return Err(unavailable(fault)),
    }
    app.house.put_protocol(Protocol { version: seen.version, ..draft.protocol });
    Ok(go("/office/protocol"))
}

async fn stale(app: &App, colleague: &Colleague) -> Result<Response, StatusCode> {
    let said = NotMade::Stale.told(colleague.words)?;
    with_notice(app, colleague, StatusCode::CONFLICT, &said).await
}

/// `POST /office/protocol/drop`
pub(crate) async fn drop_protocol_draft(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    match app.house.store().protocols().drop_draft(seen(&Sent(pairs))?).await {
        Ok(()) => Ok(go("/office/protocol")),
        Err(StoreError::StaleVersion) => stale(&app, &colleague).await,
        Err(fault) => Err(unavailable(fault)),
    }
}

/// `POST /office/protocol/back`
pub(crate) async fn put_protocol_back(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let version: i64 = Sent(pairs).get("version").parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let _alone = app.house.planning().await;
    let protocols = app.house.store().protocols();
    let row = protocols.get(version).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    if stops(&row.body) {
        // A newer program may ask more of a form than the one that put it in force.
        let said = colleague.words.say("protocol.back_faulty");
        return with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, said).await;
    }
    if !protocols.put_back_in_force(version, colleague.staff.id, app.house.wall_ms()).await.map_err(unavailable)? {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    app.house.put_protocol(row.body);
    Ok(go("/office/protocol"))
}

/// `GET /office/protocol.toml`
pub(crate) async fn export_protocol(State(app): State<App>, _colleague: Colleague) -> Result<Response, StatusCode> {
    let draft = Draft::read(&app).await.map_err(unavailable)?;
    let headers = [
        (CONTENT_TYPE, "application/toml; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"protocol.toml\""),
    ];
    Ok((headers, written(&draft.protocol)?).into_response())
}

/// `POST /office/protocol/import`: a whole protocol takes the place of the draft.
pub(crate) async fn import_protocol(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let words = colleague.words;
    let done = match read::<Protocol>(words, Sent(pairs).get("toml")) {
        Ok(new) => {
            Draft::change(&app, colleague.staff.id, |protocol| {
                *protocol = new.clone();
                Ok(())
            })
            .await
        }
        Err(why) => Err(NotMade::Unreadable(why)),
    };
    match done {
        Ok(_) => Ok(go("/office/protocol")),
        Err(not) => {
            let said = not.told(words)?;
            with_notice(&app, &colleague, StatusCode::UNPROCESSABLE_ENTITY, &said).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, Words};

    #[test]
    fn a_protocol_is_read_as_it_was_written() {
        let text = written(&Protocol::standard()).unwrap();
        assert_eq!(read::<Protocol>(Words(Language::Fr), &text).as_ref(), Ok(&Protocol::standard()), "{text}");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let text = written(&Protocol::standard()).unwrap();
        for (from, to) in [("kind = \"tick\"", "kind = \"tack\""), ("required = \"always\"", "requird = \"always\"")] {
            let broken = text.replacen(from, to, 1);
            let why = read::<Protocol>(Words(Language::En), &broken).unwrap_err();
            assert!(why.starts_with("line "), "{why}");
        }
    }
}
