//! `/v1/operations/{id}/gates`, and what they hold up

use farlight::estimates::watch;

use crate::operations::{drafted, ready_to_start, step};
use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

const HOUR: i64 = 3_600;

/// The gates of an extraction, in their order.
const ALL: [&str; 7] = [
    "fresh_clues",
    "recent_contact",
    "consent",
    "second_approver",
    "receiving",
    "abort_criteria",
    "exit_documents",
];

/// An approved extraction for which everything holds that must.
struct Ready {
    contact: Contact,
    consent: String,
    path: String,
}

impl Ready {
    async fn new(app: &TestApp) -> Self {
        let contact = Contact::new(app).await;
        contact.log(app, "inbound", 1, json!({"authenticity": "verified"})).await;
        let clue = json!({
            "kind": "point", "data": {"lat": 16.68, "lon": 98.51, "accuracy_m": 80, "via": "pin"},
            "observed_at": app.now(), "source": {"kind": "person", "person_id": contact.person},
            "reliability": "B", "credibility": 2, "status": "confirmed",
        });
        app.coordinator.post(&contact.path("clues"), clue).await.ok();
        let consent = agreed(app, &contact.person).await;
        let body = plan(app, &contact, "extraction");
        let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
        step(&app.coordinator, &path, "submit").await;
        step(&app.coordinator2, &path, "approve").await;
        Self { contact, consent, path }
    }

    async fn start(&self, app: &TestApp) -> crate::support::Reply {
        app.officer.post(&format!("{}/start", self.path), json!({})).await
    }

    /// Changes the plan, and brings it back to where it was approved.
    async fn replan(&self, app: &TestApp, body: Value) {
        let etag = app.coordinator.get(&self.path).await.etag();
        app.coordinator.patch(&self.path, &etag, body).await.ok();
        step(&app.coordinator, &self.path, "submit").await;
        step(&app.coordinator2, &self.path, "approve").await;
    }
}

fn plan(app: &TestApp, contact: &Contact, kind: &str) -> Value {
    json!({
        "kind": kind, "title": "Paper boats", "target": {"lat": 16.68, "lon": 98.51},
        "case_ids": [contact.case], "lead_id": app.officer.id,
        "starts_at": "2031-03-02T20:00:00Z", "ends_at": "2031-03-03T02:00:00Z",
        "plan": {
            "objective": "Receive somebody at the river.", "abort_criteria": "Strangers at the landing.",
            "receiving": {"kind": "shelter", "name": "House by the mill", "contact": "The side door.", "confirmed": true},
            "exit_documents": [{"person_id": contact.person, "document": "passport", "state": "ready"}],
        },
    })
}

async fn agreed(app: &TestApp, person: &str) -> String {
    let body = json!({"purpose": "rescue", "method": "spoken", "given_at": app.now()});
    id(&app.caseworker.post(&format!("/v1/people/{person}/consents"), body).await.ok())
}

/// The gates that do not stand open, each with how it stands.
async fn in_the_way(who: &Actor, path: &str) -> Vec<(String, String)> {
    let gates = who.get(&format!("{path}/gates")).await.items();
    let word = |gate: &Value, member: &str| gate[member].as_str().unwrap().to_owned();
    let open = |gate: &&Value| gate["state"] != "open";
    gates.iter().filter(open).map(|gate| (word(gate, "gate"), word(gate, "state"))).collect()
}

async fn gate(app: &TestApp, path: &str, name: &str) -> Value {
    let gates = app.coordinator.get(&format!("{path}/gates")).await.items();
    gates.into_iter().find(|gate| gate["gate"] == name).unwrap()
}

