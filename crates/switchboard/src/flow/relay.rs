//! Relay: the caller is handed to another helpline or service, by telephone.

use super::{Course, Exit, Field, Holds, Leads, StepRules};
use crate::call::Room;
use crate::{RelayId, StepId};
use serde::{Deserialize, Serialize};

/// The settings of the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToRelay {
    /// The relay.
    pub relay: RelayId,
    /// Where to go on if it cannot be reached.
    pub failed: StepId,
}

impl ToRelay {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] = &[Field::of("relay", Holds::Relay), Field::of("failed", Holds::Step)];
}

impl StepRules for ToRelay {
    fn exits(&self) -> Vec<Exit> {
        vec![Exit { when: "failed".to_owned(), to: self.failed.clone() }]
    }

    fn leads(&self) -> Leads {
        Leads::Relay(self.relay.clone())
    }

    fn speaks(&self) -> bool {
        true
    }

    fn begin(&self, _id: &StepId, _room: &mut Room<'_>) -> Course {
        Course::Relay(self.relay.clone(), self.failed.clone())
    }
}
