//! `/v1/cases/{id}/referrals` and `/v1/referrals`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, Act, NewReferral, ReferralView};
use super::sharing::SharedClass;
use super::store::{self, Of, ReferralRow};
use crate::authz::action::may;
use crate::authz::policy::Role;
use crate::authz::{Authorized, Tx};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::estimates::audience::Precision;
use crate::http::answer::Versioned;
use crate::http::body::{Given, Valid};
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;
use crate::{cases, users};

/// `GET /v1/cases/{id}/referrals`
pub async fn list(
    auth: Authorized<may::ReferralList>,
    case_id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<ReferralView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, case_id.0)?;
        let keyset = Keyset::plain(tx, format!("referral.list {}", case_id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, Of::Case(case_id.0), &keyset)?;
        keyset.page(
            tx,
            rows,
            |(row, _)| (row.created_at, row.id),
            |tx, (row, name)| model::show(tx, &case.access, &row, &name),
        )
    })
    .await
}

/// What `POST /v1/cases/{id}/referrals` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferralIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// To whom: an active partner of your organisation.
    user_id: Id,
    /// What consent covers; the outline of the case always goes along.
    #[schema(min_items = 1, max_items = 6)]
    classes: Vec<SharedClass>,
    /// How finely it tells where somebody is: with the class `location_coarse` by `cell` if not said, or by `province`;
    /// with `location_precise` as precisely as it is known.
    #[serde(default)]
    precision: Option<Precision>,
    /// Until when: in the future, and at most 366 days from now.
    expires_at: Time,
    /// What to tell the partner. They read it before they have accepted.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `POST /v1/cases/{id}/referrals`
pub async fn create(
    auth: Authorized<may::ReferralCreate>,
    case_id: PathId,
    body: Valid<ReferralIn>,
) -> Result<Creation<ReferralView>> {
    let (ReferralIn { id, user_id, classes, precision, expires_at, note }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let case = cases::model::open_alone(tx, case_id.0)?;
        let id = ClientId::or_new(id, tx.now());
        tx.about(id);
        if classes.is_empty() || classes.len() > SharedClass::ALL.len() {
            return Err(Error::invalid("/classes", "must have 1 to 6 entries"));
        }
        let note = note.map(Prose::into_inner);
        let row = model::offer(tx, &case, NewReferral { id, user_id, classes, precision, expires_at, note })?;
        tx.note(format!("to {user_id}: {}", row.classes));
        let partner = users::store::find(&tx.scope, tx.conn, user_id)?;
        Ok(Created {
            location: None,
            version: Some(row.version),
            view: model::show(tx, &case.access, &row, &partner.name)?,
        })
    })
    .await
}

/// `GET /v1/referrals`
pub async fn mine(
    auth: Authorized<may::ReferralMine>,
    query: Query<PageQuery>,
) -> Result<Page<ReferralView>> {
    auth.read(move |tx| {
        let keyset = Keyset::plain(tx, "referral.mine", &query)?;
        let rows = store::list(&tx.scope, tx.conn, Of::Mine, &keyset)?;
        keyset.page(
            tx,
            rows,
            |(row, _)| (row.created_at, row.id),
            |tx, (row, name)| {
                let access = model::words_access(tx, &row)?;
                model::show(tx, &access, &row, &name)
            },
        )
    })
    .await
}

fn moved(tx: &mut Tx<'_, '_>, row: &ReferralRow) -> Result<Versioned<ReferralView>> {
    let access = model::words_access(tx, row)?;
    let partner = users::store::find(&tx.scope, tx.conn, row.user_id)?;
    Ok(Versioned { version: row.version, view: model::show(tx, &access, row, &partner.name)? })
}

/// `POST /v1/referrals/{id}/accept`
pub async fn accept(auth: Authorized<may::ReferralAccept>, id: PathId) -> Result<Versioned<ReferralView>> {
    auth.write(move |tx| {
        tx.about(id.0);
        let row = model::act(tx, id.0, Act::Accept, None)?;
        moved(tx, &row)
    })
    .await
}

/// What `POST /v1/referrals/{id}/return` takes; may be left out.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnIn {
    /// Why; both sides read it.
    #[serde(default)]
    reason: Option<Prose<2_000>>,
}

/// `POST /v1/referrals/{id}/return`
pub async fn give_back(
    auth: Authorized<may::ReferralReturn>,
    id: PathId,
    body: Given<ReturnIn>,
) -> Result<Versioned<ReferralView>> {
    let reason = body.0.reason.map(Prose::into_inner);
    auth.write(move |tx| {
        tx.about(id.0);
        let act = if tx.scope.role == Role::Partner { Act::Return } else { Act::Withdraw };
        let row = model::act(tx, id.0, act, reason)?;
        moved(tx, &row)
    })
    .await
}
