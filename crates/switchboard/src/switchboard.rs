//! The owner of every call and listener on a node. One thread, no locks.

mod crowd;
mod offers;
mod presses;

use crate::call::{Call, CallInput, Coming, Facts, InLine, Needs, Numbers, Pickup, Room, Said, Stage};
use crate::invariants;
use crate::listener::{Listeners, Standing};
use crate::matching::Waiters;
use crate::plan::Plan;
use crate::rota::Rota;
use crate::supervision::Remembered;
use crate::{
    Arrival, CallId, CallerState, Channel, Effect, Event, Input, LegId, LineId, ListenerId, Moment, OfferEnd, Outcome,
    Output, Person, PresenceReason, Refusal, Utc,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that has a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Rota,
    Call(CallId),
    Listener(ListenerId),
}

/// How many callers of a line are on their way to a human.
#[derive(Debug, Default, Clone, Copy)]
struct Crowd {
    waiting: usize,
    /// Pages whose voice has not come yet.
    voiceless: usize,
}

/// Who stands when.
#[derive(Debug, Default)]
struct Deadlines {
    all: BTreeSet<(Moment, Owner)>,
    /// The deadline under which each owner stands.
    of: BTreeMap<Owner, Moment>,
}

impl Deadlines {
    fn keep(&mut self, owner: Owner, deadline: Option<Moment>) {
        let before = match deadline {
            Some(moment) => self.of.insert(owner, moment),
            None => self.of.remove(&owner),
        };
        if before == deadline {
            return;
        }
        if let Some(moment) = before {
            self.all.remove(&(moment, owner));
        }
        if let Some(moment) = deadline {
            self.all.insert((moment, owner));
        }
    }
}

/// Every call, every listener and the queues of one node.
#[derive(Debug)]
pub struct Switchboard {
    pub(crate) plan: Arc<Plan>,
    pub(crate) calls: BTreeMap<CallId, Call>,
    /// The call of each leg: callers' legs, whose ids are positive, and those that were called, whose ids are negative.
    legs: BTreeMap<LegId, CallId>,
    pub(crate) listeners: Listeners,
    pub(crate) waiters: Waiters,
    pub(crate) rota: Rota,
    pub(crate) remembered: Remembered,
    pub(crate) surge: bool,
    crowds: BTreeMap<LineId, Crowd>,
    deadlines: Deadlines,
    numbers: Numbers,
    /// The call whose step is under way. Still set at the next input only if a fault cut that step short.
    under_way: Option<CallId>,
}

impl Switchboard {
    /// A switchboard with this plan and nobody there yet.
    #[must_use]
    pub fn new(plan: Arc<Plan>) -> Self {
        let mut listeners = Listeners::default();
        listeners.care = plan.care;
        Self {
            plan,
            calls: BTreeMap::new(),
            legs: BTreeMap::new(),
            listeners,
            waiters: Waiters::default(),
            rota: Rota::default(),
            remembered: Remembered::default(),
            surge: false,
            crowds: BTreeMap::new(),
            deadlines: Deadlines::default(),
            numbers: Numbers::default(),
            under_way: None,
        }
    }

