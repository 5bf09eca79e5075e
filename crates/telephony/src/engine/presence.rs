//! Whether anybody is there: pages that are open or closed, packets that come or do not.

use super::{Engine, MediaFigures};
use crate::leg::Connection;
use crate::order::TelephonyEvent;
use std::time::{Duration, Instant};
use switchboard::{LegEnd, LegId};

/// How long a browser's leg may send nothing before it counts as quiet.
const QUIET: Duration = Duration::from_millis(1500);
/// How long a browser's leg may send nothing before it is given up.
const LOST: Duration = Duration::from_secs(20);
/// How long a trunk's leg may send nothing before its other side is asked whether it is there; and again after as long.
const SILENT: Duration = Duration::from_secs(20);
/// How long a browser's leg may take to connect at all.
const NEVER_CAME: Duration = Duration::from_secs(10);
impl Engine {
    pub(super) fn attend(&mut self, id: LegId, attended: bool) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.presence.unattended = !attended;
        }
    }

    pub(super) fn connected(&mut self, id: LegId, now: Instant) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.presence.last = now;
            if std::mem::take(&mut leg.presence.answer_due) {
                self.events.push(TelephonyEvent::Answered(id));
            }
        }
    }

    pub(super) fn heard(&mut self, id: LegId, now: Instant) {
        MediaFigures::count(&self.figures.received);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.presence.last = now;
            if !std::mem::replace(&mut leg.presence.heard, true) {
                self.events.push(TelephonyEvent::Heard(id));
            }
        }
    }

    /// Notices browsers that have gone quiet, and trunk legs.
    pub(super) fn watch(&mut self, id: LegId, now: Instant) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let peer = match &leg.connection {
            Connection::Browser(peer) => peer,
            Connection::Trunk(_) => {
                if now.saturating_duration_since(leg.presence.last) >= SILENT {
                    leg.presence.last = now;
                    self.silent.push(id);
                }
                return;
            }
        };
        let patience = if peer.connected { LOST } else { NEVER_CAME };
        let silent = now.saturating_duration_since(leg.presence.last);
        if silent < QUIET {
            return;
        }
        let unattended = leg.presence.unattended;
        if std::mem::take(&mut leg.presence.heard) {
            self.events.push(TelephonyEvent::Quiet(id));
        }
        let end = match (unattended, silent >= patience) {
            (true, _) => LegEnd::HungUp,
            (false, true) => LegEnd::Lost,
            (false, false) => return,
        };
        self.remove(id, now);
        self.events.push(TelephonyEvent::Ended(id, end));
    }
}
