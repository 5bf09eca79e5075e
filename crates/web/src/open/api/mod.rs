//! The interface for programs: HSDS 3 and FHIR R4, without a key, for reading. Each search is there twice: with its question in
//! the address, and with it in a body, so that what is looked for stays out of addresses.

mod asked;
mod fhir;
mod hsds;
mod openapi;

#[cfg(feature = "fuzzing")]
pub(crate) use asked::refused;
pub(crate) use fhir::{fhir_metadata, fhir_read, fhir_search};
pub(crate) use hsds::{
    hsds_location, hsds_locations, hsds_organization, hsds_organizations, hsds_root, hsds_service, hsds_services,
    hsds_taxonomies, hsds_taxonomy, hsds_term, hsds_terms,
};
pub(crate) use openapi::openapi;

use crate::door::Said;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How many items a page has, unless it is asked otherwise.
const USUAL_PAGE: usize = 20;
/// How many it has at most.
const LARGEST_PAGE: usize = 100;
/// The type of JSON.
const JSON: &str = "application/json";

/// What an answer says about being kept: for a minute by whoever likes, and then asked again.
const KEPT: &str = "public, max-age=60";

/// An answer, or word that whoever asks has it already.
fn answer(headers: &HeaderMap, media: &'static str, value: &Value) -> Response {
    let text = value.to_string();
    let digest: String = Sha256::digest(&text).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{digest}\"");
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let told = [(CONTENT_TYPE, media.to_owned()), (ETAG, tag.clone()), (CACHE_CONTROL, KEPT.to_owned())];
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, told).into_response();
    }
    (told, text).into_response()
}

/// What was asked cannot be answered, and why: in the words of programs, which are English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    words: String,
}

impl Refusal {
    fn bad(words: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, words: words.into() }
    }

    fn missing(what: &str) -> Self {
        Self { status: StatusCode::NOT_FOUND, words: format!("there is no {what} with this id") }
    }
}

impl From<StatusCode> for Refusal {
    fn from(status: StatusCode) -> Self {
        let words = match status {
            StatusCode::SERVICE_UNAVAILABLE => {
                "too much is asked at once, or the directory cannot be read now: ask again in some seconds"
            }
            _ => status.canonical_reason().unwrap_or("refused"),
        };
        Self { status, words: words.to_owned() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"status": self.status.as_u16(), "error": self.words});
        said(self.status, JSON, &body)
    }
}

/// A fault that has its own words.
fn said(status: StatusCode, media: &'static str, body: &Value) -> Response {
    let mut response = (status, [(CONTENT_TYPE, media)], body.to_string()).into_response();
    response.extensions_mut().insert(Said);
    response
}