fn closed(names: &[&str]) -> Vec<(String, String)> {
    names.iter().map(|name| ((*name).to_owned(), "closed".to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ready_begins() {
    let app = TestApp::spawn().await;
    let ready = Ready::new(&app).await;
    let gates = app.coordinator.get(&format!("{}/gates", ready.path)).await.ok();
    assert_eq!(gates["next_cursor"], Value::Null);
    let gates = gates["items"].as_array().unwrap();
    let names: Vec<_> = gates.iter().map(|gate| gate["gate"].as_str().unwrap()).collect();
    assert_eq!(names, ALL);
    for gate in gates {
        assert_eq!(gate["state"], "open", "{gate}");
        assert!(gate["detail"].is_string() && gate.get("waiver").is_none(), "{gate}");
    }
    let person = |gate: usize| &gates[gate]["people"][0];
    assert_eq!(gates[0]["cases"][0]["case_id"], ready.contact.case);
    assert!(gates[0]["cases"][0]["newest_clue_at"].is_string());
    assert_eq!(person(1)["person_id"], ready.contact.person);
    assert!(person(1)["last_sign_of_life_at"].is_string());
    assert_eq!((&person(2)["consent_id"], &person(2)["open"]), (&json!(ready.consent), &json!(true)));
    assert_eq!(person(6)["documents"], json!(["ready"]));
    assert_eq!(ready.start(&app).await.ok()["status"], "in_progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_something_does_not_begin_and_says_what() {
    let app = TestApp::spawn().await;
    let ready = Ready::new(&app).await;
    let is_held_up_by = async |names: &[&str]| {
        let problem = ready.start(&app).await.problem(409, "gate-closed");
        assert_eq!(problem["gates"], json!(names));
        for name in names {
            assert!(problem["detail"].as_str().unwrap().contains(name), "{problem}");
        }
        assert_eq!(in_the_way(&app.coordinator, &ready.path).await, closed(names));
        let seen = app.officer.get(&ready.path).await.ok();
        assert_eq!(seen["status"], "approved");
    };

    // Taken back, and at once.
    app.caseworker.post(&format!("/v1/consents/{}/withdraw", ready.consent), json!({})).await.ok();
    is_held_up_by(&["consent"]).await;
    // One that ends by itself, and one that a phone whose clock is ahead puts down, count for as long as they hold.
    let at = |seconds: i64| app.clock.now().plus_seconds(seconds).to_string();
    let record = async |more: Value| {
        let mut body = json!({"purpose": "rescue", "method": "spoken", "given_at": app.now()});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let path = format!("/v1/people/{}/consents", ready.contact.person);
        id(&app.caseworker.post(&path, body).await.ok())
    };
    record(json!({"expires_at": at(HOUR)})).await;
    assert!(in_the_way(&app.coordinator, &ready.path).await.is_empty());
    app.clock.advance(HOUR);
    is_held_up_by(&["consent"]).await;
    let ahead = record(json!({"given_at": at(200)})).await;
    is_held_up_by(&["consent"]).await;
    app.clock.advance(200);
    assert!(in_the_way(&app.coordinator, &ready.path).await.is_empty());
    app.caseworker.post(&format!("/v1/consents/{ahead}/withdraw"), json!({})).await.ok();
    is_held_up_by(&["consent"]).await;
    agreed(&app, &ready.contact.person).await;
    assert!(in_the_way(&app.coordinator, &ready.path).await.is_empty());

    // Somebody else is on the case, who was not asked, has no papers, and writes by a channel of their own.
    let other = Contact::person(&app, &ready.contact.case, "victim").await;
    is_held_up_by(&["consent", "exit_documents"]).await;
    agreed(&app, &other).await;
    is_held_up_by(&["exit_documents"]).await;
    Contact::channel(&app, &other, "quiet_77").await;
    is_held_up_by(&["recent_contact", "exit_documents"]).await;
    let path = format!("/v1/people/{other}");
    let etag = app.coordinator.get(&path).await.etag();
    app.coordinator.patch(&path, &etag, json!({"role": "family"})).await.ok();

    // Time passes.
    app.clock.advance(72 * HOUR);
    is_held_up_by(&["recent_contact"]).await;
    app.clock.advance(264 * HOUR + 60);
    is_held_up_by(&["fresh_clues", "recent_contact"]).await;
    ready.contact.log(&app, "inbound", 1, json!({"authenticity": "suspect"})).await;
    is_held_up_by(&["fresh_clues", "recent_contact"]).await;
    ready.contact.log(&app, "inbound", 1, json!({"authenticity": "verified"})).await;
    is_held_up_by(&["fresh_clues"]).await;
    let mut clue = json!({
        "kind": "absence", "data": {"lat": 16.6, "lon": 98.5, "radius_km": 1, "probability_of_detection": 0.5},
        "observed_at": app.now(), "source": {"kind": "open_source", "label": "a stall"}, "reliability": "B",
        "credibility": 2, "status": "confirmed",
    });
    let clues = ready.contact.path("clues");
    app.coordinator.post(&clues, clue.clone()).await.ok();
    // That somebody was not there tells nobody where they are; nor does what is only proposed.
    is_held_up_by(&["fresh_clues"]).await;
    clue["kind"] = json!("country");
    clue["data"] = json!({"country": "MM"});
    clue["status"] = json!("proposed");
    app.coordinator.post(&clues, clue.clone()).await.ok();
    is_held_up_by(&["fresh_clues"]).await;
    clue["status"] = json!("confirmed");
    app.coordinator.post(&clues, clue).await.ok();
    assert_eq!(ready.start(&app).await.ok()["status"], "in_progress");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_plan_does_not_say_closes_its_gate() {
    let app = TestApp::spawn().await;
    let ready = Ready::new(&app).await;
    let person = &ready.contact.person;
    let document = |state: &str| json!({"person_id": person, "document": "passport", "state": state});
    for (change, gates) in [
        (json!({"receiving": null}), &["receiving"][..]),
        (json!({"receiving": {"kind": "embassy", "name": "The consul", "confirmed": false}}), &["receiving"]),
        (
            json!({"receiving": {"kind": "embassy", "name": "The consul", "confirmed": true}, "exit_documents": []}),
            &["exit_documents"],
        ),
        (json!({"exit_documents": [document("ready"), document("missing")]}), &["exit_documents"]),
        (json!({"exit_documents": [document("applied"), document("not_needed")]}), &[]),
    ] {
        ready.replan(&app, json!({"plan": change})).await;
        assert_eq!(in_the_way(&app.coordinator, &ready.path).await, closed(gates), "{change}");
    }
    let etag = app.coordinator.get(&ready.path).await.etag();
    let stray = json!({"exit_documents": [document("ready"), {"person_id": unknown_id(), "document": "x", "state": "ready"}]});
    let reply = app.coordinator.patch(&ready.path, &etag, json!({"plan": stray})).await;
    reply.invalid("/plan/exit_documents/1/person_id");
    for (pointer, wrong) in [
        ("/plan/exit_documents/0/state", json!({"exit_documents": [document("lost")]})),
        ("/plan/receiving/kind", json!({"receiving": {"kind": "hotel", "name": "x"}})),
        ("/plan/receiving/name", json!({"receiving": {"kind": "shelter", "name": " "}})),
        ("/plan/receiving/phone", json!({"receiving": {"kind": "shelter", "name": "x", "phone": "1"}})),
        ("/plan/exit_documents", json!({"exit_documents": vec![document("ready"); 501]})),
    ] {
        app.coordinator.patch(&ready.path, &etag, json!({"plan": wrong})).await.invalid(pointer);
    }
    // In the field the plan is read with who waits and what is ready.
    let seen = app.officer.get(&ready.path).await.ok()["plan"].clone();
    assert_eq!(seen["receiving"]["name"], "The consul");
    assert_eq!(seen["exit_documents"][1]["state"], "not_needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_operation_has_its_gates() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    for (kind, expected) in [
        ("reconnaissance", &["second_approver", "abort_criteria"][..]),
        ("extraction", &ALL),
        ("raid_support", &ALL[..6]),
        ("handover", &ALL[1..]),
        ("welfare_check", &["fresh_clues", "second_approver", "abort_criteria"]),
    ] {
        let body = plan(&app, &contact, kind);
        let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
        let gates = app.coordinator.get(&format!("{path}/gates")).await.items();
        let names: Vec<_> = gates.iter().map(|gate| gate["gate"].as_str().unwrap()).collect();
        assert_eq!(names, expected, "{kind}");
    }
    // Somebody who only goes to look needs nobody's papers.
    let mut body = plan(&app, &contact, "reconnaissance");
    body["case_ids"] = json!([]);
    body["plan"].as_object_mut().unwrap().remove("exit_documents");
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    step(&app.officer, &path, "start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_that_points_elsewhere_closes_the_gate() {
    let app = TestApp::spawn().await;
    let site = async |name: &str, lat: f64, lon: f64| {
        let body = json!({
            "name": name, "lat": lat, "lon": lon, "sigma_m": 1_000, "country": "MM", "verification": "confirmed",
            "activity": "active", "provenance": "invented",
        });
        id(&app.analyst.post("/v1/sites", body).await.ok())
    };
    let (upper, lower) = (site("Upper mill", 17.25, 98.05).await, site("Lower mill", 16.25, 97.95).await);
    let ready = Ready::new(&app).await;
    let etag = app.coordinator.get(&ready.path).await.etag();
    app.coordinator.patch(&ready.path, &etag, json!({"site_id": upper})).await.ok();
    let clues = ready.contact.path("clues");
    for label in ["a page", "a driver", "a nurse", "a neighbour"] {
        let clue = json!({
            "kind": "site", "data": {"site_id": lower}, "observed_at": app.now(), "status": "confirmed",
            "source": {"kind": "open_source", "label": label}, "reliability": "A", "credibility": 1,
        });
        app.coordinator.post(&clues, clue).await.ok();
    }
    let pin = app.coordinator.get(&format!("{clues}?status=confirmed&kind=point")).await.items();
    let reason = json!({"status": "rejected", "reason": "Not his phone."});
    app.coordinator.patch(&format!("/v1/clues/{}", id(&pin[0])), "\"v1\"", reason).await.ok();
    assert_eq!(gate(&app, &ready.path, "fresh_clues").await["state"], "open", "no estimate was made yet");
    watch::run_once(&app.services).await.unwrap();
    let found = gate(&app, &ready.path, "fresh_clues").await;
    assert_eq!(
        (&found["state"], &found["cases"][0]["elsewhere"]),
        (&json!("closed"), &json!(true)),
        "{found}"
    );
    let etag = app.coordinator.get(&ready.path).await.etag();
    app.coordinator.patch(&ready.path, &etag, json!({"site_id": lower})).await.ok();
    assert_eq!(gate(&app, &ready.path, "fresh_clues").await["state"], "open");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_field_a_gate_is_a_name_and_a_state() {
    let app = TestApp::spawn().await;
    let ready = Ready::new(&app).await;
    let gates = format!("{}/gates", ready.path);
    app.caseworker.post(&format!("/v1/consents/{}/withdraw", ready.consent), json!({})).await.ok();
    let reply = app.officer.get(&gates).await;
    for gate in reply.items() {
        let state = if gate["gate"] == "consent" { "closed" } else { "open" };
        assert_eq!(gate, json!({"gate": gate["gate"], "state": state}));
    }
    let waiver = json!({"reason": "His sister speaks for Linh."});
    app.coordinator2.post(&format!("{gates}/consent/waiver"), waiver).await.ok();
    let reply = app.officer.get(&gates).await;
    assert_eq!(reply.items()[2], json!({"gate": "consent", "state": "waived"}));
    assert!(!reply.text.contains("Linh") && !reply.text.contains(&ready.contact.person));

    for who in [&app.officer2, &app.stranger, &app.stranger_officer] {
        let (theirs, nothing) =
            (who.get(&gates).await, who.get(&format!("/v1/operations/{}/gates", unknown_id())).await);
        theirs.problem(404, "not-found");
        assert_eq!(theirs.text, nothing.text);
    }
    for who in [&app.caseworker, &app.analyst, &app.admin, &app.auditor, &app.partner] {
        who.get(&gates).await.problem(403, "forbidden");
    }
    step(&app.officer, &ready.path, "start").await;
    app.officer.get(&gates).await.ok();
    step(&app.officer, &ready.path, "complete").await;
    app.officer.get(&gates).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_answers_for_what_is_closed() {
    let app = TestApp::spawn().await;
    let path = drafted(&app, &app.case(&app.coordinator).await).await;
    step(&app.coordinator, &path, "submit").await;
    let waiver = |gate: &str| format!("{path}/gates/{gate}/waiver");
    let reason = || json!({"reason": "She swam across last night."});

    // Whoever planned does not wave themselves through, and nobody replaces the second person.
    app.coordinator.post(&waiver("fresh_clues"), reason()).await.problem(409, "own-waiver");
    app.coordinator2.post(&waiver("second_approver"), reason()).await.problem(409, "not-waivable");
    app.coordinator2.post(&waiver("weather"), reason()).await.problem(404, "not-found");
    app.coordinator2.post(&waiver("fresh_clues"), json!({"reason": " "})).await.invalid("/reason");
    for who in [&app.caseworker, &app.analyst, &app.admin, &app.officer] {
        who.post(&waiver("fresh_clues"), reason()).await.problem(403, "forbidden");
        who.delete(&waiver("fresh_clues")).await.problem(403, "forbidden");
    }
    app.stranger.post(&waiver("fresh_clues"), reason()).await.problem(404, "not-found");
    app.coordinator.delete(&waiver("fresh_clues")).await.problem(404, "not-found");

    let first = app.coordinator2.post_once(&waiver("fresh_clues"), "waiver-1", reason()).await;
    let waived = first.ok();
    assert_eq!(
        (first.status, &waived["state"], &waived["gate"]),
        (201, &json!("waived"), &json!("fresh_clues"))
    );
    assert_eq!(waived["waiver"]["given_by"], app.coordinator2.id);
    assert_eq!(waived["waiver"]["reason"], "She swam across last night.");
    assert_eq!(
        app.coordinator2.post_once(&waiver("fresh_clues"), "waiver-1", reason()).await.text,
        first.text
    );
    app.coordinator2.post(&waiver("fresh_clues"), reason()).await.problem(409, "already-waived");
    assert_eq!(gate(&app, &path, "fresh_clues").await, waived);

    // In history and on record.
    let told = app.coordinator.get(&path).await.ok()["history"][2].clone();
    assert_eq!((&told["kind"], &told["gate"]), (&json!("gate_waived"), &json!("fresh_clues")));
    assert_eq!(
        (&told["reason"], &told["actor_id"]),
        (&waived["waiver"]["reason"], &json!(app.coordinator2.id))
    );
    let audited = app.audited("operation.waive").await;
    assert!(audited.iter().any(|row| row["detail"]["note"] == "fresh_clues waived"));
    assert!(audited.iter().any(|row| row["detail"]["code"] == "own-waiver"));

    // Taken back, it is closed again; and the planner may ask for more care.
    step(&app.coordinator2, &path, "approve").await;
    ready_to_start(&app, &path).await;
    let back = app.coordinator.delete(&waiver("fresh_clues")).await.ok();
    assert_eq!((&back["state"], back.get("waiver")), (&json!("closed"), None));
    let problem = app.officer.post(&format!("{path}/start"), json!({})).await.problem(409, "gate-closed");
    assert_eq!(problem["gates"], json!(["fresh_clues"]));
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    app.coordinator2.delete(&waiver("fresh_clues")).await.problem(409, "invalid-transition");
    app.coordinator2.post(&waiver("fresh_clues"), reason()).await.problem(409, "invalid-transition");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_is_for_one_exact_plan() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = drafted(&app, &case).await;
    step(&app.coordinator, &path, "submit").await;
    let change = async |body: Value| {
        let etag = app.coordinator.get(&path).await.etag();
        app.coordinator.patch(&path, &etag, body).await.ok()
    };
    ready_to_start(&app, &path).await;
    assert_eq!(in_the_way(&app.coordinator, &path).await.iter().filter(|gate| gate.1 == "waived").count(), 5);
    // Getting ready is no change of plan.
    let ticked = json!([{"item": "Blankets", "done": true}, {"item": "Doctor informed", "done": true}]);
    change(json!({"checklist": ticked})).await;
    assert_eq!(in_the_way(&app.coordinator, &path).await.iter().filter(|gate| gate.1 == "waived").count(), 5);
    let after = change(json!({"plan": {"routes": "The main road."}})).await;
    let kinds: Vec<_> =
        after["history"].as_array().unwrap().iter().rev().map(|event| &event["kind"]).collect();
    assert_eq!(kinds[..2], ["waivers_voided", "voided"]);
    assert!(in_the_way(&app.coordinator, &path).await.iter().all(|gate| gate.1 == "closed"));
    // Back to what it was, it is still no longer what was answered for.
    change(json!({"plan": {"routes": "The farm road, both ways."}})).await;
    assert!(in_the_way(&app.coordinator, &path).await.iter().all(|gate| gate.1 == "closed"));

    // Sent back and mended without a change of plan, it goes before an approver anew, and so do its gates.
    step(&app.coordinator, &path, "submit").await;
    ready_to_start(&app, &path).await;
    app.coordinator2.post(&format!("{path}/reject"), json!({"reason": "No."})).await.ok();
    change(json!({})).await;
    assert!(in_the_way(&app.coordinator, &path).await.iter().all(|gate| gate.1 == "closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waived_and_then_planned_answers_for_nothing() {
    let app = TestApp::spawn().await;
    let path = drafted(&app, &app.case(&app.coordinator).await).await;
    ready_to_start(&app, &path).await;
    step(&app.coordinator2, &path, "submit").await;
    let user = format!("/v1/users/{}", app.caseworker2.id);
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"role": "coordinator"})).await.ok();
    let third = &app.caseworker2;
    step(third, &path, "approve").await;
    let problem = app.officer.post(&format!("{path}/start"), json!({})).await.problem(409, "gate-closed");
    assert_eq!(problem["gates"].as_array().unwrap().len(), 5);
    // And makes room for whoever does answer for it.
    for gate in problem["gates"].as_array().unwrap() {
        let waiver = format!("{path}/gates/{}/waiver", gate.as_str().unwrap());
        third.post(&waiver, json!({"reason": "I was there."})).await.ok();
    }
    // What somebody's word is worth is asked anew: suspended, they neither approved nor waived.
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"status": "suspended"})).await.ok();
    let problem = app.officer.post(&format!("{path}/start"), json!({})).await.problem(409, "gate-closed");
    assert_eq!(problem["gates"].as_array().unwrap().len(), 6);
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"status": "active"})).await.ok();
    step(&app.officer, &path, "start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_withdrawn_while_an_operation_begins_comes_before_or_after_it() {
    let app = TestApp::spawn().await;
    for round in 0..6 {
        let ready = Ready::new(&app).await;
        let withdraw = format!("/v1/consents/{}/withdraw", ready.consent);
        let (withdrawn, started) = tokio::join!(app.caseworker.post(&withdraw, json!({})), ready.start(&app));
        withdrawn.ok();
        let status = app.coordinator.get(&ready.path).await.ok()["status"].clone();
        if started.status == 200 {
            assert_eq!(status, "in_progress", "{round}");
        } else {
            assert_eq!(started.problem(409, "gate-closed")["gates"], json!(["consent"]), "{round}");
            assert_eq!(status, "approved", "{round}");
        }
        app.coordinator.post(&format!("{}/abort", ready.path), json!({"reason": "the next one"})).await.ok();
    }
}
