//! How long closed cases are kept: `/v1/retention/due`, `/v1/cases/{id}/retention`.

use farlight::cases::model::ClosingReason;
use reqwest::Method;

use crate::support::{Actor, TestApp, json, send};

const DAY: i64 = 86_400;

async fn closed(app: &TestApp, reason: &str) -> String {
    let case = app.case(&app.caseworker).await;
    let body = json!({"status": "closed", "reason": reason});
    app.caseworker.post(&format!("/v1/cases/{case}/status"), body).await.ok();
    case
}

/// Somebody signed in anew: a session does not outlive what is waited for here.
fn anew(app: &TestApp, who: &Actor) -> Actor {
    Actor::new(&app.address, &who.email, &who.id)
}

async fn due(app: &TestApp) -> Vec<String> {
    let items = anew(app, &app.coordinator).walk("/v1/retention/due?limit=1").await;
    items.iter().map(|item| item["case_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_case_is_due_when_its_clock_has_run_out() {
    let app = TestApp::spawn_with(|settings| {
        settings.retention.closed_case_months = 12;
        settings.retention.months_by_reason.insert(ClosingReason::Unfounded, 3);
    })
    .await;
    let home = closed(&app, "recovered_home").await;
    let nothing = closed(&app, "unfounded").await;
    let open = app.case(&app.caseworker).await;
    assert!(due(&app).await.is_empty());
    app.clock.advance(95 * DAY);
    assert_eq!(due(&app).await, std::slice::from_ref(&nothing));
    app.clock.advance(275 * DAY);
    assert_eq!(due(&app).await, [home.clone(), nothing.clone()]);
    let (coordinator, caseworker) = (anew(&app, &app.coordinator), anew(&app, &app.caseworker));
    let shown = coordinator.get("/v1/retention/due").await.items();
    let closed_at = |n: usize| shown[n]["closed_at"].as_str().unwrap().to_owned();
    let due_at = |n: usize| shown[n]["due_at"].as_str().unwrap().to_owned();
    assert!(closed_at(0) < due_at(0) && due_at(1) < due_at(0), "{shown:?}");

    // Opened again and closed again, its clock begins anew.
    let path = format!("/v1/cases/{nothing}/status");
    caseworker.post(&path, json!({"status": "active", "reason": "She wrote."})).await.ok();
    assert_eq!(due(&app).await, std::slice::from_ref(&home));
    caseworker.post(&path, json!({"status": "closed", "reason": "unfounded"})).await.ok();
    assert_eq!(due(&app).await, [home]);
    // Nothing was destroyed by any of it.
    for case in [&nothing, &open] {
        coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_or_a_hold_keeps_it() {
    let app = TestApp::spawn_with(|settings| settings.retention.closed_case_months = 1).await;
    let case = closed(&app, "no_contact").await;
    app.clock.advance(40 * DAY);
    assert_eq!(due(&app).await, std::slice::from_ref(&case));
    let path = format!("/v1/cases/{case}/retention");
    let until = app.clock.now().plus_seconds(10 * DAY).to_string();
    let body = json!({"keep_until": until, "reason": "Her mother still asks."});
    app.caseworker.post(&path, body.clone()).await.problem(403, "forbidden");
    app.coordinator.post(&path, json!({"keep_until": app.now(), "reason": "x"})).await.invalid("/keep_until");
    app.coordinator.post(&path, body).await.ok();
    assert!(due(&app).await.is_empty());
    app.clock.advance(11 * DAY);
    assert_eq!(due(&app).await, std::slice::from_ref(&case));
    assert_eq!(app.coordinator.get("/v1/retention/due").await.items()[0]["kept_until"], until);

    let hold = format!("/v1/cases/{case}/legal-hold");
    app.coordinator.put(&hold, json!({"reason": "A trial."})).await.ok();
    assert!(due(&app).await.is_empty());
    app.coordinator.step_up().await;
    send(app.coordinator.request(Method::DELETE, &hold).await.json(&json!({"reason": "Over."}))).await.ok();
    assert_eq!(due(&app).await, [case]);

    let open = app.case(&app.caseworker).await;
    let later = app.clock.now().plus_seconds(DAY).to_string();
    let body = json!({"keep_until": later, "reason": "x"});
    app.coordinator.post(&format!("/v1/cases/{open}/retention"), body).await.problem(409, "case-not-closed");
    app.stranger.get("/v1/retention/due").await.ok();
    assert!(app.stranger.get("/v1/retention/due").await.items().is_empty());
}
