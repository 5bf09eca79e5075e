//! Entries that may be the same one twice: looked for in one département at a time, merged or told apart by hand.

use super::{Directory, Seen, on_a_thread, read_entry, row};
use directory::Entry;
use directory::import::{Duplicate, Reason, duplicates, merge};
use std::collections::HashSet;
use store::StoreError;

/// The most entries that are held against each other: more than any département has.
const MOST: i64 = 250_000;

/// Two entries that may be one.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// One of them.
    pub first: Seen,
    /// The other.
    pub second: Seen,
    /// How likely it is, from 0 to 100.
    pub score: u8,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Directory {
    /// The pairs in a département (or without any, for an empty code) that may be one entry, the likeliest first, up to `limit`
    /// of them, and how many there are. Those that somebody has told apart are not among them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn likenesses(&self, departement: &str, limit: usize) -> Result<(Vec<Likeness>, usize), StoreError> {
        let apart: HashSet<(String, String)> = self.0.store.distinct_entries().await?.into_iter().collect();
        let bodies = self.0.store.entries_of(departement, MOST).await?;
        Ok(on_a_thread(move || {
            let (versions, entries): (Vec<i64>, Vec<Entry>) =
                bodies.iter().filter_map(|(version, body)| Some((*version, read_entry(body)?))).unzip();
            let seen = |at: usize| Some(Seen { entry: entries.get(at)?.clone(), version: *versions.get(at)? });
            let is_apart = |pair: &Duplicate| {
                let key = |at: usize| entries.get(at).map(|entry| entry.id.clone()).unwrap_or_default();
                let (one, other) = (key(pair.first), key(pair.second));
                apart.contains(&if one <= other { (one, other) } else { (other, one) })
            };
            let pairs: Vec<_> = duplicates(&entries).into_iter().filter(|pair| !is_apart(pair)).collect();
            let count = pairs.len();
            let told = pairs.into_iter().take(limit).filter_map(|pair| {
                let (first, second) = (seen(pair.first)?, seen(pair.second)?);
                Some(Likeness { first, second, score: pair.score, reasons: pair.reasons })
            });
            (told.collect(), count)
        })
        .await)
    }

    /// Adds to an entry what another, which is the same, knows beside it, and takes the other out, if both are still as they
    /// were seen.
    ///
    /// # Errors
    /// [`StoreError::StaleEntry`] when one of them was changed meanwhile; when the store does not take it.
    pub async fn merge(
        &self,
        (id, seen): (&str, i64),
        (other, other_seen): (&str, i64),
        who: i64,
        at: i64,
    ) -> Result<(), StoreError> {
        let (Some(mut merged), Some(from)) = (self.entry(id).await?, self.entry(other).await?) else {
            return Err(StoreError::StaleEntry);
        };
        let names = from.entry.keys();
        merge(&mut merged.entry, from.entry);
        let mut row = row(&merged.entry)?;
        // An import that brings the other one again finds the one that took its place.
        row.names.extend(names);
        self.0.store.merge_entries(&row, seen, (other, other_seen), who, at).await?;
        self.refresh().await
    }

    /// Remembers that two entries are not the same.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn tell_apart(&self, one: &str, other: &str, who: i64, at: i64) -> Result<(), StoreError> {
        self.0.store.say_distinct(one, other, who, at).await
    }
}
