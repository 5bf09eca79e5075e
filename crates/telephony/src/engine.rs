//! Every leg's media on this node: prompts played, sound passed on or mixed, keys read. Pure: datagrams and time come in,
//! datagrams and events go out. Who hears whom is in `hearing`.

mod hearing;
mod presence;
mod reports;
mod trunks;

use crate::audio::FRAME_MS;
use crate::browser::{BrowserPeer, FromBrowser, OfferRefused};
use crate::leg::{Connection, Leg, Numbers, Source};
use crate::mix;
use crate::order::{Order, TelephonyEvent};
use crate::prompt::{Next, Player, Prompts};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use switchboard::{LegEnd, LegId};

/// Counts of packets, for metrics. No address is among them.
#[derive(Debug, Default)]
pub struct MediaFigures {
    /// Packets received and used.
    pub received: AtomicU64,
    /// Packets sent.
    pub sent: AtomicU64,
    /// Packets dropped because they came from an address that was not signalled.
    pub foreign: AtomicU64,
    /// Packets dropped because they could not be read.
    pub unreadable: AtomicU64,
}

impl MediaFigures {
    fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// A datagram to send.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// From the trunk leg's own socket.
    Trunk(LegId, SocketAddr, Vec<u8>),
    /// RTCP of a trunk leg: from its own socket for it, or from that of its sound.
    Control { leg: LegId, to: SocketAddr, bytes: Vec<u8>, multiplexed: bool },
    /// From the browsers' socket.
    Browser(SocketAddr, Vec<u8>),
}

/// The media of all legs.
pub(crate) struct Engine {
    legs: BTreeMap<LegId, Leg>,
    /// By whom each leg is heard: the legs' sources, turned around.
    ears: BTreeMap<LegId, Vec<LegId>>,
    /// Which leg a browser's address was last found to belong to.
    browsers: HashMap<SocketAddr, LegId>,
    pub(crate) prompts: Prompts,
    announced: SocketAddr,
    figures: Arc<MediaFigures>,
    pub(crate) out: Vec<Outgoing>,
    pub(crate) events: Vec<TelephonyEvent>,
    /// Trunk legs of which nothing has been heard for a while.
    pub(crate) silent: Vec<LegId>,
    /// Which legs' reports are due next.
    round: u64,
}

impl Engine {
    pub(crate) fn new(prompts: Prompts, announced: SocketAddr, figures: Arc<MediaFigures>) -> Self {
        Self {
            legs: BTreeMap::new(),
            ears: BTreeMap::new(),
            browsers: HashMap::new(),
            prompts,
            announced,
            figures,
            out: Vec::new(),
            events: Vec::new(),
            silent: Vec::new(),
            round: 0,
        }
    }

    /// How many legs there are.
    pub(crate) fn legs(&self) -> usize {
        self.legs.len()
    }

    pub(crate) fn knows(&self, id: LegId) -> bool {
        self.legs.contains_key(&id)
    }

    pub(crate) fn add_browser(&mut self, id: LegId, offer: &str, now: Instant) -> Result<String, OfferRefused> {
        let (peer, answer) = BrowserPeer::answer(offer, self.announced, now)?;
        self.legs.insert(id, Leg::new(Connection::Browser(Box::new(peer)), 0, now));
        Ok(answer)
    }

    /// See [`BrowserPeer::restart`].
    pub(crate) fn restart_browser(&mut self, id: LegId, offer: &str, now: Instant) -> Result<String, OfferRefused> {
        let Some(Leg { connection: Connection::Browser(peer), .. }) = self.legs.get_mut(&id) else {
            return Err(OfferRefused::NoMedia);
        };
        let mut told = Vec::new();
        let answer = peer.restart(offer, now, &mut told);
        self.take_browser(id, told, now);
        answer
    }

    pub(crate) fn order(&mut self, order: Order, now: Instant) {
        match order {
            Order::Answer(id) => self.answer(id),
            Order::Refuse(id, _) | Order::HangUp(id) => self.remove(id, now),
            Order::Play(id, playing) => self.listen_to(id, Source::Player(Player::new(playing, &self.prompts))),
            Order::Hear(id, heard) => self.hear(id, heard),
            Order::Unattended(id) => self.attend(id, false),
            Order::Attended(id) => self.attend(id, true),
            // A browser has no ringing to send: its page shows it. Dialling is the trunk's.
            Order::Ring(_) | Order::Dial(..) => {}
        }
    }

    fn answer(&mut self, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        match &leg.connection {
            Connection::Browser(peer) if peer.connected => self.events.push(TelephonyEvent::Answered(id)),
            Connection::Browser(_) => leg.presence.answer_due = true,
            Connection::Trunk(_) => {}
        }
    }

    pub(crate) fn remove(&mut self, id: LegId, now: Instant) {
        self.forget_voice(id);
        let Some(mut leg) = self.legs.remove(&id) else { return };
        if let Connection::Browser(peer) = &mut leg.connection {
            let mut told = Vec::new();
            peer.close(now, &mut told);
            self.browsers.retain(|_, owner| *owner != id);
            self.send_datagrams(told);
        }
    }

    fn send_datagrams(&mut self, told: Vec<FromBrowser>) {
        for item in told {
            if let FromBrowser::Datagram(to, bytes) = item {
                self.out.push(Outgoing::Browser(to, bytes));
            }
        }
    }

    /// A datagram on the browsers' socket.
    pub(crate) fn browser_datagram(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        let Some(id) = self.browsers.get(&from).copied().or_else(|| self.introduce(from, bytes, now)) else {
            MediaFigures::count(&self.figures.foreign);
            return;
        };
        let Some(Leg { connection: Connection::Browser(peer), .. }) = self.legs.get_mut(&id) else {
            self.browsers.remove(&from);
            return;
        };
        let mut told = Vec::new();
        peer.receive(from, bytes, now, &mut told);
        self.take_browser(id, told, now);
    }

