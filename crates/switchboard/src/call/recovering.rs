//! The listener vanished in the talk: the caller hears a kind word and is kept for a while.

use super::{CallInput, Room, Stage, Talking};
use crate::{CallerState, Effect, Event, LegId, ListenerId, Moment, Outcome, Party};

/// Waiting for the listener to come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recovering {
    pub(crate) listener: ListenerId,
    pub(crate) until: Moment,
    /// Whether the caller was on hold: they still are when the listener comes back.
    pub(crate) held: bool,
}

impl Recovering {
    /// The same two talk on; or the caller, who was on hold, goes on hearing the music.
    fn back(self, leg: LegId, room: &mut Room<'_>) -> Stage {
        room.event(Event::ListenerBack { call: room.facts.call, listener: self.listener });
        if self.held {
            room.event(Event::Held { call: room.facts.call });
            room.tell(CallerState::Held);
        } else {
            room.effect(Effect::Bridge(room.facts.leg, leg));
            room.tell(CallerState::Talking);
        }
        room.effect(Effect::DeskChanged(self.listener));
        Stage::Talking(Talking { listener: self.listener, listener_leg: leg, held: self.held })
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::ListenerBack(leg) => self.back(leg, room),
            CallInput::Deadline => {
                room.wrap_up(self.listener);
                room.back_to_the_head()
            }
            CallInput::LegEnded(end) => {
                room.wrap_up(self.listener);
                room.talk_over(end)
            }
            CallInput::ListenerEnds => {
                room.wrap_up(self.listener);
                room.hang_up(Outcome::Talked { by: Party::Listener })
            }
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerGone
            | CallInput::Hold
            | CallInput::Resume => room.ignore(input, Stage::Recovering(self)),
        }
    }
}
