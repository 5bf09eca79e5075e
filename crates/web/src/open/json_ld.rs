//! An entry in the words of schema.org, for search engines and programs that read pages.

use care::Kind;
use directory::{ContactKind, Published, Territory, week_text};
use serde_json::{Map, Value, json};

/// The type of schema.org that comes nearest.
fn type_of(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(
            Kind::GeneralPractitioner
            | Kind::Psychiatrist
            | Kind::ChildPsychiatrist
            | Kind::Addictologist
            | Kind::OccupationalPhysician,
        ) => "Physician",
        Some(Kind::Psychologist | Kind::Psychotherapist | Kind::Nurse | Kind::OtherProfessional) => "MedicalBusiness",
        Some(Kind::Hospital) => "Hospital",
        Some(Kind::MentalHealthCentre | Kind::AddictionCentre | Kind::HealthCentre | Kind::DedicatedUnit) => {
            "MedicalClinic"
        }
        Some(Kind::EmergencyService) => "EmergencyService",
        Some(Kind::UniversityHealthService | Kind::OccupationalHealthService) => "MedicalOrganization",
        Some(
            Kind::SocialWorker
            | Kind::SocialService
            | Kind::VictimSupport
            | Kind::Shelter
            | Kind::Association
            | Kind::Relay
            | Kind::OtherStructure,
        )
        | None => "Organization",
    }
}

/// The entry as one JSON text that no page takes for markup.
pub(super) fn text(published: &Published, url: &str) -> String {
    // The only sign by which a page could leave the text; JSON reads it back.
    value(published, url).to_string().replace('<', "\\u003c")
}

fn value(published: &Published, url: &str) -> Value {
    let mut told = Map::new();
    let mut tell = |name: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        };
        if !empty {
            told.insert(name.to_owned(), value);
        }
    };
    let kind = type_of(published.kinds.first().copied());
    let of = |kind: ContactKind| -> Vec<&str> {
        published.contacts.iter().filter(|one| one.kind == kind).map(|one| one.value.as_str()).collect()
    };
    let identifiers = published
        .identifiers
        .iter()
        .map(|one| json!({"@type": "PropertyValue", "propertyID": one.scheme.to_uppercase(), "value": one.value}));
    tell("@context", json!("https://schema.org"));
    tell("@type", json!(kind));
    tell("@id", json!(url));
    tell("name", json!(published.name));
    tell("alternateName", json!(published.other_names));
    tell("description", json!(published.about));
    tell("telephone", json!(of(ContactKind::Phone)));
    tell("faxNumber", json!(of(ContactKind::Fax)));
    tell("email", json!(of(ContactKind::Email)));
    tell("url", json!(of(ContactKind::Website)));
    tell("knowsLanguage", json!(published.offer.languages));
    tell("identifier", Value::Array(identifiers.collect()));
    tell("address", Value::Array(published.locations.iter().map(address).collect()));
    if kind != "Organization" && kind != "MedicalOrganization" {
        // Places have hours and points; bare organisations have none in schema.org.
        let week = week_text(&published.offer.hours.weekly);
        tell("openingHours", json!(week.split("; ").filter(|part| !part.is_empty()).collect::<Vec<_>>()));
        let points = published.locations.iter().filter_map(|location| location.point);
        let points = points
            .map(|point| json!({"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}));
        tell("geo", Value::Array(points.collect()));
    }
    if matches!(kind, "Physician" | "Hospital" | "MedicalClinic" | "MedicalOrganization") {
        tell("isAcceptingNewPatients", json!(published.offer.accepts_new));
    }
    Value::Object(told)
}

fn address(location: &directory::PublishedLocation) -> Value {
    let territory = Territory::load();
    let town = territory.commune(&location.commune).map_or("", |commune| commune.name);
    let departement = location.departement.and_then(|code| territory.departement(code.key()));
    let mut address = json!({"@type": "PostalAddress", "addressCountry": "FR"});
    let parts = [
        ("streetAddress", location.address.as_str()),
        ("postalCode", location.postcode.as_str()),
        ("addressLocality", town),
        ("addressRegion", departement.map_or("", |one| one.name)),
    ];
    if let Some(map) = address.as_object_mut() {
        map.extend(
            parts.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| ((*name).to_owned(), json!(text))),
        );
    }
    address
}
