//! Stretches of a number that grows with each row.
//!
//! An index by what comes at random, such as the case that a row is about, changes a page somewhere else with each row; on
//! SQLite that page then costs more than the rest of the row. Cut into stretches, such an index grows within one stretch, of
//! some hundred pages, which change together. Whoever looks something up asks one stretch after the other.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable};

use super::fragment::condition;

/// Of a stretch, 2 to this power numbers: with ten million rows there are 305. Indexes say `>> 15`, so that it cannot be
/// changed without them.
const BITS: u32 = 15;

/// The stretch that a number is in.
pub fn stretch_of(number: i64) -> i64 {
    number >> BITS
}

/// The first number of a stretch.
pub fn first_of(stretch: i64) -> i64 {
    stretch << BITS
}

/// Whether a column is in a stretch, as an index says it.
pub fn in_stretch<C: Expression<SqlType = Nullable<BigInt>>>(column: C, stretch: i64) -> InStretch<C> {
    InStretch { column, stretch }
}

/// See [`in_stretch`].
#[derive(Debug, Clone, Copy)]
pub struct InStretch<C> {
    column: C,
    stretch: i64,
}

condition!(InStretch<C>);

impl<C, DB> QueryFragment<DB> for InStretch<C>
where
    C: QueryFragment<DB>,
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.column.walk_ast(out.reborrow())?;
        // Written out, or no index is found for it.
        out.push_sql(" >> 15) = ");
        out.push_bind_param::<BigInt, _>(&self.stretch)
    }
}
