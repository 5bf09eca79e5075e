//! `[sip]`

use super::files::Wrong;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use telephony::SipSettings;
use telephony::sip::limits::Bounds;
use toml::Spanned;

/// Where SIP and the trunks' sound are listened for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sip {
    /// Where SIP is listened for.
    pub listen: Vec<SocketAddr>,
    /// The address told to trunks.
    pub announced: Option<IpAddr>,
    /// First and last UDP port for sound.
    #[serde(default = "rtp_ports")]
    pub rtp_ports: Spanned<(u16, u16)>,
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

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> SipSettings {
        SipSettings {
            listen: self.listen.clone(),
            announced: self.announced,
            rtp_ports: *self.rtp_ports.get_ref(),
            bounds: Bounds::default(),
        }
    }
}
