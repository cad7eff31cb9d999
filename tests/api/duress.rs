//! `/v1/me/duress-password`, and what a session shows that it opened

use std::collections::BTreeSet;

use reqwest::Method;

use crate::support::tour::tour;
use crate::support::{Actor, PASSWORD, Reply, TestApp, Value, json, send};

const DURESS: &str = "nine amber windows glow";

async fn set(actor: &Actor) {
    assert_eq!(actor.put("/v1/me/duress-password", json!({"password": DURESS})).await.status, 204);
}

fn holder(app: &TestApp, tokens: &Value) -> Actor {
    Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap())
}

/// The shape of a value: what it is made of, without what it says.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), shape(value))).collect())
        }
        Value::Array(items) => json!([items.first().map(shape)]),
        Value::String(text) => json!(text.len()),
        Value::Number(_) => json!("number"),
        Value::Bool(_) => json!("bool"),
        Value::Null => Value::Null,
    }
}

fn names(reply: &Reply) -> BTreeSet<String> {
    reply.headers.keys().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_looks_the_same_member_by_member() {
    let app = TestApp::spawn_with(|settings| settings.auth.duress_ends_sessions = false).await;
    app.case(&app.coordinator).await;
    app.coordinator.put("/v1/me/duress-password", json!({"password": PASSWORD})).await.invalid("/password");
    app.coordinator.put("/v1/me/duress-password", json!({"password": "short"})).await.invalid("/password");
    set(&app.coordinator).await;
    let (real, forced) = (app.coordinator.sign_in(PASSWORD).await, app.coordinator.sign_in(DURESS).await);
    assert_eq!(shape(&real.ok()), shape(&forced.ok()));
    assert_eq!(names(&real), names(&forced));
    let (real, forced) = (holder(&app, &real.body), holder(&app, &forced.body));

    let (mine, theirs) = (real.get("/v1/me").await, forced.get("/v1/me").await);
    assert_eq!(names(&mine), names(&theirs));
    let without_moment = |reply: &Reply| {
        let mut body = reply.ok();
        body["second_factor"]["fresh_until"] = json!("then");
        body
    };
    assert_eq!(without_moment(&mine), without_moment(&theirs));
    assert!(!mine.text.contains("duress_password\":"), "whether there is one is told to nobody");

    let (mine, theirs) =
        (real.get("/v1/me/sessions").await.items(), forced.get("/v1/me/sessions").await.items());
    assert_eq!(mine.len(), 3);
    let without_current = |items: Vec<Value>| {
        let strip = |mut item: Value| {
            item.as_object_mut().unwrap().remove("current");
            item
        };
        items.into_iter().map(strip).collect::<Vec<_>>()
    };
    assert_eq!(without_current(mine), without_current(theirs));

    // A refresh goes on as it was.
    let tokens = app.coordinator.sign_in(DURESS).await.ok();
    let refreshed =
        app.nobody.post("/v1/auth/refresh", json!({"refresh_token": tokens["refresh_token"]})).await.ok();
    assert_eq!(holder(&app, &refreshed).get("/v1/cases").await.items(), Vec::<Value>::new());
    assert_eq!(real.get("/v1/cases").await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_and_nothing_is_done() {
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    let own = ["me.show", "session.list", "session.revoke", "auth.logout", "auth.step_up", "me.password"];
    for (name, actor) in [
        ("coordinator", &app.coordinator),
        ("coordinator2", &app.coordinator2),
        ("admin", &app.admin),
        ("officer", &app.officer),
        ("partner", &app.partner),
    ] {
        // The same person, with sessions of their own left alone.
        set(actor).await;
        let forced = holder(&app, &actor.sign_in(DURESS).await.ok());
        let mut looked = 0;
        for step in tour.steps.iter().filter(|step| step.actor == name && step.path.starts_with("/v1/")) {
            if own.contains(&step.operation) || step.operation == "event.stream" {
                continue;
            }
            let mut request = forced.request(step.method.clone(), &step.path).await;
            for (header, value) in step.headers {
                request = request.header(*header, *value);
            }
            if let Some(etag) = &step.etag {
                request = request.header("if-match", etag);
            }
            if let Some(body) = &step.body {
                request = request.json(body);
            }
            let reply = send(request).await;
            let what = format!("{name} {} {}: {} {}", step.operation, step.path, reply.status, reply.text);
            if step.method == Method::GET || step.operation == "location.extract" {
                match reply.status {
                    200 if reply.body.get("items").is_some() => {
                        assert_eq!(reply.body["items"], json!([]), "{what}");
                    }
                    // What is made from nothing: the board, the worklist, whether there is a calendar.
                    200 => assert!(!reply.text.contains("zqcanary"), "{what}"),
                    204 | 404 => {}
                    other => panic!("{other}: {what}"),
                }
            } else {
                if step.operation == "sync.batch" {
                    assert_eq!(reply.body["items"][0]["status"], 403, "{what}");
                    continue;
                }
                assert!([403, 404, 409, 412, 415, 422].contains(&reply.status), "{what}");
            }
            looked += 1;
        }
        assert!(looked > 2, "{name} {looked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinators_are_alerted_and_whoever_is_forced_is_not() {
    let app = TestApp::spawn().await;
    set(&app.coordinator).await;
    let before = app.coordinator.sign_in(PASSWORD).await.ok();
    let forced = holder(&app, &app.coordinator.sign_in(DURESS).await.ok());
    assert_eq!(forced.get("/v1/alerts").await.items(), Vec::<Value>::new());
    // What else they were signed in on is over.
    holder(&app, &before).get("/v1/me").await.problem(401, "unauthenticated");
    let alerts = app.coordinator2.get("/v1/alerts").await.items();
    assert_eq!(
        (alerts.len(), &alerts[0]["kind"], &alerts[0]["user_id"]),
        (1, &json!("coerced"), &json!(app.coordinator.id))
    );
    assert!(alerts[0].get("message_id").is_none());
    for actor in [&app.caseworker, &app.analyst, &app.officer] {
        assert_eq!(actor.get("/v1/alerts").await.items(), Vec::<Value>::new());
    }
    // Nor by a session of their own, in which somebody may look over their shoulder.
    let real = holder(&app, &app.coordinator.sign_in(PASSWORD).await.ok());
    assert_eq!(real.get("/v1/alerts").await.items(), Vec::<Value>::new());
    let path = format!("/v1/alerts/{}/acknowledge", alerts[0]["id"].as_str().unwrap());
    real.post(&path, json!({})).await.problem(404, "not-found");
    assert_eq!(app.coordinator2.post(&path, json!({})).await.ok()["state"], "resolved");
    let rows = app.audited("auth.login").await;
    assert_eq!(
        rows.iter().filter(|row| row["detail"]["note"] == "by the duress password").count(),
        1,
        "{rows:?}"
    );
    let rows = app.audited("alert.list").await;
    assert!(
        rows.iter().any(|row| row["detail"]["note"] == "in a session opened by the duress password"),
        "{rows:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_session_hears_no_event_and_a_stream_of_it_goes_on() {
    let app = TestApp::spawn().await;
    set(&app.coordinator).await;
    let forced = holder(&app, &app.coordinator.sign_in(DURESS).await.ok());
    let mut listener = crate::events::listener::Listener::open(&forced, None).await;
    let mut other = crate::events::listener::Listener::open(&app.coordinator2, None).await;
    crate::support::contact::watched_case(&app, &app.caseworker).await;
    crate::support::contact::raise(&app).await;
    other.next().await;
    listener.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_password_is_asked_for_and_changed_as_if_it_were_the_password() {
    let app = TestApp::spawn().await;
    set(&app.caseworker).await;
    let forced = holder(&app, &app.caseworker.sign_in(DURESS).await.ok());
    forced.post("/v1/auth/step-up", json!({"password": PASSWORD})).await.invalid("/password");
    forced.post("/v1/auth/step-up", json!({"password": DURESS})).await.ok();
    for path in ["/v1/me/totp", "/v1/me/recovery-codes"] {
        let refused = forced.post(path, json!({})).await;
        assert!([403, 404, 409].contains(&refused.status), "{} {}", refused.status, refused.text);
    }
    for reply in [
        forced.put("/v1/me/duress-password", json!({"password": "grey kitten crosses bridges"})).await,
        forced.delete("/v1/me/duress-password").await,
    ] {
        assert!([403, 404].contains(&reply.status), "{} {}", reply.status, reply.text);
    }
    let new = "eleven brass kettles hum";
    let change = |current: &str| json!({"current_password": current, "new_password": new});
    forced.post("/v1/me/password", change(PASSWORD)).await.invalid("/current_password");
    assert_eq!(forced.post("/v1/me/password", change(DURESS)).await.status, 204);
    assert_eq!(forced.get("/v1/me").await.ok()["notices"][0]["kind"], "password_changed");
    app.caseworker.sign_in(DURESS).await.problem(401, "invalid-credentials");
    let still = holder(&app, &app.caseworker.sign_in(new).await.ok());
    still.post("/v1/cases", json!({"summary": "x", "risk": "low"})).await.problem(403, "forbidden");
    let real = holder(&app, &app.caseworker.sign_in(PASSWORD).await.ok());
    real.post("/v1/cases", json!({"summary": "x", "risk": "low"})).await.ok();

    // A changed password keeps it, and may not become it.
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    real.post("/v1/me/password", change(PASSWORD, new)).await.invalid("/new_password");
    assert_eq!(
        real.post("/v1/me/password", change(PASSWORD, "grey kitten crosses bridges")).await.status,
        204
    );
    holder(&app, &app.caseworker.sign_in(new).await.ok()).get("/v1/cases").await.items();
    app.caseworker.sign_in("grey kitten crosses bridges").await.ok();
    // Ending it is answered the same with and without one.
    let real = holder(&app, &app.caseworker.sign_in("grey kitten crosses bridges").await.ok());
    for _ in 0..2 {
        assert_eq!(real.delete("/v1/me/duress-password").await.status, 204);
    }
    app.caseworker.sign_in(new).await.problem(401, "invalid-credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_authenticator_app_both_passwords_ask_for_a_code() {
    let app = TestApp::spawn().await;
    set(&app.caseworker).await;
    let (phone, _) = app.enrol(&app.caseworker).await;
    app.caseworker.sign_in(DURESS).await.problem(401, "totp-required");
    let forced =
        holder(&app, &app.caseworker.sign_in_with(DURESS, json!({"totp": phone.code(&app)})).await.ok());
    assert_eq!(forced.get("/v1/me").await.ok()["second_factor"]["is_set"], true);
    assert_eq!(forced.get("/v1/cases").await.items(), Vec::<Value>::new());
    assert_eq!(app.coordinator.get("/v1/alerts").await.items().len(), 1);
}

/// What can be kept nowhere is refused by a node that has not looked at any key yet as by every other: the refusal is put
/// on record after a failure, where PostgreSQL answers nothing more.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_has_just_begun_refuses_it_in_the_same_words() {
    let app = TestApp::spawn().await;
    set(&app.caseworker).await;
    let forced = holder(&app, &app.caseworker.sign_in(DURESS).await.ok());
    let node = app.second_node(0, |_| {}).await;
    for forced in [&forced, &node.same(&forced).await] {
        send(forced.request(Method::POST, "/v1/me/calendar").await).await.problem(403, "forbidden");
    }
    let rows = app.audited("calendar.create").await;
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "refused").count(), 2, "{rows:?}");
}
