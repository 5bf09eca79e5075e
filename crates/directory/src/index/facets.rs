//! How many entries there are of each kind, language and so on, where one looks.

use super::find::{FEW, Judge};
use super::query::{FacetCount, Query};
use super::traits::Facet;
use super::{Index, words};
use std::collections::{BTreeMap, HashSet};

impl Index {
    /// Counts what is in the département of the place (or everywhere, without one) and answers to the text, by facet. What is
    /// asked of a facet does not narrow its own counts, so that one sees what else there is.
    #[must_use]
    pub fn facets(&self, query: &Query, facets: &[Facet]) -> Vec<FacetCount> {
        let typed = words::of(&query.text);
        let mut counts: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); facets.len()];
        for segment in self.segments() {
            let judge = Judge::new(self, segment, query);
            let mut sets = vec![0_usize; segment.sets.ends.len()];
            let mut several = HashSet::new();
            let mut count = |number: u32| {
                let Some(document) = segment.document(number) else { return };
                if judge.stands(document)
                    && judge.is_new(number, &mut several)
                    && let Some(slot) = sets.get_mut(document.set as usize)
                {
                    *slot += 1;
                }
            };
            match (typed.is_empty(), judge.here) {
                (false, here) => {
                    let of_here = |number: &u32| {
                        let document = segment.document(*number);
                        here.is_none() || document.map(|document| document.departement) == here
                    };
                    let mut found = words::candidates(segment, &typed);
                    if found.len() < FEW {
                        found.extend(words::forgiving_candidates(segment, &typed));
                    }
                    found.into_iter().map(|(number, _)| number).filter(of_here).for_each(&mut count);
                }
                (true, Some(here)) => segment.of_departement(here).iter().copied().for_each(&mut count),
                (true, None) => (0..u32::try_from(segment.documents.len()).unwrap_or(u32::MAX)).for_each(&mut count),
            }
            for (set, number) in (0_u32..).zip(sets).filter(|(_, number)| *number > 0) {
                for (facet, counts) in facets.iter().zip(&mut counts) {
                    if !judge.filter.counts(set, *facet) {
                        continue;
                    }
                    for member in segment.sets.members(set as usize) {
                        let one = segment.sets.traits.get(usize::from(*member));
                        if let Some(one) = one.filter(|one| one.facet == *facet) {
                            *counts.entry(one.value.clone()).or_default() += number;
                        }
                    }
                }
            }
        }
        let sorted = |counts: BTreeMap<String, usize>| {
            let mut values: Vec<_> = counts.into_iter().collect();
            values.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
            values
        };
        facets.iter().zip(counts).map(|(facet, counts)| FacetCount { facet: *facet, values: sorted(counts) }).collect()
    }
}
