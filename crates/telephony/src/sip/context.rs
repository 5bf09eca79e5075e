//! What every trunk leg works with: settings, the stack, the way to each leg's task, and this machine's addresses and ports.

use super::doors::Doors;
use super::gate::Gate;
use super::health::TrunkStates;
use crate::order::{LegIds, Order, Sink};
use crate::settings::Settings;
use crate::tag::Tags;
use crate::wire::media_thread::{LegSockets, Media};
use rsipstack::dialog::dialog_layer::DialogLayer;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use switchboard::{LegId, Refusal};
use tokio::sync::mpsc::UnboundedSender;

/// What Vigie understands of SIP.
pub(crate) const ALLOW: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE";

/// What a trunk leg can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegOrder {
    Ring,
    Answer,
    Refuse(Refusal),
    HangUp,
    /// Nothing is heard of the other side: ask whether it is still there.
    Probe,
    /// It is not.
    Dead,
}

/// The way to each trunk leg's own task.
#[derive(Clone, Default)]
pub(crate) struct LegOrders(Arc<Mutex<HashMap<LegId, UnboundedSender<LegOrder>>>>);

impl LegOrders {
    /// Passes an order to a trunk leg; `false` if the leg is none.
    pub(crate) fn send(&self, leg: LegId, order: &Order) -> bool {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = orders.get(&leg) else { return false };
        let order = match order {
            Order::Ring(_) => LegOrder::Ring,
            Order::Answer(_) => LegOrder::Answer,
            Order::Refuse(_, refusal) => LegOrder::Refuse(*refusal),
            Order::HangUp(_) => LegOrder::HangUp,
            Order::Dial(..) | Order::Play(..) | Order::Hear(..) | Order::Unattended(_) | Order::Attended(_) => {
                return false;
            }
        };
        // A leg whose task has ended needs no more orders.
        let _ended = sender.send(order);
        true
    }

    /// Passes what telephony itself found out to a trunk leg.
    pub(crate) fn tell(&self, leg: LegId, order: LegOrder) {
        if let Some(sender) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&leg) {
            // A leg whose task has ended needs no more orders.
            let _ended = sender.send(order);
        }
    }

    pub(crate) fn holds(&self, leg: LegId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&leg)
    }

    pub(crate) fn add(&self, leg: LegId, sender: UnboundedSender<LegOrder>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(leg, sender);
    }

    pub(crate) fn remove(&self, leg: LegId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&leg);
    }
}

/// What every trunk leg works with.
pub(crate) struct Context {
    pub(crate) dialogs: Arc<DialogLayer>,
    pub(crate) settings: Settings,
    /// How the trunks stand.
    pub(crate) states: TrunkStates,
    /// What every call to the outside passes before anything is sent.
    pub(crate) gate: Mutex<Gate>,
    pub(crate) media: Media,
    pub(crate) legs: LegOrders,
    pub(crate) ids: Arc<LegIds>,
    pub(crate) sink: Sink,
    pub(crate) tags: Arc<Tags>,
    pub(crate) doors: Doors,
    pub(crate) next_rtp_port: Mutex<u16>,
    /// Whether calls that come are sent elsewhere: the service is about to stop.
    pub(crate) drains: AtomicBool,
}

impl Context {
    /// Our address as this peer reaches it.
    pub(crate) fn local_towards(&self, peer: IpAddr) -> IpAddr {
        self.settings.sip.announced.unwrap_or_else(|| address_towards(peer))
    }

    /// Sockets for a leg's sound, on a free even port of the range, and for its RTCP on the next (RFC 3550 section 11).
    pub(crate) fn rtp_sockets(&self, peer: IpAddr) -> Option<LegSockets> {
        let (first, last) = self.settings.sip.rtp_ports;
        let any = if peer.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
        // On a machine that talks to itself, the loopback address keeps the port from the outside world.
        let ip = if peer.is_loopback() { address_towards(peer) } else { any };
        let mut next = self.next_rtp_port.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..=(last.saturating_sub(first) / 2) {
            let port = *next;
            *next = if port.checked_add(3).is_none_or(|after| after > last) { first } else { port + 2 };
            if let Ok(sound) = std::net::UdpSocket::bind((ip, port)) {
                sound.set_nonblocking(true).ok()?;
                // A leg without RTCP is heard all the same.
                let control = std::net::UdpSocket::bind((ip, port + 1)).ok();
                return Some(LegSockets {
                    sound,
                    control: control.filter(|socket| socket.set_nonblocking(true).is_ok()),
                });
            }
        }
        None
    }
}

/// The address of this machine from which a peer is reached. Nothing is sent.
fn address_towards(peer: IpAddr) -> IpAddr {
    let any: IpAddr = if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    std::net::UdpSocket::bind((any, 0))
        .and_then(|socket| socket.connect((peer, 9)).and_then(|()| socket.local_addr()))
        .map_or(peer, |local| local.ip())
}

/// The address to announce for a bound socket: its own, or the one that leads outside if it is bound to all.
pub(crate) fn own_address(bound: SocketAddr) -> IpAddr {
    if !bound.ip().is_unspecified() {
        return bound.ip();
    }
    // Addresses set aside for documentation (RFC 5737, RFC 3849): routed like any other, reached by no packet.
    let outside: IpAddr = if bound.is_ipv4() {
        Ipv4Addr::new(192, 0, 2, 1).into()
    } else {
        Ipv6Addr::new(0x2001, 0xDB8, 0, 0, 0, 0, 0, 1).into()
    };
    let found = address_towards(outside);
    if found == outside {
        if bound.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() }
    } else {
        found
    }
}
