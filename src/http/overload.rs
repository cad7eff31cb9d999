//! What happens when more comes than can be done: a bounded number of requests is worked on, a few wait for a moment,
//! and the rest is told at once to come back. Who is let in is served as fast as ever.
//!
//! Shares of their own keep one kind of request from using up what another needs: whoever floods the sign-in page does
//! not stop a team from calling for help, and a rush of readers does not keep people from signing in.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::OverloadSettings;
use crate::error::{Error, Result};
use crate::http::client::Proxies;
use crate::http::telemetry::Metrics;
use crate::http::transport::line::Traffic;

/// A kind of request with places of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Whether the process lives: asks for nothing.
    Free,
    /// What needs a password to be hashed. It never takes a place of others: strangers can ask for it.
    SignIn,
    /// Staying signed in.
    Session,
    /// Help, and what keeps people from harm: check-ins, alarms, calling a team back, a phone that was lost.
    Urgent,
    /// Sealing and unsealing, readiness, metrics.
    System,
    /// Everything else.
    General,
}

impl Share {
    /// Where a request belongs.
    pub fn of(method: &Method, path: &str) -> Self {
        let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
        if parts.clone().next() == Some("v1") {
            parts.next();
        }
        let mut next = || parts.next().unwrap_or_default();
        match (next(), next(), next(), next()) {
            ("healthz", "", _, _) => Self::Free,
            ("readyz" | "metrics", "", _, _) | ("system", _, _, _) => Self::System,
            ("auth", "refresh" | "logout", _, _) => Self::Session,
            ("auth", _, _, _) | ("setup", _, _, _) | ("invitations", _, _, _) | ("me", "password", _, _) => {
                Self::SignIn
            }
            ("operations", _, "check-ins" | "abort", _) => Self::Urgent,
            ("alerts" | "events" | "batch", _, _, _) | ("users", _, "lost-phone", _) => Self::Urgent,
            ("users", _, "sessions", _) | ("me", "sessions", _, _) if method == Method::DELETE => {
                Self::Urgent
            }
            _ => Self::General,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::SignIn => "sign_in",
            Self::Session => "session",
            Self::Urgent => "urgent",
            Self::System => "system",
            Self::General => "general",
        }
    }
}

/// The places of this node; app data.
pub struct Admission {
    general: Pool,
    sign_in: Pool,
    session: Pool,
    urgent: Pool,
    system: Pool,
    transfers: Arc<Semaphore>,
    patience: Duration,
    metrics: Metrics,
}

/// Marks a request that there was no place for: it is counted, and not told line by line.
#[derive(Debug, Clone, Copy)]
pub struct Shed;

/// The right to be worked on, until it is dropped.
#[derive(Debug)]
pub struct Permit {
    _place: Option<OwnedSemaphorePermit>,
}

/// Where nobody has found a free place for so long, the queue is no moment's rush any more.
const STANDING: Duration = Duration::from_millis(20);

struct Pool {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    /// How many wait at the most in a queue that stands.
    standing: usize,
    begun: Instant,
    /// When somebody last found a free place, in milliseconds since it was begun.
    free_at: AtomicU64,
}

/// Somebody in a queue.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    fn new(places: usize, queue: usize, standing: usize) -> Self {
        let places = places.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            waiting: AtomicUsize::new(0),
            queue,
            standing: queue.min(standing),
            begun: Instant::now(),
            free_at: AtomicU64::new(0),
        }
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn at_once(&self) -> Option<OwnedSemaphorePermit> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        self.free_at.store(self.elapsed(), Ordering::Relaxed);
        Some(place)
    }

    /// How many may wait now. A queue that takes up a rush is good; one that stands makes everybody wait as long as it is, and
    /// nobody is served sooner (Nichols and Jacobson, Controlling Queue Delay, 2012).
    fn most(&self) -> usize {
        let since = self.elapsed().saturating_sub(self.free_at.load(Ordering::Relaxed));
        if u128::from(since) < STANDING.as_millis() { self.queue } else { self.standing }
    }

    async fn in_turn(&self, patience: Duration) -> Option<OwnedSemaphorePermit> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        if before >= self.most() {
            return None;
        }
        tokio::time::timeout(patience, Arc::clone(&self.places).acquire_owned()).await.ok()?.ok()
    }
}

impl Admission {
    /// From the settings.
    pub fn new(settings: &OverloadSettings, metrics: Metrics) -> Self {
        let pool = |places| Pool::new(places, settings.queue, settings.standing);
        Self {
            general: pool(settings.in_flight),
            sign_in: pool(settings.sign_in),
            session: pool(settings.session),
            urgent: pool(settings.urgent),
            system: pool(settings.system),
            transfers: Arc::new(Semaphore::new(settings.transfers.clamp(1, Semaphore::MAX_PERMITS))),
            patience: Duration::from_millis(settings.wait_ms),
            metrics,
        }
    }

    fn pool(&self, share: Share) -> Option<&Pool> {
        match share {
            Share::Free => None,
            Share::General => Some(&self.general),
            Share::SignIn => Some(&self.sign_in),
            Share::Session => Some(&self.session),
            Share::Urgent => Some(&self.urgent),
            Share::System => Some(&self.system),
        }
    }

    /// How many wait for a place.
    pub fn waiting(&self, share: Share) -> usize {
        self.pool(share).map_or(0, |pool| pool.waiting.load(Ordering::Relaxed))
    }

