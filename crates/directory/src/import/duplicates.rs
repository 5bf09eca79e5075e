//! Entries that may be the same one twice, proposed for somebody to look at; nothing is merged by itself.

use crate::{ContactKind, Entry, fold};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Why two entries may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A register calls both alike.
    Identifier,
    /// The same telephone number.
    Phone,
    /// The same name, but for accents, capitals and the order of its words.
    Name,
    /// The same mail address.
    Email,
    /// The same street in the same commune.
    Address,
}

impl Reason {
    /// What it weighs, in hundredths.
    fn weight(self) -> u8 {
        match self {
            Self::Identifier => 90,
            Self::Name => 45,
            Self::Phone => 40,
            Self::Email => 30,
            Self::Address => 20,
        }
    }

    /// The reason in words.
    #[must_use]
    pub fn sentence(self, language: care::Language) -> &'static str {
        let (fr, en) = match self {
            Self::Identifier => ("même identifiant", "same identifier"),
            Self::Phone => ("même téléphone", "same telephone number"),
            Self::Name => ("même nom", "same name"),
            Self::Email => ("même adresse électronique", "same mail address"),
            Self::Address => ("même adresse", "same address"),
        };
        match language {
            care::Language::Fr => fr,
            care::Language::En => en,
        }
    }
}

/// Two entries that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The place of one among the entries that were given.
    pub first: usize,
    /// The place of the other, further on.
    pub second: usize,
    /// How likely it is, from 0 to 100.
    pub score: u8,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// More entries than this with one thing in common have it because they share it: the switchboard of a hospital.
const GROUP_LIMIT: usize = 30;
/// Pairs that reach less are not proposed: two colleagues of one practice share number and address.
const LEAST: u8 = 65;

/// The pairs that may be one entry, the likeliest first.
#[must_use]
pub fn duplicates(entries: &[Entry]) -> Vec<Duplicate> {
    let mut groups: HashMap<(Reason, u64), Vec<usize>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let keys: HashSet<_> = keys(entry).into_iter().collect();
        for key in keys {
            groups.entry(key).or_default().push(place);
        }
    }
    let mut pairs: BTreeMap<(usize, usize), Vec<Reason>> = BTreeMap::new();
    for ((reason, _), places) in groups {
        if places.len() > GROUP_LIMIT {
            continue;
        }
        for (at, first) in places.iter().enumerate() {
            for second in places.iter().skip(at + 1) {
                let reasons = pairs.entry((*first, *second)).or_default();
                // One thing in common at several places is still one reason.
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
    }
    let mut found: Vec<_> = pairs
        .into_iter()
        .map(|((first, second), mut reasons)| {
            reasons.sort_unstable();
            let score = reasons.iter().map(|reason| reason.weight()).fold(0, u8::saturating_add).min(100);
            Duplicate { first, second, score, reasons }
        })
        .filter(|pair| pair.score >= LEAST)
        .collect();
    found.sort_by_key(|pair| (std::cmp::Reverse(pair.score), pair.first, pair.second));
    found
}

/// What an entry may have in common with its double. All but identifiers count in one commune only.
fn keys(entry: &Entry) -> Vec<(Reason, u64)> {
    let mut keys = Vec::new();
    let mut add = |reason, text: &str| keys.push((reason, super::hash(text.as_bytes())));
    for identifier in &entry.identifiers {
        add(Reason::Identifier, &identifier.key());
    }
    let mut words: Vec<_> = entry.name.split_whitespace().map(fold).collect();
    words.retain(|word| !matches!(word.as_str(), "" | "dr" | "docteur" | "m" | "mme" | "mr"));
    words.sort_unstable();
    let name = words.join(" ");
    let mut communes: Vec<_> = entry.locations.iter().map(|location| location.commune.as_str()).collect();
    if communes.is_empty() {
        communes.push("");
    }
    for commune in communes {
        if !name.is_empty() {
            add(Reason::Name, &format!("{commune}|{name}"));
        }
        for contact in &entry.contacts {
            let digits: String = contact.value.chars().filter(char::is_ascii_digit).collect();
            match contact.kind {
                ContactKind::Phone if digits.len() > 5 => add(Reason::Phone, &format!("{commune}|{digits}")),
                ContactKind::Email => add(Reason::Email, &format!("{commune}|{}", contact.value.to_lowercase())),
                _ => {}
            }
        }
    }
    for location in entry.locations.iter().filter(|location| location.address.len() > 4) {
        add(Reason::Address, &format!("{}|{}", location.commune, fold(&location.address)));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Contact, Identifier, Location};

    fn entry(name: &str, phone: &str, commune: &str, address: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            locations: vec![Location { commune: commune.into(), address: address.into(), ..Location::default() }],
            contacts: vec![Contact {
                kind: ContactKind::Phone,
                value: phone.into(),
                note: String::new(),
                private: false,
            }],
            ..Entry::default()
        }
    }

    #[test]
    fn the_same_one_twice_is_proposed_with_its_reasons() {
        let entries = [
            entry("Dr Éloi Exemple", "04 65 71 01 02", "42218", "1 rue X"),
            entry("EXEMPLE Eloi", "0465710102", "42218", "9 rue Y"),
            entry("Camille Fictif", "04 65 71 01 02", "42218", "1 rue X"),
            entry("Éloi Exemple", "04 65 71 01 99", "69123", "1 rue X"),
        ];
        let found = duplicates(&entries);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].first, found[0].second, found[0].score), (0, 1, 85));
        assert_eq!(found[0].reasons, [Reason::Phone, Reason::Name]);
    }

    #[test]
    fn one_identifier_is_reason_enough_and_the_likeliest_comes_first() {
        let mut entries = vec![
            entry("A B", "04 65 71 01 02", "42218", "1 rue X"),
            entry("B A", "04 65 71 01 02", "42218", "2 rue X"),
            entry("C", "04 65 71 01 03", "69123", "3 rue X"),
            entry("D", "04 65 71 01 04", "13055", "4 rue X"),
        ];
        for place in [2, 3] {
            entries[place].identifiers = vec![Identifier { scheme: "rpps".into(), value: "10001234567".into() }];
        }
        let pairs: Vec<_> = duplicates(&entries).iter().map(|pair| (pair.first, pair.second, pair.score)).collect();
        assert_eq!(pairs, [(2, 3, 90), (0, 1, 85)]);
    }

    #[test]
    fn what_very_many_share_proposes_nothing() {
        let entries: Vec<_> = (0..2_000).map(|_| entry("Cabinet", "04 65 71 01 02", "42218", "1 rue X")).collect();
        assert_eq!(duplicates(&entries), []);
    }
}
