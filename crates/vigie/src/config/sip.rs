//! `[sip]`

use super::files::Wrong;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use telephony::sip::limits::Bounds;
use telephony::{Carrier, SecureSettings, SipSettings, TrunkSettings};
use toml::Spanned;

/// Where SIP and the trunks' sound are listened for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sip {
    /// Where SIP is listened for.
    pub listen: Vec<SocketAddr>,
    /// Where SIP over TLS is listened for.
    #[serde(default = "nowhere")]
    pub secure_listen: Spanned<Vec<SocketAddr>>,
    /// The file with those who may vouch for gateways.
    trusted: Option<PathBuf>,
    /// The address told to trunks.
    pub announced: Option<IpAddr>,
    /// First and last UDP port for sound.
    #[serde(default = "rtp_ports")]
    pub rtp_ports: Spanned<(u16, u16)>,
}

/// Those whom this system trusts; from the package ca-certificates.
const SYSTEM_TRUST: &str = "/etc/ssl/certs/ca-certificates.crt";

fn nowhere() -> Spanned<Vec<SocketAddr>> {
    Spanned::new(0..0, Vec::new())
}

fn rtp_ports() -> Spanned<(u16, u16)> {
    Spanned::new(0..0, (20_000, 29_999))
}

impl Sip {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let (first, last) = *self.rtp_ports.get_ref();
        if first < 1024 || first % 2 != 0 || last <= first {
            let words =
                "rtp_ports must be an even first port from 1024 on and a larger last port, such as [20000, 29999]";
            return Err(Wrong { at: self.rtp_ports.span().start, words: words.into() });
        }
        Ok(())
    }

    /// The settings for these trunks; a path that is not absolute counts from the configuration's folder.
    ///
    /// # Errors
    /// When the file with those who may vouch for gateways cannot be read, and is needed.
    pub fn settings(&self, config: &Path, trunks: &[TrunkSettings]) -> Result<SipSettings, String> {
        let from = config.parent().unwrap_or(Path::new("."));
        let file = from.join(self.trusted.as_deref().unwrap_or(Path::new(SYSTEM_TRUST)));
        let needs_trust = trunks.iter().any(|trunk| trunk.carrier == Carrier::Tls);
        let trusted = if needs_trust { super::certificate::bytes(&file)? } else { Vec::new() };
        Ok(SipSettings {
            listen: self.listen.clone(),
            announced: self.announced,
            rtp_ports: *self.rtp_ports.get_ref(),
            bounds: Bounds::default(),
            secure: SecureSettings { listen: self.secure_listen.get_ref().clone(), certificate: None, trusted },
        })
    }
}
