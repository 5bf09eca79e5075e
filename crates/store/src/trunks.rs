//! What changed at each trunk, newest first, as far back as is kept.

use crate::{Store, StoreError};
use sqlx::Row;

impl Store {
    /// Writes down what changed at a trunk, and when (in seconds since 1970). Of each trunk the newest `kept` stay.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_trunk_change(&self, trunk: &str, at: i64, change: &str, kept: i64) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        sqlx::query(
            "INSERT INTO trunk_changes (number, trunk, at, change)
             SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT), $1, $2, $3 FROM trunk_changes",
        )
        .bind(trunk)
        .bind(at)
        .bind(change)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "DELETE FROM trunk_changes WHERE trunk = $1 AND number NOT IN
                 (SELECT number FROM trunk_changes WHERE trunk = $1 ORDER BY number DESC LIMIT $2)",
        )
        .bind(trunk)
        .bind(kept)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// What changed at a trunk, newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn trunk_changes(&self, trunk: &str) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query("SELECT at, change FROM trunk_changes WHERE trunk = $1 ORDER BY number DESC")
            .bind(trunk)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("at")?, row.try_get("change")?))).collect()
    }
}
