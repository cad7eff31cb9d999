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

/// What comes from outside.
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind)
                .inspect_err(|error| tracing::error!(%error, "a signal to stop is not listened to"))
                .ok()
        };
        Self { interrupt: listen(SignalKind::interrupt()), terminate: listen(SignalKind::terminate()) }
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self {}
    }

    /// The next one; every one counts.
    pub(crate) async fn next(&mut self) -> Told {
        #[cfg(unix)]
        {
            async fn came(signal: &mut Option<tokio::signal::unix::Signal>) {
                match signal {
                    Some(signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            }
            tokio::select! {
                () = came(&mut self.interrupt) => Told::Interrupt,
                () = came(&mut self.terminate) => Told::Terminate,
            }
        }
        #[cfg(not(unix))]
        {
            drop(tokio::signal::ctrl_c().await);
            Told::Interrupt
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
