//! A browser's peer connection, over `str0m`: the only file that names the WebRTC stack.
//!
//! RTP mode: packets are passed through, never decoded. One UDP port serves all browsers; the server is ICE-lite, so it
//! answers a browser's checks and never sends any of its own.

pub mod offerer;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use str0m::change::SdpOffer;
use str0m::format::{Codec, FormatParams};
use str0m::media::{Direction, Frequency, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// Chooses the cryptography behind DTLS and SRTP. Call once, before the first browser.
pub fn install_crypto() {
    str0m::crypto::from_feature_flags().install_process_default();
}

/// How many addresses a browser's datagrams may come from: its own, those of relays, and some that changed on the way.
const ADDRESSES: usize = 16;

/// Why a browser's offer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferRefused {
    /// The offer could not be read.
    Malformed,
    /// The offer has no audio that both sides know (G.711 A-law).
    NoAudio,
    /// The media thread is gone.
    NoMedia,
}

/// What came out of a peer connection.
#[derive(Debug)]
pub(crate) enum FromBrowser {
    /// A datagram to send.
    Datagram(SocketAddr, Vec<u8>),
    /// ICE and DTLS are done.
    Connected,
    /// A-law sound.
    Sound(RtpPacket),
    /// A telephone event.
    TelephoneEvent(RtpPacket),
    /// What the browser says of our sound: how long it takes there and back, and the share that is lost.
    Told { round_trip: Option<Duration>, lost: Option<f32> },
    /// The browser closed the connection or it broke.
    Gone,
}

/// Between two looks at what the browser says of our sound.
const EVERY: Duration = Duration::from_secs(5);

/// Calls into the stack. It means never to panic on what a peer sends; should it, that one leg is gone and no other
/// notices: the thread that carries every voice goes on.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

/// One browser.
pub(crate) struct BrowserPeer {
    rtc: Rtc,
    local: SocketAddr,
    mid: Option<Mid>,
    sound: Option<Pt>,
    telephone_event: Option<Pt>,
    /// Whose certificate the browser has, as its first offer said.
    fingerprints: Vec<String>,
    /// The addresses it came from, the newest last.
    addresses: VecDeque<SocketAddr>,
    pub(crate) connected: bool,
    pub(crate) next: Instant,
}

/// The certificates that an offer names (RFC 8122 section 5).
fn fingerprints(offer: &str) -> Vec<String> {
    let named = offer.lines().filter_map(|line| line.strip_prefix("a=fingerprint:"));
    let mut named: Vec<String> = named.map(|value| value.trim().to_ascii_lowercase()).collect();
    named.sort_unstable();
    named.dedup();
    named
}

impl BrowserPeer {
    /// Answers an offer. `local` is the address announced to the browser.
    pub(crate) fn answer(offer: &str, local: SocketAddr, now: Instant) -> Result<(Self, String), OfferRefused> {
        guarded(|| Self::take_offer(offer, local, now)).unwrap_or(Err(OfferRefused::Malformed))
    }

    fn take_offer(offer: &str, local: SocketAddr, now: Instant) -> Result<(Self, String), OfferRefused> {
        let fingerprints = fingerprints(offer);
        let offer = SdpOffer::from_sdp_string(offer).map_err(|_| OfferRefused::Malformed)?;
        let mut config = RtcConfig::new()
            .clear_codecs()
            .enable_pcma(true, false)
            .set_rtp_mode(true)
            .set_ice_lite(true)
            .set_stats_interval(Some(EVERY));
        let keys = FormatParams { telephone_event_max: Some(16), ..Default::default() };
        config.codec_config().add_config(126.into(), None, Codec::Tele, Frequency::EIGHT_KHZ, None, keys);
        let mut rtc = config.build(now);
        let candidate = Candidate::host(local, "udp").map_err(|_| OfferRefused::NoMedia)?;
        rtc.add_local_candidate(candidate);
        let answer = rtc.sdp_api().accept_offer(offer).map_err(|_| OfferRefused::Malformed)?;
        let mut peer = Self {
            rtc,
            local,
            mid: None,
            sound: None,
            telephone_event: None,
            fingerprints,
            addresses: VecDeque::new(),
            connected: false,
            next: now,
        };
        peer.drain(now, &mut Vec::new());
        let answer = answer.to_sdp_string();
        // The stack tells of the media only once they are in use; whether there will be any, the answer says.
        let audio = answer.lines().any(|line| line.starts_with("m=audio ") && !line.starts_with("m=audio 0 "));
        if !audio || !answer.to_ascii_uppercase().contains("PCMA/8000") {
            return Err(OfferRefused::NoAudio);
        }
        Ok((peer, answer))
    }

    /// Answers an offer that asks for a new way between the same two (an ICE restart, RFC 8445 section 9): after a change of
    /// network, say. The keys and the numbering stay, so that neither side hears more than a gap; until the new way stands,
    /// sound goes the old one. What another browser offers is refused.
    pub(crate) fn restart(
        &mut self,
        offer: &str,
        now: Instant,
        tell: &mut Vec<FromBrowser>,
    ) -> Result<String, OfferRefused> {
        if fingerprints(offer) != self.fingerprints {
            return Err(OfferRefused::Malformed);
        }
        let answered = guarded(|| {
            let offer = SdpOffer::from_sdp_string(offer).map_err(|_| OfferRefused::Malformed)?;
            self.rtc.sdp_api().accept_offer(offer).map_err(|_| OfferRefused::Malformed)
        });
        self.drain_after(answered.is_some().then_some(()), now, tell);
        answered.unwrap_or(Err(OfferRefused::Malformed)).map(|answer| answer.to_sdp_string())
    }

