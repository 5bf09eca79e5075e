//! Reading a period: calls and duty from the projections, and what calls cost from their facts.

use super::handling::HandlingTally;
use super::{Contact, Duty, Fate, Handling, Period};
use crate::journal::read_row as read_fact;
use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// A call's stages, as the projection has them.
struct Stages {
    arrived: i64,
    queued: Option<i64>,
    bridged: Option<i64>,
    relayed: Option<i64>,
    ended: Option<i64>,
    outcome: Option<String>,
    detail: Option<String>,
}

impl Stages {
    fn fate(&self) -> Fate {
        let looked_for = self.queued.is_some();
        match (self.outcome.as_deref(), self.detail.as_deref()) {
            _ if self.bridged.is_some() => Fate::Answered,
            _ if self.relayed.is_some() => Fate::FlowedOut,
            (None, _) => Fate::Open,
            // A talk of which the first voice was not written down was a talk all the same.
            (Some("talked"), _) => Fate::Answered,
            (Some("gave_up"), Some("waiting" | "ringing" | "relaying")) => Fate::Abandoned,
            (Some("gave_up"), _) if looked_for => Fate::Abandoned,
            (Some("gave_up"), _) => Fate::BeforeQueue,
            (Some("closed"), _) if !looked_for => Fate::BeforeQueue,
            // A last word after the search, a full queue, a fault of the line or of ours, or a word of a later program.
            (Some(_), _) => Fate::Blocked,
        }
    }

    fn contact(&self, handling: Option<Handling>) -> Contact {
        let fate = self.fate();
        let until = match fate {
            Fate::Answered | Fate::FlowedOut => self.bridged.into_iter().chain(self.relayed).min(),
            Fate::Abandoned => self.ended,
            Fate::BeforeQueue | Fate::Blocked | Fate::Open => None,
        };
        let since = |start: Option<i64>| Some(until?.saturating_sub(start?).max(0));
        // What a restart ended is known to be over, and not when.
        let over = self.ended.is_some() && self.outcome.as_deref() != Some("interrupted");
        Contact {
            arrived_ms: self.arrived,
            fate,
            queue_wait_ms: since(self.queued),
            ring_wait_ms: since(Some(self.arrived)),
            handling: handling.filter(|_| over),
        }
    }
}

impl Store {
    /// The short names of the lines that calls ever reached, in the order of the alphabet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lines_called(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query("SELECT DISTINCT line FROM calls ORDER BY line").fetch_all(&self.pools.reader).await?;
        rows.iter().map(|row| Ok(row.try_get("line")?)).collect()
    }

    /// The calls that reached a line (all of them without one) from `from_ms` up to but without `to_ms`, and what the listeners
    /// did meanwhile, up to `now_ms`.
    ///
    /// # Errors
    /// When the period cannot be used, the database does not answer, or a fact cannot be read.
    pub async fn period(
        &self,
        line: Option<&str>,
        (from_ms, to_ms): (i64, i64),
        now_ms: i64,
    ) -> Result<Period, StoreError> {
        if to_ms <= from_ms {
            return Err(StoreError::Period { most: 1 });
        }
        // All readings in one snapshot, so that they tell of the same moment.
        let mut snapshot = self.pools.begin_snapshot().await?;
        let mut handling = handling(&mut snapshot, line, from_ms, to_ms).await?;
        let rows = sqlx::query(
            "SELECT id, arrived_at, queued_at, bridged_at, relay_joined_at, ended_at, outcome, outcome_detail FROM calls
             WHERE arrived_at >= $1 AND arrived_at < $2 AND ($3 = '' OR line = $3) ORDER BY arrived_at, id",
        )
        .bind(from_ms)
        .bind(to_ms)
        .bind(line.unwrap_or_default())
        .fetch_all(&mut *snapshot)
        .await?;
        let mut contacts = Vec::with_capacity(rows.len());
        for row in &rows {
            let cost = handling.remove(&row.try_get("id")?);
            contacts.push(read_stages(row)?.contact(cost.and_then(HandlingTally::finish)));
        }
        let duty = duty(&mut snapshot, from_ms, to_ms.min(now_ms)).await?;
        snapshot.rollback().await?;
        Ok(Period { contacts, duty })
    }
}

