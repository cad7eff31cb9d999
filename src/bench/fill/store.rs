//! Many rows at a time.

use diesel::prelude::*;

use crate::assignments::store::AssignmentRow;
use crate::cases::store::{CaseEventRow, CaseRow};
use crate::channels::store::ChannelRow;
use crate::db::Conn;
use crate::error::Result;
use crate::messages::store::MessageRow;
use crate::on;
use crate::people::store::PersonRow;
use crate::schema::{assignments, case_events, cases, channels, messages, people, tasks, watches};
use crate::tasks::store::TaskRow;
use crate::watch::store::WatchRow;

/// Rows in one statement: SQLite binds at most 32,766 values, and no row here has more than 30.
const ROWS: usize = 1_000;

/// Some cases with what hangs on each.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) cases: Vec<CaseRow>,
    pub(super) events: Vec<CaseEventRow>,
    pub(super) assignments: Vec<AssignmentRow>,
    pub(super) people: Vec<PersonRow>,
    pub(super) channels: Vec<ChannelRow>,
    pub(super) watches: Vec<WatchRow>,
    pub(super) tasks: Vec<TaskRow>,
}

macro_rules! insert {
    ($conn:expr, $table:ident, $rows:expr) => {
        for chunk in $rows.chunks(ROWS) {
            on!($conn, c => diesel::insert_into($table::table).values(chunk).execute(c))?;
        }
    };
}

pub(super) fn insert(conn: &mut Conn<'_>, rows: &Rows) -> Result<()> {
    let Rows { cases, events, assignments, people, channels, watches, tasks } = rows;
    insert!(conn, cases, cases);
    insert!(conn, case_events, events);
    insert!(conn, assignments, assignments);
    insert!(conn, people, people);
    insert!(conn, channels, channels);
    insert!(conn, watches, watches);
    insert!(conn, tasks, tasks);
    Ok(())
}

pub(super) fn insert_messages(conn: &mut Conn<'_>, rows: &[MessageRow]) -> Result<()> {
    insert!(conn, messages, rows);
    Ok(())
}
