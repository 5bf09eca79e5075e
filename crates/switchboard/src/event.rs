//! What happened: the facts that the journal keeps. No personal data is in them, and none can be:
//! every field is an id, a number or a word of a closed list.

use crate::{CallId, Channel, Digit, Language, LineId, ListenerId, OfferEnd, Outcome, Presence, PresenceReason};
use serde::{Deserialize, Serialize};

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
    /// The caller entered the queue, or came back to its head.
    Queued {
        /// The call.
        call: CallId,
        /// Whether a listener's fault brought the caller back to the head.
        again: bool,
    },
    /// A listener's desk began to ring for the caller.
    Offered {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
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
    /// The listener closed the care record of a call and is free again.
    RecordClosed {
        /// The call.
        call: CallId,
        /// The listener.
        listener: ListenerId,
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
            | Event::Queued { call, .. }
            | Event::Offered { call, .. }
            | Event::OfferEnded { call, .. }
            | Event::Bridged { call, .. }
            | Event::Held { call }
            | Event::Resumed { call }
            | Event::ListenerLost { call, .. }
            | Event::ListenerBack { call, .. }
            | Event::Ended { call, .. }
            | Event::RecordClosed { call, .. } => Some(*call),
            Event::PresenceChanged { .. } => None,
        }
    }
}
