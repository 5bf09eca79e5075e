//! Plans: lines with their flows, queues, relays and the care for listeners. One of them is in force; at most one is a
//! draft, which people change until they put it in force. A plan that was in force once is never changed again.

use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use switchboard::Plan;

/// A plan as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
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
    /// What it says. The tables of time zones are not in it: [`Plan::complete`] puts them in.
    pub plan: Plan,
}

/// A time at which a plan was put in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanUse {
    /// Which plan.
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

impl Store {
    /// The plan that is in force, if one ever was put in force.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn plan_in_force(&self) -> Result<Option<PlanRow>, StoreError> {
        let row = sqlx::query(
            "SELECT plans.* FROM plans JOIN plans_in_force ON plans_in_force.version = plans.version
             ORDER BY plans_in_force.number DESC LIMIT 1",
        )
        .fetch_optional(&self.pools.reader)
        .await?;
        row.as_ref().map(read_plan).transpose()
    }

    /// The draft, if there is one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn draft_plan(&self) -> Result<Option<PlanRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM plans WHERE draft = 1 ORDER BY version DESC LIMIT 1")
            .fetch_optional(&self.pools.reader)
            .await?;
        row.as_ref().map(read_plan).transpose()
    }

    /// A plan by its number.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn plan(&self, version: i64) -> Result<Option<PlanRow>, StoreError> {
        let row = sqlx::query("SELECT * FROM plans WHERE version = $1")
            .bind(version)
            .fetch_optional(&self.pools.reader)
            .await?;
        row.as_ref().map(read_plan).transpose()
    }

    /// When which plan was put in force, the last one first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn plan_uses(&self, most: i64) -> Result<Vec<PlanUse>, StoreError> {
        let rows = sqlx::query("SELECT version, at, who FROM plans_in_force ORDER BY number DESC LIMIT $1")
            .bind(most)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(PlanUse { version: row.try_get("version")?, at: row.try_get("at")?, who: row.try_get("who")? })
            })
            .collect()
    }

    /// Writes the draft: changes the one that was seen, or makes one where none was.
    ///
    /// # Errors
    /// [`StoreError::StalePlan`] when there is another draft than the one that was seen; when the database does not take
    /// it.
    pub async fn save_plan_draft(
        &self,
        plan: &Plan,
        seen: Option<DraftSeen>,
        who: i64,
        now: i64,
    ) -> Result<DraftSeen, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let last: i64 = sqlx::query("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS last FROM plans")
            .fetch_one(&mut *transaction)
            .await?
            .try_get("last")?;
        let next = match seen {
            Some(seen) => DraftSeen { version: seen.version, revision: seen.revision + 1 },
            None => DraftSeen { version: last + 1, revision: 1 },
        };
        let body = body(plan, next.version)?;
        let written = match seen {
            Some(seen) => {
                sqlx::query(
                    "UPDATE plans SET body = $1, revision = $2, made_at = $3, made_by = $4
                     WHERE version = $5 AND revision = $6 AND draft = 1",
                )
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
                sqlx::query(
                    "INSERT INTO plans (version, made_at, made_by, revision, draft, body)
                     SELECT $1, $2, $3, 1, 1, $4 WHERE NOT EXISTS (SELECT 1 FROM plans WHERE draft = 1)",
                )
                .bind(next.version)
                .bind(now)
                .bind(who)
                .bind(body)
                .execute(&mut *transaction)
                .await?
            }
        };
        if written.rows_affected() == 0 {
            return Err(StoreError::StalePlan);
        }
        transaction.commit().await?;
        Ok(next)
    }

    /// Throws the draft away that was seen.
    ///
    /// # Errors
    /// [`StoreError::StalePlan`] when it was changed meanwhile; when the database does not take it.
    pub async fn drop_draft(&self, seen: DraftSeen) -> Result<(), StoreError> {
        let done = sqlx::query("DELETE FROM plans WHERE version = $1 AND revision = $2 AND draft = 1")
            .bind(seen.version)
            .bind(seen.revision)
            .execute(&self.pools.writer)
            .await?;
        if done.rows_affected() == 0 { Err(StoreError::StalePlan) } else { Ok(()) }
    }

    /// Puts the draft that was seen in force.
    ///
    /// # Errors
    /// [`StoreError::StalePlan`] when it was changed meanwhile; when the database does not take it.
    pub async fn put_draft_in_force(&self, seen: DraftSeen, who: i64, now: i64) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let done = sqlx::query("UPDATE plans SET draft = 0 WHERE version = $1 AND revision = $2 AND draft = 1")
            .bind(seen.version)
            .bind(seen.revision)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::StalePlan);
        }
        put_in_force(&mut transaction, seen.version, who, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Puts a plan in force again that was in force before. Answers whether there was such a plan.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_back_in_force(&self, version: i64, who: i64, now: i64) -> Result<bool, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let known = sqlx::query("SELECT version FROM plans_in_force WHERE version = $1")
            .bind(version)
            .fetch_all(&mut *transaction)
            .await?;
        if known.is_empty() {
            return Ok(false);
        }
        put_in_force(&mut transaction, version, who, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Puts a plan in force where none ever was, as a new service's first one. Answers what is in force then.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn first_plan(&self, plan: &Plan, now: i64) -> Result<PlanRow, StoreError> {
        if let Some(known) = self.plan_in_force().await? {
            return Ok(known);
        }
        let seen = self.draft_plan().await?.map(|draft| DraftSeen { version: draft.version, revision: draft.revision });
        let seen = self.save_plan_draft(plan, seen, 0, now).await?;
        self.put_draft_in_force(seen, 0, now).await?;
        self.plan_in_force().await?.ok_or(StoreError::StalePlan)
    }
}

async fn put_in_force(
    transaction: &mut Transaction<'static, Any>,
    version: i64,
    who: i64,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO plans_in_force (number, version, at, who)
         VALUES ((SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM plans_in_force), $1, $2, $3)",
    )
    .bind(version)
    .bind(now)
    .bind(who)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn body(plan: &Plan, version: i64) -> Result<String, StoreError> {
    let plan = Plan { version, ..plan.clone() };
    serde_json::to_string(&plan).map_err(StoreError::Unwritable)
}

fn read_plan(row: &AnyRow) -> Result<PlanRow, StoreError> {
    let version = row.try_get("version")?;
    let body: String = row.try_get("body")?;
    let plan = serde_json::from_str(&body)
        .map_err(|fault| StoreError::UnreadablePlan { version, detail: fault.to_string() })?;
    Ok(PlanRow {
        version,
        revision: row.try_get("revision")?,
        draft: row.try_get::<i64, _>("draft")? != 0,
        made_at: row.try_get("made_at")?,
        made_by: row.try_get("made_by")?,
        plan,
    })
}
