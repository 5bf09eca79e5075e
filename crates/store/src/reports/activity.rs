//! The activity of a period: how many called, how many reached a human, how long they waited, how it ended.
//!
//! A call belongs to the period, and to the slice of the curve, in which it **arrived**, whatever time it ended. So every
//! call is in exactly one period, and the ends of a period add up:
//!
//! `arrived = talked + given up + closed + refused + faults + interrupted + broken + still open`

use super::Report;
use super::percentile::nearest_rank;
use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

pub(crate) const REPORT: Report =
    Report { key: "activity", about: "Callers, answers, waits and ends of a period, with what was written of them" };

/// The most slices a curve may have: a year of quarter hours is 35 136.
const MOST_SLICES: i64 = 40_000;

/// The activity of a period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activity {
    /// How many calls arrived.
    pub arrived: u64,
    /// How many of them the platform answered: the caller heard a voice or was connected.
    pub answered: u64,
    /// How many reached a human, whatever happened after.
    pub connected: u64,
    /// How they ended.
    pub ends: Ends,
    /// How long they waited.
    pub waits: Waits,
    /// How long a talk lasted on average, in milliseconds, over calls that ended as talks.
    pub mean_talk_ms: Option<f64>,
    /// The period in slices, the earliest first; slices without a call are there too.
    pub curve: Vec<CurvePoint>,
    /// What was written of them.
    pub care: CareCount,
}

/// How the calls of a period ended. Each call is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ends {
    /// Caller and a human talked.
    pub talked: u64,
    /// The caller left before.
    pub given_up: GaveUp,
    /// The line was closed.
    pub closed: u64,
    /// Refused at the door.
    pub refused: u64,
    /// The connection could not be set up or was lost before a human answered.
    pub faults: u64,
    /// The service stopped in the middle of the call.
    pub interrupted: u64,
    /// A fault in the switchboard ended the call.
    pub broken: u64,
    /// Not over yet.
    pub still_open: u64,
}

impl Ends {
    /// All of them together: as many as arrived.
    #[must_use]
    pub fn total(&self) -> u64 {
        let given_up = self.given_up.total();
        [self.talked, given_up, self.closed, self.refused, self.faults, self.interrupted, self.broken, self.still_open]
            .iter()
            .sum()
    }
}

/// Where callers were when they left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GaveUp {
    /// Before the platform's answer was complete.
    pub arriving: u64,
    /// In the greeting.
    pub greeting: u64,
    /// In the menu.
    pub menu: u64,
    /// In the queue, with no desk ringing.
    pub waiting: u64,
    /// While a desk rang.
    pub ringing: u64,
    /// While another service was called for them.
    pub relaying: u64,
}

impl GaveUp {
    /// All of them together.
    #[must_use]
    pub fn total(&self) -> u64 {
        [self.arriving, self.greeting, self.menu, self.waiting, self.ringing, self.relaying].iter().sum()
    }
}

/// How long callers waited, in milliseconds from the queue to the first human voice. Percentiles are by nearest rank:
/// p90 is the shortest wait that at least 90 in 100 connected callers did not exceed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// Half of the connected callers waited no longer.
    pub p50_ms: Option<i64>,
    /// Nine in ten.
    pub p90_ms: Option<i64>,
    /// Ninety-nine in a hundred.
    pub p99_ms: Option<i64>,
    /// The longest wait of a connected caller.
    pub max_ms: Option<i64>,
    /// The longest anybody was in the queue, connected or not: until the first human voice or the end. Callers who
    /// still wait are not in it, because how long they will is not known yet.
    pub longest_of_all_ms: Option<i64>,
}

/// A slice of the period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CurvePoint {
    /// When the slice begins.
    pub start_ms: i64,
    /// How many calls arrived in it.
    pub arrived: u64,
    /// How many of them reached a human.
    pub connected: u64,
    /// How many of them left before.
    pub given_up: u64,
}

/// What was written of the calls of a period, in records that are closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CareCount {
    /// Closed records; a call that was handed over may have several.
    pub records: u64,
    /// Calls by grade, 0 to 5. A call with several records counts once, with the grade of the listener who came to it last.
    pub grades: [GradeCount; 6],
}

