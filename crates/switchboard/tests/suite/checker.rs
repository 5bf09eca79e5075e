//! A second opinion. It sees only what goes in and what comes out, keeps its own small picture of callers and listeners,
//! and never looks at the board: a fault that the board and its invariants share cannot hide from it.

use std::collections::{BTreeMap, BTreeSet};
use switchboard::{
    CallId, CallerState, Effect, Event, Input, LegId, ListenerId, Moment, OfferEnd, Outcome, Output, Party, PlayId,
    Presence,
};

/// A caller's leg as the outside sees it.
#[derive(Debug, Default)]
struct Leg {
    call: Option<CallId>,
    asked: bool,
    answered: bool,
    gone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Before,
    Waiting { place: i64 },
    Offered { place: i64, listener: ListenerId, since: Moment },
    Accepted { listener: ListenerId },
    Talking { listener: ListenerId },
    Lost { listener: ListenerId, since: Moment },
    Over,
}

#[derive(Debug, Default)]
struct Person {
    desk: Option<LegId>,
    presence: Option<Presence>,
    /// Since when in line for a call.
    ready_since: Moment,
    /// In line again from where they stood: the last offer came to nothing through no act of theirs.
    keeps_turn: bool,
    owes_record: bool,
}

/// The picture, and the longest times that are allowed.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    legs: BTreeMap<LegId, Leg>,
    calls: BTreeMap<CallId, Where>,
    people: BTreeMap<ListenerId, Person>,
    joined: BTreeMap<LegId, LegId>,
    plays: BTreeSet<PlayId>,
    tail: i64,
    head: i64,
    /// How each call ended.
    pub(crate) outcomes: BTreeMap<CallId, Outcome>,
    offer_time: u64,
    grace_time: u64,
}

impl Checker {
    /// A checker for lines that ring a desk, and keep a caller for a lost listener, for so many milliseconds.
    pub(crate) fn new(offer_time: u64, grace_time: u64) -> Self {
        Self { offer_time, grace_time, ..Self::default() }
    }

    /// Looks at one input and what came of it.
    pub(crate) fn see(&mut self, input: &Input, now: Moment, out: &Output) {
        self.world(input);
        for event in &out.events {
            self.event(event, now);
        }
        for effect in &out.effects {
            self.effect(effect, &out.events);
        }
        if let Input::LegEnded(leg, _) = input {
            self.leg_gone(*leg);
        }
        self.nobody_waits_in_vain(now);
    }

    /// When everybody has left: each call that came has its one outcome.
    pub(crate) fn finish(&self) {
        for (call, at) in &self.calls {
            assert_eq!(*at, Where::Over, "{call} never ended");
            assert!(self.outcomes.contains_key(call), "{call} has no outcome");
        }
        for (leg, other) in &self.joined {
            let caller_is_there = [leg, other].iter().any(|leg| self.legs.get(leg).is_some_and(|leg| !leg.gone));
            assert!(!caller_is_there, "{leg} and {other} are still joined");
        }
    }

    fn world(&mut self, input: &Input) {
        match input {
            Input::Arrived(arrival) => {
                let before = self.legs.insert(arrival.leg, Leg { call: Some(arrival.call), ..Leg::default() });
                assert!(before.is_none(), "the test itself used a leg twice");
            }
            Input::LegAnswered(leg) => {
                if let Some(leg) = self.legs.get_mut(leg) {
                    assert!(leg.asked, "the test itself answered a leg that was not asked");
                    leg.answered = true;
                }
            }
            Input::DeskUp(listener, leg) => self.people.entry(*listener).or_default().desk = Some(*leg),
            Input::DeskDown(listener) => self.people.entry(*listener).or_default().desk = None,
            Input::LegEnded(..)
            | Input::PromptEnded(..)
            | Input::Digit(..)
            | Input::Listener(..)
            | Input::TimePassed => {}
        }
    }

