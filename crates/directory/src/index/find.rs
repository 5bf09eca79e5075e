//! How the index is searched.

use super::points::{MicroPoint, scale, scaled_km};
use super::query::{Answer, BANDS_KM, Band, Here, NameMatch, Query, Why};
use super::ranking::{Best, Key, shuffled};
use super::segment::{Document, NO_LOCATION, NOWHERE, ONE_OF_SEVERAL, Segment};
use super::traits::{Facet, Filter, Trait};
use super::{Index, words};
use crate::Place;
use care::{DepartementCode, Mode};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

impl Index {
    /// The best entries for a query.
    #[must_use]
    pub fn search(&self, query: &Query) -> Answer {
        let words = words::of(&query.text);
        let mut best = Best::new(query.limit);
        let mut total = 0;
        let judges: Vec<_> = self.segments().into_iter().map(|segment| Judge::new(self, segment, query)).collect();
        match (&query.place, words.is_empty()) {
            (_, false) => total = by_name(&judges, &words, query.limit, &mut best),
            (None, true) => {
                for judge in &judges {
                    total += judge.all(0..judge.segment.documents.len(), &mut best);
                }
            }
            (Some(Place::Departement(_)), true) => {
                for judge in &judges {
                    let of_here = judge.here.map(|here| judge.segment.of_departement(here)).unwrap_or_default();
                    total += judge.each(of_here.iter().copied(), &mut best);
                }
                if !best.is_full() {
                    nearest(&judges, &mut best);
                }
            }
            (Some(Place::Commune(_)), true) => {
                nearest(&judges, &mut best);
                return Answer { hits: best.into_hits(), total: None };
            }
        }
        Answer { hits: best.into_hits(), total: Some(total) }
    }
}

/// What a query means for one part of the index.
pub(super) struct Judge<'a> {
    pub(super) segment: &'a Segment,
    query: &'a Query,
    gone: &'a HashSet<i64>,
    pub(super) filter: Filter,
    from_afar: Filter,
    point: Option<MicroPoint>,
    scale: f64,
    /// The département that was named, as a place in the list of codes.
    pub(super) here: Option<u8>,
    /// Whether it was named without a commune, so that it comes before its neighbours.
    border: bool,
    /// Whether it is for somebody outside the house: then a secret place is nowhere, and nothing tells how far it is.
    outside: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(index: &'a Index, segment: &'a Segment, query: &'a Query) -> Self {
        let point = query.place.map(|place| MicroPoint::from(place.point()));
        let here = query.place.and_then(|place| {
            DepartementCode::all().zip(0_u8..).find(|(code, _)| *code == place.departement()).map(|(_, number)| number)
        });
        Self {
            segment,
            query,
            gone: &index.gone,
            filter: segment.sets.filter(&query.wanted),
            from_afar: segment.sets.filter(&[Trait::new(Facet::Mode, Mode::Teleconsultation.key())]),
            point,
            scale: point.map_or(1.0, scale),
            here,
            border: matches!(query.place, Some(Place::Departement(_))),
            outside: query.wanted.contains(&Trait::public()),
        }
    }

    /// Whether a document may be found at all, its traits aside: its entry is still there, and open if that is asked.
    pub(super) fn stands(&self, document: &Document) -> bool {
        let open = self
            .query
            .open_at
            .as_ref()
            .is_none_or(|times| self.segment.weeks.open_at(document.week, times.at(document.departement)));
        open && (self.gone.is_empty() || !self.gone.contains(&document.row))
    }

    fn distance_km(&self, number: u32, document: &Document) -> Option<f64> {
        let placed = (number as usize) < self.segment.placed && !(self.outside && document.is_secret());
        self.point.filter(|_| placed).map(|point| scaled_km(point, document.point, self.scale))
    }

    fn here(&self, document: &Document) -> Here {
        if self.border && Some(document.departement) != self.here { Here::Elsewhere } else { Here::Inside }
    }

    /// Offers a document to the best. Answers whether it is one that is looked for.
    fn judge(&self, number: u32, name: NameMatch, best: &mut Best) -> bool {
        let Some(document) = self.segment.document(number) else { return false };
        if !self.filter.takes(document.set) || !self.stands(document) {
            return false;
        }
        let distance_km = self.distance_km(number, document);
        let band = distance_km.map_or(Band::FAR, Band::of);
        let why = Why { name, here: self.here(document), band };
        let key = Key { why, shuffle: shuffled(document.shuffle, self.query.seed), row: document.row };
        best.offer(key, document.location & NO_LOCATION, distance_km);
        true
    }

    /// Judges some documents; answers how many entries of those are looked for.
    fn each(&self, numbers: impl Iterator<Item = u32>, best: &mut Best) -> usize {
        self.each_named(numbers.map(|number| (number, NameMatch::Whole)), best)
    }

    fn each_named(&self, numbers: impl Iterator<Item = (u32, NameMatch)>, best: &mut Best) -> usize {
        let mut several = HashSet::new();
        let mut count = 0;
        for (number, name) in numbers {
            if self.judge(number, name, best) && self.is_new(number, &mut several) {
                count += 1;
            }
        }
        count
    }

    fn all(&self, range: std::ops::Range<usize>, best: &mut Best) -> usize {
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        self.each(number(range.start)..number(range.end), best)
    }

    /// Whether an entry is met for the first time; only those of several locations can be met again.
    pub(super) fn is_new(&self, number: u32, several: &mut HashSet<i64>) -> bool {
        self.segment
            .document(number)
            .is_none_or(|document| document.location & ONE_OF_SEVERAL == 0 || several.insert(document.row))
    }

    /// Whether a caller would be sent so far: near, or in the département they named, or from afar.
    fn within_reach(&self, document: &Document, distance_km: f64) -> bool {
        let far = BANDS_KM.last().is_none_or(|limit| distance_km > *limit);
        !far || Some(document.departement) == self.here || self.from_afar.takes(document.set)
    }
}

