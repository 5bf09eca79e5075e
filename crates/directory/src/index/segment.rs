//! One part of the index: documents in the order of the map, with their words and traits. It never changes once built.

use super::points::MicroPoint;
use super::tokens::Tokens;
use super::traits::TraitSets;
use super::tree::{Node, plant};
use super::week::Weeks;
use crate::{Entry, Location, fold};
use care::DepartementCode;
use std::collections::HashMap;

/// Nobody's département.
pub(super) const NOWHERE: u8 = u8::MAX;
/// Said of a document whose entry has others.
pub(super) const ONE_OF_SEVERAL: u8 = 0x80;
/// Said of a document whose place must not leave the house.
pub(super) const SECRET: u8 = 0x40;
/// The location of a document whose entry has none.
pub(super) const NO_LOCATION: u8 = 0x3f;
/// What a commune's code begins with among the words: more signs than typing errors are forgiven.
pub(super) const COMMUNE: &str = "@@@";
/// What a postcode begins with among the words.
pub(super) const POSTCODE: &str = "###";

/// A document: an entry at one of its locations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(super) struct Document {
    /// The row of the entry in the store.
    pub(super) row: i64,
    /// Where it is; of no meaning beyond [`Segment::placed`].
    pub(super) point: MicroPoint,
    /// From the entry's id: what equals are shuffled by, and how its public id begins.
    pub(super) shuffle: u32,
    /// The number of its set of traits.
    pub(super) set: u32,
    /// The number of its hours.
    pub(super) week: u32,
    /// Which département, as a place in the list of codes.
    pub(super) departement: u8,
    /// Which of the entry's locations, [`ONE_OF_SEVERAL`] and [`SECRET`].
    pub(super) location: u8,
    filling: u16,
}

impl Document {
    /// Which of the entry's locations it is; none if the entry has none.
    pub(super) fn location(&self) -> Option<usize> {
        Some(self.location & NO_LOCATION).filter(|place| *place != NO_LOCATION).map(usize::from)
    }

    /// Whether its place must not leave the house.
    pub(super) fn is_secret(&self) -> bool {
        self.location & SECRET != 0
    }
}

/// A part of the index.
#[derive(Debug, Clone, Default)]
pub(super) struct Segment {
    /// Those with a point first, in the order of the tree; those without come after.
    pub(super) documents: Vec<Document>,
    /// How many have a point.
    pub(super) placed: usize,
    pub(super) nodes: Vec<Node>,
    pub(super) sets: TraitSets,
    pub(super) weeks: Weeks,
    pub(super) tokens: Tokens,
    /// The documents of each département, one's after the other's, in the order of the list of codes.
    pub(super) by_departement: Vec<u32>,
    /// Where each département's end.
    pub(super) departement_ends: Vec<u32>,
    /// The documents in the order of how their public ids begin.
    pub(super) by_public_id: Vec<u32>,
    /// How many entries there are.
    pub(super) entries: u64,
}

/// Gathers entries for a segment.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    documents: Vec<(Document, bool)>,
    sets: TraitSets,
    weeks: Weeks,
    words: Vec<Box<str>>,
    word_numbers: HashMap<Box<str>, u32>,
    pairs: Vec<(u32, u32)>,
    departements: HashMap<DepartementCode, u8>,
    entries: u64,
}

