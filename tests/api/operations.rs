//! `/v1/operations`

mod approvers;
use std::sync::atomic::{AtomicI64, Ordering};

use farlight::db::types::Time;

use crate::support::{Actor, TestApp, Value, id, json, send, unknown_id};

/// A plan for these cases, led by the officer.
pub fn plan(app: &TestApp, case_ids: &[&str]) -> Value {
    json!({
        "kind": "extraction", "title": "Paper boats", "target": {"lat": 16.68, "lon": 98.51},
        "case_ids": case_ids, "lead_id": app.officer.id,
        "starts_at": "2031-03-02T20:00:00Z", "ends_at": "2031-03-03T02:00:00Z",
        "plan": {
            "objective": "Receive two men at the river.", "approach": "From our bank only.",
            "routes": "The farm road, both ways.", "communications": "Every 30 minutes.",
            "abort_criteria": "Strangers at the landing.",
            "risks": [{"hazard": "High water", "likelihood": "medium", "severity": "high", "mitigation": "Wait a day."}],
        },
        "checklist": [{"item": "Blankets", "done": true}, {"item": "Doctor informed", "done": false}],
    })
}

/// As [`plan`], in a week of its own: two plans of one night want the same people.
pub fn plan_apart(app: &TestApp, case_ids: &[&str]) -> Value {
    // Not the first: that is everybody else's.
    static WEEKS: AtomicI64 = AtomicI64::new(1);
    let first: Time = "2031-03-02T20:00:00Z".parse().unwrap();
    let starts_at = first.plus_seconds(WEEKS.fetch_add(1, Ordering::Relaxed) * 7 * 86_400);
    let mut body = plan(app, case_ids);
    body["starts_at"] = json!(starts_at);
    body["ends_at"] = json!(starts_at.plus_seconds(6 * 3_600));
    body
}

/// Creates a plan for a case, as the coordinator, and gives its path.
pub async fn drafted(app: &TestApp, case: &str) -> String {
    let body = plan(app, &[case]);
    format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()))
}

/// As [`drafted`], and put before an approver.
pub async fn submitted(app: &TestApp, case: &str) -> String {
    let path = drafted(app, case).await;
    step(&app.coordinator, &path, "submit").await;
    path
}

/// As [`submitted`], and approved by the second coordinator.
pub async fn approved(app: &TestApp, case: &str) -> String {
    let path = submitted(app, case).await;
    step(&app.coordinator2, &path, "approve").await;
    path
}

/// Lets the second coordinator answer for every gate of an operation that is closed, for tests that are about something
/// else than gates: the operation may begin once it is approved. A change of the plan takes it back.
pub async fn ready_to_start(app: &TestApp, path: &str) {
    for gate in app.coordinator2.get(&format!("{path}/gates")).await.items() {
        if gate["state"] == "closed" && gate["gate"] != "second_approver" {
            let waiver = format!("{path}/gates/{}/waiver", gate["gate"].as_str().unwrap());
            app.coordinator2.post(&waiver, json!({"reason": "Not what this is about."})).await.ok();
        }
    }
}

/// Takes a step that needs nothing said.
pub async fn step(who: &Actor, path: &str, step: &str) -> Value {
    who.post(&format!("{path}/{step}"), json!({})).await.ok()
}

/// Breaks it off, so that the next plan for the same night is not in its way.
async fn call_off(app: &TestApp, path: &str) {
    app.coordinator.post(&format!("{path}/abort"), json!({"reason": "the next one"})).await.ok();
}

async fn version(app: &TestApp, path: &str) -> String {
    app.coordinator.get(path).await.etag()
}

async fn change(app: &TestApp, who: &Actor, path: &str, body: Value) -> Value {
    who.patch(path, &version(app, path).await, body).await.ok()
}

