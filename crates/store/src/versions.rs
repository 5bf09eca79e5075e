//! Documents that people change as a draft and put in force: plans and protocols. One version of each is in force; at most
//! one is a draft, which people change until they put it in force. A version that was in force once is never changed again.

use crate::{Store, StoreError};
use care::Protocol;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use std::marker::PhantomData;
use switchboard::Plan;

/// A document that has versions.
pub trait Document: Serialize + DeserializeOwned + Clone {
    /// The table of its versions. The table of when which was in force has the same name, with `_in_force` behind it.
    const TABLE: &'static str;

    /// The document with its number in it.
    #[must_use]
    fn numbered(&self, version: i64) -> Self;
}

impl Document for Plan {
    const TABLE: &'static str = "plans";

    fn numbered(&self, version: i64) -> Self {
        Self { version, ..self.clone() }
    }
}

impl Document for Protocol {
    const TABLE: &'static str = "protocols";

    fn numbered(&self, version: i64) -> Self {
        Self { version, ..self.clone() }
    }
}

/// A version of a document as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<D> {
    /// Its number.
    pub version: i64,
    /// How often it was changed while it was a draft.
    pub revision: i64,
    /// Whether it is the draft.
    pub draft: bool,
    /// When it was changed last, in milliseconds since 1970.
    pub made_at: i64,
    /// By whom; 0 for the program itself.
    pub made_by: i64,
    /// What it says. The tables of time zones are not in a plan: [`Plan::complete`] puts them in.
    pub body: D,
}

impl<D> Version<D> {
    /// What somebody has seen who has seen this.
    #[must_use]
    pub fn seen(&self) -> DraftSeen {
        DraftSeen { version: self.version, revision: self.revision }
    }
}

/// A time at which a version was put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionUse {
    /// Which version.
    pub version: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// By whom; 0 for the program itself.
    pub who: i64,
}

/// Which draft somebody had before their eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftSeen {
    /// Its number.
    pub version: i64,
    /// Its revision.
    pub revision: i64,
}

/// The versions of one kind of document.
#[derive(Debug)]
pub struct Versions<'a, D> {
    store: &'a Store,
    of: PhantomData<D>,
}

impl Store {
    /// The plans: lines with their flows, queues, relays and the care for listeners.
    #[must_use]
    pub fn plans(&self) -> Versions<'_, Plan> {
        Versions { store: self, of: PhantomData }
    }

    /// The protocols: the form of a care record, and what listeners do next.
    #[must_use]
    pub fn protocols(&self) -> Versions<'_, Protocol> {
        Versions { store: self, of: PhantomData }
    }
}

/// A text with the name of a kind's table in it, which is a constant of ours and never what somebody typed.
fn sql<D: Document>(text: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(text.replace("{table}", D::TABLE))
}

