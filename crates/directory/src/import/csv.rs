//! Tables as text, the cells of a row parted by a semicolon, a comma, a tab or a bar (RFC 4180, and what people make of it).

use super::encoding::{Unmarked, decode};
use super::{Emitter, FileReport, Finding, Importer, Mapping, Row, What, table};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

/// The longest line that is read, in bytes.
const LINE_LIMIT: usize = 1 << 20;
/// The most lines that one row may have. A quote that is never closed would swallow the rest of the file.
const LINES_LIMIT: usize = 100;
/// The most cells of a row that are kept.
const CELLS_LIMIT: usize = 1_000;

/// What a table begins with, for a mapping to be proposed and checked by eye.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What parts the cells.
    pub separator: char,
    /// The headings.
    pub header: Vec<String>,
    /// The first rows.
    pub examples: Vec<Vec<String>>,
}

/// Looks at the beginning of a table; some tens of kilobytes of it are enough.
#[must_use]
pub fn look(bytes: &[u8], examples: usize) -> Beginning {
    let mut records = Records::new(bytes);
    let header = records.header();
    let rows = std::iter::from_fn(|| records.next()).filter(|record| record.whole);
    let examples = rows.take(examples).map(|record| record.cells).collect();
    Beginning { separator: char::from(records.separator), header, examples }
}

/// Reads a table. A saved mapping is used where it fits the header; else the headings tell.
pub fn read(importer: &Importer, input: impl Read, saved: Option<&Mapping>, sink: &mut dyn FnMut(Row)) -> FileReport {
    let mut emitter = Emitter::new(importer, sink);
    let mut records = Records::new(input);
    let header = records.header();
    let mapping = match saved.filter(|saved| saved.is_for(&header)) {
        Some(saved) => saved.clone(),
        None => Mapping::guess(&header),
    };
    if !mapping.has_name() {
        emitter.find(What::NameMissing, &header.join(" "));
        return emitter.report;
    }
    let own = mapping.is_own();
    while let Some(record) = records.next() {
        if !record.whole {
            emitter.refuse(record.line, Finding::new(What::RowUnreadable, None, &record.cells.join(" ")));
            continue;
        }
        let mut draft = table::draft_of(&record.cells, &mapping, own, importer.scheme());
        if record.guessed {
            draft.findings.push(Finding::new(What::EncodingGuessed, None, &draft.entry.name));
            emitter.find(What::EncodingGuessed, "");
        }
        let (cells, columns) = (record.cells.len(), header.len());
        if cells < columns {
            draft.findings.push(Finding::new(What::CellsMissing, None, &format!("{cells} < {columns}")));
        } else if record.cells.iter().skip(columns).any(|cell| !cell.trim().is_empty()) {
            draft.findings.push(Finding::new(What::CellsTooMany, None, &format!("{cells} > {columns}")));
        }
        emitter.draft(record.line, draft);
    }
    if records.broken {
        emitter.find(What::FileCutShort, "");
    }
    emitter.report
}

/// The cells of a row, and whether they were guessed; or what there is of one that never ends.
pub(super) type Cells = Result<(Vec<String>, bool), String>;

/// One row as it stands in the file.
struct Record {
    /// The line on which it begins.
    line: u64,
    cells: Vec<String>,
    /// Whether some of it was no UTF-8.
    guessed: bool,
    /// Whether it came to an end; else its cells are what its first line holds.
    whole: bool,
}

/// The rows of a file, one by one.
pub(super) struct Records<R> {
    input: BufReader<Unmarked<R>>,
    separator: u8,
    /// The number of the line that comes next.
    line: u64,
    /// Lines that were read ahead of a row that never ended.
    ahead: VecDeque<Vec<u8>>,
    broken: bool,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Self {
        let input = BufReader::with_capacity(1 << 16, Unmarked::new(input));
        Self { input, separator: b';', line: 1, ahead: VecDeque::new(), broken: false }
    }

    /// The headings; they also tell what parts the cells.
    pub(super) fn header(&mut self) -> Vec<String> {
        while let Some(bytes) = self.next_line() {
            let (text, _) = decode(&bytes);
            let text = text.trim_end();
            // A spreadsheet's own way to say what parts the cells.
            if let Some([separator]) = text.strip_prefix("sep=").map(str::as_bytes) {
                self.separator = *separator;
                self.line += 1;
                continue;
            }
            if text.trim().is_empty() {
                self.line += 1;
                continue;
            }
            if self.line == 1 || self.separator == b';' {
                self.separator = separator_of(text);
            }
            self.ahead.push_front(bytes);
            break;
        }
        let header = self.next().map(|record| record.cells).unwrap_or_default();
        header.into_iter().map(|heading| heading.trim().to_owned()).collect()
    }

