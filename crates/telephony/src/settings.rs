//! What telephony must know to start, and why it could not.

mod trunks;

pub use trunks::{Account, Carrier, Gateway, OutgoingSettings, TrunkSettings};

use crate::sip::limits::Bounds;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use switchboard::{LineId, international};
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

/// What telephony must know to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where SIP and the trunks' sound are listened for.
    pub sip: SipSettings,
    /// The trunks, in the order in which calls to the outside prefer them.
    pub trunks: Vec<TrunkSettings>,
    /// What holds for calls to the outside, whichever trunk they take.
    pub outgoing: OutgoingSettings,
    /// Which line each number reaches. Numbers as in the Request-URI, digits with an optional leading `+`.
    pub numbers: LineNumbers,
    /// The one UDP port of all browsers.
    pub browsers: SocketAddr,
    /// The address told to browsers; by default that of `browsers`, or this machine's own if that is unspecified.
    pub browsers_announced: Option<IpAddr>,
}

/// Where SIP and the trunks' sound are listened for.
#[derive(Debug, Clone)]
pub struct SipSettings {
    /// Addresses to listen on for SIP, each over UDP and TCP.
    pub listen: Vec<SocketAddr>,
    /// The address told to trunks, if it is not the one they reach (behind a NAT).
    pub announced: Option<IpAddr>,
    /// First and last UDP port for trunk media.
    pub rtp_ports: (u16, u16),
    /// How much is taken.
    pub bounds: Bounds,
    /// Whom to ask for the servers of gateways (SRV records); if none are named, those whom this system asks.
    pub name_servers: Vec<SocketAddr>,
    /// SIP over TLS.
    pub secure: SecureSettings,
}

/// SIP over TLS (RFC 3261 section 26.3.2).
#[derive(Debug, Clone, Default)]
pub struct SecureSettings {
    /// Addresses to listen on; none without a certificate.
    pub listen: Vec<SocketAddr>,
    /// Our certificate, always the newest.
    pub certificate: Option<watch::Receiver<Arc<ServerConfig>>>,
    /// Who may vouch for gateways: certificates in PEM.
    pub trusted: Vec<u8>,
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
