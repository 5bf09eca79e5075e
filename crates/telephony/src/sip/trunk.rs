//! The trunk endpoint: listens for SIP over UDP and TCP, and hands each call to a leg of its own.

use super::dial::{self, Dial};
use super::guard::{EdgeFigures, Guard};
use super::leg::{self, InviteFault};
use super::limits::Bounds;
use super::listen::{accept_tcp, bind_both, listen_tcp, listen_udp};
use super::stream_edge::StreamEdge;
use crate::number::OutsideNumber;
use crate::order::{LegIds, Order, Sink, TelephonyEvent};
use crate::settings::{StartFault, TrunkSettings};
use crate::tag::Tags;
use crate::wire::media_thread::{Media, MediaCommand};
use crate::wire::{now, wall_seconds};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog::{Dialog, DialogState};
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::platform::CancellationToken;
use rsipstack::sip::prelude::*;
use rsipstack::sip::{Header, Method, StatusCode};
use rsipstack::transaction::transaction::Transaction;
use rsipstack::transport::TransportLayer;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use switchboard::{LegEnd, LegId, LineId, Refusal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What Vigie understands of SIP.
pub(crate) const ALLOW: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE";

/// What a trunk leg can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LegOrder {
    Ring,
    Answer,
    Refuse(Refusal),
    HangUp,
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

    fn holds(&self, leg: LegId) -> bool {
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
    pub(crate) settings: TrunkSettings,
    pub(crate) media: Media,
    pub(crate) legs: LegOrders,
    pub(crate) ids: Arc<LegIds>,
    pub(crate) sink: Sink,
    pub(crate) tags: Arc<Tags>,
    pub(crate) sip_port: u16,
    pub(crate) next_rtp_port: Mutex<u16>,
    /// Whether calls that come are sent elsewhere: the service is about to stop.
    pub(crate) drains: AtomicBool,
}

/// The endpoint, running.
pub(crate) struct Trunk {
    token: CancellationToken,
    addresses: Vec<SocketAddr>,
    context: Arc<Context>,
    dials: UnboundedSender<Dial>,
    guard: Arc<Guard>,
}

impl Trunk {
    /// Listens on every address and starts taking calls.
    pub(crate) async fn start(
        settings: TrunkSettings,
        media: Media,
        (legs, ids, tags): (LegOrders, Arc<LegIds>, Arc<Tags>),
        sink: Sink,
    ) -> Result<Self, StartFault> {
        settings.check()?;
        let token = CancellationToken::new();
        let transport = TransportLayer::new(token.clone());
        let peers = Arc::new(settings.peers.clone());
        let guard = Arc::new(Guard::new(Bounds::default(), now()));
        let mut addresses = Vec::new();
        let mut listeners = Vec::new();
        for address in &settings.listen {
            let (bound, datagrams, streams) = bind_both(*address)?;
            transport.add_transport(listen_udp(bound, datagrams, settings.announced, (&peers, &guard), &token).await?);
            listeners.push((bound, listen_tcp(bound, streams)?));
            addresses.push(bound);
        }
        let endpoint = EndpointBuilder::new()
            // No product and no version is told to anybody.
            .with_user_agent("-")
            .with_transport_layer(transport)
            .with_transport_inspector(Box::new(StreamEdge(Arc::clone(&guard))))
            .with_cancel_token(token.clone())
            .build();
        let incoming = endpoint.incoming_transactions().map_err(|fault| StartFault::Other(fault.to_string()))?;
        let inner = endpoint.inner.clone();
        let serving = inner.clone();
        spawn(async move {
            // Serving ends with the token; there is nothing to be done about an earlier end but to be restarted.
            let _ended = serving.serve().await;
        });
        let first_port = settings.rtp_ports.0;
        let context = Arc::new(Context {
            dialogs: Arc::new(DialogLayer::new(inner.clone())),
            settings,
            media,
            legs,
            ids,
            sink,
            tags: Arc::clone(&tags),
            sip_port: addresses.first().map_or(5060, SocketAddr::port),
            next_rtp_port: Mutex::new(first_port),
            drains: AtomicBool::new(false),
        });
        for (address, listener) in listeners {
            spawn(accept_tcp(listener, address, Arc::clone(&peers), inner.clone(), token.clone()));
        }
        spawn(take_calls(incoming, Arc::clone(&context)));
        spawn(age_keys(tags, token.clone()));
        let (dials, dialled) = unbounded_channel();
        spawn(place_calls(dialled, Arc::clone(&context)));
        Ok(Self { token, addresses, context, dials, guard })
    }

    /// Calls a number outside. Never waits: orders for the leg are taken from now on, and wait their turn.
    pub(crate) fn dial(&self, leg: LegId, number: OutsideNumber, line: LineId) {
        let context = &self.context;
        // Positive ids are those of legs that come by themselves.
        if leg.0 >= 0 || context.legs.holds(leg) {
            tracing::error!("a leg was to be dialled under an id that is no new one");
            return;
        }
        let (sender, orders) = unbounded_channel();
        context.legs.add(leg, sender);
        context.media.ask(MediaCommand::AddTrunk { leg, ssrc: dial::ssrc(leg), socket: None, target: None });
        if self.dials.send(Dial { leg, number, line, orders }).is_err() {
            context.legs.remove(leg);
            (context.sink)(TelephonyEvent::Ended(leg, LegEnd::Failed));
        }
    }

    pub(crate) fn edge_figures(&self) -> &EdgeFigures {
        self.guard.figures()
    }

    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Sends calls that come from now on elsewhere (503), and says so to a gateway that asks.
    pub(crate) fn drain(&self) {
        self.context.drains.store(true, Ordering::Relaxed);
    }

    pub(crate) fn stop(&self) {
        self.token.cancel();
    }
}

#[allow(clippy::disallowed_methods, reason = "the trunk owns its tasks: they end with its token")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

async fn take_calls(mut incoming: rsipstack::transaction::TransactionReceiver, context: Arc<Context>) {
    while let Some(transaction) = incoming.recv().await {
        let context = Arc::clone(&context);
        spawn(async move { context.take(transaction).await });
    }
}

/// Lets old keys of tags go in their time, also while nobody calls.
async fn age_keys(tags: Arc<Tags>, token: CancellationToken) {
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(600)) => tags.with(wall_seconds(), |_| ()),
        }
    }
}

