//! The spool: facts wait here, in memory, until the journal has taken them.
//!
//! Whoever records a fact never waits and is never refused: with the disk or the database gone, calls go on, and the
//! journal is exact again when it is back. One task drains the spool and writes all that has gathered in one
//! transaction, so that a busy night costs few more disk flushes than a quiet one.

use crate::journal::Batch;
use crate::{Fact, Recorded, Store, StoreError};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, broadcast, watch};

/// How many facts are written in one transaction at most. More would keep screens waiting for the first of them.
const BATCH: usize = 512;
/// The rest after each batch. What happens alone is written at once; under load, at most fifty batches a second share the
/// cost of a flush to the disk and of the database's statements, and no screen is later by more than anybody can see.
const REST: Duration = Duration::from_millis(20);
/// How many committed batches a slow reader may lag behind before it is told that it missed some and must read anew.
const ANNOUNCEMENTS: usize = 1_024;
/// The pauses between attempts while the database is gone: from the first, doubling, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Short enough that the board is right again within seconds of the database's return.
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// What is announced after a commit: the facts of one batch, in order.
pub type Committed = Arc<Vec<Recorded>>;

/// The spool in front of the journal.
#[derive(Debug)]
pub struct Spool;

impl Spool {
    /// The bound that suits a national line: hours of a busy night, in a few tens of megabytes.
    pub const CAPACITY: usize = 100_000;

    /// Starts the spool's task on the current runtime. The task ends when the last sender is gone and all is written.
    ///
    /// # Errors
    /// When the system gives no random bytes to name this spool with.
    pub fn start(store: Store, capacity: usize) -> Result<(JournalSender, broadcast::Receiver<Committed>), StoreError> {
        let writer = random_name()?;
        let (announce, receiver) = broadcast::channel(ANNOUNCEMENTS);
        let shared = Arc::new(Shared {
            capacity,
            waiting: Mutex::new(VecDeque::new()),
            recorded: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            committed: watch::Sender::new(0),
            wake: Notify::new(),
            closing: AtomicBool::new(false),
            last_error: Mutex::new(None),
            announce,
        });
        let drain = Drain { store, shared: Arc::clone(&shared), writer, number: 0 };
        // The task outlives every caller on purpose: it ends by itself once the last sender is gone and the spool empty,
        // and `JournalSender::flush` is how one waits for it.
        #[allow(clippy::disallowed_methods)]
        drop(tokio::spawn(drain.run()));
        Ok((JournalSender { owner: Arc::new(Owner { shared }) }, receiver))
    }
}

/// Records facts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct JournalSender {
    owner: Arc<Owner>,
}

impl JournalSender {
    /// Records a fact. Never waits and never fails. When the spool is full because the database has been gone for
    /// hours, the fact is lost, counted and cried out.
    pub fn record(&self, fact: Fact) {
        let shared = &self.owner.shared;
        let mut waiting = held(&shared.waiting);
        if waiting.len() >= shared.capacity {
            drop(waiting);
            let lost = shared.lost.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            tracing::error!(lost, "the journal's spool is full and a fact is lost: bring the database back at once");
            return;
        }
        waiting.push_back(fact);
        // Counted under the lock, so that the count never runs behind what the task has taken.
        shared.recorded.fetch_add(1, Ordering::Relaxed);
        drop(waiting);
        shared.wake.notify_one();
    }

    /// Waits until everything recorded so far is committed. Waits as long as the database is gone.
    ///
    /// # Errors
    /// When the spool's task has stopped with its runtime.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let shared = &self.owner.shared;
        let target = shared.recorded.load(Ordering::Relaxed);
        let mut committed = shared.committed.subscribe();
        committed.wait_for(|count| *count >= target).await.map(drop).map_err(|_| StoreError::SpoolStopped)
    }

    /// Hears of every batch committed from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Committed> {
        self.owner.shared.announce.subscribe()
    }

    /// How many facts are recorded but not committed yet.
    #[must_use]
    pub fn pending(&self) -> u64 {
        let shared = &self.owner.shared;
        let committed = *shared.committed.borrow();
        shared.recorded.load(Ordering::Relaxed).saturating_sub(committed)
    }

    /// How many facts were lost because the spool was full.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.owner.shared.lost.load(Ordering::Relaxed)
    }

    /// Why the last attempt to write failed; none once one has succeeded.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        held(&self.owner.shared.last_error).clone()
    }
}

/// Tells the task when the last sender is gone.
#[derive(Debug)]
struct Owner {
    shared: Arc<Shared>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Release);
        self.shared.wake.notify_one();
    }
}

/// What senders and the task share.
#[derive(Debug)]
struct Shared {
    capacity: usize,
    waiting: Mutex<VecDeque<Fact>>,
    recorded: AtomicU64,
    lost: AtomicU64,
    committed: watch::Sender<u64>,
    wake: Notify,
    closing: AtomicBool,
    last_error: Mutex<Option<String>>,
    announce: broadcast::Sender<Committed>,
}

/// The task that writes.
struct Drain {
    store: Store,
    shared: Arc<Shared>,
    writer: String,
    number: i64,
}

impl Drain {
    async fn run(mut self) {
        loop {
            let batch = self.take();
            if !batch.is_empty() {
                self.write(batch).await;
                tokio::time::sleep(REST).await;
            } else if self.shared.closing.load(Ordering::Acquire) {
                // A sender records before it is dropped, so an empty spool seen after the sign to close stays empty;
                // but this one may have been seen before it.
                if held(&self.shared.waiting).is_empty() {
                    return;
                }
            } else {
                self.shared.wake.notified().await;
            }
        }
    }

    /// Takes what has gathered.
    fn take(&self) -> Vec<Fact> {
        let mut waiting = held(&self.shared.waiting);
        let count = waiting.len().min(BATCH);
        waiting.drain(..count).collect()
    }

    /// Writes a batch, trying for ever, and announces it.
    async fn write(&mut self, facts: Vec<Fact>) {
        self.number = self.number.saturating_add(1);
        let batch = Batch { writer: &self.writer, number: self.number };
        let mut pause = FIRST_PAUSE;
        let recorded = loop {
            match self.store.append_batch(Some(batch), &facts).await {
                Ok(recorded) => break recorded,
                Err(fault) => {
                    let waiting = held(&self.shared.waiting).len();
                    tracing::error!(%fault, waiting, "the journal cannot be written; calls go on, trying again");
                    *held(&self.shared.last_error) = Some(fault.to_string());
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2).min(LAST_PAUSE);
                }
            }
        };
        if held(&self.shared.last_error).take().is_some() {
            tracing::info!("the journal is written again");
        }
        let count = u64::try_from(recorded.len()).unwrap_or(u64::MAX);
        // Announced before it counts as flushed, so that who has flushed finds the announcement made. No receiver is no
        // fault.
        drop(self.shared.announce.send(Arc::new(recorded)));
        self.shared.committed.send_modify(|committed| *committed = committed.saturating_add(count));
    }
}

/// Holds a lock. What these locks guard is whole after every step, so a panic elsewhere does not spoil it.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A name that no other spool has.
fn random_name() -> Result<String, StoreError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|fault| StoreError::Chance(fault.to_string()))?;
    Ok(bytes.iter().fold(String::new(), |mut name, byte| {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    }))
}
