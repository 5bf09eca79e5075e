//! The directory as everybody may read it. What leaves from here is [`Published`], which has no place for what must not leave.

use super::{Directory, on_a_thread, parsed, read_entry};
use directory::index::{Listing, Query, Trait};
use directory::{Entry, Point, Published, public_id};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::StoreError;

/// An entry that everybody may read, as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicEntry {
    /// The entry.
    pub published: Published,
    /// Which of its locations was found; none if it has none.
    pub location: Option<usize>,
    /// Kilometres from the place that was asked about, if that is known and no secret.
    pub distance_km: Option<f64>,
    /// When it came to be as it is, in milliseconds since 1970.
    pub modified_at: i64,
}

impl Directory {
    /// The best of what everybody may read, and how many there are where that is counted.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn search_published(&self, mut query: Query) -> Result<(Vec<PublicEntry>, Option<usize>), StoreError> {
        query.wanted.push(Trait::public());
        let index = self.index();
        let near = query.place.is_some();
        let answer = on_a_thread(move || index.search(&query)).await;
        let hits = answer.hits.iter().map(|hit| (hit.row, Some(hit.location), hit.distance_km));
        let mut found = self.read_published(hits.collect()).await?;
        if near {
            super::nobody_new_last(&mut found, |one| &one.published.offer);
        }
        Ok((found, answer.total))
    }

    /// A page of all that everybody may read, and how many there are in all.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_published(&self, asked: Listing) -> Result<(Vec<PublicEntry>, usize), StoreError> {
        let index = self.index();
        let from: Option<Point> = asked.within.map(|(point, _)| point);
        let listed = on_a_thread(move || index.list(&asked)).await;
        let items = listed.items.iter().map(|(row, location)| (*row, *location, None));
        let mut found = self.read_published(items.collect()).await?;
        for one in &mut found {
            let place = one.location.and_then(|place| one.published.locations.get(place));
            one.distance_km = place.and_then(|place| Some(from?.distance_km(place.point?)));
        }
        Ok((found, listed.total))
    }

    /// The rows that came to count at a time or since.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn modified_since(&self, at: i64) -> Result<HashSet<i64>, StoreError> {
        Ok(self.0.store.entries_modified_since(at).await?.into_iter().collect())
    }

    /// The entry with a public id, if everybody may read it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn published(&self, id: &str) -> Result<Option<PublicEntry>, StoreError> {
        let rows = self.index().rows_of(id).into_iter().map(|row| (row, None, None));
        let found = self.read_published(rows.collect()).await?;
        Ok(found.into_iter().find(|one| public_id(&one.published.id) == id))
    }

    /// The entries that registers know by one of these names, if everybody may read them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn published_by_names(&self, names: &[String]) -> Result<Vec<PublicEntry>, StoreError> {
        let mut ids: Vec<String> = names.to_vec();
        ids.extend(self.0.store.entries_named(names).await?.into_iter().map(|(_, id)| id));
        ids.sort_unstable();
        ids.dedup();
        let mut found = Vec::new();
        for id in ids {
            // A name may have been another entry's before.
            let one = self.published(&public_id(&id)).await?;
            found.extend(one.filter(|one| names.iter().any(|name| keys(&one.published).contains(name))));
        }
        Ok(found)
    }

    /// What everybody may read of the entries after a row, and the last row; none after the last.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn published_after(&self, row: i64) -> Result<Option<(i64, Vec<Published>)>, StoreError> {
        let rows = self.0.store.entries_after(row, PUBLISHED_PAGE).await?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        let last = *last;
        let read = move || rows.iter().filter_map(|(_, body)| read_entry(body)?.published()).collect();
        Ok(Some((last, on_a_thread(read).await)))
    }

    /// Reads entries in the order in which they were found. What is the house's own, or has gone meanwhile, is left out.
    async fn read_published(
        &self,
        found: Vec<(i64, Option<usize>, Option<f64>)>,
    ) -> Result<Vec<PublicEntry>, StoreError> {
        let mut rows: Vec<i64> = found.iter().map(|(row, ..)| *row).collect();
        rows.dedup();
        let times: HashMap<i64, i64> = self.0.store.entries_modified_at(&rows).await?.into_iter().collect();
        let bodies = self.0.store.entry_bodies(&rows).await?;
        let read = move || {
            let entries: HashMap<i64, Arc<Entry>> = parsed(bodies).into_iter().collect();
            let entry = |(row, location, distance_km): (i64, Option<usize>, Option<f64>)| {
                let published = entries.get(&row)?.published()?;
                let location = location.filter(|place| *place < published.locations.len());
                let modified_at = times.get(&row).copied().unwrap_or(0);
                Some(PublicEntry { published, location, distance_km, modified_at })
            };
            found.into_iter().filter_map(entry).collect()
        };
        Ok(on_a_thread(read).await)
    }
}

/// How many entries of a file are read at once.
const PUBLISHED_PAGE: i64 = 1_000;

/// The names by which registers know an entry, its own first.
fn keys(published: &Published) -> Vec<String> {
    let registers = published.identifiers.iter().map(directory::Identifier::key);
    std::iter::once(published.id.clone()).chain(registers).collect()
}