/// Searches the boxes, the nearest first, until nothing nearer can be in those that are left.
fn nearest(judges: &[Judge<'_>], best: &mut Best) {
    let mut boxes = BinaryHeap::new();
    let push = |boxes: &mut BinaryHeap<_>, judge: usize, place: u32| {
        let Some(one) = judges.get(judge) else { return };
        let (Some(node), Some(point)) = (one.segment.nodes.get(place as usize), one.point) else { return };
        if one.filter.may_be_in(node.mask) {
            // The bits of distances that are not negative are in the order of the distances.
            boxes.push(Reverse((node.distance_km(point).to_bits(), judge, place)));
        }
    };
    for judge in 0..judges.len() {
        push(&mut boxes, judge, 0);
    }
    while let Some(Reverse((distance, judge, place))) = boxes.pop() {
        let band = Band::of(f64::from_bits(distance));
        if !best.might_take(Why { name: NameMatch::Whole, here: Here::Inside, band }) {
            break;
        }
        let Some(one) = judges.get(judge) else { continue };
        let Some(node) = one.segment.nodes.get(place as usize) else { continue };
        if node.second != 0 {
            push(&mut boxes, judge, place + 1);
            push(&mut boxes, judge, node.second);
            continue;
        }
        for number in node.from..node.until {
            let Some(document) = one.segment.document(number) else { continue };
            let reached = |distance| one.within_reach(document, distance);
            if one.filter.takes(document.set) && one.distance_km(number, document).is_some_and(reached) {
                one.judge(number, NameMatch::Whole, best);
            }
        }
    }
    for one in judges {
        let without_point = one.segment.documents.get(one.segment.placed..).unwrap_or_default();
        for (number, document) in (one.segment.placed..).zip(without_point) {
            // What has no place is for everybody; what is somewhere in another département is not near.
            if document.departement == NOWHERE || Some(document.departement) == one.here {
                one.judge(u32::try_from(number).unwrap_or(u32::MAX), NameMatch::Whole, best);
            }
        }
        for number in one.here.filter(|_| one.outside).map(|here| one.segment.of_departement(here)).unwrap_or_default()
        {
            let placed = (*number as usize) < one.segment.placed;
            if placed && one.segment.document(*number).is_some_and(Document::is_secret) {
                one.judge(*number, NameMatch::Whole, best);
            }
        }
    }
}

/// Searches by name: first as it was typed, then, if that gives too few, with typing errors.
fn by_name(judges: &[Judge<'_>], words: &[String], limit: usize, best: &mut Best) -> usize {
    let mut total = 0;
    for judge in judges {
        total += judge.each_named(words::candidates(judge.segment, words).into_iter(), best);
    }
    if total < limit.min(FEW) {
        for judge in judges {
            total += judge.each_named(words::forgiving_candidates(judge.segment, words).into_iter(), best);
        }
    }
    total
}

/// With so many found as they were typed nobody looks for typing errors.
pub(super) const FEW: usize = 5;
