//! What the house keeps for itself stays with it, whatever a file says that does not know it.

use crate::entry::{Contact, Entry, Location};

impl Entry {
    /// Takes over from the entry as it is what a file cannot know, or leaves out: that it is for the house alone, its secret
    /// addresses, its private numbers, its notes and its keeper. A file that marks addresses or numbers of an entry itself
    /// knows which they are, and is believed; that an entry is for the house alone is undone by hand only. Answers whether
    /// the public would have read something else.
    pub fn keep_to_house(&mut self, before: &Self) -> bool {
        let (new, old) = (&mut self.keeping, &before.keeping);
        for (new, old) in [(&mut new.notes, &old.notes), (&mut new.keeper, &old.keeper)] {
            if new.is_empty() {
                new.clone_from(old);
            }
        }
        let keeps = old.hidden
            || before.locations.iter().any(|location| location.secret)
            || before.contacts.iter().any(|contact| contact.private);
        if !keeps {
            return false;
        }
        let published = self.published();
        self.keeping.hidden |= before.keeping.hidden;
        self.keep_locations(&before.locations);
        self.keep_contacts(&before.contacts);
        published != self.published()
    }

    fn keep_locations(&mut self, before: &[Location]) {
        let secret = |one: &Location| one.secret;
        if !before.iter().any(secret) || self.locations.iter().any(secret) {
            return;
        }
        if self.locations.iter().all(|one| one.address.is_empty()) {
            // The file knows less than the house: a list that was made for the public leaves such an address out.
            self.locations = before.to_vec();
            return;
        }
        let place = |one: &Location| (one.commune.clone(), one.postcode.clone(), one.address.clone());
        let public: Vec<_> = before.iter().filter(|one| !one.secret).map(place).collect();
        // An address that was never public may be a secret one that has changed.
        for one in &mut self.locations {
            one.secret = !public.contains(&place(one));
        }
    }

    fn keep_contacts(&mut self, before: &[Contact]) {
        let private = |one: &Contact| one.private;
        if !before.iter().any(private) || self.contacts.iter().any(private) {
            return;
        }
        let same = |one: &Contact, other: &Contact| one.kind == other.kind && one.value == other.value;
        for one in &mut self.contacts {
            one.private = !before.iter().any(|other| !other.private && same(one, other));
        }
        for one in before.iter().filter(|one| one.private) {
            if !self.contacts.iter().any(|other| same(one, other)) {
                self.contacts.push(one.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContactKind, Keeping};

    fn location(address: &str, secret: bool) -> Location {
        Location { commune: "51454".to_owned(), address: address.to_owned(), secret, ..Location::default() }
    }

    fn phone(value: &str, private: bool) -> Contact {
        Contact { kind: ContactKind::Phone, value: value.to_owned(), note: String::new(), private }
    }

    fn entry(locations: Vec<Location>, contacts: Vec<Contact>, keeping: Keeping) -> Entry {
        Entry { locations, contacts, keeping, ..Entry::default() }
    }

    #[test]
    fn a_list_that_knows_of_no_secret_makes_none_public() {
        let keeping = Keeping { hidden: true, notes: "sonner".into(), keeper: "Ana".into(), ..Keeping::default() };
        let contacts = vec![phone("03 26 00 00 01", true), phone("03 26 00 00 02", false)];
        let before = entry(vec![location("1 rue A", true)], contacts, keeping.clone());
        let list =
            |address| entry(vec![location(address, false)], vec![phone("03 26 00 00 01", false)], Keeping::default());

        let mut same = list("1 rue A");
        assert!(same.keep_to_house(&before));
        assert!(same.locations[0].secret && same.contacts[0].private);
        assert_eq!(same.keeping, keeping);
        let mut moved = list("9 rue B");
        assert!(moved.keep_to_house(&before) && moved.locations[0].secret, "a shelter that moved is still one");
        let mut public = entry(vec![location("", false)], vec![phone("03 26 00 00 02", false)], Keeping::default());
        assert!(public.keep_to_house(&before));
        assert_eq!(public.locations, before.locations, "the file had left the address out");
        assert_eq!(public.contacts.len(), 2);
        assert!(!public.contacts[0].private && public.contacts[1].private);
        let mut again = before.clone();
        assert!(!again.keep_to_house(&before), "what says it itself changes nothing");
        assert_eq!(again, before);
    }

    #[test]
    fn a_file_that_marks_addresses_and_numbers_is_believed() {
        let open = || entry(vec![location("1 rue A", false)], vec![phone("03 26 00 00 01", false)], Keeping::default());
        let before = entry(
            vec![location("1 rue A", true), location("2 rue B", false)],
            vec![phone("03 26 00 00 01", true)],
            Keeping::default(),
        );
        let mut marked = entry(
            vec![location("1 rue A", false), location("3 rue C", true)],
            vec![phone("1", true)],
            Keeping::default(),
        );
        let said = marked.clone();
        assert!(!marked.keep_to_house(&before));
        assert_eq!(marked, said);
        let noted = Entry { keeping: Keeping { notes: "sonner".into(), ..Keeping::default() }, ..open() };
        let mut silent = open();
        assert!(!silent.keep_to_house(&noted), "notes are never public");
        assert_eq!(silent, noted);
        let mut free = open();
        assert!(!free.keep_to_house(&open()));
        assert_eq!(free, open(), "an entry without secrets is taken as it comes");
    }
}
