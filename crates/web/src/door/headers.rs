//! What every answer carries, errors included.

use super::Reach;
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

/// What changes for where an answer may be used.
fn changes(reach: Reach) -> &'static [(&'static str, Option<&'static str>)] {
    match reach {
        Reach::House => &[],
        Reach::Framing => &[(
            "content-security-policy",
            Some(
                "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; \
                 base-uri 'none'; frame-ancestors 'none'",
            ),
        )],
        Reach::Framed => &[
            (
                "content-security-policy",
                Some(
                    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; \
                     frame-ancestors *",
                ),
            ),
            ("x-frame-options", None),
            ("cross-origin-resource-policy", Some("cross-origin")),
        ],
        Reach::Programs => &[
            ("content-security-policy", Some("default-src 'none'; frame-ancestors 'none'; sandbox")),
            ("cross-origin-resource-policy", Some("cross-origin")),
            ("access-control-allow-origin", Some("*")),
            ("access-control-expose-headers", Some("etag, retry-after")),
        ],
    }
}

/// Sets them. What an asset says about keeping it stays; everything else is kept by nobody.
pub(crate) fn set(headers: &mut HeaderMap, reach: Reach) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    for (name, value) in changes(reach) {
        match value {
            Some(value) => drop(headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value))),
            None => drop(headers.remove(*name)),
        }
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
