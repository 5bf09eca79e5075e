//! The demonstration: the same for a seed, obviously fictitious, and with somebody everywhere.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop at once, and so may what it calls")]

use care::{Caller, DepartementCode, Grade, Kind, Protocol};
use directory::index::{Facet, Index, Query, Trait};
use directory::{Entry, Place, Territory, demo};
use std::collections::BTreeSet;

const PERSONS: [Kind; 3] = [Kind::Psychologist, Kind::GeneralPractitioner, Kind::Psychiatrist];

fn home(entry: &Entry) -> Option<DepartementCode> {
    entry.locations[0].departement
}

#[test]
fn every_place_finds_what_each_rule_asks_for() {
    let territory = Territory::load();
    let entries = demo::entries(territory, 1);
    let index = Index::of(&entries);
    for grade in Grade::ALL {
        for kind in Protocol::standard().advice(*grade, Caller::default()).always {
            for departement in territory.departements() {
                let query = Query {
                    place: Some(Place::Departement(departement)),
                    wanted: vec![Trait::new(Facet::Kind, kind.key())],
                    limit: 3,
                    ..Query::default()
                };
                let hits = index.search(&query).hits;
                assert_eq!(hits.len(), 3, "{grade:?} {}", departement.name);
                let first = &entries[usize::try_from(hits[0].row).unwrap()];
                assert_eq!(home(first), Some(departement.code));
            }
        }
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
        assert!(!phone.starts_with("06 ") || phone.starts_with("06 39 98 9"), "{phone}: that is a caller's");
        let location = &entry.locations[0];
        assert!(location.address.ends_with(", rue de la Démonstration"));
        let commune = territory.commune(&location.commune).unwrap();
        assert_eq!(Some(commune.departement), location.departement);
        assert!(commune.point.distance_km(location.point.unwrap()) < 2.0);
        assert!(commune.postcodes().any(|postcode| postcode == location.postcode), "{entry:?}");
    }
    let persons = entries.iter().filter(|entry| entry.kind().is_some_and(Kind::is_person)).count();
    assert!((950..=1_050).contains(&persons), "{persons}");
    let emergency = entries.iter().filter(|entry| entry.kind() == Some(Kind::EmergencyService)).count();
    assert_eq!(emergency, territory.departements().len(), "each département has its own");
    assert_eq!(entries.len() - persons - emergency, 100);
    for departement in territory.departements() {
        for kind in PERSONS {
            assert!(entries.iter().any(|entry| home(entry) == Some(departement.code) && entry.kind() == Some(kind)));
        }
    }
}
