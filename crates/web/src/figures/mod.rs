//! The figures of a line over a period, with the names and formulas of the field: a table with definitions, pictures, and a
//! file. The page works without scripts, and all that is asked for stands in its address.

mod asked;
mod care;
mod file;
mod form;
mod picture;
mod staffing;
mod table;

pub(crate) use file::cell;
pub(crate) use table::{decimal, percent};

use crate::App;
use crate::bar::Bar;
use crate::door::Colleague;
use crate::shell::Page;
use crate::words::Words;
use asked::{Asked, Days, Fields};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use maud::{Markup, html};
use node::CallersSeen;
use store::reports::CareFigures;
use store::reports::figures::{Figure, Figures, Period};

/// A period and the one before, counted.
struct Counted {
    period: Period,
    now: Figures,
    before: Figures,
    /// What came of the calls, now and before.
    care: [CareFigures; 2],
}

impl Counted {
    async fn read(app: &App, asked: &Asked) -> Result<Self, StatusCode> {
        let line = asked.line.as_ref().map(|line| line.0.as_str());
        let read = async |days: Days| {
            let moments = days.moments(&asked.zone).ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
            app.house.store().period(line, moments, app.house.wall_ms()).await.map_err(|fault| {
                tracing::warn!(%fault, "the figures cannot be read");
                StatusCode::SERVICE_UNAVAILABLE
            })
        };
        let period = read(asked.days).await?;
        let now = Figures::of(&period, asked.thresholds);
        let before = Figures::of(&read(asked.before).await?, asked.thresholds);
        let care = async |days: Days| {
            let moments = days.moments(&asked.zone).ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
            app.house.store().care_figures(line, moments).await.map_err(|fault| {
                tracing::warn!(%fault, "the figures of care cannot be read");
                StatusCode::SERVICE_UNAVAILABLE
            })
        };
        let care = [care(asked.days).await?, care(asked.before).await?];
        Ok(Self { period, now, before, care })
    }

    /// Every figure of the period and of the one before.
    fn lists(&self) -> [Vec<Figure>; 2] {
        let [now, before] = &self.care;
        [[self.now.list(), now.list()].concat(), [self.before.list(), before.list()].concat()]
    }
}

fn understood(app: &App, fields: &Fields) -> Result<Asked, StatusCode> {
    Asked::read(fields, &app.house.plan(), app.house.wall_ms()).ok_or(StatusCode::NOT_FOUND)
}

/// `GET /figures`
pub(crate) async fn figures_page(
    State(app): State<App>,
    Query(fields): Query<Fields>,
    colleague: Colleague,
) -> Result<Markup, StatusCode> {
    let asked = understood(&app, &fields)?;
    let counted = Counted::read(&app, &asked).await?;
    let lines: Vec<(String, String)> = app.house.lines().into_iter().map(|line| (line.id.0, line.name)).collect();
    let seen = app.house.callers(asked.line.as_ref());
    let [now, _] = &counted.care;
    let came = care::care(colleague.words, app.house.territory(), &app.house.protocol().form, now);
    let bar = Bar::new(&app, &colleague);
    Ok(draw(colleague.words, &asked, &counted, &lines, (&seen, &came), &bar, app.house.demo()))
}

/// `GET /figures.csv`
pub(crate) async fn figures_file(
    State(app): State<App>,
    Query(fields): Query<Fields>,
    colleague: Colleague,
) -> Result<Response, StatusCode> {
    let asked = understood(&app, &fields)?;
    let counted = Counted::read(&app, &asked).await?;
    let [now, before] = counted.lists();
    let text = file::text(colleague.words, &asked, &now, &before);
    let name = format!("attachment; filename=\"vigie-{}-{}.csv\"", asked.days.from, asked.days.to);
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

fn draw(
    words: Words,
    asked: &Asked,
    counted: &Counted,
    lines: &[(String, String)],
    (seen, came): (&CallersSeen, &Markup),
    bar: &Bar,
    demo: bool,
) -> Markup {
    let name = asked.line.as_ref().and_then(|line| lines.iter().find(|(id, _)| *id == line.0));
    let name = name.map_or_else(|| words.say("kpi.all_lines"), |(_, name)| name.as_str());
    let days = asked.days.words(words);
    let before = asked.before.words(words);
    let values = [("line", name), ("days", &*days), ("before", &*before), ("zone", &*asked.zone_name)];
    let caption = words.fill("kpi.caption", &values);
    let since = moment(words, asked, seen.since_ms);
    let contacts = &counted.period.contacts;
    around(
        words,
        asked,
        bar,
        demo,
        &html! {
            section.card {
                h1 { (words.say("kpi.title")) }
                p.hint { (words.say("kpi.words")) }
                @if let Some(complaint) = asked.complaint { p.notice.trouble role="alert" { (words.say(complaint)) } }
                (form::form(words, asked, lines))
            }
            section.card {
                h2 { (name) ", " (days) }
                @if contacts.is_empty() {
                    p.empty { (words.say("kpi.none")) }
                } @else {
                    p { a.download href=(format!("/figures.csv?{}", asked.query(asked.lang()))) download { (words.say("kpi.file")) } }
                    @let [now, before] = counted.lists();
                    (table::table(words, asked, &caption, &now, &before))
                }
            }
            @if !contacts.is_empty() {
                section.card { h2 { (words.say("kpi.pictures")) } (picture::pictures(words, asked, contacts)) }
            }
            (came)
            section.card { (table::callers(words, seen, &since)) }
            @if !contacts.is_empty() {
                @let staffing = staffing::staffing(words, asked, &counted.now, contacts);
                @if !staffing.0.is_empty() { section.card { (staffing) } }
            }
            section.card {
                h2 { (words.say("kpi.limits")) }
                ul.limits {
                    @for key in ["kpi.limit_carrier", "kpi.limit_number", "kpi.limit_stopped", "kpi.limit_line", "kpi.limit_fate"] {
                        li { (words.say(key)) }
                    }
                }
            }
        },
    )
}

fn moment(words: Words, asked: &Asked, at_ms: i64) -> String {
    let zoned = Timestamp::from_millisecond(at_ms).unwrap_or_default().to_zoned(asked.zone.clone());
    format!("{} {}", asked::date(words, zoned.date()), zoned.strftime("%H:%M"))
}

fn around(words: Words, asked: &Asked, bar: &Bar, demo: bool, content: &Markup) -> Markup {
    let page = Page { words, title: words.say("kpi.title"), class: "office-page", script: None, demo };
    let other = words.other();
    // The other language shows the same figures.
    let to_other = html! {
        a.other-language href=(format!("/figures?{}", asked.query(other.code()))) lang=(other.code()) hreflang=(other.code()) {
            (other.say("language.name"))
        }
    };
    page.around(&html! {
        (bar.draw_with(words.say("kpi.title"), "/figures", false, &to_other))
        main.office { (content) }
    })
}

#[cfg(test)]
mod tests;
