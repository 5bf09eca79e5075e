//! The checker: refuses a flow with a dead end, an endless loop, a silent path, or a minute of the week in which an open
//! line leads to no human, and says which.

use super::{Flow, Leads, Step};
use crate::calendar::{DAYS, LocalMinute, write_clock};
use crate::number::international;
use crate::plan::{Line, Plan, Tried, Wrong};
use crate::{DialRules, Language, LineId, NotDialled, PromptName, QueueId, RelayId, StepId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlowFault {
    /// The flow begins at a step that is not there.
    NoStart(LineId),
    /// A step leads to one that is not there.
    DeadEnd(LineId, StepId, StepId),
    /// A caller who presses nothing would go round and round, beginning at this step.
    EndlessLoop(LineId, StepId),
    /// A step says a prompt that is not there in this language.
    SilentPath(LineId, StepId, Language),
    /// In this minute of the week the line is open, and a caller who gets to this step reaches no human.
    NoHuman(LineId, StepId, u16),
    /// A step leads to a queue that is not there.
    UnknownQueue(LineId, StepId, QueueId),
    /// A step leads to a relay that is not there.
    UnknownRelay(LineId, StepId, RelayId),
    /// A step leads to a line that is not there.
    UnknownLine(LineId, StepId, LineId),
    /// A step's own settings are wrong.
    StepWrong(LineId, StepId, Wrong),
    /// A line's own settings are wrong.
    LineWrong(LineId, Wrong),
    /// A number reaches two lines.
    NumberTwice(LineId, LineId, String),
    /// A queue's rules are wrong.
    QueueWrong(QueueId, Wrong),
    /// A relay's settings are wrong.
    RelayWrong(RelayId, Wrong),
    /// A relay's number is of a kind that is not called.
    NotDialled(RelayId, NotDialled),
    /// The care for listeners is wrong.
    CareWrong(Wrong),
    /// There is no line: nobody could call.
    NoLines,
    /// A step that is there and that nothing leads to. A warning: it does no harm.
    NeverReached(LineId, StepId),
}

impl FlowFault {
    /// Whether it only deserves a word, and stops nothing.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(self, FlowFault::NeverReached(..))
    }
}

/// A minute of the week in short: `sun 03:00`.
fn minute_words(minute: u16) -> String {
    let day = DAYS.get(usize::from(minute / 1440)).copied().unwrap_or("mon");
    format!("{day} {}", write_clock(minute % 1440))
}

impl fmt::Display for FlowFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlowFault::NoStart(line) => write!(out, "line {line}: the flow begins at a step that is not there"),
            FlowFault::DeadEnd(line, step, to) => {
                write!(out, "line {line}, step {step}: leads to the step '{to}', which is not there")
            }
            FlowFault::EndlessLoop(line, step) => {
                write!(out, "line {line}, step {step}: a caller who presses nothing would go round and round from here")
            }
            FlowFault::SilentPath(line, step, language) => {
                write!(out, "line {line}, step {step}: the prompt is not there in '{}': silence", language.code())
            }
            FlowFault::NoHuman(line, step, minute) => write!(
                out,
                "line {line}, step {step}: at {} the line is open, and a caller who gets here reaches no human",
                minute_words(*minute)
            ),
            FlowFault::UnknownQueue(line, step, queue) => {
                write!(out, "line {line}, step {step}: there is no queue '{queue}'")
            }
            FlowFault::UnknownRelay(line, step, relay) => {
                write!(out, "line {line}, step {step}: there is no relay '{relay}'")
            }
            FlowFault::UnknownLine(line, step, other) => {
                write!(out, "line {line}, step {step}: there is no line '{other}'")
            }
            FlowFault::StepWrong(line, step, words) => write!(out, "line {line}, step {step}: {words}"),
            FlowFault::LineWrong(line, words) => write!(out, "line {line}: {words}"),
            FlowFault::NumberTwice(line, other, number) => {
                write!(out, "line {line}: the number {number} reaches line {other} already")
            }
            FlowFault::QueueWrong(queue, words) => write!(out, "queue {queue}: {words}"),
            FlowFault::RelayWrong(relay, words) => write!(out, "relay {relay}: {words}"),
            FlowFault::NotDialled(relay, why) => write!(out, "relay {relay}: its number is not called: {why}"),
            FlowFault::NoLines => write!(out, "the plan has no line: nobody could call"),
            FlowFault::CareWrong(words) => write!(out, "care for listeners: {words}"),
            FlowFault::NeverReached(line, step) => write!(out, "line {line}, step {step}: nothing leads here"),
        }
    }
}

/// Whether a prompt is there in a language.
pub type Known<'a> = &'a dyn Fn(PromptName, Language) -> bool;

