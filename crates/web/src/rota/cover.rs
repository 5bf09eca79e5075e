//! How the coming weeks are covered, as a picture and in words.

use super::Rota;
use crate::App;
use crate::words::Words;
use maud::{Markup, html};
use switchboard::{Covered, Date, Duty, QueueId, Shift, Stretch, Utc, coverage};

/// A day of 24 hours is so wide in the picture.
const WIDTH: i64 = 720;
const ROW: i64 = 22;
const LEFT: i64 = 64;
/// How many gaps are shown before the others are unfolded.
const FIRST: usize = 8;
const DAY: i64 = 24 * 3_600_000;

fn word(covered: Covered) -> &'static str {
    match covered {
        Covered::NotNeeded => "closed",
        Covered::Enough => "enough",
        Covered::Thin => "thin",
        Covered::Nobody => "nobody",
    }
}

/// Queues whose rota is kept: one for which nobody was ever planned is served by whoever signs in.
fn kept(rota: &Rota) -> impl Iterator<Item = (&QueueId, &str, bool)> {
    rota.plan.queues.values().map(|rules| {
        let planned = rota.shifts.iter().any(|row| row.shift.queue == rules.id);
        (&rules.id, rules.name.as_str(), planned || !rules.extras)
    })
}

/// The shifts that count.
fn shifts(rota: &Rota) -> Vec<Shift> {
    rota.shifts.iter().map(|row| &row.shift).filter(|shift| counts(rota, shift)).cloned().collect()
}

/// Whether whoever is on a shift could answer its queue: with the skills that it asks for, and with a telephone when on call.
pub(super) fn counts(rota: &Rota, shift: &Shift) -> bool {
    let Some(person) = rota.able.get(&shift.listener) else { return false };
    let able = rota.plan.queues.get(&shift.queue).is_some_and(|rules| rules.requires.met_by(&person.skills));
    able && (shift.duty != Duty::OnCall || person.phone)
}

/// One week, queue by queue.
pub(super) fn week(rota: &Rota, first: Date) -> Markup {
    let words = rota.words;
    let shifts = shifts(rota);
    let link = |days: i64| format!("/rota?week={}", first.plus_days(days));
    html! {
        h2 { (words.fill("rota.cover_of", &[("day", &rota.day(first))])) }
        p.buttons {
            a.button href=(link(-7)) { (words.say("rota.before")) }
            a.button href="/rota" { (words.say("rota.this_week")) }
            a.button href=(link(7)) { (words.say("rota.after")) }
        }
        p { @for key in [Covered::Enough, Covered::Thin, Covered::Nobody, Covered::NotNeeded] {
            span.cover-key data-covered=(word(key)) { (words.named("covered", word(key))) } " "
        } }
        @if rota.plan.queues.is_empty() { p.empty { (words.say("rota.no_queue")) } }
        @for (queue, name, kept) in kept(rota) {
            h3 { (name) }
            @if kept { (picture(rota, &shifts, queue, name, first)) }
            @else { p.empty { (words.say("rota.no_rota")) } }
        }
    }
}

fn picture(rota: &Rota, shifts: &[Shift], queue: &QueueId, name: &str, first: Date) -> Markup {
    let words = rota.words;
    let height = 7 * ROW + 20;
    let title = words.fill("rota.picture", &[("queue", name)]);
    html! {
        div.wide tabindex="0" role="group" aria-label=(title) {
            svg.cover viewBox=(format!("0 0 {} {height}", LEFT + WIDTH + 10)) width=(LEFT + WIDTH + 10) height=(height)
                role="img" aria-label=(title) {
                @for hour in (0..=24).step_by(3) {
                    @let x = LEFT + hour * WIDTH / 24;
                    line.hour x1=(x) x2=(x) y1="14" y2=(height - 4) {}
                    text.tick-text x=(x) y="10" text-anchor="middle" { (hour) }
                }
                @for day in 0..7 {
                    @let date = first.plus_days(day);
                    @let (from, until) = (rota.zone.told(date, 0).utc(), rota.zone.told(date, 1440).utc());
                    @let y = 18 + day * ROW;
                    text.day-text x="0" y=(y + 14) { (short_day(rota, date)) }
                    @for stretch in coverage(&rota.plan, shifts, queue, from, until) { (bar(rota, &stretch, from, until, y)) }
                    @if (from..until).contains(&rota.now) {
                        @let x = LEFT + across(rota.now, from, until);
                        line.now x1=(x) x2=(x) y1=(y - 1) y2=(y + ROW - 3) {}
                    }
                }
            }
        }
    }
}

