//! A call and its stages, one file a stage. Each stage consumes itself into the next, so that a field exists only where
//! it means something.

mod arriving;
mod closed;
mod connecting;
mod greeting;
mod menu;
mod offered;
mod recovering;
mod room;
#[cfg(test)]
mod table;
mod talking;
mod waiting;

pub(crate) use arriving::Arriving;
pub(crate) use closed::ClosedLine;
pub(crate) use connecting::Connecting;
pub(crate) use greeting::Greeting;
pub(crate) use menu::InMenu;
pub(crate) use offered::Offered;
pub(crate) use recovering::Recovering;
pub(crate) use room::{Facts, Pickup, Room};
pub(crate) use talking::Talking;
pub(crate) use waiting::Waiting;

use crate::{Digit, LegEnd, LegId, ListenerId, Moment, PlayId};

/// What can happen to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallInput {
    /// The answer on the caller's leg is complete.
    Answered,
    /// The caller's leg is gone.
    LegEnded(LegEnd),
    /// A playing ended by itself.
    PromptEnded(PlayId),
    /// The caller pressed a key.
    Digit(Digit),
    /// The stage's deadline has passed.
    Deadline,
    /// This listener, already reserved, is to be rung.
    Chosen(ListenerId),
    /// The listener accepted.
    Accepted,
    /// The listener said no.
    Declined,
    /// The listener's desk or voice vanished.
    ListenerGone,
    /// The listener's desk is back, on this leg.
    ListenerBack(LegId),
    /// The listener pressed hold.
    Hold,
    /// The listener pressed resume.
    Resume,
    /// The listener ended the call.
    ListenerEnds,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) facts: Facts,
    pub(crate) stage: Stage,
}

/// Where a call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    Arriving(Arriving),
    Greeting(Greeting),
    Menu(InMenu),
    Waiting(Waiting),
    Offered(Offered),
    Connecting(Connecting),
    Talking(Talking),
    Recovering(Recovering),
    Closed(ClosedLine),
    Over,
}

impl Stage {
    /// Consumes the stage into the next.
    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match self {
            Stage::Arriving(stage) => stage.handle(input, room),
            Stage::Greeting(stage) => stage.handle(input, room),
            Stage::Menu(stage) => stage.handle(input, room),
            Stage::Waiting(stage) => stage.handle(input, room),
            Stage::Offered(stage) => stage.handle(input, room),
            Stage::Connecting(stage) => stage.handle(input, room),
            Stage::Talking(stage) => stage.handle(input, room),
            Stage::Recovering(stage) => stage.handle(input, room),
            Stage::Closed(stage) => stage.handle(input, room),
            Stage::Over => Stage::Over,
        }
    }

    /// When the stage must be looked at though nothing happens.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        match self {
            Stage::Arriving(stage) => Some(stage.until),
            Stage::Waiting(_) | Stage::Talking(_) | Stage::Over => None,
            Stage::Greeting(stage) => Some(stage.until),
            Stage::Menu(stage) => Some(stage.until),
            Stage::Offered(stage) => Some(stage.until),
            Stage::Connecting(stage) => Some(stage.until),
            Stage::Recovering(stage) => Some(stage.until),
            Stage::Closed(stage) => Some(stage.until),
        }
    }

    /// The listener bound to the call now, if any.
    pub(crate) fn listener(&self) -> Option<ListenerId> {
        match self {
            Stage::Arriving(_)
            | Stage::Greeting(_)
            | Stage::Menu(_)
            | Stage::Waiting(_)
            | Stage::Closed(_)
            | Stage::Over => None,
            Stage::Offered(stage) => Some(stage.listener),
            Stage::Connecting(stage) => Some(stage.listener),
            Stage::Talking(stage) => Some(stage.listener),
            Stage::Recovering(stage) => Some(stage.listener),
        }
    }

    /// Whether the caller has not yet talked with anybody in this stage, and takes a place in the queue's bound.
    pub(crate) fn before_a_human(&self) -> bool {
        match self {
            Stage::Arriving(_) | Stage::Greeting(_) | Stage::Menu(_) | Stage::Waiting(_) | Stage::Offered(_) => true,
            Stage::Connecting(_) | Stage::Talking(_) | Stage::Recovering(_) | Stage::Closed(_) | Stage::Over => false,
        }
    }

    /// The stage's name in the table of stages and inputs.
    #[cfg(test)]
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Stage::Arriving(_) => "arriving",
            Stage::Greeting(_) => "greeting",
            Stage::Menu(_) => "menu",
            Stage::Waiting(_) => "waiting",
            Stage::Offered(_) => "offered",
            Stage::Connecting(_) => "connecting",
            Stage::Talking(_) => "talking",
            Stage::Recovering(_) => "recovering",
            Stage::Closed(_) => "closed",
            Stage::Over => "over",
        }
    }
}
