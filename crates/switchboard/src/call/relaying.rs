//! A relay is being called for the caller, who hears a kind word and music.

use super::{CallInput, Member, Part, Room, Stage, Talking, Who};
use crate::plan::Relay;
use crate::{Effect, Event, LegEnd, LegId, Moment, StepId, Whereabouts};
use std::sync::Arc;

/// The relay rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relaying {
    pub(crate) relay: Arc<Relay>,
    pub(crate) leg: LegId,
    pub(crate) until: Moment,
    /// It answered, and a key is waited for.
    pub(crate) answered: bool,
    pub(crate) otherwise: Otherwise,
}

/// What comes if the relay cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Otherwise {
    /// A step of the flow.
    Step(StepId),
    /// Back to the one who handed the caller on.
    ComeBack,
}

impl Relaying {
    fn joined(self, room: &mut Room<'_>) -> Stage {
        let member = Member { who: Who::Relay(self.relay.id.clone()), leg: self.leg, part: Part::Talks };
        Talking::connect(member, None, room)
    }

    fn failed(self, end: LegEnd, leg_gone: bool, room: &mut Room<'_>) -> Stage {
        if !leg_gone {
            room.effect(Effect::HangUp(self.leg));
        }
        room.event(Event::RelayEnded { call: room.facts.call, relay: self.relay.id.clone(), end: Some(end) });
        room.after_relay(self.otherwise)
    }

    fn ask_for_key(self, room: &mut Room<'_>) -> Stage {
        room.ask_for_key(self.leg);
        Stage::Relaying(Self { answered: true, ..self })
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::OtherAnswered(leg) if leg == self.leg => {
                if self.relay.press_key {
                    self.ask_for_key(room)
                } else {
                    self.joined(room)
                }
            }
            CallInput::OtherDigit(leg, digit) if leg == self.leg && self.answered && digit.key() == '1' => {
                self.joined(room)
            }
            CallInput::OtherEnded(leg, end) if leg == self.leg => self.failed(end, true, room),
            CallInput::Deadline => self.failed(LegEnd::NotReached, false, room),
            CallInput::LegEnded(end) => {
                room.effect(Effect::HangUp(self.leg));
                room.event(Event::RelayEnded { call: room.facts.call, relay: self.relay.id.clone(), end: None });
                room.caller_gone(end, Whereabouts::Relaying)
            }
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::OtherAnswered(_)
            | CallInput::OtherEnded(..)
            | CallInput::OtherDigit(..)
            | CallInput::Reconsider
            | CallInput::Chosen(..)
            | CallInput::ListenerGone(_)
            | CallInput::ListenerBack(..)
            | CallInput::Press(..) => room.ignore(input, Stage::Relaying(self)),
        }
    }
}
