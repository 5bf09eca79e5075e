//! The trunks: who may call through each, how calls go out through it, and what holds for all calls to the outside.

use super::StartFault;
use crate::sip::peers::Peer;
use crate::sip::sdp::Protection;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;
use switchboard::DialRules;

/// A trunk: a way to and from the telephone network.
#[derive(Debug, Clone)]
pub struct TrunkSettings {
    /// What people call it.
    pub name: String,
    /// Whose calls it brings, and whose answers are heard.
    pub peers: Vec<Peer>,
    /// Where calls to the outside are sent, and whose health is watched; without it the trunk only brings calls.
    pub gateway: Option<Gateway>,
    /// How messages travel to the gateway.
    pub carrier: Carrier,
    /// How its sound is protected. A trunk of plain sound takes an encrypted call all the same.
    pub sound: Protection,
    /// What to answer when the gateway asks who we are (digest, RFC 3261 section 22).
    pub account: Option<Account>,
    /// Whether to tell the gateway where we are (RFC 3261 section 10), for providers that want it. Needs an account.
    pub register: bool,
    /// Whether to ask the gateway every ten seconds if it serves us (OPTIONS). Where it is not asked, its outage only shows itself
    /// at a call.
    pub watch: bool,
    /// Who calls, to the gateway and to whoever is called; by default the first number of the line that calls.
    pub from_user: Option<String>,
}

/// How SIP travels to a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Carrier {
    /// One datagram a message.
    #[default]
    Udp,
    /// A connection that is kept.
    Tcp,
    /// The same, encrypted; the gateway shows a certificate for its name.
    Tls,
}

impl Carrier {
    /// Reads the word of the configuration.
    ///
    /// # Errors
    /// Words for whoever wrote it.
    pub fn read(text: &str) -> Result<Self, String> {
        match text {
            "udp" => Ok(Self::Udp),
            "tcp" => Ok(Self::Tcp),
            "tls" => Ok(Self::Tls),
            _ => Err(format!("'{text}' is no way for SIP to travel: write \"udp\", \"tcp\" or \"tls\"")),
        }
    }
}

impl Protection {
    /// Reads the word of the configuration.
    ///
    /// # Errors
    /// Words for whoever wrote it.
    pub fn read(text: &str) -> Result<Self, String> {
        match text {
            "rtp" => Ok(Self::Plain),
            "srtp" => Ok(Self::Secured),
            _ => Err(format!("'{text}' is no way for sound to travel: write \"rtp\", or \"srtp\" for encrypted sound")),
        }
    }
}