async fn place_calls(mut dialled: UnboundedReceiver<Dial>, context: Arc<Context>) {
    while let Some(dial) = dialled.recv().await {
        spawn(dial::place(Arc::clone(&context), dial));
    }
}

impl Context {
    async fn take(self: Arc<Self>, mut transaction: Transaction) {
        let tagged = transaction.original.to_header().ok().and_then(|to| to.tag().ok().flatten()).is_some();
        if tagged {
            match self.dialogs.match_dialog(&transaction) {
                Some(dialog) => in_dialog(dialog, transaction).await,
                None if transaction.original.method == Method::Ack => {}
                None => reply(&mut transaction, StatusCode::CallTransactionDoesNotExist, Vec::new()).await,
            }
            return;
        }
        match transaction.original.method {
            // A gateway that is told this (RFC 3261 section 21.5.4) tries its next way.
            Method::Invite | Method::Options if self.drains.load(Ordering::Relaxed) => {
                reply(&mut transaction, StatusCode::ServiceUnavailable, Vec::new()).await;
            }
            Method::Invite => {
                if let Err((transaction, fault)) = leg::begin(Arc::clone(&self), transaction) {
                    let mut transaction = *transaction;
                    let (status, headers) = fault.answer();
                    reply(&mut transaction, status, headers).await;
                    if let InviteFault::NoPort = fault {
                        tracing::error!("no RTP port is free for a call: widen trunk.rtp_ports");
                    }
                }
            }
            Method::Options => {
                let headers = vec![Header::Allow(ALLOW.into()), Header::Accept("application/sdp".into())];
                reply(&mut transaction, StatusCode::OK, headers).await;
            }
            Method::Ack => {}
            Method::Bye | Method::Update | Method::PRack | Method::Cancel => {
                reply(&mut transaction, StatusCode::CallTransactionDoesNotExist, Vec::new()).await;
            }
            _ => reply(&mut transaction, StatusCode::MethodNotAllowed, vec![Header::Allow(ALLOW.into())]).await,
        }
    }

    /// Our address as this peer reaches it.
    pub(crate) fn local_towards(&self, peer: IpAddr) -> IpAddr {
        self.settings.announced.unwrap_or_else(|| address_towards(peer))
    }

    /// A socket for a leg's sound, on a free even port of the range (RFC 3550 section 11).
    pub(crate) fn rtp_socket(&self, peer: IpAddr) -> Option<std::net::UdpSocket> {
        let (first, last) = self.settings.rtp_ports;
        let any = if peer.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
        // On a machine that talks to itself, the loopback address keeps the port from the outside world.
        let ip = if peer.is_loopback() { address_towards(peer) } else { any };
        let mut next = self.next_rtp_port.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..=(last.saturating_sub(first) / 2) {
            let port = *next;
            *next = if port.checked_add(3).is_none_or(|after| after > last) { first } else { port + 2 };
            if let Ok(socket) = std::net::UdpSocket::bind((ip, port)) {
                return socket.set_nonblocking(true).is_ok().then_some(socket);
            }
        }
        None
    }
}

pub(crate) async fn reply(transaction: &mut Transaction, status: StatusCode, headers: Vec<Header>) {
    // An answer that cannot be sent is asked for again by the other side.
    let _lost = transaction.reply_with(status, headers, None).await;
    // The transaction must live until its answer is acknowledged or timed out.
    while transaction.receive().await.is_some() {}
}

/// How long a request that came before its time waits for it: an ACK and what follows it may overtake each other, on the
/// network as in here.
const SETTLING: Duration = Duration::from_millis(200);

/// Hands a request to its dialog. The stack is silent to what meets a dialog between two states; a peer that hears nothing
/// ends the call (RFC 3261 section 12.2.1.2), so here every request is answered.
async fn in_dialog(mut dialog: Dialog, mut transaction: Transaction) {
    let method = transaction.original.method;
    let any_time = matches!(method, Method::Ack | Method::Bye | Method::Cancel | Method::PRack);
    if !any_time && !settled(&dialog).await {
        let (status, headers) = match method {
            Method::Options => (StatusCode::OK, vec![Header::Allow(ALLOW.into())]),
            Method::Invite | Method::Update => (StatusCode::RequestPending, Vec::new()),
            _ => (StatusCode::ServerInternalError, vec![Header::RetryAfter("1".into())]),
        };
        return reply(&mut transaction, status, headers).await;
    }
    // What goes wrong in one request is answered below; the leg's own task sees the outcome.
    let _answered = dialog.handle(&mut transaction).await;
    if method != Method::Ack && transaction.last_response.is_none() {
        reply(&mut transaction, StatusCode::ServerInternalError, Vec::new()).await;
    }
}

/// Waits until a dialog is between no two states.
async fn settled(dialog: &Dialog) -> bool {
    let step = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    while !matches!(dialog.state(), DialogState::Confirmed(..)) {
        if waited >= SETTLING {
            return false;
        }
        tokio::time::sleep(step).await;
        waited += step;
    }
    true
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
