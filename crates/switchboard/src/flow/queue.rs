//! Queue: a human is looked for.

use super::{Course, Exit, Field, Holds, Leads, StepRules};
use crate::call::Room;
use crate::plan::Wrong;
use crate::{QueueId, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    /// The queue.
    pub queue: QueueId,
    /// Seconds by which the caller counts as having waited longer (or shorter).
    #[serde(default)]
    pub priority: i32,
}

impl Enter {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] =
        &[Field::of("queue", Holds::Queue), Field::of("priority", Holds::Whole(-3600, 3600))];
}

impl StepRules for Enter {
    fn exits(&self) -> Vec<Exit> {
        Vec::new()
    }

    fn leads(&self) -> Leads {
        Leads::Queue(self.queue.clone())
    }

    fn wrong(&self) -> Option<Wrong> {
        Wrong::outside(Self::FIELDS, &[("priority", self.priority.into())])
    }

    fn begin(&self, _id: &StepId, room: &mut Room<'_>) -> Course {
        room.facts.needs.priority = room.facts.needs.priority.saturating_add(self.priority);
        Course::Enter(self.queue.clone())
    }
}
