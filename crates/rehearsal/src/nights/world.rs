//! The world around the switchboard, in virtual time: callers with their patience, listeners with their habits, lines and
//! networks that fail. It sees of the switchboard what a world sees: sounds, rings, pages and desks.

use super::checker::{Checker, Sound, Violation};
use super::demand::Demand;
use super::dice::Dice;
use super::figures::Figures;
use super::people::Body;
use super::service::{HOUR, MINUTE, SECOND, Service};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;
use switchboard::{
    Arrival, CallId, CallerState, CallerTag, CallerTags, Channel, Command, Destination, Digit, Duty, Effect, Event,
    Input, LegEnd, LegId, LineId, ListenerId, Moment, Outcome, Output, Playing, Switchboard, Utc,
};

/// What the world has in mind for later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Plan {
    Arrives,
    Redials(CallerTag, LineId),
    Answered(LegId),
    PromptEnds(LegId, i64),
    Key(LegId, char),
    LosesPatience(CallId),
    CallerLeaves(CallId),
    LineCut(CallId),
    DeskOpens(ListenerId),
    DeskCloses(ListenerId),
    DeskSeen(ListenerId),
    Accepts(ListenerId, CallId),
    Declines(ListenerId, CallId),
    DeskFails(ListenerId),
    DeskMissed(ListenerId, LegId),
    DeskBack(ListenerId),
    Works(ListenerId, CallId, u8),
    Closes(ListenerId, CallId),
    Ready(ListenerId),
    StepsOut(ListenerId),
    PhoneAnswers(LegId),
    PhoneEnds(LegId, LegEndWord),
    ClockJumps,
    Killed,
    Surge(bool),
}

/// Ends of legs, in an order that a heap can keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LegEndWord {
    HungUp,
    Lost,
    Busy,
    NotReached,
    Declined,
}

impl From<LegEndWord> for LegEnd {
    fn from(word: LegEndWord) -> Self {
        match word {
            LegEndWord::HungUp => LegEnd::HungUp,
            LegEndWord::Lost => LegEnd::Lost,
            LegEndWord::Busy => LegEnd::Busy,
            LegEndWord::NotReached => LegEnd::NotReached,
            LegEndWord::Declined => LegEnd::Declined,
        }
    }
}

/// A caller, as the world knows them.
#[derive(Debug)]
struct Caller {
    leg: LegId,
    tag: Option<CallerTag>,
    line: LineId,
    queued: Option<u64>,
    talked: bool,
    gone: bool,
    talk_planned: bool,
}

/// A leg to a telephone that was called.
#[derive(Debug, Clone)]
pub(super) struct Called {
    pub(super) listener: Option<ListenerId>,
    pub(super) gone: bool,
}

/// What the world has in mind, in the order of its time.
#[derive(Debug, Default)]
struct Agenda {
    heap: BinaryHeap<Reverse<(u64, u64, Plan)>>,
    /// How many plans were made: of two at one time, the earlier made comes first.
    made: u64,
}

/// Everybody who called, and what they hear.
#[derive(Debug, Default)]
struct Crowd {
    callers: BTreeMap<CallId, Caller>,
    by_leg: HashMap<LegId, CallId>,
    playing: HashMap<LegId, i64>,
    /// How many came: the number of the last call and of its leg.
    came: i64,
}

/// One night.
pub(super) struct World<'a> {
    pub(super) service: &'a Service,
    pub(super) board: Switchboard,
    pub(super) dice: Dice,
    pub(super) now: u64,
    /// What the wall clock is ahead of the true time, in milliseconds.
    ahead: i64,
    agenda: Agenda,
    crowd: Crowd,
    pub(super) called: BTreeMap<LegId, Called>,
    pub(super) bodies: BTreeMap<ListenerId, Body>,
    pub(super) checker: Option<Checker<'a>>,
    pub(super) figures: Figures,
    story: Option<Vec<String>>,
}

/// What came of a night.
pub(super) struct Lived {
    pub(super) figures: Figures,
    pub(super) violations: Vec<Violation>,
    pub(super) story: Vec<String>,
}

impl<'a> World<'a> {
    /// A world around a service.
    pub(super) fn new(service: &'a Service, dice: Dice, checked: bool, story: bool) -> Self {
        let mut world = Self {
            service,
            board: Switchboard::new(Arc::new(service.plan.clone())),
            dice,
            now: 1_000,
            ahead: 0,
            agenda: Agenda::default(),
            crowd: Crowd::default(),
            called: BTreeMap::new(),
            bodies: service.people.iter().map(|person| (person.id, Body::default())).collect(),
            checker: checked.then(|| Checker::new(service)),
            figures: Figures::default(),
            story: story.then(Vec::new),
        };
        world.plan_night();
        world
    }

