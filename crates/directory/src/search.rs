//! The nearest entries of the kinds that a rule asks for.

use crate::{Entry, Place};
use care::{DepartementCode, Kind, Mode};

/// Beyond this distance an entry is of use only if it can be consulted from afar: nobody crosses a sea to see a
/// psychologist.
pub const FAR_KM: f64 = 150.0;

/// An entry, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Kilometres from the caller's commune or, when only the département is known, from where its people live.
    pub distance_km: f64,
}

/// The entries of the directory, ready to be searched. Build it again when they change.
#[derive(Debug, Clone, Default)]
pub struct DirectorySearch {
    entries: Vec<Entry>,
}

impl DirectorySearch {
    /// A search through these entries.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries }
    }

    /// Every entry, in the order in which they were given.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this id.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Up to `limit` entries of each kind, the kinds in the order asked and the nearest first within each.
    ///
    /// When only a département is known, its own entries come before those of its neighbours, which fill what is left:
    /// a caller who named a département expects addresses in it. When the commune is known, borders do not count.
    #[must_use]
    pub fn near(&self, kinds: &[Kind], place: Place, limit: usize) -> Vec<Found<'_>> {
        kinds.iter().flat_map(|kind| self.near_of_kind(*kind, place, limit)).collect()
    }

    fn near_of_kind(&self, kind: Kind, place: Place, limit: usize) -> Vec<Found<'_>> {
        let only_departement = matches!(place, Place::Departement(_));
        let elsewhere = |found: &Found<'_>| only_departement && departement(found.entry) != Some(place.departement());
        let mut found: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.kinds.contains(&kind))
            .filter_map(|entry| {
                let point = entry.locations.first()?.point?;
                Some(Found { entry, distance_km: place.point().distance_km(point) })
            })
            .filter(|found| {
                let at_home = departement(found.entry) == Some(place.departement());
                at_home || found.distance_km <= FAR_KM || found.entry.has_mode(Mode::Teleconsultation)
            })
            .collect();
        // The id settles what distance leaves open, so that two listeners read the same list.
        found.sort_by(|left, right| {
            let by_home = elsewhere(left).cmp(&elsewhere(right));
            by_home.then(left.distance_km.total_cmp(&right.distance_km)).then(left.entry.id.cmp(&right.entry.id))
        });
        found.truncate(limit);
        found
    }
}

fn departement(entry: &Entry) -> Option<DepartementCode> {
    entry.locations.first()?.departement
}
