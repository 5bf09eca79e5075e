//! Telephones outside that are called: of people on call, and of relays.

use super::{Called, LegEndWord, Plan, World};
use crate::nights::service::SECOND;
use switchboard::{Destination, Input, LegId};

impl World<'_> {
    pub(super) fn dialled(&mut self, leg: LegId, to: &Destination) {
        let (now, utc) = (self.now, self.utc());
        let (listener, needs_key) = match to {
            Destination::Listener(listener) => (Some(*listener), true),
            Destination::Relay(relay) => {
                (None, self.service.plan.relays.get(relay).is_some_and(|relay| relay.press_key))
            }
        };
        self.called.insert(leg, Called { listener, gone: false });
        if let Some(checker) = &mut self.checker {
            checker.dialled(leg, listener, needs_key, now, utc);
        }
        let after = self.dice.within(SECOND, 15 * SECOND);
        match self.dice.within(0, 100) {
            0..=7 => self.plan(after, Plan::PhoneEnds(leg, LegEndWord::Busy)),
            8..=12 => self.plan(after, Plan::PhoneEnds(leg, LegEndWord::Declined)),
            13..=16 => self.plan(after, Plan::PhoneEnds(leg, LegEndWord::NotReached)),
            17..=24 => {}
            _ => self.plan(after, Plan::PhoneAnswers(leg)),
        }
    }

    pub(super) fn phone_answers(&mut self, leg: LegId) {
        let Some(called) = self.called.get(&leg).filter(|called| !called.gone).cloned() else { return };
        match called.listener {
            // An answering machine presses nothing.
            Some(_) => match self.dice.within(0, 10) {
                0 => {}
                1 => {
                    let after = self.dice.within(3 * SECOND, 9 * SECOND);
                    self.plan(after, Plan::Key(leg, '2'));
                }
                _ => {
                    let after = self.dice.within(2 * SECOND, 12 * SECOND);
                    self.plan(after, Plan::Key(leg, '1'));
                }
            },
            None => {
                let after = self.dice.within(2 * SECOND, 12 * SECOND);
                self.plan(after, Plan::Key(leg, '1'));
            }
        }
        let talk = self.dice.log_normal(self.service.demand.talk, 0.7);
        let end = if self.dice.thousandths(50) { LegEndWord::Lost } else { LegEndWord::HungUp };
        self.plan(talk + 30 * SECOND, Plan::PhoneEnds(leg, end));
        self.give(Input::LegAnswered(leg));
    }

    pub(super) fn phone_ends(&mut self, leg: LegId, end: LegEndWord) {
        let Some(called) = self.called.get_mut(&leg).filter(|called| !called.gone) else { return };
        called.gone = true;
        let listener = called.listener;
        let call = listener.and_then(|listener| self.bodies.get(&listener)).and_then(|body| body.call);
        if let Some(checker) = &mut self.checker {
            checker.phone_gone(leg);
            if let Some(call) = call {
                checker.may_be_hung_up(call);
            }
        }
        self.give(Input::LegEnded(leg, end.into()));
    }
}
