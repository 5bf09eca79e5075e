//! Entries as FHIR R4 resources, after the profiles of the French health directory (« Annuaire Santé »).
//!
//! A person is a Practitioner with a PractitionerRole for each place; anything else is an Organization with a
//! HealthcareService. Each place is a Location. Codes are given where a French code system has them; the kind is always told
//! in words as well.

mod codes;
mod resource;

pub use codes::{keys_of_identifier, kinds_of_code};
pub use resource::{HealthcareService, Location, Organization, Practitioner, PractitionerRole, Resource};

use crate::{Contact, ContactKind, Identifier, Opening, Published, PublishedLocation, Territory};
use care::{Kind, Language};
use resource::{
    Address, AvailableTime, CodeableConcept, Coding, CommuneExtension, FhirIdentifier, HumanName, Meta, Position,
    Qualification, Reference, Telecom,
};
use std::io::{Result, Write};

pub(crate) use codes::{
    COMMUNES, DAYS, INSEE_CODE, OWN_SYSTEM, PROFESSION_CODES, PROFESSIONS, SPECIALITIES, SPECIALITY_CODES, SYSTEMS,
};

/// The resources that a published entry is, those that others refer to first.
#[must_use]
pub fn resources(published: &Published) -> Vec<Resource> {
    let id = crate::public_id(&published.id);
    let meta = published.demo.then(Meta::demonstration);
    let locations = published.locations.iter().enumerate().map(|(at, location)| Location {
        id: crate::part_id(&id, crate::Part::Location(at)),
        meta: meta.clone(),
        status: "active",
        name: published.name.clone(),
        address: address(location),
        position: location.point.map(|point| Position { longitude: point.longitude, latitude: point.latitude }),
    });
    let locations: Vec<_> = locations.collect();
    let at = |location: &Location| Reference { reference: format!("Location/{}", location.id) };
    let places: Vec<_> = locations.iter().map(at).collect();
    let mut all: Vec<_> = locations.into_iter().map(Resource::Location).collect();
    let kinds: Vec<_> = published.kinds.iter().map(|kind| concept_of(*kind)).collect();
    let languages = published.offer.languages.iter().map(|code| CodeableConcept {
        coding: vec![Coding { system: "urn:ietf:bcp:47", code: code.clone() }],
        text: String::new(),
    });
    let (telecom, hours) = (telecom(&published.contacts), &published.offer.hours);
    if published.kinds.first().is_some_and(|kind| kind.is_person()) {
        all.push(Resource::Practitioner(Practitioner {
            id: id.clone(),
            meta: meta.clone(),
            language: "fr",
            identifier: identifiers(published),
            active: true,
            name: vec![HumanName { text: published.name.clone() }],
            telecom,
            qualification: kinds.iter().map(|code| Qualification { code: code.clone() }).collect(),
            communication: languages.collect(),
        }));
        all.push(Resource::PractitionerRole(PractitionerRole {
            practitioner: Reference { reference: format!("Practitioner/{id}") },
            id,
            meta,
            active: true,
            code: kinds,
            location: places,
            available_time: times(&hours.weekly),
            availability_exceptions: hours.words.clone(),
        }));
        return all;
    }
    all.push(Resource::Organization(Organization {
        id: id.clone(),
        meta: meta.clone(),
        language: "fr",
        identifier: identifiers(published),
        active: true,
        kinds: kinds.clone(),
        name: published.name.clone(),
        alias: published.other_names.clone(),
        telecom,
        address: published.locations.iter().map(address).collect(),
    }));
    all.push(Resource::HealthcareService(HealthcareService {
        provided_by: Reference { reference: format!("Organization/{id}") },
        id,
        meta,
        active: true,
        kinds,
        location: places,
        name: published.name.clone(),
        comment: published.about.clone(),
        communication: languages.collect(),
        available_time: times(&hours.weekly),
        availability_exceptions: hours.words.clone(),
    }));
    all
}

/// Writes resources as one bundle of the kind « collection ».
#[derive(Debug)]
pub struct Bundle<W: Write> {
    output: W,
    empty: bool,
}

