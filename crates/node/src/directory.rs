//! The directory as the house uses it: what a search needs to know is in memory, the entries are in the store.
//!
//! Nothing in a call's way waits for it. At the start the index is read from its file, or built from the store where there is
//! none that fits, beside everything else: the service answers calls meanwhile, and desks say that the directory is being
//! read.

mod files;
mod freshness;
mod imports;
mod likeness;
mod published;
mod reading;
mod work;

pub use files::{NotKept, Preview, PreviewRow, Receiving};
pub use freshness::{Asked, BY_ITSELF, FreshnessRules, Vital};
pub use imports::ImportRun;
pub use likeness::Likeness;
pub use published::PublicEntry;
pub use reading::{EntryFile, FileOutcome, Source, Taking};
pub use work::{NotBegun, Progress};

use crate::clock::Clock;
use crate::task::spawn;
use directory::index::{Answer, Facet, FacetCount, Index, IndexBuilder, IndexFault, MANY_CHANGES, Query};
use directory::{Entry, Offer};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use store::{EntryRow, EntryVersion, KeptFile, KeptFolder, Store, StoreError};
use tokio::sync::{Mutex, watch};

/// How often it is looked whether another program has changed the directory.
const LOOK: Duration = Duration::from_secs(5);
/// How many entries are read from the store at once.
const PAGE: i64 = 4_000;

/// The directory. Cheap to clone.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    store: Store,
    file: Option<KeptFile>,
    /// Where files wait that are sent to be taken in.
    files: Option<KeptFolder>,
    works: work::Works,
    freshness: FreshnessRules,
    /// How many numbers that must be right nobody has checked for long, at the last look.
    old_numbers: AtomicUsize,
    index: watch::Sender<Option<Arc<Index>>>,
    /// Held by whoever changes the index, so that the last change of the store is the last one of the index.
    changing: Mutex<()>,
}

/// How a directory is kept.
#[derive(Debug, Clone)]
pub struct DirectorySettings {
    /// The index; without a file it is built anew at each start.
    pub index: Option<KeptFile>,
    /// Files of entries that wait to be taken in.
    pub waiting: KeptFolder,
    /// How its entries are kept right.
    pub freshness: FreshnessRules,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Where it stands, and why.
    pub hit: directory::index::Hit,
}

/// An entry, and the version by which a change of it says what was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The entry.
    pub entry: Entry,
    /// Its version.
    pub version: i64,
}

impl Directory {
    /// The directory of a store. It reads beside whatever else goes on.
    #[must_use]
    pub(crate) fn open(store: Store, settings: DirectorySettings, clock: Clock) -> Self {
        let DirectorySettings { index, waiting, freshness } = settings;
        let directory = Self::of(store, index, Some(waiting), freshness);
        let opening = directory.clone();
        spawn(async move {
            if let Err(fault) = opening.load(clock.wall_ms()).await {
                tracing::error!(%fault, "the directory cannot be read: nobody can be sent on by it until that is mended");
            }
            opening.keep_up();
            opening.keep_fresh(clock);
        });
        directory
    }

    /// The same, not yet read; for commands that wait for it.
    #[must_use]
    pub fn closed(store: Store, file: Option<KeptFile>) -> Self {
        Self::of(store, file, None, FreshnessRules::default())
    }

    fn of(store: Store, file: Option<KeptFile>, files: Option<KeptFolder>, freshness: FreshnessRules) -> Self {
        let (index, _) = watch::channel(None);
        let (works, old_numbers) = (work::Works::default(), AtomicUsize::new(0));
        Self(Arc::new(Inner { store, file, files, works, freshness, old_numbers, index, changing: Mutex::new(()) }))
    }

