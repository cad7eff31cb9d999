//! What must not come to life again.

use super::{Bench, Vacant, told};
use crate::attachments::download;
use crate::attachments::uploads::{append, begin, offset};
use crate::support::contact::{raise, watched_case};
use crate::support::{Actor, PASSWORD, TestApp, id, json, send};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_revoked_or_sent_since_comes_to_life_again() {
    let app = TestApp::spawn_with(|settings| {
        settings.webhooks.allow_http = true;
        settings.webhooks.allow_private = true;
    })
    .await;
    let tokens = app.coordinator.sign_in(PASSWORD).await.ok();
    let foreign = app.case(&app.coordinator).await;
    let glass = json!({"case_id": foreign, "reason": "He writes, and nobody of the case is awake."});
    app.caseworker.post("/v1/break-glass", glass).await.ok();
    // Told of before anybody waits to be told: what is announced below is one thing, however late the job comes.
    farlight::alerts::dispatch::run_once(&app.services).await.unwrap();
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}");
    let etag = app.coordinator.get(&path).await.etag();
    let once = json!({"summary": "Sent once.", "risk": "low"});
    app.coordinator.post_once("/v1/cases", "a-key", once.clone()).await.ok();
    let body = json!({"name": "Noor Haddad", "email": "noor@lantern.example", "role": "caseworker"});
    let invited = app.admin.post("/v1/users", body).await.ok();
    let accept = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
    let feed = send(app.coordinator.request(reqwest::Method::POST, "/v1/me/calendar").await).await.ok();
    let feed = feed["url"].as_str().unwrap();
    let feed = feed[feed.find("/v1/").unwrap()..].to_owned();
    // Nobody takes it in, so that it waits.
    app.admin.post("/v1/webhooks", json!({"url": "http://127.0.0.1:9/"})).await.ok();
    watched_case(&app, &app.coordinator).await;
    raise(&app).await;
    let waiting = || app.engine.number("SELECT COUNT(*) FROM deliveries WHERE status = 'pending'");
    for _ in 0..400 {
        if waiting() > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert!(waiting() > 0, "an announcement waits");
    let bench = Bench::new();
    let file = bench.back_up(&app, "aftermath");
    let cases = app.engine.number("SELECT COUNT(*) FROM cases");

    let place = Vacant::new();
    let output = bench.restore(&file, &place).output().unwrap();
    let told = told(&output);
    assert!(output.status.success(), "{told}");
    for words in
        ["refresh tokens", "1 invitations", "addresses of calendars", "given up: 1 announcements", "look at:"]
    {
        assert!(told.contains(words), "{words} is not in: {told}");
    }
    let number = |sql: &str| place.engine.number(sql);
    assert_eq!(number("SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL"), 0);
    assert_eq!(
        number("SELECT COUNT(*) FROM refresh_tokens") + number("SELECT COUNT(*) FROM calendar_feeds"),
        0
    );
    assert_eq!(number("SELECT COUNT(*) FROM one_time_tokens WHERE used_at IS NULL"), 0);
    assert!(app.engine.number("SELECT COUNT(*) FROM known_devices") > 0);
    assert_eq!(number("SELECT COUNT(*) FROM known_devices"), 0);
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM break_glass WHERE ended_at IS NULL"), 1);
    assert_eq!(number("SELECT COUNT(*) FROM break_glass WHERE ended_at IS NULL"), 0);
    let given_up = "SELECT COUNT(*) FROM deliveries WHERE status = 'abandoned' AND last_error = 'restored'";
    assert_eq!(number(given_up), 1);
    // Each session that was ended is on record.
    let sessions = number("SELECT COUNT(*) FROM sessions");
    assert!(sessions > 1 && told.contains(&format!("ended: {sessions} sessions")), "{told}");
    assert_eq!(number("SELECT COUNT(*) FROM audit_events WHERE action = 'session.revoke'"), sessions);

    let running = place.serve();
    let thief = Actor::with_token(&running.address, tokens["access_token"].as_str().unwrap());
    assert_eq!(thief.get("/v1/me").await.status, 401);
    let nobody = Actor::nobody(&running.address);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    assert_eq!(nobody.post("/v1/auth/refresh", refresh).await.status, 401);
    nobody.post("/v1/invitations/accept", accept).await.problem(422, "invalid-token");
    assert_eq!(nobody.get(&feed).await.status, 404);
    assert_eq!(number("SELECT COUNT(*) FROM deliveries WHERE status = 'pending'"), 0);

    let coordinator = Actor::new(&running.address, "coordinator@lantern.example", "");
    // An ETag of the time that was lost fits nothing.
    let change = json!({"risk": "low"});
    coordinator.patch(&path, &etag, change).await.problem(412, "stale");
    assert_ne!(coordinator.get(&path).await.etag(), etag);
    // What was sent before the backup is not done once more.
    let again = coordinator.post_once("/v1/cases", "a-key", once).await;
    assert!(again.status == 200 || again.status == 201, "{}", again.text);
    assert_eq!(number("SELECT COUNT(*) FROM cases"), cases);
    assert_eq!(id(&coordinator.get(&path).await.ok()), case);
}

/// An upload goes on after a restoration if all that came of it was in the store, and begins again otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_under_way_goes_on_where_it_was_or_begins_again() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let bytes: Vec<u8> = (0..1_000_u32).map(|n| (n % 239) as u8).collect();
    let whole = begin(&app.coordinator, &case, 1_000).await;
    append(&app.coordinator, &whole, 0, &bytes[..400]).await.ok();
    let kept = app.stored();
    let broken = begin(&app.coordinator, &case, 1_000).await;
    append(&app.coordinator, &broken, 0, &bytes[..400]).await.ok();
    // As when it became a file between the snapshot and the turn of its pieces.
    let piece = app.stored().into_iter().find(|stored| !kept.contains(stored)).unwrap().0;
    std::fs::remove_file(piece).unwrap();
    let bench = Bench::new();
    let file = bench.back_up(&app, "uploads");
    let place = Vacant::new();
    let output = bench.restore(&file, &place).output().unwrap();
    assert!(output.status.success() && told(&output).contains("given up: 1 uploads"), "{}", told(&output));
    let running = place.serve();
    let coordinator = Actor::new(&running.address, "coordinator@lantern.example", "");
    assert_eq!(offset(&coordinator, &broken).await.0, 404);
    assert_eq!(offset(&coordinator, &whole).await, (200, 400));
    append(&coordinator, &whole, 400, &bytes[400..]).await.ok();
    let attachment = whole.replace("/uploads/", "/attachments/");
    assert!(download(&coordinator, &attachment, &[]).await.bytes == bytes);
}
