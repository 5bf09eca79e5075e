//! At-risk signals while they are open: raised, taken, acted on, closed. They live in memory first, so that a supervisor is
//! told at once even when the database does not answer, and are written beside; what could not be written is tried again.

use crate::clock::Clock;
use crate::task::spawn;
use care::{Protocol, SignalCause, SignalOutcome, SignalStage};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{SignalRow, Store, StoreError};
use switchboard::{CallId, ListenerId};
use tokio::sync::watch;

/// Beyond how many bytes nothing more is put to the words of a signal.
const LONGEST: usize = 4_000;
/// Between two looks at how long signals have waited.
const LOOK: Duration = Duration::from_secs(2);

/// An open signal and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSignal {
    /// What is kept of it.
    pub row: SignalRow,
    /// Where it stands by now.
    pub stage: SignalStage,
}

#[derive(Default)]
struct Held {
    /// The open ones, the oldest first; one that was closed stays until that is written.
    rows: Vec<SignalRow>,
    /// Those that differ from what is written.
    unwritten: BTreeSet<i64>,
}

/// The signals of a house. Cheap to clone.
#[derive(Clone)]
pub struct Signals {
    held: Arc<Mutex<Held>>,
    shown: watch::Sender<Arc<Vec<OpenSignal>>>,
    protocol: watch::Receiver<Arc<Protocol>>,
    store: Store,
    /// Held by whoever writes: of two who write one signal, the later state must come later.
    writing: Arc<tokio::sync::Mutex<()>>,
    /// Whose pages are told of each signal: a number for each page.
    watchers: Arc<Mutex<Vec<ListenerId>>>,
}

/// A page that is open and tells somebody who may take it of each signal. It ends when it is dropped.
pub struct SignalWatch {
    who: ListenerId,
    watchers: Arc<Mutex<Vec<ListenerId>>>,
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        let mut watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = watchers.iter().position(|who| *who == self.who) {
            watchers.swap_remove(place);
        }
    }
}

impl Signals {
    /// Takes up those that were open when the service stopped, and looks after them from now on.
    pub(crate) async fn start(
        store: &Store,
        protocol: watch::Receiver<Arc<Protocol>>,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let signals = Self::read(store.clone(), protocol, clock.wall_ms()).await?;
        spawn(signals.clone().watch(clock));
        Ok(signals)
    }

    async fn read(store: Store, protocol: watch::Receiver<Arc<Protocol>>, now: i64) -> Result<Self, StoreError> {
        let rows = store.open_signals().await?;
        let held = Arc::new(Mutex::new(Held { rows, unwritten: BTreeSet::new() }));
        let signals = Self {
            held,
            shown: watch::Sender::new(Arc::default()),
            protocol,
            store,
            writing: Arc::default(),
            watchers: Arc::default(),
        };
        signals.show(now);
        Ok(signals)
    }

    /// The open ones, the gravest first, as they change.
    #[must_use]
    pub fn open(&self) -> watch::Receiver<Arc<Vec<OpenSignal>>> {
        self.shown.subscribe()
    }

