//! The hours of an entry from a calendar: they are read into the form, looked at, and saved with it or not.

use super::entry::{Shown, edit, history};
use crate::App;
use crate::door::Colleague;
use crate::office::{not_done, unavailable};
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::import::icalendar;

/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// `POST /directory/entry/hours`
pub(crate) async fn read_calendar(
    State(app): State<App>,
    colleague: Colleague,
    mut parts: Multipart,
) -> Result<Response, StatusCode> {
    let words = colleague.words;
    let (mut id, mut calendar) = (String::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)? {
        match part.name() {
            Some("id") => id = part.text().await.map_err(|_| StatusCode::BAD_REQUEST)?,
            Some("file") => calendar = part.bytes().await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?.to_vec(),
            _ => {}
        }
    }
    let seen = app.house.directory().entry(&id).await.map_err(unavailable)?.ok_or(StatusCode::NOT_FOUND)?;
    let today = i32::try_from(app.house.wall_ms() / DAY_MS).unwrap_or(0);
    let (hours, found) = icalendar::read(&calendar, today);
    let history = history(&app, words, &id).await.map_err(unavailable)?;
    let mut entry = seen.entry;
    let mut said: Vec<String> = found.iter().map(|finding| finding.sentence(words.0)).collect();
    let (status, read) = match hours {
        Some(hours) if !hours.is_unknown() => {
            entry.offer.hours = hours;
            (StatusCode::OK, true)
        }
        Some(_) => {
            said.push(words.say("calendar.nothing").to_owned());
            (StatusCode::UNPROCESSABLE_ENTITY, false)
        }
        None => (StatusCode::UNPROCESSABLE_ENTITY, false),
    };
    let notice = read.then(|| words.fill("calendar.read", &[("hours", &words.hours(&entry.offer.hours))]));
    let shown = Shown { entry: &entry, version: seen.version, faults: &said, notice, history };
    let page = edit(&app, &colleague, &shown);
    Ok(if read { page.into_response() } else { not_done(status, page) })
}
