//! What the node may order, and what telephony reports.

use crate::audio::Quality;
use crate::number::OutsideNumber;
use crate::sip::health::TrunkChange;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use switchboard::{CallerTags, Digit, LegEnd, LegId, LineId, PlayId, Playing, Refusal};

/// One thing to do with legs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// 180 to a caller's leg.
    Ring(LegId),
    /// Answer a leg; [`TelephonyEvent::Answered`] follows.
    Answer(LegId),
    /// Refuse a leg.
    Refuse(LegId, Refusal),
    /// Call a number outside, for a line. The id is the orderer's choice: negative, and used once. Either
    /// [`TelephonyEvent::Answered`] follows or [`TelephonyEvent::Ended`]; other orders for the leg may be given at once.
    Dial(LegId, OutsideNumber, LineId),
    /// End a leg, in whatever state: a call that still rings elsewhere is taken back. Nothing follows.
    HangUp(LegId),
    /// Play to a leg, in place of what it heard.
    Play(LegId, Playing),
    /// From now on this leg hears exactly the sum of these legs, in place of a prompt or whatever it heard; none: nothing.
    /// Hearing has one direction: who is heard does not hear back unless told so. Legs that are gone are left out, and when
    /// one of several goes later, the others are heard on.
    Hear(LegId, Vec<LegId>),
    /// The page that owned this leg has closed its signalling: once its packets stop too, the leg has hung up.
    Unattended(LegId),
    /// The page's signalling is back.
    Attended(LegId),
}

/// What telephony reports. No number, no address.
#[derive(Debug, Clone, PartialEq)]
pub enum TelephonyEvent {
    /// A trunk brought a call for a line. The tags are those of the caller's number, if it is known.
    Incoming(LegId, LineId, Option<CallerTags>),
    /// The answer on a leg is complete.
    Answered(LegId),
    /// A leg is gone.
    Ended(LegId, LegEnd),
    /// A playing came to its end.
    PromptEnded(LegId, PlayId),
    /// A key was pressed.
    Digit(LegId, Digit),
    /// Packets come from this browser's leg: first ones, or again.
    Heard(LegId),
    /// No packet has come from this browser's leg for a while.
    Quiet(LegId),
    /// How good a leg's sound was in the last seconds.
    Quality(LegId, Quality),
    /// Something changed at the trunk of this name.
    TrunkChanged(String, TrunkChange),
}

/// Where telephony's events go. Called from several threads; must not wait.
pub type Sink = Arc<dyn Fn(TelephonyEvent) + Send + Sync>;

/// Ids of legs that come by themselves, in order of their making: positive, so that they never meet a dialled one's.
#[derive(Debug, Default)]
pub(crate) struct LegIds(AtomicI64);

impl LegIds {
    pub(crate) fn next(&self) -> LegId {
        LegId(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
