//! Whether the database answers.

use diesel::connection::SimpleConnection;

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::on;

/// One round trip.
pub(super) fn ping(conn: &mut Conn<'_>) -> Result<()> {
    on!(conn, c => c.batch_execute("SELECT 1")).map_err(|_| Error::busy("the database does not answer"))
}
