//! Resources held against the structure that FHIR R4 (4.0.1) gives them: names of elements, their types and how often they come,
//! closed lists, the shapes of ids and times, and references that lead to a resource of the same bundle.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop at once, and so may what it calls")]

use directory::{Contact, ContactKind, Entry, Identifier, Territory, demo, export::fhir};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An element: its name, its type (with « * » where it may come more than once, with « ! » where it must be there).
type Element = (&'static str, &'static str);

/// What the types that are written may have in them, after the definitions of R4.
const TYPES: &[(&str, &[Element])] = &[
    (
        "Organization",
        &[
            ("id", "id"),
            ("meta", "Meta"),
            ("language", "code"),
            ("identifier", "Identifier*"),
            ("active", "boolean"),
            ("type", "CodeableConcept*"),
            ("name", "string"),
            ("alias", "string*"),
            ("telecom", "ContactPoint*"),
            ("address", "Address*"),
        ],
    ),
    (
        "Location",
        &[
            ("id", "id"),
            ("meta", "Meta"),
            ("status", "active|suspended|inactive"),
            ("name", "string"),
            ("address", "Address"),
            ("position", "Position"),
        ],
    ),
    (
        "HealthcareService",
        &[
            ("id", "id"),
            ("meta", "Meta"),
            ("active", "boolean"),
            ("providedBy", "Reference:Organization"),
            ("type", "CodeableConcept*"),
            ("location", "Reference:Location*"),
            ("name", "string"),
            ("comment", "string"),
            ("communication", "CodeableConcept*"),
            ("availableTime", "AvailableTime*"),
            ("availabilityExceptions", "string"),
        ],
    ),
    (
        "Practitioner",
        &[
            ("id", "id"),
            ("meta", "Meta"),
            ("language", "code"),
            ("identifier", "Identifier*"),
            ("active", "boolean"),
            ("name", "HumanName*"),
            ("telecom", "ContactPoint*"),
            ("qualification", "Qualification*"),
            ("communication", "CodeableConcept*"),
        ],
    ),
    (
        "PractitionerRole",
        &[
            ("id", "id"),
            ("meta", "Meta"),
            ("active", "boolean"),
            ("practitioner", "Reference:Practitioner"),
            ("code", "CodeableConcept*"),
            ("location", "Reference:Location*"),
            ("availableTime", "AvailableTime*"),
            ("availabilityExceptions", "string"),
        ],
    ),
    ("Meta", &[("tag", "Coding*")]),
    ("Identifier", &[("system", "uri!"), ("value", "string!")]),
    ("CodeableConcept", &[("coding", "Coding*"), ("text", "string")]),
    ("Coding", &[("system", "uri!"), ("code", "code!")]),
    ("HumanName", &[("text", "string!")]),
    ("ContactPoint", &[("system", "phone|fax|email|pager|url|sms|other!"), ("value", "string!"), ("rank", "positive")]),
    (
        "Address",
        &[
            ("extension", "Extension*"),
            ("line", "string*"),
            ("city", "string"),
            ("district", "string"),
            ("postalCode", "string"),
            ("country", "string"),
        ],
    ),
    ("Extension", &[("url", "uri!"), ("valueCoding", "Coding")]),
    ("Position", &[("longitude", "number!"), ("latitude", "number!")]),
    ("Qualification", &[("code", "CodeableConcept!")]),
    (
        "AvailableTime",
        &[
            ("daysOfWeek", "mon|tue|wed|thu|fri|sat|sun*"),
            ("allDay", "boolean"),
            ("availableStartTime", "time"),
            ("availableEndTime", "time"),
        ],
    ),
];

fn fits_simple(kind: &str, value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    match kind {
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "positive" => value.as_u64().is_some_and(|number| number > 0),
        // No text of FHIR is empty or only white.
        "string" => !text.trim().is_empty(),
        "code" => !text.is_empty() && text.split(' ').all(|word| !word.is_empty()),
        "uri" => text.contains(':') && !text.contains(char::is_whitespace),
        "id" => {
            (1..=64).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        }
        "time" => {
            let parts: Vec<u32> = text.split(':').filter_map(|part| part.parse().ok()).collect();
            text.len() == 8 && matches!(parts[..], [hour, minute, second] if hour < 24 && minute < 60 && second < 60)
        }
        list => list.split('|').any(|one| one == text),
    }
}

