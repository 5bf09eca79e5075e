//! Plausible nights in virtual time: callers with their patience, listeners with their habits, lines that get lost. Some
//! thousand calls, seeded, so that a night that goes wrong can be lived again.

use crate::house::{House, asks, greets, rings};
use std::collections::{BTreeMap, BinaryHeap};
use switchboard::{
    CallId, Command, Effect, Event, Input, LegEnd, LegId, Line, ListenerId, Moment, Outcome, Output, PlayId, Presence,
};

/// Seconds, in milliseconds.
const S: u64 = 1_000;
/// Minutes, in milliseconds.
const MIN: u64 = 60 * S;
/// How long callers keep coming; the night then goes on until everybody is gone.
const NIGHT: u64 = 10 * 60 * MIN;

/// Chance from a seed (SplitMix64), so that every night can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn within(&mut self, from: u64, to: u64) -> u64 {
        from + self.roll() % (to - from)
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.roll() % 100 < chance
    }
}

/// What the world has in mind for later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Plan {
    Arrives,
    Answered(i64),
    PromptEnds(i64, PlayId),
    Key(i64, char),
    LosesPatience(i64),
    Picks(i64, i64),
    TalkEnds(i64, i64),
    HoldFor(i64, u64),
    Resumes(i64),
    Closes(i64, i64),
    ComesOn(i64),
    DeskFails(i64),
    DeskBack(i64),
}

struct Night {
    house: House,
    dice: Dice,
    plans: BinaryHeap<std::cmp::Reverse<(Moment, u64, Plan)>>,
    planned: u64,
    calls: i64,
    legs: i64,
    lines: BTreeMap<i64, &'static str>,
    listeners: i64,
    /// How often each thing happened.
    seen: BTreeMap<&'static str, u32>,
}

impl Night {
    fn new(seed: u64, listeners: i64) -> Self {
        let small = |line: Line| Line { queue_limit: 8, ..line };
        let house = House::new(vec![small(greets("sps")), small(asks("menu")), small(rings("night"))]);
        let mut night = Self {
            house,
            dice: Dice(seed),
            plans: BinaryHeap::new(),
            planned: 0,
            calls: 0,
            legs: 0,
            lines: BTreeMap::new(),
            listeners,
            seen: BTreeMap::new(),
        };
        for listener in 1..=listeners {
            let after = night.dice.within(0, 20 * MIN);
            night.plan(after, Plan::ComesOn(listener));
        }
        night.plan(0, Plan::Arrives);
        night
    }

    fn plan(&mut self, after: u64, plan: Plan) {
        self.planned += 1;
        self.plans.push(std::cmp::Reverse((self.house.now.plus(after), self.planned, plan)));
    }

    fn live(&mut self) {
        while let Some(std::cmp::Reverse((at, _, plan))) = self.plans.pop() {
            let wait = at.since(self.house.now);
            self.house.wait(wait);
            self.react();
            self.carry_out(plan);
        }
        // Whoever still waits when the last listener has gone home leaves in the end.
        for call in 1..=self.calls {
            self.house.hangs_up(call);
        }
        self.house.checker.finish();
        assert_eq!(self.house.board.open_calls(), 0);
        assert_eq!(self.house.checker.outcomes.len(), usize::try_from(self.calls).unwrap());
    }

    fn put(&mut self, input: Input) {
        self.house.put(input);
        self.react();
    }

    fn press(&mut self, listener: i64, command: Command) {
        self.put(Input::Listener(ListenerId(listener), command));
    }

