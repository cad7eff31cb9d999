//! What an engine says it would do.

use std::collections::BTreeMap;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel::sqlite::SqliteConnection;

use crate::support::{Engine, TestApp, Value};

/// What is wrong with a statement, and its plan.
type Explain = Box<dyn FnMut(&str) -> (Vec<String>, String)>;

/// Tables that stay small by what they are.
const SMALL: &[(&str, &str)] = &[
    ("organisations", "some, on one installation"),
    ("organisation_keys", "one a year"),
    ("installation", "one row"),
    ("webhooks", "set up by hand"),
    ("__diesel_schema_migrations", "one row for each migration"),
];

/// What some statements may do and others not: a part of their text, a part of what is found, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    // What runs beside the requests is heard as well.
    ("\"seq\" IS NULL", "looks through audit_events", "a partial index, of the rows that wait"),
    ("`digest` IS NOT NULL", "looks through audit_heads", "one row for each organisation"),
    ("\"digest\" IS NOT NULL", "looks through audit_heads", "one row for each organisation"),
    ("`audit_heads`.`tiled` +", "looks through audit_heads", "one row for each organisation"),
    ("`checkpoint_at` >= ?", "looks through audit_heads", "one row for each organisation"),
    ("\"checkpoint_at\" >= $1", "audit_heads", "one row for each organisation"),
    ("lease_until", "imports", "a job's, every half minute; imports are few"),
    ("lease_until", "import_commits", "a job's, every half minute; imports are few"),
    ("lease_until", "sorts", "a job's, every half minute; imports are few"),
    // Of one thing, or of those of a page.
    ("operation_events", "sorts", "what happened to one operation"),
    ("message_corrections", "sorts", "of the messages of a page"),
    ("operation_members", "sorts", "the members of the operations of a page"),
    ("packs", "sorts", "the copies of the operations of a page"),
    ("`operations`.`ends_at` > ?", "sorts", "those that stand, of which few do"),
    ("sync_points", "sorts", "the cursors of one session, of which few are kept"),
    ("FROM `reports`", "sorts", "the reports of the operations of one case"),
    ("FROM \"reports\"", "sorts", "the reports of the operations of one case"),
];

/// Of what was asked for by ids, and there were none: neither engine begins.
const NOTHING: &str = "(1=0)";

fn excused(sql: &str, found: &str) -> bool {
    EXCEPTIONS.iter().any(|(part, fault, _)| sql.contains(part) && found.contains(fault))
}

/// What is wrong with which statements: who asked, what was asked, what the engine would do.
pub fn faults(app: &TestApp, seen: &BTreeMap<String, String>) -> Vec<String> {
    let mut explain: Explain = match &app.engine {
        Engine::Sqlite { folder } => sqlite(&folder.path().join("test.db").to_string_lossy()),
        Engine::Postgres { url, .. } => postgres(url),
    };
    let mut faults = Vec::new();
    for (sql, by) in seen {
        if sql.contains(NOTHING) {
            continue;
        }
        let (mut found, plan) = explain(sql);
        found.retain(|fault| !excused(sql, fault));
        if !found.is_empty() {
            faults.push(format!("{by}\n  {sql}\n  {}\n{plan}", found.join("; ")));
        }
    }
    faults
}

fn grows(table: &str) -> bool {
    SMALL.iter().all(|(small, _)| *small != table)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A line of SQLite's plan, and below which it stands.
#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Integer)]
    parent: i32,
    #[diesel(sql_type = Text)]
    detail: String,
}