    fn plan_night(&mut self) {
        self.tell_all();
        self.plan(0, Plan::Arrives);
        let rota = self.service.rota.clone();
        for shift in &rota {
            let has_phone = self.service.people.iter().any(|person| person.id == shift.listener && person.phone);
            let by_phone = has_phone && shift.duty == Duty::OnCall;
            if by_phone || self.dice.thousandths(self.service.habits.misses_shift) {
                continue;
            }
            let begins = u64::try_from(shift.from.0 - self.service.from.0).unwrap_or(0);
            let early = self.dice.within(0, 5 * MINUTE);
            let at = (begins + 2 * MINUTE).saturating_sub(early);
            self.plan(at, Plan::DeskOpens(shift.listener));
            // Whoever can be on call by telephone leaves the desk after a shift, so that the telephone is what rings.
            if has_phone {
                let ends = u64::try_from(shift.until.0 - self.service.from.0).unwrap_or(0);
                self.plan(ends + MINUTE, Plan::DeskCloses(shift.listener));
            }
        }
        let hours = self.service.lasts / HOUR;
        for hour in 0..=hours {
            let within = self.dice.within(0, HOUR);
            if self.dice.thousandths(self.service.habits.clock_jumps) {
                self.plan(hour * HOUR + within, Plan::ClockJumps);
            }
            if self.dice.thousandths(self.service.habits.restarts) {
                self.plan(hour * HOUR + within, Plan::Killed);
            }
            if self.dice.thousandths(40) {
                self.plan(hour * HOUR + within, Plan::Surge(true));
                self.plan(hour * HOUR + within + 20 * MINUTE, Plan::Surge(false));
            }
        }
    }

    /// What the switchboard is told when it starts.
    fn tell_all(&mut self) {
        self.give(Input::WallClock(self.utc()));
        self.give(Input::People(self.service.people.clone()));
        self.give(Input::Rota(self.service.rota.clone()));
    }

    /// The wall clock, which may be wrong.
    pub(super) fn utc(&self) -> Utc {
        Utc(self.service.from.0 + i64::try_from(self.now).unwrap_or(0) + self.ahead)
    }

    pub(super) fn plan(&mut self, after: u64, plan: Plan) {
        self.agenda.made += 1;
        self.agenda.heap.push(Reverse((self.now + after, self.agenda.made, plan)));
    }

