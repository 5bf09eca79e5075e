//! Département: the first digits of the caller's postcode, by keypad. Whoever types nothing goes on all the same.

use super::{Course, Exit, Field, Holds, StepRules};
use crate::call::{InFlow, Room, StepInput};
use crate::plan::Wrong;
use crate::{CallerState, PromptName, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskDepartement {
    /// The prompt that asks.
    #[serde(default = "usual_prompt")]
    pub prompt: PromptName,
    /// How long to wait for the next key, in seconds.
    #[serde(default = "usual_wait")]
    pub wait_seconds: u32,
    /// What comes after.
    pub next: StepId,
}

fn usual_prompt() -> PromptName {
    PromptName::Departement
}

fn usual_wait() -> u32 {
    4
}

/// Postcodes of overseas départements and territories begin with 97 or 98 and need a third digit.
fn digits_needed(typed: &str) -> usize {
    if typed.starts_with("97") || typed.starts_with("98") { 3 } else { 2 }
}

impl AskDepartement {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[
        Field::of("prompt", Holds::Prompt),
        Field::of("wait_seconds", Holds::Whole(1, 30)),
        Field::of("next", Holds::Step),
    ];
}

impl StepRules for AskDepartement {
    fn exits(&self) -> Vec<Exit> {
        Exit::next(&self.next)
    }

    fn speaks(&self) -> bool {
        true
    }

    fn takes_keys(&self) -> bool {
        true
    }

    fn prompts(&self) -> Vec<PromptName> {
        vec![self.prompt]
    }

    fn wrong(&self) -> Option<Wrong> {
        Wrong::outside(Self::FIELDS, &[("wait_seconds", self.wait_seconds.into())])
    }

    fn begin(&self, id: &StepId, room: &mut Room<'_>) -> Course {
        room.tell(CallerState::Welcoming);
        let items = vec![room.whole(self.prompt), room.music(self.wait_seconds)];
        let play = room.play(items, None);
        Course::Stay(InFlow::new(id, play, room.now.plus(InFlow::PROMPT_AT_MOST)))
    }

    fn handle(&self, mut at: InFlow, input: StepInput, room: &mut Room<'_>) -> Course {
        match input {
            StepInput::Digit(digit) if digit.key().is_ascii_digit() => {
                at.typed.push(digit.key());
                if at.typed.len() >= digits_needed(&at.typed) {
                    room.facts.said.departement = Some(at.typed);
                    return Course::To(self.next.clone());
                }
                at.play = room.play(vec![room.music(self.wait_seconds)], None);
                at.until = room.now.plus(InFlow::PROMPT_AT_MOST);
                Course::Stay(at)
            }
            // Star and hash begin anew.
            StepInput::Digit(_) => {
                at.typed.clear();
                Course::Stay(at)
            }
            StepInput::PromptEnded | StepInput::Deadline => Course::To(self.next.clone()),
        }
    }
}
