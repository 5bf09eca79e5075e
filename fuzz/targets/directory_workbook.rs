//! A workbook of entries, as a table is. Bytes that are no archive are put into one, as its sheet: what an archive's sums guard
//! would hardly ever be reached otherwise.
#![no_main]

#[path = "directory/held.rs"]
mod held;

use held::{IMPORTER, hold};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const PARTS: [(&str, &str); 5] = [
    ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"r\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>",
    ),
    ("xl/sharedStrings.xml", "<sst><si><t>nom</t></si><si><t>cp</t></si><si><t>=1+1</t></si></sst>"),
];

fuzz_target!(
    // What panics within the library is caught by the import, and means that the file is refused.
    init: quiet_within_the_library(),
    |bytes: &[u8]| {
    let bytes = if bytes.starts_with(b"PK") { bytes.to_vec() } else { packed(bytes) };
    directory::import::xlsx::read(&IMPORTER, Cursor::new(bytes), None, &mut |row| hold(&row));
}
);

/// libFuzzer takes every panic for a fault, caught or not; those of libraries are left out of that, as the import contains them.
fn quiet_within_the_library() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let ours = panic.location().is_some_and(|place| !place.file().contains("/registry/src/"));
        if ours {
            loud(panic);
        }
    }));
}

fn packed(sheet: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let parts = PARTS.iter().map(|(name, part)| (*name, part.as_bytes()));
    for (name, part) in parts.chain([("xl/worksheets/sheet1.xml", sheet)]) {
        archive.start_file(name, stored).unwrap();
        archive.write_all(part).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
