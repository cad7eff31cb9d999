//! `/v1/cases`

use crate::support::{TestApp, id, json, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn a_caseworker_opens_a_case_and_leads_it() {
    let app = TestApp::spawn().await;
    let body = json!({"summary": "A cousin writes from a tower near the river.", "risk": "critical", "country": "MM", "languages": ["zh-Hans", "my"]});
    let reply = app.caseworker.post("/v1/cases", body).await;
    let case = reply.ok();
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("location"), format!("/v1/cases/{}", id(&case)));
    assert_eq!(case["status"], "intake");
    assert_eq!(case["country"], "MM");
    assert_eq!(case["languages"], json!(["zh-Hans", "my"]));
    assert_eq!(case["version"], 1);
    let name: Vec<_> = case["code_name"].as_str().unwrap().split('-').collect();
    assert!(name.len() == 3 && name[2].len() == 2 && name[2].parse::<u8>().is_ok(), "{name:?}");

    let path = format!("/v1/cases/{}", id(&case));
    let again = app.caseworker.get(&path).await;
    assert_eq!(again.ok(), case);
    assert_eq!(again.etag(), reply.etag());
    let assignments = app.caseworker.get(&format!("{path}/assignments")).await.items();
    assert_eq!(assignments[0]["user_id"], app.caseworker.id);
    assert_eq!(assignments[0]["role"], "lead");
}

