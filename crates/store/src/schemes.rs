//! Schemes that pay for consultations.

use crate::{Store, StoreError};
use care::Scheme;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A scheme as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeRow {
    /// Its number.
    pub id: i64,
    /// How often it was changed; for whoever changes it, the revision they saw.
    pub revision: i64,
    /// Whether it was ended: no codes are given any more, those that are out stay good.
    pub ended: bool,
    /// What it says.
    pub scheme: Scheme,
}

impl Store {
    /// All schemes, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn schemes(&self) -> Result<Vec<SchemeRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM schemes ORDER BY id DESC").fetch_all(&self.pools.reader).await?;
        rows.iter().map(read_scheme).collect()
    }

    /// Writes a scheme: a new one without what was seen, else the one that was seen. Answers its number.
    ///
    /// # Errors
    /// [`StoreError::StaleVersion`] when it was changed since; when the database does not take it.
    pub async fn save_scheme(
        &self,
        seen: Option<(i64, i64)>,
        scheme: &Scheme,
        ended: bool,
        who: i64,
        now: i64,
    ) -> Result<i64, StoreError> {
        let body = serde_json::to_string(scheme).map_err(StoreError::Unwritable)?;
        let mut transaction = self.pools.begin_numbered().await?;
        let id = match seen {
            Some((id, revision)) => {
                let changed = sqlx::query(
                    "UPDATE schemes SET body = $1, ended = $2, made_at = $3, made_by = $4, revision = revision + 1
                     WHERE id = $5 AND revision = $6",
                )
                .bind(body)
                .bind(i64::from(ended))
                .bind(now)
                .bind(who)
                .bind(id)
                .bind(revision)
                .execute(&mut *transaction)
                .await?;
                if changed.rows_affected() == 0 {
                    return Err(StoreError::StaleVersion);
                }
                id
            }
            None => {
                let row = sqlx::query(
                    "INSERT INTO schemes (id, revision, made_at, made_by, ended, body)
                     VALUES ((SELECT CAST(COALESCE(MAX(id), 0) + 1 AS BIGINT) FROM schemes), 1, $1, $2, $3, $4)
                     RETURNING id",
                )
                .bind(now)
                .bind(who)
                .bind(i64::from(ended))
                .bind(body)
                .fetch_one(&mut *transaction)
                .await?;
                row.try_get("id")?
            }
        };
        transaction.commit().await?;
        Ok(id)
    }
}

pub(crate) fn read_scheme(row: &AnyRow) -> Result<SchemeRow, StoreError> {
    let id = row.try_get("id")?;
    let body: String = row.try_get("body")?;
    let scheme = serde_json::from_str(&body).map_err(|fault| StoreError::UnreadableVersion {
        table: "schemes",
        version: id,
        detail: fault.to_string(),
    })?;
    let ended = row.try_get::<i64, _>("ended")? != 0;
    Ok(SchemeRow { id, revision: row.try_get("revision")?, ended, scheme })
}
