//! A last word is said, with other numbers to call, as long as the caller stays. The platform never hangs up here.

use super::{CallInput, Room, Stage};
use crate::{LegEnd, Outcome, PromptName};

/// The message plays, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastWordSaid {
    pub(crate) prompt: PromptName,
}

impl LastWordSaid {
    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::LegEnded(
                LegEnd::HungUp
                | LegEnd::Lost
                | LegEnd::Failed
                | LegEnd::Busy
                | LegEnd::NotReached
                | LegEnd::Declined
                | LegEnd::NoSuchNumber,
            ) => room.over(Outcome::Closed),
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::OtherAnswered(_)
            | CallInput::OtherEnded(..)
            | CallInput::OtherDigit(..)
            | CallInput::Deadline
            | CallInput::Reconsider
            | CallInput::Chosen(..)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::LastWord(self)),
        }
    }
}
