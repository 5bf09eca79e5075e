//! What a keeper's form says of an entry.

use crate::office::Sent;
use crate::shell::{one_line, some_lines};
use crate::words::Words;
use care::{Accessibility, Audience, Fee, Kind, Mode};
use directory::import::tidy_contact;
use directory::{Contact, ContactKind, Entry, Hours, Identifier, Location, Opening, Place, Territory};

/// The longest line of text, in characters.
pub(super) const LINE: usize = 200;
/// The longest description, in characters.
pub(super) const TEXT: usize = 2_000;
/// The most rows of contacts and of locations that are read.
const ROWS: usize = 40;

/// Reads what was sent over an entry. What is wrong is said, and everything that was written stays in the entry, so that it
/// can be shown again.
pub(super) fn read(
    sent: &Sent,
    mut entry: Entry,
    territory: Territory,
    words: Words,
    today: i32,
) -> (Entry, Vec<String>) {
    let mut faults = Vec::new();
    entry.name = line(sent.get("name"));
    if entry.name.is_empty() {
        faults.push(words.say("directory.name_missing").to_owned());
    }
    entry.other_names = sent.get("other_names").split(';').map(line).filter(|name| !name.is_empty()).collect();
    entry.kinds = ticked(sent, "kind", Kind::from_key);
    if entry.kinds.is_empty() {
        faults.push(words.say("directory.kind_missing").to_owned());
    }
    entry.locations = locations(sent, &entry, territory, words, &mut faults);
    entry.contacts = contacts(sent, words, &mut faults);
    entry.offer.languages = languages(sent.get("languages"), words, &mut faults);
    entry.offer.audiences = ticked(sent, "audience", Audience::from_key);
    entry.offer.modes = ticked(sent, "mode", Mode::from_key);
    entry.offer.fees = ticked(sent, "fee", Fee::from_key);
    entry.offer.accessibility = ticked(sent, "accessibility", Accessibility::from_key);
    entry.offer.hours = hours(sent, words, &mut faults);
    entry.offer.accepts_new = match sent.get("accepts") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    entry.about = text(sent.get("about"));
    entry.identifiers = identifiers(sent.get("identifiers"), words, &mut faults);
    entry.keeping.notes = text(sent.get("notes"));
    entry.keeping.keeper = line(sent.get("keeper"));
    entry.keeping.source = line(sent.get("source"));
    entry.keeping.hidden = sent.has("hidden");
    if sent.has("confirmed") {
        entry.keeping.confirmed = Some(today);
    }
    (entry, faults)
}

fn line(written: &str) -> String {
    one_line(written, LINE)
}

fn text(written: &str) -> String {
    some_lines(written, TEXT)
}

fn ticked<T>(sent: &Sent, name: &str, from_key: impl Fn(&str) -> Option<T>) -> Vec<T> {
    sent.0.iter().filter(|(own, _)| own == name).filter_map(|(_, key)| from_key(key)).collect()
}

fn locations(
    sent: &Sent,
    before: &Entry,
    territory: Territory,
    words: Words,
    faults: &mut Vec<String>,
) -> Vec<Location> {
    let mut locations = Vec::new();
    for row in 0..ROWS {
        let field = |name: &str| sent.get(&format!("location.{row}.{name}"));
        let (place, address) = (field("place"), line(field("address")));
        if place.is_empty() && address.is_empty() {
            continue;
        }
        let found = territory.find_places(place, 1).first().copied();
        let secret = sent.has(&format!("location.{row}.secret"));
        match found {
            Some(Place::Commune(commune)) => {
                // A point that somebody measured stays as long as the commune and the street are the same.
                let same = before.locations.iter().find(|one| one.commune == commune.code && one.address == address);
                let postcode = line(field("postcode"));
                let known = commune.postcodes().any(|known| known == postcode);
                // Of a town with several postcodes none is made up.
                let mut all = commune.postcodes();
                let only = all.next().filter(|_| all.next().is_none()).unwrap_or_default();
                locations.push(Location {
                    commune: commune.code.to_owned(),
                    departement: Some(commune.departement),
                    postcode: if known { postcode } else { only.to_owned() },
                    address,
                    point: same.and_then(|one| one.point).or(Some(commune.point)),
                    secret,
                });
            }
            Some(Place::Departement(departement)) => {
                let departement = Some(departement.code);
                locations.push(Location { departement, address, secret, ..Location::default() });
            }
            None => {
                faults.push(words.fill("directory.no_place", &[("text", place)]));
                locations.push(Location { address, secret, ..Location::default() });
            }
        }
    }
    locations
}

