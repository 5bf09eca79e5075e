//! Guides found by what they say, with accents and typing errors forgiven: those whose titles answer come first.

use crate::Entry;
use crate::index::{Index, IndexBuilder, Query};
use care::Guide;

/// What a search needs to know of some hundred guides.
#[derive(Debug, Clone, Default)]
pub struct GuideIndex {
    titles: Index,
    texts: Index,
}

/// How many letters of a text are one name for the index, which looks at no more of one.
const PIECE: usize = 70;

impl GuideIndex {
    /// An index of guides, each with the number by which it is known.
    #[must_use]
    pub fn of<'a>(guides: impl Iterator<Item = (i64, &'a Guide)>) -> Self {
        let (mut titles, mut texts) = (IndexBuilder::new(), IndexBuilder::new());
        for (number, guide) in guides {
            let titled = Entry { id: number.to_string(), name: guide.title.clone(), ..Entry::default() };
            titles.add(number, &titled);
            texts.add(number, &Entry { other_names: pieces(&guide.text), ..titled });
        }
        Self { titles: Index::build(titles, 0), texts: Index::build(texts, 0) }
    }

    /// The numbers of the guides that answer to a text, the best first.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<i64> {
        if text.trim().is_empty() {
            return Vec::new();
        }
        let query = Query { text: text.to_owned(), limit, ..Query::default() };
        let mut found: Vec<i64> = self.titles.search(&query).hits.iter().map(|hit| hit.row).collect();
        for hit in self.texts.search(&query).hits {
            if !found.contains(&hit.row) {
                found.push(hit.row);
            }
        }
        found.truncate(limit);
        found
    }
}

/// A text in pieces of whole words.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match pieces.last_mut() {
            Some(piece) if piece.chars().count() + word.chars().count() < PIECE => {
                piece.push(' ');
                piece.push_str(word);
            }
            _ => pieces.push(word.to_owned()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_before_texts_and_errors_are_forgiven() {
        let guide =
            |title: &str, text: &str| Guide { title: title.to_owned(), text: text.to_owned(), ..Guide::default() };
        let filling = "des mots ".repeat(500);
        let guides = [
            guide("Arrêt de travail", "Le médecin traitant le prescrit."),
            guide("Droits des étudiant·es", &format!("{filling} un arrêt est possible, le harcèlement est puni.")),
            guide("Hospitalisation", "À la demande d’un tiers."),
        ];
        let index = GuideIndex::of((1..).zip(&guides));
        assert_eq!(index.search("arret", 9), [1, 2]);
        assert_eq!(index.search("harcelment", 9), [2], "a letter is missing, far into the text");
        assert_eq!(index.search("HOSPITALISATION tiers", 9), [3]);
        assert_eq!(index.search("hospi", 9), [3], "an unfinished word");
        assert_eq!(index.search("girafe", 9), Vec::<i64>::new());
        assert_eq!(index.search(" ", 9), Vec::<i64>::new());
    }
}
