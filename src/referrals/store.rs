//! Referrals in the database.

use diesel::prelude::*;

use super::model::{ReferralStatus, Words};
use super::sharing::union;
use crate::authz::{Grants, Scope};
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::estimates::audience::Precision;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{referrals, users};

/// A referral row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = referrals, treat_none_as_default_value = false)]
pub struct ReferralRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Which case.
    pub case_id: Id,
    /// To whom.
    pub user_id: Id,
    /// What it opens beside the outline: names of classes with commas.
    pub classes: String,
    /// Where it stands.
    pub status: ReferralStatus,
    /// Sealed words that go with it.
    pub note: Sealed<Words>,
    /// Who offered it.
    pub created_by: Id,
    /// When it was offered (UTC).
    pub created_at: Time,
    /// When it last moved (UTC).
    pub updated_at: Time,
    /// When it ends by itself (UTC).
    pub expires_at: Time,
    /// Counts changes.
    pub version: i64,
    /// How finely it tells where somebody is; none where it tells nothing of that.
    pub precision: Option<Precision>,
}

/// The classes that the caller's accepted referrals of a case cover now, and the outline.
///
/// # Errors
/// Of the database.
pub fn grants(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Grants> {
    let columns: Vec<String> = on!(conn, c => referrals::table
        .filter(referrals::organisation_id.eq(scope.organisation_id))
        .filter(referrals::user_id.eq(scope.user_id))
        .filter(referrals::case_id.eq(case_id))
        .filter(referrals::status.eq(ReferralStatus::Accepted))
        .filter(referrals::expires_at.gt(scope.now))
        .select(referrals::classes)
        .load(c))?;
    union(&columns)
}

/// How finely the caller's accepted referrals of a case tell where somebody is now.
///
/// # Errors
/// Of the database.
pub fn precision(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Option<Precision>> {
    let found: Vec<Option<Precision>> = on!(conn, c => referrals::table
        .filter(referrals::organisation_id.eq(scope.organisation_id))
        .filter(referrals::user_id.eq(scope.user_id))
        .filter(referrals::case_id.eq(case_id))
        .filter(referrals::status.eq(ReferralStatus::Accepted))
        .filter(referrals::expires_at.gt(scope.now))
        .select(referrals::precision)
        .load(c))?;
    Ok(found.into_iter().flatten().max())
}

/// A referral of the organisation; whether its case is in reach is for the caller to ask.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ReferralRow> {
    Ok(on!(conn, c => referrals::table
        .filter(referrals::organisation_id.eq(scope.organisation_id))
        .filter(referrals::id.eq(id))
        .select(ReferralRow::as_select())
        .first(c))?)
}

/// A referral that was offered to the caller, wherever it stands.
pub(super) fn find_mine(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ReferralRow> {
    Ok(on!(conn, c => referrals::table
        .filter(referrals::organisation_id.eq(scope.organisation_id))
        .filter(referrals::user_id.eq(scope.user_id))
        .filter(referrals::id.eq(id))
        .select(ReferralRow::as_select())
        .first(c))?)
}

/// Which referrals to list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// All of a case, those that ended too.
    Case(Id),
    /// The caller's own that wait for them or are open to them now.
    Mine,
}

/// Oldest first, with the sealed name of the partner.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    of: Of,
    keyset: &Keyset,
) -> Result<Vec<(ReferralRow, Sealed<String>)>> {
    Ok(on!(conn, c => {
        let mut query = referrals::table
            .inner_join(users::table.on(
                users::organisation_id.eq(referrals::organisation_id).and(users::id.eq(referrals::user_id)),
            ))
            .filter(referrals::organisation_id.eq(scope.organisation_id))
            .select((ReferralRow::as_select(), users::name))
            .into_boxed::<Backend>();
        query = match of {
            Of::Case(case_id) => query.filter(referrals::case_id.eq(case_id)),
            Of::Mine => query
                .filter(referrals::user_id.eq(scope.user_id))
                .filter(referrals::status.eq_any([ReferralStatus::Offered, ReferralStatus::Accepted]))
                .filter(referrals::expires_at.gt(scope.now)),
        };
        within!(query, keyset.ascending(), referrals::created_at, referrals::id).load(c)
    })?)
}

/// Whose live referrals.
#[derive(Debug, Clone, Copy)]
pub enum Live {
    /// Everybody's of a case.
    OfCase(Id),
    /// A partner's.
    To(Id),
    /// All.
    All,
}

/// Referrals that are offered or accepted and have not expired, by case.
///
/// # Errors
/// Of the database.
pub fn live(scope: &Scope, conn: &mut Conn<'_>, of: Live) -> Result<Vec<ReferralRow>> {
    Ok(on!(conn, c => {
        let query = referrals::table
            .filter(referrals::organisation_id.eq(scope.organisation_id))
            .filter(referrals::status.eq_any([ReferralStatus::Offered, ReferralStatus::Accepted]))
            .filter(referrals::expires_at.gt(scope.now))
            .order((referrals::case_id.asc(), referrals::id.asc()))
            .select(ReferralRow::as_select())
            .into_boxed::<Backend>();
        match of {
            Live::OfCase(case_id) => query.filter(referrals::case_id.eq(case_id)),
            Live::To(user_id) => query.filter(referrals::user_id.eq(user_id)),
            Live::All => query,
        }
        .load(c)
    })?)
}

/// Takes a referral back, whatever version it has reached; false when it was over already.
pub(super) fn withdraw(scope: &Scope, conn: &mut Conn<'_>, id: Id, note: &Sealed<Words>) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(referrals::table
            .filter(referrals::organisation_id.eq(scope.organisation_id))
            .filter(referrals::id.eq(id))
            .filter(referrals::status.eq_any([ReferralStatus::Offered, ReferralStatus::Accepted])))
        .set((
            referrals::status.eq(ReferralStatus::Withdrawn),
            referrals::note.eq(note),
            referrals::updated_at.eq(scope.now),
            referrals::version.eq(referrals::version + 1),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &ReferralRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(referrals::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more; false when somebody was faster.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &ReferralRow) -> Result<bool> {
    // No `..`: a new column must decide here whether it can change.
    let ReferralRow {
        organisation_id: _,
        id,
        case_id: _,
        user_id: _,
        classes: _,
        status,
        note,
        created_by: _,
        created_at: _,
        updated_at: _,
        expires_at: _,
        version,
        precision: _,
    } = row;
    let changed = on!(conn, c => diesel::update(referrals::table
            .filter(referrals::organisation_id.eq(scope.organisation_id))
            .filter(referrals::id.eq(id))
            .filter(referrals::version.eq(version)))
        .set((
            referrals::status.eq(status),
            referrals::note.eq(note),
            referrals::updated_at.eq(scope.now),
            referrals::version.eq(version + 1),
        ))
        .execute(c))?;
    Ok(changed == 1)
}
