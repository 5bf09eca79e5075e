//! The journal: what happened, in the order it was committed. Rows are only ever added.

use crate::sql::{ROWS, about_rows};
use crate::{Store, StoreError, projection};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use switchboard::Event;

/// The version that rows are written with. A change of meaning of a written field gets a new version and a reader here;
/// new variants and new optional fields do not.
const VERSION: i64 = 1;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// What.
    pub event: Event,
}

/// A fact that is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number: facts are numbered from 1 in the order they were committed, without gaps.
    pub seq: i64,
    /// The fact.
    pub fact: Fact,
}

/// A batch of one spool, named so that it is not written twice when the answer to its commit was lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// The spool.
    pub(crate) writer: &'a str,
    /// The number of the batch: each spool counts its own, and has one on its way at a time.
    pub(crate) number: i64,
}

impl Store {
    /// Writes facts and folds them into the projections, all in one transaction: all of it is kept or none.
    ///
    /// # Errors
    /// When the database does not take them; nothing is kept then.
    pub async fn append(&self, facts: &[Fact]) -> Result<Vec<Recorded>, StoreError> {
        self.append_batch(None, facts).await
    }

    /// Writes a batch, unless it was written already.
    pub(crate) async fn append_batch(
        &self,
        batch: Option<Batch<'_>>,
        facts: &[Fact],
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        if let Some(batch) = batch
            && let Some(last) = written_before(&mut transaction, batch).await?
        {
            let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
            return Ok(number(facts, last.saturating_sub(count)));
        }
        let last = last_seq(&mut transaction).await?;
        let recorded = number(facts, last);
        for some in recorded.chunks(ROWS) {
            insert(&mut transaction, some).await?;
        }
        projection::fold(&mut transaction, &recorded).await?;
        if let Some(batch) = batch {
            sqlx::query(
                "INSERT INTO journal_writers (writer, batch, last_seq) VALUES ($1, $2, $3)
                 ON CONFLICT (writer) DO UPDATE SET batch = excluded.batch, last_seq = excluded.last_seq",
            )
            .bind(batch.writer)
            .bind(batch.number)
            .bind(recorded.last().map_or(last, |one| one.seq))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Reads up to `limit` facts whose number is above `after_seq`, in order.
    ///
    /// # Errors
    /// When the database does not answer or a row cannot be read.
    pub async fn read_journal(&self, after_seq: i64, limit: i64) -> Result<Vec<Recorded>, StoreError> {
        let mut connection = self.pools.reader.acquire().await?;
        page(&mut connection, after_seq, limit).await
    }

    /// Everything that was recorded of one call, in order.
    ///
    /// # Errors
    /// When the database does not answer or a row cannot be read.
    pub async fn receipt(&self, call: i64) -> Result<Vec<Recorded>, StoreError> {
        let rows = sqlx::query("SELECT seq, at, version, kind, body FROM journal WHERE about_call = $1 ORDER BY seq")
            .bind(call)
            .fetch_all(&self.pools.reader)
            .await?;
        rows.iter().map(read_row).collect()
    }

    /// The number of the last fact; 0 when there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn last_seq(&self) -> Result<i64, StoreError> {
        let mut connection = self.pools.reader.acquire().await?;
        last_seq(&mut connection).await
    }
}

/// Gives facts the numbers after `last`.
fn number(facts: &[Fact], last: i64) -> Vec<Recorded> {
    facts.iter().zip(last.saturating_add(1)..).map(|(fact, seq)| Recorded { seq, fact: fact.clone() }).collect()
}

/// The number of the last fact of this batch, if the batch was committed.
async fn written_before(connection: &mut AnyConnection, batch: Batch<'_>) -> Result<Option<i64>, StoreError> {
    let row = sqlx::query("SELECT last_seq FROM journal_writers WHERE writer = $1 AND batch = $2")
        .bind(batch.writer)
        .bind(batch.number)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| row.try_get("last_seq")).transpose()?)
}

/// The number of the last fact; 0 when there is none.
pub(crate) async fn last_seq(connection: &mut AnyConnection) -> Result<i64, StoreError> {
    let row =
        sqlx::query("SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) AS last FROM journal").fetch_one(connection).await?;
    Ok(row.try_get("last")?)
}

async fn insert(connection: &mut AnyConnection, recorded: &[Recorded]) -> Result<(), StoreError> {
    let text =
        about_rows("INSERT INTO journal (seq, at, version, kind, body, about_call) VALUES ", recorded.len(), 6, "");
    let mut statement = sqlx::query(text);
    for one in recorded {
        let body = serde_json::to_value(&one.fact.event).map_err(StoreError::Unwritable)?;
        let kind = body.get("event").and_then(Value::as_str).unwrap_or_default().to_owned();
        statement = statement
            .bind(one.seq)
            .bind(one.fact.at)
            .bind(VERSION)
            .bind(kind)
            .bind(body.to_string())
            .bind(one.fact.event.call().map(|call| call.0));
    }
    statement.execute(connection).await?;
    Ok(())
}

