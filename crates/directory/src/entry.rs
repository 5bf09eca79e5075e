//! An entry of the directory: somewhere a caller can be sent.
//!
//! [`Entry`] is what the house knows; [`crate::Published`] is what others may read of it, a type of its own without the
//! fields that must not leave. Public pages, the interface for programs and exports are built from the latter only.

use crate::{Hours, Point};
use care::{Accessibility, Audience, DepartementCode, Fee, Kind, Mode};
use serde::{Deserialize, Serialize};

/// A professional, a structure, a relay or a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Entry {
    /// What the entry is known by; it never changes. Of an imported one, its foremost identifier: « rpps:10001234567 ».
    pub id: String,
    /// The name that is given to the caller.
    pub name: String,
    /// What it is. The first one counts in figures; an entry without any is not found by kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Where it is; none for what is reached by telephone only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// How it is reached, the best way first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// What makes it the right one, or not.
    #[serde(flatten)]
    pub offer: Offer,
    /// What the public may read about it, in a few sentences.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// By what registers know it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// What only the house may know, and where the facts come from.
    #[serde(flatten)]
    pub keeping: Keeping,
    /// Names by which it is searched as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
}

/// What an entry offers, to whom and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Offer {
    /// Languages spoken, as codes of ISO 639: « fr », « en », « fsl » (French sign language).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Whom it is for; empty for everybody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<Audience>,
    /// How it can be met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<Mode>,
    /// What it costs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// What makes it usable with a disability.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accessibility: Vec<Accessibility>,
    /// When it is open.
    #[serde(skip_serializing_if = "Hours::is_unknown")]
    pub hours: Hours,
    /// Whether new people are accepted; none when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts_new: Option<bool>,
}

/// A place where an entry is found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Location {
    /// The code of its commune (not its postcode); empty when it is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub commune: String,
    /// Its département.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departement: Option<DepartementCode>,
    /// Its postcode.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Number and street, floor, door.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Where it is on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// Whether the address must never leave the house, as a shelter's. The département is all that others learn.
    #[serde(skip_serializing_if = "is_false")]
    pub secret: bool,
}

/// One way to reach an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Which way.
    pub kind: ContactKind,
    /// The number as it is read aloud, the address or the link.
    pub value: String,
    /// What it is for, as « secrétariat » ; often empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether it is for the house alone.
    #[serde(default, skip_serializing_if = "is_false")]
    pub private: bool,
}

/// A way to reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A telephone number.
    Phone,
    /// A number for faxes.
    Fax,
    /// A mail address.
    Email,
    /// A web site.
    Website,
    /// Where to make an appointment.
    Booking,
    /// The room of a teleconsultation.
    Room,
}

/// A name that a register gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// The register in small letters: « rpps », « adeli », « finess », « siret », or one of the operator's own.
    pub scheme: String,
    /// The name there.
    pub value: String,
}

impl Identifier {
    /// The identifier as one word: « finess:010780195 ».
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.scheme, self.value)
    }
}

/// What the house notes for itself about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Keeping {
    /// What listeners should know, and nobody else.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Who keeps it right: a name or a mail address of the house.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub keeper: String,
    /// Where the facts come from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The day on which somebody last confirmed them, as days since 1970-01-01; none when nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<i32>,
    /// Whether the whole entry is for the house alone.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Whether it is fictitious, made for a demonstration.
    #[serde(skip_serializing_if = "is_false")]
    pub demo: bool,
}

impl Entry {
    /// The first number to call, private ones too.
    #[must_use]
    pub fn phone(&self) -> Option<&str> {
        self.contact(ContactKind::Phone)
    }

    /// The first contact of a kind, private ones too.
    #[must_use]
    pub fn contact(&self, kind: ContactKind) -> Option<&str> {
        self.contacts.iter().find(|contact| contact.kind == kind).map(|contact| contact.value.as_str())
    }

    /// What it is foremost.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.kinds.first().copied()
    }

    /// Whether it can be met in a way.
    #[must_use]
    pub fn has_mode(&self, mode: Mode) -> bool {
        self.offer.modes.contains(&mode)
    }

    /// The names by which registers and the house know it, its own first, each once.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.id.clone()];
        for key in self.identifiers.iter().map(Identifier::key) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
