//! Taking entries in by the thousand.

use super::{Directory, read_entry, row};
use crate::task::spawn;
use directory::Entry;
use std::collections::HashMap;
use std::time::Duration;
use store::{ImportCounts, StoreError};

/// How many entries are written in one transaction: few enough that whoever else writes waits some hundredths of a second.
const BATCH: usize = 480;
/// How many versions that count no more are deleted at once.
const PURGED: i64 = 2_000;

/// Why an import did not go on.
pub type ImportFault = StoreError;

/// An import under way. Dropped without [`ImportRun::finish`], it leaves nothing that counts, and must be given up with
/// [`ImportRun::give_up`] before another begins.
pub struct ImportRun {
    directory: Directory,
    id: i64,
    waiting: Vec<Entry>,
    refused: i64,
    replace: bool,
    counts: ImportCounts,
    guarded: u64,
}

impl Directory {
    /// Begins an import. With `replace`, it also takes the place of what somebody of the house has changed by hand.
    ///
    /// # Errors
    /// [`StoreError::ImportRunning`] when another is under way; when the store does not answer.
    pub async fn begin_import(
        &self,
        source: &str,
        format: &str,
        replace: bool,
        who: i64,
        at: i64,
    ) -> Result<ImportRun, ImportFault> {
        let id = self.0.store.begin_import(source, format, who, at).await?;
        let directory = self.clone();
        let counts = ImportCounts::default();
        Ok(ImportRun { directory, id, waiting: Vec::with_capacity(BATCH), refused: 0, replace, counts, guarded: 0 })
    }

    /// What the directory knows by another name of the same entry keeps its id, and what the house keeps for itself stays with
    /// it. Answers in how many entries something would have been made public.
    pub(super) async fn as_known(&self, entries: &mut [Entry]) -> Result<u64, ImportFault> {
        self.under_known_ids(entries).await?;
        let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        let known = self.0.store.entries_now(&ids).await?;
        let known: HashMap<String, String> = known.into_iter().collect();
        let mut guarded = 0;
        for entry in entries {
            let before = known.get(&entry.id).and_then(|body| read_entry(body));
            guarded += u64::from(before.is_some_and(|before| entry.keep_to_house(&before)));
        }
        Ok(guarded)
    }

    async fn under_known_ids(&self, entries: &mut [Entry]) -> Result<(), ImportFault> {
        let names: Vec<String> = entries.iter().flat_map(Entry::keys).collect();
        for (name, id) in self.0.store.entries_named(&names).await? {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.keys().contains(&name)) {
                entry.id = id;
            }
        }
        Ok(())
    }
}

impl ImportRun {
    /// Takes an entry in.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn take(&mut self, entry: Entry, at: i64) -> Result<(), ImportFault> {
        self.waiting.push(entry);
        if self.waiting.len() >= BATCH { self.write(at).await } else { Ok(()) }
    }

    /// Counts a row that could not be read.
    pub fn refuse(&mut self) {
        self.refused += 1;
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// What was done so far.
    #[must_use]
    pub fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// Puts everything in force, builds the index, and deletes what counts no more in the background. Answers what was done, and
    /// in how many entries something stayed with the house that the file would have made public.
    ///
    /// # Errors
    /// When the store does not take it: then nothing of it counts.
    pub async fn finish(mut self, at: i64) -> Result<(ImportCounts, u64), ImportFault> {
        self.write(at).await?;
        self.directory.0.store.put_import_in_force(self.id, at).await?;
        self.directory.rebuild().await?;
        let store = self.directory.0.store.clone();
        spawn(async move {
            // A pause after each lets others write.
            while let Ok(1..) = store.purge_entries(PURGED).await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        Ok((self.counts, self.guarded))
    }

    /// Gives the import up: nothing of it counts.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn give_up(self, at: i64) -> Result<(), ImportFault> {
        self.directory.0.store.give_import_up(self.id, at).await
    }

    async fn write(&mut self, at: i64) -> Result<(), ImportFault> {
        let mut entries = std::mem::take(&mut self.waiting);
        self.guarded += self.directory.as_known(&mut entries).await?;
        let rows = entries.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let refused = std::mem::take(&mut self.refused);
        let store = &self.directory.0.store;
        let done = store.import_entries(self.id, &rows, refused, self.replace, at).await?;
        let ImportCounts { added, changed, unchanged, kept, refused } = &mut self.counts;
        *added += done.added;
        *changed += done.changed;
        *unchanged += done.unchanged;
        *kept += done.kept;
        *refused += done.refused;
        Ok(())
    }
}
