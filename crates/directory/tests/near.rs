//! The nearest entries come first, and every place in France has some.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop at once, and so may what it calls")]

use care::{DepartementCode, Grade, Kind, Mode, reorientation_rule};
use directory::{DirectorySearch, Entry, FAR_KM, Location, Offer, Place, Point, Territory, demo};
use std::collections::BTreeSet;

const PERSONS: [Kind; 3] = [Kind::Psychologist, Kind::GeneralPractitioner, Kind::Psychiatrist];

fn place(text: &str) -> Place {
    Territory::load().find_places(text, 1)[0]
}

fn home(entry: &Entry) -> Option<DepartementCode> {
    entry.locations[0].departement
}

fn entry(id: &str, departement: &str, latitude: f64, teleconsultation: bool) -> Entry {
    let point = Point { latitude, longitude: place("42").point().longitude };
    let location =
        Location { departement: DepartementCode::from_key(departement), point: Some(point), ..Location::default() };
    let modes = if teleconsultation { vec![Mode::Teleconsultation] } else { Vec::new() };
    Entry {
        id: id.to_owned(),
        kinds: vec![Kind::Psychologist],
        name: "Camille Exemple".to_owned(),
        locations: vec![location],
        offer: Offer { modes, ..Offer::default() },
        ..Entry::default()
    }
}

#[test]
fn a_département_is_served_by_its_own_before_its_neighbours() {
    let centre = place("42").point().latitude;
    let entries = vec![
        entry("neighbour", "69", centre + 0.1, false),
        entry("far_but_home", "42", centre + 0.5, false),
        entry("home", "42", centre + 0.2, false),
        entry("too_far", "75", centre + 3.0, false),
        entry("from_afar", "75", centre + 3.5, true),
    ];
    let search = DirectorySearch::new(entries);
    let ids = |place, limit| -> Vec<_> {
        search.near(&[Kind::Psychologist], place, limit).into_iter().map(|found| found.entry.id.as_str()).collect()
    };
    assert_eq!(ids(place("42"), 9), ["home", "far_but_home", "neighbour", "from_afar"]);
    assert_eq!(ids(place("42"), 1), ["home"]);
    let mut in_a_commune = search.near(&[Kind::Psychologist], place("montbrison"), 9);
    assert!(in_a_commune.is_sorted_by(|left, right| left.distance_km <= right.distance_km));
    assert_eq!(in_a_commune.pop().map(|found| found.entry.id.as_str()), Some("from_afar"));
    assert!(search.near(&[Kind::Psychiatrist], place("42"), 9).is_empty());
    assert!(search.near(&[], place("42"), 9).is_empty());
    assert_eq!(search.entry("home").and_then(home).map(DepartementCode::key), Some("42"));
}

#[test]
fn every_place_finds_what_each_rule_asks_for() {
    let territory = Territory::load();
    let search = DirectorySearch::new(demo::entries(territory, 1));
    for grade in Grade::ALL {
        let rule = reorientation_rule(*grade);
        for departement in territory.departements() {
            let found = search.near(rule.kinds, Place::Departement(departement), 3);
            assert_eq!(found.len(), rule.kinds.len() * 3, "{grade:?} {}", departement.name);
            for kind in rule.kinds {
                let of_kind: Vec<_> = found.iter().filter(|found| found.entry.kind() == Some(*kind)).collect();
                assert_eq!(home(of_kind[0].entry), Some(departement.code));
            }
        }
        let lyon = search.near(rule.kinds, place("lyon"), 5);
        for group in lyon.chunk_by(|left, right| left.entry.kind() == right.entry.kind()) {
            assert!(group.is_sorted_by(|left, right| left.distance_km <= right.distance_km));
            assert!(group[0].distance_km < 10.0, "{group:?}");
        }
    }
}

#[test]
fn far_entries_are_offered_only_from_afar() {
    let territory = Territory::load();
    let search = DirectorySearch::new(demo::entries(territory, 2));
    for found in search.near(&PERSONS, place("Cayenne"), 50) {
        let is_home = home(found.entry).map(DepartementCode::key) == Some("973");
        assert!(is_home || found.distance_km <= FAR_KM || found.entry.has_mode(Mode::Teleconsultation), "{found:?}");
    }
}

#[test]
fn the_demonstration_is_the_same_for_a_seed_and_obviously_fictitious() {
    let territory = Territory::load();
    let entries = demo::entries(territory, 42);
    assert_eq!(entries, demo::entries(territory, 42));
    assert_ne!(entries, demo::entries(territory, 43));
    let ids: BTreeSet<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids.len(), entries.len());
    let blocks = ["01 99 00 ", "02 61 91 ", "03 53 01 ", "04 65 71 ", "05 36 49 ", "06 39 98 "];
    for entry in &entries {
        assert!(entry.keeping.demo && entry.name.ends_with("(démo)"), "{entry:?}");
        let phone = entry.phone().unwrap();
        assert!(blocks.iter().any(|block| phone.starts_with(block)) && phone.len() == 14, "{entry:?}");
        let location = &entry.locations[0];
        assert!(location.address.ends_with(", rue de la Démonstration"));
        let commune = territory.commune(&location.commune).unwrap();
        assert_eq!(Some(commune.departement), location.departement);
        assert!(commune.point.distance_km(location.point.unwrap()) < 2.0);
        assert!(commune.postcodes().any(|postcode| postcode == location.postcode), "{entry:?}");
    }
    let persons = entries.iter().filter(|entry| entry.kind().is_some_and(Kind::is_person)).count();
    assert!((950..=1_050).contains(&persons), "{persons}");
    assert_eq!(entries.len() - persons, 100);
    for departement in territory.departements() {
        for kind in PERSONS {
            assert!(entries.iter().any(|entry| home(entry) == Some(departement.code) && entry.kind() == Some(kind)));
        }
    }
}
