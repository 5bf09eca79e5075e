//! FINESS+, the daily file of the register since 2026: one JSON document with legal persons (« pmej »), each with its sites
//! (« ege »). It is hundreds of megabytes long and is read one legal person at a time.
//!
//! The published schema and the published files do not write all things alike (a code by itself or in an object, capital
//! letters within names), so both ways are read.

use super::draft::Draft;
use super::finess::category;
use super::json::{items, plain, text};
use super::place::RawPlace;
use super::{Emitter, Field, FileReport, Finding, Importer, Row, What, json, lambert};
use crate::ContactKind;
use serde_json::Value;
use std::io::Read;

/// Reads a document, site by site.
pub fn read(importer: &Importer, input: impl Read, sink: &mut dyn FnMut(Row)) -> FileReport {
    let mut emitter = Emitter::new(importer, sink);
    let mut number = 0;
    json::each(&mut emitter, input, &["pmej"], &mut |emitter, person| {
        let general = member(&person, &["informationsGeneralesPMEJ", "informationsGeneralesPmej"]);
        for site in items(&person, "ege") {
            number += 1;
            take(emitter, number, general, site);
        }
    });
    if emitter.report.rows == 0 {
        emitter.find(What::FileUnreadable, "");
    }
    emitter.report
}

fn member<'a>(value: &'a Value, names: &[&str]) -> &'a Value {
    names.iter().find_map(|name| value.get(*name)).unwrap_or(&Value::Null)
}

/// A code, which stands by itself or in an object beside its list.
fn code(value: &Value, names: &[&str]) -> String {
    match member(value, names) {
        Value::Object(coded) => coded.get("code").map(plain).unwrap_or_default(),
        bare => plain(bare),
    }
}

fn take(emitter: &mut Emitter<'_>, number: u64, person: &Value, site: &Value) {
    if !site.is_object() {
        emitter.refuse(number, Finding::new(What::RowUnreadable, None, &plain(site)));
        return;
    }
    let general = member(site, &["informationsGeneralesEGE", "informationsGeneralesEge"]);
    let names = ["nomEgeLong", "nomEgeCourt"].map(|key| text(general, key));
    let closing = text(general, "dateFermeture");
    // A day to come says that it is still open.
    let to_come = crate::date::read_day(&closing).is_some_and(|day| day > emitter.importer.today());
    let closed = !closing.trim().is_empty() && !to_come;
    let state = [code(site, &["etatObjet"]), code(general, &["etatObjet"])];
    if closed || state.iter().any(|state| state == "I") {
        let told = format!("{} {}", text(general, "numFinessEge"), names.concat());
        emitter.refuse(number, Finding::new(What::Inactive, Some(Field::Name), &told));
        return;
    }
    let mut draft = Draft::default();
    let known = names.into_iter().chain([text(person, "denominationPm")]);
    let mut known = known.filter(|name| !name.trim().is_empty());
    let name = known.next().unwrap_or_default();
    draft.entry.name = draft.line(&name, Field::Name);
    for other in known {
        let other = draft.line(&other, Field::OtherNames);
        if other != draft.entry.name && !draft.entry.other_names.contains(&other) {
            draft.entry.other_names.push(other);
        }
    }
    draft.identifier("finess", &text(general, "numFinessEge"));
    let siret = [text(general, "siret"), text(site, "siret")].concat();
    draft.identifier("siret", siret.get(..14).unwrap_or(&siret));
    category(
        &mut draft,
        &code(site, &["categorieentiteGeographiqueExercice", "categorieEntiteGeographiqueExercice"]),
        "",
    );
    for contact in items(site, "contact") {
        let telecom = member(contact, &["telecom"]);
        draft.contact(ContactKind::Phone, &text(telecom, "telephone"), "", false);
        draft.contact(ContactKind::Fax, &text(telecom, "telecopie"), "", false);
        draft.contact(ContactKind::Email, &text(telecom, "courriel"), "", false);
    }
    for address in items(site, "adresse") {
        let place = place(&mut draft, address);
        draft.places.push(place);
    }
    emitter.draft(number, draft);
}

