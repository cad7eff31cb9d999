//! `/v1/cases/{id}/do-not-share`, `/v1/sites/{id}/do-not-share`, and what they keep from whom

use reqwest::Method;

use crate::operations;
use crate::support::{Actor, Reply, TestApp, Value, id, json, send, unknown_id};

fn entry(party: &str) -> Value {
    json!({"party": party, "kind": "organisation", "reason": "Their driver was seen at the gate."})
}

/// Puts a party on a list; gives the path of the entry and the answer.
async fn put(who: &Actor, list: &str, party: &str) -> (String, Value) {
    let path = format!("{list}/{}", unknown_id());
    let made = who.put(&path, entry(party)).await.ok();
    (path, made)
}

async fn remove(who: &Actor, path: &str, body: Value) -> Reply {
    send(who.request(Method::DELETE, path).await.json(&body)).await
}

fn because() -> Value {
    json!({"reason": "It was another trust of the same name."})
}

async fn affiliate(app: &TestApp, affiliation: Value) {
    let path = format!("/v1/users/{}", app.partner.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({ "affiliation": affiliation })).await.ok();
}

async fn offer(app: &TestApp, case: &str) -> Reply {
    let body = json!({
        "user_id": app.partner.id, "classes": ["content"],
        "expires_at": app.clock.now().plus_seconds(7 * 86_400).to_string(),
    });
    app.coordinator.post(&format!("/v1/cases/{case}/referrals"), body).await
}

async fn accepted(app: &TestApp, case: &str) -> String {
    let referral = id(&offer(app, case).await.ok());
    app.partner.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
    referral
}

