//! Many nights on several threads, and what came of them: the same whatever the number of threads.

use super::figures::{Figures, Measure, Share};
use super::service::Service;
use super::what_if::WhatIf;
use super::{Dice, Night, Violation, lived, story_of};
use crate::clock;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is tried.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many nights.
    pub seeds: u64,
    /// The seed of the first.
    pub first: u64,
    /// The service; an invented one for each seed if none is given.
    pub service: Option<Service>,
    /// What is changed about it.
    pub what_if: WhatIf,
    /// How many threads live nights at once; at least one does.
    pub jobs: usize,
}

impl Options {
    /// So many nights of invented services, on one thread.
    #[must_use]
    pub fn of(seeds: u64) -> Self {
        Self { seeds, first: 0, service: None, what_if: WhatIf::default(), jobs: 1 }
    }
}

/// A rule that did not hold, and the night in which it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The night's seed.
    pub seed: u64,
    /// What was seen.
    pub violation: Violation,
}

/// What came of many nights.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How many nights were lived.
    pub nights: u64,
    /// The seed of the first.
    pub first: u64,
    /// The rules that did not hold, night by night.
    pub violations: Vec<Found>,
    /// The story of the first.
    pub story: Vec<String>,
    /// Callers who came.
    pub calls: u64,
    /// Inputs that the switchboard took.
    pub inputs: u64,
    /// What callers and listeners met with.
    pub service: ServiceFigures,
    /// How long it took, in seconds. It alone is not the same again.
    pub seconds: f64,
}

/// What callers and listeners met with, each with its 95 % confidence interval.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceFigures {
    /// Of those who came, whom the platform answered.
    pub answered: Option<Share>,
    /// Of those who came, who talked with a human.
    pub connected: Option<Share>,
    /// Of those who came, who gave up before.
    pub gave_up: Option<Share>,
    /// Of the time in which listeners could take calls or were with callers, the part in which they were or wrote.
    pub occupancy: Option<Share>,
    /// Waits of those who talked with a human, in milliseconds: half waited less.
    pub wait_p50: Measure,
    /// Nine of ten waited less.
    pub wait_p90: Measure,
    /// Ninety-nine of a hundred waited less.
    pub wait_p99: Measure,
    /// The longest wait of all, of those who gave up as well, in milliseconds.
    pub longest: u64,
}

impl ServiceFigures {
    fn of(nights: &[Figures]) -> Self {
        let share = |part: fn(&Figures) -> u64, whole: fn(&Figures) -> u64| {
            Share::of(&nights.iter().map(|night| (part(night), whole(night))).collect::<Vec<_>>())
        };
        let came = |night: &Figures| night.came;
        Self {
            answered: share(|night| night.answered, came),
            connected: share(|night| night.connected, came),
            gave_up: share(|night| night.gave_up, came),
            occupancy: share(|night| night.busy, |night| night.busy + night.available),
            wait_p50: Measure::of_waits(nights, 50),
            wait_p90: Measure::of_waits(nights, 90),
            wait_p99: Measure::of_waits(nights, 99),
            longest: nights.iter().map(|night| night.longest).max().unwrap_or(0),
        }
    }
}

/// The service of a night as the options want it, and its chance.
fn set_up(options: &Options, seed: u64) -> (Service, Dice) {
    let (service, dice) = match &options.service {
        None => Service::of_seed(seed),
        Some(service) => (service.clone(), Dice::new(seed)),
    };
    (service.what_if(options.what_if.listeners, options.what_if.surge), dice)
}

fn night(options: &Options, seed: u64) -> Night {
    let (service, dice) = set_up(options, seed);
    lived(seed, &service, dice)
}

