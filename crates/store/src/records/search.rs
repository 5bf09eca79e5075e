//! Records that are looked for.

use super::{CareRecord, read_record};
use crate::{Store, StoreError};

/// Which records are looked for. What is empty or none does not narrow the search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Who wrote them.
    pub listener: Option<i64>,
    /// From when on they were begun, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Until when, this moment not included.
    pub until_ms: Option<i64>,
    /// Their grade.
    pub grade: Option<i64>,
    /// The département of the caller.
    pub departement: String,
    /// The line.
    pub line: String,
    /// Whether they are closed.
    pub closed: Option<bool>,
}

impl Store {
    /// The records that a query means, the latest first, and at most so many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_records(&self, query: &RecordQuery, most: i64) -> Result<Vec<CareRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM care_records
             WHERE ($1 < 0 OR listener = $1) AND opened_at >= $2 AND COALESCE(elsewhere_at, opened_at) >= $2
                 AND COALESCE(elsewhere_at, opened_at) < $3 AND ($4 < 0 OR grade = $4)
                 AND ($5 = '' OR departement = $5) AND ($6 = '' OR line = $6)
                 AND ($7 < 0 OR ($7 = 1 AND closed_at IS NOT NULL) OR ($7 = 0 AND closed_at IS NULL))
             ORDER BY COALESCE(elsewhere_at, opened_at) DESC, call, listener LIMIT $8",
        )
        .bind(query.listener.unwrap_or(-1))
        .bind(query.from_ms.unwrap_or(0))
        .bind(query.until_ms.unwrap_or(i64::MAX))
        .bind(query.grade.unwrap_or(-1))
        .bind(&query.departement)
        .bind(&query.line)
        .bind(query.closed.map_or(-1, i64::from))
        .bind(most)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_record).collect()
    }
}
