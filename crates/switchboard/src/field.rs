//! What can be set in a step, a line, a queue or a relay, as data: a page draws a form from it and reads the form back, without
//! knowing any of them, and the checker holds the same ranges.

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A step of the same flow.
    Step,
    /// A prompt.
    Prompt,
    /// A queue.
    Queue,
    /// A relay.
    Relay,
    /// Another line.
    Line,
    /// A key of the telephone.
    Digit,
    /// A language.
    Language,
    /// A short word.
    Word,
    /// A skill, such as `audience:student`.
    Skill,
    /// A text of one line.
    Text,
    /// A telephone number.
    Number,
    /// Any number of telephone numbers.
    Numbers,
    /// Languages, the first of which is the one callers are greeted in.
    Languages,
    /// The name of a time zone.
    Zone,
    /// The opening hours of an ordinary week.
    Week,
    /// A territory whose holidays count.
    Territory,
    /// What holds on holidays.
    OnHolidays,
    /// A day.
    Date,
    /// The opening hours of one day; closed if there are none.
    DayHours,
    /// What a listener must have.
    Requirement,
    /// For each kind of wish, how long it is required.
    Wishes,
    /// Who is tried at a rung.
    Tried,
    /// Yes or no.
    Flag,
    /// A whole number from the first to the second, both included.
    Whole(i32, i32),
    /// Any number of rows, each with these fields, in an order that counts.
    Rows(&'static [Field]),
}

/// A field of the settings of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its key, as it is written in a plan.
    pub key: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it may be left empty.
    pub optional: bool,
}

impl Field {
    /// A field that must be filled in.
    #[must_use]
    pub const fn of(key: &'static str, holds: Holds) -> Self {
        Self { key, holds, optional: false }
    }

    /// The least and the most that a whole number may be; `None` for a field that holds none.
    pub(crate) fn range(&self) -> Option<(i64, i64)> {
        if let Holds::Whole(from, to) = self.holds { Some((i64::from(from), i64::from(to))) } else { None }
    }

    /// A field that may be left empty.
    #[must_use]
    pub const fn may(key: &'static str, holds: Holds) -> Self {
        Self { key, holds, optional: true }
    }
}
