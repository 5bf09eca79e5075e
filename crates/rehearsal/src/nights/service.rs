//! The service that is rehearsed: its plan, its people, its rota, and what callers and faults are like.

use super::demand::{Arrivals, Demand, USUAL_HOURS};
use super::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use switchboard::flow::{self, Flow, Step};
use switchboard::{
    Digit, Duty, Line, ListenerCare, ListenerId, Person, Plan, PromptName, QueueId, QueueRules, Relay, RelayId,
    Requirement, Rung, Shift, ShiftId, Skill, StepId, Tried, Utc, WeeklyHours,
};

/// Seconds, in milliseconds.
pub const SECOND: u64 = 1_000;
/// Minutes, in milliseconds.
pub const MINUTE: u64 = 60 * SECOND;
/// Hours, in milliseconds.
pub const HOUR: u64 = 60 * MINUTE;
/// Monday 5 January 2026, 00:00 UTC, in milliseconds since 1970.
pub const MONDAY: i64 = 1_767_571_200_000;

/// How often things go wrong, in thousandths of the occasions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// A listener lets a ring pass.
    pub ignores: u64,
    /// A listener declines.
    pub declines: u64,
    /// A desk or its network vanishes in a talk.
    pub vanishes: u64,
    /// A listener who vanished comes back in time.
    pub comes_back: u64,
    /// Somebody does not come to their shift.
    pub misses_shift: u64,
    /// A caller's line is cut.
    pub cut: u64,
    /// A message between a leg and the core is lost.
    pub lost_messages: u64,
    /// The wall clock jumps, each hour.
    pub clock_jumps: u64,
    /// The service is killed and starts again, each hour.
    pub restarts: u64,
}

impl Habits {
    /// Ordinary people and an ordinary network.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            ignores: 40,
            declines: 20,
            vanishes: 30,
            comes_back: 700,
            misses_shift: 30,
            cut: 10,
            lost_messages: 0,
            clock_jumps: 0,
            restarts: 0,
        }
    }

    /// A bad night: everything goes wrong more often than it ever did.
    #[must_use]
    pub fn bad() -> Self {
        Self {
            ignores: 150,
            declines: 80,
            vanishes: 120,
            comes_back: 500,
            misses_shift: 150,
            cut: 50,
            lost_messages: 10,
            clock_jumps: 100,
            restarts: 40,
        }
    }
}

/// How calls are passed on within the service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passing {
    /// The queues whose people ask first and hand over then, each with the queue to which they do.
    pub regulated: BTreeMap<QueueId, QueueId>,
    /// The relay to which they hand some.
    pub relay: Option<RelayId>,
    /// The colleagues to whom they hand some, and whom others ask to come beside; some of them may not be there.
    pub colleagues: Vec<ListenerId>,
}

impl Passing {
    /// As the queues of a plan and its people say: a queue that only regulators serve is one from which calls go on to the
    /// first queue that is not.
    #[must_use]
    pub fn of(plan: &Plan, people: &[Person]) -> Self {
        let asks = |queue: &QueueRules| queue.requires.to_string().contains("role:regulator");
        let listens = plan.queues.values().find(|queue| !asks(queue)).map(|queue| queue.id.clone());
        let asking = plan.queues.values().filter(|queue| asks(queue)).map(|queue| queue.id.clone());
        Self {
            regulated: asking.filter_map(|queue| Some((queue, listens.clone()?))).collect(),
            relay: plan.relays.values().find(|relay| !relay.emergency).map(|relay| relay.id.clone()),
            colleagues: people.iter().filter(|person| !person.skills.is_empty()).map(|person| person.id).collect(),
        }
    }
}

/// A service to rehearse.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// What is in force.
    pub plan: Plan,
    /// Who may answer.
    pub people: Vec<Person>,
    /// Who is on duty when.
    pub rota: Vec<Shift>,
    /// When the time that is rehearsed begins, in milliseconds since 1970.
    pub from: Utc,
    /// For how long callers keep coming, in milliseconds.
    pub lasts: u64,
    /// What callers are like.
    pub demand: Demand,
    /// What goes wrong.
    pub habits: Habits,
    /// How calls are passed on.
    pub passing: Passing,
}

fn step(id: &str) -> StepId {
    StepId::from(id)
}

fn say(prompt: PromptName, next: &str) -> Step {
    Step::Say(flow::Say { prompt, skip_in_surge: prompt == PromptName::Greeting, next: step(next) })
}

fn enter(queue: &str) -> Step {
    Step::Queue(flow::Enter { queue: QueueId::from(queue), priority: 0 })
}

fn menu(to: &str) -> Step {
    let choice = |digit, word: &str| {
        Some(flow::Choice {
            digit: Digit::new(digit)?,
            choice: word.to_owned(),
            wish: Skill::read(&format!("audience:{word}")).ok(),
            priority: 0,
            next: step(to),
        })
    };
    let choices = [choice('1', "professional"), choice('2', "student"), choice('3', "relative")];
    Step::Menu(flow::Menu {
        prompt: PromptName::MenuAudience,
        wait_seconds: 4,
        tries: 2,
        choices: choices.into_iter().flatten().collect(),
        otherwise: step(to),
    })
}

