//! Certificates for HTTPS and SIP over TLS: read from their files, and read anew when they are replaced.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The files of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate and those that vouch for it, in PEM, ours first.
    pub chain: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

impl Certificate {
    /// Reads both, and sees that they belong together.
    ///
    /// # Errors
    /// Words that say what to do.
    pub fn read(&self) -> Result<Arc<ServerConfig>, String> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&bytes(&self.chain)?)
            .collect::<Result<_, _>>()
            .map_err(|fault| format!("{} is no certificate in PEM ({fault})", self.chain.display()))?;
        if chain.is_empty() {
            return Err(format!("{} has no certificate in PEM", self.chain.display()));
        }
        let key = PrivateKeyDer::from_pem_slice(&bytes(&self.key)?)
            .map_err(|fault| format!("{} has no key in PEM ({fault})", self.key.display()))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config =
            versions.map_err(|fault| fault.to_string())?.with_no_client_auth().with_single_cert(chain, key).map_err(
                |fault| format!("{} and {} do not belong together ({fault})", self.chain.display(), self.key.display()),
            )?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// When the later of the two files was written; it changes when a certificate is renewed.
    #[must_use]
    pub fn written(&self) -> Option<SystemTime> {
        let of = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        of(&self.chain).max(of(&self.key))
    }
}

pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path)
        .map_err(|fault| format!("{} cannot be read ({fault}): name a file that the service may read", path.display()))
}
