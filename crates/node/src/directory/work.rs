//! Files that are tried or taken in, while somebody may watch, go away, come back, or give it up.

use super::files::NotKept;
use super::{Directory, FileOutcome, Taking};
use crate::task::spawn;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{FileRow, StoreError};
use tokio::sync::watch;

/// How far a file is read, and whether to stop.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    read: AtomicU64,
    stopped: AtomicBool,
}

/// What is read through a gauge.
pub(super) struct Gauged<R> {
    input: R,
    gauge: Arc<Gauge>,
}

impl Gauge {
    pub(super) fn around<R>(self: &Arc<Self>, input: R) -> Gauged<R> {
        Gauged { input, gauge: Arc::clone(self) }
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

impl<R: Read> Read for Gauged<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.gauge.is_stopped() {
            return Err(io::Error::other("told to stop"));
        }
        let length = self.input.read(buffer)?;
        self.gauge.read.fetch_add(u64::try_from(length).unwrap_or(0), Ordering::Relaxed);
        Ok(length)
    }
}

impl<R: Seek> Seek for Gauged<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.input.seek(to)
    }
}

/// How far the work on a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Whether it is only tried.
    pub trial: bool,
    /// How many rows were read.
    pub rows: u64,
    /// How many of `whole` are done: rows where their number is known, else bytes.
    pub done: u64,
    /// All there is to do; zero when it is not known.
    pub whole: u64,
}

/// The files that are worked on.
#[derive(Default)]
pub(super) struct Works(Mutex<Vec<Work>>);

struct Work {
    file: String,
    progress: watch::Receiver<Progress>,
    gauge: Arc<Gauge>,
}

/// Why work on a file cannot begin.
#[derive(Debug)]
pub enum NotBegun {
    /// It is worked on already.
    AtWork,
    /// Its bytes cannot be read.
    Unreadable(NotKept),
}

impl Works {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<Work>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Directory {
    /// Begins to try a file or to take it in, beside everything else. What becomes of it is remembered with the file.
    ///
    /// # Errors
    /// [`NotBegun`].
    pub fn work_on(
        &self,
        row: FileRow,
        taking: Taking,
        now: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Result<(), NotBegun> {
        let before: FileOutcome = serde_json::from_str(&row.outcome).unwrap_or_default();
        let bytes = u64::try_from(row.bytes).unwrap_or(0);
        let trial = matches!(taking, Taking::Trial { .. });
        let begun = Progress { trial, rows: 0, done: 0, whole: if before.rows > 0 { before.rows } else { bytes } };
        let (tell, progress) = watch::channel(begun);
        let gauge = Arc::<Gauge>::default();
        let file = self.entry_file(&row, &gauge, now()).map_err(NotBegun::Unreadable)?;
        let work = Work { file: row.id.clone(), progress, gauge: Arc::clone(&gauge) };
        let free = self.0.works.with(|works| {
            let free = works.iter().all(|one| one.file != row.id);
            if free {
                works.push(work);
            }
            free
        });
        if !free {
            return Err(NotBegun::AtWork);
        }
        let directory = self.clone();
        spawn(async move {
            let read = |rows| {
                let done = if before.rows > 0 { rows } else { gauge.read.load(Ordering::Relaxed) };
                let done = done.min(begun.whole);
                tell.send_replace(Progress { rows, done, ..begun });
                if gauge.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let taken = directory.take_file(file, taking, &now, read).await;
            let outcome = match taken {
                Ok(outcome) => FileOutcome { given_up: outcome.given_up || gauge.is_stopped(), ..outcome },
                // Somebody gave it up from elsewhere.
                Err(StoreError::NoSuchImport) => FileOutcome { given_up: true, ..FileOutcome::default() },
                Err(fault) => {
                    tracing::warn!(%fault, "a file of entries was not taken in");
                    FileOutcome { fault: fault.to_string(), ..FileOutcome::default() }
                }
            };
            directory.remember(&row.id, trial, &outcome, now()).await;
            // Whoever watches is told of the end when this is dropped, after everything is written down.
            directory.0.works.with(|works| works.retain(|one| one.file != row.id));
            drop(tell);
        });
        Ok(())
    }

    async fn remember(&self, id: &str, trial: bool, outcome: &FileOutcome, at: i64) {
        let in_force = !trial && !outcome.is_broken() && outcome.fault.is_empty();
        let text = serde_json::to_string(outcome).unwrap_or_default();
        let import = outcome.import.filter(|_| in_force);
        if let Err(fault) = self.0.store.set_file_outcome(id, &text, import, at).await {
            tracing::warn!(%fault, "what became of a file of entries is not remembered");
        }
        if in_force {
            self.remove_bytes(id);
        }
    }

    /// How far the work on a file is, as it changes; none when nobody works on it. It ends with the work.
    #[must_use]
    pub fn progress(&self, file: &str) -> Option<watch::Receiver<Progress>> {
        self.0.works.with(|works| works.iter().find(|one| one.file == file).map(|one| one.progress.clone()))
    }

    /// Gives up what is done with a file. What counted before goes on counting.
    pub fn stop_work(&self, file: &str) {
        self.0.works.with(|works| works.iter().filter(|one| one.file == file).for_each(|one| one.gauge.stop()));
    }
}
