//! `vigie rehearse nights` and `vigie rehearse bench`

use crate::config::process_usage;
use crate::terminal::{say, watched};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rehearsal::nights::{Options, WhatIf, bench, run};
use std::process::ExitCode;

/// Whole nights in virtual time, on the very switchboard that serves callers, judged by an independent checker.
#[derive(Debug, Args)]
pub(crate) struct Nights {
    /// How many nights, each of a seed of its own.
    #[arg(long, default_value_t = 2000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// What if: such as "listeners=-2,surge=3" for two people fewer and three times the calls.
    #[arg(long, value_name = "WHAT", value_parser = WhatIf::read, default_value = "")]
    what_if: WhatIf,
    /// On how many threads; the result is the same whatever their number.
    #[arg(long)]
    jobs: Option<usize>,
    /// Print the result as one line of JSON.
    #[arg(long)]
    json: bool,
}

impl Nights {
    pub(super) fn run(self) -> ExitCode {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let options = Options {
            seeds: self.seeds,
            first: self.first,
            service: None,
            what_if: self.what_if,
            jobs: self.jobs.unwrap_or(cores).max(1),
        };
        let bar = if watched() && !self.json { ProgressBar::new(self.seeds) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} nights, {elapsed}, {eta} left") {
            bar.set_style(style);
        }
        let report = run(&options, |done| bar.set_position(done));
        bar.finish_and_clear();
        say(&if self.json { report.to_json().to_string() } else { report.text() });
        if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// How fast the switchboard decides, and how much memory a caller takes. Only a release build says something.
pub(super) fn measure() -> ExitCode {
    let report = bench(|| process_usage(std::process::id()).map(|(_, bytes)| bytes));
    say(&report.text());
    ExitCode::SUCCESS
}
