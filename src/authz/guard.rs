//! The handler's argument that proves permission, and the only way from a handler to the database.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{Either, LocalBoxFuture};

use super::action::{Action, Permission};
use super::obligations;
use super::policy::{Decision, decide, under_break_glass};
use super::{Class, Grants, Scope, Tx};
use crate::app::Services;
use crate::audit::{self, AuditEvent, Outcome};
use crate::auth;
use crate::auth::proof::{self, Proof, Scheme};
use crate::auth::tokens::Claims;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::duress::model::{is_about_oneself, only_looks};
use crate::error::{Error, Result};
use crate::http::idempotency::once::Once;
use crate::http::telemetry::RequestId;
use crate::seal::gate::Gate;

/// Proof that the caller holds a valid access token, and the way to do action `A` and nothing else.
///
/// The token is checked on extraction, before any body is read. Session, user, organisation and role are read
/// inside the closure's own transaction, so that a revocation holds on the very next request of every node.
pub struct Authorized<A> {
    services: Arc<Services>,
    claims: Claims,
    request_id: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) target: String,
    once: Option<Once>,
    action: PhantomData<A>,
}

/// Who asked for work that goes on when their request is over: an import of hours, resumed after a restart.
#[derive(Debug, Clone, Copy)]
pub struct Author {
    /// Of which organisation.
    pub organisation_id: Id,
    /// Who.
    pub user_id: Id,
}

/// On whose word a unit of work runs.
enum Caller {
    Session(Claims),
    Author(Author),
}

impl Caller {
    /// Who they are now, read in the transaction of the work.
    fn scope(&self, conn: &mut Conn<'_>, now: Time) -> Result<Scope> {
        match self {
            Self::Session(claims) => auth::store::scope(conn, claims, now),
            Self::Author(author) => auth::store::scope_of_author(conn, *author, now),
        }
    }
}

/// For what is asked of the service whether it is sealed or not.
pub struct AtGate<A> {
    gate: Arc<Gate>,
    action: PhantomData<A>,
}

impl<A: Permission> AtGate<A> {
    /// What is there without a key.
    pub fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }
}

/// For the few actions that a stranger may do; the policy names them as public, and a test walks the list.
pub struct Public<A> {
    services: Arc<Services>,
    action: PhantomData<A>,
}

impl<A: Permission> Public<A> {
    /// Everything: what is public has no caller to ask.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }
}

