//! The words that inputs, effects and events share.

use crate::id::PromptId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A language that Vigie speaks to callers and staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// The way a caller came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Through a SIP trunk.
    Phone,
    /// From the public call page, over WebRTC.
    Browser,
}

/// A telephone key (RFC 4733 section 3.2, events 0 to 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "char", into = "char")]
pub struct Digit(char);

impl Digit {
    /// The key for `0`–`9`, `*` or `#`; `None` for anything else.
    #[must_use]
    pub fn new(key: char) -> Option<Self> {
        matches!(key, '0'..='9' | '*' | '#').then_some(Self(key))
    }

    /// The key of an RFC 4733 event number, 0 to 11.
    #[must_use]
    pub fn from_event(event: u8) -> Option<Self> {
        match event {
            0..=9 => Some(Self(char::from(b'0' + event))),
            10 => Some(Self('*')),
            11 => Some(Self('#')),
            12.. => None,
        }
    }

    /// The RFC 4733 event number.
    #[must_use]
    pub fn event(self) -> u8 {
        match self.0 {
            '*' => 10,
            '#' => 11,
            key => (key as u8).wrapping_sub(b'0'),
        }
    }

    /// The key as a character.
    #[must_use]
    pub fn key(self) -> char {
        self.0
    }
}

impl TryFrom<char> for Digit {
    type Error = String;
    fn try_from(key: char) -> Result<Self, Self::Error> {
        Self::new(key).ok_or_else(|| format!("'{key}' is no telephone key: 0 to 9, * or #"))
    }
}

impl From<Digit> for char {
    fn from(digit: Digit) -> Self {
        digit.0
    }
}

/// Why a leg ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegEnd {
    /// The other side hung up (BYE, CANCEL, or the page's own button).
    HungUp,
    /// Nothing more came from the other side: no packets, no ACK, connection gone.
    Lost,
    /// The phone that was called is in use.
    Busy,
    /// The phone that was called rang and nobody answered, or it is switched off.
    NotReached,
    /// The call was refused by whoever was called, or by the network for them.
    Declined,
    /// The number that was called does not exist.
    NoSuchNumber,
    /// The leg could not be set up.
    Failed,
}

/// Says that two calls came from one number, and nothing else: it was made of the number with a random key that lives a day.
/// It is not written anywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerTag(u64);

impl CallerTag {
    /// A tag of these bits.
    #[must_use]
    pub const fn new(bits: u64) -> Self {
        Self(bits)
    }
}

impl fmt::Debug for CallerTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("CallerTag(…)")
    }
}

/// The tags of one call's number: under today's key, and under yesterday's, so that calls on both sides of midnight can be
/// compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallerTags {
    /// Under the key that is in use.
    pub now: CallerTag,
    /// Under the key before it, if that is still kept.
    pub before: Option<CallerTag>,
}

/// How a call ended. Each call has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// The caller talked with a human.
    Talked {
        /// Who ended the talk.
        by: Party,
    },
    /// The caller left before a human answered.
    GaveUp {
        /// Where the caller was.
        during: Whereabouts,
    },
    /// The line was closed; the caller heard where else to call.
    Closed,
    /// The call was refused at the door.
    Refused {
        /// Why.
        reason: Refusal,
    },
    /// The connection could not be set up or was lost before a human answered.
    LineFault,
    /// The service stopped in the middle of the call; written at the next start.
    Interrupted,
    /// A fault in the switchboard itself ended the call.
    Broken,
}

/// Who ended a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The person who called.
    Caller,
    /// The person who answered.
    Listener,
    /// Neither: the connection was lost.
    Line,
}

/// Where a caller was when they left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whereabouts {
    /// Before the platform's answer was complete.
    Arriving,
    /// In the greeting.
    Greeting,
    /// In the menu.
    Menu,
    /// In the queue, with no listener ringing.
    Waiting,
    /// While a listener's desk rang.
    Ringing,
}

/// Why a call was refused at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The queue holds as many callers as the line allows.
    QueueFull,
    /// No such line.
    UnknownLine,
}

/// What a listener is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Not on duty.
    OffDuty,
    /// Waiting for a call.
    Ready,
    /// Their desk rings.
    Offered,
    /// With a caller.
    Talking,
    /// Writing the care record.
    WrappingUp,
    /// On duty, taking a pause.
    Paused,
}

/// Why an offer ended without the two talking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// The listener accepted. (The offer became a talk.)
    Accepted,
    /// The listener said no.
    Declined,
    /// The desk rang until the offer's end.
    NoAnswer,
    /// The listener's desk or network vanished.
    ListenerGone,
    /// The caller left.
    CallerGone,
}

/// Why presence changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceReason {
    /// The listener chose it.
    Chosen,
    /// A call led to it.
    Call,
    /// The desk rang and nobody answered.
    NoAnswer,
    /// The desk or its network vanished.
    Vanished,
    /// The service stopped.
    Interrupted,
}

/// What a caller's page is told, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallerState {
    /// The greeting or menu plays.
    Welcoming,
    /// Someone is being looked for.
    Finding,
    /// A listener's desk rings.
    Ringing,
    /// Two people are talking.
    Talking,
    /// The listener has put the call on hold.
    Held,
    /// The listener was lost; the caller is kept.
    Reconnecting,
    /// The line is closed.
    LineClosed,
    /// The call is over.
    Ended,
}

/// A prompt that can be played to a caller. The text of each is in `prompts/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptName {
    /// Welcome.
    Greeting,
    /// "If you work in health care, press one…"
    MenuAudience,
    /// "That choice is not available."
    NotUnderstood,
    /// First words in the queue.
    WaitingFirst,
    /// Later words in the queue.
    WaitingAgain,
    /// Words after a long wait.
    WaitingLong,
    /// Everyone is busy, with other numbers to call.
    AllBusy,
    /// The listener was lost; the caller is next.
    Reconnecting,
    /// A kind word while the listener comes back.
    OneMoment,
    /// The line is closed, with other numbers to call.
    Closed,
    /// Thanks and goodbye.
    Goodbye,
    /// Hold music. The same in every language.
    HoldMusic,
    /// A recording of the service's own.
    Own(PromptId),
}