    fn carry_out(&mut self, plan: Plan) {
        match plan {
            Plan::Arrives => self.arrives(),
            Plan::Answered(call) => self.put(Input::LegAnswered(House::leg(call))),
            Plan::PromptEnds(call, play) => self.put(Input::PromptEnded(House::leg(call), play)),
            Plan::Key(call, key) => {
                self.house.presses(call, key);
                self.react();
            }
            Plan::LosesPatience(call) => {
                let talks = (1..=self.listeners).any(|listener| {
                    self.house.presence(listener) == Presence::Talking && self.house.call_of(listener) == Some(call)
                });
                let lost = self.dice.percent(5);
                if !talks || lost {
                    self.put(Input::LegEnded(House::leg(call), if lost { LegEnd::Lost } else { LegEnd::HungUp }));
                }
            }
            Plan::Picks(listener, call) => self.picks(listener, call),
            Plan::TalkEnds(listener, call) => {
                if self.house.call_of(listener) != Some(call) {
                } else if self.dice.percent(60) {
                    self.put(Input::LegEnded(House::leg(call), LegEnd::HungUp));
                } else {
                    self.press(listener, Command::End);
                }
            }
            Plan::HoldFor(listener, time) => {
                self.press(listener, Command::Hold);
                self.plan(time, Plan::Resumes(listener));
            }
            Plan::Resumes(listener) => self.press(listener, Command::Resume),
            Plan::Closes(listener, call) => self.press(listener, Command::CloseRecord(CallId(call))),
            Plan::ComesOn(listener) => self.comes_on(listener),
            Plan::DeskFails(listener) => {
                self.put(Input::DeskDown(ListenerId(listener)));
                let away =
                    if self.dice.percent(70) { self.dice.within(S, 9 * S) } else { self.dice.within(S, 3 * MIN) };
                self.plan(away, Plan::DeskBack(listener));
            }
            Plan::DeskBack(listener) => {
                self.desk_up(listener);
                let rest = self.dice.within(0, 5 * MIN);
                self.plan(rest, Plan::ComesOn(listener));
            }
        }
    }

    fn arrives(&mut self) {
        self.calls += 1;
        let call = self.calls;
        let line = ["sps", "sps", "menu", "night"][usize::try_from(self.dice.within(0, 4)).unwrap()];
        self.lines.insert(call, line);
        self.house.arrive(call, line);
        self.react();
        let patience =
            if self.dice.percent(15) { self.dice.within(0, 30 * S) } else { self.dice.within(30 * S, 40 * MIN) };
        self.plan(patience, Plan::LosesPatience(call));
        let next = self.dice.within(0, 2 * MIN);
        if self.house.now.plus(next) < Moment(NIGHT) {
            self.plan(next, Plan::Arrives);
        }
    }

    fn picks(&mut self, listener: i64, call: i64) {
        let command = if self.dice.percent(7) { Command::Decline(CallId(call)) } else { Command::Accept(CallId(call)) };
        self.press(listener, command);
    }

    fn desk_up(&mut self, listener: i64) {
        self.legs += 1;
        self.put(Input::DeskUp(ListenerId(listener), LegId(1_000_000 + self.legs)));
    }

    fn comes_on(&mut self, listener: i64) {
        if self.house.now >= Moment(NIGHT + 60 * MIN) {
            return self.press(listener, Command::SignOff);
        }
        if !self.house.board.desk(ListenerId(listener)).connected {
            self.desk_up(listener);
        }
        self.press(listener, Command::Ready);
        if self.dice.percent(4) {
            let after = self.dice.within(0, 10 * MIN);
            self.plan(after, Plan::DeskFails(listener));
        }
    }

    /// What callers and listeners do about what they hear and see.
    fn react(&mut self) {
        let Output { effects, events } = std::mem::take(&mut self.house.last);
        for effect in effects {
            let after = self.dice.within(50, 400);
            match effect {
                Effect::Answer(leg) => self.plan(after, Plan::Answered(leg.0 / 100)),
                Effect::Play(leg, playing) if playing.again_from.is_none() => {
                    let call = leg.0 / 100;
                    let length = self.dice.within(4 * S, 15 * S);
                    self.plan(length, Plan::PromptEnds(call, playing.id));
                    if self.lines.get(&call) == Some(&"menu") && self.dice.percent(70) {
                        let key = if self.dice.percent(85) { '1' } else { '7' };
                        let after = self.dice.within(S, 20 * S);
                        self.plan(after, Plan::Key(call, key));
                    }
                }
                Effect::Play(..)
                | Effect::Ring(_)
                | Effect::Refuse(..)
                | Effect::HangUp(_)
                | Effect::Bridge(..)
                | Effect::Part(_)
                | Effect::Tell(..)
                | Effect::DeskChanged(_) => {}
            }
        }
        for event in &events {
            self.react_to(event);
        }
    }

