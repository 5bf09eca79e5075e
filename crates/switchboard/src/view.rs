//! What desks may see of the switchboard: no number, no name of a person, no leg.

use crate::call::{Beside, BesideStep, Call, Part, Stage, Who};
use crate::listener::Standing;
use crate::{
    CallId, Card, Channel, Language, LineId, ListenerId, Moment, Presence, QueueId, RelayId, Shift, Switchboard,
    Target, Utc, WatchMode,
};

/// Somebody in a call, beside the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Partner {
    /// A listener who talks.
    Listener(ListenerId),
    /// A supervisor who watches.
    Supervisor(ListenerId, WatchMode),
    /// A relay.
    Relay(RelayId),
}

/// How far a hand-over is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOverStep {
    /// Somebody is looked for, or a relay rings.
    Searching,
    /// Somebody rings.
    Ringing(ListenerId),
    /// The two talk; the caller hears music.
    Consulting(Partner),
}

/// A hand-over under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOverCard {
    /// Who asked.
    pub by: ListenerId,
    /// For whom.
    pub to: Target,
    /// Whether the other side comes as well, rather than instead.
    pub second: bool,
    /// How far it is.
    pub step: HandOverStep,
}

/// What is known of a caller: nothing that says who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerCard {
    /// The language the caller is spoken to in.
    pub language: Language,
    /// How the caller came.
    pub channel: Channel,
    /// The menu choice, if one was made.
    pub choice: Option<String>,
    /// What was typed for the département.
    pub departement: Option<String>,
    /// When the caller entered the queue (or arrived, before that).
    pub waiting_since: Moment,
}

/// One call as its listeners see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallCard {
    /// The call.
    pub call: CallId,
    /// The line's short name.
    pub line: LineId,
    /// The line's name.
    pub line_name: String,
    /// The queue through which the caller came last.
    pub queue: Option<QueueId>,
    /// What is known of the caller.
    pub caller: CallerCard,
    /// Whether the caller is on hold.
    pub held: bool,
    /// Everybody beside the caller.
    pub partners: Vec<Partner>,
    /// A hand-over under way.
    pub hand_over: Option<HandOverCard>,
    /// The regulator's card, unless the caller refused that it goes with the call and somebody else reads it.
    pub card: Option<Card>,
    /// Whether help was called for and nobody has come yet.
    pub alert: bool,
    /// Whether the call can be marked as a nuisance: the caller came by a telephone that shows its number.
    pub markable: bool,
}

/// One waiting caller as every desk sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCard {
    /// The line's name.
    pub line_name: String,
    /// The language the caller is spoken to in.
    pub language: Language,
    /// When the caller entered the queue.
    pub since: Moment,
    /// Whether somebody rings for them.
    pub ringing: bool,
}

/// A listener's desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskView {
    /// What the listener is doing.
    pub presence: Presence,
    /// Since when.
    pub since: Moment,
    /// Whether the desk's voice is connected.
    pub connected: bool,
    /// Whether calls ring at the listener's telephone.
    pub by_phone: bool,
    /// Whether the listener has a telephone that can be rung.
    pub has_phone: bool,
    /// Until when a rest lasts.
    pub rest: Option<Moment>,
    /// Whether a pause begins when the care record is closed, or the rest is over.
    pub pause_after: bool,
    /// Whether the shift is over, and the listener goes off duty after this call.
    pub off_after: bool,
    /// Whether a debrief was asked for.
    pub wants_debrief: bool,
    /// The shift that is on, or the next one.
    pub shift: Option<Shift>,
    /// The call that rings, is talked in or watched.
    pub call: Option<CallCard>,
    /// The call whose care record must be closed.
    pub wrapping_up: Option<CallId>,
}

/// A call as supervisors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveCall {
    /// What its listeners see.
    pub card: CallCard,
    /// Where it is.
    pub at: LiveStage,
    /// Since when the caller has been there, on the whole.
    pub arrived: Moment,
    /// Who called for help, and when.
    pub alert: Option<(ListenerId, Moment)>,
}

/// Where a call is, in few words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiveStage {
    /// In the flow, before the queue.
    InFlow,
    /// Waiting.
    Waiting,
    /// Somebody rings.
    Ringing,
    /// With somebody.
    Talking,
    /// The listener is lost; the caller is kept.
    Recovering,
    /// A relay is being called.
    Relaying,
    /// Hears a last word.
    LastWord,
}

