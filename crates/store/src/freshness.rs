//! How fresh the directory is: what is said of its entries, and how many nobody has confirmed for long.

use crate::counting::counts;
use crate::{Store, StoreError};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Something that is said of an entry, for a keeper to decide on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its number.
    pub id: i64,
    /// What is said.
    pub said: NewRemark,
    /// When.
    pub made_at: i64,
    /// How it stands.
    pub state: RemarkState,
}

/// The same, not yet remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRemark {
    /// The entry.
    pub entry: String,
    /// What kind of remark, as a key word.
    pub kind: String,
    /// What is said, as a text or as JSON.
    pub body: String,
    /// Which member of staff says it; 0 for the one whom the entry is about.
    pub made_by: i64,
}

/// How a remark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemarkState {
    /// Nobody has decided.
    Open,
    /// It was followed.
    Taken,
    /// It was not.
    Refused,
}

impl RemarkState {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Taken => "taken",
            Self::Refused => "refused",
        }
    }
}

/// How many entries of a département are confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleCount {
    /// The code of the département; empty for entries without any.
    pub departement: String,
    /// How many entries there are.
    pub all: i64,
    /// How many were confirmed before the day that was asked for.
    pub old: i64,
    /// How many nobody has ever confirmed.
    pub never: i64,
}

/// How what is stale is counted.
pub(crate) const TEXT_OF_STALE: &str = concat!(
    "SELECT departement, COUNT(*) AS everything, COUNT(*) FILTER (WHERE confirmed < $1) AS old,
         COUNT(*) FILTER (WHERE confirmed IS NULL) AS never
     FROM directory_entries WHERE ",
    counts!(),
    " GROUP BY departement ORDER BY departement"
);

impl Store {
    /// Remembers what is said of an entry; the same again while it is open counts once.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn put_remark(&self, remark: &NewRemark, at: i64) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        sqlx::query(
            "INSERT INTO directory_remarks (id, entry, kind, body, made_at, made_by, state)
             SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM directory_remarks), $1, $2, $3, $4, $5, 'open'
             WHERE NOT EXISTS (SELECT 1 FROM directory_remarks
                 WHERE entry = $1 AND kind = $2 AND body = $3 AND state = 'open')",
        )
        .bind(&remark.entry)
        .bind(&remark.kind)
        .bind(&remark.body)
        .bind(at)
        .bind(remark.made_by)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What nobody has decided on, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_remarks(&self, limit: i64) -> Result<Vec<Remark>, StoreError> {
        let rows = sqlx::query("SELECT * FROM directory_remarks WHERE state = 'open' ORDER BY made_at, id LIMIT $1")
            .bind(limit)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read_remark).collect()
    }

    /// A remark.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remark(&self, id: i64) -> Result<Option<Remark>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM directory_remarks WHERE id = $1").bind(id).fetch_all(&self.pools.reader).await?;
        rows.first().map(read_remark).transpose()
    }

    /// Decides on a remark, if nobody has. Answers whether nobody had.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn decide_remark(&self, id: i64, state: RemarkState, who: i64, at: i64) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE directory_remarks SET state = $1, decided_at = $2, decided_by = $3 WHERE id = $4 AND state = 'open'",
        )
        .bind(state.word())
        .bind(at)
        .bind(who)
        .bind(id)
        .execute(&self.pools.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// How many entries of each département were confirmed before a day, or never.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stale_entries(&self, before: i64) -> Result<Vec<StaleCount>, StoreError> {
        let rows = sqlx::query(TEXT_OF_STALE).bind(before).fetch_all(&self.pools.reader).await?;
        let read = |row: &AnyRow| {
            Ok(StaleCount {
                departement: row.try_get("departement")?,
                all: row.try_get("everything")?,
                old: row.try_get("old")?,
                never: row.try_get("never")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The entries whose numbers must be right (other helplines and emergency services): number of the version, when it was
    /// made, and body.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn vital_entries(&self) -> Result<Vec<(i64, i64, String)>, StoreError> {
        let mut found = Vec::new();
        for text in [
            concat!("SELECT number, made_at, body FROM directory_entries WHERE kind = 'relay' AND ", counts!()),
            concat!(
                "SELECT number, made_at, body FROM directory_entries WHERE kind = 'emergency_service' AND ",
                counts!()
            ),
        ] {
            for row in sqlx::query(text).fetch_all(&self.pools.reader).await? {
                found.push((row.try_get("number")?, row.try_get("made_at")?, row.try_get("body")?));
            }
        }
        Ok(found)
    }

    /// Entries with a mail address that were confirmed before a day, or never, after a number, in the order of their numbers.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unconfirmed_entries(
        &self,
        before: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, String)>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT number, body FROM directory_entries WHERE number > $1 AND (confirmed IS NULL OR confirmed < $2)
                 AND body LIKE '%\"email\"%' AND ",
            counts!(),
            " ORDER BY number LIMIT $3"
        ))
        .bind(after)
        .bind(before)
        .bind(limit)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(|row| Ok((row.try_get("number")?, row.try_get("body")?))).collect()
    }
}

fn read_remark(row: &AnyRow) -> Result<Remark, StoreError> {
    let state = match row.try_get("state")? {
        "open" => RemarkState::Open,
        "taken" => RemarkState::Taken,
        "refused" => RemarkState::Refused,
        other => {
            return Err(StoreError::UnknownWord { column: "directory_remarks.state", word: str::to_owned(other) });
        }
    };
    Ok(Remark {
        id: row.try_get("id")?,
        said: NewRemark {
            entry: row.try_get("entry")?,
            kind: row.try_get("kind")?,
            body: row.try_get("body")?,
            made_by: row.try_get("made_by")?,
        },
        made_at: row.try_get("made_at")?,
        state,
    })
}
