//! The first rows of several runs of an index, as one list.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};

use super::Window;
use crate::db::fragment::{by_text, condition};
use crate::db::types::{Id, IdSql, Time, TimeSql};

/// The first rows of each of some queries, merged in the order of a [`Window`]. Each selects a moment and an id, is cut by
/// that window, and is a run of an index that begins with what the queries differ in: so a list of what has one of some
/// values costs no more than its page, however many rows have them.
///
/// There must be at least one.
pub fn merged<Q>(runs: Vec<Q>, window: Window) -> Merged<Q> {
    Merged { runs, window }
}

/// See [`merged`].
#[derive(Debug, Clone)]
pub struct Merged<Q> {
    runs: Vec<Q>,
    window: Window,
}

impl<Q: Query> Query for Merged<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Merged<Q> {}

by_text!(Merged<Q>);

impl<Q, DB> QueryFragment<DB> for Merged<Q>
where
    DB: Backend + HasSqlType<BigInt>,
    Q: QueryFragment<DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if let [only] = self.runs.as_slice() {
            return only.walk_ast(out);
        }
        for (number, run) in self.runs.iter().enumerate() {
            out.push_sql(if number == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" });
            run.walk_ast(out.reborrow())?;
            out.push_sql(") AS run");
        }
        out.push_sql(if self.window.descending {
            " ORDER BY 1 DESC, 2 DESC LIMIT "
        } else {
            " ORDER BY 1, 2 LIMIT "
        });
        out.push_bind_param::<BigInt, i64>(&self.window.limit)
    }
}

/// Whether the place of a row, a moment and its id, is after another in the direction of a list. Written as a comparison
/// of pairs: of `at < ? OR (at = ? AND id < ?)` neither engine makes a place in an index where it could begin.
pub fn beyond<A, I>(at: A, id: I, place: (Time, Id), descending: bool) -> Beyond<A, I> {
    Beyond { at, id, place, descending }
}

/// See [`beyond`].
#[derive(Debug, Clone)]
pub struct Beyond<A, I> {
    at: A,
    id: I,
    place: (Time, Id),
    descending: bool,
}

condition!(Beyond<A, I>);

impl<A, I, DB> QueryFragment<DB> for Beyond<A, I>
where
    DB: Backend + HasSqlType<TimeSql> + HasSqlType<IdSql>,
    A: QueryFragment<DB>,
    I: QueryFragment<DB>,
    Time: ToSql<TimeSql, DB>,
    Id: ToSql<IdSql, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.at.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(if self.descending { ") < (" } else { ") > (" });
        out.push_bind_param::<TimeSql, Time>(&self.place.0)?;
        out.push_sql(", ");
        out.push_bind_param::<IdSql, Id>(&self.place.1)?;
        out.push_sql(")");
        Ok(())
    }
}
