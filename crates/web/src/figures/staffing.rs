//! How many people the load of the busiest hour asks for, by the exact sums of Erlang A.

use super::asked::Asked;
use super::picture::hours_queued;
use super::table::{decimal, percent};
use crate::shell::length;
use crate::words::Words;
use maud::{Markup, html};
use store::reports::figures::{Contact, Figures};
use store::reports::queueing::{Queueing, erlang_a, patience_seconds};

/// From how many abandonments on the callers' patience is measured; with fewer it is assumed.
const ENOUGH: u64 = 10;
/// The patience that is assumed otherwise, in seconds.
const ASSUMED: f64 = 120.0;
/// How many rows the table has.
const ROWS: u32 = 5;

/// What the busiest hour asks for.
struct Load {
    hour: u8,
    calls: f64,
    handling_seconds: f64,
    patience: f64,
    measured: bool,
}

impl Load {
    fn of(asked: &Asked, figures: &Figures, contacts: &[Contact]) -> Option<Self> {
        let (hour, most) = hours_queued(asked, contacts)?;
        let days = u32::try_from(asked.days_begun()).ok().filter(|days| *days > 0)?;
        let measured = patience_seconds(figures.counts.abandoned, figures.all_waits_ms);
        let measured = measured.filter(|_| figures.counts.abandoned >= ENOUGH);
        Some(Self {
            hour,
            calls: f64::from(most) / f64::from(days),
            handling_seconds: figures.mean_handling_ms()? / 1000.0,
            patience: measured.unwrap_or(ASSUMED),
            measured: measured.is_some(),
        })
    }

    fn erlangs(&self) -> f64 {
        self.calls * self.handling_seconds / 3600.0
    }

    /// From as many people as the load is erlangs, upwards.
    fn rows(&self) -> Vec<(u32, Queueing)> {
        // A load of thousands of erlangs is no helpline's, and gets no table.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let least = self.erlangs().ceil().clamp(1.0, 10_000.0) as u32;
        (least..least + ROWS)
            .filter_map(|people| {
                Some((people, erlang_a(self.erlangs(), people, self.handling_seconds, self.patience)?))
            })
            .collect()
    }
}

/// Draws the table; nothing where the period does not say how long calls take.
pub(super) fn staffing(words: Words, asked: &Asked, figures: &Figures, contacts: &[Contact]) -> Markup {
    let Some(load) = Load::of(asked, figures, contacts) else { return html! {} };
    let seconds = |seconds: f64| {
        // Seconds of a wait are far below the largest whole number that fits.
        #[allow(clippy::cast_possible_truncation)]
        let milliseconds = (seconds * 1000.0 + 500.0) as i64;
        length(milliseconds)
    };
    let values = [
        ("hour", &*load.hour.to_string()),
        ("calls", &*decimal(words, load.calls, 1)),
        ("handling", &*seconds(load.handling_seconds)),
        ("load", &*decimal(words, load.erlangs(), 2)),
    ];
    let patience = if load.measured { "kpi.patience_measured" } else { "kpi.patience_assumed" };
    html! {
        h2 { (words.say("kpi.staffing")) }
        p { (words.fill("kpi.staffing_words", &values)) " " (words.fill(patience, &[("time", &seconds(load.patience))])) }
        table.kpi {
            caption { (words.say("kpi.staffing_caption")) }
            thead { tr {
                th scope="col" { (words.say("kpi.present")) }
                th scope="col" { (words.say("kpi.waits")) }
                th scope="col" { (words.say("kpi.leaves")) }
                th scope="col" { (words.say("kpi.mean_wait")) }
            } }
            tbody {
                @for (people, met) in load.rows() {
                    tr {
                        th scope="row" { (people) }
                        td { (percent(words, met.waits)) }
                        td { (percent(words, met.abandons)) }
                        td { (seconds(met.wait_seconds)) }
                    }
                }
            }
        }
        p.hint { (words.say("kpi.staffing_limits")) }
    }
}
