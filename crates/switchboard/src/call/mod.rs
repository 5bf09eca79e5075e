//! A call and its stages, one file a stage. Each stage consumes itself into the next, so that a field exists only where
//! it means something.

mod answering;
mod conference;
mod connecting;
mod facts;
mod in_flow;
mod last_word;
mod offer;
mod offered;
mod recovering;
mod relaying;
mod room;
mod search;
#[cfg(test)]
mod table;
mod talking;
mod waiting;

pub(crate) use answering::{Answering, Then};
pub(crate) use conference::{Beside, BesideStep, Member, Part, Who};
pub(crate) use connecting::Connecting;
pub(crate) use facts::{BackTo, Coming, Facts, InLine, Needs, Pickup, Said};
pub(crate) use in_flow::{InFlow, StepInput};
pub(crate) use last_word::LastWordSaid;
pub(crate) use offer::{Offer, Via};
pub(crate) use offered::Offered;
pub(crate) use recovering::Recovering;
pub(crate) use relaying::{Otherwise, Relaying};
pub(crate) use room::{Numbers, Room};
pub(crate) use search::Search;
pub(crate) use talking::Talking;
pub(crate) use waiting::Waiting;

use crate::event::Why;
use crate::{Digit, HandOver, LegEnd, LegId, ListenerId, Moment, PlayId, WatchMode};

/// What can happen to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CallInput {
    /// The answer on the caller's leg is complete.
    Answered,
    /// The caller's leg is gone.
    LegEnded(LegEnd),
    /// A playing to the caller ended by itself.
    PromptEnded(PlayId),
    /// The caller pressed a key.
    Digit(Digit),
    /// A telephone that was called for this call answered.
    OtherAnswered(LegId),
    /// A leg to a telephone that was called for this call is gone.
    OtherEnded(LegId, LegEnd),
    /// A key was pressed there.
    OtherDigit(LegId, Digit),
    /// The stage's deadline has passed.
    Deadline,
    /// What decides whom the caller can be offered to has changed: surge mode, or the people who are there.
    Reconsider,
    /// This listener, who is free, is to be rung.
    Chosen(ListenerId, Why),
    /// A listener's desk or voice vanished.
    ListenerGone(ListenerId),
    /// A listener's desk is back, on this leg.
    ListenerBack(ListenerId, LegId),
    /// A listener pressed something.
    Press(ListenerId, Press),
}

/// What a listener bound to a call can press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Press {
    Accept,
    Decline,
    Hold,
    Resume,
    End,
    HandOver(HandOver),
    TakeBack,
    Join,
    Leave,
    /// By a supervisor, whose standing is theirs to lose.
    Watch(WatchMode),
    Unwatch,
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
    Answering(Answering),
    InFlow(InFlow),
    Waiting(Waiting),
    Offered(Offered),
    Connecting(Connecting),
    Talking(Talking),
    Recovering(Recovering),
    Relaying(Relaying),
    LastWord(LastWordSaid),
    Over,
}

impl Stage {
    /// Consumes the stage into the next.
    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match self {
            Stage::Answering(stage) => stage.handle(input, room),
            Stage::InFlow(stage) => stage.handle(input, room),
            Stage::Waiting(stage) => stage.handle(input, room),
            Stage::Offered(stage) => stage.handle(input, room),
            Stage::Connecting(stage) => stage.handle(input, room),
            Stage::Talking(stage) => stage.handle(input, room),
            Stage::Recovering(stage) => stage.handle(input, room),
            Stage::Relaying(stage) => stage.handle(input, room),
            Stage::LastWord(stage) => stage.handle(input, room),
            Stage::Over => Stage::Over,
        }
    }

    /// When the stage must be looked at though nothing happens.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        match self {
            Stage::LastWord(_) | Stage::Over => None,
            Stage::Answering(stage) => Some(stage.until),
            Stage::InFlow(stage) => Some(stage.until),
            Stage::Waiting(stage) => Some(stage.search.next_change()),
            Stage::Offered(stage) => Some(stage.offer.until),
            Stage::Connecting(stage) => Some(stage.until),
            Stage::Talking(stage) => stage.deadline(),
            Stage::Recovering(stage) => Some(stage.until),
            Stage::Relaying(stage) => Some(stage.until),
        }
    }

    /// The listeners bound to the call now.
    pub(crate) fn listeners(&self) -> Vec<ListenerId> {
        match self {
            Stage::Answering(_)
            | Stage::InFlow(_)
            | Stage::Waiting(_)
            | Stage::Relaying(_)
            | Stage::LastWord(_)
            | Stage::Over => Vec::new(),
            Stage::Offered(stage) => vec![stage.offer.listener],
            Stage::Connecting(stage) => stage.member.who.listener().into_iter().collect(),
            Stage::Talking(stage) => stage.listeners(),
            Stage::Recovering(stage) => vec![stage.listener],
        }
    }

    /// The legs, beside the caller's, that were called for this call and are still there.
    pub(crate) fn called_legs(&self) -> Vec<LegId> {
        match self {
            Stage::Answering(_) | Stage::InFlow(_) | Stage::LastWord(_) | Stage::Recovering(_) | Stage::Over => {
                Vec::new()
            }
            Stage::Waiting(stage) => stage.search.dialled.iter().map(|dialled| dialled.leg).collect(),
            Stage::Offered(stage) => stage.offer.called_leg().into_iter().collect(),
            Stage::Connecting(stage) => stage.member.called_leg().into_iter().collect(),
            Stage::Talking(stage) => stage.called_legs(),
            Stage::Relaying(stage) => vec![stage.leg],
        }
    }

    /// The search under way, if the call stands in line.
    pub(crate) fn search(&self) -> Option<&Search> {
        match self {
            Stage::Waiting(stage) => Some(&stage.search),
            Stage::Talking(stage) => stage.search(),
            Stage::Answering(_)
            | Stage::InFlow(_)
            | Stage::Offered(_)
            | Stage::Connecting(_)
            | Stage::Recovering(_)
            | Stage::Relaying(_)
            | Stage::LastWord(_)
            | Stage::Over => None,
        }
    }

    /// Whether the caller has not yet talked with anybody in this stage, and takes a place in the line's bound.
    pub(crate) fn before_a_human(&self) -> bool {
        match self {
            Stage::Answering(_) | Stage::InFlow(_) | Stage::Waiting(_) | Stage::Offered(_) | Stage::Relaying(_) => true,
            Stage::Connecting(_) | Stage::Talking(_) | Stage::Recovering(_) | Stage::LastWord(_) | Stage::Over => false,
        }
    }
}
