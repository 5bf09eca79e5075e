//! Joins the rooms into a running service.

mod alarms;
mod letters;
mod secure;

use crate::commands::wall_ms;
use crate::config::{Alarms, Certificate, waiting_folder};
use alarms::{Mail, Way, Webhook};
use axum::serve::ListenerExt;
use directory::Territory;
use node::{Directory, DirectorySettings, FreshnessRules, House, Opening};
use secure::SecureListener;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::{KeptFile, KeptFolder, Place, SealedFile, Store};
use telephony::Settings;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a service is made of.
pub(crate) struct Plan {
    pub(crate) place: Place,
    /// A folder in this machine's memory, for keys that no disk may have.
    pub(crate) memory: PathBuf,
    pub(crate) http: SocketAddr,
    /// For HTTPS, and for SIP over TLS; without it, plain HTTP is spoken.
    pub(crate) certificate: Option<Certificate>,
    pub(crate) web: web::Settings,
    pub(crate) telephony: Settings,
    /// The plan to begin with, where none was ever put in force.
    pub(crate) plan: switchboard::Plan,
    /// Who is told when something is wrong.
    pub(crate) alarms: Alarms,
    /// How the directory is kept right.
    pub(crate) freshness: FreshnessRules,
    /// How long calls in progress may take to come to their end once the service is told to stop.
    pub(crate) drain: Duration,
    pub(crate) demo: bool,
}

/// Where the pages are asked for.
enum Doorstep {
    Plain(TcpListener),
    Secure(SecureListener),
}

/// A service whose sockets are open.
pub(crate) struct Service {
    pub(crate) house: House,
    pub(crate) http: SocketAddr,
    listener: Doorstep,
    web: web::Settings,
    ways: Vec<Way>,
    mail: Option<Mail>,
    drain: Duration,
}

impl Service {
    /// Opens everything; after this, callers are taken.
    pub(crate) async fn open(mut plan: Plan) -> Result<Self, String> {
        telephony::install_crypto();
        let ways = ways(&plan.alarms)?;
        let mail = plan.alarms.mail().map(|settings| Mail::new(&settings)).transpose()?;
        let prompts = crate::prompts::load()?;
        let listener = TcpListener::bind(plan.http).await.map_err(|fault| {
            if fault.kind() == std::io::ErrorKind::AddrInUse {
                format!("{} (pages) is in use by another program: stop that program, or choose another port", plan.http)
            } else {
                format!("{} (pages) cannot be listened on: {fault}; choose an address of this machine", plan.http)
            }
        })?;
        let http = listener.local_addr().map_err(|fault| fault.to_string())?;
        let certificate = plan.certificate.map(secure::newest).transpose()?;
        plan.telephony.sip.secure.certificate.clone_from(&certificate);
        let listener = match certificate {
            Some(newest) => Doorstep::Secure(SecureListener::start(listener, newest)?),
            None => Doorstep::Plain(listener),
        };
        let store = Store::open(&plan.place).await.map_err(|fault| fault.to_string())?;
        if plan.demo {
            fill_demo_directory(&store, wall_ms()).await?;
        }
        let opening = Opening {
            plan: plan.plan,
            store,
            directory: directory_settings(&plan.place, http, plan.freshness),
            telephony: plan.telephony,
            prompts,
            places: sealed_places(&plan.place, &plan.memory, http),
            demo: plan.demo,
        };
        let house = House::open(opening).await.map_err(|fault| fault.to_string())?;
        Ok(Self { house, http, listener, web: plan.web, ways, mail, drain: plan.drain })
    }

