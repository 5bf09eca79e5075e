//! `[open_data]`

use serde::Deserialize;

/// The directory for everybody.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenData {
    /// Whether there are public pages, files and an interface for programs.
    #[serde(default)]
    publish: bool,
    /// Who publishes it.
    #[serde(default = "publisher")]
    publisher: String,
    /// The name of the licence.
    #[serde(default = "licence")]
    licence: String,
    /// Where the licence can be read.
    #[serde(default = "licence_url")]
    licence_url: String,
}

fn publisher() -> String {
    "Ce service d’écoute".to_owned()
}

fn licence() -> String {
    "Licence Ouverte 2.0".to_owned()
}

fn licence_url() -> String {
    "https://www.etalab.gouv.fr/licence-ouverte-open-licence/".to_owned()
}

impl Default for OpenData {
    fn default() -> Self {
        Self { publish: false, publisher: publisher(), licence: licence(), licence_url: licence_url() }
    }
}

impl OpenData {
    /// The same for a demonstration, which publishes what is made up.
    #[must_use]
    pub fn demonstration() -> Self {
        Self { publish: true, publisher: "Démonstration".to_owned(), ..Self::default() }
    }

    /// What pages say of the data; none where nothing is published.
    #[must_use]
    pub fn settings(&self) -> Option<web::OpenData> {
        self.publish.then(|| web::OpenData {
            publisher: self.publisher.clone(),
            licence: self.licence.clone(),
            licence_url: self.licence_url.clone(),
        })
    }
}
