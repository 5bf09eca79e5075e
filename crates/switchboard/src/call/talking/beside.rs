//! What goes on beside a talk: a hand-over, warm or cold, or a call for a second person. The caller stays with the one
//! who asked until the other side is there.

mod partner;

use partner::dialling;

use super::{Talking, dismiss};
use crate::call::conference::BesideStep;
use crate::call::{BackTo, Beside, Member, Offer, Otherwise, Part, Press, Room, Search, Stage, Via, Who};
use crate::event::Why;
use crate::listener::Standing;
use crate::matching::Again;
use crate::plan::Relay;
use crate::{
    Destination, Digit, Effect, Event, HandOver, HandOverEnd, LegEnd, LegId, ListenerId, OfferEnd, PresenceReason,
    PromptName, RelayId, Target,
};
use std::sync::Arc;

impl Talking {
    /// A listener hands the caller on, or calls somebody.
    pub(super) fn hand_over(self, by: ListenerId, asked: HandOver, room: &mut Room<'_>) -> Stage {
        if self.beside.is_some() || asked.to == Target::Listener(by) {
            return Stage::Talking(self);
        }
        let call = room.facts.call;
        let HandOver { to, warm, second } = asked.clone();
        room.event(Event::HandOverAsked { call, listener: by, to, warm, second });
        if let Some(why) = impossible(&asked.to, room) {
            room.event(Event::HandOverEnded { call, end: why });
            return self.hear(room);
        }
        if !warm && !second {
            return self.let_go(by, &asked.to, room);
        }
        let step = match &asked.to {
            Target::Queue(queue) => {
                let queue = queue.clone();
                Self::search_beside(&queue, None, room)
            }
            Target::Listener(listener) => {
                let queue = room.facts.in_line.queue.clone().unwrap_or_default();
                Self::search_beside(&queue, Some(*listener), room)
            }
            Target::Relay(relay) => Self::dial_beside(relay, room),
        };
        let Some(step) = step else {
            room.event(Event::HandOverEnded { call, end: HandOverEnd::LineFault });
            return self.hear(room);
        };
        Self { beside: Some(Beside { by, asked, step }), ..self }.hear(room)
    }

    fn search_beside(queue: &crate::QueueId, direct: Option<ListenerId>, room: &mut Room<'_>) -> Option<BesideStep> {
        let rules = room.rules(queue).or_else(|| {
            let first = room.facts.plan.queues.values().next();
            first.cloned()
        })?;
        let own = room.facts.in_line.queue.clone();
        let mut search = Search::new(rules, Again::Head, room);
        // The caller is in a talk: the queue they came through stays the one they would come back to.
        room.facts.in_line.queue = own;
        search.beside = true;
        search.give_up = Some(room.now.plus(Search::HAND_OVER));
        search.direct = direct.map(|listener| (listener, room.now.plus(Search::HAND_OVER)));
        search.climb(room);
        Some(BesideStep::Searching(search.stand_in_line(room)))
    }

    /// Cold: everybody who talked lets go, and the caller goes on alone; they come back if nobody takes them.
    fn let_go(self, by: ListenerId, to: &Target, room: &mut Room<'_>) -> Stage {
        let back = BackTo { listener: by, queue: room.facts.in_line.queue.clone() };
        self.dismiss_all(HandOverEnd::TakenBack, room);
        room.facts.back_to = Some(back);
        let (queue, direct) = match to {
            Target::Relay(relay) => {
                let relay = relay.clone();
                return room.call_relay(&relay, Otherwise::ComeBack);
            }
            Target::Queue(queue) => (queue.clone(), None),
            Target::Listener(listener) => (room.facts.in_line.queue.clone().unwrap_or_default(), Some(*listener)),
        };
        let Some(rules) = room.rules(&queue) else { return room.come_back() };
        let mut search = Search::new(rules, Again::No, room);
        let until = room.now.plus(Search::HAND_OVER);
        search.give_up = Some(until);
        search.direct = direct.map(|listener| (listener, until));
        room.search(search, PromptName::Transfer)
    }

