//! Changes of the rota. Each is told to the switchboard at once: the rota is what routes.

use super::{monday, refuse, zone};
use crate::App;
use crate::door::Colleague;
use crate::office::{Sent, go, unavailable};
use crate::shell::zone_name;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use store::{NewShift, ShiftSeries, StoreError};
use switchboard::{Date, Duty, QueueId, Utc, WeeklyShift, read_clock};

type Pairs = Form<Vec<(String, String)>>;

/// Back to the week from which somebody came.
fn back(sent: &Sent) -> Response {
    match Date::try_from(sent.get("week").to_owned()) {
        Ok(day) => go(&format!("/rota?week={}", monday(Some(sent.get("week")), day))),
        Err(_) => go("/rota"),
    }
}

/// What a form says of a shift.
struct Written {
    who: i64,
    queue: QueueId,
    duty: Duty,
    day: Date,
    from: u16,
    until: u16,
}

fn read(sent: &Sent) -> Result<Written, &'static str> {
    let duty = match sent.get("duty") {
        "on_shift" => Duty::OnShift,
        "on_call" => Duty::OnCall,
        "facilitator" => Duty::Facilitator,
        _ => return Err("rota.bad_duty"),
    };
    let clock = |name: &str| read_clock(&sent.get(name).replace(['h', 'H'], ":"));
    let (from, until) = clock("from").zip(clock("to")).ok_or("rota.bad_clock")?;
    if from == until || from == 1440 {
        return Err("rota.bad_clock");
    }
    Ok(Written {
        who: sent.get("who").parse().map_err(|_| "rota.bad_person")?,
        queue: QueueId::from(sent.get("queue")),
        duty,
        day: Date::try_from(sent.get("day").to_owned()).map_err(|_| "rota.bad_day")?,
        from,
        until,
    })
}

/// `POST /rota/shifts`
pub(crate) async fn add_shift(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Pairs,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let words = colleague.words;
    let week = sent.get("week").to_owned();
    let written = match read(&sent) {
        Ok(written) => written,
        Err("rota.bad_clock") => return refuse(&app, &colleague, &week, words.say("rota.bad_clock")).await,
        Err("rota.bad_day") => return refuse(&app, &colleague, &week, words.say("rota.bad_day")).await,
        Err(_) => return Err(StatusCode::BAD_REQUEST),
    };
    let store = app.house.store();
    let person = store.staff_member(written.who).await.map_err(unavailable)?;
    let plan = app.house.plan();
    if person.is_none_or(|one| one.left_at.is_some() || !one.role.takes_calls())
        || !plan.queues.contains_key(&written.queue)
    {
        return refuse(&app, &colleague, &week, words.say("rota.gone")).await;
    }
    let zone = zone(&plan);
    let ends = if written.until <= written.from { written.day.plus_days(1) } else { written.day };
    let (from, until) = (zone.told(written.day, written.from).utc(), zone.told(ends, written.until).utc());
    if until.0 <= app.house.wall_ms() {
        return refuse(&app, &colleague, &week, words.say("rota.is_over")).await;
    }
    let from_day = written.day;
    let added = if sent.has("weekly") {
        let last = match sent.get("last") {
            "" => None,
            text => Some(Date::try_from(text.to_owned()).map_err(|_| StatusCode::BAD_REQUEST)?),
        };
        let weekly = WeeklyShift {
            weekday: written.day.weekday(),
            from: written.from,
            until: written.until,
            first: written.day,
            last,
        };
        if weekly.wrong().is_some() {
            return refuse(&app, &colleague, &week, words.say("rota.bad_day")).await;
        }
        let Written { who, queue, duty, .. } = written;
        let series = ShiftSeries { id: 0, listener: who, queue, duty, zone: zone_name(&plan).to_owned(), weekly };
        store.add_series(&series).await.map(drop)
    } else {
        let Written { who, queue, duty, .. } = written;
        store.add_shift(&NewShift { listener: who, queue, duty, from: from.0, until: until.0 }).await.map(drop)
    };
    match added {
        Ok(()) => {}
        // A time that the clocks jump over leaves nothing of a shift.
        Err(StoreError::ShiftWrong(_)) if until <= from => {
            return refuse(&app, &colleague, &week, words.say("rota.skipped")).await;
        }
        Err(StoreError::ShiftWrong(_)) => return refuse(&app, &colleague, &week, words.say("rota.clash")).await,
        Err(fault) => return Err(unavailable(fault)),
    }
    app.house.refresh_rota().await.map_err(unavailable)?;
    // The week of the day that was written, so that what was added is before one's eyes.
    Ok(go(&format!("/rota?week={}", monday(Some(sent.get("day")), from_day))))
}

fn number(sent: &Sent) -> Result<i64, StatusCode> {
    sent.get("id").parse().map_err(|_| StatusCode::BAD_REQUEST)
}

/// `POST /rota/shifts/remove`
pub(crate) async fn remove_shift(
    State(app): State<App>,
    _colleague: Colleague,
    Form(pairs): Pairs,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    app.house.store().remove_shift(number(&sent)?).await.map_err(unavailable)?;
    app.house.refresh_rota().await.map_err(unavailable)?;
    Ok(back(&sent))
}

/// `POST /rota/series/end`: the shifts of today stay.
pub(crate) async fn end_series(
    State(app): State<App>,
    _colleague: Colleague,
    Form(pairs): Pairs,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let zone = zone(&app.house.plan());
    let today = zone.local(Utc(app.house.wall_ms())).date;
    let tomorrow = zone.told(today.plus_days(1), 0).utc();
    app.house.store().end_series(number(&sent)?, today, tomorrow.0).await.map_err(unavailable)?;
    app.house.refresh_rota().await.map_err(unavailable)?;
    Ok(back(&sent))
}

/// `POST /rota/offer`: somebody offers a shift of their own, or takes that back.
pub(crate) async fn offer_shift(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Pairs,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    let offered = sent.get("on") == "yes";
    let done = app.house.store().offer_shift(number(&sent)?, colleague.staff.id, offered).await.map_err(unavailable)?;
    if !done {
        return refuse(&app, &colleague, sent.get("week"), colleague.words.say("rota.gone")).await;
    }
    Ok(back(&sent))
}

/// `POST /rota/take`: somebody takes an offered shift over.
pub(crate) async fn take_shift(
    State(app): State<App>,
    colleague: Colleague,
    Form(pairs): Pairs,
) -> Result<Response, StatusCode> {
    let sent = Sent(pairs);
    if !app.house.store().take_shift(number(&sent)?, colleague.staff.id).await.map_err(unavailable)? {
        return refuse(&app, &colleague, sent.get("week"), colleague.words.say("rota.not_taken")).await;
    }
    app.house.refresh_rota().await.map_err(unavailable)?;
    Ok(back(&sent))
}
