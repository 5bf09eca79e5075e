//! Lists of what everybody may read, whole and in a steady order: for programs that take a page after the other.

use super::find::FEW;
use super::points::{MicroPoint, scale, scaled_km};
use super::segment::{COMMUNE, Document, ONE_OF_SEVERAL, POSTCODE, Segment};
use super::traits::Trait;
use super::{Index, words};
use crate::{Commune, Point, Territory};
use care::DepartementCode;
use std::collections::HashSet;
use std::sync::Arc;

/// What a list is of. Everything that is left out narrows nothing; what only the house may read is never in it.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Words of names, as they are typed.
    pub text: String,
    /// Of each group one trait, at least.
    pub having: Vec<Vec<Trait>>,
    /// Only what is in this département.
    pub departement: Option<DepartementCode>,
    /// Only what is in one of these communes, if there are any, by their codes; none of them for no commune at all.
    pub communes: Option<Vec<String>>,
    /// Only what has this postcode.
    pub postcode: Option<String>,
    /// Only what is so near, in kilometres; the nearest come first.
    pub within: Option<(Point, f64)>,
    /// Only these rows.
    pub rows: Option<Arc<HashSet<i64>>>,
    /// Whether each location of an entry counts by itself.
    pub by_location: bool,
    /// How many are left out before the first.
    pub skip: usize,
    /// How many are wanted.
    pub limit: usize,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Rows of the store, and which location of the entry it is; none if it has none.
    pub items: Vec<(i64, Option<usize>)>,
    /// How many there are in all.
    pub total: usize,
}

/// By what a list is in order, where it is not the index's own order: name matches, then distances.
type Rank = (u8, u64);

impl Index {
    /// A page of a list. The order stays the same as long as the index does; the walk is over all that could be in it.
    #[must_use]
    pub fn list(&self, asked: &Listing) -> Listed {
        let typed = words::of(&asked.text);
        let ranked = !typed.is_empty() || asked.within.is_some();
        let mut listed = Listed::default();
        let mut gathered: Vec<(Rank, (i64, Option<usize>))> = Vec::new();
        let mut several = HashSet::new();
        for segment in self.segments() {
            let sieve = Sieve::new(segment, asked);
            let mut take = |number: u32, name: u8| {
                let Some(document) = segment.document(number) else { return };
                if self.gone.contains(&document.row) {
                    return;
                }
                let Some(distance) = sieve.takes(number, document) else { return };
                let many = document.location & ONE_OF_SEVERAL != 0;
                if asked.by_location && document.location().is_none()
                    || !asked.by_location && many && !several.insert(document.row)
                {
                    return;
                }
                let item = (document.row, document.location());
                if ranked {
                    gathered.push(((name, distance), item));
                } else if listed.total >= asked.skip && listed.items.len() < asked.limit {
                    listed.items.push(item);
                }
                listed.total += 1;
            };
            if typed.is_empty() {
                sieve.candidates().for_each(|number| take(number, 0));
                continue;
            }
            let found = words::candidates(segment, &typed);
            let more = if found.len() < FEW { words::forgiving_candidates(segment, &typed) } else { Vec::new() };
            found.into_iter().chain(more).for_each(|(number, name)| take(number, name as u8));
        }
        if ranked {
            gathered.sort_unstable();
            listed.items = gathered.into_iter().skip(asked.skip).take(asked.limit).map(|(_, item)| item).collect();
        }
        listed
    }

    /// How many entries everybody may read there are in each département, of those that have one trait of each group.
    #[must_use]
    pub fn by_departement(&self, having: &[Vec<Trait>]) -> Vec<(DepartementCode, usize)> {
        let asked = Listing { having: having.to_vec(), ..Listing::default() };
        let sieves = self.segments().map(|segment| (segment, Sieve::new(segment, &asked)));
        let count = |(departement, place): (DepartementCode, u8)| {
            let counts = sieves
                .iter()
                .map(|(segment, sieve)| self.distinct(segment, sieve, segment.of_departement(place).iter().copied()));
            (departement, counts.sum())
        };
        DepartementCode::all().zip(0_u8..).map(count).collect()
    }

