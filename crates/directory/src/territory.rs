//! France as the directory knows it: communes, départements and regions, embedded in the program.

use crate::Point;
use crate::place::PlaceIndex;
use care::DepartementCode;
use std::collections::HashMap;
use std::sync::OnceLock;

const COMMUNES: &str = include_str!("../data/communes.csv");
const DEPARTEMENTS: &str = include_str!("../data/departements.csv");
const REGIONS: &str = include_str!("../data/regions.csv");

/// A commune.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Commune {
    /// Its code, which is not its postcode: « 42218 ».
    pub code: &'static str,
    /// Its name, with accents and hyphens.
    pub name: &'static str,
    /// Where it is.
    pub departement: DepartementCode,
    /// How many people live there.
    pub population: u32,
    /// A point in it, or near it: see [`Commune::point_source`].
    pub point: Point,
    /// How the point was found.
    pub point_source: PointSource,
    postcodes: &'static str,
}

impl Commune {
    /// Its postcodes, which it may share with others.
    pub fn postcodes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.postcodes.split(' ').filter(|postcode| !postcode.is_empty())
    }
}

/// How the point of a commune was found. See `data/make_territory.mjs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointSource {
    /// A place of the same name, in the same département: about a kilometre off.
    Name,
    /// The mean of the communes that were merged into it.
    FormerCommunes,
    /// The mean of the communes that share its postcode: about six kilometres off.
    Postcode,
    /// The mean of its inter-communal body.
    Neighbours,
    /// The mean of its arrondissement: good for little more than telling north from south.
    Arrondissement,
    /// The chief town of its département.
    ChiefTown,
}

/// A département, or an overseas collectivity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Departement {
    /// Its code: « 42 », « 2A », « 974 ».
    pub code: DepartementCode,
    /// Its name.
    pub name: &'static str,
    /// The code of its region.
    pub region: &'static str,
    /// The code of its chief town, which overseas may be no commune of the list.
    pub chief_town: &'static str,
    /// How many people live there.
    pub population: u64,
    /// Where they live, in the mean: the point from which distances are measured when no commune is known.
    pub centre: Point,
}

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// All of France, read once and shared. Copying it costs nothing.
#[derive(Debug, Clone, Copy)]
pub struct Territory {
    tables: &'static Tables,
}

#[derive(Debug)]
struct Tables {
    communes: Vec<Commune>,
    departements: Vec<Departement>,
    regions: Vec<Region>,
    by_code: HashMap<&'static str, usize>,
    places: PlaceIndex,
}

impl Territory {
    /// The territory. The first call reads it, in some tens of milliseconds; call it at start-up.
    #[must_use]
    pub fn load() -> Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        Self { tables: TABLES.get_or_init(Tables::read) }
    }

    /// Every commune, in the order of the codes.
    #[must_use]
    pub fn communes(self) -> &'static [Commune] {
        &self.tables.communes
    }

    /// Every département and overseas collectivity.
    #[must_use]
    pub fn departements(self) -> &'static [Departement] {
        &self.tables.departements
    }

    /// Every region, and the overseas collectivities again.
    #[must_use]
    pub fn regions(self) -> &'static [Region] {
        &self.tables.regions
    }

    /// The commune with this code (not this postcode).
    #[must_use]
    pub fn commune(self, code: &str) -> Option<&'static Commune> {
        self.tables.by_code.get(code).and_then(|place| self.tables.communes.get(*place))
    }

    /// The département with this code. Small letters and a missing zero are forgiven.
    #[must_use]
    pub fn departement(self, code: &str) -> Option<&'static Departement> {
        let code = DepartementCode::from_key(code)?;
        self.tables.departements.iter().find(|departement| departement.code == code)
    }

    /// The region with this code.
    #[must_use]
    pub fn region(self, code: &str) -> Option<&'static Region> {
        self.tables.regions.iter().find(|region| region.code == code)
    }

    pub(crate) fn places(self) -> &'static PlaceIndex {
        &self.tables.places
    }
}

impl Tables {
    /// Reads the embedded files. A row that cannot be read is left out rather than keep the service from starting;
    /// a test makes sure that there is none.
    fn read() -> Self {
        let communes: Vec<_> = rows(COMMUNES).filter_map(read_commune).collect();
        let departements: Vec<_> = rows(DEPARTEMENTS).filter_map(|row| read_departement(row, &communes)).collect();
        let regions = rows(REGIONS).filter_map(read_region).collect();
        let by_code = communes.iter().enumerate().map(|(place, commune)| (commune.code, place)).collect();
        let places = PlaceIndex::new(&communes, &departements);
        Self { communes, departements, regions, by_code, places }
    }
}

