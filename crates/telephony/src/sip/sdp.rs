//! Session descriptions of trunk legs (RFC 4566, offer and answer by RFC 3264): one audio stream, G.711 and telephone
//! events. Pure.

use crate::leg::{Codec, RtpTarget};
use std::net::{IpAddr, SocketAddr};

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

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stream {
    kind: String,
    port: u16,
    protocol: String,
    formats: Vec<String>,
    address: Option<IpAddr>,
    direction: Option<Direction>,
    rtpmaps: Vec<(u8, String)>,
    multiplexed: bool,
    control: Option<(u16, Option<IpAddr>)>,
}

impl RemoteAudio {
    /// Reads a description.
    ///
    /// # Errors
    /// [`SdpFault`].
    pub fn read(bytes: &[u8]) -> Result<Self, SdpFault> {
        // A name of a session may be in an older script; what matters is in plain letters.
        let text = String::from_utf8_lossy(bytes);
        let (address, direction, streams) = read_lines(&text)?;
        // The first stream that we can speak in: another before it may have only codecs that we lack.
        let usable = streams.iter().enumerate().find_map(|(index, stream)| {
            let audio = stream.kind == "audio" && stream.port != 0 && stream.protocol == "RTP/AVP";
            stream.codec().filter(|_| audio).map(|(codec, number)| (index, stream, codec, number))
        });
        let (audio, stream, codec, payload_type) = usable.ok_or(SdpFault::NoAudio)?;
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
            codec,
            payload_type,
            telephone_event: stream.telephone_event(),
            direction,
            audio,
            streams,
        })
    }

    /// Where and how to send.
    #[must_use]
    pub(crate) fn target(&self) -> RtpTarget {
        RtpTarget {
            remote: self.address,
            control: self.control,
            codec: self.codec,
            payload_type: self.payload_type,
            telephone_event: self.telephone_event,
            sending: matches!(self.direction, Direction::SendRecv | Direction::RecvOnly),
        }
    }

    /// Whether sound can go between there and an address here: both are IPv4, or both IPv6. Who calls over the one and wants
    /// the sound over the other would hear nothing, and is refused instead (RFC 6157 section 4). On hold nothing is sent
    /// anywhere.
    #[must_use]
    pub(crate) fn is_within_reach_of(&self, local: IpAddr) -> bool {
        self.address.ip().is_unspecified() || self.address.is_ipv4() == local.is_ipv4()
    }

    /// Our answer to this offer, with our address for the sound.
    #[must_use]
    pub fn answer(&self, local: SocketAddr, origin: Origin) -> String {
        let mut text = head(local, origin);
        for (index, stream) in self.streams.iter().enumerate() {
            if index == self.audio {
                let codec = (self.payload_type, self.codec);
                text.push_str(&audio(local, &[codec], self.telephone_event, self.direction.answered()));
                text.push_str(if self.multiplexed { MULTIPLEXED } else { "" });
            } else {
                let format = stream.formats.first().map_or("0", String::as_str);
                text.push_str(&format!("m={} 0 {} {format}\r\n", stream.kind, stream.protocol));
            }
        }
        text
    }
}

/// Our own offer, for an INVITE that came without one.
#[must_use]
pub fn offer(local: SocketAddr, origin: Origin) -> String {
    head(local, origin) + &audio(local, &[(8, Codec::Pcma), (0, Codec::Pcmu)], Some(101), "sendrecv") + MULTIPLEXED
}

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

fn head(local: SocketAddr, origin: Origin) -> String {
    let (ip, family) = (local.ip(), family(local.ip()));
    let Origin { session, version } = origin;
    format!("v=0\r\no=- {session} {version} IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n")
}

