//! `/v1/actors`, `/v1/sites/{id}/actors` and `/v1/site-actors`

use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

fn holding() -> Value {
    json!({
        "kind": "company", "names": ["Invented Holding", "幸运控股"], "country": "HK", "note": "Known from a register.",
        "identifiers": [{"kind": "registration", "value": "A-17", "country": "HK"}],
    })
}

async fn site(actor: &Actor, name: &str) -> String {
    let body = json!({
        "name": name, "lat": 17.25, "lon": 98.05, "sigma_m": 1_000, "country": "MM", "provenance": "invented",
    });
    id(&actor.post("/v1/sites", body).await.ok())
}

fn owns(actor: &str) -> Value {
    json!({
        "actor_id": actor, "relation": "owns", "from": "2024-01-01T00:00:00Z", "note": "By a deed.",
        "source": {"kind": "open_source", "label": "an invented register"}, "reliability": "B", "credibility": 2,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "members are written in place")]
fn with(mut body: Value, members: Value) -> Value {
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_is_added_changed_and_found_by_name_and_number() {
    let app = TestApp::spawn().await;
    let reply = app.analyst.post("/v1/actors", holding()).await;
    let actor = reply.ok();
    assert_eq!((reply.status, reply.etag().as_str()), (201, "\"v1\""));
    for (member, value) in holding().as_object().unwrap() {
        assert_eq!(actor[member], *value, "{member}");
    }
    let path = format!("/v1/actors/{}", id(&actor));
    assert_eq!(reply.header("location"), path);
    for reader in [&app.analyst, &app.coordinator, &app.caseworker] {
        assert_eq!(reader.get(&path).await.ok(), actor);
    }
    let change = json!({"kind": "group", "names": ["Lucky Holding"], "country": null, "identifiers": []});
    app.analyst.patch(&path, "\"v7\"", change.clone()).await.problem(412, "stale");
    let changed = app.coordinator.patch(&path, "\"v1\"", change).await.ok();
    assert_eq!((&changed["names"], &changed["kind"]), (&json!(["Lucky Holding"]), &json!("group")));
    assert!(changed.get("country").is_none() && changed["note"] == "Known from a register.");
    let other = id(&app.analyst.post("/v1/actors", holding()).await.ok());
    let found = async |query: &str| -> Vec<String> {
        app.caseworker.get(&format!("/v1/actors?{query}")).await.items().iter().map(id).collect()
    };
    assert_eq!(found("q=LUCKY").await, [id(&actor)]);
    assert_eq!(found("q=控股").await, std::slice::from_ref(&other));
    assert_eq!(found("q=a-17+invented").await, std::slice::from_ref(&other));
    assert_eq!(found("kind=group").await, [id(&actor)]);
    assert_eq!(found("q=holding&limit=200").await.len(), 2);
    assert_eq!(found("q=nobody").await, Vec::<String>::new());
    assert_eq!(app.analyst.walk("/v1/actors?q=holding&limit=1").await.len(), 2);
    assert!(!json!(app.audited("actor.list").await).to_string().contains("holding"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    for (change, pointer) in [
        (json!({"kind": "ghost"}), "/kind"),
        (json!({"names": []}), "/names"),
        (json!({"names": vec!["x"; 31]}), "/names"),
        (json!({"names": ["x", ""]}), "/names/1"),
        (json!({"identifiers": [{"kind": "passport"}]}), "/identifiers/0"),
        (
            json!({"identifiers": [{"kind": "passport", "value": "1", "colour": "red"}]}),
            "/identifiers/0/colour",
        ),
        (json!({"country": "Myanmar"}), "/country"),
        (json!({"note": ""}), "/note"),
        (json!({"case_id": unknown_id()}), "/case_id"),
    ] {
        let reply = app.analyst.post("/v1/actors", with(holding(), change.clone())).await;
        assert_eq!(reply.body["errors"][0]["pointer"], pointer, "{change} {}", reply.text);
        reply.problem(422, "invalid");
    }
    let site = site(&app.analyst, "Upper").await;
    let actor = id(&app.analyst.post("/v1/actors", holding()).await.ok());
    let path = format!("/v1/sites/{site}/actors");
    for (change, pointer) in [
        (json!({"actor_id": unknown_id()}), "/actor_id"),
        (json!({"relation": "likes"}), "/relation"),
        (json!({"until": "2023-01-01T00:00:00Z"}), "/until"),
        (json!({"source": {"kind": "person", "report_id": unknown_id()}}), "/source/report_id"),
        (json!({"credibility": 0}), "/credibility"),
    ] {
        app.analyst.post(&path, with(owns(&actor), change)).await.invalid(pointer);
    }
    assert_eq!(app.analyst.get(&path).await.items().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_ended_and_retracted_and_never_gone() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let actor = id(&app.analyst.post("/v1/actors", holding()).await.ok());
    let path = format!("/v1/sites/{site}/actors");
    let link = app.analyst.post(&path, owns(&actor)).await.ok();
    for (member, value) in owns(&actor).as_object().unwrap() {
        assert_eq!(link[member], *value, "{member}");
    }
    assert_eq!((&link["actor_name"], &link["site_name"]), (&json!("Invented Holding"), &json!("Upper")));
    let of_actor = format!("/v1/actors/{actor}/sites");
    for path in [&path, &of_actor] {
        assert_eq!(app.caseworker.get(path).await.items(), std::slice::from_ref(&link));
    }
    let end = format!("/v1/site-actors/{}/end", id(&link));
    app.analyst.post(&end, json!({"until": "2023-01-01T00:00:00Z"})).await.invalid("/until");
    let ended = app.analyst.post(&end, json!({"until": "2026-01-01T00:00:00Z"})).await.ok();
    assert_eq!(ended["until"], "2026-01-01T00:00:00Z");
    app.analyst.post(&end, json!({"until": "2026-02-01T00:00:00Z"})).await.problem(409, "already-ended");
    let retract = format!("/v1/site-actors/{}/retract", id(&link));
    let retracted = app.coordinator.post(&retract, json!({"reason": "Of the same name."})).await.ok();
    assert_eq!(retracted["retraction"], "Of the same name.");
    assert_eq!(retracted["retracted_by"], app.coordinator.id);
    app.analyst.post(&retract, json!({"reason": "Again."})).await.problem(409, "already-retracted");
    assert_eq!(app.caseworker.get(&path).await.items(), [retracted]);
}

#[tokio::test(flavor = "multi_thread")]
async fn actors_are_read_by_those_who_seek_and_written_by_those_who_keep_sites() {
    let app = TestApp::spawn().await;
    let site = site(&app.analyst, "Upper").await;
    let actor = id(&app.analyst.post("/v1/actors", holding()).await.ok());
    let links = format!("/v1/sites/{site}/actors");
    let link = id(&app.analyst.post(&links, owns(&actor)).await.ok());
    let (one, of_actor) = (format!("/v1/actors/{actor}"), format!("/v1/actors/{actor}/sites"));
    let (end, retract) = (format!("/v1/site-actors/{link}/end"), format!("/v1/site-actors/{link}/retract"));
    let reads = ["/v1/actors", &one, &of_actor, &links];
    for path in reads {
        for actor in [&app.officer, &app.partner, &app.admin, &app.auditor] {
            actor.get(path).await.problem(403, "forbidden");
        }
    }
    for who in [&app.officer, &app.partner, &app.caseworker] {
        who.post("/v1/actors", holding()).await.problem(403, "forbidden");
        who.patch(&one, "\"v1\"", json!({"note": null})).await.problem(403, "forbidden");
        who.post(&links, owns(&actor)).await.problem(403, "forbidden");
        who.post(&end, json!({"until": "2026-01-01T00:00:00Z"})).await.problem(403, "forbidden");
        who.post(&retract, json!({"reason": "x"})).await.problem(403, "forbidden");
    }
    // Another organisation's are as unknown ones, also where they are named in a body.
    assert!(app.stranger.get("/v1/actors").await.items().is_empty());
    let unknown = unknown_id();
    for (there, nowhere) in [
        (one.clone(), format!("/v1/actors/{unknown}")),
        (of_actor.clone(), format!("/v1/actors/{unknown}/sites")),
        (links.clone(), format!("/v1/sites/{unknown}/actors")),
    ] {
        let there = app.stranger.get(&there).await;
        there.problem(404, "not-found");
        assert_eq!(there.text, app.stranger.get(&nowhere).await.text);
    }
    let there = app.stranger.post(&retract, json!({"reason": "x"})).await;
    there.problem(404, "not-found");
    let theirs = self::site(&app.stranger, "Theirs").await;
    let foreign = app.stranger.post(&format!("/v1/sites/{theirs}/actors"), owns(&actor)).await;
    foreign.invalid("/actor_id");
    let nobody = app.stranger.post(&format!("/v1/sites/{theirs}/actors"), owns(&unknown)).await;
    assert_eq!(foreign.text, nobody.text);
}
