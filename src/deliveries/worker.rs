//! Empties the outbox, on every node at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use super::mail::Mailer;
use super::model::{DeliveryStatus, next_attempt};
use super::send::{Sent, attempt};
use super::store::{self, DeliveryRow, Outcome};
use crate::app::Services;
use crate::config::Settings;
use crate::crypto::secret::random_bytes;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::transport::stop::Stop;
use crate::webhooks;
use crate::webhooks::client::Caller;

/// How often the outbox is looked at without being woken.
const INTERVAL: Duration = Duration::from_secs(1);
/// Deliveries under way at the same time, on each node.
const PARALLEL: u32 = 32;
/// ... and to one target.
const PER_TARGET: usize = 4;
/// How much longer than the longest attempt a lease lasts, in seconds.
const MARGIN_SECONDS: i64 = 30;

/// What sends, and what is under way.
pub struct Outbox {
    pub(super) caller: Caller,
    pub(super) mailer: Option<Mailer>,
    waker: Arc<Notify>,
    slots: Arc<Semaphore>,
    under_way: Mutex<HashMap<Id, usize>>,
}

impl Outbox {
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// `internal`, in words for the operator, when the settings cannot be used.
    pub fn new(settings: &Settings) -> Result<Self> {
        Ok(Self {
            caller: Caller::new(&settings.webhooks)?,
            mailer: Mailer::new(&settings.mail)?,
            waker: Arc::default(),
            slots: Arc::new(Semaphore::new(PARALLEL as usize)),
            under_way: Mutex::default(),
        })
    }

    /// Looks at the outbox at once. For after a commit: what is not committed yet is found a second later.
    pub fn wake(&self) {
        self.waker.notify_one();
    }

    /// Returns when nothing is under way: what was sent is recorded as sent, and nobody sends it again.
    pub async fn rest(&self) {
        drop(self.slots.acquire_many(PARALLEL).await);
    }

    /// Whether mail can be sent at all, so that it is worth planning.
    pub fn has_mail(&self) -> bool {
        self.mailer.is_some()
    }

    fn busy(&self) -> HashMap<Id, usize> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, target: Id, begins: bool) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(target).or_default();
        *count = if begins { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            under_way.remove(&target);
        }
    }
}

/// Starts emptying the outbox; ends with the service.
pub fn start(services: &Arc<Services>) {
    let stop = services.house.stop.clone();
    let services = Arc::downgrade(services);
    tokio::spawn(async move { while round(&services, &stop).await.is_some() {} });
}

/// One look at the outbox, then a wait; `None` when the services are gone, or the service stops.
async fn round(services: &Weak<Services>, stop: &Stop) -> Option<()> {
    let services = services.upgrade().filter(|services| !services.is_sealed() && !stop.is_over())?;
    let started = match begin(&services).await {
        Ok(started) => started,
        Err(error) => {
            tracing::error!(?error, "the outbox could not be read; it will be tried again");
            0
        }
    };
    // Where something was taken there may be more, as long as there are slots.
    if started == 0 || services.outbox.slots.available_permits() == 0 {
        let waker = Arc::clone(&services.outbox.waker);
        // Whoever waits must not keep the services alive.
        drop(services);
        tokio::select! {
            () = waker.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
            () = stop.over() => {}
        }
    }
    Some(())
}

/// Takes what is due as far as there are slots, and lets it be sent beside; gives how many.
async fn begin(services: &Arc<Services>) -> Result<usize> {
    let claimed = claim(services).await?;
    let started = claimed.len();
    for (row, slot) in claimed {
        let services = Arc::clone(services);
        tokio::spawn(async move {
            finish(&services, row, slot).await;
        });
    }
    Ok(started)
}

/// Sends what is due now and awaits it; gives how many deliveries that were. For simulations and tests: the worker
/// does the same by itself.
///
/// # Errors
/// Of the database.
pub async fn run_once(services: &Services) -> Result<usize> {
    let claimed = claim(services).await?;
    let count = claimed.len();
    futures_util::stream::iter(claimed)
        .for_each_concurrent(PARALLEL as usize, |(row, slot)| finish(services, row, slot))
        .await;
    Ok(count)
}

async fn claim(services: &Services) -> Result<Vec<(DeliveryRow, OwnedSemaphorePermit)>> {
    let now = services.clock.now();
    let outbox = &services.outbox;
    // Reading costs no commit: an empty outbox is the usual one.
    if outbox.slots.available_permits() == 0
        || !services.db.read(move |conn| store::any_due(conn, now)).await?
    {
        return Ok(Vec::new());
    }
    let mut slots = Vec::new();
    while slots.len() < PARALLEL as usize
        && let Ok(slot) = Arc::clone(&outbox.slots).try_acquire_owned()
    {
        slots.push(slot);
    }
    let longest = services.settings.webhooks.timeout_ms.max(4 * services.settings.mail.timeout_ms) / 1_000;
    let lease = now.plus_seconds(i64::try_from(longest).unwrap_or(0) + MARGIN_SECONDS);
    let (limit, busy) = (slots.len(), (PER_TARGET, outbox.busy()));
    let rows = services.db.write(move |conn| store::claim(conn, (now, lease), limit, busy)).await?;
    for row in &rows {
        outbox.count(row.target_id, true);
    }
    Ok(rows.into_iter().zip(slots).collect())
}

async fn finish(services: &Services, row: DeliveryRow, slot: OwnedSemaphorePermit) {
    let target = row.target_id;
    if let Err(error) = send_and_record(services, row).await {
        // The lease ends, and somebody tries again.
        tracing::error!(?error, "a delivery could not be made or recorded; it will be tried again");
    }
    services.outbox.count(target, false);
    drop(slot);
    services.outbox.wake();
}

async fn send_and_record(services: &Services, row: DeliveryRow) -> Result<()> {
    let sent = attempt(services, &row).await?;
    let now = services.clock.now();
    let jitter = u16::from_be_bytes(random_bytes()?);
    let (outcome, disable) = judge(&row, sent, jitter, now);
    // No address and no id of a case: what failed, and how.
    if let Some(code) = &outcome.last_error {
        let (delivery, status) = (row.id, outcome.status);
        tracing::warn!(%delivery, medium = %row.medium, attempts = row.attempts, %status, code, "not delivered");
    }
    services
        .db
        .write(move |conn| {
            if store::record(conn, &row, &outcome)? && disable {
                webhooks::store::disable(conn, row.organisation_id, row.target_id, now)?;
            }
            Ok(())
        })
        .await
}

/// What is recorded of an attempt, and whether the webhook wants no more of anything.
fn judge(row: &DeliveryRow, sent: Sent, jitter: u16, now: Time) -> (Outcome, bool) {
    let end = |status, last_error| Outcome {
        status,
        next_attempt_at: row.next_attempt_at,
        last_error,
        ended_at: Some(now),
    };
    match sent {
        Sent::Delivered => (end(DeliveryStatus::Delivered, None), false),
        Sent::Never(code, disable) => (end(DeliveryStatus::Abandoned, Some(code.to_owned())), disable),
        Sent::Failed(code, asked) => match next_attempt(row.attempts, asked, jitter, now) {
            None => (end(DeliveryStatus::Abandoned, Some(code)), false),
            Some(next_attempt_at) => {
                let outcome = Outcome {
                    status: DeliveryStatus::Pending,
                    next_attempt_at,
                    last_error: Some(code),
                    ended_at: None,
                };
                (outcome, false)
            }
        },
    }
}
