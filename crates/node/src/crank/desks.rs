//! The open desks: their pages, their voices, and what the switchboard is told of both.

use super::Crank;
use crate::desk::DeskState;
use crate::turn::SocketId;
use std::collections::HashMap;
use switchboard::{Input, LegId, ListenerId, Presence, WaitingCard};
use telephony::Order;
use tokio::sync::watch;

/// The open desks.
#[derive(Default)]
pub(crate) struct Desks {
    pub(super) open: HashMap<ListenerId, OpenDesk>,
    /// Whose voice a leg is.
    pub(super) voices: HashMap<LegId, ListenerId>,
    pub(super) waiting: Vec<WaitingCard>,
}

pub(super) struct OpenDesk {
    pub(super) socket: SocketId,
    /// The way to the page, while its socket is open.
    state: Option<watch::Sender<DeskState>>,
    /// The voice that the switchboard knows.
    pub(super) leg: Option<LegId>,
    /// Whether sound comes from it.
    heard: bool,
    /// A newer voice that is not heard yet: until it is, the older one counts, and is missed when it goes silent.
    pub(super) next: Option<LegId>,
}

impl Crank {
    pub(super) fn voice_ended(&mut self, listener: ListenerId, leg: LegId) {
        let Some(desk) = self.desks.open.get_mut(&listener) else { return };
        if desk.next == Some(leg) {
            desk.next = None;
        } else if desk.leg == Some(leg) {
            desk.leg = None;
            desk.heard = false;
            self.input(Input::DeskDown(listener), None);
        }
        self.forget_closed(listener);
    }

    pub(super) fn voice_heard(&mut self, leg: LegId, heard: bool) {
        let Some(listener) = self.desks.voices.get(&leg).copied() else { return };
        let Some(desk) = self.desks.open.get_mut(&listener) else { return };
        if desk.next == Some(leg) && heard {
            desk.next = None;
            if let Some(before) = desk.leg.replace(leg) {
                self.desks.voices.remove(&before);
                self.telephony.perform(Order::Unattended(before));
            }
        }
        if desk.leg != Some(leg) {
            return;
        }
        desk.heard = heard;
        // In a talk the voice decides, whether or not a page is there to show it.
        let talking = self.board.desk(listener, self.clock.moment()).presence == Presence::Talking;
        let up = heard && (desk.state.is_some() || talking);
        self.input(if up { Input::DeskUp(listener, leg) } else { Input::DeskDown(listener) }, None);
    }

    pub(super) fn desk_opened(&mut self, listener: ListenerId, socket: SocketId, state: watch::Sender<DeskState>) {
        let desk = self.desks.open.entry(listener).or_insert(OpenDesk {
            socket,
            state: None,
            leg: None,
            heard: false,
            next: None,
        });
        desk.socket = socket;
        if let Some(before) = desk.state.replace(state) {
            before.send_modify(|state| state.replaced = true);
        }
        let voice = desk.leg.filter(|_| desk.heard);
        for leg in [desk.leg, desk.next].into_iter().flatten() {
            self.telephony.perform(Order::Attended(leg));
        }
        // Only the socket was gone: the voice is still there, and the desk can be rung again at once.
        if let Some(leg) = voice
            && !self.board.desk(listener, self.clock.moment()).connected
        {
            self.input(Input::DeskUp(listener, leg), None);
        }
        self.show(listener);
    }

    pub(super) fn desk_voice(&mut self, listener: ListenerId, socket: SocketId, leg: LegId) {
        let Some(desk) = self.desks.open.get_mut(&listener).filter(|desk| desk.socket == socket) else {
            self.telephony.perform(Order::HangUp(leg));
            return;
        };
        // The earlier voice counts until the new one is heard, so that a talk moves over without a gap, and is missed if
        // the new one never comes.
        let unheard = desk.next.replace(leg);
        self.desks.voices.insert(leg, listener);
        if let Some(unheard) = unheard {
            self.desks.voices.remove(&unheard);
            self.telephony.perform(Order::HangUp(unheard));
        }
    }

    pub(super) fn desk_closed(&mut self, listener: ListenerId, socket: SocketId) {
        let Some(desk) = self.desks.open.get_mut(&listener).filter(|desk| desk.socket == socket) else { return };
        desk.state = None;
        let leg = desk.leg;
        for voice in [leg, desk.next].into_iter().flatten() {
            self.telephony.perform(Order::Unattended(voice));
        }
        // In a talk the voice decides: a socket may break while the two go on hearing each other. Otherwise a desk without
        // a socket cannot be rung.
        let talking = self.board.desk(listener, self.clock.moment()).presence == Presence::Talking;
        if !talking || leg.is_none() {
            self.input(Input::DeskDown(listener), None);
        }
        self.forget_closed(listener);
    }

    fn forget_closed(&mut self, listener: ListenerId) {
        if self
            .desks
            .open
            .get(&listener)
            .is_some_and(|desk| desk.state.is_none() && desk.leg.is_none() && desk.next.is_none())
        {
            self.desks.open.remove(&listener);
        }
    }

    /// A desk whose page is closed stays plugged in for a talk alone: once that is over, it must not be rung.
    pub(super) fn unplug_closed(&mut self) {
        let closed = self.desks.open.iter().find_map(|(listener, desk)| {
            let view = || self.board.desk(*listener, self.clock.moment());
            let idle = desk.state.is_none() && view().connected && view().presence != Presence::Talking;
            idle.then_some(*listener)
        });
        if let Some(listener) = closed {
            self.input(Input::DeskDown(listener), None);
        }
    }

    pub(super) fn show(&self, listener: ListenerId) {
        if let Some(state) = self.desks.open.get(&listener).and_then(|desk| desk.state.as_ref()) {
            let view = self.board.desk(listener, self.clock.moment());
            let waiting = self.desks.waiting.clone();
            let line = self.desks.open.get(&listener).and_then(|desk| self.chronicle.sound.heard_by(desk.leg?));
            state.send_replace(DeskState { view, waiting, line, replaced: false });
        }
    }

    /// Shows the desk whose voice a leg is, if it is one's.
    pub(super) fn show_voice(&self, leg: LegId) {
        if let Some(listener) = self.desks.voices.get(&leg) {
            self.show(*listener);
        }
    }
}
