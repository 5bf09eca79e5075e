//! The caller's leg is being answered.

use super::{CallInput, Greeting, Room, Stage};
use crate::{Moment, Outcome, Whereabouts};

/// Waiting for our answer to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arriving {
    pub(crate) until: Moment,
    /// Whether the line was open when the caller came.
    pub(crate) open: bool,
}

impl Arriving {
    /// An answer that is not complete after 64 times T1 (RFC 3261 section 13.3.1.4) never will be, in milliseconds.
    pub(crate) const AT_MOST: u64 = 32_000;

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Answered => {
                room.answered();
                if !self.open {
                    return room.say_closed();
                }
                Greeting::begin(room)
            }
            CallInput::LegEnded(end) => room.caller_gone(end, Whereabouts::Arriving),
            CallInput::Deadline => room.hang_up(Outcome::LineFault),
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerGone
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Arriving(self)),
        }
    }
}
