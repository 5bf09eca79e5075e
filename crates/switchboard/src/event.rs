//! What happened: the facts that the journal keeps. No personal data is in them, and none can be:
//! every field is an id, a number or a word of a closed list.

use crate::plan::RungKind;
use crate::{
    CallId, Channel, Digit, HandOverEnd, Language, LegEnd, LineEnd, LineId, ListenerId, OfferEnd, Outcome, Presence,
    PresenceReason, QueueId, RelayId, RestReason, ShiftId, Target, Triage, WatchMode,
};
use serde::{Deserialize, Serialize};

/// Why this caller and this listener: what the choice was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// How long the caller had waited, in milliseconds.
    pub waited: u64,
    /// Seconds by which the caller counted as having waited longer or shorter.
    pub priority: i32,
    /// Which rung of the cascade the offer came from; the first is 0.
    pub rung: u8,
    /// How many of the caller's wishes were required.
    pub required: u8,
    /// How many of those that were preferred the listener meets.
    pub preferred: u8,
    /// How long the listener had been ready, in milliseconds.
    pub ready: u64,
    /// How much later in line the listener stood for the load of the day, in milliseconds.
    pub handicap: u64,
    /// How many listeners could have taken the call at that moment.
    pub candidates: u16,
}

/// A fact. Additive only: a variant or field, once written to a journal, is read for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A call reached a line.
    Arrived {
        /// The call.
        call: CallId,
        /// The line.
        line: LineId,
        /// How the caller came.
        channel: Channel,
        /// The language the caller is spoken to in.
        language: Language,
    },
    /// The platform answered: the caller hears a voice or was connected.
    Answered {
        /// The call.
        call: CallId,
    },
    /// The caller chose from the menu.
    Chosen {
        /// The call.
        call: CallId,
        /// The key pressed.
        digit: Digit,
        /// The key word of the choice, such as `student`.
        choice: String,
    },
    /// The flow handed the caller to another line.
    MovedToLine {
        /// The call.
        call: CallId,
        /// The other line.
        line: LineId,
    },
    /// The caller entered the queue, or came back to its head.
    Queued {
        /// The call.
        call: CallId,
        /// Whether a fault that was not the caller's brought them back to the head.
        again: bool,
        /// The queue.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        queue: Option<QueueId>,
    },
    /// The search for a listener came to a rung of the cascade.
    RungReached {
        /// The call.
        call: CallId,
        /// Which rung; the first is 0.
        rung: u8,
        /// What kind of rung.
        kind: RungKind,
        /// How many people of this rung were there and could take the caller, free or not.
        present: u16,
        /// How many of them were free.
        free: u16,
    },
    /// A listener's desk or telephone began to ring for the caller.
    Offered {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
        /// Why this caller and this listener.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
    },
    /// The ring ended.
    OfferEnded {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
        /// How it ended.
        end: OfferEnd,
    },
    /// Caller and listener hear each other.
    Bridged {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// A listener left a call that goes on with somebody else.
    Left {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// The listener put the caller on hold.
    Held {
        /// The call.
        call: CallId,
    },
    /// The listener took the caller back from hold.
    Resumed {
        /// The call.
        call: CallId,
    },
    /// The listener vanished in the talk; the caller is kept.
    ListenerLost {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// The listener came back to the talk in time.
    ListenerBack {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// A relay is being called for the caller.
    RelayCalled {
        /// The call.
        call: CallId,
        /// The relay.
        relay: RelayId,
    },
    /// Caller and relay hear each other.
    RelayJoined {
        /// The call.
        call: CallId,
        /// The relay.
        relay: RelayId,
    },
    /// The line to the relay is gone.
    RelayEnded {
        /// The call.
        call: CallId,
        /// The relay.
        relay: RelayId,
        /// How it ended; none if the platform ended it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end: Option<LegEnd>,
    },
    /// A listener asked for somebody else to take the caller, or to come to the call as well.
    HandOverAsked {
        /// The call.
        call: CallId,
        /// Who asked.
        listener: ListenerId,
        /// For whom.
        to: Target,
        /// Whether they stay until the other side has the caller.
        warm: bool,
        /// Whether the other side comes as well, rather than instead.
        second: bool,
    },
    /// That ended.
    HandOverEnded {
        /// The call.
        call: CallId,
        /// How.
        end: HandOverEnd,
    },
    /// The regulator triaged the call.
    Triaged {
        /// The call.
        call: CallId,
        /// The regulator.
        listener: ListenerId,
        /// The grid.
        triage: Triage,
        /// Whether the caller refused that the card goes with the call.
        refused: bool,
    },
    /// A listener called for help in a call.
    Alerted {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// A supervisor saw the alert.
    AlertSeen {
        /// The call.
        call: CallId,
        /// The supervisor.
        supervisor: ListenerId,
    },
    /// A supervisor listens, whispers or joins.
    Watched {
        /// The call.
        call: CallId,
        /// The supervisor.
        supervisor: ListenerId,
        /// How.
        mode: WatchMode,
    },
    /// A supervisor left.
    Unwatched {
        /// The call.
        call: CallId,
        /// The supervisor.
        supervisor: ListenerId,
    },
    /// The call is over.
    Ended {
        /// The call.
        call: CallId,
        /// Its one outcome.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// A listener's presence changed.
    PresenceChanged {
        /// The listener.
        listener: ListenerId,
        /// What it is now.
        presence: Presence,
        /// Why.
        reason: PresenceReason,
    },
    /// The router gave a listener a rest.
    RestGiven {
        /// The listener.
        listener: ListenerId,
        /// Why.
        why: RestReason,
        /// For how long, in milliseconds.
        milliseconds: u64,
    },
    /// The listener closed the care record of a call and is free again.
    RecordClosed {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// A listener asked for a debrief.
    DebriefAsked {
        /// The listener.
        listener: ListenerId,
    },
    /// The debrief was held.
    DebriefHeld {
        /// The listener.
        listener: ListenerId,
        /// The supervisor.
        supervisor: ListenerId,
    },
    /// A shift of the rota began.
    ShiftBegan {
        /// The shift.
        shift: ShiftId,
        /// The listener.
        listener: ListenerId,
        /// The queue.
        queue: QueueId,
        /// Whether the listener was there.
        there: bool,
    },
    /// A shift of the rota ended.
    ShiftEnded {
        /// The shift.
        shift: ShiftId,
        /// The listener.
        listener: ListenerId,
    },
    /// Surge mode was switched.
    SurgeSwitched {
        /// Whether it is on.
        on: bool,
        /// Who switched it.
        by: ListenerId,
    },
    /// A listener marked a caller as a nuisance; a supervisor decides.
    NuisanceMarked {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
    },
    /// A supervisor decided on a mark.
    NuisanceDecided {
        /// The call in which the mark was made.
        call: CallId,
        /// The supervisor.
        supervisor: ListenerId,
        /// Whether the caller is served later for a while.
        approved: bool,
    },
    /// How one end of a call's line sounded, over all of the call.
    SoundMeasured {
        /// The call.
        call: CallId,
        /// Which end.
        end: LineEnd,
        /// How many reports it is made of; each is about five seconds.
        reports: u16,
        /// Packets lost, in a thousand: those towards us or those towards them, whichever were more.
        lost_per_mille: u16,
        /// How unevenly packets came, in milliseconds (RFC 3550 section 6.4.1).
        jitter_ms: u16,
        /// From here to there and back, in milliseconds, if it was known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        round_trip_ms: Option<u16>,
        /// What people would say of it (mean opinion score, ITU-T G.107), in tenths: 10 is bad, 44 as good as a telephone is.
        score_tenths: u8,
        /// The worst such score of any report.
        worst_tenths: u8,
    },
    /// Another plan is in force.
    PlanInForce {
        /// Its version.
        version: i64,
    },
}

impl Event {
    /// The call this fact is about, if it is about one.
    #[must_use]
    pub fn call(&self) -> Option<CallId> {
        match self {
            Event::Arrived { call, .. }
            | Event::Answered { call }
            | Event::Chosen { call, .. }
            | Event::MovedToLine { call, .. }
            | Event::Queued { call, .. }
            | Event::RungReached { call, .. }
            | Event::Offered { call, .. }
            | Event::OfferEnded { call, .. }
            | Event::Bridged { call, .. }
            | Event::Left { call, .. }
            | Event::Held { call }
            | Event::Resumed { call }
            | Event::ListenerLost { call, .. }
            | Event::ListenerBack { call, .. }
            | Event::RelayCalled { call, .. }
            | Event::RelayJoined { call, .. }
            | Event::RelayEnded { call, .. }
            | Event::HandOverAsked { call, .. }
            | Event::HandOverEnded { call, .. }
            | Event::Triaged { call, .. }
            | Event::Alerted { call, .. }
            | Event::AlertSeen { call, .. }
            | Event::Watched { call, .. }
            | Event::Unwatched { call, .. }
            | Event::Ended { call, .. }
            | Event::NuisanceMarked { call, .. }
            | Event::NuisanceDecided { call, .. }
            | Event::SoundMeasured { call, .. }
            | Event::RecordClosed { call, .. } => Some(*call),
            Event::PresenceChanged { .. }
            | Event::RestGiven { .. }
            | Event::DebriefAsked { .. }
            | Event::DebriefHeld { .. }
            | Event::ShiftBegan { .. }
            | Event::ShiftEnded { .. }
            | Event::SurgeSwitched { .. }
            | Event::PlanInForce { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line of each kind as journals of the first format have it: they are read for ever.
    const OLD: &[&str] = &[
        r#"{"event":"arrived","call":4711,"line":"sps","channel":"phone","language":"fr"}"#,
        r#"{"event":"answered","call":4711}"#,
        r##"{"event":"chosen","call":4711,"digit":"#","choice":"other"}"##,
        r#"{"event":"queued","call":4711,"again":true}"#,
        r#"{"event":"offered","call":4711,"listener":7}"#,
        r#"{"event":"offer_ended","call":4711,"listener":7,"end":"listener_gone"}"#,
        r#"{"event":"bridged","call":4711,"listener":7}"#,
        r#"{"event":"held","call":4711}"#,
        r#"{"event":"resumed","call":4711}"#,
        r#"{"event":"listener_lost","call":4711,"listener":7}"#,
        r#"{"event":"listener_back","call":4711,"listener":7}"#,
        r#"{"event":"ended","call":4711,"outcome":"talked","by":"line"}"#,
        r#"{"event":"ended","call":4711,"outcome":"gave_up","during":"ringing"}"#,
        r#"{"event":"ended","call":4711,"outcome":"refused","reason":"queue_full"}"#,
        r#"{"event":"ended","call":4711,"outcome":"closed"}"#,
        r#"{"event":"ended","call":4711,"outcome":"interrupted"}"#,
        r#"{"event":"presence_changed","listener":7,"presence":"paused","reason":"no_answer"}"#,
        r#"{"event":"record_closed","call":4711,"listener":7}"#,
    ];

    #[test]
    fn what_was_written_before_is_read_and_written_the_same() {
        for line in OLD {
            let event: Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(serde_json::to_string(&event).unwrap(), *line);
        }
    }
}
