//! An entry while it is being read: every format fills one, so that each rule of tidying stands in one place.

use super::kinds::{Words, kind_of, language_of};
use super::place::{Places, RawPlace};
use super::reach::{is_mail, link, phone};
use super::{Field, Finding, Importer, What, text};
use crate::{Contact, ContactKind, Entry, Identifier, Location, fold};
use care::Kind;

/// An entry that is not yet one.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) entry: Entry,
    pub(super) places: Vec<RawPlace>,
    pub(super) findings: Vec<Finding>,
    /// Whether it was written by ourselves, so that nothing may be added to it.
    pub(super) own: bool,
    /// What had no place of its own, for the notes of the house.
    left_over: Vec<String>,
}

/// Numbers read or written with a mistake are seldom longer.
const CONTACT_LIMIT: usize = 400;

impl Draft {
    pub(super) fn find(&mut self, what: What, field: Field, value: &str) {
        self.findings.push(Finding::new(what, Some(field), value));
    }

    pub(super) fn line(&mut self, text: &str, field: Field) -> String {
        text::line(text, field, &mut self.findings)
    }

    pub(super) fn block(&mut self, text: &str, field: Field) -> String {
        text::block(text, field, &mut self.findings)
    }

    /// Adds the kind that a text means, or the one that stands for all others.
    pub(super) fn kind(&mut self, told: &str, person: bool) {
        let told = self.line(told, Field::Kind);
        if told.is_empty() {
            return;
        }
        let kind = kind_of(&told).unwrap_or_else(|| {
            self.find(What::KindUnknown, Field::Kind, &told);
            self.keep(Field::Kind, &told);
            if person { Kind::OtherProfessional } else { Kind::OtherStructure }
        });
        self.push_kind(kind);
    }

    pub(super) fn push_kind(&mut self, kind: Kind) {
        if !self.entry.kinds.contains(&kind) {
            self.entry.kinds.push(kind);
        }
    }

    /// Notes for the house what no field can hold, so that nothing is lost.
    pub(super) fn keep(&mut self, field: Field, value: &str) {
        self.left_over.push(format!("{}\u{a0}: {value}", field.label(care::Language::Fr)));
    }

    pub(super) fn language(&mut self, word: &str) {
        let word = self.line(word, Field::Languages);
        if word.is_empty() {
            return;
        }
        match language_of(&word) {
            Some(code) if self.entry.offer.languages.contains(&code) => {}
            Some(code) => self.entry.offer.languages.push(code),
            None => {
                self.find(What::LanguageUnknown, Field::Languages, &word);
                self.keep(Field::Languages, &word);
            }
        }
    }

    /// The values of a closed list that words mean.
    pub(super) fn words<L: Words>(&mut self, words: impl IntoIterator<Item = String>, field: Field) -> Vec<L> {
        let mut values = Vec::new();
        for word in words {
            let word = self.line(&word, field);
            match L::of_word(&word) {
                _ if word.is_empty() => {}
                Some(value) if values.contains(&value) => {}
                Some(value) => values.push(value),
                None => {
                    self.find(What::WordUnknown, field, &word);
                    self.keep(field, &word);
                }
            }
        }
        values
    }

    /// Adds the hours that a text tells of; what is not understood stays in words.
    pub(super) fn hours(&mut self, told: &str) {
        let told = self.line(told, Field::Hours);
        match super::hours::read(&told) {
            _ if told.is_empty() => {}
            Some(weekly) => self.entry.offer.hours.weekly.extend(weekly),
            None => {
                self.find(What::HoursInWords, Field::Hours, &told);
                self.hours_words(&told);
            }
        }
    }

    pub(super) fn hours_words(&mut self, told: &str) {
        let told = self.block(told, Field::HoursWords);
        let words = &mut self.entry.offer.hours.words;
        if !told.is_empty() {
            *words = if words.is_empty() { told } else { format!("{words}\u{a0}; {told}") };
        }
    }

