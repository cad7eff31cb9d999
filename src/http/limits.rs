//! How often somebody may ask. Counted per node.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::{HttpMessage, HttpRequest};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::config::LimitSettings;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::client::neighbourhood;

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The limiters of this node.
pub struct Limits {
    users: Keyed<Id>,
    sign_in: Keyed<IpAddr>,
    burst: u32,
    clock: DefaultClock,
}

/// What the `RateLimit` headers of the answer say.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Requests that may come at once.
    pub burst: u32,
    /// Of those, how many are left.
    pub remaining: u32,
    /// Seconds until the burst is whole again.
    pub window_seconds: u64,
}

fn quota(per_minute: u32, burst: u32) -> Quota {
    let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(at_least_one(per_minute)).allow_burst(at_least_one(burst))
}

impl Limits {
    /// From the settings.
    pub fn new(settings: &LimitSettings) -> Self {
        Self {
            users: RateLimiter::keyed(quota(settings.requests_per_minute, settings.burst))
                .with_middleware::<StateInformationMiddleware>(),
            sign_in: RateLimiter::keyed(quota(settings.sign_in_per_minute, settings.sign_in_per_minute))
                .with_middleware::<StateInformationMiddleware>(),
            burst: settings.burst.max(1),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of a user.
    ///
    /// # Errors
    /// 429 `rate-limited`.
    pub fn admit(&self, request: &HttpRequest, user: Id) -> Result<()> {
        match self.users.check_key(&user) {
            Ok(state) => {
                let quota = state.quota();
                request.extensions_mut().insert(Allowance {
                    burst: quota.burst_size().get(),
                    remaining: state.remaining_burst_capacity(),
                    window_seconds: quota.burst_size_replenished_in().as_secs().max(1),
                });
                Ok(())
            }
            Err(until) => {
                Err(Error::too_many("rate-limited", self.seconds(until.wait_time_from(self.clock.now()))))
            }
        }
    }

    /// Counts what one request of a user asks for beside the first thing. Whoever asks for more than may come at once
    /// waits until all of that is there again.
    ///
    /// # Errors
    /// 429 `rate-limited`.
    pub fn admit_more(&self, user: Id, more: usize) -> Result<()> {
        // The request itself is counted already.
        let more = u32::try_from(more).unwrap_or(u32::MAX).min(self.burst - 1);
        let Some(more) = NonZeroU32::new(more) else { return Ok(()) };
        match self.users.check_key_n(&user, more) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(until)) => {
                Err(Error::too_many("rate-limited", self.seconds(until.wait_time_from(self.clock.now()))))
            }
            Err(beyond) => Err(Error::internal(format!("a burst is smaller than it is: {beyond}"))),
        }
    }

    /// Counts an attempt to sign in from an address; of IPv6, from its /64.
    ///
    /// # Errors
    /// 429 `rate-limited`.
    pub fn admit_sign_in(&self, address: Option<IpAddr>) -> Result<()> {
        let Some(address) = address else { return Ok(()) };
        match self.sign_in.check_key(&neighbourhood(address)) {
            Ok(_) => Ok(()),
            Err(until) => {
                Err(Error::too_many("rate-limited", self.seconds(until.wait_time_from(self.clock.now()))))
            }
        }
    }

    /// Forgets who has not asked for a while.
    pub fn forget_idle(&self) {
        self.users.retain_recent();
        self.sign_in.retain_recent();
    }

    #[allow(clippy::unused_self, reason = "reads better beside its callers")]
    fn seconds(&self, wait: Duration) -> u64 {
        wait.as_secs() + 1
    }
}
