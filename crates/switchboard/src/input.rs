//! What can happen to the switchboard. Everything comes in here, stamped with the time by the node.

use crate::plan::{Duty, Plan, Skill, Skills};
use crate::{
    CallId, CallerTag, CallerTags, Channel, Digit, Language, LegEnd, LegId, LineId, ListenerId, PlayId, QueueId,
    ShiftId, Target, Triage, Utc, WatchMode,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One thing that happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A caller reached a line.
    Arrived(Arrival),
    /// The answer we asked for on a leg is complete, or a telephone that we called answered: sound can flow.
    LegAnswered(LegId),
    /// A leg is gone.
    LegEnded(LegId, LegEnd),
    /// A playing came to its end by itself.
    PromptEnded(LegId, PlayId),
    /// A key was pressed on a leg.
    Digit(LegId, Digit),
    /// A listener's desk is open and its voice is connected through this leg.
    DeskUp(ListenerId, LegId),
    /// A listener's desk or its voice is gone, for now at least.
    DeskDown(ListenerId),
    /// A listener pressed something.
    Listener(ListenerId, Command),
    /// Nothing but time: a deadline may have passed.
    TimePassed,
    /// What the wall clock shows now. It is told at the start, and again when it jumped.
    WallClock(Utc),
    /// Another plan is in force. Calls in progress keep theirs.
    Plan(Arc<Plan>),
    /// The people who may answer; those not in the list may take any call and supervise nothing.
    People(Vec<Person>),
    /// The rota of the coming days; replaces what was known of it.
    Rota(Vec<Shift>),
    /// The places of callers who waited when the service stopped.
    Places(Vec<KeptPlace>),
}

/// A caller who reached a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The new call's id, random.
    pub call: CallId,
    /// The caller's leg.
    pub leg: LegId,
    /// The line called.
    pub line: LineId,
    /// How the caller came.
    pub channel: Channel,
    /// The language the caller asked for, if they could say; else the line's own.
    pub language: Option<Language>,
    /// The caller's tags, if they came by a telephone that shows its number.
    pub tags: Option<CallerTags>,
}

/// Somebody who may answer calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: ListenerId,
    /// What they can do.
    pub skills: Skills,
    /// The queues they may serve outside a shift; every queue if none is named.
    pub queues: Option<BTreeSet<QueueId>>,
    /// Whether an outside telephone reaches them.
    pub phone: bool,
    /// Whether they may listen in, join, decide on marks and switch surge mode.
    pub supervises: bool,
}

impl Person {
    /// Somebody of whom nothing is known but that they may sign in.
    #[must_use]
    pub fn anybody(id: ListenerId) -> Self {
        Self { id, skills: Skills::new(), queues: None, phone: false, supervises: false }
    }
}

/// One shift of one listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its number.
    pub id: ShiftId,
    /// Who.
    pub listener: ListenerId,
    /// For which queue.
    pub queue: QueueId,
    /// As what.
    pub duty: Duty,
    /// From when.
    pub from: Utc,
    /// Until when; later than `from`.
    pub until: Utc,
}

/// The place of a caller who waited when the service stopped, or whose line was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPlace {
    /// The caller's tag.
    pub tag: CallerTag,
    /// The order in which they were served: smaller first.
    pub order: i64,
    /// Until when the place is kept.
    pub until: Utc,
}

/// What the regulator noted for the next human. It lives in memory with the call, and goes on only if the caller agrees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The grid.
    pub triage: Triage,
    /// What is needed: a word of a closed list of `care`.
    pub need: Option<String>,
    /// The language to speak.
    pub language: Option<Language>,
    /// The département's code.
    pub departement: Option<String>,
    /// What the next listener should have, such as `theme:grief`.
    pub wishes: Vec<Skill>,
    /// A few words for the next human. They are never written down by the platform.
    pub words: String,
    /// The caller refused that the card goes with the call.
    pub refused: bool,
}

/// A press that hands the caller on, or calls somebody to the call as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// To whom.
    pub to: Target,
    /// Whether the one who hands over stays until the other side has the caller.
    pub warm: bool,
    /// Whether the other side comes as well, rather than instead.
    pub second: bool,
}

/// What somebody at a desk can press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// "I can take a call."
    Ready,
    /// "I take a pause." In a call, it takes effect after the care record is closed.
    Pause,
    /// "I stop." Only out of a call.
    SignOff,
    /// Ring my telephone instead of my desk, or the desk again.
    UsePhone(bool),
    /// Take the call that rings.
    Accept(CallId),
    /// Leave the call that rings to somebody else; a pause follows.
    Decline(CallId),
    /// Put the caller on hold, with music.
    Hold,
    /// Take the caller back from hold.
    Resume,
    /// End the call; or leave it, if somebody else is with the caller.
    End,
    /// Hand the caller on, or call somebody to the call.
    HandOver(HandOver),
    /// Take the hand-over back.
    TakeBack,
    /// Bring the caller into the talk with the other side.
    Join,
    /// Leave the caller with the other side.
    Leave,
    /// Keep the triage card.
    Triage(Card),
    /// Call the supervisor to this call.
    Alert,
    /// Ask for a debrief.
    AskDebrief,
    /// The care record of this call is closed, with this grade if one was given.
    CloseRecord(CallId, Option<u8>),
    /// Mark the caller as a nuisance.
    MarkNuisance,
    /// A supervisor takes part in a call.
    Watch(CallId, WatchMode),
    /// A supervisor leaves it.
    Unwatch,
    /// A supervisor has seen an alert.
    AlertSeen(CallId),
    /// A supervisor held a debrief.
    DebriefHeld(ListenerId),
    /// A supervisor decides on a mark made in this call.
    DecideNuisance(CallId, bool),
    /// A supervisor ends a colleague's rest.
    LiftRest(ListenerId),
    /// A supervisor switches surge mode.
    Surge(bool),
}