    /// The next row, with its line: its cells and whether some were no UTF-8, or what its line says when it never ends.
    pub(super) fn next_cells(&mut self) -> Option<(u64, Cells)> {
        let record = self.next()?;
        let cells = if record.whole { Ok((record.cells, record.guessed)) } else { Err(record.cells.join(" ")) };
        Some((record.line, cells))
    }

    pub(super) fn set_separator(&mut self, separator: u8) {
        self.separator = separator;
    }

    fn next(&mut self) -> Option<Record> {
        loop {
            let first = self.next_line()?;
            let line = self.line;
            self.line += 1;
            if first.iter().all(|byte| byte.is_ascii_whitespace()) && self.separator != b'\t' {
                continue;
            }
            if first.len() >= LINE_LIMIT {
                let (text, guessed) = decode(first.get(..200).unwrap_or_default());
                return Some(Record { line, cells: vec![text.into_owned()], guessed, whole: false });
            }
            let mut splitter = Splitter::new(self.separator);
            let (text, mut guessed) = decode(&first);
            let mut whole = splitter.feed(&text);
            let mut more = Vec::new();
            while !whole && more.len() < LINES_LIMIT {
                let Some(bytes) = self.next_line() else {
                    break;
                };
                let (text, odd) = decode(&bytes);
                guessed |= odd;
                whole = splitter.feed(&text);
                more.push(bytes);
            }
            if whole {
                self.line += more.len() as u64;
                return Some(Record { line, cells: splitter.cells(), guessed, whole });
            }
            // The quote was a mistake: only this line is lost, those after it are tried by themselves.
            for bytes in more.into_iter().rev() {
                self.ahead.push_front(bytes);
            }
            let (text, guessed) = decode(&first);
            return Some(Record { line, cells: vec![text.trim_end().to_owned()], guessed, whole });
        }
    }

    /// The bytes of a line with its line feed. Of a line that is too long, as many as are read at once.
    fn next_line(&mut self) -> Option<Vec<u8>> {
        if let Some(bytes) = self.ahead.pop_front() {
            return Some(bytes);
        }
        let mut bytes = Vec::new();
        let mut limited = (&mut self.input).take(LINE_LIMIT as u64);
        if limited.read_until(b'\n', &mut bytes).is_err() {
            self.broken = true;
        }
        if bytes.len() >= LINE_LIMIT && bytes.last() != Some(&b'\n') {
            self.skip_line();
        }
        (!bytes.is_empty()).then_some(bytes)
    }

    fn skip_line(&mut self) {
        loop {
            let Ok(buffer) = self.input.fill_buf() else {
                self.broken = true;
                return;
            };
            if buffer.is_empty() {
                return;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(buffer.len(), |end| end + 1);
            self.input.consume(length);
            if end.is_some() {
                return;
            }
        }
    }
}

/// What parts the cells of a header: the sign of which there are most outside quotes.
fn separator_of(header: &str) -> u8 {
    let count = |separator: u8| {
        let mut quoted = false;
        let outside = header.bytes().filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == separator
        });
        outside.count()
    };
    // Of equal counts the first wins.
    let candidates = *b";,\t|";
    candidates.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b';')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: the end of the cell, or the first half of a quote that is meant.
    Quote,
}

/// Parts a row into cells, line by line.
struct Splitter {
    separator: char,
    cells: Vec<String>,
    cell: String,
    state: State,
}

impl Splitter {
    fn new(separator: u8) -> Self {
        Self { separator: char::from(separator), cells: Vec::new(), cell: String::new(), state: State::Start }
    }

    /// Takes a line, and says whether the row has ended.
    fn feed(&mut self, line: &str) -> bool {
        for letter in line.chars() {
            match (self.state, letter) {
                (State::Start, '"') => self.state = State::Quoted,
                (State::Quoted, '"') => self.state = State::Quote,
                (State::Quote, '"') => {
                    self.cell.push('"');
                    self.state = State::Quoted;
                }
                (State::Quoted, letter) => self.cell.push(letter),
                (_, '\n' | '\r') => {}
                (_, letter) if letter == self.separator => {
                    if self.cells.len() < CELLS_LIMIT {
                        self.cells.push(std::mem::take(&mut self.cell));
                    }
                    self.cell.clear();
                    self.state = State::Start;
                }
                (state, letter) => {
                    self.cell.push(letter);
                    self.state = if state == State::Quote { State::Quote } else { State::Plain };
                }
            }
        }
        self.state != State::Quoted
    }

    fn cells(mut self) -> Vec<String> {
        self.cells.push(self.cell);
        self.cells
    }
}

#[cfg(test)]
mod tests;
