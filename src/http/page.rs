//! Keyset pages. A cursor is opaque, names a place in one list with one filter, and cannot be forged.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, de};
use subtle::ConstantTimeEq;
use utoipa::{IntoParams, ToSchema};

use crate::authz::Tx;
use crate::crypto::Secret;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::{Error, Result};
use crate::search::Found;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 200;

/// How many items a page has: 1 to 200, 50 if not said.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(value_type = u32, minimum = 1, maximum = 200, default = 50)]
pub struct Limit(i64);

impl Limit {
    /// What was asked for, or what is usual.
    pub fn or_usual(limit: Option<Self>) -> usize {
        limit.and_then(|limit| usize::try_from(limit.0).ok()).unwrap_or(DEFAULT_LIMIT as usize)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse()
            .ok()
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .map(Self)
            .ok_or_else(|| de::Error::custom(format!("must be a whole number from 1 to {MAX_LIMIT}")))
    }
}

/// The query of a list that has no filter.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<Limit>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Where a page begins and how long it is.
#[derive(Debug)]
pub struct Keyset {
    limit: i64,
    after: Option<(Time, Id)>,
    context: String,
}

impl Keyset {
    /// Reads `cursor`, which must have been made by the same list with the same `context` (sort and filter).
    ///
    /// # Errors
    /// 400 `invalid-cursor`.
    pub fn new(tx: &Tx<'_, '_>, context: String, limit: Option<Limit>, cursor: Option<&str>) -> Result<Self> {
        let key = tx.services.cursor_key()?;
        let after = cursor.map(|cursor| decode(&key, &context, cursor)).transpose()?;
        Ok(Self { limit: limit.map_or(DEFAULT_LIMIT, |limit| limit.0), after, context })
    }

    /// The first `limit` rows of a list, for what is no page.
    pub fn first(limit: i64) -> Self {
        // The window asks for one more than it shows.
        Self { limit: limit - 1, after: None, context: String::new() }
    }

    /// As [`Self::new`] for a list without filter; `context` names the list.
    ///
    /// # Errors
    /// 400 `invalid-cursor`.
    pub fn plain(tx: &Tx<'_, '_>, context: impl Into<String>, query: &PageQuery) -> Result<Self> {
        Self::new(tx, context.into(), query.limit, query.cursor.as_deref())
    }

    /// The rows to ask the database for: one more than are shown, to know whether there is a next page.
    pub fn window(&self, descending: bool) -> Window {
        Window { after: self.after, descending, limit: self.limit + 1 }
    }

    /// [`Self::window`] of a list that is always oldest first.
    pub fn ascending(&self) -> Window {
        self.window(false)
    }

    /// [`Self::window`] of a list that is always newest first.
    pub fn descending(&self) -> Window {
        self.window(true)
    }

    /// Cuts the extra row off, makes views and the cursor of the next page.
    ///
    /// # Errors
    /// What `view` says.
    pub fn page<R, V>(
        &self,
        tx: &mut Tx<'_, '_>,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> (Time, Id),
        mut view: impl FnMut(&mut Tx<'_, '_>, R) -> Result<V>,
    ) -> Result<Page<V>> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let secret = tx.services.cursor_key()?;
        let next_cursor = rows.last().filter(|_| more).map(|row| encode(&secret, &self.context, key(row)));
        let items = rows.into_iter().map(|row| view(tx, row)).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor })
    }

    /// As [`Self::page`] for what a search found: if it gave up before the page was full, the next page goes on from there.
    ///
    /// # Errors
    /// What `view` says.
    pub fn found<R, V>(
        &self,
        tx: &mut Tx<'_, '_>,
        found: Found<R>,
        key: impl Fn(&R) -> (Time, Id),
        mut view: impl FnMut(&mut Tx<'_, '_>, R) -> Result<V>,
    ) -> Result<Page<V>> {
        let Some(stopped_at) = found.stopped_at else {
            return self.page(tx, found.rows, key, view);
        };
        let next_cursor = Some(encode(&tx.services.cursor_key()?, &self.context, stopped_at));
        let items = found.rows.into_iter().map(|row| view(tx, row)).collect::<Result<_>>()?;
        Ok(Page { items, next_cursor })
    }
}

const KEY_BYTES: usize = 24;
const TAG_BYTES: usize = 8;

fn tag(key: &Secret, context: &str, place: &[u8]) -> Vec<u8> {
    key.mac(&[context.as_bytes(), place])[..TAG_BYTES].to_vec()
}

fn encode(key: &Secret, context: &str, (at, id): (Time, Id)) -> String {
    let mut bytes = at.as_micros().to_be_bytes().to_vec();
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend(tag(key, context, &bytes));
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(key: &Secret, context: &str, cursor: &str) -> Result<(Time, Id)> {
    let parsed = || {
        let bytes =
            URL_SAFE_NO_PAD.decode(cursor).ok().filter(|bytes| bytes.len() == KEY_BYTES + TAG_BYTES)?;
        let (place, sent) = bytes.split_at(KEY_BYTES);
        bool::from(tag(key, context, place).ct_eq(sent)).then_some(())?;
        let micros = i64::from_be_bytes(place[..8].try_into().ok()?);
        Some((Time::from_micros(micros), Id::from_slice(&place[8..])?))
    };
    parsed().ok_or_else(|| {
        Error::bad_request(
            "invalid-cursor",
            "The cursor does not belong to this list with these filters. Start again without it.",
        )
    })
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<V> {
    /// The rows, in the order of the list.
    pub items: Vec<V>,
    /// Send it as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl<V: Serialize> Responder for Page<V> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &self.next_cursor {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
                if name != "cursor" {
                    query.append_pair(&name, &value);
                }
            }
            query.append_pair("cursor", cursor);
            response.insert_header((
                header::LINK,
                format!("<{}?{}>; rel=\"next\"", request.path(), query.finish()),
            ));
        }
        response.json(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cursors_come_back(micros in any::<i32>(), bytes in any::<[u8; 16]>(), context in ".{0,20}") {
            let key = Secret::from_slice(&[7; 32]).unwrap();
            let place = (Time::from_micros(i64::from(micros)), Id::from_slice(&bytes).unwrap());
            let cursor = encode(&key, &context, place);
            prop_assert_eq!(decode(&key, &context, &cursor).unwrap(), place);
            let other = format!("{context}x");
            prop_assert!(decode(&key, &other, &cursor).is_err());
        }

        #[test]
        fn nothing_else_is_a_cursor(text in ".{0,60}") {
            let key = Secret::from_slice(&[7; 32]).unwrap();
            prop_assert!(decode(&key, "list", &text).is_err());
        }
    }
}
