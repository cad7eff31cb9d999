//! A whole database, table by table, whatever is in it. No scope: whoever runs this holds the database itself.

use diesel::connection::SimpleConnection;
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};

use crate::attachments::model::Working;
use crate::audit::{self, AuditEvent, Outcome};
use crate::authz::Action;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::deliveries::model::DeliveryStatus;
use crate::error::{Error, Result};
use crate::files::{Kind, Name};
use crate::imports::model::ImportState;
use crate::on;
use crate::schema::{
    attachments, break_glass, calendar_feeds, deliveries, imports, known_devices, one_time_tokens,
    refresh_tokens, sessions, upload_parts, uploads,
};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn words(conn: &mut Conn<'_>, sqlite: &str, postgres: &str) -> Result<Vec<String>> {
    let sql = match conn {
        Conn::Sqlite(_) => sqlite,
        Conn::Postgres(_) => postgres,
    };
    let rows: Vec<Word> = on!(conn, c => diesel::sql_query(sql).load(c))?;
    Ok(rows.into_iter().map(|row| row.word).collect())
}

/// An identifier of the catalogue, whatever its characters.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every table, but for those in which the engines and migrations keep their own.
pub(super) fn tables(conn: &mut Conn<'_>) -> Result<Vec<String>> {
    words(
        conn,
        "SELECT name AS word FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY name",
        "SELECT tablename::text AS word FROM pg_tables WHERE schemaname = current_schema() \
         AND tablename NOT LIKE '\\_\\_%' ORDER BY tablename",
    )
}

pub(super) fn count(conn: &mut Conn<'_>, table: &str) -> Result<u64> {
    let sql = format!("SELECT COUNT(*) AS number FROM {}", quoted(table));
    let row: Number = on!(conn, c => diesel::sql_query(sql).get_result(c))?;
    Ok(row.number.cast_unsigned())
}

/// The migrations that made the schema, oldest first.
pub(super) fn migrations(conn: &mut Conn<'_>) -> Result<Vec<String>> {
    let sql = "SELECT version AS word FROM __diesel_schema_migrations ORDER BY version";
    words(conn, sql, "SELECT version::text AS word FROM __diesel_schema_migrations ORDER BY version")
}

/// What SQLite itself finds wrong with a file; nothing for PostgreSQL, which has no such file.
pub(super) fn defects(conn: &mut Conn<'_>) -> Result<Vec<String>> {
    let nothing = "SELECT '' AS word WHERE false";
    let pages = "SELECT integrity_check AS word FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
    let mut found = words(conn, pages, nothing)?;
    let keys = "SELECT 'a row of ' || \"table\" || ' names one of ' || parent || ' that is not there' AS word \
                FROM pragma_foreign_key_check LIMIT 20";
    found.extend(words(conn, keys, nothing)?);
    Ok(found)
}

/// A file that a row names.
pub(super) struct Object {
    pub(super) name: Name,
    /// Whether it is a record; otherwise it is a step on the way to one, and can be taken again.
    pub(super) is_kept: bool,
}

/// What the rows name. What lives shortest comes first, so that little of it is gone when its turn comes.
pub(super) fn objects(conn: &mut Conn<'_>) -> Result<Vec<Object>> {
    let parts: Vec<(Id, Id, Id)> = on!(conn, c => upload_parts::table
        .inner_join(uploads::table.on(
            uploads::organisation_id.eq(upload_parts::organisation_id).and(uploads::id.eq(upload_parts::upload_id)),
        ))
        .filter(uploads::received.ge(0))
        .order((upload_parts::organisation_id, upload_parts::upload_id, upload_parts::position))
        .select((upload_parts::organisation_id, upload_parts::upload_id, upload_parts::object_id))
        .load(c))?;
    let waiting: Vec<(Id, Id, Id)> = on!(conn, c => imports::table
        .filter(imports::state.eq_any([ImportState::Reading, ImportState::Ready]))
        .filter(imports::attachment_id.is_null())
        .filter(imports::object_id.is_not_null())
        .order((imports::organisation_id, imports::id))
        .select((imports::organisation_id, imports::id, imports::object_id.assume_not_null()))
        .load(c))?;
    let kept: Vec<(Id, Id, Id, Working)> = on!(conn, c => attachments::table
        .order((attachments::organisation_id, attachments::id))
        .select((attachments::organisation_id, attachments::id, attachments::object_id, attachments::working))
        .load(c))?;
    let passing = |kind: Kind| {
        move |(organisation, owner, attempt)| Object {
            name: Name::new(kind, organisation, owner, attempt),
            is_kept: false,
        }
    };
    let mut objects: Vec<_> = parts.into_iter().map(passing(Kind::Part)).collect();
    objects.extend(waiting.into_iter().map(passing(Kind::Import)));
    for (organisation, owner, attempt, working) in kept {
        let copy = (working == Working::Stored).then_some(Kind::Working);
        for kind in [Some(Kind::Original), copy].into_iter().flatten() {
            objects.push(Object { name: Name::new(kind, organisation, owner, attempt), is_kept: true });
        }
    }
    Ok(objects)
}

