//! The directory for everybody: pages without scripts, files, and an interface for programs.
//!
//! All of it is drawn from [`directory::Published`], which has no place for what must not leave the house. Nobody is recognised
//! here, nothing is kept at the visitor's, and what a visitor looks for stays out of addresses. Calls come first: only so many
//! questions are answered at a time ([`Gate`]), and they never hold more than a part of the database's connections.

mod api;
mod departement;
mod embed;
mod entry;
mod files;
mod gate;
mod json_ld;
mod map;
mod page;
mod parts;
mod start;

pub(crate) use api::{
    fhir_metadata, fhir_read, fhir_search, hsds_location, hsds_locations, hsds_organization, hsds_organizations,
    hsds_root, hsds_service, hsds_services, hsds_taxonomies, hsds_taxonomy, hsds_term, hsds_terms, openapi,
};
pub(crate) use departement::departement_page;
pub(crate) use embed::{builder_page, built_page, embedded_list};
pub(crate) use entry::entry_page;
pub(crate) use files::{data_page, file};
pub(crate) use page::{Shown, page};
pub(crate) use start::{search, start_page};

#[cfg(feature = "fuzzing")]
pub(crate) use api::refused;

use crate::App;
use crate::door::Passed;
use crate::words::Words;
use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use gate::Gate;
use std::sync::Arc;

/// What is said about the data that everybody may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenData {
    /// Who publishes it.
    pub publisher: String,
    /// The name of the licence.
    pub licence: String,
    /// Where the licence can be read.
    pub licence_url: String,
}

/// The public side, where it is switched on.
#[derive(Debug)]
pub(crate) struct Open {
    data: OpenData,
    /// The origin under which the public reaches the house, if the settings say it.
    origin: Option<String>,
    gate: Gate,
}

impl Open {
    /// The public side with what is said about its data.
    pub(crate) fn new(data: OpenData, origin: Option<String>) -> Self {
        Self { data, origin, gate: Gate::default() }
    }
}

/// Somebody from outside who passed the door while the public side is switched on.
#[derive(Clone)]
pub(crate) struct Visitor {
    words: Words,
    open: Arc<Open>,
    /// The origin of this house, as the visitor knows it.
    origin: String,
    demo: bool,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = StatusCode;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, StatusCode> {
        let passed = Passed::from_request_parts(parts, app).await?;
        let open = app.open.clone().ok_or(StatusCode::NOT_FOUND)?;
        let origin = open.origin.clone().unwrap_or_else(|| origin_asked(&parts.headers));
        Ok(Self { words: passed.words, open, origin, demo: app.house.demo() })
    }
}

impl Visitor {
    /// The visitor's words.
    pub(crate) fn words(&self) -> Words {
        self.words
    }

    /// The address of a page in the visitor's language. There is no cookie that could remember it.
    pub(crate) fn to(&self, path: &str) -> String {
        to(self.words, path)
    }

    /// The whole address of something of this house.
    fn whole(&self, path: &str) -> String {
        format!("{}{path}", self.origin.trim_end_matches('/'))
    }
}

fn to(words: Words, path: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}lang={}", words.code())
}

/// The origin that a program asked, where the settings name none. What is no host is not repeated.
fn origin_asked(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let fits = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | ':' | '-' | '[' | ']');
    let host = if !host.is_empty() && host.chars().all(fits) { host } else { "localhost" };
    format!("http://{host}")
}

#[cfg(test)]
mod tests;
