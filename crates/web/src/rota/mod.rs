//! The rota: who is on duty when. Everybody sees it, offers their shifts and takes others over; those who answer for the
//! service fill it, and see where it is thin.

mod changes;
mod cover;

pub(crate) use changes::{add_shift, end_series, offer_shift, remove_shift, take_shift};
pub(crate) use cover::warning;

use crate::App;
use crate::desk::twice;
use crate::door::{Colleague, Rule};
use crate::office::{not_done, page, unavailable};
use crate::shell::zone_name;
use crate::words::Words;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use store::{ShiftRow, ShiftSeries, Staff, StoreError};
use switchboard::{Date, Duty, ListenerId, Person, Plan, Utc, Zone, write_clock};

/// Which week is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    week: Option<String>,
}

/// All that the rota shows.
struct Rota {
    words: Words,
    plan: std::sync::Arc<Plan>,
    zone: Zone,
    now: Utc,
    /// Of the weeks that are written ahead.
    shifts: Vec<ShiftRow>,
    series: Vec<ShiftSeries>,
    people: Vec<Staff>,
    names: HashMap<ListenerId, String>,
    /// Everybody as the switchboard knows them.
    able: HashMap<ListenerId, Person>,
}

fn zone(plan: &Plan) -> Zone {
    node::zone(zone_name(plan)).unwrap_or_else(Zone::utc)
}

impl Rota {
    async fn read(app: &App, words: Words, first: Date) -> Result<Self, StoreError> {
        let store = app.house.store();
        let plan = app.house.plan();
        let zone = zone(&plan);
        let now = Utc(app.house.wall_ms());
        let from = zone.told(first, 0).utc().min(now);
        let until = zone.told(first.max(zone.local(now).date).plus_days(node::WRITTEN_AHEAD), 0).utc();
        let people = store.all_staff().await?;
        let able = node::known_people(store, &plan).await?;
        Ok(Self {
            able: able.into_iter().map(|person| (person.id, person)).collect(),
            words,
            zone,
            now,
            shifts: store.shifts_between(from.0, until.0).await?,
            series: store.all_series().await?,
            names: people.iter().map(|one| (one.listener(), one.name.clone())).collect(),
            people: people.into_iter().filter(|one| one.left_at.is_none()).collect(),
            plan,
        })
    }

    fn name(&self, listener: ListenerId) -> &str {
        self.names.get(&listener).map_or("?", String::as_str)
    }

    fn queue(&self, queue: &switchboard::QueueId) -> String {
        self.plan.queues.get(queue).map_or_else(|| queue.0.clone(), |known| known.name.clone())
    }

    fn today(&self) -> Date {
        self.zone.local(self.now).date
    }

    fn day(&self, date: Date) -> String {
        format!("{} {:02}/{:02}", self.words.weekday(date.weekday().into()), date.day(), date.month())
    }

    /// From when to when, in the words of the place.
    fn span(&self, from: Utc, until: Utc) -> String {
        let (from, until) = (self.zone.local(from), self.zone.local(until));
        if from.date == until.date {
            return format!("{} {} – {}", self.day(from.date), write_clock(from.minute), write_clock(until.minute));
        }
        if until.minute == 0 && until.date == from.date.plus_days(1) {
            return format!("{} {} – 24:00", self.day(from.date), write_clock(from.minute));
        }
        format!(
            "{} {} – {} {}",
            self.day(from.date),
            write_clock(from.minute),
            self.day(until.date),
            write_clock(until.minute)
        )
    }

    fn duty(&self, duty: Duty) -> &'static str {
        self.words.named("duty", duty_word(duty))
    }

    /// Shifts that are not over.
    fn coming(&self) -> impl Iterator<Item = &ShiftRow> {
        self.shifts.iter().filter(|row| row.shift.until > self.now)
    }
}

/// A duty as forms and the rota's words have it.
fn duty_word(duty: Duty) -> &'static str {
    match duty {
        Duty::OnShift => "on_shift",
        Duty::OnCall => "on_call",
        Duty::Facilitator => "facilitator",
    }
}

/// The Monday of the week that is asked for; of this week, unless a readable one is.
fn monday(asked: Option<&str>, today: Date) -> Date {
    let day = asked.and_then(|text| Date::try_from(text.to_owned()).ok()).unwrap_or(today);
    // Further away than a year there is nothing to see, and much to read.
    let day = day.clamp(today.plus_days(-366), today.plus_days(366));
    day.plus_days(-i64::from(day.weekday()))
}

