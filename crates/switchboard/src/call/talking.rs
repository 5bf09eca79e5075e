//! Caller and listener talk.

use super::{CallInput, Recovering, Room, Stage};
use crate::{CallerState, Effect, Event, LegId, ListenerId, Outcome, Party, PromptName};

/// Two people hear each other, or the caller is on hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Talking {
    pub(crate) listener: ListenerId,
    pub(crate) listener_leg: LegId,
    pub(crate) held: bool,
}

impl Talking {
    /// Joins the two.
    pub(crate) fn begin(listener: ListenerId, listener_leg: LegId, room: &mut Room<'_>) -> Stage {
        room.effect(Effect::Bridge(room.facts.leg, listener_leg));
        room.facts.talked = true;
        room.event(Event::Bridged { call: room.facts.call, listener });
        room.tell(CallerState::Talking);
        room.effect(Effect::DeskChanged(listener));
        Stage::Talking(Self { listener, listener_leg, held: false })
    }

    fn hold(self, room: &mut Room<'_>) -> Stage {
        room.effect(Effect::Part(self.listener_leg));
        let items = vec![room.whole(PromptName::OneMoment), room.music(60)];
        room.play(items, Some(1));
        room.event(Event::Held { call: room.facts.call });
        room.tell(CallerState::Held);
        room.effect(Effect::DeskChanged(self.listener));
        Stage::Talking(Self { held: true, ..self })
    }

    fn resume(self, room: &mut Room<'_>) -> Stage {
        room.effect(Effect::Bridge(room.facts.leg, self.listener_leg));
        room.event(Event::Resumed { call: room.facts.call });
        room.tell(CallerState::Talking);
        room.effect(Effect::DeskChanged(self.listener));
        Stage::Talking(Self { held: false, ..self })
    }

    fn lost(self, room: &mut Room<'_>) -> Stage {
        room.effect(Effect::Part(self.listener_leg));
        room.event(Event::ListenerLost { call: room.facts.call, listener: self.listener });
        let items = vec![room.whole(PromptName::OneMoment), room.music(60)];
        room.play(items, Some(1));
        room.tell(CallerState::Reconnecting);
        let until = room.now.plus(u64::from(room.facts.line.grace_time));
        Stage::Recovering(Recovering { listener: self.listener, until, held: self.held })
    }

    pub(crate) fn handle(self, input: CallInput, room: &mut Room<'_>) -> Stage {
        match input {
            CallInput::LegEnded(end) => {
                room.wrap_up(self.listener);
                room.talk_over(end)
            }
            CallInput::ListenerEnds => {
                room.wrap_up(self.listener);
                room.hang_up(Outcome::Talked { by: Party::Listener })
            }
            CallInput::Hold if !self.held => self.hold(room),
            CallInput::Resume if self.held => self.resume(room),
            CallInput::ListenerGone => self.lost(room),
            CallInput::ListenerBack(leg) => {
                // The desk was opened anew before the old one was missed: the talk moves over.
                let listener = self.listener;
                let stage = Self { listener_leg: leg, ..self };
                if !stage.held {
                    room.effect(Effect::Bridge(room.facts.leg, leg));
                }
                room.effect(Effect::DeskChanged(listener));
                Stage::Talking(stage)
            }
            CallInput::Answered
            | CallInput::PromptEnded(_)
            | CallInput::Digit(_)
            | CallInput::Deadline
            | CallInput::Chosen(_)
            | CallInput::Accepted
            | CallInput::Declined
            | CallInput::Hold
            | CallInput::Resume => room.ignore(input, Stage::Talking(self)),
        }
    }
}
