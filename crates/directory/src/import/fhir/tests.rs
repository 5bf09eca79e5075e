use super::*;
use crate::{Entry, Opening, Territory, demo, export};
use serde_json::json;

fn read_all(text: &str) -> (Vec<Row>, FileReport) {
    let importer = Importer::new(Territory::load(), 20_780, "Annuaire Santé");
    let mut rows = Vec::new();
    let report = read(&importer, text.as_bytes(), &mut |row| rows.push(row));
    (rows, report)
}

fn coding(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

fn bundle() -> Value {
    let address = json!({
        "line": [null], "city": "SAINT ETIENNE CEDEX 2", "postalCode": "42055", "district": "42",
        "_line": [{"extension": [{"url": "…houseNumber", "valueString": "12"}, {"url": "…streetNameBase", "valueString": "RUE X"}]}],
        "extension": [{"url": INSEE_CODE, "valueCoding": {"system": COMMUNES, "code": "42218"}}]
    });
    json!({"resourceType": "Bundle", "type": "searchset", "entry": [
        {"resource": {"resourceType": "PractitionerRole", "id": "r1", "active": true,
            "practitioner": {"reference": "Practitioner/p1"}, "organization": {"reference": "Organization/o1"},
            "code": [coding("https://mos.esante.gouv.fr/NOS/TRE_R23-ModeExercice/FHIR/TRE-R23-ModeExercice", "L")],
            "availableTime": [{"daysOfWeek": ["mon", "sun"], "availableStartTime": "09:00:00", "availableEndTime": "12:00:00"}]}},
        {"fullUrl": "https://exemple.fr/fhir/Practitioner/p1", "resource": {"resourceType": "Practitioner", "id": "p1", "active": true,
            "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810001234567"},
                           {"system": "https://rpps.esante.gouv.fr", "value": "10001234567"}],
            "name": [{"use": "usual", "prefix": ["MME"], "family": "EXEMPLE", "given": ["Camille", "Alix"]}],
            "telecom": [{"system": "email", "value": "camille@x.mssante.fr", "rank": 2},
                        {"system": "phone", "value": "0465710102", "rank": 1}],
            "communication": [coding("https://mos.esante.gouv.fr/NOS/TRE_G00-Langue/FHIR/TRE-G00-Langue", "fr")],
            "qualification": [{"code": {"coding": [{"system": PROFESSIONS, "code": "10"}]}},
                              {"code": {"coding": [{"system": SPECIALITIES, "code": "SM43"}]}}]}},
        {"resource": {"resourceType": "Organization", "id": "o1", "active": true, "name": "CENTRE HOSPITALIER EXEMPLE",
            "identifier": [{"system": "https://finess.esante.gouv.fr", "value": "420000018"}],
            "telecom": [{"system": "phone", "value": "0465710199"}], "address": [address]}},
        {"resource": {"resourceType": "Organization", "id": "o2", "active": false, "name": "FERMÉ"}}
    ]})
}

#[test]
fn a_practitioner_is_found_where_the_role_says() {
    let (rows, report) = read_all(&bundle().to_string());
    assert_eq!((report.rows, report.findings), (3, vec![]));
    let person = rows[0].result.as_ref().unwrap();
    assert_eq!((person.id.as_str(), person.name.as_str()), ("rpps:10001234567", "Camille EXEMPLE"));
    assert_eq!(person.kinds, [Kind::ChildPsychiatrist]);
    assert_eq!(person.identifiers.len(), 1, "the national identifier is the same one again");
    assert_eq!((person.locations[0].commune.as_str(), person.locations[0].address.as_str()), ("42218", "12 RUE X"));
    let contacts: Vec<_> = person.contacts.iter().map(|contact| (contact.value.as_str(), contact.private)).collect();
    assert_eq!(contacts, [("04 65 71 01 02", false), ("camille@x.mssante.fr", true)]);
    let opening = |day| Opening { day, from: 540, until: 720 };
    assert_eq!(person.offer.hours.weekly, [opening(0), opening(6)]);
    let hospital = rows[1].result.as_ref().unwrap();
    assert_eq!((hospital.id.as_str(), hospital.kinds.as_slice()), ("finess:420000018", [Kind::Hospital].as_slice()));
    assert_eq!(rows[2].result.as_ref().unwrap_err()[0].what, What::Inactive);
}

#[test]
fn resources_one_a_line_are_read_as_a_bundle() {
    let lines = bundle()["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"].to_string() + "\n")
        .collect::<String>();
    assert_eq!(read_all(&lines).0, read_all(&bundle().to_string()).0);
}

#[test]
fn what_is_no_bundle_is_said() {
    for text in [
        "{}",
        "[1,2]",
        "{\"resourceType\":\"Bundle\",\"entry\":[]}",
        "{\"resourceType\":\"Patient\",\"id\":\"1\"}",
        "nom;cp",
    ] {
        let (rows, report) = read_all(text);
        assert!(rows.iter().all(|row| row.result.is_err()), "{text}");
        assert!(!rows.is_empty() || !report.findings.is_empty(), "{text}");
    }
}

#[test]
fn an_export_is_read_back() {
    let mut bundle = export::fhir::Bundle::new(Vec::new()).unwrap();
    let known: Vec<Entry> =
        demo::entries(Territory::load(), 7).iter().map(|entry| Entry::from(&entry.published().unwrap())).collect();
    for entry in &known {
        bundle.write(&entry.published().unwrap()).unwrap();
    }
    let (rows, report) = read_all(&String::from_utf8(bundle.finish().unwrap()).unwrap());
    assert_eq!(report.findings, []);
    let read: Vec<_> = rows.into_iter().map(|row| row.result.unwrap()).collect();
    assert_eq!(read.len(), known.len());
    for (read, known) in read.iter().zip(&known) {
        assert_eq!(
            (&read.id, &read.name, &read.kinds, &read.locations),
            (&known.id, &known.name, &known.kinds, &known.locations)
        );
        assert_eq!(
            (&read.contacts, &read.offer.languages, &read.offer.hours),
            (&known.contacts, &known.offer.languages, &known.offer.hours)
        );
    }
}
