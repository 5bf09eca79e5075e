//! The register FINESS in both its formats.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use held::{IMPORTER, hold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    directory::import::finess::read(&IMPORTER, bytes, &mut |row| hold(&row));
    directory::import::finess_plus::read(&IMPORTER, bytes, &mut |row| hold(&row));
});
