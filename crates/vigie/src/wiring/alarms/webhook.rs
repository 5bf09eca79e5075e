//! Alarms to a web address, as JSON.

use super::Told;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Request, Uri};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A web address that takes alarms.
#[derive(Clone)]
pub(crate) struct Webhook {
    uri: Uri,
    connector: TlsConnector,
}

impl Webhook {
    /// # Errors
    /// Words that say what to do, without the secret that may be in the address.
    pub(crate) fn new(address: &str) -> Result<Self, String> {
        let uri =
            address.parse().map_err(|_| "alarms.webhook is no web address: write such as https://example.org/vigie")?;
        let mut trusted = RootCertStore::empty();
        // A system's list has some that are too old to be understood: those vouch for nobody.
        trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|fault| fault.to_string())?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        Ok(Self { uri, connector: TlsConnector::from(Arc::new(config)) })
    }

    pub(super) async fn tell(&self, told: &Told) -> Result<(), String> {
        let words = |fault: std::io::Error| fault.to_string();
        let host = self.uri.host().ok_or("the address has no host")?.trim_matches(['[', ']']).to_owned();
        let secure = self.uri.scheme_str() == Some("https");
        let port = self.uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = TcpStream::connect((host.as_str(), port)).await.map_err(words)?;
        let body = Bytes::from(body(told));
        if secure {
            let name = ServerName::try_from(host).map_err(|fault| fault.to_string())?;
            self.post(self.connector.connect(name, stream).await.map_err(words)?, body).await
        } else {
            self.post(stream, body).await
        }
    }

    #[allow(clippy::disallowed_methods, reason = "the connection ends with the request that it is for")]
    async fn post(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        body: Bytes,
    ) -> Result<(), String> {
        let words = |fault: hyper::Error| fault.to_string();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(words)?;
        let driving = tokio::spawn(connection);
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        // What stands before an @ in an address is a secret and no part of a host.
        let host = authority.rsplit('@').next().unwrap_or_default();
        let request = Request::post(path)
            .header(HOST, host)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body))
            .map_err(|fault| fault.to_string())?;
        let status = sender.send_request(request).await.map_err(words)?.status();
        driving.abort();
        if status.is_success() { Ok(()) } else { Err(format!("it answered {status}")) }
    }
}

fn body(told: &Told) -> String {
    let [french, english] = web::trouble_words(&told.trouble, told.over);
    let at = jiff::Timestamp::from_millisecond(told.at).map(|at| at.to_string()).unwrap_or_default();
    json!({
        "at": at,
        "trouble": web::trouble_code(&told.trouble),
        "trunk": web::trouble_trunk(&told.trouble),
        "over": told.over,
        "text": french,
        "text_en": english,
    })
    .to_string()
}