    /// Takes one input at this time and adds what comes of it to `out`.
    pub fn handle(&mut self, input: Input, now: Moment, out: &mut Output) {
        self.mend(now, out);
        match input {
            Input::Arrived(arrival) => self.arrived(arrival, now, out),
            Input::LegAnswered(leg) => self.leg(leg, CallInput::Answered, CallInput::OtherAnswered(leg), now, out),
            Input::LegEnded(leg, end) => {
                if let Some(call) = self.legs.get(&leg).copied().filter(|_| leg.0 > 0) {
                    self.keep_place(call, end, now);
                }
                self.leg(leg, CallInput::LegEnded(end), CallInput::OtherEnded(leg, end), now, out);
            }
            Input::PromptEnded(leg, play) => {
                if leg.0 > 0 {
                    self.leg(leg, CallInput::PromptEnded(play), CallInput::PromptEnded(play), now, out);
                }
            }
            Input::Digit(leg, digit) => {
                self.leg(leg, CallInput::Digit(digit), CallInput::OtherDigit(leg, digit), now, out);
            }
            Input::DeskUp(listener, leg) => self.desk_up(listener, leg, now, out),
            Input::DeskDown(listener) => self.desk_down(listener, now, out),
            Input::Listener(listener, command) => self.command(listener, command, now, out),
            Input::TimePassed => {}
            Input::WallClock(utc) => {
                self.rota.wall_clock(Utc(utc.0.saturating_sub(milliseconds(now.0))));
            }
            Input::Plan(plan) => self.put_in_force(plan, now, out),
            Input::People(people) => self.know_people(people, now),
            Input::Rota(shifts) => self.rota.replace(shifts),
            Input::Places(places) => self.keep_places(places, now),
        }
        self.time_passes(now, out);
        while let Some(call) = self.waiters.raised.pop_first() {
            self.call(call, CallInput::Reconsider, now, out);
        }
        self.offer_calls(now, out);
        if std::mem::take(&mut self.listeners.deserted) {
            self.reconsider(now, out);
            self.offer_calls(now, out);
        }
        self.keep_touched();
        debug_assert_eq!(invariants::broken(self, now), None);
    }

