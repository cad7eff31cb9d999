//! Actors and their links to sites, in the database.

use diesel::prelude::*;

use super::links::Relation;
use super::model::{ActorKind, Identifier};
use crate::authz::Scope;
use crate::clues::model::Reliability;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, within};
use crate::error::{Error, Result};
use crate::observations::witness::WitnessKind;
use crate::on;
use crate::schema::{actors, site_actors, sites};
use crate::sites::model::SiteNames;

/// Links of one site that a paper on it holds.
const MOST_OF_A_SITE: i64 = 1_000;

/// An actor row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = actors, treat_none_as_default_value = false)]
pub struct ActorRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// Sealed names.
    pub names: Sealed<Vec<String>>,
    /// Sealed identifiers.
    pub identifiers: Sealed<Vec<Identifier>>,
    /// Sealed country.
    pub country: Option<Sealed<String>>,
    /// Sealed remark.
    pub note: Option<Sealed<String>>,
    /// Who added it.
    pub created_by: Id,
    /// When it was added (UTC).
    pub created_at: Time,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

impl ActorRow {
    /// Its place in the list.
    pub(super) fn place_in_list(&self) -> (Time, Id) {
        (self.updated_at, self.id)
    }
}

/// An actor of the caller's organisation.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ActorRow> {
    Ok(on!(conn, c => actors::table
        .filter(actors::organisation_id.eq(scope.organisation_id))
        .filter(actors::id.eq(id))
        .select(ActorRow::as_select())
        .first(c))?)
}

/// Whether the caller's organisation has this actor.
pub(super) fn exists(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => actors::table
        .filter(actors::organisation_id.eq(scope.organisation_id))
        .filter(actors::id.eq(id))
        .select(actors::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The actors in a window, by when they last changed; only some kinds if any are given.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    kinds: &[ActorKind],
    window: Window,
) -> Result<Vec<ActorRow>> {
    Ok(on!(conn, c => {
        let mut query = actors::table
            .filter(actors::organisation_id.eq(scope.organisation_id))
            .select(ActorRow::as_select())
            .into_boxed::<Backend>();
        if !kinds.is_empty() {
            query = query.filter(actors::kind.eq_any(kinds));
        }
        within!(query, window, actors::updated_at, actors::id).load(c)
    })?)
}

/// Stores a new actor.
pub(super) fn insert(conn: &mut Conn<'_>, row: &ActorRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(actors::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &ActorRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let ActorRow {
        organisation_id: _,
        id,
        kind,
        names,
        identifiers,
        country,
        note,
        created_by: _,
        created_at: _,
        updated_at: _,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(actors::table
            .filter(actors::organisation_id.eq(scope.organisation_id))
            .filter(actors::id.eq(id))
            .filter(actors::version.eq(version)))
        .set((
            actors::kind.eq(kind),
            actors::names.eq(names),
            actors::identifiers.eq(identifiers),
            actors::country.eq(country.as_ref()),
            actors::note.eq(note.as_ref()),
            actors::updated_at.eq(scope.now),
            actors::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}

/// A link row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = site_actors, treat_none_as_default_value = false)]
pub struct LinkRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Which site.
    pub site_id: Id,
    /// Which actor.
    pub actor_id: Id,
    /// What the actor is to the site.
    pub relation: Relation,
    /// Since when (UTC).
    pub from_at: Option<Time>,
    /// Until when (UTC).
    pub until_at: Option<Time>,
    /// When it was written down (UTC).
    pub recorded_at: Time,
    /// Who wrote it down.
    pub author_id: Id,
    /// Whose word it is.
    pub source_kind: WitnessKind,
    /// The report it comes from.
    pub source_ref: Option<Id>,
    /// Sealed words on the source.
    pub source_label: Option<Sealed<String>>,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information, 1 to 6.
    pub credibility: i32,
    /// Sealed remark.
    pub note: Option<Sealed<String>>,
    /// When it was retracted (UTC).
    pub retracted_at: Option<Time>,
    /// By whom.
    pub retracted_by: Option<Id>,
    /// Sealed reason of that.
    pub retraction: Option<Sealed<String>>,
}

/// A link with both of its ends.
pub type Linked = (LinkRow, ActorRow, Sealed<SiteNames>);

/// Which links.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// Those of a site.
    Site(Id),
    /// Those of an actor.
    Actor(Id),
    /// This one.
    Link(Id),
}

/// The links in a window, by when they were written down.
pub(super) fn links(scope: &Scope, conn: &mut Conn<'_>, of: Of, window: Window) -> Result<Vec<Linked>> {
    Ok(on!(conn, c => {
        let mut query = site_actors::table
            .inner_join(actors::table.on(actors::organisation_id
                .eq(site_actors::organisation_id)
                .and(actors::id.eq(site_actors::actor_id))))
            .inner_join(sites::table.on(sites::organisation_id
                .eq(site_actors::organisation_id)
                .and(sites::id.eq(site_actors::site_id))))
            .filter(site_actors::organisation_id.eq(scope.organisation_id))
            .select((LinkRow::as_select(), ActorRow::as_select(), sites::names))
            .into_boxed::<Backend>();
        query = match of {
            Of::Site(id) => query.filter(site_actors::site_id.eq(id)),
            Of::Actor(id) => query.filter(site_actors::actor_id.eq(id)),
            Of::Link(id) => query.filter(site_actors::id.eq(id)),
        };
        within!(query, window, site_actors::recorded_at, site_actors::id).load(c)
    })?)
}

/// One link.
///
/// # Errors
/// 404.
pub(super) fn link(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Linked> {
    let only = Window { after: None, descending: false, limit: 1 };
    links(scope, conn, Of::Link(id), only)?.pop().ok_or_else(Error::not_found)
}

/// The links of a site that stand, oldest first; as many as a paper on it holds.
///
/// # Errors
/// Of the database.
pub fn of_site(scope: &Scope, conn: &mut Conn<'_>, site_id: Id) -> Result<Vec<Linked>> {
    let all = Window { after: None, descending: false, limit: MOST_OF_A_SITE };
    let mut linked = links(scope, conn, Of::Site(site_id), all)?;
    linked.retain(|(link, _, _)| link.retracted_at.is_none());
    Ok(linked)
}

/// Stores a new link.
pub(super) fn insert_link(conn: &mut Conn<'_>, row: &LinkRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(site_actors::table).values(row).execute(c))?;
    Ok(())
}

/// Writes down until when a link held; false when that is written down already, or the link is retracted.
pub(super) fn end(scope: &Scope, conn: &mut Conn<'_>, id: Id, until: Time) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(site_actors::table
            .filter(site_actors::organisation_id.eq(scope.organisation_id))
            .filter(site_actors::id.eq(id))
            .filter(site_actors::until_at.is_null())
            .filter(site_actors::retracted_at.is_null()))
        .set(site_actors::until_at.eq(Some(until)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Writes down that a link is retracted; false when it was before.
pub(super) fn retract(scope: &Scope, conn: &mut Conn<'_>, id: Id, reason: &Sealed<String>) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(site_actors::table
            .filter(site_actors::organisation_id.eq(scope.organisation_id))
            .filter(site_actors::id.eq(id))
            .filter(site_actors::retracted_at.is_null()))
        .set((
            site_actors::retracted_at.eq(Some(scope.now)),
            site_actors::retracted_by.eq(Some(scope.user_id)),
            site_actors::retraction.eq(Some(reason)),
        ))
        .execute(c))?;
    Ok(changed == 1)
}
