//! Bytes as text: UTF-8, UTF-16 with a byte order mark, and Windows-1252 wherever bytes are neither.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

/// The characters of the bytes 80 to 9F of Windows-1252; the five that have none stand for themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn letter_of(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

/// The byte that a character is in Windows-1252.
pub(super) fn byte_of(letter: char) -> Option<u8> {
    if let Some(place) = WINDOWS_1252.iter().position(|other| *other == letter) {
        return u8::try_from(place).ok().map(|place| place + 0x80);
    }
    u8::try_from(u32::from(letter)).ok()
}

/// Bytes as text, and whether some of them were no UTF-8 and were read as Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), false);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| letter_of(*byte)));
    }
    (Cow::Owned(text), true)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The first bytes have not been seen.
    Unknown,
    /// One byte after the other.
    Bytes,
    /// Two bytes a unit, the smaller first.
    SmallFirst,
    /// Two bytes a unit, the greater first.
    GreatFirst,
}

/// A reader without byte order mark, and with UTF-16 made UTF-8; other bytes pass as they are.
pub(super) struct Unmarked<R> {
    input: R,
    form: Form,
    /// Read, not yet handed on.
    ready: Vec<u8>,
    given: usize,
    /// Bytes of a unit that has not ended.
    rest: Vec<u8>,
    high: Option<u16>,
}

impl<R: Read> Unmarked<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, form: Form::Unknown, ready: Vec::new(), given: 0, rest: Vec::new(), high: None }
    }

    /// Makes more of it ready; false at the end.
    fn fill(&mut self) -> std::io::Result<bool> {
        let mut chunk = vec![0; 64 * 1024];
        let read = self.input.read(&mut chunk)?;
        chunk.truncate(read);
        (self.given, self.ready) = (0, Vec::new());
        if self.form == Form::Unknown {
            self.rest.append(&mut chunk);
            if self.rest.len() < 3 && read > 0 {
                return Ok(true);
            }
            chunk = std::mem::take(&mut self.rest);
            let (form, mark) = match chunk.as_slice() {
                [0xef, 0xbb, 0xbf, ..] => (Form::Bytes, 3),
                [0xff, 0xfe, ..] => (Form::SmallFirst, 2),
                [0xfe, 0xff, ..] => (Form::GreatFirst, 2),
                _ => (Form::Bytes, 0),
            };
            self.form = form;
            chunk.drain(..mark);
        }
        match self.form {
            Form::Bytes | Form::Unknown => self.ready = chunk,
            Form::SmallFirst => self.units(&chunk, u16::from_le_bytes),
            Form::GreatFirst => self.units(&chunk, u16::from_be_bytes),
        }
        if read == 0 && (self.high.take().is_some() || !std::mem::take(&mut self.rest).is_empty()) {
            self.ready.extend_from_slice("\u{fffd}".as_bytes());
        }
        Ok(read > 0 || !self.ready.is_empty())
    }

    fn units(&mut self, chunk: &[u8], unit: fn([u8; 2]) -> u16) {
        self.rest.extend_from_slice(chunk);
        let bytes = std::mem::take(&mut self.rest);
        let (pairs, rest) = bytes.as_chunks::<2>();
        self.rest = rest.to_vec();
        let mut units: Vec<u16> = self.high.take().into_iter().chain(pairs.iter().map(|pair| unit(*pair))).collect();
        // The first half of a pair waits for the other.
        self.high = units.pop_if(|unit| (0xd800..0xdc00).contains(unit));
        let text: String = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}')).collect();
        self.ready = text.into_bytes();
    }
}

impl<R: Read> Read for Unmarked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.given >= self.ready.len() {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let mut rest = self.ready.get(self.given..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

/// A reader of nothing but UTF-8: what is not is read as Windows-1252, and that is noted.
pub(super) struct Utf8<R> {
    input: Unmarked<R>,
    ready: Vec<u8>,
    given: usize,
    rest: Vec<u8>,
    guessed: Rc<Cell<bool>>,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(input: R) -> Self {
        let input = Unmarked::new(input);
        Self { input, ready: Vec::new(), given: 0, rest: Vec::new(), guessed: Rc::default() }
    }

    /// Whether something was read as Windows-1252, known when the reader has been read to its end.
    pub(super) fn guessed(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.guessed)
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.given >= self.ready.len() {
            let mut bytes = std::mem::take(&mut self.rest);
            let kept = bytes.len();
            bytes.resize(kept + 64 * 1024, 0);
            let read = self.input.read(bytes.get_mut(kept..).unwrap_or_default())?;
            bytes.truncate(kept + read);
            if bytes.is_empty() {
                return Ok(0);
            }
            // A character may be cut in two by the end of what was read.
            if read > 0
                && let Err(error) = std::str::from_utf8(&bytes)
                && bytes.len() - error.valid_up_to() < 4
                && error.error_len().is_none()
            {
                self.rest = bytes.split_off(error.valid_up_to());
            }
            let (text, guessed) = decode(&bytes);
            self.guessed.set(self.guessed.get() || guessed);
            (self.given, self.ready) = (0, text.into_owned().into_bytes());
        }
        let mut rest = self.ready.get(self.given..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time, as a slow connection may.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = buffer.len().min(1);
            self.0.read(&mut buffer[..length])
        }
    }

    fn read(bytes: &[u8]) -> (String, bool) {
        let mut results = Vec::new();
        for slow in [false, true] {
            let mut text = String::new();
            let input: Box<dyn Read + '_> = if slow { Box::new(Slow(bytes)) } else { Box::new(bytes) };
            let mut reader = Utf8::new(input);
            let guessed = reader.guessed();
            reader.read_to_string(&mut text).unwrap();
            results.push((text, guessed.get()));
        }
        assert_eq!(results[0], results[1]);
        results.remove(0)
    }

    #[test]
    fn each_encoding_gives_the_same_text() {
        let text = "Éloïse 😀 — été";
        let small: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let great: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &small, &great, &marked] {
            assert_eq!(read(bytes), (text.to_owned(), false));
        }
        assert_eq!(read(b"\xc9lo\xefse \x97 \xe9t\xe9"), ("Éloïse — été".to_owned(), true));
        assert_eq!(read(b""), (String::new(), false));
        assert_eq!(read(b"\xe9").0, "é");
        assert_eq!(read(b"\xff\xfea").0, "\u{fffd}");
    }

    #[test]
    fn every_byte_of_windows_1252_has_its_letter() {
        for byte in 0..=255 {
            assert_eq!(byte_of(letter_of(byte)), Some(byte), "{byte}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_no_letter() {
        let text = "aé😀".repeat(50_000);
        assert_eq!(read(text.as_bytes()), (text, false));
    }
}
