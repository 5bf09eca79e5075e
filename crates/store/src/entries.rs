//! The entries of the directory, as versions. What they mean and how they are searched is not known here.

use crate::counting::counts;
use crate::sql::{ROWS, about_rows};
use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

/// An entry as it is handed in: its key, what is asked about it in SQL, and the rest as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryRow {
    /// Its key, stable over imports.
    pub id: String,
    /// Its foremost kind, as a key word.
    pub kind: String,
    /// The code of its first département; empty when it has none.
    pub departement: String,
    /// The day of the last confirmation, as days since 1970-01-01.
    pub confirmed: Option<i64>,
    /// The entry, as JSON.
    pub body: String,
    /// Other names by which imports may know it, beside its key.
    pub names: Vec<String>,
}

/// A version of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVersion {
    /// The change that made it, by which it is known.
    pub number: i64,
    /// Which entry.
    pub id: String,
    /// The import that brought it; 0 for a change by hand.
    pub import: i64,
    /// When it was made.
    pub made_at: i64,
    /// Who made it; 0 for the program itself.
    pub made_by: i64,
    /// Whether it is the one that counts.
    pub counts: bool,
    /// The entry, as JSON.
    pub body: String,
}

/// What changed by hand after some change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryChanges {
    /// The last change there was.
    pub last: i64,
    /// Versions that ended.
    pub gone: Vec<i64>,
    /// Versions that came and still count: number and body.
    pub came: Vec<(i64, String)>,
    /// Whether an import was put in force since, so that all is to be read anew.
    pub imported: bool,
}

