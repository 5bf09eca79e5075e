//! A line: one published number with its languages, hours and the way it answers.

use crate::{Language, LineId, Menu, WeeklyHours};

/// A line as the switchboard knows it. Its numbers and time zone are known outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Short name.
    pub id: LineId,
    /// Name shown to listeners.
    pub name: String,
    /// The language callers are spoken to in, unless they asked for another.
    pub language: Language,
    /// When the line is open.
    pub hours: WeeklyHours,
    /// How it answers.
    pub answer: AnswerWay,
    /// The menu after the greeting, if any. A line that rings until a human answers has none.
    pub menu: Option<Menu>,
    /// How many callers may wait at once; one more is refused as busy.
    pub queue_limit: u16,
    /// How long a desk rings before the offer goes to the next listener, in milliseconds.
    pub offer_time: u32,
    /// How long a caller is kept for a listener who vanished, in milliseconds.
    pub grace_time: u32,
}

/// How a line answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerWay {
    /// Answer at once and greet; prompts and music while someone is found.
    AnswerAndGreet,
    /// Ring until a human answers: no machine ever speaks first.
    RingUntilHuman,
}
