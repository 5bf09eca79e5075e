//! How fast the switchboard decides, and how much memory a caller takes: figures to hold against targets, on the machine
//! at hand.

use super::dice::Dice;
use super::run::{Options, run};
use super::service::Service;
use super::unchecked;
use crate::clock;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::sync::Arc;
use switchboard::flow::{Enter, Flow, Step};
use switchboard::{
    Arrival, CallId, Channel, Command, Duty, Event, Input, LegEnd, LegId, Line, LineId, ListenerCare, ListenerId,
    Moment, Output, Person, Plan, Presence, QueueId, QueueRules, Requirement, Rung, Shift, ShiftId, Skill, Switchboard,
    Tried, Utc,
};

/// How large the house is in which decisions are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Callers who wait.
    pub waiting: u64,
    /// Listeners, most of whom talk.
    pub listeners: u64,
    /// Queues.
    pub queues: u64,
}

impl Size {
    /// Ten thousand live calls, a thousand listeners, fifty queues.
    pub const USUAL: Self = Self { waiting: 9_000, listeners: 1_000, queues: 50 };
}

/// How long decisions of one kind took, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisions {
    /// What came in.
    pub kind: &'static str,
    /// How many were measured.
    pub count: usize,
    /// Half took less.
    pub p50: u64,
    /// Ninety-nine of a hundred took less.
    pub p99: u64,
}

/// All figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Bench {
    /// Decisions at the usual size, of all kinds together and of each.
    pub decisions: Vec<Decisions>,
    /// Decisions with the queue ten times shorter, as usual, and ten times longer.
    pub growth: Vec<(u64, Decisions)>,
    /// From a listener's being free to the next offer.
    pub next_offer: Decisions,
    /// Seconds for a million simulated calls on one core, without the checker.
    pub million: f64,
    /// The same, with it.
    pub million_checked: f64,
    /// Bytes for each waiting caller, where memory can be measured.
    pub bytes: Option<u64>,
}

/// What was written to the record by one input, in short.
const NEXT_OFFER: &str = "a record is closed, and the next caller offered";
const ALL: &str = "all kinds";

/// A house of some size, kept busy.
struct House {
    board: Switchboard,
    dice: Dice,
    size: Size,
    now: Moment,
    calls: i64,
    /// Callers who wait or have waited, oldest first.
    came: VecDeque<CallId>,
    taken: BTreeMap<&'static str, Vec<u64>>,
    out: Output,
}

fn queue_name(number: u64) -> String {
    format!("queue-{number}")
}

fn plan(size: Size) -> Plan {
    let lines = (0..size.queues).map(|number| {
        let enter = Step::Queue(Enter { queue: QueueId(queue_name(number)), priority: 0 });
        let line = Line::usual(&format!("line-{number}"), "A line", Flow::of([("queue", enter)]));
        Line { queue_limit: u16::MAX, ..line }
    });
    let queues = (0..size.queues).map(|number| QueueRules {
        rungs: vec![Rung { tried: Tried::OnShift, seconds: 60 }, Rung { tried: Tried::OnCall, seconds: 60 }],
        requires: Requirement::read("role:listener").unwrap_or_default(),
        ..QueueRules::usual(&queue_name(number), "A queue")
    });
    Plan::new(lines, queues, [], ListenerCare::default())
}

impl House {
    fn new(size: Size) -> Self {
        let mut house = Self {
            board: Switchboard::new(Arc::new(plan(size))),
            dice: Dice::new(1),
            size,
            now: Moment(1_000),
            calls: 0,
            came: VecDeque::new(),
            taken: BTreeMap::new(),
            out: Output::default(),
        };
        let skill = |word: &str| Some((Skill::read(word).ok()?, 2));
        let skills = ["role:listener", "language:en", "audience:student"].into_iter().filter_map(skill);
        let skills: BTreeMap<Skill, u8> = skills.collect();
        let ids = 1..=i64::try_from(size.listeners).unwrap_or(0);
        let people = ids.clone().map(|id| Person { skills: skills.clone(), ..Person::anybody(ListenerId(id)) });
        let queues = i64::try_from(size.queues).unwrap_or(1);
        let shifts = ids.clone().map(|id| Shift {
            id: ShiftId(id),
            listener: ListenerId(id),
            queue: QueueId(queue_name(u64::try_from(id % queues).unwrap_or(0))),
            duty: Duty::OnShift,
            from: Utc(0),
            until: Utc(i64::MAX / 4),
        });
        house.put("start", Input::WallClock(Utc(1_000)));
        house.put("start", Input::People(people.collect()));
        house.put("start", Input::Rota(shifts.collect()));
        for id in ids {
            house.put("start", Input::DeskUp(ListenerId(id), LegId((1 << 50) + id)));
        }
        for _ in 0..size.listeners + size.waiting {
            house.arrives();
        }
        for id in 1..=i64::try_from(size.listeners).unwrap_or(0) {
            house.acts(ListenerId(id));
        }
        house.taken.clear();
        house
    }

