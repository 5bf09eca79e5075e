//! The caller is in the call flow, before any human.

use super::{CallInput, Room, Stage};
use crate::{Digit, Moment, PlayId, StepId, Whereabouts};
use std::sync::Arc;

/// Where in the flow, and what the step keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InFlow {
    pub(crate) step: StepId,
    /// The prompt that plays, or played.
    pub(crate) play: PlayId,
    /// Until when the step may take: while a prompt plays, longer than any prompt, so that a playing whose end is never
    /// told keeps nobody.
    pub(crate) until: Moment,
    /// Keys typed so far.
    pub(crate) typed: String,
    /// How often the step was said again.
    pub(crate) tries: u8,
}

/// What can happen to a step that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepInput {
    /// Its prompt ended.
    PromptEnded,
    /// The caller pressed a key.
    Digit(Digit),
    /// Its time is up.
    Deadline,
}

impl InFlow {
    /// Longer than any prompt, in milliseconds.
    pub(crate) const PROMPT_AT_MOST: u64 = 3 * 60_000;
    /// How many steps may lead on at once, one after the other.
    pub(crate) const MOST_HOPS: usize = 100;

    /// At the beginning of a step.
    pub(crate) fn new(step: &StepId, play: PlayId, until: Moment) -> Self {
        Self { step: step.clone(), play, until, typed: String::new(), tries: 0 }
    }

    fn whereabouts(&self, room: &Room<'_>) -> Whereabouts {
        if room.takes_keys(&self.step) { Whereabouts::Menu } else { Whereabouts::Greeting }
    }

    fn step(self, input: StepInput, room: &mut Room<'_>) -> Stage {
        let flow = Arc::clone(&room.facts.line.flow);
        let Some(step) = flow.steps.get(&self.step) else {
            let step = self.step.clone();
            return room.go(step);
        };
        let course = step.rules().handle(self, input, room);
        room.follow(course)
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::PromptEnded(play) if play == self.play => self.step(StepInput::PromptEnded, room),
            CallInput::Digit(digit) => self.step(StepInput::Digit(digit), room),
            CallInput::Deadline => self.step(StepInput::Deadline, room),
            CallInput::LegEnded(end) => {
                let during = self.whereabouts(room);
                room.caller_gone(end, during)
            }
            CallInput::PromptEnded(_)
            | CallInput::Answered
            | CallInput::OtherAnswered(_)
            | CallInput::OtherEnded(..)
            | CallInput::OtherDigit(..)
            | CallInput::Reconsider
            | CallInput::Chosen(..)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::InFlow(self)),
        }
    }
}
