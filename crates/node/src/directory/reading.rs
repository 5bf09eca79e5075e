//! Files of entries, tried and taken in.

use super::{Directory, on_a_thread, read_entry, row};
use crate::task::spawn;
use directory::import::{
    Field, FileReport, Finding, Format, Importer, Mapping, Row, Severity, What, csv, fhir, finess, finess_plus, hsds,
    hsds_tabular, xlsx,
};
use directory::{Difference, Entry};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::ops::ControlFlow;
use store::{ImportCounts, StoreError, Weighed};
use tokio::sync::mpsc;

/// How many rows are handed on at once.
const PIECE: usize = 400;
/// How many pieces may wait to be written: reading does not run far ahead.
const WAITING: usize = 4;
/// The most findings that are kept with their rows; all are counted.
const FINDINGS: usize = 20_000;
/// The most changes of a trial that are kept with their entries; all are counted.
const CHANGES: usize = 2_000;
/// How many entries are kept to be looked at.
const SAMPLE: usize = 20;

/// Something to read entries from.
pub trait Source: Read + Seek + Send + 'static {}
impl<T: Read + Seek + Send + 'static> Source for T {}

/// A file of entries.
pub struct EntryFile {
    /// What is read.
    pub input: Box<dyn Source>,
    /// Its format.
    pub format: Format,
    /// What each column means, of tables; guessed where none is given.
    pub mapping: Option<Mapping>,
    /// Where the entries come from, in words.
    pub source: String,
    /// The day of the import, counted since 1970-01-01.
    pub today: i32,
}

/// Whether a file is taken in, or only read to see what would become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// Nothing is written.
    Trial {
        /// Whether the import would also replace what somebody of the house has changed by hand.
        replace: bool,
    },
    /// It is taken in, by a member of staff.
    Import {
        /// Who.
        who: i64,
        /// Whether it also replaces what somebody of the house has changed by hand.
        replace: bool,
    },
}

/// A known entry that an import would change, or leave as the house has changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryChange {
    /// Its key.
    pub id: String,
    /// Its name, as it is now.
    pub name: String,
    /// In what the file says something else.
    #[serde(default)]
    pub parts: Vec<Difference>,
    /// Whether it is left as it is.
    pub kept: bool,
}

/// What became of a file, or would.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileOutcome {
    /// The import, if it was one.
    pub import: Option<i64>,
    /// Whether somebody gave it up before its end.
    pub given_up: bool,
    /// What the store said when it did not take it; empty when it did.
    pub fault: String,
    /// What was done with its entries.
    pub counts: ImportCounts,
    /// How many rows were read.
    pub rows: u64,
    /// What was found, by row, as far as it is kept.
    pub findings: Vec<(u64, Finding)>,
    /// In how many entries something stays with the house that the file would make public.
    pub guarded: u64,
    /// How often each thing was found, by what it is.
    pub by_what: BTreeMap<What, u64>,
    /// What a trial would change, as far as it is kept.
    pub changes: Vec<EntryChange>,
    /// In how many known entries the file says something else, by what it is.
    pub by_field: BTreeMap<Field, u64>,
    /// What was found of the file as a whole.
    pub file: Vec<Finding>,
    /// The first entries.
    #[serde(skip)]
    pub sample: Vec<Entry>,
}

impl FileOutcome {
    /// Whether the file was not read to its end: then nothing of it is taken in.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.given_up || self.file.iter().any(|finding| finding.severity() == Severity::Refused)
    }

    /// Notes what would become of an entry, in a trial.
    fn weigh(&mut self, entry: &Entry, weighed: Weighed) {
        let counts = &mut self.counts;
        let (before, kept) = match weighed {
            Weighed::Added => return counts.added += 1,
            Weighed::Unchanged => return counts.unchanged += 1,
            Weighed::Changed { before } => (before, false),
            Weighed::Kept { before } => (before, true),
        };
        *(if kept { &mut counts.kept } else { &mut counts.changed }) += 1;
        // One that cannot be read is said in the log, and still counted.
        let Some(before) = read_entry(&before) else { return };
        let parts = Difference::between(&before, entry);
        for part in &parts {
            *self.by_field.entry(part.field).or_default() += 1;
        }
        if self.changes.len() < CHANGES {
            self.changes.push(EntryChange { id: before.id, name: before.name, parts, kept });
        }
    }

    fn note(&mut self, row: &Row) {
        let refused = row.result.as_ref().err().into_iter().flatten();
        for finding in refused.chain(&row.findings) {
            *self.by_what.entry(finding.what).or_default() += 1;
            if self.findings.len() < FINDINGS {
                self.findings.push((row.number, finding.clone()));
            }
        }
        if let (Ok(entry), true) = (&row.result, self.sample.len() < SAMPLE) {
            self.sample.push(entry.clone());
        }
    }
}

