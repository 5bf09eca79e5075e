//! `[browsers]`

use super::files::Wrong;
use super::secret::Secret;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use toml::Spanned;
use web::Relays;

/// The browsers' side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browsers {
    /// The one UDP port.
    pub listen: SocketAddr,
    /// The address told to browsers.
    pub announced: Option<IpAddr>,
    /// Relays (TURN) for networks that let no UDP through.
    #[serde(default)]
    turn: Vec<Spanned<String>>,
    /// The secret shared with them.
    turn_secret: Option<Secret>,
}

impl Browsers {
    /// Finds what does not go together.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        let alone = match (self.turn.first(), &self.turn_secret) {
            (Some(address), None) => Some(address.span().start),
            (None, Some(secret)) => Some(secret.at()),
            (Some(_), Some(_)) | (None, None) => None,
        };
        if let Some(alone) = alone {
            let words = "browsers.turn and browsers.turn_secret belong together: write both, or neither".to_owned();
            return Err(Wrong { at: alone, words });
        }
        if let Some(secret) = self.turn_secret.as_ref().filter(|secret| secret.words().trim().is_empty()) {
            let words = "browsers.turn_secret is empty: make one, such as by `openssl rand -hex 32`".to_owned();
            return Err(Wrong { at: secret.at(), words });
        }
        let bad = self.turn.iter().find(|address| !is_relay(address.get_ref()));
        match bad {
            Some(address) => Err(Wrong {
                at: address.span().start,
                words: "an address of a relay is such as \"turn:turn.example.org:3478?transport=tcp\", or begins with \
                        turns: for TLS"
                    .to_owned(),
            }),
            None => Ok(()),
        }
    }

    /// What pages are told of relays, if there are any.
    #[must_use]
    pub fn relays(&self) -> Option<Relays> {
        let secret = self.turn_secret.as_ref()?.words().to_owned();
        let addresses = self.turn.iter().map(|address| address.get_ref().clone()).collect();
        Some(Relays { addresses, secret })
    }
}

/// Whether this is the address of a relay (RFC 7065 section 3.1). One that a browser cannot read would cost it every call.
fn is_relay(address: &str) -> bool {
    let rest = ["turn:", "turns:"].iter().find_map(|scheme| address.strip_prefix(scheme));
    let Some(rest) = rest else { return false };
    let (place, transport) = rest.split_once('?').unwrap_or((rest, "transport=tcp"));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        Some(_) | None => (place, "3478"),
    };
    let named = |letter: char| letter.is_ascii_alphanumeric() || "-.:[]".contains(letter);
    let whole = !host.is_empty() && host.chars().all(named) && port.parse::<u16>().is_ok_and(|port| port > 0);
    whole && (transport == "transport=tcp" || transport == "transport=udp")
}

#[cfg(test)]
mod tests {
    use super::is_relay;

    #[test]
    fn only_what_a_browser_can_read_is_an_address_of_a_relay() {
        for good in
            ["turn:turn.example.org", "turns:192.0.2.1:443?transport=tcp", "turn:[2001:db8::1]:3478?transport=udp"]
        {
            assert!(is_relay(good), "{good}");
        }
        let bad = ["", "turn:", "stun:a", "turn:a:b", "turn:a:0", "turn:a?transport=sctp", "turn://a", "turn:a b"];
        for bad in bad {
            assert!(!is_relay(bad), "{bad}");
        }
    }
}
