//! What came of the calls of a period: where callers were sent on to, what they said to it, the emergency services that were
//! called, and what records say, field by field.
//!
//! A call belongs to the period in which it arrived. Nothing here is about one caller: everything is a count of calls.

use super::Report;
use super::figures::{Figure, Value};
use crate::records::{CareRecord, read_record};
use crate::{Store, StoreError};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use std::collections::BTreeMap;

pub(crate) const REPORT: Report = Report {
    key: "care",
    about: "Reorientation by kind and département, emergency calls with and without consent, answers by field",
};

/// The calls that count.
const CALLS: &str = "calls.arrived_at >= $1 AND calls.arrived_at < $2 AND ($3 = '' OR calls.line = $3)";

/// What came of the calls of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CareFigures {
    /// Calls whose caller reached a human.
    pub connected: u64,
    /// Of these, those whose caller was given at least one entry of the directory.
    pub reoriented: u64,
    /// Calls by what was given in them, by the kind of the entry.
    pub given: BTreeMap<String, u64>,
    /// Calls by what the caller said to a kind of which no entry was given: the kind and the answer.
    pub answers: BTreeMap<(String, String), u64>,
    /// By the caller's département: calls with a closed record, and those of them that were reoriented.
    pub departements: BTreeMap<String, (u64, u64)>,
    /// Emergency services called with the caller's consent, and without.
    pub help: (u64, u64),
    /// At-risk signals that were raised.
    pub signals: u64,
    /// Codes of consultations that were given.
    pub codes: u64,
    /// Closed records of calls that this program did not carry, by the time of the call.
    pub elsewhere: u64,
    /// Closed records by what was answered to a field: the key of the field, then of the answer.
    pub fields: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Store {
    /// What came of the calls that arrived from `from_ms` up to but without `to_ms`, on one line or on all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn care_figures(
        &self,
        line: Option<&str>,
        (from_ms, to_ms): (i64, i64),
    ) -> Result<CareFigures, StoreError> {
        // All readings in one snapshot, so that they tell of the same moment.
        let mut read =
            Reader { snapshot: self.pools.begin_snapshot().await?, from_ms, to_ms, line: line.unwrap_or_default() };
        let mut figures = CareFigures {
            connected: read.one("SELECT COUNT(*) AS many FROM calls WHERE {calls} AND bridged_at IS NOT NULL").await?,
            reoriented: read
                .one(
                    "SELECT COUNT(DISTINCT calls.id) AS many FROM calls JOIN reorientations ON reorientations.call = calls.id
                     WHERE {calls} AND bridged_at IS NOT NULL",
                )
                .await?,
            signals: read.one("SELECT COUNT(*) AS many FROM calls JOIN signals ON signals.call = calls.id WHERE {calls}").await?,
            codes: read
                .one(
                    "SELECT CAST(COALESCE(SUM(codes), 0) AS BIGINT) AS many FROM calls
                     JOIN consultations_given ON consultations_given.call = calls.id WHERE {calls}",
                )
                .await?,
            elsewhere: read
                .one(
                    "SELECT COUNT(*) AS many FROM care_records WHERE elsewhere_at >= $1 AND elsewhere_at < $2
                         AND ($3 = '' OR line = $3) AND closed_at IS NOT NULL",
                )
                .await?,
            ..CareFigures::default()
        };
        for row in read.all("SELECT kind, COUNT(DISTINCT calls.id) AS many FROM calls JOIN reorientations ON reorientations.call = calls.id WHERE {calls} GROUP BY kind").await? {
            figures.given.insert(row.try_get("kind")?, count(&row)?);
        }
        for row in read.all("SELECT kind, answer, COUNT(*) AS many FROM calls JOIN reorientation_answers ON reorientation_answers.call = calls.id WHERE {calls} GROUP BY kind, answer").await? {
            figures.answers.insert((row.try_get("kind")?, row.try_get("answer")?), count(&row)?);
        }
        for row in read.all("SELECT consent, COUNT(*) AS many FROM calls JOIN emergency_calls ON emergency_calls.call = calls.id WHERE {calls} GROUP BY consent").await? {
            let side = if row.try_get::<i64, _>("consent")? != 0 { &mut figures.help.0 } else { &mut figures.help.1 };
            *side = count(&row)?;
        }
        let by_place = read
            .all(
                "SELECT departement, COUNT(*) AS many, CAST(SUM(given) AS BIGINT) AS given FROM (
                     SELECT calls.id, MAX(care_records.departement) AS departement,
                         MAX(CASE WHEN reorientations.call IS NULL THEN 0 ELSE 1 END) AS given
                     FROM calls JOIN care_records ON care_records.call = calls.id AND care_records.closed_at IS NOT NULL
                     LEFT JOIN reorientations ON reorientations.call = calls.id
                     WHERE {calls} AND care_records.departement IS NOT NULL GROUP BY calls.id
                 ) AS placed GROUP BY departement",
            )
            .await?;
        for row in by_place {
            let given: i64 = row.try_get("given")?;
            figures.departements.insert(row.try_get("departement")?, (count(&row)?, given.unsigned_abs()));
        }
        for row in read.all("SELECT care_records.* FROM calls JOIN care_records ON care_records.call = calls.id WHERE {calls} AND care_records.closed_at IS NOT NULL").await? {
            figures.add_answers(read_record(&row)?);
        }
        read.snapshot.rollback().await?;
        Ok(figures)
    }
}

