//! FHIR R4 bundles of the French health directory (« Annuaire Santé »): Practitioner, PractitionerRole, Organization,
//! HealthcareService and Location, in one bundle or as one resource a line.
//!
//! Resources refer to each other in any order, so all of them are kept until the end: a bundle is read with the memory that
//! its resources need. A practitioner with several roles is one entry with several places.

use super::draft::Draft;
use super::hours::{push_opening, read_minute};
use super::json::{items, text};
use super::place::RawPlace;
use super::{Emitter, Field, FileReport, Finding, Importer, Row, What, json};
use crate::export::fhir::{
    COMMUNES, DAYS, INSEE_CODE, OWN_SYSTEM, PROFESSION_CODES, PROFESSIONS, SPECIALITIES, SPECIALITY_CODES, SYSTEMS,
};
use crate::{ContactKind, DAY};
use care::Kind;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;

/// Other systems under which a register's identifiers are found, with what stands before them.
const OLD_SYSTEMS: &[(&str, &[(&str, &str)])] = &[
    // National identifiers of persons and structures: a digit for the register, then its identifier.
    ("urn:oid:1.2.250.1.71.4.2.1", &[("8", "rpps"), ("0", "adeli")]),
    ("urn:oid:1.2.250.1.71.4.2.2", &[("1", "finess"), ("3", "siret")]),
];

/// Reads a bundle, or resources one after the other.
pub fn read(importer: &Importer, input: impl Read, sink: &mut dyn FnMut(Row)) -> FileReport {
    let mut emitter = Emitter::new(importer, sink);
    let mut bundle = Bundle::default();
    json::each(&mut emitter, input, &["entry"], &mut |_, value| bundle.add(value));
    bundle.emit(&mut emitter);
    if emitter.report.rows == 0 {
        emitter.find(What::FileUnreadable, "");
    }
    emitter.report
}

#[derive(Default)]
struct Bundle {
    /// Every resource, in order, by « Type/id ».
    resources: BTreeMap<usize, Value>,
    by_name: HashMap<String, usize>,
}

impl Bundle {
    fn add(&mut self, entry: Value) {
        let full_url = text(&entry, "fullUrl");
        let resource = match entry {
            Value::Object(mut object) => match object.remove("resource") {
                Some(resource) => resource,
                None => Value::Object(object),
            },
            other => other,
        };
        // A page of a search, one a line.
        if text(&resource, "resourceType") == "Bundle" {
            items(&resource, "entry").iter().for_each(|entry| self.add(entry.clone()));
            return;
        }
        let at = self.resources.len();
        self.by_name.insert(format!("{}/{}", text(&resource, "resourceType"), text(&resource, "id")), at);
        if !full_url.is_empty() {
            self.by_name.insert(full_url, at);
        }
        self.resources.insert(at, resource);
    }

    fn of_type<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (usize, &'a Value)> {
        let resources = self.resources.iter().map(|(at, resource)| (*at, resource));
        resources.filter(move |(_, resource)| text(resource, "resourceType") == name)
    }

    /// The resource that a reference means.
    fn get(&self, reference: &Value) -> Option<(usize, &Value)> {
        let name = text(reference, "reference");
        let tail = name.rsplitn(3, '/').take(2).collect::<Vec<_>>();
        let short = tail.iter().rev().copied().collect::<Vec<_>>().join("/");
        let at = self.by_name.get(&name).or_else(|| self.by_name.get(&short))?;
        self.resources.get(at).map(|resource| (*at, resource))
    }

    fn emit(&self, emitter: &mut Emitter<'_>) {
        let mut roles: HashMap<usize, Vec<&Value>> = HashMap::new();
        for (_, role) in self.of_type("PractitionerRole").filter(|(_, role)| !is_inactive(role)) {
            if let Some((person, _)) = role.get("practitioner").and_then(|reference| self.get(reference)) {
                roles.entry(person).or_default().push(role);
            }
        }
        let mut services: HashMap<usize, Vec<&Value>> = HashMap::new();
        for (_, service) in self.of_type("HealthcareService").filter(|(_, service)| !is_inactive(service)) {
            if let Some((structure, _)) = service.get("providedBy").and_then(|reference| self.get(reference)) {
                services.entry(structure).or_default().push(service);
            }
        }
        for (at, resource) in &self.resources {
            let number = *at as u64 + 1;
            let kind = text(resource, "resourceType");
            let draft = match kind.as_str() {
                "Practitioner" | "Organization" | "HealthcareService" if is_inactive(resource) => {
                    emitter.refuse(
                        number,
                        Finding::new(What::Inactive, None, &format!("{kind}/{}", text(resource, "id"))),
                    );
                    continue;
                }
                "Practitioner" => self.person(resource, roles.get(at).map(Vec::as_slice).unwrap_or_default()),
                "Organization" => self.structure(resource, services.get(at).map(Vec::as_slice).unwrap_or_default()),
                // One whose structure is in the bundle is told with it.
                "HealthcareService" if resource.get("providedBy").is_none_or(|by| self.get(by).is_none()) => {
                    self.structure(resource, &[])
                }
                "HealthcareService" | "PractitionerRole" | "Location" => continue,
                other => {
                    emitter.refuse(number, Finding::new(What::RowUnreadable, None, other));
                    continue;
                }
            };
            emitter.draft(number, draft);
        }
    }

