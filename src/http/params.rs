//! Path and query parameters, with errors that name them.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer};

use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// The `{id}` of a path. What is no id is as absent as an unknown one.
#[derive(Debug, Clone, Copy)]
pub struct PathId(pub Id);

/// The two ids of a path such as `/cases/{id}/assignments/{user_id}`.
#[derive(Debug, Clone, Copy)]
pub struct PathIds(pub Id, pub Id);

/// The id and the word of a path such as `/operations/{id}/gates/{gate}/waiver`. A word that is not known is as absent
/// as an unknown id.
#[derive(Debug, Clone, Copy)]
pub struct PathWord<W>(pub Id, pub W);

impl<W: FromStr> FromRequest for PathWord<W> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parts = request.match_info().iter().map(|(_, text)| text);
        let id = parts.next().and_then(|text| text.parse().ok());
        let word = parts.next().and_then(|text| text.parse().ok());
        ready(id.zip(word).map(|(id, word)| Self(id, word)).ok_or_else(Error::not_found))
    }
}

/// The `{seq}` of a path: a place in a log. What is no number is as absent as one that is too large.
#[derive(Debug, Clone, Copy)]
pub struct PathSeq(pub u64);

impl FromRequest for PathSeq {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seq = request.match_info().get("seq").and_then(|text| text.parse().ok());
        ready(seq.map(Self).ok_or_else(Error::not_found))
    }
}

/// The `{token}` of a path: a secret, so it has no `Debug`.
pub struct PathToken(pub String);

impl FromRequest for PathToken {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = request.match_info().get("token").map(|token| Self(token.to_owned()));
        ready(token.ok_or_else(Error::not_found))
    }
}

fn ids(request: &HttpRequest) -> Vec<Option<Id>> {
    request.match_info().iter().map(|(_, text)| text.parse().ok()).collect()
}

impl FromRequest for PathId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match ids(request)[..] {
            [Some(id)] => Ok(Self(id)),
            _ => Err(Error::not_found()),
        })
    }
}

impl FromRequest for PathIds {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match ids(request)[..] {
            [Some(first), Some(second)] => Ok(Self(first, second)),
            _ => Err(Error::not_found()),
        })
    }
}

/// The optional `id` of a body: a UUIDv7 that the client made while it was offline.
#[derive(Debug, Clone, Copy, utoipa::ToSchema)]
#[schema(value_type = uuid::Uuid)]
pub struct ClientId(Id);

impl ClientId {
    /// The client's id, or a new one.
    pub fn or_new(id: Option<Self>, now: Time) -> Id {
        id.map_or_else(|| Id::at(now), |id| id.0)
    }

    /// The id.
    pub fn get(self) -> Id {
        self.0
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Id::deserialize(deserializer)?;
        if id.is_v7() { Ok(Self(id)) } else { Err(de::Error::custom("must be a UUID of version 7")) }
    }
}

/// `Prefer` (RFC 7240): what the client would rather have.
#[derive(Debug, Clone, Copy)]
pub struct Prefer {
    /// `respond-async`: to be answered before long work is done.
    pub respond_async: bool,
    /// `return=minimal`: not to be shown what it has just sent.
    pub return_minimal: bool,
}

impl FromRequest for Prefer {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let prefers = |preference: &str| {
            let values = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(preference))
        };
        ready(Ok(Self { respond_async: prefers("respond-async"), return_minimal: prefers("return=minimal") }))
    }
}

/// The query string as `T`, which should deny unknown fields.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let deserializer =
            serde_urlencoded::Deserializer::new(form_urlencoded::parse(request.query_string().as_bytes()));
        ready(serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| {
            let pointer = error.path().to_string();
            // `.` stands for the whole: an unknown or doubled parameter, which the message names.
            let pointer = if pointer == "." { String::new() } else { pointer };
            Error::invalid(pointer, super::body::explain(&error.into_inner().to_string()))
        }))
    }
}

/// The words of a query parameter such as `status=active,located`, each once.
///
/// # Errors
/// 422 on `name` for a word that is not known.
pub fn word_list<T: FromStr<Err = String> + PartialEq>(name: &str, text: Option<&str>) -> Result<Vec<T>> {
    let mut words = Vec::new();
    for word in text.into_iter().flat_map(|text| text.split(',')) {
        let word = word.trim().parse().map_err(|detail| Error::invalid(name, detail))?;
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Ok(words)
}
