//! Today's figures. Answered, connected and given up are always shown together, each with its definition: alone, each of
//! them can be made to say what one wants.

use super::curve::curve;
use crate::shell::length;
use crate::words::Words;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use store::reports::Activity;

/// Draws the part.
pub(super) fn figures(words: Words, today: Option<&(Activity, TimeZone)>) -> Markup {
    html! {
        h2 { (words.say("figures.title")) }
        @match today {
            None => p.empty { (words.say("figures.unreadable")) },
            Some((activity, zone)) => {
                (three(words, activity))
                (lengths(words, activity))
                @if activity.arrived == 0 {
                    p.empty { (words.say("figures.none")) }
                } @else {
                    (curve(words, &activity.curve, zone))
                }
                (ends(words, activity))
            }
        }
    }
}

fn three(words: Words, activity: &Activity) -> Markup {
    let figures = [
        ("answered", activity.answered, words.say("figures.answered"), words.say("figures.answered_means")),
        ("connected", activity.connected, words.say("figures.connected"), words.say("figures.connected_means")),
        (
            "given_up",
            activity.ends.given_up.total(),
            words.say("figures.given_up"),
            words.say("figures.given_up_means"),
        ),
    ];
    let arrived = activity.arrived.to_string();
    html! {
        p.lead { (words.fill("figures.arrived", &[("many", &arrived)])) }
        dl.figures {
            @for (key, many, name, means) in figures {
                div data-figure=(key) data-value=(many) { dt { (name) } dd { strong { (many) } @if let Some(share) = share(many, activity.arrived) { " " span.share { (share) } } span.means { (means) } } }
            }
        }
    }
}

fn lengths(words: Words, activity: &Activity) -> Markup {
    let whole = activity.mean_talk_ms.map(|mean| {
        // A mean length in milliseconds is far below the largest whole number that fits.
        #[allow(clippy::cast_possible_truncation)]
        let whole = mean.round() as i64;
        whole
    });
    let figures = [
        (activity.waits.p50_ms, words.say("figures.p50"), words.say("figures.p50_means")),
        (activity.waits.p90_ms, words.say("figures.p90"), words.say("figures.p90_means")),
        (whole, words.say("figures.mean"), words.say("figures.mean_means")),
    ];
    html! {
        dl.figures.small {
            @for (time, name, means) in figures {
                div { dt { (name) } dd { strong { (time.map_or_else(|| "–".to_owned(), length)) } span.means { (means) } } }
            }
        }
    }
}

/// Every other end a call can have, so that all calls of the day are accounted for.
fn ends(words: Words, activity: &Activity) -> Markup {
    let ends = &activity.ends;
    let rows = [
        (ends.talked, words.say("ends.talked")),
        (ends.given_up.total(), words.say("ends.given_up")),
        (ends.closed, words.say("ends.closed")),
        (ends.refused, words.say("ends.refused")),
        (ends.faults, words.say("ends.faults")),
        (ends.interrupted.saturating_add(ends.broken), words.say("ends.interrupted")),
        (ends.still_open, words.say("ends.still_open")),
    ];
    html! {
        details #ends {
            summary { (words.say("ends.title")) }
            table {
                tbody { @for (many, name) in rows { tr { th scope="row" { (name) } td { (many) } } } }
                tfoot { tr { th scope="row" { (words.say("ends.total")) } td { (ends.total()) } } }
            }
        }
    }
}

fn share(many: u64, of: u64) -> Option<String> {
    let percent = many.checked_mul(100)?.checked_add(of / 2)?.checked_div(of)?;
    Some(format!("{percent}\u{a0}%"))
}
