//! Imports of entries: written beside what counts, a batch at a time, and put in force as a whole.

use crate::entries::{Made, current_of, insert_versions, take_changes};
use crate::sql::{ROWS, about_rows};
use crate::{EntryRow, Store, StoreError};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use std::collections::{HashMap, HashSet};

/// An import of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Its number.
    pub id: i64,
    /// From where, as « FINESS, 12 mai 2026 ».
    pub source: String,
    /// The format, as a key word.
    pub format: String,
    /// When it was begun.
    pub begun_at: i64,
    /// Who began it.
    pub begun_by: i64,
    /// How it stands.
    pub state: ImportState,
    /// When it was put in force or given up.
    pub ended_at: Option<i64>,
    /// What it did so far.
    pub counts: ImportCounts,
}

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// It is being written; nothing of it counts.
    Running,
    /// All of it counts.
    InForce,
    /// Nothing of it counts, nor ever will.
    GivenUp,
}

impl ImportState {
    fn read(word: &str) -> Result<Self, StoreError> {
        match word {
            "running" => Ok(Self::Running),
            "in_force" => Ok(Self::InForce),
            "given_up" => Ok(Self::GivenUp),
            other => Err(StoreError::UnknownWord { column: "directory_imports.state", word: other.to_owned() }),
        }
    }
}

/// What an import did, in entries; those that were refused in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportCounts {
    /// New ones.
    pub added: i64,
    /// Known ones that say something else now.
    pub changed: i64,
    /// Known ones that say the same.
    pub unchanged: i64,
    /// Known ones that somebody of the house has changed by hand, and that are therefore left as they are.
    pub kept: i64,
    /// Rows that could not be taken.
    pub refused: i64,
}

/// What would become of an entry of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weighed {
    /// It is a new one.
    Added,
    /// It is known and says the same.
    Unchanged,
    /// It is known and would say something else than it does now.
    Changed {
        /// The entry as it is, as JSON.
        before: String,
    },
    /// Somebody of the house has changed it by hand, and it would be left as it is.
    Kept {
        /// The entry as it is, as JSON.
        before: String,
    },
}