/// Lives many nights. `progress` is told how many are over, from several threads.
pub fn run(options: &Options, progress: impl Fn(u64) + Sync) -> Report {
    let began = clock::now();
    let next = AtomicU64::new(0);
    let done = AtomicU64::new(0);
    let lived: Mutex<Vec<Night>> = Mutex::new(Vec::new());
    let work = || {
        let mut own = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= options.seeds {
                break;
            }
            own.push(night(options, options.first.saturating_add(index)));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
        lived.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut own);
    };
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(work);
        }
    });
    let mut nights = lived.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    nights.sort_unstable_by_key(|night| night.seed);
    report(options, nights, clock::seconds_since(began))
}

fn report(options: &Options, nights: Vec<Night>, seconds: f64) -> Report {
    let mut violations: Vec<Found> = Vec::new();
    let mut figures = Vec::with_capacity(nights.len());
    for night in nights {
        let seed = night.seed;
        violations.extend(night.violations.into_iter().map(|violation| Found { seed, violation }));
        figures.push(night.figures);
    }
    let story = violations.first().map_or(Vec::new(), |found| {
        let (service, dice) = set_up(options, found.seed);
        story_of(&service, dice)
    });
    Report {
        nights: options.seeds,
        first: options.first,
        violations,
        story,
        calls: figures.iter().map(|night| night.came).sum(),
        inputs: figures.iter().map(|night| night.inputs).sum(),
        service: ServiceFigures::of(&figures),
        seconds,
    }
}

