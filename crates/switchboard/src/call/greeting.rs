//! The greeting plays.

use super::{CallInput, InMenu, Room, Stage};
use crate::{PlayId, Whereabouts};

/// The caller hears the greeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Greeting {
    pub(crate) play: PlayId,
}

impl Greeting {
    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::PromptEnded(play) if play == self.play => match &room.facts.line.menu {
                Some(_) => InMenu::begin(room),
                None => room.enter_queue(),
            },
            CallInput::LegEnded(end) => room.caller_gone(end, Whereabouts::Greeting),
            // Someone who knows the menu presses the key in the greeting: it counts.
            CallInput::Digit(digit) => match &room.facts.line.menu {
                Some(_) => InMenu::pressed(digit, room),
                None => Stage::Greeting(self),
            },
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Deadline
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
