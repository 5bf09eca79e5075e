//! The house as other rooms see it.

mod office;
mod opening;
mod recordings;
mod telephone;
mod troubles;
pub(crate) mod trunk_history;

pub use troubles::Trouble;

pub use office::PublicLine;
pub use opening::{OpenFault, Opening};
pub use recordings::{NewPrompt, Recording, prompt_key, prompt_name};

use crate::caller::{BrowserCall, CallRefused};
use crate::callers::CallersSeen;
use crate::clock::Clock;
use crate::cluster::Alone;
use crate::counts::Counts;
use crate::desk::{Desk, DeskState};
use crate::directory::Directory;
use crate::guides::Guides;
use crate::local_times::local_times;
use crate::signals::Signals;
use crate::turn::{Caller, SocketId, Turn};
use care::Protocol;
use directory::Territory;
use directory::index::LocalTimes;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use store::{JournalSender, LiveBoard, Store};
use switchboard::{CallId, Command, Input, Language, LineId, ListenerId, Moment, Plan, SupervisionView, Switchboard};
use telephony::{LineNumbers, Prompts, Telephony};
use tokio::sync::{mpsc, oneshot, watch};

/// Whether the service can take calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether it can.
    pub ok: bool,
    /// In words.
    pub words: String,
}

struct Inner {
    clock: Clock,
    cluster: Alone,
    telephony: Arc<Telephony>,
    journal: JournalSender,
    store: Store,
    directory: Directory,
    guides: Guides,
    territory: Territory,
    plan: watch::Sender<Arc<Plan>>,
    protocol: watch::Sender<Arc<Protocol>>,
    signals: Signals,
    line_numbers: LineNumbers,
    /// Held by whoever changes the plan or the protocol, from the store to those who use it: the last one in the store is the
    /// last one told.
    planning: Arc<tokio::sync::Mutex<()>>,
    /// What callers hear, for those who want to hear it before; the media thread has its own.
    prompts: Mutex<Prompts>,
    supervision: watch::Receiver<Arc<SupervisionView>>,
    live: watch::Receiver<Arc<LiveBoard>>,
    counts: Arc<Counts>,
    demo: bool,
    /// Whether no new calls are taken: the service is about to stop.
    drains: AtomicBool,
    sockets: AtomicU64,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The running house. Cheap to clone.
#[derive(Clone)]
pub struct House(Arc<Inner>);

impl House {
    /// Wall time, in milliseconds since 1970.
    #[must_use]
    pub fn wall_ms(&self) -> i64 {
        self.0.clock.wall_ms()
    }

    /// Monotonic time, to turn the moments of views into ages.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.0.clock.moment()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// At-risk signals.
    #[must_use]
    pub fn signals(&self) -> &Signals {
        &self.0.signals
    }

