//! Long work that gives way to requests: short pieces with a rest after each, and threads that others go before.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// How much longer than a piece the rest after it is: whatever the machine, four fifths of the one writer, or of a
/// connection, are left to those who wait for an answer. What takes long because others are at work rests longer, too.
const RESTS: u32 = 4;
/// Bounds of a rest: a moment for whoever waits, and no standstill after a piece that was held up.
const LEAST: Duration = Duration::from_millis(5);
const MOST: Duration = Duration::from_secs(1);

/// How much less of a core such a thread gets than a request that wants it as well (nice(1): 0 is everybody's, 19 the
/// least).
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Rests after a piece of work that took so long.
pub async fn rest(took: Duration) {
    tokio::time::sleep(length(took)).await;
}

fn length(took: Duration) -> Duration {
    took.saturating_mul(RESTS).clamp(LEAST, MOST)
}

/// Lets others go before the calling thread. Where the system refuses, all are equal.
pub fn let_others_go_first() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

/// Does `work` on a thread of its own that others go before. Once begun, it runs to its end even if the caller goes away.
///
/// # Errors
/// What `work` says; `internal` when it panics, or there is no thread.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    aside_in(&Handle::current(), work).await
}

/// As [`aside`], where `work` waits for what is done in another runtime than the caller's.
///
/// # Errors
/// As [`aside`].
pub async fn aside_in<T: Send + 'static>(
    runtime: &Handle,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (reply, outcome) = oneshot::channel();
    let runtime = runtime.clone();
    let begun = std::thread::Builder::new().name("aside".to_owned()).spawn(move || {
        let_others_go_first();
        let _inside = runtime.enter();
        // Whoever waited may have gone.
        drop(reply.send(work()));
    });
    begun.map_err(Error::internal)?;
    // The panic's own message may quote what was being read.
    outcome.await.unwrap_or_else(|_| Err(Error::internal("work that was done aside panicked")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_longer_than_the_piece_and_has_bounds() {
        let ms = Duration::from_millis;
        for (took, rests) in [(0, 5), (1, 5), (3, 12), (40, 160), (5_000, 1_000)] {
            assert_eq!(length(ms(took)), ms(rests));
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_done_aside_goes_after_others_and_nothing_else_does() {
        let nice = || rustix::process::getpriority_process(None).unwrap();
        let before = nice();
        assert_eq!(aside(move || Ok(nice())).await.unwrap(), before.max(NICE));
        assert_eq!(nice(), before);
        assert_eq!(aside(|| -> Result<()> { panic!("on purpose") }).await.unwrap_err().code(), "internal");
    }
}
