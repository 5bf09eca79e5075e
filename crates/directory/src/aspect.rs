//! What two versions of an entry differ in, so that whoever takes a file in can see what it would change.

use crate::entry::Entry;
use care::Language;
use serde::{Deserialize, Serialize};

macro_rules! aspects {
    ($($variant:ident, $of:expr, $fr:literal, $en:literal;)+) => {
        /// A part of what an entry says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Aspect {
            $(#[doc = $en] $variant,)+
        }

        impl Aspect {
            /// What people read.
            #[must_use]
            pub fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Fr) => $fr,
                      (Self::$variant, Language::En) => $en,)+
                }
            }

            /// In what a version of an entry differs from the one before.
            #[must_use]
            pub fn changed(before: &Entry, after: &Entry) -> Vec<Self> {
                let mut changed = Vec::new();
                $(
                    let of: fn(&Entry) -> &_ = $of;
                    if of(before) != of(after) {
                        changed.push(Self::$variant);
                    }
                )+
                changed
            }
        }
    };
}

aspects! {
    Name, |one| &one.name, "nom", "name";
    OtherNames, |one| &one.other_names, "autres noms", "other names";
    Kinds, |one| &one.kinds, "types", "kinds";
    Locations, |one| &one.locations, "lieux", "places";
    Contacts, |one| &one.contacts, "téléphones, courriels et sites", "telephones, mail and sites";
    Languages, |one| &one.offer.languages, "langues", "languages";
    Audiences, |one| &one.offer.audiences, "publics", "audiences";
    Modes, |one| &one.offer.modes, "modes de rencontre", "modes";
    Fees, |one| &one.offer.fees, "tarifs", "fees";
    Accessibility, |one| &one.offer.accessibility, "accessibilité", "accessibility";
    Hours, |one| &one.offer.hours, "horaires", "hours";
    AcceptsNew, |one| &one.offer.accepts_new, "nouvelles personnes", "new people";
    About, |one| &one.about, "présentation", "presentation";
    Identifiers, |one| &one.identifiers, "identifiants", "identifiers";
    Notes, |one| &one.keeping.notes, "notes internes", "notes of the house";
    Keeper, |one| &one.keeping.keeper, "qui la tient à jour", "who keeps it";
    Source, |one| &one.keeping.source, "source", "source";
    Confirmed, |one| &one.keeping.confirmed, "date de confirmation", "day of confirmation";
    Hidden, |one| &one.keeping.hidden, "fiche interne ou publique", "private or public";
    Demo, |one| &one.keeping.demo, "marque de démonstration", "mark of a demonstration";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Hours, Identifier, Keeping, Offer, Territory, demo};

    #[test]
    fn every_part_of_an_entry_that_can_differ_is_an_aspect() {
        let before = demo::entries(Territory::load(), 7).remove(0);
        assert_eq!(Aspect::changed(&before, &before), []);
        let mut after = before.clone();
        after.name.push('x');
        after.offer.accepts_new = Some(after.offer.accepts_new != Some(true));
        after.keeping.notes.push('x');
        assert_eq!(Aspect::changed(&before, &after), [Aspect::Name, Aspect::AcceptsNew, Aspect::Notes]);
        // The key never changes; everything else that is written is an aspect, the hours being one.
        let whole = whole();
        let written = serde_json::to_value(&whole).unwrap();
        let fields = written.as_object().unwrap().len();
        assert_eq!(Aspect::changed(&Entry::default(), &whole).len(), fields - 1, "{written}");
    }

    /// An entry of which no part is empty. Every field is named, so that a new one has to be thought of here.
    fn whole() -> Entry {
        let word = || "x".to_owned();
        let some = demo::entries(Territory::load(), 7).remove(0);
        Entry {
            id: word(),
            name: word(),
            kinds: vec![care::Kind::Psychologist],
            locations: some.locations,
            contacts: some.contacts,
            offer: Offer {
                languages: vec!["fr".to_owned()],
                audiences: vec![care::Audience::Students],
                modes: vec![care::Mode::ALL[0]],
                fees: vec![care::Fee::ALL[0]],
                accessibility: vec![care::Accessibility::ALL[0]],
                hours: Hours { words: word(), ..Hours::default() },
                accepts_new: Some(true),
            },
            about: word(),
            identifiers: vec![Identifier { scheme: "rpps".to_owned(), value: "1".to_owned() }],
            keeping: Keeping {
                notes: word(),
                keeper: word(),
                source: word(),
                confirmed: Some(1),
                hidden: true,
                demo: true,
            },
            other_names: vec![word()],
        }
    }
}
