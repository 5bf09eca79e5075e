//! The sockets on which SIP comes: one UDP and one TCP socket for each address.

use super::guard::Guard;
use super::peers::Peer;
use crate::settings::StartFault;
use crate::wire::sip_socket::EdgeSocket;
use rsipstack::platform::CancellationToken;
use rsipstack::sip::Transport;
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, SipConnection};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

fn bind(address: SocketAddr, kind: Type, protocol: Protocol) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), kind, Some(protocol))?;
    if address.is_ipv6() {
        // IPv4 has its own socket: else `[::]` would take its port as well.
        socket.set_only_v6(true)?;
    }
    if kind == Type::STREAM {
        socket.set_reuse_address(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Binds UDP on an address, and listens there for TCP too. Where any port will do, one is looked for that both have free: the system, asked for a
/// free UDP port, gives one that TCP may be using.
pub(super) fn bind_both(address: SocketAddr) -> Result<(SocketAddr, Socket, Socket), StartFault> {
    const TRIES: usize = 20;
    let fault = |what, fault| StartFault::Bind { what, address, fault };
    let mut tries = 0;
    loop {
        tries += 1;
        let datagrams = bind(address, Type::DGRAM, Protocol::UDP).map_err(|why| fault("SIP, UDP", why))?;
        let bound = datagrams.local_addr().map_err(|why| fault("SIP, UDP", why))?;
        let bound = bound.as_socket().unwrap_or(address);
        let streams = bind(bound, Type::STREAM, Protocol::TCP);
        match streams.and_then(|socket| socket.listen(128).map(|()| socket)) {
            Ok(streams) => return Ok((bound, datagrams, streams)),
            Err(why) if why.kind() == io::ErrorKind::AddrInUse && address.port() == 0 && tries < TRIES => {}
            Err(why) => return Err(StartFault::Bind { what: "SIP, TCP", address: bound, fault: why }),
        }
    }
}

pub(super) async fn listen_udp(
    bound: SocketAddr,
    socket: Socket,
    announced: Option<IpAddr>,
    (peers, guard): (&Arc<Vec<Peer>>, &Arc<Guard>),
    token: &CancellationToken,
) -> Result<SipConnection, StartFault> {
    let fault = |fault| StartFault::Bind { what: "SIP, UDP", address: bound, fault };
    let socket = tokio::net::UdpSocket::from_std(socket.into()).map_err(fault)?;
    let edge = Arc::new(EdgeSocket::new(socket, Arc::clone(peers), Arc::clone(guard)));
    let external = announced.map(|ip| SocketAddr::new(ip, bound.port()));
    let connection = UdpConnection::from_socket(edge, external, Some(token.child_token()))
        .await
        .map_err(|fault| StartFault::Other(fault.to_string()))?;
    Ok(SipConnection::Udp(connection))
}

pub(super) fn listen_tcp(address: SocketAddr, socket: Socket) -> Result<tokio::net::TcpListener, StartFault> {
    let fault = |fault| StartFault::Bind { what: "SIP, TCP", address, fault };
    tokio::net::TcpListener::from_std(socket.into()).map_err(fault)
}

/// Listens for TLS on an address.
pub(super) fn listen_tls(address: SocketAddr) -> Result<(SocketAddr, tokio::net::TcpListener), StartFault> {
    let fault = |fault| StartFault::Bind { what: "SIP, TLS", address, fault };
    let socket = bind(address, Type::STREAM, Protocol::TCP).map_err(fault)?;
    socket.listen(128).map_err(fault)?;
    let listener = tokio::net::TcpListener::from_std(socket.into()).map_err(fault)?;
    Ok((listener.local_addr().map_err(fault)?, listener))
}

/// Gives every connection of a trunk peer to whoever takes it; others are closed at once.
pub(super) async fn accept(
    listener: tokio::net::TcpListener,
    peers: Arc<Vec<Peer>>,
    token: CancellationToken,
    mut take: impl FnMut(tokio::net::TcpStream, SocketAddr),
) {
    loop {
        let accepted = tokio::select! {
            () = token.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        // A fault here (too many open files, say) concerns one connection: the trunk tries again by itself.
        let Ok((stream, from)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if peers.iter().any(|peer| peer.holds(from.ip())) {
            take(stream, from);
        }
    }
}

/// Takes TCP connections from trunk peers.
pub(super) async fn accept_tcp(
    listener: tokio::net::TcpListener,
    local: SocketAddr,
    peers: Arc<Vec<Peer>>,
    endpoint: EndpointInnerRef,
    token: CancellationToken,
) {
    let local = SipAddr { r#type: Some(Transport::Tcp), addr: local.into() };
    let tokens = token.clone();
    accept(listener, peers, token, |stream, _| {
        if let Ok(connection) = TcpConnection::from_stream(stream, local.clone(), Some(tokens.child_token())) {
            endpoint.transport_layer.add_connection(SipConnection::Tcp(connection));
        }
    })
    .await;
}