    /// Reads the index from its file and takes what changed since from the store, or builds it anew.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn load(&self, at: i64) -> Result<(), StoreError> {
        // An import that was under way when the program ended will not go on.
        self.give_up_running(at).await?;
        self.tidy_files(at).await?;
        let guard = self.0.changing.lock().await;
        let read = match self.0.file.clone() {
            Some(file) => on_a_thread(move || read(&file)).await,
            None => None,
        };
        if let Some(index) = read {
            let changes = self.0.store.entry_changes(index.stamp()).await?;
            if !changes.imported && changes.came.len() + changes.gone.len() < MANY_CHANGES {
                let index = index.changed(&changes.gone, parsed(changes.came), changes.last);
                self.put(index);
                return Ok(());
            }
        }
        drop(guard);
        self.rebuild().await
    }

    /// Gives up an import that is under way, if there is one: nothing of it counts.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn give_up_running(&self, at: i64) -> Result<(), StoreError> {
        for import in self.0.store.imports(1).await? {
            self.0.store.give_import_up(import.id, at).await?;
        }
        Ok(())
    }

    /// The versions of an entry that are kept, the newest first: when each was made, in milliseconds since 1970, and by whom.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn history(&self, id: &str) -> Result<Vec<EntryVersion>, StoreError> {
        self.0.store.entry_versions(id).await
    }

    /// Whether the index has been read.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.index.borrow().is_some()
    }

    /// Tells when the index changes.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Option<Arc<Index>>> {
        self.0.index.subscribe()
    }

    /// The index as it is; an empty one while it is being read.
    #[must_use]
    pub fn index(&self) -> Arc<Index> {
        self.0.index.borrow().clone().unwrap_or_default()
    }

    /// The best entries for a query, and how many there are where that is counted.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn search(&self, query: &Query) -> Result<(Vec<Found>, Option<usize>), StoreError> {
        let Answer { hits, total } = self.index().search(query);
        let rows: Vec<i64> = hits.iter().map(|hit| hit.row).collect();
        let entries: HashMap<i64, Arc<Entry>> = parsed(self.0.store.entry_bodies(&rows).await?).into_iter().collect();
        let found = hits.into_iter().filter_map(|hit| Some(Found { entry: Arc::clone(entries.get(&hit.row)?), hit }));
        let mut found: Vec<Found> = found.collect();
        if query.place.is_some() {
            nobody_new_last(&mut found, |one| &one.entry.offer);
        }
        Ok((found, total))
    }

    /// Counts by facet: see [`Index::facets`].
    #[must_use]
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Vec<FacetCount> {
        self.index().facets(query, facets)
    }

    /// The entry with this id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn entry(&self, id: &str) -> Result<Option<Seen>, StoreError> {
        let Some(version) = self.0.store.entry(id).await? else { return Ok(None) };
        Ok(read_entry(&version.body).map(|entry| Seen { entry, version: version.number }))
    }

    /// Every entry, a page after the other: those after a row, with their rows.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn entries_after(&self, row: i64) -> Result<Vec<(i64, Arc<Entry>)>, StoreError> {
        Ok(parsed(self.0.store.entries_after(row, PAGE).await?))
    }

    /// An id for an entry that no register knows; none when the system gives no random bytes.
    #[must_use]
    pub fn new_id() -> Option<String> {
        getrandom::u64().ok().map(|number| format!("own:{number:016x}"))
    }

    /// Writes entries by hand, in the place of those with the same ids.
    ///
    /// # Errors
    /// When the store does not take them.
    pub async fn put_entries(&self, entries: &[Entry], who: i64, at: i64) -> Result<(), StoreError> {
        let rows = entries.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        self.0.store.put_entries(&rows, who, at).await?;
        self.refresh().await
    }

    /// Changes an entry by hand, or takes it out, if it is still as it was seen.
    ///
    /// # Errors
    /// [`StoreError::StaleEntry`] when it was changed meanwhile; when the store does not take it.
    pub async fn change(
        &self,
        id: &str,
        seen: i64,
        entry: Option<&Entry>,
        who: i64,
        at: i64,
    ) -> Result<(), StoreError> {
        let row = entry.map(row).transpose()?;
        self.0.store.change_entry(id, seen, row.as_ref(), who, at).await?;
        self.refresh().await
    }

    /// Takes what changed in the store into the index, or builds it anew when that is much.
    async fn refresh(&self) -> Result<(), StoreError> {
        let guard = self.0.changing.lock().await;
        let Some(index) = self.0.index.borrow().clone() else { return Ok(()) };
        if self.0.store.last_entry_change().await? == index.stamp() {
            return Ok(());
        }
        let changes = self.0.store.entry_changes(index.stamp()).await?;
        if changes.imported {
            drop(guard);
            return self.rebuild().await;
        }
        let changed = index.changed(&changes.gone, parsed(changes.came), changes.last);
        let many = changed.changes() >= MANY_CHANGES;
        self.put(changed);
        drop(guard);
        if many {
            let directory = self.clone();
            spawn(async move {
                if let Err(fault) = directory.rebuild().await {
                    tracing::warn!(%fault, "the index of the directory could not be built anew");
                }
            });
        }
        Ok(())
    }

    /// Builds the index from the store and writes its file.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rebuild(&self) -> Result<(), StoreError> {
        let guard = self.0.changing.lock().await;
        let stamp = self.0.store.last_entry_change().await?;
        let mut builder = IndexBuilder::new();
        let mut after = 0;
        loop {
            let page = self.0.store.entries_after(after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            // Reading a page of entries takes a while in which nobody else should wait for this thread.
            builder = on_a_thread(move || {
                for (number, body) in page.into_iter().filter(|(number, _)| *number <= stamp) {
                    if let Some(entry) = read_entry(&body) {
                        builder.add(number, &entry);
                    }
                }
                builder
            })
            .await;
        }
        let file = self.0.file.clone();
        let index = on_a_thread(move || {
            let index = Index::build(builder, stamp);
            if let Some(Err(fault)) = file.map(|file| file.write(|out| index.write(out))) {
                tracing::warn!(%fault, "the index of the directory is not on disk: the next start builds it anew");
            }
            index
        })
        .await;
        let changes = self.0.store.entry_changes(stamp).await?;
        self.put(index.changed(&changes.gone, parsed(changes.came), changes.last));
        drop(guard);
        Ok(())
    }

    fn put(&self, index: Index) {
        self.0.index.send_replace(Some(Arc::new(index)));
    }
}

