//! Decides who talks to whom.
//!
//! This room is pure: no clock, no socket, no database, no randomness. Inputs come in stamped with the time; effects
//! (what to do) and events (what happened) go out. It must not know SIP, WebRTC, SQL, HTTP, a caller's number or
//! anybody's name.

mod call;
mod effect;
mod event;
pub mod flow;
mod id;
mod input;
pub mod invariants;
mod line;
mod listener;
mod matching;
mod output;
mod queue;
mod switchboard;
mod view;
mod vocabulary;

pub use effect::{Effect, PlayItem, Playing};
pub use event::Event;
pub use flow::{Choice, LocalMinute, Menu, WeeklyHours};
pub use id::{CallId, LegId, LineId, ListenerId, Moment, PlayId, PromptId};
pub use input::{Arrival, Command, Input};
pub use line::{AnswerWay, Line};
pub use output::Output;
pub use switchboard::Switchboard;
pub use view::{CallCard, DeskView, WaitingCard};
pub use vocabulary::{
    CallerState, CallerTag, CallerTags, Channel, Digit, Language, LegEnd, OfferEnd, Outcome, Party, Presence,
    PresenceReason, PromptName, Refusal, Whereabouts,
};
