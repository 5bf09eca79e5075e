//! Menu: "if you are a student, press two". A caller who presses nothing goes on all the same: nobody is lost for want of
//! a key.

use super::{Course, Exit, Field, Holds, StepRules};
use crate::call::{InFlow, Room, StepInput};
use crate::plan::{Skill, Wrong};
use crate::{CallerState, Digit, Event, PromptName, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// The prompt that says the choices.
    pub prompt: PromptName,
    /// How long to wait for a key after the prompt, in seconds.
    #[serde(default = "usual_wait")]
    pub wait_seconds: u32,
    /// How often a wrong key is answered with the menu once more.
    #[serde(default = "usual_tries")]
    pub tries: u8,
    /// The choices.
    #[serde(rename = "choice")]
    pub choices: Vec<Choice>,
    /// Where to go when no key comes.
    pub otherwise: StepId,
}

fn usual_wait() -> u32 {
    4
}

fn usual_tries() -> u8 {
    3
}

/// One choice of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The key.
    pub digit: Digit,
    /// The key word kept in the record and shown at the desk, such as `student`.
    pub choice: String,
    /// What the caller wants of a listener from now on, such as `audience:student`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<Skill>,
    /// Seconds by which the caller counts as having waited longer (or shorter).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// Where it leads.
    pub next: StepId,
}

impl Choice {
    const FIELDS: &'static [Field] = &[
        Field::of("digit", Holds::Digit),
        Field::of("choice", Holds::Word),
        Field::of("next", Holds::Step),
        Field::may("wish", Holds::Skill),
        Field::may("priority", Holds::Whole(-3600, 3600)),
    ];
}

fn is_zero(seconds: &i32) -> bool {
    *seconds == 0
}

impl Menu {
    fn say(&self, before: Option<PromptName>, id: &StepId, tries: u8, room: &mut Room<'_>) -> Course {
        room.tell(CallerState::Welcoming);
        // While a key is waited for there is music: nobody should wonder whether the line is dead.
        let spoken = before.into_iter().chain([self.prompt]).map(|prompt| room.whole(prompt));
        let items = spoken.chain([room.music(self.wait_seconds)]).collect();
        let play = room.play(items, None);
        let at = InFlow::new(id, play, room.now.plus(InFlow::PROMPT_AT_MOST));
        Course::Stay(InFlow { tries, ..at })
    }

    fn pressed(&self, digit: Digit, id: &StepId, tries: u8, room: &mut Room<'_>) -> Course {
        let Some(choice) = self.choices.iter().find(|choice| choice.digit == digit) else {
            return if tries >= self.tries {
                Course::To(self.otherwise.clone())
            } else {
                self.say(Some(PromptName::NotUnderstood), id, tries + 1, room)
            };
        };
        room.facts.said.choice = Some(choice.choice.clone());
        if let Some(wish) = &choice.wish {
            room.facts.wish(wish.clone());
        }
        room.facts.needs.priority = room.facts.needs.priority.saturating_add(choice.priority);
        room.event(Event::Chosen { call: room.facts.call, digit, choice: choice.choice.clone() });
        Course::To(choice.next.clone())
    }
}

impl Menu {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[
        Field::of("prompt", Holds::Prompt),
        Field::of("choice", Holds::Rows(Choice::FIELDS)),
        Field::of("wait_seconds", Holds::Whole(1, 30)),
        Field::of("tries", Holds::Whole(0, 9)),
        Field::of("otherwise", Holds::Step),
    ];
}

impl StepRules for Menu {
    fn exits(&self) -> Vec<Exit> {
        let choices =
            self.choices.iter().map(|choice| Exit { when: choice.digit.key().to_string(), to: choice.next.clone() });
        choices.chain([Exit { when: "otherwise".to_owned(), to: self.otherwise.clone() }]).collect()
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
        if self.choices.is_empty() {
            return Some(Wrong::NoChoice);
        }
        for (index, choice) in self.choices.iter().enumerate() {
            if choice.choice.is_empty() || choice.choice.len() > 40 {
                return Some(Wrong::NoWord(choice.digit));
            }
            if self.choices.iter().take(index).any(|other| other.digit == choice.digit) {
                return Some(Wrong::DigitTwice(choice.digit));
            }
        }
        let priorities = self.choices.iter();
        let mut priorities =
            priorities.map(|choice| Wrong::outside(Choice::FIELDS, &[("priority", choice.priority.into())]));
        let values = [("wait_seconds", self.wait_seconds.into()), ("tries", self.tries.into())];
        Wrong::outside(Self::FIELDS, &values).or_else(|| priorities.find_map(|wrong| wrong))
    }

    fn begin(&self, id: &StepId, room: &mut Room<'_>) -> Course {
        if room.facts.said.typed_ahead.is_empty() {
            return self.say(None, id, 0, room);
        }
        let digit = room.facts.said.typed_ahead.remove(0);
        self.pressed(digit, id, 0, room)
    }

    fn handle(&self, at: InFlow, input: StepInput, room: &mut Room<'_>) -> Course {
        match input {
            StepInput::Digit(digit) => self.pressed(digit, &at.step, at.tries, room),
            StepInput::PromptEnded | StepInput::Deadline => Course::To(self.otherwise.clone()),
        }
    }
}
