//! Proof of possession (DPoP, RFC 9449): a session can be bound to a key that never leaves a device. Its tokens are then
//! worth nothing to whoever has only them: each request brings a proof that the key's holder made for it.
//!
//! `reading` says what a proof says, `keys` who signed it, `address` where it was meant to go, `nonce` that it is fresh
//! where a clock is wrong, `seen` that it was not here before. A proof is for one method of one address, for one token, once:
//! of each node in memory, and in the database, for all of them, where it was to change something ([`Proof::spend`]).
//!
//! A request whose token is bound to nothing passes here without being looked at.

mod address;
mod keys;
mod nonce;
pub mod reading;
mod seen;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

pub use keys::Thumbprint;
pub use seen::Seen;

use super::store;
use crate::app::Services;
use crate::crypto::secret::{Sha256, sha256};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use reading::Reading;

/// The header that proofs come in.
pub const HEADER: HeaderName = HeaderName::from_static("dpop");
/// Seconds by which the clock of a device may be wrong, either way, before it is asked for a nonce.
const WINDOW: i64 = 60;

/// How an access token came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Alone.
    Bearer,
    /// With a proof.
    Dpop,
}

impl Scheme {
    /// From the word before the token.
    pub fn parse(word: &str) -> Option<Self> {
        if word.eq_ignore_ascii_case("bearer") {
            Some(Self::Bearer)
        } else {
            word.eq_ignore_ascii_case("dpop").then_some(Self::Dpop)
        }
    }
}

/// A proof that holds.
#[derive(Debug)]
pub struct Proof {
    key: Thumbprint,
    /// Of key and `jti` together: nobody can use up the names of somebody else's proofs.
    id: [u8; 32],
    until: Time,
    /// Whether the request that it came with may change something.
    changes: bool,
}

/// The nonce that the answer to a request brings, in place of the one that was used.
#[derive(Debug, Clone)]
pub struct NextNonce(pub String);

/// The proof of a request in which there is no token yet, such as a sign-in.
pub struct Offered(HttpRequest);

impl FromRequest for Offered {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.clone())))
    }
}

impl Offered {
    /// The proof, if there is one. What it costs to check is spent here.
    ///
    /// # Errors
    /// 401 for one that does not hold.
    pub fn check(&self, services: &Services) -> Result<Option<Proof>> {
        if !self.0.headers().contains_key(HEADER) {
            return Ok(None);
        }
        check(&self.0, services, None).map(Some)
    }
}

/// What a request with this access token, bound to `key` or to nothing, has to bring beside it, and brings.
///
/// # Errors
/// 401 where the token is bound and the proof is missing or does not hold, and where it is not bound and claims to be.
pub fn of_token(
    request: &HttpRequest,
    services: &Services,
    (scheme, token): (Scheme, &str),
    key: Option<Thumbprint>,
) -> Result<Option<Proof>> {
    match (scheme, key) {
        (Scheme::Bearer, None) => Ok(None),
        (Scheme::Bearer, Some(_)) => Err(Error::proof_required()),
        (Scheme::Dpop, None) => Err(Error::unauthenticated()),
        (Scheme::Dpop, Some(key)) => {
            let proof = check(request, services, Some((key, sha256(token.as_bytes()))))?;
            let (until, now) = (proof.until.as_seconds(), services.clock.now().as_seconds());
            if services.proofs.remember(&proof.id, until, now)? { Ok(Some(proof)) } else { Err(used()) }
        }
    }
}

fn used() -> Error {
    Error::invalid_proof("it was used before; every attempt needs a new one")
}

/// The checks of RFC 9449, 4.3, cheapest first; the time last, so that a nonce is given only to whoever could use it.
fn check(request: &HttpRequest, services: &Services, token: Option<(Thumbprint, [u8; 32])>) -> Result<Proof> {
    let mut values = request.headers().get_all(HEADER);
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Error::invalid_proof("there must be one `DPoP` header, and not two"));
    };
    let text = value.to_str().map_err(|_| Error::invalid_proof("it is not text"))?;
    let reading = reading::read(text).map_err(Error::invalid_proof)?;
    if reading.method != request.method().as_str() {
        return Err(Error::invalid_proof("`htm` is not the method of this request"));
    }
    if !address::is_of(&reading.address, request, &services.settings.server) {
        return Err(Error::invalid_proof("`htu` is not the address of this request as the server knows it"));
    }
    let key = reading.key.thumbprint()?;
    if let Some((bound_to, hash)) = token {
        if reading.token != Some(hash) {
            return Err(Error::invalid_proof("`ath` is not the SHA-256 of the access token"));
        }
        if key != bound_to {
            return Err(Error::invalid_proof("it is of another key than the token"));
        }
    }
    if !reading.is_signed() {
        return Err(Error::invalid_proof("the key in `jwk` has not signed it"));
    }
    let until = freshness(request, services, &reading)?;
    let mut id = Sha256::default();
    id.update(key.as_bytes());
    id.update(reading.id.as_bytes());
    Ok(Proof {
        key,
        id: id.finish(),
        until: Time::from_micros(until.saturating_mul(1_000_000)),
        changes: !request.method().is_safe(),
    })
}

/// Until when a proof is good, in seconds since 1970. With a nonce, the clock of the device says nothing.
fn freshness(request: &HttpRequest, services: &Services, reading: &Reading<'_>) -> Result<i64> {
    let now = services.clock.now();
    let found = match &reading.nonce {
        None => {
            let off = now.as_seconds().saturating_sub(reading.made_at);
            ((-WINDOW..=WINDOW).contains(&off)).then(|| reading.made_at.saturating_add(WINDOW + 1))
        }
        Some(nonce) => nonce::check(&services.keyring, nonce, now)?.map(|good| {
            if let Some(next) = good.next {
                request.extensions_mut().insert(NextNonce(next));
            }
            good.until
        }),
    };
    match found {
        Some(until) => Ok(until),
        None => Err(Error::proof_nonce_needed(nonce::current(&services.keyring, now)?)),
    }
}

impl Proof {
    /// What the session that begins with it is bound to.
    pub fn key(&self) -> Thumbprint {
        self.key
    }

    /// Whether it has to be used up before the request that it came with may do anything.
    pub fn must_be_spent(&self) -> bool {
        self.changes
    }

    /// Uses it up, on every node.
    ///
    /// # Errors
    /// 401 when it was used up before.
    pub fn spend(&self, conn: &mut Conn<'_>, organisation: Id) -> Result<()> {
        if store::proofs::insert(conn, organisation, &self.id, self.until)? { Ok(()) } else { Err(used()) }
    }

    /// As [`Self::spend`], in a transaction of its own: what the request goes on to do can be undone, that it was tried not.
    ///
    /// # Errors
    /// 401 when it was used up before.
    pub async fn spend_alone(self, services: &Services, organisation: Id) -> Result<()> {
        services.db.write(move |conn| self.spend(conn, organisation)).await
    }
}