    /// The territory.
    #[must_use]
    pub fn territory(&self) -> Territory {
        self.0.territory
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// The guides.
    #[must_use]
    pub fn guides(&self) -> &Guides {
        &self.0.guides
    }

    /// What time it is in each département.
    #[must_use]
    pub fn local_times(&self) -> LocalTimes {
        local_times(self.wall_ms())
    }

    /// What supervisors see, as it changes.
    #[must_use]
    pub fn supervision(&self) -> watch::Receiver<Arc<SupervisionView>> {
        let mut shown = self.0.supervision.clone();
        // Somebody looks now: the first view is of this moment.
        self.0.cluster.send(Turn::Told(Input::TimePassed));
        shown.mark_changed();
        shown
    }

    /// How many callers there were on a line since the start (on all lines without one), and how many of them reached a human.
    #[must_use]
    pub fn callers(&self, line: Option<&LineId>) -> CallersSeen {
        self.0.counts.callers(line)
    }

    /// Whether this is a demonstration.
    #[must_use]
    pub fn demo(&self) -> bool {
        self.0.demo
    }

    /// Words on why the journal cannot be written now, if so. Calls go on all the same.
    #[must_use]
    pub fn journal_trouble(&self) -> Option<String> {
        self.0.journal.last_error()
    }

    /// What is committed, as it is committed.
    #[must_use]
    pub fn live(&self) -> watch::Receiver<Arc<LiveBoard>> {
        self.0.live.clone()
    }

    /// Takes an at-risk signal, unless somebody has. Whoever takes one has seen the alert of its call too. Answers whether it
    /// is open.
    pub async fn take_signal(&self, id: i64, who: ListenerId) -> bool {
        let call = self.signals().open().borrow().iter().find(|one| one.row.id == id).map(|one| CallId(one.row.call));
        let open = self.signals().take(id, who, self.wall_ms()).await;
        if let (true, Some(call)) = (open, call) {
            self.know_people().await;
            self.0.cluster.send(Turn::Told(Input::Listener(who, Command::AlertSeen(call))));
        }
        open
    }

    /// The addresses on which SIP is listened for.
    #[must_use]
    pub fn sip_addresses(&self) -> &[std::net::SocketAddr] {
        self.0.telephony.sip_addresses()
    }

    /// Somebody may have been added by another program since: without a database, they are what was known before.
    async fn know_people(&self) {
        if let Err(fault) = self.refresh_people().await {
            tracing::warn!(%fault, "people are what was known of them before");
        }
    }

    /// Opens a listener's desk, in place of one opened before.
    pub async fn open_desk(&self, listener: ListenerId) -> Desk {
        self.know_people().await;
        let socket = SocketId(self.0.sockets.fetch_add(1, Ordering::Relaxed));
        let view = Switchboard::new(Arc::new(Plan::default())).desk(listener, Moment(0));
        let (sender, mut state) = watch::channel(DeskState { view, waiting: Vec::new(), line: None, replaced: false });
        state.mark_unchanged();
        self.0.cluster.send(Turn::DeskOpened(listener, socket, sender));
        // The first true state comes within the crank's turn; a house that is closing has none to give.
        let _closing = state.changed().await;
        Desk { state, listener, socket, cluster: self.0.cluster.clone(), telephony: Arc::clone(&self.0.telephony) }
    }

    /// Takes a call from the call page.
    ///
    /// # Errors
    /// [`CallRefused`].
    pub async fn call_from_browser(
        &self,
        line: &LineId,
        language: Language,
        offer: String,
    ) -> Result<BrowserCall, CallRefused> {
        if self.0.drains.load(Ordering::Relaxed) {
            return Err(CallRefused::Unavailable);
        }
        if !self.plan().lines.contains_key(line) {
            return Err(CallRefused::UnknownLine);
        }
        let (leg, answer) = self.0.telephony.open_browser(offer).await?;
        let (sender, states) = mpsc::unbounded_channel();
        let (reply, replied) = oneshot::channel();
        let caller = Caller { leg, line: line.clone(), language, states: sender, reply };
        self.0.cluster.send(Turn::Caller(caller));
        let call = replied.await.map_err(|_| CallRefused::Unavailable)??;
        Ok(BrowserCall {
            answer,
            call,
            states,
            leg,
            cluster: self.0.cluster.clone(),
            telephony: Arc::clone(&self.0.telephony),
        })
    }

    /// Comes back when a thread that carries calls has ended though nobody stopped it: then only a new start helps.
    pub async fn broken(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let running = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
            let decides = running.as_ref().is_some_and(|thread| !thread.is_finished());
            if !decides || !self.0.telephony.carries() {
                return;
            }
        }
    }

    /// Whether the service can take calls. A journal in trouble is told, and stops no call.
    #[must_use]
    pub fn health(&self) -> Health {
        let running = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let decides = running.as_ref().is_some_and(|thread| !thread.is_finished());
        let drains = self.0.drains.load(Ordering::Relaxed);
        let ok = decides && self.0.telephony.carries() && !drains;
        let words = match (ok, self.journal_trouble()) {
            (false, _) if drains => "stopping: calls in progress go on to their end, new ones are not taken".to_owned(),
            (false, _) => "closing".to_owned(),
            (true, None) => "ok".to_owned(),
            (true, Some(trouble)) => format!("calls pass; the journal waits: {trouble}"),
        };
        Health { ok, words }
    }

    /// Takes no new calls. Answers once those in progress, waiting callers among them, have come to their end.
    pub async fn drain(&self) {
        self.0.drains.store(true, Ordering::Relaxed);
        self.0.telephony.drain();
        let (drained, told) = oneshot::channel();
        self.0.cluster.send(Turn::Drain(drained));
        // A house that is closing has no calls any more.
        let _closing = told.await;
    }

    /// Closes the house: no more turns, and everything recorded so far is committed.
    pub async fn close(&self) {
        self.0.cluster.send(Turn::Close);
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // A crank that panicked has said so already.
            let _panicked = thread.join();
        }
        if let Err(fault) = self.0.journal.flush().await {
            tracing::error!(%fault, "the journal could not be written to its end");
        }
    }
}
