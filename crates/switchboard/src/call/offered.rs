//! A listener's desk or telephone rings for the caller.

use super::{CallInput, Member, Offer, Part, Press, Room, Search, Stage, Talking, Via, Who};
use crate::{CallerState, OfferEnd, Whereabouts};

/// One listener is reserved and rings. The caller goes on hearing what played in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    pub(crate) offer: Offer,
    /// The search, out of line as long as somebody rings; the caller's place is kept.
    pub(crate) search: Search,
}

impl Offered {
    fn next_listener(self, end: OfferEnd, leg_gone: bool, room: &mut Room<'_>) -> Stage {
        let listener = self.offer.listener;
        self.offer.end(end, leg_gone, room);
        room.tell(CallerState::Finding);
        // Whoever left the rung while somebody rang is not waited for either.
        let search = self.search.missed_by(listener, room.now).tick(room).reconsider(room);
        room.wait(search)
    }

    fn accepted(self, room: &mut Room<'_>) -> Stage {
        let Self { offer, search } = self;
        if let Via::Desk(leg) = offer.via
            && room.listeners.desk_of(offer.listener) != Some(leg)
        {
            // The desk was opened anew, or is gone: the voice that counts is the one that is there.
            let Some(leg) = room.listeners.desk_of(offer.listener) else {
                return Self { offer, search }.next_listener(OfferEnd::ListenerGone, false, room);
            };
            return Self { offer: Offer { via: Via::Desk(leg), ..offer }, search }.accepted(room);
        }
        search.leave(room);
        let member = Member { who: Who::Listener(offer.listener), leg: offer.leg(), part: Part::Talks };
        let stood = offer.stood;
        offer.end(OfferEnd::Accepted, false, room);
        Talking::connect(member, Some(stood), room)
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Press(by, press) if by == self.offer.listener => match press {
                Press::Accept => self.accepted(room),
                Press::Decline => self.next_listener(OfferEnd::Declined, false, room),
                Press::Hold
                | Press::Resume
                | Press::End
                | Press::HandOver(_)
                | Press::TakeBack
                | Press::Join
                | Press::Leave
                | Press::Watch(_)
                | Press::Unwatch => Stage::Offered(self),
            },
            CallInput::Deadline => {
                let end = self.offer.timed_out();
                self.next_listener(end, false, room)
            }
            CallInput::ListenerGone(listener) if listener == self.offer.listener => match self.offer.via {
                Via::Desk(_) => self.next_listener(OfferEnd::ListenerGone, false, room),
                Via::Phone { .. } => Stage::Offered(self),
            },
            CallInput::OtherAnswered(leg) if self.offer.called_leg() == Some(leg) => {
                let Self { offer, search } = self;
                Stage::Offered(Self { offer: offer.phone_answered(room), search })
            }
            CallInput::OtherDigit(leg, digit) if self.offer.called_leg() == Some(leg) => match self.offer.key(digit) {
                Some(OfferEnd::Accepted) => self.accepted(room),
                Some(end) => self.next_listener(end, false, room),
                None => Stage::Offered(self),
            },
            CallInput::OtherEnded(leg, end) if self.offer.called_leg() == Some(leg) => {
                self.next_listener(Offer::of_leg(end), true, room)
            }
            CallInput::LegEnded(end) => {
                self.offer.end(OfferEnd::CallerGone, false, room);
                self.search.leave(room);
                room.caller_gone(end, Whereabouts::Ringing)
            }
            CallInput::ListenerBack(lost, leg) if self.search.lost == Some(lost) && self.offer.listener != lost => {
                self.offer.end(OfferEnd::Withdrawn, false, room);
                Talking::after_search(self.search, lost, leg, room)
            }
            CallInput::Answered => {
                room.answered_late();
                Stage::Offered(self)
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
            | CallInput::Press(..) => room.ignore(input, Stage::Offered(self)),
        }
    }
}
