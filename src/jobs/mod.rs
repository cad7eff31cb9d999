//! What happens without a request. Each job is idempotent, and safe when several nodes run it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::app::Services;
use crate::error::Result;
use crate::{deliveries, http, imports};

/// How often housekeeping runs.
const INTERVAL: Duration = Duration::from_secs(300);

/// How long it can be seen how a delivery went.
const DELIVERIES_KEPT_SECONDS: i64 = 90 * 86_400;

/// Starts housekeeping; it ends with the services.
pub fn start(services: &Arc<Services>) {
    let services = Arc::downgrade(services);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let Some(result) = once(&services).await else {
                return;
            };
            if let Err(error) = result {
                tracing::error!(?error, "housekeeping failed; it will be tried again");
            }
        }
    });
}

async fn once(services: &Weak<Services>) -> Option<Result<()>> {
    let services = services.upgrade()?;
    Some(housekeeping(&services).await)
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
    services
        .db
        .write(move |conn| {
            http::idempotency::store::forget_old(conn, now)?;
            imports::store::forget_expired(conn, now)?;
            deliveries::store::forget_ended(conn, now.plus_seconds(-DELIVERIES_KEPT_SECONDS))?;
            Ok(())
        })
        .await?;
    services.limits.forget_idle();
    Ok(())
}
