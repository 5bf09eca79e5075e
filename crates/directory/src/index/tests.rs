//! The index against a search that looks at every entry.

use super::*;
use crate::{Contact, Hours, Keeping, Location, Offer, Opening, Place, Point, Territory, WEEK, demo};
use care::{DepartementCode, Kind, Mode};
use std::collections::{BTreeMap, BTreeSet};

fn place(text: &str) -> Place {
    Territory::load().find_places(text, 1)[0]
}

fn wanted(facet: Facet, value: &str) -> Trait {
    Trait::new(facet, value)
}

fn named(name: &str) -> Entry {
    Entry { id: name.to_owned(), name: name.to_owned(), ..Entry::default() }
}

fn names<'a>(entries: &'a [Entry], answer: &Answer) -> Vec<&'a str> {
    answer.hits.iter().map(|hit| entries[usize::try_from(hit.row).unwrap()].name.as_str()).collect()
}

/// What the nearest should be, by looking at each entry: their bands, and how many there are.
fn bands_by_hand(entries: &[Entry], place: Place, kind: Kind, limit: usize) -> Vec<Option<f64>> {
    let mut bands: Vec<_> = entries
        .iter()
        .filter(|entry| entry.kinds.contains(&kind))
        .filter_map(|entry| {
            let at_home = entry.locations[0].departement == Some(place.departement());
            let distance = place.point().distance_km(entry.locations[0].point?);
            let reached = at_home || distance <= 150.0 || entry.has_mode(Mode::Teleconsultation);
            reached.then(|| Band::of(distance))
        })
        .collect();
    bands.sort_unstable();
    bands.into_iter().take(limit).map(Band::within_km).collect()
}

#[test]
fn the_nearest_are_those_that_looking_at_each_entry_finds() {
    let entries = demo::entries(Territory::load(), 3);
    let index = Index::of(&entries);
    for text in ["saint-étienne", "paris", "mende", "cayenne", "saint-pierre 97", "ouessant", "lille", "bastia"] {
        for kind in [Kind::Psychologist, Kind::Psychiatrist, Kind::DedicatedUnit] {
            let place = place(text);
            let wanted = vec![wanted(Facet::Kind, kind.key())];
            let query = Query { place: Some(place), wanted, limit: 12, seed: 5, ..Query::default() };
            let hits = index.search(&query).hits;
            let bands: Vec<_> = hits.iter().map(|hit| hit.why.band.within_km()).collect();
            assert_eq!(bands, bands_by_hand(&entries, place, kind, 12), "{text} {kind:?}");
            for hit in hits {
                let entry = &entries[usize::try_from(hit.row).unwrap()];
                let by_hand = place.point().distance_km(entry.locations[0].point.unwrap());
                let told = hit.distance_km.unwrap();
                assert!(by_hand > 300.0 || (told - by_hand).abs() < 0.5 + by_hand / 100.0, "{told} {by_hand}");
            }
        }
    }
}

#[test]
fn equals_take_turns_and_one_seed_gives_one_order() {
    let entries: Vec<_> = (0..40)
        .map(|number| Entry {
            locations: vec![Location { point: Some(place("lyon").point()), ..Location::default() }],
            ..named(&format!("n{number}"))
        })
        .collect();
    let index = Index::of(&entries);
    let first = |seed| {
        let query = Query { place: Some(place("lyon")), seed, limit: 5, ..Query::default() };
        index.search(&query).hits[0].row
    };
    assert_eq!(first(7), first(7));
    let firsts: BTreeMap<i64, usize> = (0..4_000).fold(BTreeMap::new(), |mut counts, seed| {
        *counts.entry(first(seed)).or_default() += 1;
        counts
    });
    // Each of forty is first a hundred times in four thousand; chance alone keeps nearly all within five sigma (50).
    assert_eq!(firsts.len(), 40);
    assert!(firsts.values().all(|times| (50..=150).contains(times)), "{firsts:?}");
}

#[test]
fn a_département_that_was_named_comes_before_its_neighbours() {
    let entries = demo::entries(Territory::load(), 4);
    let index = Index::of(&entries);
    let place = place("48");
    let wanted = vec![wanted(Facet::Kind, "psychologist")];
    let answer = index.search(&Query { place: Some(place), wanted, limit: 10, ..Query::default() });
    let here: Vec<bool> = answer.hits.iter().map(|hit| hit.why.here == Here::Inside).collect();
    let of_here = |entry: &&Entry| {
        entry.kinds == [Kind::Psychologist] && entry.locations[0].departement == Some(place.departement())
    };
    let count = entries.iter().filter(of_here).count();
    assert_eq!(answer.total, Some(count));
    assert!(count < 10 && here.is_sorted_by(|left, right| left >= right));
    assert_eq!(here.iter().filter(|inside| **inside).count(), count);
}

