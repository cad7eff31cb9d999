//! `column IN (...)` that is prepared once.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType};
use diesel::sqlite::Sqlite;

use super::fragment::condition;
use super::types::{Id, IdSql};

/// How many ids are listed for PostgreSQL; more are an array. It does not know how long an array will be, so that it plans
/// the statement anew each time, which takes longer than to look a few ids up.
const LISTED: usize = 8;

/// Whether a column holds one of some ids. As Diesel's `eq_any`, which writes another statement for every number of ids for
/// SQLite, and so may not keep it, and to parse one costs as much as to run it. This one repeats the last id until their
/// number is a power of two.
///
/// SQLite binds at most 32,766 values in a statement; whoever may have more asks in chunks.
pub fn among<C: Expression>(column: C, ids: &[Id]) -> Among<C> {
    Among { column, ids: ids.to_vec() }
}

/// See [`among`].
#[derive(Debug, Clone)]
pub struct Among<C> {
    column: C,
    ids: Vec<Id>,
}

condition!(Among<C>);

impl<C> Among<C> {
    fn list<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        C: QueryFragment<DB>,
        DB: Backend + HasSqlType<IdSql>,
        Id: ToSql<IdSql, DB>,
    {
        let Some(last) = self.ids.last() else {
            out.push_sql("(1=0)");
            return Ok(());
        };
        self.column.walk_ast(out.reborrow())?;
        let padding = self.ids.len().next_power_of_two() - self.ids.len();
        for (number, id) in self.ids.iter().chain(std::iter::repeat_n(last, padding)).enumerate() {
            out.push_sql(if number == 0 { " IN (" } else { ", " });
            out.push_bind_param::<IdSql, Id>(id)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.list(out)
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.ids.len() <= LISTED {
            return self.list(out);
        }
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY (");
        out.push_bind_param::<Array<IdSql>, Vec<Id>>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}
