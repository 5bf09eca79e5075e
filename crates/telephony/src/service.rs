//! Telephony as the node sees it: start it, give it orders, hear its events.

use crate::audio::Sound;
use crate::browser::OfferRefused;
use crate::engine::{Engine, MediaFigures};
use crate::order::{LegIds, Order, Sink};
use crate::prompt::Prompts;
use crate::settings::{Settings, StartFault};
use crate::sip::context::{self, LegOrders};
use crate::sip::endpoint::Endpoint;
use crate::sip::guard::EdgeFigures;
use crate::sip::health::{TrunkChange, TrunkState};
use crate::tag::{TagKeys, Tags};
use crate::wire::media_thread::{self, Media, MediaCommand};
use crate::wire::wall_seconds;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use switchboard::{DialRules, Language, LegId, PromptName};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Telephony, running.
pub struct Telephony {
    media: Media,
    media_thread: Option<JoinHandle<()>>,
    endpoint: Endpoint,
    legs: LegOrders,
    ids: Arc<LegIds>,
    tags: Arc<Tags>,
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
        let announced = settings.browsers_announced.unwrap_or_else(|| context::own_address(bound));
        let figures = Arc::new(MediaFigures::default());
        let engine = Engine::new(prompts, SocketAddr::new(announced, bound.port()), Arc::clone(&figures));
        let legs = LegOrders::default();
        let (media, thread) = media_thread::start(engine, socket, Arc::clone(&sink), legs.clone())
            .map_err(|fault| StartFault::Other(format!("the media thread cannot start: {fault}")))?;
        let ids = Arc::new(LegIds::default());
        let tags = Arc::new(Tags::new(TagKeys::draw(wall_seconds())));
        let shared = (legs.clone(), Arc::clone(&ids), Arc::clone(&tags));
        let endpoint = Endpoint::start(settings, media.clone(), shared, sink).await?;
        Ok(Self { media, media_thread: Some(thread), endpoint, legs, ids, tags, figures })
    }

    /// Carries out an order. Never waits.
    pub fn perform(&self, order: Order) {
        match order {
            Order::Ring(leg) | Order::Answer(leg) | Order::Refuse(leg, _) | Order::HangUp(leg) => {
                if !self.legs.send(leg, &order) {
                    self.media.ask(MediaCommand::Order(order));
                }
            }
            Order::Dial(leg, number, line) => self.endpoint.dial(leg, number, line),
            Order::Play(..) | Order::Hear(..) | Order::Unattended(_) | Order::Attended(_) => {
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

    /// Finds a new way to the browser of a leg, whose page noticed that its network changed: the leg and its keys stay.
    ///
    /// # Errors
    /// [`OfferRefused`]: `NoMedia` when the leg is gone, `Malformed` when the offer is not of the same browser.
    pub async fn restart_browser(&self, leg: LegId, offer: String) -> Result<String, OfferRefused> {
        let (reply, answered) = oneshot::channel();
        self.media.ask(MediaCommand::RestartBrowser { leg, offer, reply });
        answered.await.map_err(|_| OfferRefused::NoMedia)?
    }

    /// Takes no new calls from the trunk; those in progress, and calls that are placed for them, go on.
    pub fn drain(&self) {
        self.endpoint.drain();
    }

    /// Puts a sound in the place of a prompt. Playings that begin from now on play it.
    pub fn put_prompt(&self, name: PromptName, language: Language, sound: Sound) {
        self.media.ask(MediaCommand::Prompt { name, language, sound: Some(sound) });
    }

    /// Takes a sound that was put away again: the prompt that came with the program, if there is one, is played then.
    pub fn remove_prompt(&self, name: PromptName, language: Language) {
        self.media.ask(MediaCommand::Prompt { name, language, sound: None });
    }

    /// Goes on with keys that were sealed away, in place of those drawn at the start: callers of before are known again, for
    /// as long as the keys live.
    pub fn take_tag_keys(&self, keys: TagKeys) {
        self.tags.take(keys, wall_seconds());
    }

    /// The keys of the tags as bytes, to be sealed away; see [`TagKeys::from_bytes`].
    #[must_use]
    pub fn sealed_tag_keys(&self) -> Zeroizing<[u8; TagKeys::SEALED]> {
        self.tags.with(wall_seconds(), |keys| keys.sealed_bytes())
    }

    /// How the trunks stand, in the order of the settings.
    #[must_use]
    pub fn trunks(&self) -> Vec<TrunkState> {
        self.endpoint.states()
    }

    /// Puts what changed at a trunk before the start behind what has changed since; newest first, each with its time in seconds
    /// since 1970.
    pub fn remember_changes(&self, trunk: &str, before: Vec<(u64, TrunkChange)>) {
        self.endpoint.remember_changes(trunk, before);
    }

    /// Which kinds of numbers may be called.
    #[must_use]
    pub fn dial_rules(&self) -> &DialRules {
        self.endpoint.dial_rules()
    }

    /// Whether sound is carried: the media thread runs.
    #[must_use]
    pub fn carries(&self) -> bool {
        self.media_thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// Counts of packets.
    #[must_use]
    pub fn figures(&self) -> &MediaFigures {
        &self.figures
    }

    /// Counts of what came to the SIP sockets.
    #[must_use]
    pub fn edge_figures(&self) -> &EdgeFigures {
        self.endpoint.edge_figures()
    }

    /// The addresses on which SIP is listened for.
    #[must_use]
    pub fn sip_addresses(&self) -> &[SocketAddr] {
        self.endpoint.addresses()
    }
}

impl Drop for Telephony {
    fn drop(&mut self) {
        self.endpoint.stop();
        self.media.ask(MediaCommand::Stop);
        if let Some(thread) = self.media_thread.take() {
            // The thread has no way to fail but a panic, which has been reported already.
            let _panicked = thread.join();
        }
    }
}
