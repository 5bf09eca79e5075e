//! Parts that several public pages have.

use super::Visitor;
use crate::shell::dialled;
use crate::words::Words;
use directory::{Contact, ContactKind, Published, PublishedLocation, Territory, public_id};
use maud::{Markup, html};
use node::PublicEntry;

/// The address of an entry's page.
pub(super) fn entry_path(published: &Published) -> String {
    format!("/annuaire/fiches/{}", public_id(&published.id))
}

/// The address of a département's page.
pub(super) fn departement_path(code: &str) -> String {
    format!("/annuaire/departements/{code}")
}

/// The first number that may be called.
pub(super) fn phone(published: &Published) -> Option<&Contact> {
    published.contacts.iter().find(|contact| contact.kind == ContactKind::Phone)
}

/// The town of a location, or its département where the town is not known or secret.
pub(super) fn town(location: &PublishedLocation) -> String {
    let territory = Territory::load();
    if let Some(commune) = territory.commune(&location.commune) {
        return commune.name.to_owned();
    }
    let departement = location.departement.and_then(|code| territory.departement(code.key()));
    departement.map_or_else(String::new, |one| format!("{} ({})", one.name, one.code))
}

/// The whole address of a location in one line.
pub(super) fn address(location: &PublishedLocation) -> String {
    let town = format!("{} {}", location.postcode, town(location));
    let parts = [location.address.as_str(), town.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A row of a list.
pub(super) fn row(visitor: &Visitor, found: &PublicEntry, outside: bool) -> Markup {
    let (words, published) = (visitor.words, &found.published);
    let location = found.location.and_then(|place| published.locations.get(place)).or(published.locations.first());
    let facts = [
        published.kinds.first().map(|kind| kind.label(words.0).to_owned()),
        location.map(town),
        found.distance_km.map(|kilometres| words.fill("open.kilometres", &[("number", &format!("{kilometres:.0}"))])),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect();
    let address = visitor.to(&entry_path(published));
    html! {
        li {
            @if outside { a href=(visitor.whole(&address)) target="_blank" rel="noopener noreferrer" { (published.name) } }
            @else { a href=(address) { (published.name) } }
            span.soft { (facts.join(" · ")) }
            @if let Some(contact) = phone(published) { a.aside href=(format!("tel:{}", dialled(&contact.value))) { (contact.value) } }
            @if published.offer.accepts_new == Some(false) { span.badge { (words.say("reorientation.full")) } }
            @if published.demo { span.badge.demo { (words.say("demo.entry")) } }
        }
    }
}

/// How many there are, in words.
pub(super) fn count(words: Words, number: usize) -> String {
    words.fill("open.count", &[("count", &number.to_string())])
}