impl<A: Permission> Authorized<A> {
    /// Runs a unit of work that changes nothing. Its audit row is durable before this returns.
    ///
    /// # Errors
    /// 401, 403, 404 of the gates; whatever the work says; `busy` when the audit row cannot be written.
    pub async fn read<T, F>(self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
    {
        let Self { services, claims, request_id, .. } = self;
        let (inner, caller) = (Arc::clone(&services), Caller::Session(claims));
        services
            .audit
            .read(move |conn| run(A::ACTION, Way::Read, &inner, &caller, request_id, conn, work))
            .await?
    }

    /// Gathers what a later [`Self::write`] of the same request needs, for work in between that must not hold a
    /// transaction. The gates hold; the audit row is the later one's, where they are asked again.
    ///
    /// # Errors
    /// 401, 403, 404 of the gates; whatever the work says.
    pub async fn prepare<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
    {
        let (inner, caller) = (Arc::clone(&self.services), Caller::Session(self.claims.clone()));
        let (result, _) = self
            .services
            .db
            .read(move |conn| run(A::ACTION, Way::Read, &inner, &caller, None, conn, work))
            .await?;
        result
    }

    /// The same proof once more, for a stream that asks the gates again and again.
    #[must_use]
    pub fn again(&self) -> Self {
        self.about_to(None)
    }

    /// The same caller about to do something else in the same request, if that is allowed to them: it is decided on in
    /// its own transaction, like any request. With `once`, a write is done once for ever.
    #[must_use]
    pub fn about_to<B: Permission>(&self, once: Option<Once>) -> Authorized<B> {
        Authorized {
            services: Arc::clone(&self.services),
            claims: self.claims.clone(),
            request_id: self.request_id.clone(),
            idempotency_key: None,
            target: self.target.clone(),
            once,
            action: PhantomData,
        }
    }

    /// Runs a unit of work in one transaction with its audit row.
    ///
    /// # Errors
    /// 401, 403, 404 of the gates; whatever the work says.
    pub async fn write<T, F>(self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
    {
        let Self { services, claims, request_id, once, .. } = self;
        let work = move |tx: &mut Tx<'_, '_>| {
            once.as_ref().map_or(Ok(()), |once| once.claim(tx))?;
            work(tx)
        };
        write_as(services, A::ACTION, Caller::Session(claims), request_id, work).await
    }

    /// The services, for what must happen outside of a transaction, such as hashing a password.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// The caller's user id as the token names it; authorisation reads the row, never this.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }
}

async fn write_as<T, F>(
    services: Arc<Services>,
    action: Action,
    caller: Caller,
    request_id: Option<String>,
    work: F,
) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
{
    let inner = Arc::clone(&services);
    // A refusal rolls the transaction back, so its row travels out beside the error and is recorded after.
    let (refusal, refused) = tokio::sync::oneshot::channel();
    let outcome = services
        .db
        .write(move |conn| {
            let (result, event) = run(action, Way::Write, &inner, &caller, request_id, conn, work)?;
            match (&result, event) {
                (Ok(_), Some(event)) => audit::store::insert(conn, &[event])?,
                (Err(_), Some(event)) => drop(refusal.send(event)),
                (_, None) => {}
            }
            result
        })
        .await;
    if outcome.is_err()
        && let Ok(event) = refused.await
    {
        services.audit.record(event).await?;
    }
    outcome
}

/// Runs a unit of work in one transaction with its audit row, on behalf of somebody whose request is over. What they
/// are and reach is read anew each time, so that whoever is suspended or taken off the case writes nothing more.
///
/// # Errors
/// As [`Authorized::write`].
pub async fn write_on_behalf<A: Permission, T, F>(
    services: &Arc<Services>,
    author: Author,
    work: F,
) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
{
    write_as(Arc::clone(services), A::ACTION, Caller::Author(author), None, work).await
}

/// Gathers what a later [`write_on_behalf`] needs; the audit row is the later one's.
///
/// # Errors
/// As [`Authorized::prepare`].
pub async fn prepare_on_behalf<A: Permission, T, F>(
    services: &Arc<Services>,
    author: Author,
    work: F,
) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_, '_>) -> Result<T> + Send + 'static,
{
    let (inner, caller) = (Arc::clone(services), Caller::Author(author));
    let (result, _) =
        services.db.read(move |conn| run(A::ACTION, Way::Read, &inner, &caller, None, conn, work)).await?;
    result
}

/// Whether a unit of work changes something.
#[derive(Clone, Copy)]
enum Way {
    Read,
    Write,
}

/// What somebody gets who is shown a service without rows. Nothing of theirs is kept: what would be written is refused as
/// to a role that does not do it, and what fails because there is nothing to build on looks like one of both, never like a
/// failure.
fn masked<T>(result: Result<T>, way: Way) -> Result<T> {
    match (result, way) {
        (Ok(_), Way::Write) => Err(Error::forbidden()),
        (Err(error), Way::Write) if error.status() >= 500 || error.is_of_missing_row() => {
            Err(Error::forbidden())
        }
        (Err(error), Way::Read) if error.status() >= 500 => Err(Error::not_found()),
        (result, _) => result,
    }
}

type Ran<T> = (Result<T>, Option<AuditEvent>);

/// The gates, then the work. The outer error is a caller who is nobody: there is no log to write it to.
fn run<T>(
    action: Action,
    way: Way,
    services: &Services,
    caller: &Caller,
    request_id: Option<String>,
    conn: &mut Conn<'_>,
    work: impl FnOnce(&mut Tx<'_, '_>) -> Result<T>,
) -> Result<Ran<T>> {
    let mut scope = caller.scope(conn, services.clock.now())?;
    if is_about_oneself(action) {
        scope = scope.at_home();
    }
    scope.glass = under_break_glass(action).then_some(scope.now);
    let event = AuditEvent::new(&scope, action, Outcome::Done);
    let mut tx =
        Tx { scope, conn, services, event, detail: audit::Detail { request_id, ..Default::default() } };
    // Before the work: the row of a refusal is sealed where PostgreSQL answers nothing more, too.
    let keys = tx.organisation_keys()?;
    let result = match decide(tx.scope.role, action) {
        Decision::Allow => obligations::check(&mut tx, action).and_then(|()| work(&mut tx)),
        Decision::Refuse => Err(Error::forbidden()),
        Decision::Absent => Err(Error::not_found()),
    };
    let result = if tx.scope.is_nowhere() {
        masked(result, if only_looks(action) { Way::Read } else { way })
    } else {
        result
    };
    if tx.scope.is_coerced() {
        tx.detail.note = Some("in a session opened by the duress password".to_owned());
    }
    match &result {
        Ok(_) => {}
        Err(error) if error.is_access_refusal() => {
            tx.event.outcome = Outcome::Refused;
            tx.detail.code = Some(error.code().to_owned());
        }
        // Malformed requests and failures of ours say nothing about access.
        Err(_) => return Ok((result, None)),
    }
    // After a failure PostgreSQL answers nothing more in this transaction, and nothing was seen.
    if result.is_ok() {
        tx.mark_break_glass()?;
    }
    let detail = std::mem::take(&mut tx.detail);
    let access = keys.vault().granted(Grants::of(&[Class::Source]));
    let mut event = tx.event;
    event.detail = Some(access.seal(&audit::DETAIL, event.id, &detail)?);
    Ok((result, Some(event)))
}

impl<A: Permission> FromRequest for Authorized<A> {
    type Error = Error;
    /// At once, but for a proof that has to be used up first.
    type Future = Either<Ready<Result<Self>>, LocalBoxFuture<'static, Result<Self>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (services, claims, proof) = match authenticate(request) {
            Ok(caller) => caller,
            Err(error) => return Either::Left(ready(Err(error))),
        };
        let this = Self {
            services,
            claims,
            request_id: RequestId::of(request),
            idempotency_key: header_text(request, "idempotency-key"),
            target: request.path().to_owned(),
            once: None,
            action: PhantomData,
        };
        match proof.filter(Proof::must_be_spent) {
            None => Either::Left(ready(Ok(this))),
            Some(proof) => Either::Right(Box::pin(async move {
                proof.spend_alone(&this.services, this.claims.organisation_id).await?;
                Ok(this)
            })),
        }
    }
}

