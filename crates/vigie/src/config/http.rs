//! `[http]`

use super::Certificate;
use super::files::Wrong;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Where they are served.
    pub listen: SocketAddr,
    /// The address that people see, such as `https://ecoute.example.org`.
    pub public_origin: Option<String>,
    /// The certificate for HTTPS, with those that vouch for it; without it, plain HTTP is spoken.
    certificate: Option<Spanned<PathBuf>>,
    /// Its key.
    key: Option<Spanned<PathBuf>>,
    /// Whether the sign-in cookie is sent over HTTPS only.
    #[serde(default)]
    secure_cookies: bool,
}

impl Http {
    /// Finds what does not go together.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let ((None, Some(alone)) | (Some(alone), None)) = (&self.certificate, &self.key) else { return Ok(()) };
        let words = "http.certificate and http.key belong together: write both, or neither".to_owned();
        Err(Wrong { at: alone.span().start, words })
    }

    /// The files for HTTPS; a path that is not absolute counts from the configuration's folder.
    #[must_use]
    pub fn certificate(&self, config: &Path) -> Option<Certificate> {
        let from = config.parent().unwrap_or(Path::new("."));
        let (chain, key) = (self.certificate.as_ref()?, self.key.as_ref()?);
        Some(Certificate { chain: from.join(chain.get_ref()), key: from.join(key.get_ref()) })
    }

    /// Whether the sign-in cookie is sent over HTTPS only.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.secure_cookies || self.certificate.is_some()
    }

    /// The address that people see, as far as the configuration says it.
    #[must_use]
    pub fn origin(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        self.public_origin.clone().unwrap_or_else(|| format!("{scheme}://{}", self.listen))
    }
}