    fn person(&self, person: &Value, roles: &[&Value]) -> Draft {
        let mut draft = Draft::default();
        let names = items(person, "name");
        let usual = names.iter().find(|name| text(name, "use") == "usual").or(names.first());
        draft.entry.name = usual.map(human_name).map(|name| draft.line(&name, Field::Name)).unwrap_or_default();
        identifiers(person, &mut draft);
        for qualification in items(person, "qualification") {
            kinds(qualification, "code", true, &mut draft);
        }
        for language in items(person, "communication") {
            spoken(language, &mut draft);
        }
        telecom(person, &mut draft);
        for address in items(person, "address") {
            draft.places.push(place(address, None));
        }
        for role in roles {
            kinds(role, "code", true, &mut draft);
            kinds(role, "specialty", true, &mut draft);
            telecom(role, &mut draft);
            times(role, &mut draft);
            self.places_of(role, &mut draft);
            let employer = role.get("organization").and_then(|reference| self.get(reference));
            if let Some((_, employer)) = employer {
                // Where somebody works is where they are found; the employer's name is no name of theirs.
                if items(role, "location").is_empty() {
                    items(employer, "address").iter().for_each(|address| draft.places.push(place(address, None)));
                }
                if draft.entry.contacts.is_empty() {
                    telecom(employer, &mut draft);
                }
            }
        }
        settle(&mut draft);
        if draft.entry.kinds.is_empty() {
            draft.push_kind(Kind::OtherProfessional);
        }
        draft
    }

    fn structure(&self, structure: &Value, services: &[&Value]) -> Draft {
        let mut draft = Draft::default();
        draft.entry.name = draft.line(&text(structure, "name"), Field::Name);
        for alias in structure.get("alias").and_then(Value::as_array).into_iter().flatten() {
            let alias = draft.line(&json::plain(alias), Field::OtherNames);
            if !alias.is_empty() && alias != draft.entry.name && !draft.entry.other_names.contains(&alias) {
                draft.entry.other_names.push(alias);
            }
        }
        identifiers(structure, &mut draft);
        for of in [structure].iter().chain(services) {
            kinds(of, "type", false, &mut draft);
            kinds(of, "specialty", false, &mut draft);
            telecom(of, &mut draft);
            times(of, &mut draft);
            items(of, "communication").iter().for_each(|language| spoken(language, &mut draft));
            let comment = draft.block(&text(of, "comment"), Field::About);
            if !comment.is_empty() {
                draft.entry.about = comment;
            }
            self.places_of(of, &mut draft);
        }
        if draft.places.is_empty() {
            items(structure, "address").iter().for_each(|address| draft.places.push(place(address, None)));
        }
        settle(&mut draft);
        if draft.entry.kinds.is_empty() {
            // The types of the directory say little; the name often says more.
            let kind = super::kinds::kind_of(&draft.entry.name).filter(|kind| !kind.is_person());
            draft.push_kind(kind.unwrap_or(Kind::OtherStructure));
        }
        draft
    }

    fn places_of(&self, resource: &Value, draft: &mut Draft) {
        let found = items(resource, "location").iter().filter_map(|reference| self.get(reference));
        // Several roles of one person are often at one place.
        let mut seen = HashSet::new();
        for (at, location) in found {
            if seen.insert(at) {
                let address = location.get("address").unwrap_or(&Value::Null);
                draft.places.push(place(address, location.get("position")));
            }
        }
    }
}

fn is_inactive(resource: &Value) -> bool {
    resource.get("active") == Some(&Value::Bool(false))
}

fn human_name(name: &Value) -> String {
    let told = text(name, "text");
    if !told.is_empty() {
        return told;
    }
    let given = name.get("given").and_then(Value::as_array).and_then(|given| given.first()).map(json::plain);
    format!("{} {}", given.unwrap_or_default(), text(name, "family"))
}

fn identifiers(resource: &Value, draft: &mut Draft) {
    let mut old = Vec::new();
    for identifier in items(resource, "identifier") {
        let (system, value) = (text(identifier, "system"), text(identifier, "value"));
        if system == OWN_SYSTEM {
            draft.entry.id = draft.line(&value, Field::Id);
            draft.own = !draft.entry.id.is_empty();
        } else if let Some((scheme, _)) =
            SYSTEMS.iter().find(|(_, known)| system.trim_end_matches('/').ends_with(known))
        {
            draft.identifier(scheme, &value);
        } else if let Some(scheme) = system.strip_prefix("urn:vigie:") {
            draft.identifier(scheme, &value);
        } else if let Some((_, starts)) = OLD_SYSTEMS.iter().find(|(known, _)| *known == system) {
            let known =
                starts.iter().find_map(|(start, scheme)| Some((*scheme, value.strip_prefix(start)?.to_owned())));
            old.extend(known);
        }
    }
    old.iter().for_each(|(scheme, value)| draft.identifier(scheme, value));
}

