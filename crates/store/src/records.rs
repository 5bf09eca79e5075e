//! What a listener writes about a call, and who read or changed what.

mod amend;
mod search;

pub use amend::Amendment;
pub use search::RecordQuery;

use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// What a listener wrote about a call. With a hand-over, each listener of the call writes a record of their own. The words
/// are keys; what they mean is not known here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CareRecord {
    /// The call.
    pub call: i64,
    /// The listener who writes it.
    pub listener: i64,
    /// The line.
    pub line: String,
    /// When it was begun.
    pub opened_at: i64,
    /// When the call was, if this program did not carry it.
    pub elsewhere_at: Option<i64>,
    /// When it was closed; none while it is a draft. Set by [`Store::close_record`] only.
    pub closed_at: Option<i64>,
    /// The revision that was loaded; 0 for a new record.
    pub revision: i64,
    /// How grave it was, 0 to 5.
    pub grade: Option<i64>,
    /// Whether an addiction was spoken of.
    pub addiction: bool,
    /// What was spoken of.
    pub themes: Vec<String>,
    /// Who called.
    pub caller: CallerTraits,
    /// What else was answered, and by which form.
    pub form: FormAnswers,
}

/// What a form asks beyond what has a column of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormAnswers {
    /// The version of the protocol whose form the record was begun with; 0 for those from before there were any. It is set
    /// by the first draft: later ones do not change it.
    pub version: i64,
    /// What was answered, from the key of a field to its values.
    pub answers: BTreeMap<String, Vec<String>>,
    /// The listener's notes.
    pub notes: String,
}

/// What is written of a caller: nothing that names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallerTraits {
    /// Their profession.
    pub profession: Option<String>,
    /// Their département.
    pub departement: Option<String>,
    /// Their commune.
    pub commune: Option<String>,
    /// Their age, as a band.
    pub age_band: Option<String>,
}

/// A line of the audit: who read or changed what, without the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Lines are numbered in the order they were written.
    pub number: i64,
    /// When.
    pub at: i64,
    /// The member of staff.
    pub who: i64,
    /// What they did, as a key word.
    pub what: String,
    /// To what, such as `call-4711`.
    pub subject: String,
}

impl Store {
    /// Saves a draft, new or changed, and answers its revision for the next save.
    ///
    /// # Errors
    /// When the record is closed, when a later revision than the one handed in was saved meanwhile, or when the
    /// database does not take it.
    pub async fn save_draft(&self, record: &CareRecord) -> Result<i64, StoreError> {
        let Columns { themes, answers } = columns(record)?;
        let mut transaction = self.pools.begin().await?;
        let saved = sqlx::query(
            "INSERT INTO care_records (call, listener, line, opened_at, grade, addiction, themes, profession,
                 departement, commune, age_band, notes, revision, form, answers, elsewhere_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (call, listener) DO UPDATE SET line = excluded.line,
                 grade = excluded.grade, addiction = excluded.addiction, themes = excluded.themes,
                 profession = excluded.profession, departement = excluded.departement, commune = excluded.commune,
                 age_band = excluded.age_band, notes = excluded.notes, revision = excluded.revision,
                 answers = excluded.answers
             WHERE care_records.closed_at IS NULL AND care_records.revision < excluded.revision
             RETURNING revision",
        )
        .bind(record.call)
        .bind(record.listener)
        .bind(&record.line)
        .bind(record.opened_at)
        .bind(record.grade)
        .bind(i64::from(record.addiction))
        .bind(themes)
        .bind(&record.caller.profession)
        .bind(&record.caller.departement)
        .bind(&record.caller.commune)
        .bind(&record.caller.age_band)
        .bind(&record.form.notes)
        .bind(record.revision.saturating_add(1))
        .bind(record.form.version)
        .bind(answers)
        .bind(record.elsewhere_at)
        .fetch_all(&mut *transaction)
        .await?;
        let Some(row) = saved.first() else {
            let stored = sqlx::query("SELECT closed_at, revision FROM care_records WHERE call = $1 AND listener = $2")
                .bind(record.call)
                .bind(record.listener)
                .fetch_one(&mut *transaction)
                .await?;
            return Err(match stored.try_get::<Option<i64>, _>("closed_at")? {
                Some(_) => StoreError::RecordIsClosed(record.call),
                None => StoreError::StaleDraft { call: record.call, stored: stored.try_get("revision")? },
            });
        };
        let revision = row.try_get("revision")?;
        transaction.commit().await?;
        Ok(revision)
    }

    /// Closes a record: it is not changed any more. One that is closed already stays as it is.
    ///
    /// # Errors
    /// When the listener has no record of this call or the database does not answer.
    pub async fn close_record(&self, call: i64, listener: i64, at: i64) -> Result<(), StoreError> {
        let closed = sqlx::query(
            "UPDATE care_records SET closed_at = COALESCE(closed_at, $1) WHERE call = $2 AND listener = $3",
        )
        .bind(at)
        .bind(call)
        .bind(listener)
        .execute(&self.pools.writer)
        .await?;
        if closed.rows_affected() == 0 { Err(StoreError::NoRecord(call)) } else { Ok(()) }
    }

