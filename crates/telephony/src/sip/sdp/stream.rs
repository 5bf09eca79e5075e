//! The lines of a description: its streams, each with what stands below it.

use super::crypto::Crypto;
use super::{Direction, PLAIN, Protection, SECURED, SdpFault};
use crate::leg::Codec;
use std::net::IpAddr;

/// A stream of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stream {
    pub(super) kind: String,
    pub(super) port: u16,
    pub(super) protocol: String,
    pub(super) formats: Vec<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) direction: Option<Direction>,
    pub(super) rtpmaps: Vec<(u8, String)>,
    pub(super) multiplexed: bool,
    pub(super) control: Option<(u16, Option<IpAddr>)>,
    /// The first of its keys that we can work with.
    pub(super) crypto: Option<Crypto>,
}

pub(super) type Lines = (Option<IpAddr>, Option<Direction>, Vec<Stream>);

/// The address and direction that hold for all streams, and the streams.
pub(super) fn read_lines(text: &str) -> Result<Lines, SdpFault> {
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
        crypto: None,
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
    /// How its sound is protected; `None` if it is no sound, or is sent in a way that we do not know.
    pub(super) fn protection(&self) -> Option<(Protection, Option<Crypto>)> {
        if self.kind != "audio" || self.port == 0 {
            return None;
        }
        match self.protocol.as_str() {
            PLAIN => Some((Protection::Plain, None)),
            SECURED => self.crypto.map(|crypto| (Protection::Secured, Some(crypto))),
            _ => None,
        }
    }

    fn attribute(&mut self, value: &str) {
        if let Some(direction) = Direction::read(value) {
            self.direction = Some(direction);
        } else if value.trim() == "rtcp-mux" {
            self.multiplexed = true;
        } else if let Some(crypto) = value.strip_prefix("crypto:") {
            self.crypto = self.crypto.or_else(|| Crypto::read(crypto));
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
    pub(super) fn codec(&self) -> Option<(Codec, u8)> {
        let find = |wanted: &str| {
            self.payload_types()
                .find(|number| self.name_of(*number).is_some_and(|name| name.trim_end_matches("/1") == wanted))
        };
        let alaw = find("pcma/8000").map(|number| (Codec::Pcma, number));
        alaw.or_else(|| find("pcmu/8000").map(|number| (Codec::Pcmu, number)))
    }

    pub(super) fn telephone_event(&self) -> Option<u8> {
        self.payload_types().find(|number| self.name_of(*number) == Some("telephone-event/8000"))
    }
}
