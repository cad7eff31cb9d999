//! `/v1/sites/{id}/observations`, `/v1/observations`, and what follows for a site: its state, history and scale

use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

const DAY: i64 = 86_400;

/// A suspected site of which nothing else is known.
async fn site(actor: &Actor, name: &str) -> String {
    let body = json!({
        "name": name, "lat": 17.25, "lon": 98.05, "sigma_m": 1_000, "country": "MM", "provenance": "invented",
    });
    id(&actor.post("/v1/sites", body).await.ok())
}

/// So many days ago, RFC 3339.
fn ago(app: &TestApp, days: i64) -> String {
    app.clock.now().plus_seconds(-days * DAY).to_string()
}

/// What an invented person saw, graded as `B2`.
fn seen(app: &TestApp, days: i64, grades: &str, who: &str, kind: &str, data: &Value) -> Value {
    let (letter, digit) = grades.split_at(1);
    json!({
        "at": ago(app, days), "kind": kind, "data": data, "source": {"kind": "person", "label": who},
        "reliability": letter, "credibility": digit.parse::<i32>().unwrap(),
    })
}

#[expect(clippy::needless_pass_by_value, reason = "members are written in place")]
fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

async fn record(actor: &Actor, site: &str, body: Value) -> Value {
    actor.post(&format!("/v1/sites/{site}/observations"), body).await.ok()
}

