//! `/v1/cases/{id}/timeline`

use crate::support::{TestApp, Value, id, json, unknown_id};

/// A case on which something of every kind happened.
struct Busy {
    path: String,
    message: String,
    clue: String,
    report: String,
}

impl Busy {
    async fn new(app: &TestApp) -> Self {
        let case = app.case(&app.caseworker).await;
        let at = |path: &str| format!("/v1/cases/{case}/{path}");
        app.assign(&case, &app.caseworker2).await;
        let leave = at(&format!("assignments/{}", app.caseworker2.id));
        assert_eq!(app.coordinator.delete(&leave).await.status, 204);
        app.caseworker.post(&at("status"), json!({"status": "active"})).await.ok();
        let body = json!({"status": "intake", "reason": "x"});
        app.caseworker.post(&at("status"), body).await.problem(409, "invalid-transition");
        let body =
            json!({"status": "located", "reason": "a pin near the river", "at": "2026-04-08T00:00:00Z"});
        app.caseworker.post(&at("status"), body).await.ok();

        let body = json!({"role": "victim", "names": [{"full": "Invented Linh", "kind": "given"}]});
        let person = id(&app.caseworker.post(&at("people"), body).await.ok());
        let body = json!({
            "platform": "telegram", "handle": "linh_88", "device_owner": "own",
            "rules": {"time_zone": "Asia/Bangkok", "windows": [], "initiate": true},
        });
        let channel = id(&app.caseworker.post(&format!("/v1/people/{person}/channels"), body).await.ok());
        let body = json!({
            "channel_id": channel, "direction": "inbound", "sent_at": "2026-04-06T10:00:00Z", "body": "a red gate",
        });
        let message = id(&app.caseworker.post(&at("messages"), body).await.ok());
        let body = json!({"body": "a red door", "sent_at": "2026-04-06T09:00:00Z", "reason": "read again"});
        app.caseworker.post(&format!("/v1/messages/{message}/corrections"), body).await.ok();
        let body = json!({
            "kind": "country", "data": {"country": "MM"}, "observed_at": "2026-04-05T00:00:00Z",
            "source": {"kind": "message", "message_id": message}, "reliability": "B", "credibility": 2,
        });
        let clue = id(&app.caseworker.post(&at("clues"), body).await.ok());
        let report = report(app, &case).await;
        Self { path: at("timeline"), message, clue, report }
    }
}

