//! Operations in the database, always within the caller's reach; what was done with them is in `history`.

mod history;
mod list;
pub mod nearby;

pub mod reads;

use diesel::prelude::*;

pub(super) use self::history::{EventRow, actors, endings, events, insert_event};
pub use self::history::{happened_at, latest};
pub use self::list::Filter;
pub(super) use self::list::list;

use super::model::{Ending, LIVE, OperationKind, OperationStatus};
use super::plan::{ChecklistItem, Plan, Target};
use crate::authz::{Role, Scope};
use crate::crypto::{Sealed, WrappedKey};
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{assignments, cases, data_keys, operation_cases, operation_members, operations, users};

/// An operation row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
pub struct OperationRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// What kind of act it is.
    pub kind: OperationKind,
    /// Where it stands.
    pub status: OperationStatus,
    /// Sealed title.
    pub title: Sealed<String>,
    /// Sealed plan.
    pub plan: Sealed<Plan>,
    /// Sealed checklist.
    pub checklist: Sealed<Vec<ChecklistItem>>,
    /// Sealed target.
    pub target: Option<Sealed<Target>>,
    /// At which site.
    pub site_id: Option<Id>,
    /// Who leads it.
    pub lead_id: Id,
    /// When it is to begin (UTC).
    pub starts_at: Time,
    /// When it is to end (UTC).
    pub ends_at: Time,
    /// Keyed hash of the plan that was last submitted.
    pub plan_hash: Option<Vec<u8>>,
    /// Who planned it.
    pub created_by: Id,
    /// Who put it before an approver.
    pub submitted_by: Option<Id>,
    /// When (UTC).
    pub submitted_at: Option<Time>,
    /// Who approved it.
    pub approved_by: Option<Id>,
    /// When (UTC).
    pub approved_at: Option<Time>,
    /// Sealed ending.
    pub outcome: Option<Sealed<Ending>>,
    /// When it was planned (UTC).
    pub created_at: Time,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

/// Narrows a boxed query on `operations` to what is in the caller's reach. The one place that says how it is found.
macro_rules! within_reach {
    ($query:expr, $scope:expr) => {
        match $scope.role {
            Role::Coordinator => $query,
            Role::Caseworker => $query.filter(diesel::dsl::exists(
                operation_cases::table
                    .inner_join(
                        assignments::table.on(assignments::organisation_id
                            .eq(operation_cases::organisation_id)
                            .and(assignments::case_id.eq(operation_cases::case_id))),
                    )
                    .filter(operation_cases::organisation_id.eq($scope.organisation_id))
                    .filter(operation_cases::operation_id.eq(operations::id))
                    .filter(assignments::user_id.eq($scope.user_id))
                    .filter(assignments::until_at.is_null()),
            )),
            Role::FieldOfficer => $query.filter(operations::status.eq_any(LIVE)).filter(diesel::dsl::exists(
                operation_members::table
                    .filter(operation_members::organisation_id.eq($scope.organisation_id))
                    .filter(operation_members::user_id.eq($scope.user_id))
                    .filter(operation_members::operation_id.eq(operations::id)),
            )),
            Role::Admin | Role::Analyst | Role::Auditor | Role::Partner => return Err(Error::not_found()),
        }
    };
}
use within_reach;

type Keyed = (OperationRow, Id, Vec<u8>);

fn with_key((row, wrapped_by, wrapped): Keyed) -> (OperationRow, WrappedKey) {
    let key = WrappedKey { id: row.id, wrapped_by, wrapped };
    (row, key)
}

/// Holds the row until the transaction ends, in reach or not, so that of two changes the second sees the first. On
/// SQLite writes are serial anyway.
pub(super) fn lock(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        operations::table
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(operations::id.eq(id))
            .select(operations::id)
            .for_update()
            .load::<Id>(c.now())?;
    }
    Ok(())
}