async fn site(app: &TestApp) -> String {
    let body = json!({
        "name": "Upper", "lat": 17.25, "lon": 98.05, "sigma_m": 300, "country": "MM", "verification": "confirmed",
        "activity": "active", "provenance": "invented",
    });
    id(&app.analyst.post("/v1/sites", body).await.ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_party_on_the_list_is_not_referred_to_however_its_name_is_written() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let list = format!("/v1/cases/{case}/do-not-share");
    affiliate(&app, json!("HARBOUR-LIGHT  Trust.")).await;
    let (path, made) = put(&app.caseworker, &list, "Harbour Light Trust").await;
    assert_eq!(made["ended_referral_ids"], json!([]));
    let refused = offer(&app, &case).await.problem(409, "do-not-share");
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("Harbour Light Trust") && detail.contains("at the gate"), "{detail}");
    assert!(app.coordinator.get(&format!("/v1/cases/{case}/referrals")).await.items().is_empty());
    // Another case is another matter.
    let other = app.case(&app.coordinator).await;
    offer(&app, &other).await.ok();

    assert_eq!(remove(&app.coordinator, &path, because()).await.status, 204);
    offer(&app, &case).await.ok();
    let removal = &app.audited("do_not_share.end").await[0];
    assert_eq!((&removal["case_id"], &removal["actor_id"]), (&json!(case), &json!(app.coordinator.id)));
    let kept = app.coordinator.get(&format!("{list}?include=removed")).await.items();
    assert_eq!(kept[0]["removal_reason"], because()["reason"]);
    assert_eq!((&kept[0]["removed_by"], kept.len()), (&json!(app.coordinator.id), 1));
    assert!(app.coordinator.get(&list).await.items().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_entry_ends_what_is_shared_at_once_and_says_so() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.coordinator).await, app.case(&app.coordinator).await);
    affiliate(&app, json!("Harbour Light Trust")).await;
    let taken = accepted(&app, &case).await;
    let waiting = id(&offer(&app, &case).await.ok());
    accepted(&app, &other).await;
    app.partner.get(&format!("/v1/cases/{case}")).await.ok();
    let list = format!("/v1/cases/{case}/do-not-share");
    let (_, made) = put(&app.coordinator, &list, "Hill House").await;
    assert_eq!(made["ended_referral_ids"], json!([]), "another party");
    let (_, made) = put(&app.coordinator, &list, "harbour light trust").await;
    assert_eq!(made["ended_referral_ids"], json!([taken, waiting]));
    app.partner.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
    app.partner
        .post(&format!("/v1/referrals/{waiting}/accept"), json!({}))
        .await
        .problem(409, "invalid-transition");
    app.partner.get(&format!("/v1/cases/{other}")).await.ok();
    let referrals = app.coordinator.get(&format!("/v1/cases/{case}/referrals")).await.items();
    assert!(referrals.iter().all(|row| row["status"] == "withdrawn"), "{referrals:?}");
    // The partner learns of none of it.
    let mine = app.partner.get("/v1/referrals").await;
    assert!(mine.items().len() == 1 && !mine.text.contains("not to be shared"), "{}", mine.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_unknown_affiliation_is_not_trusted_where_there_is_a_list() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let list = format!("/v1/cases/{case}/do-not-share");
    let live = accepted(&app, &case).await;
    let person = json!({"party": "Per Holm", "kind": "person", "reason": "Sold a list."});
    app.coordinator.put(&format!("{list}/{}", unknown_id()), person).await.ok();
    offer(&app, &case).await.ok();
    let (_, made) = put(&app.coordinator, &list, "Hill House").await;
    assert_eq!(made["ended_referral_ids"], json!([]));
    assert_eq!(made["unchecked_referral_ids"].as_array().unwrap().len(), 2);
    assert_eq!(made["unchecked_referral_ids"][0], json!(live));
    offer(&app, &case).await.problem(409, "affiliation-needed");
    app.partner.get(&format!("/v1/cases/{case}")).await.ok();
    // Said too late: what was shared ends.
    affiliate(&app, json!("hill house")).await;
    app.partner.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
    offer(&app, &case).await.problem(409, "do-not-share");
    affiliate(&app, json!("Shelter by the Sea")).await;
    offer(&app, &case).await.ok();
    let own_name =
        json!({"party": "invented PARTNER", "kind": "person", "reason": "A brother of the guard."});
    let made = app.coordinator.put(&format!("{list}/{}", unknown_id()), own_name).await.ok();
    assert_eq!(made["ended_referral_ids"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_a_site_counts_for_every_case_that_points_there() {
    let app = TestApp::spawn().await;
    let (by_clue, by_plan, elsewhere) = (
        app.case(&app.coordinator).await,
        app.case(&app.coordinator).await,
        app.case(&app.coordinator).await,
    );
    let site = site(&app).await;
    let clue = json!({
        "kind": "site", "data": {"site_id": site}, "observed_at": app.now(), "reliability": "B", "credibility": 2,
        "source": {"kind": "open_source", "label": "an invented page"},
    });
    let clue = id(&app.coordinator.post(&format!("/v1/cases/{by_clue}/clues"), clue).await.ok());
    let mut plan = operations::plan(&app, &[&by_plan]);
    plan["site_id"] = json!(site);
    app.coordinator.post("/v1/operations", plan).await.ok();
    affiliate(&app, json!("River Police")).await;
    for case in [&by_clue, &by_plan, &elsewhere] {
        accepted(&app, case).await;
    }
    let list = format!("/v1/sites/{site}/do-not-share");
    let (path, made) = put(&app.coordinator, &list, "River Police").await;
    assert_eq!(made["ended_referral_ids"].as_array().unwrap().len(), 2);
    for (case, refused) in [(&by_clue, true), (&by_plan, true), (&elsewhere, false)] {
        let status = app.partner.get(&format!("/v1/cases/{case}")).await.status;
        assert_eq!(status, if refused { 404 } else { 200 });
        assert_eq!(offer(&app, case).await.status, if refused { 409 } else { 201 });
    }
    // A case that comes to point there while an offer waits.
    let later = id(&offer(&app, &elsewhere).await.ok());
    let mut plan = operations::plan(&app, &[&elsewhere]);
    plan["site_id"] = json!(site);
    app.coordinator.post("/v1/operations", plan).await.ok();
    let refused = app.partner.post(&format!("/v1/referrals/{later}/accept"), json!({})).await;
    let refused = refused.problem(409, "invalid-transition");
    assert!(!refused["detail"].as_str().unwrap().contains("Police"), "{refused}");
    let rejected = json!({"status": "rejected", "reason": "A decoy."});
    app.coordinator.patch(&format!("/v1/clues/{clue}"), "\"v1\"", rejected).await.ok();
    offer(&app, &by_clue).await.ok();
    assert_eq!(remove(&app.coordinator, &path, because()).await.status, 204);
    offer(&app, &by_plan).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_know_of_the_list() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let of_case = format!("/v1/cases/{case}");
    accepted(&app, &case).await;
    let list = format!("{of_case}/do-not-share");
    let (path, made) = put(&app.caseworker, &list, "Hill House").await;
    assert_eq!((&made["party"], &made["kind"]), (&json!("Hill House"), &json!("organisation")));
    for who in [&app.coordinator, &app.caseworker] {
        assert_eq!(who.get(&of_case).await.ok()["do_not_share_count"], 1);
        let cases = who.get("/v1/cases").await.items();
        assert_eq!(cases[0]["do_not_share_count"], 1);
        assert_eq!(who.get(&list).await.items()[0]["reason"], entry("")["reason"]);
    }
    for who in [&app.analyst, &app.partner] {
        assert_eq!(who.get(&of_case).await.ok().get("do_not_share_count"), None);
        who.get(&list).await.problem(403, "forbidden");
        who.put(&path, entry("Hill House")).await.problem(403, "forbidden");
        assert_eq!(remove(who, &path, because()).await.status, 403);
    }
    assert_eq!(remove(&app.caseworker, &path, because()).await.status, 403, "a coordinator decides");
    let nowhere = app.stranger.get(&format!("/v1/cases/{}/do-not-share", unknown_id())).await;
    for who in [&app.stranger, &app.caseworker2, &app.officer] {
        assert_eq!(who.get(&list).await.text, nowhere.text);
        assert_eq!(who.put(&path, entry("Hill House")).await.text, nowhere.text);
    }
    let site = format!("/v1/sites/{}/do-not-share", site(&app).await);
    let (of_site, _) = put(&app.coordinator, &site, "Hill House").await;
    assert_eq!(app.caseworker.get(&site).await.items().len(), 1);
    for who in [&app.caseworker, &app.analyst, &app.partner, &app.admin, &app.auditor] {
        who.put(&of_site, entry("Hill House")).await.problem(403, "forbidden");
    }
    assert_eq!(app.stranger.get(&site).await.text, nowhere.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_an_entry_is_refused() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.coordinator).await, app.case(&app.coordinator).await);
    let list = format!("/v1/cases/{case}/do-not-share");
    let who = &app.coordinator;
    let (path, _) = put(who, &list, "Hill House").await;
    // Said anew, it is the same entry.
    who.put(&path, entry("Hill House Ltd")).await.ok();
    assert_eq!(who.get(&list).await.items()[0]["party"], "Hill House Ltd");
    let name = path.rsplit('/').next().unwrap();
    let elsewhere = format!("/v1/cases/{other}/do-not-share/{name}");
    who.put(&elsewhere, entry("Hill House")).await.problem(409, "id-taken");
    assert_eq!(remove(who, &elsewhere, because()).await.status, 404);
    who.put(&format!("{list}/9b2e2c1e-6f5a-4c8e-8a51-0a8f7c1d2e3f"), entry("x")).await.invalid("entry_id");
    for (member, value) in
        [("party", json!(" ")), ("kind", json!("ghost")), ("reason", json!("")), ("id", json!(1))]
    {
        let mut body = entry("Hill House");
        body[member] = value;
        who.put(&path, body).await.invalid(&format!("/{member}"));
    }
    remove(who, &path, json!({"reason": " "})).await.invalid("/reason");
    assert_eq!(remove(who, &path, because()).await.status, 204);
    remove(who, &path, because()).await.problem(404, "not-found");
    who.put(&path, entry("Hill House")).await.problem(409, "entry-removed");

    let user = json!({"name": "Per", "email": "per@lantern.example", "role": "analyst", "affiliation": "Hill House"});
    app.admin.post("/v1/users", user).await.invalid("/affiliation");
    let path = format!("/v1/users/{}", app.analyst.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"affiliation": "Hill House"})).await.invalid("/affiliation");
    affiliate(&app, json!("Hill House")).await;
    let partner = format!("/v1/users/{}", app.partner.id);
    assert_eq!(app.coordinator.get(&partner).await.ok()["affiliation"], "Hill House");
    // Whoever comes to work here belongs nowhere else.
    let etag = app.admin.get(&partner).await.etag();
    let moved = app.admin.patch(&partner, &etag, json!({"role": "analyst"})).await.ok();
    assert_eq!(moved.get("affiliation"), None);
}