impl Report {
    /// The report in English, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, words: String| {
            let _fits = writeln!(text, "{name:<12}{words}");
        };
        let last = self.first.saturating_add(self.nights).saturating_sub(1);
        line("nights", format!("{} (seeds {} to {last})", self.nights, self.first));
        line("calls", format!("{}, {} inputs, {:.1} s", self.calls, self.inputs, self.seconds));
        for (name, words) in self.figures() {
            line(name, words);
        }
        for words in self.first_violations() {
            line("", words);
        }
        text
    }

    /// What callers and listeners met with, and how often a rule did not hold, in words.
    fn figures(&self) -> [(&'static str, String); 9] {
        let share = |share: &Option<Share>| share.as_ref().map_or("-".to_owned(), Share::words);
        let service = &self.service;
        [
            ("answered", share(&service.answered)),
            ("connected", share(&service.connected)),
            ("gave up", share(&service.gave_up)),
            ("occupancy", share(&service.occupancy)),
            ("wait p50", service.wait_p50.words()),
            ("wait p90", service.wait_p90.words()),
            ("wait p99", service.wait_p99.words()),
            ("longest", Measure { value: service.longest, half: None }.words()),
            ("violations", self.violations.len().to_string()),
        ]
    }

    fn first_violations(&self) -> impl Iterator<Item = String> {
        self.violations.iter().take(10).map(|found| format!("seed {}: {}", found.seed, found.violation))
    }

    /// This report beside another of the same nights, each under its name.
    #[must_use]
    pub fn beside(&self, name: &str, other: &Self, other_name: &str) -> String {
        let mut text = String::new();
        let mut line = |name: &str, one: &str, other: &str| {
            let row = format!("{name:<12}{one:<22}{other}");
            let _fits = writeln!(text, "{}", row.trim_end());
        };
        line("", name, other_name);
        line("calls", &self.calls.to_string(), &other.calls.to_string());
        for ((name, one), (_, other)) in self.figures().into_iter().zip(other.figures()) {
            line(name, &one, &other);
        }
        for words in self.first_violations().chain(other.first_violations()) {
            line("", &words, "");
        }
        text
    }

    /// The report for other programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let share = |share: &Option<Share>| {
            share
                .as_ref()
                .map(|share| json!({"value": share.value, "half": share.half.is_finite().then_some(share.half)}))
        };
        let wait = |measure: &Measure| json!({"value": measure.value, "half": measure.half});
        let violations = self.violations.iter().map(|found| {
            json!({
                "seed": found.seed,
                "rule": found.violation.rule.number(),
                "at": found.violation.at,
                "words": found.violation.words,
            })
        });
        json!({
            "nights": self.nights,
            "first": self.first,
            "calls": self.calls,
            "inputs": self.inputs,
            "seconds": self.seconds,
            "answered": share(&self.service.answered),
            "connected": share(&self.service.connected),
            "gave_up": share(&self.service.gave_up),
            "occupancy": share(&self.service.occupancy),
            "wait_ms": {
                "p50": wait(&self.service.wait_p50),
                "p90": wait(&self.service.wait_p90),
                "p99": wait(&self.service.wait_p99),
                "longest": self.service.longest,
            },
            "violations": violations.collect::<Vec<_>>(),
            "story": self.story,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nights::HOUR;

    #[test]
    fn the_same_comes_of_the_same_seeds_whatever_the_number_of_threads() {
        let one = run(&Options::of(40), |_| ());
        let told = AtomicU64::new(0);
        let three = run(&Options { jobs: 3, ..Options::of(40) }, |done| {
            told.fetch_max(done, Ordering::Relaxed);
        });
        assert_eq!(told.into_inner(), 40);
        assert_eq!(one.violations, []);
        assert!(one.calls > 1_000);
        assert_eq!(Report { seconds: 0.0, ..one }, Report { seconds: 0.0, ..three });
    }

    #[test]
    fn a_report_can_be_read_by_people_and_programs() {
        let report = run(&Options { first: 7, ..Options::of(20) }, |_| ());
        let text = report.text();
        assert!(text.contains("20 (seeds 7 to 26)") && text.contains("violations  0"), "{text}");
        let json = report.to_json();
        assert_eq!(json["calls"], report.calls);
        assert!(json["connected"]["value"].as_f64().is_some_and(|share| share > 0.1 && share < 1.0), "{json}");
        assert!(json["connected"]["half"].as_f64().is_some_and(|half| half > 0.0 && half < 0.3), "{json}");
        assert!(json["wait_ms"]["p50"]["value"].as_u64() <= json["wait_ms"]["p99"]["value"].as_u64());
    }

    #[test]
    fn more_calls_and_fewer_people_make_longer_waits() {
        let (service, _) = Service::of_seed(5);
        let tried = |what_if| {
            let service = Some(Service { lasts: 6 * HOUR, ..service.clone() });
            run(&Options { service, what_if, ..Options::of(6) }, |_| ())
        };
        let usual = tried(WhatIf::default());
        let harder = tried(WhatIf { listeners: -1, surge: 3.0 });
        assert!(harder.calls > 2 * usual.calls, "{} {}", harder.calls, usual.calls);
        assert!(harder.service.connected.unwrap().value < usual.service.connected.unwrap().value);
        assert_eq!((usual.violations.len(), harder.violations.len()), (0, 0));
    }

    #[test]
    fn two_reports_stand_side_by_side() {
        let (service, _) = Service::of_seed(5);
        let tried = |what_if| run(&Options { service: Some(service.clone()), what_if, ..Options::of(4) }, |_| ());
        let (usual, harder) = (tried(WhatIf::default()), tried(WhatIf { listeners: 0, surge: 3.0 }));
        let text = usual.beside("as it is", &harder, "surge=3");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 11, "{text}");
        let at = lines[0].find("surge=3").unwrap();
        assert!(lines[0][..at].contains("as it is"));
        assert_eq!(lines[1][at..], harder.calls.to_string());
        for (line, (_, words)) in lines[2..].iter().zip(harder.figures()) {
            // A plus-minus sign is two bytes.
            assert!(line.ends_with(&words), "{line}: {words}");
        }
    }

    #[test]
    fn a_week_whose_calls_grow_fifty_times_is_lived() {
        let (mut service, _) = Service::of_seed(3);
        service.lasts = 7 * 24 * HOUR;
        service.demand.calls_a_day = 20.0;
        service.demand.surge = 50.0;
        let report = run(&Options { service: Some(service), ..Options::of(2) }, |_| ());
        // The mean of fifty to the power of a uniform time is (50 - 1) / ln 50, about 12.5 times the 140 of a quiet week.
        assert!((2_400..4_800).contains(&report.calls), "{}", report.calls);
        assert_eq!(report.violations, []);
    }
}
