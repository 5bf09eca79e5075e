//! On a line that rings until a human answers: the listener accepted, and the caller's leg is being answered.

use super::{CallInput, Room, Stage, Talking};
use crate::listener::Standing;
use crate::{ListenerId, Moment, Outcome, PresenceReason, Whereabouts};

/// A listener has accepted; the answer to the caller is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connecting {
    pub(crate) listener: ListenerId,
    /// Since when the listener had been ready: a caller who leaves costs them no turn.
    pub(crate) ready_since: Moment,
    pub(crate) until: Moment,
}

impl Connecting {
    /// How long the caller's leg may take to be answered, in milliseconds.
    pub(crate) const AT_MOST: u64 = 10_000;

    /// The listener is ready again: nobody was there to talk with, so there is nothing to write.
    fn free_listener(&self, room: &mut Room<'_>) {
        let standing = Standing::Ready { since: self.ready_since };
        room.listeners.become_(self.listener, standing, PresenceReason::Call, room.now, room.out);
    }

    /// The listener takes a pause, and the caller is the next to be served. The answer goes on: it is asked for once.
    fn without_listener(&self, reason: PresenceReason, room: &mut Room<'_>) -> Stage {
        room.listeners.become_(self.listener, Standing::Paused, reason, room.now, room.out);
        room.back_to_the_head()
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Answered => {
                room.answered();
                match room.listeners.desk_of(self.listener) {
                    Some(leg) => Talking::begin(self.listener, leg, room),
                    None => self.without_listener(PresenceReason::Vanished, room),
                }
            }
            CallInput::LegEnded(end) => {
                self.free_listener(room);
                room.caller_gone(end, Whereabouts::Ringing)
            }
            CallInput::Deadline => {
                self.free_listener(room);
                room.hang_up(Outcome::LineFault)
            }
            // Ended before the two could talk is a late "no": the same desk must not ring again for the same caller.
            CallInput::ListenerEnds => self.without_listener(PresenceReason::Chosen, room),
            CallInput::ListenerGone => self.without_listener(PresenceReason::Vanished, room),
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume => room.ignore(input, Stage::Connecting(self)),
        }
    }
}
