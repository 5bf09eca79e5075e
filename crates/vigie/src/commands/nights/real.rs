//! The real service, read from its record for a rehearsal: its plan in force, its people, its rota, its callers.

use super::demand::{Told, demand};
use super::when::{When, told};
use crate::commands::Record;
use rehearsal::nights::{Habits, Passing, Service, WhatIf};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{Store, StoreError};
use switchboard::{Duty, ListenerId, Person, Plan, QueueRules, Shift, ShiftId, Utc, Zone};

/// The real service in some time to come.
#[derive(Debug)]
pub(super) struct Real {
    /// What is rehearsed.
    pub(super) service: Service,
    demand: Told,
    /// Whether the rota has shifts in that time; without any, everybody is taken to be there.
    has_rota: bool,
    asked: Option<f64>,
    until: Utc,
    zone: Zone,
}

fn words(fault: StoreError) -> String {
    fault.to_string()
}

impl Real {
    /// Reads it.
    ///
    /// # Errors
    /// Words that say what is missing, and who makes it where.
    pub(super) async fn read(record: &Record, when: &When, asked: Option<f64>, now: i64) -> Result<Self, String> {
        let store = record.store().await?;
        let first = record.first_plan()?;
        Self::of(&store, first, when, (asked, now)).await
    }

    /// The same, of a store that is open; `first` is the plan of the configuration.
    pub(super) async fn of(
        store: &Store,
        first: Plan,
        when: &When,
        (asked, now): (Option<f64>, i64),
    ) -> Result<Self, String> {
        let plan = plan(store, first).await?;
        let zone = plan.lines.values().next().map_or_else(Zone::utc, |line| line.clock.clone());
        let (from, until) = when.span(&zone, Utc(now))?;
        let people = node::known_people(store, &plan).await.map_err(words)?;
        let rows = store.shifts_between(from.0, until.0).await.map_err(words)?;
        let known = |shift: &Shift| {
            plan.queues.contains_key(&shift.queue) && people.iter().any(|person| person.id == shift.listener)
        };
        let mut rota: Vec<Shift> = rows.into_iter().map(|row| row.shift).filter(known).collect();
        let has_rota = !rota.is_empty();
        if !has_rota {
            rota = everybody(&plan, &people, (from, until));
        }
        if rota.is_empty() {
            return Err(format!(
                "the rota has no shift from {} to {}, and nobody else could take a call: add people in the office \
                 (/office/people) and shifts in the rota (/rota)",
                told(&zone, from),
                told(&zone, until)
            ));
        }
        let demand = demand(store, &plan, (from, until), (asked, now)).await.map_err(words)?;
        let service = Service {
            passing: Passing::of(&plan, &people),
            plan,
            people,
            rota,
            from,
            lasts: u64::try_from(until.0 - from.0).unwrap_or(0),
            demand: demand.demand.clone(),
            habits: Habits::usual(),
        };
        Ok(Self { service, demand, has_rota, asked, until, zone })
    }

    /// Who is rehearsed, and what was taken for granted, a line each.
    pub(super) fn told(&self) -> Vec<(&'static str, String)> {
        let Service { plan, from, .. } = &self.service;
        let span = format!("{} to {} ({})", told(&self.zone, *from), told(&self.zone, self.until), self.zone.name());
        let rota = if self.has_rota {
            let (shifts, people) = (self.service.rota.len(), self.on(None).len());
            format!("{shifts} shifts of {people} people; whoever is signed in outside a shift is left out")
        } else {
            let people = self.on(None).len();
            format!("no shift in that time: all {people} who could take calls are taken to be there the whole time")
        };
        vec![
            ("service", format!("plan {}, {} lines, {} queues", plan.version, plan.lines.len(), plan.queues.len())),
            ("time", span),
            ("rota", rota),
            ("arrivals", self.demand.arrivals_in_words(self.asked)),
            ("talks", self.demand.talks_in_words()),
        ]
    }

    /// Who has a shift in the time, of one duty or of any.
    fn on(&self, duty: Option<Duty>) -> BTreeSet<ListenerId> {
        let asked = self.service.rota.iter().filter(|shift| duty.is_none_or(|duty| shift.duty == duty));
        asked.map(|shift| shift.listener).collect()
    }

    /// What to say when more people are to be missing than are on shift.
    pub(super) fn missing(&self, what_if: WhatIf) -> String {
        let there = self.on(Some(Duty::OnShift)).len();
        let asked = usize::try_from(-i64::from(what_if.listeners)).unwrap_or(0);
        if asked <= there {
            String::new()
        } else {
            format!("{:<12}only {there} are on shift: all of them are missing\n", "")
        }
    }

    /// The same for other programs.
    pub(super) fn to_json(&self) -> Value {
        let Service { plan, rota, from, demand, .. } = &self.service;
        json!({
            "plan": plan.version,
            "lines": plan.lines.len(),
            "from_ms": from.0,
            "until_ms": self.until.0,
            "zone": self.zone.name(),
            "shifts": if self.has_rota { rota.len() } else { 0 },
            "people": self.on(None).len(),
            "everybody": !self.has_rota,
            "arrivals": {
                "source": self.demand.arrivals.word(),
                "recorded": self.demand.recorded,
                "recorded_hours": self.demand.hours,
                "calls_a_day": demand.calls_a_day,
            },
            "talk_ms": self.demand.talk.0,
            "talk_measured": self.demand.talk.1 > 0,
            "writing_ms": self.demand.writing,
            "patience_ms": self.demand.patience.0,
            "patience_measured": self.demand.patience.1 > 0,
        })
    }
}

/// The plan in force; the first one if none ever was.
async fn plan(store: &Store, first: Plan) -> Result<Plan, String> {
    let in_force = store.plans().in_force().await.map_err(words)?;
    let mut plan = in_force.map_or(first, |row| row.body);
    plan.complete(node::zone).map_err(|(line, words)| format!("line {}: {words}", line.0))?;
    if plan.lines.is_empty() || plan.queues.is_empty() {
        return Err(
            "no plan is in force: a coordinator adds a line in the office (/office) and puts it in force, or a \
                    [[line]] of the configuration is taken in when the service starts"
                .to_owned(),
        );
    }
    Ok(plan)
}

/// Shifts for a time of which the rota has none: everybody who could serve a queue outside a shift does so, all the time. A queue
/// that is for those on shift alone is served by whoever meets its conditions.
fn everybody(plan: &Plan, people: &[Person], (from, until): (Utc, Utc)) -> Vec<Shift> {
    let serves = |person: &Person, queue: &QueueRules| {
        let chosen = person.queues.as_ref().is_none_or(|queues| queues.contains(&queue.id));
        chosen && !person.skills.is_empty() && queue.requires.met_by(&person.skills)
    };
    let pairs = people.iter().flat_map(|person| plan.queues.values().map(move |queue| (person, queue)));
    let served = pairs.filter(|(person, queue)| serves(person, queue));
    (1..)
        .zip(served)
        .map(|(number, (person, queue))| Shift {
            id: ShiftId(number),
            listener: person.id,
            queue: queue.id.clone(),
            duty: Duty::OnShift,
            from,
            until,
        })
        .collect()
}
