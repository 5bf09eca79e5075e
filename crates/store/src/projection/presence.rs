//! Projection: what each listener is doing, and what they did and for how long.

use super::{Difference, compare};
use crate::sql::{ROWS, about_rows};
use crate::words::word;
use crate::{Recorded, Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;
use switchboard::Event;

/// A stretch of time in which a listener did one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceSpan {
    /// The number of the fact that began it.
    pub seq: i64,
    /// The listener.
    pub listener: i64,
    /// What they did, such as `ready`.
    pub presence: String,
    /// Why, such as `chosen`.
    pub reason: String,
    /// From when.
    pub since: i64,
    /// Until when; none while it lasts.
    pub until: Option<i64>,
}

/// Spans by number, and the number of each listener's current one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PresenceBook {
    pub(crate) current: BTreeMap<i64, i64>,
    pub(crate) spans: BTreeMap<i64, PresenceSpan>,
}

impl PresenceBook {
    /// Folds one fact: the span before ends where the new one begins.
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let Event::PresenceChanged { listener, presence, reason } = &recorded.fact.event else { return };
        let at = recorded.fact.at;
        if let Some(before) = self.current.insert(listener.0, recorded.seq)
            && let Some(span) = self.spans.get_mut(&before)
        {
            span.until = Some(at);
        }
        let span = PresenceSpan {
            seq: recorded.seq,
            listener: listener.0,
            presence: word(presence),
            reason: word(reason),
            since: at,
            until: None,
        };
        self.spans.insert(recorded.seq, span);
    }

    fn current_spans(&self) -> BTreeMap<i64, PresenceSpan> {
        self.current.iter().filter_map(|(who, seq)| Some((*who, self.spans.get(seq)?.clone()))).collect()
    }
}

impl Store {
    /// What every listener ever seen is doing now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence(&self) -> Result<Vec<PresenceSpan>, StoreError> {
        let mut connection = self.pools.reader.acquire().await?;
        all_current(&mut connection).await
    }

    /// What a listener did in a period, the earliest first: every span that touches it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn presence_history(
        &self,
        listener: i64,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<PresenceSpan>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM presence_spans WHERE listener = $1 AND since < $2 AND (until IS NULL OR until > $3) ORDER BY seq",
        )
        .bind(listener)
        .bind(to_ms)
        .bind(from_ms)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(|row| read_row(row, row.try_get("until")?)).collect()
    }
}

pub(crate) async fn all_current(connection: &mut AnyConnection) -> Result<Vec<PresenceSpan>, StoreError> {
    let rows = sqlx::query("SELECT * FROM presence ORDER BY listener").fetch_all(connection).await?;
    rows.iter().map(|row| read_row(row, None)).collect()
}

/// Folds facts into the tables: loads the current spans of the listeners they touch, folds in memory, writes back.
pub(crate) async fn fold_into(connection: &mut AnyConnection, facts: &[Recorded]) -> Result<(), StoreError> {
    let mut book = PresenceBook::default();
    let mut touched: Vec<i64> = facts
        .iter()
        .filter_map(|one| match &one.fact.event {
            Event::PresenceChanged { listener, .. } => Some(listener.0),
            _ => None,
        })
        .collect();
    touched.sort_unstable();
    touched.dedup();
    for some in touched.chunks(ROWS) {
        load(connection, some, &mut book).await?;
    }
    for one in facts {
        book.apply(one);
    }
    write_all(connection, &book).await
}

pub(crate) async fn write_all(connection: &mut AnyConnection, book: &PresenceBook) -> Result<(), StoreError> {
    let spans: Vec<&PresenceSpan> = book.spans.values().collect();
    for some in spans.chunks(ROWS) {
        write_spans(connection, some).await?;
    }
    let current: Vec<PresenceSpan> = book.current_spans().into_values().collect();
    for some in current.chunks(ROWS) {
        write_current(connection, some).await?;
    }
    Ok(())
}

/// Compares spans folded anew with the rows of both tables.
pub(crate) async fn differences(
    connection: &mut AnyConnection,
    anew: &PresenceBook,
) -> Result<(usize, Vec<Difference>), StoreError> {
    let stored: BTreeMap<i64, PresenceSpan> =
        all_current(connection).await?.into_iter().map(|span| (span.listener, span)).collect();
    let current = anew.current_spans();
    let mut found = compare("presence", &current, &stored);
    let rows = sqlx::query("SELECT * FROM presence_spans ORDER BY seq").fetch_all(connection).await?;
    let mut spans = BTreeMap::new();
    for row in &rows {
        let span = read_row(row, row.try_get("until")?)?;
        spans.insert(span.seq, span);
    }
    found.extend(compare("presence_spans", &anew.spans, &spans));
    Ok((current.len().saturating_add(anew.spans.len()), found))
}

async fn load(connection: &mut AnyConnection, listeners: &[i64], book: &mut PresenceBook) -> Result<(), StoreError> {
    let text = about_rows("SELECT * FROM presence WHERE listener IN (", listeners.len(), 1, ")");
    let mut statement = sqlx::query(text);
    for listener in listeners {
        statement = statement.bind(*listener);
    }
    for row in &statement.fetch_all(connection).await? {
        let span = read_row(row, None)?;
        book.current.insert(span.listener, span.seq);
        book.spans.insert(span.seq, span);
    }
    Ok(())
}

async fn write_spans(connection: &mut AnyConnection, spans: &[&PresenceSpan]) -> Result<(), StoreError> {
    let text = about_rows(
        "INSERT INTO presence_spans (seq, listener, presence, reason, since, until) VALUES ",
        spans.len(),
        6,
        " ON CONFLICT (seq) DO UPDATE SET until = excluded.until",
    );
    let mut statement = sqlx::query(text);
    for span in spans {
        statement = statement
            .bind(span.seq)
            .bind(span.listener)
            .bind(&span.presence)
            .bind(&span.reason)
            .bind(span.since)
            .bind(span.until);
    }
    statement.execute(connection).await?;
    Ok(())
}

async fn write_current(connection: &mut AnyConnection, spans: &[PresenceSpan]) -> Result<(), StoreError> {
    let text = about_rows(
        "INSERT INTO presence (listener, presence, reason, since, seq) VALUES ",
        spans.len(),
        5,
        " ON CONFLICT (listener) DO UPDATE SET presence = excluded.presence, reason = excluded.reason,
             since = excluded.since, seq = excluded.seq",
    );
    let mut statement = sqlx::query(text);
    for span in spans {
        statement =
            statement.bind(span.listener).bind(&span.presence).bind(&span.reason).bind(span.since).bind(span.seq);
    }
    statement.execute(connection).await?;
    Ok(())
}

fn read_row(row: &AnyRow, until: Option<i64>) -> Result<PresenceSpan, StoreError> {
    Ok(PresenceSpan {
        seq: row.try_get("seq")?,
        listener: row.try_get("listener")?,
        presence: row.try_get("presence")?,
        reason: row.try_get("reason")?,
        since: row.try_get("since")?,
        until,
    })
}
