//! Whatever entry is exported and read again is the same entry.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop at once, and so may what it calls")]

use care::{Accessibility, Audience, DepartementCode, Fee, Kind, Mode};
use directory::import::Importer;
use directory::{
    Contact, ContactKind, Difference, Entry, Hours, Identifier, Keeping, Location, Offer, Opening, Point, Published,
    Territory, export, import,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::sync::OnceLock;

/// A text of one line with all that formats trip over.
fn line() -> impl Strategy<Value = String> {
    "[a-zé'=+@|#!\\\\;,\"<&œ-][a-zé'=+@|#!\\\\;,\"<& -]{0,12}[a-zé'=+@|#!\\\\;,\"<&.]".prop_map(|text| {
        let words: Vec<_> = text.split_whitespace().collect();
        words.join(" ")
    })
}

fn lines() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..3).prop_map(|lines| lines.join("\n"))
}

fn location() -> impl Strategy<Value = Location> {
    let communes = Territory::load().communes();
    let near = (-20i32..20).prop_map(|offset| f64::from(offset) / 1_000.0);
    (0..communes.len(), near.clone(), near, line(), any::<bool>(), prop::option::of(Just(())), 0..4u8).prop_map(
        move |(at, north, east, address, secret, point, known)| {
            let commune = &communes[at];
            let given = Point { latitude: commune.point.latitude + north, longitude: commune.point.longitude + east };
            match known {
                0 => Location { departement: Some(commune.departement), secret, ..Location::default() },
                _ => Location {
                    commune: commune.code.to_owned(),
                    departement: Some(commune.departement),
                    postcode: commune.postcodes().next().unwrap_or_default().to_owned(),
                    address,
                    point: Some(if point.is_some() { given } else { commune.point }),
                    secret,
                },
            }
        },
    )
}

fn contact() -> impl Strategy<Value = Contact> {
    let value = (0..6u8, 0..99u8, line()).prop_map(|(kind, number, text)| {
        let name: String = text.chars().filter(char::is_ascii_lowercase).collect();
        match kind {
            0 => (ContactKind::Phone, format!("01 99 00 00 {number:02}")),
            1 => (ContactKind::Fax, format!("04 65 71 00 {number:02}")),
            2 => (ContactKind::Email, format!("{name}x@exemple.fr")),
            3 => (ContactKind::Website, format!("https://exemple.fr/{name}#|\\{number}")),
            4 => (ContactKind::Booking, format!("https://exemple.fr/rdv/{number}")),
            _ => (ContactKind::Room, format!("https://exemple.fr/salle?{name}=!{number}")),
        }
    });
    (value, prop::option::of(line()), any::<bool>()).prop_map(|((kind, value), note, private)| Contact {
        kind,
        value,
        note: note.unwrap_or_default(),
        private,
    })
}

fn hours() -> impl Strategy<Value = Hours> {
    let openings = prop::collection::vec((0u8..7, 0u16..1_440, 1u16..=1_440), 0..6);
    (openings, lines()).prop_map(|(openings, words)| {
        let weekly = openings.into_iter().filter_map(|(day, from, until)| Opening::new(day, from, until)).collect();
        Hours { weekly, words }.tidy()
    })
}

fn some<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    subsequence(all, 0..=3)
}

fn offer() -> impl Strategy<Value = Offer> {
    (
        subsequence(vec!["fr", "en", "fsl", "uk", "sw"], 0..=3),
        some(Audience::ALL),
        some(Mode::ALL),
        some(Fee::ALL),
        some(Accessibility::ALL),
        hours(),
        any::<Option<bool>>(),
    )
        .prop_map(|(languages, audiences, modes, fees, accessibility, hours, accepts_new)| Offer {
            languages: languages.into_iter().map(str::to_owned).collect(),
            audiences,
            modes,
            fees,
            accessibility,
            hours,
            accepts_new,
        })
}

fn keeping() -> impl Strategy<Value = Keeping> {
    (
        lines(),
        line(),
        lines().prop_map(|text| text.replace('\n', " ")),
        prop::option::of(-10_000..40_000i32),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(notes, keeper, source, confirmed, hidden, demo)| Keeping {
            notes,
            keeper,
            source,
            confirmed,
            hidden,
            demo,
        })
}

fn identifiers() -> impl Strategy<Value = Vec<Identifier>> {
    let all = vec![("rpps", "10001234567"), ("adeli", "429300123"), ("finess", "420012345"), ("maison", "a|b:#1")];
    subsequence(all, 0..=4).prop_map(|chosen| {
        let identifier = |(scheme, value): (&str, &str)| Identifier { scheme: scheme.into(), value: value.into() };
        chosen.into_iter().map(identifier).collect()
    })
}

