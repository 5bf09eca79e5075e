//! A listener's desk rings for the caller.

use super::{CallInput, Connecting, Room, Stage, Talking};
use crate::queue::Place;
use crate::{Effect, ListenerId, Moment, OfferEnd, Whereabouts};

/// One listener is reserved and their desk rings. The caller goes on hearing what played in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    pub(crate) listener: ListenerId,
    pub(crate) until: Moment,
    /// The caller's place, kept for the next offer.
    pub(crate) place: Place,
}

impl Offered {
    fn next_listener(self, end: OfferEnd, room: &mut Room<'_>) -> Stage {
        room.end_offer(self.listener, end);
        room.wait(self.place)
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Accepted => {
                let Some(leg) = room.listeners.desk_of(self.listener) else {
                    return self.next_listener(OfferEnd::ListenerGone, room);
                };
                room.end_offer(self.listener, OfferEnd::Accepted);
                if room.facts.answered {
                    return Talking::begin(self.listener, leg, room);
                }
                room.effect(Effect::Answer(room.facts.leg));
                Stage::Connecting(Connecting {
                    listener: self.listener,
                    until: room.now.plus(Connecting::AT_MOST),
                    place: self.place,
                })
            }
            CallInput::Declined => self.next_listener(OfferEnd::Declined, room),
            CallInput::Deadline => self.next_listener(OfferEnd::NoAnswer, room),
            CallInput::ListenerGone => self.next_listener(OfferEnd::ListenerGone, room),
            CallInput::LegEnded(end) => {
                room.end_offer(self.listener, OfferEnd::CallerGone);
                room.caller_gone(end, Whereabouts::Ringing)
            }
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Chosen(_)
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Offered(self)),
        }
    }
}
