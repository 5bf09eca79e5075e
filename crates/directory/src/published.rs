//! What others may read of an entry.

use crate::{Contact, Entry, Identifier, Offer, Point};
use care::{DepartementCode, Kind};
use serde::Serialize;

/// An entry as public pages, the interface for programs and exports show it.
///
/// It is made by [`Entry::published`] alone, field by field: notes, keeper, private contacts and secret addresses have no place
/// in it, so that nothing made from it can show them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Published {
    /// See [`Entry::id`].
    pub id: String,
    /// See [`Entry::name`].
    pub name: String,
    /// See [`Entry::other_names`].
    pub other_names: Vec<String>,
    /// See [`Entry::kinds`].
    pub kinds: Vec<Kind>,
    /// Where it is; of a secret place, the département alone.
    pub locations: Vec<PublishedLocation>,
    /// How it is reached, without private ways. None of them is [`Contact::private`].
    pub contacts: Vec<Contact>,
    /// See [`Entry::offer`].
    pub offer: Offer,
    /// See [`Entry::about`].
    pub about: String,
    /// See [`Entry::identifiers`].
    pub identifiers: Vec<Identifier>,
    /// Where the facts come from.
    pub source: String,
    /// The day of the last confirmation, as days since 1970-01-01.
    pub confirmed: Option<i32>,
    /// Whether it is fictitious, made for a demonstration.
    pub demo: bool,
}

/// A place that others may know of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedLocation {
    /// The code of its commune; empty when it is not known or secret.
    pub commune: String,
    /// Its département.
    pub departement: Option<DepartementCode>,
    /// Its postcode; empty when it is secret.
    pub postcode: String,
    /// Number and street; empty when they are secret.
    pub address: String,
    /// Where it is on the map; none when that is secret.
    pub point: Option<Point>,
}

impl Entry {
    /// What others may read; none when the entry is the house's own.
    #[must_use]
    pub fn published(&self) -> Option<Published> {
        if self.keeping.hidden {
            return None;
        }
        let locations = self.locations.iter().map(|location| {
            let known = |text: &String| if location.secret { String::new() } else { text.clone() };
            PublishedLocation {
                commune: known(&location.commune),
                departement: location.departement,
                postcode: known(&location.postcode),
                address: known(&location.address),
                point: location.point.filter(|_| !location.secret),
            }
        });
        Some(Published {
            id: self.id.clone(),
            name: self.name.clone(),
            other_names: self.other_names.clone(),
            kinds: self.kinds.clone(),
            locations: locations.collect(),
            contacts: self.contacts.iter().filter(|contact| !contact.private).cloned().collect(),
            offer: self.offer.clone(),
            about: self.about.clone(),
            identifiers: self.identifiers.clone(),
            source: self.keeping.source.clone(),
            confirmed: self.keeping.confirmed,
            demo: self.keeping.demo,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContactKind, Keeping, Location};

    const MARK: &str = "must-not-leave";

    fn marked() -> Entry {
        let contact = |private, value: &str| Contact {
            kind: ContactKind::Phone,
            value: value.to_owned(),
            note: String::new(),
            private,
        };
        Entry {
            id: "own:1".to_owned(),
            name: "Refuge".to_owned(),
            locations: vec![Location {
                commune: MARK.to_owned(),
                departement: DepartementCode::from_key("42"),
                postcode: MARK.to_owned(),
                address: MARK.to_owned(),
                point: Some(Point { latitude: 45.123_456, longitude: 4.0 }),
                secret: true,
            }],
            contacts: vec![contact(true, MARK), contact(false, "01 99 00 00 00")],
            keeping: Keeping { notes: MARK.to_owned(), keeper: MARK.to_owned(), ..Keeping::default() },
            ..Entry::default()
        }
    }

    #[test]
    fn nothing_secret_or_private_is_published() {
        let published = format!("{:?}", marked().published().unwrap());
        assert!(!published.contains(MARK) && !published.contains("45.123"), "{published}");
        assert!(published.contains("01 99 00 00 00") && published.contains("42"), "{published}");
    }

    #[test]
    fn a_hidden_entry_is_not_published_at_all() {
        let mut entry = marked();
        entry.keeping.hidden = true;
        assert_eq!(entry.published(), None);
    }
}