/// Everything that is wrong with a plan, lines first.
#[must_use]
pub fn check_plan(plan: &Plan, known: Known<'_>, rules: &DialRules) -> Vec<FlowFault> {
    let mut faults: Vec<FlowFault> = plan.lines.values().flat_map(|line| check_flow(plan, line, known)).collect();
    if plan.lines.is_empty() {
        faults.push(FlowFault::NoLines);
    }
    let spoken: BTreeSet<Language> = plan.lines.values().flat_map(|line| line.languages.iter().copied()).collect();
    let mut numbers: BTreeMap<String, &LineId> = BTreeMap::new();
    for line in plan.lines.values() {
        for number in &line.numbers {
            // A line may have its own number in both ways: the trunk may dial either.
            if let Some(other) = numbers.insert(international(number), &line.id)
                && *other != line.id
            {
                faults.push(FlowFault::NumberTwice(line.id.clone(), other.clone(), number.clone()));
            }
        }
    }
    for queue in plan.queues.values() {
        let fault = |words| FlowFault::QueueWrong(queue.id.clone(), words);
        faults.extend(queue.wrong().map(fault));
        for rung in &queue.rungs {
            let words = match &rung.tried {
                Tried::Partner(relay) => match plan.relays.get(relay) {
                    None => Some(Wrong::UnknownRelay(relay.clone())),
                    Some(known) if known.emergency => Some(Wrong::EmergencyInCascade(relay.clone())),
                    Some(_) => None,
                },
                Tried::OtherQueue(other) if !plan.queues.contains_key(other) => {
                    Some(Wrong::UnknownQueue(other.clone()))
                }
                Tried::Message(prompt) if spoken.iter().any(|language| !known(*prompt, *language)) => {
                    Some(Wrong::NoMessage)
                }
                Tried::OtherQueue(_) | Tried::Message(_) | Tried::OnShift | Tried::OnCall | Tried::Facilitator => None,
            };
            faults.extend(words.map(fault));
        }
    }
    for relay in plan.relays.values() {
        let refused = rules.refuses(&relay.number).map(|why| FlowFault::NotDialled(relay.id.clone(), why));
        faults.extend(relay.wrong().map(|words| FlowFault::RelayWrong(relay.id.clone(), words)).or(refused));
    }
    faults.extend(plan.care.wrong().map(FlowFault::CareWrong));
    let call_page = plan.call_page.as_ref().filter(|line| !plan.lines.contains_key(line));
    faults.extend(call_page.map(|line| FlowFault::LineWrong(line.clone(), Wrong::UnknownCallPage(line.clone()))));
    faults
}

/// Everything that is wrong with one line and its flow.
#[must_use]
pub fn check_flow(plan: &Plan, line: &Line, known: Known<'_>) -> Vec<FlowFault> {
    let mut faults = Vec::new();
    let id = &line.id;
    faults.extend(line.wrong().map(|words| FlowFault::LineWrong(id.clone(), words)));
    let flow = &line.flow;
    if flow.steps.len() > Flow::MOST_STEPS {
        faults.push(FlowFault::LineWrong(id.clone(), Wrong::TooManySteps));
        return faults;
    }
    if !flow.steps.contains_key(&flow.start) {
        faults.push(FlowFault::NoStart(id.clone()));
        return faults;
    }
    let reached = flow.reached();
    for (step_id, step) in &flow.steps {
        if !reached.contains(step_id) {
            faults.push(FlowFault::NeverReached(id.clone(), step_id.clone()));
            continue;
        }
        faults.extend(step.rules().wrong().map(|words| FlowFault::StepWrong(id.clone(), step_id.clone(), words)));
        for exit in step.exits() {
            if !flow.steps.contains_key(&exit.to) {
                faults.push(FlowFault::DeadEnd(id.clone(), step_id.clone(), exit.to));
            }
        }
        for language in &line.languages {
            if step.prompts().into_iter().any(|prompt| !known(prompt, *language)) {
                faults.push(FlowFault::SilentPath(id.clone(), step_id.clone(), *language));
            }
        }
        match step.leads() {
            Leads::Queue(queue) if !plan.queues.contains_key(&queue) => {
                faults.push(FlowFault::UnknownQueue(id.clone(), step_id.clone(), queue));
            }
            Leads::Relay(relay) if !plan.relays.contains_key(&relay) => {
                faults.push(FlowFault::UnknownRelay(id.clone(), step_id.clone(), relay));
            }
            Leads::Line(other) if !plan.lines.contains_key(&other) => {
                faults.push(FlowFault::UnknownLine(id.clone(), step_id.clone(), other));
            }
            Leads::On | Leads::Queue(_) | Leads::Relay(_) | Leads::Line(_) | Leads::LastWord => {}
        }
    }
    if faults.iter().all(FlowFault::is_warning) {
        faults.extend(loops(plan, line));
        faults.extend(minutes_without_a_human(plan, line));
    }
    faults
}

