//! The caller waits, and nobody rings for them but perhaps a partner line.

use super::{CallInput, Member, Offer, Offered, Part, Room, Search, Stage, Talking, Who};
use crate::{CallerState, LegEnd, LegId, Whereabouts};

/// In the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) search: Search,
}

impl Waiting {
    /// A partner line has the caller.
    fn partner(self, room: &mut Room<'_>) -> Stage {
        let mut search = self.search;
        let Some(dialled) = search.dialled.take() else { return room.wait(search) };
        search.leave(room);
        let member = Member { who: Who::Relay(dialled.relay.id.clone()), leg: dialled.leg, part: Part::Talks };
        Talking::connect(member, None, room)
    }

    fn partner_answered(mut self, leg: LegId, room: &mut Room<'_>) -> Stage {
        let Some(dialled) = self.search.dialled.as_mut().filter(|dialled| dialled.leg == leg) else {
            return Stage::Waiting(self);
        };
        if !dialled.relay.press_key {
            return self.partner(room);
        }
        dialled.answered = true;
        room.ask_for_key(leg);
        Stage::Waiting(self)
    }

    fn partner_gone(self, leg: LegId, end: LegEnd, room: &mut Room<'_>) -> Stage {
        if self.search.dialled.as_ref().is_none_or(|dialled| dialled.leg != leg) {
            return Stage::Waiting(self);
        }
        let mut search = self.search.drop_dialled(Some(end), room);
        search.partner_failed(room);
        room.wait(search)
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Chosen(listener, why) => {
                let time = self.search.rules.offer_time();
                let Some(offer) = Offer::begin(listener, why, time, room) else { return Stage::Waiting(self) };
                room.waiters.leave(room.facts.call);
                // The partner line is let go: somebody of our own rings.
                let search = self.search.drop_dialled(None, room);
                room.tell(CallerState::Ringing);
                Stage::Offered(Offered { offer, search })
            }
            CallInput::LegEnded(end) => {
                self.search.leave(room);
                room.caller_gone(end, Whereabouts::Waiting)
            }
            CallInput::Deadline => {
                let search = self.search.tick(room);
                room.wait(search)
            }
            CallInput::Reconsider => {
                let search = self.search.reconsider(room);
                Stage::Waiting(Self { search: search.stand_in_line(room) })
            }
            CallInput::Answered => {
                room.answered_late();
                Stage::Waiting(self)
            }
            CallInput::OtherAnswered(leg) => self.partner_answered(leg, room),
            CallInput::OtherDigit(leg, digit) => {
                let waits = self.search.dialled.as_ref().is_some_and(|dialled| dialled.leg == leg && dialled.answered);
                if waits && digit.key() == '1' { self.partner(room) } else { Stage::Waiting(self) }
            }
            CallInput::OtherEnded(leg, end) => self.partner_gone(leg, end, room),
            CallInput::ListenerBack(listener, leg) if self.search.lost == Some(listener) => {
                Talking::after_search(self.search, listener, leg, room)
            }
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::Waiting(self)),
        }
    }
}
