//! What callers of the real service are like, from what the record has of them; and what is taken where it has too little.

use super::when::HOUR;
use rehearsal::nights::{Demand, USUAL_HOURS};
use std::collections::BTreeMap;
use store::reports::figures::{Figures, Thresholds};
use store::reports::queueing::patience_seconds;
use store::{Store, StoreError};
use switchboard::{Line, LineId, Plan, Utc, Zone};

/// How far back the record is read, in hours: eight weeks.
const BACK: i64 = 8 * 7 * 24;
/// From how many calls on they come as the record has them, hour by hour of the week.
const ENOUGH_CALLS: u64 = 200;
/// From how many talks on their length is that of the record.
const ENOUGH_TALKS: u64 = 30;
/// From how many callers who gave up on patience is that of the record.
const ENOUGH_GAVE_UP: u64 = 10;
/// Calls a day that a line has which nobody has called yet.
const OF_A_NEW_LINE: f64 = 20.0;
/// The mean patience that is taken otherwise, in milliseconds: that of the page of figures.
const PATIENCE: u64 = 120_000;
/// The mean length of a talk that is taken otherwise, in milliseconds.
const TALK: u64 = 25 * 60_000;
/// Hours of a week.
const WEEK: usize = 168;

/// The demand, and where each part of it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// The demand.
    pub(super) demand: Demand,
    /// Calls that the record has, of the lines of the plan.
    pub(super) recorded: u64,
    /// How many whole hours the record goes back, up to eight weeks.
    pub(super) hours: i64,
    /// Where the arrivals come from.
    pub(super) arrivals: Source,
    /// Mean length of talks, in milliseconds, and from how many.
    pub(super) talk: (u64, u64),
    /// Mean time of writing, in milliseconds, when it was measured.
    pub(super) writing: Option<u64>,
    /// Mean patience, in milliseconds, and from how many who gave up.
    pub(super) patience: (u64, u64),
}

/// Where arrivals come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The record, by line and hour of the week.
    Journal,
    /// The usual curve of listening lines in their opening hours, with as many calls as the record has.
    CurveOfRecorded,
    /// The same, with twenty calls a day for each line: nobody has called yet.
    CurveOfNothing,
}

impl Source {
    /// Its word for other programs.
    pub(super) fn word(self) -> &'static str {
        match self {
            Source::Journal => "journal",
            Source::CurveOfRecorded => "curve_of_recorded",
            Source::CurveOfNothing => "curve",
        }
    }
}

impl Told {
    /// In words: where the calls come from.
    pub(super) fn arrivals_in_words(&self, asked: Option<f64>) -> String {
        let recorded = self.recorded;
        let days = self.hours as f64 / 24.0;
        let source = match self.arrivals {
            Source::Journal => {
                format!("by line and hour of the week, from {recorded} calls in {days:.1} days of the journal")
            }
            Source::CurveOfRecorded => format!(
                "the usual curve in the lines' opening hours, because the journal has {recorded} calls in {days:.1} days: \
                 {ENOUGH_CALLS} are needed"
            ),
            Source::CurveOfNothing => format!(
                "the usual curve in the lines' opening hours, {OF_A_NEW_LINE} calls a day for each line, because the journal \
                 has no call"
            ),
        };
        let scaled = asked.map_or(String::new(), |calls| format!("; scaled to {calls} calls a day, as asked"));
        format!("{source}{scaled}")
    }

    /// In words: talks, writing and patience.
    pub(super) fn talks_in_words(&self) -> String {
        let time = |milliseconds: u64| format!("{}:{:02}", milliseconds / 60_000, milliseconds / 1000 % 60);
        let of = |count: u64, what: &str| match count {
            0 => format!("(assumed: too few {what} in the journal)"),
            count => format!("(from {count} {what})"),
        };
        let writing = self.writing.map_or("20 s to 4 min (assumed)".to_owned(), time);
        format!(
            "{} {}; writing {writing}; patience {} {}",
            time(self.talk.0),
            of(self.talk.1, "talks"),
            time(self.patience.0),
            of(self.patience.1, "callers who gave up")
        )
    }
}

/// What the record has of calls: for each line, how many came in each hour, since the first of all.
struct Recorded {
    /// When the first hour begins.
    since: i64,
    /// When the last one ends.
    until: i64,
    lines: BTreeMap<LineId, BTreeMap<i64, u64>>,
}

impl Recorded {
    async fn read(store: &Store, plan: &Plan, now: i64) -> Result<Self, StoreError> {
        // The hour under way counts as a whole one.
        let until = (now.div_euclid(HOUR) + 1) * HOUR;
        let mut lines = BTreeMap::new();
        for line in plan.lines.keys() {
            let activity = store.activity_of(Some(&line.0), (until - BACK * HOUR, until), HOUR).await?;
            let came = activity.curve.iter().filter(|point| point.arrived > 0);
            lines.insert(line.clone(), came.map(|point| (point.start_ms, point.arrived)).collect());
        }
        let first = |lines: &BTreeMap<LineId, BTreeMap<i64, u64>>| {
            lines.values().filter_map(|hours| hours.keys().next().copied()).min()
        };
        Ok(Self { since: first(&lines).unwrap_or(until), until, lines })
    }

    fn all(&self) -> u64 {
        self.lines.values().flat_map(BTreeMap::values).sum()
    }

    fn hours(&self) -> i64 {
        (self.until - self.since) / HOUR
    }

