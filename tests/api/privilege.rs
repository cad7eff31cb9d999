//! What others had to mend, tried here: nobody raises themselves, and no endpoint acts on what its caller cannot see.

use reqwest::Method;

use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, id, json, send};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_an_admin_changes_what_they_are() {
    let app = TestApp::spawn().await;
    for who in [&app.coordinator, &app.caseworker, &app.officer, &app.analyst, &app.auditor, &app.partner] {
        let path = format!("/v1/users/{}", who.id);
        for body in
            [json!({"role": "admin"}), json!({"role": "coordinator"}), json!({"verified_person": "me"})]
        {
            who.patch(&path, "\"v1\"", body).await.problem(403, "forbidden");
        }
        let body = json!({"name": "Invented", "email": "second@lantern.example", "role": "coordinator"});
        who.post("/v1/users", body).await.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_gives_nothing_to_themselves() {
    let app = TestApp::spawn().await;
    let colleague = format!("/v1/users/{}", app.coordinator2.id);
    let etag = app.admin.get(&colleague).await.etag();
    app.admin.patch(&colleague, &etag, json!({"role": "admin"})).await.ok();
    let path = format!("/v1/users/{}", app.admin.id);
    let etag = app.admin.get(&path).await.etag();
    for body in
        [json!({"role": "coordinator"}), json!({"status": "suspended"}), json!({"verified_person": "me"})]
    {
        app.admin.patch(&path, &etag, body).await.problem(409, "own-account");
    }
    app.admin.patch(&path, &etag, json!({"name": "Odile Invented", "role": "admin"})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_seen_cannot_be_acted_on() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.watch(&app, &[&app.caseworker]).await;
    let case = format!("/v1/cases/{}", contact.case);
    let flagged = json!({"duress_words": ["umbrella"]});
    app.caseworker.patch(&format!("/v1/channels/{}", contact.channel), "\"v1\"", flagged).await.ok();
    contact.log(&app, "inbound", 0, json!({"body": "umbrella"})).await;
    farlight::alerts::dispatch::run_once(&app.services).await.unwrap();
    let alert = id(&app.caseworker.get("/v1/alerts?kind=duress").await.items()[0]);
    let body = json!({"title": "Call", "due_at": app.now()});
    let task = id(&app.caseworker.post(&format!("{case}/tasks"), body).await.ok());

    // By a colleague who is not on the case, and by whoever coordinates elsewhere.
    for (who, coordinates) in [(&app.caseworker2, false), (&app.stranger, true)] {
        let call = async |method: Method, path: String, body| {
            send(who.request(method, &path).await.header("if-match", "\"v1\"").json(&body)).await
        };
        let closing = json!({"status": "closed", "reason": "unfounded"});
        call(Method::POST, format!("{case}/status"), closing).await.problem(404, "not-found");
        call(Method::PATCH, case.clone(), json!({"risk": "low"})).await.problem(404, "not-found");
        call(Method::POST, format!("/v1/alerts/{alert}/acknowledge"), json!({}))
            .await
            .problem(404, "not-found");
        call(Method::PATCH, format!("/v1/tasks/{task}"), json!({"status": "done"}))
            .await
            .problem(404, "not-found");
        let refused = if coordinates { (404, "not-found") } else { (403, "forbidden") };
        let assignment = format!("{case}/assignments/{}", who.id);
        call(Method::PUT, assignment.clone(), json!({"role": "lead"})).await.problem(refused.0, refused.1);
        call(Method::DELETE, assignment, json!({})).await.problem(refused.0, refused.1);
        for (method, path, body) in [
            (Method::POST, "shred", json!({"reason": "x"})),
            (Method::POST, "shred/approve", json!({})),
            (Method::DELETE, "shred", json!({})),
            (Method::PUT, "legal-hold", json!({"reason": "x"})),
            (Method::DELETE, "legal-hold", json!({"reason": "x"})),
            (Method::PUT, "legal-basis", json!({"basis": "consent"})),
            (Method::POST, "retention", json!({"keep_until": "2040-01-01T00:00:00Z", "reason": "x"})),
        ] {
            call(method, format!("{case}/{path}"), body).await.problem(refused.0, refused.1);
        }
    }
    let shown = app.caseworker.get(&case).await.ok();
    assert_eq!((&shown["status"], &shown["risk"]), (&json!("intake"), &json!("high")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_to_be_done_by_somebody_is_not_taken_from_a_body() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let extra: [(&Actor, String, _); 4] = [
        (&app.coordinator, format!("/v1/cases/{case}/shred"), json!({"reason": "x", "ready_at": app.now()})),
        (
            &app.coordinator,
            format!("/v1/cases/{case}/shred/approve"),
            json!({"approved_by": app.coordinator2.id}),
        ),
        (
            &app.coordinator,
            format!("/v1/cases/{case}/retention"),
            json!({
                "keep_until": "2040-01-01T00:00:00Z", "reason": "x", "decided_by": app.coordinator2.id,
            }),
        ),
        (
            &app.caseworker2,
            "/v1/break-glass".to_owned(),
            json!({
                "case_id": case, "reason": "x", "approved_by": app.coordinator.id,
            }),
        ),
    ];
    for (who, path, body) in extra {
        who.post(&path, body).await.problem(422, "invalid");
    }
    let hold = format!("/v1/cases/{case}/legal-hold");
    let body = json!({"reason": "x", "placed_by": app.coordinator2.id});
    app.coordinator.put(&hold, body).await.problem(422, "invalid");
}
