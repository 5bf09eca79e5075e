//! A protocol put in force, put back, thrown away, taken out and taken in.

use super::super::draft::{NotMade, unavailable};
use super::super::form::Sent;
use super::super::go;
use super::super::overview::seen;
use super::super::transfer::{read, written};
use super::page::with_notice;
use super::{Draft, faults, stops};
use crate::App;
use crate::door::Colleague;
use crate::words::Words;
use axum::extract::{Form as Posted, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use care::{EmergencyWrong, FormWrong, Protocol, ProtocolFault, RuleWrong};
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

/// A whole protocol from TOML; else why it cannot be taken. What pages could not show or lead to is refused at once, everything else
/// is a draft's to mend.
pub(super) fn taken_in(words: Words, text: &str) -> Result<Protocol, String> {
    let protocol = read::<Protocol>(words, text)?;
    let refused = |fault: &ProtocolFault| match fault {
        ProtocolFault::Form(fault) => matches!(
            fault.wrong,
            FormWrong::BadKey(_)
                | FormWrong::KeyTwice
                | FormWrong::TooManySections(_)
                | FormWrong::TooManyFields(_)
                | FormWrong::TooManyOptions(_)
        ),
        ProtocolFault::Rule(_, wrong) => matches!(wrong, RuleWrong::TooMany(_)),
        ProtocolFault::Emergency(_, wrong) => matches!(wrong, EmergencyWrong::TooMany(_)),
    };
    match protocol.check().iter().find(|fault| refused(fault)) {
        Some(fault) => {
            let told = faults::told(words, &protocol, fault);
            Err(format!("{} : {}", told.about, told.words))
        }
        None => Ok(protocol),
    }
}

/// `POST /office/protocol/import`: a whole protocol takes the place of the draft.
pub(crate) async fn import_protocol(
    State(app): State<App>,
    colleague: Colleague,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, StatusCode> {
    let words = colleague.words;
    let done = match taken_in(words, Sent(pairs).get("toml")) {
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
    use crate::words::Language;

    #[test]
    fn a_protocol_is_read_as_it_was_written() {
        let text = written(&Protocol::standard()).unwrap();
        assert_eq!(read::<Protocol>(Words(Language::Fr), &text).as_ref(), Ok(&Protocol::standard()), "{text}");
    }

    #[test]
    fn what_no_page_could_show_is_refused_and_a_fault_is_taken_in_to_be_mended() {
        let words = Words(Language::Fr);
        let with = |change: fn(&mut Protocol)| {
            let mut protocol = Protocol::standard();
            change(&mut protocol);
            taken_in(words, &written(&protocol).unwrap())
        };
        assert!(with(|all| all.form.sections[0].key = "../x".to_owned()).unwrap_err().contains("clé"));
        assert!(with(|all| all.form.sections[1].fields[0].key = "grade".to_owned()).unwrap_err().contains("deux fois"));
        assert!(with(|all| all.form.sections = vec![all.form.sections[3].clone(); 30]).is_err());
        assert!(with(|all| all.rules = vec![all.rules[0].clone(); 99]).unwrap_err().contains("60"));
        assert!(with(|all| all.emergency = vec![all.emergency[0].clone(); 99]).unwrap_err().contains("30"));
        let faulty = with(|all| all.form.sections[0].label.fr.clear()).unwrap();
        assert!(stops(&faulty));
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
