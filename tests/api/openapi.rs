//! Walks over every operation of the OpenAPI document.

use std::collections::BTreeSet;

use reqwest::Method;

use crate::support::tour::{STRANGERS_ONLY, tour};
use crate::support::{Actor, Reply, TestApp, Value, json, send, unknown_id};

struct Operation {
    id: String,
    method: Method,
    path: String,
    public: bool,
}

async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.nobody.get("/openapi.json").await.ok();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                public: operation.get("security").is_none(),
            });
        }
    }
    found
}

/// Puts ids where the path has names.
fn with_ids(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(&unknown_id());
        rest = after.split_once('}').unwrap().1;
    }
    out + rest
}

async fn call(actor: &Actor, method: &Method, path: &str, body: Option<&Value>, etag: Option<&str>) -> Reply {
    call_with(actor, method, path, body, etag, &[]).await
}

async fn call_with(
    actor: &Actor,
    method: &Method,
    path: &str,
    body: Option<&Value>,
    etag: Option<&str>,
    headers: &[(&str, &str)],
) -> Reply {
    let mut request = actor.request(method.clone(), path).await;
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(etag) = etag {
        request = request.header("if-match", etag);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    send(request).await
}

/// Only this list may be called by a stranger. It should only shrink.
const PUBLIC: &[&str] = &[
    "auth.login",
    "auth.refresh",
    "calendar.feed",
    "health",
    "invitation.accept",
    "metrics",
    "ready",
    "setup",
    "upload.options",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_answers_a_stranger() {
    let app = TestApp::spawn().await;
    let junk = Actor::with_token(&app.address, "eyJhbGciOiJub25lIn0.e30.");
    let mut public = BTreeSet::new();
    for operation in operations(&app).await {
        if operation.public {
            public.insert(operation.id);
            continue;
        }
        for stranger in [&app.nobody, &junk] {
            let path = with_ids(&operation.path);
            for body in [None, Some(&json!({}))] {
                let reply = call(stranger, &operation.method, &path, body, None).await;
                if operation.method == Method::HEAD {
                    // The answer to a HEAD has no body to say more.
                    assert_eq!((reply.status, reply.text.as_str()), (401, ""));
                    continue;
                }
                reply.problem(401, "unauthenticated");
            }
        }
    }
    assert_eq!(public.iter().map(String::as_str).collect::<Vec<_>>(), PUBLIC);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_taken_once_and_is_on_record() {
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    let taken: BTreeSet<_> = tour.steps.iter().map(|step| step.operation.to_owned()).collect();
    let all: BTreeSet<_> = operations(&app).await.into_iter().map(|operation| operation.id).collect();
    let missing: Vec<_> =
        all.difference(&taken).filter(|id| !STRANGERS_ONLY.contains(&id.as_str())).collect();
    assert!(missing.is_empty(), "the tour does not take {missing:?}");

    // The auditor changed their password on the tour; their session lives on.
    let mut recorded = BTreeSet::new();
    let mut path = "/v1/audit-events?limit=200".to_owned();
    loop {
        let page = app.auditor.get(&path).await.ok();
        for row in page["items"].as_array().unwrap() {
            if row["outcome"] == "done" {
                recorded.insert(row["action"].as_str().unwrap().to_owned());
            }
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/audit-events?limit=200&cursor={cursor}"),
            None => break,
        }
    }
    let silent: Vec<_> = tour
        .steps
        .iter()
        .filter(|s| s.actor != "nobody" && !recorded.contains(s.operation))
        .map(|s| s.operation)
        .collect();
    assert!(silent.is_empty(), "no audit row for {silent:?}");
    assert!(recorded.contains("auth.login"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisations_ids_are_as_unknown_ones() {
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    for step in tour.steps.iter().filter(|step| step.path.contains("-7") && step.path.starts_with("/v1/")) {
        let unknown: String = {
            let parts = step.path.split('/').map(|part| {
                if part.len() == 36 && part.contains('-') { unknown_id() } else { part.to_owned() }
            });
            parts.collect::<Vec<_>>().join("/")
        };
        if unknown == step.path {
            continue;
        }
        for stranger in [&app.stranger, &app.stranger_officer, &app.stranger_auditor] {
            let is_upload =
                ["import.preview", "attachment.create", "operation.attach"].contains(&step.operation);
            let (foreign, nothing) = if is_upload {
                let file = crate::support::tour::telegram_export();
                (
                    stranger.upload(&step.path, "x.json", file.as_bytes()).await,
                    stranger.upload(&unknown, "x.json", file.as_bytes()).await,
                )
            } else {
                let (body, etag) = (step.body.as_ref(), step.etag.as_deref());
                (
                    call_with(stranger, &step.method, &step.path, body, etag, step.headers).await,
                    call_with(stranger, &step.method, &unknown, body, etag, step.headers).await,
                )
            };
            assert!(matches!(foreign.status, 403 | 404), "{} {}", step.operation, foreign.text);
            assert_eq!(foreign.text, nothing.text, "{}", step.operation);
            if std::ptr::eq(stranger, &raw const app.stranger) && foreign.status == 403 {
                // What a coordinator may never do; everything else must have got as far as not finding it.
                assert!(
                    ["user.update", "user.totp_reset", "referral.accept", "report.create"]
                        .contains(&step.operation)
                        || step.operation.starts_with("webhook."),
                    "{} {}",
                    step.operation,
                    foreign.text
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_locked() {
    let app = TestApp::spawn().await;
    let document = app.nobody.get("/openapi.json").await.ok();
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!("openapi", document);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_names_the_right_ones_and_a_wrong_path_is_not_found() {
    let app = TestApp::spawn().await;
    let reply = app.coordinator.delete("/v1/cases").await;
    reply.problem(405, "method-not-allowed");
    assert_eq!(reply.header("allow"), "GET, POST");
    app.coordinator.get("/v1/nothing-here").await.problem(404, "not-found");
    app.nobody.get("/").await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_come_from_the_binary() {
    let app = TestApp::spawn().await;
    let docs = app.nobody.get("/docs/").await;
    assert_eq!(docs.status, 200, "{}", docs.text);
    assert!(docs.text.contains("swagger-ui"));
    assert!(!docs.text.contains("//cdn") && !docs.text.contains("unpkg"));
    assert_eq!(app.nobody.get("/docs/swagger-ui-bundle.js").await.status, 200);
    let welcome = app.nobody.get("/welcome").await;
    assert!(welcome.text.contains("Welcome to Farlight"));
    assert!(welcome.header("content-security-policy").contains("script-src 'sha256-"));
    assert_eq!(welcome.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_readiness_and_metrics() {
    let app =
        TestApp::spawn_with(|settings| settings.server.metrics_token = "a-token-for-metrics".into()).await;
    assert_eq!(app.nobody.get("/healthz").await.ok(), json!({"status": "ok"}));
    assert_eq!(app.nobody.get("/readyz").await.ok(), json!({"status": "ok"}));
    app.nobody.get("/metrics").await.problem(404, "not-found");
    let case = app.case(&app.coordinator).await;
    app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    let metrics = Actor::with_token(&app.address, "a-token-for-metrics").get("/metrics").await;
    assert!(metrics.text.contains("route=\"/v1/cases/{id}\""), "{}", metrics.text);
    assert!(!metrics.text.contains(&case));

    let local = TestApp::spawn().await;
    assert_eq!(local.nobody.get("/metrics").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_same_headers_and_the_limit_is_told() {
    let app = TestApp::spawn_with(|settings| {
        settings.limits.requests_per_minute = 60;
        settings.limits.burst = 5;
    })
    .await;
    let reply = app.coordinator.get("/v1/me").await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(reply.header("ratelimit-policy").contains("q=5"), "{:?}", reply.headers);
    assert!(reply.header("ratelimit").contains("r=4"));
    assert_eq!(reply.header("server"), "");
    let replies = futures_util::future::join_all((0..20).map(|_| app.coordinator.get("/v1/me"))).await;
    let refused = replies.iter().find(|reply| reply.status == 429).expect("somebody is refused");
    refused.problem(429, "rate-limited");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    app.caseworker.get("/v1/me").await.ok();
}
