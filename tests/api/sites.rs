//! `/v1/sites`

use reqwest::Method;
use serde_json::Map;

use crate::support::{TestApp, Value, id, json, send, unknown_id};

fn towers() -> Value {
    json!({
        "name": "Riverside towers", "names": ["河边大楼", "တာဝါ"], "lat": 16.6401, "lon": 98.5209, "sigma_m": 3000.0,
        "extent_m": 400.0, "country": "MM", "verification": "confirmed", "activity": "active",
        "capacity_estimate": 2000, "provenance": "An invented report of 2026, p. 3.\nTown precision.",
    })
}

fn as_object(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value { members } else { panic!("{value} is no object") }
}

fn with(mut site: Value, members: Value) -> Value {
    site.as_object_mut().unwrap().append(&mut as_object(members));
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_shown_as_it_was_added() {
    let app = TestApp::spawn().await;
    let reply = app.analyst.post("/v1/sites", towers()).await;
    let site = reply.ok();
    assert_eq!((reply.status, reply.etag().as_str()), (201, "\"v1\""));
    assert_eq!(reply.header("location"), format!("/v1/sites/{}", id(&site)));
    for (member, value) in towers().as_object().unwrap() {
        assert_eq!(site[member], *value, "{member}");
    }
    assert_eq!(site["created_by"], app.analyst.id);
    for actor in [&app.analyst, &app.coordinator, &app.caseworker] {
        let shown = actor.get(&format!("/v1/sites/{}", id(&site))).await;
        assert_eq!((shown.ok(), shown.etag()), (site.clone(), reply.etag()));
        assert_eq!(actor.get("/v1/sites").await.items(), std::slice::from_ref(&site));
    }
    let audited = app.audited("site.create").await;
    assert_eq!(audited[0]["object_id"], site["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_said_has_its_default_or_is_absent() {
    let app = TestApp::spawn().await;
    let body = json!({
        "name": "Somewhere", "lat": 13, "lon": 103, "sigma_m": 100_000, "country": "KH", "provenance": "A rumour.",
    });
    let site = app.caseworker.post("/v1/sites", body).await.ok();
    assert_eq!((&site["verification"], &site["activity"]), (&json!("suspected"), &json!("unknown")));
    assert_eq!(site["names"], json!([]));
    assert!(site.get("extent_m").is_none() && site.get("capacity_estimate").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_are_for_those_who_seek() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/sites/{}", id(&app.analyst.post("/v1/sites", towers()).await.ok()));
    for actor in [&app.officer, &app.admin, &app.auditor, &app.partner] {
        actor.get("/v1/sites").await.problem(403, "forbidden");
        actor.get(&path).await.problem(403, "forbidden");
        actor.post("/v1/sites", towers()).await.problem(403, "forbidden");
        actor.patch(&path, "\"v1\"", json!({"activity": "dormant"})).await.problem(403, "forbidden");
    }
    app.nobody.get("/v1/sites").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_site_is_byte_for_byte_an_unknown_one() {
    let app = TestApp::spawn().await;
    let site = app.analyst.post("/v1/sites", towers()).await.ok();
    let (foreign, unknown) = (format!("/v1/sites/{}", id(&site)), format!("/v1/sites/{}", unknown_id()));
    let there = app.stranger.get(&foreign).await;
    there.problem(404, "not-found");
    assert_eq!(there.text, app.stranger.get(&unknown).await.text);
    let body = json!({"activity": "dormant"});
    let there = app.stranger.patch(&foreign, "\"v1\"", body.clone()).await;
    there.problem(404, "not-found");
    assert_eq!(there.text, app.stranger.patch(&unknown, "\"v1\"", body).await.text);
    assert!(app.stranger.get("/v1/sites").await.items().is_empty());
    // The same id is free there: nobody learns that it exists elsewhere.
    let same = with(towers(), json!({"id": site["id"]}));
    assert_eq!(app.stranger.post("/v1/sites", same.clone()).await.ok()["id"], site["id"]);
    app.stranger.post("/v1/sites", same).await.problem(409, "id-taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_need_the_version_that_was_read() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/sites/{}", id(&app.analyst.post("/v1/sites", towers()).await.ok()));
    let change = json!({"name": "Riverside park", "lat": 16.65, "extent_m": null, "capacity_estimate": null});
    send(app.analyst.request(Method::PATCH, &path).await.json(&change))
        .await
        .problem(428, "precondition-required");
    let changed = app.analyst.patch(&path, "\"v1\"", change.clone()).await;
    let site = changed.ok();
    assert_eq!((&site["name"], &site["lat"]), (&json!("Riverside park"), &json!(16.65)));
    assert!(site.get("extent_m").is_none() && site.get("capacity_estimate").is_none(), "null clears");
    for kept in ["names", "lon", "sigma_m", "country", "verification", "activity", "provenance"] {
        assert_eq!(site[kept], towers()[kept], "absent leaves {kept}");
    }
    assert_eq!(site["version"], 2);
    app.coordinator.patch(&path, "\"v1\"", change).await.problem(412, "stale");

    let rest = json!({
        "names": [], "lon": 98.6, "sigma_m": 500.0, "extent_m": 90.0, "country": "TH", "verification": "ruled_out",
        "activity": "evacuated", "capacity_estimate": 0, "provenance": "Seen.",
    });
    let site = app.coordinator.patch(&path, &changed.etag(), rest.clone()).await.ok();
    for (member, value) in rest.as_object().unwrap() {
        assert_eq!(site[member], *value, "{member}");
    }
    assert_eq!(app.analyst.get(&path).await.ok(), site);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/sites/{}", id(&app.analyst.post("/v1/sites", towers()).await.ok()));
    for (change, pointer) in [
        (json!({"name": " "}), "/name"),
        (json!({"name": "two\nlines"}), "/name"),
        (json!({"names": vec!["x"; 31]}), "/names"),
        (json!({"names": ["x", ""]}), "/names/1"),
        (json!({"lat": 90.5}), "/lat"),
        (json!({"lat": "16.6"}), "/lat"),
        (json!({"lon": -181}), "/lon"),
        (json!({"sigma_m": 0}), "/sigma_m"),
        (json!({"sigma_m": 100_001}), "/sigma_m"),
        (json!({"extent_m": -1}), "/extent_m"),
        (json!({"country": "Myanmar"}), "/country"),
        (json!({"verification": "sure"}), "/verification"),
        (json!({"activity": "busy"}), "/activity"),
        (json!({"capacity_estimate": 1_000_001}), "/capacity_estimate"),
        (json!({"capacity_estimate": 1.5}), "/capacity_estimate"),
        (json!({"provenance": ""}), "/provenance"),
        (json!({"created_by": unknown_id()}), "/created_by"),
        (json!({"version": 7}), "/version"),
    ] {
        app.analyst.post("/v1/sites", with(towers(), change.clone())).await.invalid(pointer);
        app.analyst.patch(&path, "\"v1\"", change).await.invalid(pointer);
    }
    for missing in ["name", "lat", "lon", "sigma_m", "country", "provenance"] {
        let mut body = towers();
        body.as_object_mut().unwrap().remove(missing);
        app.analyst.post("/v1/sites", body).await.problem(422, "invalid");
    }
    assert_eq!(app.analyst.get("/v1/sites").await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_twice_it_is_added_once() {
    let app = TestApp::spawn().await;
    let first = app.analyst.post_once("/v1/sites", "site-1", towers()).await;
    let second = app.analyst.post_once("/v1/sites", "site-1", towers()).await;
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert_eq!(app.analyst.get("/v1/sites").await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_searched_and_paged() {
    let app = TestApp::spawn().await;
    let mut ids = Vec::new();
    for (name, names, verification, activity) in [
        ("KK Park", json!(["KK园区"]), "confirmed", "active"),
        ("Shwe Kokko", json!(["水沟谷", "ရွှေကုက္ကို"]), "confirmed", "evacuated"),
        ("Old park by the river", json!([]), "suspected", "active"),
        ("Nguyễn Huệ tower", json!([]), "ruled_out", "unknown"),
    ] {
        let change =
            json!({"name": name, "names": names, "verification": verification, "activity": activity});
        ids.push(id(&app.analyst.post("/v1/sites", with(towers(), change)).await.ok()));
    }
    let list = async |query: &str| -> Vec<usize> {
        let items = app.caseworker.get(&format!("/v1/sites?{query}")).await.items();
        items.iter().map(|item| ids.iter().position(|one| *one == id(item)).unwrap()).collect()
    };
    assert_eq!(list("").await, [3, 2, 1, 0], "what changed last comes first");
    assert_eq!(list("verification=confirmed").await, [1, 0]);
    assert_eq!(list("activity=active,unknown").await, [3, 2, 0]);
    assert_eq!(list("activity=active&verification=suspected").await, [2]);
    assert_eq!(list("q=PARK").await, [2, 0]);
    assert_eq!(list("q=park+river").await, [2]);
    assert_eq!(list("q=园区").await, [0]);
    assert_eq!(list("q=ကုက္ကို").await, [1]);
    assert_eq!(list("q=NGUYE%CC%82%CC%83N").await, [3], "however it was typed");
    assert_eq!(list("q=park&activity=evacuated").await, [0; 0]);
    assert_eq!(list("q=harbour").await, [0; 0]);

    for query in ["", "&q=o", "&activity=active"] {
        let mut seen = Vec::new();
        let mut next = format!("/v1/sites?limit=1{query}");
        loop {
            let page = app.analyst.get(&next).await;
            seen.extend(page.items().iter().map(id));
            let Some(cursor) = page.body["next_cursor"].as_str() else {
                break;
            };
            next = format!("/v1/sites?limit=1{query}&cursor={cursor}");
        }
        let whole = app.analyst.get(&format!("/v1/sites?limit=200{query}")).await.items();
        assert_eq!(seen, whole.iter().map(id).collect::<Vec<_>>(), "{query}");
    }
    let cursor =
        app.analyst.get("/v1/sites?limit=1&q=park").await.ok()["next_cursor"].as_str().unwrap().to_owned();
    for other in ["q=Park", "q=tower", "verification=confirmed"] {
        app.analyst
            .get(&format!("/v1/sites?limit=1&{other}&cursor={cursor}"))
            .await
            .problem(400, "invalid-cursor");
    }
    for (bad, pointer) in [
        ("verification=sure", "verification"),
        ("activity=active,busy", "activity"),
        ("q=", "q"),
        ("q=%20", "q"),
        ("limit=201", "limit"),
    ] {
        app.analyst.get(&format!("/v1/sites?{bad}")).await.invalid(pointer);
    }
    // What was searched for is nowhere in the audit log.
    assert!(!json!(app.audited("site.list").await).to_string().contains("park"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_looks_through_more_than_one_batch() {
    let app = TestApp::spawn().await;
    let wanted = id(&app.analyst.post("/v1/sites", with(towers(), json!({"name": "Needle"}))).await.ok());
    app.analyst.token().await;
    for _ in 0..26 {
        let others = (0..20).map(|_| app.analyst.post("/v1/sites", towers()));
        for reply in futures_util::future::join_all(others).await {
            reply.ok();
        }
    }
    let found = app.analyst.get("/v1/sites?q=needle").await.items();
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), [wanted]);
}