    /// One input, measured.
    fn put(&mut self, kind: &'static str, input: Input) {
        self.out.effects.clear();
        self.out.events.clear();
        let began = clock::now();
        self.board.handle(input, self.now, &mut self.out);
        let nanoseconds = u64::try_from(clock::nanoseconds_since(began)).unwrap_or(u64::MAX);
        let offered = self.out.events.iter().any(|event| matches!(event, Event::Offered { .. }));
        let kind = if offered && kind == "a record is closed" { NEXT_OFFER } else { kind };
        self.taken.entry(kind).or_default().push(nanoseconds);
    }

    fn arrives(&mut self) {
        self.calls += 1;
        let (call, leg) = (CallId(self.calls), LegId(self.calls));
        let line = LineId(format!("line-{}", self.dice.within(0, self.size.queues)));
        let channel = Channel::Phone;
        self.put("a caller arrives", Input::Arrived(Arrival { call, leg, line, channel, language: None, tags: None }));
        self.put("a caller is answered", Input::LegAnswered(leg));
        self.came.push_back(call);
    }

    /// A listener does what comes next at their desk.
    fn acts(&mut self, listener: ListenerId) {
        let desk = self.board.desk(listener, self.now);
        let call = desk.call.map(|card| card.call);
        let (kind, command) = match (desk.presence, call, desk.wrapping_up) {
            (Presence::Offered, Some(call), _) => ("a listener accepts", Command::Accept(call)),
            (Presence::Talking, Some(_), _) => ("a listener ends the call", Command::End),
            (Presence::WrappingUp, _, Some(call)) => ("a record is closed", Command::CloseRecord(call, None)),
            _ => ("a listener says \"ready\"", Command::Ready),
        };
        self.put(kind, Input::Listener(listener, command));
    }

    fn passes(&mut self, milliseconds: u64) {
        let until = self.now.plus(milliseconds);
        while let Some(deadline) = self.board.next_deadline().filter(|deadline| *deadline <= until) {
            self.now = deadline.max(self.now);
            self.put("a deadline passes", Input::TimePassed);
        }
        self.now = until;
    }

    /// So many turns of an ordinary evening: the number of those who wait stays as it is.
    fn evening(&mut self, turns: u64) {
        for _ in 0..turns {
            self.passes(3);
            match self.dice.within(0, 10) {
                0..=1 => {
                    self.arrives();
                }
                _ => {
                    let listener = self.dice.within(1, self.size.listeners + 1);
                    self.acts(ListenerId(i64::try_from(listener).unwrap_or(1)));
                }
            }
            self.keeps_its_size();
        }
    }

    /// Others come for those who were served; those who came first leave while there are more than there should be.
    fn keeps_its_size(&mut self) {
        let most = usize::try_from(self.size.waiting + self.size.listeners).unwrap_or(usize::MAX);
        while self.board.open_calls() < most {
            self.arrives();
        }
        while self.board.open_calls() > most {
            let Some(call) = self.came.pop_front() else { return };
            self.put("a caller leaves", Input::LegEnded(LegId(call.0), LegEnd::HungUp));
        }
    }

