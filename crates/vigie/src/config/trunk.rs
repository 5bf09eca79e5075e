//! `[trunk]`

use super::files::Wrong;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use telephony::TrunkSettings;
use telephony::sip::peers::Peer;
use toml::Spanned;

/// The telephone's side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// Where SIP is listened for.
    pub listen: Vec<SocketAddr>,
    /// The address told to the trunk.
    pub announced: Option<IpAddr>,
    /// Who may call.
    peers: Vec<Spanned<String>>,
    /// First and last UDP port for sound.
    #[serde(default = "rtp_ports")]
    pub rtp_ports: Spanned<(u16, u16)>,
}

fn rtp_ports() -> Spanned<(u16, u16)> {
    Spanned::new(0..0, (20_000, 29_999))
}

impl Trunk {
    pub(super) fn check(&self) -> Result<(), Wrong> {
        for peer in &self.peers {
            Peer::read(peer.get_ref()).map_err(|words| Wrong { at: peer.span().start, words })?;
        }
        let (first, last) = *self.rtp_ports.get_ref();
        if first < 1024 || first % 2 != 0 || last <= first {
            let words =
                "rtp_ports must be an even first port from 1024 on and a larger last port, such as [20000, 29999]";
            return Err(Wrong { at: self.rtp_ports.span().start, words: words.into() });
        }
        Ok(())
    }

    /// The settings; the lines add their numbers.
    #[must_use]
    pub fn settings(&self) -> TrunkSettings {
        TrunkSettings {
            listen: self.listen.clone(),
            announced: self.announced,
            peers: self.peers.iter().filter_map(|peer| Peer::read(peer.get_ref()).ok()).collect(),
            rtp_ports: *self.rtp_ports.get_ref(),
            numbers: BTreeMap::new(),
            outgoing: None,
        }
    }
}