    /// What a listener wrote about a call, if they wrote anything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn record(&self, call: i64, listener: i64) -> Result<Option<CareRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM care_records WHERE call = $1 AND listener = $2")
            .bind(call)
            .bind(listener)
            .fetch_optional(&self.pools.reader)
            .await?;
        row.as_ref().map(read_record).transpose()
    }

    /// Everything that was written about a call, in the order in which its listeners began to write.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn records_of(&self, call: i64) -> Result<Vec<CareRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM care_records WHERE call = $1 ORDER BY opened_at, listener")
            .bind(call)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read_record).collect()
    }

    /// In how many records a field was answered, drafts among them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn answered(&self, field: &str) -> Result<i64, StoreError> {
        // The words of fields that have columns are constants here; any other is a value that is looked for.
        let own = match field {
            "grade" => Some("grade IS NOT NULL"),
            "addiction" => Some("addiction <> 0"),
            "themes" => Some("themes <> '[]'"),
            "profession" => Some("profession IS NOT NULL"),
            "place" => Some("departement IS NOT NULL OR commune IS NOT NULL"),
            "age_band" => Some("age_band IS NOT NULL"),
            "notes" => Some("notes <> ''"),
            _ => None,
        };
        let condition = own.unwrap_or("answers LIKE $1 ESCAPE '!'");
        let counted = AssertSqlSafe(format!("SELECT COUNT(*) AS records FROM care_records WHERE {condition}"));
        // A quotation mark inside an answer is written with a backslash before it, so only a key is found so.
        let key = format!("%\"{}\":[%", field.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        let query = sqlx::query(counted);
        let query = if own.is_some() { query } else { query.bind(key) };
        Ok(query.fetch_one(&self.pools.reader).await?.try_get("records")?)
    }

    /// A listener's drafts, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_records(&self, listener: i64) -> Result<Vec<CareRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM care_records WHERE listener = $1 AND closed_at IS NULL ORDER BY opened_at, call",
        )
        .bind(listener)
        .fetch_all(&self.pools.reader)
        .await?;
        rows.iter().map(read_record).collect()
    }

    /// Writes one line of the audit: who did what to what. Never what it says.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn audit(&self, at: i64, who: i64, what: &str, subject: &str) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        sqlx::query(
            "INSERT INTO audit (number, at, who, what, subject)
             VALUES ((SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM audit), $1, $2, $3, $4)",
        )
        .bind(at)
        .bind(who)
        .bind(what)
        .bind(subject)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The latest lines of the audit about one subject, the latest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn audit_of(&self, subject: &str, limit: i64) -> Result<Vec<AuditLine>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit WHERE subject = $1 ORDER BY number DESC LIMIT $2")
            .bind(subject)
            .bind(limit)
            .fetch_all(&self.pools.reader)
            .await?;
        let read = |row: &AnyRow| {
            Ok(AuditLine {
                number: row.try_get("number")?,
                at: row.try_get("at")?,
                who: row.try_get("who")?,
                what: row.try_get("what")?,
                subject: row.try_get("subject")?,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// What a record says in columns that hold JSON.
struct Columns {
    themes: String,
    answers: String,
}

fn columns(record: &CareRecord) -> Result<Columns, StoreError> {
    Ok(Columns {
        themes: serde_json::to_string(&record.themes).map_err(StoreError::Unwritable)?,
        answers: serde_json::to_string(&record.form.answers).map_err(StoreError::Unwritable)?,
    })
}

pub(crate) fn read_record(row: &AnyRow) -> Result<CareRecord, StoreError> {
    let themes: String = row.try_get("themes")?;
    let themes = serde_json::from_str(&themes)
        .map_err(|_| StoreError::UnknownWord { column: "care_records.themes", word: themes.clone() })?;
    // What was answered is never shown in a fault: messages end up in logs.
    let answers: String = row.try_get("answers")?;
    let answers = serde_json::from_str(&answers)
        .map_err(|_| StoreError::UnknownWord { column: "care_records.answers", word: String::new() })?;
    Ok(CareRecord {
        call: row.try_get("call")?,
        listener: row.try_get("listener")?,
        line: row.try_get("line")?,
        opened_at: row.try_get("opened_at")?,
        elsewhere_at: row.try_get("elsewhere_at")?,
        closed_at: row.try_get("closed_at")?,
        revision: row.try_get("revision")?,
        grade: row.try_get("grade")?,
        addiction: row.try_get::<i64, _>("addiction")? != 0,
        themes,
        caller: CallerTraits {
            profession: row.try_get("profession")?,
            departement: row.try_get("departement")?,
            commune: row.try_get("commune")?,
            age_band: row.try_get("age_band")?,
        },
        form: FormAnswers { version: row.try_get("form")?, answers, notes: row.try_get("notes")? },
    })
}
