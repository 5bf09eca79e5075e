//! A house to try things in: lines, virtual time, and the checker looking at everything that happens.

use crate::checker::Checker;
use std::collections::BTreeMap;
use switchboard::invariants::broken;
use switchboard::{
    AnswerWay, Arrival, CallId, Channel, Choice, Command, Digit, Effect, Event, Input, Language, LegEnd, LegId, Line,
    LineId, ListenerId, LocalMinute, Menu, Moment, Outcome, Output, PlayId, Presence, PromptName, Switchboard,
    WeeklyHours,
};

/// How long a desk rings, in milliseconds.
pub(crate) const OFFER: u64 = 20_000;
/// How long a caller is kept for a listener who vanished, in milliseconds.
pub(crate) const GRACE: u64 = 10_000;
/// How long a menu waits for a key, in milliseconds.
pub(crate) const KEY: u64 = 5_000;

/// A line that greets.
pub(crate) fn greets(id: &str) -> Line {
    Line {
        id: LineId(id.to_owned()),
        name: id.to_uppercase(),
        language: Language::Fr,
        hours: WeeklyHours::always(),
        answer: AnswerWay::AnswerAndGreet,
        menu: None,
        queue_limit: 50,
        offer_time: u32::try_from(OFFER).unwrap(),
        grace_time: u32::try_from(GRACE).unwrap(),
    }
}

/// A line that rings until a human answers.
pub(crate) fn rings(id: &str) -> Line {
    Line { answer: AnswerWay::RingUntilHuman, ..greets(id) }
}

/// A line with a menu: 1 is care, 2 is student.
pub(crate) fn asks(id: &str) -> Line {
    let choice = |digit, choice: &str| Choice { digit: Digit::new(digit).unwrap(), choice: choice.to_owned() };
    let choices = vec![choice('1', "care"), choice('2', "student")];
    let menu = Menu { prompt: PromptName::MenuAudience, choices, wait: u32::try_from(KEY).unwrap() };
    Line { menu: Some(menu), ..greets(id) }
}

/// The switchboard, its clock, and what it did last.
pub(crate) struct House {
    pub(crate) board: Switchboard,
    pub(crate) now: Moment,
    pub(crate) checker: Checker,
    /// What came of the last input, or of the last stretch of time.
    pub(crate) last: Output,
    /// The playing each leg hears.
    playing: BTreeMap<LegId, PlayId>,
}

impl House {
    pub(crate) fn new(lines: Vec<Line>) -> Self {
        let checker = Checker::new(OFFER, GRACE);
        let board = Switchboard::new(lines);
        Self { board, now: Moment(1_000), checker, last: Output::default(), playing: BTreeMap::new() }
    }

    /// One input now.
    pub(crate) fn put(&mut self, input: Input) {
        self.last = Output::default();
        self.add(input);
    }

    fn add(&mut self, input: Input) {
        let mut out = Output::default();
        self.board.handle(input.clone(), self.now, &mut out);
        assert_eq!(broken(&self.board, self.now), None, "after {input:?}");
        self.checker.see(&input, self.now, &out);
        for effect in &out.effects {
            if let Effect::Play(leg, playing) = effect {
                self.playing.insert(*leg, playing.id);
            }
        }
        self.last.effects.append(&mut out.effects);
        self.last.events.append(&mut out.events);
    }

    /// Lets time pass, deadline by deadline.
    pub(crate) fn wait(&mut self, milliseconds: u64) {
        let until = self.now.plus(milliseconds);
        self.last = Output::default();
        while let Some(deadline) = self.board.next_deadline().filter(|deadline| *deadline <= until) {
            self.now = deadline;
            self.add(Input::TimePassed);
        }
        self.now = until;
    }

    /// A caller's leg.
    pub(crate) fn leg(call: i64) -> LegId {
        LegId(call * 100)
    }

    pub(crate) fn arrive(&mut self, call: i64, line: &str) {
        let local = LocalMinute::new(2, 12, 0).unwrap();
        let arrival = Arrival {
            call: CallId(call),
            leg: Self::leg(call),
            line: LineId(line.to_owned()),
            channel: Channel::Phone,
            language: None,
            local,
        };
        self.put(Input::Arrived(arrival));
    }

    pub(crate) fn answered(&mut self, call: i64) {
        self.put(Input::LegAnswered(Self::leg(call)));
    }

    /// The playing last begun on a caller's leg.
    pub(crate) fn playing(&self, call: i64) -> Option<PlayId> {
        self.playing.get(&Self::leg(call)).copied()
    }

    /// The prompt that the caller hears comes to its end.
    pub(crate) fn prompt_ends(&mut self, call: i64) {
        let play = self.playing(call).expect("nothing plays");
        self.put(Input::PromptEnded(Self::leg(call), play));
    }

    pub(crate) fn presses(&mut self, call: i64, key: char) {
        self.put(Input::Digit(Self::leg(call), Digit::new(key).unwrap()));
    }

    pub(crate) fn hangs_up(&mut self, call: i64) {
        self.put(Input::LegEnded(Self::leg(call), LegEnd::HungUp));
    }

    /// A caller who came through the greeting of a line without a menu and waits now.
    pub(crate) fn waits(&mut self, call: i64, line: &str) {
        self.arrive(call, line);
        self.answered(call);
        self.prompt_ends(call);
    }

    pub(crate) fn desk_up(&mut self, listener: i64, leg: i64) {
        self.put(Input::DeskUp(ListenerId(listener), LegId(leg)));
    }

    pub(crate) fn desk_down(&mut self, listener: i64) {
        self.put(Input::DeskDown(ListenerId(listener)));
    }

    pub(crate) fn press(&mut self, listener: i64, command: Command) {
        self.put(Input::Listener(ListenerId(listener), command));
    }

    /// A listener who comes on duty; their desk's leg has their own number.
    pub(crate) fn ready(&mut self, listener: i64) {
        self.desk_up(listener, listener);
        self.press(listener, Command::Ready);
    }

    pub(crate) fn accept(&mut self, listener: i64, call: i64) {
        self.press(listener, Command::Accept(CallId(call)));
    }

    /// A listener on duty and a caller, talking.
    pub(crate) fn talk(&mut self, listener: i64, call: i64, line: &str) {
        self.ready(listener);
        self.waits(call, line);
        self.accept(listener, call);
        assert_eq!(self.presence(listener), Presence::Talking);
    }

    pub(crate) fn presence(&self, listener: i64) -> Presence {
        self.board.desk(ListenerId(listener)).presence
    }

    /// The call that rings at a desk or is talked with there.
    pub(crate) fn call_of(&self, listener: i64) -> Option<i64> {
        self.board.desk(ListenerId(listener)).call.map(|card| card.call.0)
    }

    pub(crate) fn outcome(&self, call: i64) -> Option<Outcome> {
        self.checker.outcomes.get(&CallId(call)).copied()
    }

    /// The prompts of the last playing begun on a caller's leg in the last step.
    pub(crate) fn heard(&self, call: i64) -> Vec<PromptName> {
        let last = self.last.effects.iter().rev().find_map(|effect| match effect {
            Effect::Play(leg, playing) if *leg == Self::leg(call) => Some(playing),
            _ => None,
        });
        last.map_or(Vec::new(), |playing| playing.items.iter().map(|item| item.prompt).collect())
    }

    pub(crate) fn did(&self, effect: &Effect) -> bool {
        self.last.effects.contains(effect)
    }

    pub(crate) fn noted(&self, event: &Event) -> bool {
        self.last.events.contains(event)
    }
}
