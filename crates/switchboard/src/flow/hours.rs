//! Hours: one way while the line is open, another while it is closed.

use super::{Course, Exit, Field, Holds, StepRules};
use crate::StepId;
use crate::call::Room;
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHours {
    /// While the line is open.
    pub open: StepId,
    /// While it is closed.
    pub closed: StepId,
}

impl ByHours {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[Field::of("open", Holds::Step), Field::of("closed", Holds::Step)];
}

impl StepRules for ByHours {
    fn exits(&self) -> Vec<Exit> {
        let exit = |when: &str, to: &StepId| Exit { when: when.to_owned(), to: to.clone() };
        vec![exit("open", &self.open), exit("closed", &self.closed)]
    }

    fn begin(&self, _id: &StepId, room: &mut Room<'_>) -> Course {
        let line = &room.facts.line;
        let open = line.hours.open_at(line.clock.local(room.utc));
        Course::To(if open { self.open.clone() } else { self.closed.clone() })
    }
}