/// Adds what the codings and words of concepts mean; those that are about something else are passed over.
fn kinds(resource: &Value, key: &str, person: bool, draft: &mut Draft) {
    for concept in items(resource, key) {
        let mut known = false;
        for coding in items(concept, "coding") {
            let (system, code) = (text(coding, "system"), text(coding, "code"));
            let codes = match system.as_str() {
                PROFESSIONS => PROFESSION_CODES,
                SPECIALITIES => SPECIALITY_CODES,
                other if other.contains("TRE_R66-CategorieEtablissement") => {
                    super::finess::category(draft, &code, &text(coding, "display"));
                    known = true;
                    continue;
                }
                _ => continue,
            };
            if let Some((_, kind)) = codes.iter().find(|(known, _)| *known == code) {
                draft.push_kind(*kind);
                known = true;
            } else {
                draft.kind(&text(coding, "display"), person);
            }
        }
        let told = text(concept, "text");
        if !known && let Some(kind) = super::kinds::kind_of(&told) {
            draft.push_kind(kind);
        }
    }
}

/// « Physician » beside « psychiatrist » says nothing more.
fn settle(draft: &mut Draft) {
    let general = |kind: &Kind| matches!(kind, Kind::OtherProfessional | Kind::OtherStructure);
    if draft.entry.kinds.iter().any(|kind| !general(kind)) {
        draft.entry.kinds.retain(|kind| !general(kind));
    }
}

fn spoken(concept: &Value, draft: &mut Draft) {
    let codes: Vec<_> = items(concept, "coding").iter().map(|coding| text(coding, "code")).collect();
    match codes.first() {
        Some(code) => draft.language(code),
        None => draft.language(&text(concept, "text")),
    }
}

fn telecom(resource: &Value, draft: &mut Draft) {
    let mut told: Vec<&Value> = items(resource, "telecom").iter().collect();
    told.sort_by_key(|telecom| text(telecom, "rank").parse::<u32>().unwrap_or(u32::MAX));
    for telecom in told {
        let value = text(telecom, "value");
        // Secure mailboxes of health are for professionals alone.
        let private = value.contains(".mssante.fr");
        let kind = match text(telecom, "system").as_str() {
            "phone" | "sms" => ContactKind::Phone,
            "fax" => ContactKind::Fax,
            "email" => ContactKind::Email,
            "url" => ContactKind::Website,
            _ => continue,
        };
        draft.contact(kind, &value, "", private);
    }
}

fn times(resource: &Value, draft: &mut Draft) {
    for time in items(resource, "availableTime") {
        let named = time.get("daysOfWeek").and_then(Value::as_array).into_iter().flatten().map(json::plain);
        let days = named.filter_map(|day| u8::try_from(DAYS.iter().position(|known| *known == day)?).ok());
        let minutes = ["availableStartTime", "availableEndTime"].map(|key| read_minute(&text(time, key)));
        let all_day = time.get("allDay") == Some(&Value::Bool(true));
        let last = text(time, "availableEndTime").starts_with("23:59:59");
        for day in days {
            match minutes {
                _ if all_day => push_opening(day, 0, DAY, &mut draft.entry.offer.hours.weekly),
                [Some(from), Some(until)] => {
                    push_opening(day, from, if last { DAY } else { until }, &mut draft.entry.offer.hours.weekly);
                }
                _ => {}
            }
        }
    }
    draft.hours_words(&text(resource, "availabilityExceptions"));
}

fn place(address: &Value, position: Option<&Value>) -> RawPlace {
    let lines = address.get("line").and_then(Value::as_array);
    let mut street: Vec<_> = lines.into_iter().flatten().map(json::plain).filter(|line| !line.is_empty()).collect();
    if street.is_empty() {
        // The line may be empty, with its parts in extensions beside it.
        let parts = items(address, "_line").iter().flat_map(|line| items(line, "extension"));
        let told = parts.map(|part| text(part, "valueString")).filter(|part| !part.is_empty());
        street = vec![told.collect::<Vec<_>>().join(" ")];
    }
    let extension = items(address, "extension").iter().find(|extension| text(extension, "url") == INSEE_CODE);
    let coding = extension.and_then(|extension| extension.get("valueCoding"));
    let code = coding.filter(|coding| text(coding, "system") == COMMUNES).map(|coding| text(coding, "code"));
    let at = |key: &str| position.map(|position| text(position, key)).unwrap_or_default();
    RawPlace {
        code: code.unwrap_or_default(),
        commune: text(address, "city"),
        postcode: text(address, "postalCode"),
        departement: text(address, "district"),
        address: street.join(", "),
        latitude: at("latitude"),
        longitude: at("longitude"),
        secret: false,
    }
}

#[cfg(test)]
mod tests;
