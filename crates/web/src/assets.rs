//! The stylesheet, the scripts and the icon: embedded, and served under one folder named after all of them.
//!
//! One hash for all files lets the modules import each other by plain relative names, which the content security
//! policy leaves no other way to map, and lets a browser keep them for ever: a new build is a new folder.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        Asset { name: $name, kind: $kind, text: include_str!(concat!("../assets/", $name)) }
    };
}

const ASSETS: &[Asset] = &[
    asset!("vigie.css", "text/css; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("pure.js", SCRIPT),
    asset!("live.js", SCRIPT),
    asset!("sound.js", SCRIPT),
    asset!("tones.js", SCRIPT),
    asset!("keys.js", SCRIPT),
    asset!("call.js", SCRIPT),
    asset!("desk.js", SCRIPT),
    asset!("care.js", SCRIPT),
    asset!("search.js", SCRIPT),
    asset!("signals.js", SCRIPT),
    asset!("form.js", SCRIPT),
    asset!("bar.js", SCRIPT),
    asset!("board.js", SCRIPT),
    asset!("office.js", SCRIPT),
];

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS {
        hash.update(asset.name);
        hash.update([0]);
        hash.update(asset.text);
        hash.update([0]);
    }
    let mut text = String::new();
    for byte in hash.finalize().iter().take(8) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
});

/// The address of an asset.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *HASH)
}

/// Serves one asset. An address of an older build is not found, never answered with newer bytes.
pub(crate) async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let asset = ASSETS.iter().find(|asset| asset.name == name && hash == *HASH);
    asset.map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |asset| {
            let headers = [
                (CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
                (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
            ];
            (headers, asset.text).into_response()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_embedded_and_every_import_resolves() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(path.is_dir() || ASSETS.iter().any(|asset| asset.name == name), "{name} is not embedded");
        }
        for asset in ASSETS {
            for import in asset.text.split("from \"./").skip(1) {
                let name = import.split('"').next().unwrap();
                assert!(ASSETS.iter().any(|other| other.name == name), "{} imports {name}", asset.name);
            }
        }
    }

    #[test]
    fn scripts_are_checked_and_keep_no_storage_on_the_public_page() {
        for asset in ASSETS.iter().filter(|asset| asset.kind == SCRIPT) {
            assert!(asset.text.starts_with("// @ts-check"), "{}", asset.name);
            assert!(!asset.text.contains("innerHTML") || asset.name == "live.js", "{}", asset.name);
            let stores = ["localStorage", "sessionStorage", "indexedDB", "document.cookie"];
            let kept = stores.iter().any(|store| asset.text.contains(store));
            assert!(!kept || ["desk.js", "bar.js"].contains(&asset.name), "{} keeps something", asset.name);
            assert!(!asset.text.contains("https://") || asset.name == "call.js", "{}", asset.name);
        }
    }
}