/// Reads up to `limit` facts after a number, in order.
pub(crate) async fn page(
    connection: &mut AnyConnection,
    after_seq: i64,
    limit: i64,
) -> Result<Vec<Recorded>, StoreError> {
    let rows = sqlx::query("SELECT seq, at, version, kind, body FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(after_seq)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read_row).collect()
}

pub(crate) fn read_row(row: &AnyRow) -> Result<Recorded, StoreError> {
    let seq: i64 = row.try_get("seq")?;
    let version: i64 = row.try_get("version")?;
    let kind: String = row.try_get("kind")?;
    let body: String = row.try_get("body")?;
    let event =
        read_event(version, &body).map_err(|detail| StoreError::UnreadableFact { seq, kind, version, detail })?;
    Ok(Recorded { seq, fact: Fact { at: row.try_get("at")?, event } })
}

/// Reads the body of a row that was written with a version. Every version ever written is read for ever.
fn read_event(version: i64, body: &str) -> Result<Event, String> {
    match version {
        1 => serde_json::from_str(body).map_err(|fault| fault.to_string()),
        _ => Err("this version is not known".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Fact, read_event};
    use crate::{Place, Store};
    use switchboard::{CallId, Event};

    /// One row of each kind, and of each word in it, as version 1 wrote it. Lines are only ever added to this file.
    const VERSION_1: &str = include_str!("../tests/fixtures/journal_v1.jsonl");

    #[test]
    fn every_old_row_is_read_and_means_the_same() {
        for line in VERSION_1.lines() {
            let event = read_event(1, line).unwrap_or_else(|fault| panic!("{line}: {fault}"));
            let again = serde_json::to_value(&event).unwrap();
            let before: serde_json::Value = serde_json::from_str(line).unwrap();
            for (key, value) in before.as_object().unwrap() {
                assert_eq!(again.get(key), Some(value), "{line}: {key}");
            }
        }
    }

    /// A new variant does not compile here until it has a number, and has no place in `seen` until the count grows;
    /// then it needs a line in the fixture.
    #[test]
    fn every_kind_of_fact_is_in_the_fixture() {
        let mut seen = [false; 37];
        for line in VERSION_1.lines() {
            let number = match read_event(1, line).unwrap() {
                Event::Arrived { .. } => 0,
                Event::Answered { .. } => 1,
                Event::Chosen { .. } => 2,
                Event::Queued { .. } => 3,
                Event::Offered { .. } => 4,
                Event::OfferEnded { .. } => 5,
                Event::Bridged { .. } => 6,
                Event::Held { .. } => 7,
                Event::Resumed { .. } => 8,
                Event::ListenerLost { .. } => 9,
                Event::ListenerBack { .. } => 10,
                Event::Ended { .. } => 11,
                Event::PresenceChanged { .. } => 12,
                Event::RecordClosed { .. } => 13,
                Event::MovedToLine { .. } => 14,
                Event::RungReached { .. } => 15,
                Event::Left { .. } => 16,
                Event::RelayCalled { .. } => 17,
                Event::RelayJoined { .. } => 18,
                Event::RelayEnded { .. } => 19,
                Event::HandOverAsked { .. } => 20,
                Event::HandOverEnded { .. } => 21,
                Event::Triaged { .. } => 22,
                Event::Alerted { .. } => 23,
                Event::AlertSeen { .. } => 24,
                Event::Watched { .. } => 25,
                Event::Unwatched { .. } => 26,
                Event::RestGiven { .. } => 27,
                Event::DebriefAsked { .. } => 28,
                Event::DebriefHeld { .. } => 29,
                Event::ShiftBegan { .. } => 30,
                Event::ShiftEnded { .. } => 31,
                Event::SurgeSwitched { .. } => 32,
                Event::NuisanceMarked { .. } => 33,
                Event::NuisanceDecided { .. } => 34,
                Event::PlanInForce { .. } => 35,
                Event::SoundMeasured { .. } => 36,
            };
            seen[number] = true;
        }
        assert!(seen.iter().all(|seen| *seen), "add the missing kind to tests/fixtures/journal_v1.jsonl: {seen:?}");
    }

    #[test]
    fn a_row_of_a_later_program_is_refused_and_not_guessed() {
        assert!(read_event(2, "{}").is_err());
        assert!(read_event(1, r#"{"event":"abducted","call":1}"#).is_err());
    }

    #[tokio::test]
    async fn a_batch_whose_answer_was_lost_is_not_written_twice() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        let facts = |calls: &[i64]| -> Vec<Fact> {
            calls.iter().map(|call| Fact { at: *call, event: Event::Answered { call: CallId(*call) } }).collect()
        };
        let batch = |writer, number| Some(Batch { writer, number });
        let first = store.append_batch(batch("a", 1), &facts(&[1, 2])).await.unwrap();
        store.append(&facts(&[3])).await.unwrap();
        let again = store.append_batch(batch("a", 1), &facts(&[1, 2])).await.unwrap();
        assert_eq!(again, first, "the answer is what it would have been");
        store.append_batch(batch("b", 1), &facts(&[4])).await.unwrap();
        store.append_batch(batch("a", 2), &facts(&[5])).await.unwrap();
        let ats: Vec<i64> = store.read_journal(0, 10).await.unwrap().iter().map(|one| one.fact.at).collect();
        assert_eq!(ats, [1, 2, 3, 4, 5]);
    }
}
