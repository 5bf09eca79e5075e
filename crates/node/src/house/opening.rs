//! How the house opens: what it takes up from an earlier run, and in which order its parts begin.

use super::{House, Inner, office, recordings, trunk_history};
use crate::announce::announce;
use crate::chronicle::Chronicle;
use crate::clock::Clock;
use crate::cluster::Alone;
use crate::counts::Counts;
use crate::crank::{Crank, Desks, Supervision};
use crate::directory::{Directory, DirectorySettings};
use crate::guides::Guides;
use crate::places::{self, Places};
use crate::signals::Signals;
use crate::sound::Sound;
use crate::staffing::{self, Staffing};
use crate::task::spawn;
use crate::turn::Turn;
use directory::Territory;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use store::{SealedFile, Spool, Store, StoreError};
use switchboard::{Input, LineId, Plan, Switchboard};
use telephony::{Prompts, Settings, StartFault, Telephony, TelephonyEvent};
use tokio::sync::{mpsc, watch};

/// How many facts may wait for the journal in memory: about ten thousand calls' worth.
const SPOOL: usize = 100_000;

/// What is needed to open the house.
pub struct Opening {
    /// The plan to begin with, where none was ever put in force: then the store's is the one, and this is not looked at.
    pub plan: Plan,
    /// The store.
    pub store: Store,
    /// How the directory is kept.
    pub directory: DirectorySettings,
    /// Telephony's settings; the numbers are taken from the lines.
    pub telephony: Settings,
    /// The prompts.
    pub prompts: Prompts,
    /// Where the places of callers who wait are written; none if a crash may cost them.
    pub places: Option<SealedFile>,
    /// Whether all this is a demonstration.
    pub demo: bool,
}

/// Why the house cannot open.
#[derive(Debug)]
pub enum OpenFault {
    /// Telephony cannot start.
    Telephony(StartFault),
    /// The store cannot be used.
    Store(StoreError),
    /// The plan in force names a time zone that this machine does not know.
    Zone(LineId, String),
    /// A thread cannot be started.
    Thread(std::io::Error),
}

impl fmt::Display for OpenFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenFault::Telephony(fault) => fault.fmt(out),
            OpenFault::Store(fault) => fault.fmt(out),
            OpenFault::Zone(line, words) => write!(out, "line {line}: {words}"),
            OpenFault::Thread(fault) => write!(out, "a thread cannot be started: {fault}"),
        }
    }
}

impl std::error::Error for OpenFault {}

impl House {
    /// Opens the house: closes what an earlier run left open, starts telephony and the crank. Must be called within a
    /// tokio runtime.
    ///
    /// # Errors
    /// [`OpenFault`], with words that say what to do.
    pub async fn open(opening: Opening) -> Result<Self, OpenFault> {
        let Opening { plan: first, store, directory, mut telephony, mut prompts, places: mut kept, demo } = opening;
        let clock = Clock::start();
        let (plan, protocol) = office::in_force(&store, first, clock.wall_ms()).await?;
        recordings::load(&store, &mut prompts).await.map_err(OpenFault::Store)?;
        end_what_was_open(&store, clock.wall_ms()).await.map_err(OpenFault::Store)?;
        let board = store.live_board().await.map_err(OpenFault::Store)?;
        let (journal, committed) = Spool::start(store.clone(), SPOOL).map_err(OpenFault::Store)?;
        let (show_live, live) = watch::channel(Arc::new(board.clone()));
        spawn(announce(store.clone(), board, committed, show_live));
        let (sender, turns) = channel();
        let cluster = Alone::new(sender);
        let line_numbers = office::line_numbers(&plan);
        telephony.numbers = line_numbers.clone();
        let Staffing { people, phones, .. } = Staffing::read(&store, &plan).await.map_err(OpenFault::Store)?;
        staffing::write_weekly(&store, clock.wall_ms()).await.map_err(OpenFault::Store)?;
        let rota = staffing::rota(&store, &plan, clock.wall_ms()).await.map_err(OpenFault::Store)?;
        let left = kept.as_mut().and_then(|file| places::left(file, clock.wall_ms()));
        let telephony =
            Telephony::start(telephony, prompts.clone(), sink(cluster.clone())).await.map_err(OpenFault::Telephony)?;
        if let Some(left) = left {
            telephony.take_tag_keys(left.keys);
            cluster.send(Turn::Told(Input::Places(left.places)));
        }
        trunk_history::remember(&store, &telephony).await.map_err(OpenFault::Store)?;
        let (trunk_changes, changed) = mpsc::unbounded_channel();
        spawn(trunk_history::keep(store.clone(), changed));
        let telephony = Arc::new(telephony);
        let places = kept.map(|file| Places::start(file, Arc::clone(&telephony))).transpose();
        let counts = Arc::new(Counts::since(clock.wall_ms()));
        let plan = Arc::new(plan);
        let board = Switchboard::new(Arc::clone(&plan));
        let (show_supervision, supervision) = watch::channel(Arc::new(board.supervision()));
        let crank = Crank {
            board,
            clock,
            telephony: Arc::clone(&telephony),
            chronicle: Chronicle { counts: Arc::clone(&counts), sound: Sound::default(), journal: journal.clone() },
            desks: Desks::default(),
            callers: HashMap::new(),
            phones,
            trunk_changes,
            supervision: Supervision { shown: show_supervision, due: None },
            places: places.map_err(OpenFault::Thread)?.unwrap_or_default(),
            drained: None,
            told_wall: None,
        };
        cluster.send(Turn::Told(Input::People(people)));
        cluster.send(Turn::Told(Input::Rota(rota)));
        let thread = begin_deciding(crank, turns)?;
        let protocol = watch::channel(Arc::new(protocol)).0;
        let signals = Signals::start(&store, protocol.subscribe(), clock).await.map_err(OpenFault::Store)?;
        let house = Self(Arc::new(Inner {
            clock,
            cluster,
            telephony,
            journal,
            directory: Directory::open(store.clone(), directory, clock),
            guides: Guides::open(store.clone()).await.map_err(OpenFault::Store)?,
            store,
            territory: Territory::load(),
            plan: watch::channel(plan).0,
            protocol,
            signals,
            line_numbers,
            planning: Arc::default(),
            prompts: Mutex::new(prompts),
            supervision,
            live,
            counts,
            demo,
            drains: AtomicBool::new(false),
            sockets: AtomicU64::new(0),
            thread: Mutex::new(Some(thread)),
        }));
        spawn(Self::keep_rota(Arc::downgrade(&house.0)));
        Ok(house)
    }
}

/// Begins the thread that decides.
fn begin_deciding(crank: Crank, turns: Receiver<Turn>) -> Result<JoinHandle<()>, OpenFault> {
    let named = std::thread::Builder::new().name("vigie-switchboard".into());
    named.spawn(move || crank.run(&turns)).map_err(OpenFault::Thread)
}

/// Ends what an earlier run left open.
async fn end_what_was_open(store: &Store, at: i64) -> Result<(), StoreError> {
    let interrupted = store.close_interrupted(at).await?;
    if interrupted > 0 {
        tracing::warn!(interrupted, "facts of an earlier run were left open and are closed as interrupted");
    }
    Ok(())
}

fn sink(cluster: Alone) -> Arc<dyn Fn(TelephonyEvent) + Send + Sync> {
    Arc::new(move |event| cluster.send(Turn::Telephony(event)))
}
