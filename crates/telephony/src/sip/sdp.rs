//! Session descriptions of trunk legs (RFC 4566, offer and answer by RFC 3264): one audio stream, G.711 and telephone
//! events. Pure.

mod crypto;
mod stream;

use crate::audio::srtp::{Keys, MasterKey, Suite};
use crate::leg::{Codec, RtpTarget};
use crypto::Crypto;
use std::net::{IpAddr, SocketAddr};
use stream::{Stream, read_lines};

/// Why a description cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdpFault {
    /// It cannot be read.
    Malformed,
    /// It has no audio stream, or one with no codec we know.
    NoAudio,
}

/// Which description of which session this is (the `o=` line, RFC 4566 section 5.2). No name and no address of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Stays the same in a leg.
    pub session: u64,
    /// Grows with every description of the leg.
    pub version: u64,
}

/// How sound is protected on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// By nothing (RTP/AVP).
    Plain,
    /// By encryption, with a key in the description (RTP/SAVP, RFC 4568).
    Secured,
}

/// Our side of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ours {
    /// Where we receive sound.
    pub address: SocketAddr,
    /// The session, and which description of it.
    pub origin: Origin,
    /// The key of what we send, where the sound is encrypted.
    pub key: Option<MasterKey>,
}

/// What the other side offers or answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteAudio {
    pub(crate) address: SocketAddr,
    pub(crate) codec: Codec,
    pub(crate) payload_type: u8,
    pub(crate) telephone_event: Option<u8>,
    pub(crate) direction: Direction,
    /// Where its RTCP is, and whether that is where its sound is too.
    control: SocketAddr,
    multiplexed: bool,
    /// Its key, where the sound is encrypted.
    crypto: Option<Crypto>,
    /// The number of streams, for the answer refuses all but the audio one (RFC 3264 section 6).
    streams: Vec<Stream>,
    audio: usize,
}

/// Which way sound goes, as its sender sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    fn read(attribute: &str) -> Option<Self> {
        match attribute {
            "sendrecv" => Some(Self::SendRecv),
            "sendonly" => Some(Self::SendOnly),
            "recvonly" => Some(Self::RecvOnly),
            "inactive" => Some(Self::Inactive),
            _ => None,
        }
    }

    /// The answer to this direction (RFC 3264 section 6.1).
    fn answered(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "recvonly",
            Self::RecvOnly => "sendonly",
            Self::Inactive => "inactive",
        }
    }
}

impl RemoteAudio {
    /// Reads a description of sound that is protected in this way; without one, in the best way that it offers.
    ///
    /// # Errors
    /// [`SdpFault`].
    pub fn read(bytes: &[u8], wanted: Option<Protection>) -> Result<Self, SdpFault> {
        // A name of a session may be in an older script; what matters is in plain letters.
        let text = String::from_utf8_lossy(bytes);
        let (address, direction, streams) = read_lines(&text)?;
        // The first stream that we can speak in: another before it may have only codecs that we lack.
        let find = |wanted: Protection| {
            streams.iter().enumerate().find_map(|(index, stream)| {
                let (_, crypto) = stream.protection().filter(|(protection, _)| *protection == wanted)?;
                stream.codec().map(|(codec, number)| (index, stream, codec, number, crypto))
            })
        };
        let usable = match wanted {
            Some(wanted) => find(wanted),
            None => find(Protection::Secured).or_else(|| find(Protection::Plain)),
        };
        let (audio, stream, codec, payload_type, crypto) = usable.ok_or(SdpFault::NoAudio)?;
        let ip = stream.address.or(address).ok_or(SdpFault::Malformed)?;
        if is_for_many(ip) {
            return Err(SdpFault::NoAudio);
        }
        let mut direction = stream.direction.or(direction).unwrap_or(Direction::SendRecv);
        if ip.is_unspecified() {
            // The old way of saying hold (RFC 2543): nowhere to send to.
            direction = Direction::Inactive;
        }
        let address = SocketAddr::new(ip, stream.port);
        let control = match stream.control {
            _ if stream.multiplexed => address,
            Some((port, own)) => SocketAddr::new(own.unwrap_or(ip), port),
            None => SocketAddr::new(ip, stream.port.wrapping_add(1)),
        };
        Ok(Self {
            address,
            control,
            multiplexed: stream.multiplexed,
            crypto,
            codec,
            payload_type,
            telephone_event: stream.telephone_event(),
            direction,
            audio,
            streams,
        })
    }

    /// How its packets are encrypted, if they are.
    #[must_use]
    pub(crate) fn suite(&self) -> Option<Suite> {
        self.crypto.map(|crypto| crypto.suite)
    }

