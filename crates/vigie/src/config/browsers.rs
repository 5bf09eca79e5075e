//! `[browsers]`

use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};

/// The browsers' side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browsers {
    /// The one UDP port.
    pub listen: SocketAddr,
    /// The address told to browsers.
    pub announced: Option<IpAddr>,
}
