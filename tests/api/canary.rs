//! `POST /v1/operations/{id}/canary`, and in what the copies of a plan differ

use crate::operations::{approved, plan, ready_to_start};
use crate::support::{Actor, PASSWORD, TestApp, Value, id, json};

const TARGET: (f64, f64) = (16.681_234, 98.512_345);
const SITE: (f64, f64) = (16.690_001, 98.520_002);

/// Field officers beside the two that every test has.
async fn officers(app: &TestApp, count: usize) -> Vec<Actor> {
    let mut officers = Vec::new();
    for number in 0..count {
        let email = format!("officer-{number}@lantern.example");
        let body =
            json!({"name": format!("Invented officer {number}"), "email": email, "role": "field_officer"});
        let invited = app.admin.post("/v1/users", body).await.ok();
        let accept = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
        assert_eq!(app.nobody.post("/v1/invitations/accept", accept).await.status, 204);
        officers.push(Actor::new(&app.address, &email, &id(&invited)));
    }
    officers
}

/// An approved operation with a target, a site and a plan of several sentences, and all of these officers on it.
async fn operation(app: &TestApp, officers: &[Actor]) -> String {
    let case = app.case(&app.caseworker).await;
    let site = json!({
        "name": "Two towers", "lat": SITE.0, "lon": SITE.1, "sigma_m": 400, "country": "MM",
        "verification": "confirmed", "activity": "active", "provenance": "invented",
    });
    let mut body = plan(app, &[&case]);
    body["site_id"] = json!(id(&app.analyst.post("/v1/sites", site).await.ok()));
    body["target"] = json!({"lat": TARGET.0, "lon": TARGET.1});
    body["plan"]["approach"] =
        json!("From our bank only. Two go down to the landing. One stays with the car. No lights.");
    body["plan"]["routes"] =
        json!("The farm road both ways. If it is flooded we turn back. Nobody takes the bridge.");
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    for officer in officers {
        app.coordinator.put(&format!("{path}/members/{}", officer.id), json!({})).await.ok();
    }
    app.coordinator.post(&format!("{path}/submit"), json!({})).await.ok();
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.ok();
    path
}

async fn trace(app: &TestApp, path: &str, text: &str) -> Value {
    app.coordinator.post(&format!("{path}/canary"), json!({ "text": text })).await.ok()
}

fn metres_between(a: &Value, (lat, lon): (f64, f64)) -> f64 {
    let (north, east) = (a["lat"].as_f64().unwrap() - lat, a["lon"].as_f64().unwrap() - lon);
    111_195.0 * north.hypot(east * lat.to_radians().cos())
}

