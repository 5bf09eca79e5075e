//! What must hold of every row that a reader of the directory gives, whatever it was made from.

use directory::import::{self, Importer, Row};
use directory::{Entry, Territory, export};
use std::sync::LazyLock;

/// One importer for all inputs: it takes longer to make than to use.
pub static IMPORTER: LazyLock<Importer> = LazyLock::new(|| Importer::new(Territory::load(), 20_780, "fuzz"));

/// Holds a row: refused with a reason, or an entry that is the same after it was written as a table and read again.
pub fn hold(row: &Row) {
    match &row.result {
        Err(findings) => assert!(!findings.is_empty(), "refused without a reason"),
        Ok(entry) => {
            assert!(!entry.name.is_empty() && !entry.id.is_empty());
            let hidden = |letter: char| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter);
            assert!(!entry.name.contains(hidden), "{:?}", entry.name);
            let mut table = export::csv::House::new(Vec::new()).unwrap();
            table.write(entry).unwrap();
            assert_eq!(read_table(&table.finish().unwrap()), [entry.clone()]);
            if let Some(published) = entry.published() {
                let json = serde_json::to_string(&export::hsds::service(&published)).unwrap();
                assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
                assert!(!export::fhir::resources(&published).is_empty());
            }
        }
    }
}

fn read_table(bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    import::csv::read(&IMPORTER, bytes, None, &mut |row| entries.push(row.result.unwrap()));
    entries
}