impl TrunkSettings {
    /// Finds what would only show itself at the first call.
    pub(crate) fn check(&self) -> Result<(), StartFault> {
        let Some(gateway) = &self.gateway else { return Ok(()) };
        match gateway.literal() {
            Some(address) if !self.has_peer(address) => Err(StartFault::Other(format!(
                "the gateway of the trunk '{}' is not among its peers, so that its answers would be refused: add its \
                 address to them",
                self.name
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether an address is among its peers.
    pub(crate) fn has_peer(&self, address: IpAddr) -> bool {
        self.peers.iter().any(|peer| peer.holds(address))
    }
}

/// What holds for calls to the outside, whichever trunk they take.
#[derive(Debug, Clone)]
pub struct OutgoingSettings {
    /// How long a phone may ring.
    pub ring_for: Duration,
    /// Which kinds of numbers may be called.
    pub rules: DialRules,
    /// How many calls may be placed in an hour. Those to emergency numbers are not counted.
    pub calls_an_hour: usize,
    /// How many of them to one number.
    pub calls_an_hour_to_one: usize,
}

impl Default for OutgoingSettings {
    fn default() -> Self {
        Self {
            ring_for: Duration::from_secs(60),
            rules: DialRules::default(),
            calls_an_hour: 600,
            calls_an_hour_to_one: 120,
        }
    }
}

/// A host, by name or address, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    host: String,
    port: Option<u16>,
}

impl Gateway {
    /// Reads a host with an optional port: `sip.example.org`, `192.0.2.7:5062`, `[2001:db8::7]:5060`.
    ///
    /// # Errors
    /// Words for whoever wrote it.
    pub fn read(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "'{text}' is no gateway: write a host and perhaps a port, such as sip.example.org or 192.0.2.7:5060"
            )
        };
        let text = text.trim();
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, rest)) => (host, rest.strip_prefix(':').or(if rest.is_empty() { None } else { Some("?") })),
            None if text.parse::<Ipv6Addr>().is_ok() => (text, None),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port: Option<u16> = port.map(|port| port.parse().map_err(|_| wrong())).transpose()?;
        let name = |host: &str| {
            !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter))
        };
        if port == Some(0) || !(name(host) || host.parse::<Ipv6Addr>().is_ok()) {
            return Err(wrong());
        }
        Ok(Self { host: host.to_owned(), port })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The port: 5060 or, for TLS, 5061 unless it is said (RFC 3261 section 19.1.2).
    pub(crate) fn port(&self, carrier: Carrier) -> u16 {
        self.port.unwrap_or(if carrier == Carrier::Tls { 5061 } else { 5060 })
    }

    /// The name under which the DNS has its servers (RFC 3263 section 4.1). There is none for an address, for a name with a port,
    /// and for this machine: those say themselves where they are.
    pub(crate) fn service(&self, carrier: Carrier) -> Option<String> {
        let host = self.host.trim_end_matches('.').to_ascii_lowercase();
        if self.port.is_some() || self.literal().is_some() || host == "localhost" || host.ends_with(".localhost") {
            return None;
        }
        let service = match carrier {
            Carrier::Udp => "_sip._udp",
            Carrier::Tcp => "_sip._tcp",
            Carrier::Tls => "_sips._tcp",
        };
        Some(format!("{service}.{host}."))
    }

    /// The address, if it is one and no name.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// As it stands in a SIP URI. The name of several servers has no port: each of them has its own (RFC 3263 section 4.2).
    pub(crate) fn uri_host(&self, carrier: Carrier) -> String {
        if self.service(carrier).is_some() {
            return self.host.clone();
        }
        let (host, port) = (&self.host, self.port(carrier));
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

/// What to answer when the gateway asks who we are.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
    /// The realm whose questions are answered, and no other's; without it, any realm's that this trunk's peers name.
    pub realm: Option<String>,
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Account(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_read() {
        for (text, uri) in [
            ("sip.example.org", "sip.example.org"),
            ("sip.example.org:5060", "sip.example.org:5060"),
            ("localhost", "localhost:5060"),
            (" 192.0.2.7:5062 ", "192.0.2.7:5062"),
            ("[2001:db8::7]:5070", "[2001:db8::7]:5070"),
            ("[2001:db8::7]", "[2001:db8::7]:5060"),
            ("2001:db8::7", "[2001:db8::7]:5060"),
        ] {
            assert_eq!(Gateway::read(text).map(|gateway| gateway.uri_host(Carrier::Udp)), Ok(uri.to_owned()));
        }
        assert_eq!(Gateway::read("192.0.2.7").unwrap().uri_host(Carrier::Tls), "192.0.2.7:5061");
        for text in ["", ":5060", "a b", "sip:host", "host:0", "host:70000", "[2001:db8::7]x", "user@host", "h;lr"] {
            assert!(Gateway::read(text).unwrap_err().contains("no gateway"), "{text}");
        }
    }

    #[test]
    fn only_a_name_without_a_port_may_have_several_servers() {
        let service = |text: &str, carrier| Gateway::read(text).unwrap().service(carrier);
        for (carrier, name) in [
            (Carrier::Udp, "_sip._udp.sip.example.org."),
            (Carrier::Tcp, "_sip._tcp.sip.example.org."),
            (Carrier::Tls, "_sips._tcp.sip.example.org."),
        ] {
            assert_eq!(service("sip.example.org", carrier).as_deref(), Some(name));
            assert_eq!(service("SIP.example.org.", carrier).as_deref(), Some(name));
        }
        for text in ["sip.example.org:5060", "192.0.2.7", "2001:db8::7", "localhost", "a.LOCALHOST."] {
            assert_eq!(service(text, Carrier::Udp), None, "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let account = Account { user: "u".into(), password: "secret".into(), realm: None };
        assert_eq!(format!("{account:?}"), "Account(…)");
    }

    #[test]
    fn a_gateway_that_is_no_peer_is_found_at_the_start() {
        let mut trunk = TrunkSettings {
            name: "t".to_owned(),
            peers: vec![Peer::read("192.0.2.0/28").unwrap()],
            gateway: None,
            carrier: Carrier::Udp,
            sound: Protection::Plain,
            account: None,
            register: false,
            watch: true,
            from_user: None,
        };
        assert!(trunk.check().is_ok());
        for (gateway, good) in [("192.0.2.7", true), ("192.0.2.99", false), ("sip.example.org", true)] {
            trunk.gateway = Some(Gateway::read(gateway).unwrap());
            assert_eq!(trunk.check().is_ok(), good, "{gateway}");
        }
    }
}
