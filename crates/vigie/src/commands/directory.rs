//! `vigie rehearse directory`

mod questions;

use super::{Stopwatch, wall_ms};
use crate::config::{process_peak, process_usage};
use crate::terminal::{say, watched};
use clap::Args;
use directory::{Territory, demo};
use indicatif::{ProgressBar, ProgressStyle};
use node::Directory;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::{KeptFile, Place, Store};

/// How often it is looked how others fare during the import.
const LOOK: Duration = Duration::from_millis(50);

/// A large directory. The first run fills the folder by an import; each run reads what is there as a start of the service does,
/// and asks it.
#[derive(Debug, Args)]
pub(crate) struct LargeDirectory {
    /// How many professionals there are, drawn by population.
    #[arg(long, default_value_t = 100_000)]
    entries: usize,
    /// The folder; one that is filled already is only read and asked.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Keep the entries in this PostgreSQL database instead, which must be empty or filled by this command.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// How many questions of each kind are asked.
    #[arg(long, default_value_t = 2_000)]
    questions: u32,
}

impl LargeDirectory {
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let database = self.folder.join("vigie.sqlite");
        let file = KeptFile::new(&self.folder.join("directory.index"));
        let place = match &self.postgres {
            Some(url) => Place::Postgres(url.clone()),
            None => Place::Sqlite(database.clone()),
        };
        // The folder is made with the database; with a server there is only the index in it.
        if self.postgres.is_some() {
            Store::open(&Place::Sqlite(database.clone())).await.map_err(told)?.close().await;
        }
        let store = Store::open(&place).await.map_err(told)?;
        if !store.has_entries().await.map_err(told)? {
            import(&store, &file, self.entries).await?;
            sizes(&database, &file);
            say("");
            say("Run the same command once more for a start of the service and its memory at rest.");
        }
        let territory = Territory::load();
        let directory = Directory::closed(store.clone(), Some(file));
        let begun = Stopwatch::begin();
        directory.load(wall_ms()).await.map_err(told)?;
        let took = begun.read();
        say(&format!(
            "{} entries, ready after {:.2} s, {} MiB of memory",
            directory.index().len(),
            took.as_secs_f64(),
            memory()
        ));
        questions::ask(&directory, territory, self.questions).await?;
        questions::stale(&store).await?;
        say(&format!("after the questions: {} MiB of memory", memory()));
        store.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Imports generated professionals as a file of them would be, while somebody else writes and somebody else searches.
async fn import(store: &Store, file: &KeptFile, entries: usize) -> Result<(), String> {
    let directory = Directory::closed(store.clone(), Some(file.clone()));
    let stop = Arc::new(AtomicBool::new(false));
    let other = others(store.clone(), Arc::clone(&stop));
    let working = async {
        let bar = if watched() { ProgressBar::new(entries as u64) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} entries, {eta} left") {
            bar.set_style(style);
        }
        let begun = Stopwatch::begin();
        let mut run = directory.begin_import("rehearsal", "generated", false, 0, wall_ms()).await.map_err(told)?;
        for (number, entry) in demo::professionals(Territory::load(), 1).take(entries).enumerate() {
            run.take(entry, wall_ms()).await.map_err(told)?;
            if number % 10_000 == 0 {
                bar.set_position(number as u64);
            }
        }
        let writing = begun.read();
        let (counts, _) = run.finish(wall_ms()).await.map_err(told)?;
        bar.finish_and_clear();
        let all = begun.read();
        let most = process_peak(std::process::id()).unwrap_or(0) / 1_048_576;
        say(&format!(
            "{} entries imported in {:.0} s ({:.0} s writing, {:.0} s the index), at most {most} MiB of memory",
            counts.added,
            all.as_secs_f64(),
            writing.as_secs_f64(),
            all.saturating_sub(writing).as_secs_f64()
        ));
        stop.store(true, Ordering::Relaxed);
        Ok::<_, String>(())
    };
    let (done, waits) = tokio::join!(working, other);
    done?;
    questions::tell("another writer meanwhile", waits?);
    Ok(())
}

/// Somebody else who writes a line now and then, as a listener's record does; answers how long each took.
async fn others(store: Store, stop: Arc<AtomicBool>) -> Result<Vec<Duration>, String> {
    let mut waits = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOK).await;
        let begun = Stopwatch::begin();
        store.audit(wall_ms(), 0, "rehearsal", "directory").await.map_err(told)?;
        waits.push(begun.read());
    }
    Ok(waits)
}

fn sizes(database: &Path, file: &KeptFile) {
    let size = |path: PathBuf| KeptFile::new(&path).size() / 1_048_576;
    let log = database.with_extension("sqlite-wal");
    let kept = size(database.to_owned()) + size(log);
    say(&format!("{kept} MiB of database and {} MiB of index on disk", file.size() / 1_048_576));
}

/// The memory of this process, in mebibytes.
fn memory() -> u64 {
    process_usage(std::process::id()).map_or(0, |(_, bytes)| bytes / 1_048_576)
}

#[allow(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn told(fault: store::StoreError) -> String {
    fault.to_string()
}