    fn decisions(&self, kind: &'static str) -> Decisions {
        let of_kind = |(known, _): &(&&'static str, _)| kind == ALL || **known == kind;
        let mut taken: Vec<u64> = self.taken.iter().filter(of_kind).flat_map(|(_, taken)| taken).copied().collect();
        taken.sort_unstable();
        let at =
            |percent: usize| taken.get((taken.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0);
        Decisions { kind, count: taken.len(), p50: at(50), p99: at(99) }
    }
}

fn busy(size: Size, turns: u64) -> House {
    let mut house = House::new(size);
    // The first turns fill the caches.
    house.evening(turns / 10);
    house.taken.clear();
    house.evening(turns);
    house
}

/// Seconds for a million simulated calls, one night after the other.
fn million(checked: bool) -> f64 {
    const CALLS: u64 = 1_000_000;
    let began = clock::now();
    let (mut calls, mut seed) = (0, 0);
    while calls < CALLS {
        calls += if checked {
            run(&Options { first: seed, ..Options::of(1) }, |_| ()).calls
        } else {
            unchecked(&Service::of_seed(seed).0, seed).came
        };
        seed += 1;
    }
    clock::seconds_since(began)
}

/// Bytes for each of a hundred thousand waiting callers.
fn bytes(memory: impl Fn() -> Option<u64>) -> Option<u64> {
    const CALLERS: u64 = 100_000;
    let mut house = House::new(Size { waiting: 0, listeners: 0, queues: 2 });
    house.taken.clear();
    let before = memory()?;
    for _ in 0..CALLERS {
        house.arrives();
        house.taken.clear();
        house.came.clear();
    }
    let after = memory()?;
    (house.board.open_calls() == 100_000).then(|| after.saturating_sub(before) / CALLERS)
}

/// Measures everything. `memory` says how many bytes the process has in use, where that is known.
pub fn bench(memory: impl Fn() -> Option<u64>) -> Bench {
    // Memory first: what other measurements leave behind would hide what callers take.
    let bytes = bytes(memory);
    let usual = busy(Size::USUAL, 300_000);
    let kinds = [ALL].into_iter().chain(usual.taken.keys().copied());
    let decisions = kinds.map(|kind| usual.decisions(kind)).collect();
    let grown = |waiting| (waiting, busy(Size { waiting, ..Size::USUAL }, 150_000).decisions(ALL));
    let growth = vec![grown(900), (Size::USUAL.waiting, usual.decisions(ALL)), grown(90_000)];
    Bench {
        decisions,
        growth,
        next_offer: usual.decisions(NEXT_OFFER),
        million: million(false),
        million_checked: million(true),
        bytes,
    }
}

impl Bench {
    /// The figures in English, a line each, with the targets.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, words: String| {
            let _fits = writeln!(text, "{name:<50}{words}");
        };
        line("decision (targets: p50 5000 ns, p99 50000 ns)", String::new());
        for taken in &self.decisions {
            line(taken.kind, format!("{:>7} times, p50 {:>6} ns, p99 {:>6} ns", taken.count, taken.p50, taken.p99));
        }
        line("callers waiting (no faster than their logarithm)", String::new());
        for (waiting, taken) in &self.growth {
            line(&waiting.to_string(), format!("p50 {:>6} ns, p99 {:>6} ns", taken.p50, taken.p99));
        }
        let next = &self.next_offer;
        line("free until the next offer (target: p99 1000000 ns)", format!("p50 {} ns, p99 {} ns", next.p50, next.p99));
        line("a million calls (target: 60 s)", format!("{:.1} s", self.million));
        line("a million calls, checked (target: 60 s)", format!("{:.1} s", self.million_checked));
        let bytes = self.bytes.map_or("not measured".to_owned(), |bytes| format!("{bytes} bytes"));
        line("a waiting caller (target: 2048 bytes)", bytes);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_house_keeps_its_size_and_every_kind_of_decision_is_measured() {
        let size = Size { waiting: 60, listeners: 12, queues: 3 };
        let house = busy(size, 30_000);
        assert!((50..=73).contains(&house.board.open_calls()), "{}", house.board.open_calls());
        for kind in ["a caller arrives", "a caller leaves", "a listener accepts", NEXT_OFFER] {
            assert!(house.decisions(kind).count > 0, "{kind}");
        }
        assert!(house.decisions(ALL).p50 <= house.decisions(ALL).p99);
    }

    #[test]
    fn memory_is_measured_only_where_it_can_be() {
        assert_eq!(bytes(|| None), None);
    }
}