    /// A place, at once or after a short wait.
    ///
    /// # Errors
    /// 503 `overloaded`.
    pub async fn enter(&self, share: Share) -> Result<Permit> {
        let Some(own) = self.pool(share) else { return Ok(Permit { _place: None }) };
        let mut place = own.at_once();
        if place.is_none() && matches!(share, Share::Session | Share::Urgent | Share::System) {
            place = self.general.at_once();
        }
        if place.is_none() {
            place = own.in_turn(self.patience).await;
        }
        match place {
            Some(place) => Ok(Permit { _place: Some(place) }),
            None => Err(self.refuse(share.as_str())),
        }
    }

    fn refuse(&self, share: &'static str) -> Error {
        self.metrics.count_overloaded(share);
        Error::overloaded()
    }
}

/// The place that a request has while it is worked on.
struct Here {
    admission: Arc<Admission>,
    share: Share,
    permit: Mutex<Option<Permit>>,
}

impl Here {
    /// Gives back what was held.
    fn hold(&self, permit: Option<Permit>) -> Option<Permit> {
        std::mem::replace(&mut *self.permit.lock().unwrap_or_else(PoisonError::into_inner), permit)
    }
}

tokio::task_local! {
    static HERE: Arc<Here>;
}

/// Waits for something that is no work of ours, such as a body that trickles in, without keeping a place from others
/// meanwhile. What is there already costs nothing.
///
/// # Errors
/// 503 `overloaded` when there is no place to come back to.
pub async fn aside<T>(wait: impl Future<Output = T>) -> Result<T> {
    let mut wait = pin!(wait);
    let at_once = poll_fn(|cx| Poll::Ready(wait.as_mut().poll(cx))).await;
    if let Poll::Ready(done) = at_once {
        return Ok(done);
    }
    // Not in a request: a job, or a task of its own.
    let Ok(here) = HERE.try_with(Arc::clone) else { return Ok(wait.await) };
    let must_return = here.hold(None).is_some();
    let done = wait.await;
    if must_return {
        let permit = here.admission.enter(here.share).await?;
        here.hold(Some(permit));
    }
    Ok(done)
}

/// Gives the place up for one among the transfers: a file may take hours to come.
///
/// # Errors
/// 503 `overloaded` when too many are under way.
pub fn transfer() -> Result<()> {
    let Ok(here) = HERE.try_with(Arc::clone) else { return Ok(()) };
    match Arc::clone(&here.admission.transfers).try_acquire_owned() {
        Ok(place) => {
            here.hold(Some(Permit { _place: Some(place) }));
            Ok(())
        }
        Err(_) => Err(here.admission.refuse("transfers")),
    }
}

/// The middleware: before anything is read or looked up. An answer that is still being sent holds no place: a stream is
/// bounded by how many of them there may be.
///
/// # Errors
/// What is inside says.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let Some(admission) = request.app_data::<Arc<Admission>>().cloned() else {
        return Err(Error::internal("no admission is registered").into());
    };
    let share = Share::of(request.method(), request.path());
    let permit = match admission.enter(share).await {
        Ok(permit) => Mutex::new(Some(permit)),
        Err(error) => {
            request.extensions_mut().insert(Shed);
            turn_away(&request);
            return Ok(request.error_response(error).map_into_right_body());
        }
    };
    let here = Arc::new(Here { admission, share, permit });
    HERE.scope(here, next.call(request)).await.map(ServiceResponse::map_into_left_body)
}

/// Many ask over one connection of a proxy of ours: none of them is made to wait for what another does.
fn turn_away(request: &ServiceRequest) {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    let proxies = request.app_data::<Proxies>();
    let is_shared = peer.zip(proxies).is_some_and(|(peer, proxies)| proxies.include(peer));
    if let Some(traffic) = request.conn_data::<Rc<Traffic>>().filter(|_| !is_shared) {
        traffic.turn_away();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_get_through_has_a_share_of_its_own() {
        let post = &Method::POST;
        for (method, path, share) in [
            (&Method::GET, "/healthz", Share::Free),
            (&Method::GET, "/readyz", Share::System),
            (post, "/v1/system/unseal", Share::System),
            (post, "/v1/auth/login", Share::SignIn),
            (post, "/v1/auth/step-up", Share::SignIn),
            (post, "/v1/auth/refresh", Share::Session),
            (post, "/v1/invitations/accept", Share::SignIn),
            (post, "/v1/operations/0193/check-ins", Share::Urgent),
            (&Method::GET, "/v1/operations/0193/check-ins/state", Share::Urgent),
            (post, "/v1/operations/0193/abort", Share::Urgent),
            (post, "/v1/users/0193/lost-phone", Share::Urgent),
            (post, "/v1/batch", Share::Urgent),
            (&Method::DELETE, "/v1/me/sessions/0193", Share::Urgent),
            (&Method::GET, "/v1/me/sessions", Share::General),
            (&Method::GET, "/v1/operations/0193", Share::General),
            (&Method::GET, "/v1/cases", Share::General),
            (&Method::GET, "/healthz/x", Share::General),
            (&Method::GET, "/", Share::General),
            (&Method::GET, "", Share::General),
        ] {
            assert_eq!(Share::of(method, path), share, "{method} {path}");
        }
    }
}
