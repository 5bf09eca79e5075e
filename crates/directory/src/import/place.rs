//! Where an entry is: the commune found by code, or by postcode and name, and a point that is believable.

use super::{Field, Finding, What};
use crate::fold::edits;
use crate::{Commune, Location, Point, PointSource, Territory, fold};
use care::DepartementCode;
use std::collections::HashMap;

/// A place as a file tells of it. All but the names of fields may be wrong.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawPlace {
    /// Its commune's code.
    pub code: String,
    /// Its commune's name, or the last line of its address.
    pub commune: String,
    pub postcode: String,
    pub departement: String,
    pub address: String,
    pub latitude: String,
    pub longitude: String,
    pub secret: bool,
}

impl RawPlace {
    pub(crate) fn is_empty(&self) -> bool {
        [&self.code, &self.commune, &self.postcode, &self.departement, &self.address, &self.latitude, &self.longitude]
            .iter()
            .all(|text| text.trim().is_empty())
    }
}

/// Finds communes fast enough for a million rows.
#[derive(Debug)]
pub(super) struct Places {
    territory: Territory,
    by_postcode: HashMap<&'static str, Vec<&'static Commune>>,
    by_name: HashMap<String, Vec<&'static Commune>>,
    by_square: HashMap<(i32, i32), Vec<&'static Commune>>,
}

/// Further from its commune than this, in kilometres, a point is not believed.
const FAR_KM: f64 = 60.0;

impl Places {
    pub(super) fn new(territory: Territory) -> Self {
        let mut places =
            Self { territory, by_postcode: HashMap::new(), by_name: HashMap::new(), by_square: HashMap::new() };
        for commune in territory.communes() {
            for postcode in commune.postcodes() {
                places.by_postcode.entry(postcode).or_default().push(commune);
            }
            places.by_name.entry(fold(commune.name)).or_default().push(commune);
            places.by_square.entry(square(commune.point)).or_default().push(commune);
        }
        places
    }

    /// The location that a raw place is; none when it says nothing.
    pub(super) fn locate(&self, raw: &RawPlace, findings: &mut Vec<Finding>) -> Option<Location> {
        if raw.is_empty() {
            return None;
        }
        let mut postcode = postcode_of(&raw.postcode);
        let mut name = raw.commune.trim().to_owned();
        if postcode.is_empty()
            && let Some((first, rest)) = name.split_once(' ')
            && first.len() == 5
            && first.bytes().all(|byte| byte.is_ascii_digit())
        {
            (postcode, name) = (first.to_owned(), rest.to_owned());
        }
        let commune = self.commune(raw.code.trim(), &postcode, &name, findings);
        if postcode.is_empty()
            && let Some(of_arrondissement) = arrondissement(raw.code.trim())
        {
            postcode = of_arrondissement.1;
        }
        let given = read_point(&raw.latitude, &raw.longitude, findings);
        let point = believe(given, commune, findings);
        let departement = self.departement(raw, &postcode, commune, given);
        if let (Some(commune), Some(of_postcode)) = (commune, departement_of_postcode(&postcode))
            && !same_departement(commune.departement, of_postcode)
            && !commune.postcodes().any(|known| known == postcode)
        {
            findings.push(Finding::new(What::PostcodeElsewhere, Some(Field::Postcode), &raw.postcode));
        }
        let address = super::text::line(&raw.address, Field::Address, findings);
        if departement.is_none() && point.is_none() && address.is_empty() && postcode.is_empty() {
            return None;
        }
        Some(Location {
            commune: commune.map_or_else(String::new, |commune| commune.code.to_owned()),
            departement,
            postcode,
            address,
            point,
            secret: raw.secret,
        })
    }

    fn departement(
        &self,
        raw: &RawPlace,
        postcode: &str,
        commune: Option<&Commune>,
        point: Option<Point>,
    ) -> Option<DepartementCode> {
        let told = || {
            let text = raw.departement.trim();
            DepartementCode::from_key(text).or_else(|| {
                let folded = fold(text);
                let named = |departement: &&crate::Departement| fold(departement.name) == folded;
                self.territory.departements().iter().find(named).map(|departement| departement.code)
            })
        };
        commune
            .map(|commune| commune.departement)
            .or_else(told)
            .or_else(|| departement_of_postcode(postcode))
            .or_else(|| self.nearest(point?).map(|commune| commune.departement))
    }

