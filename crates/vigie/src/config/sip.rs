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
    /// Whom to ask for the servers of gateways.
    #[serde(default)]
    name_servers: Vec<Spanned<String>>,
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
        self.name_servers().map(drop)
    }

    /// Each with its port, which is 53 unless it is said (RFC 1035 section 4.2).
    fn name_servers(&self) -> Result<Vec<SocketAddr>, Wrong> {
        let read = |text: &Spanned<String>| {
            let words = text.get_ref().trim();
            let alone = words.parse().map(|ip: IpAddr| SocketAddr::new(ip, 53));
            alone.or_else(|_| words.parse()).ok().filter(|server| server.port() != 0).ok_or_else(|| Wrong {
                at: text.span().start,
                words: format!(
                    "'{words}' is no name server: write its address, such as \"192.0.2.53\" or \"[2001:db8::53]:5353\""
                ),
            })
        };
        self.name_servers.iter().map(read).collect()
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
            // Those of a configuration that was checked can be read.
            name_servers: self.name_servers().unwrap_or_default(),
            secure: SecureSettings { listen: self.secure_listen.get_ref().clone(), certificate: None, trusted },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_are_read_with_or_without_a_port() {
        let sip = |servers: &str| {
            let text = format!("listen = [\"127.0.0.1:5060\"]\nname_servers = {servers}");
            toml::from_str::<Sip>(&text).unwrap()
        };
        let read = |servers: &str| sip(servers).name_servers().map_err(|wrong| wrong.words);
        let wanted: Vec<SocketAddr> =
            ["192.0.2.53:53", "127.0.0.1:5353", "[2001:db8::53]:53"].map(|text| text.parse().unwrap()).into();
        assert_eq!(read(r#"["192.0.2.53", "127.0.0.1:5353", " 2001:db8::53 "]"#), Ok(wanted));
        for wrong in ["dns.example.org", "192.0.2.53:0", "192.0.2.53:70000", ""] {
            let words = read(&format!("[\"192.0.2.53\", \"{wrong}\"]")).unwrap_err();
            assert!(words.contains("no name server"), "{words}");
            assert!(sip(&format!("[\"{wrong}\"]")).check().is_err(), "it is found when the configuration is checked");
        }
    }
}