    /// Notes an address that the browser came from; the oldest, if there are too many by now.
    pub(crate) fn came_from(&mut self, address: SocketAddr) -> Option<SocketAddr> {
        self.addresses.push_back(address);
        if self.addresses.len() > ADDRESSES { self.addresses.pop_front() } else { None }
    }

    pub(crate) fn accepts(&self, from: SocketAddr, bytes: &[u8], now: Instant) -> bool {
        let asked = guarded(|| {
            Receive::new(Protocol::Udp, from, self.local, bytes)
                .is_ok_and(|receive| self.rtc.accepts(&Input::Receive(now, receive)))
        });
        asked.unwrap_or(false)
    }

    /// Takes a datagram from the browser. What cannot be read is dropped: a bad packet never ends a leg.
    pub(crate) fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant, tell: &mut Vec<FromBrowser>) {
        let taken = guarded(|| {
            if let Ok(receive) = Receive::new(Protocol::Udp, from, self.local, bytes) {
                let _malformed = self.rtc.handle_input(Input::Receive(now, receive));
            }
        });
        self.drain_after(taken, now, tell);
    }

    /// Lets time pass.
    pub(crate) fn time_passes(&mut self, now: Instant, tell: &mut Vec<FromBrowser>) {
        if now >= self.next {
            let passed = guarded(|| {
                let _late = self.rtc.handle_input(Input::Timeout(now));
            });
            self.drain_after(passed, now, tell);
        }
    }

    /// Sends sound.
    pub(crate) fn send_sound(&mut self, numbers: (u64, u32, bool), payload: &[u8], now: Instant) {
        if let Some(pt) = self.sound {
            self.send(pt, numbers, payload, now);
        }
    }

    /// Sends a packet of a telephone event, if the browser knows them.
    pub(crate) fn send_telephone_event(&mut self, numbers: (u64, u32, bool), payload: &[u8], now: Instant) {
        if let Some(pt) = self.telephone_event {
            self.send(pt, numbers, payload, now);
        }
    }

    fn send(&mut self, pt: Pt, (sequence, timestamp, marker): (u64, u32, bool), payload: &[u8], now: Instant) {
        let (true, Some(mid)) = (self.connected, self.mid) else { return };
        // A fault here shows itself in the drain that follows every sending.
        let _faulty = guarded(|| {
            if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(mid, None) {
                stream.write_rtp(RtpWrite::new(pt, sequence.into(), timestamp, now, payload).marker(marker));
            }
        });
    }

    /// Closes the connection; the browser is told.
    pub(crate) fn close(&mut self, now: Instant, tell: &mut Vec<FromBrowser>) {
        let closed = guarded(|| self.rtc.disconnect());
        self.drain_after(closed, now, tell);
    }

    fn drain_after(&mut self, changed: Option<()>, now: Instant, tell: &mut Vec<FromBrowser>) {
        match changed {
            Some(()) => self.drain(now, tell),
            None => tell.push(FromBrowser::Gone),
        }
    }

    /// Takes out whatever the stack has to say. To be called after every change to it.
    pub(crate) fn drain(&mut self, now: Instant, tell: &mut Vec<FromBrowser>) {
        if guarded(|| self.take_out(now, tell)).is_none() {
            tell.push(FromBrowser::Gone);
        }
    }

    fn take_out(&mut self, now: Instant, tell: &mut Vec<FromBrowser>) {
        // The bound only guards against a stack that never comes to rest; a thousand packets at once are none of ours.
        for _ in 0..1000 {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(next)) if next <= now => {
                    // Something is due at once, such as the sound just written.
                    let _late = self.rtc.handle_input(Input::Timeout(now));
                    self.next = now;
                }
                Ok(Output::Timeout(next)) => {
                    self.next = next;
                    return;
                }
                Ok(Output::Transmit(datagram)) => {
                    tell.push(FromBrowser::Datagram(datagram.destination, datagram.contents.to_vec()));
                }
                Ok(Output::Event(event)) => self.event(event, tell),
                Err(_) => {
                    tell.push(FromBrowser::Gone);
                    return;
                }
            }
        }
    }

    fn event(&mut self, event: Event, tell: &mut Vec<FromBrowser>) {
        match event {
            Event::Connected => {
                self.connected = true;
                tell.push(FromBrowser::Connected);
            }
            Event::MediaAdded(media) => self.media_added(media.mid, media.direction),
            Event::RtpPacket(packet) => {
                let pt = packet.header.payload_type;
                if Some(pt) == self.sound {
                    tell.push(FromBrowser::Sound(packet));
                } else if Some(pt) == self.telephone_event {
                    tell.push(FromBrowser::TelephoneEvent(packet));
                }
            }
            Event::MediaEgressStats(stats) => tell.push(FromBrowser::Told { round_trip: stats.rtt, lost: stats.loss }),
            Event::Closed => tell.push(FromBrowser::Gone),
            _ => {}
        }
    }

    fn media_added(&mut self, mid: Mid, direction: Direction) {
        if self.mid.is_some() || !matches!(direction, Direction::SendRecv) {
            return;
        }
        let Some(media) = self.rtc.media(mid) else { return };
        let offered = media.remote_pts().to_vec();
        for params in self.rtc.codec_config().params() {
            let spec = params.spec();
            if !offered.contains(&params.pt()) || spec.clock_rate != Frequency::EIGHT_KHZ {
                continue;
            }
            match spec.codec {
                Codec::PCMA => self.sound = Some(params.pt()),
                Codec::Tele => self.telephone_event = Some(params.pt()),
                _ => {}
            }
        }
        self.mid = Some(mid);
    }
}
