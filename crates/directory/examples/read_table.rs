//! Reads a table of a million rows that is made on the way, for its speed and its memory to be measured from outside:
//! `time cargo run --release -p directory --example read_table`.
#![allow(clippy::print_stdout, reason = "an example tells what it did")]

use directory::{Territory, import};
use std::io::Read;

/// Rows that are made as they are read, so that no file is needed.
struct Made {
    rows: u64,
    made: u64,
    ready: Vec<u8>,
    given: usize,
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.given >= self.ready.len() && self.made < self.rows {
            (self.ready, self.given) = (Vec::new(), 0);
            while self.ready.len() < 1 << 16 && self.made < self.rows {
                let (number, rpps) = (self.made, 10_000_000_000 + self.made);
                let row = format!(
                    "Éloi {number};EXEMPLE;Psychologue;{number}, rue de la Maquette;42000;ST ETIENNE;04 65 71 01 02;\
                     e{number}@exemple.fr;français, anglais;lu-ve 9h-12h;{rpps};45.44;4.39\n"
                );
                self.ready.extend_from_slice(row.as_bytes());
                self.made += 1;
            }
        }
        let mut rest = self.ready.get(self.given..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

fn main() {
    let rows = std::env::args().nth(1).and_then(|rows| rows.parse().ok()).unwrap_or(1_000_000);
    let importer = import::Importer::new(Territory::load(), 20_780, "essai");
    let header = "Prénom;Nom;Profession;Adresse;CP;Ville;Tél;Mail;Langues;Horaires;RPPS;lat;lon\n".as_bytes();
    let input = header.chain(Made { rows, made: 0, ready: Vec::new(), given: 0 });
    let (mut good, mut findings) = (0_u64, 0);
    let report = import::csv::read(&importer, input, None, &mut |row| {
        good += u64::from(row.result.is_ok());
        findings += row.findings.len();
    });
    println!("{} rows, {good} entries, {findings} findings", report.rows);
}
