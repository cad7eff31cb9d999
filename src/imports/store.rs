//! Previews in the database.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::types::Time;
use crate::error::Result;
use crate::on;
use crate::schema::imports;

/// Drops the files of previews that have expired.
///
/// # Errors
/// Of the database.
pub fn forget_expired(conn: &mut Conn<'_>, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(imports::table
            .filter(imports::expires_at.lt(now))
            .filter(imports::file.is_not_null()))
        .set(imports::file.eq(None::<Vec<u8>>))
        .execute(c))?;
    Ok(())
}
