//! On a line that rings until a human answers: the listener accepted, and the caller's leg is being answered.

use super::{CallInput, Room, Stage, Talking};
use crate::listener::Standing;
use crate::queue::Place;
use crate::{ListenerId, Moment, Outcome, PresenceReason, Whereabouts};

/// A listener has accepted; the answer to the caller is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connecting {
    pub(crate) listener: ListenerId,
    pub(crate) until: Moment,
    pub(crate) place: Place,
}

impl Connecting {
    /// How long the caller's leg may take to be answered, in milliseconds.
    pub(crate) const AT_MOST: u64 = 10_000;

    /// The listener is ready again: nobody was there to talk with, so there is nothing to write.
    fn free_listener(&self, room: &mut Room<'_>) {
        let standing = Standing::Ready { since: room.now };
        room.listeners.become_(self.listener, standing, PresenceReason::Call, room.now, room.out);
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Answered => {
                room.answered();
                match room.listeners.desk_of(self.listener) {
                    Some(leg) => Talking::begin(self.listener, leg, room),
                    None => room.back_to_the_head(),
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
            CallInput::ListenerEnds => {
                self.free_listener(room);
                room.wait(self.place)
            }
            CallInput::ListenerGone => {
                let standing = Standing::Paused;
                room.listeners.become_(self.listener, standing, PresenceReason::Vanished, room.now, room.out);
                room.wait(self.place)
            }
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