impl IndexBuilder {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        let departements = DepartementCode::all().zip(0_u8..).collect();
        Self { departements, ..Self::default() }
    }

    /// Adds an entry, which is in a row of the store.
    pub fn add(&mut self, row: i64, entry: &Entry) {
        let set = self.sets.set_of(entry);
        let week = self.weeks.week_of(&entry.offer.hours);
        let shuffle = id_beginning(&crate::public_id(&entry.id)).unwrap_or(0);
        let several = if entry.locations.len() > 1 { ONE_OF_SEVERAL } else { 0 };
        let first = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        for (location, number) in entry.locations.iter().zip(0..NO_LOCATION) {
            let secret = if location.secret { SECRET } else { 0 };
            let departement = location.departement.and_then(|code| self.departements.get(&code)).copied();
            let document = Document {
                row,
                point: location.point.map(MicroPoint::from).unwrap_or_default(),
                shuffle,
                set,
                week,
                departement: departement.unwrap_or(NOWHERE),
                location: number | several | secret,
                filling: 0,
            };
            if !location.secret {
                self.place_words(location);
            }
            self.documents.push((document, location.point.is_some()));
        }
        if entry.locations.is_empty() {
            let point = MicroPoint::default();
            let location = NO_LOCATION;
            let document = Document { row, point, shuffle, set, week, departement: NOWHERE, location, filling: 0 };
            self.documents.push((document, false));
        }
        let last = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        for name in std::iter::once(&entry.name).chain(&entry.other_names) {
            for word in fold(name).split(' ').filter(|word| !word.is_empty()) {
                let number = self.word(word);
                self.pairs.extend((first..last).map(|document| (number, document)));
            }
        }
        self.entries += 1;
    }

    /// Notes the commune and the postcode of a location that is added next, as words of their own.
    fn place_words(&mut self, location: &Location) {
        let document = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        for (mark, text) in [(COMMUNE, &location.commune), (POSTCODE, &location.postcode)] {
            if !text.is_empty() {
                let number = self.word(&format!("{mark}{text}"));
                self.pairs.push((number, document));
            }
        }
    }

    fn word(&mut self, word: &str) -> u32 {
        if let Some(number) = self.word_numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.into());
        self.word_numbers.insert(word.into(), number);
        number
    }

    /// Puts everything in order.
    pub(super) fn build(mut self) -> Segment {
        self.sets.settle();
        self.weeks.settle();
        drop(std::mem::take(&mut self.word_numbers));
        let (placed, unplaced): (Vec<u32>, Vec<u32>) = (0_u32..)
            .take(self.documents.len())
            .partition(|number| self.documents.get(*number as usize).is_some_and(|(_, placed)| *placed));
        let at = |number: &u32| self.documents.get(*number as usize).map(|(document, _)| *document);
        let points: Vec<_> = placed.iter().filter_map(|number| at(number).map(|document| document.point)).collect();
        let mask = |place: u32| {
            let document = placed.get(place as usize).and_then(at);
            document.map_or(0, |document| self.sets.mask(document.set))
        };
        let (order, nodes) = plant(&points, &mask);
        let order = order.iter().filter_map(|place| placed.get(*place as usize)).chain(&unplaced);
        let mut new_number = vec![0_u32; self.documents.len()];
        let mut documents = Vec::with_capacity(self.documents.len());
        for (new, old) in (0_u32..).zip(order) {
            documents.extend(at(old));
            if let Some(slot) = new_number.get_mut(*old as usize) {
                *slot = new;
            }
        }
        for pair in &mut self.pairs {
            pair.1 = new_number.get(pair.1 as usize).copied().unwrap_or(0);
        }
        let (by_departement, departement_ends) = by_departement(&documents, self.departements.len());
        let mut by_public_id: Vec<u32> = (0_u32..).take(documents.len()).collect();
        by_public_id.sort_by_key(|number| documents.get(*number as usize).map(|document| document.shuffle));
        Segment {
            documents,
            placed: placed.len(),
            nodes,
            sets: self.sets,
            weeks: self.weeks,
            tokens: Tokens::build(&self.words, self.pairs),
            by_departement,
            departement_ends,
            by_public_id,
            entries: self.entries,
        }
    }
}

fn by_departement(documents: &[Document], count: usize) -> (Vec<u32>, Vec<u32>) {
    let mut sorted: Vec<u32> = (0_u32..)
        .zip(documents)
        .filter(|(_, document)| document.departement != NOWHERE)
        .map(|(number, _)| number)
        .collect();
    let departement = |number: u32| documents.get(number as usize).map_or(NOWHERE, |document| document.departement);
    sorted.sort_by_key(|number| departement(*number));
    let ends = (0..count).map(|place| {
        let end = sorted.partition_point(|number| usize::from(departement(*number)) <= place);
        u32::try_from(end).unwrap_or(u32::MAX)
    });
    let ends = ends.collect();
    (sorted, ends)
}

/// The number that a public id begins with; none when it is no such id.
pub(super) fn id_beginning(public_id: &str) -> Option<u32> {
    public_id.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok())
}

impl Segment {
    pub(super) fn document(&self, number: u32) -> Option<&Document> {
        self.documents.get(number as usize)
    }

    /// The documents of a département, by its place in the list of codes.
    pub(super) fn of_departement(&self, departement: u8) -> &[u32] {
        let place = usize::from(departement);
        let end = self.departement_ends.get(place).copied().unwrap_or(0) as usize;
        let start = place.checked_sub(1).and_then(|before| self.departement_ends.get(before)).copied().unwrap_or(0);
        self.by_departement.get(start as usize..end).unwrap_or_default()
    }

    /// The rows of the entries whose public ids begin so.
    pub(super) fn rows_with_id(&self, beginning: u32) -> impl Iterator<Item = i64> {
        let shuffle = move |number: &u32| self.document(*number).map(|document| document.shuffle);
        let start = self.by_public_id.partition_point(move |number| shuffle(number) < Some(beginning));
        let tail = self.by_public_id.get(start..).unwrap_or_default().iter();
        let found = tail.take_while(move |number| shuffle(number) == Some(beginning));
        found.filter_map(|number| self.document(*number)).map(|document| document.row)
    }
}
