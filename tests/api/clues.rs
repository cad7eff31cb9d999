//! `/v1/cases/{id}/clues` and `/v1/clues`

mod data;
mod decisions;
mod sources;

use reqwest::Method;
use serde_json::Map;

use crate::support::{Actor, Reply, TestApp, Value, id, json, send, unknown_id};

const BODY: &str = "🌅 我在妙瓦底的园区, the bridge is far to the north";

/// A clue as the contract has it.
fn point(app: &TestApp) -> Value {
    json!({
        "kind": "point", "data": {"lat": 16.69, "lon": 98.51, "accuracy_m": 50.0, "datum": "wgs84", "via": "pin"},
        "observed_at": app.now(), "source": {"kind": "open_source", "label": "a post of an invented page"},
        "reliability": "B", "credibility": 2,
    })
}

fn as_object(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value { members } else { panic!("{value} is no object") }
}

fn with(mut clue: Value, members: Value) -> Value {
    clue.as_object_mut().unwrap().append(&mut as_object(members));
    clue
}

fn said(app: &TestApp, kind: &str, data: &Value) -> Value {
    with(point(app), json!({"kind": kind, "data": data}))
}

async fn add(actor: &Actor, case: &str, body: Value) -> Reply {
    actor.post(&format!("/v1/cases/{case}/clues"), body).await
}

async fn added(actor: &Actor, case: &str, body: Value) -> (String, String) {
    let reply = add(actor, case, body).await;
    (format!("/v1/clues/{}", id(&reply.ok())), reply.etag())
}

async fn person(actor: &Actor, case: &str) -> String {
    let body = json!({"role": "victim", "names": [{"full": "Invented Person", "kind": "given"}]});
    id(&actor.post(&format!("/v1/cases/{case}/people"), body).await.ok())
}

/// A message of a new person of the case.
async fn message(app: &TestApp, actor: &Actor, case: &str, authenticity: &str) -> String {
    let person = person(actor, case).await;
    let rules = json!({"time_zone": "Asia/Yangon", "windows": [], "initiate": true});
    let body = json!({"platform": "signal", "handle": "+15550100", "device_owner": "own", "rules": rules});
    let channel = id(&actor.post(&format!("/v1/people/{person}/channels"), body).await.ok());
    let body = json!({
        "channel_id": channel, "direction": "inbound", "sent_at": app.now(), "body": BODY,
        "authenticity": authenticity,
    });
    id(&actor.post(&format!("/v1/cases/{case}/messages"), body).await.ok())
}

