//! The pictures: calls by hour of the day, calls by day or month, and where the waits lie; each with its table.

use super::asked::{Asked, date};
use crate::words::Words;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};
use store::reports::figures::{Contact, Fate};

const WIDTH: u64 = 720;
const HEIGHT: u64 = 150;
/// Room for the names of bars, which a narrow screen writes larger.
const FOOT: u64 = 34;
/// Room for a number above the highest bar.
const HEAD: u64 = 16;
/// Up to how many days have a bar each; of a longer period, months have one.
const MOST_BARS: i64 = 62;
/// The upper ends of the waits that are told apart, in seconds; one more bar is for all that are longer.
const ENDS: [i64; 8] = [5, 10, 20, 30, 60, 120, 300, 600];

/// One bar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bar {
    /// Its name, in its table.
    name: String,
    /// Its name under the drawing.
    short: String,
    answered: u64,
    abandoned: u64,
    other: u64,
}

impl Bar {
    fn named(name: String, short: String) -> Self {
        Self { name, short, ..Self::default() }
    }

    fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Answered => self.answered += 1,
            Fate::Abandoned => self.abandoned += 1,
            Fate::BeforeQueue | Fate::FlowedOut | Fate::Blocked | Fate::Open => self.other += 1,
        }
    }

    fn all(&self) -> u64 {
        self.answered + self.abandoned + self.other
    }
}

/// The three pictures.
pub(super) fn pictures(words: Words, asked: &Asked, contacts: &[Contact]) -> Markup {
    html! {
        (picture(words, "kpi.by_hour", "kpi.hour", &hours(words, asked, contacts), true))
        @if asked.days.count() > 1 {
            @if asked.days.count() > MOST_BARS {
                (picture(words, "kpi.by_month", "kpi.month_name", &days(words, asked, contacts), true))
            } @else {
                (picture(words, "kpi.by_day", "kpi.day", &days(words, asked, contacts), true))
            }
        }
        (picture(words, "kpi.by_wait", "kpi.wait", &waits(contacts), false))
    }
}

/// Calls by the hour of the day in which they arrived, all days together.
fn hours(words: Words, asked: &Asked, contacts: &[Contact]) -> Vec<Bar> {
    let name = |hour: u8| words.fill("kpi.hour_of", &[("hour", &hour.to_string())]);
    let mut bars: Vec<Bar> = (0..24).map(|hour| Bar::named(name(hour), name(hour))).collect();
    for contact in contacts {
        let Ok(arrived) = Timestamp::from_millisecond(contact.arrived_ms) else { continue };
        let hour = usize::try_from(arrived.to_zoned(asked.zone.clone()).hour()).unwrap_or_default();
        if let Some(bar) = bars.get_mut(hour) {
            bar.add(contact.fate);
        }
    }
    bars
}

/// The hour of the day with the most callers for whom somebody was looked for, and how many they were, all days together.
pub(super) fn hours_queued(asked: &Asked, contacts: &[Contact]) -> Option<(u8, u32)> {
    let mut many = [0_u32; 24];
    for contact in contacts.iter().filter(|contact| contact.fate != Fate::BeforeQueue) {
        let arrived = Timestamp::from_millisecond(contact.arrived_ms).ok()?.to_zoned(asked.zone.clone());
        if let Some(hour) = usize::try_from(arrived.hour()).ok().and_then(|hour| many.get_mut(hour)) {
            *hour += 1;
        }
    }
    // The first one among equals.
    let busiest = (0_u8..24).zip(many).rev().max_by_key(|(_, many)| *many)?;
    Some(busiest).filter(|(_, many)| *many > 0)
}

/// Calls by the day on which they arrived; by month in a long period.
fn days(words: Words, asked: &Asked, contacts: &[Contact]) -> Vec<Bar> {
    let by_month = asked.days.count() > MOST_BARS;
    let start = |date: jiff::civil::Date| if by_month { date.first_of_month() } else { date };
    let mut keys = Vec::new();
    let mut bars = Vec::new();
    let mut next = start(asked.days.from);
    while next <= asked.days.to {
        keys.push(next);
        let (name, short) = if by_month {
            (next.strftime("%m/%Y").to_string(), next.strftime("%m/%y").to_string())
        } else {
            (date(words, next), next.strftime("%d/%m").to_string())
        };
        bars.push(Bar::named(name, short));
        let step = if by_month { 1.month() } else { 1.day() };
        let Ok(after) = next.checked_add(step) else { break };
        next = after;
    }
    for contact in contacts {
        let Ok(arrived) = Timestamp::from_millisecond(contact.arrived_ms) else { continue };
        let day = start(arrived.to_zoned(asked.zone.clone()).date());
        if let Some(bar) = keys.binary_search(&day).ok().and_then(|place| bars.get_mut(place)) {
            bar.add(contact.fate);
        }
    }
    bars
}

/// How long the answered and the abandoned waited in the queue.
fn waits(contacts: &[Contact]) -> Vec<Bar> {
    let told = |seconds: i64| if seconds < 60 { seconds } else { seconds / 60 }.to_string();
    let unit = |seconds: i64| if seconds < 60 { "s" } else { "min" };
    let mut bars = Vec::new();
    let mut low = 0;
    for high in ENDS {
        // Both ends of a bar are told in the unit of its upper end.
        let from = if high >= 60 && low < 60 { format!("{low}\u{a0}s") } else { told(low) };
        let name = match low {
            0 => format!("≤\u{a0}{}\u{a0}{}", told(high), unit(high)),
            _ => format!("{from}–{}\u{a0}{}", told(high), unit(high)),
        };
        bars.push(Bar::named(name.clone(), name));
        low = high;
    }
    let longer = format!(">\u{a0}{}\u{a0}{}", told(low), unit(low));
    bars.push(Bar::named(longer.clone(), longer));
    for contact in contacts {
        if let (Fate::Answered | Fate::Abandoned, Some(wait)) = (contact.fate, contact.queue_wait_ms) {
            let place = ENDS.iter().position(|end| wait <= end * 1000).unwrap_or(ENDS.len());
            if let Some(bar) = bars.get_mut(place) {
                bar.add(contact.fate);
            }
        }
    }
    bars
}

