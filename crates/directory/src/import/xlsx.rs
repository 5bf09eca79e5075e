//! Tables as workbooks of spreadsheets (Office Open XML): the first sheet that has something in it.

use super::{Emitter, FileReport, Finding, Importer, Mapping, Row, What, table};
use calamine::{DataRef, Reader, Xlsx};
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most cells of a row that are kept.
const CELLS_LIMIT: usize = 1_000;
/// What the parts that are held in memory may unpack to together, in bytes.
const HELD_LIMIT: u64 = 512 << 20;
/// What a sheet, which is read as it comes, may unpack to, in bytes.
const SHEET_LIMIT: u64 = 4 << 30;

/// The headings and the first rows of a workbook, for a mapping to be proposed and checked by eye; none when it is none.
#[must_use]
pub fn look(input: impl Read + Seek, examples: usize) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let mut seen = Vec::new();
    rows(input, &mut |_, cells| {
        seen.push(cells);
        seen.len() <= examples
    })
    .ok()?;
    let mut seen = seen.into_iter();
    Some((seen.next()?, seen.collect()))
}

/// Reads a workbook. A saved mapping is used where it fits the header; else the headings tell.
pub fn read(
    importer: &Importer,
    input: impl Read + Seek,
    saved: Option<&Mapping>,
    sink: &mut dyn FnMut(Row),
) -> FileReport {
    let mut emitter = Emitter::new(importer, sink);
    let mut mapping: Option<(Mapping, bool)> = None;
    let outcome = rows(input, &mut |number, cells| {
        let Some((mapping, own)) = &mapping else {
            let header: Vec<_> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            let fitting = saved.filter(|saved| saved.is_for(&header)).cloned();
            let found = fitting.unwrap_or_else(|| Mapping::guess(&header));
            if !found.has_name() {
                emitter.find(What::NameMissing, &header.join(" "));
                return false;
            }
            let own = found.is_own();
            mapping = Some((found, own));
            return true;
        };
        emitter.draft(number, table::draft_of(&cells, mapping, *own, importer.scheme()));
        true
    });
    if let Err(what) = outcome {
        emitter.report.findings.push(Finding::new(what, None, ""));
    }
    emitter.report
}

/// Hands on every row that has something in it, with its number, until told to stop.
fn rows(mut input: impl Read + Seek, take: &mut dyn FnMut(u64, Vec<String>) -> bool) -> Result<(), What> {
    weigh(&mut input)?;
    input.seek(SeekFrom::Start(0)).map_err(|_| What::FileUnreadable)?;
    let mut workbook = contained(|| Xlsx::new(input)).ok_or(What::FileUnreadable)?;
    for sheet in workbook.sheet_names() {
        let mut cells = contained(|| workbook.worksheet_cells_reader(&sheet)).ok_or(What::FileUnreadable)?;
        let (mut number, mut row, mut any) = (0, Vec::new(), false);
        loop {
            let fault = if any { What::FileCutShort } else { What::FileUnreadable };
            let cell = contained(|| cells.next_cell()).ok_or(fault)?;
            let Some(cell) = cell else {
                break;
            };
            let (at, column) = cell.get_position();
            if at != number {
                let ended = std::mem::take(&mut row);
                if says_something(&ended) {
                    any = true;
                    if !take(u64::from(number) + 1, ended) {
                        return Ok(());
                    }
                }
                number = at;
            }
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if column < CELLS_LIMIT {
                if row.len() <= column {
                    row.resize(column + 1, String::new());
                }
                if let Some(place) = row.get_mut(column) {
                    *place = told(cell.get_value());
                }
            }
        }
        if says_something(&row) {
            any = true;
            take(u64::from(number) + 1, row);
        }
        if any {
            return Ok(());
        }
    }
    Err(What::FileUnreadable)
}

/// What the library makes of a workbook. One that it panics over, as over a column far beyond the last, is unreadable.
fn contained<T, E>(read: impl FnOnce() -> Result<T, E>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()?.ok()
}

fn says_something(row: &[String]) -> bool {
    row.iter().any(|cell| !cell.trim().is_empty())
}

