//! `/v1/actors`

pub mod links;

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{self, ActorKind, ActorView, COUNTRY, IDENTIFIERS, Identifier, NAMES, NOTE};
use super::store::{self, ActorRow};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::patch::Patch;
use crate::http::text::{self, Country, Line, Prose};
use crate::search::{Found, Words};

/// The most names, and the most identifiers, of an actor.
const MOST: usize = 30;

/// The query of `GET /v1/actors`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActorQuery {
    /// `person`, `company`, `group` or `official`; several separated by commas.
    kind: Option<String>,
    /// Words that must all occur in the names and identifiers of an actor.
    #[param(value_type = Option<String>, min_length = 1, max_length = 200)]
    q: Option<Line<200>>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before. A page of a search may be short, even empty, and still have one.
    cursor: Option<String>,
}

/// `GET /v1/actors`
pub async fn list(auth: Authorized<may::ActorList>, query: Query<ActorQuery>) -> Result<Page<ActorView>> {
    let Query(ActorQuery { kind, q, limit, cursor }) = query;
    auth.read(move |tx| {
        let kinds: Vec<ActorKind> = word_list("kind", kind.as_deref())?;
        // The words are part of what the cursor is bound to; they are hashed there and go nowhere else.
        let sought = q.as_ref().map_or("", Line::as_str);
        let keyset = Keyset::new(tx, format!("actor.list {kinds:?} {sought}"), limit, cursor.as_deref())?;
        let access = model::access(tx)?;
        let found = if let Some(q) = &q {
            tx.note("search");
            model::search(tx, &access, &kinds, &Words::parse(q.as_str())?, keyset.descending())?
        } else {
            Found::all(store::list(&tx.scope, tx.conn, &kinds, keyset.descending())?)
        };
        keyset.found(tx, found, ActorRow::place_in_list, |_, row| model::show(&access, &row))
    })
    .await
}

/// What `POST /v1/actors` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// What kind of actor it is.
    kind: ActorKind,
    /// What it is called, the name to show first; one at least.
    #[schema(min_items = 1, max_items = 30)]
    names: Vec<Line<200>>,
    /// By what it is known beside its names.
    #[serde(default)]
    #[schema(max_items = 30)]
    identifiers: Vec<Identifier>,
    /// In which country it is at home.
    #[serde(default)]
    country: Option<Country>,
    /// A remark.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

fn names(names: Vec<Line<200>>) -> Result<Vec<String>> {
    if names.is_empty() {
        return Err(Error::invalid("/names", "must hold a name"));
    }
    text::list("/names", names, MOST, Line::into_inner)
}

fn identifiers(identifiers: Vec<Identifier>) -> Result<Vec<Identifier>> {
    text::list("/identifiers", identifiers, MOST, std::convert::identity)
}

/// `POST /v1/actors`
pub async fn create(auth: Authorized<may::ActorCreate>, body: Valid<ActorIn>) -> Result<Creation<ActorView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let ActorIn { id, kind, names: called, identifiers: known_by, country, note } = body;
        let now = tx.now();
        let id = ClientId::or_new(id, now);
        tx.about(id);
        let access = model::access(tx)?;
        let row = ActorRow {
            organisation_id: tx.scope.organisation_id,
            id,
            kind,
            names: access.seal(&NAMES, id, &names(called)?)?,
            identifiers: access.seal(&IDENTIFIERS, id, &identifiers(known_by)?)?,
            country: access.seal_opt(&COUNTRY, id, country.map(Country::into_inner).as_ref())?,
            note: access.seal_opt(&NOTE, id, note.map(Prose::into_inner).as_ref())?,
            created_by: tx.scope.user_id,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        store::insert(tx.conn, &row)?;
        Ok(Created {
            location: Some(format!("/v1/actors/{id}")),
            version: Some(row.version),
            view: model::show(&access, &row)?,
        })
    })
    .await
}

/// `GET /v1/actors/{id}`
pub async fn show(auth: Authorized<may::ActorShow>, id: PathId) -> Result<Versioned<ActorView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let access = model::access(tx)?;
        Ok(Versioned { version: row.version, view: model::show(&access, &row)? })
    })
    .await
}

/// What `PATCH /v1/actors/{id}` takes: absent leaves, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorPatch {
    /// What kind of actor it is.
    #[serde(default)]
    kind: Option<ActorKind>,
    /// What it is called, the name to show first; one at least.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 30)]
    names: Option<Vec<Line<200>>>,
    /// By what it is known beside its names.
    #[serde(default)]
    #[schema(max_items = 30)]
    identifiers: Option<Vec<Identifier>>,
    /// In which country it is at home.
    #[serde(default)]
    #[schema(value_type = Option<Country>)]
    country: Patch<Country>,
    /// A remark.
    #[serde(default)]
    #[schema(value_type = Option<Prose<5_000>>)]
    note: Patch<Prose<5_000>>,
}

/// `PATCH /v1/actors/{id}`
pub async fn update(
    auth: Authorized<may::ActorUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<ActorPatch>,
) -> Result<Versioned<ActorView>> {
    let patch = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let mut row = store::find(&tx.scope, tx.conn, id.0)?;
        if_match.check(row.version)?;
        let access = model::access(tx)?;
        let ActorPatch { kind, names: called, identifiers: known_by, country, note } = patch;
        row.kind = kind.unwrap_or(row.kind);
        if let Some(called) = called {
            row.names = access.seal(&NAMES, row.id, &names(called)?)?;
        }
        if let Some(known_by) = known_by {
            row.identifiers = access.seal(&IDENTIFIERS, row.id, &identifiers(known_by)?)?;
        }
        row.country = match country {
            Patch::Leave => row.country,
            Patch::Clear => None,
            Patch::Set(country) => Some(access.seal(&COUNTRY, row.id, &country.into_inner())?),
        };
        row.note = match note {
            Patch::Leave => row.note,
            Patch::Clear => None,
            Patch::Set(note) => Some(access.seal(&NOTE, row.id, &note.into_inner())?),
        };
        store::update(&tx.scope, tx.conn, &row)?;
        let row = store::find(&tx.scope, tx.conn, row.id)?;
        Ok(Versioned { version: row.version, view: model::show(&access, &row)? })
    })
    .await
}
