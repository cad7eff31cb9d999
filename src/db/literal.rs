//! `column = 'word'` with the word written out.

use diesel::backend::Backend;
use diesel::expression::Expression;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::Text;

use super::fragment::condition;

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

condition!(Literally<C>);

impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Literally<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = '");
        out.push_sql(self.word);
        out.push_sql("'");
        Ok(())
    }
}
