//! The words of names, sorted, each with the documents that have it.
//!
//! Words stand in alphabetical order and so do their documents' lists, so that all words with one beginning are one stretch of
//! the lists. A word with typing errors is found by walking the sorted words as if they were a tree: a beginning that is too
//! far from what was typed is skipped with all its words.

/// The sorted words and their documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    /// All words, one after the other.
    pub(super) text: Vec<u8>,
    /// Where each word ends in `text`.
    pub(super) ends: Vec<u32>,
    /// The documents of each word, in order, one word's after the other's.
    pub(super) documents: Vec<u32>,
    /// Where each word's documents end.
    pub(super) document_ends: Vec<u32>,
}

/// The longest word that typing errors are looked for in, in bytes.
const LONGEST: usize = 24;

impl Tokens {
    /// Gathers pairs of words (numbered as in `words`) and documents.
    pub(super) fn build(words: &[Box<str>], mut pairs: Vec<(u32, u32)>) -> Self {
        let mut order: Vec<u32> = (0..u32::try_from(words.len()).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by(|left, right| words.get(*left as usize).cmp(&words.get(*right as usize)));
        let mut rank = vec![0_u32; words.len()];
        for (place, word) in (0_u32..).zip(&order) {
            if let Some(slot) = rank.get_mut(*word as usize) {
                *slot = place;
            }
        }
        for pair in &mut pairs {
            pair.0 = rank.get(pair.0 as usize).copied().unwrap_or(0);
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut tokens = Self { documents: Vec::with_capacity(pairs.len()), ..Self::default() };
        let mut pairs = pairs.into_iter().peekable();
        for (place, word) in (0_u32..).zip(&order) {
            tokens.text.extend_from_slice(words.get(*word as usize).map_or(&[], |word| word.as_bytes()));
            tokens.ends.push(u32::try_from(tokens.text.len()).unwrap_or(u32::MAX));
            while let Some((_, document)) = pairs.next_if(|pair| pair.0 == place) {
                tokens.documents.push(document);
            }
            tokens.document_ends.push(u32::try_from(tokens.documents.len()).unwrap_or(u32::MAX));
        }
        tokens
    }

    fn word(&self, place: usize) -> &[u8] {
        span(&self.ends, place, place + 1).and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    /// The documents of the words in a range, in order within each word.
    pub(super) fn documents(&self, words: std::ops::Range<usize>) -> &[u32] {
        let range = span(&self.document_ends, words.start, words.end);
        range.and_then(|range| self.documents.get(range)).unwrap_or_default()
    }

    /// The words that begin so.
    pub(super) fn beginning(&self, start: &[u8]) -> std::ops::Range<usize> {
        let from = self.partition(|word| word < start);
        let until = self.partition(|word| word < start || word.starts_with(start));
        from..until
    }

    /// The place of exactly this word.
    pub(super) fn exactly(&self, word: &[u8]) -> Option<usize> {
        let place = self.partition(|other| other < word);
        (place < self.ends.len() && self.word(place) == word).then_some(place)
    }

    fn partition(&self, before: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.word(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The words that are at most `errors` typing errors from this one: a letter too many, one too few, another one, or two
    /// changed over.
    pub(super) fn near(&self, typed: &[u8], errors: u8) -> Vec<usize> {
        let typed = typed.get(..typed.len().min(LONGEST)).unwrap_or_default();
        let mut found = Vec::new();
        // One row a letter of the word at hand: the least errors for each beginning of what was typed.
        let mut rows: Vec<[u8; LONGEST + 1]> = vec![first_row(typed.len())];
        let mut at_hand: Vec<u8> = Vec::new();
        let mut place = 0;
        while place < self.ends.len() {
            let word = self.word(place);
            let shared = word.iter().zip(&at_hand).take_while(|(left, right)| left == right).count();
            at_hand.truncate(shared);
            rows.truncate(shared + 1);
            let mut dead_end = None;
            for letter in word.iter().skip(shared) {
                let before = at_hand.last().copied();
                at_hand.push(*letter);
                let row = next_row(&rows, typed, *letter, before);
                let least = row.iter().take(typed.len() + 1).min().copied().unwrap_or(u8::MAX);
                rows.push(row);
                if least > errors {
                    dead_end = Some(at_hand.len());
                    break;
                }
            }
            match dead_end {
                Some(length) => {
                    let start = at_hand.get(..length).unwrap_or_default().to_vec();
                    place = self.partition(|other| other < start.as_slice() || other.starts_with(&start));
                }
                None => {
                    let row = rows.last();
                    if row.and_then(|row| row.get(typed.len())).is_some_and(|distance| *distance <= errors) {
                        found.push(place);
                    }
                    place += 1;
                }
            }
        }
        found
    }
}

fn first_row(length: usize) -> [u8; LONGEST + 1] {
    let mut row = [u8::MAX; LONGEST + 1];
    for (cell, errors) in row.iter_mut().take(length + 1).zip(0_u8..) {
        *cell = errors;
    }
    row
}

/// The row of one more letter: Damerau's distance, restricted to neighbours that changed over.
fn next_row(rows: &[[u8; LONGEST + 1]], typed: &[u8], letter: u8, before: Option<u8>) -> [u8; LONGEST + 1] {
    let mut row = [u8::MAX; LONGEST + 1];
    let Some(above) = rows.last() else { return row };
    let two_above = rows.len().checked_sub(2).and_then(|place| rows.get(place));
    let mut left = above.first().copied().unwrap_or(u8::MAX).saturating_add(1);
    if let Some(cell) = row.first_mut() {
        *cell = left;
    }
    let mut typed_before = None;
    for (place, wanted) in typed.iter().enumerate() {
        let up = above.get(place + 1).copied().unwrap_or(u8::MAX);
        let diagonal = above.get(place).copied().unwrap_or(u8::MAX);
        let mut least =
            up.saturating_add(1).min(left.saturating_add(1)).min(diagonal.saturating_add(u8::from(*wanted != letter)));
        if typed_before == Some(letter)
            && before == Some(*wanted)
            && let Some(cell) = two_above.and_then(|row| row.get(place.wrapping_sub(1)))
        {
            least = least.min(cell.saturating_add(1));
        }
        if let Some(cell) = row.get_mut(place + 1) {
            *cell = least;
        }
        left = least;
        typed_before = Some(*wanted);
    }
    row
}

/// What is between the ends of two neighbours in a list of ends.
fn span(ends: &[u32], from: usize, until: usize) -> Option<std::ops::Range<usize>> {
    if until <= from {
        return None;
    }
    let start = from.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())?;
    let end = ends.get(until - 1).copied()?;
    Some(start as usize..end as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(words: &[&str]) -> Tokens {
        let boxed: Vec<Box<str>> = words.iter().map(|word| (*word).into()).collect();
        let pairs = (0_u32..).take(words.len()).map(|number| (number, number * 10)).collect();
        Tokens::build(&boxed, pairs)
    }

    fn near(tokens: &Tokens, typed: &str, errors: u8) -> Vec<String> {
        let words = tokens.near(typed.as_bytes(), errors).into_iter();
        words.map(|place| String::from_utf8(tokens.word(place).to_vec()).unwrap()).collect()
    }

    #[test]
    fn words_with_one_beginning_are_one_stretch() {
        let tokens = tokens(&["martin", "dupont", "martinez", "marty", "zola"]);
        assert_eq!(tokens.documents(tokens.beginning(b"mart")), [0, 20, 30]);
        assert_eq!(tokens.documents(tokens.beginning(b"")), [10, 0, 20, 30, 40]);
        assert!(tokens.documents(tokens.beginning(b"marz")).is_empty());
        assert_eq!(tokens.exactly(b"zola"), Some(4));
        assert_eq!(tokens.exactly(b"zol"), None);
    }

    #[test]
    fn typing_errors_of_every_kind_are_forgiven() {
        let tokens = tokens(&["dupond", "dupont", "durand", "lefebvre", "martin", "martine"]);
        for typed in ["dupnt", "duppont", "dupomt", "dupotn", "udpont"] {
            assert!(near(&tokens, typed, 1).contains(&"dupont".to_owned()), "{typed}");
        }
        assert_eq!(near(&tokens, "martin", 1), ["martin", "martine"]);
        assert_eq!(near(&tokens, "lefevre", 1), ["lefebvre"]);
        assert!(near(&tokens, "zzz", 2).is_empty());
    }

    #[test]
    fn the_walk_finds_what_comparing_each_word_finds() {
        let words: Vec<String> = (0..3_000_u32).map(|n| format!("{:b}", n.wrapping_mul(2_654_435_761) >> 20)).collect();
        let mut unique: Vec<&str> = words.iter().map(String::as_str).collect();
        unique.sort_unstable();
        unique.dedup();
        let tokens = tokens(&unique);
        for typed in ["10101", "1100110", "1"] {
            for errors in [1, 2] {
                let slow: Vec<_> = unique.iter().filter(|word| distance(word, typed) <= errors).collect();
                assert_eq!(near(&tokens, typed, errors).iter().collect::<Vec<_>>(), slow, "{typed} {errors}");
            }
        }
    }

    /// The same distance, written out as the textbook has it.
    fn distance(left: &str, right: &str) -> u8 {
        let (left, right) = (left.as_bytes(), right.as_bytes());
        let mut table = vec![vec![0_u8; right.len() + 1]; left.len() + 1];
        for i in 0..=left.len() {
            for j in 0..=right.len() {
                table[i][j] = match (i, j) {
                    (0, _) => u8::try_from(j).unwrap(),
                    (_, 0) => u8::try_from(i).unwrap(),
                    _ => {
                        let other = u8::from(left[i - 1] != right[j - 1]);
                        let mut least = (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + other);
                        if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[left.len()][right.len()]
    }
}