/// The lines of an invented service: one that greets, one with a menu, one that rings, one that a regulator answers
/// first, and one that is closed at night and then leads to the first.
fn lines() -> Vec<Line> {
    let utc = |line: Line| Line { zone: "UTC".to_owned(), ..line };
    let greets = Flow::of([("hello", say(PromptName::Greeting, "queue")), ("queue", enter("listening"))]);
    let asks = Flow::of([
        ("hello", say(PromptName::Greeting, "menu")),
        ("menu", menu("queue")),
        ("queue", enter("listening")),
    ]);
    let rings = Flow::of([("ring", Step::Ring(flow::Ring { next: step("queue") })), ("queue", enter("listening"))]);
    let regulated = Flow::of([("hello", say(PromptName::Greeting, "queue")), ("queue", enter("regulation"))]);
    let by_day = Flow::of([
        ("hours", Step::Hours(flow::ByHours { open: step("relay"), closed: step("other") })),
        ("relay", Step::Relay(flow::ToRelay { relay: RelayId::from("partner"), failed: step("queue") })),
        ("queue", enter("listening")),
        ("other", Step::Line(flow::ToLine { line: "greets".into() })),
    ]);
    let mut by_day = utc(Line::usual("by-day", "By day", by_day));
    by_day.hours.week = WeeklyHours::read(["mon-sun 08:00-20:00"]).unwrap_or_else(|_| WeeklyHours::always());
    vec![
        utc(Line::usual("greets", "Greets", greets)),
        utc(Line::usual("asks", "Asks", asks)),
        utc(Line::usual("rings", "Rings", rings)),
        utc(Line::usual("regulated", "Regulated", regulated)),
        by_day,
    ]
}

fn rungs(dice: &mut Dice) -> Vec<Rung> {
    let mut rungs = vec![Rung { tried: Tried::OnShift, seconds: 30 }];
    let mut add = |chance: u64, tried: Tried, seconds: u32, dice: &mut Dice| {
        if dice.thousandths(chance) {
            rungs.push(Rung { tried, seconds });
        }
    };
    add(800, Tried::OnCall, 40, dice);
    add(400, Tried::OtherQueue(QueueId::from("regulation")), 30, dice);
    add(400, Tried::Partner(RelayId::from("partner")), 35, dice);
    add(500, Tried::Facilitator, 30, dice);
    add(800, Tried::Message(PromptName::AllBusy), 40, dice);
    rungs
}

impl Service {
    /// An invented service and night, of which each seed has its own.
    #[must_use]
    pub fn invented(dice: &mut Dice) -> Self {
        let listening = QueueRules {
            rungs: rungs(dice),
            wishes: [("audience".to_owned(), 20), ("language".to_owned(), 60)].into(),
            requires: Requirement::read("role:listener").unwrap_or_default(),
            extras: dice.thousandths(700),
            ..QueueRules::usual("listening", "Listening")
        };
        let regulation = QueueRules {
            rungs: rungs(dice).into_iter().filter(|rung| !matches!(rung.tried, Tried::OtherQueue(_))).collect(),
            requires: Requirement::read("role:regulator").unwrap_or_default(),
            ..QueueRules::usual("regulation", "Regulation")
        };
        let mut partner = Relay::usual("partner", "Partner", "0199000899");
        partner.press_key = dice.thousandths(300);
        let care = if dice.thousandths(600) { ListenerCare::default() } else { ListenerCare::none() };
        let lasts = dice.within(2, 12) * HOUR;
        let (people, rota) = people(lasts, dice);
        let busy = dice.within(20, 700);
        let surge = if dice.thousandths(150) { 20.0 } else { 1.0 };
        #[allow(clippy::cast_precision_loss, reason = "a few hundred")]
        let demand = Demand {
            calls_a_day: busy as f64,
            arrivals: Arrivals::Alike { by_hour: Box::new(USUAL_HOURS), by_weekday: [1.0; 7] },
            surge,
            patience: dice.within(2, 20) * MINUTE,
            talk: dice.within(4, 25) * MINUTE,
            writes: Demand::USUALLY_WRITES,
        };
        Self {
            plan: Plan::new(lines(), [listening, regulation], [partner], care),
            people,
            rota,
            from: Utc(MONDAY + 18 * i64::try_from(HOUR).unwrap_or(0)),
            lasts,
            demand,
            habits: if dice.thousandths(400) { Habits::bad() } else { Habits::usual() },
            passing: Passing {
                regulated: [(QueueId::from("regulation"), QueueId::from("listening"))].into(),
                relay: Some(RelayId::from("partner")),
                colleagues: (1..12).map(ListenerId).collect(),
            },
        }
    }