/// The kinds of contacts, as forms name them.
pub(super) const CONTACTS: [(ContactKind, &str); 6] = [
    (ContactKind::Phone, "phone"),
    (ContactKind::Email, "email"),
    (ContactKind::Website, "website"),
    (ContactKind::Booking, "booking"),
    (ContactKind::Room, "room"),
    (ContactKind::Fax, "fax"),
];

fn contacts(sent: &Sent, words: Words, faults: &mut Vec<String>) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for row in 0..ROWS {
        let field = |name: &str| sent.get(&format!("contact.{row}.{name}"));
        let value = line(field("value"));
        let Some((kind, _)) = CONTACTS.iter().find(|(_, word)| *word == field("kind")).filter(|_| !value.is_empty())
        else {
            continue;
        };
        if !contact_fits(*kind, &value) {
            faults.push(words.fill("directory.contact_wrong", &[("text", &value)]));
        }
        let value = tidy_contact(*kind, &value);
        let private = sent.has(&format!("contact.{row}.private"));
        contacts.push(Contact { kind: *kind, value, note: line(field("note")), private });
    }
    contacts
}

/// Whether something could be a way to reach somebody of this kind.
pub(crate) fn contact_fits(kind: ContactKind, value: &str) -> bool {
    match kind {
        ContactKind::Phone | ContactKind::Fax => value.chars().filter(char::is_ascii_digit).count() >= 2,
        ContactKind::Email => value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
        ContactKind::Website | ContactKind::Booking | ContactKind::Room => {
            value.starts_with("https://") || value.starts_with("http://")
        }
    }
}

/// Languages by their codes or names, with commas between.
fn languages(written: &str, words: Words, faults: &mut Vec<String>) -> Vec<String> {
    let mut codes = Vec::new();
    for word in written.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match words.tongue_code(word) {
            Some(code) if !codes.contains(&code) => codes.push(code),
            Some(_) => {}
            None => faults.push(words.fill("directory.language_unknown", &[("text", word)])),
        }
    }
    codes
}

fn hours(sent: &Sent, words: Words, faults: &mut Vec<String>) -> Hours {
    let mut weekly = Vec::new();
    for day in 0..7_u8 {
        let written = sent.get(&format!("hours.{day}"));
        for span in written.split(',').map(str::trim).filter(|span| !span.is_empty()) {
            match read_span(day, span) {
                Some(opening) => weekly.push(opening),
                None => faults.push(words.fill("directory.hours_wrong", &[("text", span)])),
            }
        }
    }
    Hours { weekly, words: line(sent.get("hours_words")) }.tidy()
}

