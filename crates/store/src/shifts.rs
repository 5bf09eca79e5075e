//! The rota: shifts, one row each.

use crate::words::word;
use crate::{Store, StoreError};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;
use switchboard::{Duty, ListenerId, QueueId, Shift, ShiftId, Utc};

/// A shift that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShift {
    /// Who.
    pub listener: i64,
    /// For which queue.
    pub queue: QueueId,
    /// As what.
    pub duty: Duty,
    /// From when, in milliseconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
}

/// A shift as it stands in the rota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftRow {
    /// What it says.
    pub shift: Shift,
    /// Whether its listener offers it to others.
    pub offered: bool,
    /// How often it was changed.
    pub revision: i64,
}

impl Store {
    /// Adds a shift. Numbers are never used again.
    ///
    /// # Errors
    /// When it ends before it begins, when the listener has another shift of the same queue at that time, or when the
    /// database does not take it.
    pub async fn add_shift(&self, new: &NewShift) -> Result<ShiftRow, StoreError> {
        if new.until <= new.from {
            return Err(StoreError::ShiftWrong("a shift ends after it begins"));
        }
        let mut transaction = self.pools.begin_numbered().await?;
        let clash = sqlx::query(
            "SELECT id FROM shifts WHERE listener = $1 AND queue = $2 AND removed = 0 AND from_at < $3 AND until_at > $4",
        )
        .bind(new.listener)
        .bind(&new.queue.0)
        .bind(new.until)
        .bind(new.from)
        .fetch_optional(&mut *transaction)
        .await?;
        if clash.is_some() {
            return Err(StoreError::ShiftWrong("the same person has another shift of this queue at that time"));
        }
        let row = sqlx::query(
            "INSERT INTO shifts (id, listener, queue, duty, from_at, until_at, offered, removed, revision)
             VALUES ((SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM shifts), $1, $2, $3, $4, $5, 0, 0, 1)
             RETURNING *",
        )
        .bind(new.listener)
        .bind(&new.queue.0)
        .bind(word(&new.duty))
        .bind(new.from)
        .bind(new.until)
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        read_shift(&row)
    }

    /// The shifts that touch the time from `from` up to but without `until`, in their order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn shifts_between(&self, from: i64, until: i64) -> Result<Vec<ShiftRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM shifts WHERE removed = 0 AND from_at < $1 AND until_at > $2 ORDER BY from_at, id",
        )
        .bind(until)
        .bind(from)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_shift).collect()
    }

    /// The listener of a shift offers it to others, or takes that back. Answers whether there was such a shift.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn offer_shift(&self, shift: i64, listener: i64, offered: bool) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE shifts SET offered = $1, revision = revision + 1 WHERE id = $2 AND listener = $3 AND removed = 0",
        )
        .bind(i64::from(offered))
        .bind(shift)
        .bind(listener)
        .execute(&self.pools.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Somebody takes an offered shift over. Of two who do so at the same moment one has it; the other is told no.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_shift(&self, shift: i64, taker: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE shifts SET listener = $1, offered = 0, revision = revision + 1
             WHERE id = $2 AND offered = 1 AND removed = 0",
        )
        .bind(taker)
        .bind(shift)
        .execute(&self.pools.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes a shift out of the rota. Answers whether there was one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_shift(&self, shift: i64) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE shifts SET removed = 1, revision = revision + 1 WHERE id = $1 AND removed = 0")
            .bind(shift)
            .execute(&self.pools.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

fn read_shift(row: &AnyRow) -> Result<ShiftRow, StoreError> {
    let duty: String = row.try_get("duty")?;
    let duty = serde_json::from_value(Value::String(duty.clone()))
        .map_err(|_| StoreError::UnknownWord { column: "shifts.duty", word: duty })?;
    Ok(ShiftRow {
        shift: Shift {
            id: ShiftId(row.try_get("id")?),
            listener: ListenerId(row.try_get("listener")?),
            queue: QueueId(row.try_get("queue")?),
            duty,
            from: Utc(row.try_get("from_at")?),
            until: Utc(row.try_get("until_at")?),
        },
        offered: row.try_get::<i64, _>("offered")? != 0,
        revision: row.try_get("revision")?,
    })
}
