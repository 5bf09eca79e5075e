//! Tables as workbooks of spreadsheets (Office Open XML, ECMA-376), written row by row in constant memory.
//!
//! Cells hold their texts themselves (« inlineStr ») instead of in a table of shared ones, which would have to be known before.

use super::csv::guarded;
use super::table::{Cell, PUBLIC, cell, columns};
use crate::import::Field;
use crate::{Entry, Published};
use std::io::{Result, Write};
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

/// The most rows that a sheet can have, its heading among them.
pub const ROWS_LIMIT: u32 = 1_048_576;
/// The most characters that a cell can have.
const CELL_LIMIT: usize = 32_767;

const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Annuaire" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

/// Writes a workbook of what others may read.
#[derive(Debug)]
pub struct Public<W: Write>(Sheet<W>);

/// Writes a workbook of all that the house knows; see [`super::csv::House`].
#[derive(Debug)]
pub struct House<W: Write>(Sheet<W>);

impl<W: Write> Public<W> {
    /// Begins the workbook.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn new(output: W) -> Result<Self> {
        Sheet::new(output, PUBLIC.to_vec()).map(Self)
    }

    /// Adds an entry; false when the sheet is full.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, published: &Published) -> Result<bool> {
        self.0.write(&Entry::from(published))
    }

    /// Ends the workbook, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(self) -> Result<W> {
        self.0.finish()
    }
}

impl<W: Write> House<W> {
    /// Begins the workbook.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn new(output: W) -> Result<Self> {
        Sheet::new(output, columns().collect()).map(Self)
    }

    /// Adds an entry; false when the sheet is full.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn write(&mut self, entry: &Entry) -> Result<bool> {
        self.0.write(entry)
    }

    /// Ends the workbook, and gives the output back.
    ///
    /// # Errors
    /// What the output refuses.
    pub fn finish(self) -> Result<W> {
        self.0.finish()
    }
}

#[derive(Debug)]
struct Sheet<W: Write> {
    archive: ZipWriter<StreamWriter<W>>,
    columns: Vec<Field>,
    rows: u32,
}

impl<W: Write> Sheet<W> {
    fn new(output: W, columns: Vec<Field>) -> Result<Self> {
        let mut archive = ZipWriter::new_stream(output);
        for (name, part) in PARTS {
            archive.start_file(name, SimpleFileOptions::default())?;
            archive.write_all(part.as_bytes())?;
        }
        archive.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default().large_file(true))?;
        archive.write_all(
            br#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>"#,
        )?;
        let header: Vec<_> = columns.iter().map(|field| Cell::Text(field.key().to_owned())).collect();
        let mut sheet = Self { archive, columns, rows: 0 };
        sheet.row(header)?;
        Ok(sheet)
    }

    fn write(&mut self, entry: &Entry) -> Result<bool> {
        let cells = self.columns.iter().map(|field| cell(entry, *field)).collect();
        self.row(cells)
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<bool> {
        if self.rows >= ROWS_LIMIT {
            return Ok(false);
        }
        self.rows += 1;
        let mut row = format!("<row r=\"{}\">", self.rows);
        for (at, cell) in cells.into_iter().enumerate() {
            let place = format!("{}{}", column_name(at), self.rows);
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => {
                    row.push_str(&format!("<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"));
                    escape(&guarded(text), &mut row);
                    row.push_str("</t></is></c>");
                }
                Cell::Number(number) => row.push_str(&format!("<c r=\"{place}\"><v>{number}</v></c>")),
            }
        }
        row.push_str("</row>");
        self.archive.write_all(row.as_bytes())?;
        Ok(true)
    }

    fn finish(mut self) -> Result<W> {
        self.archive.write_all(b"</sheetData></worksheet>")?;
        let mut output = self.archive.finish()?.into_inner();
        output.flush()?;
        Ok(output)
    }
}

/// « A » for the first column, « AA » for the twenty-seventh.
fn column_name(at: usize) -> String {
    let letter = |number: usize| u8::try_from(number % 26).map_or('A', |number| char::from(b'A' + number));
    if at < 26 { letter(at).to_string() } else { format!("{}{}", column_name(at / 26 - 1), letter(at)) }
}

/// Writes a text as XML, without the characters that XML 1.0 cannot hold.
fn escape(text: &str, xml: &mut String) {
    for (at, letter) in text.char_indices().take(CELL_LIMIT) {
        match letter {
            // What looks like an escape of the format's own would be read as one (section 22.4.2.4).
            '_' if is_escape(text.get(at..).unwrap_or_default()) => xml.push_str("_x005F_"),
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\n' => xml.push_str("&#10;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => xml.push(other),
        }
    }
}

/// Whether a text begins as « _x000D_ » does.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    bytes.starts_with(b"_x") && digits && bytes.get(6) == Some(&b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_of_spreadsheets() {
        for (at, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_name(at), name);
        }
    }
}
