//! `Idempotency-Key`: a POST that was sent twice, on a bad link, has one effect and one answer.
//!
//! The key is reserved, and the answer stored sealed, in the transaction of the effect itself. Of two copies that
//! race, the second waits for the first and then gets its answer. A key belongs to one user.

pub mod once;
pub mod store;

use std::marker::PhantomData;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use serde::{Deserialize, Serialize};

use super::answer::{etag, version_of};
use crate::authz::{Authorized, Class, Grants, Permission, Tx};
use crate::crypto::Field;
use crate::crypto::secret::sha256;
use crate::error::{Error, Result};

/// How long an answer can be replayed.
pub const KEPT_HOURS: i64 = 48;

/// What a POST that creates gives back from its closure.
#[derive(Debug)]
pub struct Created<V> {
    /// Path of the new row, if it can be read by itself.
    pub location: Option<String>,
    /// Its version, if it can be updated.
    pub version: Option<i64>,
    /// What is shown.
    pub view: V,
}

/// An answer as it was first given: 201, its headers and its bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

const RESPONSE: Field<Stored> = Field::new("idempotency_keys.response", Class::Outline);

/// The answer of a POST that creates.
#[derive(Debug)]
pub struct Creation<V> {
    stored: Stored,
    replayed: bool,
    view: PhantomData<V>,
}

impl<V> Creation<V> {
    /// The version of what was created, if it has one, and the body.
    pub fn into_parts(self) -> (Option<i64>, String) {
        let version = self.stored.etag.as_deref().and_then(version_of);
        (version, self.stored.body)
    }

    /// Whether this answers a copy of an earlier request.
    pub fn is_replayed(&self) -> bool {
        self.replayed
    }
}

impl<V> Responder for Creation<V> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Created();
        if let Some(location) = self.stored.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = self.stored.etag {
            response.insert_header((header::ETAG, etag));
        }
        if self.replayed {
            response.insert_header(("idempotency-replayed", "true"));
        }
        response.content_type("application/json").body(self.stored.body)
    }
}

struct Key {
    key_hash: [u8; 32],
    request_hash: [u8; 32],
}

impl<A: Permission> Authorized<A> {
    /// As [`Self::write`], for a POST that creates: honours `Idempotency-Key`. `digest` is of the body.
    ///
    /// # Errors
    /// As [`Self::write`]; 422 `idempotency-key-reused` when the key came before with another request.
    pub async fn create<V, F>(self, digest: [u8; 32], work: F) -> Result<Creation<V>>
    where
        V: Serialize + Send + 'static,
        F: FnOnce(&mut Tx<'_, '_>) -> Result<Created<V>> + Send + 'static,
    {
        let key = self.idempotency_key.as_deref().map(|key| self.key(key, digest)).transpose()?;
        self.write(move |tx| {
            let Some(key) = key else { return fresh(work(tx)?) };
            if store::reserve(&tx.scope, tx.conn, &key)? {
                let creation = fresh(work(tx)?)?;
                let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
                let sealed = access.seal(&RESPONSE, tx.scope.user_id, &creation.stored)?;
                store::complete(&tx.scope, tx.conn, &key, sealed, tx.owner())?;
                return Ok(creation);
            }
            let (request_hash, sealed) = store::find(&tx.scope, tx.conn, &key)?;
            if request_hash != key.request_hash {
                return Err(reused());
            }
            let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
            let stored = access
                .open(&RESPONSE, tx.scope.user_id, &sealed)?
                .ok_or_else(|| Error::internal("a stored answer cannot be opened"))?;
            tx.note("replayed by Idempotency-Key");
            Ok(Creation { stored, replayed: true, view: PhantomData })
        })
        .await
    }

    /// Whether this is a copy of a request that was answered, which [`Self::create`] will repeat; for what takes long and
    /// is begun before that.
    ///
    /// # Errors
    /// 422 `idempotency-key-reused` when the key came before with another request.
    pub async fn is_answered(&self, digest: [u8; 32]) -> Result<bool> {
        let Some(key) = self.idempotency_key.as_deref() else { return Ok(false) };
        let key = self.key(key, digest)?;
        self.prepare(move |tx| match store::find(&tx.scope, tx.conn, &key) {
            Ok((request_hash, _)) if request_hash == key.request_hash => Ok(true),
            Ok(_) => Err(reused()),
            Err(error) if error.code() == "not-found" => Ok(false),
            Err(error) => Err(error),
        })
        .await
    }

    /// What names this request among those of its caller; none without an `Idempotency-Key`.
    pub fn request_key(&self, digest: [u8; 32]) -> Option<[u8; 32]> {
        let key = self.key(self.idempotency_key.as_deref()?, digest).ok()?;
        Some(sha256(&[key.key_hash, key.request_hash].concat()))
    }

    fn key(&self, key: &str, digest: [u8; 32]) -> Result<Key> {
        if key.is_empty() || key.len() > 255 {
            return Err(Error::bad_request(
                "invalid-idempotency-key",
                "Idempotency-Key must have 1 to 255 characters, such as a UUID.",
            ));
        }
        let request = [A::ACTION.as_str().as_bytes(), b"\0", self.target.as_bytes(), b"\0", &digest].concat();
        Ok(Key { key_hash: sha256(key.as_bytes()), request_hash: sha256(&request) })
    }
}

fn reused() -> Error {
    Error::unprocessable(
        "idempotency-key-reused",
        "This Idempotency-Key came before with another request. Use a new key for a new request.",
    )
}

fn fresh<V: Serialize>(created: Created<V>) -> Result<Creation<V>> {
    let body = serde_json::to_string(&created.view)
        .map_err(|error| Error::internal(format!("an answer cannot be serialised: {error}")))?;
    let stored = Stored { location: created.location, etag: created.version.map(etag), body };
    Ok(Creation { stored, replayed: false, view: PhantomData })
}