/// Copies the database at one moment into a new file, beside whoever reads and writes.
pub(super) fn vacuum_into(connection: &mut SqliteConnection, file: &std::path::Path) -> Result<()> {
    let file = file.to_str().ok_or_else(|| Error::internal("the path of the snapshot is no text"))?;
    diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(file).execute(connection)?;
    Ok(())
}

/// Puts all that was written into the one file.
pub(super) fn settle(connection: &mut SqliteConnection) -> Result<()> {
    Ok(connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?)
}

/// Texts of values that another server reads as exactly the same values.
pub(super) fn speak_plainly(connection: &mut PgConnection) -> Result<()> {
    Ok(connection.batch_execute(
        "SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle TO 'ISO, YMD'; SET LOCAL bytea_output TO 'hex'; \
         SET LOCAL extra_float_digits TO 1; SET LOCAL intervalstyle TO 'postgres'",
    )?)
}

/// A column and its type, as SQL has them.
#[derive(QueryableByName)]
pub(super) struct Column {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Text)]
    kind: String,
}

pub(super) fn columns(connection: &mut PgConnection, table: &str) -> Result<Vec<Column>> {
    Ok(diesel::sql_query(
        "SELECT attname::text AS name, format_type(atttypid, atttypmod) AS kind FROM pg_attribute \
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
    )
    .bind::<Text, _>(quoted(table))
    .load(connection)?)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Array<Nullable<Text>>)]
    line: Vec<Option<String>>,
}

/// Rows that are in memory at a time.
const FETCH: usize = 256;

/// Reads a table within the transaction that is under way.
pub(super) fn read_rows<E: From<diesel::result::Error>>(
    connection: &mut PgConnection,
    table: &str,
    columns: &[Column],
    mut each: impl FnMut(&[Option<String>]) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let texts: Vec<_> = columns.iter().map(|column| format!("{}::text", quoted(&column.name))).collect();
    connection.batch_execute(&format!(
        "DECLARE farlight_rows NO SCROLL CURSOR FOR SELECT ARRAY[{}]::text[] AS line FROM {}",
        texts.join(", "),
        quoted(table)
    ))?;
    loop {
        let rows: Vec<Line> =
            diesel::sql_query(format!("FETCH {FETCH} FROM farlight_rows")).load(connection)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            each(&row.line)?;
        }
    }
    Ok(connection.batch_execute("CLOSE farlight_rows")?)
}

/// Takes every row out of a table that was made in the transaction under way.
pub(super) fn empty(connection: &mut PgConnection, table: &str) -> Result<()> {
    diesel::sql_query(format!("DELETE FROM {}", quoted(table))).execute(connection)?;
    Ok(())
}

/// Adds rows, given column by column.
pub(super) fn insert_rows(
    connection: &mut PgConnection,
    table: &str,
    columns: &[Column],
    values: Vec<Vec<Option<String>>>,
) -> Result<()> {
    let list = |each: &dyn Fn(usize, &Column) -> String| -> String {
        columns.iter().enumerate().map(|(place, column)| each(place, column)).collect::<Vec<_>>().join(", ")
    };
    let sql = format!(
        "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS r({})",
        quoted(table),
        list(&|_, column| quoted(&column.name)),
        list(&|place, column| format!("v{place}::{}", column.kind)),
        list(&|place, _| format!("${}::text[]", place + 1)),
        list(&|place, _| format!("v{place}")),
    );
    let mut query = diesel::sql_query(sql).into_boxed::<Pg>();
    for column in values {
        query = query.bind::<Array<Nullable<Text>>, _>(column);
    }
    query.execute(connection)?;
    Ok(())
}