    /// Ends what goes on beside the talk. `leg_gone` names the end of a leg that is gone already.
    pub(super) fn end_beside(
        &mut self,
        beside: Beside,
        why: HandOverEnd,
        leg_gone: Option<LegEnd>,
        room: &mut Room<'_>,
    ) {
        let call = room.facts.call;
        match beside.step {
            BesideStep::Searching(search) => search.leave(room),
            BesideStep::Ringing(offer, search) => {
                let end = if why == HandOverEnd::CallerGone { OfferEnd::CallerGone } else { OfferEnd::Withdrawn };
                offer.end(end, leg_gone.is_some(), room);
                search.leave(room);
            }
            BesideStep::Dialling { relay, leg, .. } => {
                if leg_gone.is_none() {
                    room.effect(Effect::HangUp(leg));
                }
                room.event(Event::RelayEnded { call, relay: relay.id.clone(), end: leg_gone });
            }
            BesideStep::Consulting { other, stood } => {
                self.ears.remove(&other.leg);
                unconsulted(&other, stood, leg_gone, room);
            }
        }
        room.event(Event::HandOverEnded { call, end: why });
    }

    fn fail_beside(mut self, why: HandOverEnd, leg_gone: Option<LegEnd>, room: &mut Room<'_>) -> Stage {
        if let Some(beside) = self.beside.take() {
            self.end_beside(beside, why, leg_gone, room);
        }
        self.hear(room)
    }

    pub(super) fn take_back(self, by: ListenerId, room: &mut Room<'_>) -> Stage {
        if self.beside.as_ref().is_none_or(|beside| beside.by != by) {
            return Stage::Talking(self);
        }
        self.fail_beside(HandOverEnd::TakenBack, None, room)
    }

    /// The other side is there: with a second person, all talk at once; else the two talk first.
    fn other_is_there(mut self, other: Member, stood: Option<Standing>, room: &mut Room<'_>) -> Stage {
        let Some(beside) = self.beside.take() else { return Stage::Talking(self) };
        if beside.asked.second {
            room.event(Event::HandOverEnded { call: room.facts.call, end: HandOverEnd::Done });
            return self.with(other, room).hear(room);
        }
        let step = BesideStep::Consulting { other, stood };
        Self { beside: Some(Beside { step, ..beside }), ..self }.hear(room)
    }

    /// The caller comes into the talk of the two.
    pub(super) fn join(mut self, by: ListenerId, room: &mut Room<'_>) -> Stage {
        let Some((other, _)) = self.consulted(by) else { return Stage::Talking(self) };
        room.event(Event::HandOverEnded { call: room.facts.call, end: HandOverEnd::Done });
        self.beside = None;
        self.held = false;
        self.with(other, room).hear(room)
    }

    fn consulted(&self, by: ListenerId) -> Option<(Member, Option<Standing>)> {
        let beside = self.beside.as_ref().filter(|beside| beside.by == by)?;
        match &beside.step {
            BesideStep::Consulting { other, stood } => Some((other.clone(), *stood)),
            BesideStep::Searching(_) | BesideStep::Ringing(..) | BesideStep::Dialling { .. } => None,
        }
    }

    /// The one who handed over leaves: out of a consultation, the other side has the caller at once.
    pub(super) fn leave_with_other(self, by: ListenerId, room: &mut Room<'_>) -> Stage {
        let mut talking = self;
        if talking.consulted(by).is_some() {
            match talking.join(by, room) {
                Stage::Talking(joined) => talking = joined,
                Stage::Answering(_)
                | Stage::InFlow(_)
                | Stage::Waiting(_)
                | Stage::Offered(_)
                | Stage::Connecting(_)
                | Stage::Recovering(_)
                | Stage::Relaying(_)
                | Stage::LastWord(_)
                | Stage::Over => return Stage::Over,
            }
        }
        if talking.talkers() > 1 { talking.leaves(by, room) } else { Stage::Talking(talking) }
    }

    /// A press of somebody who is not (yet) with the caller.
    pub(super) fn other_presses(self, by: ListenerId, press: &Press, room: &mut Room<'_>) -> Stage {
        let is_other = self.beside.as_ref().is_some_and(|beside| match &beside.step {
            BesideStep::Consulting { other, .. } => other.is(by),
            BesideStep::Searching(_) | BesideStep::Ringing(..) | BesideStep::Dialling { .. } => false,
        });
        match press {
            Press::End | Press::Leave if is_other => self.fail_beside(HandOverEnd::Declined, None, room),
            Press::Accept
            | Press::Decline
            | Press::Hold
            | Press::Resume
            | Press::End
            | Press::HandOver(_)
            | Press::TakeBack
            | Press::Join
            | Press::Leave
            | Press::Watch(_)
            | Press::Unwatch => Stage::Talking(self),
        }
    }

