//! Reads a document of FINESS+ with as many sites as are asked for, made on the way, for its speed and its memory to be measured
//! from outside: `time cargo run --release -p directory --example read_register 400000`.
#![allow(clippy::print_stdout, reason = "an example tells what it did")]

use directory::{Territory, import};
use std::io::Read;

/// Legal persons that are made as they are read, so that no file is needed.
struct Made {
    sites: u64,
    made: u64,
    bytes: u64,
    ready: Vec<u8>,
    given: usize,
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.given >= self.ready.len() && self.made < self.sites {
            (self.ready, self.given) = (Vec::new(), 0);
            while self.ready.len() < 1 << 16 && self.made < self.sites {
                let person = format!(
                    "{}{{\"informationsGeneralesPMEJ\":{{\"denominationPm\":\"EXEMPLE\"}},\"evenement\":[{{\"codeEvenement\":\"{}\"}}],\
                     \"ege\":[{{\"informationsGeneralesEGE\":{{\"nomEgeLong\":\"CMP EXEMPLE {}\",\"numFinessEge\":\"{:09}\"}},\
                     \"categorieentiteGeographiqueExercice\":\"156\",\"adresse\":[{{\"numeroVoie\":\"1\",\"libelleVoie\":\"RUE X\",\
                     \"cogCommune\":\"01053\",\"codePostal\":\"01000\",\"coordonneesGeographique\":{{\"coordonneeX\":\"6570414.61\",\
                     \"coordonneeY\":\"873766.07\",\"directionLatitude\":\"46.211257\",\"directionLongitude\":\"5.254203\"}}}}],\
                     \"contact\":[{{\"telecom\":{{\"telephone\":\"0465710102\"}}}}],\"etatObjet\":\"A\"}}]}}",
                    if self.made == 0 { "" } else { "," },
                    "0".repeat(400),
                    self.made,
                    self.made,
                );
                self.ready.extend_from_slice(person.as_bytes());
                self.made += 1;
            }
        }
        let mut rest = self.ready.get(self.given..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.given += read;
        self.bytes += read as u64;
        Ok(read)
    }
}

fn main() {
    let sites = std::env::args().nth(1).and_then(|sites| sites.parse().ok()).unwrap_or(400_000);
    let importer = import::Importer::new(Territory::load(), 20_780, "essai");
    let mut made = Made { sites, made: 0, bytes: 0, ready: Vec::new(), given: 0 };
    let input = "{\"gcc\":[],\"gco\":[],\"pmej\":[".as_bytes().chain(&mut made).chain("]}".as_bytes());
    let mut good = 0_u64;
    let report = import::finess_plus::read(&importer, input, &mut |row| good += u64::from(row.result.is_ok()));
    println!("{} megabytes, {} sites, {good} entries, {:?}", made.bytes >> 20, report.rows, report.findings);
}
