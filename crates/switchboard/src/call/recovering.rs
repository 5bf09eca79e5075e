//! The listener vanished in the talk: the caller hears a kind word and is kept for a while.

use super::{CallInput, Member, Part, Press, Room, Stage, Talking, Who};
use crate::{Event, LegId, ListenerId, Moment, Outcome, Party, PromptName};

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
        }
        let member = Member { who: Who::Listener(self.listener), leg, part: Part::Talks };
        Talking::again(member, self.held, room)
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::ListenerBack(listener, leg) if listener == self.listener => self.back(leg, room),
            CallInput::Deadline => {
                room.wrap_up(self.listener);
                room.back_to_the_head(PromptName::Reconnecting, Some(self.listener))
            }
            CallInput::LegEnded(end) => {
                room.wrap_up(self.listener);
                room.talk_over(end)
            }
            CallInput::Press(by, Press::End) if by == self.listener => {
                room.wrap_up(self.listener);
                room.hang_up(Outcome::Talked { by: Party::Listener })
            }
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::OtherAnswered(_)
            | CallInput::OtherEnded(..)
            | CallInput::OtherDigit(..)
            | CallInput::Reconsider
            | CallInput::Chosen(..)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::Recovering(self)),
        }
    }
}
