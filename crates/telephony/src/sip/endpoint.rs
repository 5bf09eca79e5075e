//! The SIP endpoint: listens over UDP and TCP, hands each call that comes to a leg of its own, places calls, and looks after the
//! trunks.

use super::ask;
use super::context::{Context, LegOrders};
use super::doors::{Doors, accept_tls};
use super::gate::Gate;
use super::guard::{EdgeFigures, Guard};
use super::health::{self, TrunkChange, TrunkState, TrunkStates};
use super::identity::Identity;
use super::listen::{accept_tcp, bind_both, listen_tcp, listen_tls, listen_udp};
use super::peers::Peer;
use super::place::{self, Dial};
use super::route::{self, Routes};
use super::session::{source, spawn};
use super::stream_edge::StreamEdge;
use crate::number::OutsideNumber;
use crate::order::{LegIds, Sink, TelephonyEvent};
use crate::settings::{Settings, StartFault, TrunkSettings};
use crate::tag::Tags;
use crate::wire::media_thread::{Media, MediaCommand};
use crate::wire::{moment, wall_seconds};
use rsipstack::EndpointBuilder;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::platform::CancellationToken;
use rsipstack::transport::TransportLayer;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use switchboard::{DialRules, LegEnd, LegId, LineId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The endpoint, running.
pub(crate) struct Endpoint {
    token: CancellationToken,
    addresses: Vec<SocketAddr>,
    context: Arc<Context>,
    dials: UnboundedSender<Dial>,
    guard: Arc<Guard>,
}

impl Endpoint {
    /// Listens on every address and starts taking calls.
    pub(crate) async fn start(
        settings: Settings,
        media: Media,
        (legs, ids, tags): (LegOrders, Arc<LegIds>, Arc<Tags>),
        sink: Sink,
    ) -> Result<Self, StartFault> {
        let trunks = &settings.trunks;
        trunks.iter().try_for_each(TrunkSettings::check)?;
        let token = CancellationToken::new();
        let transport = TransportLayer::new(token.clone());
        let peers: Arc<Vec<Peer>> = Arc::new(trunks.iter().flat_map(|trunk| trunk.peers.iter().copied()).collect());
        let guard = Arc::new(Guard::new(settings.sip.bounds, moment()));
        let mut addresses = Vec::new();
        let mut listeners = Vec::new();
        for address in &settings.sip.listen {
            let (bound, datagrams, streams) = bind_both(*address)?;
            transport
                .add_transport(listen_udp(bound, datagrams, settings.sip.announced, (&peers, &guard), &token).await?);
            listeners.push((bound, listen_tcp(bound, streams)?));
            addresses.push(bound);
        }
        let mut secured = Vec::new();
        for address in &settings.sip.secure.listen {
            let (bound, listener) = listen_tls(*address)?;
            tracing::info!(address = %bound, "SIP over TLS");
            secured.push((bound, listener));
        }
        let plain = addresses.first().map_or(5060, SocketAddr::port);
        let secure = secured.first().map(|(bound, _)| bound.port());
        let doors = Doors::new(plain, secure, (&settings.sip.secure, Routes::new(trunks)), token.clone())?;
        let endpoint = EndpointBuilder::new()
            // No product and no version is told to anybody.
            .with_user_agent("-")
            .with_transport_layer(transport)
            .with_transport_inspector(Box::new(StreamEdge(Arc::clone(&guard))))
            .with_inspector(Box::new(Identity::new(trunks)))
            .with_cancel_token(token.clone())
            .build();
        let incoming = endpoint.incoming_transactions().map_err(|fault| StartFault::Other(fault.to_string()))?;
        let inner = endpoint.inner.clone();
        let serving = inner.clone();
        spawn(async move {
            // Serving ends with the token; there is nothing to be done about an earlier end but to be restarted.
            let _ended = serving.serve().await;
        });
        let context = Arc::new(Context {
            dialogs: Arc::new(DialogLayer::new(inner.clone())),
            states: TrunkStates::new(trunks),
            gate: Mutex::new(Gate::new(settings.outgoing.clone())),
            next_rtp_port: Mutex::new(settings.sip.rtp_ports.0),
            settings,
            media,
            legs,
            ids,
            sink,
            tags: Arc::clone(&tags),
            doors,
            drains: AtomicBool::new(false),
        });
        for (address, listener) in listeners {
            spawn(accept_tcp(listener, address, Arc::clone(&peers), inner.clone(), token.clone()));
        }
        if let Some(certificate) = &context.settings.sip.secure.certificate {
            for (address, listener) in secured {
                let (certificate, peers) = (certificate.clone(), Arc::clone(&peers));
                spawn(accept_tls(listener, address, certificate, peers, inner.clone(), token.clone()));
            }
        }
        spawn(take_calls(incoming, Arc::clone(&context)));
        spawn(age_keys(tags, token.clone()));
        for trunk in 0..context.settings.trunks.len() {
            spawn(attend(Arc::clone(&context), trunk, token.clone()));
        }
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
        context.media.ask(MediaCommand::AddTrunk { leg, ssrc: source(leg), sockets: None, target: None });
        if self.dials.send(Dial { leg, number, line, orders }).is_err() {
            context.legs.remove(leg);
            (context.sink)(TelephonyEvent::Ended(leg, LegEnd::Failed));
        }
    }

    /// How the trunks stand, in the order of the settings.
    pub(crate) fn states(&self) -> Vec<TrunkState> {
        self.context.states.all()
    }

    pub(crate) fn remember_changes(&self, trunk: &str, before: Vec<(u64, TrunkChange)>) {
        self.context.states.remember(trunk, before);
    }

    pub(crate) fn dial_rules(&self) -> &DialRules {
        &self.context.settings.outgoing.rules
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
        spawn(place::place(Arc::clone(&context), dial));
    }
}

/// Finds a trunk's gateway, watches it, tells it where we are if it wants to know, and goes on looking where it is.
async fn attend(context: Arc<Context>, trunk: usize, token: CancellationToken) {
    let settings = context.settings.trunks.get(trunk);
    let Some((settings, gateway)) = settings.and_then(|own| own.gateway.as_ref().map(|gateway| (own, gateway))) else {
        return;
    };
    let found = tokio::select! {
        () = token.cancelled() => return,
        found = context.look_up(trunk) => found,
    };
    if settings.watch {
        spawn(health::watch(Arc::clone(&context), trunk, token.clone()));
    }
    if let (true, Some(account)) = (settings.register, settings.account.clone()) {
        spawn(ask::register(Arc::clone(&context), trunk, account, token.clone()));
    }
    if gateway.literal().is_none() {
        route::keep(Arc::clone(&context), trunk, found, token).await;
    }
}
