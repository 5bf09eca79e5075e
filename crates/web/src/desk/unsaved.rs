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
        waiting.retain(|other| other.call != record.call);
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
