//! A telephone outside that is called beside a talk: a partner line, or a listener on call. It rings, is answered, asks for a
//! key, and may hang up.

use super::*;

impl Talking {
    pub(super) fn dial_beside(relay: &RelayId, room: &mut Room<'_>) -> Option<BesideStep> {
        let known = room.facts.plan.relays.get(relay).cloned()?;
        let leg = room.dial(Destination::Relay(relay.clone()));
        room.event(Event::RelayCalled { call: room.facts.call, relay: relay.clone() });
        let until = room.now.plus(known.ring_time());
        Some(BesideStep::Dialling { relay: known, leg, until, answered: false })
    }

    pub(in crate::call::talking) fn beside_leg_gone(self, leg: LegId, end: LegEnd, room: &mut Room<'_>) -> Stage {
        let Some(beside) = &self.beside else { return Stage::Talking(self) };
        match &beside.step {
            BesideStep::Ringing(offer, _) if offer.called_leg() == Some(leg) => {
                self.beside_missed(Offer::of_leg(end), true, room)
            }
            BesideStep::Dialling { leg: dialled, .. } if *dialled == leg => {
                self.fail_beside(HandOverEnd::of_leg(end), Some(end), room)
            }
            BesideStep::Consulting { other, .. } if other.leg == leg => {
                self.fail_beside(HandOverEnd::of_leg(end), Some(end), room)
            }
            BesideStep::Ringing(..)
            | BesideStep::Consulting { .. }
            | BesideStep::Searching(_)
            | BesideStep::Dialling { .. } => Stage::Talking(self),
        }
    }

    pub(in crate::call::talking) fn beside_answered(mut self, leg: LegId, room: &mut Room<'_>) -> Stage {
        let Some(beside) = self.beside.take() else { return Stage::Talking(self) };
        let Beside { by, asked, step } = beside;
        let step = match step {
            BesideStep::Ringing(offer, search) if offer.called_leg() == Some(leg) => {
                BesideStep::Ringing(offer.phone_answered(room), search)
            }
            BesideStep::Dialling { relay, leg: dialled, until, .. } if dialled == leg => {
                if !relay.press_key {
                    return self.relay_is_there(Beside { by, asked, step: dialling(&relay, leg, until) }, room);
                }
                room.ask_for_key(leg);
                BesideStep::Dialling { relay, leg, until, answered: true }
            }
            step @ (BesideStep::Ringing(..)
            | BesideStep::Dialling { .. }
            | BesideStep::Searching(_)
            | BesideStep::Consulting { .. }) => step,
        };
        Stage::Talking(Self { beside: Some(Beside { by, asked, step }), ..self })
    }

    pub(super) fn relay_is_there(mut self, beside: Beside, room: &mut Room<'_>) -> Stage {
        let member = match &beside.step {
            BesideStep::Dialling { relay, leg, .. } => {
                Some(Member { who: Who::Relay(relay.id.clone()), leg: *leg, part: Part::Talks })
            }
            BesideStep::Searching(_) | BesideStep::Ringing(..) | BesideStep::Consulting { .. } => None,
        };
        self.beside = Some(beside);
        match member {
            Some(member) => self.other_is_there(member, None, room),
            None => Stage::Talking(self),
        }
    }

    pub(in crate::call::talking) fn beside_digit(mut self, leg: LegId, digit: Digit, room: &mut Room<'_>) -> Stage {
        let Some(beside) = self.beside.take() else { return Stage::Talking(self) };
        let pressed = match &beside.step {
            BesideStep::Ringing(offer, _) if offer.called_leg() == Some(leg) => {
                offer.key(digit).map(|end| (Some(offer.listener), end))
            }
            BesideStep::Dialling { leg: dialled, answered: true, .. } if *dialled == leg && digit.key() == '1' => {
                Some((None, OfferEnd::Accepted))
            }
            BesideStep::Ringing(..)
            | BesideStep::Dialling { .. }
            | BesideStep::Searching(_)
            | BesideStep::Consulting { .. } => None,
        };
        match pressed {
            Some((None, _)) => self.relay_is_there(beside, room),
            Some((Some(listener), OfferEnd::Accepted)) => {
                Self { beside: Some(beside), ..self }.beside_accepted(listener, room)
            }
            Some((Some(_), end)) => Self { beside: Some(beside), ..self }.beside_missed(end, false, room),
            None => Stage::Talking(Self { beside: Some(beside), ..self }),
        }
    }
}

pub(super) fn dialling(relay: &Arc<Relay>, leg: LegId, until: crate::Moment) -> BesideStep {
    BesideStep::Dialling { relay: Arc::clone(relay), leg, until, answered: false }
}
