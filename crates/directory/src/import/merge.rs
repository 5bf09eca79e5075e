//! One entry from two that are the same.

use crate::Entry;

/// Adds to an entry what another, which is the same, knows beside it. What both know stays as the first has it.
pub fn merge(into: &mut Entry, from: Entry) {
    fn add<T: PartialEq>(into: &mut Vec<T>, from: Vec<T>) {
        for item in from {
            if !into.contains(&item) {
                into.push(item);
            }
        }
    }
    fn fill(into: &mut String, from: String) {
        if into.is_empty() {
            *into = from;
        }
    }
    let other_name = (!from.name.is_empty() && from.name != into.name).then_some(from.name);
    fill(&mut into.name, other_name.clone().unwrap_or_default());
    add(&mut into.other_names, other_name.into_iter().filter(|name| *name != into.name).collect());
    add(&mut into.other_names, from.other_names);
    add(&mut into.kinds, from.kinds);
    add(&mut into.locations, from.locations);
    add(&mut into.contacts, from.contacts);
    add(&mut into.identifiers, from.identifiers);
    let (offer, other) = (&mut into.offer, from.offer);
    add(&mut offer.languages, other.languages);
    add(&mut offer.audiences, other.audiences);
    add(&mut offer.modes, other.modes);
    add(&mut offer.fees, other.fees);
    add(&mut offer.accessibility, other.accessibility);
    if offer.hours.is_unknown() {
        offer.hours = other.hours;
    }
    offer.accepts_new = offer.accepts_new.or(other.accepts_new);
    fill(&mut into.about, from.about);
    let (keeping, other) = (&mut into.keeping, from.keeping);
    if !other.notes.is_empty() && !keeping.notes.contains(&other.notes) {
        if !keeping.notes.is_empty() {
            keeping.notes.push('\n');
        }
        keeping.notes.push_str(&other.notes);
    }
    fill(&mut keeping.keeper, other.keeper);
    fill(&mut keeping.source, other.source);
    keeping.confirmed = keeping.confirmed.max(other.confirmed);
    // What one of them keeps in the house stays there.
    keeping.hidden |= other.hidden;
    keeping.demo &= other.demo;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Territory, demo};

    #[test]
    fn an_entry_merged_with_itself_is_the_same() {
        for entry in demo::entries(Territory::load(), 7).into_iter().take(200) {
            let mut merged = entry.clone();
            merge(&mut merged, entry.clone());
            assert_eq!(merged, entry);
        }
    }

    #[test]
    fn nothing_of_either_is_lost_and_what_was_hidden_stays_so() {
        let entries = demo::entries(Territory::load(), 7);
        let (mut first, mut second) = (entries[0].clone(), entries[1].clone());
        second.keeping.hidden = true;
        second.keeping.notes = "note".to_owned();
        first.about = "un".to_owned();
        second.about = "deux".to_owned();
        let merged = {
            merge(&mut first, second.clone());
            first
        };
        assert_eq!((merged.locations.len(), merged.contacts.len()), (2, 2));
        assert_eq!(merged.other_names, [second.name]);
        assert_eq!((merged.about.as_str(), merged.keeping.notes.as_str(), merged.keeping.hidden), ("un", "note", true));
    }
}