/// What each call cost, from its own facts: the row of a call does not say who left it when.
async fn handling(
    connection: &mut AnyConnection,
    line: Option<&str>,
    from_ms: i64,
    to_ms: i64,
) -> Result<BTreeMap<i64, HandlingTally>, StoreError> {
    let rows = sqlx::query(
        "SELECT journal.seq AS seq, journal.at AS at, journal.version AS version, journal.kind AS kind, journal.body AS body
         FROM calls JOIN journal ON journal.about_call = calls.id
         WHERE calls.arrived_at >= $1 AND calls.arrived_at < $2 AND ($3 = '' OR calls.line = $3)
             AND journal.about_call IS NOT NULL
             AND journal.kind IN ('bridged', 'left', 'held', 'resumed', 'listener_lost', 'listener_back', 'ended',
                 'record_closed')
         ORDER BY journal.seq",
    )
    .bind(from_ms)
    .bind(to_ms)
    .bind(line.unwrap_or_default())
    .fetch_all(connection)
    .await?;
    let mut tallies: BTreeMap<i64, HandlingTally> = BTreeMap::new();
    for row in &rows {
        let fact = read_fact(row)?.fact;
        if let Some(call) = fact.event.call() {
            tallies.entry(call.0).or_default().add(fact.at, &fact.event);
        }
    }
    Ok(tallies)
}

/// What the listeners did within a period. A span that goes on is counted up to the end of the period.
async fn duty(connection: &mut AnyConnection, from_ms: i64, to_ms: i64) -> Result<Duty, StoreError> {
    let rows = sqlx::query(
        "SELECT presence, since, until FROM presence_spans
         WHERE since < $1 AND (until IS NULL OR until > $2)
             AND presence IN ('ready', 'offered', 'talking', 'wrapping_up')",
    )
    .bind(to_ms)
    .bind(from_ms)
    .fetch_all(connection)
    .await?;
    let mut duty = Duty::default();
    for row in &rows {
        let since = row.try_get::<i64, _>("since")?.max(from_ms);
        let until = row.try_get::<Option<i64>, _>("until")?.unwrap_or(to_ms).min(to_ms);
        let busy = matches!(row.try_get::<String, _>("presence")?.as_str(), "talking" | "wrapping_up");
        let sum = if busy { &mut duty.handling_ms } else { &mut duty.available_ms };
        *sum = sum.saturating_add(until.saturating_sub(since).max(0));
    }
    Ok(duty)
}

fn read_stages(row: &AnyRow) -> Result<Stages, StoreError> {
    Ok(Stages {
        arrived: row.try_get("arrived_at")?,
        queued: row.try_get("queued_at")?,
        bridged: row.try_get("bridged_at")?,
        relayed: row.try_get("relay_joined_at")?,
        ended: row.try_get("ended_at")?,
        outcome: row.try_get("outcome")?,
        detail: row.try_get("outcome_detail")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(outcome: Option<&str>, detail: Option<&str>) -> Stages {
        Stages {
            arrived: 0,
            queued: None,
            bridged: None,
            relayed: None,
            ended: outcome.map(|_| 90),
            outcome: outcome.map(str::to_owned),
            detail: detail.map(str::to_owned),
        }
    }

    #[test]
    fn each_end_has_its_fate() {
        let queued = |outcome, detail| Stages { queued: Some(10), ..call(outcome, detail) };
        let cases = [
            (call(None, None), Fate::Open),
            (call(Some("gave_up"), Some("arriving")), Fate::BeforeQueue),
            (call(Some("gave_up"), Some("menu")), Fate::BeforeQueue),
            (call(Some("closed"), None), Fate::BeforeQueue),
            (queued(Some("closed"), None), Fate::Blocked),
            (call(Some("gave_up"), Some("relaying")), Fate::Abandoned),
            (queued(Some("gave_up"), Some("waiting")), Fate::Abandoned),
            (queued(Some("gave_up"), Some("greeting")), Fate::Abandoned),
            (call(Some("refused"), Some("queue_full")), Fate::Blocked),
            (call(Some("line_fault"), None), Fate::Blocked),
            (queued(Some("interrupted"), None), Fate::Blocked),
            (queued(Some("broken"), None), Fate::Blocked),
            (Stages { bridged: Some(20), ..queued(None, None) }, Fate::Answered),
            (Stages { relayed: Some(20), ..queued(Some("talked"), Some("relay")) }, Fate::FlowedOut),
            (Stages { relayed: Some(50), bridged: Some(20), ..queued(Some("talked"), None) }, Fate::Answered),
        ];
        for (stages, fate) in cases {
            assert_eq!(stages.fate(), fate, "{:?} {:?}", stages.outcome, stages.detail);
        }
    }

    #[test]
    fn waits_are_told_on_both_clocks_and_only_where_they_are_known() {
        let answered = Stages { queued: Some(10), bridged: Some(30), ..call(Some("talked"), None) };
        let contact = answered.contact(Some(Handling::default()));
        assert_eq!((contact.queue_wait_ms, contact.ring_wait_ms), (Some(20), Some(30)));
        assert!(contact.handling.is_some());
        let left = Stages { queued: Some(10), ..call(Some("gave_up"), Some("waiting")) }.contact(None);
        assert_eq!((left.queue_wait_ms, left.ring_wait_ms), (Some(80), Some(90)));
        let cut = Stages { outcome: Some("interrupted".to_owned()), ..answered };
        assert_eq!(cut.contact(Some(Handling::default())).handling, None, "nobody knows when it ended");
    }
}