    /// Where and how to send, with this key of ours. `None` if one side has a key and the other has none: nothing is sent in the
    /// clear by mistake.
    #[must_use]
    pub(crate) fn target(&self, key: Option<MasterKey>) -> Option<RtpTarget> {
        if self.crypto.is_some() != key.is_some() {
            return None;
        }
        let keys = self.crypto.zip(key);
        Some(RtpTarget {
            keys: keys.map(|(theirs, ours)| Keys { suite: theirs.suite, ours, theirs: theirs.key }),
            remote: self.address,
            control: self.control,
            codec: self.codec,
            payload_type: self.payload_type,
            telephone_event: self.telephone_event,
            sending: matches!(self.direction, Direction::SendRecv | Direction::RecvOnly),
        })
    }

    /// Whether sound can go between there and an address here: both are IPv4, or both IPv6. Who calls over the one and wants
    /// the sound over the other would hear nothing, and is refused instead (RFC 6157 section 4). On hold nothing is sent
    /// anywhere.
    #[must_use]
    pub(crate) fn is_within_reach_of(&self, local: IpAddr) -> bool {
        self.address.ip().is_unspecified() || self.address.is_ipv4() == local.is_ipv4()
    }

    /// Our answer to this offer. An encrypted one takes the offer's way and number (RFC 4568 section 5.1.2), with a key of ours.
    #[must_use]
    pub fn answer(&self, ours: &Ours) -> String {
        let mut text = head(ours);
        for (index, stream) in self.streams.iter().enumerate() {
            if index == self.audio {
                let codec = (self.payload_type, self.codec);
                let crypto = self.crypto.zip(ours.key).map(|(theirs, key)| Crypto { key, ..theirs });
                let direction = self.direction.answered();
                text.push_str(&audio(ours.address, crypto, &[codec], self.telephone_event, direction));
                text.push_str(if self.multiplexed { MULTIPLEXED } else { "" });
            } else {
                let format = stream.formats.first().map_or("0", String::as_str);
                text.push_str(&format!("m={} 0 {} {format}\r\n", stream.kind, stream.protocol));
            }
        }
        text
    }
}

/// Our own offer, for an INVITE that came without one. Where sound is encrypted already, the way stays (`suite`).
#[must_use]
pub fn offer(ours: &Ours, suite: Option<Suite>) -> String {
    let crypto = ours.key.map(|key| Crypto { tag: 1, suite: suite.unwrap_or(Suite::Aes128Sha80), key });
    let codecs = [(8, Codec::Pcma), (0, Codec::Pcmu)];
    head(ours) + &audio(ours.address, crypto, &codecs, Some(101), "sendrecv") + MULTIPLEXED
}

/// Sound that is not encrypted (RFC 3551).
const PLAIN: &str = "RTP/AVP";
/// Sound that is (RFC 3711).
const SECURED: &str = "RTP/SAVP";

/// Sound and its RTCP on one port (RFC 5761): in an offer a wish, in an answer a promise.
const MULTIPLEXED: &str = "a=rtcp-mux\r\n";

/// Whether an address is that of a group or of everybody: one caller's sound is sent to one place.
fn is_for_many(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_multicast() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_multicast(),
    }
}

fn family(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "IP4" } else { "IP6" }
}

fn head(ours: &Ours) -> String {
    let ip = ours.address.ip();
    let (family, Origin { session, version }) = (family(ip), ours.origin);
    format!("v=0\r\no=- {session} {version} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n")
}

fn audio(
    local: SocketAddr,
    crypto: Option<Crypto>,
    codecs: &[(u8, Codec)],
    telephone_event: Option<u8>,
    direction: &str,
) -> String {
    let mut formats: Vec<String> = codecs.iter().map(|(number, _)| number.to_string()).collect();
    formats.extend(telephone_event.map(|number| number.to_string()));
    let protocol = if crypto.is_some() { SECURED } else { PLAIN };
    let mut text = format!("m=audio {} {protocol} {}\r\n", local.port(), formats.join(" "));
    text.extend(crypto.map(|crypto| crypto.line()));
    for (number, codec) in codecs {
        let name = match codec {
            Codec::Pcma => "PCMA",
            Codec::Pcmu => "PCMU",
        };
        text.push_str(&format!("a=rtpmap:{number} {name}/8000\r\n"));
    }
    if let Some(number) = telephone_event {
        text.push_str(&format!("a=rtpmap:{number} telephone-event/8000\r\na=fmtp:{number} 0-15\r\n"));
    }
    text + &format!("a=ptime:20\r\na={direction}\r\n")
}

#[cfg(test)]
mod tests;