fn sqlite(path: &str) -> Explain {
    let mut connection = SqliteConnection::establish(path).unwrap();
    let tables: Vec<Line> =
        diesel::sql_query("SELECT name AS detail FROM sqlite_master WHERE type = 'table'")
            .load(&mut connection)
            .unwrap();
    let tables: Vec<String> = tables.into_iter().map(|line| line.detail).collect();
    Box::new(move |sql| {
        let plan: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
            .load(&mut connection)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
        let mut found = Vec::new();
        let names = |step: &Step, table: &str| step.detail.split(' ').nth(1) == Some(table);
        let is_of_what_grows =
            plan.iter().any(|step| tables.iter().any(|table| grows(table) && names(step, table)));
        for step in &plan {
            let detail = &step.detail;
            let mut words = detail.split(' ');
            let (verb, table) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let is_growing = tables.iter().any(|known| known == table) && grows(table);
            if verb == "SCAN" && is_growing {
                found.push(format!("looks through {table}"));
            }
            let is_of_all = detail.ends_with("(organisation_id=?)");
            if verb == "SEARCH" && is_growing && is_of_all && !sql.contains("LIMIT") {
                found.push(format!("loads all of an organisation's {table}"));
            }
            // Of the last term: only what is equal in those before it.
            let sorts = detail.contains("TEMP B-TREE") && !detail.contains("LAST TERM");
            if sorts && is_of_what_grows && !is_of_a_union(&plan, step) {
                found.push("sorts".to_owned());
            }
            if detail.contains("AUTOMATIC") {
                found.push(format!("makes an index on {table}"));
            }
        }
        let lines: Vec<String> = plan.iter().map(|line| format!("      {}", line.detail)).collect();
        (found, lines.join("\n"))
    })
}

/// Whether what is sorted is the first rows of each of some runs: they are cut in the routine below.
fn is_of_a_union(plan: &[Step], step: &Step) -> bool {
    let is_union = |step: &Step| step.detail.contains("UNION ALL") || step.detail.contains("COMPOUND");
    let Some(above) = plan.iter().find(|other| other.id == step.parent) else {
        return plan.iter().any(|other| other.parent == 0 && is_union(other));
    };
    !above.detail.contains("CO-ROUTINE") && (is_union(above) || is_of_a_union(plan, above))
}

/// What the planner would do with tables that hold a million rows cannot be told from these, which hold a few: it weighs by
/// what lies in them. So it is only asked whether there is an index at all, by forbidding to read the whole of a table. The
/// plan must do for any values.
const ASIDE: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off; \
     CREATE FUNCTION pg_temp.plan(statement text) RETURNS text LANGUAGE plpgsql AS $$ \
     DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON, COSTS OFF) ' || statement INTO plan; \
     RETURN plan::text; END $$;";

fn postgres(url: &str) -> Explain {
    let mut connection = PgConnection::establish(url).unwrap();
    connection.batch_execute(ASIDE).unwrap();
    let mut number = 0;
    Box::new(move |sql| {
        number += 1;
        let prepare = format!("PREPARE asked_{number} AS {sql}");
        connection.batch_execute(&prepare).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let count = (1..10_000).take_while(|number| sql.contains(&format!("${number}"))).count();
        let values = if count == 0 { String::new() } else { format!("({})", vec!["NULL"; count].join(", ")) };
        let line: Line =
            diesel::sql_query(format!("SELECT pg_temp.plan('EXECUTE asked_{number}{values}') AS detail"))
                .get_result(&mut connection)
                .unwrap_or_else(|error| panic!("{error}: {sql}"));
        let plan: Value = serde_json::from_str(&line.detail).unwrap();
        let (mut found, mut lines) = (Vec::new(), Vec::new());
        walk(&plan[0]["Plan"], 0, &mut found, &mut lines);
        (found, lines.join("\n"))
    })
}

/// Looks at a node of a plan and at those below it.
fn walk(node: &Value, depth: usize, found: &mut Vec<String>, lines: &mut Vec<String>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let (kind, table) = (text("Node Type"), text("Relation Name"));
    lines.push(format!("      {:width$}{kind} {table} {}", "", text("Index Name"), width = depth * 2));
    if kind == "Seq Scan" && grows(table) {
        found.push(format!("looks through {table}"));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, depth + 1, found, lines);
    }
}
