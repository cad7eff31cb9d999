//! Commits in the database.

use diesel::prelude::*;

use super::super::model::{CommitState, Progress};
use super::super::plan::Answers;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among, literally};
use crate::error::Result;
use crate::on;
use crate::schema::import_commits;

/// A commit row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = import_commits, treat_none_as_default_value = false)]
pub struct CommitRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which import.
    pub import_id: Id,
    /// Into which case.
    pub case_id: Id,
    /// On whose word.
    pub author_id: Id,
    /// Hash of the Idempotency-Key and the request that it came with: a copy of the request joins this commit.
    pub key_hash: Option<Vec<u8>>,
    /// How far it is.
    pub state: CommitState,
    /// Sealed answers.
    pub answers: Sealed<Answers>,
    /// Sealed progress.
    pub progress: Sealed<Progress>,
    /// Bytes of the file that were read for it.
    pub read_bytes: i64,
    /// Who does it, or did.
    pub lease_id: Option<Id>,
    /// Until when they must have told that they still do.
    pub lease_until: Option<Time>,
    /// When it began.
    pub created_at: Time,
    /// When it ended.
    pub finished_at: Option<Time>,
}

/// Stores a commit, or finds the one that a copy of the request began; that one goes on if it could not before.
pub(in crate::imports) fn begin(conn: &mut Conn<'_>, row: &CommitRow) -> Result<CommitRow> {
    on!(conn, c => diesel::insert_into(import_commits::table)
        .values(row)
        .on_conflict((import_commits::organisation_id, import_commits::author_id, import_commits::key_hash))
        .do_nothing()
        .execute(c))?;
    if let Some(hash) = &row.key_hash {
        on!(conn, c => diesel::update(import_commits::table
                .filter(import_commits::organisation_id.eq(row.organisation_id))
                .filter(import_commits::author_id.eq(row.author_id))
                .filter(import_commits::key_hash.eq(hash))
                .filter(import_commits::state.eq(CommitState::Failed)))
            .set((
                import_commits::state.eq(CommitState::Running),
                import_commits::lease_until.eq(None::<Time>),
                import_commits::finished_at.eq(None::<Time>),
            ))
            .execute(c))?;
    }
    Ok(on!(conn, c => {
        let query = import_commits::table
            .filter(import_commits::organisation_id.eq(row.organisation_id))
            .select(CommitRow::as_select())
            .into_boxed::<Backend>();
        match &row.key_hash {
            None => query.filter(import_commits::id.eq(row.id)),
            Some(hash) => query
                .filter(import_commits::author_id.eq(row.author_id))
                .filter(import_commits::key_hash.eq(hash)),
        }
        .first(c)
    })?)
}

pub(in crate::imports) fn find(conn: &mut Conn<'_>, (organisation, id): (Id, Id)) -> Result<CommitRow> {
    Ok(
        on!(conn, c => import_commits::table.find((organisation, id)).select(CommitRow::as_select()).first(c))?,
    )
}

/// The commits of some imports, oldest first.
pub(in crate::imports) fn of_imports(
    scope: &Scope,
    conn: &mut Conn<'_>,
    imports: &[Id],
) -> Result<Vec<CommitRow>> {
    Ok(on!(conn, c => import_commits::table
        .filter(import_commits::organisation_id.eq(scope.organisation_id))
        .filter(among(import_commits::import_id, imports))
        .order(import_commits::id.asc())
        .select(CommitRow::as_select())
        .load(c))?)
}

/// Takes a commit over from whoever no longer tells that they do it; none when there is nothing to take over.
pub(in crate::imports) fn lease(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    lease: Id,
    (now, until): (Time, Time),
) -> Result<Option<CommitRow>> {
    let changed = on!(conn, c => diesel::update(import_commits::table.find((organisation, id)))
        .filter(import_commits::state.eq(CommitState::Running))
        .filter(import_commits::lease_until.is_null().or(import_commits::lease_until.lt(now)))
        .set((import_commits::lease_id.eq(lease), import_commits::lease_until.eq(until)))
        .execute(c))?;
    if changed == 0 { Ok(None) } else { find(conn, (organisation, id)).map(Some) }
}

/// Tells that a commit is still under way, and how far; false when it is no longer wanted.
pub(in crate::imports) fn renew(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    lease: Id,
    (until, read_bytes): (Time, i64),
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(import_commits::table.find((organisation, id)))
        .filter(import_commits::state.eq(CommitState::Running))
        .filter(import_commits::lease_id.eq(lease))
        .set((import_commits::lease_until.eq(until), import_commits::read_bytes.eq(read_bytes)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Writes how far a commit is; false when it is no longer wanted, or somebody else does it.
pub(in crate::imports) fn advance(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    lease: Id,
    (progress, state, now): (&Sealed<Progress>, CommitState, Time),
) -> Result<bool> {
    let finished_at = (state != CommitState::Running).then_some(now);
    let changed = on!(conn, c => diesel::update(import_commits::table.find((organisation, id)))
        .filter(import_commits::state.eq(CommitState::Running))
        .filter(import_commits::lease_id.eq(lease))
        .set((
            import_commits::progress.eq(progress),
            import_commits::state.eq(state),
            import_commits::finished_at.eq(finished_at),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Gives the commits of an import up that are under way.
pub(in crate::imports) fn cancel(scope: &Scope, conn: &mut Conn<'_>, import: Id) -> Result<()> {
    on!(conn, c => diesel::update(import_commits::table
            .filter(import_commits::organisation_id.eq(scope.organisation_id))
            .filter(import_commits::import_id.eq(import))
            .filter(import_commits::state.eq(CommitState::Running)))
        .set((
            import_commits::state.eq(CommitState::Cancelled),
            import_commits::finished_at.eq(scope.now),
        ))
        .execute(c))?;
    Ok(())
}

/// Some commits, of any organisation, that nobody does although they are under way. Whoever asked for one after
/// `made_before` is about to.
pub(in crate::imports) fn left(conn: &mut Conn<'_>, made_before: Time, now: Time) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => import_commits::table
        .filter(literally(import_commits::state, CommitState::Running.as_str()))
        .filter(
            import_commits::created_at
                .lt(made_before)
                .and(import_commits::lease_until.is_null())
                .or(import_commits::lease_until.lt(now)),
        )
        .order(import_commits::id.asc())
        .limit(20)
        .select((import_commits::organisation_id, import_commits::id))
        .load(c))?)
}
