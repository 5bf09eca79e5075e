//! Names of things. Every id is drawn outside and handed in, so that a night can be replayed.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

number_id!(
    /// One call, from first ring to closed record. Random, and tied to nothing of the caller.
    CallId, "call-"
);
number_id!(
    /// One connection in a call: a trunk leg or a browser leg. Lives in memory only.
    LegId, "leg-"
);
number_id!(
    /// A listener: the number of their row among the staff.
    ListenerId, "listener-"
);
number_id!(
    /// One playing of prompts on a leg, so that a late "ended" of an earlier playing is told apart.
    PlayId, "play-"
);

number_id!(
    /// A prompt that a coordinator put in.
    PromptId, "prompt-"
);
number_id!(
    /// One shift of one listener: the number of its row in the rota.
    ShiftId, "shift-"
);

macro_rules! word_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                Self(word.to_owned())
            }
        }
    };
}

word_id!(
    /// A line's short name, such as `sps`: lower-case letters, digits and hyphens.
    LineId
);
word_id!(
    /// A queue's short name.
    QueueId
);
word_id!(
    /// A relay's short name.
    RelayId
);
word_id!(
    /// The name of a step in its call flow.
    StepId
);

/// A point on the wall clock, in milliseconds since 1970 (UTC). Opening hours and shifts are counted with it; waits and
/// deadlines never are, because it may jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Utc(pub i64);

/// A point on the monotonic clock, in milliseconds since the node started. Never shown, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(pub u64);

impl Moment {
    /// This moment and `milliseconds` more.
    #[must_use]
    pub fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this moment, zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