    /// Says that a page which tells somebody who may take a signal is open, for as long as the answer is held.
    #[must_use]
    pub fn watch_over(&self, who: ListenerId) -> SignalWatch {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner).push(who);
        SignalWatch { who, watchers: Arc::clone(&self.watchers) }
    }

    /// Whether such a page of somebody else is open: whoever raised a signal cannot come to their own help.
    #[must_use]
    pub fn are_watched_besides(&self, raised_by: ListenerId) -> bool {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|who| *who != raised_by)
    }

    /// Raises a signal in a call. A call has one at a time: raised again, what is written about it is put to it. Answers its
    /// number.
    pub async fn raise(
        &self,
        (call, line): (CallId, &str),
        cause: SignalCause,
        who: ListenerId,
        words: &str,
        now: i64,
    ) -> i64 {
        let id = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let known = held.rows.iter_mut().find(|row| row.call == call.0 && row.closed.is_none());
            let id = match known {
                Some(row) => {
                    if !words.is_empty() && !row.words.contains(words) && row.words.len() < LONGEST {
                        let joined = [row.words.as_str(), words].join("\n");
                        joined.trim().clone_into(&mut row.words);
                    }
                    row.id
                }
                None => {
                    let id = crate::crank::random_id();
                    held.rows.push(SignalRow {
                        id,
                        call: call.0,
                        line: line.to_owned(),
                        cause: cause.key().to_owned(),
                        raised_at: now,
                        raised_by: who.0,
                        words: words.to_owned(),
                        taken: None,
                        closed: None,
                        outcome: None,
                    });
                    id
                }
            };
            held.unwritten.insert(id);
            id
        };
        self.show(now);
        self.write().await;
        id
    }

    /// Takes a signal, unless somebody has. Answers whether it is open.
    pub async fn take(&self, id: i64, who: ListenerId, now: i64) -> bool {
        self.change(id, now, |row| row.taken = row.taken.or(Some((now, who.0)))).await
    }

    /// Takes the open signal of a call, if there is one.
    pub async fn take_of_call(&self, call: CallId, who: ListenerId, now: i64) {
        if let Some(id) = self.of_call(call).map(|one| one.row.id) {
            self.take(id, who, now).await;
        }
    }

    /// Closes a signal. Answers whether it was open.
    pub async fn close(&self, id: i64, who: ListenerId, outcome: SignalOutcome, now: i64) -> bool {
        let closed = |row: &mut SignalRow| {
            row.taken = row.taken.or(Some((now, who.0)));
            row.closed = Some((now, who.0));
            row.outcome = Some(outcome.key().to_owned());
        };
        self.change(id, now, closed).await
    }

    /// The open signal of a call.
    #[must_use]
    pub fn of_call(&self, call: CallId) -> Option<OpenSignal> {
        self.shown.borrow().iter().find(|one| one.row.call == call.0).cloned()
    }

    async fn change(&self, id: i64, now: i64, change: impl FnOnce(&mut SignalRow)) -> bool {
        {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(row) = held.rows.iter_mut().find(|row| row.id == id && row.closed.is_none()) else { return false };
            change(row);
            held.unwritten.insert(id);
        }
        self.show(now);
        self.write().await;
        true
    }

    /// Shows where the open ones stand now, if that tells something new.
    fn show(&self, now: i64) {
        let times = self.protocol.borrow().signals;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let open = held.rows.iter().filter(|row| row.closed.is_none());
        let mut open: Vec<OpenSignal> = open
            .map(|row| OpenSignal {
                row: row.clone(),
                stage: times.stage(row.raised_at, row.taken.map(|(at, _)| at), now),
            })
            .collect();
        open.sort_by_key(|one| std::cmp::Reverse(one.stage));
        // The lock is held until it is shown, so that the later state is the one that stays.
        self.shown.send_if_modified(|shown| {
            let new = **shown != open;
            if new {
                *shown = Arc::new(open);
            }
            new
        });
    }

    /// Writes what is not written yet. What cannot be stays, and is tried again.
    async fn write(&self) {
        let _writing = self.writing.lock().await;
        let waiting: Vec<SignalRow> = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.rows.iter().filter(|row| held.unwritten.contains(&row.id)).cloned().collect()
        };
        for row in waiting {
            match self.store.put_signal(&row).await {
                Ok(()) => {
                    let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                    // It may have been changed again while it was written.
                    if held.rows.contains(&row) {
                        held.unwritten.remove(&row.id);
                        held.rows.retain(|one| one.id != row.id || one.closed.is_none());
                    }
                }
                Err(fault) => tracing::warn!(%fault, signal = row.id, "an at-risk signal waits for the database"),
            }
        }
    }

    /// Looks again and again, for as long as the house is there.
    async fn watch(self, clock: Clock) {
        let mut changed = self.protocol.clone();
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                gone = changed.changed() => if gone.is_err() { return },
            }
            self.show(clock.wall_ms());
            self.write().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Place;

    async fn signals(store: &Store) -> (Signals, watch::Sender<Arc<Protocol>>) {
        let protocol = watch::Sender::new(Arc::new(Protocol::standard()));
        (Signals::read(store.clone(), protocol.subscribe(), 0).await.unwrap(), protocol)
    }

    #[tokio::test]
    async fn a_signal_is_raised_once_a_call_taken_by_the_first_and_closed() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("vigie.db"));
        let store = Store::open(&place).await.unwrap();
        let (board, _protocol) = signals(&store).await;
        let own = board.watch_over(ListenerId(7));
        assert!(!board.are_watched_besides(ListenerId(7)), "their own page helps nobody");
        let pages = [board.watch_over(ListenerId(9)), board.watch_over(ListenerId(9))];
        assert!(board.are_watched_besides(ListenerId(7)));
        let seen = board.open();
        let call = (CallId(5), "sps");
        let id = board.raise(call, SignalCause::Alert, ListenerId(7), "", 1_000).await;
        assert_eq!(board.raise(call, SignalCause::Record, ListenerId(7), "Seul, moyens à portée", 2_000).await, id);
        assert_eq!(board.raise(call, SignalCause::Record, ListenerId(7), "Seul, moyens à portée", 2_500).await, id);
        let other = board.raise((CallId(6), "sps"), SignalCause::Record, ListenerId(8), "", 200_000).await;
        let open = seen.borrow().clone();
        assert_eq!(
            open.iter().map(|one| (one.row.id, one.stage)).collect::<Vec<_>>(),
            [(id, SignalStage::Reminded), (other, SignalStage::Raised)]
        );
        assert_eq!((open[0].row.words.as_str(), open[0].row.cause.as_str()), ("Seul, moyens à portée", "alert"));

        assert!(board.take(id, ListenerId(9), 210_000).await && board.take(id, ListenerId(10), 220_000).await);
        assert_eq!(board.of_call(CallId(5)).unwrap().row.taken, Some((210_000, 9)), "the first has it");
        assert!(board.close(id, ListenerId(9), SignalOutcome::FollowUp, 230_000).await);
        assert!(
            !board.close(id, ListenerId(9), SignalOutcome::Other, 240_000).await
                && !board.take(id, ListenerId(9), 1).await
        );
        assert_eq!(board.of_call(CallId(5)), None);

        let [first, second] = pages;
        drop(first);
        assert!(board.are_watched_besides(ListenerId(7)), "the other page is still open");
        drop((second, own));
        assert!(!board.are_watched_besides(ListenerId(7)) && !board.are_watched_besides(ListenerId(9)));

        // After a restart what is open is open.
        let (again, _protocol) = signals(&store).await;
        assert_eq!(again.open().borrow().iter().map(|one| one.row.id).collect::<Vec<_>>(), [other]);
        assert_eq!(store.closed_signals(10).await.unwrap()[0].outcome.as_deref(), Some("follow_up"));
    }

    #[tokio::test]
    async fn a_signal_is_shown_without_a_database_and_written_when_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Sqlite(folder.path().join("vigie.db"));
        let store = Store::open(&place).await.unwrap();
        let (mut board, _protocol) = signals(&store).await;
        store.close().await;
        let id = board.raise((CallId(5), "sps"), SignalCause::Alert, ListenerId(7), "", 1_000).await;
        assert!(board.close(id, ListenerId(9), SignalOutcome::Supported, 2_000).await);
        assert!(board.open().borrow().is_empty());
        board.store = Store::open(&place).await.unwrap();
        board.write().await;
        let kept = board.store.signal(id).await.unwrap().unwrap();
        assert_eq!((kept.closed, kept.outcome.as_deref()), (Some((2_000, 9)), Some("supported")));
        assert!(board.held.lock().unwrap().rows.is_empty(), "nothing is left to write");
    }
}
