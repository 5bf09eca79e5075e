//! What telephony must know to start, and why it could not.

use crate::sip::peers::Peer;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use switchboard::{LineId, international};

/// What telephony must know to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The trunks' side.
    pub trunk: TrunkSettings,
    /// The one UDP port of all browsers.
    pub browsers: SocketAddr,
    /// The address told to browsers; by default that of `browsers`, or this machine's own if that is unspecified.
    pub browsers_announced: Option<IpAddr>,
}

/// The trunks' side.
#[derive(Debug, Clone)]
pub struct TrunkSettings {
    /// Addresses to listen on for SIP, each over UDP and TCP.
    pub listen: Vec<SocketAddr>,
    /// The address told to trunks, if it is not the one they reach (behind a NAT).
    pub announced: Option<IpAddr>,
    /// Who may call.
    pub peers: Vec<Peer>,
    /// First and last UDP port for trunk media.
    pub rtp_ports: (u16, u16),
    /// Which line each number reaches. Numbers as in the Request-URI, digits with an optional leading `+`.
    pub numbers: LineNumbers,
    /// How calls to the outside are placed; without it there are none.
    pub outgoing: Option<Outgoing>,
}

/// The numbers of the lines, in the order in which they were given. Clones share them: what is put in force later counts
/// from the next call on.
#[derive(Debug, Clone, Default)]
pub struct LineNumbers(Arc<RwLock<Vec<(String, LineId)>>>);

impl LineNumbers {
    /// These numbers take the place of all before them.
    pub fn put(&self, numbers: Vec<(String, LineId)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = numbers;
    }

    /// The line that a number reaches. A French number may be written with 0 or with +33, whichever the trunk dials.
    #[must_use]
    pub fn line(&self, number: &str) -> Option<LineId> {
        let numbers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let number = international(number);
        numbers.iter().find(|(own, _)| international(own) == number).map(|(_, line)| line.clone())
    }

    /// The first number of a line.
    #[must_use]
    pub fn first_of(&self, line: &LineId) -> Option<String> {
        let numbers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        numbers.iter().find(|(_, own)| own == line).map(|(number, _)| number.clone())
    }
}

impl TrunkSettings {
    /// Finds what would only show itself at the first call.
    pub(crate) fn check(&self) -> Result<(), StartFault> {
        let Some(outgoing) = &self.outgoing else { return Ok(()) };
        match outgoing.gateway.literal() {
            Some(address) if !self.peers.iter().any(|peer| peer.holds(address)) => Err(StartFault::Other(
                "the outgoing gateway is not among the trunk's peers, so that its answers would be refused: add its \
                 address to them"
                    .to_owned(),
            )),
            Some(_) | None => Ok(()),
        }
    }
}

/// How calls to the outside are placed: over UDP, by one gateway. Its addresses must be among the trunk's peers.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Where INVITEs are sent.
    pub gateway: Gateway,
    /// What to answer when the gateway asks who we are (digest, RFC 3261 section 22).
    pub account: Option<Account>,
    /// Who calls, to the gateway and to whoever is called; by default the first number of the line that calls.
    pub from_user: Option<String>,
    /// How long a phone may ring.
    pub ring_for: Duration,
}

impl Outgoing {
    /// How long a phone may ring unless it is said.
    pub const RING_FOR: Duration = Duration::from_secs(60);
}

/// A host, by name or address, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    host: String,
    port: u16,
}

impl Gateway {
    /// Reads a host with an optional port: `sip.example.org`, `192.0.2.7:5062`, `[2001:db8::7]:5060`. The port is 5060
    /// unless it is said (RFC 3261 section 19.1.2).
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
        let port = port.map_or(Ok(5060), |port| port.parse().map_err(|_| wrong()))?;
        let name = |host: &str| {
            !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || ".-".contains(letter))
        };
        if port == 0 || !(name(host) || host.parse::<Ipv6Addr>().is_ok()) {
            return Err(wrong());
        }
        Ok(Self { host: host.to_owned(), port })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The address, if it is one and no name.
    fn literal(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// As it stands in a SIP URI.
    pub(crate) fn uri_host(&self) -> String {
        let Self { host, port } = self;
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
}

impl fmt::Debug for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Account(…)")
    }
}

/// Why telephony could not start.
#[derive(Debug)]
pub enum StartFault {
    /// A port is taken or an address is not this machine's.
    Bind {
        /// What it was for, as the configuration names it.
        what: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why.
        fault: std::io::Error,
    },
    /// Anything else.
    Other(String),
}

impl fmt::Display for StartFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartFault::Bind { what, address, fault } if fault.kind() == std::io::ErrorKind::AddrInUse => write!(
                out,
                "{address} ({what}) is in use by another program: stop that program, or choose another port"
            ),
            StartFault::Bind { what, address, fault } => {
                write!(out, "{address} ({what}) cannot be listened on: {fault}; choose an address of this machine")
            }
            StartFault::Other(words) => out.write_str(words),
        }
    }
}

impl std::error::Error for StartFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_read() {
        for (text, uri) in [
            ("sip.example.org", "sip.example.org:5060"),
            (" 192.0.2.7:5062 ", "192.0.2.7:5062"),
            ("[2001:db8::7]:5070", "[2001:db8::7]:5070"),
            ("[2001:db8::7]", "[2001:db8::7]:5060"),
            ("2001:db8::7", "[2001:db8::7]:5060"),
        ] {
            assert_eq!(Gateway::read(text).map(|gateway| gateway.uri_host()), Ok(uri.to_owned()));
        }
        for text in ["", ":5060", "a b", "sip:host", "host:0", "host:70000", "[2001:db8::7]x", "user@host", "h;lr"] {
            assert!(Gateway::read(text).unwrap_err().contains("no gateway"), "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let account = Account { user: "u".into(), password: "secret".into() };
        assert_eq!(format!("{account:?}"), "Account(…)");
    }

    #[test]
    fn a_gateway_that_is_no_peer_is_found_at_the_start() {
        let mut settings = TrunkSettings {
            listen: Vec::new(),
            announced: None,
            peers: vec![Peer::read("192.0.2.0/28").unwrap()],
            rtp_ports: (20_000, 20_010),
            numbers: LineNumbers::default(),
            outgoing: None,
        };
        assert!(settings.check().is_ok());
        for (gateway, good) in [("192.0.2.7", true), ("192.0.2.99", false), ("sip.example.org", true)] {
            settings.outgoing = Some(Outgoing {
                gateway: Gateway::read(gateway).unwrap(),
                account: None,
                from_user: None,
                ring_for: Outgoing::RING_FOR,
            });
            assert_eq!(settings.check().is_ok(), good, "{gateway}");
        }
    }
}
