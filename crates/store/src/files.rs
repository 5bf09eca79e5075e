//! Files of entries that were sent to be taken in, how their columns are read, and which entries are not the same although
//! they look alike. What mappings and outcomes mean is not known here.

use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A file of entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileRow {
    /// By what it is known.
    pub id: String,
    /// Its name where it came from.
    pub name: String,
    /// Its format, as a key word.
    pub format: String,
    /// How large it is.
    pub bytes: i64,
    /// Where its entries come from, in words.
    pub source: String,
    /// When it was sent.
    pub sent_at: i64,
    /// Who sent it.
    pub sent_by: i64,
    /// Which column is what, as JSON; empty for formats that have no columns.
    pub mapping: String,
    /// How its first rows are read, as JSON.
    pub preview: String,
    /// What became of it at the last try, as JSON; empty before.
    pub outcome: String,
    /// When the last try ended.
    pub ended_at: Option<i64>,
    /// The import that took it in; none if it was only tried.
    pub import: Option<i64>,
}

/// How the columns of a table are read, as somebody saved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMapping {
    /// The mapping, as JSON.
    pub mapping: String,
    /// When it was saved.
    pub saved_at: i64,
    /// Who saved it.
    pub saved_by: i64,
}

impl Store {
    /// Remembers a file that was sent.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_file(&self, file: &FileRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO directory_files (id, name, format, bytes, source, sent_at, sent_by, mapping, preview, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')",
        )
        .bind(&file.id)
        .bind(&file.name)
        .bind(&file.format)
        .bind(file.bytes)
        .bind(&file.source)
        .bind(file.sent_at)
        .bind(file.sent_by)
        .bind(&file.mapping)
        .bind(&file.preview)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// Says how a file is read from now on.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn set_file_mapping(&self, id: &str, mapping: &str, preview: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE directory_files SET mapping = $1, preview = $2, outcome = '', ended_at = NULL
             WHERE id = $3 AND import IS NULL",
        )
        .bind(mapping)
        .bind(preview)
        .bind(id)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// Says what became of a file, and which import it was, if it was one.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn set_file_outcome(
        &self,
        id: &str,
        outcome: &str,
        import: Option<i64>,
        at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE directory_files SET outcome = $1, import = $2, ended_at = $3 WHERE id = $4")
            .bind(outcome)
            .bind(import)
            .bind(at)
            .bind(id)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// A file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn file(&self, id: &str) -> Result<Option<FileRow>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM directory_files WHERE id = $1").bind(id).fetch_all(&self.pools.reader).await?;
        rows.first().map(read_file).transpose()
    }

    /// The files, the latest first, without their previews and outcomes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn files(&self, limit: i64) -> Result<Vec<FileRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, format, bytes, source, sent_at, sent_by, mapping, '' AS preview, '' AS outcome, ended_at, import
             FROM directory_files ORDER BY sent_at DESC, id LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_file).collect()
    }

    /// Forgets a file that was not taken in.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn drop_file(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM directory_files WHERE id = $1 AND import IS NULL")
            .bind(id)
            .execute(&self.pools.writer)
            .await?;
        Ok(())
    }

    /// How tables with this header are read, if somebody has said so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn saved_mapping(&self, header: &str) -> Result<Option<SavedMapping>, StoreError> {
        let rows = sqlx::query("SELECT mapping, saved_at, saved_by FROM directory_mappings WHERE header = $1")
            .bind(header)
            .fetch_all(&self.pools.reader)
            .await?;
        let read = |row: &AnyRow| {
            let (mapping, saved_at) = (row.try_get("mapping")?, row.try_get("saved_at")?);
            Ok(SavedMapping { mapping, saved_at, saved_by: row.try_get("saved_by")? })
        };
        rows.first().map(read).transpose()
    }

    /// Saves how tables with this header are read.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn save_mapping(&self, header: &str, mapping: &str, who: i64, at: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO directory_mappings (header, mapping, saved_at, saved_by) VALUES ($1, $2, $3, $4)
             ON CONFLICT (header) DO UPDATE SET mapping = excluded.mapping, saved_at = excluded.saved_at,
                 saved_by = excluded.saved_by",
        )
        .bind(header)
        .bind(mapping)
        .bind(at)
        .bind(who)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// Remembers that two entries are not the same.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn say_distinct(&self, one: &str, other: &str, who: i64, at: i64) -> Result<(), StoreError> {
        let (one, other) = if one <= other { (one, other) } else { (other, one) };
        sqlx::query(
            "INSERT INTO directory_distinct (one, other, said_at, said_by) VALUES ($1, $2, $3, $4)
             ON CONFLICT (one, other) DO NOTHING",
        )
        .bind(one)
        .bind(other)
        .bind(at)
        .bind(who)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// The pairs of entries that are not the same, the lesser key first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn distinct_entries(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query("SELECT one, other FROM directory_distinct").fetch_all(&self.pools.reader).await?;
        rows.iter().map(|row| Ok((row.try_get("one")?, row.try_get("other")?))).collect()
    }
}

fn read_file(row: &AnyRow) -> Result<FileRow, StoreError> {
    Ok(FileRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        format: row.try_get("format")?,
        bytes: row.try_get("bytes")?,
        source: row.try_get("source")?,
        sent_at: row.try_get("sent_at")?,
        sent_by: row.try_get("sent_by")?,
        mapping: row.try_get("mapping")?,
        preview: row.try_get("preview")?,
        outcome: row.try_get("outcome")?,
        ended_at: row.try_get("ended_at")?,
        import: row.try_get("import")?,
    })
}
