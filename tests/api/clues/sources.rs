//! Where a clue comes from, and the words it rests on.

use super::{BODY, add, message, person, point, with};
use crate::support::{TestApp, Value, id, json, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_source_must_be_of_the_same_case() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let other = app.case(&app.caseworker).await;
    let (here, there) = (
        message(&app, &app.caseworker, &case, "verified").await,
        message(&app, &app.caseworker, &other, "verified").await,
    );
    let (me, them) = (person(&app.caseworker, &case).await, person(&app.caseworker, &other).await);
    let from =
        async |source: Value| add(&app.caseworker, &case, with(point(&app), json!({"source": source}))).await;
    for source in [
        json!({"kind": "message", "message_id": here}),
        json!({"kind": "person", "person_id": me, "label": "by telephone"}),
        json!({"kind": "person", "label": "a driver, not named"}),
        json!({"kind": "field_report", "label": "before this log began"}),
        json!({"kind": "open_source"}),
    ] {
        assert_eq!(from(source.clone()).await.ok()["source"], source);
    }
    for (source, pointer) in [
        (json!({"kind": "message", "message_id": there}), "/source/message_id"),
        (json!({"kind": "message", "message_id": unknown_id()}), "/source/message_id"),
        (json!({"kind": "message"}), "/source/message_id"),
        (json!({"kind": "person", "person_id": them}), "/source/person_id"),
        (json!({"kind": "person", "message_id": here}), "/source/message_id"),
        (json!({"kind": "message", "message_id": here, "person_id": me}), "/source/person_id"),
        (json!({"kind": "field_report", "report_id": unknown_id()}), "/source/report_id"),
        (json!({"kind": "attachment", "attachment_id": unknown_id()}), "/source/attachment_id"),
        (json!({"kind": "attachment"}), "/source/attachment_id"),
    ] {
        from(source).await.invalid(pointer);
    }
}

/// A report from an operation for this case, which is under way.
async fn report(app: &TestApp, case: &str) -> String {
    let after = |seconds| app.clock.now().plus_seconds(seconds).to_string();
    let body = json!({
        "kind": "reconnaissance", "title": "A look at the gate", "case_ids": [case], "lead_id": app.officer.id,
        "target": {"lat": 16.6, "lon": 98.5}, "starts_at": after(3_600), "ends_at": after(7_200),
        "plan": {
            "objective": "o", "approach": "a", "routes": "r", "communications": "c", "abort_criteria": "x",
            "risks": [{"hazard": "dogs", "likelihood": "low", "severity": "high", "mitigation": "wait"}],
        },
    });
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    app.coordinator.post(&format!("{path}/submit"), json!({})).await.ok();
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.ok();
    crate::operations::ready_to_start(app, &path).await;
    app.officer.post(&format!("{path}/start"), json!({})).await.ok();
    let body = json!({"at": app.now(), "seen": "Nobody at the gate."});
    id(&app.officer.post(&format!("{path}/reports"), body).await.ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_a_source_for_the_cases_of_its_operation() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker).await);
    let source = json!({"kind": "field_report", "report_id": report(&app, &case).await});
    let body = with(point(&app), json!({"source": source}));
    assert_eq!(add(&app.caseworker, &case, body.clone()).await.ok()["source"], source);
    add(&app.caseworker, &other, body).await.invalid("/source/report_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quote_must_stand_in_the_message() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let message = message(&app, &app.caseworker, &case, "verified").await;
    let source = json!({"kind": "message", "message_id": message});
    let quoting = async |text: &str, start: usize, end: usize| {
        let quote = json!({"text": text, "start": start, "end": end});
        add(&app.caseworker, &case, with(point(&app), json!({"source": source, "quote": quote}))).await
    };
    let length = BODY.chars().count();
    quoting("🌅", 0, 1).await.ok();
    quoting(" 我在", 1, 4).await.ok();
    quoting("north", length - 5, length).await.ok();
    for (text, start, end) in [
        ("妙瓦底", 3, 6),
        ("妙瓦底", 4, 6),
        ("妙瓦", 4, 7),
        ("north", length - 5, length + 1),
        ("x", 999_999, 1_000_000),
    ] {
        quoting(text, start, end).await.invalid("/quote/text");
    }
    // A correction may be quoted, and what it corrects too.
    let body = json!({"body": "the bridge is far to the south", "reason": "misread"});
    app.caseworker.post(&format!("/v1/messages/{message}/corrections"), body).await.ok();
    quoting("south", 25, 30).await.ok();
    quoting("🌅", 0, 1).await.ok();
    quoting("west", 25, 29).await.invalid("/quote/text");
}
