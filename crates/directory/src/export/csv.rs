//! Tables as text, in UTF-8 with a byte order mark and semicolons, as spreadsheets of French offices open them.

use super::table::{Cell, PUBLIC, cell, columns};
use crate::import::{Field, text::begins_a_formula};
use crate::{Entry, Published};
use std::io::{Result, Write};

/// Writes a table of what others may read.
#[derive(Debug)]
pub struct Public<W: Write>(Rows<W>);

/// Writes a table of all that the house knows: notes, private contacts and secret addresses too. It is for coordinators, to be
/// corrected and read again, and must not be given to anybody else.
#[derive(Debug)]
pub struct House<W: Write>(Rows<W>);

impl<W: Write> Public<W> {
    /// Begins the table.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn new(output: W) -> Result<Self> {
        Rows::new(output, PUBLIC.to_vec()).map(Self)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, published: &Published) -> Result<()> {
        self.0.write(&Entry::from(published))
    }

    /// Ends the table, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(self) -> Result<W> {
        self.0.finish()
    }
}

impl<W: Write> House<W> {
    /// Begins the table.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn new(output: W) -> Result<Self> {
        Rows::new(output, columns().collect()).map(Self)
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, entry: &Entry) -> Result<()> {
        self.0.write(entry)
    }

    /// Ends the table, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(self) -> Result<W> {
        self.0.finish()
    }
}

#[derive(Debug)]
struct Rows<W: Write> {
    output: W,
    columns: Vec<Field>,
}

impl<W: Write> Rows<W> {
    fn new(mut output: W, columns: Vec<Field>) -> Result<Self> {
        let header: Vec<_> = columns.iter().map(|field| field.key()).collect();
        write!(output, "\u{feff}{}\r\n", header.join(";"))?;
        Ok(Self { output, columns })
    }

    fn write(&mut self, entry: &Entry) -> Result<()> {
        let cells = self.columns.iter().map(|field| match cell(entry, *field) {
            Cell::Text(text) => quoted(guarded(text)),
            Cell::Number(number) => number.to_string(),
        });
        let row = cells.collect::<Vec<_>>().join(";");
        write!(self.output, "{row}\r\n")
    }

    fn finish(mut self) -> Result<W> {
        self.output.flush()?;
        Ok(self.output)
    }
}

/// A text that no spreadsheet takes for a formula: an apostrophe comes before what begins as one. The import takes it off.
pub(super) fn guarded(text: String) -> String {
    match text.chars().next() {
        Some(first) if first == '\'' || begins_a_formula(first) => format!("'{text}"),
        _ => text,
    }
}

fn quoted(text: String) -> String {
    if text.contains(['"', ';', '\n', '\r', ',', '\t']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Importer, csv};
    use crate::{Territory, demo};

    pub(in crate::export) fn read(bytes: &[u8]) -> Vec<Entry> {
        let importer = Importer::new(Territory::load(), 20_780, "");
        let mut entries = Vec::new();
        csv::read(&importer, bytes, None, &mut |row| entries.push(row.result.unwrap()));
        entries
    }

    fn written(entries: &[Entry]) -> Vec<u8> {
        let mut table = House::new(Vec::new()).unwrap();
        entries.iter().for_each(|entry| table.write(entry).unwrap());
        table.finish().unwrap()
    }

    #[test]
    fn the_demonstration_is_read_as_it_was_written() {
        let entries = demo::entries(Territory::load(), 7);
        assert_eq!(read(&written(&entries)), entries);
    }

    #[test]
    fn no_cell_begins_a_formula() {
        let mut entry = demo::entries(Territory::load(), 7).remove(0);
        for name in ["=1+1", "+33", "-1", "@x", "'=1", "=HYPERLINK(\"x\";\"y\")"] {
            entry.name = name.to_owned();
            let table = String::from_utf8(written(&[entry.clone()])).unwrap();
            let row = table.lines().nth(1).unwrap().to_owned();
            let cell = row.split(';').nth(1).unwrap().trim_start_matches('"');
            assert!(cell.starts_with('\''), "{cell}");
            assert_eq!(read(table.as_bytes())[0].name, name);
        }
    }

    #[test]
    fn the_table_for_others_has_nothing_of_the_house() {
        let mut entry = demo::entries(Territory::load(), 7).remove(0);
        entry.keeping.notes = "must-not-leave".to_owned();
        entry.keeping.keeper = "must-not-leave".to_owned();
        entry.locations[0].secret = true;
        entry.locations[0].address = "must-not-leave".to_owned();
        let mut table = Public::new(Vec::new()).unwrap();
        table.write(&entry.published().unwrap()).unwrap();
        let bytes = table.finish().unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("must-not-leave"));
        assert_eq!(read(&bytes), [Entry::from(&entry.published().unwrap())]);
    }
}
