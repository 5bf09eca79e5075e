//! A table of entries: whatever its bytes, each row is refused with a reason or stays the same when written and read again.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use held::{IMPORTER, hold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    directory::import::csv::read(&IMPORTER, bytes, None, &mut |row| hold(&row));
});