impl Store {
    /// Begins an import.
    ///
    /// # Errors
    /// [`StoreError::ImportRunning`] when another is under way; when the database does not take it.
    pub async fn begin_import(&self, source: &str, format: &str, who: i64, at: i64) -> Result<i64, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let id = take_changes(&mut transaction, 1).await?;
        let running = sqlx::query("SELECT id FROM directory_imports WHERE state = 'running'")
            .fetch_all(&mut *transaction)
            .await?;
        if !running.is_empty() {
            return Err(StoreError::ImportRunning);
        }
        sqlx::query(
            "INSERT INTO directory_imports (id, source, format, begun_at, begun_by, state, added, changed, unchanged, kept,
                 refused)
             VALUES ($1, $2, $3, $4, $5, 'running', 0, 0, 0, 0, 0)",
        )
        .bind(id)
        .bind(source)
        .bind(format)
        .bind(at)
        .bind(who)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Writes some entries of an import; what says the same as what counts is left alone. The same entry twice in one import
    /// counts as it came last. What somebody of the house has changed by hand is left as it is, unless it is to be replaced.
    /// Answers what was done.
    ///
    /// # Errors
    /// [`StoreError::NoSuchImport`] when it is not running any more; when the database does not take them.
    pub async fn import_entries(
        &self,
        import: i64,
        entries: &[EntryRow],
        refused: i64,
        replace: bool,
        at: i64,
    ) -> Result<ImportCounts, StoreError> {
        // Of one key the last one counts, also within a batch.
        let last: HashMap<&str, &EntryRow> = entries.iter().map(|entry| (entry.id.as_str(), entry)).collect();
        let mut transaction = self.pools.begin().await?;
        let count = i64::try_from(last.len()).unwrap_or(i64::MAX);
        let first = take_changes(&mut transaction, count).await?;
        let ids: Vec<String> = last.keys().map(|id| (*id).to_owned()).collect();
        let known = current_of(&mut transaction, &ids).await?;
        let known: HashMap<&str, _> = known.iter().map(|version| (version.id.as_str(), version)).collect();
        // What this import has brought of the same entries before is no more, and was counted then.
        let earlier = drop_earlier(&mut transaction, &ids).await?;
        let mut counts = ImportCounts { refused, ..ImportCounts::default() };
        let mut seen = HashSet::new();
        let (mut fresh, mut ended) = (Vec::new(), Vec::new());
        for entry in entries {
            let Some(entry) = last.get(entry.id.as_str()).filter(|_| seen.insert(entry.id.as_str())) else { continue };
            let one = i64::from(!earlier.contains(&entry.id));
            match known.get(entry.id.as_str()) {
                Some(version) if version.body == entry.body => {
                    counts.unchanged += one;
                    continue;
                }
                Some(version) if version.import == 0 && version.made_by != 0 && !replace => {
                    counts.kept += one;
                    continue;
                }
                Some(version) => {
                    counts.changed += one;
                    ended.push(version.number);
                }
                None => counts.added += one,
            }
            let number = first + i64::try_from(fresh.len()).unwrap_or(0);
            fresh.push((number, *entry));
        }
        insert_versions(&mut transaction, &fresh, Made { import, who: 0, at }).await?;
        end_by_import(&mut transaction, import, &ended).await?;
        let counted = sqlx::query(
            "UPDATE directory_imports SET added = added + $1, changed = changed + $2, unchanged = unchanged + $3,
                 kept = kept + $4, refused = refused + $5
             WHERE id = $6 AND state = 'running'",
        )
        .bind(counts.added)
        .bind(counts.changed)
        .bind(counts.unchanged)
        .bind(counts.kept)
        .bind(counts.refused)
        .bind(import)
        .execute(&mut *transaction)
        .await?;
        if counted.rows_affected() == 0 {
            return Err(StoreError::NoSuchImport);
        }
        transaction.commit().await?;
        Ok(counts)
    }

    /// Says what an import of some entries would do with each, without doing it; `replace` as for the import itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn weigh_entries(&self, entries: &[EntryRow], replace: bool) -> Result<Vec<Weighed>, StoreError> {
        let mut reader = self.pools.begin_snapshot().await?;
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        let known = current_of(&mut reader, &ids).await?;
        let known: HashMap<&str, _> = known.iter().map(|version| (version.id.as_str(), version)).collect();
        let weighed = entries.iter().map(|entry| match known.get(entry.id.as_str()) {
            None => Weighed::Added,
            Some(version) if version.body == entry.body => Weighed::Unchanged,
            Some(version) if version.import == 0 && version.made_by != 0 && !replace => {
                Weighed::Kept { before: version.body.clone() }
            }
            Some(version) => Weighed::Changed { before: version.body.clone() },
        });
        Ok(weighed.collect())
    }

    /// Puts a running import in force: from now on all of it counts, and what it replaces does not. Answers the change.
    ///
    /// # Errors
    /// [`StoreError::NoSuchImport`] when it is not running any more; when the database does not take it.
    pub async fn put_import_in_force(&self, import: i64, at: i64) -> Result<i64, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let change = take_changes(&mut transaction, 1).await?;
        let done = sqlx::query(
            "UPDATE directory_imports SET state = 'in_force', ended_at = $1, in_force_change = $2
             WHERE id = $3 AND state = 'running'",
        )
        .bind(at)
        .bind(change)
        .bind(import)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NoSuchImport);
        }
        transaction.commit().await?;
        Ok(change)
    }

    /// Gives a running import up: nothing of it counts. One that is not running stays as it is.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn give_import_up(&self, import: i64, at: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE directory_imports SET state = 'given_up', ended_at = $1 WHERE id = $2 AND state = 'running'",
        )
        .bind(at)
        .bind(import)
        .execute(&self.pools.writer)
        .await?;
        Ok(())
    }

    /// The imports, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn imports(&self, limit: i64) -> Result<Vec<ImportRow>, StoreError> {
        let rows = sqlx::query("SELECT * FROM directory_imports ORDER BY id DESC LIMIT $1")
            .bind(limit)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read_import).collect()
    }

    /// Deletes some versions that imports brought or replaced and that will never count again. Answers how many: none when
    /// all are gone. Versions made by hand stay, as the history of their entries.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn purge_entries(&self, limit: i64) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "DELETE FROM directory_entries WHERE number IN (
                 SELECT number FROM directory_entries WHERE import <> 0 AND (
                     ended_by = 0
                     OR ended_by IN (SELECT i.id FROM directory_imports i WHERE i.state = 'in_force')
                     OR import IN (SELECT i.id FROM directory_imports i WHERE i.state = 'given_up'))
                 LIMIT $1)",
        )
        .bind(limit)
        .execute(&self.pools.writer)
        .await?;
        Ok(done.rows_affected())
    }
}

/// Deletes what the running import has brought of these entries; answers of which there was something. Only one runs.
async fn drop_earlier(
    transaction: &mut Transaction<'static, Any>,
    ids: &[String],
) -> Result<HashSet<String>, StoreError> {
    let mut dropped = HashSet::new();
    for piece in ids.chunks(ROWS) {
        let mut query = sqlx::query(text_of_drop(piece.len()));
        for id in piece {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut **transaction).await? {
            dropped.insert(row.try_get("id")?);
        }
    }
    Ok(dropped)
}

/// How what the running import has brought of so many entries is deleted.
pub(crate) fn text_of_drop(entries: usize) -> AssertSqlSafe<String> {
    let running = ") AND +import IN (SELECT i.id FROM directory_imports i WHERE i.state = 'running') RETURNING id";
    about_rows("DELETE FROM directory_entries WHERE id IN (", entries, 1, running)
}

async fn end_by_import(
    transaction: &mut Transaction<'static, Any>,
    import: i64,
    numbers: &[i64],
) -> Result<(), StoreError> {
    for number in numbers {
        sqlx::query("UPDATE directory_entries SET ended_by = $1 WHERE number = $2")
            .bind(import)
            .bind(number)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

fn read_import(row: &AnyRow) -> Result<ImportRow, StoreError> {
    Ok(ImportRow {
        id: row.try_get("id")?,
        source: row.try_get("source")?,
        format: row.try_get("format")?,
        begun_at: row.try_get("begun_at")?,
        begun_by: row.try_get("begun_by")?,
        state: ImportState::read(row.try_get("state")?)?,
        ended_at: row.try_get("ended_at")?,
        counts: ImportCounts {
            added: row.try_get("added")?,
            changed: row.try_get("changed")?,
            unchanged: row.try_get("unchanged")?,
            kept: row.try_get("kept")?,
            refused: row.try_get("refused")?,
        },
    })
}
