//! The owner of every call and listener on a node. One thread, no locks.

use crate::call::{Arriving, Call, CallInput, Facts, Pickup, Room, Stage};
use crate::invariants;
use crate::listener::{Listener, Listeners, Standing};
use crate::matching;
use crate::queue::Queue;
use crate::{
    AnswerWay, Arrival, CallId, CallerState, Channel, Command, Effect, Event, Input, LegId, Line, LineId, ListenerId,
    Moment, OfferEnd, Outcome, Output, PresenceReason, Refusal,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that has a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Call(CallId),
    Listener(ListenerId),
}

/// Every call, every listener and the queue of one node.
#[derive(Debug)]
pub struct Switchboard {
    pub(crate) lines: BTreeMap<LineId, Arc<Line>>,
    pub(crate) calls: BTreeMap<CallId, Call>,
    /// The call of each caller's leg.
    legs: BTreeMap<LegId, CallId>,
    pub(crate) listeners: Listeners,
    pub(crate) queue: Queue,
    deadlines: BTreeSet<(Moment, Owner)>,
    /// The deadline under which each owner stands in `deadlines`.
    standing_deadlines: BTreeMap<Owner, Moment>,
    next_play: i64,
    /// The call whose step is under way. Still set at the next input only if a fault cut that step short.
    under_way: Option<CallId>,
}

impl Switchboard {
    /// A switchboard with these lines and nobody there yet.
    #[must_use]
    pub fn new(lines: Vec<Line>) -> Self {
        Self {
            lines: lines.into_iter().map(|line| (line.id.clone(), Arc::new(line))).collect(),
            calls: BTreeMap::new(),
            legs: BTreeMap::new(),
            listeners: Listeners::default(),
            queue: Queue::default(),
            deadlines: BTreeSet::new(),
            standing_deadlines: BTreeMap::new(),
            next_play: 0,
            under_way: None,
        }
    }

    /// Takes one input at this time and adds what comes of it to `out`.
    pub fn handle(&mut self, input: Input, now: Moment, out: &mut Output) {
        self.mend(now, out);
        match input {
            Input::Arrived(arrival) => self.arrived(arrival, now, out),
            Input::LegAnswered(leg) => self.leg(leg, CallInput::Answered, now, out),
            Input::LegEnded(leg, end) => self.leg(leg, CallInput::LegEnded(end), now, out),
            Input::PromptEnded(leg, play) => self.leg(leg, CallInput::PromptEnded(play), now, out),
            Input::Digit(leg, digit) => self.leg(leg, CallInput::Digit(digit), now, out),
            Input::DeskUp(listener, leg) => self.desk_up(listener, leg, now, out),
            Input::DeskDown(listener) => self.desk_down(listener, now, out),
            Input::Listener(listener, command) => self.command(listener, command, now, out),
            Input::TimePassed => {}
        }
        self.time_passes(now, out);
        self.offer_calls(now, out);
        debug_assert_eq!(invariants::broken(self, now), None);
    }

