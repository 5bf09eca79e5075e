//! Projection: one row a call.

use super::{Difference, compare};
use crate::sql::{ROWS, about_rows};
use crate::words::{outcome_words, storable, word};
use crate::{Recorded, Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;
use switchboard::Event;

/// What is known of a call from the moment it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The number of the fact in the journal.
    pub seq: i64,
    /// When.
    pub at: i64,
    /// The line.
    pub line: String,
    /// `phone` or `browser`.
    pub channel: String,
    /// `fr` or `en`.
    pub language: String,
}

/// When a call reached each of its stages, in milliseconds since 1970; the first time, where there may be several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallTimes {
    /// The platform answered.
    pub answered: Option<i64>,
    /// The caller entered the queue.
    pub queued: Option<i64>,
    /// A listener's desk rang.
    pub offered: Option<i64>,
    /// Caller and a listener heard each other.
    pub bridged: Option<i64>,
    /// The call was over.
    pub ended: Option<i64>,
    /// The listener closed the record. (The last time.)
    pub wrapped_up: Option<i64>,
}

/// A call as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// The call.
    pub id: i64,
    /// How it arrived.
    pub arrival: Arrival,
    /// The key word chosen from the menu.
    pub choice: Option<String>,
    /// When it reached each stage.
    pub times: CallTimes,
    /// How it ended: `talked`, `gave_up`, `closed`, `refused`, `line_fault`, `interrupted` or `broken`.
    pub outcome: Option<String>,
    /// By whom, where or why, for the outcomes that have it.
    pub outcome_detail: Option<String>,
    /// The last listener the caller talked with.
    pub listener: Option<i64>,
    /// How many times a desk rang for it.
    pub offers: i64,
    /// How many times a listener vanished in the talk.
    pub times_lost: i64,
    /// The queue the caller entered first.
    pub queue: Option<String>,
    /// The first relay that had the caller.
    pub relay: Option<String>,
    /// When caller and relay first heard each other.
    pub relay_joined: Option<i64>,
}

impl CallRow {
    /// How long the caller waited from the queue to the first human voice, for callers who reached one.
    #[must_use]
    pub fn wait_ms(&self) -> Option<i64> {
        Some(self.times.bridged?.saturating_sub(self.times.queued?).max(0))
    }

    /// How long the talk lasted, from the first human voice to the end, for calls that are over.
    #[must_use]
    pub fn talk_ms(&self) -> Option<i64> {
        Some(self.times.ended?.saturating_sub(self.times.bridged?).max(0))
    }
}

impl Store {
    /// One call, if it is known.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn call(&self, id: i64) -> Result<Option<CallRow>, StoreError> {
        let mut connection = self.pools.reader.acquire().await?;
        let mut calls = BTreeMap::new();
        load(&mut connection, &[id], &mut calls).await?;
        Ok(calls.remove(&id))
    }

    /// The calls that arrived from `from_ms` up to but without `to_ms`, the latest first, at most `limit`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn calls_between(&self, from_ms: i64, to_ms: i64, limit: i64) -> Result<Vec<CallRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM calls WHERE arrived_at >= $1 AND arrived_at < $2 ORDER BY arrived_at DESC, id DESC LIMIT $3",
        )
        .bind(from_ms)
        .bind(to_ms)
        .bind(limit)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_row).collect()
    }
}

