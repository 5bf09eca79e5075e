//! Ring: the caller hears ringing, and no machine speaks before a human does.

use super::{Course, Exit, Field, Holds, StepRules};
use crate::StepId;
use crate::call::Room;
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// What comes after: a queue.
    pub next: StepId,
}

impl Ring {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[Field::of("next", Holds::Step)];
}

impl StepRules for Ring {
    fn exits(&self) -> Vec<Exit> {
        Exit::next(&self.next)
    }

    fn begin(&self, _id: &StepId, room: &mut Room<'_>) -> Course {
        room.ring();
        Course::To(self.next.clone())
    }
}
