//! Services of HSDS, as JSON and, where the bytes are an archive, as a tabular package.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use held::{IMPORTER, hold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    directory::import::hsds::read(&IMPORTER, bytes, &mut |row| hold(&row));
    if let Some(package) = directory::import::hsds_tabular::Package::of_archive(std::io::Cursor::new(bytes)) {
        package.read(&IMPORTER, &mut |row| hold(&row));
    }
});
