//! `/v1/users/{id}/lost-phone`, and what it means for plans

use crate::operations::{approved, drafted, plan_apart, step};
use crate::support::{Actor, PASSWORD, TestApp, Value, id, json, unknown_id};

fn lost(who: &Actor) -> String {
    format!("/v1/users/{}/lost-phone", who.id)
}

/// Another of somebody's devices, with its refresh token.
async fn device(app: &TestApp, who: &Actor) -> (Actor, Value) {
    let tokens = who.sign_in(PASSWORD).await.ok();
    let device = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    (device, json!({"refresh_token": tokens["refresh_token"]}))
}

async fn alerts(who: &Actor) -> Vec<Value> {
    who.get("/v1/alerts?kind=lost_phone&state=open").await.items()
}

async fn is_compromised(app: &TestApp, operation: &str) -> bool {
    let shown = app.coordinator.get(operation).await.ok();
    let listed = app.coordinator.get("/v1/operations").await.items();
    let listed = listed.iter().find(|listed| listed["id"] == shown["id"]).unwrap();
    assert_eq!(listed["compromised"], shown["compromised"]);
    shown["compromised"].as_bool().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_ends_every_session_burns_every_pack_and_calls_the_coordinators() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let other = plan_apart(&app, &[&app.case(&app.caseworker2).await]);
    let other = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", other).await.ok()));
    step(&app.coordinator, &other, "submit").await;
    step(&app.coordinator2, &other, "approve").await;
    let (phone, refresh) = device(&app, &app.officer).await;
    let key = age::x25519::Identity::generate().to_public().to_string();
    phone.put("/v1/me/pack-key", json!({ "recipient": key })).await.ok();
    let pack = phone.get(&format!("{operation}/pack")).await.ok();
    app.officer.get("/v1/me").await.ok();
    assert!(!is_compromised(&app, &operation).await);

    let report =
        app.coordinator2.post(&lost(&app.officer), json!({"note": "Taken at the checkpoint."})).await;
    assert_eq!(report.status, 201, "{}", report.text);
    let told = report.ok();
    assert_eq!(
        (&told["user_id"], &told["reported_by"]),
        (&json!(app.officer.id), &json!(app.coordinator2.id))
    );
    assert_eq!((&told["sessions_ended"], &told["packs_burnt"]), (&json!(2), &json!(1)));
    assert_eq!((&told["packs"][0]["id"], &told["packs"][0]["form"]), (&pack["id"], &json!("json")));
    let touched: Vec<_> = told["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|touched| {
            (touched["operation_id"].as_str().unwrap(), touched["has_burnt_pack"].as_bool().unwrap())
        })
        .collect();
    assert_eq!(touched.len(), 2);
    for (id, has_pack) in touched {
        assert_eq!(operation.ends_with(id), has_pack);
        assert!(operation.ends_with(id) || other.ends_with(id));
    }

    for gone in [&phone, &app.officer] {
        gone.get("/v1/me").await.problem(401, "unauthenticated");
    }
    app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");
    let held = &app.coordinator.get(&format!("{operation}/packs")).await.items()[0];
    assert_eq!((&held["state"], &held["burnt_by"]), (&json!("burnt"), &json!(app.coordinator2.id)));
    assert!(is_compromised(&app, &operation).await && !is_compromised(&app, &other).await);

    let open = alerts(&app.coordinator).await;
    assert_eq!(open.len(), 2);
    for alert in &open {
        assert_eq!(
            (&alert["user_id"], &alert["reported_by"]),
            (&json!(app.officer.id), &json!(app.coordinator2.id))
        );
        assert!(alert["operation_id"].is_string() && alert.get("message_id").is_none());
    }
    assert!(alerts(&app.caseworker).await.is_empty());
    let path = format!("/v1/alerts/{}/acknowledge", open[0]["id"].as_str().unwrap());
    assert_eq!(app.coordinator.post(&path, json!({})).await.ok()["state"], "resolved");
    assert_eq!(alerts(&app.coordinator).await.len(), 1);

    // They are not locked out, and start without the key that may be on the phone.
    let (new_phone, _) = device(&app, &app.officer).await;
    new_phone.get(&operation).await.ok();
    new_phone.get("/v1/me/pack-key").await.problem(404, "not-found");
    let listed = app.admin.get(&lost(&app.officer)).await.items();
    assert_eq!((&listed[0]["id"], &listed[0]["note"]), (&told["id"], &json!("Taken at the checkpoint.")));
    let audited = app.audited("lost_phone.report").await;
    assert_eq!(
        (&audited[0]["actor_id"], &audited[0]["object_id"]),
        (&json!(app.coordinator2.id), &json!(app.officer.id))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_can_be_named_and_the_others_go_on() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let (phone, _) = device(&app, &app.officer).await;
    phone.get(&format!("{operation}/pack")).await.ok();
    app.officer.get(&format!("{operation}/pack")).await.ok();
    let session = app.coordinator.get(&format!("{operation}/packs")).await.items()[1]["session_id"].clone();
    let theirs = app.officer2.get("/v1/me/sessions").await.items()[0]["id"].clone();
    let path = lost(&app.officer);
    for wrong in [json!(unknown_id()), theirs] {
        app.caseworker.post(&path, json!({ "session_id": wrong })).await.invalid("/session_id");
    }
    let told = app.caseworker.post(&path, json!({ "session_id": session })).await.ok();
    assert_eq!(told["sessions_ended"], 1);
    // Nobody knows which of them is on the phone: sessions come and go on one.
    assert_eq!(told["packs_burnt"], 2);
    phone.get("/v1/me").await.problem(401, "unauthenticated");
    app.officer.get("/v1/me").await.ok();
    // Told again, nothing is left to end.
    let again = app.caseworker.post(&path, json!({ "session_id": session })).await.ok();
    assert_eq!((&again["sessions_ended"], &again["packs_burnt"]), (&json!(0), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_colleague_may_make_the_call_and_learns_no_more_than_they_see() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let operation = approved(&app, &case).await;
    for (actor, sees) in [
        (&app.coordinator, true),
        (&app.caseworker, true),
        (&app.caseworker2, false),
        (&app.officer2, false),
        (&app.analyst, false),
        (&app.auditor, false),
        (&app.admin, false),
    ] {
        let (phone, _) = device(&app, &app.officer).await;
        phone.get(&format!("{operation}/pack")).await.ok();
        let told = actor.post(&lost(&app.officer), json!({})).await.ok();
        assert_eq!(told["packs_burnt"], 1);
        for list in ["operations", "packs"] {
            assert_eq!(told[list].as_array().unwrap().len(), usize::from(sees), "{told}");
        }
    }
    app.partner.post(&lost(&app.officer), json!({})).await.problem(403, "forbidden");
    let unknown = app.coordinator.post(&format!("/v1/users/{}/lost-phone", unknown_id()), json!({})).await;
    let foreign = app.stranger.post(&lost(&app.officer), json!({})).await;
    foreign.problem(404, "not-found");
    assert_eq!(foreign.text, unknown.text);
    for actor in [&app.caseworker, &app.officer2, &app.analyst, &app.auditor, &app.partner] {
        actor.get(&lost(&app.officer)).await.problem(403, "forbidden");
    }
    // Somebody's own, from a borrowed device: that one is ended with the others.
    let (borrowed, _) = device(&app, &app.officer).await;
    borrowed.post(&lost(&app.officer), json!({})).await.ok();
    borrowed.get("/v1/me").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_more_than_five_calls_an_hour_and_a_copy_of_one_counts_once() {
    let app = TestApp::spawn().await;
    let path = lost(&app.officer2);
    let first = app.caseworker.post_once(&path, "from-the-road", json!({})).await;
    let again = app.caseworker.post_once(&path, "from-the-road", json!({})).await;
    assert_eq!((&first.ok(), again.header("idempotency-replayed")), (&again.ok(), "true"));
    let race = (0..10).map(|_| app.caseworker.post(&path, json!({})));
    let replies = futures_util::future::join_all(race).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 4);
    let refused = replies.iter().find(|reply| reply.status == 429).unwrap();
    refused.problem(429, "too-many-attempts");
    let wait: i64 = refused.header("retry-after").parse().unwrap();
    assert!((3_590..=3_601).contains(&wait), "{wait}");
    app.caseworker2.post(&path, json!({})).await.ok();
    app.clock.advance(wait);
    app.caseworker.post(&path, json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_compromised_until_it_is_changed_or_left_as_it_is_for_a_reason() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let aside = format!("{operation}/packs/set-aside");
    let reason = || json!({"reason": "It was locked, and the place is not in it."});
    app.coordinator.post(&aside, reason()).await.problem(409, "not-compromised");
    let lose = async |who: &Actor| {
        let (phone, _) = device(&app, who).await;
        phone.get(&format!("{operation}/pack")).await.ok();
        app.coordinator.post(&lost(who), json!({})).await.ok();
    };
    lose(&app.officer).await;
    assert!(is_compromised(&app, &operation).await);
    // Neither a tick nor a step answers it.
    let ticks =
        json!({"checklist": [{"item": "Blankets", "done": true}, {"item": "Doctor informed", "done": true}]});
    let etag = app.coordinator.get(&operation).await.etag();
    app.coordinator.patch(&operation, &etag, ticks).await.ok();
    assert!(is_compromised(&app, &operation).await);

    app.coordinator.post(&aside, json!({})).await.invalid("");
    app.stranger.post(&aside, reason()).await.problem(404, "not-found");
    app.caseworker.post(&aside, reason()).await.problem(403, "forbidden");
    let after = app.coordinator.post(&aside, reason()).await.ok();
    assert_eq!((&after["compromised"], &after["status"]), (&json!(false), &json!("approved")));
    let last = after["history"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["kind"], &last["actor_id"]),
        (&json!("compromise_set_aside"), &json!(app.coordinator.id))
    );
    assert_eq!(last["reason"], reason()["reason"]);

    // The next one is another matter; then the plan is changed.
    lose(&app.officer).await;
    assert!(is_compromised(&app, &operation).await);
    let etag = app.coordinator.get(&operation).await.etag();
    let changed =
        app.coordinator.patch(&operation, &etag, json!({"plan": {"routes": "By boat."}})).await.ok();
    assert_eq!((&changed["compromised"], &changed["status"]), (&json!(false), &json!("draft")));

    // A coordinator's copy counts as well, of a draft as well; what is over is over.
    lose(&app.coordinator2).await;
    assert!(is_compromised(&app, &operation).await);
    app.coordinator.post(&format!("{operation}/abort"), json!({"reason": "Given up."})).await.ok();
    assert!(!is_compromised(&app, &operation).await);
    let (phone, _) = device(&app, &app.officer).await;
    let next = drafted(&app, &app.case(&app.caseworker).await).await;
    step(&app.coordinator, &next, "submit").await;
    let (second, _) = device(&app, &app.coordinator2).await;
    step(&second, &next, "approve").await;
    assert_eq!(phone.get(&next).await.ok().get("compromised"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_races_the_report_is_burnt_or_never_handed_out() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let pack = format!("{operation}/pack");
    for reporter in [&app.coordinator, &app.caseworker, &app.analyst] {
        let (phone, _) = device(&app, &app.officer).await;
        phone.get(&pack).await.ok();
        let path = lost(&app.officer);
        let (report, packs) = tokio::join!(
            reporter.post(&path, json!({})),
            futures_util::future::join_all((0..12).map(|_| phone.get(&pack))),
        );
        report.ok();
        assert!(packs.iter().all(|pack| [200, 401].contains(&pack.status)));
    }
    let held = app.coordinator.get(&format!("{operation}/packs?limit=200")).await.items();
    assert!(held.len() >= 3 && held.iter().all(|copy| copy["state"] == "burnt"), "{held:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_report_each_other_both_get_an_answer() {
    let app = TestApp::spawn().await;
    for _ in 0..4 {
        let (ours, _) = device(&app, &app.officer).await;
        let (theirs, _) = device(&app, &app.officer2).await;
        let (to_them, to_us) = (lost(&app.officer2), lost(&app.officer));
        let (first, second) = tokio::join!(ours.post(&to_them, json!({})), theirs.post(&to_us, json!({})));
        for reply in [&first, &second] {
            assert!([201, 401].contains(&reply.status), "{}", reply.text);
        }
        assert!(first.status == 201 || second.status == 201);
    }
}
