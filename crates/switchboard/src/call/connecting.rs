//! Somebody accepted a caller who only heard ringing so far: the caller's leg is being answered.

use super::{CallInput, Member, Press, Room, Stage, Talking, Who};
use crate::listener::Standing;
use crate::{Effect, Event, LegEnd, LegId, ListenerId, Moment, Outcome, PresenceReason, PromptName, Whereabouts};

/// Somebody is there; the answer to the caller is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connecting {
    pub(crate) member: Member,
    /// Where the listener stood in line: a caller who leaves costs them no turn.
    pub(crate) stood: Option<Standing>,
    pub(crate) until: Moment,
}

impl Connecting {
    /// How long the caller's leg may take to be answered, in milliseconds.
    pub(crate) const AT_MOST: u64 = 10_000;

    fn is_by(&self, listener: ListenerId) -> bool {
        self.member.who == Who::Listener(listener)
    }

    fn hang_up_called(&self, room: &mut Room<'_>) {
        if let Some(leg) = self.member.called_leg() {
            room.effect(Effect::HangUp(leg));
        }
    }

    /// Nobody was there to talk with, so there is nothing to write: a listener is ready again.
    fn let_go(&self, end: Option<LegEnd>, room: &mut Room<'_>) {
        match &self.member.who {
            Who::Listener(listener) => {
                let standing = Standing::without_a_caller(self.stood, true);
                room.listeners.become_(*listener, standing, PresenceReason::Call, room.now, room.out);
            }
            Who::Relay(relay) => {
                room.event(Event::RelayEnded { call: room.facts.call, relay: relay.clone(), end });
            }
        }
        if end.is_none() {
            self.hang_up_called(room);
        }
    }

    /// The other side is gone, and the caller is the next to be served. The answer goes on: it is asked for once.
    fn without(self, reason: PresenceReason, end: Option<LegEnd>, room: &mut Room<'_>) -> Stage {
        match &self.member.who {
            Who::Listener(listener) => {
                let standing = Standing::without_a_caller(self.stood, false);
                room.listeners.become_(*listener, standing, reason, room.now, room.out);
                if end.is_none() {
                    self.hang_up_called(room);
                }
            }
            Who::Relay(_) => self.let_go(end, room),
        }
        room.back_to_the_head(PromptName::Reconnecting, None)
    }

    /// The leg through which the other side talks, if it is still there.
    fn leg(&self, room: &Room<'_>) -> Option<LegId> {
        match (&self.member.who, self.member.called_leg()) {
            (Who::Listener(listener), None) => room.listeners.desk_of(*listener),
            (Who::Listener(_) | Who::Relay(_), Some(leg)) => Some(leg),
            (Who::Relay(_), None) => Some(self.member.leg),
        }
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Answered => {
                room.answered();
                match self.leg(room) {
                    Some(leg) => Talking::begin(Member { leg, ..self.member }, room),
                    None => self.without(PresenceReason::Vanished, None, room),
                }
            }
            CallInput::LegEnded(end) => {
                self.let_go(None, room);
                room.caller_gone(end, Whereabouts::Ringing)
            }
            CallInput::Deadline => {
                self.let_go(None, room);
                room.hang_up(Outcome::LineFault)
            }
            // Ended before the two could talk is a late "no": the same desk must not ring again for the same caller.
            CallInput::Press(by, Press::End) if self.is_by(by) => self.without(PresenceReason::Chosen, None, room),
            CallInput::ListenerGone(by) if self.is_by(by) && self.member.called_leg().is_none() => {
                self.without(PresenceReason::Vanished, None, room)
            }
            CallInput::OtherEnded(leg, end) if self.member.leg == leg => {
                self.without(PresenceReason::Vanished, Some(end), room)
            }
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::OtherAnswered(_)
            | CallInput::OtherEnded(..)
            | CallInput::OtherDigit(..)
            | CallInput::Reconsider
            | CallInput::Chosen(..)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::Connecting(self)),
        }
    }
}