    /// Serves the pages until a signal to stop comes, lets calls come to their end, then closes in good order.
    pub(crate) async fn serve(self) -> Result<(), String> {
        let mut stop = Stop::listen().map_err(|fault| format!("signals cannot be listened for: {fault}"))?;
        let origin = self.web.public_origin.clone().unwrap_or_else(|| format!("http://{}", self.http));
        let router = web::router(self.house.clone(), self.web);
        let listener = self.listener;
        let serving = async {
            match listener {
                Doorstep::Secure(listener) => axum::serve(listener, router).await,
                Doorstep::Plain(listener) => {
                    // A word to a desk must not wait for the one before it to be acknowledged (RFC 896's algorithm would
                    // make it).
                    let listener = listener.tap_io(|stream| {
                        let _slower = stream.set_nodelay(true);
                    });
                    axum::serve(listener, router).await
                }
            }
        };
        let drained = async {
            stop.told().await;
            if self.drain.is_zero() {
                return tracing::info!("told to stop: closing");
            }
            tracing::info!("told to stop: no new calls, those in progress go on; told once more, it stops at once");
            tokio::select! {
                () = self.house.drain() => tracing::info!("no call is open any more: closing"),
                () = tokio::time::sleep(self.drain) => tracing::warn!("calls are still open after the time set: closing"),
                () = stop.told() => tracing::warn!("told to stop once more: closing"),
            }
        };
        tokio::select! {
            served = serving => served.map_err(|fault| format!("the pages can no longer be served: {fault}"))?,
            () = self.house.broken() => {
                return Err("a part that carries calls has ended: the service stops, to be started anew".to_owned());
            }
            () = alarms::watch(self.house.clone(), self.ways) => {}
            () = letters::deliver(self.house.clone(), self.mail, origin) => {}
            () = drained => {}
        }
        self.house.close().await;
        Ok(())
    }
}

/// The ways to tell what is wrong.
///
/// # Errors
/// Words that say what to do.
pub(crate) fn ways(alarms: &Alarms) -> Result<Vec<Way>, String> {
    let webhook = alarms.webhook().map(|address| Webhook::new(address).map(Way::Webhook));
    let mail = alarms.mail().map(|settings| Mail::new(&settings).map(Way::Mail));
    webhook.into_iter().chain(mail).collect()
}

/// How the directory is kept; its files are beside the database, or, where that is on a server, on this machine while needed.
fn directory_settings(place: &Place, http: SocketAddr, freshness: FreshnessRules) -> DirectorySettings {
    let folder = match place {
        Place::Sqlite(database) => database.with_file_name("imports"),
        Place::Postgres(_) => waiting_folder().join(format!("vigie-{}-imports", http.port())),
    };
    let index = match place {
        Place::Sqlite(database) => Some(KeptFile::new(&database.with_file_name("directory.index"))),
        Place::Postgres(_) => None,
    };
    DirectorySettings { index, waiting: KeptFolder::new(&folder), freshness }
}

/// The file that keeps the places of callers who wait over a crash: beside the database, or, where the record is on a server,
/// beside its key in this machine's memory, under a name of the service's own.
fn sealed_places(place: &Place, memory: &Path, http: SocketAddr) -> Option<SealedFile> {
    let path = match place {
        Place::Sqlite(database) => database.with_file_name("places.sealed"),
        Place::Postgres(_) => memory.join(format!("vigie-{}-places.sealed", http.port())),
    };
    match SealedFile::new(&path, memory) {
        Ok(file) => Some(file),
        Err(fault) => {
            tracing::warn!(%fault, "a crash would cost callers who wait their places");
            None
        }
    }
}

/// The signals that mean "stop": that of a terminal, and that of whoever keeps services.
pub(crate) struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    /// Listens for them from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for one of them.
    pub(crate) async fn told(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The seed of the demonstration's directory: the same entries everywhere, so that a screenshot shows what is there.
const DEMO_SEED: u64 = 19;

async fn fill_demo_directory(store: &Store, at: i64) -> Result<(), String> {
    if store.has_entries().await.map_err(|fault| fault.to_string())? {
        return Ok(());
    }
    let entries = directory::demo::entries(Territory::load(), DEMO_SEED);
    let directory = Directory::closed(store.clone(), None);
    directory.put_entries(&entries, 0, at).await.map_err(|fault| fault.to_string())
}

/// A new secret for a link: 32 random bytes as hexadecimal digits.
pub(crate) fn secret() -> Result<String, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|fault| format!("the system gives no random numbers: {fault}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
