//! What stands whether there are keys in memory or not: how connections come in and go, and what is counted.

use std::sync::Arc;

use crate::config::Settings;
use crate::error::{Error, Result};
use crate::http::client::Proxies;
use crate::http::overload::Admission;
use crate::http::telemetry::Metrics;
use crate::http::transport::stop::Stop;
use crate::http::transport::tls::Certificate;

/// See the module. Copies are of the same house.
#[derive(Clone)]
pub struct House {
    /// Counters.
    pub metrics: Metrics,
    /// Who is let in when more comes than can be done.
    pub admission: Arc<Admission>,
    /// Reverse proxies whose word is taken.
    pub proxies: Proxies,
    /// What TLS is spoken with, if it is.
    pub certificate: Option<Arc<Certificate>>,
    /// How the service ends.
    pub stop: Stop,
}

impl House {
    /// An empty one.
    ///
    /// # Errors
    /// When the certificate cannot be read, or a proxy's address is none.
    pub fn new(settings: &Settings) -> Result<Self> {
        let metrics = Metrics::new()?;
        Ok(Self {
            admission: Arc::new(Admission::new(&settings.overload, metrics.clone())),
            proxies: Proxies::parse(&settings.server.trusted_proxies).map_err(Error::internal)?,
            certificate: Certificate::of(&settings.server).map_err(Error::internal)?,
            stop: Stop::default(),
            metrics,
        })
    }
}
