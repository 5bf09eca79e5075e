//! Places are found as people type them.

use directory::{Place, Territory};
use proptest::prelude::*;

fn labels(text: &str, limit: usize) -> Vec<String> {
    Territory::load().find_places(text, limit).into_iter().map(Place::label).collect()
}

fn first(text: &str) -> String {
    labels(text, 1).pop().unwrap_or_default()
}

#[test]
fn the_likeliest_place_comes_first() {
    let table = [
        ("Saint-Étienne", "Saint-Étienne (42000)"),
        ("st etienne", "Saint-Étienne (42000)"),
        ("ST-ETIENNE", "Saint-Étienne (42000)"),
        ("st etie", "Saint-Étienne (42000)"),
        ("étienne", "Saint-Étienne (42000)"),
        ("42000 saint", "Saint-Étienne (42000)"),
        ("42000 saint etienne cedex", "Saint-Étienne (42000)"),
        ("42000", "Saint-Étienne (42000)"),
        ("42 000", "Saint-Étienne (42000)"),
        ("42", "Loire (42)"),
        ("1", "Ain (01)"),
        ("2A", "Corse-du-Sud (2A)"),
        ("2b", "Haute-Corse (2B)"),
        ("974", "La Réunion (974)"),
        ("reunion", "La Réunion (974)"),
        ("97400", "Saint-Denis (97400)"),
        ("paris", "Paris (75001)"),
        ("75", "Paris (75)"),
        ("paris 12e", "Paris (75001)"),
        ("Lyon 3", "Lyon (69001)"),
        ("loire", "Loire (42)"),
        ("noumea", "Nouméa (98800)"),
        ("fort de france", "Fort-de-France (97200)"),
        ("rouvray etienne", "Saint-Étienne-du-Rouvray (76800)"),
        ("L'Haÿ", "L'Haÿ-les-Roses (94240)"),
        ("oeting", "Œting (57600)"),
    ];
    for (text, label) in table {
        assert_eq!(first(text), label, "{text}: {:?}", labels(text, 5));
    }
}

#[test]
fn a_name_brings_the_town_and_the_département_once_each() {
    assert_eq!(labels("paris", 2), ["Paris (75001)", "Paris (75)"]);
    assert_eq!(labels("75001", 9), ["Paris (75001)"]);
    let fourteen = labels("14", 40);
    assert_eq!(fourteen.first().map(String::as_str), Some("Calvados (14)"));
    assert_eq!(fourteen.get(1).map(String::as_str), Some("Caen (14000)"));
    assert_eq!(fourteen.len(), fourteen.iter().collect::<std::collections::BTreeSet<_>>().len());
}

#[test]
fn the_limit_is_kept_and_nothing_finds_nothing() {
    assert_eq!(labels("saint", 7).len(), 7);
    for text in ["", " ", "-", "zzzzzz", "99999", "00", "0", "123456", "🙂", "saint zzz"] {
        assert!(labels(text, 5).is_empty(), "{text}: {:?}", labels(text, 5));
    }
    assert!(labels("saint", 0).is_empty());
}

#[test]
fn the_first_digits_of_a_postcode_tell_the_département() {
    let names = |prefix| -> Vec<_> {
        let found = Territory::load().departements_of_postcode_prefix(prefix);
        found.into_iter().map(|departement| departement.code.key()).collect()
    };
    assert_eq!(names("42"), ["42"]);
    assert_eq!(names("42100"), ["42"]);
    assert_eq!(names("20"), ["2A", "2B"]);
    assert_eq!(names("974"), ["974"]);
    assert!(names("97").contains(&"971") && names("97").contains(&"976"));
    assert!(names("").is_empty() && names("00").is_empty() && names("4").is_empty());
}

#[test]
fn every_place_is_found_again_by_its_key() {
    let territory = Territory::load();
    for departement in territory.departements() {
        let place = Place::Departement(departement);
        assert_eq!(territory.place(&place.key()), Some(place));
        assert!(territory.find_places(departement.code.key(), 1).contains(&place), "{}", departement.name);
        assert!(territory.find_places(departement.name, 3).contains(&place), "{}", departement.name);
    }
    for commune in territory.communes().iter().step_by(97) {
        let place = Place::Commune(commune);
        assert_eq!(territory.place(&place.key()), Some(place));
        let namesakes = territory.find_places(commune.name, 60);
        assert!(namesakes.contains(&place), "{}", commune.name);
    }
    for key in ["", "c", "d", "x42", "c42", "dé", "é"] {
        assert_eq!(territory.place(key), None, "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_text_makes_the_search_fail(text in any::<String>(), limit in 0_usize..20) {
        prop_assert!(Territory::load().find_places(&text, limit).len() <= limit);
    }

    #[test]
    fn no_likely_text_makes_the_search_fail(text in "[a-zA-Zéœ0-9 '\\-]{0,24}") {
        prop_assert!(Territory::load().find_places(&text, 10).len() <= 10);
        let _ = Territory::load().departements_of_postcode_prefix(&text);
        let _ = Territory::load().place(&text);
    }
}
