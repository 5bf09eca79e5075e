//! The browser's side of a peer connection, for trying the service out: it offers, sends A-law and hears. Pure: datagrams
//! and time come in, datagrams and sound go out.

use std::net::SocketAddr;
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::{Codec, FormatParams};
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

/// What came out of an offering peer.
#[derive(Debug)]
pub enum Offered {
    /// A datagram to send.
    Datagram(SocketAddr, Vec<u8>),
    /// The connection stands.
    Connected,
    /// Sound came: sequence number and A-law samples.
    Sound(u16, Vec<u8>),
    /// The connection is gone.
    Gone,
}

/// A peer that offers.
pub struct Offerer {
    rtc: Rtc,
    local: SocketAddr,
    pending: Option<SdpPendingOffer>,
    mid: Mid,
    sound: Pt,
    connected: bool,
    sequence: u64,
    timestamp: u32,
    /// When the peer must be given the time again.
    pub next: Instant,
}

impl Offerer {
    /// A peer with a socket at `local`, and its offer.
    ///
    /// # Errors
    /// Words, if the address cannot be used.
    pub fn new(local: SocketAddr, now: Instant) -> Result<(Self, String), String> {
        let mut config = RtcConfig::new().clear_codecs().enable_pcma(true, false).set_rtp_mode(true);
        let keys = FormatParams { telephone_event_max: Some(16), ..Default::default() };
        config.codec_config().add_config(126.into(), None, Codec::Tele, Frequency::EIGHT_KHZ, None, keys);
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp").map_err(|fault| fault.to_string())?);
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change.apply().ok_or("an offer without change")?;
        let peer = Self {
            rtc,
            local,
            pending: Some(pending),
            mid,
            sound: 8.into(),
            connected: false,
            sequence: 1,
            timestamp: 0,
            next: now,
        };
        Ok((peer, offer.to_sdp_string()))
    }

    /// Takes the answer.
    ///
    /// # Errors
    /// Words, if it cannot be used.
    pub fn take_answer(&mut self, answer: &str) -> Result<(), String> {
        let answer = SdpAnswer::from_sdp_string(answer).map_err(|fault| fault.to_string())?;
        let pending = self.pending.take().ok_or("answered before")?;
        self.rtc.sdp_api().accept_answer(pending, answer).map_err(|fault| fault.to_string())?;
        let offered = self.rtc.media(self.mid).map(|media| media.remote_pts().to_vec()).unwrap_or_default();
        let known = self.rtc.codec_config().params();
        let sound = known.iter().find(|params| offered.contains(&params.pt()) && params.spec().codec == Codec::PCMA);
        self.sound = sound.map(|params| params.pt()).ok_or("the answer has no A-law")?;
        Ok(())
    }

    /// Asks for a new way, from another address: an ICE restart (RFC 8445 section 9).
    ///
    /// # Errors
    /// Words, if the address cannot be used.
    pub fn restart(&mut self, local: SocketAddr) -> Result<String, String> {
        let candidate = Candidate::host(local, "udp").map_err(|fault| fault.to_string())?;
        let before = Candidate::host(self.local, "udp").map_err(|fault| fault.to_string())?;
        self.local = local;
        self.rtc.direct_api().invalidate_candidate(&before);
        self.rtc.add_local_candidate(candidate);
        let mut change = self.rtc.sdp_api();
        change.ice_restart(true);
        let (offer, pending) = change.apply().ok_or("an offer without change")?;
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    /// Takes a datagram.
    pub fn receive(&mut self, from: SocketAddr, bytes: &[u8], now: Instant, out: &mut Vec<Offered>) {
        if let Ok(receive) = Receive::new(Protocol::Udp, from, self.local, bytes) {
            let _malformed = self.rtc.handle_input(Input::Receive(now, receive));
        }
        self.drain(now, out);
    }

    /// Lets time pass.
    pub fn time_passes(&mut self, now: Instant, out: &mut Vec<Offered>) {
        let _late = self.rtc.handle_input(Input::Timeout(now));
        self.drain(now, out);
    }

    /// Whether the connection stands.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.connected
    }

    /// Sends one packet of A-law samples.
    pub fn send(&mut self, samples: &[u8], now: Instant, out: &mut Vec<Offered>) {
        if !self.connected {
            return;
        }
        self.sequence += 1;
        self.timestamp = self.timestamp.wrapping_add(u32::try_from(samples.len()).unwrap_or(0));
        let packet = RtpWrite::new(self.sound, self.sequence.into(), self.timestamp, now, samples);
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(self.mid, None) {
            stream.write_rtp(packet);
        }
        self.drain(now, out);
    }

    /// Closes the connection.
    pub fn close(&mut self, now: Instant, out: &mut Vec<Offered>) {
        self.rtc.disconnect();
        self.drain(now, out);
    }

    fn drain(&mut self, now: Instant, out: &mut Vec<Offered>) {
        for _ in 0..1000 {
            match self.rtc.poll_output() {
                Ok(Output::Timeout(next)) if next <= now => {
                    let _late = self.rtc.handle_input(Input::Timeout(now));
                }
                Ok(Output::Timeout(next)) => {
                    self.next = next;
                    return;
                }
                Ok(Output::Transmit(datagram)) => {
                    out.push(Offered::Datagram(datagram.destination, datagram.contents.to_vec()));
                }
                Ok(Output::Event(Event::Connected)) => {
                    self.connected = true;
                    out.push(Offered::Connected);
                }
                Ok(Output::Event(Event::RtpPacket(packet))) if packet.header.payload_type == self.sound => {
                    out.push(Offered::Sound(packet.header.sequence_number, packet.payload.to_vec()));
                }
                Ok(Output::Event(Event::Closed)) | Err(_) => {
                    out.push(Offered::Gone);
                    return;
                }
                Ok(Output::Event(_)) => {}
            }
        }
    }
}
