//! `column = 'word'` with the word written out.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};

/// Whether a column holds a word of the program's own, written out: an index of the rows with that word alone is not taken
/// for a value that is bound. Never for what came from outside.
pub fn literally<C: Expression<SqlType = Text>>(column: C, word: &'static str) -> Literally<C> {
    debug_assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "no word: {word}");
    Literally { column, word }
}

/// See [`literally`].
#[derive(Debug, Clone, Copy)]
pub struct Literally<C> {
    column: C,
    word: &'static str,
}

impl<C: Expression> Expression for Literally<C> {
    type SqlType = Bool;
}

impl<C, Source> AppearsOnTable<Source> for Literally<C> where C: Expression + AppearsOnTable<Source> {}

impl<C, Source> SelectableExpression<Source> for Literally<C> where
    C: Expression + SelectableExpression<Source>
{
}

impl<C, Grouping> ValidGrouping<Grouping> for Literally<C>
where
    C: ValidGrouping<Grouping>,
{
    type IsAggregate = C::IsAggregate;
}

impl<C> QueryId for Literally<C> {
    // Its text differs from one word to the next, so it is remembered by its text.
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Literally<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = '");
        out.push_sql(self.word);
        out.push_sql("'");
        Ok(())
    }
}
