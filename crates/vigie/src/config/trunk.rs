//! `[trunk]`

use super::files::Wrong;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use telephony::sip::peers::Peer;
use telephony::{Account, Gateway, LineNumbers, Outgoing, TrunkSettings};
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
    /// How calls to outside telephones are placed.
    outgoing: Option<Spanned<OutgoingSection>>,
}

/// `[trunk.outgoing]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutgoingSection {
    /// Where calls are sent.
    gateway: String,
    /// Who calls, if it is not the line's first number.
    from: Option<String>,
    /// The account at the gateway.
    user: Option<String>,
    /// Its password.
    password: Option<String>,
}

impl OutgoingSection {
    fn read(&self) -> Result<Outgoing, String> {
        let account = match (&self.user, &self.password) {
            (Some(user), Some(password)) => Some(Account { user: user.clone(), password: password.clone() }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err("user and password belong together: write both, or neither".to_owned());
            }
        };
        let from_user = self.from.clone();
        Ok(Outgoing { gateway: Gateway::read(&self.gateway)?, account, from_user, ring_for: Outgoing::RING_FOR })
    }
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
        if let Some(outgoing) = &self.outgoing {
            outgoing.get_ref().read().map_err(|words| Wrong { at: outgoing.span().start, words })?;
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
            numbers: LineNumbers::default(),
            outgoing: self.outgoing.as_ref().and_then(|outgoing| outgoing.get_ref().read().ok()),
        }
    }
}
