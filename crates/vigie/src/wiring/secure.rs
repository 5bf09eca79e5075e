//! HTTPS at the service's own door. A handshake that is slow, broken or never ends holds up nobody else.

use crate::config::Certificate;
use axum::serve::Listener;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How many may go on at once; more wait at the door.
const AT_ONCE: usize = 512;
/// Between two looks at whether the certificate was renewed.
const LOOK: Duration = Duration::from_secs(60);

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// A listener whose connections are encrypted (TLS 1.2 and 1.3).
pub(crate) struct SecureListener {
    address: SocketAddr,
    connections: Receiver<Connection>,
}

impl SecureListener {
    /// Starts taking connections.
    pub(crate) fn start(listener: TcpListener, newest: watch::Receiver<Arc<ServerConfig>>) -> Result<Self, String> {
        let address = listener.local_addr().map_err(|fault| fault.to_string())?;
        let (shaken, connections) = channel(AT_ONCE);
        spawn(take(listener, newest, shaken));
        Ok(Self { address, connections })
    }
}

/// A certificate, always the newest for as long as somebody uses it.
pub(crate) fn newest(certificate: Certificate) -> Result<watch::Receiver<Arc<ServerConfig>>, String> {
    let (newest, current) = watch::channel(certificate.read()?);
    spawn(renew(certificate, newest));
    Ok(current)
}

#[allow(clippy::disallowed_methods, reason = "the listener owns its tasks: they end when it is dropped")]
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(task);
}

async fn take(listener: TcpListener, current: watch::Receiver<Arc<ServerConfig>>, shaken: Sender<Connection>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            () = shaken.closed() => return,
            accepted = listener.accept() => accepted,
        };
        // A fault here (too many open files, say) concerns one connection.
        let Ok((stream, from)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // A word to a desk must not wait for the one before it to be acknowledged.
        let _slower = stream.set_nodelay(true);
        let acceptor = TlsAcceptor::from(Arc::clone(&current.borrow()));
        let shaken = shaken.clone();
        spawn(async move {
            let _place = place;
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                let _closing = shaken.send((stream, from)).await;
            }
        });
    }
}

/// Takes a renewed certificate for the connections that come after it. One that cannot be used changes nothing.
async fn renew(certificate: Certificate, newest: watch::Sender<Arc<ServerConfig>>) {
    let mut written = certificate.written();
    loop {
        tokio::select! {
            () = newest.closed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let now = certificate.written();
        if now == written {
            continue;
        }
        match certificate.read() {
            Ok(config) => {
                written = now;
                newest.send_replace(config);
                tracing::info!("the certificate was renewed");
            }
            Err(fault) => tracing::error!(%fault, "the renewed certificate cannot be used: the one before it stays"),
        }
    }
}

impl Listener for SecureListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.connections.recv().await {
            Some(connection) => connection,
            // The task that takes connections goes on for as long as this listener is there.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}
