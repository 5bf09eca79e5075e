//! The caller waits, and no desk rings for them.

use super::{CallInput, Offered, Room, Stage};
use crate::listener::{Listener, Standing};
use crate::queue::Place;
use crate::{CallerState, Event, PresenceReason, Whereabouts};

/// In the queue. The deadline of this stage is the queue's own: the event that frees a listener ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) place: Place,
}

impl Waiting {
    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Chosen(listener) => {
                room.queue.leave(self.place);
                // A listener who is chosen is ready; the time since when is kept for a caller who leaves.
                let free_since = room.listeners.get(listener).and_then(Listener::free_since);
                let ready_since = free_since.unwrap_or(room.now);
                let standing = Standing::Offered { call: room.facts.call };
                room.listeners.become_(listener, standing, PresenceReason::Call, room.now, room.out);
                room.event(Event::Offered { call: room.facts.call, listener });
                room.tell(CallerState::Ringing);
                let until = room.now.plus(u64::from(room.facts.line.offer_time));
                Stage::Offered(Offered { listener, ready_since, until, place: self.place })
            }
            CallInput::LegEnded(end) => {
                room.queue.leave(self.place);
                room.caller_gone(end, Whereabouts::Waiting)
            }
            CallInput::Answered => {
                room.answered_late();
                Stage::Waiting(self)
            }
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Deadline
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerGone
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Waiting(self)),
        }
    }
}