/// Refuses a workbook that would unpack to more than the machine can hold, whatever it says of itself.
fn weigh(input: &mut (impl Read + Seek)) -> Result<(), What> {
    let mut archive = zip::ZipArchive::new(input).map_err(|_| What::FileUnreadable)?;
    let mut held = 0;
    for at in 0..archive.len() {
        let Ok(part) = archive.by_index(at) else {
            continue;
        };
        let is_sheet = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/"));
        let limit = if is_sheet { SHEET_LIMIT } else { HELD_LIMIT };
        let length =
            std::io::copy(&mut part.take(limit + 1), &mut std::io::sink()).map_err(|_| What::FileUnreadable)?;
        held += if is_sheet { 0 } else { length };
        if length > limit || held > HELD_LIMIT {
            return Err(What::FileTooLarge);
        }
    }
    Ok(())
}

/// A cell as text. Of a date the day is told.
fn told(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "oui".to_owned(),
        DataRef::Bool(false) => "non".to_owned(),
        DataRef::DateTime(date) => day(date.as_f64()),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Spreadsheets count days from 1899-12-30.
fn day(serial: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "within the bounds asked for, days are whole numbers of an i32")]
    if (1.0..3_000_000.0).contains(&serial) { crate::date::write_day(serial as i32 - 25_569) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Territory, demo, export};
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;

    fn importer() -> Importer {
        Importer::new(Territory::load(), 20_780, "")
    }

    fn written(entries: &[Entry]) -> Vec<u8> {
        let mut sheet = export::xlsx::House::new(Vec::new()).unwrap();
        entries.iter().for_each(|entry| assert!(sheet.write(entry).unwrap()));
        sheet.finish().unwrap()
    }

    #[test]
    fn the_demonstration_is_read_as_it_was_written() {
        let mut entries = demo::entries(Territory::load(), 7);
        entries[0].name = "'=1 <&> \"é\" _x000D_".to_owned();
        entries[0].about = "un\n\ndeux".to_owned();
        let bytes = written(&entries);
        let mut read_back = Vec::new();
        let report = read(&importer(), Cursor::new(&bytes), None, &mut |row| read_back.push(row.result.unwrap()));
        assert_eq!(report.findings, []);
        assert_eq!(read_back, entries);
        let (header, examples) = look(Cursor::new(&bytes), 2).unwrap();
        assert_eq!((header[0].as_str(), examples.len()), ("identifiant", 2));
    }

    #[test]
    fn what_is_no_workbook_is_said() {
        let whole = written(&demo::entries(Territory::load(), 7)[..3]);
        let mut other = zip::ZipWriter::new(Cursor::new(Vec::new()));
        other.start_file("a.txt", SimpleFileOptions::default()).unwrap();
        other.write_all(b"a").unwrap();
        let other = other.finish().unwrap().into_inner();
        for bytes in [b"".as_slice(), b"PK\x03\x04", b"nom;cp", &whole[..whole.len() / 2], &other] {
            let report = read(&importer(), Cursor::new(bytes), None, &mut |_| ());
            assert_eq!(report.findings[0].what, What::FileUnreadable);
        }
    }

    #[test]
    fn a_workbook_that_the_library_panics_over_is_unreadable() {
        let mut archive = zip::ZipArchive::new(Cursor::new(written(&[]))).unwrap();
        let mut broken = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
            part.read_to_string(&mut text).unwrap();
            broken.start_file(name, SimpleFileOptions::default()).unwrap();
            // The name of a column that no number can count.
            broken.write_all(text.replace("r=\"A1\"", &format!("r=\"{}1\"", "A".repeat(60))).as_bytes()).unwrap();
        }
        let bytes = broken.finish().unwrap();
        let report = read(&importer(), bytes, None, &mut |_| ());
        assert!(!report.findings.is_empty());
    }

    #[test]
    fn days_and_numbers_are_told_as_tables_write_them() {
        assert_eq!(day(46_349.0), "2026-11-23");
        assert_eq!(told(&DataRef::Float(42_000.0)), "42000");
        assert_eq!(told(&DataRef::Float(10_001_234_567.0)), "10001234567");
        assert_eq!(told(&DataRef::Bool(true)), "oui");
    }
}
