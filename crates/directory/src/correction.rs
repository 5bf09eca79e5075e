//! What somebody outside would change in an entry: about what is published of it, and nothing else.

use crate::import::tidy_contact;
use crate::{Contact, ContactKind, Entry};
use serde::{Deserialize, Serialize};

/// What would be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Correction {
    /// Ways to reach the entry that are others, no more, or new.
    pub contacts: Vec<ContactChange>,
    /// Another presentation; none when it stays.
    pub about: Option<String>,
    /// Other hours, in words; none when they stay.
    pub hours: Option<String>,
    /// What else should be known, for a keeper to read.
    pub message: String,
}

/// A way to reach somebody that is another: from nothing, it is new; to nothing, it is no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactChange {
    /// Which way.
    pub kind: ContactKind,
    /// What is published.
    pub from: String,
    /// What should be.
    pub to: String,
}

impl Correction {
    /// Whether nothing would be changed or said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes an entry so. What is private stays as it is, and what has changed meanwhile is left alone.
    pub fn apply(&self, entry: &mut Entry) {
        for change in &self.contacts {
            let known =
                |contact: &Contact| !contact.private && contact.kind == change.kind && contact.value == change.from;
            if change.from.is_empty() {
                let (kind, value) = (change.kind, tidy_contact(change.kind, &change.to));
                entry.contacts.push(Contact { kind, value, note: String::new(), private: false });
            } else if change.to.is_empty() {
                entry.contacts.retain(|contact| !known(contact));
            } else if let Some(contact) = entry.contacts.iter_mut().find(|contact| known(contact)) {
                contact.value = tidy_contact(change.kind, &change.to);
            }
        }
        if let Some(about) = &self.about {
            entry.about.clone_from(about);
        }
        if let Some(hours) = &self.hours {
            entry.offer.hours.words.clone_from(hours);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(value: &str, private: bool) -> Contact {
        Contact { kind: ContactKind::Phone, value: value.to_owned(), note: "x".to_owned(), private }
    }

    fn change(from: &str, to: &str) -> ContactChange {
        ContactChange { kind: ContactKind::Phone, from: from.to_owned(), to: to.to_owned() }
    }

    #[test]
    fn what_is_published_is_changed_and_what_is_private_is_not() {
        let mut entry =
            Entry { contacts: vec![contact("1", false), contact("2", true), contact("3", false)], ..Entry::default() };
        let contacts = vec![change("1", "10"), change("2", "20"), change("3", ""), change("", "4"), change("9", "90")];
        let correction = Correction { contacts, about: Some("a".to_owned()), ..Correction::default() };
        correction.apply(&mut entry);
        let told: Vec<_> = entry.contacts.iter().map(|one| (one.value.as_str(), one.note.as_str())).collect();
        assert_eq!(told, [("10", "x"), ("2", "x"), ("4", "")]);
        assert_eq!(entry.about, "a");
    }
}
