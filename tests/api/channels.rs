//! `/v1/people/{id}/channels` and `/v1/channels/{id}`

use reqwest::Method;

use crate::support::{Actor, TestApp, Value, id, json, send, unknown_id};

fn telegram(handle: &str) -> Value {
    json!({
        "platform": "telegram",
        "handle": handle,
        "device_owner": "shared",
        "rules": {
            "time_zone": "Asia/Yangon",
            "windows": [
                {"days": [1, 3, 7], "from": "22:00", "to": "23:30"},
                {"days": [6], "from": "23:00", "to": "01:00"},
            ],
            "initiate": false,
            "languages": ["my", "en"],
            "persona": "An old schoolmate.",
            "forbidden_words": ["police", "rescue"],
        },
        "duress_words": ["umbrella"],
        "challenge": {"question": "Which colour was the boat?", "answer": "green"},
    })
}

fn changed(mut body: Value, pointer: &str, value: Value) -> Value {
    match body.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(parent).unwrap()[name] = value;
        }
    }
    body
}

async fn person(actor: &Actor, case: &str) -> String {
    id(&actor.post(&format!("/v1/cases/{case}/people"), json!({"role": "victim"})).await.ok())
}

/// A case with one person; gives the case and the path of the person's channels.
async fn someone(app: &TestApp, actor: &Actor) -> (String, String) {
    let case = app.case(actor).await;
    let person = person(actor, &case).await;
    (case, format!("/v1/people/{person}/channels"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_comes_back_as_it_was_written() {
    let app = TestApp::spawn().await;
    let (case, path) = someone(&app, &app.caseworker).await;
    let reply = app.caseworker.post(&path, telegram(" @Mali_88 ")).await;
    let mut channel = reply.ok();
    assert_eq!(reply.status, 201);
    for (name, value) in telegram("@Mali_88").as_object().unwrap() {
        assert_eq!(&channel[name], value, "{name}");
    }
    assert_eq!((&channel["case_id"], &channel["also_on_cases"]), (&json!(case), &json!([])));
    // Where else the handle is known is told once, when it is entered.
    channel.as_object_mut().unwrap().remove("also_on_cases");
    assert_eq!(app.coordinator.get(&path).await.items(), [channel]);

    let mut bare = telegram("+66 81 234 5678");
    for optional in ["duress_words", "challenge"] {
        bare.as_object_mut().unwrap().remove(optional);
    }
    bare["platform"] = json!("in_person");
    bare["rules"] = json!({"time_zone": "utc", "windows": [], "initiate": true});
    let bare = app.caseworker.post(&path, bare).await.ok();
    assert_eq!(
        bare["rules"],
        json!({"time_zone": "UTC", "windows": [], "initiate": true, "languages": [], "forbidden_words": []})
    );
    assert_eq!(bare["duress_words"], json!([]));
    assert!(bare.get("challenge").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_on_two_cases_is_told_to_who_has_both_in_reach() {
    let app = TestApp::spawn().await;
    let (mine, my_path) = someone(&app, &app.caseworker).await;
    let (other, other_path) = someone(&app, &app.caseworker2).await;
    let (_, foreign_path) = someone(&app, &app.stranger).await;
    app.caseworker2.post(&other_path, telegram("+66 81-234-5678")).await.ok();
    // Another organisation's case, and another platform, are no duplicates.
    assert_eq!(
        app.stranger.post(&foreign_path, telegram("+66812345678")).await.ok()["also_on_cases"],
        json!([])
    );
    let signal = changed(telegram("+66812345678"), "/platform", json!("signal"));
    assert_eq!(app.coordinator.post(&my_path, signal).await.ok()["also_on_cases"], json!([]));

    let blind = app.caseworker.post(&my_path, telegram("0066 81 234 5678")).await;
    assert_eq!(blind.ok()["also_on_cases"], json!([]), "out of reach is as if it did not exist");
    let both = app.coordinator.post(&my_path, telegram("+66812345678")).await.ok();
    assert_eq!(both["also_on_cases"], json!([other]));
    let from_there = app.coordinator.post(&other_path, telegram("+66 (81) 234 5678")).await.ok();
    assert_eq!(
        from_there["also_on_cases"],
        json!([mine]),
        "each case once, however often the handle is on it"
    );

    app.assign(&other, &app.caseworker).await;
    let path = format!("/v1/channels/{}", id(&blind.body));
    let patched = app.caseworker.patch(&path, &blind.etag(), json!({"handle": "+66 81 234 56 78"})).await;
    assert_eq!(patched.ok()["also_on_cases"], json!([other]));
    let away = app.caseworker.patch(&path, &patched.etag(), json!({"handle": "@someone_else"})).await;
    assert_eq!(away.ok()["also_on_cases"], json!([]));
    let kept = app.caseworker.patch(&path, &away.etag(), json!({"device_owner": "own"})).await.ok();
    assert!(kept.get("also_on_cases").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn reach_and_role_decide_who_finds_a_channel() {
    let app = TestApp::spawn().await;
    let (_, path) = someone(&app, &app.caseworker).await;
    let one = format!("/v1/channels/{}", id(&app.caseworker.post(&path, telegram("@a1")).await.ok()));
    for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger, &app.stranger_officer] {
        actor.get(&path).await.problem(404, "not-found");
    }
    for actor in [&app.caseworker2, &app.officer, &app.stranger] {
        actor.post(&path, telegram("@a1")).await.problem(404, "not-found");
        actor.patch(&one, "\"v1\"", json!({"device_owner": "own"})).await.problem(404, "not-found");
    }
    for actor in [&app.admin, &app.auditor, &app.analyst] {
        actor.get(&path).await.problem(403, "forbidden");
        actor.patch(&one, "\"v1\"", json!({"device_owner": "own"})).await.problem(403, "forbidden");
    }
    let body = json!({"handle": "@b"});
    let unknown = app.stranger.patch(&format!("/v1/channels/{}", unknown_id()), "\"v1\"", body.clone()).await;
    let foreign = app.stranger.patch(&one, "\"v1\"", body).await;
    assert_eq!(unknown.text, foreign.text);
    let unknown = app.stranger.get(&format!("/v1/people/{}/channels", unknown_id())).await;
    assert_eq!(unknown.text, app.stranger.get(&path).await.text);
    let unknown = app.stranger.post(&format!("/v1/people/{}/channels", unknown_id()), telegram("@a1")).await;
    assert_eq!(unknown.text, app.stranger.post(&path, telegram("@a1")).await.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_changes_the_handle_and_the_rules() {
    let app = TestApp::spawn().await;
    let (case, path) = someone(&app, &app.caseworker).await;
    let created = app.caseworker.post(&path, telegram("@a1")).await;
    let one = format!("/v1/channels/{}", id(&created.ok()));
    app.clock.advance(60);
    let rules = json!({
        "time_zone": "Asia/Phnom_Penh", "windows": [], "initiate": true, "languages": ["km"],
        "forbidden_words": [],
    });
    let body = json!({
        "handle": "@a2", "rules": rules, "device_owner": "captor", "duress_words": ["rain"],
        "challenge": null,
    });
    let patched = app.caseworker.patch(&one, &created.etag(), body).await;
    let after = patched.ok();
    assert_eq!((&after["handle"], &after["rules"]), (&json!("@a2"), &rules));
    assert_eq!((&after["device_owner"], &after["duress_words"]), (&json!("captor"), &json!(["rain"])));
    assert!(after.get("challenge").is_none());
    assert_eq!((&after["version"], &after["platform"]), (&json!(2), &json!("telegram")));
    let again = app
        .caseworker
        .patch(&one, &patched.etag(), json!({"challenge": {"question": "Why?", "answer": "No"}}))
        .await;
    assert_eq!((&again.ok()["rules"], &again.ok()["handle"]), (&rules, &json!("@a2")), "absent leaves");
    assert_eq!(again.body["challenge"], json!({"question": "Why?", "answer": "No"}));
    let case = app.caseworker.get(&format!("/v1/cases/{case}")).await.ok();
    assert_eq!(case["updated_at"], again.body["updated_at"]);

    app.caseworker.patch(&one, &patched.etag(), json!({"handle": "@a3"})).await.problem(412, "stale");
    let bare = app.caseworker.request(Method::PATCH, &one).await.json(&json!({"handle": "@a3"}));
    send(bare).await.problem(428, "precondition-required");
    app.caseworker.patch(&one, &again.etag(), json!({"platform": "line"})).await.invalid("/platform");
    assert_eq!(app.caseworker.get(&path).await.items()[0]["handle"], "@a2");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let (_, path) = someone(&app, &app.caseworker).await;
    let rows = [
        ("/platform", json!("pigeon"), "/platform"),
        ("/handle", json!(""), "/handle"),
        ("/handle", json!(" @ "), "/handle"),
        ("/handle", json!("\u{200b}"), "/handle"),
        ("/handle", json!("x".repeat(201)), "/handle"),
        ("/device_owner", json!(["mine"]), "/device_owner"),
        ("/rules/time_zone", json!("Asia/Rangoon2"), "/rules/time_zone"),
        ("/rules/time_zone", json!("+06:30"), "/rules/time_zone"),
        ("/rules/time_zone", json!("../../etc/passwd"), "/rules/time_zone"),
        ("/rules/initiate", json!("no"), "/rules/initiate"),
        ("/rules/languages", json!(["Burmese"]), "/rules/languages/0"),
        ("/rules/languages", json!(vec!["my"; 21]), "/rules/languages"),
        ("/rules/forbidden_words", json!([""]), "/rules/forbidden_words/0"),
        ("/rules/forbidden_words", json!(vec!["x"; 101]), "/rules/forbidden_words"),
        ("/rules/persona", json!("x".repeat(2_001)), "/rules/persona"),
        ("/rules/secret", json!(1), "/rules/secret"),
        (
            "/rules/windows",
            json!(vec![json!({"days": [1], "from": "22:00", "to": "23:00"}); 51]),
            "/rules/windows",
        ),
        ("/rules/windows/0/days", json!([]), "/rules/windows/0/days"),
        ("/rules/windows/0/days", json!([0]), "/rules/windows/0/days"),
        ("/rules/windows/1/days", json!([8]), "/rules/windows/1/days"),
        ("/rules/windows/0/days", json!([1, 1]), "/rules/windows/0/days"),
        ("/rules/windows/0/days", json!([300]), "/rules/windows/0/days/0"),
        ("/rules/windows/0/from", json!("24:00"), "/rules/windows/0/from"),
        ("/rules/windows/0/from", json!("9:00"), "/rules/windows/0/from"),
        ("/rules/windows/0/to", json!("23:60"), "/rules/windows/0/to"),
        ("/rules/windows/1/to", json!("23:00"), "/rules/windows/1/to"),
        ("/duress_words", json!(["a\nb"]), "/duress_words/0"),
        ("/duress_words", json!(vec!["x"; 101]), "/duress_words"),
        ("/challenge", json!({"question": "Why?"}), "/challenge"),
        ("/challenge/answer", json!(""), "/challenge"),
        ("/person_id", json!(unknown_id()), "/person_id"),
    ];
    for (place, value, pointer) in rows {
        app.caseworker.post(&path, changed(telegram("@a1"), place, value)).await.invalid(pointer);
    }
    for needed in ["platform", "handle"] {
        let mut body = telegram("@a1");
        body.as_object_mut().unwrap().remove(needed);
        app.caseworker.post(&path, body).await.problem(422, "invalid");
    }
    assert!(app.caseworker.get(&path).await.items().is_empty());

    let created = app.caseworker.post(&path, telegram("@a1")).await;
    let one = format!("/v1/channels/{}", id(&created.ok()));
    app.caseworker.patch(&one, &created.etag(), json!({"handle": "@"})).await.invalid("/handle");
    let rules = changed(telegram("@a1"), "/rules/windows/0/days", json!([9]))["rules"].clone();
    app.caseworker
        .patch(&one, &created.etag(), json!({"rules": rules}))
        .await
        .invalid("/rules/windows/0/days");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_adds_nothing_and_pages_hold_everything_once() {
    let app = TestApp::spawn().await;
    let (case, path) = someone(&app, &app.caseworker).await;
    let first = app.caseworker.post_once(&path, "one", telegram("@a0")).await;
    let again = app.caseworker.post_once(&path, "one", telegram("@a0")).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    let body = changed(telegram("@a1"), "/id", json!(unknown_id()));
    assert_eq!(app.caseworker.post(&path, body.clone()).await.ok()["id"], body["id"]);
    app.caseworker.post(&path, body.clone()).await.problem(409, "id-taken");
    app.caseworker.post(&path, telegram("@a2")).await.ok();
    // Another person of the same case has channels of their own.
    let other = person(&app.caseworker, &case).await;
    app.caseworker.post(&format!("/v1/people/{other}/channels"), telegram("@a3")).await.ok();

    let page = app.caseworker.get(&format!("{path}?limit=2")).await;
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let rest = app.caseworker.get(&format!("{path}?limit=2&cursor={cursor}")).await;
    let handles: Vec<_> =
        page.items().iter().chain(&rest.items()).map(|channel| channel["handle"].clone()).collect();
    assert_eq!(handles, ["@a0", "@a1", "@a2"]);
    assert!(rest.body["next_cursor"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_may_be_known_before_its_rules_are() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let body = json!({"role": "victim", "names": []});
    let person = id(&app.caseworker.post(&format!("/v1/cases/{case}/people"), body).await.ok());
    let path = format!("/v1/people/{person}/channels");
    let body = json!({"platform": "line", "handle": "invented_77", "challenge": "Which dog?"});
    let bare = app.caseworker.post(&path, body).await.ok();
    assert_eq!(bare["device_owner"], "unknown");
    assert!(bare.get("rules").is_none(), "not settled is not the same as no rules: {bare}");
    assert_eq!(bare["challenge"], json!({"question": "Which dog?"}));
}
