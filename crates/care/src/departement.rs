//! The codes of the French départements and overseas collectivities where a caller may be.

use serde::{Deserialize, Deserializer, Serialize};

/// The code of a département or of an overseas collectivity: « 01 », « 2A », « 974 ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "&'static str")]
pub struct DepartementCode(&'static str);

/// Corsica has two letters where 20 was; the overseas codes have three digits. 984 and 989 have no inhabitant.
const CODES: &[&str] = &[
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "21", "22", "23", "24", "25", "26", "27", "28", "29", "2A", "2B", "30", "31", "32", "33", "34", "35", "36", "37",
    "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51", "52", "53", "54", "55", "56",
    "57", "58", "59", "60", "61", "62", "63", "64", "65", "66", "67", "68", "69", "70", "71", "72", "73", "74", "75",
    "76", "77", "78", "79", "80", "81", "82", "83", "84", "85", "86", "87", "88", "89", "90", "91", "92", "93", "94",
    "95", "971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988",
];

impl DepartementCode {
    /// Every code, in order.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        CODES.iter().map(|code| Self(code))
    }

    /// The code that a text stands for. Small letters and a missing zero are forgiven: « 2a », « 1 ».
    #[must_use]
    pub fn from_key(text: &str) -> Option<Self> {
        let text = text.trim();
        let wanted = if text.len() == 1 { format!("0{text}") } else { text.to_ascii_uppercase() };
        CODES.iter().find(|code| **code == wanted).map(|code| Self(code))
    }

    /// The code as it is written.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for DepartementCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl From<DepartementCode> for &'static str {
    fn from(code: DepartementCode) -> Self {
        code.0
    }
}

impl TryFrom<String> for DepartementCode {
    type Error = crate::UnknownKey;
    fn try_from(key: String) -> Result<Self, Self::Error> {
        Self::from_key(&key).ok_or(crate::UnknownKey { list: "DepartementCode" })
    }
}

// Written by hand: the derived one would ask the text being read to live as long as the list of codes.
impl<'de> Deserialize<'de> for DepartementCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_write_them() {
        for (text, code) in
            [("01", "01"), ("1", "01"), (" 42 ", "42"), ("2a", "2A"), ("2B", "2B"), ("974", "974"), ("988", "988")]
        {
            assert_eq!(DepartementCode::from_key(text).map(DepartementCode::key), Some(code), "{text}");
        }
        for text in ["", "0", "00", "20", "96", "97", "979", "2C", "a", "é", "42000"] {
            assert_eq!(DepartementCode::from_key(text), None, "{text}");
        }
    }

    #[test]
    fn codes_are_sorted_and_told_apart() {
        let codes: Vec<_> = DepartementCode::all().collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(codes.len(), 107);
    }
}
