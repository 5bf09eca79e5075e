//! A row of a table, from whatever file, as a draft of an entry.

use super::draft::Draft;
use super::list;
use super::place::RawPlace;
use super::{Field, Mapping, What};
use crate::{ContactKind, fold};
use care::Kind;

/// The cells of a row with what they are.
struct Cells<'a> {
    cells: &'a [String],
    mapping: &'a Mapping,
    own: bool,
}

impl<'a> Cells<'a> {
    /// Every cell of a field that says something.
    fn all(&self, field: Field) -> impl Iterator<Item = &'a str> {
        let columns = self.mapping.columns.iter().zip(self.cells);
        let cells = columns.filter(move |(column, _)| **column == Some(field)).map(|(_, cell)| unguarded(cell));
        cells.filter(|cell| !cell.trim().is_empty())
    }

    fn first(&self, field: Field) -> &'a str {
        self.all(field).next().unwrap_or_default()
    }

    /// The items of the lists in the cells of a field.
    fn items(&self, field: Field) -> Vec<String> {
        let own = self.own;
        let items = self.all(field).flat_map(|cell| match own {
            true => list::split(cell),
            false => cell.split(['|', ';', ',', '/', '\n']).map(str::to_owned).collect(),
        });
        items.map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|first| first == '\'' || super::text::begins_a_formula(first)) => rest,
        _ => cell,
    }
}

/// A word that means yes or no.
fn truth(word: &str) -> Option<bool> {
    match fold(word).as_str() {
        "oui" | "o" | "yes" | "y" | "true" | "vrai" | "1" | "x" => Some(true),
        "non" | "n" | "no" | "false" | "faux" | "0" => Some(false),
        _ => None,
    }
}

/// The draft that a row is. `scheme` is the register of the source's own numbers.
pub(super) fn draft_of(cells: &[String], mapping: &Mapping, own: bool, scheme: &str) -> Draft {
    let cells = Cells { cells, mapping, own };
    let mut draft = Draft::default();
    names(&cells, &mut draft);
    identifiers(&cells, scheme, &mut draft);
    kinds(&cells, &mut draft);
    places(&cells, &mut draft);
    contacts(&cells, &mut draft);
    offer(&cells, &mut draft);
    keeping(&cells, &mut draft);
    draft
}

fn names(cells: &Cells<'_>, draft: &mut Draft) {
    let (first, last) = (cells.first(Field::FirstName), cells.first(Field::Name));
    let name = draft.line(last, Field::Name);
    let first = draft.line(first, Field::FirstName);
    let whole = if first.is_empty() || name.is_empty() { name } else { format!("{first} {name}") };
    draft.entry.name = draft.line(&whole, Field::Name);
    let others: Vec<String> = match cells.own {
        true => cells.items(Field::OtherNames),
        false => cells.all(Field::OtherNames).map(str::to_owned).collect(),
    };
    for other in others {
        let other = draft.line(&other, Field::OtherNames);
        if !other.is_empty() && other != draft.entry.name && !draft.entry.other_names.contains(&other) {
            draft.entry.other_names.push(other);
        }
    }
    draft.entry.about = draft.block(cells.first(Field::About), Field::About);
}

