//! Decides who talks to whom.
//!
//! This room is pure: no clock, no socket, no database, no randomness. Inputs come in stamped with the time; effects
//! (what to do) and events (what happened) go out. It must not know SIP, WebRTC, SQL, HTTP, a caller's number or
//! anybody's name.

mod effect;
mod event;
pub mod flow;
mod id;
mod input;
mod line;
mod vocabulary;

pub use effect::{Effect, PlayItem, Playing};
pub use event::Event;
pub use flow::{Choice, LocalMinute, Menu, WeeklyHours};
pub use id::{CallId, LegId, LineId, ListenerId, Moment, PlayId};
pub use input::{Arrival, Command, Input};
pub use line::{AnswerWay, Line};
pub use vocabulary::{
    CallerState, Channel, Digit, Language, LegEnd, OfferEnd, Outcome, Party, Presence, PresenceReason, PromptName,
    Refusal, Whereabouts,
};
