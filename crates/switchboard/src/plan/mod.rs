//! What is in force: lines with their flows, queues with their rules, relays, and the care for listeners. A plan is data,
//! with a version; calls in progress keep the one they came under.

mod care;
mod line;
mod queue;
mod relay;
mod skill;
mod wrong;

pub use care::ListenerCare;
pub use line::Line;
pub use queue::{Duty, QueueRules, Rung, RungKind, Tried};
pub use relay::Relay;
pub use skill::{AtLeast, Requirement, Skill, Skills};
pub use wrong::Wrong;

use crate::calendar::Zone;
use crate::{LineId, QueueId, RelayId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its number; each change makes a new one.
    #[serde(default)]
    pub version: i64,
    /// The line that the call page calls; the first by its short name if none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_page: Option<LineId>,
    /// The lines.
    #[serde(default, rename = "line")]
    pub lines: BTreeMap<LineId, Arc<Line>>,
    /// The queues.
    #[serde(default, rename = "queue")]
    pub queues: BTreeMap<QueueId, Arc<QueueRules>>,
    /// The relays.
    #[serde(default, rename = "relay")]
    pub relays: BTreeMap<RelayId, Arc<Relay>>,
    /// The care for listeners.
    #[serde(default)]
    pub care: ListenerCare,
}

impl Plan {
    /// A plan of these parts.
    #[must_use]
    pub fn new(
        lines: impl IntoIterator<Item = Line>,
        queues: impl IntoIterator<Item = QueueRules>,
        relays: impl IntoIterator<Item = Relay>,
        care: ListenerCare,
    ) -> Self {
        Self {
            version: 1,
            call_page: None,
            lines: lines.into_iter().map(|line| (line.id.clone(), Arc::new(line))).collect(),
            queues: queues.into_iter().map(|queue| (queue.id.clone(), Arc::new(queue))).collect(),
            relays: relays.into_iter().map(|relay| (relay.id.clone(), Arc::new(relay))).collect(),
            care,
        }
    }

    /// Puts what is not written into a plan that was just read: ids into their owners, and the tables of time zones.
    ///
    /// # Errors
    /// The line whose time zone is not known, with words.
    pub fn complete(&mut self, zone: impl Fn(&str) -> Option<Zone>) -> Result<(), (LineId, String)> {
        for (id, line) in &mut self.lines {
            let line = Arc::make_mut(line);
            line.id = id.clone();
            line.clock = zone(&line.zone).ok_or_else(|| {
                let words = format!(
                    "the time zone '{}' is not known: write one such as \"Europe/Paris\" or \"Indian/Reunion\"",
                    line.zone
                );
                (id.clone(), words)
            })?;
        }
        for (id, queue) in &mut self.queues {
            Arc::make_mut(queue).id = id.clone();
        }
        for (id, relay) in &mut self.relays {
            Arc::make_mut(relay).id = id.clone();
        }
        Ok(())
    }
}
