//! A house to try things in: lines, queues and virtual time.

use std::collections::BTreeMap;
use std::sync::Arc;
use switchboard::flow::{self, Flow, Step};
use switchboard::invariants::broken;
use switchboard::{
    Arrival, CallId, Channel, Command, DeskView, Digit, Duty, Effect, Event, Input, LegEnd, LegId, Line, LineId,
    ListenerCare, ListenerId, Moment, Outcome, Output, Person, Plan, PlayId, Presence, PromptName, QueueId, QueueRules,
    Relay, Rung, Shift, ShiftId, Skill, StepId, Switchboard, Tried, Utc, WeeklyHours,
};

/// How long a desk rings, in milliseconds.
pub(crate) const OFFER: u64 = 20_000;
/// How long a caller is kept for a listener who vanished, in milliseconds.
pub(crate) const GRACE: u64 = 10_000;
/// How long a menu waits for a key, in milliseconds.
pub(crate) const KEY: u64 = 5_000;
/// The wall clock when the monotonic one stands at zero: Monday 5 January 2026, 00:00 UTC.
pub(crate) const ZERO: i64 = 1_767_571_200_000;

fn step(id: &str) -> StepId {
    StepId::from(id)
}

pub(crate) fn enter() -> Step {
    Step::Queue(flow::Enter { queue: QueueId::from("all"), priority: 0 })
}

pub(crate) fn says(prompt: PromptName, next: &str) -> Step {
    Step::Say(flow::Say { prompt, skip_in_surge: false, next: step(next) })
}

fn line(id: &str, flow: Flow) -> Line {
    let grace_seconds = u32::try_from(GRACE / 1000).unwrap();
    Line { queue_limit: 50, grace_seconds, zone: "UTC".to_owned(), ..Line::usual(id, &id.to_uppercase(), flow) }
}

/// A line that greets.
pub(crate) fn greets(id: &str) -> Line {
    line(id, Flow::of([("hello", says(PromptName::Greeting, "queue")), ("queue", enter())]))
}

/// A line that rings until a human answers.
pub(crate) fn rings(id: &str) -> Line {
    line(id, Flow::of([("ring", Step::Ring(flow::Ring { next: step("queue") })), ("queue", enter())]))
}

/// A line with a menu: 1 is care, 2 is student.
pub(crate) fn asks(id: &str) -> Line {
    let choice = |digit, choice: &str| flow::Choice {
        digit: Digit::new(digit).unwrap(),
        choice: choice.to_owned(),
        wish: Some(Skill::read(&format!("audience:{choice}")).unwrap()),
        priority: 0,
        next: step("queue"),
    };
    let menu = flow::Menu {
        prompt: PromptName::MenuAudience,
        wait_seconds: u32::try_from(KEY / 1000).unwrap(),
        tries: 3,
        choices: vec![choice('1', "care"), choice('2', "student")],
        otherwise: step("queue"),
    };
    let steps = [("hello", says(PromptName::Greeting, "menu")), ("menu", Step::Menu(menu)), ("queue", enter())];
    line(id, Flow::of(steps))
}

/// A line that is never open, and says so.
pub(crate) fn closed(id: &str) -> Line {
    let by_hours = flow::ByHours { open: step("queue"), closed: step("closed") };
    let last = flow::LastWord { prompt: PromptName::Closed };
    let steps = [("hours", Step::Hours(by_hours)), ("queue", enter()), ("closed", Step::Last(last))];
    let mut line = line(id, Flow::of(steps));
    line.hours.week = WeeklyHours::never();
    line
}

/// The one queue of most houses: those on shift, and nobody else.
pub(crate) fn everybody() -> QueueRules {
    let rungs = vec![Rung { tried: Tried::OnShift, seconds: 600 }];
    QueueRules { rungs, offer_seconds: u32::try_from(OFFER / 1000).unwrap(), ..QueueRules::usual("all", "Everybody") }
}

/// The switchboard, its clock, and what it did last.
pub(crate) struct House {
    pub(crate) board: Switchboard,
    pub(crate) now: Moment,
    /// What came of the last input, or of the last stretch of time.
    pub(crate) last: Output,
    /// How each call ended.
    outcomes: BTreeMap<CallId, Outcome>,
    /// The playing each leg hears.
    playing: BTreeMap<LegId, PlayId>,
    /// What each leg hears of others.
    pub(crate) hears: BTreeMap<LegId, Vec<LegId>>,
}