    /// The invented service of a seed, and the chance that its night is drawn from. Two seeds of five have callers who count
    /// as having waited longer: those who chose to be students, and those of the line that rings.
    #[must_use]
    pub fn of_seed(seed: u64) -> (Self, Dice) {
        let mut dice = Dice::new(seed);
        let mut service = Self::invented(&mut dice);
        if matches!(seed % 5, 1 | 3) {
            for line in service.plan.lines.values_mut() {
                let line = Arc::make_mut(line);
                let rings = line.id == "rings".into();
                for step in Arc::make_mut(&mut line.flow).steps.values_mut() {
                    match step {
                        Step::Queue(enter) if rings => enter.priority = 60,
                        Step::Menu(menu) => {
                            for choice in menu.choices.iter_mut().filter(|choice| choice.choice == "student") {
                                choice.priority = 90;
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        (service, dice)
    }

    /// Whether a step asks with this prompt for a key.
    pub(super) fn asks_for_key(&self, prompt: PromptName) -> bool {
        let asks = |step: &Step| match step {
            Step::Menu(menu) => menu.prompt == prompt,
            Step::Language(asks) => asks.prompt == prompt,
            Step::Departement(asks) => asks.prompt == prompt,
            _ => false,
        };
        self.plan.lines.values().any(|line| line.flow.steps.values().any(asks))
    }

    /// The same service with so many more (or fewer) people on each kind of duty, and so many times the demand.
    #[must_use]
    pub fn what_if(mut self, listeners: i32, demand: f64) -> Self {
        self.demand.calls_a_day *= demand;
        let on_shift: BTreeSet<ListenerId> =
            self.rota.iter().filter(|shift| shift.duty == Duty::OnShift).map(|shift| shift.listener).collect();
        if listeners < 0 {
            let fewer = usize::try_from(-listeners).unwrap_or(0);
            let ill: BTreeSet<ListenerId> = on_shift.into_iter().take(fewer).collect();
            self.rota.retain(|shift| !ill.contains(&shift.listener));
            self.people.retain(|person| !ill.contains(&person.id));
            return self;
        }
        let more = usize::try_from(listeners).unwrap_or(0);
        let last = self.people.iter().map(|person| person.id.0).max().unwrap_or(0);
        let models: Vec<ListenerId> = on_shift.into_iter().collect();
        for number in 0..more {
            let Some(model) = models.get(number % models.len().max(1)) else { break };
            let id = ListenerId(last + 1 + i64::try_from(number).unwrap_or(0));
            let Some(person) = self.people.iter().find(|person| person.id == *model).cloned() else { continue };
            self.people.push(Person { id, ..person });
            let shifts: Vec<Shift> = self.rota.iter().filter(|shift| shift.listener == *model).cloned().collect();
            for shift in shifts {
                let next = self.rota.iter().map(|shift| shift.id.0).max().unwrap_or(0) + 1;
                self.rota.push(Shift { id: ShiftId(next), listener: id, ..shift });
            }
        }
        self
    }
}

fn people(lasts: u64, dice: &mut Dice) -> (Vec<Person>, Vec<Shift>) {
    let mut people = Vec::new();
    let mut rota = Vec::new();
    let from = MONDAY + 18 * i64::try_from(HOUR).unwrap_or(0);
    let mut add = |duty: Duty, queue: &str, skills: &[&str], phone: bool, dice: &mut Dice| {
        let id = ListenerId(i64::try_from(people.len()).unwrap_or(0) + 1);
        let skills = skills.iter().filter_map(|skill| Some((Skill::read(skill).ok()?, 2))).collect();
        people.push(Person { id, skills, queues: None, phone, supervises: duty == Duty::Facilitator });
        // Some shifts end in the middle of the time, and others begin there.
        let whole = i64::try_from(lasts + 4 * HOUR).unwrap_or(0);
        let cut = i64::try_from(dice.within(0, lasts)).unwrap_or(0);
        let spans = match dice.within(0, 4) {
            0 => vec![(0, cut)],
            1 => vec![(cut, whole)],
            2 => vec![(0, cut), (cut, whole)],
            _ => vec![(0, whole)],
        };
        for (begin, end) in spans {
            let number = i64::try_from(rota.len()).unwrap_or(0) + 1;
            let (from, until) = (Utc(from + begin), Utc(from + end));
            let queue = QueueId::from(queue);
            rota.push(Shift { id: ShiftId(number), listener: id, queue, duty, from, until });
        }
    };
    let audiences = ["audience:professional", "audience:student", "audience:relative"];
    for _ in 0..dice.within(1, 9) {
        let count = usize::try_from(dice.within(0, 4)).unwrap_or(0);
        let skills: Vec<&str> = ["role:listener"].into_iter().chain(audiences.into_iter().take(count)).collect();
        add(Duty::OnShift, "listening", &skills, false, dice);
    }
    for _ in 0..dice.within(1, 3) {
        add(Duty::OnShift, "regulation", &["role:regulator", "role:listener"], false, dice);
    }
    for _ in 0..dice.within(0, 3) {
        add(Duty::OnCall, "listening", &["role:listener"], true, dice);
    }
    add(Duty::Facilitator, "listening", &["role:listener", "role:regulator"], false, dice);
    (people, rota)
}
