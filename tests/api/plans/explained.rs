//! What an engine says it would do.

use std::collections::BTreeMap;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel::sqlite::SqliteConnection;

use crate::support::{Engine, TestApp, Value};

/// Tables that stay small by what they are.
const SMALL: &[(&str, &str)] = &[
    ("organisations", "some, on one installation"),
    ("organisation_keys", "one a year"),
    ("installation", "one row"),
    ("users", "the staff of an organisation"),
    ("webhooks", "set up by hand"),
    ("__diesel_schema_migrations", "one row for each migration"),
];

/// What some statements may do and others not: a part of their text, a part of what is found, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

fn excused(sql: &str, found: &str) -> bool {
    EXCEPTIONS.iter().any(|(part, fault, _)| sql.contains(part) && found.contains(fault))
}

/// What is wrong with which statements: who asked, what was asked, what the engine would do.
pub fn faults(app: &TestApp, seen: &BTreeMap<String, String>) -> Vec<String> {
    let mut explain: Box<dyn FnMut(&str) -> (Vec<String>, String)> = match &app.engine {
        Engine::Sqlite { folder } => sqlite(&folder.path().join("test.db").to_string_lossy()),
        Engine::Postgres { url, .. } => postgres(url),
    };
    let mut faults = Vec::new();
    for (sql, by) in seen {
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

fn sqlite(path: &str) -> Box<dyn FnMut(&str) -> (Vec<String>, String)> {
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
        for step in &plan {
            let detail = &step.detail;
            let mut words = detail.split(' ');
            let (verb, table) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let is_growing = tables.iter().any(|known| known == table) && grows(table);
            if verb == "SCAN" && is_growing {
                found.push(format!("looks through {table}"));
            }
            if verb == "SEARCH"
                && is_growing
                && detail.ends_with("(organisation_id=?)")
                && !sql.contains("LIMIT")
            {
                found.push(format!("loads all of an organisation's {table}"));
            }
            if detail.contains("TEMP B-TREE") && !is_of_a_union(&plan, step) {
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

/// The planner weighs by how much there is: it is told that every table holds a million rows, with values spread as in
/// those that are there. They lie on few pages, so to read all of them must be forbidden. The plan must do for any values.
const ASIDE: &str = "ANALYZE; UPDATE pg_class SET reltuples = 1000000, relpages = 1 \
     WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace; \
     SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; \
     CREATE FUNCTION pg_temp.plan(statement text) RETURNS text LANGUAGE plpgsql AS $$ \
     DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (FORMAT JSON, COSTS OFF) ' || statement INTO plan; \
     RETURN plan::text; END $$;";

fn postgres(url: &str) -> Box<dyn FnMut(&str) -> (Vec<String>, String)> {
    let mut connection = PgConnection::establish(url).unwrap();
    connection.batch_execute(ASIDE).unwrap();
    let mut number = 0;
    Box::new(move |sql| {
        number += 1;
        let prepare = format!("PREPARE asked_{number} AS {sql}");
        connection.batch_execute(&prepare).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let count = (1..100).take_while(|number| sql.contains(&format!("${number}"))).count();
        let values = if count == 0 { String::new() } else { format!("({})", vec!["NULL"; count].join(", ")) };
        let line: Line =
            diesel::sql_query(format!("SELECT pg_temp.plan('EXECUTE asked_{number}{values}') AS detail"))
                .get_result(&mut connection)
                .unwrap_or_else(|error| panic!("{error}: {sql}"));
        let plan: Value = serde_json::from_str(&line.detail).unwrap();
        let (mut found, mut lines) = (Vec::new(), Vec::new());
        walk(&plan[0]["Plan"], 0, false, &mut found, &mut lines);
        (found, lines.join("\n"))
    })
}

/// Looks at a node of a plan and at those below it; `few` where only a page of its rows is asked for.
fn walk(node: &Value, depth: usize, few: bool, found: &mut Vec<String>, lines: &mut Vec<String>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    let (kind, table) = (text("Node Type"), text("Relation Name"));
    let (condition, filter) = (text("Index Cond"), text("Filter"));
    lines.push(format!(
        "      {:width$}{kind} {table} {} [{condition}] [{filter}]",
        "",
        text("Index Name"),
        width = depth * 2
    ));
    let children = || node["Plans"].as_array().into_iter().flatten();
    let is_growing = !table.is_empty() && grows(table);
    if kind == "Seq Scan" && is_growing {
        found.push(format!("looks through {table}"));
    }
    if kind.ends_with("Sort") && !children().all(is_bounded) {
        found.push("sorts".to_owned());
    }
    if kind.contains("Index") && is_growing && !is_narrow(condition) {
        if !filter.is_empty() {
            found.push(format!("sifts {table}: {filter}"));
        }
        if !few {
            found.push(format!("loads all of an organisation's {table}"));
        }
    }
    let few = match kind {
        "Limit" => true,
        "Sort" | "Incremental Sort" | "Hash" | "Aggregate" | "Materialize" => false,
        _ => few,
    };
    for child in children() {
        // What is asked for each row is not cut by the limit above, but must be narrow by itself.
        let few = few || child["Parent Relationship"] == "SubPlan";
        walk(child, depth + 1, few, found, lines);
    }
}

/// Whether no more rows come out than were asked for.
fn is_bounded(node: &Value) -> bool {
    match node["Node Type"].as_str().unwrap_or_default() {
        "Limit" => true,
        "Append" | "Merge Append" | "Subquery Scan" | "Result" => {
            node["Plans"].as_array().into_iter().flatten().all(is_bounded)
        }
        _ => false,
    }
}

/// Whether an index is asked for the rows of something by its id, not of an organisation.
fn is_narrow(condition: &str) -> bool {
    condition.split(" AND ").any(|part| {
        let part = part.trim_matches(['(', ')']);
        let (column, rest) = part.split_once(' ').unwrap_or((part, ""));
        column != "organisation_id"
            && rest.starts_with('=')
            && (column == "id"
                || column.ends_with("_id")
                || column.ends_with("hash")
                || column.ends_with("key"))
    })
}
