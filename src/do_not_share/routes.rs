//! `/v1/cases/{id}/do-not-share` and `/v1/sites/{id}/do-not-share`

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{self, Entry, EntryView, PartyKind};
use super::store::{self, Owner};
use crate::authz::action::may;
use crate::authz::{Authorized, Permission};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent};
use crate::http::body::Valid;
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{PathId, PathIds, Query};
use crate::http::text::{Line, Prose};

crate::words! {
    /// What is listed beside the entries that hold.
    pub enum Beside {
        /// Those that were removed, with the reason.
        Removed = "removed",
    }
}

/// The query of `GET /v1/cases/{id}/do-not-share`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    /// `removed` to list entries too that no longer hold.
    #[param(inline)]
    include: Option<Beside>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What `PUT /v1/cases/{id}/do-not-share/{entry_id}` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryIn {
    /// What the party is called: the name of an organisation, of a person, or of an office.
    party: Line<200>,
    /// What kind of party it is.
    kind: PartyKind,
    /// Why it must not know.
    reason: Prose<2_000>,
}

/// An entry that was made, and what followed.
#[derive(Serialize, ToSchema)]
pub struct EntryMade {
    #[serde(flatten)]
    entry: EntryView,
    /// The referrals that ended by it.
    ended_referral_ids: Vec<Id>,
    /// Live referrals to partners of whom nobody has said where they belong.
    unchecked_referral_ids: Vec<Id>,
}

/// What `DELETE /v1/cases/{id}/do-not-share/{entry_id}` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemovalIn {
    /// Why it no longer holds; it stays on record.
    reason: Prose<2_000>,
}

async fn list<A: Permission>(
    auth: Authorized<A>,
    owner: Owner,
    query: EntryQuery,
) -> Result<Page<EntryView>> {
    auth.read(move |tx| {
        let access = model::open(tx, owner, false)?;
        let EntryQuery { include, limit, cursor } = query;
        let context = format!("do_not_share.list {owner:?} {include:?}");
        let keyset = Keyset::new(tx, context, limit, cursor.as_deref())?;
        let rows = store::list(&tx.scope, tx.conn, owner, include.is_some(), &keyset)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), |_, row| model::show(&access, &row))
    })
    .await
}

async fn put<A: Permission>(
    auth: Authorized<A>,
    owner: Owner,
    id: Id,
    body: EntryIn,
) -> Result<Json<EntryMade>> {
    let EntryIn { party, kind, reason } = body;
    let entry = Entry { party: party.into_inner(), kind, reason: reason.into_inner(), removal: None };
    auth.write(move |tx| {
        tx.about(id);
        let access = model::open(tx, owner, true)?;
        if !id.is_v7() {
            return Err(Error::invalid("entry_id", "must be a UUID of version 7"));
        }
        let (row, ended) = model::put(tx, (owner, &access), id, &entry)?;
        Ok(Json(EntryMade {
            entry: model::show(&access, &row)?,
            ended_referral_ids: ended.ended,
            unchecked_referral_ids: ended.unchecked,
        }))
    })
    .await
}

async fn remove<A: Permission>(
    auth: Authorized<A>,
    owner: Owner,
    id: Id,
    body: RemovalIn,
) -> Result<NoContent> {
    auth.write(move |tx| {
        tx.about(id);
        let access = model::open(tx, owner, true)?;
        model::remove(tx, (owner, &access), id, body.reason.into_inner())?;
        Ok(NoContent)
    })
    .await
}

macro_rules! lists {
    ($($owner:ident, $path:literal: $list:ident = $listed:ident, $put:ident = $made:ident, $remove:ident = $removed:ident;)+) => {
        $(
            #[doc = concat!("`GET ", $path, "`")]
            pub async fn $list(
                auth: Authorized<may::$listed>,
                id: PathId,
                query: Query<EntryQuery>,
            ) -> Result<Page<EntryView>> {
                list(auth, Owner::$owner(id.0), query.0).await
            }

            #[doc = concat!("`PUT ", $path, "/{entry_id}`")]
            pub async fn $put(
                auth: Authorized<may::$made>,
                ids: PathIds,
                body: Valid<EntryIn>,
            ) -> Result<Json<EntryMade>> {
                put(auth, Owner::$owner(ids.0), ids.1, body.into_inner()).await
            }

            #[doc = concat!("`DELETE ", $path, "/{entry_id}`")]
            pub async fn $remove(
                auth: Authorized<may::$removed>,
                ids: PathIds,
                body: Valid<RemovalIn>,
            ) -> Result<NoContent> {
                remove(auth, Owner::$owner(ids.0), ids.1, body.into_inner()).await
            }
        )+
    };
}

lists! {
    Case, "/v1/cases/{id}/do-not-share":
        list_of_case = DoNotShareList, put_on_case = DoNotSharePut, remove_from_case = DoNotShareEnd;
    Site, "/v1/sites/{id}/do-not-share":
        list_of_site = SiteDoNotShareList, put_on_site = SiteDoNotSharePut, remove_from_site = SiteDoNotShareEnd;
}
