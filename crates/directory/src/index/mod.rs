//! The index of the directory: answers a search over millions of entries in milliseconds.
//!
//! It has no entry in it, only what a search needs to know and the row where each entry is kept: the store remembers, this
//! finds. It is built from the store's rows, written to a file beside them and read again at the next start; a file that is
//! damaged or old is thrown away and built anew. Both databases therefore answer alike.
//!
//! What changes between two builds is in a second, small part of the same make: [`Index::changed`].

mod facets;
mod file;
mod find;
mod listing;
mod points;
mod query;
mod ranking;
mod segment;
#[cfg(test)]
mod tests;
mod tokens;
mod traits;
mod tree;
mod week;
mod words;

pub use file::IndexFault;
pub use listing::{Listed, Listing};
pub use query::{Answer, BANDS_KM, Band, FacetCount, Here, Hit, LocalTimes, NameMatch, Query, Why};
pub use segment::IndexBuilder;
pub use traits::{Facet, Trait};

use crate::Entry;
use segment::Segment;
use std::collections::HashSet;
use std::sync::Arc;

/// Everything that a search needs to know of the entries. Cheap to clone; it never changes.
#[derive(Debug, Clone, Default)]
pub struct Index {
    base: Arc<Segment>,
    fresh: Arc<Segment>,
    fresh_entries: Arc<Vec<(i64, Arc<Entry>)>>,
    /// Rows that are no more.
    gone: Arc<HashSet<i64>>,
    stamp: i64,
}

/// After so many changes an index is better built anew.
pub const MANY_CHANGES: usize = 2_000;

impl Index {
    /// An index of what was gathered. The stamp says up to which change of the store it goes.
    #[must_use]
    pub fn build(builder: IndexBuilder, stamp: i64) -> Self {
        Self { base: Arc::new(builder.build()), stamp, ..Self::default() }
    }

    /// An index of these entries, their rows being their places: for a few, as in tests.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut builder = IndexBuilder::new();
        for (row, entry) in (0_i64..).zip(entries) {
            builder.add(row, entry);
        }
        Self::build(builder, 0)
    }

    /// The index after some rows went and others came. What came last counts.
    #[must_use]
    pub fn changed(&self, gone: &[i64], came: Vec<(i64, Arc<Entry>)>, stamp: i64) -> Self {
        let mut fresh: Vec<_> = (*self.fresh_entries).clone();
        let mut all_gone = (*self.gone).clone();
        for row in gone {
            match fresh.iter().position(|(other, _)| other == row) {
                Some(place) => drop(fresh.remove(place)),
                None => drop(all_gone.insert(*row)),
            }
        }
        fresh.extend(came);
        let mut builder = IndexBuilder::new();
        for (row, entry) in &fresh {
            builder.add(*row, entry);
        }
        Self {
            base: Arc::clone(&self.base),
            fresh: Arc::new(builder.build()),
            fresh_entries: Arc::new(fresh),
            gone: Arc::new(all_gone),
            stamp,
        }
    }

    /// How many changes there were since it was built.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.gone.len() + self.fresh_entries.len()
    }

    /// Up to which change of the store it goes.
    #[must_use]
    pub fn stamp(&self) -> i64 {
        self.stamp
    }

    /// How many entries there are, about: those that are gone and those that came are counted.
    #[must_use]
    pub fn len(&self) -> usize {
        let entries = self.base.entries + self.fresh.entries;
        usize::try_from(entries).unwrap_or(usize::MAX).saturating_sub(self.gone.len())
    }

    /// Whether there is nothing to be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn segments(&self) -> [&Segment; 2] {
        [&self.base, &self.fresh]
    }
}