fn kinds(operation: &Value) -> Vec<&str> {
    operation["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_comes_back_as_it_was_sent() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let site = json!({
        "name": "Two towers", "names": ["The hotel"], "lat": 16.7, "lon": 98.5, "sigma_m": 400, "country": "MM",
        "verification": "confirmed", "activity": "active", "provenance": "publicly reported",
    });
    let site = id(&app.analyst.post("/v1/sites", site).await.ok());
    let mut body = plan(&app, &[&case]);
    body["site_id"] = json!(site);
    let reply = app.coordinator.post("/v1/operations", body.clone()).await;
    let made = reply.ok();
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("location"), format!("/v1/operations/{}", id(&made)));
    for member in body.as_object().unwrap().keys() {
        assert_eq!(made[member], body[member], "{member}");
    }
    assert_eq!((&made["status"], &made["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(made["created_by"], app.coordinator.id);
    assert_eq!(made["members"], json!([{"user_id": app.officer.id, "name": "Invented officer"}]));
    let place = json!({"id": site, "name": "Two towers", "lat": 16.7, "lon": 98.5, "sigma_m": 400.0});
    assert_eq!(made["site"], place);
    assert_eq!(kinds(&made), ["created"]);

    let again = app.coordinator.get(reply.header("location")).await;
    assert_eq!((again.ok(), again.etag()), (made, reply.etag()));
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_it_from_approval_to_its_end_and_nobody_else_in_the_field() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = submitted(&app, &case).await;
    app.officer.get(&path).await.problem(404, "not-found");
    assert!(app.officer.get("/v1/operations").await.items().is_empty());

    step(&app.coordinator2, &path, "approve").await;
    for status in ["approved", "in_progress"] {
        let seen = app.officer.get(&path).await.ok();
        assert_eq!(seen["status"], status);
        for member in ["title", "plan", "checklist", "starts_at", "ends_at", "target", "recognition_cards"] {
            assert!(seen.get(member).is_some(), "{member} of {seen}");
        }
        assert_eq!(seen.get("history"), None);
        let listed = app.officer.get("/v1/operations").await.items();
        assert_eq!((listed.len(), &listed[0]["plan"]), (1, &seen["plan"]));
        app.officer2.get(&path).await.problem(404, "not-found");
        app.stranger_officer.get(&path).await.problem(404, "not-found");
        assert!(app.officer2.get("/v1/operations").await.items().is_empty());
        if status == "approved" {
            ready_to_start(&app, &path).await;
            step(&app.officer, &path, "start").await;
        }
    }
    // The case of a live operation is in the officer's reach, as far as its outline.
    assert_eq!(app.officer.get(&format!("/v1/cases/{case}")).await.ok().get("summary"), None);

    let done = step(&app.officer, &path, "complete").await;
    assert_eq!(done["status"], "completed");
    for member in ["title", "plan", "target", "recognition_cards", "starts_at"] {
        assert_eq!(done.get(member), None, "{member}");
    }
    app.officer.get(&path).await.problem(404, "not-found");
    app.officer.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
    assert!(app.officer.get("/v1/operations").await.items().is_empty());
    assert_eq!(app.coordinator.get(&path).await.ok()["plan"]["approach"], "From our bank only.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caseworker_sees_that_their_case_is_concerned_and_no_more() {
    let app = TestApp::spawn().await;
    let (mine, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let body = plan(&app, &[&mine, &other]);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    let seen = app.caseworker.get(&path).await.ok();
    let members: Vec<_> = seen.as_object().unwrap().keys().map(String::as_str).collect();
    let outline = [
        "case_ids",
        "created_at",
        "created_by",
        "id",
        "kind",
        "lead_id",
        "members",
        "status",
        "updated_at",
        "version",
    ];
    assert_eq!(members, outline);
    assert_eq!(seen["case_ids"], json!([mine]));
    assert_eq!(app.coordinator.get(&path).await.ok()["case_ids"].as_array().unwrap().len(), 2);
    let listed = app.caseworker.get("/v1/operations").await.items();
    assert_eq!(listed, [seen]);

    // Asking for the other case must not tell that the operation is also about it.
    assert_eq!(app.caseworker.get(&format!("/v1/operations?case_id={mine}")).await.items().len(), 1);
    assert!(app.caseworker.get(&format!("/v1/operations?case_id={other}")).await.items().is_empty());

    app.coordinator.delete(&format!("/v1/cases/{mine}/assignments/{}", app.caseworker.id)).await;
    app.caseworker.get(&path).await.problem(404, "not-found");
    for (actor, status) in [(&app.analyst, 403), (&app.admin, 403), (&app.auditor, 403), (&app.partner, 403)]
    {
        actor.get(&path).await.problem(status, "forbidden");
    }
    app.caseworker2.patch(&path, "\"v1\"", json!({"title": "x"})).await.problem(403, "forbidden");
    app.caseworker2.post(&format!("{path}/start"), json!({})).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_operation_is_byte_for_byte_an_unknown_one() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let unknown = format!("/v1/operations/{}", unknown_id());
    for actor in [&app.stranger, &app.stranger_officer, &app.officer2, &app.caseworker] {
        let (foreign, nothing) = (actor.get(&path).await, actor.get(&unknown).await);
        foreign.problem(404, "not-found");
        assert_eq!(foreign.text, nothing.text);
    }
    for verb in ["submit", "approve", "reject", "start", "complete", "abort"] {
        let reason = json!({"reason": "x"});
        app.stranger.post(&format!("{path}/{verb}"), reason).await.problem(404, "not-found");
    }
    app.stranger.patch(&path, "\"v1\"", json!({"title": "x"})).await.problem(404, "not-found");
    let member = format!("{path}/members/{}", app.officer2.id);
    app.stranger.put(&member, json!({})).await.problem(404, "not-found");
    app.stranger.delete(&member).await.problem(404, "not-found");
    assert!(app.stranger.get("/v1/operations").await.items().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_planned_changed_submitted_or_lead() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;

    let path = submitted(&app, &case).await;
    app.coordinator.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");
    app.officer.post(&format!("{path}/approve"), json!({})).await.problem(403, "forbidden");
    app.caseworker.post(&format!("{path}/approve"), json!({})).await.problem(403, "forbidden");

    // Changed by the second coordinator, then submitted by the first.
    let path = drafted(&app, &case).await;
    change(&app, &app.coordinator2, &path, json!({"plan": {"approach": "By boat."}})).await;
    step(&app.coordinator, &path, "submit").await;
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");

    let path = drafted(&app, &case).await;
    step(&app.coordinator2, &path, "submit").await;
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");

    // The team is part of the plan.
    let path = drafted(&app, &case).await;
    app.coordinator2.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.ok();
    step(&app.coordinator, &path, "submit").await;
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");

    let mut body = plan(&app, &[&case]);
    body["lead_id"] = json!(app.coordinator2.id);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");
    assert_eq!(app.coordinator.get(&path).await.ok()["status"], "submitted");

    // Ticking the checklist is no change of the plan.
    let path = drafted(&app, &case).await;
    let ticked = json!([{"item": "Blankets", "done": true}, {"item": "Doctor informed", "done": true}]);
    let after = change(&app, &app.coordinator2, &path, json!({"checklist": ticked})).await;
    assert_eq!(kinds(&after), ["created", "checked"]);
    step(&app.coordinator, &path, "submit").await;
    let approved = step(&app.coordinator2, &path, "approve").await;
    assert_eq!(approved["approved_by"], app.coordinator2.id);
    assert_eq!(approved["submitted_by"], app.coordinator.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_approvals_at_once_one_counts() {
    let app = TestApp::spawn().await;
    let path = submitted(&app, &app.case(&app.coordinator).await).await;
    let approve = format!("{path}/approve");
    let user = format!("/v1/users/{}", app.caseworker2.id);
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"role": "coordinator"})).await.ok();
    let approvers = [&app.coordinator2, &app.caseworker2];
    for approver in approvers {
        approver.token().await;
    }
    let race = (0..50).map(|n| approvers[n % 2].post(&approve, json!({})));
    let mut replies = futures_util::future::join_all(race).await;
    replies.sort_by_key(|reply| reply.status);
    assert_eq!(replies[0].status, 200, "{}", replies[0].text);
    for reply in &replies[1..] {
        reply.problem(409, "invalid-transition");
    }
    let after = app.coordinator.get(&path).await.ok();
    assert_eq!(kinds(&after), ["created", "submitted", "approved"]);
    assert_eq!(after["version"], 3);
    let audited = app.audited("operation.approve").await;
    assert_eq!(audited.len(), 50);
    assert_eq!(audited.iter().filter(|row| row["outcome"] == "done").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_and_a_change_that_race_never_leave_a_changed_plan_approved() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for round in 0..8 {
        let path = submitted(&app, &case).await;
        let etag = version(&app, &path).await;
        let approve = format!("{path}/approve");
        let (changed, approved) = tokio::join!(
            app.coordinator.patch(&path, &etag, json!({"title": "Another place"})),
            app.coordinator2.post(&approve, json!({})),
        );
        let after = app.coordinator.get(&path).await.ok();
        let is_changed = after["title"] == "Another place";
        assert_eq!(is_changed, changed.status == 200, "{round}: {}", changed.text);
        assert!(!is_changed || after["status"] == "draft", "{round}: {after}");
        assert!(is_changed || after["status"] == "approved", "{round}: {after} {}", approved.text);
        call_off(&app, &path).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_changes_the_plan_takes_the_approval_back() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let other = app.case(&app.coordinator).await;
    for body in [
        json!({"kind": "handover"}),
        json!({"title": "Paper planes"}),
        json!({"target": {"lat": 16.68, "lon": 98.52}}),
        json!({"target": null}),
        json!({"case_ids": [case, other]}),
        json!({"lead_id": app.officer2.id}),
        json!({"ends_at": "2031-03-03T03:00:00Z"}),
        json!({"plan": {"routes": "The main road."}}),
        json!({"plan": {"risks": []}}),
        json!({"checklist": [{"item": "Blankets", "done": true}]}),
    ] {
        let path = approved(&app, &case).await;
        let after = change(&app, &app.coordinator, &path, body.clone()).await;
        assert_eq!((&after["status"], &after["approval_voided"]), (&json!("draft"), &json!(true)), "{body}");
        for member in ["approved_by", "approved_at", "submitted_by", "submitted_at"] {
            assert_eq!(after.get(member), None, "{member} after {body}");
        }
        assert_eq!(kinds(&after), ["created", "submitted", "approved", "edited", "voided"], "{body}");
        app.officer.get(&path).await.problem(404, "not-found");
        app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "plan-changed");
        app.coordinator.post(&format!("{path}/start"), json!({})).await.problem(409, "plan-changed");
        // The whole way again, and it may begin.
        step(&app.coordinator, &path, "submit").await;
        step(&app.coordinator2, &path, "approve").await;
        ready_to_start(&app, &path).await;
        assert_eq!(step(&app.coordinator, &path, "start").await["status"], "in_progress");
        call_off(&app, &path).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_team_takes_the_approval_back() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = approved(&app, &case).await;
    let member = format!("{path}/members/{}", app.officer2.id);
    let with = app.coordinator.put(&member, json!({})).await.ok();
    assert_eq!((&with["status"], &with["approval_voided"]), (&json!("draft"), &json!(true)));
    assert_eq!(kinds(&with)[3..], ["member_added", "voided"]);
    assert_eq!(with["history"][3]["user_id"], app.officer2.id);
    assert_eq!(with["members"].as_array().unwrap().len(), 2);

    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    app.officer2.get(&path).await.ok();
    // Naming again who is on it already changes nothing.
    let same = app.coordinator.put(&member, json!({})).await.ok();
    assert_eq!((&same["status"], &same["approval_voided"]), (&json!("approved"), &json!(false)));

    let without = app.coordinator.delete(&member).await.ok();
    assert_eq!((&without["status"], &without["approval_voided"]), (&json!("draft"), &json!(true)));
    app.officer2.get(&path).await.problem(404, "not-found");
    app.coordinator.delete(&member).await.problem(404, "not-found");
    app.coordinator.delete(&format!("{path}/members/{}", app.officer.id)).await.problem(409, "is-lead");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_field_officers_and_coordinators_are_sent() {
    let app = TestApp::spawn().await;
    let path = drafted(&app, &app.case(&app.coordinator).await).await;
    for user in
        [&app.caseworker.id, &app.analyst.id, &app.auditor.id, &app.stranger_officer.id, &unknown_id()]
    {
        let member = format!("{path}/members/{user}");
        app.coordinator.put(&member, json!({})).await.invalid("/user_id");
        let etag = version(&app, &path).await;
        app.coordinator.patch(&path, &etag, json!({"lead_id": user})).await.invalid("/lead_id");
    }
    let user = format!("/v1/users/{}", app.officer2.id);
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"status": "suspended"})).await.ok();
    app.coordinator.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.invalid("/user_id");
    for actor in [&app.caseworker, &app.officer] {
        let member = format!("{path}/members/{}", app.coordinator2.id);
        actor.put(&member, json!({})).await.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ticking_the_checklist_changes_nothing_that_was_approved() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let ticked = json!([{"item": "Blankets", "done": false}, {"item": "Doctor informed", "done": true}]);
    let after = change(&app, &app.coordinator, &path, json!({"checklist": ticked})).await;
    assert_eq!((&after["status"], &after["approval_voided"]), (&json!("approved"), &json!(false)));
    assert_eq!(after["checklist"], ticked);
    assert_eq!(kinds(&after)[3..], ["checked"]);
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    let ticked = json!([{"item": "Blankets", "done": true}, {"item": "Doctor informed", "done": true}]);
    change(&app, &app.coordinator, &path, json!({"checklist": ticked})).await;
    let etag = version(&app, &path).await;
    let other = json!({"title": "Elsewhere"});
    app.coordinator.patch(&path, &etag, other).await.problem(409, "invalid-transition");
    app.coordinator
        .put(&format!("{path}/members/{}", app.officer2.id), json!({}))
        .await
        .problem(409, "invalid-transition");
    assert_eq!(app.coordinator.get(&path).await.ok()["title"], "Paper boats");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_can_insist_on_what_they_read() {
    let app = TestApp::spawn().await;
    let path = submitted(&app, &app.case(&app.coordinator).await).await;
    let read = app.coordinator2.get(&path).await.etag();
    change(&app, &app.coordinator, &path, json!({"title": "Paper planes"})).await;
    step(&app.coordinator, &path, "submit").await;
    let approve = |etag: String| {
        let app = &app;
        let path = format!("{path}/approve");
        async move {
            let request = app.coordinator2.request(reqwest::Method::POST, &path).await;
            send(request.header("if-match", etag)).await
        }
    };
    approve(read).await.problem(409, "plan-changed");
    let read = app.coordinator2.get(&path).await.etag();
    assert_eq!(approve(read).await.ok()["status"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_is_found_to_lie_elsewhere_makes_it_another_plan() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let site = json!({
        "name": "Two towers", "lat": 16.7, "lon": 98.5, "sigma_m": 400, "country": "MM",
        "verification": "confirmed", "activity": "active", "provenance": "publicly reported",
    });
    let site = format!("/v1/sites/{}", id(&app.analyst.post("/v1/sites", site).await.ok()));
    let mut body = plan(&app, &[&case]);
    body["site_id"] = json!(site.rsplit_once('/').unwrap().1);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;

    let etag = app.analyst.get(&site).await.etag();
    app.analyst.patch(&site, &etag, json!({"lat": 16.8, "lon": 98.5})).await.ok();
    app.officer.post(&format!("{path}/start"), json!({})).await.problem(409, "plan-changed");
    let after = change(&app, &app.coordinator, &path, json!({})).await;
    assert_eq!((&after["status"], &after["site"]["lat"]), (&json!("draft"), &json!(16.8)));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_plan_is_not_submitted() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let mut body = plan(&app, &[&case]);
    body["plan"] = json!({"objective": "  ", "approach": "On foot"});
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    let submit = format!("{path}/submit");
    let problem = app.coordinator.post(&submit, json!({})).await.problem(409, "plan-incomplete");
    let told = problem["detail"].as_str().unwrap();
    assert!(
        told.contains("objective") && told.contains("abort_criteria") && !told.contains("lead"),
        "{told}"
    );

    change(&app, &app.coordinator, &path, json!({"plan": {"objective": "Look", "abort_criteria": "Dogs"}}))
        .await;
    let user = format!("/v1/users/{}", app.officer.id);
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"status": "suspended"})).await.ok();
    let problem = app.coordinator.post(&submit, json!({})).await.problem(409, "plan-incomplete");
    assert!(problem["detail"].as_str().unwrap().contains("lead_id"));
    change(&app, &app.coordinator, &path, json!({"lead_id": app.officer2.id})).await;
    let after = step(&app.coordinator, &path, "submit").await;
    assert_eq!(after["plan"]["approach"], "On foot");
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_taken_in_order_and_with_reasons() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = drafted(&app, &case).await;
    let go = |verb: &str| format!("{path}/{verb}");
    for verb in ["approve", "reject", "start", "complete"] {
        let reason = json!({"reason": "because"});
        app.coordinator2.post(&go(verb), reason).await.problem(409, "invalid-transition");
    }
    step(&app.coordinator, &path, "submit").await;
    app.coordinator.post(&go("submit"), json!({})).await.problem(409, "invalid-transition");
    app.coordinator2.post(&go("reject"), json!({})).await.invalid("/reason");
    let rejected = app.coordinator2.post(&go("reject"), json!({"reason": "No second car."})).await.ok();
    assert_eq!(rejected["status"], "rejected");
    assert_eq!(rejected["history"][2]["reason"], "No second car.");
    assert_eq!(rejected["history"][2]["actor_id"], app.coordinator2.id);
    app.coordinator.post(&go("submit"), json!({})).await.problem(409, "invalid-transition");

    // Mended by a change, it goes the way again; who sent it back did not change it and may approve.
    let mended = change(&app, &app.coordinator, &path, json!({"plan": {"routes": "Two cars."}})).await;
    assert_eq!(mended["status"], "draft");
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    app.officer.post(&go("abort"), json!({})).await.invalid("/reason");
    let aborted = app.officer.post(&go("abort"), json!({"reason": "Strangers."})).await.ok();
    assert_eq!(aborted["status"], "aborted");
    let seen = app.coordinator.get(&path).await.ok();
    assert_eq!(seen["reason"], "Strangers.");
    for verb in ["submit", "approve", "reject", "start", "complete", "abort"] {
        let reason = json!({"reason": "because"});
        app.coordinator2.post(&go(verb), reason).await.problem(409, "invalid-transition");
    }
    let etag = version(&app, &path).await;
    app.coordinator.patch(&path, &etag, json!({"title": "x"})).await.problem(409, "invalid-transition");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_field_only_the_lead_moves_it() {
    let app = TestApp::spawn().await;
    let path = drafted(&app, &app.case(&app.coordinator).await).await;
    app.coordinator.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.ok();
    step(&app.coordinator, &path, "submit").await;
    app.officer.post(&format!("{path}/start"), json!({})).await.problem(404, "not-found");
    step(&app.coordinator2, &path, "approve").await;
    let reason = json!({"reason": "x"});
    for verb in ["start", "complete", "abort"] {
        app.officer2.post(&format!("{path}/{verb}"), reason.clone()).await.problem(403, "forbidden");
    }
    for verb in ["submit", "approve", "reject"] {
        app.officer.post(&format!("{path}/{verb}"), reason.clone()).await.problem(403, "forbidden");
    }
    ready_to_start(&app, &path).await;
    // A step that needs nothing said needs no body.
    let bare = app.officer.request(reqwest::Method::POST, &format!("{path}/start")).await;
    assert_eq!(send(bare).await.ok()["status"], "in_progress");
    app.officer2.post(&format!("{path}/complete"), json!({})).await.problem(403, "forbidden");
    step(&app.coordinator, &path, "complete").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_it_is_told_for_people_of_its_cases() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker).await);
    let person = |case: String| {
        let app = &app;
        async move {
            let body = json!({"role": "victim", "names": [{"full": "Tiberius Quill", "kind": "legal"}]});
            id(&app.caseworker.post(&format!("/v1/cases/{case}/people"), body).await.ok())
        }
    };
    let (hers, elsewhere) = (person(case.clone()).await, person(other).await);
    let path = approved(&app, &case).await;
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    let complete = format!("{path}/complete");
    let with = |people: Value| json!({"outcome": "Both home.", "people": people, "reason": "As planned."});
    let result = |person: &str| json!({"person_id": person, "outcome": "recovered"});
    app.officer.post(&complete, with(json!([result(&elsewhere)]))).await.invalid("/people/0/person_id");
    app.officer
        .post(&complete, with(json!([result(&hers), result(&hers)])))
        .await
        .invalid("/people/1/person_id");
    let lost = json!([{"person_id": hers, "outcome": "vanished"}]);
    app.officer.post(&complete, with(lost)).await.invalid("/people/0/outcome");
    app.coordinator.post(&format!("{path}/submit"), with(json!([]))).await.problem(422, "invalid");

    app.officer.post(&complete, with(json!([result(&hers)]))).await.ok();
    let seen = app.coordinator.get(&path).await.ok();
    assert_eq!(seen["outcome"], "Both home.");
    assert_eq!(seen["people"], json!([{"person_id": hers, "outcome": "recovered"}]));
    assert_eq!(seen["reason"], "As planned.");
    assert_eq!(app.caseworker.get(&path).await.ok().get("outcome"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_is_something_that_happens_on_its_cases() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}");
    let at = |value: &Value| value["updated_at"].as_str().unwrap().parse::<Time>().unwrap();
    let mut before = at(&app.caseworker.get(&path).await.ok());
    let operation = drafted(&app, &case).await;
    for verb in ["submit", "approve", "start"] {
        let after = at(&app.caseworker.get(&path).await.ok());
        assert!(after > before, "before {verb}");
        before = after;
        ready_to_start(&app, &operation).await;
        step(if verb == "approve" { &app.coordinator2 } else { &app.coordinator }, &operation, verb).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let foreign = app.case(&app.stranger).await;
    for (pointer, member, value) in [
        ("/kind", "kind", json!("holiday")),
        ("/title", "title", json!("")),
        ("/title", "title", json!("x".repeat(201))),
        ("/target/lat", "target", json!({"lat": 90.1, "lon": 0})),
        ("/target", "target", json!({"lat": 9})),
        ("/site_id", "site_id", json!(unknown_id())),
        ("/case_ids/1", "case_ids", json!([case, foreign])),
        ("/case_ids", "case_ids", json!(vec![unknown_id(); 51])),
        ("/lead_id", "lead_id", json!(app.caseworker.id)),
        ("/lead_id", "lead_id", json!(app.stranger_officer.id)),
        ("/ends_at", "ends_at", json!("2031-03-02T20:00:00Z")),
        ("/starts_at", "starts_at", json!("tomorrow")),
        ("/plan/objective", "plan", json!({"objective": "x".repeat(20_001)})),
        ("/plan/purpose", "plan", json!({"purpose": "x"})),
        (
            "/plan/risks/0/likelihood",
            "plan",
            json!({"risks": [{"hazard": "x", "likelihood": "sure", "severity": "low"}]}),
        ),
        (
            "/plan/risks",
            "plan",
            json!({"risks": vec![json!({"hazard": "x", "likelihood": "low", "severity": "low"}); 51]}),
        ),
        ("/checklist", "checklist", json!(vec![json!({"item": "x"}); 101])),
        ("/checklist/0/item", "checklist", json!([{"item": "a\nb"}])),
        ("/id", "id", json!("9b2f4c1e-8d7a-4f3b-9c6d-1e2f3a4b5c6d")),
    ] {
        let mut body = plan(&app, &[&case]);
        body[member] = value;
        app.coordinator.post("/v1/operations", body).await.invalid(pointer);
    }
    let path = drafted(&app, &case).await;
    for (pointer, body) in [
        ("/site_id", json!({"site_id": unknown_id()})),
        ("/case_ids/0", json!({"case_ids": [foreign]})),
        ("/ends_at", json!({"starts_at": "2032-01-01T00:00:00Z"})),
        (
            "/plan/risks",
            json!({"plan": {"risks": vec![json!({"hazard": "x", "likelihood": "low", "severity": "low"}); 51]}}),
        ),
    ] {
        app.coordinator.patch(&path, "\"v1\"", body).await.invalid(pointer);
    }
    assert_eq!(version(&app, &path).await, "\"v1\"");
    app.coordinator.get("/v1/operations?status=over").await.invalid("status");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_around_needs_no_case() {
    let app = TestApp::spawn().await;
    let body = json!({
        "kind": "reconnaissance", "title": "The road", "lead_id": app.officer.id,
        "starts_at": "2031-03-02T20:00:00Z", "ends_at": "2031-03-03T02:00:00Z",
    });
    let made = app.coordinator.post("/v1/operations", body).await.ok();
    assert_eq!((&made["case_ids"], &made["recognition_cards"]), (&json!([]), &json!([])));
    assert_eq!(made["plan"]["objective"], "");
    let path = format!("/v1/operations/{}", id(&made));
    change(&app, &app.coordinator, &path, json!({"plan": {"objective": "Look", "abort_criteria": "Dogs"}}))
        .await;
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    assert_eq!(app.officer.get("/v1/operations").await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_the_version_that_was_read() {
    let app = TestApp::spawn().await;
    let path = drafted(&app, &app.case(&app.coordinator).await).await;
    let blind = app.coordinator.request(reqwest::Method::PATCH, &path).await.json(&json!({"title": "x"}));
    send(blind).await.problem(428, "precondition-required");
    let reply = app.coordinator.patch(&path, "\"v1\"", json!({"site_id": null, "target": null})).await;
    assert_eq!((reply.ok().get("target"), reply.etag().as_str()), (None, "\"v2\""));
    app.coordinator.patch(&path, "\"v1\"", json!({"title": "x"})).await.problem(412, "stale");
    let race = (0..6).map(|n| app.coordinator.patch(&path, "\"v2\"", json!({"title": format!("Title {n}")})));
    let replies = futures_util::future::join_all(race).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 412).count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn planned_twice_by_a_bad_link_it_is_planned_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let mut body = plan(&app, &[&case]);
    body["id"] = json!(unknown_id());
    let first = app.coordinator.post_once("/v1/operations", "plan-1", body.clone()).await;
    let second = app.coordinator.post_once("/v1/operations", "plan-1", body.clone()).await;
    assert_eq!((first.ok(), first.etag()), (second.ok(), second.etag()));
    assert_eq!(second.header("idempotency-replayed"), "true");
    app.coordinator.post("/v1/operations", body.clone()).await.problem(409, "id-taken");
    body["title"] = json!("Another");
    app.coordinator.post_once("/v1/operations", "plan-1", body).await.problem(422, "idempotency-key-reused");
    assert_eq!(app.coordinator.get("/v1/operations").await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_and_paged_newest_change_first() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.coordinator).await, app.case(&app.coordinator).await);
    let mut paths = Vec::new();
    for index in 0..5 {
        paths.push(drafted(&app, if index == 4 { &other } else { &case }).await);
    }
    step(&app.coordinator, &paths[0], "submit").await;
    let expected: Vec<String> =
        [0, 4, 3, 2, 1].map(|at: usize| paths[at].rsplit_once('/').unwrap().1.to_owned()).into();
    let mut seen = Vec::new();
    let mut path = "/v1/operations?limit=2".to_owned();
    loop {
        let page = app.coordinator.get(&path).await;
        seen.extend(page.items().iter().map(id));
        let Some(cursor) = page.body["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/operations?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, expected);
    let ids = |query: &str| {
        let app = &app;
        let path = format!("/v1/operations?{query}");
        async move { app.coordinator.get(&path).await.items().iter().map(id).collect::<Vec<_>>() }
    };
    assert_eq!(ids("status=submitted").await, expected[..1]);
    assert_eq!(ids("status=submitted,draft").await, expected);
    assert_eq!(ids(&format!("case_id={other}")).await, expected[1..2]);
    assert!(ids(&format!("case_id={}", unknown_id())).await.is_empty());
    let cursor =
        app.coordinator.get("/v1/operations?limit=2").await.body["next_cursor"].as_str().unwrap().to_owned();
    app.coordinator
        .get(&format!("/v1/operations?status=draft&cursor={cursor}"))
        .await
        .problem(400, "invalid-cursor");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_off_the_team_finds_nothing_on_the_next_request() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = drafted(&app, &case).await;
    let member = format!("{path}/members/{}", app.officer2.id);
    app.coordinator.put(&member, json!({})).await.ok();
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    let inside = ["", "/reports", "/check-ins", "/gates", "/pack"];
    for of in inside {
        app.officer2.get(&format!("{path}{of}")).await.ok();
    }
    app.coordinator.delete(&member).await.ok();
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    for of in inside {
        app.officer.get(&format!("{path}{of}")).await.ok();
        app.officer2.get(&format!("{path}{of}")).await.problem(404, "not-found");
    }
    assert!(app.officer2.get("/v1/operations").await.items().is_empty());
    app.officer2.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
    let changes = app.officer2.get("/v1/changes").await;
    assert!(!changes.text.contains(path.trim_start_matches("/v1/operations/")), "{}", changes.text);
}
