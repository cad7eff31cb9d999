//! `column IN (...)` that is prepared once.

use diesel::expression::Expression;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::Array;
use diesel::sqlite::Sqlite;

use super::fragment::condition;
use super::types::{Id, IdSql};

/// Whether a column holds one of some ids. As Diesel's `eq_any`, but for SQLite: that writes another statement for every
/// number of ids, and so may not keep it, and to parse one costs as much as to run it. This one repeats the last id
/// until their number is a power of two.
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

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let Some(last) = self.ids.last() else {
            out.push_sql("0");
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

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY (");
        out.push_bind_param::<Array<IdSql>, Vec<Id>>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}