    /// The next time at which `Input::TimePassed` must come, if nothing else does.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.all.first().map(|(moment, _)| *moment)
    }

    /// How many calls are not over.
    #[must_use]
    pub fn open_calls(&self) -> usize {
        self.calls.len()
    }

    /// What the wall clock shows at a moment.
    pub(crate) fn utc_at(&self, moment: Moment) -> Utc {
        Utc(self.rota.zero.0.saturating_add(milliseconds(moment.0)))
    }

    fn moment_of(&self, utc: Utc) -> Moment {
        Moment(u64::try_from(utc.0.saturating_sub(self.rota.zero.0)).unwrap_or(0))
    }

    /// Ends a call by force, after a fault in this room met an input of its leg: that call is over, the house goes on.
    pub fn break_leg(&mut self, leg: LegId, now: Moment, out: &mut Output) {
        if self.under_way.is_some() {
            // The fault is known to have met this call; the leg's own may be innocent.
            self.mend(now, out);
        } else if let Some(call) = self.legs.get(&leg).copied() {
            self.break_call(call, now, out);
        }
    }

    /// Ends the call whose step a fault cut short, if there is one: a press of a listener or a deadline names no leg.
    fn mend(&mut self, now: Moment, out: &mut Output) {
        if let Some(call) = self.under_way.take() {
            self.break_call(call, now, out);
        }
    }

    fn break_call(&mut self, id: CallId, now: Moment, out: &mut Output) {
        let Some(call) = self.calls.remove(&id) else { return };
        let of_call: Vec<LegId> = self.legs.iter().filter(|(_, call)| **call == id).map(|(leg, _)| *leg).collect();
        for leg in of_call {
            self.legs.remove(&leg);
            if leg != call.facts.leg {
                out.effect(Effect::HangUp(leg));
            }
        }
        self.waiters.leave(id);
        self.count_again(&call.facts.line.id);
        let bound: Vec<(ListenerId, Standing)> = self
            .listeners
            .iter()
            .filter(|listener| listener.standing.call() == Some(id))
            .map(|listener| (listener.id(), listener.standing))
            .collect();
        for (listener, standing) in bound {
            if let Standing::Offered { .. } = standing {
                out.event(Event::OfferEnded { call: id, listener, end: OfferEnd::CallerGone });
            }
            if let Some(leg) = self.listeners.desk_of(listener) {
                out.effect(Effect::Hear(leg, Vec::new()));
            }
            // Where nobody talked, there is nothing to write.
            let talked = call.facts.talked && matches!(standing, Standing::Talking { .. });
            let after =
                if talked { Standing::WrappingUp { call: id, talk: 0 } } else { Standing::Paused { rest: None } };
            self.listeners.become_(listener, after, PresenceReason::Call, now, out);
        }
        out.effect(Effect::Tell(call.facts.leg, CallerState::Ended));
        out.effect(Effect::HangUp(call.facts.leg));
        out.event(Event::Ended { call: id, outcome: Outcome::Broken });
        self.deadlines.keep(Owner::Call(id), None);
        self.offer_calls(now, out);
        self.keep_touched();
    }

    fn arrived(&mut self, arrival: Arrival, now: Moment, out: &mut Output) {
        let Arrival { call, leg, line, channel, language, tags } = arrival;
        let Some(line) = self.plan.lines.get(&line).cloned() else {
            out.effect(Effect::Refuse(leg, Refusal::UnknownLine));
            return;
        };
        let spoken = language.unwrap_or(line.language());
        out.event(Event::Arrived { call, line: line.id.clone(), channel, language: spoken });
        let limit = line.queue_limit;
        if self.is_full(&line.id, limit, channel) || self.holds_too_many(&line.id, limit, tags) {
            let reason = Refusal::QueueFull;
            out.effect(Effect::Refuse(leg, reason));
            out.event(Event::Ended { call, outcome: Outcome::Refused { reason } });
            return;
        }
        let mut facts = Facts {
            call,
            leg,
            plan: Arc::clone(&self.plan),
            line: Arc::clone(&line),
            coming: Coming { channel, arrived: now, tags },
            said: Said { language: spoken, choice: None, departement: None, typed_ahead: Vec::new() },
            needs: Needs { priority: self.remembered.priority(tags, now), ..Needs::default() },
            in_line: InLine { kept_order: self.remembered.take_place(tags, now), ..InLine::default() },
            pickup: Pickup::New,
            talked: false,
            back_to: None,
            alert: None,
        };
        if spoken != line.language() {
            facts.wish(crate::plan::Skill::language(spoken.code()));
        }
        self.legs.insert(leg, call);
        self.calls.insert(call, Call { facts, stage: Stage::Over });
        let start = line.flow.start.clone();
        self.with_call(call, now, out, |_, room| room.go(start));
    }

    /// Counts the callers of a line anew. Only after a fault: each step keeps the count otherwise.
    fn count_again(&mut self, line: &LineId) {
        let mut crowd = Crowd::default();
        for call in self.calls.values().filter(|call| call.facts.line.id == *line) {
            match in_crowd(call) {
                Some(true) => crowd.voiceless += 1,
                Some(false) => crowd.waiting += 1,
                None => {}
            }
        }
        self.crowds.insert(line.clone(), crowd);
    }

    fn leg(&mut self, leg: LegId, own: CallInput, called: CallInput, now: Moment, out: &mut Output) {
        // A leg we do not know has ended before: what its other side still sends means nothing.
        if let Some(call) = self.legs.get(&leg).copied() {
            self.call(call, if leg.0 < 0 { called } else { own }, now, out);
        }
    }

    pub(crate) fn call(&mut self, call: CallId, input: CallInput, now: Moment, out: &mut Output) {
        self.with_call(call, now, out, |stage, room| stage.handle(input, room));
    }

    /// Takes the call's stage out, lets `step` make the next one of it, and puts that back.
    fn with_call(
        &mut self,
        id: CallId,
        now: Moment,
        out: &mut Output,
        step: impl FnOnce(Stage, &mut Room<'_>) -> Stage,
    ) {
        let utc = self.utc_at(now);
        let Some(call) = self.calls.get_mut(&id) else { return };
        let crowded = in_crowd(call);
        let line_before = Arc::clone(&call.facts.line);
        let called_before = call.stage.called_legs();
        let stage = std::mem::replace(&mut call.stage, Stage::Over);
        self.under_way = Some(id);
        let mut room = Room {
            now,
            utc,
            facts: &mut call.facts,
            listeners: &mut self.listeners,
            waiters: &mut self.waiters,
            numbers: &mut self.numbers,
            surge: self.surge,
            out,
        };
        call.stage = step(stage, &mut room);
        self.under_way = None;
        for leg in called_before {
            self.legs.remove(&leg);
        }
        for leg in call.stage.called_legs() {
            self.legs.insert(leg, id);
        }
        let deadline = call.stage.deadline();
        let crowded_now = in_crowd(call);
        let (over, leg) = (call.stage == Stage::Over, call.facts.leg);
        let line_now = Arc::clone(&call.facts.line);
        if crowded != crowded_now || line_before.id != line_now.id {
            crowd(&mut self.crowds, &line_before.id, crowded, false);
            crowd(&mut self.crowds, &line_now.id, crowded_now, true);
        }
        self.deadlines.keep(Owner::Call(id), if over { None } else { deadline });
        if over {
            self.calls.remove(&id);
            self.legs.remove(&leg);
        }
    }

    /// The deadline kept for a call; it must be its stage's own.
    pub(crate) fn kept_for_call(&self, id: CallId) -> Option<Moment> {
        self.deadlines.of.get(&Owner::Call(id)).copied()
    }

    /// The deadline kept for a listener; it must be their standing's own.
    pub(crate) fn kept_for_listener(&self, id: ListenerId) -> Option<Moment> {
        self.deadlines.of.get(&Owner::Listener(id)).copied()
    }

    fn keep_touched(&mut self) {
        let care = self.listeners.care;
        for id in std::mem::take(&mut self.listeners.touched) {
            let deadline = self.listeners.get(id).and_then(|listener| listener.deadline(&care));
            self.deadlines.keep(Owner::Listener(id), deadline);
        }
    }

    fn time_passes(&mut self, now: Moment, out: &mut Output) {
        let due = self.deadlines.of.get(&Owner::Rota).is_some_and(|change| *change <= now);
        if due || std::mem::take(&mut self.rota.is_new) {
            let utc = self.utc_at(now);
            self.rota.apply(utc, now, &mut self.listeners, out);
            let next = self.rota.next_change(utc).map(|change| self.moment_of(change).max(now.plus(1)));
            self.deadlines.keep(Owner::Rota, next);
        }
        self.keep_touched();
        while let Some((moment, owner)) = self.deadlines.all.first().copied() {
            if moment > now {
                break;
            }
            self.deadlines.keep(owner, None);
            match owner {
                Owner::Rota => {}
                Owner::Call(call) => self.call(call, CallInput::Deadline, now, out),
                Owner::Listener(listener) => self.listener_due(listener, now, out),
            }
            self.keep_touched();
        }
    }

    fn put_in_force(&mut self, plan: Arc<Plan>, now: Moment, out: &mut Output) {
        self.listeners.care = plan.care;
        out.event(Event::PlanInForce { version: plan.version });
        self.plan = plan;
        for id in self.listeners.ids() {
            self.listeners.change(id, now, |_| ());
            out.effect(Effect::DeskChanged(id));
        }
        out.effect(Effect::SupervisionChanged);
    }

    fn know_people(&mut self, people: Vec<Person>, now: Moment) {
        for person in people {
            self.listeners.change(person.id, now, |listener| listener.person = person);
        }
        self.waiters.forget_profiles(&self.listeners);
    }
}

fn milliseconds(moment: u64) -> i64 {
    i64::try_from(moment).unwrap_or(i64::MAX)
}

/// Whether a call takes a place in its line's bound: `Some(true)` for a page whose voice has not come.
fn in_crowd(call: &Call) -> Option<bool> {
    if !call.stage.before_a_human() {
        return None;
    }
    let voiceless = call.facts.coming.channel == Channel::Browser && matches!(call.stage, Stage::Answering(_));
    Some(voiceless)
}

fn crowd(crowds: &mut BTreeMap<LineId, Crowd>, line: &LineId, class: Option<bool>, came: bool) {
    let Some(voiceless) = class else { return };
    let crowd = crowds.entry(line.clone()).or_default();
    let count = if voiceless { &mut crowd.voiceless } else { &mut crowd.waiting };
    *count = if came { *count + 1 } else { count.saturating_sub(1) };
}

#[cfg(test)]
mod tests;
