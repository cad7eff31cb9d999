//! `/v1/webhooks`, and what arrives at the other end.

mod receiver;

use std::sync::Arc;
use std::time::Duration;

use farlight::db::types::Time;
use receiver::{Receiver, Seen};
use standardwebhooks::Webhook;

use crate::operations::submitted;
use crate::support::contact::{raise, watched_case};
use crate::support::{TestApp, Value, id, json, unknown_id};

/// Receivers of the tests stand on this machine and speak http.
async fn spawn() -> TestApp {
    TestApp::spawn_with(|settings| {
        settings.webhooks.allow_http = true;
        settings.webhooks.allow_private = true;
    })
    .await
}

/// Adds a webhook and gives its path and its secret.
async fn added(app: &TestApp, url: &str) -> (String, String) {
    let body = app.admin.post("/v1/webhooks", json!({"url": url})).await.ok();
    (format!("/v1/webhooks/{}", id(&body)), body["secret"].as_str().unwrap().to_owned())
}

/// Waits until the newest delivery is as `is` wants it.
async fn delivery(app: &TestApp, webhook: &str, is: impl Fn(&Value) -> bool) -> Value {
    let path = format!("{webhook}/deliveries");
    for _ in 0..400 {
        if let Some(found) = app.admin.get(&path).await.items().into_iter().next().filter(|one| is(one)) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{}", app.admin.get(&path).await.text);
}

fn is_signed_by(seen: &Seen, secret: &str) -> bool {
    let seconds = seen.header("webhook-timestamp").parse().unwrap();
    let own = Webhook::new(secret).unwrap().sign(&seen.header("webhook-id"), seconds, &seen.body).unwrap();
    seen.header("webhook-signature").split(' ').any(|one| one == own)
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_keep_them_and_the_secret_is_shown_once() {
    let app = spawn().await;
    let reply = app.admin.post("/v1/webhooks", json!({"url": "https://Hooks.example.org:443/a?b=c"})).await;
    let (webhook, path) = (reply.ok(), reply.header("location").to_owned());
    assert_eq!(reply.status, 201);
    let secret = webhook["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && Webhook::new(secret).is_ok());
    assert_eq!(webhook["url"], "https://hooks.example.org/a?b=c");
    let shown = app.admin.get(&path).await;
    assert_eq!(shown.ok()["status"], "active");
    let list = app.admin.get("/v1/webhooks").await;
    assert_eq!(list.items(), [shown.ok()]);
    let changed = app.admin.patch(&path, &shown.etag(), json!({"status": "disabled"})).await;
    assert_eq!(changed.ok()["status"], "disabled");
    app.admin.patch(&path, &shown.etag(), json!({"status": "active"})).await.problem(412, "stale");
    app.admin.patch(&path, &changed.etag(), json!({"url": "ftp://a.example"})).await.invalid("/url");
    let body = json!({"url": "https://other.example.org/"});
    let moved = app.admin.patch(&path, &changed.etag(), body).await;
    assert_eq!(moved.ok()["url"], "https://other.example.org/");
    let rotated = app.admin.post(&format!("{path}/rotate-secret"), json!({})).await.ok();
    assert_ne!(rotated["secret"], webhook["secret"]);
    for reply in [&shown, &list, &changed, &moved] {
        assert!(!reply.text.contains("whsec_"), "{}", reply.text);
    }
    for actor in [&app.coordinator, &app.caseworker, &app.auditor, &app.partner, &app.stranger] {
        actor.get("/v1/webhooks").await.problem(403, "forbidden");
        actor.get(&format!("{path}/deliveries")).await.problem(403, "forbidden");
    }
    assert_eq!(app.admin.delete(&path).await.status, 204);
    app.admin.get(&path).await.problem(404, "not-found");
    app.admin.delete(&path).await.problem(404, "not-found");
    app.admin
        .post(&format!("/v1/webhooks/{}/rotate-secret", unknown_id()), json!({}))
        .await
        .problem(404, "not-found");
    for _ in 0..20 {
        added(&app, "https://hooks.example.org/").await;
    }
    let body = json!({"url": "https://hooks.example.org/"});
    app.admin.post("/v1/webhooks", body).await.problem(409, "too-many-webhooks");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_inside_are_refused_unless_they_are_allowed() {
    let app = TestApp::spawn().await;
    for url in [
        "http://hooks.example.org/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org/#part",
        "hooks.example.org",
        "file:///etc/passwd",
    ] {
        app.admin.post("/v1/webhooks", json!({"url": url})).await.invalid("/url");
    }
    app.admin.post("/v1/webhooks", json!({"url": "https://hooks.example.org/"})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_is_signed_and_holds_ids_and_nothing_else() {
    let app = spawn().await;
    let receiver = Receiver::start().await;
    let (webhook, secret) = added(&app, &receiver.url).await;
    let case = app.case(&app.coordinator).await;
    let operation = submitted(&app, &case).await;
    let seen = receiver.next().await;
    Webhook::new(&secret).unwrap().verify(&seen.body, &seen.header_map()).unwrap();
    let alert = app.coordinator.get("/v1/alerts?kind=approval_needed").await.items().remove(0);
    assert_eq!(alert["operation_id"].as_str(), operation.rsplit('/').next());
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(body["type"], "alert.raised");
    assert!(body["timestamp"].as_str().unwrap().parse::<Time>().is_ok());
    assert_eq!(body["data"], json!({"alert_id": alert["id"]}));
    assert_eq!(body.as_object().unwrap().len(), 3);
    assert_eq!(seen.header("content-type"), "application/json");

    let delivered = delivery(&app, &webhook, |one| one["status"] == "delivered").await;
    assert_eq!(delivered["message_id"], seen.header("webhook-id"));
    assert_eq!(delivered["attempts"], 1);
    assert!(delivered.get("last_error").is_none() && delivered.get("next_attempt_at").is_none());

    // About a case: its id goes along, and no word of it.
    let case = watched_case(&app, &app.coordinator).await;
    let code_name = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok()["code_name"].clone();
    raise(&app).await;
    let overdue = loop {
        let seen = receiver.next().await;
        let body: Value = serde_json::from_slice(&seen.body).unwrap();
        if body["data"].get("case_id").is_some() {
            break (seen, body);
        }
    };
    let (seen, body) = overdue;
    assert!(is_signed_by(&seen, &secret));
    assert_eq!(body["data"]["case_id"], json!(case));
    assert_eq!(body["data"].as_object().unwrap().len(), 2);
    let everything = seen.everything();
    for word in [code_name.as_str().unwrap(), "overdue", "river"] {
        assert!(!everything.contains(word), "{word} in {everything}");
    }
    let page = app.admin.get(&format!("{webhook}/deliveries?limit=1")).await;
    assert!(
        !page.text.contains(&case) && !page.text.contains(alert["id"].as_str().unwrap()),
        "{}",
        page.text
    );
    let cursor = page.ok()["next_cursor"].as_str().unwrap().to_owned();
    assert!(
        !app.admin.get(&format!("{webhook}/deliveries?limit=1&cursor={cursor}")).await.items().is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_with_the_same_id_until_it_is_given_up() {
    let app = spawn().await;
    let receiver = Receiver::start().await;
    let (webhook, secret) = added(&app, &receiver.url).await;
    receiver.answers(&[500, 503, 200]);
    watched_case(&app, &app.coordinator).await;
    raise(&app).await;
    let first = receiver.next().await;
    let failed =
        delivery(&app, &webhook, |one| one["attempts"] == 1 && one.get("last_error").is_some()).await;
    assert_eq!((&failed["status"], &failed["last_error"]), (&json!("pending"), &json!("http-500")));
    receiver.stays_quiet().await;
    app.clock.advance(6);
    let second = receiver.next().await;
    delivery(&app, &webhook, |one| one["last_error"] == "http-503").await;
    app.clock.advance(240);
    receiver.stays_quiet().await;
    app.clock.advance(130);
    let third = receiver.next().await;
    let done = delivery(&app, &webhook, |one| one["status"] == "delivered").await;
    assert_eq!(done["attempts"], 3);
    for seen in [&second, &third] {
        assert_eq!((seen.header("webhook-id"), &seen.body), (first.header("webhook-id"), &first.body));
        assert!(is_signed_by(seen, &secret));
        assert_ne!(seen.header("webhook-timestamp"), first.header("webhook-timestamp"));
    }

    // A node that dies while it sends: its lease ends, and the message comes again.
    app.engine.execute(
        "UPDATE deliveries SET status = 'pending', ended_at = NULL, attempts = 1, leased_until = next_attempt_at",
    );
    assert_eq!(receiver.next().await.header("webhook-id"), first.header("webhook-id"));
    delivery(&app, &webhook, |one| one["status"] == "delivered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ten_attempts_it_is_given_up() {
    let app = spawn().await;
    let receiver = Receiver::start().await;
    let (webhook, _) = added(&app, &receiver.url).await;
    receiver.answers(&[500; 40]);
    let case = app.case(&app.coordinator).await;
    submitted(&app, &case).await;
    for attempt in 1..=10 {
        let oldest = oldest(&app, &webhook, |one| {
            one["attempts"] == attempt && (attempt < 10 || one["status"] == "abandoned")
        })
        .await;
        assert_eq!(oldest["status"], if attempt < 10 { "pending" } else { "abandoned" });
        app.clock.advance(30 * 3_600);
    }
    app.clock.advance(30 * 3_600);
    let end = oldest(&app, &webhook, |_| true).await;
    assert_eq!((&end["attempts"], &end["last_error"]), (&json!(10), &json!("http-500")));
}

/// As [`delivery`], of the first that was planned and once its attempt has ended.
async fn oldest(app: &TestApp, webhook: &str, is: impl Fn(&Value) -> bool) -> Value {
    let path = format!("{webhook}/deliveries?limit=200");
    for _ in 0..400 {
        let found = app.admin.get(&path).await.items().pop();
        // An attempt is counted when it begins; once it has ended the next one is ahead.
        let now = app.clock.now();
        let is_over = |one: &Value| {
            let next: Option<Time> = one["next_attempt_at"].as_str().map(|at| at.parse().unwrap());
            one["status"] != "pending" || next.is_some_and(|next| next > now)
        };
        if let Some(found) = found.filter(|one| is_over(one) && is(one)) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{}", app.admin.get(&path).await.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_may_ask_for_time_send_nobody_elsewhere_and_say_goodbye() {
    let app = spawn().await;
    let receiver = Receiver::start().await;
    let elsewhere = Receiver::start().await;
    let (webhook, _) = added(&app, &receiver.url).await;
    let case = app.case(&app.coordinator).await;

    receiver.answer(503, Some(("retry-after", "3600".to_owned())));
    submitted(&app, &case).await;
    receiver.next().await;
    let waits = delivery(&app, &webhook, |one| one["last_error"] == "http-503").await;
    let next: Time = waits["next_attempt_at"].as_str().unwrap().parse().unwrap();
    assert!(next >= app.clock.now().plus_seconds(3_500), "{waits}");

    receiver.answer(302, Some(("location", elsewhere.url.clone())));
    submitted(&app, &case).await;
    receiver.next().await;
    delivery(&app, &webhook, |one| one["last_error"] == "http-302").await;
    elsewhere.stays_quiet().await;

    receiver.answer(410, None);
    submitted(&app, &case).await;
    receiver.next().await;
    let gone = delivery(&app, &webhook, |one| one["status"] == "abandoned").await;
    assert_eq!(gone["last_error"], "http-410");
    let disabled = app.admin.get(&webhook).await;
    assert_eq!(disabled.ok()["status"], "disabled");
    submitted(&app, &case).await;
    // What waited is given up, too.
    app.clock.advance(2 * 3_600);
    oldest(&app, &webhook, |one| one["last_error"] == "endpoint-disabled").await;
    receiver.stays_quiet().await;
    let etag = app.admin.get(&webhook).await.etag();
    app.admin.step_up().await;
    app.admin.patch(&webhook, &etag, json!({"status": "active"})).await.ok();
    submitted(&app, &case).await;
    receiver.next().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_both_secrets_sign_for_a_day() {
    let app = spawn().await;
    let receiver = Receiver::start().await;
    let (webhook, old) = added(&app, &receiver.url).await;
    let rotated = app.admin.post(&format!("{webhook}/rotate-secret"), json!({})).await.ok();
    let new = rotated["secret"].as_str().unwrap().to_owned();
    let case = app.case(&app.coordinator).await;
    submitted(&app, &case).await;
    let seen = receiver.next().await;
    assert!(is_signed_by(&seen, &old) && is_signed_by(&seen, &new));
    app.clock.advance(25 * 3_600);
    submitted(&app, &case).await;
    let seen = loop {
        let seen = receiver.next().await;
        if !is_signed_by(&seen, &old) {
            break seen;
        }
    };
    assert!(is_signed_by(&seen, &new));
    app.admin.delete(&webhook).await;
    submitted(&app, &case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_is_given_up_on_in_time_and_holds_up_no_other() {
    let app = TestApp::spawn_with(|settings| {
        settings.webhooks.allow_http = true;
        settings.webhooks.allow_private = true;
        settings.webhooks.timeout_ms = 400;
    })
    .await;
    // Takes connections in, and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let receiver = Receiver::start().await;
    let (hanging, _) = added(&app, &format!("http://{}/", silent.local_addr().unwrap())).await;
    added(&app, &receiver.url).await;
    let case = app.case(&app.coordinator).await;
    for _ in 0..6 {
        submitted(&app, &case).await;
        receiver.next().await;
    }
    delivery(&app, &hanging, |one| one["last_error"] == "timeout").await;
    drop(silent);
    app.clock.advance(10);
    delivery(&app, &hanging, |one| one["last_error"] == "connect").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_inside_is_not_called_even_if_it_was_accepted_once() {
    let app = TestApp::spawn_with(|settings| settings.webhooks.allow_http = true).await;
    let receiver = Receiver::start().await;
    // Accepted by a node with other settings, which is gone when there is something to send.
    let node = app.second_node(0, |settings| settings.webhooks.allow_private = true).await;
    let admin = node.same(&app.admin).await;
    let mut webhooks = Vec::new();
    for url in [receiver.url.clone(), receiver.url.replace("127.0.0.1", "localhost")] {
        webhooks.push(format!(
            "/v1/webhooks/{}",
            id(&admin.post("/v1/webhooks", json!({"url": url})).await.ok())
        ));
    }
    let gone = Arc::downgrade(&node.services);
    drop(node);
    while gone.upgrade().is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let case = app.case(&app.coordinator).await;
    submitted(&app, &case).await;
    for webhook in &webhooks {
        delivery(&app, webhook, |one| one["last_error"] == "refused-address").await;
    }
    receiver.stays_quiet().await;
}
