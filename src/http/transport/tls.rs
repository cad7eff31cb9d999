//! The certificate, read again when its file changes: a renewal needs no restart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{InconsistentKeys, ServerConfig};

use crate::config::ServerSettings;
use crate::error::{Error, Result};
use crate::house::House;

/// How often it is looked whether the files have changed.
const LOOK: Duration = Duration::from_secs(30);

/// Why a certificate cannot be used, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Only one of two.
    #[error("server.tls_certificate and server.tls_key must be given together, or neither")]
    OneOfTwo,
    /// Not readable, or no PEM.
    #[error("{setting}: {file} cannot be used: {cause}")]
    File {
        /// Which setting names it.
        setting: &'static str,
        /// The file.
        file: String,
        /// What is wrong with it; nothing of what is in it.
        cause: String,
    },
    /// Both are fine, but not together.
    #[error("server.tls_key is not the key of the first certificate in server.tls_certificate")]
    Mismatch,
}

/// The certificate in use.
#[derive(Debug)]
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<(Arc<CertifiedKey>, Stamp)>,
}

/// Tells whether a file was replaced.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Certificate {
    /// What the settings name, if they do.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn of(settings: &ServerSettings) -> Result<Option<Arc<Self>>, TlsError> {
        let (certificate, key) = (&settings.tls_certificate, &settings.tls_key);
        match (certificate.is_empty(), key.is_empty()) {
            (true, true) => return Ok(None),
            (false, false) => {}
            _ => return Err(TlsError::OneOfTwo),
        }
        let (certificate, key) = (PathBuf::from(certificate), PathBuf::from(key));
        let stamp = stamp(&certificate, &key);
        let current = RwLock::new((Arc::new(read(&certificate, &key)?), stamp));
        Ok(Some(Arc::new(Self { certificate, key, current })))
    }

    /// Reads the files again. What cannot be used leaves the one before in use.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn reload(&self) -> Result<(), TlsError> {
        let stamp = stamp(&self.certificate, &self.key);
        let read = read(&self.certificate, &self.key);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // Also when it failed: it is told once for each change.
        current.1 = stamp;
        current.0 = Arc::new(read?);
        Ok(())
    }

    fn has_changed(&self) -> bool {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.1 != stamp(&self.certificate, &self.key)
    }

    fn reload_and_tell(&self) {
        match self.reload() {
            Ok(()) => tracing::info!("the TLS certificate was read again"),
            Err(error) => tracing::error!(%error, "the TLS certificate stays as it was"),
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

fn stamp(certificate: &Path, key: &Path) -> Stamp {
    [certificate, key].map(|file| {
        let data = std::fs::metadata(file).ok()?;
        Some((data.modified().ok()?, data.len()))
    })
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let failed = |setting, file: &Path, cause: String| TlsError::File {
        setting,
        file: file.display().to_string(),
        cause,
    };
    let bad_chain = |cause: String| failed("server.tls_certificate", certificate, cause);
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| bad_chain(error.to_string()))?;
    if chain.is_empty() {
        return Err(bad_chain("there is no certificate in it".to_owned()));
    }
    let bad_key = |cause: String| failed("server.tls_key", key, cause);
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| bad_key(error.to_string()))?;
    let signing = provider().key_provider.load_private_key(private);
    let signing = signing.map_err(|error| bad_key(error.to_string()))?;
    let certified = CertifiedKey::new(chain, signing);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(tokio_rustls::rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(tokio_rustls::rustls::Error::InconsistentKeys(_)) => Err(TlsError::Mismatch),
        Err(error) => Err(bad_chain(error.to_string())),
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// TLS 1.2 and 1.3, and HTTP/1.1 inside of it.
pub(super) fn acceptor(certificate: &Arc<Certificate>) -> Result<TlsAcceptor> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::internal(format!("TLS: {error}")))?;
    let mut config = config
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(certificate) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Reads the certificate again when its files change, and when the process is sent SIGHUP. Ends with the service.
pub async fn keep_fresh(house: House) {
    let House { certificate: Some(certificate), stop, .. } = house else { return };
    let mut hangup = Hangup::listen();
    loop {
        tokio::select! {
            () = stop.over() => return,
            () = hangup.came() => certificate.reload_and_tell(),
            () = tokio::time::sleep(LOOK) => {
                if certificate.has_changed() {
                    certificate.reload_and_tell();
                }
            }
        }
    }
}

/// SIGHUP, where there is such a thing.
struct Hangup(#[cfg(unix)] Option<tokio::signal::unix::Signal>);

impl Hangup {
    #[cfg(unix)]
    fn listen() -> Self {
        Self(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok())
    }

    #[cfg(not(unix))]
    fn listen() -> Self {
        Self()
    }

    async fn came(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.0
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}
