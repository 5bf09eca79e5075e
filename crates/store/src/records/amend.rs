//! Amendments: a closed record is corrected, and what it said before is kept.

use super::{CareRecord, columns, read_record};
use crate::{Store, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// What a record said: everything that an amendment may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    grade: Option<i64>,
    addiction: bool,
    themes: Vec<String>,
    profession: Option<String>,
    departement: Option<String>,
    commune: Option<String>,
    age_band: Option<String>,
    notes: String,
    answers: BTreeMap<String, Vec<String>>,
}

/// One amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// By whom.
    pub who: i64,
    /// Why.
    pub reason: String,
    /// What the record said before.
    pub before: CareRecord,
}

impl Store {
    /// Changes a closed record and keeps what it said. `after.revision` is the revision that was seen.
    ///
    /// # Errors
    /// [`StoreError::StaleDraft`] when it was changed since; [`StoreError::NoRecord`] when there is no closed record; when the
    /// database does not take it.
    pub async fn amend_record(&self, after: &CareRecord, who: i64, reason: &str, at: i64) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let rows =
            sqlx::query("SELECT * FROM care_records WHERE call = $1 AND listener = $2 AND closed_at IS NOT NULL")
                .bind(after.call)
                .bind(after.listener)
                .fetch_all(&mut *transaction)
                .await?;
        let before = rows.first().map(read_record).transpose()?.ok_or(StoreError::NoRecord(after.call))?;
        if before.revision != after.revision {
            return Err(StoreError::StaleDraft { call: after.call, stored: before.revision });
        }
        sqlx::query(
            "INSERT INTO care_amendments (call, listener, revision, amended_at, amended_by, reason, before)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(before.call)
        .bind(before.listener)
        .bind(before.revision)
        .bind(at)
        .bind(who)
        .bind(reason)
        .bind(serde_json::to_string(&body(&before)).map_err(StoreError::Unwritable)?)
        .execute(&mut *transaction)
        .await?;
        let columns = columns(after)?;
        sqlx::query(
            "UPDATE care_records SET grade = $1, addiction = $2, themes = $3, profession = $4, departement = $5,
                 commune = $6, age_band = $7, notes = $8, answers = $9, revision = revision + 1
             WHERE call = $10 AND listener = $11",
        )
        .bind(after.grade)
        .bind(i64::from(after.addiction))
        .bind(columns.themes)
        .bind(&after.caller.profession)
        .bind(&after.caller.departement)
        .bind(&after.caller.commune)
        .bind(&after.caller.age_band)
        .bind(&after.form.notes)
        .bind(columns.answers)
        .bind(after.call)
        .bind(after.listener)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// How a record was amended, the first time first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn amendments(&self, record: &CareRecord) -> Result<Vec<Amendment>, StoreError> {
        let rows = sqlx::query("SELECT * FROM care_amendments WHERE call = $1 AND listener = $2 ORDER BY revision")
            .bind(record.call)
            .bind(record.listener)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(|row| read(row, record)).collect()
    }
}

fn body(record: &CareRecord) -> Body {
    let caller = record.caller.clone();
    Body {
        grade: record.grade,
        addiction: record.addiction,
        themes: record.themes.clone(),
        profession: caller.profession,
        departement: caller.departement,
        commune: caller.commune,
        age_band: caller.age_band,
        notes: record.form.notes.clone(),
        answers: record.form.answers.clone(),
    }
}

fn read(row: &AnyRow, record: &CareRecord) -> Result<Amendment, StoreError> {
    let text: String = row.try_get("before")?;
    // What was answered is never shown in a fault: messages end up in logs.
    let body: Body = serde_json::from_str(&text)
        .map_err(|_| StoreError::UnknownWord { column: "care_amendments.before", word: String::new() })?;
    let mut before = CareRecord {
        revision: row.try_get("revision")?,
        grade: body.grade,
        addiction: body.addiction,
        themes: body.themes,
        ..record.clone()
    };
    before.caller.profession = body.profession;
    before.caller.departement = body.departement;
    before.caller.commune = body.commune;
    before.caller.age_band = body.age_band;
    before.form.answers = body.answers;
    before.form.notes = body.notes;
    Ok(Amendment {
        at: row.try_get("amended_at")?,
        who: row.try_get("amended_by")?,
        reason: row.try_get("reason")?,
        before,
    })
}
