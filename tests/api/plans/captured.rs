//! What a test's own service asked its database, among services of other tests in the same process.

use std::sync::{Arc, Mutex};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

type Statements = Arc<Mutex<Vec<String>>>;

/// Whose statements are wanted: a database by its address, and where they go.
static WATCHED: Mutex<Vec<(String, Statements)>> = Mutex::new(Vec::new());

/// The statements of one database.
pub struct Captured(Statements);

impl Captured {
    pub fn new() -> Self {
        // The same for everybody, so it does not matter who is last; it is asked for each new connection.
        set_default_instrumentation(|| Some(Box::new(Listener::default()))).unwrap();
        Self(Statements::default())
    }

    /// Before the first connection.
    pub fn watch(&self, url: &str) {
        // The service adds parameters of its own to the address.
        let address = url.strip_prefix("sqlite:").unwrap_or(url).to_owned();
        WATCHED.lock().unwrap().push((address, Arc::clone(&self.0)));
    }

    /// The queries since the last time.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        WATCHED.lock().unwrap().retain(|(_, statements)| !Arc::ptr_eq(statements, &self.0));
    }
}

#[derive(Default)]
struct Listener {
    statements: Option<Statements>,
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                let watched = WATCHED.lock().unwrap();
                let found = watched.iter().find(|(address, _)| url.starts_with(address.as_str()));
                self.statements = found.map(|(_, statements)| Arc::clone(statements));
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let Some(statements) = &self.statements else { return };
                let text = query.to_string();
                let sql = text.split(" -- binds:").next().unwrap_or_default().trim();
                if sql.starts_with("SELECT") || sql.starts_with("WITH") {
                    statements.lock().unwrap().push(shortened(sql));
                }
            }
            _ => {}
        }
    }
}

/// With every list of values in parentheses cut to one value: the plan is the same for any number of them.
fn shortened(sql: &str) -> String {
    let mut short = sql.to_owned();
    while let Some(at) = short.find("(?, ?") {
        // A pair is compared as a pair.
        let end = at + short[at..].find(')').unwrap();
        if short[..at].ends_with("IN ") {
            short.replace_range(at..=end, "(?)");
        } else {
            short.replace_range(at..at + 5, "(?,?");
        }
    }
    short
}
