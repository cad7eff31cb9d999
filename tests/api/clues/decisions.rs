//! Who decides on a clue, and what a decision holds fast.

use super::{add, added, message, point, with};
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_clue_from_a_suspect_message_begins_with_a_low_grade() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let suspect = message(&app, &app.caseworker, &case, "suspect").await;
    let trusted = message(&app, &app.caseworker, &case, "unverified").await;
    for (message, given, kept) in [
        (&suspect, "A", "E"),
        (&suspect, "D", "E"),
        (&suspect, "E", "E"),
        (&suspect, "F", "F"),
        (&trusted, "A", "A"),
    ] {
        let source = json!({"kind": "message", "message_id": message});
        let body = with(point(&app), json!({"source": source, "reliability": given}));
        assert_eq!(add(&app.caseworker, &case, body).await.ok()["reliability"], kept, "{given}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinators_and_analysts_decide_and_give_reasons() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let (path, first) = added(&app.caseworker, &case, point(&app)).await;

    app.caseworker.patch(&path, &first, json!({"status": "confirmed"})).await.problem(403, "forbidden");
    app.caseworker
        .patch(&path, &first, json!({"status": "rejected", "reason": "x"}))
        .await
        .problem(403, "forbidden");
    app.analyst.patch(&path, &first, json!({"status": "rejected"})).await.invalid("/reason");
    app.analyst.patch(&path, &first, json!({"reason": "Because."})).await.invalid("/reason");

    let confirmed = app.analyst.patch(&path, &first, json!({"status": "confirmed"})).await;
    let clue = confirmed.ok();
    assert_eq!((&clue["status"], &clue["decided_by"]), (&json!("confirmed"), &json!(app.analyst.id)));
    assert!(clue["decided_at"].is_string() && clue.get("reason").is_none());

    app.coordinator.patch(&path, &confirmed.etag(), json!({"status": "proposed"})).await.invalid("/reason");
    let body = json!({"status": "rejected", "reason": "The picture is of another river."});
    let rejected = app.coordinator.patch(&path, &confirmed.etag(), body).await;
    let clue = rejected.ok();
    assert_eq!(clue["status"], "rejected");
    assert_eq!(clue["reason"], "The picture is of another river.");
    assert_eq!(clue["decided_by"], app.coordinator.id);

    // Said again, it is no decision; with a reason it is.
    let again = app.analyst.patch(&path, &rejected.etag(), json!({"status": "rejected"})).await;
    assert_eq!(again.ok()["decided_by"], app.coordinator.id);
    let body = json!({"status": "proposed", "reason": "Looked at once more."});
    let reopened = app.analyst.patch(&path, &again.etag(), body).await.ok();
    assert_eq!(
        (&reopened["status"], &reopened["reason"]),
        (&json!("proposed"), &json!("Looked at once more."))
    );
    let kept = app.analyst.get(&format!("/v1/cases/{case}/clues")).await.items();
    assert_eq!(kept, [reopened]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clue_may_be_recorded_as_decided_by_those_who_decide() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let confirmed = with(point(&app), json!({"status": "confirmed"}));
    add(&app.caseworker, &case, confirmed.clone()).await.problem(403, "forbidden");
    let rejected = with(point(&app), json!({"status": "rejected"}));
    add(&app.analyst, &case, rejected.clone()).await.invalid("/reason");
    let clue = add(&app.analyst, &case, confirmed).await.ok();
    assert_eq!((&clue["status"], &clue["decided_by"]), (&json!("confirmed"), &json!(app.analyst.id)));
    let clue = add(&app.coordinator, &case, with(rejected, json!({"reason": "A known decoy."}))).await.ok();
    assert_eq!((&clue["status"], &clue["reason"]), (&json!("rejected"), &json!("A known decoy.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_on_is_not_changed_under_the_decision() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let (path, _) = added(&app.coordinator, &case, with(point(&app), json!({"status": "confirmed"}))).await;
    for change in [json!({"reliability": "A"}), json!({"credibility": 1}), json!({"observed_until": null})] {
        app.caseworker.patch(&path, "\"v1\"", change).await.problem(403, "forbidden");
    }
    app.caseworker.patch(&path, "\"v1\"", json!({"note": "The gate was painted since."})).await.ok();
    assert_eq!(
        app.analyst.patch(&path, "\"v2\"", json!({"reliability": "A"})).await.ok()["reliability"],
        "A"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_decisions_have_one_winner() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let (path, etag) = added(&app.caseworker, &case, point(&app)).await;
    for actor in [&app.coordinator, &app.analyst] {
        actor.token().await;
    }
    let racers = (0..20).map(|number| {
        let actor = if number % 2 == 0 { &app.coordinator } else { &app.analyst };
        actor.patch(&path, &etag, json!({"status": "confirmed"}))
    });
    let replies = futures_util::future::join_all(racers).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 412).count(), 19);
}