fn picture(words: Words, title: &'static str, column: &'static str, bars: &[Bar], others: bool) -> Markup {
    html! {
        section.picture {
            h3 { (words.say(title)) }
            figure.curve role="group" aria-label=(words.say(title)) {
                (drawing(bars))
                figcaption {
                    span.key.connected { (words.say("kpi.answered_key")) }
                    span.key.given-up { (words.say("kpi.abandoned_key")) }
                    @if others { span.key.other { (words.say("kpi.other_key")) } }
                }
            }
            details {
                summary { (words.say("kpi.as_table")) " " span.unseen { (words.say(title)) } }
                table {
                    caption.unseen { (words.say(title)) }
                    thead { tr {
                        th scope="col" { (words.say(column)) }
                        th scope="col" { (words.say("kpi.answered_key")) }
                        th scope="col" { (words.say("kpi.abandoned_key")) }
                        @if others { th scope="col" { (words.say("kpi.other_key")) } }
                    } }
                    tbody {
                        @for bar in bars.iter().filter(|bar| bar.all() > 0) {
                            tr {
                                th scope="row" { (bar.name) }
                                td { (bar.answered) }
                                td { (bar.abandoned) }
                                @if others { td { (bar.other) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn drawing(bars: &[Bar]) -> Markup {
    let most = bars.iter().map(Bar::all).max().unwrap_or(0).max(1);
    let count = u64::try_from(bars.len()).unwrap_or(1).max(1);
    // Names that would run into each other are left out; a narrow screen has room for few.
    let every = count.div_ceil(12).max(1);
    let every_narrow = every * count.div_ceil(every).div_ceil(3).max(1);
    let numbers = count <= 31;
    let tall = |many: u64| many.saturating_mul(HEIGHT) / most;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {}", HEIGHT + FOOT + HEAD)) aria-hidden="true" preserveAspectRatio="xMidYMid meet" {
            line.axis x1="0" x2=(WIDTH) y1=(HEIGHT + HEAD) y2=(HEIGHT + HEAD) {}
            @for (place, bar) in (0_u64..).zip(bars) {
                @let (x, end) = (place * WIDTH / count, (place + 1) * WIDTH / count);
                @let (step, middle) = (end - x, (x + end) / 2);
                @let all = tall(bar.all());
                @let answered = tall(bar.answered);
                @let abandoned = tall(bar.abandoned).min(all.saturating_sub(answered));
                @let other = all.saturating_sub(answered + abandoned);
                (block("connected", x, step, HEIGHT + HEAD - answered, answered))
                (block("given-up", x, step, HEIGHT + HEAD - answered - abandoned, abandoned))
                (block("other", x, step, HEIGHT + HEAD - all, other))
                @if numbers && bar.all() > 0 { text.many x=(middle) y=(HEIGHT + HEAD - 4 - all) { (bar.all()) } }
                @if place % every == 0 {
                    text.hour.between[place % every_narrow != 0] x=(middle) y=(HEIGHT + FOOT + HEAD - 6) { (bar.short) }
                }
            }
        }
    }
}

fn block(class: &str, x: u64, step: u64, y: u64, height: u64) -> Markup {
    let gap = if step > 8 { 2 } else { 0 };
    html! {
        @if height > 0 { rect class=(class) x=(x + gap) y=(y) width=(step.saturating_sub(2 * gap).max(1)) height=(height) {} }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(fate: Fate, wait: Option<i64>) -> Contact {
        Contact { arrived_ms: 0, fate, queue_wait_ms: wait, ring_wait_ms: None, handling: None }
    }

    #[test]
    fn every_wait_lies_in_one_bar() {
        let waits_of = [0, 5_000, 5_001, 59_000, 60_001, 600_000, 600_001, 9_000_000];
        let mut contacts: Vec<Contact> = waits_of.map(|wait| contact(Fate::Answered, Some(wait))).to_vec();
        contacts.push(contact(Fate::Abandoned, Some(11_000)));
        contacts.push(contact(Fate::FlowedOut, Some(11_000)));
        contacts.push(contact(Fate::Answered, None));
        let bars = waits(&contacts);
        let told: Vec<(u64, u64)> = bars.iter().map(|bar| (bar.answered, bar.abandoned)).collect();
        assert_eq!(told, [(2, 0), (1, 0), (0, 1), (0, 0), (1, 0), (1, 0), (0, 0), (1, 0), (2, 0)]);
        let names: Vec<String> = bars.iter().map(|bar| bar.short.replace('\u{a0}', " ")).collect();
        let expected =
            ["≤ 5 s", "5–10 s", "10–20 s", "20–30 s", "30 s–1 min", "1–2 min", "2–5 min", "5–10 min", "> 10 min"];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_drawing_has_a_block_for_each_part_and_few_names() {
        let mut bars: Vec<Bar> = (0..62).map(|day| Bar::named(day.to_string(), day.to_string())).collect();
        for fate in [Fate::Answered, Fate::Answered, Fate::Abandoned, Fate::Open] {
            bars[3].add(fate);
        }
        let text = drawing(&bars).into_string();
        assert_eq!(text.matches("<rect").count(), 3);
        assert!(text.matches("<text").count() <= 12);
        assert!(!drawing(&[]).into_string().contains("<rect"));
    }
}
