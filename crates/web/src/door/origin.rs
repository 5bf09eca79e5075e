//! Whether a request comes from one of our own pages.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Whether a request that changes something was made by a page of ours, or by no page at all.
///
/// A browser says where a request comes from, and a page cannot make it lie. A program without a browser says nothing:
/// it carries nobody's cookies but its own, so nobody is tricked.
pub(crate) fn is_ours(headers: &HeaderMap, public_origin: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return true };
    if public_origin.is_some_and(|ours| ours.trim_end_matches('/') == origin) {
        return true;
    }
    let host = text(HOST.as_str());
    let of_origin = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && of_origin == host
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[test]
    fn only_our_own_pages_and_programs_pass() {
        let cases: [(&[(&str, &str)], bool); 10] = [
            (&[("host", "vigie.test")], true),
            (&[("host", "vigie.test"), ("origin", "https://vigie.test")], true),
            (&[("host", "vigie.test:8443"), ("origin", "https://vigie.test:8443")], true),
            (&[("host", "vigie.test"), ("origin", "https://evil.test")], false),
            (&[("host", "vigie.test"), ("origin", "https://vigie.test.evil.test")], false),
            (&[("host", "vigie.test"), ("origin", "null")], false),
            (&[("host", "inner:8080"), ("origin", "https://public.test")], true),
            (&[("host", "vigie.test"), ("origin", "null"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "vigie.test"), ("sec-fetch-site", "cross-site")], false),
            (&[("host", "vigie.test"), ("origin", "https://vigie.test"), ("sec-fetch-site", "same-site")], false),
        ];
        for (pairs, expected) in cases {
            let headers = pairs
                .iter()
                .map(|(name, value)| (HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap()))
                .collect();
            assert_eq!(is_ours(&headers, Some("https://public.test/")), expected, "{pairs:?}");
        }
    }
}
