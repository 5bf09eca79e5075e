//! A call flow as a picture: steps from top to bottom, and the ways between them.

use crate::words::Words;
use maud::{Markup, html};
use std::collections::BTreeSet;
use switchboard::flow::{Drawing, DrawnEdge, DrawnStep, Flow, FlowFault, Leads, Step};
use switchboard::{LineId, Plan, StepId};

const BOX: (i64, i64) = (170, 58);
const GAP: (i64, i64) = (36, 58);
const MARGIN: i64 = 40;

/// Draws a flow; steps with a fault stand out.
pub(super) fn draw(words: Words, plan: &Plan, line: &LineId, flow: &Flow, faults: &[FlowFault]) -> Markup {
    if flow.steps.len() > Flow::MOST_STEPS {
        // The checker says so; a picture of so many would help nobody.
        return Markup::default();
    }
    let drawing = Drawing::of(flow);
    let faulty = faulty(faults, line);
    let (rows, columns) = (to(drawing.rows.max(1)), to(drawing.columns.max(1)));
    let width = columns * (BOX.0 + GAP.0) + 2 * MARGIN;
    let height = rows * (BOX.1 + GAP.1) - GAP.1 + MARGIN;
    let spot = |step: &DrawnStep| place(&drawing, step, width);
    html! {
        svg.flow viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height) role="group"
            aria-label=(words.say("flow.picture")) {
            defs {
                marker #arrow viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto" {
                    path.arrow d="M0 0 L8 4 L0 8 z" {}
                }
            }
            @for edge in &drawing.edges {
                @if let (Some(from), Some(to)) = (drawing.steps.get(edge.from), drawing.steps.get(edge.to)) {
                    (self::edge(words, edge, spot(from), spot(to), from.column, width))
                }
            }
            @for step in &drawing.steps {
                @let (x, y) = spot(step);
                @let known = flow.steps.get(&step.id);
                @let kind = known.map_or("", Step::kind);
                g.step data-kind=(kind) data-fault[faulty.contains(&step.id)] {
                    a href=(format!("#step-{}", step.id)) {
                        rect x=(x) y=(y) width=(BOX.0) height=(BOX.1) rx="10" {}
                        text.kind x=(x + BOX.0 / 2) y=(y + 22) text-anchor="middle" { (words.named("step", kind)) }
                        text.name x=(x + BOX.0 / 2) y=(y + 43) text-anchor="middle" { (short(&target(plan, known, &step.id))) }
                    }
                }
            }
        }
    }
}

/// What a step's second line says: where it leads outside the flow, else its own name.
fn target(plan: &Plan, step: Option<&Step>, id: &StepId) -> String {
    match step.map_or(Leads::On, Step::leads) {
        Leads::Queue(queue) => plan.queues.get(&queue).map_or(queue.0, |known| known.name.clone()),
        Leads::Relay(relay) => plan.relays.get(&relay).map_or(relay.0, |known| known.name.clone()),
        Leads::Line(line) => plan.lines.get(&line).map_or(line.0, |known| known.name.clone()),
        Leads::On | Leads::LastWord => id.0.clone(),
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 20;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

fn place(drawing: &Drawing, step: &DrawnStep, width: i64) -> (i64, i64) {
    let beside = to(drawing.steps.iter().filter(|other| other.row == step.row).count());
    let row = beside * (BOX.0 + GAP.0) - GAP.0;
    let x = (width - row) / 2 + to(step.column) * (BOX.0 + GAP.0);
    (x, MARGIN / 2 + to(step.row) * (BOX.1 + GAP.1))
}

fn edge(words: Words, edge: &DrawnEdge, from: (i64, i64), to_spot: (i64, i64), column: usize, width: i64) -> Markup {
    let (number, count) = (to(edge.number.0), to(edge.number.1.max(1)));
    let start = (from.0 + BOX.0 * (number + 1) / (count + 1), from.1 + BOX.1);
    let end = (to_spot.0 + BOX.0 / 2, to_spot.1);
    let skips = end.1 - start.1 > GAP.1;
    let path = if edge.back {
        // A way back goes round by the side, so that it crosses no box.
        let side = if column == 0 { 8 + 6 * number } else { width - 8 - 6 * number };
        let (below, above) = (start.1 + 16, end.1 - 14);
        format!(
            "M{} {} C{} {below} {side} {below} {side} {} L{side} {} C{side} {above} {} {above} {} {}",
            start.0,
            start.1,
            start.0,
            start.1 - 10,
            end.1 + 10,
            end.0,
            end.0,
            end.1
        )
    } else if skips {
        let side =
            if start.0 <= end.0 { start.0.min(end.0 - BOX.0 / 2) - 14 } else { start.0.max(end.0 + BOX.0 / 2) + 14 };
        let side = side.clamp(10, width - 10);
        let (below, above) = (start.1 + GAP.1 / 2, end.1 - GAP.1 / 2);
        format!(
            "M{} {} C{} {below} {side} {} {side} {below} L{side} {above} C{side} {} {} {above} {} {}",
            start.0,
            start.1,
            start.0,
            start.1 + 8,
            end.1 - 8,
            end.0,
            end.0,
            end.1
        )
    } else {
        let middle = (start.1 + end.1) / 2;
        format!("M{} {} C{} {middle} {} {middle} {} {}", start.0, start.1, start.0, end.0, end.0, end.1)
    };
    let label = match edge.when.as_str() {
        "next" => String::new(),
        key if key.chars().count() == 1 => key.to_owned(),
        word => words.named("exit", word).to_owned(),
    };
    html! {
        path.edge d=(path) marker-end="url(#arrow)" {}
        @if !label.is_empty() {
            text.when x=(start.0 + 5) y=(start.1 + 16) { (label) }
        }
    }
}

/// The steps of this line about which the checker found something.
pub(super) fn faulty<'a>(faults: &'a [FlowFault], line: &LineId) -> BTreeSet<&'a StepId> {
    faults.iter().filter_map(|fault| step_of(fault, line)).collect()
}

/// The step of this line that a fault is about.
fn step_of<'a>(fault: &'a FlowFault, of: &LineId) -> Option<&'a StepId> {
    let (line, step) = match fault {
        FlowFault::DeadEnd(line, step, _)
        | FlowFault::EndlessLoop(line, step)
        | FlowFault::SilentPath(line, step, _)
        | FlowFault::NoHuman(line, step, _)
        | FlowFault::UnknownQueue(line, step, _)
        | FlowFault::UnknownRelay(line, step, _)
        | FlowFault::UnknownLine(line, step, _)
        | FlowFault::StepWrong(line, step, _)
        | FlowFault::NeverReached(line, step) => (line, step),
        FlowFault::NoStart(_)
        | FlowFault::LineWrong(..)
        | FlowFault::NumberTwice(..)
        | FlowFault::QueueWrong(..)
        | FlowFault::RelayWrong(..)
        | FlowFault::NotDialled(..)
        | FlowFault::CareWrong(_)
        | FlowFault::NoLines => return None,
    };
    (line == of).then_some(step)
}

fn to(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}
