//! Care records that were closed while the database could not be written.
//!
//! The next caller does not wait for a disk: the listener is free again at once, and the record is kept here until it
//! can be written. It outlives the page, not the program.

use std::sync::{Mutex, PoisonError};
use store::{CareRecord, Store};

/// The records that wait.
#[derive(Default)]
pub(crate) struct Unsaved(Mutex<Vec<CareRecord>>);

impl Unsaved {
    /// Keeps a record until it can be written.
    pub(super) fn keep(&self, record: CareRecord) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|other| (other.call, other.listener) != (record.call, record.listener));
        waiting.push(record);
    }

    /// How many records of a listener wait.
    pub(super) fn of(&self, listener: i64) -> usize {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.iter().filter(|record| record.listener == listener).count()
    }

    /// Tries them all again. What fails stays.
    pub(super) async fn retry(&self, store: &Store, now: i64) {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for record in waiting {
            if let Err(fault) = close(store, &record, now).await {
                tracing::warn!(%fault, call = %switchboard::CallId(record.call), "a closed care record still waits");
                self.keep(record);
            }
        }
    }
}

/// Writes a record and closes it.
pub(super) async fn close(store: &Store, record: &CareRecord, now: i64) -> Result<(), store::StoreError> {
    write(store, record).await?;
    store.close_record(record.call, record.listener, now).await
}

/// Writes a draft. There is one desk for each listener, so what is stored by an earlier page of theirs is older.
pub(super) async fn write(store: &Store, record: &CareRecord) -> Result<i64, store::StoreError> {
    match store.save_draft(record).await {
        Err(store::StoreError::StaleDraft { stored, .. }) => {
            store.save_draft(&CareRecord { revision: stored, ..record.clone() }).await
        }
        // A record that was closed a moment ago, by a reply that was lost on its way, is as it should be.
        Err(store::StoreError::RecordIsClosed(_)) => Ok(record.revision),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Place;

    fn record(call: i64) -> CareRecord {
        CareRecord { call, listener: 3, line: "sps".to_owned(), grade: Some(2), ..CareRecord::default() }
    }

    #[tokio::test]
    async fn a_closed_record_waits_for_the_database_and_is_then_written() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("vigie.db"));
        let gone = Store::open(&place).await.unwrap();
        gone.close().await;
        let unsaved = Unsaved::default();
        unsaved.keep(record(7));
        unsaved.keep(record(7));
        unsaved.keep(CareRecord { listener: 4, ..record(7) });
        unsaved.retry(&gone, 1000).await;
        assert_eq!((unsaved.of(3), unsaved.of(4)), (1, 1), "each listener's record of the call waits, once");
        let back = Store::open(&place).await.unwrap();
        unsaved.retry(&back, 2000).await;
        assert_eq!((unsaved.of(3), unsaved.of(4)), (0, 0));
        let written = back.record(7, 3).await.unwrap().unwrap();
        assert_eq!((written.closed_at, written.grade), (Some(2000), Some(2)));
    }

    #[tokio::test]
    async fn an_older_page_does_not_stop_a_draft_and_a_closed_record_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Place::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        write(&store, &record(7)).await.unwrap();
        write(&store, &record(7)).await.unwrap();
        close(&store, &CareRecord { grade: Some(4), ..record(7) }, 1000).await.unwrap();
        close(&store, &CareRecord { grade: Some(0), ..record(7) }, 2000).await.unwrap();
        let written = store.record(7, 3).await.unwrap().unwrap();
        assert_eq!((written.closed_at, written.grade), (Some(1000), Some(4)));
    }
}
