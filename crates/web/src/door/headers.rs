//! What every answer carries, errors included.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderName};

/// The rules for browsers. Nothing is allowed but what we serve ourselves; nothing is inline.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    (
        "permissions-policy",
        "microphone=(self), speaker-selection=(self), camera=(), geolocation=(), display-capture=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Sets them. What an asset says about keeping it stays; everything else is kept by nobody.
pub(crate) fn set(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
