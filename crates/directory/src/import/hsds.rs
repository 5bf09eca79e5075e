//! Services of the Human Services Data Specification 3 (Open Referral): a list of them, a page, one alone, an organisation
//! with its services, or a service at a location.
//!
//! Identifiers of an organisation belong to all its services, so only those of a person or of a site (RPPS, ADELI, FINESS) are
//! taken; a service of others is known by its own UUID. One of our own exports brings back our id.

use super::draft::Draft;
use super::hours::{day_of_code, push_opening, read_minute};
use super::json::{items, plain, text};
use super::place::RawPlace;
use super::{Emitter, Field, FileReport, Finding, Importer, Row, What, json, list};
use crate::export::hsds::{OWN_SCHEME, TAXONOMY};
use crate::{ContactKind, fold};
use serde_json::{Value, json};
use std::io::Read;

/// Reads a JSON text, service by service.
pub fn read(importer: &Importer, input: impl Read, sink: &mut dyn FnMut(Row)) -> FileReport {
    let mut emitter = Emitter::new(importer, sink);
    let mut number = 0;
    json::each(&mut emitter, input, &["contents"], &mut |emitter, value| {
        for service in services(value) {
            number += 1;
            take(emitter, number, &service);
        }
    });
    emitter.report
}

/// Hands a service on.
pub(super) fn take(emitter: &mut Emitter<'_>, number: u64, service: &Value) {
    if !service.is_object() {
        emitter.refuse(number, Finding::new(What::RowUnreadable, None, &plain(service)));
        return;
    }
    let status = text(service, "status");
    if !status.is_empty() && status != "active" {
        emitter.refuse(number, Finding::new(What::Inactive, Some(Field::Name), &text(service, "name")));
        return;
    }
    let today = emitter.importer.today();
    emitter.draft(number, draft_of(service, today));
}

/// The services in a value, each with its organisation inside.
fn services(mut value: Value) -> Vec<Value> {
    // A service at a location stands the other way round.
    if let Some(service) = value.get("service").filter(|service| service.is_object()).cloned() {
        let mut service = service;
        if let (Some(object), Some(at)) = (service.as_object_mut(), value.as_object_mut()) {
            at.remove("service");
            object.insert("service_at_locations".to_owned(), json!([value]));
        }
        return vec![service];
    }
    let Some(Value::Array(services)) = value.as_object_mut().and_then(|object| object.remove("services")) else {
        return vec![value];
    };
    let mut within = Vec::with_capacity(services.len());
    for mut service in services {
        if let Some(object) = service.as_object_mut()
            && !object.contains_key("organization")
        {
            object.insert("organization".to_owned(), value.clone());
        }
        within.push(service);
    }
    within
}

fn draft_of(service: &Value, today: i32) -> Draft {
    let mut draft = Draft::default();
    let organization = service.get("organization").unwrap_or(&Value::Null);
    let terms = terms(service);
    identify(service, organization, &mut draft);
    name(service, organization, &terms, &mut draft);
    kinds(service, &terms, &mut draft);
    contacts(service, organization, &mut draft);
    locations(service, organization, &mut draft);
    schedules(service, today, &mut draft);
    offer(service, &terms, &mut draft);
    let own = |name: &'static str| terms.iter().filter(move |term| term.is_own(name)).map(|term| term.code.as_str());
    if let Some(order) = own("contact_order").next() {
        draft.entry.contacts = list::reorder(std::mem::take(&mut draft.entry.contacts), order);
    }
    draft.entry.keeping.demo = own("demo").next() == Some("true");
    let source = own("source").next().unwrap_or_default().to_owned();
    draft.entry.keeping.source = draft.line(&source, Field::Source);
    let assured = text(service, "assured_date");
    draft.entry.keeping.confirmed = crate::date::read_day(&assured);
    if draft.entry.keeping.confirmed.is_none() && !assured.is_empty() {
        draft.find(What::DateUnreadable, Field::Confirmed, &assured);
    }
    draft
}

/// A term of a taxonomy that a service has.
struct Term {
    taxonomy: String,
    code: String,
    name: String,
}

impl Term {
    fn is_own(&self, name: &str) -> bool {
        self.taxonomy.strip_prefix(TAXONOMY).is_some_and(|rest| rest.trim_start() == name)
    }

    fn is_ours(&self) -> bool {
        self.taxonomy.starts_with(TAXONOMY)
    }
}

fn terms(service: &Value) -> Vec<Term> {
    let term = |attribute: &Value| {
        let term = attribute.get("taxonomy_term")?;
        Some(Term { taxonomy: text(term, "taxonomy"), code: text(term, "code"), name: text(term, "name") })
    };
    items(service, "attributes").iter().filter_map(term).collect()
}

