//! A door for the fuzz targets under `fuzz/`: what they call that is otherwise nobody's business but this room's. Built with
//! the feature `fuzzing` alone, which no part of the product asks for.

use crate::audio::rtcp::Control;
use crate::audio::srtp::{Keys, MasterKey, Secure, Suite};
use crate::engine;
use crate::leg::{Codec, RtpTarget};
use crate::number::CallerNumber;
use crate::order::{Order, TelephonyEvent};
use crate::prompt::Prompts;
use crate::sip::sdp::RemoteAudio;
use crate::sip::{caller, challenge, escapes};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Instant;
use switchboard::LegId;

/// A message of the SIP stack's with every escape as it came.
#[must_use]
pub fn escapes_told(message: &[u8]) -> Cow<'_, [u8]> {
    escapes::told(message)
}

/// A message of the SIP stack's with its digest answers in the words of others.
#[must_use]
pub fn answers_told(message: &[u8]) -> Cow<'_, [u8]> {
    challenge::told(message)
}

/// The head of a response with its challenges in the SIP stack's words.
#[must_use]
pub fn challenges_understood(head: &str) -> Cow<'_, str> {
    challenge::understood(head)
}

/// How many digits the caller's number has in an INVITE that passed the edge, if one is told, and whether they are digits.
/// The number itself stays in this room, here too.
#[must_use]
pub fn caller_in(message: &[u8]) -> Option<(usize, bool)> {
    caller::of_message(message).map(|number| described(&number))
}

/// The same for a text that may be a caller's number; and whether two texts are one number.
#[must_use]
pub fn caller_number(text: &str) -> Option<(usize, bool)> {
    CallerNumber::read(text).map(|number| described(&number))
}

/// Whether two texts are the same caller's number; `None` if either is none.
#[must_use]
pub fn same_caller(one: &str, other: &str) -> Option<bool> {
    Some(CallerNumber::read(one)?.digits() == CallerNumber::read(other)?.digits())
}

fn described(number: &CallerNumber) -> (usize, bool) {
    (number.digits().len(), number.digits().iter().all(u8::is_ascii_digit))
}

/// One end of encrypted sound.
pub struct Secured(Secure);

impl Secured {
    /// With keys of these bytes; `None` if the library cannot work with them.
    #[must_use]
    pub fn new(suite: Suite, ours: u8, theirs: u8) -> Option<Self> {
        let key = |byte| MasterKey([byte; MasterKey::LENGTH]);
        Secure::new(Keys { suite, ours: key(ours), theirs: key(theirs) }).map(Self)
    }

    /// Opens what came as RTP.
    pub fn open(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.0.open(bytes)
    }

    /// Opens what came as RTCP.
    pub fn open_control(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.0.open_control(bytes)
    }

    /// Encrypts what may be RTP.
    pub fn protect(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.0.protect(bytes)
    }

    /// Encrypts what may be RTCP.
    pub fn protect_control(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.0.protect_control(bytes)
    }
}

/// One leg's side of RTCP.
#[derive(Debug)]
pub struct Reports(Control);

impl Reports {
    /// Nothing heard and nothing sent.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self(Control::new(now))
    }

    /// Takes a packet of sound.
    pub fn take(&mut self, source: u32, sequence: u16, timestamp: u32, now: Instant) {
        self.0.reception.take(source, sequence, Some(timestamp), now);
    }

    /// Takes what the other side says; `false` if it cannot be read.
    pub fn hear(&mut self, own: u32, bytes: &[u8], now: Instant) -> bool {
        self.0.hear(own, bytes, now)
    }

    /// What is to be sent now, and what people would say of the sound, if any came: 1 to 4.5.
    pub fn tell(&mut self, own: u32, now: Instant) -> (Vec<u8>, Option<f32>) {
        self.0.sent(own, 160);
        let (bytes, quality) = self.0.tell(own, now);
        (bytes, quality.map(|quality| quality.mos()))
    }
}

/// The media of all legs, without sockets.
pub struct Engine(engine::Engine);

impl Engine {
    /// An engine without legs. Its prompts are a frame of silence each; `announced` is what browsers are told.
    #[must_use]
    pub fn new(prompts: Prompts, announced: SocketAddr) -> Self {
        Self(engine::Engine::new(prompts, announced, std::sync::Arc::default()))
    }

    /// A trunk leg whose sound comes from `remote`, and its RTCP from the next port.
    pub fn add_trunk(&mut self, id: LegId, remote: SocketAddr, pcma: bool, sending: bool, now: Instant) {
        self.0.add_trunk(id, 0x0101_0101, Some(target(remote, pcma, sending)), now);
    }

    /// The other side of a trunk leg moves.
    pub fn set_target(&mut self, id: LegId, remote: SocketAddr, pcma: bool, sending: bool) {
        self.0.set_target(id, target(remote, pcma, sending));
    }

    /// The other side of a trunk leg is where a description says.
    pub fn describe(&mut self, id: LegId, audio: &RemoteAudio) {
        if let Some(target) = audio.target(None) {
            self.0.set_target(id, target);
        }
    }

    /// A browser's leg, and the answer to its offer.
    pub fn add_browser(&mut self, id: LegId, offer: &str, now: Instant) -> Option<String> {
        self.0.add_browser(id, offer, now).ok()
    }

    /// Carries an order out.
    pub fn order(&mut self, order: Order, now: Instant) {
        self.0.order(order, now);
    }

    /// A datagram on a trunk leg's socket.
    pub fn trunk_datagram(&mut self, id: LegId, from: SocketAddr, bytes: &[u8], now: Instant) {
        self.0.trunk_datagram(id, from, bytes, now);
    }

    /// A datagram on a trunk leg's socket for RTCP.
    pub fn trunk_control(&mut self, id: LegId, from: SocketAddr, bytes: &[u8], now: Instant) {
        self.0.trunk_control(id, from, bytes, now);
    }

    /// A datagram on the browsers' socket.
    pub fn browser_datagram(&mut self, from: SocketAddr, bytes: &[u8], now: Instant) {
        self.0.browser_datagram(from, bytes, now);
    }

    /// Twenty milliseconds have passed.
    pub fn tick(&mut self, now: Instant) {
        self.0.tick(now);
    }

    /// Whether a leg is there.
    #[must_use]
    pub fn knows(&self, id: LegId) -> bool {
        self.0.knows(id)
    }

    /// What is to be sent: the trunk leg whose sound or RTCP it is (none: a browser's), where to, and the bytes.
    pub fn sent(&mut self) -> Vec<(Option<LegId>, SocketAddr, Vec<u8>)> {
        let told = std::mem::take(&mut self.0.out).into_iter().map(|out| match out {
            engine::Outgoing::Trunk(leg, to, bytes) => (Some(leg), to, bytes),
            engine::Outgoing::Control { leg, to, bytes, .. } => (Some(leg), to, bytes),
            engine::Outgoing::Browser(to, bytes) => (None, to, bytes),
        });
        told.collect()
    }

    /// What happened, and which legs were found silent.
    pub fn told(&mut self) -> (Vec<TelephonyEvent>, Vec<LegId>) {
        (std::mem::take(&mut self.0.events), std::mem::take(&mut self.0.silent))
    }
}

fn target(remote: SocketAddr, pcma: bool, sending: bool) -> RtpTarget {
    let (codec, payload_type) = if pcma { (Codec::Pcma, 8) } else { (Codec::Pcmu, 0) };
    let control = SocketAddr::new(remote.ip(), remote.port().wrapping_add(1));
    RtpTarget { remote, codec, payload_type, telephone_event: Some(101), control, sending, keys: None }
}
