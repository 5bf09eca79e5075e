//! Last word: a message, with other numbers to call, said again and again as long as the caller stays.

use super::{Course, Exit, Field, Holds, Leads, StepRules};
use crate::call::Room;
use crate::{PromptName, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastWord {
    /// What is said.
    pub prompt: PromptName,
}

impl LastWord {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[Field::of("prompt", Holds::Prompt)];
}

impl StepRules for LastWord {
    fn exits(&self) -> Vec<Exit> {
        Vec::new()
    }

    fn leads(&self) -> Leads {
        Leads::LastWord
    }

    fn speaks(&self) -> bool {
        true
    }

    fn prompts(&self) -> Vec<PromptName> {
        vec![self.prompt]
    }

    fn begin(&self, _id: &StepId, _room: &mut Room<'_>) -> Course {
        Course::Last(self.prompt)
    }
}
