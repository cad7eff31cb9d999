//! What a list costs is what its page costs: every statement behind every list is explained, by the engine that runs it.
//!
//! Every list of the OpenAPI document is asked for in every order and with every filter that it offers, by every role,
//! and what reaches the database meanwhile is written down. Then each statement is explained: none may look through a
//! table that grows, sort more than a page, or sift the rows of a whole organisation.

mod captured;
mod explained;

use std::collections::{BTreeMap, BTreeSet};

use crate::support::tour::tour;
use crate::support::{Actor, TestApp};
use captured::Captured;

/// Whose reach differs.
const ROLES: &[&str] =
    &["coordinator", "caseworker", "caseworker2", "officer", "analyst", "auditor", "partner", "admin"];

/// Asked for as well: no pages, but made of what grows.
const BESIDE: &[(&str, &str)] = &[("worklist.show", "/v1/me/worklist"), ("board.show", "/v1/board")];

/// A list, and what may be asked of it.
struct List {
    operation: String,
    path: String,
    parameters: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_costs_more_than_its_page() {
    let captured = Captured::new();
    let app = TestApp::spawn_with(|settings| captured.watch(&settings.database.url)).await;
    let tour = tour(&app).await;
    let case = app.case(&app.coordinator).await;
    app.assign(&case, &app.caseworker).await;
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for step in &tour.steps {
        if step.method == reqwest::Method::GET {
            let (path, _) = step.path.split_once('?').unwrap_or((&step.path, ""));
            paths.entry(step.operation).or_default().insert(path);
        }
    }

    // Some have signed out on the tour.
    let mut actors = Vec::new();
    for role in ROLES {
        let on_tour = app.actor(role);
        let is_in = on_tour.get("/v1/me").await.status == 200;
        let token = if is_in {
            on_tour.token().await.to_owned()
        } else {
            Actor::new(&app.address, &on_tour.email, &on_tour.id).token().await.to_owned()
        };
        actors.push((role, Actor::with_token(&app.address, &token)));
    }

    let mut seen = BTreeMap::new();
    for list in lists(&app).await {
        let mut is_answered = false;
        let mut paths = paths.get(list.operation.as_str()).cloned().unwrap_or_default();
        // The case of the tour is gone at its end.
        let of_case = list.path.replace("/v1/cases/{id}", &format!("/v1/cases/{case}"));
        if !of_case.contains('{') {
            paths.insert(&of_case);
        }
        for path in paths {
            for (role, actor) in &actors {
                for query in queries(&app, &list, &case) {
                    let mut next = format!("{path}?{query}");
                    // The page after has a condition that the first has not.
                    for _ in 0..2 {
                        captured.take();
                        let reply = actor.get(&next).await;
                        let by = format!("{role} GET {next}");
                        for sql in captured.take() {
                            seen.entry(sql).or_insert_with(|| by.clone());
                        }
                        assert!(
                            matches!(reply.status, 200 | 403 | 404),
                            "{by}: {} {}",
                            reply.status,
                            reply.text
                        );
                        is_answered |= reply.status == 200;
                        let Some(cursor) = reply.body["next_cursor"].as_str() else { break };
                        next = format!("{path}?{query}&cursor={cursor}");
                    }
                }
            }
        }
        assert!(is_answered, "nobody was given {} {}", list.operation, list.path);
    }
    assert!(seen.len() > 100, "only {} statements were seen", seen.len());

    let faults = explained::faults(&app, &seen);
    for fault in &faults {
        println!("{fault}\n");
    }
    assert!(faults.is_empty(), "{} of {} statements cost more than a page", faults.len(), seen.len());
}

/// Every operation whose answer has `items`, and [`BESIDE`].
async fn lists(app: &TestApp) -> Vec<List> {
    let document = app.nobody.get("/openapi.json").await.ok();
    let mut lists = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        let Some(id) = operation["operationId"].as_str() else { continue };
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let schema = schema["$ref"]
            .as_str()
            .and_then(|reference| document.pointer(reference.trim_start_matches('#')))
            .unwrap_or(schema);
        if schema["properties"]["items"].is_object() || BESIDE.contains(&(id, path)) {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            lists.push(List {
                operation: id.to_owned(),
                path: path.clone(),
                parameters: parameters
                    .filter(|parameter| parameter["in"] == "query")
                    .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                    .collect(),
            });
        }
    }
    assert!(lists.len() > 30, "only {} lists", lists.len());
    lists
}

