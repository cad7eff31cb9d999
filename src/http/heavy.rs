//! Work that keeps a processor busy for long, such as reading an uploaded file.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::overload;
use crate::error::{Error, Result};
use crate::jobs::pace;

/// Pieces of such work at the same time; more would only slow each other down and hold more files in memory.
const AT_ONCE: usize = 2;
/// How long a piece may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pieces that may wait; each holds in memory what it is to work on. A crowd of phones that is back on the net brings a
/// message each, whose clues are looked for here: what finds no place is logged without them.
const QUEUE: usize = 256;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// One piece in the queue.
struct Waiting;

impl Waiting {
    fn join() -> Result<Self> {
        let before = WAITING.fetch_add(1, Ordering::Relaxed);
        let waiting = Self;
        if before < QUEUE { Ok(waiting) } else { Err(Error::busy("too many files wait to be read")) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Does `work` beside the threads that serve requests, and outside of any transaction. Once begun, it runs to its
/// end even if the caller goes away. Meanwhile the request holds no place that another could have.
///
/// # Errors
/// What `work` says; `busy` when its turn does not come; `internal` when it panics.
pub async fn heavy<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    overload::aside(async {
        let turn = turn().await?;
        #[expect(clippy::disallowed_methods, reason = "no SQL: this is for work on the processor alone")]
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        // The panic's own message may quote what was being read.
        done.await.unwrap_or_else(|_| Err(Error::internal("heavy work panicked")))
    })
    .await?
}

/// As [`heavy`], for what is one piece of many: other requests go before it.
///
/// # Errors
/// As [`heavy`].
pub async fn long<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    overload::aside(async {
        let turn = turn().await?;
        pace::aside(move || {
            let result = work();
            drop(turn);
            result
        })
        .await
    })
    .await?
}

async fn turn() -> Result<SemaphorePermit<'static>> {
    let waiting = Waiting::join()?;
    let turn = tokio::time::timeout(PATIENCE, TURNS.acquire())
        .await
        .map_err(|_| Error::busy("too many files are being read"))?
        .map_err(Error::internal)?;
    drop(waiting);
    Ok(turn)
}
