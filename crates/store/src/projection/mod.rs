//! Projections: what screens and reports read, folded from the journal and rebuilt from it at any time.
//!
//! The folding itself is pure and the same for a live fact and for a replay; only where the rows come from differs.
//! Each projection notes how far it has folded, so that a fact is folded once, however often it is handed over.

mod calls;
mod presence;

pub use calls::{Arrival, CallRow, CallTimes};
pub use presence::PresenceSpan;

pub(crate) use presence::all_current as current_presence;

use crate::{Recorded, Store, StoreError, journal};
use presence::PresenceBook;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// How many facts are read from the journal at a time.
const PAGE: i64 = 5_000;

/// The projections, by the name their state is kept under.
#[derive(Clone, Copy)]
enum Projection {
    Calls,
    Presence,
}

impl Projection {
    const ALL: [Self; 2] = [Self::Calls, Self::Presence];

    fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Presence => "presence",
        }
    }

    async fn fold_into(self, connection: &mut AnyConnection, facts: &[Recorded]) -> Result<(), StoreError> {
        match self {
            Self::Calls => calls::fold_into(connection, facts).await,
            Self::Presence => presence::fold_into(connection, facts).await,
        }
    }
}

/// A row that differs between a projection and the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The key of the row.
    pub key: i64,
    /// The row as the journal tells it; none if it should not be there.
    pub journal: Option<String>,
    /// The row as it stands in the table; none if it is missing.
    pub table_row: Option<String>,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplayReport {
    /// How many facts were read.
    pub facts: usize,
    /// How many rows the projections have, folded anew.
    pub rows: usize,
    /// The rows that differ; empty when all is well.
    pub differences: Vec<Difference>,
}

/// All projections, folded in memory.
#[derive(Default)]
struct Folded {
    facts: usize,
    last: i64,
    calls: BTreeMap<i64, CallRow>,
    presence: PresenceBook,
}

impl Folded {
    async fn from_journal(connection: &mut AnyConnection) -> Result<Self, StoreError> {
        let mut folded = Self::default();
        loop {
            let page = journal::page(connection, folded.last, PAGE).await?;
            let Some(last) = page.last() else { return Ok(folded) };
            folded.last = last.seq;
            folded.facts = folded.facts.saturating_add(page.len());
            for one in &page {
                calls::apply(&mut folded.calls, one);
                folded.presence.apply(one);
            }
        }
    }

    async fn report(&self, connection: &mut AnyConnection) -> Result<ReplayReport, StoreError> {
        let (calls, mut differences) = calls::differences(connection, &self.calls).await?;
        let (presence, more) = presence::differences(connection, &self.presence).await?;
        differences.extend(more);
        Ok(ReplayReport { facts: self.facts, rows: calls.saturating_add(presence), differences })
    }
}

impl Store {
    /// Folds every projection anew from the journal, in memory, and compares it row by row with what is stored. Changes
    /// nothing, and lets writing go on.
    ///
    /// # Errors
    /// When the database does not answer or the journal cannot be read.
    pub async fn replay(&self) -> Result<ReplayReport, StoreError> {
        let mut snapshot = self.pools.begin_snapshot().await?;
        let report = Folded::from_journal(&mut snapshot).await?.report(&mut snapshot).await?;
        snapshot.rollback().await?;
        Ok(report)
    }

    /// Folds every projection anew from the journal and puts it in the place of what is stored. The report tells what
    /// differed before. Nothing else is written meanwhile; the spool keeps what happens.
    ///
    /// # Errors
    /// When the database does not answer or the journal cannot be read; the projections stay as they were.
    pub async fn replay_replace(&self) -> Result<ReplayReport, StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        let folded = Folded::from_journal(&mut transaction).await?;
        let report = folded.report(&mut transaction).await?;
        for emptied in ["DELETE FROM calls", "DELETE FROM presence", "DELETE FROM presence_spans"] {
            sqlx::query(emptied).execute(&mut *transaction).await?;
        }
        calls::write_all(&mut transaction, &folded.calls).await?;
        presence::write_all(&mut transaction, &folded.presence).await?;
        for projection in Projection::ALL {
            set_state(&mut transaction, projection, folded.last).await?;
        }
        transaction.commit().await?;
        Ok(report)
    }

    /// Folds what a projection has not folded yet: after an update that brought a new one, that is the whole journal.
    pub(crate) async fn catch_up_projections(&self) -> Result<(), StoreError> {
        let mut transaction = self.pools.begin_numbered().await?;
        for projection in Projection::ALL {
            loop {
                let folded = state(&mut transaction, projection).await?;
                let page = journal::page(&mut transaction, folded, PAGE).await?;
                let Some(last) = page.last() else { break };
                projection.fold_into(&mut transaction, &page).await?;
                set_state(&mut transaction, projection, last.seq).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Folds facts that were just written, in their transaction. Facts that a projection has already are passed over.
pub(crate) async fn fold(connection: &mut AnyConnection, recorded: &[Recorded]) -> Result<(), StoreError> {
    let Some(last) = recorded.last() else { return Ok(()) };
    for projection in Projection::ALL {
        let folded = state(connection, projection).await?;
        let start = recorded.partition_point(|one| one.seq <= folded);
        let fresh = recorded.get(start..).unwrap_or_default();
        if !fresh.is_empty() {
            projection.fold_into(connection, fresh).await?;
            set_state(connection, projection, last.seq).await?;
        }
    }
    Ok(())
}

async fn state(connection: &mut AnyConnection, projection: Projection) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT seq FROM projection_state WHERE name = $1")
        .bind(projection.name())
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("seq"))?)
}

async fn set_state(connection: &mut AnyConnection, projection: Projection, seq: i64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO projection_state (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
    )
    .bind(projection.name())
    .bind(seq)
    .execute(connection)
    .await?;
    Ok(())
}

/// The rows that differ between two tables.
fn compare<T: PartialEq + Debug>(
    table: &'static str,
    anew: &BTreeMap<i64, T>,
    stored: &BTreeMap<i64, T>,
) -> Vec<Difference> {
    let missing_or_other = anew.iter().filter(|(key, row)| stored.get(key) != Some(row)).map(|(key, _)| *key);
    let too_many = stored.keys().filter(|key| !anew.contains_key(key)).copied();
    let shown = |row: &T| format!("{row:?}");
    missing_or_other
        .chain(too_many)
        .map(|key| Difference {
            table,
            key,
            journal: anew.get(&key).map(shown),
            table_row: stored.get(&key).map(shown),
        })
        .collect()
}
