//! From words that were typed to the documents whose names have them.

use super::query::NameMatch;
use super::segment::Segment;
use crate::fold;

/// The words of a text; at most eight, which is more than a name has.
pub(super) fn of(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|word| !word.is_empty()).take(8).map(str::to_owned).collect()
}

/// How many letters a word must have to be taken for the beginning of one, where it is not the last.
const BEGINNING: usize = 3;

/// The documents whose names have every word, the last one and longer ones perhaps unfinished.
pub(super) fn candidates(segment: &Segment, words: &[String]) -> Vec<(u32, NameMatch)> {
    let tokens = &segment.tokens;
    let exact: Vec<&[u32]> = words.iter().map(|word| exactly(segment, word)).collect();
    let lists = words.iter().enumerate().map(|(place, word)| {
        let unfinished = place + 1 == words.len() || word.len() >= BEGINNING;
        if unfinished { tokens.documents(tokens.beginning(word.as_bytes())) } else { exactly(segment, word) }
    });
    let lists: Vec<Vec<&[u32]>> = lists.map(|list| vec![list]).collect();
    let name = |number: u32| {
        let whole = exact.iter().all(|documents| documents.binary_search(&number).is_ok());
        if whole { NameMatch::Whole } else { NameMatch::Beginning }
    };
    common(segment.documents.len(), &lists).into_iter().map(|number| (number, name(number))).collect()
}

/// The documents whose names have every word, with typing errors in at least one of them.
pub(super) fn forgiving_candidates(segment: &Segment, words: &[String]) -> Vec<(u32, NameMatch)> {
    let tokens = &segment.tokens;
    let lists = words.iter().enumerate().map(|(place, word)| {
        let mut lists = Vec::new();
        if place + 1 == words.len() || word.len() >= BEGINNING {
            lists.push(tokens.documents(tokens.beginning(word.as_bytes())));
        } else {
            lists.push(exactly(segment, word));
        }
        let errors = match word.len() {
            0..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        if errors > 0 {
            let near = tokens.near(word.as_bytes(), errors).into_iter();
            lists.extend(near.map(|place| tokens.documents(place..place + 1)));
        }
        lists
    });
    let lists: Vec<Vec<&[u32]>> = lists.collect();
    let strict: std::collections::HashSet<u32> =
        candidates(segment, words).into_iter().map(|(number, _)| number).collect();
    let found = common(segment.documents.len(), &lists).into_iter().filter(|number| !strict.contains(number));
    found.map(|number| (number, NameMatch::Near)).collect()
}

fn exactly<'a>(segment: &'a Segment, word: &str) -> &'a [u32] {
    let place = segment.tokens.exactly(word.as_bytes());
    place.map(|place| segment.tokens.documents(place..place + 1)).unwrap_or_default()
}

/// The documents that are in a list of each word, each once.
fn common(documents: usize, words: &[Vec<&[u32]>]) -> Vec<u32> {
    let length = |lists: &Vec<&[u32]>| lists.iter().map(|list| list.len()).sum::<usize>();
    let Some(rarest) = (0..words.len()).min_by_key(|place| words.get(*place).map_or(0, length)) else {
        return Vec::new();
    };
    let mut others = words.iter().enumerate().filter(|(place, _)| *place != rarest).map(|(_, lists)| {
        let mut marked = Marks::new(documents);
        for number in lists.iter().copied().flatten() {
            marked.mark(*number);
        }
        marked
    });
    let others: Vec<Marks> = others.by_ref().collect();
    let mut seen = Marks::new(documents);
    let mut found = Vec::new();
    for number in words.get(rarest).into_iter().flatten().copied().flatten() {
        if others.iter().all(|marks| marks.has(*number)) && seen.mark(*number) {
            found.push(*number);
        }
    }
    found
}

/// A bit for each document.
struct Marks(Vec<u64>);

impl Marks {
    fn new(documents: usize) -> Self {
        Self(vec![0; documents / 64 + 1])
    }

    /// Marks one; answers whether it was not marked before.
    fn mark(&mut self, number: u32) -> bool {
        let Some(bits) = self.0.get_mut(number as usize / 64) else { return false };
        let bit = 1_u64 << (number % 64);
        let new = *bits & bit == 0;
        *bits |= bit;
        new
    }

    fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|bits| bits & (1 << (number % 64)) != 0)
    }
}
