//! The rota: shifts, one row each.

use crate::words::word;
use crate::{Store, StoreError};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;
use switchboard::{Date, Duty, ListenerId, QueueId, Shift, ShiftId, Utc, WeeklyShift};

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
    /// The series it is a day of, if it comes again every week.
    pub series: Option<i64>,
    /// How often it was changed.
    pub revision: i64,
}

/// A shift that comes again every week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftSeries {
    /// Its number.
    pub id: i64,
    /// Who.
    pub listener: i64,
    /// For which queue.
    pub queue: QueueId,
    /// As what.
    pub duty: Duty,
    /// The name of the time zone of its hours.
    pub zone: String,
    /// On which day of the week, at which hours, from when to when.
    pub weekly: WeeklyShift,
}

impl Store {
    /// Adds a series of shifts. Its days are written by [`Store::write_series_days`]. Numbers are never used again: days of an
    /// earlier series must not be taken for this one's.
    ///
    /// # Errors
    /// When there is the same series already, or the database does not take it.
    pub async fn add_series(&self, new: &ShiftSeries) -> Result<ShiftSeries, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let twin = sqlx::query(
            "SELECT id FROM shift_series WHERE listener = $1 AND queue = $2 AND weekday = $3 AND from_minute = $4
             AND until_minute = $5 AND (last_day IS NULL OR last_day >= $6)",
        )
        .bind(new.listener)
        .bind(&new.queue.0)
        .bind(i64::from(new.weekly.weekday))
        .bind(i64::from(new.weekly.from))
        .bind(i64::from(new.weekly.until))
        .bind(new.weekly.first.to_string())
        .fetch_optional(&mut *transaction)
        .await?;
        if twin.is_some() {
            return Err(StoreError::ShiftWrong("the same person has this weekly shift already"));
        }
        let row = sqlx::query(
            "INSERT INTO shift_series
                 (id, listener, queue, duty, zone, weekday, from_minute, until_minute, first_day, last_day)
             VALUES ((SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM
                     (SELECT id FROM shift_series UNION ALL SELECT series AS id FROM shifts) AS every),
                 $1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        )
        .bind(new.listener)
        .bind(&new.queue.0)
        .bind(word(&new.duty))
        .bind(&new.zone)
        .bind(i64::from(new.weekly.weekday))
        .bind(i64::from(new.weekly.from))
        .bind(i64::from(new.weekly.until))
        .bind(new.weekly.first.to_string())
        .bind(new.weekly.last.map(|last| last.to_string()))
        .fetch_one(&mut *transaction)
        .await?;
        let id = row.try_get("id")?;
        transaction.commit().await?;
        Ok(ShiftSeries { id, ..new.clone() })
    }

    /// Every series, in the order in which they were made.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_series(&self) -> Result<Vec<ShiftSeries>, StoreError> {
        let rows = sqlx::query("SELECT * FROM shift_series ORDER BY id").fetch_all(&self.pools.reader).await?;
        rows.iter().map(read_series).collect()
    }

    /// Writes days of a series into the rota: those that are there already, changed or taken out, stay as they are, and
    /// so does the time for which the same person has another shift of the queue. Answers how many were written.
    ///
    /// # Errors
    /// When the database does not take them.
    pub async fn write_series_days(&self, series: &ShiftSeries, days: &[(Date, Utc, Utc)]) -> Result<u64, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let mut written = 0;
        for (day, from, until) in days {
            let done = sqlx::query(
                "INSERT INTO shifts
                     (id, listener, queue, duty, from_at, until_at, series, series_day, offered, removed, revision)
                 SELECT (SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM shifts), $1, $2, $3, $4, $5, $6, $7, 0, 0, 1
                 WHERE NOT EXISTS (SELECT 1 FROM shifts WHERE series = $6 AND series_day = $7)
                   AND NOT EXISTS (SELECT 1 FROM shifts WHERE listener = $1 AND queue = $2 AND removed = 0
                       AND from_at < $5 AND until_at > $4)",
            )
            .bind(series.listener)
            .bind(&series.queue.0)
            .bind(word(&series.duty))
            .bind(from.0)
            .bind(until.0)
            .bind(series.id)
            .bind(day.to_string())
            .execute(&mut *transaction)
            .await?;
            written += done.rows_affected();
        }
        transaction.commit().await?;
        Ok(written)
    }

    /// Ends a series: its days that begin at this time or later are taken out, but for those that somebody else has taken
    /// over. Answers whether it went on until now.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn end_series(&self, series: i64, last: Date, from: i64) -> Result<bool, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let done =
            sqlx::query("UPDATE shift_series SET last_day = $1 WHERE id = $2 AND (last_day IS NULL OR last_day > $1)")
                .bind(last.to_string())
                .bind(series)
                .execute(&mut *transaction)
                .await?;
        sqlx::query(
            "UPDATE shifts SET removed = 1, revision = revision + 1 WHERE series = $1 AND from_at >= $2 AND removed = 0
             AND listener = (SELECT listener FROM shift_series WHERE id = $1)",
        )
        .bind(series)
        .bind(from)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

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

    /// Somebody takes an offered shift over. Of two who do so at the same moment one has it; the other is told no, as is
    /// somebody who has a shift of that queue at that time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_shift(&self, shift: i64, taker: i64) -> Result<bool, StoreError> {
        // Somebody who takes two at once is seen with the first when the second is looked at.
        let mut transaction = self.pools.begin_numbered().await?;
        let done = sqlx::query(
            "UPDATE shifts SET listener = $1, offered = 0, revision = revision + 1
             WHERE id = $2 AND offered = 1 AND removed = 0
               AND NOT EXISTS (SELECT 1 FROM shifts AS own WHERE own.listener = $1 AND own.queue = shifts.queue
                   AND own.removed = 0 AND own.from_at < shifts.until_at AND own.until_at > shifts.from_at)",
        )
        .bind(taker)
        .bind(shift)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
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

fn read_duty(row: &AnyRow, column: &'static str) -> Result<Duty, StoreError> {
    let duty: String = row.try_get("duty")?;
    serde_json::from_value(Value::String(duty.clone())).map_err(|_| StoreError::UnknownWord { column, word: duty })
}

fn read_day(day: String) -> Result<Date, StoreError> {
    Date::try_from(day.clone()).map_err(|_| StoreError::UnknownWord { column: "shift_series.first_day", word: day })
}

fn read_series(row: &AnyRow) -> Result<ShiftSeries, StoreError> {
    let number = |column: &str| -> Result<i64, StoreError> { Ok(row.try_get(column)?) };
    let last: Option<String> = row.try_get("last_day")?;
    Ok(ShiftSeries {
        id: row.try_get("id")?,
        listener: row.try_get("listener")?,
        queue: QueueId(row.try_get("queue")?),
        duty: read_duty(row, "shift_series.duty")?,
        zone: row.try_get("zone")?,
        weekly: WeeklyShift {
            weekday: u8::try_from(number("weekday")?).unwrap_or(0),
            from: u16::try_from(number("from_minute")?).unwrap_or(0),
            until: u16::try_from(number("until_minute")?).unwrap_or(0),
            first: read_day(row.try_get("first_day")?)?,
            last: last.map(read_day).transpose()?,
        },
    })
}

fn read_shift(row: &AnyRow) -> Result<ShiftRow, StoreError> {
    let duty = read_duty(row, "shifts.duty")?;
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
        series: row.try_get("series")?,
        revision: row.try_get("revision")?,
    })
}
