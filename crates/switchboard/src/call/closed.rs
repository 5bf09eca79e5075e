//! The line is closed: the caller hears so, and where else to call, as long as they stay.

use super::{CallInput, Room, Stage};
use crate::{LegEnd, Moment, Outcome};

/// The closing message plays, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClosedLine {
    pub(crate) until: Moment,
}

impl ClosedLine {
    /// How long the message is repeated for a caller who stays, in milliseconds.
    pub(crate) const AT_MOST: u64 = 10 * 60_000;

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
            CallInput::Deadline => room.hang_up(Outcome::Closed),
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::ListenerGone
            | CallInput::ListenerBack(_)
            | CallInput::Hold
            | CallInput::Resume
            | CallInput::ListenerEnds => room.ignore(input, Stage::Closed(self)),
        }
    }
}
