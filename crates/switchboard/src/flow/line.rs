//! Line: the caller goes on as if they had called another line.

use super::{Course, Exit, Field, Holds, Leads, StepRules};
use crate::call::Room;
use crate::{LineId, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToLine {
    /// The line.
    pub line: LineId,
}

impl ToLine {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[Field::of("line", Holds::Line)];
}

impl StepRules for ToLine {
    fn exits(&self) -> Vec<Exit> {
        Vec::new()
    }

    fn leads(&self) -> Leads {
        Leads::Line(self.line.clone())
    }

    fn begin(&self, _id: &StepId, _room: &mut Room<'_>) -> Course {
        Course::Line(self.line.clone())
    }
}