    pub(super) fn beside_chosen(mut self, listener: ListenerId, why: Why, room: &mut Room<'_>) -> Stage {
        let Some(Beside { by, asked, step: BesideStep::Searching(search) }) = self.beside.take() else {
            return Stage::Talking(self);
        };
        let time = search.rules.offer_time();
        let step = match Offer::begin(listener, why, time, room) {
            Some(offer) => {
                room.waiters.leave(room.facts.call);
                BesideStep::Ringing(offer, search)
            }
            None => BesideStep::Searching(search),
        };
        Self { beside: Some(Beside { by, asked, step }), ..self }.hear(room)
    }

    fn offered_to(&self, listener: ListenerId) -> bool {
        self.beside.as_ref().is_some_and(|beside| match &beside.step {
            BesideStep::Ringing(offer, _) => offer.listener == listener,
            BesideStep::Searching(_) | BesideStep::Dialling { .. } | BesideStep::Consulting { .. } => false,
        })
    }

    pub(super) fn beside_accepted(mut self, listener: ListenerId, room: &mut Room<'_>) -> Stage {
        if !self.offered_to(listener) {
            return Stage::Talking(self);
        }
        let Some(Beside { by, asked, step: BesideStep::Ringing(offer, search) }) = self.beside.take() else {
            return Stage::Talking(self);
        };
        let leg = match offer.via {
            Via::Desk(_) => room.listeners.desk_of(listener),
            Via::Phone { leg, .. } => Some(leg),
        };
        let Some(leg) = leg else {
            let step = BesideStep::Ringing(offer, search);
            return Self { beside: Some(Beside { by, asked, step }), ..self }.beside_missed(
                OfferEnd::ListenerGone,
                false,
                room,
            );
        };
        let stood = offer.stood;
        offer.end(OfferEnd::Accepted, false, room);
        let found = search.rules.id.clone();
        search.clone().leave(room);
        if asked.to == Target::Queue(found.clone()) && !asked.second {
            room.facts.in_line.queue = Some(found);
        }
        let member = Member { who: Who::Listener(listener), leg, part: Part::Talks };
        let step = BesideStep::Searching(search);
        Self { beside: Some(Beside { by, asked, step }), ..self }.other_is_there(member, Some(stood), room)
    }

    pub(super) fn beside_declined(self, listener: ListenerId, room: &mut Room<'_>) -> Stage {
        if self.offered_to(listener) {
            self.beside_missed(OfferEnd::Declined, false, room)
        } else {
            Stage::Talking(self)
        }
    }

    /// The one who rang did not take the call: somebody else is looked for, as long as there is time.
    fn beside_missed(mut self, end: OfferEnd, leg_gone: bool, room: &mut Room<'_>) -> Stage {
        let Some(Beside { by, asked, step: BesideStep::Ringing(offer, search) }) = self.beside.take() else {
            return Stage::Talking(self);
        };
        offer.end(end, leg_gone, room);
        let for_one_alone = matches!(asked.to, Target::Listener(_));
        if for_one_alone || search.is_given_up(room.now) {
            search.leave(room);
            let why = match end {
                OfferEnd::Declined => HandOverEnd::Declined,
                OfferEnd::Busy => HandOverEnd::Busy,
                OfferEnd::LineFault => HandOverEnd::LineFault,
                OfferEnd::NoAnswer | OfferEnd::NotReached | OfferEnd::ListenerGone => HandOverEnd::NotReached,
                OfferEnd::Accepted | OfferEnd::CallerGone | OfferEnd::Withdrawn => HandOverEnd::TakenBack,
            };
            room.event(Event::HandOverEnded { call: room.facts.call, end: why });
            return self.hear(room);
        }
        let search = search.tick(room).stand_in_line(room);
        let step = BesideStep::Searching(search);
        Self { beside: Some(Beside { by, asked, step }), ..self }.hear(room)
    }