impl House {
    pub(crate) fn new(lines: Vec<Line>) -> Self {
        Self::of(Plan::new(lines, [everybody()], [], ListenerCare::none()))
    }

    pub(crate) fn of(plan: Plan) -> Self {
        let mut house = Self {
            board: Switchboard::new(Arc::new(plan)),
            now: Moment(1_000),
            last: Output::default(),
            outcomes: BTreeMap::new(),
            playing: BTreeMap::new(),
            hears: BTreeMap::new(),
        };
        house.put(Input::WallClock(Utc(ZERO + 1_000)));
        house
    }

    /// A house with this cascade and a relay called `partner`.
    pub(crate) fn with_rungs(rungs: &[(Tried, u32)]) -> Self {
        let rungs = rungs.iter().map(|(tried, seconds)| Rung { tried: tried.clone(), seconds: *seconds }).collect();
        let queue = QueueRules { rungs, ..everybody() };
        let other = QueueRules { id: QueueId::from("other"), ..everybody() };
        let partner = Relay::usual("partner", "Partner", "0199000899");
        Self::of(Plan::new([greets("sps"), rings("night")], [queue, other], [partner], ListenerCare::none()))
    }

    /// Somebody with skills, perhaps a telephone, perhaps a supervisor.
    pub(crate) fn knows(&mut self, people: Vec<Person>) {
        self.put(Input::People(people));
    }

    /// A rota: who, as what, for which queue, from and until which second.
    pub(crate) fn rota(&mut self, shifts: &[(i64, Duty, &str, i64, i64)]) {
        let shift = |(number, (listener, duty, queue, from, until)): (usize, &(i64, Duty, &str, i64, i64))| Shift {
            id: ShiftId(i64::try_from(number).unwrap() + 1),
            listener: ListenerId(*listener),
            queue: QueueId::from(*queue),
            duty: *duty,
            from: Utc(ZERO + from * 1000),
            until: Utc(ZERO + until * 1000),
        };
        self.put(Input::Rota(shifts.iter().enumerate().map(shift).collect()));
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
        for effect in &out.effects {
            match effect {
                Effect::Play(leg, playing) => {
                    self.playing.insert(*leg, playing.id);
                    self.hears.remove(leg);
                }
                Effect::Hear(leg, legs) => {
                    self.hears.insert(*leg, legs.clone());
                }
                Effect::HangUp(leg) => {
                    self.hears.remove(leg);
                }
                _ => {}
            }
        }
        for event in &out.events {
            if let Event::Ended { call, outcome } = event {
                assert!(self.outcomes.insert(*call, *outcome).is_none(), "{call} ended twice");
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
        let arrival = Arrival {
            call: CallId(call),
            leg: Self::leg(call),
            line: LineId(line.to_owned()),
            channel: Channel::Phone,
            language: None,
            tags: None,
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
        self.desk(listener).presence
    }

    /// The call that rings at a desk or is talked with there.
    pub(crate) fn call_of(&self, listener: i64) -> Option<i64> {
        self.desk(listener).call.map(|card| card.call.0)
    }

    pub(crate) fn outcome(&self, call: i64) -> Option<Outcome> {
        self.outcomes.get(&CallId(call)).copied()
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

    pub(crate) fn desk(&self, listener: i64) -> DeskView {
        self.board.desk(ListenerId(listener), self.now)
    }

    /// Whether caller and desk were joined in the last step.
    pub(crate) fn joined(&self, call: i64, desk: i64) -> bool {
        let hears = |leg, other| self.did(&Effect::Hear(leg, vec![other]));
        hears(Self::leg(call), LegId(desk)) && hears(LegId(desk), Self::leg(call))
    }

    pub(crate) fn queued(&self, queued: i64, head: bool) -> bool {
        let fits = |event: &Event| matches!(event, Event::Queued { call, again, .. } if *call == CallId(queued) && *again == head);
        self.last.events.iter().any(fits)
    }

    pub(crate) fn offered(&self, offered: i64, to: i64) -> bool {
        let fits = |event: &Event| matches!(event, Event::Offered { call, listener, .. } if *call == CallId(offered) && *listener == ListenerId(to));
        self.last.events.iter().any(fits)
    }

    /// Presses, and tells how many calls are open after it.
    pub(crate) fn press_and_open(&mut self, listener: i64, command: Command) -> usize {
        self.press(listener, command);
        self.board.open_calls()
    }
}
