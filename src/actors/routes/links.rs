//! `/v1/sites/{id}/actors`, `/v1/actors/{id}/sites` and `/v1/site-actors`

use serde::Deserialize;
use utoipa::ToSchema;

use crate::actors::links::{LinkView, NOTE, RETRACTION, Relation, SOURCE_LABEL, check_span, show};
use crate::actors::model;
use crate::actors::store::{self, LinkRow, Linked, Of};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::clues::model::Reliability;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::Credibility;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;
use crate::observations::routes::RetractionIn;
use crate::observations::witness::WitnessIn;
use crate::sites;

fn page(tx: &mut Tx<'_, '_>, of: Of, query: &PageQuery) -> Result<Page<LinkView>> {
    let keyset = Keyset::plain(tx, format!("site_actor.list {of:?}"), query)?;
    let access = model::access(tx)?;
    let rows = store::links(&tx.scope, tx.conn, of, keyset.descending())?;
    let place = |(link, _, _): &Linked| (link.recorded_at, link.id);
    keyset.page(tx, rows, place, |_, linked| show(&access, &linked))
}

/// `GET /v1/sites/{id}/actors`
pub async fn of_site(
    auth: Authorized<may::SiteActorList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<LinkView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let site = sites::store::find(&tx.scope, tx.conn, id.0)?;
        page(tx, Of::Site(site.id), &query)
    })
    .await
}

/// `GET /v1/actors/{id}/sites`
pub async fn of_actor(
    auth: Authorized<may::ActorSites>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<LinkView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let actor = store::find(&tx.scope, tx.conn, id.0)?;
        page(tx, Of::Actor(actor.id), &query)
    })
    .await
}

/// What `POST /v1/sites/{id}/actors` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// Which actor.
    actor_id: Id,
    /// What it is to the site.
    relation: Relation,
    /// Since when, if that is known.
    #[serde(default)]
    from: Option<Time>,
    /// Until when, if it is over.
    #[serde(default)]
    until: Option<Time>,
    /// Whose word it is.
    source: WitnessIn,
    /// The grade of the source.
    reliability: Reliability,
    /// The grade of the information.
    credibility: Credibility,
    /// A remark.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `POST /v1/sites/{id}/actors`
pub async fn create(
    auth: Authorized<may::SiteActorCreate>,
    id: PathId,
    body: Valid<LinkIn>,
) -> Result<Creation<LinkView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let site = sites::store::find(&tx.scope, tx.conn, id.0)?;
        let LinkIn { id, actor_id, relation, from, until, source, reliability, credibility, note } = body;
        check_span(from, until)?;
        if !store::exists(&tx.scope, tx.conn, actor_id)? {
            return Err(Error::invalid("/actor_id", "is no actor of your organisation"));
        }
        let source = source.checked(tx)?;
        let id = ClientId::or_new(id, tx.now());
        tx.about(id);
        tx.note(format!("of site {}", site.id));
        let access = model::access(tx)?;
        let row = LinkRow {
            organisation_id: tx.scope.organisation_id,
            id,
            site_id: site.id,
            actor_id,
            relation,
            from_at: from,
            until_at: until,
            recorded_at: tx.now(),
            author_id: tx.scope.user_id,
            source_kind: source.kind,
            source_ref: source.report_id,
            source_label: access.seal_opt(&SOURCE_LABEL, id, source.label.as_ref())?,
            reliability,
            credibility: credibility.get(),
            note: access.seal_opt(&NOTE, id, note.map(Prose::into_inner).as_ref())?,
            retracted_at: None,
            retracted_by: None,
            retraction: None,
        };
        store::insert_link(tx.conn, &row)?;
        let linked = store::link(&tx.scope, tx.conn, id)?;
        Ok(Created { location: None, version: None, view: show(&access, &linked)? })
    })
    .await
}

/// Until when it was so.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndIn {
    /// Until when.
    until: Time,
}

/// `POST /v1/site-actors/{id}/end`
pub async fn end(
    auth: Authorized<may::SiteActorEnd>,
    id: PathId,
    body: Valid<EndIn>,
) -> Result<Json<LinkView>> {
    let EndIn { until } = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let (link, _, _) = store::link(&tx.scope, tx.conn, id.0)?;
        check_span(link.from_at, Some(until))?;
        if !store::end(&tx.scope, tx.conn, link.id, until)? {
            return Err(Error::conflict("already-ended", "It was ended or retracted before."));
        }
        shown(tx, link.id)
    })
    .await
}

/// `POST /v1/site-actors/{id}/retract`
pub async fn retract(
    auth: Authorized<may::SiteActorRetract>,
    id: PathId,
    body: Valid<RetractionIn>,
) -> Result<Json<LinkView>> {
    let reason = body.into_inner().reason.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let (link, _, _) = store::link(&tx.scope, tx.conn, id.0)?;
        let sealed = model::access(tx)?.seal(&RETRACTION, link.id, &reason)?;
        if !store::retract(&tx.scope, tx.conn, link.id, &sealed)? {
            return Err(Error::conflict("already-retracted", "It was retracted before."));
        }
        shown(tx, link.id)
    })
    .await
}

fn shown(tx: &mut Tx<'_, '_>, id: Id) -> Result<Json<LinkView>> {
    let access = model::access(tx)?;
    let linked = store::link(&tx.scope, tx.conn, id)?;
    Ok(Json(show(&access, &linked)?))
}
