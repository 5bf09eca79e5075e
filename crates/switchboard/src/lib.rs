//! Decides who talks to whom.
//!
//! This room is pure: no clock, no socket, no database, no randomness. Inputs come in stamped with the time; effects
//! (what to do) and events (what happened) go out. It must not know SIP, WebRTC, SQL, HTTP, a caller's number or
//! anybody's name.

mod calendar;
mod call;
mod coverage;
mod dial_rules;
mod effect;
mod event;
mod field;
pub mod flow;
mod id;
mod input;
pub mod invariants;
mod listener;
mod matching;
mod number;
mod output;
mod plan;
mod rota;
mod supervision;
mod switchboard;
mod tag;
mod view;
mod vocabulary;

pub use calendar::{
    DAYS, Date, ExceptionalDay, LocalMinute, LocalTime, OnHolidays, OpeningHours, Territory, Told, WeeklyHours,
    WeeklyShift, Zone, read_clock, write_clock,
};
pub use coverage::{Covered, Stretch, coverage};
pub use dial_rules::{DialRules, NotDialled, is_emergency};
pub use effect::{Destination, Effect, PlayItem, Playing};
pub use event::{Event, Why};
pub use field::{Field, Holds};
pub use id::{CallId, LegId, LineId, ListenerId, Moment, PlayId, PromptId, QueueId, RelayId, ShiftId, StepId, Utc};
pub use input::{Arrival, Card, Command, HandOver, Input, KeptPlace, Person, Shift};
pub use number::{country_code, international};
pub use output::Output;
pub use plan::{
    AtLeast, Duty, Line, ListenerCare, Plan, QueueRules, Relay, Requirement, Rung, RungKind, Skill, Skills, Tried,
    Wrong,
};
pub use switchboard::Switchboard;
pub use tag::{CallerTag, CallerTags};
pub use view::{
    CallCard, CallerCard, DeskView, HandOverCard, HandOverStep, LiveCall, LiveListener, LiveStage, MarkCard, Partner,
    SupervisionView, WaitingCard,
};
pub use vocabulary::{
    CallerState, Channel, Digit, HandOverEnd, Language, LegEnd, LineEnd, OfferEnd, Outcome, Party, Presence,
    PresenceReason, PromptName, Refusal, RestReason, Target, Triage, WatchMode, Whereabouts,
};