/// `GET /rota`
pub(crate) async fn rota_page(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    draw(&app, &colleague, asked.week.as_deref(), None).await
}

/// The page with a word on what was not done.
async fn refuse(app: &App, colleague: &Colleague, week: &str, said: &str) -> Result<Response, StatusCode> {
    let week = Some(week).filter(|week| !week.is_empty());
    Ok(not_done(StatusCode::UNPROCESSABLE_ENTITY, draw(app, colleague, week, Some(said)).await?))
}

async fn draw(app: &App, colleague: &Colleague, week: Option<&str>, said: Option<&str>) -> Result<Markup, StatusCode> {
    let words = colleague.words;
    let today = zone(&app.house.plan()).local(Utc(app.house.wall_ms())).date;
    let first = monday(week, today);
    let rota = Rota::read(app, words, first).await.map_err(unavailable)?;
    let oversees = Rule::Oversees.allows(Some(colleague.staff.role));
    let takes_calls = Rule::TakesCalls.allows(Some(colleague.staff.role));
    let content = html! {
        section.card {
            h1 { (words.say("rota.title")) }
            @if let Some(said) = said { p.notice.trouble role="alert" { (said) } }
            p.hint { (words.fill("rota.zone", &[("zone", &zone_name(&rota.plan).replace('_', " "))])) }
            @if takes_calls { (own(&rota, colleague.staff.listener(), first)) }
        }
        @if takes_calls { section.card { (offered(&rota, colleague.staff.listener(), first)) } }
        section.card { (cover::week(&rota, first)) }
        section.card { (cover::gaps(&rota)) }
        section.card { (of_week(&rota, first, oversees)) }
        @if oversees {
            section.card #add { (add_form(&rota, first)) }
            section.card { (weekly(&rota, first)) }
        }
    };
    Ok(page(app, colleague, "/rota", words.say("rota.title"), &content))
}

fn week_input(first: Date) -> Markup {
    html! { input type="hidden" name="week" value=(first.to_string()); }
}

fn own(rota: &Rota, me: ListenerId, first: Date) -> Markup {
    let words = rota.words;
    let rows: Vec<&ShiftRow> = rota.coming().filter(|row| row.shift.listener == me).collect();
    html! {
        h2 { (words.say("rota.own")) }
        @if rows.is_empty() { p.empty { (words.say("rota.none_own")) } }
        ul.things.shifts {
            @for row in rows {
                li data-on[row.shift.from <= rota.now] {
                    strong { (rota.span(row.shift.from, row.shift.until)) }
                    span.soft { (rota.queue(&row.shift.queue)) " · " (rota.duty(row.shift.duty))
                        @if row.series.is_some() { " · " (words.say("rota.every_week")) } }
                    @if row.shift.from <= rota.now { span.badge { (words.say("rota.now")) } }
                    form.aside method="post" action="/rota/offer" {
                        (week_input(first))
                        input type="hidden" name="on" value=(if row.offered { "no" } else { "yes" });
                        button type="submit" name="id" value=(row.shift.id.0) {
                            @if row.offered { (words.say("rota.take_back")) } @else { (words.say("rota.offer")) }
                        }
                    }
                    @if row.offered { span.badge { (words.say("rota.is_offered")) } }
                }
            }
        }
    }
}

fn offered(rota: &Rota, me: ListenerId, first: Date) -> Markup {
    let words = rota.words;
    let rows: Vec<&ShiftRow> = rota.coming().filter(|row| row.offered && row.shift.listener != me).collect();
    html! {
        h2 { (words.say("rota.offered")) }
        @if rows.is_empty() { p.empty { (words.say("rota.none_offered")) } }
        ul.things.shifts {
            @for row in rows {
                li {
                    strong { (rota.span(row.shift.from, row.shift.until)) }
                    span.soft { (rota.name(row.shift.listener)) " · " (rota.queue(&row.shift.queue)) " · " (rota.duty(row.shift.duty)) }
                    form.aside method="post" action="/rota/take" {
                        (week_input(first))
                        button.primary type="submit" name="id" value=(row.shift.id.0) { (words.say("rota.take")) }
                    }
                }
            }
        }
    }
}

