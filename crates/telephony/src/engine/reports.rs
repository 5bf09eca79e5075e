//! Reports on the sound of every leg: sent to trunks as RTCP, told by browsers through theirs, and told to the node.

use super::{Engine, MediaFigures, Outgoing};
use crate::leg::{Connection, Leg, Trunk};
use crate::order::TelephonyEvent;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use switchboard::LegId;

/// Ticks between two reports of a leg: five seconds (RFC 3550 section 6.2).
const ROUNDS: u64 = 250;

impl Engine {
    /// Makes the reports that are due. Legs take turns, so that no tick has them all.
    pub(super) fn report(&mut self, now: Instant) {
        self.round = self.round.wrapping_add(1);
        let due: Vec<LegId> =
            self.legs.keys().copied().filter(|id| id.0.unsigned_abs() % ROUNDS == self.round % ROUNDS).collect();
        for id in due {
            self.report_on(id, now);
        }
    }

    fn report_on(&mut self, id: LegId, now: Instant) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.control.is_due(now)) else { return };
        let quality = match &mut leg.connection {
            Connection::Trunk(Trunk { target: Some(target), ssrc, secure }) => {
                let (bytes, quality) = leg.control.tell(*ssrc, now);
                let multiplexed = target.control == target.remote;
                let bytes = match secure {
                    Some(secure) => secure.protect_control(&bytes),
                    None => Some(bytes),
                };
                let report = bytes.map(|bytes| Outgoing::Control { leg: id, to: target.control, bytes, multiplexed });
                self.out.extend(report);
                quality
            }
            Connection::Trunk(Trunk { target: None, .. }) => return,
            Connection::Browser(peer) if peer.connected => leg.control.look(now),
            Connection::Browser(_) => return,
        };
        self.events.extend(quality.map(|quality| TelephonyEvent::Quality(id, quality)));
    }

    /// RTCP of a trunk leg's other side. Only from where it said.
    pub(crate) fn trunk_control(&mut self, id: LegId, from: SocketAddr, bytes: &[u8], now: Instant) {
        let Some(Leg { connection: Connection::Trunk(trunk), control, .. }) = self.legs.get_mut(&id) else { return };
        let Trunk { target: Some(target), ssrc, secure } = trunk else { return };
        if from != target.control {
            return MediaFigures::count(&self.figures.foreign);
        }
        let heard = match secure {
            Some(secure) => secure.open_control(bytes).is_some_and(|bytes| control.hear(*ssrc, &bytes, now)),
            None => control.hear(*ssrc, bytes, now),
        };
        if !heard {
            MediaFigures::count(&self.figures.unreadable);
        }
    }

    pub(super) fn received(&mut self, id: LegId, source: u32, sequence: u16, timestamp: Option<u32>, now: Instant) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.control.reception.take(source, sequence, timestamp, now);
        }
    }

    pub(super) fn told(&mut self, id: LegId, round_trip: Option<Duration>, lost: Option<f32>) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.control.told(round_trip, lost);
        }
    }
}
