//! Work that keeps a processor busy for long, such as reading an uploaded file.

use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Pieces of such work at the same time; more would only slow each other down and hold more files in memory.
const AT_ONCE: usize = 2;
/// How long a piece may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Does `work` beside the threads that serve requests, and outside of any transaction. Once begun, it runs to its
/// end even if the caller goes away.
///
/// # Errors
/// What `work` says; `busy` when its turn does not come; `internal` when it panics.
pub async fn heavy<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire())
        .await
        .map_err(|_| Error::busy("too many files are being read"))?
        .map_err(Error::internal)?;
    #[expect(clippy::disallowed_methods, reason = "no SQL: this is for work on the processor alone")]
    let done = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    });
    // The panic's own message may quote what was being read.
    done.await.unwrap_or_else(|_| Err(Error::internal("heavy work panicked")))
}