fn identify(service: &Value, organization: &Value, draft: &mut Draft) {
    let mut own = None;
    let mut registers = Vec::new();
    for identifier in items(organization, "organization_identifiers") {
        let scheme = text(identifier, "identifier_scheme");
        let scheme = if scheme.is_empty() { text(identifier, "identifier_type") } else { scheme };
        let value = text(identifier, "identifier");
        if scheme == OWN_SCHEME {
            own = Some(value);
        } else {
            registers.push((scheme, value));
        }
    }
    if let Some(own) = own.filter(|own| !own.trim().is_empty()) {
        draft.entry.id = draft.line(&own, Field::Id);
        draft.own = true;
        registers.iter().for_each(|(scheme, value)| draft.identifier(scheme, value));
        return;
    }
    for (scheme, value) in registers {
        let folded = fold(&scheme);
        if let Some(known) = ["rpps", "adeli", "finess"].into_iter().find(|known| folded.contains(known)) {
            draft.identifier(known, &value);
        }
    }
    let id = text(service, "id");
    let id = if id.is_empty() { text(organization, "id") } else { id };
    draft.identifier("hsds", &id);
    let known = draft.entry.identifiers.iter().find(|identifier| identifier.scheme == "hsds");
    draft.entry.id = known.map(crate::Identifier::key).unwrap_or_default();
}

fn name(service: &Value, organization: &Value, terms: &[Term], draft: &mut Draft) {
    let own_name = draft.line(&text(service, "name"), Field::Name);
    let of_whom = draft.line(&text(organization, "name"), Field::Name);
    draft.entry.name = if own_name.is_empty() { of_whom.clone() } else { own_name };
    let own = terms.iter().filter(|term| term.is_own("other_name")).map(|term| term.code.clone());
    let others: Vec<_> = [text(service, "alternate_name")].into_iter().chain(own).chain([of_whom]).collect();
    for other in others {
        let other = draft.line(&other, Field::OtherNames);
        if !other.is_empty() && other != draft.entry.name && !draft.entry.other_names.contains(&other) {
            draft.entry.other_names.push(other);
        }
    }
    draft.entry.about = draft.block(&text(service, "description"), Field::About);
}

fn kinds(service: &Value, terms: &[Term], draft: &mut Draft) {
    let own: Vec<_> = terms.iter().filter(|term| term.is_own("kind")).map(|term| term.code.clone()).collect();
    if draft.own || terms.iter().any(Term::is_ours) {
        own.iter().for_each(|code| draft.kind(code, false));
        return;
    }
    // The terms of others first, then what its name says.
    let words = terms.iter().flat_map(|term| [term.name.clone(), term.code.clone()]);
    let words: Vec<_> = words.chain([text(service, "name")]).collect();
    let known: Vec<_> = words.iter().filter_map(|word| super::kinds::kind_of(word)).collect();
    match known.first() {
        Some(kind) => draft.push_kind(*kind),
        None => {
            draft.find(What::KindUnknown, Field::Kind, &words.join(" "));
            draft.push_kind(care::Kind::OtherStructure);
        }
    }
}

fn contacts(service: &Value, organization: &Value, draft: &mut Draft) {
    let mut mine = Vec::new();
    gather(service, "url", &mut mine);
    for at in items(service, "service_at_locations") {
        gather(at, "url", &mut mine);
        if let Some(location) = at.get("location") {
            gather(location, "url", &mut mine);
        }
    }
    // What the organisation has is of use where the service itself names nothing of the kind.
    let mut theirs = Vec::new();
    gather(organization, "website", &mut theirs);
    let has = |kind: ContactKind| mine.iter().any(|(other, ..)| *other == kind);
    theirs.retain(|(kind, ..)| !has(*kind));
    for (kind, value, note) in mine.into_iter().chain(theirs) {
        draft.contact(kind, &value, &note, false);
    }
}

fn gather(of: &Value, link: &str, contacts: &mut Vec<(ContactKind, String, String)>) {
    phones(of, contacts);
    contacts.push((ContactKind::Email, text(of, "email"), String::new()));
    for contact in items(of, "contacts") {
        let told = ["title", "name", "department"].map(|key| text(contact, key));
        let note = told.into_iter().find(|told| !told.is_empty()).unwrap_or_default();
        contacts.push((ContactKind::Email, text(contact, "email"), note));
        phones(contact, contacts);
    }
    contacts.push((ContactKind::Website, text(of, link), String::new()));
    for url in items(of, "additional_urls").iter().chain(items(of, "additional_websites")) {
        let label = text(url, "label");
        let (kind, note) = label.split_once(": ").unwrap_or((&label, ""));
        let (kind, note) = match kind {
            "booking" => (ContactKind::Booking, note),
            "room" => (ContactKind::Room, note),
            "website" => (ContactKind::Website, note),
            _ => (ContactKind::Website, label.as_str()),
        };
        contacts.push((kind, text(url, "url"), note.to_owned()));
    }
}

fn phones(of: &Value, contacts: &mut Vec<(ContactKind, String, String)>) {
    for phone in items(of, "phones") {
        let kind = if text(phone, "type") == "fax" { ContactKind::Fax } else { ContactKind::Phone };
        let number = text(phone, "number");
        contacts.push((kind, number.trim_matches('"').to_owned(), text(phone, "description")));
    }
}