    /// Adds a way to reach the entry. One that no page may show becomes a note of the house.
    pub(super) fn contact(&mut self, kind: ContactKind, value: &str, note: &str, private: bool) {
        let field = field_of(kind);
        let mut value = self.line(value, field);
        if value.is_empty() || value.len() > CONTACT_LIMIT {
            return;
        }
        match kind {
            ContactKind::Phone | ContactKind::Fax => match phone(&value) {
                Some(number) => value = number,
                None => {
                    self.find(What::PhoneUnreadable, field, &value);
                    // A number with an extension can still be dialled; what has too few digits cannot.
                    if value.bytes().filter(u8::is_ascii_digit).count() < 9 {
                        self.keep(field, &value);
                        return;
                    }
                }
            },
            ContactKind::Email => {
                value = value.strip_prefix("mailto:").unwrap_or(&value).to_owned();
                if !is_mail(&value) {
                    self.find(What::EmailUnreadable, field, &value);
                    self.keep(field, &value);
                    return;
                }
            }
            ContactKind::Website | ContactKind::Booking | ContactKind::Room => match link(&value) {
                Some(link) => value = link,
                None => {
                    self.find(What::LinkUnsafe, field, &value);
                    self.keep(field, &value);
                    return;
                }
            },
        }
        let note = self.line(note, field);
        let contact = Contact { kind, value, note, private };
        if !self.entry.contacts.contains(&contact) {
            self.entry.contacts.push(contact);
        }
    }

    /// Adds what a register calls the entry.
    pub(super) fn identifier(&mut self, scheme: &str, value: &str) {
        let field = match scheme {
            "rpps" => Field::Rpps,
            "adeli" => Field::Adeli,
            "finess" => Field::Finess,
            "siret" => Field::Siret,
            _ => Field::Identifiers,
        };
        let value = self.line(value, field);
        let scheme: String = scheme.trim().to_lowercase();
        let known = matches!(field, Field::Rpps | Field::Adeli | Field::Finess | Field::Siret);
        let mut value = if known { value.replace([' ', '\u{a0}'], "").to_ascii_uppercase() } else { value };
        text::cut_identifier(&mut value, &mut self.findings);
        if value.is_empty() || scheme.is_empty() || scheme.len() > 60 {
            return;
        }
        let digits = value.bytes().all(|byte| byte.is_ascii_digit());
        // FINESS of Corsica have a letter in second place, ADELI may have some too.
        let good = match field {
            Field::Rpps => value.len() == 11 && digits,
            Field::Adeli => value.len() == 9 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            Field::Finess => value.len() == 9 && value.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            Field::Siret => value.len() == 14 && digits,
            _ => true,
        };
        if !good {
            self.find(What::IdentifierWrong, field, &value);
        }
        let identifier = Identifier { scheme, value };
        if !self.entry.identifiers.contains(&identifier) {
            self.entry.identifiers.push(identifier);
        }
    }

    /// The entry, if it has what none can be without, and all that was found.
    pub(super) fn finish(mut self, importer: &Importer) -> (Result<Entry, Vec<Finding>>, Vec<Finding>) {
        self.entry.locations = self.located(importer.places());
        self.entry.offer.hours = std::mem::take(&mut self.entry.offer.hours).tidy();
        if self.entry.kinds.is_empty() {
            self.findings.push(Finding::new(What::KindMissing, Some(Field::Kind), ""));
        }
        let placed = |one: &Location| one.point.is_some() || one.departement.is_some() || !one.commune.is_empty();
        if !self.entry.locations.iter().any(placed) {
            self.findings.push(Finding::new(What::PlaceMissing, None, ""));
        }
        if self.entry.keeping.source.is_empty() && !self.own {
            importer.source().clone_into(&mut self.entry.keeping.source);
        }
        if !self.left_over.is_empty() {
            let notes = &mut self.entry.keeping.notes;
            for line in self.left_over {
                // Read again, the same file must not say it twice.
                if !notes.lines().any(|known| known == line) {
                    if !notes.is_empty() {
                        notes.push('\n');
                    }
                    notes.push_str(&line);
                }
            }
        }
        text::cut_block(&mut self.entry.about, Field::About, &mut self.findings);
        text::cut_block(&mut self.entry.keeping.notes, Field::Notes, &mut self.findings);
        text::cut_block(&mut self.entry.offer.hours.words, Field::HoursWords, &mut self.findings);
        if self.entry.name.is_empty() {
            let (refusals, warnings) = (vec![Finding::new(What::NameMissing, Some(Field::Name), "")], self.findings);
            return (Err(refusals), warnings);
        }
        if self.entry.id.is_empty() {
            self.entry.id = foremost(&self.entry).unwrap_or_else(|| {
                self.findings.push(Finding::new(What::IdentifierMissing, None, ""));
                made_id(&self.entry)
            });
        }
        (Ok(self.entry), self.findings)
    }