/// Folds one fact. A fact about a call that never arrived says nothing a row could hold, and is passed over; so is a
/// second end of the same call: the first is the one that happened.
pub(crate) fn apply(calls: &mut BTreeMap<i64, CallRow>, recorded: &Recorded) {
    let at = recorded.fact.at;
    let event = &recorded.fact.event;
    if let Event::Arrived { call, line, channel, language } = event {
        let arrival = Arrival {
            seq: recorded.seq,
            at,
            line: storable(&line.0),
            channel: word(channel),
            language: word(language),
        };
        calls.entry(call.0).or_insert_with(|| CallRow::new(call.0, arrival));
        return;
    }
    let Some(row) = event.call().and_then(|call| calls.get_mut(&call.0)) else { return };
    let times = &mut row.times;
    match event {
        Event::Answered { .. } => drop(times.answered.get_or_insert(at)),
        Event::Chosen { choice, .. } => row.choice = Some(storable(choice)),
        Event::Queued { queue, .. } => {
            times.queued.get_or_insert(at);
            if row.queue.is_none() {
                row.queue = queue.as_ref().map(|queue| storable(&queue.0));
            }
        }
        Event::RelayJoined { relay, .. } => {
            if row.relay_joined.is_none() {
                row.relay_joined = Some(at);
                row.relay = Some(storable(&relay.0));
            }
        }
        Event::Offered { .. } => {
            times.offered.get_or_insert(at);
            row.offers = row.offers.saturating_add(1);
        }
        Event::Bridged { listener, .. } => {
            times.bridged.get_or_insert(at);
            row.listener = Some(listener.0);
        }
        Event::ListenerLost { .. } => row.times_lost = row.times_lost.saturating_add(1),
        Event::Ended { outcome, .. } => {
            if times.ended.is_none() {
                times.ended = Some(at);
                let (outcome, detail) = outcome_words(*outcome);
                row.outcome = Some(outcome.to_owned());
                row.outcome_detail = detail;
            }
        }
        Event::RecordClosed { .. } => times.wrapped_up = Some(at),
        Event::Arrived { .. }
        | Event::MovedToLine { .. }
        | Event::RungReached { .. }
        | Event::RelayCalled { .. }
        | Event::RelayEnded { .. }
        | Event::Left { .. }
        | Event::HandOverAsked { .. }
        | Event::HandOverEnded { .. }
        | Event::Triaged { .. }
        | Event::Alerted { .. }
        | Event::AlertSeen { .. }
        | Event::Watched { .. }
        | Event::Unwatched { .. }
        | Event::NuisanceMarked { .. }
        | Event::NuisanceDecided { .. }
        | Event::RestGiven { .. }
        | Event::DebriefAsked { .. }
        | Event::DebriefHeld { .. }
        | Event::ShiftBegan { .. }
        | Event::ShiftEnded { .. }
        | Event::SurgeSwitched { .. }
        | Event::PlanInForce { .. }
        | Event::SoundMeasured { .. }
        | Event::OfferEnded { .. }
        | Event::Held { .. }
        | Event::Resumed { .. }
        | Event::ListenerBack { .. }
        | Event::PresenceChanged { .. } => {}
    }
}

impl CallRow {
    fn new(id: i64, arrival: Arrival) -> Self {
        Self {
            id,
            arrival,
            choice: None,
            times: CallTimes::default(),
            outcome: None,
            outcome_detail: None,
            listener: None,
            offers: 0,
            times_lost: 0,
            queue: None,
            relay: None,
            relay_joined: None,
        }
    }
}

/// Folds facts into the table: loads the rows they touch, folds in memory, writes them back.
pub(crate) async fn fold_into(connection: &mut AnyConnection, facts: &[Recorded]) -> Result<(), StoreError> {
    let mut calls = BTreeMap::new();
    let mut touched: Vec<i64> = facts.iter().filter_map(|one| one.fact.event.call()).map(|call| call.0).collect();
    touched.sort_unstable();
    touched.dedup();
    for some in touched.chunks(ROWS) {
        load(connection, some, &mut calls).await?;
    }
    for one in facts {
        apply(&mut calls, one);
    }
    write_all(connection, &calls).await
}

pub(crate) async fn write_all(
    connection: &mut AnyConnection,
    calls: &BTreeMap<i64, CallRow>,
) -> Result<(), StoreError> {
    let rows: Vec<&CallRow> = calls.values().collect();
    for some in rows.chunks(ROWS) {
        write(connection, some).await?;
    }
    Ok(())
}