fn audio(local: SocketAddr, codecs: &[(u8, Codec)], telephone_event: Option<u8>, direction: &str) -> String {
    let mut formats: Vec<String> = codecs.iter().map(|(number, _)| number.to_string()).collect();
    formats.extend(telephone_event.map(|number| number.to_string()));
    let mut text = format!("m=audio {} RTP/AVP {}\r\n", local.port(), formats.join(" "));
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

type Lines = (Option<IpAddr>, Option<Direction>, Vec<Stream>);

fn read_lines(text: &str) -> Result<Lines, SdpFault> {
    if !text.starts_with("v=0") {
        return Err(SdpFault::Malformed);
    }
    let (mut address, mut direction) = (None, None);
    let mut streams: Vec<Stream> = Vec::new();
    for line in text.lines() {
        let Some((kind, value)) = line.trim_end().split_once('=') else { continue };
        match (kind, streams.last_mut()) {
            ("m", _) => {
                if streams.len() >= 16 {
                    return Err(SdpFault::Malformed);
                }
                streams.push(read_stream(value).ok_or(SdpFault::Malformed)?);
            }
            ("c", None) => address = Some(read_address(value).ok_or(SdpFault::Malformed)?),
            ("c", Some(stream)) => stream.address = Some(read_address(value).ok_or(SdpFault::Malformed)?),
            ("a", None) => direction = Direction::read(value).or(direction),
            ("a", Some(stream)) => stream.attribute(value),
            _ => {}
        }
    }
    Ok((address, direction, streams))
}

fn read_stream(value: &str) -> Option<Stream> {
    // What is refused is told back in the answer: nothing that is no plain letter may get into it.
    if !value.trim().bytes().all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t')) {
        return None;
    }
    let mut words = value.split_whitespace();
    let (kind, port, protocol) = (words.next()?, words.next()?, words.next()?);
    let port = port.split('/').next().filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    Some(Stream {
        kind: kind.to_owned(),
        port,
        protocol: protocol.to_owned(),
        formats: words.take(64).map(str::to_owned).collect(),
        address: None,
        direction: None,
        rtpmaps: Vec::new(),
        multiplexed: false,
        control: None,
    })
}

fn read_address(value: &str) -> Option<IpAddr> {
    let mut words = value.split_whitespace();
    let ("IN", "IP4" | "IP6", address, None) = (words.next()?, words.next()?, words.next()?, words.next()) else {
        return None;
    };
    address.split('/').next()?.parse().ok()
}

/// A port for RTCP, perhaps with an address of its own (RFC 3605 section 2.1).
fn read_control(value: &str) -> Option<(u16, Option<IpAddr>)> {
    let (port, address) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    Some((port.parse().ok().filter(|port| *port != 0)?, read_address(address)))
}

impl Stream {
    fn attribute(&mut self, value: &str) {
        if let Some(direction) = Direction::read(value) {
            self.direction = Some(direction);
        } else if value.trim() == "rtcp-mux" {
            self.multiplexed = true;
        } else if let Some(control) = value.strip_prefix("rtcp:") {
            self.control = read_control(control);
        } else if let Some((number, name)) = value.strip_prefix("rtpmap:").and_then(|map| map.split_once(' ')) {
            let Ok(number) = number.parse() else { return };
            if self.rtpmaps.len() < 64 {
                self.rtpmaps.push((number, name.trim().to_ascii_lowercase()));
            }
        }
    }