    /// The next time at which `Input::TimePassed` must come, if nothing else does.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.first().map(|(moment, _)| *moment)
    }

    /// How many calls are not over.
    #[must_use]
    pub fn open_calls(&self) -> usize {
        self.calls.len()
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
        self.legs.remove(&call.facts.leg);
        if let Some((place, _)) = call.facts.queued {
            self.queue.leave(place);
        }
        let bound: Vec<(ListenerId, Standing)> = self
            .listeners
            .iter()
            .filter(|listener| bound_to(listener) == Some(id))
            .map(|listener| (listener.id, listener.standing))
            .collect();
        for (listener, standing) in bound {
            if let Standing::Offered { .. } = standing {
                out.event(Event::OfferEnded { call: id, listener, end: OfferEnd::CallerGone });
            }
            if let Some(leg) = self.listeners.desk_of(listener) {
                out.effect(Effect::Part(leg));
            }
            // Where nobody talked, there is nothing to write.
            let after = if call.facts.talked { Standing::WrappingUp { call: id } } else { Standing::Paused };
            self.listeners.become_(listener, after, PresenceReason::Call, now, out);
            self.keep_listener_deadline(listener);
        }
        out.effect(Effect::Tell(call.facts.leg, CallerState::Ended));
        out.effect(Effect::HangUp(call.facts.leg));
        out.event(Event::Ended { call: id, outcome: Outcome::Broken });
        self.keep_deadline(Owner::Call(id), None);
        self.offer_calls(now, out);
    }

    fn arrived(&mut self, arrival: Arrival, now: Moment, out: &mut Output) {
        let Arrival { call, leg, line, channel, language, local } = arrival;
        let Some(line) = self.lines.get(&line).cloned() else {
            out.effect(Effect::Refuse(leg, Refusal::UnknownLine));
            return;
        };
        let language = language.unwrap_or(line.language);
        out.event(Event::Arrived { call, line: line.id.clone(), channel, language });
        if self.is_full(&line, channel) {
            let reason = Refusal::QueueFull;
            out.effect(Effect::Refuse(leg, reason));
            out.event(Event::Ended { call, outcome: Outcome::Refused { reason } });
            return;
        }
        let open = line.hours.open_at(local);
        let rings = line.answer == AnswerWay::RingUntilHuman && open;
        let facts = Facts {
            call,
            leg,
            line,
            channel,
            language,
            arrived: now,
            choice: None,
            queued: None,
            pickup: if rings { Pickup::Unanswered } else { Pickup::Asked },
            talked: false,
        };
        let stage = Stage::Arriving(Arriving { until: now.plus(Arriving::AT_MOST), open });
        self.legs.insert(leg, call);
        self.calls.insert(call, Call { facts, stage });
        if rings {
            out.effect(Effect::Ring(leg));
            self.with_call(call, now, out, |_, room| room.enter_queue());
        } else {
            out.effect(Effect::Answer(leg));
            self.keep_deadline(Owner::Call(call), Some(now.plus(Arriving::AT_MOST)));
        }
    }

    /// Whether a line can take no more callers who wait. A page whose voice has not come is nobody yet: pages that only
    /// pretend to call must not turn telephones away, so they have a small bound of their own.
    fn is_full(&self, line: &Line, channel: Channel) -> bool {
        let on_line = self.calls.values().filter(|other| other.facts.line.id == line.id);
        let (mut waiting, mut voiceless) = (0, 0);
        for other in on_line.filter(|other| other.stage.before_a_human()) {
            match (other.facts.channel, &other.stage) {
                (Channel::Browser, Stage::Arriving(_)) => voiceless += 1,
                (Channel::Browser | Channel::Phone, _) => waiting += 1,
            }
        }
        let limit = usize::from(line.queue_limit);
        waiting >= limit || (channel == Channel::Browser && voiceless >= (limit / 4).max(1))
    }

    fn leg(&mut self, leg: LegId, input: CallInput, now: Moment, out: &mut Output) {
        // A leg we do not know has ended before: what its other side still sends means nothing.
        if let Some(call) = self.legs.get(&leg).copied() {
            self.call(call, input, now, out);
        }
    }

    fn call(&mut self, call: CallId, input: CallInput, now: Moment, out: &mut Output) {
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
        let Some(call) = self.calls.get_mut(&id) else { return };
        let bound = call.stage.listener();
        let stage = std::mem::replace(&mut call.stage, Stage::Over);
        self.under_way = Some(id);
        let mut room = Room {
            now,
            facts: &mut call.facts,
            listeners: &mut self.listeners,
            queue: &mut self.queue,
            next_play: &mut self.next_play,
            out,
        };
        call.stage = step(stage, &mut room);
        let deadline = call.stage.deadline();
        let over = call.stage == Stage::Over;
        let leg = call.facts.leg;
        let now_bound = call.stage.listener();
        self.under_way = None;
        self.keep_deadline(Owner::Call(id), if over { None } else { deadline });
        if over {
            self.calls.remove(&id);
            self.legs.remove(&leg);
        }
        for listener in [bound, now_bound].into_iter().flatten() {
            self.keep_listener_deadline(listener);
        }
    }

    fn keep_deadline(&mut self, owner: Owner, deadline: Option<Moment>) {
        let before = match deadline {
            Some(moment) => self.standing_deadlines.insert(owner, moment),
            None => self.standing_deadlines.remove(&owner),
        };
        if let Some(moment) = before {
            self.deadlines.remove(&(moment, owner));
        }
        if let Some(moment) = deadline {
            self.deadlines.insert((moment, owner));
        }
    }

    /// The deadline kept for a call; it must be its stage's own.
    pub(crate) fn kept_for_call(&self, id: CallId) -> Option<Moment> {
        self.standing_deadlines.get(&Owner::Call(id)).copied()
    }

    /// The deadline kept for a listener; it must be their standing's own.
    pub(crate) fn kept_for_listener(&self, id: ListenerId) -> Option<Moment> {
        self.standing_deadlines.get(&Owner::Listener(id)).copied()
    }

    fn keep_listener_deadline(&mut self, id: ListenerId) {
        let deadline = self.listeners.get(id).and_then(Listener::deadline);
        self.keep_deadline(Owner::Listener(id), deadline);
    }

    fn time_passes(&mut self, now: Moment, out: &mut Output) {
        while let Some((moment, owner)) = self.deadlines.first().copied() {
            if moment > now {
                break;
            }
            self.keep_deadline(owner, None);
            match owner {
                Owner::Call(call) => self.call(call, CallInput::Deadline, now, out),
                Owner::Listener(listener) => self.listener_stayed_away(listener, now, out),
            }
        }
    }

    fn listener_stayed_away(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        self.listeners.become_(id, Standing::OffDuty, PresenceReason::Vanished, now, out);
        self.keep_listener_deadline(id);
    }

    fn desk_up(&mut self, id: ListenerId, leg: LegId, now: Moment, out: &mut Output) {
        let listener = self.listeners.get_or_new(id, now);
        listener.desk = Some(leg);
        listener.away_since = None;
        let standing = listener.standing;
        out.effect(Effect::DeskChanged(id));
        self.keep_listener_deadline(id);
        if let Standing::Talking { call } = standing {
            self.call(call, CallInput::ListenerBack(leg), now, out);
        }
    }

    fn desk_down(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let Some(listener) = self.listeners.get_mut(id) else { return };
        if listener.desk.take().is_none() {
            return;
        }
        listener.away_since = Some(now);
        let standing = listener.standing;
        out.effect(Effect::DeskChanged(id));
        self.keep_listener_deadline(id);
        match standing {
            Standing::Offered { call } | Standing::Talking { call } => {
                self.call(call, CallInput::ListenerGone, now, out);
            }
            Standing::OffDuty | Standing::Paused | Standing::Ready { .. } | Standing::WrappingUp { .. } => {}
        }
        self.keep_listener_deadline(id);
    }

    fn command(&mut self, id: ListenerId, command: Command, now: Moment, out: &mut Output) {
        let standing = self.listeners.get_or_new(id, now).standing;
        match command {
            Command::Ready => self.wants(id, false, now, out),
            Command::Pause => self.wants(id, true, now, out),
            Command::SignOff => self.sign_off(id, now, out),
            Command::Accept(call) => self.bound(standing, Some(call), CallInput::Accepted, now, out),
            Command::Decline(call) => self.bound(standing, Some(call), CallInput::Declined, now, out),
            Command::Hold => self.bound(standing, None, CallInput::Hold, now, out),
            Command::Resume => self.bound(standing, None, CallInput::Resume, now, out),
            Command::End => self.bound(standing, None, CallInput::ListenerEnds, now, out),
            Command::CloseRecord(call) => self.close_record(id, call, now, out),
        }
        // Whatever came of it, a desk that pressed something is shown how things stand.
        out.effect(Effect::DeskChanged(id));
        self.keep_listener_deadline(id);
    }

    /// Passes a listener's press on to the call they are bound to. A press on a call that is no longer theirs (it crossed
    /// the caller's hang-up, say) means nothing.
    fn bound(&mut self, standing: Standing, expected: Option<CallId>, input: CallInput, now: Moment, out: &mut Output) {
        let bound = match standing {
            Standing::Offered { call } | Standing::Talking { call } => call,
            Standing::OffDuty | Standing::Paused | Standing::Ready { .. } | Standing::WrappingUp { .. } => return,
        };
        if expected.is_none_or(|call| call == bound) {
            self.call(bound, input, now, out);
        }
    }

    fn wants(&mut self, id: ListenerId, pause: bool, now: Moment, out: &mut Output) {
        let Some(listener) = self.listeners.get_mut(id) else { return };
        if listener.desk.is_none() {
            // Somebody is there who pressed, though no voice is connected (yet): the time to wait for it begins now.
            listener.away_since = Some(now);
        }
        let wanted = if pause { Standing::Paused } else { Standing::Ready { since: now } };
        match listener.standing {
            Standing::OffDuty | Standing::Paused | Standing::Ready { .. } => {
                if wanted.presence() != listener.standing.presence() {
                    listener.become_(wanted, PresenceReason::Chosen, now, out);
                }
            }
            Standing::Offered { call } => {
                if pause {
                    self.call(call, CallInput::Declined, now, out);
                }
            }
            Standing::Talking { .. } | Standing::WrappingUp { .. } => listener.pause_after = pause,
        }
    }

    fn sign_off(&mut self, id: ListenerId, now: Moment, out: &mut Output) {
        let standing = self.listeners.get_or_new(id, now).standing;
        match standing {
            // Nobody signs off in a talk: the caller comes first. The press shows the desk as it stands.
            Standing::OffDuty | Standing::Talking { .. } => return,
            Standing::Offered { call } => self.call(call, CallInput::Declined, now, out),
            Standing::Paused | Standing::Ready { .. } | Standing::WrappingUp { .. } => {}
        }
        self.listeners.become_(id, Standing::OffDuty, PresenceReason::Chosen, now, out);
    }

    fn close_record(&mut self, id: ListenerId, call: CallId, now: Moment, out: &mut Output) {
        let Some(listener) = self.listeners.get_mut(id) else { return };
        if listener.standing != (Standing::WrappingUp { call }) {
            return;
        }
        out.event(Event::RecordClosed { call, listener: id });
        let pause = std::mem::take(&mut listener.pause_after);
        let next = if pause { Standing::Paused } else { Standing::Ready { since: now } };
        let reason = if pause { PresenceReason::Chosen } else { PresenceReason::Call };
        listener.become_(next, reason, now, out);
    }

    /// Gives waiting callers to ready listeners, first come first served, until one of the two runs out. Choosing and
    /// reserving are one step: the listener is taken before the next caller is looked at.
    fn offer_calls(&mut self, now: Moment, out: &mut Output) {
        while let (Some(call), Some(listener)) = (self.queue.front(), matching::longest_ready(&self.listeners)) {
            self.call(call, CallInput::Chosen(listener), now, out);
        }
    }
}

/// The call a listener is bound to by an offer or a talk.
pub(crate) fn bound_to(listener: &Listener) -> Option<CallId> {
    match listener.standing {
        Standing::Offered { call } | Standing::Talking { call } => Some(call),
        Standing::OffDuty | Standing::Paused | Standing::Ready { .. } | Standing::WrappingUp { .. } => None,
    }
}

#[cfg(test)]
mod tests;