prop_compose! {
    fn entry()(
        id in select(vec!["own:1", "rpps:10001234567", "=id"]),
        name in line(),
        kinds in some(Kind::ALL),
        locations in prop::collection::vec(location(), 0..3),
        contacts in prop::collection::vec(contact(), 0..5),
        offer in offer(),
        about in lines(),
        identifiers in identifiers(),
        keeping in keeping(),
        others in prop::collection::vec(line(), 0..3),
    ) -> Entry {
        let mut entry = Entry {
            id: id.to_owned(), name, kinds, locations: Vec::new(), contacts: Vec::new(), offer, about, identifiers, keeping,
            other_names: Vec::new(),
        };
        // What is there twice is there once after any import.
        for location in locations {
            if !entry.locations.contains(&location) {
                entry.locations.push(location);
            }
        }
        for contact in contacts {
            if !entry.contacts.contains(&contact) {
                entry.contacts.push(contact);
            }
        }
        for other in others {
            if other != entry.name && !entry.other_names.contains(&other) {
                entry.other_names.push(other);
            }
        }
        entry
    }
}

fn importer() -> &'static Importer {
    static IMPORTER: OnceLock<Importer> = OnceLock::new();
    IMPORTER.get_or_init(|| Importer::new(Territory::load(), 20_780, "another"))
}

fn read_table(bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    import::csv::read(importer(), bytes, None, &mut |row| entries.push(row.result.unwrap()));
    entries
}

fn public(entry: &Entry) -> Option<(Published, Entry)> {
    let published = entry.published()?;
    let mut known = Entry::from(&published);
    // Two secret places of one département are one place to others.
    let mut locations = Vec::new();
    for location in std::mem::take(&mut known.locations) {
        if !locations.contains(&location) {
            locations.push(location);
        }
    }
    known.locations = locations;
    Some((published, known))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_table_of_the_house(entries in prop::collection::vec(entry(), 1..4)) {
        let mut table = export::csv::House::new(Vec::new()).unwrap();
        entries.iter().for_each(|entry| table.write(entry).unwrap());
        prop_assert_eq!(read_table(&table.finish().unwrap()), entries);
    }

    #[test]
    fn a_table_for_others(entry in entry()) {
        if let Some((published, known)) = public(&entry) {
            let mut table = export::csv::Public::new(Vec::new()).unwrap();
            table.write(&published).unwrap();
            prop_assert_eq!(read_table(&table.finish().unwrap()), [known]);
        }
    }

    #[test]
    fn a_workbook_of_the_house(entries in prop::collection::vec(entry(), 1..4)) {
        let mut sheet = export::xlsx::House::new(Vec::new()).unwrap();
        entries.iter().for_each(|entry| assert!(sheet.write(entry).unwrap()));
        let bytes = std::io::Cursor::new(sheet.finish().unwrap());
        let mut read = Vec::new();
        import::xlsx::read(importer(), bytes, None, &mut |row| read.push(row.result.unwrap()));
        prop_assert_eq!(read, entries);
    }

    #[test]
    fn services_of_hsds(entries in prop::collection::vec(entry(), 1..4)) {
        let public: Vec<_> = entries.iter().filter_map(public).collect();
        let mut page = export::hsds::Page::new(Vec::new()).unwrap();
        public.iter().for_each(|(published, _)| page.write(published).unwrap());
        let mut read = Vec::new();
        let report = import::hsds::read(importer(), page.finish().unwrap().as_slice(), &mut |row| read.push(row.result.unwrap()));
        prop_assert_eq!(report.findings, []);
        prop_assert_eq!(read, public.into_iter().map(|(_, known)| known).collect::<Vec<_>>());
    }
}

#[test]
fn départements_alone_are_kept() {
    let location = Location { departement: DepartementCode::from_key("42"), secret: true, ..Location::default() };
    let entry = Entry { id: "own:1".into(), name: "Refuge".into(), locations: vec![location], ..Entry::default() };
    let mut table = export::csv::House::new(Vec::new()).unwrap();
    table.write(&entry).unwrap();
    assert_eq!(read_table(&table.finish().unwrap()), [entry]);
}

/// Ways to take a part over from another entry.
const PARTS: &[fn(&mut Entry, &Entry)] = &[
    |one, other| one.name.clone_from(&other.name),
    |one, other| one.kinds.clone_from(&other.kinds),
    |one, other| one.locations.clone_from(&other.locations),
    |one, other| one.contacts.clone_from(&other.contacts),
    |one, other| one.offer = other.offer.clone(),
    |one, other| one.about.clone_from(&other.about),
    |one, other| one.identifiers.clone_from(&other.identifiers),
    |one, other| one.keeping = other.keeping.clone(),
    |one, other| one.other_names.clone_from(&other.other_names),
];

proptest! {
    #[test]
    fn entries_differ_where_a_difference_is_told(one in entry(), other in entry(), part in 0..PARTS.len()) {
        let mut changed = one.clone();
        PARTS[part](&mut changed, &other);
        let told = Difference::between(&one, &changed);
        prop_assert_eq!(told.is_empty(), one == changed, "{:?}", told);
    }
}