    /// For each line, the mean number of calls in each hour of the week on the clocks of the zone; hours of which the record has
    /// none yet are as the line is on average, along the usual curve.
    fn by_hour_of_week(&self, zone: &Zone) -> BTreeMap<LineId, Vec<f64>> {
        let mut seen = [0.0_f64; WEEK];
        for hour in 0..self.hours() {
            if let Some(seen) = seen.get_mut(hour_of_week(zone, self.since + hour * HOUR)) {
                *seen += 1.0;
            }
        }
        let of_line = |hours: &BTreeMap<i64, u64>| {
            let mut came = [0.0_f64; WEEK];
            for (at, count) in hours {
                if let Some(came) = came.get_mut(hour_of_week(zone, *at)) {
                    *came += *count as f64;
                }
            }
            let mean = came.iter().sum::<f64>() / (self.hours().max(1) as f64);
            let slots = came.iter().zip(seen).enumerate();
            slots.map(|(slot, (came, seen))| if seen > 0.0 { came / seen } else { mean * usual(slot % 24) }).collect()
        };
        self.lines.iter().map(|(line, hours)| (line.clone(), of_line(hours))).collect()
    }
}

fn hour_of_week(zone: &Zone, at: i64) -> usize {
    let local = zone.local(Utc(at));
    usize::from(local.date.weekday()) * 24 + usize::from(local.minute / 60)
}

fn usual(hour: usize) -> f64 {
    USUAL_HOURS.get(hour).copied().unwrap_or(1.0)
}

/// How many calls a line has in the hour that begins then, along the usual curve in its opening hours, of so many a day.
fn along_the_curve(line: &Line, a_day: f64, at: i64) -> f64 {
    let weight = |at: i64| {
        let local = line.clock.local(Utc(at));
        if line.hours.open_at(local) { usual(usize::from(local.minute / 60)) } else { 0.0 }
    };
    let week: f64 = (0..WEEK).filter_map(|hour| i64::try_from(hour).ok()).map(|hour| weight(at + hour * HOUR)).sum();
    if week > 0.0 { a_day * 7.0 * weight(at) / week } else { 0.0 }
}

/// What callers are like in this time, as far as the record knows.
pub(super) async fn demand(
    store: &Store,
    plan: &Plan,
    (from, until): (Utc, Utc),
    (asked, now): (Option<f64>, i64),
) -> Result<Told, StoreError> {
    let zone = plan.lines.values().next().map_or_else(Zone::utc, |line| line.clock.clone());
    let recorded = Recorded::read(store, plan, now).await?;
    let all = recorded.all();
    let arrivals = match all {
        ENOUGH_CALLS.. => Source::Journal,
        1.. => Source::CurveOfRecorded,
        0 => Source::CurveOfNothing,
    };
    let by_week = recorded.by_hour_of_week(&zone);
    let hours: Vec<i64> = (0..(until.0 - from.0 + HOUR - 1) / HOUR).map(|hour| from.0 + hour * HOUR).collect();
    let days = (recorded.hours().max(24) as f64) / 24.0;
    let of_line = |line: &Line| -> Vec<f64> {
        let a_day = match arrivals {
            Source::Journal => {
                let week = by_week.get(&line.id);
                let in_hour =
                    |at: &i64| week.and_then(|week| week.get(hour_of_week(&zone, *at))).copied().unwrap_or(0.0);
                return hours.iter().map(in_hour).collect();
            }
            Source::CurveOfRecorded => {
                recorded.lines.get(&line.id).map_or(0.0, |hours| hours.values().sum::<u64>() as f64) / days
            }
            Source::CurveOfNothing => OF_A_NEW_LINE,
        };
        hours.iter().map(|at| along_the_curve(line, a_day, *at)).collect()
    };
    let mut calls: BTreeMap<LineId, Vec<f64>> =
        plan.lines.iter().map(|(id, line)| (id.clone(), of_line(line))).collect();
    if let Some(asked) = asked {
        let a_day = match arrivals {
            Source::Journal => by_week.values().flatten().sum::<f64>() / 7.0,
            Source::CurveOfRecorded => all as f64 / days,
            Source::CurveOfNothing => plan.lines.len() as f64 * OF_A_NEW_LINE,
        };
        calls.values_mut().flatten().for_each(|calls| *calls *= asked / a_day);
    }
    let period = store.period(None, (recorded.until - BACK * HOUR, recorded.until), now).await?;
    let figures = Figures::of(&period, Thresholds::default());
    let mean = |all: i64| u64::try_from(all).unwrap_or(0) / figures.handling.calls.max(1);
    let measured = figures.handling.calls >= ENOUGH_TALKS;
    let talk = if measured { (mean(figures.handling.talk_ms), figures.handling.calls) } else { (TALK, 0) };
    let writing = measured.then(|| mean(figures.handling.after_ms));
    let gave_up = figures.counts.abandoned;
    let patient = patience_seconds(gave_up, figures.all_waits_ms).filter(|_| gave_up >= ENOUGH_GAVE_UP);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a patience of some hours fits")]
    let patience = patient.map_or((PATIENCE, 0), |seconds| ((seconds * 1000.0) as u64, gave_up));
    let demand = Demand::hourly(calls, patience.0).talking(talk.0);
    let demand = writing.map_or(demand.clone(), |mean| demand.writing(mean));
    Ok(Told { demand, recorded: all, hours: recorded.hours(), arrivals, talk, writing, patience })
}
