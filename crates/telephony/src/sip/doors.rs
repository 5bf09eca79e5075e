//! Where SIP comes to us and leaves from: the ports we name to others, and connections over TLS, which we make ourselves so
//! that the gateway's certificate is held against the name that the settings have, not against the address it led to.

use crate::settings::{Carrier, SecureSettings, StartFault, TrunkSettings};
use crate::sip::listen::accept;
use crate::sip::peers::Peer;
use crate::sip::route::Routes;
use crate::sip::session::spawn;
use rsipstack::platform::CancellationToken;
use rsipstack::sip::{Param, Transport, Uri};
use rsipstack::transaction::endpoint::EndpointInnerRef;
use rsipstack::transport::tls::TlsConnection;
use rsipstack::transport::{SipAddr, SipConnection};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// How long a connection and its handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// The doors.
pub(crate) struct Doors {
    /// The port of UDP and TCP.
    plain: u16,
    /// The port of TLS.
    secure: Option<u16>,
    connector: TlsConnector,
    /// Where the gateways are.
    pub(super) routes: Routes,
    /// The connections that we made to each address under each name, for the certificate shows one name and not the next; until
    /// they end, or why there was none.
    made: Mutex<HashMap<(String, SocketAddr), Result<CancellationToken, String>>>,
    token: CancellationToken,
}

impl Doors {
    /// # Errors
    /// When those who may vouch for gateways cannot be read.
    pub(super) fn new(
        plain: u16,
        secure: Option<u16>,
        (settings, routes): (&SecureSettings, Routes),
        token: CancellationToken,
    ) -> Result<Self, StartFault> {
        let words = |fault: String| StartFault::Other(format!("who may vouch for gateways cannot be read: {fault}"));
        let mut trusted = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&settings.trusted) {
            // A system's own list has some that are too old to be understood: those vouch for nobody.
            let _ignored = trusted.add(certificate.map_err(|fault| words(fault.to_string()))?);
        }
        // Where a connection of ours has just ended, the stack tries one of its own, which nobody vouches for: it must fail, and
        // for that it needs to know whose cryptography to use.
        let _known_already = aws_lc_rs::default_provider().install_default();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|fault| words(fault.to_string()))?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        Ok(Self { plain, secure, connector, routes, made: Mutex::new(HashMap::new()), token })
    }

    /// What the other side is told of where we are reached, over the same carrier.
    pub(super) fn contact(&self, ip: IpAddr, transport: Transport) -> Option<Uri> {
        let port = if transport == Transport::Tls { self.secure.unwrap_or(5061) } else { self.plain };
        let mut uri = Uri::try_from(format!("sip:line@{}", SocketAddr::new(ip, port)).as_str()).ok()?;
        if transport == Transport::Tls {
            uri.params.push(Param::Transport(transport));
        }
        Some(uri)
    }

    /// Sees to it that there is a connection to a trunk's gateway, if its carrier is TLS; the gateway's name stands in the
    /// certificate. Whether there is one; why there is none is said when it begins, and not at every try.
    pub(super) async fn reach(&self, endpoint: &EndpointInnerRef, trunk: &TrunkSettings, address: SocketAddr) -> bool {
        let (Carrier::Tls, Some(gateway)) = (trunk.carrier, &trunk.gateway) else { return true };
        let named = (gateway.host().to_owned(), address);
        let made = |made: &HashMap<_, Result<CancellationToken, String>>| made.get(&named).cloned();
        let before = made(&self.made.lock().unwrap_or_else(PoisonError::into_inner));
        if before.as_ref().is_some_and(|made| made.as_ref().is_ok_and(|token| !token.is_cancelled())) {
            return true;
        }
        let now = self.connect(endpoint, gateway.host(), address).await;
        if let Err(why) = &now
            && before.is_none_or(|before| before.as_ref().err() != Some(why))
        {
            let trunk = &trunk.name;
            tracing::warn!(
                trunk,
                why,
                "no connection over TLS to a gateway: if it is its certificate, look at its name and at sip.trusted"
            );
        }
        let stands = now.is_ok();
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(named, now);
        stands
    }

    async fn connect(
        &self,
        endpoint: &EndpointInnerRef,
        name: &str,
        address: SocketAddr,
    ) -> Result<CancellationToken, String> {
        let server = ServerName::try_from(name.to_owned()).map_err(|fault| fault.to_string())?;
        let connected = async {
            let stream = TcpStream::connect(address).await?;
            let _slower = stream.set_nodelay(true);
            self.connector.connect(server, stream).await
        };
        let stream = tokio::time::timeout(HANDSHAKE, connected).await.map_err(|_| "it takes too long".to_owned())?;
        let stream = stream.map_err(|fault| fault.to_string())?;
        let remote = SipAddr { r#type: Some(Transport::Tls), addr: address.into() };
        let token = self.token.child_token();
        let connection = TlsConnection::from_client_stream(stream, remote, Some(token.clone())).await;
        endpoint.transport_layer.add_connection(SipConnection::Tls(connection.map_err(|fault| fault.to_string())?));
        Ok(token)
    }
}

/// Takes TLS connections from trunk peers.
pub(super) async fn accept_tls(
    listener: TcpListener,
    local: SocketAddr,
    certificate: watch::Receiver<Arc<ServerConfig>>,
    peers: Arc<Vec<Peer>>,
    endpoint: EndpointInnerRef,
    token: CancellationToken,
) {
    let tokens = token.clone();
    accept(listener, peers, token, |stream, from| {
        let mut config = ServerConfig::clone(&certificate.borrow());
        // The certificate may be that of the pages as well; what is spoken here is not HTTP.
        config.alpn_protocols.clear();
        let (endpoint, token) = (Arc::clone(&endpoint), tokens.child_token());
        spawn(async move {
            let shaken = TlsAcceptor::from(Arc::new(config)).accept(stream);
            let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE, shaken).await else { return };
            let secure = |address: SocketAddr| SipAddr { r#type: Some(Transport::Tls), addr: address.into() };
            let connection = TlsConnection::from_server_stream(stream, secure(local), secure(from), Some(token)).await;
            if let Ok(connection) = connection {
                endpoint.transport_layer.add_connection(SipConnection::Tls(connection));
            }
        });
    })
    .await;
}
