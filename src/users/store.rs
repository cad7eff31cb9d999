//! Users and organisations in the database.

use diesel::prelude::*;

use super::model::ORGANISATION_NAME;
use crate::auth::model::UserStatus;
use crate::authz::{Role, Scope};
use crate::crypto::{Access, Sealed};
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{organisations, users};

/// A user row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct UserRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Looked up by at sign-in.
    pub email_hash: Vec<u8>,
    /// Sealed address.
    pub email: Sealed<String>,
    /// Sealed name.
    pub name: Sealed<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Sealed PHC string.
    pub password_hash: Option<Sealed<String>>,
    /// When they were invited.
    pub created_at: Time,
    /// When the row last changed.
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
    /// Sealed: which human being is behind the account, once an admin has verified it.
    pub verified_person: Option<Sealed<String>>,
    /// Compares that without opening it.
    pub verified_person_hash: Option<Vec<u8>>,
    /// Sealed name of the organisation outside of this one that a partner belongs to.
    pub affiliation: Option<Sealed<String>>,
}

/// A user of the caller's organisation.
///
/// # Errors
/// 404.
pub fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<UserRow> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(users::id.eq(id))
        .select(UserRow::as_select())
        .first(c))?)
}

/// The role of an active user of the caller's organisation, as somebody to assign.
///
/// # Errors
/// 422 on `pointer` when there is no such user or they are not active.
pub fn active_role(scope: &Scope, conn: &mut Conn<'_>, id: Id, pointer: &str) -> Result<Role> {
    let found: Option<Role> = on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(users::id.eq(id))
        .filter(users::status.eq(UserStatus::Active))
        .select(users::role)
        .first(c)
        .optional())?;
    found.ok_or_else(|| Error::invalid(pointer, "is not an active user of your organisation"))
}

/// The active user with this role who was there first.
///
/// # Errors
/// Of the database.
pub fn first_active(scope: &Scope, conn: &mut Conn<'_>, role: Role) -> Result<Option<Id>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(users::role.eq(role))
        .filter(users::status.eq(UserStatus::Active))
        .order((users::created_at.asc(), users::id.asc()))
        .select(users::id)
        .first(c)
        .optional())?)
}

/// What is asked of an account to know who acts through it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct Standing {
    /// Which account.
    pub id: Id,
    /// What it may do.
    pub role: Role,
    /// Whether it may sign in.
    pub status: UserStatus,
    /// The human being behind it, as a keyed hash; none while nobody has verified it.
    pub verified_person_hash: Option<Vec<u8>>,
}

/// How these accounts of the caller's organisation stand.
///
/// # Errors
/// Of the database.
pub fn standings(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<Standing>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(among(users::id, ids))
        .select(Standing::as_select())
        .load(c))?)
}

/// Those of some roles, active or not, with their sealed names.
///
/// # Errors
/// Of the database.
pub fn of_roles(
    scope: &Scope,
    conn: &mut Conn<'_>,
    roles: &[Role],
) -> Result<Vec<(Id, Role, Sealed<String>)>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(users::role.eq_any(roles))
        .order(users::id.asc())
        .select((users::id, users::role, users::name))
        .load(c))?)
}

/// Oldest first.
pub(super) fn list(scope: &Scope, conn: &mut Conn<'_>, keyset: &Keyset) -> Result<Vec<UserRow>> {
    Ok(on!(conn, c => {
        let query = users::table
            .filter(users::organisation_id.eq(scope.organisation_id))
            .select(UserRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), users::created_at, users::id).load(c)
    })?)
}

/// False when the address is taken.
pub(super) fn insert(conn: &mut Conn<'_>, row: &UserRow) -> Result<bool> {
    let inserted = on!(conn, c => diesel::insert_into(users::table)
        .values(row)
        .on_conflict(users::email_hash)
        .do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Writes the new state over version `row.version`.
///
/// # Errors
/// 412 when somebody was faster.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &UserRow) -> Result<()> {
    let UserRow {
        organisation_id: _,
        id,
        email_hash: _,
        email: _,
        name,
        role,
        status,
        password_hash: _,
        created_at: _,
        updated_at: _,
        version: _,
        verified_person,
        verified_person_hash,
        affiliation,
    } = row;
    let changed = on!(conn, c => diesel::update(users::table
            .filter(users::organisation_id.eq(scope.organisation_id))
            .filter(users::id.eq(id))
            .filter(users::version.eq(row.version)))
        .set((
            users::name.eq(name),
            users::role.eq(role),
            users::status.eq(status),
            users::verified_person.eq(verified_person.as_ref()),
            users::verified_person_hash.eq(verified_person_hash.as_ref()),
            users::affiliation.eq(affiliation.as_ref()),
            users::updated_at.eq(scope.now),
            users::version.eq(row.version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}

/// Active admins other than `id`. Locks them on PostgreSQL, so that two admins cannot suspend each other at once.
pub(super) fn other_admins(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<i64> {
    macro_rules! admins {
        () => {
            users::table
                .filter(users::organisation_id.eq(scope.organisation_id))
                .filter(users::role.eq(Role::Admin))
                .filter(users::status.eq(UserStatus::Active))
                .order(users::id)
                .select(users::id)
        };
    }
    let ids: Vec<Id> = match conn {
        Conn::Sqlite(c) => admins!().load(*c)?,
        Conn::Postgres(c) => admins!().for_update().load(c.now())?,
    };
    Ok(ids.into_iter().filter(|other| *other != id).count().try_into().unwrap_or(i64::MAX))
}

/// What the caller's organisation calls itself.
///
/// # Errors
/// Of the database.
pub fn organisation_name(scope: &Scope, conn: &mut Conn<'_>, access: &Access) -> Result<String> {
    let sealed: Sealed<String> = on!(conn, c => organisations::table.find(scope.organisation_id).select(organisations::name).first(c))?;
    Ok(access.open(&ORGANISATION_NAME, scope.organisation_id, &sealed)?.unwrap_or_default())
}

pub(super) fn insert_organisation(conn: &mut Conn<'_>, id: Id, now: Time) -> Result<()> {
    on!(conn, c => diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(id),
            organisations::name.eq(Vec::<u8>::new()),
            organisations::status.eq("active"),
            organisations::created_at.eq(now),
            organisations::updated_at.eq(now),
            organisations::version.eq(1_i64),
        ))
        .execute(c))?;
    Ok(())
}

pub(super) fn name_organisation(conn: &mut Conn<'_>, id: Id, name: &Sealed<String>) -> Result<()> {
    on!(conn, c => diesel::update(organisations::table.find(id)).set(organisations::name.eq(name)).execute(c))?;
    Ok(())
}

/// Whether somebody works here still, and their sealed address: for jobs, which have no caller.
///
/// # Errors
/// Of the database.
pub fn mailbox(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    id: Id,
) -> Result<Option<(UserStatus, Sealed<String>)>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(organisation_id))
        .filter(users::id.eq(id))
        .select((users::status, users::email))
        .first(c)
        .optional())?)
}