async fn show(actor: &Actor, site: &str, query: &str) -> Value {
    actor.get(&format!("/v1/sites/{site}{query}")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observation_is_shown_as_it_was_recorded() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let elsewhere = self::site(&app.analyst, "Lower").await;
    let path = format!("/v1/sites/{site}/observations");
    for (days, kind, data) in [
        (12, "lights", json!({"state": "partly"})),
        (11, "buildings", json!({"count": {"low": 4, "high": 6}, "state": "under_construction"})),
        (10, "access_road", json!({"state": "checkpoint"})),
        (9, "guards", json!({"count": 3, "armed": true})),
        (8, "people_seen", json!({"count": {"low": 100, "high": 300}, "under_guard": true})),
        (7, "power", json!({"state": "generator"})),
        (6, "vehicles", json!({"count": 5, "what": "white vans"})),
        (5, "dishes", json!({"count": 12})),
        (4, "raid", json!({"by": "invented police", "freed": 3, "tipped_off": true})),
        (3, "evacuated", json!({"people_left": {"low": 0, "high": 20}, "tipped_off": false})),
        (2, "moved_to", json!({"site_id": elsewhere, "people": 80})),
        (1, "assessment", json!({"verification": "confirmed", "activity": "dormant", "capacity": null})),
    ] {
        let body = with(seen(&app, days, "B2", "a driver", kind, &data), json!({"note": "From the road."}));
        let reply = app.caseworker.post(&path, body.clone()).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let shown = reply.ok();
        for member in ["kind", "data", "source", "reliability", "credibility", "note"] {
            assert_eq!(shown[member], body[member], "{kind}");
        }
        assert_eq!((&shown["site_id"], &shown["author_id"]), (&json!(site), &json!(app.caseworker.id)));
        assert!(shown.get("retracted_at").is_none());
    }
    let listed = app.analyst.walk(&format!("{path}?limit=5")).await;
    assert_eq!(listed.len(), 12);
    assert_eq!((&listed[0]["kind"], &listed[11]["kind"]), (&json!("assessment"), &json!("lights")));
    let some = app.coordinator.get(&format!("{path}?kind=raid,lights")).await.items();
    assert_eq!(some.iter().map(|one| one["kind"].clone()).collect::<Vec<_>>(), ["raid", "lights"]);
    app.coordinator.get(&format!("{path}?kind=rain")).await.invalid("kind");
    assert_eq!(app.analyst.get(&format!("/v1/sites/{elsewhere}/observations")).await.items().len(), 0);
    let audited = app.audited("observation.create").await;
    assert_eq!(audited.len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let path = format!("/v1/sites/{site}/observations");
    let good = seen(&app, 1, "B2", "a driver", "guards", &json!({"count": 3}));
    for (change, pointer) in [
        (json!({"kind": "ghosts"}), "/kind"),
        (json!({"data": {"count": "many"}}), "/data/count"),
        (json!({"data": {"count": {"low": 5, "high": 2}}}), "/data/count"),
        (json!({"data": {"count": 3, "colour": "blue"}}), "/data/colour"),
        (json!({"data": [3]}), "/data"),
        (json!({"data": {}}), "/data"),
        (json!({"kind": "assessment", "data": {}}), "/data"),
        (json!({"kind": "moved_to", "data": {"site_id": site}}), "/data/site_id"),
        (json!({"kind": "moved_to", "data": {"site_id": unknown_id()}}), "/data/site_id"),
        (json!({"at": ago(&app, -1)}), "/at"),
        (json!({"reliability": "G"}), "/reliability"),
        (json!({"credibility": 7}), "/credibility"),
        (json!({"note": ""}), "/note"),
        (json!({"source": {"kind": "message"}}), "/source/kind"),
        (json!({"source": {"kind": "person", "report_id": unknown_id()}}), "/source/report_id"),
        (json!({"source": {"kind": "field_report", "report_id": unknown_id()}}), "/source/report_id"),
        (json!({"source": {"kind": "person", "case_id": unknown_id()}}), "/source/case_id"),
    ] {
        let reply = app.analyst.post(&path, with(good.clone(), change.clone())).await;
        assert_eq!(reply.body["errors"][0]["pointer"], pointer, "{change} {}", reply.text);
        reply.problem(422, "invalid");
    }
    assert_eq!(app.analyst.get(&path).await.items().len(), 0);
    let stored = app.analyst.post_once(&path, "once", good.clone()).await;
    assert_eq!(app.analyst.post_once(&path, "once", good.clone()).await.text, stored.text);
    let taken = with(good, json!({"id": id(&stored.ok())}));
    app.analyst.post(&path, taken).await.problem(409, "id-taken");
    assert_eq!(app.analyst.get(&path).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn observations_are_for_those_who_seek_and_another_organisations_are_nowhere() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let body = seen(&app, 1, "B2", "a driver", "guards", &json!({"count": 3}));
    let observation = id(&record(&app.analyst, &site, body.clone()).await);
    let (unknown, reason) = (unknown_id(), json!({"reason": "Wrong."}));
    for tail in ["observations", "history", "scale"] {
        for actor in [&app.officer, &app.admin, &app.auditor, &app.partner] {
            actor.get(&format!("/v1/sites/{site}/{tail}")).await.problem(403, "forbidden");
        }
        let there = app.stranger.get(&format!("/v1/sites/{site}/{tail}")).await;
        there.problem(404, "not-found");
        assert_eq!(there.text, app.stranger.get(&format!("/v1/sites/{unknown}/{tail}")).await.text);
    }
    let there = app.stranger.post(&format!("/v1/sites/{site}/observations"), body.clone()).await;
    there.problem(404, "not-found");
    assert_eq!(there.text, app.stranger.post(&format!("/v1/sites/{unknown}/observations"), body).await.text);
    let there = app.stranger.post(&format!("/v1/observations/{observation}/retract"), reason.clone()).await;
    there.problem(404, "not-found");
    let nowhere = app.stranger.post(&format!("/v1/observations/{unknown}/retract"), reason).await;
    assert_eq!(there.text, nowhere.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_site_follows_what_was_seen_and_can_be_asked_for_any_time() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let people = |count: i64| json!({"count": count, "under_guard": true});
    record(&app.caseworker, &site, seen(&app, 30, "B2", "a driver", "people_seen", &people(400))).await;
    let now = show(&app.analyst, &site, "").await;
    assert_eq!((&now["verification"], &now["activity"]), (&json!("suspected"), &json!("active")));
    record(&app.caseworker, &site, seen(&app, 20, "B2", "a monk", "people_seen", &people(500))).await;
    assert_eq!(show(&app.analyst, &site, "").await["verification"], "confirmed", "two saw them held");

    let before = app.clock.now().to_string();
    app.clock.advance(DAY);
    let gone = seen(&app, 5, "B2", "a guard", "evacuated", &json!({"people_left": 0}));
    let gone = id(&record(&app.caseworker, &site, gone).await);
    let now = show(&app.analyst, &site, "").await;
    assert_eq!(now["activity"], "evacuated");
    let filtered = app.analyst.get("/v1/sites?activity=evacuated&verification=confirmed").await.items();
    assert_eq!(filtered.iter().map(id).collect::<Vec<_>>(), std::slice::from_ref(&site), "lists know it too");

    let then = show(&app.analyst, &site, &format!("?at={}", ago(&app, 10))).await;
    assert_eq!((&then["activity"], then["as_of"].is_string()), (&json!("active"), true));
    let known = show(&app.analyst, &site, &format!("?known_at={before}")).await;
    assert_eq!((&known["activity"], &known["known_at"]), (&json!("active"), &json!(before)));
    let first = show(&app.analyst, &site, &format!("?at={}", ago(&app, 100))).await;
    assert_eq!((&first["activity"], &first["verification"]), (&json!("unknown"), &json!("suspected")));

    let history = show(&app.analyst, &site, "/history").await["items"].as_array().unwrap().clone();
    let told: Vec<(&str, &str)> = history
        .iter()
        .map(|change| (change["activity"].as_str().unwrap(), change["verification"].as_str().unwrap()))
        .collect();
    let expected = [
        ("unknown", "suspected"),
        ("active", "suspected"),
        ("active", "confirmed"),
        ("evacuated", "confirmed"),
    ];
    assert_eq!(told, expected);
    assert_eq!(history[0]["because"], json!([]));
    assert_eq!(history[3]["because"][0], json!(gone));

    let scale = show(&app.analyst, &site, "/scale").await;
    let heads: Vec<&Value> = scale["people"].as_array().unwrap().iter().map(|one| &one["high"]).collect();
    assert_eq!(heads, [&json!(400), &json!(500), &json!(0)]);
    assert_eq!(scale["people"][2]["observation_id"], json!(gone));
    let scale = show(&app.analyst, &site, &format!("/scale?known_at={before}")).await;
    assert_eq!(scale["people"].as_array().unwrap().len(), 2);

    // Retracted, it stays on record and counts no more; what was known before is still what was known then.
    let after = app.clock.now().to_string();
    app.clock.advance(DAY);
    let path = format!("/v1/observations/{gone}/retract");
    app.analyst.post(&path, json!({"reason": ""})).await.invalid("/reason");
    let retracted = app.analyst.post(&path, json!({"reason": "It was the site next door."})).await.ok();
    assert_eq!(retracted["retraction"], "It was the site next door.");
    assert_eq!(retracted["retracted_by"], app.analyst.id);
    app.coordinator.post(&path, json!({"reason": "Again."})).await.problem(409, "already-retracted");
    assert_eq!(show(&app.analyst, &site, "").await["activity"], "active");
    assert_eq!(show(&app.analyst, &site, &format!("?known_at={after}")).await["activity"], "evacuated");
    let listed = app.analyst.get(&format!("/v1/sites/{site}/observations")).await.items();
    assert_eq!((listed.len(), &listed[0]["id"]), (3, &json!(gone)));
    assert_eq!(show(&app.analyst, &site, "/scale").await["people"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caseworker_retracts_their_own_alone() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let body = seen(&app, 1, "B2", "a driver", "guards", &json!({"count": 3}));
    let own = id(&record(&app.caseworker, &site, body.clone()).await);
    let others = id(&record(&app.caseworker2, &site, body).await);
    let reason = json!({"reason": "Misread."});
    let retract = |id: &str| format!("/v1/observations/{id}/retract");
    app.caseworker.post(&retract(&others), reason.clone()).await.problem(403, "forbidden");
    app.caseworker.post(&retract(&own), reason.clone()).await.ok();
    app.coordinator.post(&retract(&others), reason).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_site_itself_is_a_judgement_among_others() {
    let app = TestApp::spawn().await;
    let body = json!({
        "name": "Upper", "lat": 17.25, "lon": 98.05, "sigma_m": 1_000, "country": "MM", "provenance": "invented",
        "verification": "confirmed", "activity": "active", "capacity_estimate": 300,
    });
    let site = id(&app.analyst.post("/v1/sites", body).await.ok());
    app.clock.advance(DAY);
    let body = seen(&app, 0, "B2", "a driver", "evacuated", &json!({}));
    record(&app.caseworker, &site, body).await;
    app.clock.advance(DAY);
    let shown = app.coordinator.get(&format!("/v1/sites/{site}")).await;
    assert_eq!(shown.ok()["activity"], "evacuated");
    let change = json!({"activity": "active", "capacity_estimate": null});
    let changed = app.coordinator.patch(&format!("/v1/sites/{site}"), &shown.etag(), change).await.ok();
    assert_eq!(changed["activity"], "active");
    assert!(changed.get("capacity_estimate").is_none());
    let judged = app.analyst.get(&format!("/v1/sites/{site}/observations?kind=assessment")).await.items();
    assert_eq!(judged[0]["data"], json!({"activity": "active", "capacity": null}));
    assert_eq!(judged[0]["author_id"], app.coordinator.id);
    assert_eq!(
        judged[1]["data"],
        json!({"verification": "confirmed", "activity": "active", "capacity": 300}),
        "what was said when it was added"
    );
    assert_eq!(judged[1]["source"], json!({"kind": "staff"}));
    let then = show(&app.analyst, &site, &format!("?at={}", ago(&app, 1))).await;
    assert_eq!((&then["activity"], &then["capacity_estimate"]), (&json!("evacuated"), &json!(300)));
    // A change that judges nothing is no judgement.
    let etag = app.analyst.get(&format!("/v1/sites/{site}")).await.etag();
    app.analyst.patch(&format!("/v1/sites/{site}"), &etag, json!({"name": "Uppermost"})).await.ok();
    assert_eq!(app.analyst.get(&format!("/v1/sites/{site}/observations")).await.items().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn observations_that_come_at_once_all_count() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    app.analyst.token().await;
    let path = format!("/v1/sites/{site}/observations");
    // No one of them is believed against the judgement; together they are.
    let judged = seen(&app, 1, "B2", "a colleague", "assessment", &json!({"activity": "dormant"}));
    record(&app.analyst, &site, judged).await;
    let posts = (0..8).map(|n| {
        let body = seen(&app, 0, "D4", &format!("passer-by {n}"), "people_seen", &json!({"count": 40}));
        app.analyst.post(&path, body)
    });
    for reply in futures_util::future::join_all(posts).await {
        reply.ok();
    }
    assert_eq!(show(&app.analyst, &site, "").await["activity"], "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_from_before_anything_was_seen_begins_with_what_its_entry_said() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    app.engine.execute(
        "UPDATE sites SET verification = 'confirmed', activity = 'active', base_verification = 'confirmed', \
         base_activity = 'active'",
    );
    let rumour = seen(&app, 0, "D4", "a passer-by", "evacuated", &json!({}));
    record(&app.analyst, &site, rumour).await;
    let shown = show(&app.analyst, &site, "").await;
    assert_eq!((&shown["verification"], &shown["activity"]), (&json!("confirmed"), &json!("active")));
    let gone = seen(&app, 0, "B2", "a guard", "evacuated", &json!({}));
    record(&app.analyst, &site, gone).await;
    assert_eq!(show(&app.analyst, &site, "").await["activity"], "evacuated");
    let history = show(&app.analyst, &site, "/history").await["items"].as_array().unwrap().clone();
    assert_eq!(
        (&history[0]["activity"], &history[0]["verification"]),
        (&json!("active"), &json!("confirmed"))
    );
}