/// A mark of nuisance to decide on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkCard {
    /// The call in which it was made.
    pub call: CallId,
    /// Who made it.
    pub by: ListenerId,
    /// When.
    pub at: Moment,
}

/// A listener as supervisors see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveListener {
    /// Who.
    pub id: ListenerId,
    /// What they do.
    pub presence: Presence,
    /// Since when.
    pub since: Moment,
    /// Until when a rest lasts.
    pub rest: Option<Moment>,
    /// Whether they are reached by telephone.
    pub by_phone: bool,
    /// Whether they asked for a debrief.
    pub wants_debrief: bool,
}

/// What supervisors see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionView {
    /// Every call, those with an alert first, then in the order of their coming.
    pub calls: Vec<LiveCall>,
    /// Everybody who is on duty, or asked for a debrief.
    pub listeners: Vec<LiveListener>,
    /// Shifts that are on and whose listener is not there.
    pub missing: Vec<Shift>,
    /// Marks to decide on.
    pub marks: Vec<MarkCard>,
    /// Whether surge mode is on.
    pub surge: bool,
    /// Since when the caller has waited who has waited longest.
    pub longest_wait_since: Option<Moment>,
    /// After how many milliseconds of waiting surge mode is suggested.
    pub surge_after: u64,
}

impl Switchboard {
    /// What a listener's desk shows now.
    #[must_use]
    pub fn desk(&self, id: ListenerId, now: Moment) -> DeskView {
        let shift = self.rota.shift_of(id, self.utc_at(now)).cloned();
        let Some(listener) = self.listeners.get(id) else {
            return DeskView {
                presence: Presence::OffDuty,
                since: Moment(0),
                connected: false,
                by_phone: false,
                has_phone: false,
                rest: None,
                pause_after: false,
                off_after: false,
                wants_debrief: false,
                shift,
                call: None,
                wrapping_up: None,
            };
        };
        let wrapping_up = match listener.standing {
            Standing::WrappingUp { call, .. } => Some(call),
            Standing::OffDuty
            | Standing::Paused { .. }
            | Standing::Ready { .. }
            | Standing::Offered { .. }
            | Standing::Talking { .. }
            | Standing::Supervising { .. } => None,
        };
        DeskView {
            presence: listener.standing.presence(),
            since: listener.since,
            connected: listener.desk.is_some(),
            by_phone: listener.by_phone,
            has_phone: listener.person.phone,
            rest: rest(listener.standing),
            pause_after: listener.pause_after,
            off_after: listener.off_after,
            wants_debrief: listener.wants_debrief,
            shift,
            call: listener.standing.call().and_then(|call| self.call_card(call, Some(id))),
            wrapping_up,
        }
    }

    /// One call, as this listener may see it; whole for nobody in particular.
    #[must_use]
    pub fn call_card(&self, call: CallId, reader: Option<ListenerId>) -> Option<CallCard> {
        let Call { facts, stage } = self.calls.get(&call)?;
        let (partners, held, hand_over) = match stage {
            Stage::Talking(talking) => {
                let partners = talking.members.iter().map(|member| partner(&member.who, member.part)).collect();
                (partners, talking.held, talking.beside.as_ref().map(hand_over))
            }
            Stage::Answering(_)
            | Stage::InFlow(_)
            | Stage::Waiting(_)
            | Stage::Offered(_)
            | Stage::Connecting(_)
            | Stage::Recovering(_)
            | Stage::Relaying(_)
            | Stage::LastWord(_)
            | Stage::Over => (Vec::new(), false, None),
        };
        let shown = |card: &&Card| !card.refused || reader.is_none_or(|reader| facts.needs.triaged_by == Some(reader));
        Some(CallCard {
            call,
            line: facts.line.id.clone(),
            line_name: facts.line.name.clone(),
            queue: facts.in_line.queue.clone(),
            caller: CallerCard {
                language: facts.said.language,
                channel: facts.coming.channel,
                choice: facts.said.choice.clone(),
                departement: facts.said.departement.clone(),
                waiting_since: facts.in_line.queued.map_or(facts.coming.arrived, |(_, since)| since),
            },
            held,
            partners,
            hand_over,
            card: facts.needs.card.as_ref().filter(shown).cloned(),
            alert: facts.alert.is_some(),
            markable: facts.coming.tags.is_some(),
        })
    }

    /// Everyone who waits, in the order in which they are served.
    #[must_use]
    pub fn waiting(&self) -> Vec<WaitingCard> {
        let mut waiting: Vec<_> = self.calls.values().filter_map(waiting_card).collect();
        waiting.sort_by_key(|(place, _)| *place);
        waiting.into_iter().map(|(_, card)| card).collect()
    }

