//! When entries of the directory changed: by hand, or with the import that brought them, once it was in force.

use crate::sql::{ROWS, about_rows};
use crate::{Store, StoreError};
use sqlx::Row;

impl Store {
    /// The numbers of the versions that came to count at a time or since, in milliseconds since 1970. Some of them may count no
    /// more: whoever asks knows which do.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_modified_since(&self, at: i64) -> Result<Vec<i64>, StoreError> {
        let rows = sqlx::query(
            "SELECT number FROM directory_entries WHERE (import = 0 AND made_at >= $1)
             OR import IN (SELECT i.id FROM directory_imports i WHERE i.state = 'in_force' AND i.ended_at >= $2)",
        )
        .bind(at)
        .bind(at)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(|row| Ok(row.try_get("number")?)).collect()
    }

    /// When versions came to count, in milliseconds since 1970, in no order; of those that are no more, nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_modified_at(&self, numbers: &[i64]) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut times = Vec::with_capacity(numbers.len());
        for piece in numbers.chunks(ROWS) {
            let text = about_rows(
                "SELECT e.number, CAST(COALESCE(i.ended_at, e.made_at) AS BIGINT) AS at FROM directory_entries e
                 LEFT JOIN directory_imports i ON i.id = e.import AND e.import <> 0 WHERE e.number IN (",
                piece.len(),
                1,
                ")",
            );
            let mut query = sqlx::query(text);
            for number in piece {
                query = query.bind(number);
            }
            for row in query.fetch_all(&self.pools.reader).await? {
                times.push((row.try_get("number")?, row.try_get("at")?));
            }
        }
        Ok(times)
    }
}
