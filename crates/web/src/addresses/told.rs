//! An entry as people who work here read it, fact by fact.

use super::form::CONTACTS;
use crate::words::Words;
use directory::{Contact, ContactKind, Entry, Location, Published, Territory};

/// What is known of an entry beside its name, in the order in which it is read, each with the key of its label. What nobody
/// knows is empty.
pub(super) fn facts(words: Words, territory: Territory, entry: &Entry) -> Vec<(&'static str, String)> {
    let (language, offer, keeping) = (words.0, &entry.offer, &entry.keeping);
    let list = |labels: Vec<&'static str>| labels.join(", ");
    let lines = |lines: Vec<String>| lines.join("\n");
    vec![
        ("directory.other_names", entry.other_names.join(", ")),
        ("directory.kinds", list(entry.kinds.iter().map(|kind| kind.label(language)).collect())),
        ("directory.locations", lines(entry.locations.iter().map(|one| location(words, territory, one)).collect())),
        ("directory.contacts", lines(entry.contacts.iter().map(|one| contact(words, one)).collect())),
        ("directory.modes", list(offer.modes.iter().map(|mode| mode.label(language)).collect())),
        ("directory.fees", list(offer.fees.iter().map(|fee| fee.label(language)).collect())),
        ("directory.audiences", list(offer.audiences.iter().map(|one| one.label(language)).collect())),
        ("directory.accessibility", list(offer.accessibility.iter().map(|one| one.label(language)).collect())),
        ("directory.languages", offer.languages.iter().map(|code| words.tongue(code)).collect::<Vec<_>>().join(", ")),
        ("directory.hours", words.hours(&offer.hours)),
        ("directory.accepts", accepts(words, offer.accepts_new).to_owned()),
        ("directory.about", entry.about.clone()),
        ("directory.identifiers", entry.identifiers.iter().map(|one| one.key()).collect::<Vec<_>>().join(", ")),
        ("directory.notes", keeping.notes.clone()),
        ("directory.keeper", keeping.keeper.clone()),
        ("directory.source", keeping.source.clone()),
        ("directory.confirmed", keeping.confirmed.map(day).unwrap_or_default()),
    ]
}

/// What others may read of an entry beside its name, fact by fact: made from what is published of it, and from nothing else.
pub(crate) fn published_facts(words: Words, territory: Territory, entry: &Published) -> Vec<(&'static str, String)> {
    let (language, offer) = (words.0, &entry.offer);
    let list = |labels: Vec<&'static str>| labels.join(", ");
    let place = |one: &directory::PublishedLocation| {
        let commune = territory.commune(&one.commune).map_or("", |commune| commune.name);
        let town = format!("{} {commune}", one.postcode);
        let town =
            if town.trim().is_empty() { one.departement.map_or(String::new(), |code| code.to_string()) } else { town };
        [one.address.as_str(), town.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    };
    vec![
        ("directory.other_names", entry.other_names.join(", ")),
        ("directory.kinds", list(entry.kinds.iter().map(|kind| kind.label(language)).collect())),
        ("directory.locations", entry.locations.iter().map(place).collect::<Vec<_>>().join("\n")),
        ("directory.contacts", entry.contacts.iter().map(|one| contact(words, one)).collect::<Vec<_>>().join("\n")),
        ("directory.modes", list(offer.modes.iter().map(|mode| mode.label(language)).collect())),
        ("directory.fees", list(offer.fees.iter().map(|fee| fee.label(language)).collect())),
        ("directory.audiences", list(offer.audiences.iter().map(|one| one.label(language)).collect())),
        ("directory.accessibility", list(offer.accessibility.iter().map(|one| one.label(language)).collect())),
        ("directory.languages", offer.languages.iter().map(|code| words.tongue(code)).collect::<Vec<_>>().join(", ")),
        ("directory.hours", words.hours(&offer.hours)),
        ("directory.accepts", accepts(words, offer.accepts_new).to_owned()),
        ("directory.about", entry.about.clone()),
        ("directory.source", entry.source.clone()),
        ("directory.confirmed", entry.confirmed.map(day).unwrap_or_default()),
    ]
}

fn accepts(words: Words, accepts: Option<bool>) -> &'static str {
    match accepts {
        None => "",
        Some(true) => words.say("directory.yes"),
        Some(false) => words.say("directory.no"),
    }
}

fn location(words: Words, territory: Territory, location: &Location) -> String {
    let address = whole_address(territory, location);
    if location.secret { format!("{address} ({})", words.say("directory.secret")) } else { address }
}

fn contact(words: Words, contact: &Contact) -> String {
    let private = if contact.private { words.say("directory.private") } else { "" };
    let beside = [contact_label(words, contact.kind), contact.note.as_str(), private];
    let beside = beside.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    format!("{} ({beside})", contact.value)
}

/// What a way to reach somebody is called.
pub(crate) fn contact_label(words: Words, kind: ContactKind) -> &'static str {
    let word = CONTACTS.iter().find(|(own, _)| *own == kind).map_or("phone", |(_, word)| word);
    words.named("contact", word)
}

/// The street and the town, or the département where there is no more.
pub(super) fn whole_address(territory: Territory, location: &Location) -> String {
    let commune = territory.commune(&location.commune).map_or("", |commune| commune.name);
    let town = format!("{} {commune}", location.postcode);
    let town =
        if town.trim().is_empty() { location.departement.map_or(String::new(), |code| code.to_string()) } else { town };
    [location.address.as_str(), town.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A day, counted since 1970-01-01, as people write it.
pub(crate) fn day(number: i32) -> String {
    let moment = jiff::Timestamp::from_second(i64::from(number) * 86_400).unwrap_or_default();
    moment.to_zoned(jiff::tz::TimeZone::UTC).strftime("%d/%m/%Y").to_string()
}