    fn commune(&self, code: &str, postcode: &str, name: &str, findings: &mut Vec<Finding>) -> Option<&'static Commune> {
        let whole = arrondissement(code).map(|(whole, _)| whole);
        if let Some(commune) = self.territory.commune(whole.unwrap_or(code)) {
            return Some(commune);
        }
        let folded = bare_name(name);
        let here = self.by_postcode.get(postcode).map(Vec::as_slice).unwrap_or_default();
        if !postcode.is_empty() && here.is_empty() && departement_of_postcode(postcode).is_none() {
            findings.push(Finding::new(What::PostcodeUnknown, Some(Field::Postcode), postcode));
        }
        if folded.is_empty() && here.is_empty() {
            if !code.is_empty() {
                findings.push(Finding::new(What::CommuneUnknown, Some(Field::CommuneCode), code));
            }
            return None;
        }
        if let Some(commune) = here.iter().find(|commune| fold(commune.name) == folded) {
            return Some(commune);
        }
        // A postcode of businesses (CEDEX) or a mistaken one: the name within the same département, then in the country.
        if let Some(commune) = self.named(&folded, postcode, findings) {
            return Some(commune);
        }
        let (field, said) = if name.is_empty() { (Field::CommuneCode, code) } else { (Field::Commune, name) };
        if let Some(commune) = closest(here, &folded) {
            findings.push(Finding::new(What::CommuneForgiven, Some(field), said));
            return Some(commune);
        }
        let largest = here.iter().max_by_key(|commune| commune.population).copied();
        // A postcode of one commune says all that there is to say.
        if here.len() != 1 || !folded.is_empty() {
            let what = if largest.is_some() { What::CommuneFromPostcode } else { What::CommuneUnknown };
            findings.push(Finding::new(what, Some(field), if said.is_empty() { postcode } else { said }));
        }
        largest
    }

    fn named(&self, folded: &str, postcode: &str, findings: &mut Vec<Finding>) -> Option<&'static Commune> {
        let namesakes = self.by_name.get(folded)?;
        let departement = departement_of_postcode(postcode);
        let at_home: Vec<_> = match departement {
            Some(code) => namesakes.iter().filter(|commune| same_departement(commune.departement, code)).collect(),
            None => namesakes.iter().collect(),
        };
        match at_home.as_slice() {
            [only] => Some(only),
            // With a postcode of another département the name says nothing, unless there is no other of that name.
            [] => match namesakes.as_slice() {
                [only] if self.by_postcode.get(postcode).is_none_or(Vec::is_empty) => Some(only),
                _ => None,
            },
            several => {
                findings.push(Finding::new(What::CommuneAmbiguous, Some(Field::Commune), folded));
                several.iter().max_by_key(|commune| commune.population).map(|commune| **commune)
            }
        }
    }

    /// The commune whose point is nearest, among those in the same square of a tenth of a degree and around it.
    fn nearest(&self, point: Point) -> Option<&'static Commune> {
        let (row, column) = square(point);
        let around = (-2..=2).flat_map(|down| (-2..=2).map(move |right| (row + down, column + right)));
        let communes = around.filter_map(|square| self.by_square.get(&square)).flatten().copied();
        communes.min_by(|left, right| left.point.distance_km(point).total_cmp(&right.point.distance_km(point)))
    }
}

#[allow(clippy::cast_possible_truncation, reason = "degrees on Earth are small numbers, and a cast saturates")]
fn square(point: Point) -> (i32, i32) {
    ((point.latitude * 10.0).floor() as i32, (point.longitude * 10.0).floor() as i32)
}

/// A postcode of five digits; a spreadsheet may have taken the first zero away.
fn postcode_of(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    let text = text.strip_prefix("F-").or_else(|| text.strip_prefix("FR-")).unwrap_or(text);
    let code: String = text.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    if code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()) { format!("0{code}") } else { code }
}

/// The département whose postcodes begin so. Corsica's « 20 » says only which island.
fn departement_of_postcode(postcode: &str) -> Option<DepartementCode> {
    if postcode.len() != 5 || !postcode.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match postcode.get(..3)? {
        "200" | "201" => DepartementCode::from_key("2A"),
        "202" | "206" => DepartementCode::from_key("2B"),
        overseas if overseas.starts_with("97") || overseas.starts_with("98") => DepartementCode::from_key(overseas),
        _ => DepartementCode::from_key(postcode.get(..2)?),
    }
}

fn same_departement(one: DepartementCode, other: DepartementCode) -> bool {
    // Saint-Martin and Saint-Barthélemy kept postcodes of Guadeloupe.
    let guadeloupe = |code: DepartementCode| matches!(code.key(), "971" | "977" | "978");
    one == other || (guadeloupe(one) && guadeloupe(other))
}

