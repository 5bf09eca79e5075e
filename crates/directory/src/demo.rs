//! Fictitious entries for a demonstration: nobody in them exists, and no number in them rings.
//!
//! Telephone numbers come only from the blocks that the French regulator, Arcep, keeps for works of fiction, so that a
//! listener who tries one disturbs nobody.

mod crowd;

pub use crowd::professionals;

use crate::{
    Commune, Contact, ContactKind, Departement, Entry, Hours, Keeping, Location, Offer, Opening, Point, Territory,
};
use care::{Audience, Fee, Kind, Mode};

/// How many professionals there are, beside those that make sure that every département has some.
const PROFESSIONALS: usize = 680;
/// How many structures there are of each kind.
const STRUCTURES: usize = 50;
const PERSONS: [Kind; 3] = [Kind::Psychologist, Kind::GeneralPractitioner, Kind::Psychiatrist];

const OTHER_LANGUAGES: [&str; 8] = ["en", "en", "en", "ar", "es", "pt", "uk", "fsl"];
const FEES: [Fee; 4] = [Fee::Sector1, Fee::Sector2, Fee::NotCovered, Fee::Funded];

const FIRST_NAMES: [&str; 20] = [
    "Camille",
    "Claude",
    "Dominique",
    "Alix",
    "Sacha",
    "Charlie",
    "Maxime",
    "Lou",
    "Andréa",
    "Éden",
    "Gwenn",
    "Yaël",
    "Morgan",
    "Ange",
    "Noa",
    "Stéphane",
    "Pascale",
    "Élie",
    "Sam",
    "Céleste",
];
const LAST_NAMES: [&str; 16] = [
    "Exemple",
    "Spécimen",
    "Maquette",
    "Essai",
    "Gabarit",
    "Échantillon",
    "Prototype",
    "Canevas",
    "Ébauche",
    "Croquis",
    "Fictif",
    "Imaginaire",
    "Brouillon",
    "Modèle",
    "Simulacre",
    "Illustration",
];

/// About a thousand professionals and a hundred structures, spread as the population is. The same seed gives the same
/// entries. Every département, overseas too, has at least one professional of each kind, and an emergency service.
#[must_use]
pub fn entries(territory: Territory, seed: u64) -> Vec<Entry> {
    let mut maker = Maker { territory, chance: Chance(seed), made: Vec::with_capacity(1_200) };
    for departement in territory.departements() {
        let largest = territory.communes().iter().filter(|commune| commune.departement == departement.code);
        let Some(largest) = largest.max_by_key(|commune| commune.population) else {
            continue;
        };
        for kind in PERSONS {
            maker.add(kind, largest);
        }
    }
    let crowd = Crowd::new(territory.communes());
    for place in 0..PROFESSIONALS {
        let kind = PERSONS.get(place % PERSONS.len()).copied().unwrap_or(Kind::Psychologist);
        if let Some(commune) = crowd.draw(&mut maker.chance) {
            maker.add(kind, commune);
        }
    }
    let mut towns: Vec<_> = territory.communes().iter().collect();
    towns.sort_by_key(|commune| std::cmp::Reverse(commune.population));
    for kind in [Kind::DedicatedUnit, Kind::UniversityHealthService] {
        for town in towns.iter().take(STRUCTURES) {
            maker.add(kind, town);
        }
    }
    for departement in territory.departements() {
        let communes = territory.communes().iter().filter(|commune| commune.departement == departement.code);
        if let Some(largest) = communes.max_by_key(|commune| commune.population) {
            maker.add(Kind::EmergencyService, largest);
        }
    }
    maker.made
}

/// A small generator of numbers (SplitMix64): chance that is a parameter, and needs no crate.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, or 0 when there is none. The slight unevenness does not matter here.
    fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// A number of hundredths, from `-around` to `around`.
    fn hundredths(&mut self, around: u8) -> f64 {
        let span = u64::from(around) * 2 + 1;
        let drawn = u8::try_from(self.below(span)).unwrap_or(around);
        (f64::from(drawn) - f64::from(around)) / 100.0
    }
}

/// The people of all the communes, in a row, from which one can be drawn.
struct Crowd<'a> {
    communes: &'a [Commune],
    /// How many people live in a commune and in all those before it.
    heads: Vec<u64>,
}

impl<'a> Crowd<'a> {
    fn new(communes: &'a [Commune]) -> Self {
        let mut sum = 0;
        let heads = communes.iter().map(|commune| {
            sum += u64::from(commune.population);
            sum
        });
        Self { communes, heads: heads.collect() }
    }

    fn draw(&self, chance: &mut Chance) -> Option<&'a Commune> {
        let head = chance.below(self.heads.last().copied()?);
        self.communes.get(self.heads.partition_point(|sum| *sum <= head))
    }
}

struct Maker {
    territory: Territory,
    chance: Chance,
    made: Vec<Entry>,
}

