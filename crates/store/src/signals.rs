//! At-risk signals, and what was done about them.

use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A signal as it is kept. Words of closed lists are keys here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRow {
    /// Its number.
    pub id: i64,
    /// The call in which it was raised.
    pub call: i64,
    /// The line.
    pub line: String,
    /// How it was raised.
    pub cause: String,
    /// When, in milliseconds since 1970.
    pub raised_at: i64,
    /// By whom.
    pub raised_by: i64,
    /// What they wrote about it; may be empty.
    pub words: String,
    /// When a supervisor took it, and who.
    pub taken: Option<(i64, i64)>,
    /// When it was closed, and by whom.
    pub closed: Option<(i64, i64)>,
    /// What came of it.
    pub outcome: Option<String>,
}

/// Something that was done about a signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalAct {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// By whom.
    pub who: i64,
    /// What, in their words.
    pub words: String,
}

impl Store {
    /// Writes a signal as it stands; the same again changes nothing. One that is closed stays closed.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_signal(&self, signal: &SignalRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO signals (id, call, line, cause, raised_at, raised_by, words, taken_at, taken_by, closed_at,
                 closed_by, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (id) DO UPDATE SET words = excluded.words, taken_at = excluded.taken_at,
                 taken_by = excluded.taken_by, closed_at = excluded.closed_at, closed_by = excluded.closed_by,
                 outcome = excluded.outcome
             WHERE signals.closed_at IS NULL",
        )
        .bind(signal.id)
        .bind(signal.call)
        .bind(&signal.line)
        .bind(&signal.cause)
        .bind(signal.raised_at)
        .bind(signal.raised_by)
        .bind(&signal.words)
        .bind(signal.taken.map(|(at, _)| at))
        .bind(signal.taken.map(|(_, who)| who))
        .bind(signal.closed.map(|(at, _)| at))
        .bind(signal.closed.map(|(_, who)| who))
        .bind(&signal.outcome)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// The signals that are open, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_signals(&self) -> Result<Vec<SignalRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM signals WHERE closed_at IS NULL ORDER BY raised_at, id")
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// The signals that were closed, the latest first, and at most so many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn closed_signals(&self, most: i64) -> Result<Vec<SignalRow>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM signals WHERE closed_at IS NOT NULL ORDER BY raised_at DESC, id LIMIT $1")
                .bind(most)
                .fetch_all(&self.pools.reader)
                .await?;
        rows.iter().map(read).collect()
    }

    /// The signals that were raised in a call, the first one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn signals_of_call(&self, call: i64) -> Result<Vec<SignalRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM signals WHERE call = $1 ORDER BY raised_at, id")
            .bind(call)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read).collect()
    }

    /// A signal by its number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn signal(&self, id: i64) -> Result<Option<SignalRow>, StoreError> {
        let row =
            sqlx::query("SELECT * FROM signals WHERE id = $1").bind(id).fetch_optional(&self.pools.reader).await?;
        row.as_ref().map(read).transpose()
    }

    /// Notes what was done about a signal.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn add_signal_act(&self, signal: i64, act: &SignalAct) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        sqlx::query(
            "INSERT INTO signal_acts (signal, number, at, who, words)
             VALUES ($1, (SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM signal_acts WHERE signal = $1), $2, $3, $4)",
        )
        .bind(signal)
        .bind(act.at)
        .bind(act.who)
        .bind(&act.words)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What was done about a signal, in its order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn signal_acts(&self, signal: i64) -> Result<Vec<SignalAct>, StoreError> {
        let rows = sqlx::query("SELECT at, who, words FROM signal_acts WHERE signal = $1 ORDER BY number")
            .bind(signal)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter()
            .map(|row| Ok(SignalAct { at: row.try_get("at")?, who: row.try_get("who")?, words: row.try_get("words")? }))
            .collect()
    }
}

fn read(row: &AnyRow) -> Result<SignalRow, StoreError> {
    let pair = |at: &str, who: &str| {
        let at: Option<i64> = row.try_get(at)?;
        let who: Option<i64> = row.try_get(who)?;
        Ok::<_, StoreError>(at.zip(who))
    };
    Ok(SignalRow {
        id: row.try_get("id")?,
        call: row.try_get("call")?,
        line: row.try_get("line")?,
        cause: row.try_get("cause")?,
        raised_at: row.try_get("raised_at")?,
        raised_by: row.try_get("raised_by")?,
        words: row.try_get("words")?,
        taken: pair("taken_at", "taken_by")?,
        closed: pair("closed_at", "closed_by")?,
        outcome: row.try_get("outcome")?,
    })
}
