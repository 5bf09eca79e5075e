use super::*;

fn locate(raw: &RawPlace) -> (Option<Location>, Vec<What>) {
    let mut findings = Vec::new();
    let location = Places::new(Territory::load()).locate(raw, &mut findings);
    (location, findings.into_iter().map(|finding| finding.what).collect())
}

fn place(code: &str, postcode: &str, commune: &str) -> RawPlace {
    RawPlace { code: code.into(), postcode: postcode.into(), commune: commune.into(), ..RawPlace::default() }
}

fn commune(raw: &RawPlace) -> (String, Vec<What>) {
    let (location, findings) = locate(raw);
    (location.map_or_else(String::new, |location| location.commune), findings)
}

#[test]
fn a_commune_is_found_by_its_code_or_by_postcode_and_name() {
    for (raw, code) in [
        (place("42218", "", ""), "42218"),
        (place("", "42000", "SAINT ETIENNE"), "42218"),
        (place("", "42000", "St-Étienne"), "42218"),
        (place("", "42055", "SAINT ETIENNE CEDEX 2"), "42218"),
        (place("", "1000", "Bourg-en-Bresse"), "01053"),
        (place("", "", "01000 BOURG EN BRESSE"), "01053"),
        (place("75112", "", ""), "75056"),
        (place("", "75012", "Paris 12e arrondissement"), "75056"),
        (place("", "69003", "LYON 03"), "69123"),
        (place("13207", "13007", "Marseille"), "13055"),
        (place("", "97400", "Saint-Denis"), "97411"),
        (place("", "20000", "Ajaccio"), "2A004"),
    ] {
        assert_eq!(commune(&raw), (code.to_owned(), Vec::new()), "{raw:?}");
    }
}

#[test]
fn typos_and_merged_communes_are_forgiven_and_said() {
    assert_eq!(commune(&place("", "42000", "Saint-Etinne")), ("42218".to_owned(), vec![What::CommuneForgiven]));
    assert_eq!(
        commune(&place("01999", "01000", "Ancienne-Commune-Disparue")),
        ("01053".to_owned(), vec![What::CommuneFromPostcode])
    );
    let (code, findings) = commune(&place("", "99999", "Nulle-Part-sur-Rien"));
    assert_eq!((code.as_str(), findings), ("", vec![What::PostcodeUnknown, What::CommuneUnknown]));
    assert_eq!(commune(&place("", "", "Saint-Denis")).1, [What::CommuneAmbiguous]);
}

#[test]
fn a_point_is_put_right_or_not_believed() {
    let at = |latitude: &str, longitude: &str| RawPlace {
        latitude: latitude.into(),
        longitude: longitude.into(),
        ..place("42218", "42000", "")
    };
    let point = |raw: &RawPlace| {
        let (location, findings) = locate(raw);
        (location.and_then(|location| location.point).unwrap(), findings)
    };
    let centre = Territory::load().commune("42218").unwrap().point;
    let given = Point { latitude: 45.44, longitude: 4.39 };
    assert_eq!(point(&at("45.44", "4.39")), (given, vec![]));
    assert_eq!(point(&at("45,44", "4,39")), (given, vec![]));
    assert_eq!(point(&at("4.39", "45.44")), (given, vec![What::PointSwapped]));
    assert_eq!(point(&at("48.85", "2.35")), (centre, vec![What::PointFar]));
    assert_eq!(point(&at("0", "0")), (centre, vec![What::PointOutside]));
    assert_eq!(point(&at("nord", "4.39")), (centre, vec![What::PointUnreadable]));
    assert_eq!(point(&at("NaN", "inf")), (centre, vec![What::PointUnreadable]));
    assert_eq!(point(&at("", "")), (centre, vec![]));
    let reunion = RawPlace { latitude: "55.45".into(), longitude: "-20.88".into(), ..place("97411", "", "") };
    assert_eq!(point(&reunion), (Point { latitude: -20.88, longitude: 55.45 }, vec![What::PointSwapped]));
}

#[test]
fn the_département_is_known_from_whatever_is_there() {
    let departement = |raw: &RawPlace| locate(raw).0.and_then(|location| location.departement).map(|code| code.key());
    assert_eq!(departement(&place("", "42999", "")), Some("42"));
    assert_eq!(departement(&RawPlace { departement: "Loire".into(), ..RawPlace::default() }), Some("42"));
    let alone = RawPlace { latitude: "45.44".into(), longitude: "4.39".into(), ..RawPlace::default() };
    assert_eq!(departement(&alone), Some("42"));
    assert_eq!(locate(&RawPlace::default()), (None, vec![]));
}

#[test]
fn every_commune_is_found_by_its_own_name_and_postcode() {
    let places = Places::new(Territory::load());
    for commune in Territory::load().communes() {
        let Some(postcode) = commune.postcodes().next() else {
            continue;
        };
        let mut findings = Vec::new();
        let raw = place("", postcode, commune.name);
        let found = places.locate(&raw, &mut findings).unwrap();
        let found = Territory::load().commune(&found.commune).unwrap();
        assert!(fold(found.name) == fold(commune.name), "{commune:?} {found:?}");
    }
}

#[test]
fn slips_are_counted() {
    for (one, other, slips) in
        [("lyon", "lyon", 0), ("lyon", "lyno", 1), ("lyon", "lion", 1), ("lyon", "lyons", 1), ("abc", "cba", 2)]
    {
        assert_eq!(edits(one, other), slips, "{one} {other}");
    }
}
