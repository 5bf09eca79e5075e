//! The greeting plays.

use super::{CallInput, InMenu, Room, Stage};
use crate::{CallerState, Moment, PlayId, PromptName, Whereabouts};

/// The caller hears the greeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Greeting {
    pub(crate) play: PlayId,
    /// A playing whose end is never told must not keep the caller: they go on as if it had ended.
    pub(crate) until: Moment,
}

impl Greeting {
    /// Longer than any greeting, in milliseconds.
    pub(crate) const AT_MOST: u64 = 3 * 60_000;

    /// The caller hears the greeting.
    pub(crate) fn begin(room: &mut Room<'_>) -> Stage {
        room.tell(CallerState::Welcoming);
        let items = vec![room.whole(PromptName::Greeting)];
        let play = room.play(items, None);
        Stage::Greeting(Self { play, until: room.now.plus(Self::AT_MOST) })
    }

    fn after(room: &mut Room<'_>) -> Stage {
        match &room.facts.line.menu {
            Some(_) => InMenu::begin(room),
            None => room.enter_queue(),
        }
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::PromptEnded(play) if play == self.play => Self::after(room),
            CallInput::Deadline => Self::after(room),
            CallInput::LegEnded(end) => room.caller_gone(end, Whereabouts::Greeting),
            // Someone who knows the menu presses the key in the greeting: it counts.
            CallInput::Digit(digit) => match &room.facts.line.menu {
                Some(_) => InMenu::pressed(digit, room),
                None => Stage::Greeting(self),
            },
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerGone
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Greeting(self)),
        }
    }
}
