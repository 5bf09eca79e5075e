//! Lists against looking at every entry, and what they tell outsiders.

use super::*;
use crate::index::{Facet, Query};
use crate::{Entry, Location, Place, demo};

/// A list of everything that is asked for, in one page.
fn listed(index: &Index, asked: &Listing) -> Listed {
    index.list(&Listing { limit: 10_000, ..asked.clone() })
}

#[test]
fn pages_of_a_list_are_the_list_and_the_index_read_back_has_the_same() {
    let entries = demo::entries(Territory::load(), 7);
    let index = Index::of(&entries);
    let all = listed(&index, &Listing::default());
    assert_eq!((all.total, all.items.len()), (entries.len(), entries.len()));
    let pages = (0..entries.len()).step_by(37).flat_map(|skip| {
        let page = index.list(&Listing { skip, limit: 37, ..Listing::default() });
        assert_eq!(page.total, entries.len());
        page.items
    });
    assert_eq!(pages.collect::<Vec<_>>(), all.items);
    let mut bytes = Vec::new();
    index.write(&mut bytes).unwrap();
    let read = Index::read(&mut bytes.as_slice()).unwrap();
    assert_eq!(listed(&read, &Listing::default()), all);
    for (row, entry) in (0_i64..).zip(&entries).step_by(50) {
        assert_eq!(read.rows_of(&crate::public_id(&entry.id)), [row]);
    }
    assert_eq!(read.rows_of("00000000-0000-0000-0000-000000000000"), Vec::<i64>::new());
}

#[test]
fn a_list_is_narrowed_as_looking_at_each_entry_would() {
    let entries = demo::entries(Territory::load(), 7);
    let index = Index::of(&entries);
    let kind = |key: &str| vec![Trait::new(Facet::Kind, key)];
    let having = vec![kind("psychiatrist")];
    let loire = DepartementCode::from_key("42");
    let slow = |test: &dyn Fn(&Entry) -> bool| entries.iter().filter(|entry| test(entry)).count();
    let is_psychiatrist = |entry: &Entry| entry.kind() == Some(care::Kind::Psychiatrist);
    let fast = |asked: Listing| listed(&index, &asked).total;
    let first = |entry: &Entry| entry.locations[0].clone();
    assert_eq!(fast(Listing { having: having.clone(), ..Listing::default() }), slow(&is_psychiatrist));
    assert_eq!(
        fast(Listing { departement: loire, ..Listing::default() }),
        slow(&|entry| first(entry).departement == loire)
    );
    let lyon = Some(vec!["69123".to_owned()]);
    let in_lyon = slow(&|entry| first(entry).commune == "69123");
    assert!(in_lyon > 0);
    assert_eq!(fast(Listing { communes: lyon, ..Listing::default() }), in_lyon);
    assert_eq!(fast(Listing { communes: Some(Vec::new()), ..Listing::default() }), 0);
    let postcode = first(&entries[0]).postcode;
    let there = slow(&|entry| first(entry).postcode == postcode);
    assert_eq!(fast(Listing { postcode: Some(postcode), ..Listing::default() }), there);
    assert_eq!(fast(Listing { having: vec![Vec::new()], ..Listing::default() }), 0, "a group of nothing is nobody's");
    let here = first(&entries[0]).point.unwrap();
    let near = listed(&index, &Listing { within: Some((here, 30.0)), ..Listing::default() });
    let distance = |row: i64| first(&entries[usize::try_from(row).unwrap()]).point.unwrap().distance_km(here);
    assert!(near.total > 1 && near.items.windows(2).all(|two| distance(two[0].0) <= distance(two[1].0) + 0.5));
    assert!(near.items.iter().all(|(row, _)| distance(*row) < 30.5));
    let counts = index.by_departement(&having);
    let count = counts.iter().find(|(code, _)| Some(*code) == loire).unwrap().1;
    assert_eq!(count, slow(&|entry| is_psychiatrist(entry) && first(entry).departement == loire));
    let towns: usize = index.by_commune(loire.unwrap(), &having).iter().map(|(_, count)| count).sum();
    assert_eq!(towns, count);
}

#[test]
fn outsiders_learn_of_a_secret_place_no_more_than_its_département() {
    let lyon = Territory::load().commune("69123").unwrap();
    let location = |secret| Location {
        commune: "69123".to_owned(),
        departement: Some(lyon.departement),
        postcode: "69001".to_owned(),
        point: Some(lyon.point),
        secret,
        ..Location::default()
    };
    let entry = |id: &str, name: &str, secret, hidden| Entry {
        id: id.to_owned(),
        name: name.to_owned(),
        kinds: vec![care::Kind::Shelter],
        locations: vec![location(secret)],
        keeping: crate::Keeping { hidden, ..crate::Keeping::default() },
        ..Entry::default()
    };
    let entries =
        [entry("a", "Refuge", true, false), entry("b", "Accueil", false, false), entry("c", "Cachette", false, true)];
    let index = Index::of(&entries);
    let rows = |asked: Listing| listed(&index, &asked).items.iter().map(|(row, _)| *row).collect::<Vec<_>>();
    assert_eq!(rows(Listing { text: "refuge".to_owned(), ..Listing::default() }), [0]);
    assert_eq!(rows(Listing { within: Some((lyon.point, 1_000.0)), ..Listing::default() }), [1]);
    assert_eq!(rows(Listing { communes: Some(vec!["69123".to_owned()]), ..Listing::default() }), [1]);
    assert_eq!(rows(Listing { postcode: Some("69001".to_owned()), ..Listing::default() }), [1]);
    let mut here = rows(Listing { departement: Some(lyon.departement), ..Listing::default() });
    here.sort_unstable();
    assert_eq!(here, [0, 1]);
    assert_eq!(index.by_commune(lyon.departement, &[]), [(lyon, 1)]);
    let search = |place: Place, wanted: Vec<Trait>| {
        let query = Query { place: Some(place), wanted, limit: 9, ..Query::default() };
        index.search(&query).hits.iter().map(|hit| (hit.row, hit.distance_km.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(search(Place::Commune(lyon), vec![Trait::public()]), [(1, true), (0, false)]);
    assert_eq!(
        search(Place::Commune(lyon), Vec::new()).iter().filter(|(_, known)| *known).count(),
        3,
        "the house knows"
    );
    let grenoble = Territory::load().commune("38185").unwrap();
    assert_eq!(search(Place::Commune(grenoble), vec![Trait::public()]), [(1, true)]);
}