fn locations(service: &Value, organization: &Value, draft: &mut Draft) {
    let at: Vec<_> = items(service, "service_at_locations").iter().filter_map(|at| at.get("location")).collect();
    let own: Vec<_> = if at.is_empty() { items(organization, "locations").iter().collect() } else { at };
    for location in own {
        if text(location, "location_type") == "virtual" {
            continue;
        }
        let addresses = items(location, "addresses");
        let physical = addresses.iter().find(|address| text(address, "address_type") == "physical");
        let address = physical.or(addresses.first()).unwrap_or(&Value::Null);
        let lines = ["address_1", "address_2"].map(|key| text(address, key));
        let insee = text(location, "external_identifier_type") == "INSEE";
        draft.places.push(RawPlace {
            code: if insee { text(location, "external_identifier") } else { String::new() },
            commune: text(address, "city"),
            postcode: text(address, "postal_code"),
            departement: text(address, "state_province"),
            address: lines.iter().filter(|line| !line.trim().is_empty()).cloned().collect::<Vec<_>>().join(", "),
            latitude: text(location, "latitude"),
            longitude: text(location, "longitude"),
            secret: false,
        });
    }
}

fn schedules(service: &Value, today: i32, draft: &mut Draft) {
    let own = items(service, "schedules");
    let mut all: Vec<&Value> = own.iter().collect();
    if own.is_empty() {
        for at in items(service, "service_at_locations") {
            all.extend(items(at, "schedules"));
            if items(at, "schedules").is_empty() {
                all.extend(at.get("location").map(|location| items(location, "schedules")).unwrap_or_default());
            }
        }
    }
    for schedule in all {
        let until = ["valid_to", "until"].map(|key| crate::date::read_day(&text(schedule, key)));
        // One that has ended says nothing of when it is open.
        if until.into_iter().flatten().any(|until| until < today) {
            continue;
        }
        let weekly = text(schedule, "freq").eq_ignore_ascii_case("WEEKLY")
            && matches!(text(schedule, "interval").as_str(), "" | "1");
        let byday = text(schedule, "byday");
        let days: Option<Vec<u8>> = byday.split(',').map(day_of_code).collect();
        let times = ["opens_at", "closes_at"].map(|key| read_minute(&text(schedule, key)));
        if let (true, Some(days), [Some(from), Some(until)]) = (weekly, days, times) {
            for day in days {
                push_opening(day, from, until, &mut draft.entry.offer.hours.weekly);
            }
        } else if !byday.is_empty() || text(schedule, "description").is_empty() {
            let parts = ["freq", "byday", "bymonthday", "opens_at", "closes_at"].map(|key| text(schedule, key));
            let told = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            if !told.is_empty() {
                draft.find(What::HoursInWords, Field::Hours, &told);
                draft.hours_words(&told);
            }
        }
        draft.hours_words(&text(schedule, "description"));
    }
}

fn offer(service: &Value, terms: &[Term], draft: &mut Draft) {
    for language in items(service, "languages") {
        let code = text(language, "code");
        let name = text(language, "name");
        draft.language(if code.is_empty() { &name } else { &code });
    }
    let own = |name: &str| -> Vec<String> {
        terms.iter().filter(|term| term.is_own(name)).map(|term| term.code.clone()).collect()
    };
    draft.entry.offer.audiences = draft.words(own("audience"), Field::Audiences);
    draft.entry.offer.modes = draft.words(own("mode"), Field::Modes);
    draft.entry.offer.accessibility = draft.words(own("accessibility"), Field::Accessibility);
    draft.entry.offer.accepts_new = own("accepts_new").first().map(|word| word == "true");
    draft.entry.offer.fees = draft.words(own("fee"), Field::Fees);
    if draft.own || terms.iter().any(Term::is_ours) {
        return;
    }
    // What others say in words alone is kept for those who answer.
    let costs = items(service, "cost_options").iter().map(|cost| text(cost, "option"));
    let costs = costs.chain(["fees_description", "fees"].map(|key| text(service, key)));
    for cost in costs.filter(|cost| !cost.trim().is_empty()).collect::<Vec<_>>() {
        let cost = draft.block(&cost, Field::Fees);
        draft.keep(Field::Fees, &cost);
    }
    for at in items(service, "service_at_locations") {
        for access in at.get("location").map(|location| items(location, "accessibility")).unwrap_or_default() {
            let told = draft.block(&text(access, "description"), Field::Accessibility);
            if !told.is_empty() {
                draft.keep(Field::Accessibility, &told);
            }
        }
    }
    for key in ["eligibility_description", "application_process", "alert", "interpretation_services"] {
        let told = draft.block(&text(service, key), Field::About);
        if !told.is_empty() {
            let about = &mut draft.entry.about;
            *about = if about.is_empty() { told } else { format!("{about}\n{told}") };
        }
    }
}

#[cfg(test)]
mod tests;
