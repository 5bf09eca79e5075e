//! Trunk legs: what comes from their other side, and what goes there.

use super::{Engine, MediaFigures, Outgoing};
use crate::audio::g711;
use crate::audio::rtp::Packet;
use crate::audio::srtp::Secure;
use crate::leg::{Codec, Connection, Leg, Numbers, RtpTarget, Trunk};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Instant;
use switchboard::LegId;

impl Trunk {
    fn new(ssrc: u32) -> Self {
        Self { target: None, ssrc, secure: None }
    }

    /// Sends there from now on. Where there are keys, nothing is ever sent without them.
    fn aim(&mut self, target: RtpTarget) {
        let before = self.secure.take();
        self.secure = target
            .keys
            .and_then(|keys| match before {
                Some(secure) => secure.with_keys(keys),
                None => Secure::new(keys),
            })
            .map(Box::new);
        self.target = (target.keys.is_some() == self.secure.is_some()).then_some(target);
    }

    /// A packet of sound, if the other side wants any now.
    pub(super) fn sound(&mut self, id: LegId, numbers: Numbers, payload: &[u8]) -> Option<Outgoing> {
        let target = self.target.filter(|target| target.sending)?;
        match target.codec {
            Codec::Pcma => self.packet(id, target.payload_type, numbers, payload),
            Codec::Pcmu => self.packet(id, target.payload_type, numbers, &g711::alaw_to_ulaw(payload)),
        }
    }

    /// A packet of a telephone event, if the other side knows them and wants any now.
    pub(super) fn key(&mut self, id: LegId, numbers: Numbers, payload: &[u8]) -> Option<Outgoing> {
        let payload_type = self.target.filter(|target| target.sending)?.telephone_event?;
        self.packet(id, payload_type, numbers, payload)
    }

    fn packet(&mut self, id: LegId, payload_type: u8, numbers: Numbers, payload: &[u8]) -> Option<Outgoing> {
        let remote = self.target.as_ref()?.remote;
        let packet = Packet {
            payload_type,
            marker: numbers.first,
            sequence: (numbers.sequence & 0xFFFF) as u16,
            timestamp: numbers.timestamp,
            ssrc: self.ssrc,
            payload,
        };
        let bytes = packet.write();
        let bytes = match &mut self.secure {
            Some(secure) => secure.protect(&bytes)?,
            None => bytes,
        };
        Some(Outgoing::Trunk(id, remote, bytes))
    }
}

impl Engine {
    pub(crate) fn add_trunk(&mut self, id: LegId, ssrc: u32, target: Option<RtpTarget>, now: Instant) {
        let mut trunk = Trunk::new(ssrc);
        if let Some(target) = target {
            trunk.aim(target);
        }
        // The timestamp starts at a random place (RFC 3550 section 5.1): the source's id is one.
        self.legs.insert(id, Leg::new(Connection::Trunk(trunk), ssrc.rotate_left(9), now));
    }

    pub(crate) fn set_target(&mut self, id: LegId, target: RtpTarget) {
        if let Some(Leg { connection: Connection::Trunk(trunk), .. }) = self.legs.get_mut(&id) {
            trunk.aim(target);
        }
    }

    /// A datagram on a trunk leg's socket. Only the signalled address is heard, and where the sound is encrypted, only what was
    /// signed with the other side's key: nothing of a leg changes before that is known.
    pub(crate) fn trunk_datagram(&mut self, id: LegId, from: SocketAddr, bytes: &[u8], now: Instant) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Connection::Trunk(Trunk { target: Some(target), secure, .. }) = &mut leg.connection else {
            return MediaFigures::count(&self.figures.foreign);
        };
        if from != target.remote {
            return MediaFigures::count(&self.figures.foreign);
        }
        if Packet::is_control(bytes) {
            return self.trunk_control(id, from, bytes, now);
        }
        let bytes = match secure {
            Some(secure) => secure.open(bytes).map(Cow::Owned),
            None => Some(Cow::Borrowed(bytes)),
        };
        let Some(packet) = bytes.as_deref().and_then(Packet::read) else {
            return MediaFigures::count(&self.figures.unreadable);
        };
        MediaFigures::count(&self.figures.received);
        let (codec, payload_type, telephone_event) = (target.codec, target.payload_type, target.telephone_event);
        leg.presence.last = now;
        let time = (packet.payload_type == payload_type).then_some(packet.timestamp);
        leg.control.reception.take(packet.ssrc, packet.sequence, time, now);
        if packet.payload_type == payload_type {
            match codec {
                Codec::Pcma => self.spoken(id, packet.sequence, packet.timestamp, packet.payload, now),
                Codec::Pcmu => {
                    let payload = g711::ulaw_to_alaw(packet.payload);
                    self.spoken(id, packet.sequence, packet.timestamp, &payload, now);
                }
            }
        } else if Some(packet.payload_type) == telephone_event {
            self.key(id, packet.sequence, packet.timestamp, packet.payload, now);
        }
    }
}
