//! Writes the demonstration in every format to a folder, for other programs to read:
//! `cargo run -p directory --example write_exports FOLDER`.
#![allow(clippy::unwrap_used, reason = "an example stops where it cannot go on")]

use directory::{Territory, demo, export};
use std::fs::File;
use std::io::BufWriter;

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let file = |name: &str| BufWriter::new(File::create(format!("{folder}/{name}")).unwrap());
    let mut table = export::csv::Public::new(file("annuaire.csv")).unwrap();
    let mut workbook = export::xlsx::Public::new(file("annuaire.xlsx")).unwrap();
    let mut page = export::hsds::Page::new(file("hsds.json")).unwrap();
    let mut bundle = export::fhir::Bundle::new(file("fhir.json")).unwrap();
    let mut lines = export::json_lines::Lines::new(file("annuaire.jsonl"));
    for entry in demo::entries(Territory::load(), 7) {
        let Some(mut published) = entry.published() else {
            continue;
        };
        published.about = "=1+1 <é> & \"x\"\nseconde ligne _x000D_".to_owned();
        table.write(&published).unwrap();
        workbook.write(&published).unwrap();
        page.write(&published).unwrap();
        bundle.write(&published).unwrap();
        lines.write(&published).unwrap();
    }
    table.finish().unwrap();
    workbook.finish().unwrap();
    page.finish().unwrap();
    bundle.finish().unwrap();
    lines.finish().unwrap();
}