/// A foreign key, to be taken off and put back.
#[derive(QueryableByName)]
pub(super) struct ForeignKey {
    #[diesel(sql_type = Text)]
    on_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Takes the foreign keys off, so that tables can be filled in any order.
pub(super) fn drop_foreign_keys(connection: &mut PgConnection) -> Result<Vec<ForeignKey>> {
    let keys: Vec<ForeignKey> = diesel::sql_query(
        "SELECT conrelid::regclass::text AS on_table, quote_ident(conname) AS name, \
         pg_get_constraintdef(oid) AS definition FROM pg_constraint \
         WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2",
    )
    .load(connection)?;
    for ForeignKey { on_table, name, .. } in &keys {
        connection.batch_execute(&format!("ALTER TABLE {on_table} DROP CONSTRAINT {name}"))?;
    }
    Ok(keys)
}

/// Puts them back, which looks at every row.
pub(super) fn add_foreign_keys(connection: &mut PgConnection, keys: &[ForeignKey]) -> Result<()> {
    for ForeignKey { on_table, name, definition } in keys {
        connection.batch_execute(&format!("ALTER TABLE {on_table} ADD CONSTRAINT {name} {definition}"))?;
    }
    Ok(())
}

/// Ends every session, with a row of the audit log for each; says how many that were.
pub(super) fn end_sessions(conn: &mut Conn<'_>, now: Time) -> Result<usize> {
    let ended: Vec<(Id, Id)> = on!(conn, c => sessions::table
        .filter(sessions::revoked_at.is_null())
        .order((sessions::organisation_id, sessions::id))
        .select((sessions::organisation_id, sessions::id))
        .load(c))?;
    on!(conn, c => diesel::update(sessions::table.filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now))
        .execute(c))?;
    let mut place = 0;
    let events: Vec<_> = ended
        .iter()
        .map(|(organisation_id, session)| {
            place += 1;
            AuditEvent {
                id: Id::sequence(now, place),
                organisation_id: *organisation_id,
                at: now,
                actor_id: None,
                session_id: None,
                action: Action::SessionRevoke,
                outcome: Outcome::Done,
                object_id: Some(*session),
                case_id: None,
                detail: None,
            }
        })
        .collect();
    for events in events.chunks(500) {
        audit::store::insert(conn, events)?;
    }
    Ok(ended.len())
}

/// Forgets tokens that would renew a session.
pub(super) fn forget_refresh_tokens(conn: &mut Conn<'_>) -> Result<usize> {
    Ok(on!(conn, c => diesel::delete(refresh_tokens::table).execute(c))?)
}

/// Uses up links that were not used yet, as far as this database knows.
pub(super) fn use_up_links(conn: &mut Conn<'_>, now: Time) -> Result<usize> {
    Ok(on!(conn, c => diesel::update(one_time_tokens::table.filter(one_time_tokens::used_at.is_null()))
        .set(one_time_tokens::used_at.eq(now))
        .execute(c))?)
}

/// Ends the addresses of calendars, which need no signing in.
pub(super) fn end_calendar_feeds(conn: &mut Conn<'_>) -> Result<usize> {
    Ok(on!(conn, c => diesel::delete(calendar_feeds::table).execute(c))?)
}

/// Forgets devices that were known: from one that was lost since, guesses at a password would not wait as others do.
pub(super) fn forget_devices(conn: &mut Conn<'_>) -> Result<usize> {
    Ok(on!(conn, c => diesel::delete(known_devices::table).execute(c))?)
}

/// Ends accesses in an emergency, open or asked for.
pub(super) fn end_break_glass(conn: &mut Conn<'_>, now: Time) -> Result<usize> {
    Ok(on!(conn, c => diesel::update(break_glass::table.filter(break_glass::ended_at.is_null()))
        .set(break_glass::ended_at.eq(now))
        .execute(c))?)
}

/// Gives up what waits to be sent.
pub(super) fn abandon_deliveries(conn: &mut Conn<'_>, now: Time) -> Result<usize> {
    Ok(
        on!(conn, c => diesel::update(deliveries::table.filter(deliveries::status.eq(DeliveryStatus::Pending)))
        .set((
            deliveries::status.eq(DeliveryStatus::Abandoned),
            deliveries::last_error.eq("restored"),
            deliveries::ended_at.eq(now),
            deliveries::leased_until.eq(None::<Time>),
        ))
        .execute(c))?,
    )
}

/// Closes an upload whose pieces are not all there; housekeeping clears it away.
pub(super) fn close_upload(conn: &mut Conn<'_>, organisation: Id, id: Id, now: Time) -> Result<usize> {
    Ok(on!(conn, c => diesel::update(uploads::table
            .filter(uploads::organisation_id.eq(organisation))
            .filter(uploads::id.eq(id)))
        .set((uploads::received.eq(-1_i64), uploads::expires_at.eq(now)))
        .execute(c))?)
}

/// Raises every row's version by as much; says in how many tables.
pub(super) fn raise_versions(conn: &mut Conn<'_>, by: u32) -> Result<usize> {
    let columns = words(
        conn,
        "SELECT m.name || '.' || c.name AS word FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND c.name IN ('version', 'plan_version') \
         AND c.type = 'INTEGER'",
        "SELECT table_name || '.' || column_name AS word FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%' \
         AND column_name IN ('version', 'plan_version') AND data_type IN ('integer', 'bigint')",
    )?;
    for column in &columns {
        if let Some((table, column)) = column.split_once('.') {
            let (table, column) = (quoted(table), quoted(column));
            let sql = format!("UPDATE {table} SET {column} = {column} + {by}");
            on!(conn, c => diesel::sql_query(sql).execute(c))?;
        }
    }
    Ok(columns.len())
}
