//! What the node must do, at once and in order.

use crate::{CallerState, Language, LegId, ListenerId, PlayId, PromptName, Refusal};

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
    /// Play prompts on a leg; replaces what played there.
    Play(LegId, Playing),
    /// Join two legs: each hears the other, and no prompt any more.
    Bridge(LegId, LegId),
    /// Part a leg from whatever it is joined with.
    Part(LegId),
    /// Tell a caller's page where the call stands. Phones ignore it.
    Tell(LegId, CallerState),
    /// A listener's desk shows something else now.
    DeskChanged(ListenerId),
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