fn short_day(rota: &Rota, date: Date) -> String {
    rota.day(date).chars().take(3).chain([' ']).collect::<String>() + &format!("{:02}/{:02}", date.day(), date.month())
}

/// How far into its day a time lies, in the picture's units: a day of 23 or 25 hours is as wide as the others.
fn across(at: Utc, from: Utc, until: Utc) -> i64 {
    (at.0 - from.0) * WIDTH / (until.0 - from.0).max(1)
}

fn bar(rota: &Rota, stretch: &Stretch, from: Utc, until: Utc, y: i64) -> Markup {
    let x = LEFT + across(stretch.from, from, until);
    let width = across(stretch.until, from, until) - across(stretch.from, from, until);
    // Colour is not the only sign: the fuller the bar, the better the cover, and nobody is a frame.
    let (top, height) = match stretch.covered {
        Covered::Enough | Covered::Nobody => (y, ROW - 4),
        Covered::Thin => (y + ROW / 2 - 2, ROW / 2 - 2),
        Covered::NotNeeded => (y + ROW - 7, 3),
    };
    html! {
        rect.bar-of data-covered=(word(stretch.covered)) x=(x) y=(top) width=(width.max(1)) height=(height) {
            title { (told(rota, stretch)) }
        }
    }
}

fn told(rota: &Rota, stretch: &Stretch) -> String {
    rota.words.fill(
        "rota.stretch",
        &[
            ("when", &rota.span(stretch.from, stretch.until)),
            ("covered", rota.words.named("covered", word(stretch.covered))),
            ("on_shift", &stretch.on_shift.to_string()),
            ("on_call", &stretch.on_call.to_string()),
        ],
    )
}

/// Every thin or uncovered stretch of the coming weeks.
pub(super) fn gaps(rota: &Rota) -> Markup {
    let words = rota.words;
    let found = found(rota, node::WRITTEN_AHEAD - 7);
    html! {
        h2 { (words.say("rota.gaps")) }
        @if !kept(rota).any(|(_, _, kept)| kept) { p.empty { (words.say("rota.no_rota")) } }
        @else if found.is_empty() { p.good { (words.say("rota.no_gaps")) } }
        @let (first, more) = found.split_at(found.len().min(FIRST));
        (gap_list(rota, first))
        @if !more.is_empty() {
            details { summary { (words.fill("rota.more_gaps", &[("count", &more.len().to_string())])) } (gap_list(rota, more)) }
        }
    }
}

fn gap_list(rota: &Rota, gaps: &[(String, Stretch)]) -> Markup {
    html! {
        ul.faults {
            @for (queue, stretch) in gaps {
                li data-tone=(if stretch.covered == Covered::Nobody { "fault" } else { "warning" }) {
                    strong { (queue) } " : " (told(rota, stretch))
                }
            }
        }
    }
}

fn found(rota: &Rota, days: i64) -> Vec<(String, Stretch)> {
    let shifts = shifts(rota);
    let until = Utc(rota.now.0 + days * DAY);
    let mut found = Vec::new();
    for (queue, name, kept) in kept(rota) {
        if kept {
            let stretches = coverage(&rota.plan, &shifts, queue, rota.now, until).into_iter();
            let gaps = stretches.filter(|one| matches!(one.covered, Covered::Thin | Covered::Nobody));
            found.extend(gaps.map(|gap| (name.to_owned(), gap)));
        }
    }
    found.sort_by_key(|(_, gap)| gap.from);
    found
}

/// What the board says of the coming day: nothing, when every hour is covered.
pub(crate) async fn warning(app: &App, words: Words) -> Markup {
    let today = super::zone(&app.house.plan()).local(Utc(app.house.wall_ms())).date;
    let Ok(rota) = Rota::read(app, words, today).await else { return Markup::default() };
    let found = found(&rota, 1);
    html! {
        @if !found.is_empty() {
            div.notice.gaps role="status" {
                p { strong { (words.say("rota.soon")) } " " a href="/rota" { (words.say("rota.title")) } }
                ul { @for (queue, gap) in found.iter().take(6) { li { strong { (queue) } " : " (told(&rota, gap)) } } }
            }
        }
    }
}
