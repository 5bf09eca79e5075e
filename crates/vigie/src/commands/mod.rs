//! The commands: a file each, and a line here.

mod addresses;
mod attack;
mod demo;
mod demo_plan;
mod directory;
mod doctor;
mod nights;
mod offers;
mod played;
mod rehearse;
mod replay;
mod report;
mod report_names;
mod serve;
mod staff;

use crate::config::Config;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// An open-source listening helpline in one program.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, about, arg_required_else_help = true)]
pub(crate) struct Vigie {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service.
    Serve(ConfigFile),
    /// Run the whole service with demonstration data, to try it out on this machine.
    Demo(demo::Demo),
    /// Add people and give them links to sign in.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Import and export the directory.
    #[command(subcommand)]
    Directory(addresses::Addresses),
    /// The figures of a period: of all lines, or of one.
    Report(report::Report),
    /// Rebuild every projection from the journal and compare.
    Replay(replay::Replay),
    /// Play callers at a running service.
    #[command(subcommand)]
    Rehearse(rehearse::Rehearse),
    /// Check a configuration and this machine, and say what to do.
    Doctor(ConfigFile),
}

/// Which configuration.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConfigFile {
    /// The configuration file; vigie.example.toml shows every setting.
    #[arg(long, value_name = "FILE", default_value = "vigie.toml")]
    config: PathBuf,
}

impl ConfigFile {
    fn read(&self) -> Result<Config, String> {
        Config::read(&self.config).map_err(|fault| fault.to_string())
    }

    /// Opens the store that the configuration names.
    async fn store(&self) -> Result<store::Store, String> {
        let place = self.read()?.store.place(&self.config);
        store::Store::open(&place).await.map_err(|fault| fault.to_string())
    }
}

/// Where the record is: that of a configuration, or of a demonstration's folder.
#[derive(Debug, Clone, Args)]
pub(crate) struct Record {
    #[command(flatten)]
    config: ConfigFile,
    /// The folder of a demonstration, instead of a configuration.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Record {
    /// The record of this configuration or this demonstration's folder; none if neither is named.
    fn named(config: Option<PathBuf>, data: Option<PathBuf>) -> Option<Self> {
        match (config, data) {
            (None, None) => None,
            (config, data) => Some(Self { config: ConfigFile { config: config.unwrap_or_default() }, data }),
        }
    }

    /// The plan that the configuration's lines make; an empty one for a demonstration, which puts its own in force.
    fn first_plan(&self) -> Result<switchboard::Plan, String> {
        if self.data.is_some() { Ok(switchboard::Plan::default()) } else { Ok(self.config.read()?.plan()) }
    }

    /// The address at which people see the pages; a demonstration's default one.
    fn origin(&self) -> Result<String, String> {
        if self.data.is_some() {
            return Ok(format!("http://{}", demo::HTTP));
        }
        Ok(self.config.read()?.http.origin())
    }

    /// Which kinds of numbers the service calls.
    fn dial_rules(&self) -> Result<switchboard::DialRules, String> {
        if self.data.is_some() {
            Ok(switchboard::DialRules::default())
        } else {
            Ok(self.config.read()?.outgoing.settings().rules)
        }
    }

    /// The lines that the configuration names; none for a demonstration, whose calls say which it has.
    fn lines(&self) -> Result<Vec<switchboard::Line>, String> {
        Ok(self.first_plan()?.lines.values().map(|line| line.as_ref().clone()).collect())
    }

    async fn store(&self) -> Result<store::Store, String> {
        let Some(folder) = &self.data else { return self.config.store().await };
        let file = folder.join(demo::FILE);
        if !file.is_file() {
            return Err(format!(
                "{} holds no demonstration: name the folder given to vigie demo --data",
                folder.display()
            ));
        }
        store::Store::open(&store::Place::Sqlite(file)).await.map_err(|fault| fault.to_string())
    }
}

impl Vigie {
    /// Carries the command out.
    pub(crate) async fn run(self) -> Result<ExitCode, String> {
        match self.command {
            Command::Serve(file) => serve::run(&file).await,
            Command::Demo(demo) => demo.run().await,
            Command::Staff(staff) => staff.run().await,
            Command::Directory(directory) => directory.run().await,
            Command::Report(report) => report.run().await,
            Command::Replay(replay) => replay.run().await,
            Command::Rehearse(rehearse) => rehearse.run().await,
            Command::Doctor(file) => doctor::run(&file).await,
        }
    }
}

/// Wall time in milliseconds, for links made at the terminal.
#[allow(clippy::disallowed_methods, reason = "a command run by a person happens at the person's time")]
pub(crate) fn wall_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// How long something took that a person waits for at the terminal.
#[derive(Debug, Clone, Copy)]
struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Begins now.
    #[allow(clippy::disallowed_methods, reason = "what a rehearsal measures is real time")]
    fn begin() -> Self {
        Self(std::time::Instant::now())
    }

    /// The time since.
    fn read(self) -> std::time::Duration {
        self.0.elapsed()
    }
}
