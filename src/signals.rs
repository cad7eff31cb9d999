//! What the process is told by signals.

use std::sync::Arc;

use crate::seal::gate::Gate;

/// What the process was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// By somebody at the terminal, who waits.
    Interrupt,
    /// By whoever runs services here.
    Terminate,
}

impl Told {
    /// Returns when the process is told to stop. The server listens for none of it by itself.
    pub(crate) async fn wait() -> Self {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let Ok(mut terminate) = signal(SignalKind::terminate()) else {
                drop(interrupt.await);
                return Self::Interrupt;
            };
            tokio::select! {
                _ = interrupt => Self::Interrupt,
                _ = terminate.recv() => Self::Terminate,
            }
        }
        #[cfg(not(unix))]
        {
            drop(interrupt.await);
            Self::Interrupt
        }
    }
}

/// Seals whenever the process gets SIGUSR1: for whoever is at the machine, and for what a button is wired to.
pub(crate) async fn seal_when_told(gate: Arc<Gate>) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::user_defined1()) {
            Ok(mut told) => {
                while told.recv().await.is_some() {
                    if let Err(error) = gate.seal_all().await {
                        tracing::error!(?error, "this server is sealed, but others could not be told");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "SIGUSR1 does not seal"),
        }
    }
    #[cfg(not(unix))]
    drop(gate);
}
