//! Which column of a table is what.

use super::Field;
use crate::fold;
use care::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which column of a table is what. It is data, to be saved and proposed for the next file with the same header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// The headings of the table for which it was made.
    pub header: Vec<String>,
    /// What each column is; none for one that is left out.
    pub columns: Vec<Option<Field>>,
    /// What the cells of the column of kinds mean, by their [folded](crate::fold) text, where the words do not tell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, Kind>,
    /// The kind of rows that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_kind: Option<Kind>,
}

impl Mapping {
    /// The mapping that the headings themselves suggest.
    #[must_use]
    pub fn guess(header: &[String]) -> Self {
        let mut columns: Vec<_> = header.iter().map(|heading| Field::guess(heading)).collect();
        // A column « numéro » beside one that is an identifier for sure is but a count.
        let ids = columns.iter().filter(|column| **column == Some(Field::Id)).count();
        if ids > 1 {
            for (column, heading) in columns.iter_mut().zip(header) {
                if *column == Some(Field::Id) && heading != Field::Id.key() {
                    *column = None;
                }
            }
        }
        Self { header: header.to_vec(), columns, ..Self::default() }
    }

    /// By what a mapping is found again for a table with these headings.
    #[must_use]
    pub fn header_key(header: &[String]) -> String {
        let folded = header.iter().map(|heading| fold(heading)).collect::<Vec<_>>().join("\n");
        format!("{:016x}", super::hash(folded.as_bytes()))
    }

    /// Whether it was made for a table with these headings.
    #[must_use]
    pub fn is_for(&self, header: &[String]) -> bool {
        let folded = |header: &[String]| header.iter().map(|heading| fold(heading)).collect::<Vec<_>>();
        self.columns.len() == header.len() && folded(&self.header) == folded(header)
    }

    /// Whether some column is the name, without which no row can be taken.
    #[must_use]
    pub fn has_name(&self) -> bool {
        self.columns.contains(&Some(Field::Name))
    }

    /// Whether the table is one of our own exports, whose cells hold lists in the way of [`super::list`].
    pub(super) fn is_own(&self) -> bool {
        let own = |heading: &String| Field::ALL.iter().any(|field| field.key() == heading);
        self.header.iter().any(|heading| heading == Field::ContactOrder.key()) && self.header.iter().all(own)
    }

    /// The kind that a cell means because somebody said so.
    pub(super) fn kind(&self, cell: &str) -> Option<Kind> {
        if self.kinds.is_empty() { None } else { self.kinds.get(&fold(cell)).copied() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_saved_and_fits_the_same_header_again() {
        let header = ["Raison sociale", "CP", "Humeur"].map(str::to_owned);
        let mut mapping = Mapping::guess(&header);
        assert_eq!(mapping.columns, [Some(Field::Name), Some(Field::Postcode), None]);
        mapping.columns[2] = Some(Field::Notes);
        mapping.kinds.insert("psy".to_owned(), Kind::Psychologist);
        let saved = serde_json::to_string(&mapping).unwrap();
        let read: Mapping = serde_json::from_str(&saved).unwrap();
        assert_eq!(read, mapping);
        assert!(read.is_for(&["RAISON SOCIALE", "cp", "humeur"].map(str::to_owned)));
        assert!(!read.is_for(&header[..2]));
        assert_eq!(read.kind("PSY"), Some(Kind::Psychologist));
    }
}
