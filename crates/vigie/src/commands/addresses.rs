//! `vigie directory`

use super::{Record, wall_ms};
use crate::config::{create_file, open_file};
use crate::terminal::{say, watched};
use care::Language;
use clap::{Args, Subcommand, ValueEnum};
use directory::import::{self, Format};
use directory::{Entry, export};
use indicatif::{ProgressBar, ProgressStyle};
use node::{Directory, EntryFile, FileOutcome, Taking};
use std::io::{Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

/// How many findings are said at the terminal; a report has all of them.
const SAID: usize = 20;
/// How much of a file is looked at to tell its format, in bytes.
const BEGINNING: u64 = 64 * 1024;
/// The milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// Import and export the directory. It may be done while the service runs, which notices within seconds.
#[derive(Debug, Subcommand)]
pub(crate) enum Addresses {
    /// Read a file of entries, and take it in as a whole.
    Import(Import),
    /// Write the entries to a file.
    Export(Export),
}

/// Read a file of entries.
#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    record: Record,
    /// The file: CSV, XLSX, HSDS (JSON or ZIP), FINESS, FINESS+ or FHIR.
    file: PathBuf,
    /// Where the entries come from, in words; the file's name unless told otherwise.
    #[arg(long)]
    source: Option<String>,
    /// Only say what would become of it.
    #[arg(long)]
    dry_run: bool,
    /// Also replace entries that somebody of the house has changed by hand.
    #[arg(long)]
    replace: bool,
    /// Give up an import that is under way, such as one whose program was stopped in the middle, and begin.
    #[arg(long)]
    take_over: bool,
    /// Write what was found, row by row, to this CSV file.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Write the entries to a file.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    record: Record,
    /// The format. All but the house's own have only what may be published.
    #[arg(long, value_enum, default_value_t = To::Csv)]
    format: To,
    /// The file.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// A table of what may be published.
    Csv,
    /// A table of everything, notes and private contacts too, to be corrected and read again.
    House,
    /// Services of HSDS, as JSON.
    Hsds,
    /// A bundle of FHIR R4.
    Fhir,
    /// One line of JSON an entry.
    JsonLines,
}

impl Addresses {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        match self {
            Self::Import(import) => import.run().await,
            Self::Export(export) => export.run().await,
        }
    }
}

impl Import {
    async fn run(self) -> Result<ExitCode, String> {
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut input = open_file(&self.file)?;
        let mut beginning = Vec::new();
        Read::by_ref(&mut input).take(BEGINNING).read_to_end(&mut beginning).map_err(|fault| fault.to_string())?;
        input.rewind().map_err(|fault| fault.to_string())?;
        let format = import::detect(&beginning, &name)
            .ok_or("the file is of no format that can be read: CSV, XLSX, HSDS (JSON or ZIP), FINESS, FINESS+, FHIR")?;
        if format == Format::ICalendar {
            return Err("a calendar has the hours of one entry: put them in on the entry's page".to_owned());
        }
        let store = self.record.store().await?;
        let directory = Directory::closed(store.clone(), None);
        if self.take_over {
            directory.give_up_running(wall_ms()).await.map_err(|fault| fault.to_string())?;
        }
        let bar = if watched() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows read, {elapsed}") {
            bar.set_style(style);
        }
        let file = EntryFile {
            input: Box::new(input),
            format,
            mapping: None,
            source: self.source.unwrap_or(name),
            today: i32::try_from(wall_ms() / DAY_MS).unwrap_or(0),
        };
        let replace = self.replace;
        let taking = if self.dry_run { Taking::Trial { replace } } else { Taking::Import { who: 0, replace } };
        let outcome = directory
            .take_file(file, taking, wall_ms, |rows| {
                bar.set_position(rows);
                ControlFlow::Continue(())
            })
            .await
            .map_err(|fault| fault.to_string())?;
        bar.finish_and_clear();
        tell(&outcome, format, self.dry_run);
        if let Some(path) = &self.report {
            report(&outcome, path)?;
        }
        store.close().await;
        Ok(if outcome.is_broken() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn tell(outcome: &FileOutcome, format: Format, dry_run: bool) {
    let counts = &outcome.counts;
    say(&format!("{}: {} rows read", format.name(), outcome.rows));
    for finding in &outcome.file {
        say(&format!("  the file: {}", finding.sentence(Language::En)));
    }
    say(&format!(
        "  {} new, {} changed, {} as they were, {} left as the house has changed them, {} refused",
        counts.added, counts.changed, counts.unchanged, counts.kept, counts.refused
    ));
    if outcome.guarded > 0 {
        say(&format!("  {} entries keep to the house what the file would make public", outcome.guarded));
    }
    for (field, count) in &outcome.by_field {
        say(&format!("  {} differ: {count} times", field.label(Language::En)));
    }
    for (what, count) in &outcome.by_what {
        say(&format!("  {count} times: {}", what.sentence(Language::En)));
    }
    for (row, finding) in outcome.findings.iter().take(SAID) {
        say(&format!("  row {row}: {}", finding.sentence(Language::En)));
    }
    if outcome.findings.len() > SAID {
        say("  … --report FILE has all of them");
    }
    say(match (outcome.is_broken(), dry_run) {
        (true, _) => "The file was not read to its end: nothing was changed.",
        (false, true) => "Nothing was changed: this was a trial.",
        (false, false) => "All of it is in force.",
    });
}

fn report(outcome: &FileOutcome, path: &std::path::Path) -> Result<(), String> {
    let mut out = create_file(path)?;
    out.write_all(import::report(&outcome.findings, Language::Fr).as_bytes()).map_err(|fault| fault.to_string())
}

impl Export {
    async fn run(self) -> Result<ExitCode, String> {
        let store = self.record.store().await?;
        let directory = Directory::closed(store.clone(), None);
        let out = create_file(&self.file)?;
        let written = write(&directory, self.format, out).await?;
        say(&format!("{written} entries written to {}", self.file.display()));
        store.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Hands every entry to a writer, then ends it.
macro_rules! all {
    ($directory:expr, $writer:expr, $part:expr) => {{
        let mut writer = $writer.map_err(told)?;
        let mut count = 0_u64;
        let mut after = 0;
        loop {
            let page = $directory.entries_after(after).await.map_err(|fault| fault.to_string())?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (_, entry) in &page {
                let part: fn(&Entry) -> Option<_> = $part;
                if let Some(part) = part(entry) {
                    writer.write(&part).map_err(told)?;
                    count += 1;
                }
            }
        }
        writer.finish().map_err(told)?;
        Ok(count)
    }};
}

async fn write(directory: &Directory, format: To, out: impl Write) -> Result<u64, String> {
    match format {
        To::Csv => all!(directory, export::csv::Public::new(out), |entry| entry.published()),
        To::House => all!(directory, export::csv::House::new(out), |entry| Some(entry.clone())),
        To::Hsds => all!(directory, export::hsds::Page::new(out), |entry| entry.published()),
        To::Fhir => all!(directory, export::fhir::Bundle::new(out), |entry| entry.published()),
        To::JsonLines => {
            all!(directory, Ok::<_, std::io::Error>(export::json_lines::Lines::new(out)), |entry| entry.published())
        }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn told(fault: impl std::fmt::Display) -> String {
    format!("the file cannot be written: {fault}")
}
