//! `[store]`

use serde::Deserialize;
use std::path::{Path, PathBuf};
use store::Place;

/// Where the record is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSection {
    /// A file, or a PostgreSQL address. Never shown: an address may hold a password.
    place: String,
    /// A folder in this machine's memory.
    memory: Option<PathBuf>,
}

impl StoreSection {
    /// The place; a relative file lies beside the configuration file.
    #[must_use]
    pub fn place(&self, config: &Path) -> Place {
        if self.place.starts_with("postgres://") || self.place.starts_with("postgresql://") {
            return Place::Postgres(self.place.clone());
        }
        Place::Sqlite(config.parent().unwrap_or(Path::new(".")).join(&self.place))
    }
    /// The folder in this machine's memory where keys lie that no disk may have.
    #[must_use]
    pub fn memory(&self) -> PathBuf {
        self.memory.clone().unwrap_or_else(super::memory_folder)
    }
}
