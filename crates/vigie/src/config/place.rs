//! `[store]`

use serde::Deserialize;
use std::path::Path;
use store::Place;

/// Where the record is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSection {
    /// A file, or a PostgreSQL address. Never shown: an address may hold a password.
    place: String,
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
}