impl<A: Permission> FromRequest for Public<A> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(services(request).map(|services| Self { services, action: PhantomData }))
    }
}

impl<A: Permission> FromRequest for AtGate<A> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(gate(request).map(|gate| Self { gate, action: PhantomData }))
    }
}

/// The gate, and the services behind it, travel as app data of a private type, so that no handler can name them beside
/// the guards.
#[derive(Clone)]
pub(crate) struct Hidden(pub(crate) Arc<Gate>);

pub(crate) fn gate(request: &HttpRequest) -> Result<Arc<Gate>> {
    let hidden: Option<&Hidden> = request.app_data();
    hidden.map(|hidden| Arc::clone(&hidden.0)).ok_or_else(|| Error::internal("the gate is not registered"))
}

fn services(request: &HttpRequest) -> Result<Arc<Services>> {
    gate(request)?.services()
}

/// Who asks, by a token that holds, with the proof that it is bound to if it is.
fn authenticate(request: &HttpRequest) -> Result<(Arc<Services>, Claims, Option<Proof>)> {
    let services = services(request)?;
    let (scheme, token) = header_text(request, header::AUTHORIZATION.as_str())
        .and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            Some((Scheme::parse(scheme)?, token.trim().to_owned()))
        })
        .ok_or_else(Error::unauthenticated)?;
    let claims = services.tokens.verify(&token, services.clock.now())?;
    services.limits.admit(request, claims.user_id)?;
    let proof = proof::of_token(request, &services, (scheme, &token), claims.key())?;
    Ok((services, claims, proof))
}

fn header_text(request: &HttpRequest, name: &str) -> Option<String> {
    let mut values = request.headers().get_all(name);
    let first = values.next()?.to_str().ok()?.to_owned();
    // Two values of one of these headers are an attempt to be read differently by two readers.
    values.next().is_none().then_some(first)
}
