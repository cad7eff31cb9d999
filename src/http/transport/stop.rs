//! How the service ends: first it says so, then it serves what it has taken on, then nothing runs any more.

use tokio_util::sync::CancellationToken;

/// How far the end has come. Copies see the same.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    leaving: CancellationToken,
    over: CancellationToken,
}

impl Stop {
    /// From now on `/readyz` sends balancers elsewhere, and every answer tells its connection to close.
    pub fn leave(&self) {
        self.leaving.cancel();
    }

    /// Whether the service is about to stop.
    pub fn is_leaving(&self) -> bool {
        self.leaving.is_cancelled()
    }

    /// From now on no job begins.
    pub fn end(&self) {
        self.leaving.cancel();
        self.over.cancel();
    }

    /// Whether nothing new may begin.
    pub fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    /// Returns when nothing new may begin.
    pub async fn over(&self) {
        self.over.cancelled().await;
    }
}