async fn site(actor: &Actor) -> String {
    let body = json!({
        "name": "Riverside towers", "lat": 16.69, "lon": 98.51, "sigma_m": 4000, "country": "MM",
        "provenance": "invented",
    });
    id(&actor.post("/v1/sites", body).await.ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clue_is_proposed_and_shown_as_it_was_recorded() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let before = app.caseworker.get(&format!("/v1/cases/{case}")).await.ok();
    app.clock.advance(60);
    let message = message(&app, &app.caseworker, &case, "verified").await;
    let body = with(
        point(&app),
        json!({
            "id": unknown_id(), "case_id": case, "observed_until": app.now(),
            "reported_at": app.now(), "source": {"kind": "message", "message_id": message, "label": "told at night"},
            "quote": {"text": "妙瓦底", "start": 4, "end": 7}, "note": "The pin is on the gate.\nNot on a building.",
        }),
    );
    let reply = add(&app.caseworker, &case, body.clone()).await;
    let clue = reply.ok();
    assert_eq!(reply.status, 201);
    assert_eq!(reply.etag(), "\"v1\"");
    for member in ["id", "case_id", "kind", "data", "source", "reliability", "credibility", "quote", "note"] {
        assert_eq!(clue[member], body[member], "{member}");
    }
    assert_eq!(clue["status"], "proposed");
    assert_eq!(clue["source_label"], "told at night");
    assert_eq!(clue["author_id"], app.caseworker.id);
    assert_eq!(clue["version"], 1);
    for absent in ["decided_by", "decided_at", "reason"] {
        assert!(clue.get(absent).is_none(), "{absent}");
    }
    // Beside the one that was found in the message itself.
    let listed = app.caseworker.get(&format!("/v1/cases/{case}/clues?kind=point")).await.items();
    assert_eq!(listed, std::slice::from_ref(&clue));
    let after = app.caseworker.get(&format!("/v1/cases/{case}")).await.ok();
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str(), "something happened on the case");
    let audited = app.audited("clue.create").await;
    assert_eq!((&audited[0]["object_id"], &audited[0]["case_id"]), (&clue["id"], &json!(case)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_the_data_is_checked_too() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let in_ten_minutes = app.clock.now().plus_seconds(600).to_string();
    let quote =
        |text: &str, start: i64, end: i64| json!({"quote": {"text": text, "start": start, "end": end}});
    for (change, pointer) in [
        (json!({"kind": "rumour"}), "/kind"),
        (json!({"id": "9b2f4c1e-8d7a-4f3b-9c6d-1e2f3a4b5c6d"}), "/id"),
        (json!({"case_id": unknown_id()}), "/case_id"),
        (json!({"observed_at": "yesterday"}), "/observed_at"),
        (json!({"observed_at": in_ten_minutes}), "/observed_at"),
        (json!({"reported_at": in_ten_minutes}), "/reported_at"),
        (json!({"observed_until": in_ten_minutes}), "/observed_until"),
        (json!({"observed_until": "2020-01-01T00:00:00Z"}), "/observed_until"),
        (json!({"reliability": "G"}), "/reliability"),
        (json!({"reliability": "b"}), "/reliability"),
        (json!({"credibility": 0}), "/credibility"),
        (json!({"credibility": 7}), "/credibility"),
        (json!({"credibility": "2"}), "/credibility"),
        (json!({"status": "maybe"}), "/status"),
        (json!({"reason": "Because."}), "/reason"),
        (json!({"note": ""}), "/note"),
        (json!({"source": {"kind": "rumour"}}), "/source/kind"),
        (json!({"source": {"kind": "open_source", "label": "two\nlines"}}), "/source/label"),
        (json!({"source": {"kind": "open_source", "url": "x"}}), "/source/url"),
        (quote("", 0, 0), "/quote/text"),
        (quote("x", -1, 0), "/quote/start"),
        (quote("x", 4, 3), "/quote/end"),
        (json!({"decided_by": app.analyst.id}), "/decided_by"),
        (json!({"author_id": app.analyst.id}), "/author_id"),
        (json!({"organisation_id": unknown_id()}), "/organisation_id"),
    ] {
        add(&app.caseworker, &case, with(point(&app), change)).await.invalid(pointer);
    }
    for missing in ["kind", "data", "observed_at", "source", "reliability", "credibility"] {
        let mut body = point(&app);
        body.as_object_mut().unwrap().remove(missing);
        add(&app.caseworker, &case, body).await.problem(422, "invalid");
    }
    // A clock that is a little ahead of ours.
    let ahead = app.clock.now().plus_seconds(200).to_string();
    add(&app.caseworker, &case, with(point(&app), json!({"observed_at": ahead}))).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn grades_times_and_notes_change_with_the_version_that_was_read() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let body = with(point(&app), json!({"observed_at": "2026-03-01T00:00:00Z", "note": "first"}));
    let (path, first) = added(&app.caseworker, &case, body).await;
    let change = json!({
        "reliability": "D", "credibility": 5, "note": null, "observed_at": "2026-02-01T00:00:00Z",
        "observed_until": "2026-02-02T00:00:00Z",
    });
    send(app.caseworker.request(Method::PATCH, &path).await.json(&change))
        .await
        .problem(428, "precondition-required");
    let changed = app.caseworker.patch(&path, &first, change).await;
    let clue = changed.ok();
    assert_eq!((&clue["reliability"], &clue["credibility"]), (&json!("D"), &json!(5)));
    assert_eq!(clue["observed_at"], "2026-02-01T00:00:00Z");
    assert_eq!(clue["observed_until"], "2026-02-02T00:00:00Z");
    assert!(clue.get("note").is_none(), "null clears");
    assert_eq!((&clue["status"], &clue["version"]), (&json!("proposed"), &json!(2)), "absent leaves");
    app.caseworker.patch(&path, &first, json!({"credibility": 1})).await.problem(412, "stale");

    let etag = changed.etag();
    for (bad, pointer) in [
        (json!({"observed_at": "2026-02-03T00:00:00Z"}), "/observed_until"),
        (json!({"observed_until": "2026-01-31T00:00:00Z"}), "/observed_until"),
        (json!({"observed_at": "2199-01-01T00:00:00Z"}), "/observed_at"),
        (json!({"reliability": "Z"}), "/reliability"),
        (json!({"credibility": 9}), "/credibility"),
        (json!({"data": {"lat": 1, "lon": 1}}), "/data"),
        (json!({"kind": "country"}), "/kind"),
        (json!({"version": 9}), "/version"),
    ] {
        app.caseworker.patch(&path, &etag, bad).await.invalid(pointer);
    }
    let moment =
        app.caseworker.patch(&path, &etag, json!({"observed_until": null, "note": "second"})).await.ok();
    assert!(moment.get("observed_until").is_none());
    assert_eq!(moment["note"], "second");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_its_classes() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let message = message(&app, &app.caseworker, &case, "verified").await;
    let source = json!({"kind": "message", "message_id": message, "label": "the elder brother"});
    let body = with(
        point(&app),
        json!({"source": source, "quote": {"text": "🌅", "start": 0, "end": 1}, "note": "a remark"}),
    );
    let (path, etag) = added(&app.caseworker, &case, body).await;
    let decision = json!({"status": "rejected", "reason": "a decoy"});
    app.coordinator.patch(&path, &etag, decision).await.ok();
    let list = format!("/v1/cases/{case}/clues");

    for actor in [&app.coordinator, &app.caseworker] {
        let clue = &actor.get(&list).await.items()[0];
        assert_eq!(clue["source"], source);
        assert_eq!(clue["source_label"], "the elder brother");
        assert!(clue["data"].is_object() && clue["quote"].is_object() && clue["reason"].is_string());
    }
    let reply = app.analyst.get(&list).await;
    let clue = &reply.items()[0];
    assert_eq!(clue["source"], json!({"kind": "message", "message_id": message}), "without the label");
    assert!(clue.get("source_label").is_none());
    assert!(!reply.text.contains("brother"));
    for seen in ["data", "quote", "note", "reason"] {
        assert!(clue.get(seen).is_some(), "{seen}");
    }

    // A partner sees what consent covers.
    let expires_at = app.clock.now().plus_seconds(86_400).to_string();
    let body =
        json!({"user_id": app.partner.id, "classes": ["content"], "expires_at": expires_at, "note": "a bed"});
    let referral = app.coordinator.post(&format!("/v1/cases/{case}/referrals"), body).await.ok();
    app.partner.get(&list).await.problem(404, "not-found");
    app.partner.post(&format!("/v1/referrals/{}/accept", id(&referral)), json!({})).await.ok();
    let reply = app.partner.get(&list).await;
    let clue = &reply.items()[0];
    assert!(clue["quote"].is_object() && clue["note"].is_string());
    assert!(clue.get("data").is_none() && clue.get("source_label").is_none());
    assert!(!reply.text.contains("16.69") && !reply.text.contains("brother"));
    add(&app.partner, &case, point(&app)).await.problem(403, "forbidden");
    app.partner.patch(&path, "\"v2\"", json!({"note": "x"})).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_reach_finds_nothing() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let (path, etag) = added(&app.caseworker, &case, point(&app)).await;
    let list = format!("/v1/cases/{case}/clues");
    let nowhere = format!("/v1/cases/{}/clues", unknown_id());
    let nothing = format!("/v1/clues/{}", unknown_id());
    for actor in [&app.stranger, &app.caseworker2, &app.officer, &app.stranger_officer, &app.partner] {
        let there = actor.get(&list).await;
        there.problem(404, "not-found");
        assert_eq!(there.text, actor.get(&nowhere).await.text);
    }
    for actor in [&app.stranger, &app.caseworker2, &app.officer] {
        let there = actor.patch(&path, &etag, json!({"note": "x"})).await;
        there.problem(404, "not-found");
        assert_eq!(there.text, actor.patch(&nothing, &etag, json!({"note": "x"})).await.text);
        add(actor, &case, point(&app)).await.problem(404, "not-found");
    }
    for actor in [&app.admin, &app.auditor] {
        actor.get(&list).await.problem(403, "forbidden");
        actor.patch(&path, &etag, json!({"note": "x"})).await.problem(403, "forbidden");
    }
    app.nobody.get(&list).await.problem(401, "unauthenticated");
    // A site of another organisation is as unknown as none.
    let foreign = site(&app.stranger).await;
    add(&app.caseworker, &case, said(&app, "site", &json!({"site_id": foreign})))
        .await
        .invalid("/data/site_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_twice_it_is_recorded_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/clues");
    let body = point(&app);
    let first = app.caseworker.post_once(&path, "clue-1", body.clone()).await;
    let second = app.caseworker.post_once(&path, "clue-1", body.clone()).await;
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert_eq!(app.caseworker.get(&path).await.items().len(), 1);
    let own = with(body, json!({"id": unknown_id()}));
    add(&app.caseworker, &case, own.clone()).await.ok();
    add(&app.caseworker, &case, own).await.problem(409, "id-taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_ordered_filtered_and_paged() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let mut ids = Vec::new();
    for (day, kind, status) in [
        (3, "country", "proposed"),
        (1, "border", "confirmed"),
        (2, "country", "confirmed"),
        (2, "cell", "proposed"),
    ] {
        let data = if kind == "cell" { json!({"mcc": 414}) } else { json!({"country": "MM"}) };
        let change = json!({"observed_at": format!("2026-03-0{day}T00:00:00Z"), "status": status});
        let body = with(said(&app, kind, &data), change);
        ids.push(id(&add(&app.coordinator, &case, body).await.ok()));
    }
    let path = format!("/v1/cases/{case}/clues");
    let list = async |query: &str| -> Vec<usize> {
        let items = app.analyst.get(&format!("{path}?{query}")).await.items();
        items.iter().map(|item| ids.iter().position(|one| *one == id(item)).unwrap()).collect()
    };
    assert_eq!(list("").await, [0, 3, 2, 1]);
    assert_eq!(list("sort=observed_at").await, [1, 2, 3, 0]);
    assert_eq!(list("sort=recorded_at").await, [0, 1, 2, 3]);
    assert_eq!(list("sort=-recorded_at").await, [3, 2, 1, 0]);
    assert_eq!(list("status=confirmed").await, [2, 1]);
    assert_eq!(list("kind=country,cell&sort=observed_at").await, [2, 3, 0]);
    assert_eq!(list("kind=country&status=proposed,rejected").await, [0]);

    for sort in ["observed_at", "-observed_at", "recorded_at", "-recorded_at"] {
        let mut seen = Vec::new();
        let mut query = format!("{path}?limit=1&sort={sort}");
        loop {
            let page = app.analyst.get(&query).await;
            seen.extend(page.items().iter().map(id));
            let Some(cursor) = page.body["next_cursor"].as_str() else {
                break;
            };
            query = format!("{path}?limit=1&sort={sort}&cursor={cursor}");
        }
        let whole = app.analyst.get(&format!("{path}?sort={sort}")).await.items();
        assert_eq!(seen, whole.iter().map(id).collect::<Vec<_>>(), "{sort}");
    }
    let cursor =
        app.analyst.get(&format!("{path}?limit=1")).await.ok()["next_cursor"].as_str().unwrap().to_owned();
    app.analyst
        .get(&format!("{path}?limit=1&kind=cell&cursor={cursor}"))
        .await
        .problem(400, "invalid-cursor");
    let other = app.case(&app.coordinator).await;
    app.analyst
        .get(&format!("/v1/cases/{other}/clues?limit=1&cursor={cursor}"))
        .await
        .problem(400, "invalid-cursor");
    for (bad, pointer) in [
        ("status=open", "status"),
        ("kind=point,rumour", "kind"),
        ("sort=credibility", "sort"),
        ("limit=0", "limit"),
    ] {
        app.analyst.get(&format!("{path}?{bad}")).await.invalid(pointer);
    }
}
