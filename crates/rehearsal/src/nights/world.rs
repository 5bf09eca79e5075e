//! The world around the switchboard, in virtual time: callers with their patience, listeners with their habits, lines and
//! networks that fail. It sees of the switchboard what a world sees: sounds, rings, pages and desks.

mod callers;
mod phones;
mod senses;

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
    CallId, CallerState, CallerTag, Command, Digit, Duty, Effect, Event, Input, LegEnd, LegId, LineId, ListenerId,
    Moment, Outcome, Output, Playing, Switchboard, Utc,
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

    pub(super) fn is_up(&self, leg: LegId) -> bool {
        self.called.get(&leg).is_some_and(|called| !called.gone)
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
