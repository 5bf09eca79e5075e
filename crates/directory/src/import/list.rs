//! Lists within one cell: items parted by « | », with a backslash before what would be misread.

use crate::{Contact, ContactKind};

/// The items as one cell.
pub(crate) fn join<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    let escaped = items.into_iter().map(|item| item.as_ref().replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join("|")
}

/// The items of such a cell. An empty cell is one empty item.
pub(crate) fn split(cell: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '|' => {
                items.push(String::new());
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            other => other,
        };
        if let Some(item) = items.last_mut() {
            item.push(letter);
        }
    }
    items
}

/// A contact as an item: « !01 99 00 12 34 # secrétariat », with the mark of a private one and its note.
pub(crate) fn write_contact(contact: &Contact) -> String {
    let value = contact.value.replace('\\', "\\\\").replace('#', "\\#");
    let value = if value.starts_with('!') { format!("\\{value}") } else { value };
    let note = if contact.note.is_empty() { String::new() } else { format!(" # {}", contact.note) };
    format!("{}{value}{note}", if contact.private { "!" } else { "" })
}

/// The value, the note and whether it is private, of such an item.
pub(crate) fn read_contact(item: &str) -> (String, String, bool) {
    let (private, item) = match item.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, item),
    };
    let (mut value, mut letters) = (String::new(), item.chars());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => value.push(letters.next().unwrap_or('\\')),
            '#' => return (value.trim().to_owned(), letters.as_str().trim().to_owned(), private),
            other => value.push(other),
        }
    }
    (value, String::new(), private)
}

const KINDS: [(ContactKind, &str); 6] = [
    (ContactKind::Phone, "phone"),
    (ContactKind::Fax, "fax"),
    (ContactKind::Email, "email"),
    (ContactKind::Website, "website"),
    (ContactKind::Booking, "booking"),
    (ContactKind::Room, "room"),
];

/// The contacts with those of a kind together, as formats keep them that have a place for each kind.
fn grouped(contacts: &[Contact]) -> Vec<&Contact> {
    KINDS.iter().flat_map(|(kind, _)| contacts.iter().filter(move |contact| contact.kind == *kind)).collect()
}

/// The kinds of contacts in their order, where it would be lost by keeping each kind apart; else nothing.
pub(crate) fn order(contacts: &[Contact]) -> String {
    if grouped(contacts).into_iter().eq(contacts) {
        return String::new();
    }
    let key = |contact: &Contact| KINDS.iter().find(|(kind, _)| *kind == contact.kind).map_or("", |(_, key)| *key);
    join(contacts.iter().map(key))
}

/// Contacts in the order that [`order`] told; grouped by kind where it does not fit them.
pub(crate) fn reorder(contacts: Vec<Contact>, order: &str) -> Vec<Contact> {
    let mut rest: Vec<Contact> = grouped(&contacts).into_iter().cloned().collect();
    let mut ordered = Vec::with_capacity(rest.len());
    for key in split(order) {
        let kind = KINDS.iter().find(|(_, known)| *known == key).map(|(kind, _)| *kind);
        if let Some(place) = rest.iter().position(|contact| Some(contact.kind) == kind) {
            ordered.push(rest.remove(place));
        }
    }
    ordered.extend(rest);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_list_is_read_as_it_was_written(items in prop::collection::vec("[a|\\\\#! é]{0,6}", 1..5)) {
            prop_assert_eq!(split(&join(&items)), items);
        }

        #[test]
        fn any_contact_is_read_as_it_was_written(value in "[a|#!\\\\]{1,6}", note in "([a|#!\\\\]{1,6})?", private: bool) {
            let contact = Contact { kind: ContactKind::Phone, value: value.clone(), note: note.clone(), private };
            prop_assert_eq!(read_contact(&write_contact(&contact)), (value, note, private));
        }

        #[test]
        fn any_order_is_kept(kinds in prop::collection::vec(0usize..6, 0..8)) {
            let contact = |(number, kind): (usize, &usize)| Contact {
                kind: KINDS[*kind].0,
                value: number.to_string(),
                note: String::new(),
                private: false,
            };
            let contacts: Vec<_> = kinds.iter().enumerate().map(contact).collect();
            let mixed: Vec<_> = grouped(&contacts).into_iter().cloned().collect();
            prop_assert_eq!(reorder(mixed, &order(&contacts)), contacts);
        }
    }
}
