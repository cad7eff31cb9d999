//! What happens without a request. Each job is idempotent, and safe when several nodes run it.

pub mod pace;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

use crate::app::Services;
use crate::error::Result;
use crate::{
    alerts, attachments, audit, auth, deliveries, estimates, factors, http, imports, operations, shred, sync,
};

/// How often housekeeping runs.
const HOUSEKEEPING: Duration = Duration::from_secs(300);
/// How often somebody looks whether there is an alert to tell of, if no bell is rung before.
const LOOKOUT: Duration = Duration::from_secs(1);

/// How often it is looked for estimates to make again, if no bell is rung before.
const ESTIMATES: Duration = Duration::from_secs(5);
/// How often it is looked for imports that a node has left when it died.
const LEFT: Duration = Duration::from_secs(5);

/// How often rows of the audit log get their place; how soon after its moment a checkpoint is made.
const SEQUENCING: Duration = Duration::from_secs(2);

/// Longer than any delay that wrong guesses earn.
const GUESSES_KEPT_SECONDS: i64 = 7 * 86_400;
/// How long it can be seen how a delivery went.
const DELIVERIES_KEPT_SECONDS: i64 = 90 * 86_400;

/// Starts the jobs; they end with the service.
pub fn start(services: &Arc<Services>) {
    // Nobody rings for housekeeping.
    let silent = Arc::default();
    every(services, "housekeeping", (HOUSEKEEPING, silent), |services| Box::pin(housekeeping(services)));
    every(services, "telling of alerts", (LOOKOUT, Arc::clone(&services.alert_bell)), |services| {
        Box::pin(async { alerts::dispatch::run_once(services).await.map(drop) })
    });
    if services.settings.estimates.watch {
        every(services, "estimates", (ESTIMATES, Arc::clone(&services.estimate_bell)), |services| {
            Box::pin(estimates::watch::run_once(services))
        });
    }
    every(services, "sequencing of audit logs", (SEQUENCING, Arc::default()), |services| {
        Box::pin(audit::sequencer::run_once(services))
    });
    // Whoever begins an import does it at once; this is for what was left.
    every(services, "imports that were left", (LEFT, Arc::default()), |services| {
        Box::pin(imports::work::resume(services))
    });
}

/// Runs a job again and again, after an interval or when its bell rings, until the service stops; one that fails
/// is tried again.
fn every(
    services: &Arc<Services>,
    name: &'static str,
    (interval, bell): (Duration, Arc<Notify>),
    job: for<'a> fn(&'a Arc<Services>) -> BoxFuture<'a, Result<()>>,
) {
    let stop = services.house.stop.clone();
    let services = Arc::downgrade(services);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                biased;
                () = stop.over() => return,
                () = tokio::time::sleep(interval) => {}
                () = bell.notified() => {}
            }
            let Some(services) = services.upgrade().filter(|services| !services.is_sealed()) else {
                return;
            };
            if let Err(error) = job(&services).await {
                tracing::error!(?error, name, "a job failed; it will be tried again");
            }
        }
    });
}

/// Rotates signing keys, and forgets what is past its time.
///
/// # Errors
/// Of the database; the next run tries again.
pub async fn housekeeping(services: &Services) -> Result<()> {
    let now = services.clock.now();
    services
        .tokens
        .refresh(&services.db, &services.keyring, now, services.settings.auth.signing_key_days)
        .await?;
    let event_days = services.settings.alerts.event_days;
    services
        .db
        .write(move |conn| {
            http::idempotency::store::forget_old(conn, now)?;
            sync::store::forget_ended(conn, now)?;
            deliveries::store::forget_ended(conn, now.plus_seconds(-DELIVERIES_KEPT_SECONDS))?;
            operations::store::reads::forget_old(conn, now)?;
            auth::store::guesses::forget_old(conn, now.plus_seconds(-GUESSES_KEPT_SECONDS))?;
            auth::store::proofs::forget_old(conn, now)?;
            factors::store::forget_notices(conn, now.plus_seconds(-factors::model::NOTICE_SECONDS))?;
            alerts::store::dispatch::forget_events(conn, now.plus_seconds(-event_days * 86_400))?;
            Ok(())
        })
        .await?;
    attachments::cleanup::expired(services).await?;
    imports::work::forget_expired(services).await?;
    shred::cleanup::run(services).await?;
    services.limits.forget_idle();
    Ok(())
}