/// Reads the index from its file, if there is one that fits.
fn read(file: &KeptFile) -> Option<Index> {
    let read = match file.read() {
        Ok(None) => return None,
        Ok(Some(mut input)) => Index::read(&mut input),
        Err(fault) => Err(IndexFault::Io(fault)),
    };
    match read {
        Ok(index) => Some(index),
        Err(fault) => {
            tracing::info!(%fault, "the index of the directory is built anew");
            None
        }
    }
}

/// Entries from the store's words. One that cannot be read is said and left out: the others are of use without it.
fn parsed(rows: Vec<(i64, String)>) -> Vec<(i64, Arc<Entry>)> {
    rows.into_iter().filter_map(|(number, body)| Some((number, Arc::new(read_entry(&body)?)))).collect()
}

/// Whoever is known to take nobody new comes after all the others that were found near a place.
fn nobody_new_last<T>(found: &mut [T], offer: impl Fn(&T) -> &Offer) {
    found.sort_by_key(|one| offer(one).accepts_new == Some(false));
}

fn read_entry(body: &str) -> Option<Entry> {
    serde_json::from_str(body)
        .inspect_err(|fault| tracing::warn!(%fault, "an entry of the directory cannot be read"))
        .ok()
}

/// An entry as the store keeps it.
///
/// # Errors
/// When it cannot be written as JSON, which would be a fault of ours.
fn row(entry: &Entry) -> Result<EntryRow, StoreError> {
    let departement = entry.locations.iter().find_map(|location| location.departement);
    Ok(EntryRow {
        id: entry.id.clone(),
        kind: entry.kind().map_or("", care::Kind::key).to_owned(),
        departement: departement.map_or("", care::DepartementCode::key).to_owned(),
        confirmed: entry.keeping.confirmed.map(i64::from),
        body: serde_json::to_string(entry).map_err(StoreError::Unwritable)?,
        names: entry.keys().into_iter().skip(1).collect(),
    })
}

/// Does something that takes a while beside the tasks of the house.
async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(fault) => std::panic::resume_unwind(fault.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_takes_nobody_new_comes_after_the_others() {
        let found = |accepts: &[(char, Option<bool>)]| {
            let offer = |accepts_new| Offer { accepts_new, ..Offer::default() };
            let mut found: Vec<_> = accepts.iter().map(|(name, accepts)| (*name, offer(*accepts))).collect();
            nobody_new_last(&mut found, |(_, offer)| offer);
            found.into_iter().map(|(name, _)| name).collect::<String>()
        };
        let all = [('a', Some(false)), ('b', None), ('c', Some(false)), ('d', Some(true)), ('e', None)];
        assert_eq!(found(&all), "bdeac");
        assert_eq!(found(&[('a', Some(false)), ('c', Some(false))]), "ac", "better one who is full than none");
    }
}