impl<W: Write> Bundle<W> {
    /// Begins the bundle.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn new(mut output: W) -> Result<Self> {
        output.write_all(b"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[")?;
        Ok(Self { output, empty: true })
    }

    /// Adds the resources of an entry.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, published: &Published) -> Result<()> {
        for resource in resources(published) {
            self.output.write_all(if std::mem::take(&mut self.empty) { b"\n" } else { b",\n" })?;
            self.output.write_all(b"{\"resource\":")?;
            serde_json::to_writer(&mut self.output, &resource)?;
            self.output.write_all(b"}")?;
        }
        Ok(())
    }

    /// Ends the bundle, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(mut self) -> Result<W> {
        self.output.write_all(b"\n]}\n")?;
        self.output.flush()?;
        Ok(self.output)
    }
}

fn concept_of(kind: Kind) -> CodeableConcept {
    let of = |codes: &[(&'static str, Kind)]| codes.iter().find(|(_, known)| *known == kind).map(|(code, _)| *code);
    // « Other professional » is more than physicians.
    let profession = of(PROFESSION_CODES).filter(|_| kind != Kind::OtherProfessional);
    let profession = profession.map(|code| Coding { system: PROFESSIONS, code: code.to_owned() });
    let speciality = of(SPECIALITY_CODES).map(|code| Coding { system: SPECIALITIES, code: code.to_owned() });
    let coding = profession.into_iter().chain(speciality).collect();
    CodeableConcept { coding, text: kind.label(Language::Fr).to_owned() }
}

fn identifiers(published: &Published) -> Vec<FhirIdentifier> {
    let own = FhirIdentifier { system: OWN_SYSTEM.to_owned(), value: published.id.clone() };
    let system = |identifier: &Identifier| {
        let known =
            SYSTEMS.iter().find(|(scheme, _)| *scheme == identifier.scheme).map(|(_, system)| (*system).to_owned());
        known.unwrap_or_else(|| format!("urn:vigie:{}", identifier.scheme))
    };
    let registers = published.identifiers.iter();
    let registers = registers.map(|known| FhirIdentifier { system: system(known), value: known.value.clone() });
    std::iter::once(own).chain(registers).collect()
}

fn telecom(contacts: &[Contact]) -> Vec<Telecom> {
    let told = contacts.iter().enumerate().map(|(at, contact)| Telecom {
        system: match contact.kind {
            ContactKind::Phone => "phone",
            ContactKind::Fax => "fax",
            ContactKind::Email => "email",
            ContactKind::Website | ContactKind::Booking | ContactKind::Room => "url",
        },
        value: contact.value.clone(),
        rank: at + 1,
    });
    told.collect()
}

fn address(location: &PublishedLocation) -> Address {
    let commune = Territory::load().commune(&location.commune);
    let extension = commune.map(|commune| CommuneExtension {
        url: INSEE_CODE,
        value_coding: Coding { system: COMMUNES, code: commune.code.to_owned() },
    });
    Address {
        extension: extension.into_iter().collect(),
        line: if location.address.is_empty() { Vec::new() } else { vec![location.address.clone()] },
        city: commune.map_or("", |commune| commune.name).to_owned(),
        district: location.departement.map_or("", care::DepartementCode::key).to_owned(),
        postal_code: location.postcode.clone(),
        country: "FR",
    }
}

/// The days that open and close alike, together.
fn times(weekly: &[Opening]) -> Vec<AvailableTime> {
    let mut spans: Vec<_> = weekly.iter().map(|opening| (opening.from, opening.until)).collect();
    spans.sort_unstable();
    spans.dedup();
    let time = |minute: u16| format!("{}:00", crate::import::hours::write_minute(minute));
    let told = spans.into_iter().map(|(from, until)| {
        let days = weekly.iter().filter(|opening| (opening.from, opening.until) == (from, until));
        let all_day = (from, until) == (0, crate::DAY);
        // FHIR has no 24:00; the last second of the day stands for it.
        let end = if until == crate::DAY { "23:59:59".to_owned() } else { time(until) };
        AvailableTime {
            days_of_week: days.filter_map(|opening| DAYS.get(usize::from(opening.day)).copied()).collect(),
            all_day,
            available_start_time: (!all_day).then(|| time(from)),
            available_end_time: (!all_day).then_some(end),
        }
    });
    told.collect()
}
