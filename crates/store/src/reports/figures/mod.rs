//! The figures of a line over a period, with the names and formulas of the field.
//!
//! A call belongs to the period in which it **arrived** and to the line that was **called**, whatever came after. Each has one
//! [`Fate`], so that the identities hold, without which rates can be made to say what one wants:
//!
//! `offered = before the queue + queued + still open`
//! `queued = answered + abandoned + flowed out + blocked`
//!
//! Nothing here is about who called: a call is a time, a fate and some lengths. What no figure can tell is who never reached
//! this program: callers whom the carrier turned away, and callers who dialled a number that no line has.

mod count;
mod handling;
mod read;
mod value;

pub use count::{Counts, Delays, Figures, HandlingSum, Within};
pub use handling::Handling;
pub use value::{Figure, Value};

use super::Report;

pub(crate) const REPORT: Report = Report {
    key: "figures",
    about: "Answer, abandonment, delay and handling of a line, with the formulas of the field",
};

/// What became of a call, as the field counts it. Each call has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It ended in the greeting or in the menu, or the line was closed: nobody was looked for.
    BeforeQueue,
    /// A listener of ours and the caller heard each other.
    Answered,
    /// The caller left while somebody was looked for.
    Abandoned,
    /// Another service took the caller, and no listener of ours.
    FlowedOut,
    /// Turned away with the queue full, lost by a fault, or left with a last word after nobody was found.
    Blocked,
    /// Not over, and nobody heard yet.
    Open,
}

/// A call as these figures need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// When it arrived, in milliseconds since 1970.
    pub arrived_ms: i64,
    /// What became of it.
    pub fate: Fate,
    /// From the queue to the first human voice, or to the caller's leaving, in milliseconds. None where there was no queue or
    /// where the end is not known.
    pub queue_wait_ms: Option<i64>,
    /// The same from the first ring: greeting and menu are in it.
    pub ring_wait_ms: Option<i64>,
    /// What it cost the listeners; none while it lasts, or where none had it.
    pub handling: Option<Handling>,
}

/// What the listeners did in a period, in milliseconds, whatever the line: somebody who is ready is ready for several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Duty {
    /// In talks, and writing after them.
    pub handling_ms: i64,
    /// Ready, or with a desk that rings.
    pub available_ms: i64,
}

/// A period of a line, as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Period {
    /// Its calls, the earliest first.
    pub contacts: Vec<Contact>,
    /// What the listeners of all lines did in it.
    pub duty: Duty,
}

/// Of what the service level is a share. The three are in use, they differ, and a level that does not say which one it is says
/// nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LevelOf {
    /// Of all who entered the queue: who left, was turned away or was lost counts against it.
    #[default]
    Queued,
    /// Of those who were answered and those who abandoned.
    AnsweredOrAbandoned,
    /// Of all who entered the queue but for those who left within the time itself.
    Patient,
}

impl LevelOf {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Queued, Self::AnsweredOrAbandoned, Self::Patient];

    /// Its key word, as it stands in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "strict",
            Self::AnsweredOrAbandoned => "common",
            Self::Patient => "lenient",
        }
    }
}

/// What a reader may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Up to how long a wait that ends in leaving is a short one, in milliseconds: a wrong number, or a change of mind.
    pub short_ms: i64,
    /// Within which time the service level wants an answer, in milliseconds.
    pub level_ms: i64,
    /// Of what the service level is a share.
    pub level_of: LevelOf,
}

impl Default for Thresholds {
    /// Ten seconds, and twenty of all who entered the queue.
    fn default() -> Self {
        Self { short_ms: 10_000, level_ms: 20_000, level_of: LevelOf::Queued }
    }
}
