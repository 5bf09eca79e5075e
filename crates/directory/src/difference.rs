//! What two versions of an entry differ in, so that whoever takes a file in can see what it would change.

use crate::entry::Entry;
use crate::export::columns;
use crate::import::{Field, list};
use care::{Accessibility, Audience, Fee, Kind, Language, Mode};
use serde::{Deserialize, Serialize};

/// How many letters of a cell are kept of it: a presentation may be long, and its beginning tells which one it is.
const KEPT: usize = 200;

/// A part of an entry that says something else than it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which part.
    pub field: Field,
    before: String,
    after: String,
}

impl Difference {
    /// In what a version of an entry differs from the one before, in the order of the columns of a table. The key of an
    /// entry never changes.
    #[must_use]
    pub fn between(before: &Entry, after: &Entry) -> Vec<Self> {
        let parts = columns().filter(|field| *field != Field::Id).filter_map(|field| {
            let (before, after) = (crate::export::text(before, field), crate::export::text(after, field));
            (before != after).then(|| Self { field, before: beginning(&before), after: beginning(&after) })
        });
        let mut parts: Vec<_> = parts.collect();
        // The name of a commune says what its code does, to people.
        if parts.iter().any(|part| part.field == Field::Commune) {
            parts.retain(|part| part.field != Field::CommuneCode);
        }
        parts
    }

    /// What it said, and what it says now, as people read it; empty where it said nothing.
    #[must_use]
    pub fn words(&self, language: Language) -> (String, String) {
        (words(self.field, &self.before, language), words(self.field, &self.after, language))
    }
}

fn beginning(cell: &str) -> String {
    match cell.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

fn words(field: Field, cell: &str, language: Language) -> String {
    let label: fn(&str, Language) -> Option<&'static str> = match field {
        Field::Kind => |key, language| Kind::from_key(key).map(|value| value.label(language)),
        Field::Audiences => |key, language| Audience::from_key(key).map(|value| value.label(language)),
        Field::Modes => |key, language| Mode::from_key(key).map(|value| value.label(language)),
        Field::Fees => |key, language| Fee::from_key(key).map(|value| value.label(language)),
        Field::Accessibility => |key, language| Accessibility::from_key(key).map(|value| value.label(language)),
        Field::Secret | Field::Hidden | Field::Demo | Field::AcceptsNew => |word, language| match (word, language) {
            ("oui", Language::En) => Some("yes"),
            ("non", Language::En) => Some("no"),
            _ => None,
        },
        // These are texts, in which a stroke parts nothing.
        Field::Name | Field::About | Field::HoursWords | Field::Notes | Field::Keeper | Field::Source => {
            return cell.to_owned();
        }
        _ => |_, _| None,
    };
    let is_contact =
        matches!(field, Field::Phone | Field::Fax | Field::Email | Field::Website | Field::Booking | Field::Room);
    let items = list::split(cell).into_iter().filter(|item| !item.is_empty()).map(|item| {
        if is_contact { contact(&item, language) } else { label(&item, language).map_or(item, str::to_owned) }
    });
    items.collect::<Vec<_>>().join(", ")
}

fn contact(item: &str, language: Language) -> String {
    let (value, note, private) = list::read_contact(item);
    let kept = match (private, language) {
        (false, _) => "",
        (true, Language::Fr) => "réservé à la maison",
        (true, Language::En) => "for the house alone",
    };
    let asides: Vec<_> = [note.as_str(), kept].into_iter().filter(|aside| !aside.is_empty()).collect();
    if asides.is_empty() { value } else { format!("{value} ({})", asides.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Contact, ContactKind, Keeping, Territory, demo};

    #[test]
    fn what_was_said_and_what_is_said_are_told_in_words() {
        let before = Entry {
            name: "A|B".to_owned(),
            kinds: vec![Kind::Psychologist],
            contacts: vec![Contact {
                kind: ContactKind::Phone,
                value: "03 26 00 00 01".to_owned(),
                note: "le soir".to_owned(),
                private: true,
            }],
            ..demo::entries(Territory::load(), 7).remove(0)
        };
        let mut after = before.clone();
        assert_eq!(Difference::between(&before, &after), []);
        after.name = "C".to_owned();
        after.kinds.push(Kind::Psychiatrist);
        after.contacts.clear();
        after.about = "é".repeat(500);
        after.keeping = Keeping { hidden: true, ..before.keeping.clone() };
        let told: Vec<_> = Difference::between(&before, &after)
            .iter()
            .map(|part| (part.field, part.words(Language::Fr), part.words(Language::En)))
            .collect();
        let both = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        let kinds = |language| {
            let [one, other] = [Kind::Psychologist, Kind::Psychiatrist].map(|kind| kind.label(language));
            both(one, &format!("{one}, {other}"))
        };
        let about = both(&before.about, &format!("{}…", "é".repeat(200)));
        assert_eq!(
            told,
            [
                (Field::Name, both("A|B", "C"), both("A|B", "C")),
                (Field::Kind, kinds(Language::Fr), kinds(Language::En)),
                (
                    Field::Phone,
                    both("03 26 00 00 01 (le soir, réservé à la maison)", ""),
                    both("03 26 00 00 01 (le soir, for the house alone)", ""),
                ),
                (Field::About, about.clone(), about),
                (Field::Hidden, both("", "oui"), both("", "yes")),
            ]
        );
    }
}