/// How many calls had a grade.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GradeCount {
    /// All with this grade.
    pub calls: u64,
    /// Those in which an addiction was spoken of, by any of their records.
    pub with_addiction: u64,
}

impl Store {
    /// The activity of the calls that arrived from `from_ms` up to but without `to_ms`, with a curve in slices of
    /// `bucket_ms`; the last slice is shorter when they do not divide the period.
    ///
    /// # Errors
    /// When the period or the slices cannot be used, or the database does not answer.
    pub async fn activity(&self, from_ms: i64, to_ms: i64, bucket_ms: i64) -> Result<Activity, StoreError> {
        self.activity_of(None, (from_ms, to_ms), bucket_ms).await
    }

    /// The same of the calls that reached one line; of all lines without one.
    ///
    /// # Errors
    /// When the period or the slices cannot be used, or the database does not answer.
    pub async fn activity_of(
        &self,
        line: Option<&str>,
        (from_ms, to_ms): (i64, i64),
        bucket_ms: i64,
    ) -> Result<Activity, StoreError> {
        let line = line.unwrap_or_default();
        let mut tally = Tally::new(from_ms, to_ms, bucket_ms)?;
        // All three readings in one snapshot, so that they tell of the same moment.
        let mut snapshot = self.pools.begin_snapshot().await?;
        let rows = sqlx::query(
            "SELECT arrived_at, answered_at, queued_at, bridged_at, ended_at, outcome, outcome_detail FROM calls
             WHERE arrived_at >= $1 AND arrived_at < $2 AND ($3 = '' OR line = $3)",
        )
        .bind(from_ms)
        .bind(to_ms)
        .bind(line)
        .fetch_all(&mut *snapshot)
        .await?;
        for row in &rows {
            tally.add(&read_row(row)?);
        }
        let mut activity = tally.finish();
        // With a hand-over a call has several records, and still one grade: that of whoever came to the call last.
        let grades = sqlx::query(
            "SELECT CAST(COALESCE(grade, -1) AS BIGINT) AS grade, CAST(SUM(records) AS BIGINT) AS records,
                 CAST(COUNT(*) AS BIGINT) AS many, CAST(SUM(addiction) AS BIGINT) AS with_addiction
             FROM (
                 SELECT care_records.grade AS grade,
                     COUNT(*) OVER (PARTITION BY care_records.call) AS records,
                     MAX(care_records.addiction) OVER (PARTITION BY care_records.call) AS addiction,
                     ROW_NUMBER() OVER (PARTITION BY care_records.call
                         ORDER BY CASE WHEN care_records.grade IS NULL THEN 1 ELSE 0 END, care_records.opened_at DESC,
                             care_records.listener DESC) AS rank
                 FROM care_records JOIN calls ON calls.id = care_records.call
                 WHERE calls.arrived_at >= $1 AND calls.arrived_at < $2 AND ($3 = '' OR calls.line = $3)
                     AND care_records.closed_at IS NOT NULL
             ) AS written
             WHERE rank = 1
             GROUP BY COALESCE(grade, -1)",
        )
        .bind(from_ms)
        .bind(to_ms)
        .bind(line)
        .fetch_all(&mut *snapshot)
        .await?;
        for row in &grades {
            let calls = count(row, "many")?;
            activity.care.records = activity.care.records.saturating_add(count(row, "records")?);
            let grade = usize::try_from(row.try_get::<i64, _>("grade")?).ok();
            if let Some(slot) = grade.and_then(|grade| activity.care.grades.get_mut(grade)) {
                *slot = GradeCount { calls, with_addiction: count(row, "with_addiction")? };
            }
        }
        snapshot.rollback().await?;
        Ok(activity)
    }
}

/// What the report needs of a call.
struct Call {
    arrived: i64,
    answered: Option<i64>,
    queued: Option<i64>,
    bridged: Option<i64>,
    ended: Option<i64>,
    outcome: Option<String>,
    detail: Option<String>,
}

/// The calls seen so far.
struct Tally {
    activity: Activity,
    from_ms: i64,
    bucket_ms: i64,
    waits: Vec<i64>,
    talk_ms: i64,
}

