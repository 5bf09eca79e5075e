//! Say: a prompt is played, then the flow goes on.

use super::{Course, Exit, Field, Holds, StepRules};
use crate::call::{InFlow, Room, StepInput};
use crate::{CallerState, PromptName, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// What is said.
    pub prompt: PromptName,
    /// Whether surge mode leaves it out.
    #[serde(default)]
    pub skip_in_surge: bool,
    /// What comes after.
    pub next: StepId,
}

impl Say {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] =
        &[Field::of("prompt", Holds::Prompt), Field::may("skip_in_surge", Holds::Flag), Field::of("next", Holds::Step)];
}

impl StepRules for Say {
    fn exits(&self) -> Vec<Exit> {
        Exit::next(&self.next)
    }

    fn speaks(&self) -> bool {
        true
    }

    fn prompts(&self) -> Vec<PromptName> {
        vec![self.prompt]
    }

    fn begin(&self, id: &StepId, room: &mut Room<'_>) -> Course {
        if room.surge && self.skip_in_surge {
            return Course::To(self.next.clone());
        }
        room.tell(CallerState::Welcoming);
        let items = vec![room.whole(self.prompt)];
        let play = room.play(items, None);
        Course::Stay(InFlow::new(id, play, room.now.plus(InFlow::PROMPT_AT_MOST)))
    }

    fn handle(&self, at: InFlow, input: StepInput, room: &mut Room<'_>) -> Course {
        match input {
            StepInput::PromptEnded | StepInput::Deadline => Course::To(self.next.clone()),
            // Someone who knows the menu presses the key in the greeting: it counts.
            StepInput::Digit(digit) if room.takes_keys(&self.next) => {
                room.facts.said.typed_ahead.push(digit);
                Course::To(self.next.clone())
            }
            StepInput::Digit(_) => Course::Stay(at),
        }
    }
}