    /// The leg that an address not heard before belongs to. Only a connectivity check (STUN, whose first byte is 0 to 3:
    /// RFC 7983 section 7) can introduce one; anything else is dropped without a look.
    fn introduce(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) -> Option<LegId> {
        if bytes.first().is_none_or(|first| *first > 3) {
            return None;
        }
        let owner = self.legs.iter().find_map(|(id, leg)| match &leg.connection {
            Connection::Browser(peer) => peer.accepts(from, bytes, now).then_some(*id),
            Connection::Trunk(_) => None,
        })?;
        self.browsers.insert(from, owner);
        if let Some(Leg { connection: Connection::Browser(peer), .. }) = self.legs.get_mut(&owner)
            && let Some(oldest) = peer.came_from(from)
        {
            self.browsers.remove(&oldest);
        }
        Some(owner)
    }

    fn take_browser(&mut self, id: LegId, told: Vec<FromBrowser>, now: Instant) {
        for item in told {
            match item {
                FromBrowser::Datagram(to, bytes) => self.out.push(Outgoing::Browser(to, bytes)),
                FromBrowser::Connected => self.connected(id, now),
                FromBrowser::Sound(packet) => {
                    self.heard(id, now);
                    let header = &packet.header;
                    self.received(id, *header.ssrc, header.sequence_number, Some(header.timestamp), now);
                    self.spoken(id, header.sequence_number, header.timestamp, &packet.payload, now);
                }
                FromBrowser::TelephoneEvent(packet) => {
                    self.heard(id, now);
                    let header = &packet.header;
                    self.received(id, *header.ssrc, header.sequence_number, None, now);
                    self.key(id, header.sequence_number, header.timestamp, &packet.payload, now);
                }
                FromBrowser::Told { round_trip, lost } => self.told(id, round_trip, lost),
                FromBrowser::Gone => {
                    self.remove(id, now);
                    self.events.push(TelephonyEvent::Ended(id, LegEnd::HungUp));
                }
            }
        }
    }

    fn key(&mut self, id: LegId, sequence: u16, timestamp: u32, payload: &[u8], now: Instant) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if let Some(digit) = leg.keys.read(timestamp, payload) {
            self.events.push(TelephonyEvent::Digit(id, digit));
        }
        for ear in self.ears_of(id) {
            self.pass_key(ear, sequence, timestamp, payload, now);
        }
    }

    fn pass_key(&mut self, ear: LegId, sequence: u16, timestamp: u32, payload: &[u8], now: Instant) {
        let Some(numbers) = self.numbers_for(ear, sequence, timestamp, now) else { return };
        let Some(leg) = self.legs.get_mut(&ear) else { return };
        match &mut leg.connection {
            Connection::Trunk(trunk) => self.out.extend(trunk.key(ear, numbers, payload)),
            Connection::Browser(browser) => {
                browser.send_telephone_event((numbers.sequence, numbers.timestamp, numbers.first), payload, now);
                self.flush_browser(ear, now);
            }
        }
    }

    fn send_sound(&mut self, id: LegId, numbers: Numbers, payload: &[u8], now: Instant) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let crossed = leg.tail.take().map(|tail| mix::cross(&tail, payload));
        let payload = crossed.as_deref().unwrap_or(payload);
        match &mut leg.connection {
            Connection::Trunk(trunk) => {
                if let Some(packet) = trunk.sound(id, numbers, payload) {
                    MediaFigures::count(&self.figures.sent);
                    leg.control.sent(numbers.timestamp, payload.len());
                    self.out.push(packet);
                }
            }
            Connection::Browser(peer) => {
                MediaFigures::count(&self.figures.sent);
                peer.send_sound((numbers.sequence, numbers.timestamp, numbers.first), payload, now);
                self.flush_browser(id, now);
            }
        }
    }

    fn flush_browser(&mut self, id: LegId, now: Instant) {
        let mut told = Vec::new();
        if let Some(Leg { connection: Connection::Browser(peer), .. }) = self.legs.get_mut(&id) {
            peer.drain(now, &mut told);
        }
        // Sound that arrived meanwhile cannot be among this: only received datagrams bring it.
        self.take_browser(id, told, now);
    }

    /// Twenty milliseconds have passed: the next frame of every playing, and the browsers' own timers.
    pub(crate) fn tick(&mut self, now: Instant) {
        for leg in self.legs.values_mut() {
            leg.voice.tick();
        }
        let ids: Vec<LegId> = self.legs.keys().copied().collect();
        for id in ids {
            self.play_frame(id, now);
            self.mix_frame(id, now);
            self.browser_time(id, now);
            self.watch(id, now);
        }
        self.report(now);
    }

    fn play_frame(&mut self, id: LegId, now: Instant) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Source::Player(player) = &mut leg.source else { return };
        match player.next() {
            Next::Frame(frame) => {
                let numbers = leg.numbering.made(now);
                self.send_sound(id, numbers, &frame, now);
            }
            Next::Ended(play) => {
                leg.source = Source::Nothing;
                self.events.push(TelephonyEvent::PromptEnded(id, play));
            }
        }
    }

    fn browser_time(&mut self, id: LegId, now: Instant) {
        let mut told = Vec::new();
        if let Some(Leg { connection: Connection::Browser(peer), .. }) = self.legs.get_mut(&id) {
            peer.time_passes(now, &mut told);
        }
        self.take_browser(id, told, now);
    }
}

/// Time between two ticks.
pub(crate) const TICK: Duration = Duration::from_millis(FRAME_MS);

#[cfg(test)]
mod conference_tests;
#[cfg(test)]
mod tests;
