//! `vigie rehearse nights` and `vigie rehearse bench`

mod demand;
mod real;
mod when;

use super::wall_ms;
use crate::config::process_usage;
use crate::terminal::{say, watched};
use clap::{ArgGroup, Args};
use indicatif::{ProgressBar, ProgressStyle};
use real::Real;
use rehearsal::nights::{Options, Report, Service, WhatIf, bench, run};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use when::When;

/// How many nights of invented services are lived, unless told otherwise.
const INVENTED: u64 = 2_000;
/// How many times the time of the real service is lived: a week of it is as much as many nights.
const REAL: u64 = 200;

/// Nights in virtual time, on the very switchboard that serves callers, judged by an independent checker: of invented services, or
/// with --config or --data of the real one, with its plan in force, its people, its rota and the calls it has had.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("real").args(["config", "data"])))]
pub(crate) struct Nights {
    /// Rehearse the service of this configuration: its plan in force, its people, its rota; calls as in the last eight weeks.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The same of a demonstration's folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    when: When,
    /// So many calls a day on all lines together, instead of those of the journal.
    #[arg(long, value_name = "CALLS", requires = "real", value_parser = calls_a_day)]
    calls_a_day: Option<f64>,
    /// How many nights, each of a seed of its own: 2000 of invented services, or the time of the real one 200 times, unless told
    /// otherwise.
    #[arg(long)]
    seeds: Option<u64>,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// What if: such as "listeners=-2,surge=3" for two people fewer and three times the calls. Of a real service it is shown beside
    /// the service as it is; those who are missing are those who were added first, of the people on shift in that time.
    #[arg(long, value_name = "WHAT", value_parser = WhatIf::read, default_value = "")]
    what_if: WhatIf,
    /// On how many threads; the result is the same whatever their number.
    #[arg(long)]
    jobs: Option<usize>,
    /// Print the result as one line of JSON.
    #[arg(long)]
    json: bool,
}

fn calls_a_day(text: &str) -> Result<f64, String> {
    let calls = text.parse::<f64>().ok().filter(|calls| (0.01..=1_000_000.0).contains(calls));
    calls.ok_or_else(|| format!("'{text}': write a number of calls, such as 60"))
}

impl Nights {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let Some(record) = super::Record::named(self.config.clone(), self.data.clone()) else {
            let bar = self.bar(INVENTED, 1);
            let report = self.lived(INVENTED, None, self.what_if, &bar);
            bar.finish_and_clear();
            say(&if self.json { report.to_json().to_string() } else { report.text() });
            return Ok(judged(&[&report]));
        };
        let real = Real::read(&record, &self.when, self.calls_a_day, wall_ms()).await?;
        let asked = self.what_if != WhatIf::default();
        let bar = self.bar(REAL, if asked { 2 } else { 1 });
        let as_it_is = self.lived(REAL, Some(&real.service), WhatIf::default(), &bar);
        let as_asked = asked.then(|| self.lived(REAL, Some(&real.service), self.what_if, &bar));
        bar.finish_and_clear();
        say(&if self.json {
            self.in_json(&real, &as_it_is, as_asked.as_ref())
        } else {
            self.in_text(&real, &as_it_is, as_asked.as_ref())
        });
        let reports: Vec<&Report> = [Some(&as_it_is), as_asked.as_ref()].into_iter().flatten().collect();
        Ok(judged(&reports))
    }

    fn bar(&self, usual: u64, times: u64) -> ProgressBar {
        let nights = self.seeds.unwrap_or(usual).saturating_mul(times);
        let bar = if watched() && !self.json { ProgressBar::new(nights) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} nights, {elapsed}, {eta} left") {
            bar.set_style(style);
        }
        bar
    }

    fn lived(&self, usual: u64, service: Option<&Service>, what_if: WhatIf, bar: &ProgressBar) -> Report {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let options = Options {
            seeds: self.seeds.unwrap_or(usual),
            first: self.first,
            service: service.cloned(),
            what_if,
            jobs: self.jobs.unwrap_or(cores).max(1),
        };
        run(&options, |_| bar.inc(1))
    }

    fn in_text(&self, real: &Real, as_it_is: &Report, as_asked: Option<&Report>) -> String {
        let mut text: String = real.told().iter().map(|(name, words)| format!("{name:<12}{words}\n")).collect();
        if as_asked.is_some() {
            text.push_str(&real.missing(self.what_if));
        }
        text.push_str(&match as_asked {
            None => format!("\n{}", as_it_is.text()),
            Some(as_asked) => {
                let last = as_it_is.first.saturating_add(as_it_is.nights).saturating_sub(1);
                let seconds = as_it_is.seconds + as_asked.seconds;
                let (nights, first) = (as_it_is.nights, as_it_is.first);
                let nights = format!("{:<12}{nights} times (seeds {first} to {last}), {seconds:.1} s\n", "lived");
                format!("{nights}\n{}", as_it_is.beside("as it is", as_asked, &self.what_if.to_string()))
            }
        });
        text.trim_end().to_owned()
    }

    fn in_json(&self, real: &Real, as_it_is: &Report, as_asked: Option<&Report>) -> String {
        let asked = json!({"listeners": self.what_if.listeners, "surge": self.what_if.surge});
        json!({
            "service": real.to_json(),
            "as_it_is": as_it_is.to_json(),
            "what_if": as_asked.map(|_| asked),
            "as_asked": as_asked.map(Report::to_json),
        })
        .to_string()
    }
}

fn judged(reports: &[&Report]) -> ExitCode {
    let clean = reports.iter().all(|report| report.violations.is_empty());
    if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How fast the switchboard decides, and how much memory a caller takes. Only a release build says something.
pub(super) fn measure() -> ExitCode {
    let report = bench(|| process_usage(std::process::id()).map(|(_, bytes)| bytes));
    say(&report.text());
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests;