    fn leg_gone(&mut self, id: LegId) {
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.gone = true;
            self.part(id);
        }
    }

    fn part(&mut self, leg: LegId) {
        if let Some(other) = self.joined.remove(&leg) {
            self.joined.remove(&other);
        }
    }

    fn goes(&mut self, call: CallId, to: Where) {
        let before = self.calls.insert(call, to).unwrap_or_else(|| panic!("{call} never arrived"));
        assert_ne!(before, Where::Over, "{call} goes on after its end");
    }

    fn at(&self, call: CallId) -> Where {
        *self.calls.get(&call).unwrap_or_else(|| panic!("{call} never arrived"))
    }

    fn event(&mut self, event: &Event, now: Moment) {
        match event {
            Event::Arrived { call, .. } => {
                assert!(self.calls.insert(*call, Where::Before).is_none(), "{call} arrived twice");
            }
            Event::Answered { call } | Event::Chosen { call, .. } => assert_ne!(self.at(*call), Where::Over),
            Event::Queued { call, again } => {
                let place = if *again { &mut self.head } else { &mut self.tail };
                *place += if *again { -1 } else { 1 };
                let place = *place;
                self.goes(*call, Where::Waiting { place });
            }
            Event::Offered { call, listener } => self.offered(*call, *listener, now),
            Event::OfferEnded { call, listener, end } => self.offer_ended(*call, *listener, *end),
            Event::Bridged { call, listener } => {
                assert_eq!(self.at(*call), Where::Accepted { listener: *listener }, "{call} joined without an accept");
                self.goes(*call, Where::Talking { listener: *listener });
            }
            Event::Held { call } | Event::Resumed { call } => {
                assert!(matches!(self.at(*call), Where::Talking { .. }), "{call} held though nobody talks");
            }
            Event::ListenerLost { call, listener } => {
                assert_eq!(self.at(*call), Where::Talking { listener: *listener });
                self.goes(*call, Where::Lost { listener: *listener, since: now });
            }
            Event::ListenerBack { call, listener } => {
                assert!(matches!(self.at(*call), Where::Lost { listener: lost, .. } if lost == *listener));
                self.goes(*call, Where::Talking { listener: *listener });
            }
            Event::Ended { call, outcome } => {
                self.may_end(*call, *outcome);
                self.goes(*call, Where::Over);
                assert!(self.outcomes.insert(*call, *outcome).is_none(), "{call} ended twice");
            }
            Event::PresenceChanged { listener, presence, .. } => self.presence(*listener, *presence, now),
            Event::RecordClosed { listener, .. } => {
                let person = self.people.entry(*listener).or_default();
                assert!(std::mem::take(&mut person.owes_record), "{listener} closed a record that was not open");
            }
        }
    }

    fn offered(&mut self, call: CallId, listener: ListenerId, now: Moment) {
        let Where::Waiting { place } = self.at(call) else { panic!("{call} offered, but it is {:?}", self.at(call)) };
        let first = self.calls.iter().filter_map(|(other, at)| match at {
            Where::Waiting { place } => Some((*place, *other)),
            _ => None,
        });
        assert_eq!(first.min().map(|(_, first)| first), Some(call), "somebody came before {call}");
        for (other, at) in &self.calls {
            let bound = match at {
                Where::Offered { listener, .. }
                | Where::Accepted { listener }
                | Where::Talking { listener }
                | Where::Lost { listener, .. } => Some(*listener),
                Where::Before | Where::Waiting { .. } | Where::Over => None,
            };
            assert_ne!(bound, Some(listener), "{listener} has {other} and is offered {call}");
        }
        let chosen = self.people.get(&listener).unwrap_or_else(|| panic!("{listener} is nobody"));
        assert!(chosen.desk.is_some(), "{listener} has no desk to ring");
        assert!(!chosen.owes_record, "{listener} owes a care record");
        let turn = (chosen.ready_since, listener);
        for (other, person) in &self.people {
            let free = person.presence == Some(Presence::Ready) && person.desk.is_some();
            assert!(!free || turn < (person.ready_since, *other), "{other} has been ready for longer than {listener}");
        }
        self.goes(call, Where::Offered { place, listener, since: now });
    }

    fn offer_ended(&mut self, call: CallId, listener: ListenerId, end: OfferEnd) {
        let Where::Offered { place, listener: rung, since: _ } = self.at(call) else { panic!("{call} had no offer") };
        assert_eq!(rung, listener, "another desk rang for {call}");
        let person = self.people.entry(listener).or_default();
        person.keeps_turn = matches!(end, OfferEnd::CallerGone | OfferEnd::Accepted);
        let to = if end == OfferEnd::Accepted { Where::Accepted { listener } } else { Where::Waiting { place } };
        self.goes(call, to);
    }

    fn presence(&mut self, listener: ListenerId, presence: Presence, now: Moment) {
        let person = self.people.entry(listener).or_default();
        assert_ne!(person.presence, Some(presence), "{listener} changed to what they were");
        match presence {
            Presence::Ready if person.keeps_turn => person.keeps_turn = false,
            Presence::Ready => person.ready_since = now,
            Presence::WrappingUp => (person.owes_record, person.keeps_turn) = (true, false),
            // Who goes off duty without closing a record leaves it open; the desk shows it again another day.
            Presence::OffDuty => (person.owes_record, person.keeps_turn) = (false, false),
            Presence::Paused => person.keeps_turn = false,
            Presence::Offered | Presence::Talking => {}
        }
        person.presence = Some(presence);
    }

    fn may_end(&self, call: CallId, outcome: Outcome) {
        let at = self.at(call);
        let fits = match outcome {
            Outcome::Talked { by: Party::Line } => true,
            Outcome::Talked { .. } => matches!(at, Where::Talking { .. } | Where::Lost { .. }),
            Outcome::GaveUp { .. } | Outcome::LineFault => !matches!(at, Where::Talking { .. } | Where::Lost { .. }),
            Outcome::Closed | Outcome::Refused { .. } => at == Where::Before,
            Outcome::Interrupted => false,
            Outcome::Broken => true,
        };
        assert!(fits, "{call} is {at:?} and ends with {outcome:?}");
    }

    fn leg_of(&mut self, id: LegId) -> &mut Leg {
        let leg = self.legs.get_mut(&id).unwrap_or_else(|| panic!("{id} is nobody's"));
        assert!(!leg.gone, "an effect on {id}, which is gone");
        leg
    }

    fn effect(&mut self, effect: &Effect, events: &[Event]) {
        match effect {
            Effect::Ring(id) => assert!(!self.leg_of(*id).asked, "{id} rings after its answer"),
            Effect::Answer(id) => {
                assert!(!std::mem::replace(&mut self.leg_of(*id).asked, true), "{id} is answered twice");
            }
            Effect::Refuse(id, _) => {
                let leg = self.leg_of(*id);
                assert!(!leg.asked, "{id} is refused after its answer");
                leg.gone = true;
            }
            Effect::HangUp(id) => self.hang_up(*id, events),
            Effect::Play(id, playing) => {
                assert!(self.leg_of(*id).answered, "{id} hears prompts before its answer");
                assert!(!self.joined.contains_key(id), "{id} hears prompts in a talk");
                assert!(self.plays.insert(playing.id), "{} twice", playing.id);
                assert!(!playing.items.is_empty());
                assert!(playing.again_from.is_none_or(|from| from < playing.items.len()));
            }
            Effect::Bridge(caller, desk) => self.bridge(*caller, *desk),
            Effect::Part(id) => self.part(*id),
            Effect::Tell(id, state) => {
                let leg = self.legs.get(id).unwrap_or_else(|| panic!("{id} is nobody's"));
                // A page may still be there to read that its call ended, though its sound is gone.
                assert!(!leg.gone || *state == CallerState::Ended, "{id} is gone and told {state:?}");
            }
            Effect::DeskChanged(_) => {}
        }
    }

    fn hang_up(&mut self, id: LegId, events: &[Event]) {
        let call = self.leg_of(id).call;
        let outcome = events.iter().find_map(|event| match event {
            Event::Ended { call: ended, outcome } if Some(*ended) == call => Some(*outcome),
            _ => None,
        });
        // The platform ends a call only where a listener did, where the message of a closed line was heard out, or where
        // the caller's line could not be set up; never while somebody waits.
        let listener = Outcome::Talked { by: Party::Listener };
        let fits = [listener, Outcome::Closed, Outcome::LineFault, Outcome::Broken].map(Some).contains(&outcome);
        assert!(fits, "the platform hung up on {id}: {outcome:?}");
        self.leg_of(id).gone = true;
        self.part(id);
    }

    fn bridge(&mut self, caller: LegId, desk: LegId) {
        assert!(self.leg_of(caller).answered, "{caller} is joined before its answer");
        let owner = self.people.values().find(|person| person.desk == Some(desk));
        assert!(owner.is_some(), "{desk} is nobody's open desk");
        if let Some(other) = self.joined.get(&desk) {
            assert_eq!(*other, caller, "{desk} is torn from {other}");
        }
        // A caller may be taken over from the same listener's earlier desk: joining anew leaves the earlier leg alone.
        self.part(caller);
        self.joined.insert(caller, desk);
        self.joined.insert(desk, caller);
    }

    fn nobody_waits_in_vain(&self, now: Moment) {
        let waiting = self.calls.iter().find(|(_, at)| matches!(at, Where::Waiting { .. }));
        let free =
            self.people.iter().find(|(_, person)| person.presence == Some(Presence::Ready) && person.desk.is_some());
        if let (Some((call, _)), Some((listener, _))) = (waiting, free) {
            panic!("{call} waits though {listener} is free");
        }
        for (call, at) in &self.calls {
            match at {
                Where::Offered { since, .. } => assert!(now.since(*since) < self.offer_time, "{call} rings for ever"),
                Where::Lost { since, .. } => assert!(now.since(*since) < self.grace_time, "{call} is kept for ever"),
                Where::Before
                | Where::Waiting { .. }
                | Where::Accepted { .. }
                | Where::Talking { .. }
                | Where::Over => {}
            }
        }
    }
}