    /// What supervisors see.
    #[must_use]
    pub fn supervision(&self) -> SupervisionView {
        let mut calls: Vec<LiveCall> = self.calls.values().filter_map(|call| self.live_call(call)).collect();
        calls.sort_by_key(|call| (call.alert.is_none(), call.arrived, call.card.call));
        let waiting = calls.iter().filter(|call| matches!(call.at, LiveStage::Waiting | LiveStage::Ringing));
        let longest_wait_since = waiting.map(|call| call.card.caller.waiting_since).min();
        let on_duty =
            |listener: &&crate::listener::Listener| listener.standing != Standing::OffDuty || listener.wants_debrief;
        let listeners = self.listeners.iter().filter(on_duty).map(|listener| LiveListener {
            id: listener.id(),
            presence: listener.standing.presence(),
            since: listener.since,
            rest: rest(listener.standing),
            by_phone: listener.by_phone,
            wants_debrief: listener.wants_debrief,
        });
        let marks = self.remembered.marks.iter().map(|(call, mark)| MarkCard { call: *call, by: mark.by, at: mark.at });
        SupervisionView {
            calls,
            listeners: listeners.collect(),
            missing: self.rota.missing(&self.listeners).cloned().collect(),
            marks: marks.collect(),
            surge: self.surge,
            longest_wait_since,
            surge_after: u64::from(self.plan.care.surge_wait_seconds) * 1000,
        }
    }

    fn live_call(&self, call: &Call) -> Option<LiveCall> {
        let at = match call.stage {
            Stage::Answering(_) | Stage::InFlow(_) => LiveStage::InFlow,
            Stage::Waiting(_) => LiveStage::Waiting,
            Stage::Offered(_) | Stage::Connecting(_) => LiveStage::Ringing,
            Stage::Talking(_) => LiveStage::Talking,
            Stage::Recovering(_) => LiveStage::Recovering,
            Stage::Relaying(_) => LiveStage::Relaying,
            Stage::LastWord(_) => LiveStage::LastWord,
            Stage::Over => return None,
        };
        let card = self.call_card(call.facts.call, None)?;
        Some(LiveCall { card, at, arrived: call.facts.coming.arrived, alert: call.facts.alert })
    }

    /// What the wall clock shows at a moment, as far as this room was told.
    #[must_use]
    pub fn wall_clock(&self, at: Moment) -> Utc {
        self.utc_at(at)
    }
}

fn rest(standing: Standing) -> Option<Moment> {
    match standing {
        Standing::Paused { rest } => rest,
        Standing::OffDuty
        | Standing::Ready { .. }
        | Standing::Offered { .. }
        | Standing::Talking { .. }
        | Standing::WrappingUp { .. }
        | Standing::Supervising { .. } => None,
    }
}

fn partner(who: &Who, part: Part) -> Partner {
    match (who, part) {
        (Who::Listener(listener), Part::Talks) => Partner::Listener(*listener),
        (Who::Listener(listener), Part::Watches { mode, .. }) => Partner::Supervisor(*listener, mode),
        (Who::Relay(relay), Part::Talks | Part::Watches { .. }) => Partner::Relay(relay.clone()),
    }
}

fn hand_over(beside: &Beside) -> HandOverCard {
    let step = match &beside.step {
        BesideStep::Searching(_) | BesideStep::Dialling { .. } => HandOverStep::Searching,
        BesideStep::Ringing(offer, _) => HandOverStep::Ringing(offer.listener),
        BesideStep::Consulting { other, .. } => HandOverStep::Consulting(partner(&other.who, other.part)),
    };
    HandOverCard { by: beside.by, to: beside.asked.to.clone(), second: beside.asked.second, step }
}

fn waiting_card(call: &Call) -> Option<(crate::matching::Place, WaitingCard)> {
    let ringing = match call.stage {
        Stage::Waiting(_) => false,
        Stage::Offered(_) => true,
        Stage::Answering(_)
        | Stage::InFlow(_)
        | Stage::Connecting(_)
        | Stage::Talking(_)
        | Stage::Recovering(_)
        | Stage::Relaying(_)
        | Stage::LastWord(_)
        | Stage::Over => return None,
    };
    let (place, since) = call.facts.in_line.queued?;
    let card =
        WaitingCard { line_name: call.facts.line.name.clone(), language: call.facts.said.language, since, ringing };
    Some((place, card))
}