async fn report(app: &TestApp, case: &str) -> String {
    let body = json!({
        "kind": "reconnaissance", "title": "Look at the gate", "case_ids": [case], "lead_id": app.officer.id,
        "starts_at": app.clock.now().plus_seconds(3_600).to_string(),
        "ends_at": app.clock.now().plus_seconds(7_200).to_string(), "target": {"lat": 16.6, "lon": 98.5},
        "plan": {
            "objective": "see", "approach": "drive by", "routes": "the river road", "communications": "radio",
            "abort_criteria": "any guard", "risks": [],
        },
        "checklist": [],
    });
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    app.coordinator.post(&format!("{path}/submit"), json!({})).await.ok();
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.ok();
    app.officer.post(&format!("{path}/start"), json!({})).await.ok();
    let body = json!({"at": "2026-04-07T00:00:00Z", "lat": 16.6, "lon": 98.5, "seen": "two guards"});
    id(&app.officer.post(&format!("{path}/reports"), body).await.ok())
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_happened_is_in_one_order() {
    let app = TestApp::spawn().await;
    let busy = Busy::new(&app).await;
    let mut items = app.coordinator.get(&busy.path).await.items();
    // Who opens a case leads it, from the same moment on: either may come first.
    items[4..6].sort_by_key(|item| item["kind"] != "opened");
    // By when it happened, not by when it was written down.
    let expected = [
        "clue",
        "message",
        "report",
        "status",
        "opened",
        "assignment",
        "assignment",
        "assignment",
        "status",
        "correction",
    ];
    assert_eq!(kinds(&items), expected);
    for item in &items {
        for field in ["at", "recorded_at", "id"] {
            assert!(item[field].is_string(), "{field} of {item}");
        }
    }

    let clue = &items[0];
    assert_eq!((&clue["id"], &clue["clue"]["id"]), (&json!(busy.clue), &json!(busy.clue)));
    assert_eq!((&clue["at"], &clue["actor_id"]), (&json!("2026-04-05T00:00:00Z"), &json!(app.caseworker.id)));
    assert_eq!(clue["clue"]["data"], json!({"country": "MM"}));
    let message = &items[1];
    assert_eq!((&message["id"], &message["at"]), (&json!(busy.message), &json!("2026-04-06T09:00:00Z")));
    assert_eq!(message["message"]["body"], "a red door");
    assert_eq!(message["recorded_at"], message["message"]["recorded_at"]);
    assert_eq!((&items[2]["id"], &items[2]["report"]["seen"]), (&json!(busy.report), &json!("two guards")));
    let located = json!({
        "at": "2026-04-08T00:00:00Z", "recorded_at": items[3]["recorded_at"], "kind": "status", "id": items[3]["id"],
        "actor_id": app.caseworker.id, "from_status": "active", "to_status": "located",
        "reason": "a pin near the river",
    });
    assert_eq!(items[3], located);
    assert!(items[3]["recorded_at"].as_str() > items[3]["at"].as_str());
    let (put, left) = (&items[6], &items[7]);
    assert_eq!((&put["change"], &put["user_id"]), (&json!("assigned"), &json!(app.caseworker2.id)));
    assert_eq!((&put["role"], &put["actor_id"]), (&json!("member"), &json!(app.coordinator.id)));
    assert_eq!(left["change"], "unassigned");
    let correction = &items[9];
    assert_eq!(
        (&correction["message_id"], &correction["body"]),
        (&json!(busy.message), &json!("a red door"))
    );
    assert_eq!(
        (&correction["reason"], &correction["sent_at"]),
        (&json!("read again"), &json!("2026-04-06T09:00:00Z"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_directions_agree() {
    let app = TestApp::spawn().await;
    let busy = Busy::new(&app).await;
    let all = app.coordinator.get(&busy.path).await.items();
    let mut reversed = all.clone();
    reversed.reverse();
    for limit in 1..=all.len() + 1 {
        assert_eq!(app.coordinator.walk(&format!("{}?limit={limit}", busy.path)).await, all, "{limit}");
        let path = format!("{}?sort=-at&limit={limit}", busy.path);
        assert_eq!(app.coordinator.walk(&path).await, reversed, "{limit}");
    }
    let page = app.coordinator.get(&format!("{}?limit=2", busy.path)).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    for other in ["sort=-at", "kind=clue"] {
        let path = format!("{}?{other}&cursor={cursor}", busy.path);
        app.coordinator.get(&path).await.problem(400, "invalid-cursor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kinds_can_be_chosen() {
    let app = TestApp::spawn().await;
    let busy = Busy::new(&app).await;
    let all = app.coordinator.get(&busy.path).await.items();
    for wanted in ["clue", "message,clue", "status", "assignment,opened", "report, correction"] {
        let path = format!("{}?kind={}", busy.path, wanted.replace(' ', "%20"));
        let chosen = app.coordinator.get(&path).await.items();
        let expected: Vec<_> = all
            .iter()
            .filter(|item| wanted.split(',').any(|kind| kind.trim() == item["kind"].as_str().unwrap()))
            .cloned()
            .collect();
        assert_eq!(chosen, expected, "{wanted}");
    }
    for (query, pointer) in
        [("kind=rumour", "kind"), ("kind=", "kind"), ("sort=kind", "sort"), ("limit=0", "limit")]
    {
        app.coordinator.get(&format!("{}?{query}", busy.path)).await.invalid(pointer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_of_each_kind_what_its_own_list_shows() {
    let app = TestApp::spawn().await;
    let busy = Busy::new(&app).await;
    // No plans, so no reports.
    let seen = app.caseworker.get(&busy.path).await.items();
    assert_eq!(seen.len(), 9);
    assert!(!kinds(&seen).contains(&"report"));
    assert!(app.caseworker.get(&format!("{}?kind=report", busy.path)).await.items().is_empty());
    let seen = app.analyst.get(&busy.path).await.items();
    assert_eq!(seen.len(), 9);
    assert_eq!(seen[1]["message"]["body"], "a red door");

    for actor in [&app.admin, &app.auditor] {
        actor.get(&busy.path).await.problem(403, "forbidden");
    }
    let unknown = app.stranger.get(&format!("/v1/cases/{}/timeline", unknown_id())).await;
    unknown.problem(404, "not-found");
    for actor in [&app.stranger, &app.caseworker2, &app.officer, &app.partner] {
        assert_eq!(actor.get(&busy.path).await.text, unknown.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sees_what_consent_covers() {
    let app = TestApp::spawn().await;
    let busy = Busy::new(&app).await;
    let body = json!({
        "user_id": app.partner.id, "classes": ["identity"], "note": "a bed",
        "expires_at": app.clock.now().plus_seconds(86_400).to_string(),
    });
    let referrals = busy.path.replace("timeline", "referrals");
    let referral = app.coordinator.post(&referrals, body).await.ok();
    app.partner.post(&format!("/v1/referrals/{}/accept", id(&referral)), json!({})).await.ok();
    let page = app.partner.get(&busy.path).await;
    let seen = page.items();
    assert_eq!(kinds(&seen), ["clue", "message", "status", "opened", "status", "correction"]);
    assert!(seen[0]["clue"].get("data").is_none());
    assert!(seen[1]["message"].get("body").is_none());
    assert!(seen[2].get("reason").is_none() && seen[2]["to_status"] == "located");
    assert!(seen[5].get("body").is_none() && seen[5].get("reason").is_none());
    for secret in ["red door", "red gate", "read again", "near the river", "two guards"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
}
