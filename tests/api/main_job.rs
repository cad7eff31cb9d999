//! The main job, from the first message to the end in the field.

use crate::operations::step;
use crate::support::{TestApp, Value, id, json};

/// What may be in nothing that an officer is sent.
const NAMES: [&str; 4] = ["Okello", "Wanjiru", "Auntie Blue", "@quiet_harbour_91"];

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_and_fetched_and_the_field_learns_no_name() {
    let app = TestApp::spawn().await;

    // A caseworker opens the case and keeps contact.
    let summary = "Okello writes that he is held in a tower by the river.";
    let body = json!({"summary": summary, "risk": "critical", "country": "MM", "languages": ["sw"]});
    let case = app.caseworker.post("/v1/cases", body).await.ok();
    let (code_name, case) = (case["code_name"].clone(), format!("/v1/cases/{}", id(&case)));
    let person = json!({
        "role": "victim", "names": [{"full": "Okello Wanjiru", "script": "Latn", "kind": "legal"}],
        "birth_year": 1999, "sex": "male", "nationalities": ["KE"], "languages": ["sw", "en"],
        "documents": [{"kind": "passport", "number": "A00Okello"}],
        "description": "Tall, a burn on the left hand.", "needs": "Insulin twice a day.",
    });
    let person = id(&app.caseworker.post(&format!("{case}/people"), person).await.ok());
    let source = json!({
        "role": "informant", "names": [{"full": "Auntie Blue", "kind": "nickname"}], "languages": ["th"],
        "description": "Sells tea opposite the gate.",
    });
    app.caseworker.post(&format!("{case}/people"), source).await.ok();
    let channel = json!({
        "platform": "telegram", "handle": "@quiet_harbour_91", "device_owner": "own",
        "rules": {"time_zone": "Asia/Yangon", "windows": [], "initiate": false, "languages": ["sw"], "forbidden_words": []},
        "duress_words": [],
    });
    let channel = id(&app.caseworker.post(&format!("/v1/people/{person}/channels"), channel).await.ok());
    let mut messages = Vec::new();
    for (direction, words) in [
        ("inbound", "I see two towers and the river from the window."),
        ("outbound", "Stay safe. Write when you can."),
        ("inbound", "They move us on Friday. Okello."),
    ] {
        let body = json!({
            "channel_id": channel, "direction": direction, "sent_at": app.now(), "body": words,
            "authenticity": "verified",
        });
        messages.push(id(&app.caseworker.post(&format!("{case}/messages"), body).await.ok()));
    }
    let clue = json!({
        "kind": "point", "data": {"lat": 16.6871, "lon": 98.5102, "accuracy_m": 80, "via": "pin"},
        "observed_at": app.now(), "source": {"kind": "message", "message_id": messages[0]},
        "reliability": "B", "credibility": 2,
    });
    let clue = app.caseworker.post(&format!("{case}/clues"), clue).await;
    let (clue_path, etag) = (format!("/v1/clues/{}", id(&clue.ok())), clue.etag());

    // He agrees, and may change his mind.
    let consent = json!({
        "purpose": "rescue", "method": "written", "given_at": app.now(), "message_id": messages[0], "language": "sw",
    });
    app.caseworker.post(&format!("/v1/people/{person}/consents"), consent).await.ok();

    // A coordinator confirms and plans.
    app.coordinator.patch(&clue_path, &etag, json!({"status": "confirmed"})).await.ok();
    let site = json!({
        "name": "Two towers", "lat": 16.687, "lon": 98.51, "sigma_m": 200, "country": "MM",
        "verification": "confirmed", "activity": "active", "provenance": "publicly reported",
    });
    let site = id(&app.analyst.post("/v1/sites", site).await.ok());
    let plan = json!({
        "kind": "extraction", "title": "Paper boats", "site_id": site, "target": {"lat": 16.6871, "lon": 98.5102},
        "case_ids": [case.rsplit_once('/').unwrap().1], "lead_id": app.officer.id,
        "starts_at": "2031-03-02T20:00:00Z", "ends_at": "2031-03-03T02:00:00Z",
        "plan": {
            "objective": "Receive one man at the river.", "approach": "From our bank only.", "routes": "The farm road.",
            "communications": "Every 30 minutes.", "abort_criteria": "Strangers at the landing.", "risks": [],
            "receiving": {"kind": "shelter", "name": "House by the mill", "confirmed": true},
            "exit_documents": [{"person_id": person, "document": "emergency certificate", "state": "applied"}],
        },
        "checklist": [{"item": "Insulin in the car", "done": true}],
    });
    let operation =
        format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", plan).await.ok()));
    let team =
        app.coordinator.put(&format!("{operation}/members/{}", app.coordinator.id), json!({})).await.ok();
    assert_eq!(team["members"].as_array().unwrap().len(), 2);
    app.officer.get(&operation).await.problem(404, "not-found");
    step(&app.coordinator, &operation, "submit").await;
    app.officer.get(&operation).await.problem(404, "not-found");
    app.coordinator.post(&format!("{operation}/approve"), json!({})).await.problem(409, "own-approval");
    step(&app.coordinator2, &operation, "approve").await;

    // In the field: plan, target, a card, and nothing else.
    let reply = app.officer.get(&operation).await;
    let seen = reply.ok();
    assert_eq!(seen["plan"]["objective"], "Receive one man at the river.");
    // A copy of their own: the same place, but for a metre that tells whose copy it is.
    for (axis, planned) in [("lat", 16.6871), ("lon", 98.5102)] {
        assert!((seen["target"][axis].as_f64().unwrap() - planned).abs() < 2e-5, "{}", seen["target"]);
    }
    assert_eq!(seen["site"]["name"], "Two towers");
    let card = json!({
        "person_id": person, "case_code_name": code_name, "role": "victim", "sex": "male", "birth_year": 1999,
        "languages": ["sw", "en"], "description": "Tall, a burn on the left hand.", "needs": "Insulin twice a day.",
    });
    assert_eq!(seen["recognition_cards"], json!([card]));
    let outline = app.officer.get(&case).await;
    assert_eq!(outline.ok()["code_name"], code_name);
    let all = [
        reply.text,
        outline.text,
        app.officer.get("/v1/operations").await.text,
        app.officer.get("/v1/cases").await.text,
    ];
    for text in &all {
        for name in NAMES {
            assert!(!text.contains(name), "{name} in {text}");
        }
        assert!(!text.contains("tea opposite the gate"), "{text}");
    }
    inside_the_case_there_is_nothing(&app, &case, &person, &channel).await;

    // Another officer has no part in it.
    for path in [&operation, &case, &format!("{operation}/reports")] {
        app.officer2.get(path).await.problem(404, "not-found");
    }

    // Everything that must hold before it begins does; in the field that is all that is said of it.
    for gate in app.officer.get(&format!("{operation}/gates")).await.items() {
        assert_eq!(gate, json!({"gate": gate["gate"], "state": "open"}));
    }

    // It is done, told, and over.
    step(&app.officer, &operation, "start").await;
    let report =
        json!({"at": app.now(), "lat": 16.6869, "lon": 98.511, "seen": "One man on the bank, alone."});
    app.officer.post(&format!("{operation}/reports"), report).await.ok();
    let body = json!({"outcome": "On our bank at 23:10.", "people": [{"person_id": person, "outcome": "recovered"}]});
    app.officer.post(&format!("{operation}/complete"), body).await.ok();
    for path in [&operation, &case, &format!("{operation}/reports")] {
        app.officer.get(path).await.problem(404, "not-found");
    }
    inside_the_case_there_is_nothing(&app, &case, &person, &channel).await;
    let told = app.coordinator.get(&operation).await.ok();
    assert_eq!((&told["status"], &told["outcome"]), (&json!("completed"), &json!("On our bank at 23:10.")));
    assert_eq!(app.coordinator.get(&format!("{operation}/reports")).await.items().len(), 1);
    assert_eq!(app.caseworker.get(&operation).await.ok()["status"], "completed");
}

async fn inside_the_case_there_is_nothing(app: &TestApp, case: &str, person: &str, channel: &str) {
    for inside in ["messages", "people", "clues", "timeline", "assignments"] {
        app.officer.get(&format!("{case}/{inside}")).await.problem(404, "not-found");
    }
    app.officer.get(&format!("/v1/people/{person}")).await.problem(404, "not-found");
    app.officer.get(&format!("/v1/people/{person}/channels")).await.problem(404, "not-found");
    let none: Value = json!({"handle": "@x"});
    app.officer.patch(&format!("/v1/channels/{channel}"), "\"v1\"", none).await.problem(404, "not-found");
}