    /// How many there are in each commune of a département that has any. What is in a secret place is in none.
    #[must_use]
    pub fn by_commune(&self, departement: DepartementCode, having: &[Vec<Trait>]) -> Vec<(&'static Commune, usize)> {
        let asked = Listing { having: having.to_vec(), ..Listing::default() };
        let sieves = self.segments().map(|segment| (segment, Sieve::new(segment, &asked)));
        let communes = Territory::load().communes().iter().filter(|commune| commune.departement == departement);
        let count = |commune: &'static Commune| {
            let counts = sieves.iter().map(|(segment, sieve)| {
                self.distinct(segment, sieve, with_word(segment, COMMUNE, commune.code).iter().copied())
            });
            (commune, counts.sum::<usize>())
        };
        communes.map(count).filter(|(_, count)| *count > 0).collect()
    }

    /// The rows of the entries whose public ids begin as this one: hardly ever more than one.
    #[must_use]
    pub fn rows_of(&self, public_id: &str) -> Vec<i64> {
        let Some(beginning) = super::segment::id_beginning(public_id) else { return Vec::new() };
        let found = self.segments().into_iter().flat_map(|segment| segment.rows_with_id(beginning));
        let mut rows: Vec<i64> = found.filter(|row| !self.gone.contains(row)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// How many entries some documents are of, each counted once.
    fn distinct(&self, segment: &Segment, sieve: &Sieve<'_>, numbers: impl Iterator<Item = u32>) -> usize {
        let mut several = HashSet::new();
        let counted = numbers.filter(|number| {
            segment.document(*number).is_some_and(|document| {
                sieve.takes(*number, document).is_some()
                    && !self.gone.contains(&document.row)
                    && (document.location & ONE_OF_SEVERAL == 0 || several.insert(document.row))
            })
        });
        counted.count()
    }
}

/// What a list means for one part of the index.
struct Sieve<'a> {
    segment: &'a Segment,
    asked: &'a Listing,
    /// For each set of traits, whether it is looked for.
    sets: Vec<bool>,
    /// The documents in the communes and with the postcode that are asked for.
    placed: Option<HashSet<u32>>,
    circle: Option<(MicroPoint, f64, f64)>,
    here: Option<u8>,
}

impl<'a> Sieve<'a> {
    fn new(segment: &'a Segment, asked: &'a Listing) -> Self {
        let mut having = asked.having.clone();
        having.push(vec![Trait::public()]);
        let of_communes = asked.communes.as_ref().map(|codes| {
            codes.iter().flat_map(|code| with_word(segment, COMMUNE, code)).copied().collect::<HashSet<u32>>()
        });
        let of_postcode = asked
            .postcode
            .as_ref()
            .map(|postcode| with_word(segment, POSTCODE, postcode).iter().copied().collect::<HashSet<u32>>());
        let placed = match (of_communes, of_postcode) {
            (Some(one), Some(other)) => Some(one.intersection(&other).copied().collect()),
            (one, other) => one.or(other),
        };
        let circle = asked.within.map(|(point, kilometres)| {
            let point = MicroPoint::from(point);
            (point, scale(point), kilometres)
        });
        let here = asked.departement.and_then(|wanted| {
            DepartementCode::all().zip(0_u8..).find(|(code, _)| *code == wanted).map(|(_, place)| place)
        });
        Self { segment, asked, sets: segment.sets.having(&having), placed, circle, here }
    }

    /// The documents that could be in the list, at the least.
    fn candidates(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match (&self.placed, self.here) {
            (Some(placed), _) => {
                let mut sorted: Vec<u32> = placed.iter().copied().collect();
                sorted.sort_unstable();
                Box::new(sorted.into_iter())
            }
            (None, Some(here)) => Box::new(self.segment.of_departement(here).iter().copied()),
            (None, None) => Box::new(0..u32::try_from(self.segment.documents.len()).unwrap_or(u32::MAX)),
        }
    }

    /// Whether a document is in the list; then the bits of its distance, in whose order the distances are.
    fn takes(&self, number: u32, document: &Document) -> Option<u64> {
        let wanted = self.sets.get(document.set as usize) == Some(&true)
            && self.here.is_none_or(|here| document.departement == here)
            && self.placed.as_ref().is_none_or(|placed| placed.contains(&number))
            && self.asked.rows.as_ref().is_none_or(|rows| rows.contains(&document.row));
        if !wanted {
            return None;
        }
        let Some((point, scale, limit)) = self.circle else { return Some(0) };
        if document.is_secret() || (number as usize) >= self.segment.placed {
            return None;
        }
        let distance = scaled_km(point, document.point, scale);
        (distance <= limit).then_some(distance.max(0.0).to_bits())
    }
}

/// The documents that have a word of a place.
fn with_word<'a>(segment: &'a Segment, mark: &str, text: &str) -> &'a [u32] {
    let tokens = &segment.tokens;
    let place = tokens.exactly(format!("{mark}{text}").as_bytes());
    place.map(|place| tokens.documents(place..place + 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
