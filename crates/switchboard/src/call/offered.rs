//! A listener's desk rings for the caller.

use super::{CallInput, Connecting, Pickup, Room, Stage, Talking};
use crate::queue::Place;
use crate::{ListenerId, Moment, OfferEnd, Whereabouts};

/// One listener is reserved and their desk rings. The caller goes on hearing what played in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    pub(crate) listener: ListenerId,
    /// Since when the listener had been ready: a caller who leaves costs them no turn.
    pub(crate) ready_since: Moment,
    pub(crate) until: Moment,
    /// The caller's place, kept for the next offer.
    pub(crate) place: Place,
}

impl Offered {
    fn next_listener(self, end: OfferEnd, room: &mut Room<'_>) -> Stage {
        room.end_offer(self.listener, self.ready_since, end);
        room.wait(self.place)
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Accepted => {
                let Some(leg) = room.listeners.desk_of(self.listener) else {
                    return self.next_listener(OfferEnd::ListenerGone, room);
                };
                room.end_offer(self.listener, self.ready_since, OfferEnd::Accepted);
                if room.facts.pickup == Pickup::Answered {
                    return Talking::begin(self.listener, leg, room);
                }
                room.answer();
                let until = room.now.plus(Connecting::AT_MOST);
                Stage::Connecting(Connecting { listener: self.listener, ready_since: self.ready_since, until })
            }
            CallInput::Declined => self.next_listener(OfferEnd::Declined, room),
            CallInput::Deadline => self.next_listener(OfferEnd::NoAnswer, room),
            CallInput::ListenerGone => self.next_listener(OfferEnd::ListenerGone, room),
            CallInput::LegEnded(end) => {
                room.end_offer(self.listener, self.ready_since, OfferEnd::CallerGone);
                room.caller_gone(end, Whereabouts::Ringing)
            }
            CallInput::Answered => {
                room.answered_late();
                Stage::Offered(self)
            }
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Chosen(_)
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Offered(self)),
        }
    }
}
