//! How much of the house the public may take at once. Whoever calls comes first.

use axum::http::StatusCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// How many questions are answered at a time: each may hold a connection of the database, of which desks need the rest.
const TURNS: usize = 2;
/// How many wait for their turn; one more is sent away.
const WAITING: usize = 64;
/// How many files are written at a time.
const FILES: usize = 2;
/// How long a question waits for its turn.
const PATIENCE: Duration = Duration::from_secs(3);
/// Too much is asked at once.
const BUSY: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// Lets so many through at a time.
#[derive(Debug)]
pub(super) struct Gate {
    turns: Semaphore,
    waiting: Semaphore,
    files: Arc<Semaphore>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { turns: Semaphore::new(TURNS), waiting: Semaphore::new(WAITING), files: Arc::new(Semaphore::new(FILES)) }
    }
}

impl Gate {
    /// The right to ask, for as long as it is held.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, StatusCode> {
        let _waits = self.waiting.try_acquire().map_err(|_| BUSY)?;
        tokio::time::timeout(PATIENCE, self.turns.acquire()).await.map_err(|_| BUSY)?.map_err(|_| BUSY)
    }

    /// The same for whoever has the time to wait for it.
    pub(super) async fn turn_at_leisure(&self) -> Result<SemaphorePermit<'_>, StatusCode> {
        self.turns.acquire().await.map_err(|_| BUSY)
    }

    /// The right to be given a file, for as long as it is held.
    pub(super) fn file(&self) -> Result<OwnedSemaphorePermit, StatusCode> {
        Arc::clone(&self.files).try_acquire_owned().map_err(|_| BUSY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_are_answered_so_many_wait_and_the_rest_are_sent_away() {
        let gate = Gate::default();
        let held = [gate.turn().await.unwrap(), gate.turn().await.unwrap()];
        let waiting = gate.waiting.try_acquire_many(u32::try_from(WAITING).unwrap()).unwrap();
        drop(held);
        assert_eq!(gate.turn().await.err(), Some(BUSY), "at once");
        drop(waiting);
        assert!(gate.turn().await.is_ok());
        let files = [gate.file().unwrap(), gate.file().unwrap()];
        assert_eq!(gate.file().err(), Some(BUSY));
        drop(files);
        assert!(gate.file().is_ok());
    }
}
