//! What a desk may see of the switchboard: no number, no name, no leg.

use crate::call::{Call, Stage};
use crate::listener::Standing;
use crate::{CallId, Channel, Language, LineId, ListenerId, Moment, Presence, Switchboard};

/// One call as its listener sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallCard {
    /// The call.
    pub call: CallId,
    /// The line's short name.
    pub line: LineId,
    /// The line's name.
    pub line_name: String,
    /// The language the caller is spoken to in.
    pub language: Language,
    /// How the caller came.
    pub channel: Channel,
    /// The menu choice, if one was made.
    pub choice: Option<String>,
    /// When the caller entered the queue (or arrived, before that).
    pub waiting_since: Moment,
    /// Whether the caller is on hold.
    pub held: bool,
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
    /// Whether somebody's desk rings for them.
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
    /// Whether a pause begins when the care record is closed.
    pub pause_after: bool,
    /// The call that rings or is talked with.
    pub call: Option<CallCard>,
    /// The call whose care record must be closed.
    pub wrapping_up: Option<CallId>,
}

impl Switchboard {
    /// What a listener's desk shows now.
    #[must_use]
    pub fn desk(&self, id: ListenerId) -> DeskView {
        let Some(listener) = self.listeners.get(id) else {
            return DeskView {
                presence: Presence::OffDuty,
                since: Moment(0),
                connected: false,
                pause_after: false,
                call: None,
                wrapping_up: None,
            };
        };
        let (call, wrapping_up) = match listener.standing {
            Standing::Offered { call } | Standing::Talking { call } => (self.card(call), None),
            Standing::WrappingUp { call } => (None, Some(call)),
            Standing::OffDuty | Standing::Paused | Standing::Ready { .. } => (None, None),
        };
        DeskView {
            presence: listener.standing.presence(),
            since: listener.since,
            connected: listener.desk.is_some(),
            pause_after: listener.pause_after,
            call,
            wrapping_up,
        }
    }

    /// The listener bound to the call of this leg, if any.
    #[must_use]
    pub fn call_card(&self, call: CallId) -> Option<CallCard> {
        self.card(call)
    }

    /// Everyone who waits, in the order in which they are served.
    #[must_use]
    pub fn waiting(&self) -> Vec<WaitingCard> {
        let mut waiting: Vec<_> = self.calls.values().filter_map(waiting_card).collect();
        waiting.sort_by_key(|(place, _)| *place);
        waiting.into_iter().map(|(_, card)| card).collect()
    }

    fn card(&self, call: CallId) -> Option<CallCard> {
        let Call { facts, stage } = self.calls.get(&call)?;
        Some(CallCard {
            call,
            line: facts.line.id.clone(),
            line_name: facts.line.name.clone(),
            language: facts.language,
            channel: facts.channel,
            choice: facts.choice.clone(),
            waiting_since: facts.queued.map_or(facts.arrived, |(_, since)| since),
            held: matches!(stage, Stage::Talking(talking) if talking.held),
        })
    }
}

fn waiting_card(call: &Call) -> Option<(crate::queue::Place, WaitingCard)> {
    let ringing = match call.stage {
        Stage::Waiting(_) => false,
        Stage::Offered(_) => true,
        Stage::Arriving(_)
        | Stage::Greeting(_)
        | Stage::Menu(_)
        | Stage::Connecting(_)
        | Stage::Talking(_)
        | Stage::Recovering(_)
        | Stage::Closed(_)
        | Stage::Over => return None,
    };
    let (place, since) = call.facts.queued?;
    let card = WaitingCard { line_name: call.facts.line.name.clone(), language: call.facts.language, since, ringing };
    Some((place, card))
}