/// In every order: without a filter, with each, with each two, and with all.
fn queries(app: &TestApp, list: &List, case: &str) -> Vec<String> {
    let mut orders = vec![String::new()];
    let mut filters: Vec<Vec<String>> = Vec::new();
    for name in list.parameters.iter().filter(|name| !["limit", "cursor"].contains(&name.as_str())) {
        let values = values(app, &list.operation, name, case);
        let pairs = values.iter().map(|value| format!("&{name}={value}"));
        if name == "sort" { orders.extend(pairs) } else { filters.push(pairs.collect()) }
    }
    let mut sets: Vec<String> = vec![String::new()];
    sets.extend(filters.iter().flatten().cloned());
    let first: Vec<&String> = filters.iter().map(|values| &values[0]).collect();
    for (number, one) in first.iter().enumerate() {
        sets.extend(first[..number].iter().map(|other| format!("{one}{other}")));
    }
    if first.len() > 2 {
        sets.push(first.into_iter().cloned().collect());
    }
    let limit = if list.parameters.iter().any(|name| name == "limit") { "limit=1" } else { "" };
    let all = orders.iter().flat_map(|order| sets.iter().map(move |set| format!("{limit}{set}{order}")));
    all.map(|query| query.trim_start_matches('&').to_owned()).collect()
}

/// What to ask for by a parameter. A new one needs a line.
fn values(app: &TestApp, operation: &str, name: &str, case: &str) -> Vec<String> {
    let words: &[&str] = match (operation, name) {
        ("case.list", "status") => &["intake", "active,closed,in_care"],
        ("case.list", "risk") => &["high", "high,low"],
        ("case.list", "assigned_to") => return vec!["me".to_owned(), app.caseworker.id.clone()],
        ("case.list", "updated_after") => &["2020-01-01T00:00:00Z"],
        ("case.list", "sort") => &["updated_at", "created_at", "-created_at"],
        ("alert.list", "state") => &["open", "acknowledged", "resolved", "open,resolved"],
        ("alert.list", "kind") => &["duress", "overdue,silent"],
        ("alert.list", "sort") => &["since"],
        ("clue.list", "sort") => &["observed_at", "-observed_at", "recorded_at", "-recorded_at"],
        ("message.list", "sort") => &["sent_at", "-sent_at"],
        ("case.timeline", "sort") => &["at", "-at"],
        ("case.timeline", "kind") => &["status", "clue,correction,report"],
        ("task.list", "status") => &["open", "open,done"],
        ("clue.list", "status") => &["proposed", "confirmed,rejected"],
        ("clue.list", "kind") => &["point"],
        ("operation.list", "status") => &["draft", "approved,in_progress"],
        ("site.list", "verification") => &["confirmed", "confirmed,suspected"],
        ("site.list", "activity") => &["active"],
        ("actor.list", "kind") => &["company", "company,group"],
        ("observation.list", "kind") => &["vehicles"],
        ("break_glass.list", "state") => &["waiting", "not_opened", "open", "to_review", "reviewed"],
        ("consent.list", "purpose") => &["share"],
        ("consent.list", "at") | ("site.history", "known_at") => &["2026-01-01T00:00:00Z"],
        ("audit.list", "actor_id") => return vec![app.caseworker.id.clone()],
        ("audit.list", "object_id") => return vec![case.to_owned()],
        ("audit.list", "action") => &["case.list"],
        ("audit.list", "outcome") => &["refused", "done"],
        ("do_not_share.list" | "site.do_not_share_list", "include") => &["removed"],
        ("sync.changes", "after") => &["nothing"],
        ("board.show", "from") => return vec![app.now()],
        ("board.show", "until") => return vec![app.clock.now().plus_seconds(7 * 86_400).to_string()],
        ("worklist.show", "time_zone") => &["Asia/Bangkok"],
        (_, "case_id") => return vec![case.to_owned()],
        (_, "channel_id") => return vec![case.to_owned()],
        (_, "q") => &["zqcanary"],
        other => panic!("what is to be asked for by {other:?}?"),
    };
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Whether the engine's own words for a plan are understood: a test of the test.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_without_an_index_is_found() {
    let app = TestApp::spawn().await;
    let bad = [
        "SELECT id FROM messages WHERE recorded_at > recorded_at LIMIT 1",
        "SELECT id FROM cases WHERE organisation_id = id ORDER BY version LIMIT 1",
        "SELECT id FROM cases WHERE organisation_id = created_by",
    ];
    let seen: BTreeMap<String, String> = bad.iter().map(|sql| ((*sql).to_owned(), String::new())).collect();
    let faults = explained::faults(&app, &seen);
    assert_eq!(faults.len(), bad.len(), "{faults:#?}");
}