impl Directory {
    /// Reads a file and takes its entries in, or only says what would become of them. A file that cannot be read to its end
    /// changes nothing. `progress` is told how many rows were read so far, and says whether to go on; `now` is the time in
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// When the store does not take it; then nothing of it counts.
    pub async fn take_file(
        &self,
        file: EntryFile,
        taking: Taking,
        now: impl Fn() -> i64 + Send,
        mut progress: impl FnMut(u64) -> ControlFlow<()> + Send,
    ) -> Result<FileOutcome, StoreError> {
        let mut run = match taking {
            Taking::Trial { .. } => None,
            Taking::Import { who, replace } => {
                Some(self.begin_import(&file.source, file.format.name(), replace, who, now()).await?)
            }
        };
        let (pieces, mut read) = mpsc::channel(WAITING);
        let reading = on_a_thread(move || read_all(file, &pieces));
        let mut outcome = FileOutcome { import: run.as_ref().map(super::ImportRun::id), ..FileOutcome::default() };
        let taking_in = async {
            let mut taken = Ok(());
            while let (Ok(()), Some(piece)) = (&taken, read.recv().await) {
                outcome.rows += u64::try_from(piece.len()).unwrap_or(0);
                if progress(outcome.rows).is_break() {
                    outcome.given_up = true;
                    break;
                }
                taken = self.take_piece(piece, &mut run, taking, &mut outcome, now()).await;
            }
            // A reader whose rows nobody takes any more runs to its end without waiting.
            read.close();
            taken
        };
        let (report, taken) = tokio::join!(reading, taking_in);
        outcome.file = report.findings;
        match run {
            None => taken?,
            Some(run) if taken.is_ok() && !outcome.is_broken() => {
                (outcome.counts, outcome.guarded) = run.finish(now()).await?;
            }
            Some(run) => {
                run.give_up(now()).await?;
                taken?;
            }
        }
        Ok(outcome)
    }

    async fn take_piece(
        &self,
        piece: Vec<Row>,
        run: &mut Option<super::ImportRun>,
        taking: Taking,
        outcome: &mut FileOutcome,
        at: i64,
    ) -> Result<(), StoreError> {
        let mut entries = Vec::with_capacity(piece.len());
        let mut refused = 0;
        for row in piece {
            outcome.note(&row);
            match row.result {
                Ok(entry) => entries.push(entry),
                Err(_) => refused += 1,
            }
        }
        let Some(run) = run else {
            outcome.guarded += self.as_known(&mut entries).await?;
            let rows = entries.iter().map(row).collect::<Result<Vec<_>, _>>()?;
            let (Taking::Trial { replace } | Taking::Import { replace, .. }) = taking;
            let weighed = self.0.store.weigh_entries(&rows, replace).await?;
            entries.iter().zip(weighed).for_each(|(entry, weighed)| outcome.weigh(entry, weighed));
            outcome.counts.refused += refused;
            return Ok(());
        };
        for entry in entries {
            run.take(entry, at).await?;
        }
        (0..refused).for_each(|_| run.refuse());
        outcome.counts = run.counts();
        Ok(())
    }

    /// Looks now and then whether another program has changed the directory, as an import at the terminal does.
    pub(super) fn keep_up(&self) {
        let inner = std::sync::Arc::downgrade(&self.0);
        spawn(async move {
            loop {
                tokio::time::sleep(super::LOOK).await;
                let Some(inner) = inner.upgrade() else { return };
                if let Err(fault) = Directory(inner).refresh().await {
                    tracing::debug!(%fault, "the directory cannot be looked at");
                }
            }
        });
    }
}

/// Reads a file to its end, or until nobody takes its rows any more.
fn read_all(file: EntryFile, pieces: &mpsc::Sender<Vec<Row>>) -> FileReport {
    let mut piece = Vec::with_capacity(PIECE);
    let mut sink = |row: Row| {
        piece.push(row);
        if piece.len() >= PIECE {
            // Whoever has stopped taking has a fault to tell already.
            let _stopped = pieces.blocking_send(std::mem::take(&mut piece));
        }
    };
    let report = read_rows(file, &mut sink);
    let _stopped = pieces.blocking_send(piece);
    report
}

/// Reads a file row by row.
pub(super) fn read_rows(file: EntryFile, sink: &mut dyn FnMut(Row)) -> FileReport {
    let importer = Importer::new(directory::Territory::load(), file.today, &file.source);
    let (input, mapping) = (file.input, file.mapping.as_ref());
    let unreadable = |what| FileReport { rows: 0, findings: vec![Finding::new(what, None, "")] };
    match file.format {
        Format::Csv => csv::read(&importer, input, mapping, sink),
        Format::Xlsx => xlsx::read(&importer, input, mapping, sink),
        Format::Hsds => hsds::read(&importer, input, sink),
        Format::HsdsTabular => match hsds_tabular::Package::of_archive(input) {
            Some(package) => package.read(&importer, sink),
            None => unreadable(What::FileUnreadable),
        },
        Format::Finess => finess::read(&importer, input, sink),
        Format::FinessPlus => finess_plus::read(&importer, input, sink),
        Format::Fhir => fhir::read(&importer, input, sink),
        Format::ICalendar => unreadable(What::FileUnreadable),
    }
}