fn check(kind: &str, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some((_, elements)) = TYPES.iter().find(|(name, _)| *name == kind) else {
        let fits = match kind.strip_prefix("Reference:") {
            Some(to) => value["reference"].as_str().is_some_and(|text| text.starts_with(&format!("{to}/"))),
            None => fits_simple(kind, value),
        };
        if !fits {
            found.push(format!("{at} is no {kind}: {value}"));
        }
        return;
    };
    let Some(object) = value.as_object() else { return found.push(format!("{at} is no {kind}")) };
    if object.is_empty() {
        found.push(format!("{at} is empty"));
    }
    for (name, _) in elements.iter().filter(|(name, kind)| kind.ends_with('!') && !object.contains_key(*name)) {
        found.push(format!("{at} has no {name}"));
    }
    for (name, member) in object.iter().filter(|(name, _)| *name != "resourceType") {
        let Some((_, kind)) = elements.iter().find(|(known, _)| known == name) else {
            found.push(format!("{at} has {name}, which {kind} does not know"));
            continue;
        };
        let many = kind.ends_with('*');
        let kind = kind.trim_end_matches(['*', '!']);
        match member.as_array() {
            Some(list) if many && !list.is_empty() => {
                list.iter().for_each(|item| check(kind, item, &format!("{at}.{name}"), found));
            }
            Some(_) => found.push(format!("{at}.{name} is a list that may not be one, or is empty")),
            None if many => found.push(format!("{at}.{name} is no list")),
            None => check(kind, member, &format!("{at}.{name}"), found),
        }
    }
}

fn entries() -> Vec<Entry> {
    let mut entries = demo::entries(Territory::load(), 7);
    let full = &mut entries[0];
    full.other_names = vec!["Autre nom".to_owned()];
    full.about = "Présentation".to_owned();
    full.offer.hours.words = "sur rendez-vous".to_owned();
    full.identifiers = vec![Identifier { scheme: "rpps".to_owned(), value: "10001234567".to_owned() }];
    full.contacts.push(Contact {
        kind: ContactKind::Email,
        value: "a@b.fr".to_owned(),
        note: String::new(),
        private: false,
    });
    // As little as there can be.
    entries.push(Entry { id: "own:bare".to_owned(), name: "Ligne".to_owned(), ..Entry::default() });
    entries
}

#[test]
fn every_resource_has_the_structure_of_r4() {
    let mut ids = BTreeSet::new();
    let mut references = Vec::new();
    let mut kinds = BTreeSet::new();
    for entry in entries() {
        for resource in fhir::resources(&entry.published().unwrap()) {
            let value = serde_json::to_value(&resource).unwrap();
            let mut found = Vec::new();
            check(resource.type_name(), &value, &entry.id, &mut found);
            assert_eq!(found, Vec::<String>::new(), "{value}");
            assert_eq!(value["resourceType"], resource.type_name());
            assert!(ids.insert(format!("{}/{}", resource.type_name(), resource.id())), "an id is there twice");
            kinds.insert(resource.type_name());
            let one = [&value["providedBy"], &value["practitioner"]].into_iter().filter(|one| one.is_object());
            let many = value["location"].as_array().into_iter().flatten();
            references.extend(one.chain(many).map(|one| one["reference"].as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(kinds.len(), 5);
    assert!(references.len() > 1_000 && references.iter().all(|reference| ids.contains(reference)));
}

#[test]
fn the_measure_itself_can_fail() {
    let wrong = [
        ("Location", json!({"status": "open"}), "status"),
        ("Organization", json!({"name": " "}), "string"),
        ("Organization", json!({"alias": []}), "list"),
        ("Organization", json!({"telecom": [{"system": "phone"}]}), "no value"),
        ("Practitioner", json!({"nom": "x"}), "nom"),
        ("PractitionerRole", json!({"practitioner": {"reference": "Organization/1"}}), "Reference"),
        ("HealthcareService", json!({"availableTime": [{"availableStartTime": "24:00:00"}]}), "time"),
        ("Location", json!({"id": "own:1"}), "id"),
    ];
    for (kind, value, word) in wrong {
        let mut found = Vec::new();
        check(kind, &value, "it", &mut found);
        assert!(found.len() == 1 && found[0].contains(word), "{found:?}");
    }
}
