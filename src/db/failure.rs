//! Failures of what lies under a database, told apart from ours.

/// What failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// There is no room left.
    Full,
    /// The disk does not do what it is told.
    Broken,
    /// Somebody else holds what was needed, for longer than is waited, or was faster.
    Waited,
}

/// How the engines say it; neither gives the code away through Diesel. SQLite says it like this in every language,
/// PostgreSQL where its messages are English.
const WORDS: &[(&str, Failure)] = &[
    ("database or disk is full", Failure::Full),
    ("No space left on device", Failure::Full),
    ("disk I/O error", Failure::Broken),
    ("unable to open database file", Failure::Broken),
    ("attempt to write a readonly database", Failure::Broken),
    ("Input/output error", Failure::Broken),
    ("database is locked", Failure::Waited),
    ("database table is locked", Failure::Waited),
    ("due to lock timeout", Failure::Waited),
    ("due to statement timeout", Failure::Waited),
    ("deadlock detected", Failure::Waited),
    // What was to be deleted has got something that hangs on it since then.
    ("update or delete on table", Failure::Waited),
];

impl Failure {
    /// What a message of an engine tells of, if it is no fault of a query.
    pub fn of(message: &str) -> Option<Self> {
        WORDS.iter().find(|(words, _)| message.contains(words)).map(|(_, failure)| *failure)
    }
}
