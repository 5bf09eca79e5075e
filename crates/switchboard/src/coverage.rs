//! Coverage: for each hour of the coming weeks, whether those on the rota are as many as a queue wants.

use crate::flow::{Flow, Leads, Step};
use crate::plan::Duty;
use crate::{ListenerId, Plan, QueueId, Shift, StepId, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// How finely opening hours are looked at, in milliseconds: five minutes. Shifts begin and end at their own minute.
const GRAIN: i64 = 300_000;

/// How a queue is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covered {
    /// No line leads here then: nobody is needed.
    NotNeeded,
    /// As many are on shift as are wanted.
    Enough,
    /// Fewer than are wanted; or nobody on shift, but somebody on call.
    Thin,
    /// Nobody at all.
    Nobody,
}

/// A time during which the coverage of a queue stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// From when.
    pub from: Utc,
    /// Until when.
    pub until: Utc,
    /// How it is covered.
    pub covered: Covered,
    /// How many are on shift.
    pub on_shift: u16,
    /// How many are on call.
    pub on_call: u16,
}

/// The coverage of a queue from `from` to `until`, stretch by stretch without a gap. `shifts` are those of that time, of any
/// queue.
#[must_use]
pub fn coverage(plan: &Plan, shifts: &[Shift], queue: &QueueId, from: Utc, until: Utc) -> Vec<Stretch> {
    let wanted = plan.queues.get(queue).map_or(1, |rules| u16::from(rules.wanted));
    let own: Vec<&Shift> = shifts.iter().filter(|shift| shift.queue == *queue).collect();
    let ways = Ways::to(plan, queue);
    let mut edges: BTreeSet<Utc> = own.iter().flat_map(|shift| [shift.from, shift.until]).collect();
    let mut at = from.0;
    while at < until.0 {
        edges.insert(Utc(at));
        at = (at.div_euclid(GRAIN) + 1).saturating_mul(GRAIN);
    }
    edges.retain(|edge| (from..until).contains(edge));
    let mut begins: Vec<&Shift> = own.clone();
    begins.sort_by_key(|shift| shift.from);
    let mut ends = own;
    ends.sort_by_key(|shift| shift.until);
    let (mut begins, mut ends) = (begins.into_iter().peekable(), ends.into_iter().peekable());
    let mut there = There::default();
    let mut stretches: Vec<Stretch> = Vec::new();
    for at in edges {
        while let Some(shift) = begins.next_if(|shift| shift.from <= at) {
            there.change(shift, 1);
        }
        while let Some(shift) = ends.next_if(|shift| shift.until <= at) {
            there.change(shift, -1);
        }
        let (on_shift, on_call) = (there.count(Duty::OnShift), there.count(Duty::OnCall));
        let covered = if !ways.lead_there(plan, at) {
            Covered::NotNeeded
        } else if on_shift >= wanted {
            Covered::Enough
        } else if on_shift + on_call > 0 {
            Covered::Thin
        } else {
            Covered::Nobody
        };
        match stretches.last_mut() {
            Some(last) if (last.covered, last.on_shift, last.on_call) == (covered, on_shift, on_call) => {}
            Some(last) => {
                last.until = at;
                stretches.push(Stretch { from: at, until, covered, on_shift, on_call });
            }
            None => stretches.push(Stretch { from: at, until, covered, on_shift, on_call }),
        }
    }
    stretches
}

/// Who is there at a moment, as what, and by how many shifts: the same person twice is one person.
#[derive(Default)]
struct There(BTreeMap<(Duty, ListenerId), i32>);

impl There {
    fn change(&mut self, shift: &Shift, by: i32) {
        let place = (shift.duty, shift.listener);
        let count = self.0.entry(place).or_insert(0);
        *count += by;
        if *count == 0 {
            self.0.remove(&place);
        }
    }

    fn count(&self, duty: Duty) -> u16 {
        u16::try_from(self.0.keys().filter(|(own, _)| *own == duty).count()).unwrap_or(u16::MAX)
    }
}

/// Which lines lead to a queue, while they are open and while they are closed.
struct Ways(Vec<(crate::LineId, bool, bool)>);

impl Ways {
    fn to(plan: &Plan, queue: &QueueId) -> Self {
        let reaches = |flow: &Flow, open: bool| reached(flow, open).contains(queue);
        let lines = plan.lines.values();
        Self(lines.map(|line| (line.id.clone(), reaches(&line.flow, true), reaches(&line.flow, false))).collect())
    }

    fn lead_there(&self, plan: &Plan, at: Utc) -> bool {
        self.0.iter().any(|(id, while_open, while_closed)| {
            if while_open == while_closed {
                return *while_open;
            }
            let open = plan.lines.get(id).is_some_and(|line| line.hours.open_at(line.clock.local(at)));
            if open { *while_open } else { *while_closed }
        })
    }
}