impl CareFigures {
    /// Of the callers who reached a human, how many were given somewhere to go; none if nobody did.
    #[must_use]
    pub fn reorientation(&self) -> Option<f64> {
        // Counts of calls are far below 2^53, so nothing is lost.
        (self.connected > 0).then(|| self.reoriented as f64 / self.connected as f64)
    }

    /// Each with its key, in the order in which they are shown.
    #[must_use]
    pub fn list(&self) -> Vec<Figure> {
        let count = |key, count| Figure { key, value: Value::Count(count) };
        vec![
            count("reoriented", self.reoriented),
            Figure { key: "reorientation", value: Value::Share(self.reorientation()) },
            count("consultation_codes", self.codes),
            count("emergency_with_consent", self.help.0),
            count("emergency_without_consent", self.help.1),
            count("signals", self.signals),
            count("records_elsewhere", self.elsewhere),
        ]
    }

    fn add_answers(&mut self, record: CareRecord) {
        let mut answers = record.form.answers;
        let mut put =
            |key: &str, value: Option<String>| drop(answers.insert(key.to_owned(), value.into_iter().collect()));
        put("grade", record.grade.map(|grade| grade.to_string()));
        put("addiction", record.addiction.then(|| "on".to_owned()));
        put("profession", record.caller.profession);
        put("age_band", record.caller.age_band);
        answers.insert("themes".to_owned(), record.themes);
        for (field, values) in answers {
            let own = self.fields.entry(field).or_default();
            // What is longer is a text that somebody typed, and is nothing to count.
            for value in values.into_iter().filter(|value| value.len() <= care::LONGEST_KEY) {
                *own.entry(value).or_default() += 1;
            }
        }
    }
}

fn count(row: &AnyRow) -> Result<u64, StoreError> {
    Ok(row.try_get::<i64, _>("many")?.unsigned_abs())
}

struct Reader<'a> {
    snapshot: Transaction<'static, Any>,
    from_ms: i64,
    to_ms: i64,
    line: &'a str,
}

impl Reader<'_> {
    async fn all(&mut self, text: &'static str) -> Result<Vec<AnyRow>, StoreError> {
        // The text is a constant of ours, and so is what takes the place of its word.
        let rows = sqlx::query(AssertSqlSafe(text.replace("{calls}", CALLS)))
            .bind(self.from_ms)
            .bind(self.to_ms)
            .bind(self.line)
            .fetch_all(&mut *self.snapshot)
            .await?;
        Ok(rows)
    }

    async fn one(&mut self, text: &'static str) -> Result<u64, StoreError> {
        self.all(text).await?.first().map_or(Ok(0), count)
    }
}