/// An operation in reach, with its wrapped key.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<(OperationRow, WrappedKey)> {
    let found: Keyed = on!(conn, c => {
        let query = operations::table
            .inner_join(data_keys::table.on(data_keys::organisation_id
                .eq(operations::organisation_id)
                .and(data_keys::owner_id.eq(operations::id))))
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(operations::id.eq(id))
            .select((OperationRow::as_select(), data_keys::organisation_key_id, data_keys::wrapped))
            .into_boxed::<Backend>();
        within_reach!(query, scope).first(c)
    })?;
    Ok(with_key(found))
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &OperationRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(operations::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, and brings `row` to what is then stored.
///
/// # Errors
/// 412 when somebody was faster.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &mut OperationRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let OperationRow {
        organisation_id: _,
        id,
        kind,
        status,
        title,
        plan,
        checklist,
        target,
        site_id,
        lead_id,
        starts_at,
        ends_at,
        plan_hash,
        created_by: _,
        submitted_by,
        submitted_at,
        approved_by,
        approved_at,
        outcome,
        created_at: _,
        updated_at,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(operations::table
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(operations::id.eq(*id))
            .filter(operations::version.eq(*version)))
        .set((
            operations::kind.eq(*kind),
            operations::status.eq(*status),
            operations::title.eq(&*title),
            operations::plan.eq(&*plan),
            operations::checklist.eq(&*checklist),
            operations::target.eq(target.as_ref()),
            operations::site_id.eq(*site_id),
            operations::lead_id.eq(*lead_id),
            operations::starts_at.eq(*starts_at),
            operations::ends_at.eq(*ends_at),
            operations::plan_hash.eq(plan_hash.as_ref()),
            operations::submitted_by.eq(*submitted_by),
            operations::submitted_at.eq(*submitted_at),
            operations::approved_by.eq(*approved_by),
            operations::approved_at.eq(*approved_at),
            operations::outcome.eq(outcome.as_ref()),
            operations::updated_at.eq(scope.now),
            operations::version.eq(*version + 1),
        ))
        .execute(c))?;
    if changed != 1 {
        return Err(Error::stale());
    }
    *updated_at = scope.now;
    *version += 1;
    Ok(())
}

/// The operations that somebody is on while they are live, and those of `others` that are not over, by id, whoever asks.
///
/// # Errors
/// Of the database.
pub fn open_around(
    scope: &Scope,
    conn: &mut Conn<'_>,
    member: Id,
    others: &[Id],
) -> Result<Vec<(Id, OperationStatus)>> {
    use OperationStatus::{Aborted, Completed};
    Ok(on!(conn, c => operations::table
        .filter(operations::organisation_id.eq(scope.organisation_id))
        .filter(
            among(operations::id, others).and(operations::status.ne_all([Completed, Aborted])).or(
                operations::status.eq_any(LIVE).and(operations::id.eq_any(
                    operation_members::table
                        .filter(operation_members::organisation_id.eq(scope.organisation_id))
                        .filter(operation_members::user_id.eq(member))
                        .select(operation_members::operation_id),
                )),
            ),
        )
        .order(operations::id.asc())
        .select((operations::id, operations::status))
        .load(c))?)
}

/// Those of these operations that are in the caller's reach.
///
/// # Errors
/// Of the database.
pub fn in_reach(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<Id>> {
    if matches!(scope.role, Role::Admin | Role::Analyst | Role::Auditor | Role::Partner) {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let query = operations::table
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(among(operations::id, ids))
            .select(operations::id)
            .into_boxed::<Backend>();
        within_reach!(query, scope).load(c)
    })?)
}

/// The cases of these operations, as pairs of operation and case, ordered by case.
pub(super) fn cases_of(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => operation_cases::table
        .filter(operation_cases::organisation_id.eq(scope.organisation_id))
        .filter(among(operation_cases::operation_id, ids))
        .order(operation_cases::case_id.asc())
        .select((operation_cases::operation_id, operation_cases::case_id))
        .load(c))?)
}