/// The queues that somebody may reach through a flow while the line is open, or closed.
fn reached(flow: &Flow, open: bool) -> BTreeSet<QueueId> {
    let mut seen: BTreeSet<StepId> = BTreeSet::new();
    let mut next = vec![flow.start.clone()];
    let mut queues = BTreeSet::new();
    while let Some(id) = next.pop() {
        let Some(step) = flow.steps.get(&id).filter(|_| seen.insert(id.clone())) else { continue };
        if let Step::Hours(hours) = step {
            next.push(if open { hours.open.clone() } else { hours.closed.clone() });
            continue;
        }
        if let Leads::Queue(queue) = step.leads() {
            queues.insert(queue);
        }
        next.extend(step.exits().into_iter().map(|exit| exit.to));
    }
    queues
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::zone::tests::paris;
    use crate::flow::{ByHours, Enter, LastWord};
    use crate::{Date, Line, ListenerCare, PromptName, QueueRules, ShiftId, WeeklyHours};
    use std::sync::Arc;

    const HOUR: i64 = 3_600_000;

    fn plan(wanted: u8) -> Plan {
        let step = |id: &str| StepId::from(id);
        let flow = Flow::of([
            ("heures", Step::Hours(ByHours { open: step("file"), closed: step("ferme") })),
            ("file", Step::Queue(Enter { queue: QueueId::from("jour"), priority: 0 })),
            ("ferme", Step::Last(LastWord { prompt: PromptName::Closed })),
        ]);
        let mut line = Line::usual("jour", "Jour", flow);
        line.hours.week = WeeklyHours::read(["mon-sun 08:00-20:00"]).unwrap();
        let queue = QueueRules { wanted, ..QueueRules::usual("jour", "Jour") };
        let mut plan = Plan::new([line], [queue], [], ListenerCare::default());
        plan.complete(|_| Some(paris())).unwrap();
        plan
    }

    fn at(day: &str, hour: u16) -> Utc {
        paris().told(Date::try_from(day.to_owned()).unwrap(), hour * 60).utc()
    }

    fn shift(id: i64, who: i64, duty: Duty, from: Utc, until: Utc) -> Shift {
        Shift { id: ShiftId(id), listener: ListenerId(who), queue: QueueId::from("jour"), duty, from, until }
    }

    fn told(stretches: &[Stretch]) -> Vec<(i64, Covered)> {
        stretches.iter().map(|one| ((one.until.0 - one.from.0) / (HOUR / 4), one.covered)).collect()
    }

    #[test]
    fn every_hour_is_told() {
        let (from, until) = (at("2026-06-01", 0), at("2026-06-02", 0));
        let shifts = [
            shift(1, 1, Duty::OnShift, at("2026-06-01", 9), at("2026-06-01", 15)),
            shift(2, 2, Duty::OnShift, at("2026-06-01", 12), at("2026-06-01", 15)),
            // The same person twice is one person.
            shift(3, 2, Duty::OnShift, at("2026-06-01", 12), at("2026-06-01", 13)),
            shift(4, 3, Duty::OnCall, at("2026-06-01", 18), at("2026-06-01", 24)),
        ];
        use Covered::{Enough, Nobody, NotNeeded, Thin};
        let found = coverage(&plan(2), &shifts, &QueueId::from("jour"), from, until);
        let expected =
            [(32, NotNeeded), (4, Nobody), (12, Thin), (12, Enough), (12, Nobody), (8, Thin), (16, NotNeeded)];
        assert_eq!(told(&found), expected);
        assert!(found.windows(2).all(|pair| pair[0].until == pair[1].from));
        let one = coverage(&plan(1), &shifts, &QueueId::from("jour"), from, until);
        assert_eq!(one.iter().filter(|one| one.covered == Thin).count(), 1, "on call alone is thin");
        assert_eq!(coverage(&plan(2), &shifts, &QueueId::from("nuit"), from, until)[0].covered, NotNeeded);
    }

    #[test]
    fn a_queue_of_the_night_is_needed_while_the_line_is_closed_and_the_day_is_an_hour_longer_in_autumn() {
        let mut plan = plan(1);
        let night = QueueId::from("nuit");
        let line = Arc::make_mut(plan.lines.values_mut().next().unwrap());
        let enter = Step::Queue(Enter { queue: night.clone(), priority: 0 });
        Arc::make_mut(&mut line.flow).steps.insert(StepId::from("ferme"), enter);
        let (from, until) = (at("2026-10-25", 0), at("2026-10-26", 0));
        let found = coverage(&plan, &[], &night, from, until);
        assert_eq!(told(&found), [(36, Covered::Nobody), (48, Covered::NotNeeded), (16, Covered::Nobody)]);
    }
}
