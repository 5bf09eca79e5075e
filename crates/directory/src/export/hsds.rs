//! Entries as services of the Human Services Data Specification 3 (Open Referral), as JSON.
//!
//! A service is given with its organisation, its places and all else in it, as the specification's `/services/{id}` asks.
//! What HSDS has no field for are attributes with terms of the taxonomies named « vigie … », so that an import gives the
//! same entry back. The ids are made from ours; ours is among the organisation's identifiers.

mod maker;
mod taxonomies;
mod views;

pub use taxonomies::{Taxonomy, Term, taxonomies, terms};
pub use views::{at_location_view, organization_view, service_view};

use crate::{Contact, ContactKind, Published};
use maker::Maker;
use serde::Serialize;
use std::io::{Result, Write};

/// The scheme of our own ids among an organisation's identifiers.
pub(crate) const OWN_SCHEME: &str = "vigie";
/// What the names of our taxonomies begin with.
pub(crate) const TAXONOMY: &str = "vigie";

/// A service: what an entry is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Service {
    /// Its UUID, made from the entry's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Always « active »: what is not is not published.
    pub status: &'static str,
    #[serde(flatten)]
    texts: ServiceTexts,
    phones: Vec<Phone>,
    schedules: Vec<Schedule>,
    service_at_locations: Vec<ServiceAtLocation>,
    languages: Vec<LanguageSpoken>,
    /// Who offers it.
    pub organization: Organization,
    cost_options: Vec<CostOption>,
    contacts: Vec<ContactPerson>,
    attributes: Vec<Attribute>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ServiceTexts {
    #[serde(skip_serializing_if = "String::is_empty")]
    alternate_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additional_urls: Vec<Url>,
    #[serde(skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    assured_date: Option<String>,
}

/// An organisation: the entry again, without what is offered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Organization {
    /// Its UUID, made from the entry's id.
    pub id: String,
    /// Its name.
    pub name: String,
    description: String,
    organization_identifiers: Vec<OrganizationIdentifier>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct OrganizationIdentifier {
    id: String,
    identifier_scheme: String,
    identifier_type: String,
    identifier: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Url {
    id: String,
    label: String,
    url: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Phone {
    id: String,
    number: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ContactPerson {
    id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    email: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Schedule {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    freq: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<u8>,
    #[serde(skip_serializing_if = "String::is_empty")]
    byday: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    opens_at: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    closes_at: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ServiceAtLocation {
    id: String,
    location: Location,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Location {
    id: String,
    location_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_identifier_type: Option<&'static str>,
    addresses: Vec<Address>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accessibility: Vec<Accessibility>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Address {
    id: String,
    address_1: String,
    city: String,
    region: String,
    state_province: String,
    postal_code: String,
    country: &'static str,
    address_type: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Accessibility {
    id: String,
    description: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct LanguageSpoken {
    id: String,
    name: String,
    code: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct CostOption {
    id: String,
    option: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Attribute {
    id: String,
    link_type: &'static str,
    link_entity: &'static str,
    value: String,
    label: String,
    taxonomy_term: TaxonomyTerm,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct TaxonomyTerm {
    id: String,
    code: String,
    name: String,
    description: String,
    taxonomy: String,
}

/// The id of the service that an entry is, for links to it.
#[must_use]
pub fn service_id(entry_id: &str) -> String {
    crate::public_id(entry_id)
}

/// The service that a published entry is.
#[must_use]
pub fn service(published: &Published) -> Service {
    let maker = Maker { entry: &published.id };
    let emails = of_kind(published, ContactKind::Email);
    let (email, other_emails) = first_without_note(&emails);
    let websites = of_kind(published, ContactKind::Website);
    let (url, other_websites) = first_without_note(&websites);
    let rest = [ContactKind::Booking, ContactKind::Room].map(|kind| of_kind(published, kind));
    let links = other_websites.iter().chain(rest.iter().flatten()).enumerate();
    let contacts = other_emails.iter().enumerate().map(|(at, contact)| ContactPerson {
        id: maker.id("contact", at),
        title: contact.note.clone(),
        email: contact.value.clone(),
    });
    Service {
        id: service_id(&published.id),
        name: published.name.clone(),
        status: "active",
        texts: ServiceTexts {
            alternate_name: published.other_names.first().cloned().unwrap_or_default(),
            description: published.about.clone(),
            url,
            additional_urls: links.map(|(at, contact)| maker.url(at, contact)).collect(),
            email,
            assured_date: published.confirmed.map(crate::date::write_day),
        },
        phones: maker.phones(published),
        schedules: maker.schedules(published),
        service_at_locations: maker.locations(published),
        languages: maker.languages(published),
        organization: maker.organization(published),
        cost_options: maker.costs(published),
        contacts: contacts.collect(),
        attributes: maker.attributes(published),
    }
}

/// Writes services as one JSON text: a page that holds all of them, as the specification's lists are.
#[derive(Debug)]
pub struct Page<W: Write> {
    output: W,
    count: u64,
}

impl<W: Write> Page<W> {
    /// Begins the text.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn new(mut output: W) -> Result<Self> {
        output.write_all(b"{\"contents\":[")?;
        Ok(Self { output, count: 0 })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, published: &Published) -> Result<()> {
        self.output.write_all(if self.count == 0 { b"\n" } else { b",\n" })?;
        self.count += 1;
        serde_json::to_writer(&mut self.output, &service(published)).map_err(Into::into)
    }

    /// Ends the text with the counts of the page, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(mut self) -> Result<W> {
        let count = self.count;
        write!(
            self.output,
            "\n],\"total_items\":{count},\"total_pages\":1,\"page_number\":1,\"size\":{count},\"first_page\":true,\
             \"last_page\":true,\"empty\":{}}}\n",
            count == 0
        )?;
        self.output.flush()?;
        Ok(self.output)
    }
}

fn of_kind(published: &Published, kind: ContactKind) -> Vec<&Contact> {
    published.contacts.iter().filter(|contact| contact.kind == kind).collect()
}

/// The first contact, if its value is all that it says, and the others.
fn first_without_note<'a, 'b>(contacts: &'b [&'a Contact]) -> (String, &'b [&'a Contact]) {
    match contacts {
        [first, rest @ ..] if first.note.is_empty() => (first.value.clone(), rest),
        all => (String::new(), all),
    }
}
