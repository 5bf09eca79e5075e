use super::*;
use crate::{Entry, Opening, Territory};
use care::Kind;

fn read_all(value: &Value) -> (Vec<Row>, FileReport) {
    let importer = Importer::new(Territory::load(), 20_780, "essai");
    let mut rows = Vec::new();
    let report = read(&importer, value.to_string().as_bytes(), &mut |row| rows.push(row));
    (rows, report)
}

fn one(value: &Value) -> Entry {
    let (mut rows, report) = read_all(value);
    assert_eq!((rows.len(), report.findings), (1, vec![]));
    rows.remove(0).result.unwrap()
}

fn service() -> Value {
    json!({
        "id": "11111111-1111-4111-8111-111111111111",
        "name": "Permanence de psychologues",
        "status": "active",
        "description": "Sans rendez-vous.",
        "eligibility_description": "À partir de 16 ans.",
        "email": "accueil@exemple.fr",
        "url": "www.exemple.fr",
        "phones": [{"id": "a", "number": "0465710102", "type": "voice", "extension": 12}],
        "schedules": [
            {"id": "b", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00:00", "closes_at": "12:00"},
            {"id": "c", "freq": "WEEKLY", "byday": "FR", "opens_at": "22:00", "closes_at": "02:00"},
            {"id": "d", "freq": "WEEKLY", "byday": "SA", "opens_at": "22:00", "closes_at": "23:00", "valid_to": "2020-01-01"},
            {"id": "e", "freq": "MONTHLY", "bymonthday": "2", "opens_at": "10:00", "closes_at": "11:00"}
        ],
        "languages": [{"id": "f", "name": "Anglais"}],
        "organization": {
            "id": "22222222-2222-4222-8222-222222222222",
            "name": "Exemple Association",
            "description": "…",
            "website": "https://association.exemple.fr",
            "phones": [{"number": "0465710199"}],
            "organization_identifiers": [{"identifier_type": "SIRET", "identifier": "12345678901234"}]
        },
        "service_at_locations": [{
            "id": "g",
            "location": {
                "id": "h", "location_type": "physical", "latitude": 45.44, "longitude": 4.39,
                "addresses": [{"address_1": "1, rue X", "city": "Saint-Étienne", "postal_code": "42000", "country": "FR",
                               "state_province": "Loire", "address_type": "physical"}]
            }
        }]
    })
}

#[test]
fn a_service_of_others_is_read() {
    let entry = one(&service());
    assert_eq!(entry.id, "hsds:11111111-1111-4111-8111-111111111111");
    assert_eq!(entry.kinds, [Kind::Psychologist]);
    assert_eq!(entry.other_names, ["Exemple Association"]);
    assert_eq!(entry.about, "Sans rendez-vous.\nÀ partir de 16 ans.");
    assert_eq!((entry.locations[0].commune.as_str(), entry.locations[0].address.as_str()), ("42218", "1, rue X"));
    let contacts: Vec<_> = entry.contacts.iter().map(|contact| contact.value.as_str()).collect();
    assert_eq!(contacts, ["04 65 71 01 02", "accueil@exemple.fr", "https://www.exemple.fr"]);
    let opening = |day, from, until| Opening { day, from, until };
    let expected = [opening(0, 540, 720), opening(1, 540, 720), opening(4, 1_320, 1_440), opening(5, 0, 120)];
    assert_eq!(entry.offer.hours.weekly, expected);
    assert_eq!(entry.offer.hours.words, "MONTHLY 2 10:00 11:00");
    assert_eq!(entry.offer.languages, ["en"]);
    assert!(!entry.keys().iter().any(|key| key.contains("siret")), "what belongs to all services of an organisation");
}

#[test]
fn every_shape_gives_the_same_service() {
    let service = service();
    let expected = one(&service);
    let mut bare = service.clone();
    let organization = bare.as_object_mut().unwrap().remove("organization").unwrap();
    let mut full = organization.clone();
    full["services"] = json!([bare]);
    let mut turned = service["service_at_locations"][0].clone();
    turned["service"] = service.clone();
    for shape in [json!([service]), json!({"total_items": 1, "contents": [service]}), full, turned] {
        assert_eq!(one(&shape), expected, "{shape}");
    }
}

#[test]
fn an_organisation_without_services_is_an_entry() {
    let organization = json!({"id": "x", "name": "CMP Exemple", "description": "", "locations": [
        {"addresses": [{"postal_code": "42000", "city": "Saint-Étienne"}]}]});
    let entry = one(&json!([organization]));
    assert_eq!((entry.name.as_str(), entry.id.as_str()), ("CMP Exemple", "hsds:x"));
    assert_eq!(entry.kinds, [Kind::MentalHealthCentre]);
}

#[test]
fn what_is_closed_or_no_service_is_said_and_the_rest_read() {
    let mut closed = service();
    closed["status"] = json!("defunct");
    let (rows, _) = read_all(&json!([closed, 7, {"status": "active"}, service()]));
    let what: Vec<_> = rows.iter().map(|row| row.result.as_ref().err().map(|findings| findings[0].what)).collect();
    assert_eq!(what, [Some(What::Inactive), Some(What::RowUnreadable), Some(What::NameMissing), None]);
}