fn squeezed(words: &Value) -> String {
    words.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_officers_copy_is_their_own_and_leads_to_the_same_place() {
    let app = TestApp::spawn().await;
    let officers = officers(&app, 3).await;
    let path = operation(&app, &officers).await;
    let written = app.coordinator.get(&path).await.ok();
    let mut marks = vec![written["copy_mark"].clone()];
    let mut targets = Vec::new();
    for officer in &officers {
        let seen = officer.get(&path).await.ok();
        assert_eq!(officer.get(&path).await.ok(), seen, "it stays what it is");
        assert_eq!(officer.get("/v1/operations").await.items()[0]["plan"], seen["plan"]);
        assert!(metres_between(&seen["target"], TARGET) < 2.0 && metres_between(&seen["site"], SITE) < 2.0);
        for part in ["objective", "approach", "routes", "abort_criteria"] {
            assert_eq!(squeezed(&seen["plan"][part]), squeezed(&written["plan"][part]));
        }
        let communications = seen["plan"]["communications"].as_str().unwrap();
        let mark = seen["copy_mark"].as_str().unwrap();
        assert!(communications.starts_with("Every 30 minutes.\n") && communications.contains(mark));
        for member in
            ["title", "checklist", "starts_at", "ends_at", "case_ids", "site_id", "lead_id", "version"]
        {
            assert_eq!(seen[member], written[member], "{member}");
        }
        assert_eq!(seen["plan"]["risks"], written["plan"]["risks"]);
        marks.push(seen["copy_mark"].clone());
        // Of one place alone two of three officers are given the same once in ten thousand times.
        targets.push(format!("{} {}", seen["target"], seen["site"]));
    }
    marks.sort_by_key(ToString::to_string);
    marks.dedup();
    targets.sort();
    targets.dedup();
    assert_eq!((marks.len(), targets.len()), (4, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_that_is_edited_and_approved_is_the_plain_one() {
    let app = TestApp::spawn().await;
    let officers = officers(&app, 1).await;
    let path = operation(&app, &officers).await;
    for who in [&app.coordinator, &app.coordinator2] {
        let seen = who.get(&path).await.ok();
        assert_eq!((&seen["target"]["lat"], &seen["target"]["lon"]), (&json!(TARGET.0), &json!(TARGET.1)));
        assert_eq!(seen["plan"]["communications"], "Every 30 minutes.");
        assert!(!seen["plan"]["approach"].as_str().unwrap().contains("  "));
    }
    // What a coordinator read and sends back changes nothing: the approval holds.
    let seen = app.coordinator.get(&path).await;
    let mut same = json!({"target": seen.ok()["target"], "plan": seen.body["plan"]});
    let after = app.coordinator.patch(&path, &seen.etag(), same.clone()).await.ok();
    assert_eq!((&after["status"], &after["approval_voided"]), (&json!("approved"), &json!(false)));
    same["plan"]["approach"] = officers[0].get(&path).await.ok()["plan"]["approach"].clone();
    ready_to_start(&app, &path).await;
    let started = officers[0].post(&format!("{path}/start"), json!({})).await;
    assert_eq!(started.status, 403, "a member who does not lead: {}", started.text);
    let started = app.officer.post(&format!("{path}/start"), json!({})).await.ok();
    assert_eq!(started["status"], "in_progress");
    assert_ne!(started["target"]["lat"], json!(TARGET.0), "an answer to a step is a copy too");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_astray_is_traced_to_whose_copy_it_was() {
    let app = TestApp::spawn().await;
    let officers = officers(&app, 12).await;
    let path = operation(&app, &officers).await;
    let culprit = &officers[7];
    let seen = culprit.get(&path).await.ok();
    let (lat, lon) = (seen["target"]["lat"].as_f64().unwrap(), seen["target"]["lon"].as_f64().unwrap());
    let mark = seen["copy_mark"].as_str().unwrap();
    let pasted = format!(
        "{}\n{}",
        seen["plan"]["approach"].as_str().unwrap(),
        seen["plan"]["routes"].as_str().unwrap()
    );
    for (leaked, detail, chance) in [
        (format!("somebody said \u{201c}{}\u{201d} on the radio", mark.to_lowercase()), "word", 1e-4),
        (format!("they come to {lat:.7} / {lon:.7}"), "position", 1e-3),
        (format!("{lat:.6},{lon:.6}"), "position", 1e-2),
        (format!("FWD {pasted} {}", seen["plan"]["communications"].as_str().unwrap()), "spaces", 1e-6),
    ] {
        let found = trace(&app, &path, &leaked).await;
        let items = found["items"].as_array().unwrap();
        let first = items.iter().find(|item| item["user_id"] == json!(culprit.id)).unwrap_or(&Value::Null);
        assert!(!first.is_null(), "{leaked}: {found}");
        assert_eq!((&first["is_member"], &first["role"]), (&json!(true), &json!("field_officer")));
        assert!(first["details"].as_array().unwrap().contains(&json!(detail)), "{found}");
        assert!(first["chance"].as_f64().unwrap() < chance, "{found}");
        let matches = |item: &Value| item["matches"].as_u64().unwrap();
        assert!(items.iter().all(|item| matches(item) <= matches(first)), "{found}");
        // Marks are drawn, so that another copy may have the same ones, about as often as is said: of all of them never.
        let alike = items.iter().filter(|item| matches(item) == matches(first)).count();
        assert!(alike == 1 || detail != "spaces", "{found}");
        assert!(first["matches"].as_u64() <= found["tested"].as_u64());
    }
    // Words alone show which copies it may have been.
    let found = trace(&app, &path, &pasted).await;
    let best = found["items"][0]["matches"].clone();
    let possible = found["items"].as_array().unwrap().iter().filter(|item| item["matches"] == best);
    assert!(possible.clone().any(|item| item["user_id"] == json!(culprit.id)), "{found}");
    // As it was written, it came from somebody who writes plans.
    let plain = app.coordinator2.get(&path).await.ok();
    let text = format!(
        "{} {} {}",
        plain["copy_mark"].as_str().unwrap(),
        TARGET.0,
        plain["plan"]["routes"].as_str().unwrap()
    );
    let first = trace(&app, &path, &text).await["items"][0].clone();
    assert_eq!((&first["user_id"], &first["role"]), (&json!(app.coordinator2.id), &json!("coordinator")));
    // And what says nothing points at nobody.
    let found = trace(&app, &path, "tonight, at the river, near 16.68, 98.51").await;
    assert_eq!((&found["items"], &found["tested"]), (&json!([]), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_coordinators_trace_and_what_they_sent_is_not_kept() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("{}/canary", approved(&app, &case).await);
    let body = json!({"text": "zqleaked words"});
    for who in [&app.officer, &app.caseworker, &app.analyst, &app.auditor, &app.admin, &app.partner] {
        who.post(&path, body.clone()).await.problem(403, "forbidden");
    }
    app.stranger.post(&path, body.clone()).await.problem(404, "not-found");
    app.coordinator.post(&path, body).await.ok();
    assert_eq!(app.audited("operation.canary").await[0]["actor_id"], json!(app.coordinator.id));
    let stored = app.engine.everything();
    assert!(!stored.windows(8).any(|window| window == b"zqleaked"));
    for bad in [json!({}), json!({"text": ""}), json!({"text": "x".repeat(20_001)}), json!({"text": 7})] {
        app.coordinator.post(&path, bad).await.problem(422, "invalid");
    }
}