    pub(super) fn beside_gone(self, listener: ListenerId, room: &mut Room<'_>) -> Stage {
        let Some(beside) = &self.beside else { return Stage::Talking(self) };
        match &beside.step {
            BesideStep::Ringing(offer, _) if offer.listener == listener && offer.called_leg().is_none() => {
                self.beside_missed(OfferEnd::ListenerGone, false, room)
            }
            BesideStep::Consulting { other, .. } if other.is(listener) && other.called_leg().is_none() => {
                self.fail_beside(HandOverEnd::LineFault, None, room)
            }
            BesideStep::Ringing(..)
            | BesideStep::Consulting { .. }
            | BesideStep::Searching(_)
            | BesideStep::Dialling { .. } => Stage::Talking(self),
        }
    }

    pub(super) fn beside_deadline(mut self, room: &mut Room<'_>) -> Stage {
        let Some(beside) = self.beside.take() else { return Stage::Talking(self) };
        let Beside { by, asked, step } = beside;
        match step {
            BesideStep::Searching(search) if search.is_given_up(room.now) => {
                let step = BesideStep::Searching(search);
                Self { beside: Some(Beside { by, asked, step }), ..self }.fail_beside(
                    HandOverEnd::NobodyFound,
                    None,
                    room,
                )
            }
            BesideStep::Searching(search) => {
                let step = BesideStep::Searching(search.tick(room).stand_in_line(room));
                Stage::Talking(Self { beside: Some(Beside { by, asked, step }), ..self })
            }
            BesideStep::Ringing(offer, search) => {
                let end = offer.timed_out();
                let step = BesideStep::Ringing(offer, search);
                Self { beside: Some(Beside { by, asked, step }), ..self }.beside_missed(end, false, room)
            }
            BesideStep::Dialling { relay, leg, .. } => {
                room.effect(Effect::HangUp(leg));
                let step = dialling(&relay, leg, room.now);
                Self { beside: Some(Beside { by, asked, step }), ..self }.fail_beside(
                    HandOverEnd::NotReached,
                    Some(LegEnd::NotReached),
                    room,
                )
            }
            BesideStep::Consulting { other, stood } => {
                let step = BesideStep::Consulting { other, stood };
                Stage::Talking(Self { beside: Some(Beside { by, asked, step }), ..self })
            }
        }
    }

    pub(super) fn beside_reconsidered(mut self, room: &mut Room<'_>) -> Stage {
        let Some(beside) = self.beside.take() else { return Stage::Talking(self) };
        let Beside { by, asked, step } = beside;
        let step = match step {
            BesideStep::Searching(search) => BesideStep::Searching(search.reconsider(room).stand_in_line(room)),
            step @ (BesideStep::Ringing(..) | BesideStep::Dialling { .. } | BesideStep::Consulting { .. }) => step,
        };
        Stage::Talking(Self { beside: Some(Beside { by, asked, step }), ..self })
    }
}

/// Why a hand-over cannot even be tried.
fn impossible(to: &Target, room: &Room<'_>) -> Option<HandOverEnd> {
    match to {
        Target::Queue(queue) => room.rules(queue).is_none().then_some(HandOverEnd::NobodyFound),
        Target::Listener(listener) => {
            let there = room.listeners.get(*listener).is_some_and(crate::listener::Listener::is_there);
            (!there).then_some(HandOverEnd::NobodyFound)
        }
        Target::Relay(relay) => (!room.facts.plan.relays.contains_key(relay)).then_some(HandOverEnd::LineFault),
    }
}

/// What becomes of somebody who was consulted and did not get the caller: there is nothing more to write than before.
fn unconsulted(other: &Member, stood: Option<Standing>, leg_gone: Option<LegEnd>, room: &mut Room<'_>) {
    let Some(listener) = other.who.listener() else { return dismiss(other, leg_gone, room) };
    match other.called_leg() {
        Some(leg) if leg_gone.is_none() => room.effect(Effect::HangUp(leg)),
        Some(_) => {}
        None => room.effect(Effect::Hear(other.leg, Vec::new())),
    }
    let reachable = room.listeners.reach_of(listener).is_some();
    let standing = Standing::without_a_caller(stood, reachable);
    let reason = if reachable { PresenceReason::Call } else { PresenceReason::Vanished };
    room.listeners.become_(listener, standing, reason, room.now, room.out);
}