/// The rows of an embedded file, without its header. No name in them has a semicolon, so none is quoted.
pub(crate) fn rows(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().skip(1).filter(|row| !row.is_empty())
}

fn read_commune(row: &'static str) -> Option<Commune> {
    let mut cells = row.split(';');
    Some(Commune {
        code: cells.next()?,
        name: cells.next()?,
        departement: DepartementCode::from_key(cells.next()?)?,
        population: cells.next()?.parse().ok()?,
        postcodes: cells.next()?,
        point: Point { latitude: cells.next()?.parse().ok()?, longitude: cells.next()?.parse().ok()? },
        point_source: match cells.next()? {
            "n" => PointSource::Name,
            "f" => PointSource::FormerCommunes,
            "p" => PointSource::Postcode,
            "e" => PointSource::Neighbours,
            "a" => PointSource::Arrondissement,
            "c" => PointSource::ChiefTown,
            _ => return None,
        },
    })
}

fn read_departement(row: &'static str, communes: &[Commune]) -> Option<Departement> {
    let mut cells = row.split(';');
    let code = DepartementCode::from_key(cells.next()?)?;
    let (name, region, chief_town) = (cells.next()?, cells.next()?, cells.next()?);
    let (mut population, mut latitude, mut longitude, mut weights) = (0, 0.0, 0.0, 0.0);
    for commune in communes.iter().filter(|commune| commune.departement == code) {
        population += u64::from(commune.population);
        let weight = f64::from(commune.population);
        latitude += weight * commune.point.latitude;
        longitude += weight * commune.point.longitude;
        weights += weight;
    }
    if weights <= 0.0 {
        return None;
    }
    let centre = Point { latitude: latitude / weights, longitude: longitude / weights };
    Some(Departement { code, name, region, chief_town, population, centre })
}

fn read_region(row: &'static str) -> Option<Region> {
    let mut cells = row.split(';');
    Some(Region { code: cells.next()?, name: cells.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let territory = Territory::load();
        assert_eq!(territory.communes().len(), rows(COMMUNES).count());
        assert_eq!(territory.departements().len(), rows(DEPARTEMENTS).count());
        assert_eq!(territory.regions().len(), rows(REGIONS).count());
        assert_eq!(territory.communes().len(), 34_963);
    }

    #[test]
    fn départements_are_those_that_care_records_know() {
        let mut codes: Vec<_> = Territory::load().departements().iter().map(|departement| departement.code).collect();
        codes.sort_unstable();
        assert_eq!(codes, DepartementCode::all().collect::<Vec<_>>());
    }

    #[test]
    fn every_département_has_people_a_region_and_a_centre_among_them() {
        let territory = Territory::load();
        for departement in territory.departements() {
            assert!(departement.population > 500, "{departement:?}");
            assert!(territory.region(departement.region).is_some(), "{departement:?}");
            let near = territory.communes().iter().filter(|commune| commune.departement == departement.code);
            let nearest = near.map(|commune| commune.point.distance_km(departement.centre)).fold(f64::MAX, f64::min);
            // The people of Polynesia live on islands far apart: the mean of them is in the sea.
            assert!(nearest < 120.0, "{departement:?} {nearest}");
        }
    }

    #[test]
    fn points_are_on_earth_and_postcodes_have_five_digits() {
        for commune in Territory::load().communes() {
            assert!(commune.point.latitude.abs() < 60.0 && commune.point.longitude.abs() < 180.0, "{commune:?}");
            assert!(commune.postcodes().all(|code| code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit())));
        }
    }

    #[test]
    fn codes_find_corsica_and_overseas() {
        let territory = Territory::load();
        assert_eq!(territory.commune("2A004").map(|commune| commune.name), Some("Ajaccio"));
        assert_eq!(territory.departement("2b").map(|departement| departement.name), Some("Haute-Corse"));
        assert_eq!(territory.departement("974").map(|departement| departement.name), Some("La Réunion"));
        assert_eq!(territory.departement("988").map(|departement| departement.name), Some("Nouvelle-Calédonie"));
        assert_eq!(territory.commune("42000"), None, "a postcode is no commune code");
        assert_eq!(territory.departement("20"), None);
    }
}
