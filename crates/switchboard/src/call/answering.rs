//! The caller's leg is being answered.

use super::{CallInput, Room, Stage};
use crate::{Moment, Outcome, PromptName, QueueId, StepId, Whereabouts};

/// Waiting for our answer to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answering {
    pub(crate) until: Moment,
    pub(crate) then: Then,
}

/// What comes once the leg is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Then {
    Step(StepId),
    Queue(QueueId),
    LastWord(PromptName),
}

impl Answering {
    /// An answer that is not complete after 64 times T1 (RFC 3261 section 13.3.1.4) never will be, in milliseconds.
    pub(crate) const AT_MOST: u64 = 32_000;

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::Answered => {
                room.answered();
                match self.then {
                    Then::Step(step) => room.go(step),
                    Then::Queue(queue) => room.enter_queue(&queue),
                    Then::LastWord(prompt) => room.last_word(prompt),
                }
            }
            CallInput::LegEnded(end) => room.caller_gone(end, Whereabouts::Arriving),
            CallInput::Deadline => room.hang_up(Outcome::LineFault),
            CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::OtherAnswered(_)
            | CallInput::OtherEnded(..)
            | CallInput::OtherDigit(..)
            | CallInput::Reconsider
            | CallInput::Chosen(..)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::Answering(self)),
        }
    }
}
