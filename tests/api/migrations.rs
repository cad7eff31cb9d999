//! Migrations on both engines: the same names, the same columns, and a way back.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use farlight::config::Settings;
use farlight::db::Database;

use crate::support::Engine;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn names(engine: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn sql(engine: &str, name: &str, file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("migrations").join(engine).join(name).join(file)).unwrap()
}

#[test]
fn both_engines_have_the_same_migrations() {
    assert_eq!(names("sqlite"), names("postgres"));
}

/// Table, column, kind and nullability, with the kinds of both engines under one name; then keys and indexes.
const SQLITE: &str = "
    SELECT m.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'number' WHEN 'BLOB' THEN 'bytes' ELSE 'text' END
        || CASE c.\"notnull\" WHEN 1 THEN '' ELSE ' null' END || CASE WHEN c.pk > 0 THEN ' key ' || c.pk ELSE '' END AS line
    FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'
    UNION ALL
    SELECT 'index ' || name || ' on ' || tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
    ORDER BY 1";

const POSTGRES: &str = "
    SELECT c.table_name || '.' || c.column_name || ' '
        || CASE c.data_type WHEN 'text' THEN 'text' WHEN 'bytea' THEN 'bytes' WHEN 'uuid' THEN 'bytes' ELSE 'number' END
        || CASE c.is_nullable WHEN 'NO' THEN '' ELSE ' null' END || COALESCE(' key ' || k.ordinal_position, '') AS line
    FROM information_schema.columns c
    LEFT JOIN information_schema.key_column_usage k
        ON k.table_name = c.table_name AND k.column_name = c.column_name AND k.constraint_name = c.table_name || '_pkey'
    WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_\\_%'
    UNION ALL
    SELECT 'index ' || indexname || ' on ' || tablename FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'
    ORDER BY 1";

fn schema(url: &str) -> Vec<String> {
    let rows: Vec<Line> = match url.strip_prefix("sqlite:") {
        Some(path) => {
            diesel::sql_query(SQLITE).load(&mut SqliteConnection::establish(path).unwrap()).unwrap()
        }
        None => diesel::sql_query(POSTGRES).load(&mut PgConnection::establish(url).unwrap()).unwrap(),
    };
    let mut lines: Vec<_> = rows.into_iter().map(|row| row.line).collect();
    lines.sort();
    lines
}

fn execute(url: &str, sql: &str) {
    match url.strip_prefix("sqlite:") {
        Some(path) => SqliteConnection::establish(path).unwrap().batch_execute(sql).unwrap(),
        None => PgConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
    }
}

/// The snapshot is one file for both engines: that each equals it proves that they equal each other.
#[test]
fn the_schema_goes_up_down_and_up_and_is_the_same_on_both_engines() {
    let mut settings = Settings::defaults().unwrap().database;
    let _engine = Engine::prepare(&mut settings);
    Database::migrate(&settings).unwrap();
    let engine = if settings.url.starts_with("sqlite") { "sqlite" } else { "postgres" };
    let up = schema(&settings.url);
    insta::assert_snapshot!("schema", up.join("\n"));

    for name in names(engine).iter().rev() {
        execute(&settings.url, &sql(engine, name, "down.sql"));
    }
    assert_eq!(schema(&settings.url), Vec::<String>::new(), "down leaves nothing");
    for name in &names(engine) {
        execute(&settings.url, &sql(engine, name, "up.sql"));
    }
    assert_eq!(schema(&settings.url), up);
    assert_eq!(Database::migrate(&settings).unwrap(), Vec::<String>::new(), "nothing is pending");
}

/// What waited for its place in an older version has one before anything is written with its own.
#[test]
fn rows_of_the_log_that_wait_get_their_places() {
    let mut settings = Settings::defaults().unwrap().database;
    let engine = Engine::prepare(&mut settings);
    if !settings.url.starts_with("sqlite") {
        return;
    }
    Database::migrate(&settings).unwrap();
    let places = names("sqlite").into_iter().find(|name| name.ends_with("_places")).unwrap();
    execute(&settings.url, &sql("sqlite", &places, "down.sql"));
    let row = |organisation: u8, id: u8, seq: &str| {
        let text =
            "INSERT INTO audit_events (organisation_id, id, seq, at, action, outcome, leaf_hash) VALUES";
        engine.execute(&format!("{text} (X'0{organisation}', X'0{id}', {seq}, 0, 'login', 'done', X'00')"));
    };
    for (organisation, id, seq) in [(1, 1, "0"), (1, 3, "1"), (1, 2, "NULL"), (1, 4, "NULL"), (2, 5, "NULL")]
    {
        row(organisation, id, seq);
    }
    execute(&settings.url, &sql("sqlite", &places, "up.sql"));
    let placed = "SELECT SUM((id = X'02') * (seq = 2) + (id = X'04') * (seq = 3) + (id = X'05') * (seq = 0)) FROM audit_events";
    assert_eq!((engine.number(placed), engine.number("SELECT COUNT(seq) FROM audit_events")), (3, 5));
    engine.execute("INSERT INTO audit_heads (organisation_id, size, tiled) VALUES (X'01', 2, 2)");
    execute(&settings.url, &sql("sqlite", &places, "down.sql"));
    assert_eq!(engine.number("SELECT size FROM audit_heads"), 4);
}