#[test]
fn names_are_found_as_people_type_them() {
    let entries: Vec<_> =
        ["Anne-Marie Lefèvre", "Marie Lefebvre", "Jean Martin", "Martine Jean", "Cabinet de l’Hôtel-Dieu", "Marc Ma"]
            .map(named)
            .into();
    let index = Index::of(&entries);
    let found = |text: &str| {
        let answer = index.search(&Query { text: text.to_owned(), limit: 10, ..Query::default() });
        assert_eq!(answer.total, Some(answer.hits.len()));
        names(&entries, &answer).into_iter().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(found("LEFEVRE"), set(&["Anne-Marie Lefèvre", "Marie Lefebvre"]), "one letter is missing in the other");
    assert_eq!(found("marie lef"), set(&["Anne-Marie Lefèvre", "Marie Lefebvre"]));
    assert_eq!(found("martin"), set(&["Jean Martin", "Martine Jean"]));
    assert_eq!(found("jean mrtin"), set(&["Jean Martin"]), "a second error is one too many in a short word");
    assert_eq!(found("hotel dieu"), set(&["Cabinet de l’Hôtel-Dieu"]));
    assert_eq!(found("xyz"), set(&[]));
    let whole_first = index.search(&Query { text: "martin".to_owned(), limit: 1, ..Query::default() });
    assert_eq!(names(&entries, &whole_first), ["Jean Martin"], "a whole word comes before the beginning of one");
}

#[test]
fn facets_count_what_looking_at_each_entry_counts() {
    let entries = demo::entries(Territory::load(), 6);
    let index = Index::of(&entries);
    let place = place("75");
    let query = Query { place: Some(place), wanted: vec![wanted(Facet::Language, "en")], ..Query::default() };
    let facets = index.facets(&query, &[Facet::Kind, Facet::Language]);
    let of_here = |entry: &&Entry| entry.locations[0].departement == Some(place.departement());
    let mut kinds = BTreeMap::new();
    let mut languages = BTreeMap::new();
    for entry in entries.iter().filter(of_here) {
        for language in &entry.offer.languages {
            *languages.entry(language.clone()).or_insert(0) += 1;
        }
        if entry.offer.languages.iter().any(|code| code == "en") {
            *kinds.entry(entry.kinds[0].key().to_owned()).or_insert(0) += 1;
        }
    }
    assert_eq!(facets[0].values.iter().cloned().collect::<BTreeMap<_, _>>(), kinds);
    assert_eq!(
        facets[1].values.iter().cloned().collect::<BTreeMap<_, _>>(),
        languages,
        "its own question does not narrow"
    );
    assert!(facets[1].values.is_sorted_by(|left, right| left.1 >= right.1));
}

#[test]
fn an_entry_of_several_places_is_found_once_and_at_the_nearest() {
    let at = |text: &str| Location {
        departement: Some(place(text).departement()),
        point: Some(place(text).point()),
        ..Location::default()
    };
    let entries = [Entry { locations: vec![at("lyon"), at("villeurbanne"), at("lille")], ..named("Réseau") }];
    let index = Index::of(&entries);
    let search = |text| index.search(&Query { place: Some(place(text)), limit: 5, ..Query::default() });
    let lille = search("lille").hits;
    assert_eq!((lille.len(), lille[0].location), (1, 2));
    assert_eq!(search("69").total, Some(1), "two addresses in a département are one entry");
    let counts = index.facets(&Query { place: Some(place("69")), ..Query::default() }, &[Facet::Reader]);
    assert_eq!(counts[0].values, [("public".to_owned(), 1)]);
}

#[test]
fn what_has_no_place_is_found_last_but_found() {
    let relay = Entry { kinds: vec![Kind::Relay], ..named("Ligne") };
    let near = Entry {
        kinds: vec![Kind::Relay],
        locations: vec![Location { point: Some(place("lyon").point()), ..Location::default() }],
        ..named("Antenne")
    };
    let entries = [relay, near];
    let query = Query { place: Some(place("lyon")), limit: 5, ..Query::default() };
    assert_eq!(names(&entries, &Index::of(&entries).search(&query)), ["Antenne", "Ligne"]);
}

#[test]
fn only_what_is_known_to_be_open_is_open() {
    let open = |weekly: Vec<Opening>, name| Entry {
        offer: Offer { hours: Hours { weekly, words: String::new() }, ..Offer::default() },
        locations: vec![Location { departement: DepartementCode::from_key("974"), ..Location::default() }],
        ..named(name)
    };
    let monday = Opening { day: 0, from: 600, until: 700 };
    let entries = [open(Vec::new(), "unknown"), open(vec![monday], "monday"), open(Hours::always().weekly, "always")];
    let index = Index::of(&entries);
    let at = |reunion: u16| {
        let minute = move |code: DepartementCode| if code.key() == "974" { reunion } else { WEEK - 1 };
        let open_at = Some(LocalTimes::new(minute, 0));
        let mut found = names(&entries, &index.search(&Query { open_at, limit: 5, ..Query::default() }));
        found.sort_unstable();
        found
    };
    assert_eq!(at(650), ["always", "monday"]);
    assert_eq!(at(700), ["always"]);
}

#[test]
fn a_change_is_found_at_once_and_what_went_is_not() {
    let entries = demo::entries(Territory::load(), 8);
    let index = Index::of(&entries);
    let search = |index: &Index, text: &str| {
        index.search(&Query { text: text.to_owned(), limit: 2_000, ..Query::default() }).hits.len()
    };
    let many = i64::try_from(entries.len()).unwrap();
    let new = Arc::new(named("Zéphyrine Nouvelle"));
    let changed = index.changed(&[0, 1], vec![(many, Arc::clone(&new))], 1);
    assert_eq!(search(&changed, "zephyrine"), 1);
    assert_eq!(search(&changed, "demo"), entries.len() - 2);
    assert_eq!(changed.len(), entries.len() - 1);
    let again = changed.changed(&[many], vec![(many + 1, Arc::new(named("Zéphyrine Autrement")))], 2);
    assert_eq!((search(&again, "zephyrine nouvelle"), search(&again, "zephyrine autrement")), (0, 1));
    assert_eq!((again.len(), again.changes(), again.stamp()), (entries.len() - 1, 3, 2));
    assert!(matches!(again.write(&mut Vec::new()), Err(IndexFault::Unfit)), "only what was built is written");
}

#[test]
fn a_file_gives_the_same_index_and_damage_is_noticed() {
    let mut entries = demo::entries(Territory::load(), 9);
    entries.push(named("sans lieu"));
    let mut builder = IndexBuilder::new();
    for (row, entry) in (100_i64..).zip(&entries) {
        builder.add(row, entry);
    }
    let index = Index::build(builder, 42);
    let mut file = Vec::new();
    index.write(&mut file).unwrap();
    let read = Index::read(&mut file.as_slice()).unwrap();
    assert_eq!((read.stamp(), read.len()), (42, entries.len()));
    for text in ["", "exem", "sans lieu", "lou"] {
        for place in [None, Some(place("nantes")), Some(place("59"))] {
            let wanted = vec![wanted(Facet::Mode, "teleconsultation"), wanted(Facet::Language, "en")];
            for wanted in [Vec::new(), wanted] {
                let query = Query { text: text.to_owned(), place, wanted, limit: 30, seed: 1, ..Query::default() };
                assert_eq!(read.search(&query), index.search(&query));
                assert_eq!(read.facets(&query, &Facet::ALL), index.facets(&query, &Facet::ALL));
            }
        }
    }
    for place in (0..file.len()).step_by(97) {
        let mut damaged = file.clone();
        damaged[place] ^= 0x40;
        assert!(Index::read(&mut damaged.as_slice()).is_err(), "byte {place}");
        assert!(Index::read(&mut &file[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn a_private_contact_is_not_a_name() {
    let contact =
        Contact { kind: crate::ContactKind::Phone, value: "0199000000".to_owned(), note: String::new(), private: true };
    let entry = Entry {
        contacts: vec![contact],
        keeping: Keeping { notes: "discret".to_owned(), hidden: true, ..Keeping::default() },
        ..named("Refuge")
    };
    let index = Index::of(&[entry]);
    let found = |text: &str, wanted: Vec<Trait>| {
        index.search(&Query { text: text.to_owned(), wanted, limit: 5, ..Query::default() }).hits.len()
    };
    assert_eq!((found("0199000000", Vec::new()), found("discret", Vec::new())), (0, 0));
    assert_eq!((found("refuge", Vec::new()), found("refuge", vec![wanted(Facet::Reader, "public")])), (1, 0));
}

#[test]
fn a_point_at_the_end_of_the_world_breaks_nothing() {
    for (latitude, longitude) in [(f64::NAN, f64::INFINITY), (900.0, -900.0), (90.0, 180.0)] {
        let location = Location { point: Some(Point { latitude, longitude }), ..Location::default() };
        let index = Index::of(&[Entry { locations: vec![location], ..named("loin") }]);
        let query = Query { place: Some(place("lyon")), limit: 5, ..Query::default() };
        assert!(index.search(&query).hits.len() <= 1);
    }
    assert!(
        Index::default().search(&Query { place: Some(place("lyon")), limit: 5, ..Query::default() }).hits.is_empty()
    );
}
