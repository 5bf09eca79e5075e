//! An entry of the directory: somewhere a caller can be sent.

use crate::Point;
use care::{DepartementCode, Kind};
use serde::{Deserialize, Serialize};

/// A professional or a structure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// What the entry is known by; it never changes.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// The name that is given to the caller.
    pub name: String,
    /// The code of its commune.
    pub commune: String,
    /// Its département.
    pub departement: DepartementCode,
    /// Its postcode.
    pub postcode: String,
    /// Number and street.
    pub address: String,
    /// The telephone number that is given to the caller, as it is read aloud.
    pub phone: String,
    /// Where it is.
    pub point: Point,
    /// Whether it can be consulted from afar.
    pub teleconsultation: bool,
    /// Whether it is fictitious, made for a demonstration.
    pub demo: bool,
}