fn identifiers(cells: &Cells<'_>, own_scheme: &str, draft: &mut Draft) {
    if cells.own {
        draft.entry.id = draft.line(cells.first(Field::Id), Field::Id);
        // A row that somebody added has no id yet.
        draft.own = !draft.entry.id.is_empty();
    } else {
        // The number in another's table is the other's own, unless it says of which register it is.
        let id = draft.line(cells.first(Field::Id), Field::Id);
        if let Some((scheme, value)) = id.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
            draft.identifier(scheme, value);
        } else {
            draft.identifier(own_scheme, &id);
        }
    }
    let practitioner = cells.first(Field::Practitioner).trim();
    draft.identifier(if practitioner.len() == 11 { "rpps" } else { "adeli" }, practitioner);
    for (field, scheme) in
        [(Field::Rpps, "rpps"), (Field::Adeli, "adeli"), (Field::Finess, "finess"), (Field::Siret, "siret")]
    {
        for value in cells.all(field) {
            for value in if cells.own { list::split(value) } else { vec![value.to_owned()] } {
                draft.identifier(scheme, &value);
            }
        }
    }
    for item in cells.items(Field::Identifiers) {
        if let Some((scheme, value)) = item.split_once(':') {
            draft.identifier(scheme, value);
        }
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

fn kinds(cells: &Cells<'_>, draft: &mut Draft) {
    let person = !cells.first(Field::FirstName).is_empty()
        || draft.entry.identifiers.iter().any(|identifier| matches!(identifier.scheme.as_str(), "rpps" | "adeli"));
    let said: Vec<_> = cells.all(Field::Kind).filter_map(|cell| cells.mapping.kind(cell)).collect();
    if said.is_empty() {
        let whole = cells.all(Field::Kind).filter_map(|cell| super::kinds::kind_of(cell).map(|kind| (cell, kind)));
        let whole: Vec<_> = whole.collect();
        let words = cells.items(Field::Kind);
        // « Médecine et santé, conseil » is no list of two kinds; but « psychologue, psychothérapeute » is.
        let known = words.iter().filter(|word| super::kinds::kind_of(word).is_some()).count();
        if known == 0 && !whole.is_empty() {
            whole.into_iter().for_each(|(_, kind)| draft.push_kind(kind));
        } else {
            words.iter().for_each(|word| draft.kind(word, person));
        }
    }
    said.into_iter().for_each(|kind| draft.push_kind(kind));
    // « Médecin » beside « psychiatrie » says nothing more.
    let kinds = &mut draft.entry.kinds;
    if !cells.own && kinds.iter().any(|kind| !matches!(kind, Kind::OtherProfessional | Kind::OtherStructure)) {
        kinds.retain(|kind| !matches!(kind, Kind::OtherProfessional | Kind::OtherStructure));
    }
    if kinds.is_empty() {
        kinds.extend(cells.mapping.default_kind);
    }
}

fn places(cells: &Cells<'_>, draft: &mut Draft) {
    if !cells.own {
        let more = cells.first(Field::AddressMore);
        let address = cells.all(Field::Address).collect::<Vec<_>>().join(" ");
        let mut place = RawPlace {
            code: cells.first(Field::CommuneCode).to_owned(),
            commune: cells.first(Field::Commune).to_owned(),
            postcode: cells.first(Field::Postcode).to_owned(),
            departement: cells.first(Field::Departement).to_owned(),
            address: if more.is_empty() { address } else { format!("{address}, {more}") },
            latitude: cells.first(Field::Latitude).to_owned(),
            longitude: cells.first(Field::Longitude).to_owned(),
            secret: truth(cells.first(Field::Secret)).unwrap_or(false),
        };
        if let Some((latitude, longitude)) = cells.first(Field::Point).split_once([',', ';', ' ']) {
            (place.latitude, place.longitude) = (latitude.to_owned(), longitude.to_owned());
        }
        draft.places.push(place);
        return;
    }
    let column = |field| list::split(cells.first(field));
    let (codes, communes, postcodes) = (column(Field::CommuneCode), column(Field::Commune), column(Field::Postcode));
    let (departements, addresses, secrets) =
        (column(Field::Departement), column(Field::Address), column(Field::Secret));
    let (latitudes, longitudes) = (column(Field::Latitude), column(Field::Longitude));
    let columns = [&codes, &communes, &postcodes, &departements, &addresses, &secrets, &latitudes, &longitudes];
    let count = columns.iter().map(|column| column.len()).max().unwrap_or(0);
    for at in 0..count {
        let cell = |column: &Vec<String>| column.get(at).cloned().unwrap_or_default();
        draft.places.push(RawPlace {
            code: cell(&codes),
            commune: cell(&communes),
            postcode: cell(&postcodes),
            departement: cell(&departements),
            address: cell(&addresses),
            latitude: cell(&latitudes),
            longitude: cell(&longitudes),
            secret: truth(&cell(&secrets)).unwrap_or(false),
        });
    }
}

fn contacts(cells: &Cells<'_>, draft: &mut Draft) {
    use ContactKind::{Booking, Email, Fax, Phone, Room, Website};
    for kind in [Phone, Fax, Email, Website, Booking, Room] {
        for cell in cells.all(super::draft::field_of(kind)) {
            if cells.own {
                for item in list::split(cell) {
                    let (value, note, private) = list::read_contact(&item);
                    draft.contact(kind, &value, &note, private);
                }
                continue;
            }
            // Several numbers share a cell; a link may hold any of these signs.
            let parted: Vec<&str> = match kind {
                Phone | Fax => cell.split(['|', ';', '/', ',', '\n']).collect(),
                Email => cell.split(['|', ';', ',', ' ', '\n']).collect(),
                _ => cell.split(['|', '\n']).collect(),
            };
            for value in parted {
                draft.contact(kind, value, "", false);
            }
        }
    }
    let order = cells.first(Field::ContactOrder);
    if !order.is_empty() {
        draft.entry.contacts = list::reorder(std::mem::take(&mut draft.entry.contacts), order);
    }
}

fn offer(cells: &Cells<'_>, draft: &mut Draft) {
    for word in cells.items(Field::Languages) {
        draft.language(&word);
    }
    draft.entry.offer.audiences = draft.words(cells.items(Field::Audiences), Field::Audiences);
    draft.entry.offer.modes = draft.words(cells.items(Field::Modes), Field::Modes);
    draft.entry.offer.fees = draft.words(cells.items(Field::Fees), Field::Fees);
    draft.entry.offer.accessibility = draft.words(cells.items(Field::Accessibility), Field::Accessibility);
    draft.hours(cells.first(Field::Hours));
    draft.hours_words(cells.first(Field::HoursWords));
    let accepts = cells.first(Field::AcceptsNew);
    draft.entry.offer.accepts_new = truth(accepts);
    if draft.entry.offer.accepts_new.is_none() && !accepts.is_empty() {
        let accepts = draft.line(accepts, Field::AcceptsNew);
        draft.find(What::WordUnknown, Field::AcceptsNew, &accepts);
        draft.keep(Field::AcceptsNew, &accepts);
    }
}

fn keeping(cells: &Cells<'_>, draft: &mut Draft) {
    draft.entry.keeping.notes = draft.block(cells.first(Field::Notes), Field::Notes);
    draft.entry.keeping.keeper = draft.line(cells.first(Field::Keeper), Field::Keeper);
    draft.entry.keeping.source = draft.line(cells.first(Field::Source), Field::Source);
    draft.entry.keeping.hidden = truth(cells.first(Field::Hidden)).unwrap_or(false);
    draft.entry.keeping.demo = truth(cells.first(Field::Demo)).unwrap_or(false);
    let confirmed = cells.first(Field::Confirmed);
    draft.entry.keeping.confirmed = crate::date::read_day(confirmed);
    if draft.entry.keeping.confirmed.is_none() && !confirmed.is_empty() {
        draft.find(What::DateUnreadable, Field::Confirmed, confirmed);
    }
}