#[tokio::test(flavor = "multi_thread")]
async fn reach_decides_who_finds_a_case() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/cases/{}", app.case(&app.caseworker).await);
    for actor in [&app.caseworker, &app.coordinator, &app.analyst] {
        actor.get(&path).await.ok();
        assert_eq!(actor.get("/v1/cases").await.items().len(), 1);
    }
    for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger] {
        actor.get(&path).await.problem(404, "not-found");
        assert!(actor.get("/v1/cases").await.items().is_empty());
    }
    for actor in [&app.admin, &app.auditor] {
        actor.get(&path).await.problem(403, "forbidden");
        actor.get("/v1/cases").await.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_case_is_byte_for_byte_an_unknown_one() {
    let app = TestApp::spawn().await;
    let foreign = app.case(&app.coordinator).await;
    let unknown = app.stranger.get(&format!("/v1/cases/{}", unknown_id())).await;
    let foreign = app.stranger.get(&format!("/v1/cases/{foreign}")).await;
    let malformed = app.stranger.get("/v1/cases/not-an-id").await;
    unknown.problem(404, "not-found");
    assert_eq!(unknown.text, foreign.text);
    assert_eq!(unknown.text, malformed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_sees_content_and_no_more_than_their_classes() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/cases/{}", app.case(&app.coordinator).await);
    let seen = app.analyst.get(&path).await.ok();
    assert!(seen["summary"].is_string());
    app.analyst.patch(&path, "\"v1\"", json!({"risk": "low"})).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_bring_the_id_once() {
    let app = TestApp::spawn().await;
    let id = unknown_id();
    let body = json!({"id": id, "summary": "Written on the road.", "risk": "low"});
    assert_eq!(app.caseworker.post("/v1/cases", body.clone()).await.ok()["id"], id);
    app.caseworker.post("/v1/cases", body.clone()).await.problem(409, "id-taken");
    // The same id in another organisation is another case: nobody learns that it exists elsewhere.
    assert_eq!(app.stranger.post("/v1/cases", body).await.ok()["id"], id);
    let v4 = "9b2f4c1e-8d7a-4f3b-9c6d-1e2f3a4b5c6d";
    app.caseworker.post("/v1/cases", json!({"id": v4, "summary": "x", "risk": "low"})).await.invalid("/id");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_machine_is_enforced_and_reasons_are_kept() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/cases/{}/status", app.case(&app.caseworker).await);
    let go = async |body| app.caseworker.post(&path, body).await;
    go(json!({"status": "recovered"})).await.problem(409, "invalid-transition");
    assert_eq!(go(json!({"status": "active"})).await.ok()["status"], "active");
    assert_eq!(go(json!({"status": "located"})).await.ok()["status"], "located");
    go(json!({"status": "active"})).await.invalid("/reason");
    go(json!({"status": "active", "reason": "They were moved last night."})).await.ok();
    go(json!({"status": "closed"})).await.invalid("/reason");
    go(json!({"status": "closed", "reason": "bored"})).await.invalid("/reason");
    let closed = go(json!({"status": "closed", "reason": "self_exited"})).await.ok();
    assert_eq!((&closed["status"], &closed["closing_reason"]), (&json!("closed"), &json!("self_exited")));
    let reopened = go(json!({"status": "active", "reason": "Taken again at the border."})).await.ok();
    assert_eq!(reopened["status"], "active");
    assert!(reopened.get("closing_reason").is_none());
    go(json!({"status": "closed", "reason": "no_contact", "at": "2199-01-01T00:00:00Z"}))
        .await
        .invalid("/at");
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_need_the_version_that_was_read() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/cases/{}", app.case(&app.caseworker).await);
    let etag = app.caseworker.get(&path).await.etag();
    let body = json!({"risk": "low", "country": null, "summary": "Less urgent now."});
    let request = app.caseworker.request(reqwest::Method::PATCH, &path).await.json(&body);
    crate::support::send(request).await.problem(428, "precondition-required");
    let changed = app.caseworker.patch(&path, &etag, body).await;
    assert_eq!(changed.ok()["risk"], "low");
    assert!(changed.body.get("country").is_none(), "null clears");
    assert_eq!(changed.body["languages"], json!(["zh"]), "absent leaves");
    app.caseworker.patch(&path, &etag, json!({"risk": "high"})).await.problem(412, "stale");
    assert_eq!(
        app.caseworker.patch(&path, &changed.etag(), json!({"risk": "high"})).await.ok()["version"],
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_writers_lose_no_update() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/cases/{}", app.case(&app.coordinator).await);
    let etag = app.coordinator.get(&path).await.etag();
    app.coordinator2.token().await;
    let writers = (0..50).map(|number| {
        let actor = if number % 2 == 0 { &app.coordinator } else { &app.coordinator2 };
        actor.patch(&path, &etag, json!({"summary": format!("writer {number}")}))
    });
    let replies = futures_util::future::join_all(writers).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 412).count(), 49);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_has_one_effect() {
    let app = TestApp::spawn().await;
    let body = json!({"summary": "Sent twice on a bad link.", "risk": "high"});
    app.caseworker.token().await;
    let copies = (0..20).map(|_| app.caseworker.post_once("/v1/cases", "k-1", body.clone()));
    let replies = futures_util::future::join_all(copies).await;
    assert!(replies.iter().all(|reply| reply.status == 201 && reply.text == replies[0].text));
    let replayed = replies.iter().filter(|reply| reply.header("idempotency-replayed") == "true").count();
    assert_eq!(replayed, 19);
    assert_eq!(replies[0].etag(), replies[19].etag());
    assert_eq!(app.caseworker.get("/v1/cases").await.items().len(), 1);

    let other = json!({"summary": "Something else.", "risk": "high"});
    app.caseworker.post_once("/v1/cases", "k-1", other.clone()).await.problem(422, "idempotency-key-reused");
    // A key belongs to one user.
    assert_eq!(app.caseworker2.post_once("/v1/cases", "k-1", other).await.status, 201);
    // A refused request does not use the key up.
    app.caseworker
        .post_once("/v1/cases", "k-2", json!({"summary": "", "risk": "low"}))
        .await
        .invalid("/summary");
    app.caseworker.post_once("/v1/cases", "k-2", body).await.ok();
    app.caseworker
        .post_once("/v1/cases", &"k".repeat(300), json!({"summary": "x", "risk": "low"}))
        .await
        .problem(400, "invalid-idempotency-key");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_and_filters_hold() {
    let app = TestApp::spawn().await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let risk = if number % 2 == 0 { "high" } else { "low" };
        let body = json!({"summary": format!("Case {number}"), "risk": risk});
        ids.push(id(&app.coordinator.post("/v1/cases", body).await.ok()));
    }
    let mut seen = Vec::new();
    let mut path = "/v1/cases?limit=3&sort=created_at".to_owned();
    loop {
        let page = app.coordinator.get(&path).await;
        seen.extend(page.items().iter().map(id));
        let link = page.header("link");
        match page.ok()["next_cursor"].as_str() {
            Some(cursor) => {
                assert!(link.contains("rel=\"next\"") && link.contains("limit=3"), "{link}");
                path = format!("/v1/cases?limit=3&sort=created_at&cursor={cursor}");
            }
            None => {
                assert_eq!(link, "");
                break;
            }
        }
    }
    assert_eq!(seen, ids);
    assert_eq!(app.coordinator.get("/v1/cases?risk=low").await.items().len(), 3);
    assert_eq!(app.coordinator.get("/v1/cases?risk=low,high&status=intake").await.items().len(), 7);
    assert_eq!(app.coordinator.get("/v1/cases?status=closed").await.items().len(), 0);
    let future = "/v1/cases?updated_after=2199-01-01T00:00:00Z";
    assert!(app.coordinator.get(future).await.items().is_empty());
    app.assign(&ids[2], &app.caseworker).await;
    let mine = app.caseworker.get("/v1/cases?assigned_to=me").await.items();
    assert_eq!(mine.iter().map(id).collect::<Vec<_>>(), [ids[2].clone()]);
    assert_eq!(id(&app.coordinator.get("/v1/cases").await.items()[0]), ids[2], "activity comes first");

    let cursor =
        app.coordinator.get("/v1/cases?limit=3").await.ok()["next_cursor"].as_str().unwrap().to_owned();
    for bad in [
        format!("/v1/cases?limit=3&status=intake&cursor={cursor}"),
        format!("/v1/cases?cursor={cursor}x"),
        "/v1/cases?cursor=%F0%9F%92%A9".to_owned(),
    ] {
        app.coordinator.get(&bad).await.problem(400, "invalid-cursor");
    }
    for (bad, pointer) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("sort=name", "sort"),
        ("status=lost", "status"),
        ("updated_after=yesterday", "updated_after"),
        ("assigned_to=you", "assigned_to"),
    ] {
        app.coordinator.get(&format!("/v1/cases?{bad}")).await.invalid(pointer);
    }
    app.coordinator.get("/v1/cases?colour=red").await.problem(422, "invalid");
}

/// Whoever reaches all of an organisation's cases is answered from other indexes than whoever has their own.
#[tokio::test(flavor = "multi_thread")]
async fn every_filter_in_every_order_gives_the_same_page_by_page_whatever_the_reach() {
    let app = TestApp::spawn().await;
    let mut ids = Vec::new();
    for risk in ["low", "high", "low", "critical", "high", "medium", "low"] {
        let body = json!({"summary": "Held by the river.", "risk": risk});
        ids.push(id(&app.caseworker.post("/v1/cases", body).await.ok()));
    }
    let moment = app.now();
    // Activity is in another order than opening.
    for (number, status) in [(5, "active"), (2, "active"), (4, "active"), (2, "closed"), (0, "active")] {
        let body = json!({"status": status, "reason": "no_contact"});
        app.caseworker.post(&format!("/v1/cases/{}/status", ids[number]), body).await.ok();
    }
    let after = format!("updated_after={moment}");
    for (query, count) in [
        ("", 7),
        ("status=intake", 3),
        ("status=active,closed", 4),
        ("risk=low", 3),
        ("risk=low,critical", 4),
        ("risk=low,high&status=intake,active", 4),
        (after.as_str(), 4),
        (&format!("{after}&risk=low"), 2),
    ] {
        for sort in ["updated_at", "created_at"] {
            let mut orders = Vec::new();
            for sign in ["", "-"] {
                let path = format!("/v1/cases?limit=2&sort={sign}{sort}&{query}");
                let order: Vec<String> = app.caseworker.walk(&path).await.iter().map(id).collect();
                let all: Vec<String> = app.coordinator.walk(&path).await.iter().map(id).collect();
                let of_one = format!("{path}&assigned_to={}", app.caseworker.id);
                let theirs: Vec<String> = app.coordinator.walk(&of_one).await.iter().map(id).collect();
                assert_eq!((&order, &order), (&all, &theirs), "{path}");
                orders.push(order);
            }
            let [up, mut down] = <[Vec<String>; 2]>::try_from(orders).unwrap();
            down.reverse();
            assert_eq!((up.len(), &up), (count, &down), "{sort} {query}");
        }
    }
    let activity: Vec<String> = app.coordinator.walk("/v1/cases?limit=2").await.iter().map(id).collect();
    let expected = [0, 2, 4, 5, 6, 3, 1].map(|number| ids[number].clone());
    assert_eq!(activity, expected);
}