/// The commune of an arrondissement's code, and the postcode of that arrondissement.
fn arrondissement(code: &str) -> Option<(&'static str, String)> {
    let number: u32 = code.parse().ok().filter(|_| code.len() == 5)?;
    match number {
        75_101..=75_120 => Some(("75056", format!("75{:03}", number - 75_100))),
        69_381..=69_389 => Some(("69123", format!("69{:03}", number - 69_380))),
        13_201..=13_216 => Some(("13055", format!("13{:03}", number - 13_200))),
        _ => None,
    }
}

/// A folded name without « CEDEX 9 », « 3e arrondissement » and the like.
fn bare_name(name: &str) -> String {
    let folded = fold(name);
    let is_extra = |word: &str| {
        let number = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let ending = word.get(number.len()..).unwrap_or_default();
        let numbered = (1..=2).contains(&number.len()) && matches!(ending, "" | "e" | "er" | "eme");
        numbered || matches!(word, "cedex" | "arrondissement" | "arr" | "france")
    };
    let mut words: Vec<_> = folded.split(' ').collect();
    while words.len() > 1 && words.last().is_some_and(|word| is_extra(word)) {
        words.pop();
    }
    words.join(" ")
}

/// The commune whose name is written almost so, if one alone is.
fn closest(communes: &[&'static Commune], folded: &str) -> Option<&'static Commune> {
    let length = folded.chars().count();
    if length < 3 {
        return None;
    }
    let allowed = if length < 6 { 1 } else { 2 };
    let tail =
        |name: &str| name.len() > 4 && folded.len() > 4 && (name.starts_with(folded) || folded.starts_with(name));
    let mut near = communes.iter().filter(|commune| {
        let name = fold(commune.name);
        tail(&name) || edits(&name, folded) <= allowed
    });
    let found = near.next()?;
    near.next().is_none().then_some(*found)
}

/// Boxes around all that is France: least and greatest latitude, least and greatest longitude.
const FRANCE: [(f64, f64, f64, f64); 9] = [
    (41.2, 51.2, -5.3, 9.7),
    (14.3, 18.2, -63.3, -60.7),
    (2.0, 6.0, -54.7, -51.5),
    (46.6, 47.3, -56.6, -56.0),
    (-21.5, -20.8, 55.1, 55.9),
    (-13.1, -12.5, 44.9, 45.4),
    (-23.0, -19.0, 158.0, 172.2),
    (-28.0, -7.5, -155.0, -134.0),
    (-14.5, -13.0, -178.4, -175.9),
];

fn in_france(point: Point) -> bool {
    FRANCE.iter().any(|(south, north, west, east)| {
        (*south..=*north).contains(&point.latitude) && (*west..=*east).contains(&point.longitude)
    })
}

fn read_degrees(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let degrees: f64 = text.parse().ok()?;
    degrees.is_finite().then_some(degrees)
}

/// The point that two texts tell of, the right way round; none when there is none to believe.
fn read_point(latitude: &str, longitude: &str, findings: &mut Vec<Finding>) -> Option<Point> {
    let said = || format!("{} {}", latitude.trim(), longitude.trim());
    if latitude.trim().is_empty() && longitude.trim().is_empty() {
        return None;
    }
    let (Some(north), Some(east)) = (read_degrees(latitude), read_degrees(longitude)) else {
        findings.push(Finding::new(What::PointUnreadable, Some(Field::Latitude), &said()));
        return None;
    };
    let point = Point { latitude: north, longitude: east };
    if in_france(point) {
        return Some(point);
    }
    let swapped = Point { latitude: east, longitude: north };
    if in_france(swapped) {
        findings.push(Finding::new(What::PointSwapped, Some(Field::Latitude), &said()));
        return Some(swapped);
    }
    findings.push(Finding::new(What::PointOutside, Some(Field::Latitude), &said()));
    None
}

/// The point of a location: the given one if it can be in its commune, else the commune's.
fn believe(given: Option<Point>, commune: Option<&Commune>, findings: &mut Vec<Finding>) -> Option<Point> {
    let Some(commune) = commune else {
        return given;
    };
    let Some(point) = given else {
        return Some(commune.point);
    };
    // Where the commune's own point is only a guess, it is no judge of another.
    let judge = matches!(
        commune.point_source,
        PointSource::Name | PointSource::FormerCommunes | PointSource::Postcode | PointSource::Neighbours
    );
    if judge && point.distance_km(commune.point) > FAR_KM {
        let said = format!("{} {}", point.latitude, point.longitude);
        findings.push(Finding::new(What::PointFar, Some(Field::Latitude), &said));
        return Some(commune.point);
    }
    Some(point)
}

#[cfg(test)]
mod tests;