    /// Lives the night to its end: until everybody has left.
    pub(super) fn live(mut self) -> Lived {
        loop {
            let planned = self.agenda.heap.peek().map(|Reverse((at, _, _))| *at);
            let deadline = self.board.next_deadline().map(|deadline| deadline.0.max(self.now));
            // Callers in a last word, and rotas of days to come, have deadlines beyond the night: it ends with the plans.
            let Some(at) = planned else { break };
            if let Some(deadline) = deadline.filter(|deadline| *deadline <= at) {
                self.now = deadline;
                self.give(Input::TimePassed);
            } else if let Some(Reverse((at, _, plan))) = self.agenda.heap.pop() {
                self.now = at;
                self.carry_out(plan);
            }
        }
        let left: Vec<CallId> =
            self.crowd.callers.iter().filter(|(_, caller)| !caller.gone).map(|(call, _)| *call).collect();
        for call in left {
            self.caller_leaves(call, LegEnd::HungUp);
        }
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.finish(now);
        }
        Lived {
            figures: self.figures,
            violations: self.checker.map(|checker| checker.violations).unwrap_or_default(),
            story: self.story.unwrap_or_default(),
        }
    }

    pub(super) fn tell(&mut self, words: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(story) = &mut self.story {
            let line = format!("{:>9} {}", now, words());
            story.push(line);
        }
    }

    /// Gives one input, and lets everybody perceive what comes of it.
    pub(super) fn give(&mut self, input: Input) {
        self.tell(|| format!("→ {input:?}"));
        let mut out = Output::default();
        self.board.handle(input, Moment(self.now), &mut out);
        self.figures.inputs += 1;
        for event in &out.events {
            self.recorded(event);
        }
        let mut desks = Vec::new();
        for effect in out.effects {
            self.tell(|| format!("      {effect:?}"));
            self.perceive(effect, &mut desks);
        }
        desks.sort_unstable();
        desks.dedup();
        let mut rung = Vec::new();
        for listener in desks {
            rung.extend(self.look_at_desk(listener));
        }
        let (now, utc) = (self.now, self.utc());
        if let Some(checker) = &mut self.checker {
            checker.rung(&rung, now, utc);
            checker.look_around(now, utc);
        }
    }

    /// What the record says.
    fn recorded(&mut self, event: &Event) {
        self.tell(|| format!("      · {event:?}"));
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.record(event, now);
        }
        match event {
            Event::Queued { call, .. } => {
                if let Some(caller) = self.crowd.callers.get_mut(call) {
                    caller.queued.get_or_insert(now);
                }
            }
            Event::Ended { call, outcome } => {
                let caller = self.crowd.callers.remove(call);
                if let Outcome::GaveUp { .. } = outcome {
                    self.figures.gave_up += 1;
                    let queued = caller.and_then(|caller| caller.queued);
                    self.figures.longest = self.figures.longest.max(queued.map_or(0, |since| now - since));
                }
            }
            Event::Answered { .. } => self.figures.answered += 1,
            _ => {}
        }
    }

    fn perceive(&mut self, effect: Effect, desks: &mut Vec<ListenerId>) {
        let now = self.now;
        match effect {
            Effect::Ring(leg) => self.hears(leg, Sound::Ringing),
            Effect::Answer(leg) => {
                if let Some(checker) = &mut self.checker {
                    checker.asked(leg, self.now);
                }
                let after = self.dice.within(20, 400);
                self.plan(after, Plan::Answered(leg));
            }
            Effect::Refuse(leg, _) => {
                if let Some(checker) = &mut self.checker {
                    checker.caller_gone(leg, now);
                }
                self.forget(leg);
            }
            Effect::HangUp(leg) => {
                if let Some(checker) = &mut self.checker {
                    checker.hung_up(leg, now);
                }
                if let Some(called) = self.called.get_mut(&leg) {
                    called.gone = true;
                }
                self.forget(leg);
            }
            Effect::Play(leg, playing) => self.plays(leg, &playing),
            Effect::Hear(leg, legs) => {
                self.crowd.playing.remove(&leg);
                let joined = !legs.is_empty();
                self.hears(leg, Sound::Legs(legs));
                if joined {
                    self.talks(leg);
                }
            }
            Effect::Dial(leg, to, _) => self.dialled(leg, &to),
            Effect::Tell(leg, CallerState::Finding) => {
                if let Some(checker) = &mut self.checker {
                    checker.waits(leg, self.now);
                }
            }
            Effect::Tell(..) | Effect::SupervisionChanged => {}
            Effect::DeskChanged(listener) => desks.push(listener),
        }
    }

    fn hears(&mut self, leg: LegId, sound: Sound) {
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.hears(leg, sound, now);
        }
    }

    fn plays(&mut self, leg: LegId, playing: &Playing) {
        self.hears(leg, Sound::Playing);
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            let first = playing.items.first().map(|item| item.prompt);
            checker.is_told(leg, first, playing.again_from.is_none(), now);
        }
        self.crowd.playing.insert(leg, playing.id.0);
        if playing.again_from.is_none() {
            let length = playing.items.len() as u64 * self.dice.within(2 * SECOND, 9 * SECOND);
            self.plan(length, Plan::PromptEnds(leg, playing.id.0));
            if playing.items.iter().any(|item| self.service.asks_for_key(item.prompt)) && self.dice.thousandths(600) {
                let after = self.dice.within(SECOND, 8 * SECOND);
                let key = [b'1', b'2', b'3', b'9'].get(usize::try_from(self.dice.within(0, 4)).unwrap_or(0)).copied();
                self.plan(after, Plan::Key(leg, char::from(key.unwrap_or(b'1'))));
            }
        }
    }

    /// A caller talks with somebody for the first time.
    fn talks(&mut self, leg: LegId) {
        let Some(call) = self.crowd.by_leg.get(&leg).copied() else { return };
        let Some(caller) = self.crowd.callers.get_mut(&call) else { return };
        if !caller.talked {
            caller.talked = true;
            self.figures.connected += 1;
            let waited = caller.queued.map_or(0, |since| self.now - since);
            self.figures.waits.push(waited);
            self.figures.longest = self.figures.longest.max(waited);
        }
        if !caller.talk_planned {
            caller.talk_planned = true;
            let (times, over) = Demand::CALLERS_TALK;
            let length = self.dice.log_normal(self.service.demand.talk * times / over, 0.7);
            self.plan(length, Plan::CallerLeaves(call));
        }
    }

    fn dialled(&mut self, leg: LegId, to: &Destination) {
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

    fn forget(&mut self, leg: LegId) {
        self.crowd.playing.remove(&leg);
        if let Some(call) = self.crowd.by_leg.remove(&leg)
            && let Some(caller) = self.crowd.callers.get_mut(&call)
        {
            caller.gone = true;
        }
    }

    fn carry_out(&mut self, plan: Plan) {
        match plan {
            Plan::Arrives => self.arrives(),
            Plan::Redials(tag, line) => self.call(line, Some(tag)),
            Plan::Answered(leg) => self.answered(leg),
            Plan::PromptEnds(leg, play) => self.prompt_ends(leg, play),
            Plan::Key(leg, key) => {
                if let (Some(digit), true) = (Digit::new(key), self.crowd.by_leg.contains_key(&leg) || self.is_up(leg))
                {
                    if let (Some(checker), true) = (&mut self.checker, key == '1' && leg.0 < 0) {
                        checker.key_pressed(leg);
                    }
                    if let Some(checker) = &mut self.checker {
                        checker.caller_pressed(leg);
                    }
                    self.give(Input::Digit(leg, digit));
                }
            }
            Plan::LosesPatience(call) => {
                let waits = self.crowd.callers.get(&call).is_some_and(|caller| !caller.talked && !caller.gone);
                if waits {
                    self.caller_leaves(call, LegEnd::HungUp);
                }
            }
            Plan::CallerLeaves(call) => self.caller_leaves(call, LegEnd::HungUp),
            Plan::LineCut(call) => {
                let redials = self.crowd.callers.get(&call).filter(|caller| !caller.gone && !caller.talked);
                if let Some((tag, line)) = redials.and_then(|caller| Some((caller.tag?, caller.line.clone()))) {
                    self.keep_place(call, tag);
                    let after = self.dice.within(5 * SECOND, 100 * SECOND);
                    self.plan(after, Plan::Redials(tag, line));
                }
                self.caller_leaves(call, LegEnd::Lost);
            }
            Plan::PhoneAnswers(leg) => self.phone_answers(leg),
            Plan::PhoneEnds(leg, end) => self.phone_ends(leg, end),
            Plan::ClockJumps => {
                self.ahead = i64::try_from(self.dice.within(0, 10 * MINUTE)).unwrap_or(0) - 300_000;
                self.give(Input::WallClock(self.utc()));
            }
            Plan::Killed => self.killed(),
            Plan::Surge(on) => {
                let supervisor = self.service.people.iter().find(|person| person.supervises).map(|person| person.id);
                if let Some(supervisor) = supervisor {
                    self.give(Input::Listener(supervisor, Command::Surge(on)));
                }
            }
            Plan::DeskOpens(_)
            | Plan::DeskCloses(_)
            | Plan::DeskSeen(_)
            | Plan::Accepts(..)
            | Plan::Declines(..)
            | Plan::DeskFails(_)
            | Plan::DeskMissed(..)
            | Plan::DeskBack(_)
            | Plan::Works(..)
            | Plan::Closes(..)
            | Plan::Ready(_)
            | Plan::StepsOut(_) => self.listener_acts(plan),
        }
    }

    /// Arrivals of a rate that changes through the day, by thinning the highest one (Lewis and Shedler, 1979).
    fn arrives(&mut self) {
        let demand = &self.service.demand;
        let highest = demand.highest();
        if self.now >= self.service.lasts || highest <= 0.0 {
            return;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean time between calls")]
        let mean = (1.0 / highest).min(1e12) as u64;
        let after = self.dice.exponential(mean).max(1);
        // The first of January 1970 was a Thursday.
        let since_monday = u64::try_from(self.service.from.0.rem_euclid(7 * 86_400_000)).unwrap_or(0) + 3 * 86_400_000;
        let rate = demand.rate(since_monday + self.now, self.now, self.service.lasts);
        if self.now > 1_000 && self.dice.unit() * highest < rate {
            let lines = self.service.plan.lines.keys();
            if let Some(line) = self.service.demand.line(self.now, lines, &mut self.dice) {
                let tag = self.dice.thousandths(800).then(|| CallerTag::new(self.dice.roll()));
                self.call(line.clone(), tag);
            }
        }
        self.plan(after, Plan::Arrives);
    }

    fn call(&mut self, line: LineId, tag: Option<CallerTag>) {
        self.crowd.came += 1;
        let (call, leg) = (CallId(self.crowd.came), LegId(self.crowd.came));
        self.figures.came += 1;
        let caller =
            Caller { leg, tag, line: line.clone(), queued: None, talked: false, gone: false, talk_planned: false };
        self.crowd.callers.insert(call, caller);
        self.crowd.by_leg.insert(leg, call);
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.arrives(call, leg, &line, tag, now);
        }
        let patience = self.dice.exponential(self.service.demand.patience) + 5 * SECOND;
        self.plan(patience, Plan::LosesPatience(call));
        if self.dice.thousandths(self.service.habits.cut) {
            let after = self.dice.within(SECOND, 10 * MINUTE);
            self.plan(after, Plan::LineCut(call));
        }
        let tags = tag.map(|tag| CallerTags { now: tag, before: None });
        let channel = if tag.is_some() { Channel::Phone } else { Channel::Browser };
        self.give(Input::Arrived(Arrival { call, leg, line, channel, language: None, tags }));
    }

    fn answered(&mut self, leg: LegId) {
        if !self.crowd.by_leg.contains_key(&leg) {
            return;
        }
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.answered(leg, now);
        }
        self.give(Input::LegAnswered(leg));
    }

    fn prompt_ends(&mut self, leg: LegId, play: i64) {
        if self.crowd.playing.get(&leg) != Some(&play) {
            // The end of a playing that another has replaced meanwhile: such messages cross.
            if self.crowd.by_leg.contains_key(&leg) {
                self.give(Input::PromptEnded(leg, switchboard::PlayId(play)));
            }
            return;
        }
        self.crowd.playing.remove(&leg);
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.prompt_ended(leg, now);
        }
        if self.dice.thousandths(self.service.habits.lost_messages) {
            if let Some(checker) = &mut self.checker {
                checker.excuse(leg);
            }
            return;
        }
        self.give(Input::PromptEnded(leg, switchboard::PlayId(play)));
    }

    fn caller_leaves(&mut self, call: CallId, end: LegEnd) {
        let Some(caller) = self.crowd.callers.get_mut(&call).filter(|caller| !caller.gone) else { return };
        caller.gone = true;
        let leg = caller.leg;
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.caller_gone(leg, now);
        }
        self.crowd.by_leg.remove(&leg);
        self.crowd.playing.remove(&leg);
        self.give(Input::LegEnded(leg, end));
    }

    pub(super) fn is_up(&self, leg: LegId) -> bool {
        self.called.get(&leg).is_some_and(|called| !called.gone)
    }

    fn phone_answers(&mut self, leg: LegId) {
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

    fn phone_ends(&mut self, leg: LegId, end: LegEndWord) {
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

    fn keep_place(&mut self, call: CallId, tag: CallerTag) {
        let now = self.now;
        if let Some(checker) = &mut self.checker {
            checker.cut(call, tag, now);
        }
    }

    /// The program is killed and starts again at once: every line is cut, every desk is gone.
    fn killed(&mut self) {
        let kept = self.board.places(Moment(self.now));
        self.tell(|| "the service is killed".to_owned());
        let open: Vec<CallId> =
            self.crowd.callers.iter().filter(|(_, caller)| !caller.gone).map(|(call, _)| *call).collect();
        for call in open {
            let again = self.dice.thousandths(800);
            let Some(caller) = self.crowd.callers.get_mut(&call) else { continue };
            caller.gone = true;
            let redial = caller.tag.filter(|_| again && !caller.talked).map(|tag| (tag, caller.line.clone()));
            if let Some((tag, line)) = redial {
                self.keep_place(call, tag);
                let after = self.dice.within(10 * SECOND, 150 * SECOND);
                self.plan(after, Plan::Redials(tag, line));
            }
        }
        if let Some(checker) = &mut self.checker {
            checker.killed();
        }
        self.crowd.by_leg.clear();
        self.crowd.playing.clear();
        for called in self.called.values_mut() {
            called.gone = true;
        }
        self.board = Switchboard::new(Arc::new(self.service.plan.clone()));
        self.tell_all();
        self.give(Input::Places(kept));
        let listeners: Vec<ListenerId> = self.bodies.keys().copied().collect();
        for listener in listeners {
            self.desk_lost_with_the_service(listener);
        }
    }
}