    fn located(&mut self, places: &Places) -> Vec<crate::Location> {
        let raw = std::mem::take(&mut self.places);
        let mut locations = Vec::with_capacity(raw.len());
        for place in &raw {
            let located = places.locate(place, &mut self.findings);
            locations.extend(located.filter(|location| !locations.contains(location)));
        }
        // A town that nobody knows may be one that is spelt as nobody else does: whoever keeps the entry can read it.
        let unknown = self.findings.iter().filter(|finding| finding.what == What::CommuneUnknown);
        let unknown: Vec<(Field, String)> =
            unknown.filter_map(|finding| Some((finding.field?, finding.value.clone()))).collect();
        for (field, value) in unknown {
            self.keep(field, &value);
        }
        locations
    }
}

/// The field that a way to reach somebody is.
pub(crate) fn field_of(kind: ContactKind) -> Field {
    match kind {
        ContactKind::Phone => Field::Phone,
        ContactKind::Fax => Field::Fax,
        ContactKind::Email => Field::Email,
        ContactKind::Website => Field::Website,
        ContactKind::Booking => Field::Booking,
        ContactKind::Room => Field::Room,
    }
}

/// The register by which an entry is best known.
fn foremost(entry: &Entry) -> Option<String> {
    let of = |scheme: &str| entry.identifiers.iter().find(|identifier| identifier.scheme == scheme);
    let known = ["rpps", "adeli", "finess", "siret"].iter().find_map(|scheme| of(scheme));
    known.or(entry.identifiers.first()).map(Identifier::key)
}

/// An id made from what tells an entry from others, so that the same row is the same entry next time.
fn made_id(entry: &Entry) -> String {
    let mut said = fold(&entry.name);
    for location in entry.locations.iter().take(1) {
        said = format!("{said}|{}|{}|{}", location.commune, location.postcode, fold(&location.address));
    }
    if let (true, Some(contact)) = (entry.locations.is_empty(), entry.contacts.first()) {
        said = format!("{said}|{}", contact.value);
    }
    format!("row:{:016x}", super::hash(said.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_nothing_unsafe_is_shown() {
        let importer = Importer::new(crate::Territory::load(), 20_000, "essai");
        let mut draft = Draft::default();
        draft.entry.name = "Cabinet Exemple".to_owned();
        draft.contact(ContactKind::Website, "javascript:alert(1)", "", false);
        draft.language("klingon");
        draft.kind("Astrologue", true);
        let (entry, findings) = draft.finish(&importer);
        let entry = entry.unwrap();
        assert_eq!(entry.contacts, []);
        let published = format!("{:?}", entry.published().unwrap());
        assert!(!published.contains("javascript") && !published.contains("klingon"));
        assert!(["javascript:alert(1)", "klingon", "Astrologue"].iter().all(|word| entry.keeping.notes.contains(word)));
        assert!(findings.iter().any(|finding| finding.what == What::LinkUnsafe));
        assert_eq!(entry.kinds, [Kind::OtherProfessional]);
    }

    #[test]
    fn a_place_that_nobody_knows_is_no_place() {
        let importer = Importer::new(crate::Territory::load(), 20_000, "essai");
        let missing = |postcode: &str, commune: &str| {
            let mut draft = Draft::default();
            draft.entry.name = "Cabinet Exemple".to_owned();
            let place = RawPlace {
                postcode: postcode.into(),
                commune: commune.into(),
                address: "1 rue X".into(),
                ..RawPlace::default()
            };
            draft.places.push(place);
            draft.finish(&importer).1.iter().any(|finding| finding.what == What::PlaceMissing)
        };
        assert!(missing("99999", "Nullepart"));
        assert!(!missing("42000", ""));
    }

    #[test]
    fn the_same_row_is_the_same_entry_and_another_address_is_another() {
        let importer = Importer::new(crate::Territory::load(), 20_000, "essai");
        let id = |address: &str, name: &str| {
            let mut draft = Draft::default();
            draft.entry.name = name.to_owned();
            draft.places.push(RawPlace { postcode: "42000".into(), address: address.into(), ..RawPlace::default() });
            draft.finish(&importer).0.unwrap().id
        };
        assert_eq!(id("1 rue X", "Éloi Exemple"), id("1, Rue X", "ELOI EXEMPLE"));
        assert_ne!(id("1 rue X", "Éloi Exemple"), id("2 rue X", "Éloi Exemple"));
    }
}