fn of_week(rota: &Rota, first: Date, oversees: bool) -> Markup {
    let words = rota.words;
    let day_rows = |date: Date| -> Vec<&ShiftRow> {
        rota.shifts.iter().filter(|row| rota.zone.local(row.shift.from).date == date).collect()
    };
    html! {
        h2 { (words.fill("rota.week_of", &[("day", &rota.day(first))])) }
        @for ahead in 0..7 {
            @let date = first.plus_days(ahead);
            @let rows = day_rows(date);
            h3 { (rota.day(date)) @if date == rota.today() { " " span.badge { (words.say("rota.today")) } }
                @if rows.is_empty() { span.empty { " " (words.say("rota.nobody_planned")) } } }
            ul.things.shifts {
                @for row in rows {
                    li {
                        strong { (rota.name(row.shift.listener)) }
                        span.soft { (rota.span(row.shift.from, row.shift.until)) " · " (rota.queue(&row.shift.queue)) " · " (rota.duty(row.shift.duty)) }
                        @if row.offered { span.badge { (words.say("rota.is_offered")) } }
                        @if !cover::counts(rota, &row.shift) { strong.wrong { (words.say("rota.cannot")) } }
                        @if oversees && row.shift.until > rota.now {
                            form.aside method="post" action="/rota/shifts/remove" {
                                (week_input(first))
                                button.danger type="submit" name="id" value=(row.shift.id.0)
                                    aria-label=(format!("{} : {}, {}", words.say("form.remove"), rota.name(row.shift.listener), rota.span(row.shift.from, row.shift.until))) {
                                    (words.say("form.remove"))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn add_form(rota: &Rota, first: Date) -> Markup {
    let words = rota.words;
    let day = first.max(rota.today());
    html! {
        h2 { (words.say("rota.add")) }
        @if rota.plan.queues.is_empty() { p.empty { (words.say("rota.no_queue")) } }
        @else {
            form.fields method="post" action="/rota/shifts" {
                (week_input(first))
                div.input { label for="who" { (words.say("rota.who")) }
                    select #who name="who" {
                        @for one in rota.people.iter().filter(|one| one.role.takes_calls()) { option value=(one.id) { (one.name) } }
                    } }
                div.input { label for="queue" { (words.named("field", "queue")) }
                    select #queue name="queue" { @for queue in rota.plan.queues.values() { option value=(queue.id) { (queue.name) } } } }
                div.input { label for="duty" { (words.say("rota.duty")) }
                    select #duty name="duty" {
                        @for duty in [Duty::OnShift, Duty::OnCall, Duty::Facilitator] { option value=(duty_word(duty)) { (rota.duty(duty)) } }
                    } }
                div.input { label for="day" { (words.named("field", "date")) }
                    input #day type="date" name="day" required value=(day.to_string()); }
                div.input { label for="from" { (words.named("end", "from")) }
                    input #from.clock type="text" name="from" required maxlength="5" placeholder="08:00" inputmode="numeric" autocomplete="off"; }
                div.input { label for="to" { (words.named("end", "to")) }
                    input #to.clock type="text" name="to" required maxlength="5" placeholder="16:00" inputmode="numeric" autocomplete="off" aria-describedby="to-says";
                    p.hint #to-says { (words.say("rota.to_help")) } }
                div.input { label.tick { input type="checkbox" name="weekly"; (words.say("rota.every_week")) }
                    label for="last" { (words.say("rota.until_day")) }
                    input #last type="date" name="last"; }
                div.buttons { button.primary type="submit" { (words.say("form.add")) } }
            }
        }
    }
}

fn weekly(rota: &Rota, first: Date) -> Markup {
    let words = rota.words;
    let today = rota.today();
    let series: Vec<&ShiftSeries> =
        rota.series.iter().filter(|one| one.weekly.last.is_none_or(|last| last >= today)).collect();
    html! {
        h2 { (words.say("rota.weekly")) }
        @if series.is_empty() { p.empty { (words.say("rota.no_weekly")) } }
        ul.things.shifts {
            @for one in series {
                li {
                    strong { (rota.name(ListenerId(one.listener))) }
                    span.soft { (words.weekday(one.weekly.weekday.into())) " " (write_clock(one.weekly.from)) " – " (write_clock(one.weekly.until))
                        @if one.zone != zone_name(&rota.plan) { " (" (one.zone.replace('_', " ")) ")" }
                        " · " (rota.queue(&one.queue)) " · " (rota.duty(one.duty))
                        @if let Some(last) = one.weekly.last { " · " (words.fill("rota.ends", &[("day", &rota.day(last))])) } }
                    form.aside method="post" action="/rota/series/end" {
                        (week_input(first))
                        button.danger type="submit" name="id" value=(one.id) data-twice { (twice(words.say("rota.end_series"), words.say("form.sure"))) }
                    }
                }
            }
        }
    }
}