    fn payload_types(&self) -> impl Iterator<Item = u8> + '_ {
        self.formats.iter().filter_map(|format| format.parse::<u8>().ok()).filter(|number| *number < 128)
    }

    fn name_of(&self, number: u8) -> Option<&str> {
        let named = self.rtpmaps.iter().find(|(own, _)| *own == number).map(|(_, name)| name.as_str());
        // The static payload types need no rtpmap (RFC 3551 section 6).
        named.or(match number {
            0 => Some("pcmu/8000"),
            8 => Some("pcma/8000"),
            _ => None,
        })
    }

    /// The codec to use: A-law wherever it is offered, since nothing has to be turned then; else µ-law.
    fn codec(&self) -> Option<(Codec, u8)> {
        let find = |wanted: &str| {
            self.payload_types()
                .find(|number| self.name_of(*number).is_some_and(|name| name.trim_end_matches("/1") == wanted))
        };
        let alaw = find("pcma/8000").map(|number| (Codec::Pcma, number));
        alaw.or_else(|| find("pcmu/8000").map(|number| (Codec::Pcmu, number)))
    }

    fn telephone_event(&self) -> Option<u8> {
        self.payload_types().find(|number| self.name_of(*number) == Some("telephone-event/8000"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin = Origin { session: 7, version: 1 };
    const OFFER: &str = "v=0\r\no=x 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n\
        m=audio 6000 RTP/AVP 0 8 96\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n";

    #[test]
    fn alaw_is_preferred_and_keys_keep_their_number() {
        let remote = RemoteAudio::read(OFFER.as_bytes()).unwrap();
        assert_eq!((remote.codec, remote.payload_type, remote.telephone_event), (Codec::Pcma, 8, Some(96)));
        let answer = remote.answer("198.51.100.1:20000".parse().unwrap(), ORIGIN);
        assert!(answer.contains("m=audio 20000 RTP/AVP 8 96\r\n"));
        assert!(answer.contains("c=IN IP4 198.51.100.1\r\n"));
        assert!(answer.contains("a=sendrecv\r\n"));
        assert!(!answer.contains("192.0.2.9"), "nothing of the offer's addresses is repeated");
    }

    #[test]
    fn every_spelling_of_hold_is_understood() {
        for (line, answered, sending) in
            [("a=sendonly", "recvonly", false), ("a=inactive", "inactive", false), ("a=recvonly", "sendonly", true)]
        {
            let remote = RemoteAudio::read(format!("{OFFER}{line}\r\n").as_bytes()).unwrap();
            assert!(remote.answer("198.51.100.1:2".parse().unwrap(), ORIGIN).contains(&format!("a={answered}\r\n")));
            assert_eq!(remote.target().sending, sending, "{line}");
        }
        let old = OFFER.replace("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0");
        assert!(!RemoteAudio::read(old.as_bytes()).unwrap().target().sending);
    }

    #[test]
    fn control_goes_where_the_other_side_wants_it() {
        let control =
            |lines: &str| RemoteAudio::read(format!("{OFFER}{lines}").as_bytes()).unwrap().target().control.to_string();
        assert_eq!(control(""), "192.0.2.9:6001");
        assert_eq!(control("a=rtcp:7001\r\n"), "192.0.2.9:7001");
        assert_eq!(control("a=rtcp:7001 IN IP4 192.0.2.8\r\n"), "192.0.2.8:7001");
        assert_eq!(control("a=rtcp:nowhere\r\n"), "192.0.2.9:6001");
        assert_eq!(control("a=rtcp-mux\r\n"), "192.0.2.9:6000");
        let answer = |lines: &str| {
            let remote = RemoteAudio::read(format!("{OFFER}{lines}").as_bytes()).unwrap();
            remote.answer("198.51.100.1:2".parse().unwrap(), ORIGIN).contains("a=rtcp-mux")
        };
        assert!(answer("a=rtcp-mux\r\n") && !answer(""));
        assert!(offer("198.51.100.1:2".parse().unwrap(), ORIGIN).ends_with("a=rtcp-mux\r\n"));
    }

    #[test]
    fn other_streams_are_refused_in_place() {
        let offer = OFFER.replace("m=audio", "m=video 5000 RTP/AVP 34\r\nm=audio");
        let answer = RemoteAudio::read(offer.as_bytes()).unwrap().answer("[2001:db8::1]:9".parse().unwrap(), ORIGIN);
        let (video, audio) = (answer.find("m=video 0 RTP/AVP 34").unwrap(), answer.find("m=audio 9").unwrap());
        assert!(video < audio);
        assert!(answer.contains("c=IN IP6 2001:db8::1\r\n"));
    }

    #[test]
    fn what_cannot_be_used_is_told_apart() {
        assert_eq!(RemoteAudio::read(b""), Err(SdpFault::Malformed));
        assert_eq!(RemoteAudio::read(b"v=0\r\nm=audio\r\n"), Err(SdpFault::Malformed));
        assert_eq!(RemoteAudio::read(OFFER.replace("audio", "video").as_bytes()), Err(SdpFault::NoAudio));
        let unknown = OFFER.replace("0 8 96", "18 97");
        assert_eq!(RemoteAudio::read(unknown.as_bytes()), Err(SdpFault::NoAudio));
        let wrong = OFFER.replace("m=audio 6000", "m=audio 99999");
        assert_eq!(RemoteAudio::read(wrong.as_bytes()), Err(SdpFault::Malformed));
        let huge = OFFER.replace("0 8 96", "4294967295 8");
        assert_eq!(RemoteAudio::read(huge.as_bytes()).unwrap().payload_type, 8);
    }
}