/// Compares rows folded anew with the rows of the table.
pub(crate) async fn differences(
    connection: &mut AnyConnection,
    anew: &BTreeMap<i64, CallRow>,
) -> Result<(usize, Vec<Difference>), StoreError> {
    let rows = sqlx::query("SELECT * FROM calls ORDER BY id").fetch_all(connection).await?;
    let mut stored = BTreeMap::new();
    for row in &rows {
        let row = read_row(row)?;
        stored.insert(row.id, row);
    }
    Ok((anew.len(), compare("calls", anew, &stored)))
}

async fn load(
    connection: &mut AnyConnection,
    ids: &[i64],
    calls: &mut BTreeMap<i64, CallRow>,
) -> Result<(), StoreError> {
    let mut statement = sqlx::query(about_rows("SELECT * FROM calls WHERE id IN (", ids.len(), 1, ")"));
    for id in ids {
        statement = statement.bind(*id);
    }
    for row in &statement.fetch_all(connection).await? {
        let row = read_row(row)?;
        calls.insert(row.id, row);
    }
    Ok(())
}

async fn write(connection: &mut AnyConnection, rows: &[&CallRow]) -> Result<(), StoreError> {
    let text = about_rows(
        "INSERT INTO calls (id, arrived_seq, line, channel, language, choice, arrived_at, answered_at, queued_at,
             offered_at, bridged_at, ended_at, outcome, outcome_detail, listener, offers, times_lost, wrapped_up_at,
             queue, relay, relay_joined_at)
         VALUES ",
        rows.len(),
        21,
        " ON CONFLICT (id) DO UPDATE SET choice = excluded.choice, answered_at = excluded.answered_at,
             queued_at = excluded.queued_at, offered_at = excluded.offered_at, bridged_at = excluded.bridged_at,
             ended_at = excluded.ended_at, outcome = excluded.outcome, outcome_detail = excluded.outcome_detail,
             listener = excluded.listener, offers = excluded.offers, times_lost = excluded.times_lost,
             wrapped_up_at = excluded.wrapped_up_at, queue = excluded.queue, relay = excluded.relay,
             relay_joined_at = excluded.relay_joined_at",
    );
    let mut statement = sqlx::query(text);
    for row in rows {
        statement = statement
            .bind(row.id)
            .bind(row.arrival.seq)
            .bind(&row.arrival.line)
            .bind(&row.arrival.channel)
            .bind(&row.arrival.language)
            .bind(&row.choice)
            .bind(row.arrival.at)
            .bind(row.times.answered)
            .bind(row.times.queued)
            .bind(row.times.offered)
            .bind(row.times.bridged)
            .bind(row.times.ended)
            .bind(&row.outcome)
            .bind(&row.outcome_detail)
            .bind(row.listener)
            .bind(row.offers)
            .bind(row.times_lost)
            .bind(row.times.wrapped_up)
            .bind(&row.queue)
            .bind(&row.relay)
            .bind(row.relay_joined);
    }
    statement.execute(connection).await?;
    Ok(())
}

fn read_row(row: &AnyRow) -> Result<CallRow, StoreError> {
    Ok(CallRow {
        id: row.try_get("id")?,
        arrival: Arrival {
            seq: row.try_get("arrived_seq")?,
            at: row.try_get("arrived_at")?,
            line: row.try_get("line")?,
            channel: row.try_get("channel")?,
            language: row.try_get("language")?,
        },
        choice: row.try_get("choice")?,
        times: CallTimes {
            answered: row.try_get("answered_at")?,
            queued: row.try_get("queued_at")?,
            offered: row.try_get("offered_at")?,
            bridged: row.try_get("bridged_at")?,
            ended: row.try_get("ended_at")?,
            wrapped_up: row.try_get("wrapped_up_at")?,
        },
        outcome: row.try_get("outcome")?,
        outcome_detail: row.try_get("outcome_detail")?,
        listener: row.try_get("listener")?,
        offers: row.try_get("offers")?,
        times_lost: row.try_get("times_lost")?,
        queue: row.try_get("queue")?,
        relay: row.try_get("relay")?,
        relay_joined: row.try_get("relay_joined_at")?,
    })
}