/// The cases of one operation, in order.
///
/// # Errors
/// Of the database.
pub fn case_ids(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Vec<Id>> {
    Ok(cases_of(scope, conn, &[id])?.into_iter().map(|(_, case)| case).collect())
}

/// Makes these, which the caller has found in reach, the cases of an operation.
pub(super) fn replace_cases(scope: &Scope, conn: &mut Conn<'_>, id: Id, case_ids: &[Id]) -> Result<()> {
    let rows: Vec<_> = case_ids
        .iter()
        .map(|case| {
            (
                operation_cases::organisation_id.eq(scope.organisation_id),
                operation_cases::operation_id.eq(id),
                operation_cases::case_id.eq(*case),
            )
        })
        .collect();
    on!(conn, c => {
        diesel::delete(operation_cases::table
            .filter(operation_cases::organisation_id.eq(scope.organisation_id))
            .filter(operation_cases::operation_id.eq(id)))
            .execute(c)?;
        if rows.is_empty() {
            Ok(0)
        } else {
            diesel::insert_into(operation_cases::table).values(&rows).execute(c)
        }
    })?;
    Ok(())
}

/// The code names of these cases, which the caller has found in reach.
pub(super) fn code_names(scope: &Scope, conn: &mut Conn<'_>, case_ids: &[Id]) -> Result<Vec<(Id, String)>> {
    Ok(on!(conn, c => cases::table
        .filter(cases::organisation_id.eq(scope.organisation_id))
        .filter(among(cases::id, case_ids))
        .select((cases::id, cases::code_name))
        .load(c))?)
}

/// The members of these operations with their sealed names, in the order they were named.
pub(super) fn members_of(
    scope: &Scope,
    conn: &mut Conn<'_>,
    ids: &[Id],
) -> Result<Vec<(Id, Id, Sealed<String>)>> {
    Ok(on!(conn, c => operation_members::table
        .inner_join(users::table.on(users::organisation_id
            .eq(operation_members::organisation_id)
            .and(users::id.eq(operation_members::user_id))))
        .filter(operation_members::organisation_id.eq(scope.organisation_id))
        .filter(among(operation_members::operation_id, ids))
        .order((operation_members::added_at.asc(), operation_members::user_id.asc()))
        .select((operation_members::operation_id, operation_members::user_id, users::name))
        .load(c))?)
}

/// The members of one operation, ordered by id.
///
/// # Errors
/// Of the database.
pub fn member_ids(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => operation_members::table
        .filter(operation_members::organisation_id.eq(scope.organisation_id))
        .filter(operation_members::operation_id.eq(id))
        .order(operation_members::user_id.asc())
        .select(operation_members::user_id)
        .load(c))?)
}

/// Names a user on an operation; false when they were named already.
pub(super) fn insert_member(scope: &Scope, conn: &mut Conn<'_>, id: Id, user: Id) -> Result<bool> {
    let inserted = on!(conn, c => diesel::insert_into(operation_members::table)
        .values((
            operation_members::organisation_id.eq(scope.organisation_id),
            operation_members::operation_id.eq(id),
            operation_members::user_id.eq(user),
            operation_members::added_by.eq(scope.user_id),
            operation_members::added_at.eq(scope.now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Takes a user off an operation; false when they were not on it.
pub(super) fn delete_member(scope: &Scope, conn: &mut Conn<'_>, id: Id, user: Id) -> Result<bool> {
    let deleted = on!(conn, c => diesel::delete(operation_members::table
            .filter(operation_members::organisation_id.eq(scope.organisation_id))
            .filter(operation_members::operation_id.eq(id))
            .filter(operation_members::user_id.eq(user)))
        .execute(c))?;
    Ok(deleted == 1)
}

/// Whether an operation of one of these kinds, other than `except`, is approved or under way for a case.
///
/// # Errors
/// Of the database.
pub(super) fn has_live(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    kinds: &[OperationKind],
    except: Id,
) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => operations::table
        .inner_join(operation_cases::table.on(operation_cases::organisation_id
            .eq(operations::organisation_id)
            .and(operation_cases::operation_id.eq(operations::id))))
        .filter(operations::organisation_id.eq(scope.organisation_id))
        .filter(operation_cases::case_id.eq(case_id))
        .filter(operations::id.ne(except))
        .filter(operations::kind.eq_any(kinds))
        .filter(operations::status.eq_any(LIVE))
        .select(operations::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}
