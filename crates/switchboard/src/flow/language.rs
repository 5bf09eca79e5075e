//! Language: "for English, press two". Each choice is said in its own language; without a key, the line's own stays.

use super::{Course, Exit, Field, Holds, StepRules};
use crate::call::{InFlow, Room, StepInput};
use crate::plan::{Skill, Wrong};
use crate::{CallerState, Digit, Event, Language, PlayItem, PromptName, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskLanguage {
    /// The prompt, said in the language of each choice in turn.
    #[serde(default = "usual_prompt")]
    pub prompt: PromptName,
    /// How long to wait for a key after the prompts, in seconds.
    #[serde(default = "usual_wait")]
    pub wait_seconds: u32,
    /// The choices.
    #[serde(rename = "choice")]
    pub choices: Vec<LanguageChoice>,
    /// What comes after, key or no key.
    pub next: StepId,
}

fn usual_prompt() -> PromptName {
    PromptName::MenuLanguage
}

fn usual_wait() -> u32 {
    3
}

/// One language to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageChoice {
    /// The key.
    pub digit: Digit,
    /// The language.
    pub language: Language,
}

impl LanguageChoice {
    const FIELDS: &'static [Field] = &[Field::of("digit", Holds::Digit), Field::of("language", Holds::Language)];
}

impl AskLanguage {
    fn pressed(&self, digit: Digit, room: &mut Room<'_>) -> Option<Course> {
        let choice = self.choices.iter().find(|choice| choice.digit == digit)?;
        room.facts.said.language = choice.language;
        if choice.language != room.facts.line.language() {
            room.facts.wish(Skill::language(choice.language.code()));
        }
        let choice = format!("language-{}", choice.language.code());
        room.event(Event::Chosen { call: room.facts.call, digit, choice });
        Some(Course::To(self.next.clone()))
    }
}

impl AskLanguage {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[
        Field::of("prompt", Holds::Prompt),
        Field::of("choice", Holds::Rows(LanguageChoice::FIELDS)),
        Field::of("wait_seconds", Holds::Whole(1, 30)),
        Field::of("next", Holds::Step),
    ];
}

impl StepRules for AskLanguage {
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
        if self.choices.is_empty() {
            return Some(Wrong::NoChoice);
        }
        let twice = |index: usize, digit: Digit| self.choices.iter().take(index).any(|other| other.digit == digit);
        let doubled = self.choices.iter().enumerate().find(|(index, choice)| twice(*index, choice.digit));
        doubled
            .map(|(_, choice)| Wrong::DigitTwice(choice.digit))
            .or_else(|| Wrong::outside(Self::FIELDS, &[("wait_seconds", self.wait_seconds.into())]))
    }

    fn begin(&self, id: &StepId, room: &mut Room<'_>) -> Course {
        if !room.facts.said.typed_ahead.is_empty() {
            let digit = room.facts.said.typed_ahead.remove(0);
            if let Some(course) = self.pressed(digit, room) {
                return course;
            }
        }
        room.tell(CallerState::Welcoming);
        let say = |choice: &LanguageChoice| PlayItem { prompt: self.prompt, language: choice.language, at_most: None };
        let items = self.choices.iter().map(say).chain([room.music(self.wait_seconds)]).collect();
        let play = room.play(items, None);
        Course::Stay(InFlow::new(id, play, room.now.plus(InFlow::PROMPT_AT_MOST)))
    }

    fn handle(&self, at: InFlow, input: StepInput, room: &mut Room<'_>) -> Course {
        match input {
            StepInput::Digit(digit) => self.pressed(digit, room).unwrap_or(Course::Stay(at)),
            StepInput::PromptEnded | StepInput::Deadline => Course::To(self.next.clone()),
        }
    }
}