impl Tally {
    fn new(from_ms: i64, to_ms: i64, bucket_ms: i64) -> Result<Self, StoreError> {
        let refused = StoreError::Period { most: MOST_SLICES };
        let Some(length) = to_ms.checked_sub(from_ms).filter(|length| *length > 0 && bucket_ms > 0) else {
            return Err(refused);
        };
        if (length - 1) / bucket_ms >= MOST_SLICES {
            return Err(refused);
        }
        let mut activity = Activity::default();
        let mut start_ms = from_ms;
        while start_ms < to_ms {
            activity.curve.push(CurvePoint { start_ms, ..CurvePoint::default() });
            start_ms = start_ms.saturating_add(bucket_ms);
        }
        Ok(Self { activity, from_ms, bucket_ms, waits: Vec::new(), talk_ms: 0 })
    }

    fn add(&mut self, call: &Call) {
        let given_up = self.add_end(call);
        let activity = &mut self.activity;
        activity.arrived += 1;
        activity.answered += u64::from(call.answered.is_some());
        activity.connected += u64::from(call.bridged.is_some());
        let slice = usize::try_from((call.arrived - self.from_ms) / self.bucket_ms).ok();
        if let Some(point) = slice.and_then(|slice| activity.curve.get_mut(slice)) {
            point.arrived += 1;
            point.connected += u64::from(call.bridged.is_some());
            point.given_up += u64::from(given_up);
        }
        let Some(queued) = call.queued else { return };
        if let Some(until) = call.bridged.or(call.ended) {
            let delay = until.saturating_sub(queued).max(0);
            activity.waits.longest_of_all_ms = activity.waits.longest_of_all_ms.max(Some(delay));
            if call.bridged.is_some() {
                self.waits.push(delay);
            }
        }
    }

    /// Counts how a call ended, and answers whether the caller gave up.
    fn add_end(&mut self, call: &Call) -> bool {
        let ends = &mut self.activity.ends;
        let counter = match call.outcome.as_deref() {
            Some("talked") => {
                if let (Some(bridged), Some(ended)) = (call.bridged, call.ended) {
                    self.talk_ms = self.talk_ms.saturating_add(ended.saturating_sub(bridged).max(0));
                }
                &mut ends.talked
            }
            Some("gave_up") => {
                let whereabouts = match call.detail.as_deref() {
                    Some("greeting") => &mut ends.given_up.greeting,
                    Some("menu") => &mut ends.given_up.menu,
                    Some("waiting") => &mut ends.given_up.waiting,
                    Some("ringing") => &mut ends.given_up.ringing,
                    Some("relaying") => &mut ends.given_up.relaying,
                    _ => &mut ends.given_up.arriving,
                };
                *whereabouts += 1;
                return true;
            }
            Some("closed") => &mut ends.closed,
            Some("refused") => &mut ends.refused,
            Some("line_fault") => &mut ends.faults,
            Some("interrupted") => &mut ends.interrupted,
            // An end with a word that this program does not know is a fault of ours before it is a call still open.
            Some(_) => &mut ends.broken,
            None => &mut ends.still_open,
        };
        *counter += 1;
        false
    }

    fn finish(mut self) -> Activity {
        self.waits.sort_unstable();
        let waits = &mut self.activity.waits;
        waits.p50_ms = nearest_rank(&self.waits, 50);
        waits.p90_ms = nearest_rank(&self.waits, 90);
        waits.p99_ms = nearest_rank(&self.waits, 99);
        waits.max_ms = self.waits.last().copied();
        let talked = self.activity.ends.talked;
        // Milliseconds of talk stay far below 2^53, so nothing is lost.
        self.activity.mean_talk_ms = (talked > 0).then(|| self.talk_ms as f64 / talked as f64);
        self.activity
    }
}

fn read_row(row: &AnyRow) -> Result<Call, StoreError> {
    Ok(Call {
        arrived: row.try_get("arrived_at")?,
        answered: row.try_get("answered_at")?,
        queued: row.try_get("queued_at")?,
        bridged: row.try_get("bridged_at")?,
        ended: row.try_get("ended_at")?,
        outcome: row.try_get("outcome")?,
        detail: row.try_get("outcome_detail")?,
    })
}

fn count(row: &AnyRow, column: &str) -> Result<u64, StoreError> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}