/// « 9:00-12:30 », « 9h-12h30 » or « 9-12 ».
fn read_span(day: u8, span: &str) -> Option<Opening> {
    let clock = |text: &str| {
        let text = text.trim().to_lowercase().replace('h', ":");
        let (hour, minute) = text.split_once(':').unwrap_or((&text, ""));
        let minute = if minute.trim().is_empty() { 0 } else { minute.trim().parse::<u16>().ok()? };
        let hour = hour.trim().parse::<u16>().ok()?;
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let (from, until) = span.split_once(['-', '–'])?;
    Opening::new(day, clock(from)?, clock(until)?)
}

fn identifiers(written: &str, words: Words, faults: &mut Vec<String>) -> Vec<Identifier> {
    let mut identifiers = Vec::new();
    for word in written.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
        match word.split_once(':') {
            Some((scheme, value)) if !scheme.is_empty() && !value.is_empty() => {
                identifiers.push(Identifier { scheme: scheme.to_lowercase(), value: value.to_owned() });
            }
            _ => faults.push(words.fill("directory.identifier_wrong", &[("text", word)])),
        }
    }
    identifiers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_form_becomes_an_entry() {
        let sent = sent(&[
            ("name", "Cabinet\u{7} du Lac"),
            ("kind", "psychologist"),
            ("kind", "no such kind"),
            ("location.0.place", "Annecy (74000)"),
            ("location.0.address", "1, rue du Lac"),
            ("location.3.place", "42"),
            ("location.3.secret", "on"),
            ("contact.0.kind", "phone"),
            ("contact.0.value", "04 65 71 00 00"),
            ("contact.1.kind", "email"),
            ("contact.1.value", "x@y.fr"),
            ("contact.1.private", "on"),
            ("languages", "anglais, fr"),
            ("mode", "teleconsultation"),
            ("hours.0", "9h-12h30, 14:00-18:00"),
            ("accepts", "no"),
            ("confirmed", "on"),
            ("identifiers", "RPPS:10000000001"),
        ]);
        let (entry, faults) = read(&sent, Entry::default(), Territory::load(), Words(Language::Fr), 20_000);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(entry.name, "Cabinet du Lac");
        assert_eq!(entry.kinds, [Kind::Psychologist]);
        assert_eq!((entry.locations[0].commune.as_str(), entry.locations[1].secret), ("74010", true));
        assert!(entry.locations[0].point.is_some() && entry.locations[1].point.is_none());
        assert_eq!((entry.contacts[1].private, entry.contacts[0].private), (true, false));
        assert_eq!(entry.offer.languages, ["en", "fr"]);
        assert_eq!(directory::week_text(&entry.offer.hours.weekly), "Mo 09:00-12:30,14:00-18:00");
        assert_eq!((entry.offer.accepts_new, entry.keeping.confirmed), (Some(false), Some(20_000)));
        assert_eq!(entry.identifiers[0].key(), "rpps:10000000001");
    }

    #[test]
    fn a_town_with_several_postcodes_gets_none_that_nobody_wrote() {
        let postcode = |pairs: &[(&str, &str)]| {
            let (entry, faults) = read(&sent(pairs), Entry::default(), Territory::load(), Words(Language::Fr), 20_000);
            assert_eq!(faults, Vec::<String>::new());
            entry.locations[0].postcode.clone()
        };
        let place = |place: &'static str| ("location.0.place", place);
        assert_eq!(postcode(&[("name", "A"), ("kind", "psychologist"), place("Marseille")]), "");
        let written = ("location.0.postcode", "42100");
        assert_eq!(
            postcode(&[("name", "A"), ("kind", "psychologist"), place("Saint-Étienne"), written]),
            "42100",
            "what was there before stays"
        );
        assert_eq!(
            postcode(&[("name", "A"), ("kind", "psychologist"), place("Lorette")]),
            "42420",
            "where there is only one, it is this one"
        );
    }

    #[test]
    fn what_is_wrong_is_said_and_what_was_written_stays() {
        let sent = sent(&[
            ("location.0.place", "Zzzz"),
            ("location.0.address", "ici"),
            ("contact.0.kind", "website"),
            ("contact.0.value", "javascript:alert(1)"),
            ("languages", "klingon"),
            ("hours.2", "18-9"),
            ("identifiers", "rpps"),
        ]);
        let (entry, faults) = read(&sent, Entry::default(), Territory::load(), Words(Language::En), 0);
        assert_eq!(faults.len(), 7, "{faults:?}");
        assert_eq!(entry.locations[0].address, "ici");
    }
}
