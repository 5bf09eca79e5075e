//! The formats of others, held against their own schemas and examples. Runs only where those are at hand: a folder named by
//! `VIGIE_REFERENCE_DATA` that holds `hsds/schema`, `hsds/examples` and `directory`.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop at once, and so may what it calls")]

use directory::import::{Importer, Row, hsds_tabular::Package};
use directory::{Territory, demo, export, import};
use serde_json::Value;
use std::fs::File;
use std::io::BufReader;

fn folder() -> Option<String> {
    std::env::var("VIGIE_REFERENCE_DATA").ok()
}

fn importer() -> Importer {
    Importer::new(Territory::load(), 20_780, "essai")
}

/// What a value breaks of a schema, as far as types, required members, closed lists and references go.
fn breaks(value: &Value, schema: &Value, folder: &str, at: &str, found: &mut Vec<String>) {
    if let Some(file) = schema["$ref"].as_str() {
        let text = std::fs::read_to_string(format!("{folder}/hsds/schema/{file}")).unwrap();
        breaks(value, &serde_json::from_str(&text).unwrap(), folder, at, found);
        return;
    }
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        _ => true,
    };
    if !fits {
        found.push(format!("{at} is no {}", schema["type"]));
    }
    if let Some(list) = schema["enum"].as_array()
        && !list.contains(value)
    {
        found.push(format!("{at} is none of {list:?}"));
    }
    if schema["format"] == "uuid" && value.as_str().is_none_or(|id| id.len() != 36) {
        found.push(format!("{at} is no UUID"));
    }
    if let (Some("uri"), Some(link)) = (schema["format"].as_str(), value.as_str())
        && !link.starts_with("http")
    {
        found.push(format!("{at} is no link"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            found.push(format!("{at} has no {name}"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(schema) => breaks(member, schema, folder, &format!("{at}.{name}"), found),
            None => found.push(format!("{at} has {name}, of which the schema knows nothing")),
        }
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        breaks(item, &schema["items"], folder, &format!("{at}[{place}]"), found);
    }
}

#[test]
fn exports_are_as_the_schemas_of_hsds_ask() {
    let Some(folder) = folder() else {
        return;
    };
    let schema = serde_json::json!({"$ref": "service.json"});
    let mut entries = demo::entries(Territory::load(), 7);
    entries[0].about = "Présentation".to_owned();
    entries[0].offer.accessibility = care::Accessibility::ALL.to_vec();
    entries[0].offer.audiences = care::Audience::ALL.to_vec();
    entries[0].offer.hours.words = "sur rendez-vous".to_owned();
    entries[0].keeping.confirmed = Some(20_000);
    entries[0].other_names = vec!["A".to_owned(), "B".to_owned()];
    for entry in &entries {
        let service = serde_json::to_value(export::hsds::service(&entry.published().unwrap())).unwrap();
        let mut found = Vec::new();
        breaks(&service, &schema, &folder, &entry.id, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
    // The measure itself must be able to fail.
    let mut found = Vec::new();
    breaks(&serde_json::json!({"id": 7, "status": "open", "more": 1}), &schema, &folder, "it", &mut found);
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn parts_of_services_are_as_the_schemas_of_hsds_ask() {
    let Some(folder) = folder() else {
        return;
    };
    let holds = |value: &Value, schema: &str, about: &str| {
        let mut found = Vec::new();
        breaks(value, &serde_json::json!({"$ref": format!("{schema}.json")}), &folder, about, &mut found);
        assert_eq!(found, Vec::<String>::new());
    };
    for entry in demo::entries(Territory::load(), 7).iter().take(200) {
        let published = entry.published().unwrap();
        for full in [false, true] {
            let at = "2026-11-23T08:00:00Z";
            holds(&export::hsds::service_view(&published, at, full), "service", &entry.id);
            holds(&export::hsds::organization_view(&published, full), "organization", &entry.id);
            let mut place = export::hsds::at_location_view(&published, 0, at, full).unwrap();
            // The schema leaves the service out that the specification's own examples have.
            holds(&place.as_object_mut().unwrap().remove("service").unwrap(), "service", &entry.id);
            holds(&place, "service_at_location", &entry.id);
        }
    }
    for taxonomy in export::hsds::taxonomies() {
        holds(&serde_json::to_value(&taxonomy).unwrap(), "taxonomy", &taxonomy.name);
    }
    for term in export::hsds::terms() {
        holds(&serde_json::to_value(&term).unwrap(), "taxonomy_term", &term.code);
    }
}

#[test]
fn every_example_of_hsds_is_read() {
    let Some(folder) = folder() else {
        return;
    };
    let importer = importer();
    let names = ["service_full", "service_list", "organization_full", "organization_list", "service_at_location_full"];
    for name in names {
        let file = File::open(format!("{folder}/hsds/examples/{name}.json")).unwrap();
        let mut rows: Vec<Row> = Vec::new();
        let report = import::hsds::read(&importer, BufReader::new(file), &mut |row| rows.push(row));
        assert!(!rows.is_empty() && report.findings.is_empty(), "{name}: {report:?}");
        for row in &rows {
            let entry = row.result.as_ref().unwrap();
            assert!(!entry.name.is_empty(), "{name}");
            println!(
                "{name}: {} ({:?}), {} contacts, {:?}",
                entry.name,
                entry.kinds,
                entry.contacts.len(),
                entry.offer.hours
            );
        }
    }
    let mut package = Package::default();
    for file in std::fs::read_dir(format!("{folder}/hsds/examples/csv")).unwrap().flatten() {
        package.add(&file.file_name().to_string_lossy(), File::open(file.path()).unwrap());
    }
    let mut names = Vec::new();
    package.read(&importer, &mut |row| names.push(row.result.unwrap().name));
    assert_eq!(names, ["Community Counselling"]);
}

#[test]
fn a_table_of_real_structures_finds_its_places() {
    let Some(folder) = folder() else {
        return;
    };
    let file = File::open(format!("{folder}/directory/enseignement-superieur.csv")).unwrap();
    let (mut placed, mut rows) = (0, 0);
    import::csv::read(&importer(), BufReader::new(file), None, &mut |row| {
        rows += 1;
        let entry = row.result.unwrap();
        placed += usize::from(entry.locations.first().is_some_and(|location| !location.commune.is_empty()));
    });
    println!("{placed} of {rows} with a commune");
    assert!(rows > 250 && placed * 100 > rows * 97, "{placed} of {rows}");
}

#[test]
fn rows_of_the_register_are_read_in_both_formats() {
    let Some(folder) = folder() else {
        return;
    };
    let samples = std::fs::read_to_string(format!("{folder}/directory/finess-format-samples.md")).unwrap();
    let flat: String = samples
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("finess;") || line.starts_with("structureet;"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut entries = Vec::new();
    import::finess::read(&importer(), flat.as_bytes(), &mut |row| {
        assert_eq!(row.findings, []);
        entries.push(row.result.unwrap());
    });
    // The sample shows one legal person out of the middle of a document.
    let lines: Vec<_> = samples.lines().skip_while(|line| !line.trim().starts_with("{\"informations")).collect();
    let person: String =
        lines.iter().take_while(|line| !line.trim().is_empty() && !line.starts_with("```")).copied().collect();
    let document = format!("{{\"gcc\":[],\"gco\":[],\"pmej\":[{person}]}}");
    let report = import::finess_plus::read(&importer(), document.as_bytes(), &mut |row| {
        assert_eq!(row.findings, []);
        entries.push(row.result.unwrap());
    });
    assert_eq!((report.rows, report.findings), (1, vec![]));
    assert_eq!(entries.len(), 2);
    for entry in &entries {
        println!("{} {} {:?} {:?} {:?}", entry.id, entry.name, entry.kinds, entry.phone(), entry.locations);
        assert_eq!(entry.kinds, [care::Kind::Hospital]);
        assert!(entry.locations[0].departement.is_some_and(|code| code.key() == "01") && entry.phone().is_some());
    }
}
