//! What an engine says, as a refusal or a failure of ours.

use super::Error;
use crate::db::Failure;

impl Error {
    /// Whether a row was to hang on one that is not there: 404 like any other, but nothing that was looked for.
    pub fn is_of_missing_row(&self) -> bool {
        self.0.code == "not-found" && self.0.cause.is_some()
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        match error {
            Diesel::NotFound => Self::not_found(),
            // Diesel's message may quote a value of the row; only the kind and the constraint are safe to log.
            Diesel::DatabaseError(Kind::UniqueViolation, _) => Self::id_taken(),
            // What it was to hang on was destroyed since it was looked at, on PostgreSQL: SQLite's one writer sees what there
            // is. A fault of ours would look the same, hence the warning.
            Diesel::DatabaseError(Kind::ForeignKeyViolation, info)
                if info.message().starts_with("insert or update") =>
            {
                let cause = format!("nothing is named by constraint {:?}", info.constraint_name());
                tracing::warn!(cause, "a row was not written");
                let mut error = Self::not_found();
                error.0.cause = Some(cause);
                error
            }
            Diesel::DatabaseError(
                // Read-only: a standby that is not yet promoted.
                Kind::SerializationFailure
                | Kind::ClosedConnection
                | Kind::UnableToSendCommand
                | Kind::ReadOnlyTransaction,
                info,
            ) => Self::busy(info.table_name().unwrap_or("connection")),
            // The connection is given up by the pool.
            Diesel::BrokenTransactionManager => Self::busy("database: the transaction manager is broken"),
            Diesel::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            Diesel::DatabaseError(kind, info) => match Failure::of(info.message()) {
                Some(failure) => Self::of_failure(failure, format!("database: {failure:?}")),
                None => Self::internal(format!(
                    "database: {kind:?}, table {:?}, constraint {:?}",
                    info.table_name(),
                    info.constraint_name()
                )),
            },
            Diesel::DeserializationError(_) => {
                Self::internal("database: a column does not hold what it should")
            }
            Diesel::SerializationError(_) => Self::internal("database: a value cannot be bound"),
            other => Self::internal(format!("database: {}", discriminant_name(&other))),
        }
    }
}

fn discriminant_name(error: &diesel::result::Error) -> &'static str {
    use diesel::result::Error as Diesel;
    match error {
        Diesel::QueryBuilderError(_) => "query could not be built",
        Diesel::RollbackTransaction => "rolled back",
        Diesel::AlreadyInTransaction => "already in a transaction",
        Diesel::NotInTransaction => "not in a transaction",
        _ => "unknown failure",
    }
}
