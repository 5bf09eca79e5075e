//! What can happen to the switchboard. Everything comes in here, stamped with the time by the node.

use crate::{CallId, Channel, Digit, Language, LegEnd, LegId, LineId, ListenerId, LocalMinute, PlayId};

/// One thing that happened outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A caller reached a line.
    Arrived(Arrival),
    /// The answer we asked for on a leg is complete: sound can flow.
    LegAnswered(LegId),
    /// A leg is gone.
    LegEnded(LegId, LegEnd),
    /// A playing came to its end by itself.
    PromptEnded(LegId, PlayId),
    /// A key was pressed on a caller's leg.
    Digit(LegId, Digit),
    /// A listener's desk is open and its voice is connected through this leg.
    DeskUp(ListenerId, LegId),
    /// A listener's desk or its voice is gone, for now at least.
    DeskDown(ListenerId),
    /// A listener pressed something.
    Listener(ListenerId, Command),
    /// Nothing but time: a deadline may have passed.
    TimePassed,
}

/// A caller who reached a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The new call's id, random.
    pub call: CallId,
    /// The caller's leg.
    pub leg: LegId,
    /// The line called.
    pub line: LineId,
    /// How the caller came.
    pub channel: Channel,
    /// The language the caller asked for, if they could say; else the line's own.
    pub language: Option<Language>,
    /// The time of the week where the line lives.
    pub local: LocalMinute,
}

/// What a listener can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// "I can take a call."
    Ready,
    /// "I take a pause." In a call, it takes effect after the care record is closed.
    Pause,
    /// "I stop." Only out of a call.
    SignOff,
    /// Take the call that rings.
    Accept(CallId),
    /// Leave the call that rings to somebody else; a pause follows.
    Decline(CallId),
    /// Put the caller on hold, with music.
    Hold,
    /// Take the caller back from hold.
    Resume,
    /// End the call.
    End,
    /// The care record of this call is closed.
    CloseRecord(CallId),
}
