//! What is asked of the index, and what it answers.

use super::traits::{Facet, Trait};
use crate::{Place, WEEK};
use care::DepartementCode;

/// What is looked for. Everything that is left out narrows nothing.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Words of names, as they are typed: the last one may be unfinished, and all may have typing errors.
    pub text: String,
    /// Where the caller is: the nearest come first, and what is out of reach is left out.
    pub place: Option<Place>,
    /// Traits: of one facet any, of several facets each.
    pub wanted: Vec<Trait>,
    /// Only what is known to be open at this time.
    pub open_at: Option<LocalTimes>,
    /// What equals are shuffled by: a new one each time, so that no name is always first.
    pub seed: u64,
    /// How many are wanted.
    pub limit: usize,
}

/// What time it is in each département, as minutes of the week: overseas it is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTimes {
    minutes: Vec<u16>,
    elsewhere: u16,
}

impl LocalTimes {
    /// The minute of the week of each département; `elsewhere` is that of what has none.
    #[must_use]
    pub fn new(minute_in: impl Fn(DepartementCode) -> u16, elsewhere: u16) -> Self {
        let minutes = DepartementCode::all().map(|code| minute_in(code) % WEEK).collect();
        Self { minutes, elsewhere: elsewhere % WEEK }
    }

    /// The minute of the week in a département.
    #[must_use]
    pub fn minute_in(&self, departement: DepartementCode) -> u16 {
        let place = DepartementCode::all().position(|code| code == departement);
        place.and_then(|place| self.minutes.get(place)).copied().unwrap_or(self.elsewhere)
    }

    pub(super) fn at(&self, departement: u8) -> u16 {
        self.minutes.get(usize::from(departement)).copied().unwrap_or(self.elsewhere)
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The best ones, the best first.
    pub hits: Vec<Hit>,
    /// How many there are in all, where that was counted: not for the nearest of a commune, whose number has no border.
    pub total: Option<usize>,
}

/// Something that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// The row of the entry in the store.
    pub row: i64,
    /// Which of its locations.
    pub location: usize,
    /// Kilometres from the place, if there is one and the location has a point.
    pub distance_km: Option<f64>,
    /// Why it stands where it stands.
    pub why: Why,
}

/// Why something stands where it stands. Where two have the same, chance decides, anew for each search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Why {
    /// How well the name answers what was typed.
    pub name: NameMatch,
    /// Whether it is in the département that was named; true as well where none was.
    pub here: Here,
    /// The least distance of [`BANDS_KM`] that it is within, as a place in that list; none when that is not known or it is
    /// farther than all.
    pub band: Band,
}

/// How well a name answers what was typed; the better, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameMatch {
    /// Nothing was typed, or each word is one of the name.
    Whole,
    /// Each word begins one of the name.
    Beginning,
    /// There are typing errors.
    Near,
}

/// Whether something is in the place that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Here {
    /// In it, or no département was named.
    Inside,
    /// In another one.
    Elsewhere,
}

/// A distance as people feel it: what is in one band is equally near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Band(pub(super) u8);

/// Distances that are told apart, in kilometres. The caller's own street is not known, so that within two kilometres of the
/// middle of a commune nobody is nearer than anybody else; and to who travels thirty kilometres one more is nothing.
pub const BANDS_KM: [f64; 9] = [2.0, 5.0, 10.0, 15.0, 25.0, 40.0, 60.0, 100.0, 150.0];

impl Band {
    /// The band of a distance.
    #[must_use]
    pub fn of(distance_km: f64) -> Self {
        let band = BANDS_KM.iter().zip(0_u8..).find(|(limit, _)| distance_km <= **limit);
        Self(band.map_or(Self::FAR.0, |(_, place)| place))
    }

    /// Beyond all bands, or not known.
    pub const FAR: Self = Self(u8::MAX);

    /// The distance within which it is, in kilometres.
    #[must_use]
    pub fn within_km(self) -> Option<f64> {
        BANDS_KM.get(usize::from(self.0)).copied()
    }
}

/// How many there are of each value of a facet, the most first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    /// The facet.
    pub facet: Facet,
    /// Values and how many entries have them. An entry may have several.
    pub values: Vec<(String, usize)>,
}