impl Maker {
    fn add(&mut self, kind: Kind, commune: &Commune) {
        let number = self.made.len();
        // A pace away from the middle of the town, so that two entries of a town are not at the same distance.
        let point = Point {
            latitude: commune.point.latitude + self.chance.hundredths(1),
            longitude: commune.point.longitude + self.chance.hundredths(1),
        };
        let departement = self.territory.departement(commune.departement.key());
        let entry = Entry {
            id: format!("demo-{number:04}"),
            name: self.name(kind, commune),
            kinds: vec![kind],
            locations: vec![Location {
                commune: commune.code.to_owned(),
                departement: Some(commune.departement),
                postcode: commune.postcodes().next().unwrap_or_default().to_owned(),
                address: format!("{}, rue de la Démonstration", 1 + self.chance.below(99)),
                point: Some(point),
                secret: false,
            }],
            contacts: vec![Contact {
                kind: ContactKind::Phone,
                value: self.phone(departement),
                note: String::new(),
                private: false,
            }],
            offer: self.offer(kind),
            keeping: Keeping { source: "démonstration".to_owned(), demo: true, ..Keeping::default() },
            ..Entry::default()
        };
        self.made.push(entry);
    }

    /// What it offers: a third speak another language, a half can be consulted from afar, most are open on weekdays.
    fn offer(&mut self, kind: Kind) -> Offer {
        if kind == Kind::EmergencyService {
            let weekly = (0..7).map(|day| Opening { day, from: 0, until: 24 * 60 }).collect();
            let hours = Hours { weekly, words: String::new() };
            return Offer {
                languages: vec!["fr".to_owned()],
                modes: vec![Mode::ByTelephone],
                hours,
                ..Offer::default()
            };
        }
        let mut languages = vec!["fr".to_owned()];
        if self.chance.below(3) == 0 {
            let other = OTHER_LANGUAGES.get(self.pick(OTHER_LANGUAGES.len())).copied().unwrap_or("en");
            languages.push(other.to_owned());
        }
        let mut modes = vec![Mode::InPerson];
        if self.chance.below(10) < 4 {
            modes.push(Mode::Teleconsultation);
        }
        let fee = if kind.is_person() { FEES.get(self.pick(FEES.len())).copied() } else { Some(Fee::Free) };
        let opening = |day, from, until| Opening { day, from, until };
        let weekly = match self.chance.below(4) {
            0 => Vec::new(),
            1 => (0..5).map(|day| opening(day, 9 * 60, 17 * 60)).collect(),
            2 => (0..5).flat_map(|day| [opening(day, 8 * 60, 12 * 60), opening(day, 14 * 60, 19 * 60)]).collect(),
            _ => (1..6).map(|day| opening(day, 10 * 60, 18 * 60)).collect(),
        };
        Offer {
            languages,
            modes,
            fees: fee.into_iter().collect(),
            hours: Hours { weekly, words: String::new() },
            audiences: if kind == Kind::UniversityHealthService { vec![Audience::Students] } else { Vec::new() },
            accepts_new: [Some(true), Some(true), Some(false), None].get(self.pick(4)).copied().flatten(),
            ..Offer::default()
        }
    }

    fn first_name(&mut self) -> &'static str {
        FIRST_NAMES.get(self.pick(FIRST_NAMES.len())).copied().unwrap_or_default()
    }

    fn name(&mut self, kind: Kind, commune: &Commune) -> String {
        let first = self.first_name();
        let last = LAST_NAMES.get(self.pick(LAST_NAMES.len())).copied().unwrap_or_default();
        match kind {
            Kind::GeneralPractitioner | Kind::Psychiatrist => format!("Dr\u{a0}{first} {last} (démo)"),
            Kind::DedicatedUnit => format!("Unité dédiée «\u{a0}{last}\u{a0}», {} (démo)", commune.name),
            Kind::EmergencyService => format!("SAMU, {} (démo)", commune.name),
            kind if kind.is_person() => format!("{first} {last} (démo)"),
            kind => format!("{} «\u{a0}{last}\u{a0}», {} (démo)", kind.label(care::Language::Fr), commune.name),
        }
    }

    fn pick(&mut self, count: usize) -> usize {
        usize::try_from(self.chance.below(u64::try_from(count).unwrap_or(1))).unwrap_or(0)
    }

    fn phone(&mut self, departement: Option<&Departement>) -> String {
        let block = block_of(departement.map_or("", |departement| departement.region));
        let (pair, last) = (self.chance.below(100), self.chance.below(100));
        // Of the mobile numbers of fiction, those below 90 are left to callers who are made up.
        let pair = if block == MOBILE { 90 + pair % 10 } else { pair };
        format!("{block} {pair:02} {last:02}")
    }
}

/// The fictional block of mobile numbers.
const MOBILE: &str = "06 39 98";

/// The fictional block of a region's numbering zone; a mobile one where the zones say nothing.
fn block_of(region: &str) -> &'static str {
    match region {
        "11" => "01 99 00",
        "24" | "28" | "52" | "53" | "04" | "06" => "02 61 91",
        "27" | "32" | "44" => "03 53 01",
        "84" | "93" | "94" => "04 65 71",
        "75" | "76" | "01" | "02" | "03" => "05 36 49",
        _ => MOBILE,
    }
}
