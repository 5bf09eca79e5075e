//! Which format a file is of.

use super::encoding::decode;
use serde::{Deserialize, Serialize};

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A table as text: [`super::csv`].
    Csv,
    /// A workbook of a spreadsheet: [`super::xlsx`].
    Xlsx,
    /// Services of HSDS as JSON: [`super::hsds`].
    Hsds,
    /// The tabular package of HSDS in an archive: [`super::hsds_tabular`].
    HsdsTabular,
    /// The older flat file of FINESS: [`super::finess`].
    Finess,
    /// FINESS+ as JSON: [`super::finess_plus`].
    FinessPlus,
    /// FHIR R4: [`super::fhir`].
    Fhir,
    /// A calendar, which has the hours of one entry: [`super::icalendar`].
    ICalendar,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Csv,
        Self::Xlsx,
        Self::Hsds,
        Self::HsdsTabular,
        Self::Finess,
        Self::FinessPlus,
        Self::Fhir,
        Self::ICalendar,
    ];

    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// The largest file that is read, in bytes: some formats can only be read with all of the file in memory.
    #[must_use]
    pub fn largest(self) -> u64 {
        match self {
            Self::Fhir | Self::HsdsTabular => 64 << 20,
            Self::ICalendar => 4 << 20,
            Self::Csv | Self::Xlsx | Self::Hsds | Self::Finess | Self::FinessPlus => u64::MAX,
        }
    }

    /// What people call it, in both languages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Hsds => "HSDS (JSON)",
            Self::HsdsTabular => "HSDS (ZIP)",
            Self::Finess => "FINESS",
            Self::FinessPlus => "FINESS+",
            Self::Fhir => "FHIR R4",
            Self::ICalendar => "iCalendar",
        }
    }
}

/// The format of a file, by its first bytes (some kilobytes are enough) and its name; none when nothing tells.
#[must_use]
pub fn detect(bytes: &[u8], name: &str) -> Option<Format> {
    let name = name.to_lowercase();
    if bytes.starts_with(b"PK\x03\x04") {
        let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        if name.ends_with(".xlsx") || holds(b"xl/") || holds(b"[Content_Types].xml") {
            return Some(Format::Xlsx);
        }
        return (name.ends_with(".zip") || holds(b".csv")).then_some(Format::HsdsTabular);
    }
    let beginning = bytes.get(..64 * 1024).unwrap_or(bytes);
    let wide = beginning.starts_with(b"\xff\xfe") || beginning.starts_with(b"\xfe\xff");
    let (text, _) = decode(beginning);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') || text.starts_with('[') {
        let has = |word: &str| text.contains(&format!("\"{word}\""));
        return Some(match () {
            () if has("resourceType") => Format::Fhir,
            () if has("pmej") || has("numFinessEge") || has("gcc") => Format::FinessPlus,
            () => Format::Hsds,
        });
    }
    let first = text.lines().next().unwrap_or_default();
    if first.to_ascii_uppercase().starts_with("BEGIN:VCALENDAR") {
        return Some(Format::ICalendar);
    }
    if first.starts_with("finess;") || first.starts_with("structureet;") {
        return Some(Format::Finess);
    }
    let table = [".csv", ".tsv", ".txt"].iter().any(|ending| name.ends_with(ending));
    let parted = !text.contains('\u{0}') && first.contains([';', ',', '\t', '|']);
    (table || wide || parted).then_some(Format::Csv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_what_they_begin_with() {
        for (bytes, name, format) in [
            (b"nom;cp\nA;1".as_slice(), "a", Some(Format::Csv)),
            (b"nom", "a.csv", Some(Format::Csv)),
            (b"\xff\xfen\0o\0m\0;\0", "a", Some(Format::Csv)),
            (b"PK\x03\x04....xl/workbook.xml", "a", Some(Format::Xlsx)),
            (b"PK\x03\x04....services.csv", "a.zip", Some(Format::HsdsTabular)),
            (b"\xef\xbb\xbf {\"contents\":[", "a.json", Some(Format::Hsds)),
            (b"{\"resourceType\":\"Bundle\"", "a.json", Some(Format::Fhir)),
            (b"{\"gcc\":[],\"gco\":[],\"pmej\":[", "a.json", Some(Format::FinessPlus)),
            (b"finess;etalab;111;2026-05-12\n", "etalab.csv", Some(Format::Finess)),
            (b"BEGIN:VCALENDAR\r\n", "a.ics", Some(Format::ICalendar)),
            (b"bonjour", "a", None),
            (b"", "", None),
            (b"PK\x03\x04", "", None),
        ] {
            assert_eq!(detect(bytes, name), format, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
