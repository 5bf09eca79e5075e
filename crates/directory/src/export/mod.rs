//! Writes what others may read of entries: tables, HSDS, FHIR, one JSON text a line.
//!
//! All of it is made from [`Published`], which has no place for what must not leave. A table of all that the house knows, to be
//! corrected in a spreadsheet and read again, is asked for by another name ([`csv::House`]).

pub mod csv;
pub mod fhir;
pub mod hsds;
pub mod json_lines;
mod table;
pub(crate) mod uuid;
pub mod xlsx;

pub(crate) use table::{columns, text};

use crate::{Entry, Keeping, Location, Published};

impl From<&Published> for Entry {
    /// The entry as others know it: what is not published is empty in it.
    fn from(published: &Published) -> Self {
        let location = |location: &crate::PublishedLocation| Location {
            commune: location.commune.clone(),
            departement: location.departement,
            postcode: location.postcode.clone(),
            address: location.address.clone(),
            point: location.point,
            secret: false,
        };
        Self {
            id: published.id.clone(),
            name: published.name.clone(),
            kinds: published.kinds.clone(),
            locations: published.locations.iter().map(location).collect(),
            contacts: published.contacts.clone(),
            offer: published.offer.clone(),
            about: published.about.clone(),
            identifiers: published.identifiers.clone(),
            keeping: Keeping {
                source: published.source.clone(),
                confirmed: published.confirmed,
                demo: published.demo,
                ..Keeping::default()
            },
            other_names: published.other_names.clone(),
        }
    }
}