impl Store {
    /// Writes entries by hand, in the place of what is known by the same keys: all or none. Answers the number of each version.
    ///
    /// # Errors
    /// When the database does not take them.
    pub async fn put_entries(&self, entries: &[EntryRow], who: i64, at: i64) -> Result<Vec<i64>, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let mut number = take_changes(&mut transaction, count).await?;
        let mut numbers = Vec::with_capacity(entries.len());
        for entry in entries {
            end_by_hand(&mut transaction, &entry.id, number).await?;
            numbers.push(number);
            number += 1;
        }
        let versions: Vec<_> = numbers.iter().copied().zip(entries).collect();
        insert_versions(&mut transaction, &versions, Made { import: 0, who, at }).await?;
        transaction.commit().await?;
        Ok(numbers)
    }

    /// Changes an entry by hand, if the version that was seen still counts; with nothing in its place it is taken out.
    /// Answers the number of the new version, or of the change that took it out.
    ///
    /// # Errors
    /// [`StoreError::StaleEntry`] when it was changed meanwhile; when the database does not take it.
    pub async fn change_entry(
        &self,
        id: &str,
        seen: i64,
        entry: Option<&EntryRow>,
        who: i64,
        at: i64,
    ) -> Result<i64, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let number = take_changes(&mut transaction, 1).await?;
        let current = current_of(&mut transaction, &[id.to_owned()]).await?;
        if current.first().map(|version| version.number) != Some(seen) {
            return Err(StoreError::StaleEntry);
        }
        end_by_hand(&mut transaction, id, number).await?;
        if let Some(entry) = entry {
            insert_versions(&mut transaction, &[(number, entry)], Made { import: 0, who, at }).await?;
        }
        transaction.commit().await?;
        Ok(number)
    }

    /// Puts one entry in the place of two that are the same, if both are still as they were seen: it takes the first one's key, and
    /// the second one is taken out. From then on imports that name the second lead to the first.
    ///
    /// # Errors
    /// [`StoreError::StaleEntry`] when one of them was changed meanwhile; when the database does not take it.
    pub async fn merge_entries(
        &self,
        merged: &EntryRow,
        seen: i64,
        (other, other_seen): (&str, i64),
        who: i64,
        at: i64,
    ) -> Result<i64, StoreError> {
        let mut transaction = self.pools.begin().await?;
        let number = take_changes(&mut transaction, 1).await?;
        let current = current_of(&mut transaction, &[merged.id.clone(), other.to_owned()]).await?;
        let is_seen = |id: &str, seen| current.iter().any(|version| version.id == id && version.number == seen);
        if merged.id == other || !is_seen(&merged.id, seen) || !is_seen(other, other_seen) {
            return Err(StoreError::StaleEntry);
        }
        end_by_hand(&mut transaction, &merged.id, number).await?;
        end_by_hand(&mut transaction, other, number).await?;
        insert_versions(&mut transaction, &[(number, merged)], Made { import: 0, who, at }).await?;
        transaction.commit().await?;
        Ok(number)
    }

    /// The entries of a département that count (those without any for an empty code): up to `limit`, each with its number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_of(&self, departement: &str, limit: i64) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT number, body FROM directory_entries WHERE departement = $1 AND ",
            counts!(),
            " ORDER BY number LIMIT $2"
        ))
        .bind(departement)
        .bind(limit)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("number")?, row.try_get("body")?))).collect()
    }

    /// The version of an entry that counts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entry(&self, id: &str) -> Result<Option<EntryVersion>, StoreError> {
        let mut reader = self.pools.begin_snapshot().await?;
        Ok(current_of(&mut reader, &[id.to_owned()]).await?.pop())
    }

    /// Every version of an entry that is kept, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entry_versions(&self, id: &str) -> Result<Vec<EntryVersion>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT number, id, import, made_at, made_by, body, CAST(CASE WHEN ",
            counts!(),
            " THEN 1 ELSE 0 END AS BIGINT) AS counts FROM directory_entries WHERE id = $1 ORDER BY number DESC"
        ))
        .bind(id)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(|row| read_version(row, row.try_get::<i64, _>("counts")? != 0)).collect()
    }

    /// The bodies of versions, in no order; of those that are no more, nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entry_bodies(&self, numbers: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
        let mut bodies = Vec::with_capacity(numbers.len());
        for piece in numbers.chunks(ROWS) {
            let text = about_rows("SELECT number, body FROM directory_entries WHERE number IN (", piece.len(), 1, ")");
            let mut query = sqlx::query(text);
            for number in piece {
                query = query.bind(number);
            }
            for row in query.fetch_all(&self.pools.reader).await? {
                bodies.push((row.try_get("number")?, row.try_get("body")?));
            }
        }
        Ok(bodies)
    }

    /// The entries that count, in the order of their versions: up to `limit` of them after a number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_after(&self, number: i64, limit: i64) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT number, body FROM directory_entries WHERE number > $1 AND ",
            counts!(),
            " ORDER BY number LIMIT $2"
        ))
        .bind(number)
        .bind(limit)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("number")?, row.try_get("body")?))).collect()
    }

    /// Whether there is any entry.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn has_entries(&self) -> Result<bool, StoreError> {
        Ok(!self.entries_after(0, 1).await?.is_empty())
    }

    /// The last change of the directory.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_entry_change(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT last FROM directory_changes").fetch_one(&self.pools.reader).await?;
        Ok(row.try_get("last")?)
    }

    /// The keys of the entries that registers know by these names; a name that is itself a key is none of them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_named(&self, names: &[String]) -> Result<Vec<(String, String)>, StoreError> {
        let mut found = Vec::new();
        for piece in names.chunks(ROWS) {
            let text = about_rows("SELECT name, id FROM directory_names WHERE name IN (", piece.len(), 1, ")");
            let mut query = sqlx::query(text);
            for name in piece {
                query = query.bind(name);
            }
            for row in query.fetch_all(&self.pools.reader).await? {
                found.push((row.try_get("name")?, row.try_get("id")?));
            }
        }
        Ok(found)
    }

    /// The entries of these keys that count now, as JSON, with their keys.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entries_now(&self, ids: &[String]) -> Result<Vec<(String, String)>, StoreError> {
        let mut reader = self.pools.begin_snapshot().await?;
        let versions = current_of(&mut reader, ids).await?;
        Ok(versions.into_iter().map(|version| (version.id, version.body)).collect())
    }

    /// What changed by hand after a change, and whether an import was put in force since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entry_changes(&self, after: i64) -> Result<EntryChanges, StoreError> {
        let mut reader = self.pools.begin_snapshot().await?;
        let last = sqlx::query("SELECT last FROM directory_changes").fetch_one(&mut *reader).await?.try_get("last")?;
        let imported = sqlx::query("SELECT id FROM directory_imports WHERE in_force_change > $1 LIMIT 1")
            .bind(after)
            .fetch_all(&mut *reader)
            .await?;
        if !imported.is_empty() {
            return Ok(EntryChanges { last, imported: true, ..EntryChanges::default() });
        }
        let gone = sqlx::query("SELECT number FROM directory_entries WHERE ended_change > $1")
            .bind(after)
            .fetch_all(&mut *reader)
            .await?;
        let gone = gone.iter().map(|row| row.try_get("number")).collect::<Result<_, _>>()?;
        let came = sqlx::query(concat!(
            "SELECT number, body FROM directory_entries WHERE number > $1 AND import = 0 AND ",
            counts!(),
            " ORDER BY number"
        ))
        .bind(after)
        .fetch_all(&mut *reader)
        .await?;
        let came = came.iter().map(|row| Ok((row.try_get("number")?, row.try_get("body")?)));
        Ok(EntryChanges { last, gone, came: came.collect::<Result<_, sqlx::Error>>()?, imported: false })
    }
}

