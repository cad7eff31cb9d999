//! Statements that are prepared once, where Diesel would prepare them each time.
//!
//! Diesel keeps no `UPDATE`, since the columns of one may depend on the values. SQLite then parses it each time, which costs
//! more than to run it, and PostgreSQL is asked twice. Those of busy paths, whose columns are always the same, are written
//! with [`kept_update`] and [`kept_upsert`].

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression};
use diesel::query_builder::{AsChangeset, AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BoolOrNullableBool;
use diesel::{Connection, QuerySource, RunQueryDsl, Table};

use super::fragment::by_text;

/// `UPDATE table SET set WHERE which`. Not for a changeset with options: each set of columns would be kept.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a table is a word, and Diesel takes it like this everywhere"
)]
pub fn kept_update<T, P, V>(table: T, which: P, set: V) -> Update<T::FromClause, P, V::Changeset>
where
    T: Table + QuerySource,
    P: Expression + AppearsOnTable<T>,
    P::SqlType: BoolOrNullableBool,
    V: AsChangeset<Target = T>,
{
    Update { table: table.from_clause(), which, set: set.as_changeset() }
}

/// See [`kept_update`].
#[derive(Debug, Clone, Copy)]
pub struct Update<T, P, V> {
    table: T,
    which: P,
    set: V,
}

by_text!(Update<T, P, V>);

impl<T, P, V, DB> QueryFragment<DB> for Update<T, P, V>
where
    DB: Backend,
    T: QueryFragment<DB>,
    P: QueryFragment<DB>,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.set.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.which.walk_ast(out)
    }
}

impl<T, P, V, C: Connection> RunQueryDsl<C> for Update<T, P, V> {}

/// `insert ON CONFLICT (on) DO UPDATE SET set WHERE which`: whatever is there already and is not such a row stays as it is.
/// `on` are names of columns.
pub fn kept_upsert<I, V, P>(insert: I, on: &'static str, set: V, which: P) -> Upsert<I, V::Changeset, P>
where
    V: AsChangeset,
    P: Expression + AppearsOnTable<V::Target>,
    P::SqlType: BoolOrNullableBool,
{
    Upsert { insert, on, set: set.as_changeset(), which }
}

/// See [`kept_upsert`].
#[derive(Debug, Clone, Copy)]
pub struct Upsert<I, V, P> {
    insert: I,
    on: &'static str,
    set: V,
    which: P,
}

by_text!(Upsert<I, V, P>);

impl<I, V, P, DB> QueryFragment<DB> for Upsert<I, V, P>
where
    DB: Backend,
    I: QueryFragment<DB>,
    V: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.insert.walk_ast(out.reborrow())?;
        out.push_sql(" ON CONFLICT (");
        out.push_sql(self.on);
        out.push_sql(") DO UPDATE SET ");
        self.set.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.which.walk_ast(out)
    }
}

impl<I, V, P, C: Connection> RunQueryDsl<C> for Upsert<I, V, P> {}

/// A statement without values, such as `BEGIN`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) &'static str);

by_text!(Words);

impl<DB: Backend> QueryFragment<DB> for Words {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl<C: Connection> RunQueryDsl<C> for Words {}
