//! Nights in virtual time, on the very switchboard that serves callers: arrivals, patience, talks, people who ignore rings
//! and vanish, lines that are cut, clocks that jump, and a program that is killed. A seed gives the same night again; an
//! independent checker judges each by numbered rules.

mod bench;
mod checker;
mod demand;
mod dice;
mod figures;
mod people;
mod run;
pub mod seeds;
mod service;
#[cfg(test)]
mod tests;
mod what_if;
mod world;

pub use bench::{Bench, Decisions, Size, bench};
pub use checker::{Rule, Violation};
pub use demand::{Arrivals, Demand, Hourly, USUAL_HOURS};
pub use dice::Dice;
pub use figures::{Figures, Measure, Share};
pub use run::{Found, Options, Report, ServiceFigures, run};
pub use service::{HOUR, Habits, MINUTE, Passing, SECOND, Service};
pub use what_if::WhatIf;

use world::World;

/// One night that was lived.
#[derive(Debug, Clone)]
pub struct Night {
    /// Its seed.
    pub seed: u64,
    /// Its figures.
    pub figures: Figures,
    /// The rules that did not hold.
    pub violations: Vec<Violation>,
}

/// Lives a night of an invented service, of which each seed has its own.
#[must_use]
pub fn invented(seed: u64) -> Night {
    let (service, dice) = Service::of_seed(seed);
    lived(seed, &service, dice)
}

/// Lives a night of this service.
#[must_use]
pub fn of(service: &Service, seed: u64) -> Night {
    lived(seed, service, Dice::new(seed))
}

fn lived(seed: u64, service: &Service, dice: Dice) -> Night {
    let lived = World::new(service, dice, true, false).live();
    Night { seed, figures: lived.figures, violations: lived.violations }
}

/// Lives a night without the checker, to measure the switchboard.
#[must_use]
pub fn unchecked(service: &Service, seed: u64) -> Figures {
    World::new(service, Dice::new(seed), false, false).live().figures
}

/// The story of a violation in a night: what was said and done about its call, and the last that happened before it.
#[must_use]
pub fn story(seed: u64, service: Option<&Service>) -> Vec<String> {
    match service {
        Some(service) => story_of(service, Dice::new(seed)),
        None => {
            let (service, dice) = Service::of_seed(seed);
            story_of(&service, dice)
        }
    }
}

fn story_of(service: &Service, dice: Dice) -> Vec<String> {
    let lived = World::new(service, dice, true, true).live();
    let Some(violation) = lived.violations.first() else { return Vec::new() };
    let before = |line: &&String| line.get(..9).and_then(|at| at.trim().parse::<u64>().ok()) <= Some(violation.at);
    let told: Vec<&String> = lived.story.iter().take_while(before).collect();
    let names = violation.call.map(|call| [format!("{call:?}"), format!("LegId({})", call.0)]);
    let about = |line: &&&String| names.iter().flatten().any(|name| line.contains(name.as_str()));
    let mut story: Vec<String> = told.iter().filter(about).map(|line| (*line).clone()).collect();
    story.push("          … and the last before it:".to_owned());
    story.extend(told.iter().rev().take(25).rev().map(|line| (*line).clone()));
    story
}
