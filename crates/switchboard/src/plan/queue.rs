//! A queue's rules: whom it rings, in which order of rungs, and how a caller's wishes widen while they wait.

use super::{Requirement, Skill, Wrong};
use crate::field::{Field, Holds};
use crate::{PromptName, QueueId, RelayId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a listener is there for during a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Takes the calls of the queue.
    OnShift,
    /// Is rung when those on shift cannot.
    OnCall,
    /// Answers for the shift, and takes a call when nobody else can.
    Facilitator,
}

/// Who is tried at one rung of a cascade.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// Those on shift.
    OnShift,
    /// Those on call.
    OnCall,
    /// Those on shift for another queue.
    OtherQueue(QueueId),
    /// A partner line, by telephone.
    Partner(RelayId),
    /// The facilitators.
    Facilitator,
    /// Nobody new: a recorded human voice with other numbers to call. The caller stays, and the round begins again.
    Message(PromptName),
}

impl Tried {
    /// The word for the record.
    #[must_use]
    pub fn kind(&self) -> RungKind {
        match self {
            Tried::OnShift => RungKind::OnShift,
            Tried::OnCall => RungKind::OnCall,
            Tried::OtherQueue(_) => RungKind::OtherQueue,
            Tried::Partner(_) => RungKind::Partner,
            Tried::Facilitator => RungKind::Facilitator,
            Tried::Message(_) => RungKind::Message,
        }
    }
}

/// The kind of a rung, as the record has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RungKind {
    /// Those on shift.
    OnShift,
    /// Those on call.
    OnCall,
    /// Those of another queue.
    OtherQueue,
    /// A partner line.
    Partner,
    /// The facilitators.
    Facilitator,
    /// A recorded voice with other numbers.
    Message,
}

/// One rung: who is tried, and for how long before the next rung is reached as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Who is tried.
    pub tried: Tried,
    /// For so many seconds, 1 to 600.
    pub seconds: u32,
}

impl Rung {
    /// What can be set.
    pub(super) const FIELDS: &'static [Field] =
        &[Field::of("tried", Holds::Tried), Field::of("seconds", Holds::Whole(1, 600))];
}

/// The rules of one queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueRules {
    /// Short name.
    #[serde(skip)]
    pub id: QueueId,
    /// Name shown to people.
    pub name: String,
    /// What each listener must have, however long a caller waits.
    #[serde(default, skip_serializing_if = "Requirement::is_nothing")]
    pub requires: Requirement,
    /// For each kind of wish (`language`, `audience`, `theme`), how many seconds it is required; a kind that is not here
    /// is preferred from the start. Zero is preferred as well; -1 required to the end.
    #[serde(default = "usual_wishes")]
    pub wishes: BTreeMap<String, i32>,
    /// The cascade, in order.
    #[serde(default = "usual_rungs")]
    pub rungs: Vec<Rung>,
    /// Whether people who are signed in outside a shift take its calls.
    #[serde(default = "yes")]
    pub extras: bool,
    /// How many should be on shift whenever a line leads here: fewer is shown as thin in the rota.
    #[serde(default = "usual_wanted")]
    pub wanted: u8,
    /// How long a desk or a telephone rings, in seconds.
    #[serde(default = "usual_offer")]
    pub offer_seconds: u32,
}

fn usual_wishes() -> BTreeMap<String, i32> {
    [("language".to_owned(), 60)].into()
}

fn usual_rungs() -> Vec<Rung> {
    vec![
        Rung { tried: Tried::OnShift, seconds: 60 },
        Rung { tried: Tried::OnCall, seconds: 60 },
        Rung { tried: Tried::Facilitator, seconds: 60 },
        Rung { tried: Tried::Message(PromptName::AllBusy), seconds: 30 },
    ]
}

fn yes() -> bool {
    true
}

fn usual_wanted() -> u8 {
    2
}

fn usual_offer() -> u32 {
    20
}

impl QueueRules {
    /// What can be set.
    pub const FIELDS: &'static [Field] = &[
        Field::of("name", Holds::Text),
        Field::of("rungs", Holds::Rows(Rung::FIELDS)),
        Field::may("requires", Holds::Requirement),
        Field::may("wishes", Holds::Wishes),
        Field::of("wanted", Holds::Whole(1, 100)),
        Field::of("offer_seconds", Holds::Whole(5, 120)),
        Field::may("extras", Holds::Flag),
    ];

    /// A queue with the usual rules.
    #[must_use]
    pub fn usual(id: &str, name: &str) -> Self {
        Self {
            id: QueueId::from(id),
            name: name.to_owned(),
            requires: Requirement::nothing(),
            wishes: usual_wishes(),
            rungs: usual_rungs(),
            extras: true,
            wanted: usual_wanted(),
            offer_seconds: usual_offer(),
        }
    }

    /// Until how many milliseconds of waiting this wish is required; `None` for ever.
    #[must_use]
    pub fn required_until(&self, wish: &Skill) -> Option<u64> {
        match self.wishes.get(wish.kind()) {
            None => Some(0),
            Some(seconds) if *seconds < 0 => None,
            Some(seconds) => Some(u64::try_from(*seconds).unwrap_or(0) * 1000),
        }
    }

    /// How long a desk rings, in milliseconds.
    #[must_use]
    pub fn offer_time(&self) -> u64 {
        u64::from(self.offer_seconds) * 1000
    }

    /// How many rungs surge mode opens from the start: those on shift and on call, wherever they stand.
    #[must_use]
    pub fn surge_reach(&self) -> usize {
        self.rungs.iter().rposition(|rung| matches!(rung.tried, Tried::OnCall | Tried::OnShift)).unwrap_or(0)
    }

    /// What is wrong with the rules on their own, if anything.
    #[must_use]
    pub fn wrong(&self) -> Option<Wrong> {
        if let Some(wrong) = Wrong::short_name(&self.id.0) {
            return Some(wrong);
        }
        if self.name.trim().is_empty() {
            return Some(Wrong::NoName);
        }
        if self.rungs.is_empty() {
            return Some(Wrong::NoRung);
        }
        let rings = |rung: &Rung| !matches!(rung.tried, Tried::Message(_));
        if !self.rungs.iter().any(rings) {
            return Some(Wrong::NoHumanRung);
        }
        if self.rungs.len() > 30 {
            return Some(Wrong::TooManyRungs);
        }
        let rung = self.rungs.iter().find_map(|rung| Wrong::outside(Rung::FIELDS, &[("seconds", rung.seconds.into())]));
        let values = [("wanted", self.wanted.into()), ("offer_seconds", self.offer_seconds.into())];
        rung.or_else(|| Wrong::outside(Self::FIELDS, &values))
    }
}
