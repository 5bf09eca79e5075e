//! What is known of a call in every stage.

use crate::matching::Place;
use crate::plan::{Line, Plan, Skill};
use crate::{CallId, CallerTags, Card, Channel, Digit, Language, LegId, ListenerId, Moment, QueueId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is known of a call in every stage.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) call: CallId,
    pub(crate) leg: LegId,
    /// The plan under which the call came: changes of later plans do not touch it.
    pub(crate) plan: Arc<Plan>,
    pub(crate) line: Arc<Line>,
    pub(crate) coming: Coming,
    pub(crate) said: Said,
    pub(crate) needs: Needs,
    pub(crate) in_line: InLine,
    /// How far the answer on the caller's leg is.
    pub(crate) pickup: Pickup,
    /// Whether the caller has talked with somebody: a caller who leaves after a lost talk did not give up.
    pub(crate) talked: bool,
    /// To whom the caller comes back if a hand-over fails.
    pub(crate) back_to: Option<BackTo>,
    /// Whether a listener called for help in this call and nobody came yet.
    pub(crate) alert: Option<(ListenerId, Moment)>,
}

/// How the caller came.
#[derive(Debug)]
pub(crate) struct Coming {
    pub(crate) channel: Channel,
    pub(crate) arrived: Moment,
    pub(crate) tags: Option<CallerTags>,
}

/// What the caller said by keys, and the language they are spoken to in.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) language: Language,
    /// The menu choice, once made.
    pub(crate) choice: Option<String>,
    /// What was typed for the département.
    pub(crate) departement: Option<String>,
    /// Keys pressed before their step was reached.
    pub(crate) typed_ahead: Vec<Digit>,
}

/// What the caller needs, as far as it is known.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// What the caller wants of a listener.
    pub(crate) wishes: BTreeSet<Skill>,
    /// Seconds by which the caller counts as having waited longer or shorter.
    pub(crate) priority: i32,
    /// The regulator's card.
    pub(crate) card: Option<Card>,
    /// Who filled it in.
    pub(crate) triaged_by: Option<ListenerId>,
}

/// Where the caller stands in line, and has stood.
#[derive(Debug, Default)]
pub(crate) struct InLine {
    /// The caller's place and the time of entering the first queue, once there.
    pub(crate) queued: Option<(Place, Moment)>,
    /// The queue through which the caller came last.
    pub(crate) queue: Option<QueueId>,
    /// The order of a place that was kept for this caller.
    pub(crate) kept_order: Option<i64>,
    /// How many rounds of the cascade were tried in vain.
    pub(crate) rounds: u32,
}

/// The one who handed the caller on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BackTo {
    pub(crate) listener: ListenerId,
    /// The queue through which the caller had come to them.
    pub(crate) queue: Option<QueueId>,
}

/// How far the answer on the caller's leg is. A leg is asked to answer once: a second answer would never be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pickup {
    /// The leg is new, and has not even rung.
    New,
    /// The leg rings.
    Ringing,
    /// We asked for the answer, and it is on its way.
    Asked,
    /// Sound can flow, so prompts can be heard.
    Answered,
}

impl Facts {
    /// Adds a wish. Of one kind there is one: a later one takes the place of an earlier one.
    pub(crate) fn wish(&mut self, skill: Skill) {
        self.needs.wishes.retain(|known| known.kind() != skill.kind());
        self.needs.wishes.insert(skill);
    }

    /// Whether the call is known to be severe.
    pub(crate) fn is_severe(&self) -> bool {
        self.needs.card.as_ref().is_some_and(|card| card.triage.is_severe())
    }
}
