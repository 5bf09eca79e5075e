//! What telephony must know to start, and why it could not.

use crate::sip::peers::Peer;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use switchboard::LineId;

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
    pub numbers: BTreeMap<String, LineId>,
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