impl<D: Document> Versions<'_, D> {
    /// The version that is in force, if one ever was put in force.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn in_force(&self) -> Result<Option<Version<D>>, StoreError> {
        let row = sqlx::query(sql::<D>(
            "SELECT {table}.* FROM {table} JOIN {table}_in_force ON {table}_in_force.version = {table}.version
             ORDER BY {table}_in_force.number DESC LIMIT 1",
        ))
        .fetch_optional(&self.store.pools.reader)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// The draft, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn draft(&self) -> Result<Option<Version<D>>, StoreError> {
        let row = sqlx::query(sql::<D>("SELECT * FROM {table} WHERE draft = 1 ORDER BY version DESC LIMIT 1"))
            .fetch_optional(&self.store.pools.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// A version by its number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn get(&self, version: i64) -> Result<Option<Version<D>>, StoreError> {
        let row = sqlx::query(sql::<D>("SELECT * FROM {table} WHERE version = $1"))
            .bind(version)
            .fetch_optional(&self.store.pools.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// When which version was put in force, the last one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn uses(&self, most: i64) -> Result<Vec<VersionUse>, StoreError> {
        let rows = sqlx::query(sql::<D>("SELECT version, at, who FROM {table}_in_force ORDER BY number DESC LIMIT $1"))
            .bind(most)
            .fetch_all(&self.store.pools.reader)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(VersionUse { version: row.try_get("version")?, at: row.try_get("at")?, who: row.try_get("who")? })
            })
            .collect()
    }

    /// Writes the draft: changes the one that was seen, or makes one where none was.
    ///
    /// # Errors
    /// [`StoreError::StaleVersion`] when there is another draft than the one that was seen; when the database does not take
    /// it.
    pub async fn save_draft(
        &self,
        document: &D,
        seen: Option<DraftSeen>,
        who: i64,
        now: i64,
    ) -> Result<DraftSeen, StoreError> {
        let mut transaction = self.store.pools.begin_numbered().await?;
        let last: i64 = sqlx::query(sql::<D>("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS last FROM {table}"))
            .fetch_one(&mut *transaction)
            .await?
            .try_get("last")?;
        let next = match seen {
            Some(seen) => DraftSeen { version: seen.version, revision: seen.revision + 1 },
            None => DraftSeen { version: last + 1, revision: 1 },
        };
        let body = serde_json::to_string(&document.numbered(next.version)).map_err(StoreError::Unwritable)?;
        let written = match seen {
            Some(seen) => {
                sqlx::query(sql::<D>(
                    "UPDATE {table} SET body = $1, revision = $2, made_at = $3, made_by = $4
                     WHERE version = $5 AND revision = $6 AND draft = 1",
                ))
                .bind(body)
                .bind(next.revision)
                .bind(now)
                .bind(who)
                .bind(seen.version)
                .bind(seen.revision)
                .execute(&mut *transaction)
                .await?
            }
            None => {
                sqlx::query(sql::<D>(
                    "INSERT INTO {table} (version, made_at, made_by, revision, draft, body)
                     SELECT $1, $2, $3, 1, 1, $4 WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE draft = 1)",
                ))
                .bind(next.version)
                .bind(now)
                .bind(who)
                .bind(body)
                .execute(&mut *transaction)
                .await?
            }
        };
        if written.rows_affected() == 0 {
            return Err(StoreError::StaleVersion);
        }
        transaction.commit().await?;
        Ok(next)
    }

    /// Throws the draft away that was seen.
    ///
    /// # Errors
    /// [`StoreError::StaleVersion`] when it was changed meanwhile; when the database does not take it.
    pub async fn drop_draft(&self, seen: DraftSeen) -> Result<(), StoreError> {
        let done = sqlx::query(sql::<D>("DELETE FROM {table} WHERE version = $1 AND revision = $2 AND draft = 1"))
            .bind(seen.version)
            .bind(seen.revision)
            .execute(&self.store.pools.writer)
            .await?;
        if done.rows_affected() == 0 { Err(StoreError::StaleVersion) } else { Ok(()) }
    }

    /// Puts the draft that was seen in force.
    ///
    /// # Errors
    /// [`StoreError::StaleVersion`] when it was changed meanwhile; when the database does not take it.
    pub async fn put_draft_in_force(&self, seen: DraftSeen, who: i64, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.store.pools.begin_numbered().await?;
        let done =
            sqlx::query(sql::<D>("UPDATE {table} SET draft = 0 WHERE version = $1 AND revision = $2 AND draft = 1"))
                .bind(seen.version)
                .bind(seen.revision)
                .execute(&mut *transaction)
                .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::StaleVersion);
        }
        put_in_force::<D>(&mut transaction, seen.version, who, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Puts a version in force again that was in force before. Answers whether there was such a version.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_back_in_force(&self, version: i64, who: i64, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.store.pools.begin_numbered().await?;
        let known = sqlx::query(sql::<D>("SELECT version FROM {table}_in_force WHERE version = $1"))
            .bind(version)
            .fetch_all(&mut *transaction)
            .await?;
        if known.is_empty() {
            return Ok(false);
        }
        put_in_force::<D>(&mut transaction, version, who, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Puts a document in force where none ever was, as a new service's first one. Answers what is in force then.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn first(&self, document: &D, now: i64) -> Result<Version<D>, StoreError> {
        if let Some(known) = self.in_force().await? {
            return Ok(known);
        }
        let seen = self.draft().await?.map(|draft| draft.seen());
        let seen = self.save_draft(document, seen, 0, now).await?;
        self.put_draft_in_force(seen, 0, now).await?;
        self.in_force().await?.ok_or(StoreError::StaleVersion)
    }
}

async fn put_in_force<D: Document>(
    transaction: &mut Transaction<'static, Any>,
    version: i64,
    who: i64,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(sql::<D>(
        "INSERT INTO {table}_in_force (number, version, at, who)
         VALUES ((SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM {table}_in_force), $1, $2, $3)",
    ))
    .bind(version)
    .bind(now)
    .bind(who)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn read<D: Document>(row: &AnyRow) -> Result<Version<D>, StoreError> {
    let version = row.try_get("version")?;
    let body: String = row.try_get("body")?;
    let body = serde_json::from_str(&body).map_err(|fault| StoreError::UnreadableVersion {
        table: D::TABLE,
        version,
        detail: fault.to_string(),
    })?;
    Ok(Version {
        version,
        revision: row.try_get("revision")?,
        draft: row.try_get::<i64, _>("draft")? != 0,
        made_at: row.try_get("made_at")?,
        made_by: row.try_get("made_by")?,
        body,
    })
}
