//! Puts a phone that speaks datagrams behind a connection over TCP or TLS: every message goes over, whole and unchanged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::runtime::Runtime;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A certificate that vouches for itself, and its key, both in PEM.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    key: String,
}

impl Certificate {
    pub(crate) fn of(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        Self { pem: made.cert.pem(), key: made.signing_key.serialize_pem() }
    }

    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        let chain = vec![CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(builder.with_no_client_auth().with_single_cert(chain, key).unwrap())
    }

    fn client(&self) -> Arc<ClientConfig> {
        let mut trusted = RootCertStore::empty();
        trusted.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(builder.with_root_certificates(trusted).with_no_client_auth())
    }
}

/// The bridge; it stands until it is dropped.
pub(crate) struct Bridge {
    /// Where the other side is met: a connection is made here, or datagrams are sent here.
    pub(crate) address: SocketAddr,
    cut: Sender<()>,
    taken: Arc<AtomicUsize>,
    _runtime: Runtime,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

impl Bridge {
    /// Takes connections for a phone that is a gateway.
    pub(crate) fn before(phone: SocketAddr, certificate: Option<&Certificate>) -> Self {
        let runtime = runtime();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = certificate.map(|certificate| TlsAcceptor::from(certificate.server()));
        let (cut, taken) = (Sender::new(4), Arc::<AtomicUsize>::default());
        let (cuts, count) = (cut.clone(), Arc::clone(&taken));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let datagrams = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                datagrams.connect(phone).await.unwrap();
                match &acceptor {
                    Some(acceptor) => {
                        // A handshake that the other side breaks off is what some tests are about.
                        if let Ok(stream) = acceptor.accept(stream).await {
                            count.fetch_add(1, Ordering::Relaxed);
                            tokio::spawn(carry(stream, datagrams, cuts.subscribe()));
                        }
                    }
                    None => drop(tokio::spawn(carry(stream, datagrams, cuts.subscribe()))),
                }
            }
        });
        Self { address, cut, taken, _runtime: runtime }
    }

    /// Closes the connections that stand; new ones are taken.
    pub(crate) fn cut(&self) {
        self.cut.send(()).unwrap();
    }

    /// How many handshakes came to their end.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Connects to a service for a phone that calls: what it sends to the bridge goes over.
    pub(crate) fn towards(service: SocketAddr, phone: SocketAddr, name: &str, certificate: &Certificate) -> Self {
        let runtime = runtime();
        let (connector, name) =
            (TlsConnector::from(certificate.client()), ServerName::try_from(name.to_owned()).unwrap());
        let (stream, datagrams) = runtime.block_on(async {
            let stream = TcpStream::connect(service).await.unwrap();
            let stream = connector.connect(name, stream).await.unwrap();
            let datagrams = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            datagrams.connect(phone).await.unwrap();
            (stream, datagrams)
        });
        let address = datagrams.local_addr().unwrap();
        let cut = Sender::new(4);
        runtime.spawn(carry(stream, datagrams, cut.subscribe()));
        Self { address, cut, taken: Arc::default(), _runtime: runtime }
    }
}

async fn carry(stream: impl AsyncRead + AsyncWrite, datagrams: UdpSocket, mut cut: Receiver<()>) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (mut gathered, mut datagram) = (Vec::new(), vec![0; 65_535]);
    loop {
        tokio::select! {
            _ = cut.recv() => return,
            read = reader.read_buf(&mut gathered) => {
                if read.is_err() || read.is_ok_and(|length| length == 0) {
                    return;
                }
                while let Some(length) = message(&gathered) {
                    let rest = gathered.split_off(length);
                    datagrams.send(&gathered).await.unwrap();
                    gathered = rest;
                }
            }
            received = datagrams.recv(&mut datagram) => {
                // Between two messages the phone's socket may be gone; the connection stays.
                let Ok(length) = received else { continue };
                if writer.write_all(&datagram[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// How long the first message is, once all of it is there (RFC 3261 section 18.3).
fn message(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let body = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .map_or(0, |length| length.trim().parse().unwrap());
    (bytes.len() >= head + body).then_some(head + body)
}
