//! What the node must do, at once and in order.

use crate::{CallerState, Language, LegId, LineId, ListenerId, PlayId, PromptName, Refusal, RelayId};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Let the caller hear ringing, without answering (180).
    Ring(LegId),
    /// Answer the leg (200). `Input::LegAnswered` follows.
    Answer(LegId),
    /// Refuse the leg.
    Refuse(LegId, Refusal),
    /// End the leg. No `LegEnded` follows.
    HangUp(LegId),
    /// Play prompts on a leg; replaces what it heard.
    Play(LegId, Playing),
    /// From now on the leg hears exactly these legs, added up, and no prompt any more; nothing at all if there are none.
    Hear(LegId, Vec<LegId>),
    /// Call an outside telephone on a new leg, whose id is given. `Input::LegAnswered` or `Input::LegEnded` follows.
    Dial(LegId, Destination, LineId),
    /// Tell a caller's page where the call stands. Phones ignore it.
    Tell(LegId, CallerState),
    /// A listener's desk shows something else now.
    DeskChanged(ListenerId),
    /// What supervisors see has changed.
    SupervisionChanged,
}

/// An outside telephone. Numbers are known outside this room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A listener's own telephone.
    Listener(ListenerId),
    /// A relay.
    Relay(RelayId),
}

/// Prompts to play one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playing {
    /// This playing's own id; `Input::PromptEnded` carries it when it ends by itself.
    pub id: PlayId,
    /// What to play, in order.
    pub items: Vec<PlayItem>,
    /// Where to go on after the last item; `None` ends the playing.
    pub again_from: Option<usize>,
}

/// One prompt in a playing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayItem {
    /// The prompt.
    pub prompt: PromptName,
    /// Its language.
    pub language: Language,
    /// At most this long, in milliseconds; the whole prompt if `None`.
    pub at_most: Option<u32>,
}
