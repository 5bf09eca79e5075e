//! Reads entries from files that others made: tables, HSDS, FINESS, FHIR, calendars.
//!
//! Each format is one file. All of them give one [`Row`] after the other to a callback, so that a file of a million rows needs
//! little memory; one bad row never stops the rest, and what was found is said in plain words ([`Finding`]). Nothing is
//! written anywhere: a preview and an import are the same reading.
//!
//! ```
//! use directory::{Territory, import};
//!
//! let importer = import::Importer::new(Territory::load(), 20_780, "essai");
//! let table = "Nom;Profession;CP;Ville\nCamille Exemple;Psychologue;42000;ST ETIENNE\n;Psychologue;42000;ST ETIENNE\n";
//! let mut rows = Vec::new();
//! import::csv::read(&importer, table.as_bytes(), None, &mut |row| rows.push(row));
//! assert_eq!(rows[0].result.as_ref().unwrap().locations[0].commune, "42218");
//! assert_eq!(rows[1].result.as_ref().unwrap_err()[0].what, import::What::NameMissing);
//! ```

pub mod csv;
mod draft;
mod duplicates;
mod encoding;
pub mod fhir;
mod field;
mod finding;
pub mod finess;
pub mod finess_plus;
mod format;
pub(crate) mod hours;
pub mod hsds;
pub mod hsds_tabular;
pub mod icalendar;
mod json;
pub(crate) mod kinds;
mod lambert;
pub(crate) mod list;
mod mapping;
mod merge;
pub(crate) mod place;
mod reach;
mod report;
mod table;
pub(crate) mod text;
pub mod xlsx;

pub use duplicates::{Duplicate, Reason, duplicates};
pub use field::Field;
pub use finding::{Finding, Severity, What};
pub use format::{Format, detect};
pub use mapping::Mapping;
pub use merge::merge;
pub use reach::tidy_contact;
pub use report::report;

use crate::{Entry, Territory};
use sha1::{Digest, Sha1};
use std::collections::{HashMap, HashSet};

/// One row, or one resource, of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where it stands: the line of a table's file, counted from one; the place of a resource among its kind.
    pub number: u64,
    /// The entry, or why there is none.
    pub result: Result<Entry, Vec<Finding>>,
    /// What somebody should look at, although the row was taken.
    pub findings: Vec<Finding>,
}

/// What is to be said of a file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileReport {
    /// How many rows were handed on, refused ones too.
    pub rows: u64,
    /// What was found; one that is [`Severity::Refused`] means that the file was not read to its end.
    pub findings: Vec<Finding>,
}

/// What every reader needs beside its file.
#[derive(Debug)]
pub struct Importer {
    places: place::Places,
    today: i32,
    source: String,
    scheme: String,
}

impl Importer {
    /// An importer. `today` is counted in days since 1970-01-01; `source` is what entries without one of their own are told to
    /// come from. It takes some tens of milliseconds to make.
    #[must_use]
    pub fn new(territory: Territory, today: i32, source: &str) -> Self {
        let letters = crate::fold(source).replace(' ', "-");
        let scheme: String =
            letters.chars().filter(|letter| letter.is_ascii_lowercase() || *letter == '-').take(30).collect();
        let scheme = scheme.trim_matches('-').to_owned();
        let scheme = if scheme.is_empty() { "own".to_owned() } else { scheme };
        Self { places: place::Places::new(territory), today, source: source.to_owned(), scheme }
    }

    fn places(&self) -> &place::Places {
        &self.places
    }

    fn today(&self) -> i32 {
        self.today
    }

    fn source(&self) -> &str {
        &self.source
    }

    /// The register that a source's own numbers are of: number 7 of one source is not number 7 of another.
    fn scheme(&self) -> &str {
        &self.scheme
    }
}

/// Hands rows on, and notes identifiers that come again.
struct Emitter<'a> {
    importer: &'a Importer,
    sink: &'a mut dyn FnMut(Row),
    seen: HashMap<u64, u64>,
    report: FileReport,
}

impl<'a> Emitter<'a> {
    fn new(importer: &'a Importer, sink: &'a mut dyn FnMut(Row)) -> Self {
        Self { importer, sink, seen: HashMap::new(), report: FileReport::default() }
    }

    fn draft(&mut self, number: u64, draft: draft::Draft) {
        let (result, mut findings) = draft.finish(self.importer);
        if let Ok(entry) = &result
            && let Some(first) = self.seen.insert(hash(entry.id.as_bytes()), number)
        {
            findings.push(Finding::new(What::Repeated, None, &format!("{} ({first})", entry.id)));
        }
        self.row(Row { number, result, findings });
    }

    fn refuse(&mut self, number: u64, finding: Finding) {
        self.row(Row { number, result: Err(vec![finding]), findings: Vec::new() });
    }

    /// Hands a row on. What is found twice in it, as where two columns make up the name, is said once.
    fn row(&mut self, mut row: Row) {
        let mut said = HashSet::new();
        row.findings.retain(|finding| said.insert(finding.clone()));
        self.report.rows += 1;
        (self.sink)(row);
    }

    fn find(&mut self, what: What, value: &str) {
        if !self.report.findings.iter().any(|finding| finding.what == what) {
            self.report.findings.push(Finding::new(what, None, value));
        }
    }
}

/// A number by which texts are told apart, the same every time.
fn hash(bytes: &[u8]) -> u64 {
    let digest = Sha1::digest(bytes);
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
