//! A workbook of entries, as a table is.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use held::{IMPORTER, hold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    directory::import::xlsx::read(&IMPORTER, std::io::Cursor::new(bytes), None, &mut |row| hold(&row));
});