/// The exits that a caller who does nothing can be led through.
fn led_through(step: &Step) -> Vec<StepId> {
    let keys = |when: &str| when.len() == 1;
    step.exits().into_iter().filter(|exit| !keys(&exit.when)).map(|exit| exit.to).collect()
}

type Place = (LineId, StepId);

fn after(plan: &Plan, flow: &Flow, place: &Place) -> Vec<Place> {
    let Some(step) = flow.steps.get(&place.1) else { return Vec::new() };
    let mut next: Vec<Place> = led_through(step).into_iter().map(|to| (place.0.clone(), to)).collect();
    if let Leads::Line(other) = step.leads()
        && let Some(line) = plan.lines.get(&other)
    {
        next.push((other, line.flow.start.clone()));
    }
    next
}

/// Steps from which a caller who presses nothing comes back to the same step, on this line or over others. Each step is
/// walked into once: a way that meets a step it is still walking through is a loop (Cormen, Leiserson, Rivest and Stein,
/// "Introduction to Algorithms", section on depth-first search).
fn loops(plan: &Plan, line: &Line) -> Vec<FlowFault> {
    let mut done: BTreeSet<Place> = BTreeSet::new();
    let mut way: Vec<(Place, Vec<Place>)> = Vec::new();
    let mut on_the_way: BTreeSet<Place> = BTreeSet::new();
    let mut found: BTreeSet<Place> = BTreeSet::new();
    let ways_on = |place: &Place| {
        let flow = if place.0 == line.id { Some(&line.flow) } else { plan.lines.get(&place.0).map(|of| &of.flow) };
        flow.map_or_else(Vec::new, |flow| after(plan, flow, place))
    };
    for start in line.flow.reached() {
        let start = (line.id.clone(), start);
        if done.contains(&start) {
            continue;
        }
        on_the_way.insert(start.clone());
        let next = ways_on(&start);
        way.push((start, next));
        while let Some((place, left)) = way.last_mut() {
            match left.pop() {
                Some(next) if on_the_way.contains(&next) => {
                    found.insert(next);
                }
                Some(next) if done.contains(&next) => {}
                Some(next) => {
                    on_the_way.insert(next.clone());
                    let further = ways_on(&next);
                    way.push((next, further));
                }
                None => {
                    on_the_way.remove(place);
                    done.insert(place.clone());
                    way.pop();
                }
            }
        }
    }
    // A loop among other lines is told of those lines.
    let own = found.into_iter().filter(|(of, _)| *of == line.id);
    own.map(|(of, step)| FlowFault::EndlessLoop(of, step)).collect()
}

/// Minutes in which the line is open and some way through its flow ends with no human.
fn minutes_without_a_human(plan: &Plan, line: &Line) -> Vec<FlowFault> {
    // Flows differ only by which lines are open: one look at each combination is enough.
    let mut looked_at: BTreeSet<Vec<bool>> = BTreeSet::new();
    let mut found: BTreeMap<StepId, u16> = BTreeMap::new();
    for minute in 0..LocalMinute::WEEK {
        if !line.hours.week.open_at_minute(minute) {
            continue;
        }
        let open: Vec<bool> = plan.lines.values().map(|other| other.hours.week.open_at_minute(minute)).collect();
        if !looked_at.insert(open) {
            continue;
        }
        let mut seen: BTreeSet<Place> = BTreeSet::new();
        let mut next = vec![(line.id.clone(), line.flow.start.clone())];
        while let Some(place) = next.pop() {
            if !seen.insert(place.clone()) {
                continue;
            }
            let own = place.0 == line.id;
            let Some(of) = plan.lines.get(&place.0) else { continue };
            let flow = if own { &line.flow } else { &of.flow };
            let Some(step) = flow.steps.get(&place.1) else { continue };
            let hours = if own { &line.hours } else { &of.hours };
            match step.leads() {
                Leads::LastWord => {
                    let step = if own { place.1.clone() } else { line.flow.start.clone() };
                    found.entry(step).or_insert(minute);
                }
                Leads::Line(other) => {
                    let start = plan.lines.get(&other).map(|line| line.flow.start.clone()).unwrap_or_default();
                    next.push((other, start));
                }
                Leads::On | Leads::Queue(_) | Leads::Relay(_) => {
                    let open = hours.week.open_at_minute(minute);
                    let taken = |when: &str| match when {
                        "open" => open,
                        "closed" => !open,
                        _key => true,
                    };
                    let exits = step.exits().into_iter().filter(|exit| taken(&exit.when));
                    next.extend(exits.map(|exit| (place.0.clone(), exit.to)));
                }
            }
        }
    }
    found.into_iter().map(|(step, minute)| FlowFault::NoHuman(line.id.clone(), step, minute)).collect()
}
