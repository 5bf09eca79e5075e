//! The words that inputs, effects and events share.

use crate::{ListenerId, PromptId, QueueId, RelayId};
use serde::{Deserialize, Serialize};

/// A language that Vigie speaks to callers and staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

impl Language {
    /// Its ISO 639-1 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::En => "en",
        }
    }

    /// The language of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Language::Fr, Language::En].into_iter().find(|own| own.code() == code)
    }
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
    /// The leg could not be set up.
    Failed,
    /// The telephone called is busy (SIP 486, 600).
    Busy,
    /// The telephone called did not answer in time, or cannot be reached now (SIP 408, 480, 487).
    NotReached,
    /// The telephone called refused (SIP 403, 603).
    Declined,
    /// There is no such number (SIP 404, 410, 484, 604).
    NoSuchNumber,
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
    /// The relay to which the caller had been handed.
    Relay,
}

/// An end of a call's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// That of the person who called.
    Caller,
    /// That of whoever the caller heard: a listener's browser, or a telephone outside.
    Answering,
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
    /// While a relay was being called.
    Relaying,
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
    /// Listening in on a colleague's call, or joining it.
    Supervising,
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
    /// The listener's telephone was busy.
    Busy,
    /// The listener's telephone did not answer, or nobody pressed the key.
    NotReached,
    /// The listener's telephone line failed.
    LineFault,
    /// Another way was found, or the one who asked took it back.
    Withdrawn,
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
    /// The router gave a rest.
    Rest,
    /// A shift began.
    ShiftBegan,
    /// A shift ended.
    ShiftEnded,
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
    /// The caller is being handed to somebody else.
    Transferring,
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
    /// "For English, press two", in each language.
    MenuLanguage,
    /// "Enter the first two digits of your postcode."
    Departement,
    /// "In immediate danger, call 15 or 112."
    Emergency,
    /// "We are connecting you now."
    Transfer,
    /// "The person we tried to reach is not answering. We are coming back to you."
    TransferFailed,
    /// To somebody on call: "A call is waiting; to take it, press one."
    OncallAccept,
    /// To somebody on call: "This call has just been taken by someone else."
    OncallTaken,
    /// To somebody on call: "Here is the call."
    OncallLine,
    /// A prompt that a coordinator put in.
    Own(PromptId),
}

/// How a supervisor takes part in a colleague's call. The listener always sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchMode {
    /// Hears both, is heard by nobody.
    Listen,
    /// Hears both, is heard by the listener only.
    Whisper,
    /// Hears and is heard by both.
    Join,
}

/// Whom a caller is handed to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Whoever is found in a queue.
    Queue(QueueId),
    /// One listener.
    Listener(ListenerId),
    /// A relay.
    Relay(RelayId),
}

/// Why the router gave a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestReason {
    /// After a long talk.
    LongTalk,
    /// After a call of grade 4 or 5.
    SevereCall,
    /// Busy for too much of the last hour.
    Occupancy,
}

/// How a hand-over, or a call for a second person, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverEnd {
    /// The other side has the caller, or is with them as well.
    Done,
    /// Nobody was found in time.
    NobodyFound,
    /// The other side was busy.
    Busy,
    /// The other side did not answer.
    NotReached,
    /// The other side said no.
    Declined,
    /// The line to the other side failed, or there is no such number.
    LineFault,
    /// Taken back by the one who asked.
    TakenBack,
    /// The caller left.
    CallerGone,
}

impl HandOverEnd {
    /// What the end of a leg to the other side means before it was joined.
    #[must_use]
    pub fn of_leg(end: LegEnd) -> Self {
        match end {
            LegEnd::Busy => Self::Busy,
            LegEnd::NotReached => Self::NotReached,
            LegEnd::Declined | LegEnd::HungUp => Self::Declined,
            LegEnd::Lost | LegEnd::Failed | LegEnd::NoSuchNumber => Self::LineFault,
        }
    }
}

/// The regulator's triage, in three levels each: 0 not seen, 1 low, 2 medium, 3 high.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triage {
    /// What could lead to harm, over time.
    pub risk: u8,
    /// How soon something must be done.
    pub urgency: u8,
    /// Whether means to harm are at hand.
    pub danger: u8,
}

impl Triage {
    /// Whether the call is known to be severe: a high urgency or danger.
    #[must_use]
    pub fn is_severe(self) -> bool {
        self.urgency >= 3 || self.danger >= 2
    }

    /// By how many seconds the caller counts as having waited longer.
    #[must_use]
    pub fn priority(self) -> i32 {
        i32::from(self.risk) * 60 + i32::from(self.urgency) * 240 + i32::from(self.danger) * 300
    }
}
