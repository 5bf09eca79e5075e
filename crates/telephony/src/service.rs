//! Telephony as the node sees it: start it, give it orders, hear its events.

use crate::browser::OfferRefused;
use crate::engine::{Engine, MediaFigures};
use crate::order::{Order, TelephonyEvent};
use crate::prompt::Prompts;
use crate::sip::peers::Peer;
use crate::sip::trunk::{self, LegOrders, Trunk};
use crate::wire::media_thread::{self, Media, MediaCommand};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use switchboard::{LegId, LineId};
use tokio::sync::oneshot;

/// Where telephony's events go. Called from several threads; must not wait.
pub type Sink = Arc<dyn Fn(TelephonyEvent) + Send + Sync>;

/// What telephony must know to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The trunks' side.
    pub trunk: TrunkSettings,
    /// The one UDP port of all browsers.
    pub browsers: SocketAddr,
    /// The address told to browsers; by default that of `browsers`, or this machine's own if that is unspecified.
    pub browsers_announced: Option<IpAddr>,
}

/// The trunks' side.
#[derive(Debug, Clone)]
pub struct TrunkSettings {
    /// Addresses to listen on for SIP, each over UDP and TCP.
    pub listen: Vec<SocketAddr>,
    /// The address told to trunks, if it is not the one they reach (behind a NAT).
    pub announced: Option<IpAddr>,
    /// Who may call.
    pub peers: Vec<Peer>,
    /// First and last UDP port for trunk media.
    pub rtp_ports: (u16, u16),
    /// Which line each number reaches. Numbers as in the Request-URI, digits with an optional leading `+`.
    pub numbers: BTreeMap<String, LineId>,
}

/// Why telephony could not start.
#[derive(Debug)]
pub enum StartFault {
    /// A port is taken or an address is not this machine's.
    Bind {
        /// What it was for, as the configuration names it.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why.
        fault: std::io::Error,
    },
    /// Anything else.
    Other(String),
}

impl fmt::Display for StartFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartFault::Bind { what, address, fault } if fault.kind() == std::io::ErrorKind::AddrInUse => write!(
                out,
                "{address} ({what}) is in use by another program: stop that program, or choose another port"
            ),
            StartFault::Bind { what, address, fault } => {
                write!(out, "{address} ({what}) cannot be listened on: {fault}; choose an address of this machine")
            }
            StartFault::Other(words) => out.write_str(words),
        }
    }
}

impl std::error::Error for StartFault {}

/// Ids of legs, in order of their making.
#[derive(Debug, Default)]
pub(crate) struct LegIds(AtomicI64);

impl LegIds {
    pub(crate) fn next(&self) -> LegId {
        LegId(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Telephony, running.
pub struct Telephony {
    media: Media,
    media_thread: Option<JoinHandle<()>>,
    trunk: Trunk,
    legs: LegOrders,
    ids: Arc<LegIds>,
    figures: Arc<MediaFigures>,
}

impl Telephony {
    /// Opens every socket and starts. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`StartFault`], with words that say what to do.
    pub async fn start(settings: Settings, prompts: Prompts, sink: Sink) -> Result<Self, StartFault> {
        let socket = std::net::UdpSocket::bind(settings.browsers).map_err(|fault| StartFault::Bind {
            what: "browsers' media, UDP",
            address: settings.browsers,
            fault,
        })?;
        let bound = socket.local_addr().map_err(|fault| StartFault::Other(fault.to_string()))?;
        let announced = settings.browsers_announced.unwrap_or_else(|| trunk::own_address(bound));
        let figures = Arc::new(MediaFigures::default());
        let engine = Engine::new(prompts, SocketAddr::new(announced, bound.port()), Arc::clone(&figures));
        let (media, thread) = media_thread::start(engine, socket, Arc::clone(&sink))
            .map_err(|fault| StartFault::Other(format!("the media thread cannot start: {fault}")))?;
        let ids = Arc::new(LegIds::default());
        let legs = LegOrders::default();
        let trunk = Trunk::start(settings.trunk, media.clone(), legs.clone(), Arc::clone(&ids), sink).await?;
        Ok(Self { media, media_thread: Some(thread), trunk, legs, ids, figures })
    }

    /// Carries out an order. Never waits.
    pub fn perform(&self, order: Order) {
        match order {
            Order::Ring(leg) | Order::Answer(leg) | Order::Refuse(leg, _) | Order::HangUp(leg) => {
                if !self.legs.send(leg, &order) {
                    self.media.ask(MediaCommand::Order(order));
                }
            }
            Order::Play(..) | Order::Bridge(..) | Order::Part(_) | Order::Unattended(_) => {
                self.media.ask(MediaCommand::Order(order));
            }
        }
    }

    /// Opens a leg to a browser: takes its offer and gives the answer.
    ///
    /// # Errors
    /// [`OfferRefused`].
    pub async fn open_browser(&self, offer: String) -> Result<(LegId, String), OfferRefused> {
        let leg = self.ids.next();
        let (reply, answered) = oneshot::channel();
        self.media.ask(MediaCommand::AddBrowser { leg, offer, reply });
        let answer = answered.await.map_err(|_| OfferRefused::NoMedia)??;
        Ok((leg, answer))
    }

    /// Counts of packets.
    #[must_use]
    pub fn figures(&self) -> &MediaFigures {
        &self.figures
    }

    /// The addresses on which SIP is listened for.
    #[must_use]
    pub fn sip_addresses(&self) -> &[SocketAddr] {
        self.trunk.addresses()
    }
}

impl Drop for Telephony {
    fn drop(&mut self) {
        self.trunk.stop();
        self.media.ask(MediaCommand::Stop);
        if let Some(thread) = self.media_thread.take() {
            // The thread has no way to fail but a panic, which has been reported already.
            let _panicked = thread.join();
        }
    }
}
