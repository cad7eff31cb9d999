//! A connection to PostgreSQL within a unit of work, and what waits there to be sent.
//!
//! Each statement is a trip to the server, and costs both sides more than most that are asked for. What a unit of work
//! changes and does not look at again waits ([`Conn::later`]) and goes in one statement: all but the last as its `WITH`.

use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, RunQueryDsl};

use super::Conn;
use super::fragment::by_text;
use crate::error::{Error, Result};

type Statement = Box<dyn QueryFragment<Pg> + Send>;

/// PostgreSQL within a unit of work, and the statements that wait to be sent there.
pub struct Session<'a> {
    connection: &'a mut PgConnection,
    /// None where nobody would send what waits.
    waiting: Option<Vec<Statement>>,
    /// Why what waited was not done. PostgreSQL refuses every statement after that.
    failed: Option<Error>,
}

impl<'a> Session<'a> {
    /// Whoever makes one calls [`Self::end`] before the transaction ends.
    pub(super) fn of_transaction(connection: &'a mut PgConnection) -> Self {
        Self { connection, waiting: Some(Vec::new()), failed: None }
    }

    /// The connection, for a statement now. What waits is sent first: nobody looks at what is not yet done.
    pub fn now(&mut self) -> &mut PgConnection {
        if let Err(error) = self.send() {
            self.failed.get_or_insert(error);
        }
        self.connection
    }

    fn send(&mut self) -> Result<()> {
        let waiting = self.waiting.as_mut().map(std::mem::take).unwrap_or_default();
        if !waiting.is_empty() {
            Together(waiting).execute(self.connection)?;
        }
        Ok(())
    }

    /// What became of the unit of work: what waited and failed is why what came after it was refused.
    pub(super) fn end<T>(mut self, result: Result<T>) -> Result<T> {
        let result = result.and_then(|value| self.send().map(|()| value));
        self.failed.map_or(result, Err)
    }
}

impl<'a> Conn<'a> {
    /// A connection that sends each statement by itself.
    pub fn postgres(connection: &'a mut PgConnection) -> Self {
        Self::Postgres(Session { connection, waiting: None, failed: None })
    }

    /// Has a statement carried out before anything else is asked, and before the transaction ends.
    ///
    /// Statements that wait together see nothing of each other: no two of them may change the same row. Not for one that
    /// may fail in the course of things, or whose count is wanted: it fails where nobody expects it.
    ///
    /// # Errors
    /// Of the database.
    pub fn later<S>(&mut self, statement: S) -> Result<()>
    where
        S: ExecuteDsl<SqliteConnection> + ExecuteDsl<PgConnection> + QueryFragment<Pg> + Send + 'static,
    {
        match self {
            Self::Sqlite(connection) => ExecuteDsl::execute(statement, &mut **connection).map(drop)?,
            Self::Postgres(Session { waiting: Some(waiting), .. }) => waiting.push(Box::new(statement)),
            Self::Postgres(session) => ExecuteDsl::execute(statement, session.now()).map(drop)?,
        }
        Ok(())
    }

    /// As [`Self::later`], for the last of them: all are carried out.
    ///
    /// # Errors
    /// Of the database, of any of them.
    pub fn at_last<S>(&mut self, statement: S) -> Result<()>
    where
        S: ExecuteDsl<SqliteConnection> + ExecuteDsl<PgConnection> + QueryFragment<Pg> + Send + 'static,
    {
        self.later(statement)?;
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(session) => session.send(),
        }
    }
}

/// One statement of several.
struct Together(Vec<Statement>);

by_text!(Together);

impl QueryFragment<Pg> for Together {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, others)) = self.0.split_last() else { return Ok(()) };
        for (nth, statement) in others.iter().enumerate() {
            out.push_sql(if nth == 0 { "WITH w" } else { ", w" });
            out.push_sql(&nth.to_string());
            out.push_sql(" AS (");
            statement.walk_ast(out.reborrow())?;
            out.push_sql(") ");
        }
        last.walk_ast(out)
    }
}

impl<C: Connection> RunQueryDsl<C> for Together {}
