//! `[http]`

use serde::Deserialize;
use std::net::SocketAddr;

/// The pages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Where they are served.
    pub listen: SocketAddr,
    /// The address that people see, such as `https://ecoute.example.org`.
    pub public_origin: Option<String>,
    /// Whether the sign-in cookie is sent over HTTPS only.
    #[serde(default)]
    pub secure_cookies: bool,
}
