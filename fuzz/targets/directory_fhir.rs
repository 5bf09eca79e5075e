//! Bundles and resources of FHIR.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use held::{IMPORTER, hold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    directory::import::fhir::read(&IMPORTER, bytes, &mut |row| hold(&row));
});
