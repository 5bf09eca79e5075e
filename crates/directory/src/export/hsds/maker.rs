//! The parts of a service.

use super::{
    Accessibility, Address, Attribute, CostOption, LanguageSpoken, Location, OWN_SCHEME, Organization,
    OrganizationIdentifier, Phone, Schedule, ServiceAtLocation, TAXONOMY, TaxonomyTerm, Url, of_kind,
};
use crate::export::uuid::uuid;
use crate::import::hours::{code_of_day, write_minute};
use crate::import::{kinds::language_name, list};
use crate::{Contact, ContactKind, Part, Published, PublishedLocation, Territory, part_id, public_id};
use care::Language;

/// Makes the parts of a service, each with an id of its own.
pub(super) struct Maker<'a> {
    pub(super) entry: &'a str,
}

impl Maker<'_> {
    pub(super) fn id(&self, kind: &str, at: usize) -> String {
        uuid(kind, &format!("{}/{at}", self.entry))
    }

    pub(super) fn url(&self, at: usize, contact: &Contact) -> Url {
        let kind = match contact.kind {
            ContactKind::Booking => "booking",
            ContactKind::Room => "room",
            _ => "website",
        };
        let label = if contact.note.is_empty() { kind.to_owned() } else { format!("{kind}: {}", contact.note) };
        Url { id: self.id("url", at), label, url: contact.value.clone() }
    }

    pub(super) fn phones(&self, published: &Published) -> Vec<Phone> {
        let numbers = [ContactKind::Phone, ContactKind::Fax].map(|kind| of_kind(published, kind)).concat();
        let phone = |(at, contact): (usize, &Contact)| Phone {
            id: self.id("phone", at),
            number: contact.value.clone(),
            r#type: if contact.kind == ContactKind::Fax { "fax" } else { "voice" },
            description: contact.note.clone(),
        };
        numbers.into_iter().enumerate().map(phone).collect()
    }

    /// One schedule for the days that open and close alike, and one in words for what no week can say.
    pub(super) fn schedules(&self, published: &Published) -> Vec<Schedule> {
        let hours = &published.offer.hours;
        let mut times: Vec<(u16, u16)> = hours.weekly.iter().map(|opening| (opening.from, opening.until)).collect();
        times.sort_unstable();
        times.dedup();
        let mut schedules: Vec<_> = times
            .into_iter()
            .map(|(from, until)| {
                let days = hours.weekly.iter().filter(|opening| (opening.from, opening.until) == (from, until));
                Schedule {
                    freq: Some("WEEKLY"),
                    interval: Some(1),
                    byday: days.map(|opening| code_of_day(opening.day)).collect::<Vec<_>>().join(","),
                    opens_at: write_minute(from),
                    // HSDS has no 24:00; an end before its beginning is the next day.
                    closes_at: write_minute(until % crate::DAY),
                    ..Schedule::default()
                }
            })
            .collect();
        if !hours.words.is_empty() {
            schedules.push(Schedule { description: hours.words.clone(), ..Schedule::default() });
        }
        for (at, schedule) in schedules.iter_mut().enumerate() {
            schedule.id = self.id("schedule", at);
        }
        schedules
    }

    pub(super) fn locations(&self, published: &Published) -> Vec<ServiceAtLocation> {
        let location = |(at, location): (usize, &PublishedLocation)| ServiceAtLocation {
            id: part_id(&public_id(self.entry), Part::AtLocation(at)),
            location: self.location(at, location, published),
        };
        published.locations.iter().enumerate().map(location).collect()
    }

    pub(super) fn location(&self, at: usize, location: &PublishedLocation, published: &Published) -> Location {
        let territory = Territory::load();
        let commune = territory.commune(&location.commune);
        let departement = location.departement.and_then(|code| territory.departement(code.key()));
        let accessibility = published.offer.accessibility.iter().enumerate().map(|(place, value)| Accessibility {
            id: uuid("accessibility", &format!("{}/{at}/{place}", self.entry)),
            description: value.label(Language::Fr).to_owned(),
        });
        Location {
            id: part_id(&public_id(self.entry), Part::Location(at)),
            location_type: "physical",
            latitude: location.point.map(|point| point.latitude),
            longitude: location.point.map(|point| point.longitude),
            external_identifier: commune.map(|commune| commune.code.to_owned()),
            external_identifier_type: commune.map(|_| "INSEE"),
            addresses: vec![Address {
                id: self.id("address", at),
                address_1: location.address.clone(),
                city: commune.map_or("", |commune| commune.name).to_owned(),
                region: departement.map_or("", |departement| departement.name).to_owned(),
                state_province: location.departement.map_or("", care::DepartementCode::key).to_owned(),
                postal_code: location.postcode.clone(),
                country: "FR",
                address_type: "physical",
            }],
            accessibility: accessibility.collect(),
        }
    }

    pub(super) fn languages(&self, published: &Published) -> Vec<LanguageSpoken> {
        let language = |(at, code): (usize, &String)| LanguageSpoken {
            id: self.id("language", at),
            name: language_name(code).to_owned(),
            code: code.clone(),
        };
        published.offer.languages.iter().enumerate().map(language).collect()
    }

    pub(super) fn organization(&self, published: &Published) -> Organization {
        let own = (OWN_SCHEME.to_owned(), published.id.clone());
        let registers =
            published.identifiers.iter().map(|identifier| (identifier.scheme.clone(), identifier.value.clone()));
        let identifiers =
            std::iter::once(own).chain(registers).enumerate().map(|(at, (scheme, value))| OrganizationIdentifier {
                id: self.id("identifier", at),
                identifier_type: scheme.to_uppercase(),
                identifier_scheme: scheme,
                identifier: value,
            });
        let about = if published.about.is_empty() { &published.name } else { &published.about };
        Organization {
            id: part_id(&public_id(self.entry), Part::Organization),
            name: published.name.clone(),
            description: about.clone(),
            organization_identifiers: identifiers.collect(),
        }
    }

    pub(super) fn costs(&self, published: &Published) -> Vec<CostOption> {
        let cost =
            |(at, fee): (usize, &care::Fee)| CostOption { id: self.id("cost", at), option: fee.label(Language::Fr) };
        published.offer.fees.iter().enumerate().map(cost).collect()
    }

    pub(super) fn attributes(&self, published: &Published) -> Vec<Attribute> {
        let mut terms: Vec<(&str, String, String)> = Vec::new();
        let offer = &published.offer;
        let mut list = |name, values: Vec<(&'static str, &'static str)>| {
            terms.extend(values.into_iter().map(|(key, label)| (name, key.to_owned(), label.to_owned())));
        };
        let fr = Language::Fr;
        list("kind", published.kinds.iter().map(|value| (value.key(), value.label(fr))).collect());
        list("audience", offer.audiences.iter().map(|value| (value.key(), value.label(fr))).collect());
        list("mode", offer.modes.iter().map(|value| (value.key(), value.label(fr))).collect());
        list("fee", offer.fees.iter().map(|value| (value.key(), value.label(fr))).collect());
        list("accessibility", offer.accessibility.iter().map(|value| (value.key(), value.label(fr))).collect());
        let mut fact = |name, value: String| terms.push((name, value.clone(), value));
        for name in published.other_names.iter().skip(1) {
            fact("other_name", name.clone());
        }
        if let Some(accepts) = offer.accepts_new {
            fact("accepts_new", accepts.to_string());
        }
        if published.demo {
            fact("demo", "true".to_owned());
        }
        if !published.source.is_empty() {
            fact("source", published.source.clone());
        }
        let order = list::order(&published.contacts);
        if !order.is_empty() {
            fact("contact_order", order);
        }
        let attribute = |(at, (name, code, label)): (usize, (&str, String, String))| Attribute {
            id: self.id("attribute", at),
            link_type: "taxonomy",
            link_entity: "service",
            value: code.clone(),
            label: name.to_owned(),
            taxonomy_term: TaxonomyTerm {
                id: term_id(name, &code),
                code,
                description: label.clone(),
                name: label,
                taxonomy: format!("{TAXONOMY} {name}"),
            },
        };
        terms.into_iter().enumerate().map(attribute).collect()
    }
}

/// The id of a term of a taxonomy of ours.
pub(crate) fn term_id(taxonomy: &str, code: &str) -> String {
    uuid("term", &format!("{taxonomy}/{code}"))
}
