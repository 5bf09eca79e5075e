//! Packets that pretend to be of a talk: sound, keys, reports, checks of a connection, handshakes.

use super::Dice;
use crate::sip::SOURCE;
use std::net::SocketAddr;
use telephony::audio::rtp::Packet;
use telephony::audio::{FRAME, tone};

/// The tone of forged sound, in hertz: whoever hears it has been given forged packets.
pub(super) const FORGED_TONE: f64 = 2_000.0;

/// What an attacker is taken to know of a talk: more than anybody outside could.
pub(super) struct Known {
    /// Where the service hears the caller's sound and, on the next port, RTCP.
    pub(super) sound: SocketAddr,
    /// Where it hears all browsers.
    pub(super) browsers: SocketAddr,
    /// The names of both sides of the listener's connection (RFC 8445 section 7.2.2), such as `ours:theirs`.
    pub(super) names: String,
    /// The source of the listener's sound.
    pub(super) listeners_source: u32,
}

/// One forged packet, and where it goes.
pub(super) fn forged(known: &Known, number: u64, dice: &mut Dice) -> (SocketAddr, Vec<u8>) {
    let control = SocketAddr::new(known.sound.ip(), known.sound.port().wrapping_add(1));
    match number % 16 {
        // The right source at every place of the count, so that some are just what is waited for.
        0..=2 => (known.sound, sound(SOURCE, number, 8, &voice(number))),
        3 => (known.sound, sound((dice.next() & 0xFFFF_FFFF) as u32, number, 8, &voice(number))),
        4 => (known.sound, sound(SOURCE, number, 101, &[(number % 12) as u8, 0x8A, 3, 0x20])),
        5 => (known.sound, goodbye(SOURCE)),
        6 => (known.sound, cut(sound(SOURCE, number, 8, &voice(number)), dice)),
        7 => (control, all_lost(SOURCE)),
        8 => (control, goodbye(SOURCE)),
        9 => (known.browsers, check(Some(&known.names), dice)),
        10 => (known.browsers, check(None, dice)),
        11 => (known.browsers, hello(dice)),
        12 => (known.browsers, vec![21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0]),
        13 => {
            let mut packet = sound(known.listeners_source, number, 8, &voice(number));
            packet.extend(dice.bytes(10));
            (known.browsers, packet)
        }
        14 => {
            let mut packet = goodbye(known.listeners_source);
            packet.extend(dice.bytes(14));
            (known.browsers, packet)
        }
        _ => {
            let length = dice.below(300);
            (if number % 32 < 16 { known.browsers } else { known.sound }, dice.bytes(length))
        }
    }
}

fn voice(number: u64) -> Vec<u8> {
    tone::sine(FORGED_TONE, 0.5, number * FRAME as u64, FRAME)
}

fn sound(ssrc: u32, number: u64, payload_type: u8, payload: &[u8]) -> Vec<u8> {
    let sequence = (number & 0xFFFF) as u16;
    let timestamp = (number as u32).wrapping_mul(160);
    Packet { payload_type, marker: false, sequence, timestamp, ssrc, payload }.write()
}

fn cut(mut packet: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    packet.truncate(dice.below(packet.len()));
    packet
}

/// RTCP's BYE (RFC 3550 section 6.6), after an empty report.
fn goodbye(source: u32) -> Vec<u8> {
    let source = source.to_be_bytes();
    [&[0x80, 201, 0, 1][..], &source, &[0x81, 203, 0, 1], &source].concat()
}

/// A report in which nothing has arrived (RFC 3550 section 6.4.2).
fn all_lost(source: u32) -> Vec<u8> {
    let source = source.to_be_bytes();
    [&[0x81, 201, 0, 7][..], &source, &source, &[0xFF, 0x7F, 0xFF, 0xFF], &[0xFF; 16]].concat()
}

/// A check of a connection (RFC 8489), with names and a proof that is none, or bare.
fn check(names: Option<&str>, dice: &mut Dice) -> Vec<u8> {
    let mut attributes = Vec::new();
    if let Some(names) = names {
        let mut attribute = |kind: u16, value: &[u8]| {
            attributes.extend(kind.to_be_bytes());
            attributes.extend((value.len() as u16).to_be_bytes());
            attributes.extend(value);
            attributes.resize(attributes.len().next_multiple_of(4), 0);
        };
        attribute(0x0006, names.as_bytes());
        attribute(0x0024, &[0x6E, 0, 1, 0xFF]);
        attribute(0x802A, &dice.bytes(8));
        attribute(0x0025, &[]);
        attribute(0x0008, &dice.bytes(20));
        attribute(0x8028, &dice.bytes(4));
    }
    let length = (attributes.len() as u16).to_be_bytes();
    [&[0, 1][..], &length, &[0x21, 0x12, 0xA4, 0x42], &dice.bytes(12), &attributes].concat()
}

/// A ClientHello of DTLS 1.2 (RFC 6347 section 4.2).
fn hello(dice: &mut Dice) -> Vec<u8> {
    let body = [&[0xFE, 0xFD][..], &dice.bytes(32), &[0, 0, 0, 4, 0xC0, 0x2B, 0xC0, 0x2F, 1, 0]].concat();
    let length = body.len() as u8;
    let handshake = [&[1, 0, 0, length, 0, 0, 0, 0, 0, 0, 0, length][..], &body].concat();
    [&[22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, handshake.len() as u8][..], &handshake].concat()
}
