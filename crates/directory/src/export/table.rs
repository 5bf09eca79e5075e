//! An entry as a row of a table that [`crate::import`] reads back without a change.

use crate::import::{Field, list};
use crate::{Contact, ContactKind, Entry, Location, Territory};

/// The columns of an export for others.
pub(super) const PUBLIC: &[Field] = &[
    Field::Id,
    Field::Name,
    Field::OtherNames,
    Field::Kind,
    Field::CommuneCode,
    Field::Commune,
    Field::Postcode,
    Field::Departement,
    Field::Address,
    Field::Latitude,
    Field::Longitude,
    Field::Phone,
    Field::Fax,
    Field::Email,
    Field::Website,
    Field::Booking,
    Field::Room,
    Field::ContactOrder,
    Field::Languages,
    Field::Audiences,
    Field::Modes,
    Field::Fees,
    Field::Accessibility,
    Field::Hours,
    Field::HoursWords,
    Field::AcceptsNew,
    Field::About,
    Field::Rpps,
    Field::Adeli,
    Field::Finess,
    Field::Siret,
    Field::Identifiers,
    Field::Source,
    Field::Confirmed,
    Field::Demo,
];

/// The further columns of an export for the house.
const HOUSE: &[Field] = &[Field::Secret, Field::Notes, Field::Keeper, Field::Hidden];

/// A cell: a text that may need guarding, or a number that needs none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
}

/// The cell of an entry in a column.
pub(super) fn cell(entry: &Entry, field: Field) -> Cell {
    // A number alone stays one, for a spreadsheet to count with; several are a text.
    if let (Field::Latitude | Field::Longitude, [location]) = (field, entry.locations.as_slice())
        && let Some(point) = location.point
    {
        return Cell::Number(if field == Field::Latitude { point.latitude } else { point.longitude });
    }
    Cell::Text(text(entry, field))
}

/// The columns of all that the house knows.
pub(crate) fn columns() -> impl Iterator<Item = Field> {
    PUBLIC.iter().chain(HOUSE).copied()
}

/// The text of an entry in a column.
pub(crate) fn text(entry: &Entry, field: Field) -> String {
    let offer = &entry.offer;
    match field {
        Field::Id => entry.id.clone(),
        Field::Name => entry.name.clone(),
        Field::OtherNames => list::join(&entry.other_names),
        Field::Kind => list::join(entry.kinds.iter().map(|kind| kind.key())),
        Field::About => entry.about.clone(),
        Field::Languages => list::join(&offer.languages),
        Field::Audiences => list::join(offer.audiences.iter().map(|value| value.key())),
        Field::Modes => list::join(offer.modes.iter().map(|value| value.key())),
        Field::Fees => list::join(offer.fees.iter().map(|value| value.key())),
        Field::Accessibility => list::join(offer.accessibility.iter().map(|value| value.key())),
        Field::Hours => crate::week_text(&offer.hours.weekly),
        Field::HoursWords => offer.hours.words.clone(),
        Field::AcceptsNew => offer.accepts_new.map_or("", truth).to_owned(),
        Field::Phone => contacts(&entry.contacts, ContactKind::Phone),
        Field::Fax => contacts(&entry.contacts, ContactKind::Fax),
        Field::Email => contacts(&entry.contacts, ContactKind::Email),
        Field::Website => contacts(&entry.contacts, ContactKind::Website),
        Field::Booking => contacts(&entry.contacts, ContactKind::Booking),
        Field::Room => contacts(&entry.contacts, ContactKind::Room),
        Field::ContactOrder => list::order(&entry.contacts),
        Field::Rpps | Field::Adeli | Field::Finess | Field::Siret => {
            let of_scheme = entry.identifiers.iter().filter(|identifier| identifier.scheme == field.key());
            list::join(of_scheme.map(|identifier| identifier.value.as_str()))
        }
        Field::Identifiers => {
            let known = ["rpps", "adeli", "finess", "siret"];
            let others = entry.identifiers.iter().filter(|identifier| !known.contains(&identifier.scheme.as_str()));
            list::join(others.map(crate::Identifier::key))
        }
        Field::Notes => entry.keeping.notes.clone(),
        Field::Keeper => entry.keeping.keeper.clone(),
        Field::Source => entry.keeping.source.clone(),
        Field::Confirmed => entry.keeping.confirmed.map_or(String::new(), crate::date::write_day),
        Field::Hidden => ticked(entry.keeping.hidden).to_owned(),
        Field::Demo => ticked(entry.keeping.demo).to_owned(),
        _ => place(&entry.locations, field),
    }
}

fn truth(value: bool) -> &'static str {
    if value { "oui" } else { "non" }
}

fn ticked(value: bool) -> &'static str {
    if value { "oui" } else { "" }
}

fn contacts(contacts: &[Contact], kind: ContactKind) -> String {
    list::join(contacts.iter().filter(|contact| contact.kind == kind).map(list::write_contact))
}

/// One field of every location, in their order; nothing at all where all of them are empty.
fn place(locations: &[Location], field: Field) -> String {
    let territory = Territory::load();
    let told = |location: &Location| match field {
        Field::CommuneCode => location.commune.clone(),
        Field::Commune => territory.commune(&location.commune).map_or("", |commune| commune.name).to_owned(),
        Field::Postcode => location.postcode.clone(),
        Field::Departement => location.departement.map_or("", care::DepartementCode::key).to_owned(),
        Field::Address => location.address.clone(),
        Field::Latitude => location.point.map_or(String::new(), |point| point.latitude.to_string()),
        Field::Longitude => location.point.map_or(String::new(), |point| point.longitude.to_string()),
        Field::Secret => ticked(location.secret).to_owned(),
        _ => String::new(),
    };
    let items: Vec<_> = locations.iter().map(told).collect();
    if items.iter().all(String::is_empty) { String::new() } else { list::join(items) }
}