    fn react_to(&mut self, event: &Event) {
        match event {
            Event::Offered { call, listener } if self.dice.percent(93) => {
                let after = self.dice.within(S, 18 * S);
                self.plan(after, Plan::Picks(listener.0, call.0));
            }
            Event::Bridged { call, listener } => {
                let length = self.dice.within(20 * S, 25 * MIN);
                self.plan(length, Plan::TalkEnds(listener.0, call.0));
                if self.dice.percent(10) {
                    let (after, time) = (self.dice.within(S, 10 * MIN), self.dice.within(S, MIN));
                    self.plan(after, Plan::HoldFor(listener.0, time));
                }
                if self.dice.percent(6) {
                    let after = self.dice.within(S, 15 * MIN);
                    self.plan(after, Plan::DeskFails(listener.0));
                }
                *self.seen.entry("joined").or_default() += 1;
            }
            Event::ListenerLost { .. } => *self.seen.entry("listener lost").or_default() += 1,
            Event::ListenerBack { .. } => *self.seen.entry("listener back").or_default() += 1,
            Event::Queued { again: true, .. } => *self.seen.entry("back at the head").or_default() += 1,
            Event::Held { .. } => *self.seen.entry("held").or_default() += 1,
            Event::PresenceChanged { listener, presence: Presence::WrappingUp, .. } => {
                let call = self.house.board.desk(*listener).wrapping_up;
                let length = self.dice.within(20 * S, 4 * MIN);
                self.plan(length, Plan::Closes(listener.0, call.map_or(0, |call| call.0)));
            }
            Event::PresenceChanged { listener, presence: Presence::Paused | Presence::OffDuty, .. } => {
                let rest = self.dice.within(S, 12 * MIN);
                if self.house.now < Moment(NIGHT + 60 * MIN) {
                    self.plan(rest, Plan::ComesOn(listener.0));
                }
            }
            Event::Ended { outcome, .. } => {
                let name = match outcome {
                    Outcome::Talked { .. } => "talked",
                    Outcome::GaveUp { .. } => "gave up",
                    Outcome::LineFault => "line fault",
                    Outcome::Closed => "closed",
                    Outcome::Refused { .. } => "refused",
                    Outcome::Interrupted => "interrupted",
                    Outcome::Broken => "broken",
                };
                *self.seen.entry(name).or_default() += 1;
            }
            Event::Arrived { .. }
            | Event::Answered { .. }
            | Event::Chosen { .. }
            | Event::Queued { .. }
            | Event::Offered { .. }
            | Event::OfferEnded { .. }
            | Event::Resumed { .. }
            | Event::PresenceChanged { .. }
            | Event::RecordClosed { .. } => {}
        }
    }
}

#[test]
fn plausible_nights_with_few_and_with_many_listeners() {
    let (mut calls, mut seen) = (0, BTreeMap::<&str, u32>::new());
    for seed in 0..12 {
        let listeners = [1, 2, 4, 8, 12, 20][usize::try_from(seed % 6).unwrap()];
        let mut night = Night::new(seed, listeners);
        night.live();
        calls += night.calls;
        for (what, times) in night.seen {
            *seen.entry(what).or_default() += times;
        }
    }
    println!("{calls} calls: {seen:?}");
    assert!(calls > 5_000, "a few thousand calls, not {calls}");
    // The nights would prove little if these things did not happen in them.
    for what in
        ["talked", "gave up", "line fault", "refused", "listener lost", "listener back", "back at the head", "held"]
    {
        assert!(seen.get(what).is_some_and(|times| *times >= 10), "{what} too seldom: {seen:?}");
    }
    assert_eq!((seen.get("broken"), seen.get("interrupted")), (None, None));
}

#[test]
fn the_same_seed_is_the_same_night() {
    let outcomes = || {
        let mut night = Night::new(42, 5);
        night.live();
        format!("{:?}", night.house.checker.outcomes)
    };
    assert_eq!(outcomes(), outcomes());
}