fn place(draft: &mut Draft, address: &Value) -> RawPlace {
    let parts = ["numeroVoie", "typeVoie", "libelleVoie", "complementVoie", "complementPointGeographique", "lieuDit"];
    let street = parts.map(|key| text(address, key)).into_iter().filter(|part| !part.trim().is_empty());
    let at = member(address, &["coordonneesGeographique"]);
    let (mut latitude, mut longitude) = (text(at, "directionLatitude"), text(at, "directionLongitude"));
    if latitude.trim().is_empty() || longitude.trim().is_empty() {
        // X holds the northing in the files seen, and the easting by the name: whichever way gives a point is right.
        let metres = ["coordonneeX", "coordonneeY"].map(|key| text(at, key).replace(',', ".").parse::<f64>().ok());
        if let [Some(x), Some(y)] = metres {
            match lambert::point(y, x).or_else(|| lambert::point(x, y)) {
                Some(point) => (latitude, longitude) = (point.latitude.to_string(), point.longitude.to_string()),
                None if x == 0.0 && y == 0.0 => {}
                None => draft.find(What::PointUnreadable, Field::Latitude, &format!("{x} {y}")),
            }
        }
    }
    RawPlace {
        code: text(address, "cogCommune"),
        commune: text(address, "ligneAcheminement"),
        postcode: text(address, "codePostal"),
        address: street.collect::<Vec<_>>().join(" "),
        latitude,
        longitude,
        ..RawPlace::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Territory;
    use care::Kind;
    use serde_json::json;

    fn site(number: &str, state: &str) -> Value {
        json!({
            "informationsGeneralesEGE": {"egeId": "1", "nomEgeCourt": "CMP EXEMPLE", "numFinessEge": number,
                "nomEgeLong": "CENTRE MEDICO-PSYCHOLOGIQUE EXEMPLE", "siret": "12345678901234"},
            "categorieentiteGeographiqueExercice": "156",
            "adresse": [{"numeroVoie": "62", "typeVoie": "AV", "libelleVoie": "DE LA MAQUETTE", "lieuDit": "BP 1",
                "cogCommune": "01053", "ligneAcheminement": "BOURG EN BRESSE", "codePostal": "01000",
                "coordonneesGeographique": {"coordonneeX": "6570414.61", "coordonneeY": "873766.07",
                    "directionLatitude": "46.211257", "directionLongitude": "5.254203"}}],
            "contact": [{"typeContact": {"roleContact": "01"}, "telecom": {"telephone": "0465710102", "courriel": "a@exemple.fr"}}],
            "etatObjet": state, "dateDerniereMaj": "2021-10-18 00:00:00"
        })
    }

    fn read_all(value: &Value) -> (Vec<Row>, FileReport) {
        let importer = Importer::new(Territory::load(), 20_780, "FINESS");
        let mut rows = Vec::new();
        let report = read(&importer, value.to_string().as_bytes(), &mut |row| rows.push(row));
        (rows, report)
    }

    #[test]
    fn sites_are_read_and_closed_ones_said() {
        let (rows, report) = read_all(&json!({"gcc": [], "pmej": [
            {"informationsGeneralesPMEJ": {"denominationPm": "EXEMPLE"}, "ege": [site("010000001", "A"), site("010000002", "I")]},
        ]}));
        assert_eq!((report.rows, report.findings), (2, vec![]));
        let entry = rows[0].result.as_ref().unwrap();
        assert_eq!(
            (entry.id.as_str(), entry.kinds.as_slice()),
            ("finess:010000001", [Kind::MentalHealthCentre].as_slice())
        );
        assert_eq!(entry.name, "CENTRE MEDICO-PSYCHOLOGIQUE EXEMPLE");
        assert_eq!(entry.other_names, ["CMP EXEMPLE", "EXEMPLE"]);
        assert_eq!(entry.locations[0].address, "62 AV DE LA MAQUETTE BP 1");
        assert_eq!(entry.locations[0].commune, "01053");
        let contacts: Vec<_> = entry.contacts.iter().map(|contact| contact.value.as_str()).collect();
        assert_eq!(contacts, ["04 65 71 01 02", "a@exemple.fr"]);
        assert_eq!(rows[0].findings, []);
        assert_eq!(rows[1].result.as_ref().unwrap_err()[0].what, What::Inactive);
        for (closing, open) in [("2026-11-01", false), ("2027-01-01", true)] {
            let mut closing_site = site("010000001", "A");
            closing_site["informationsGeneralesEGE"]["dateFermeture"] = json!(closing);
            let (rows, _) = read_all(&json!({"pmej": [{"ege": [closing_site]}]}));
            assert_eq!(rows[0].result.is_ok(), open, "{closing}");
        }
    }

    #[test]
    fn codes_in_objects_and_points_in_metres_are_read_too() {
        let mut site = site("010000001", "A");
        let at = site["adresse"][0]["coordonneesGeographique"].as_object_mut().unwrap();
        at.remove("directionLatitude");
        site["etatObjet"] = json!({"code": "A", "system": "x"});
        site["categorieEntiteGeographiqueExercice"] = json!({"code": "425", "system": "x"});
        site.as_object_mut().unwrap().remove("categorieentiteGeographiqueExercice");
        for swapped in [false, true] {
            if swapped {
                let at = &mut site["adresse"][0]["coordonneesGeographique"];
                (at["coordonneeX"], at["coordonneeY"]) = (json!("873766.07"), json!("6570414.61"));
            }
            let (rows, _) = read_all(&json!({"pmej": [{"informationsGeneralesPmej": {}, "ege": [site]}]}));
            let entry = rows[0].result.as_ref().unwrap();
            assert_eq!(entry.kinds, [Kind::MentalHealthCentre]);
            let point = entry.locations[0].point.unwrap();
            assert!(point.distance_km(crate::Point { latitude: 46.211_257, longitude: 5.254_203 }) < 0.001);
        }
    }

    #[test]
    fn a_document_that_is_cut_short_gives_what_came_before() {
        let text = json!({"pmej": [{"ege": [site("010000001", "A")]}, {"ege": [site("010000003", "A")]}]}).to_string();
        let importer = Importer::new(Territory::load(), 20_780, "FINESS");
        let mut rows = 0;
        let report = read(&importer, text.get(..text.len() - 30).unwrap().as_bytes(), &mut |_| rows += 1);
        assert_eq!((rows, report.findings[0].what), (1, What::FileCutShort));
    }
}