/// By what and when versions are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made {
    pub(crate) import: i64,
    pub(crate) who: i64,
    pub(crate) at: i64,
}

/// Takes the numbers of some changes; answers the first. Other writers of entries wait until the transaction ends.
pub(crate) async fn take_changes(transaction: &mut Transaction<'static, Any>, count: i64) -> Result<i64, StoreError> {
    let row = sqlx::query("UPDATE directory_changes SET last = last + $1 RETURNING last")
        .bind(count)
        .fetch_all(&mut **transaction)
        .await?;
    let last: i64 = row.first().ok_or(StoreError::StaleEntry)?.try_get("last")?;
    Ok(last - count + 1)
}

/// The versions of these entries that count.
pub(crate) async fn current_of(
    transaction: &mut Transaction<'static, Any>,
    ids: &[String],
) -> Result<Vec<EntryVersion>, StoreError> {
    let mut versions = Vec::with_capacity(ids.len());
    for piece in ids.chunks(ROWS) {
        let mut query = sqlx::query(text_of_current(piece.len()));
        for id in piece {
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut **transaction).await? {
            versions.push(read_version(&row, true)?);
        }
    }
    Ok(versions)
}

/// How the versions that count are asked for, of so many entries.
pub(crate) fn text_of_current(entries: usize) -> AssertSqlSafe<String> {
    const ASKED: &str = concat!(
        "SELECT number, id, import, made_at, made_by, body FROM directory_entries WHERE ",
        counts!(),
        " AND id IN ("
    );
    about_rows(ASKED, entries, 1, ")")
}

/// Ends what counts of an entry by a change by hand, and what a running import has brought of it: who changes something by
/// hand knows better than a file.
async fn end_by_hand(transaction: &mut Transaction<'static, Any>, id: &str, change: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE directory_entries SET ended_by = 0, ended_change = $1 WHERE id = $2 AND (ended_by IS NULL OR
             (ended_by <> 0 AND ended_by NOT IN (SELECT i.id FROM directory_imports i WHERE i.state = 'in_force')))",
    )
    .bind(change)
    .bind(id)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Writes versions with their numbers.
pub(crate) async fn insert_versions(
    transaction: &mut Transaction<'static, Any>,
    versions: &[(i64, &EntryRow)],
    made: Made,
) -> Result<(), StoreError> {
    for piece in versions.chunks(ROWS) {
        let text = about_rows(
            "INSERT INTO directory_entries (number, id, import, made_at, made_by, kind, departement, confirmed, body)
             VALUES ",
            piece.len(),
            9,
            "",
        );
        let mut query = sqlx::query(text);
        for (number, entry) in piece {
            query = query
                .bind(number)
                .bind(&entry.id)
                .bind(made.import)
                .bind(made.at)
                .bind(made.who)
                .bind(&entry.kind)
                .bind(&entry.departement)
                .bind(entry.confirmed)
                .bind(&entry.body);
        }
        query.execute(&mut **transaction).await?;
    }
    for (_, entry) in versions {
        for name in &entry.names {
            sqlx::query(
                "INSERT INTO directory_names (name, id) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET id = excluded.id",
            )
            .bind(name)
            .bind(&entry.id)
            .execute(&mut **transaction)
            .await?;
        }
    }
    Ok(())
}

fn read_version(row: &AnyRow, counts: bool) -> Result<EntryVersion, StoreError> {
    Ok(EntryVersion {
        number: row.try_get("number")?,
        id: row.try_get("id")?,
        import: row.try_get("import")?,
        made_at: row.try_get("made_at")?,
        made_by: row.try_get("made_by")?,
        counts,
        body: row.try_get("body")?,
    })
}
