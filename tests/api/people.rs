//! `/v1/cases/{id}/people` and `/v1/people/{id}`

use reqwest::Method;

use crate::support::{Reply, TestApp, Value, id, json, send, unknown_id};

fn mali() -> Value {
    json!({
        "role": "victim",
        "names": [
            {"full": "Mali Sae-Tang", "script": "Latn", "kind": "legal"},
            {"full": "มะลิ", "script": "Thai", "kind": "nickname"},
            {"full": "Number 31", "kind": "alias"},
        ],
        "birth_year": 1999,
        "sex": "female",
        "nationalities": ["TH", "MM"],
        "languages": ["th", "zh-Hans"],
        "documents": [
            {"kind": "passport", "number": "ZZ0000017", "country": "TH", "expires_on": "2029-02-28"},
            {"kind": "national_id", "number": "0-0000-00000-00-0"},
        ],
        "description": "A scar over the left eye.",
        "needs": "Insulin, twice a day.",
    })
}

/// The members of an object, sorted.
fn members(view: &Value) -> Vec<&str> {
    let mut names: Vec<_> = view.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

const OUTLINE: [&str; 7] = ["case_id", "created_at", "id", "pseudonym", "role", "updated_at", "version"];

async fn add(app: &TestApp, case: &str) -> Reply {
    app.coordinator.post(&format!("/v1/cases/{case}/people"), mali()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_comes_back_as_they_were_written() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/people");
    let reply = app.caseworker.post(&path, mali()).await;
    let person = reply.ok();
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("location"), format!("/v1/people/{}", id(&person)));
    for (name, value) in mali().as_object().unwrap() {
        assert_eq!(&person[name], value, "{name}");
    }
    assert_eq!((&person["case_id"], &person["version"]), (&json!(case), &json!(1)));
    let one = app.caseworker.get(&format!("/v1/people/{}", id(&person))).await;
    assert_eq!((one.ok(), one.etag()), (person.clone(), reply.etag()));
    assert_eq!(app.coordinator.get(&path).await.items(), [person]);

    // Of somebody nobody knows anything about, there is nothing to show.
    let unknown = app.caseworker.post(&path, json!({"role": "companion"})).await.ok();
    assert_eq!((&unknown["names"], &unknown["documents"]), (&json!([]), &json!([])));
    for absent in ["birth_year", "sex", "description", "needs"] {
        assert!(unknown.get(absent).is_none(), "{absent} of {unknown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_knows_people_by_their_pseudonym_alone() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let person = add(&app, &case).await.ok();
    let path = format!("/v1/people/{}", id(&person));
    let seen = app.analyst.get(&path).await;
    assert_eq!(members(&seen.ok()), OUTLINE);
    assert_eq!(seen.ok()["pseudonym"], person["pseudonym"]);
    assert_eq!(app.analyst.get(&format!("/v1/cases/{case}/people")).await.items(), [seen.ok()]);
    let words: Vec<_> = seen.body["pseudonym"].as_str().unwrap().split(' ').collect();
    assert_eq!(words.len(), 2);
    assert!(
        words.iter().all(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase())),
        "{words:?}"
    );

    app.analyst.patch(&path, &seen.etag(), json!({"needs": "rest"})).await.problem(403, "forbidden");
    app.analyst.post(&format!("/v1/cases/{case}/people"), mali()).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pseudonym_hangs_on_the_organisation_too() {
    let app = TestApp::spawn().await;
    let (here, there) = (app.case(&app.coordinator).await, app.case(&app.stranger).await);
    let mut differ = false;
    for _ in 0..3 {
        // The same id in another organisation is another person.
        let body = json!({"id": unknown_id(), "role": "victim"});
        let ours = app.coordinator.post(&format!("/v1/cases/{here}/people"), body.clone()).await.ok();
        let theirs = app.stranger.post(&format!("/v1/cases/{there}/people"), body).await.ok();
        assert_eq!(ours["id"], theirs["id"]);
        differ |= ours["pseudonym"] != theirs["pseudonym"];
    }
    assert!(differ);
}

#[tokio::test(flavor = "multi_thread")]
async fn reach_and_role_decide_who_finds_a_person() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/people/{}", id(&add(&app, &case).await.ok()));
    let of_case = format!("/v1/cases/{case}/people");
    for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger, &app.stranger_officer] {
        for path in [&path, &of_case] {
            actor.get(path).await.problem(404, "not-found");
        }
    }
    for actor in [&app.caseworker2, &app.officer, &app.stranger] {
        actor.patch(&path, "\"v1\"", json!({"needs": "rest"})).await.problem(404, "not-found");
        actor.post(&of_case, mali()).await.problem(404, "not-found");
    }
    for actor in [&app.admin, &app.auditor] {
        for path in [&path, &of_case] {
            actor.get(path).await.problem(403, "forbidden");
        }
    }
    app.nobody.get(&path).await.problem(401, "unauthenticated");
    app.assign(&case, &app.caseworker2).await;
    app.caseworker2.get(&path).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_person_is_byte_for_byte_an_unknown_one() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let person = id(&add(&app, &case).await.ok());
    let unknown = unknown_id();
    let get = |id: &str| format!("/v1/people/{id}");
    let of = |id: &str| format!("/v1/cases/{id}/people");
    let pairs = [
        (app.stranger.get(&get(&person)).await, app.stranger.get(&get(&unknown)).await),
        (app.stranger.get(&of(&case)).await, app.stranger.get(&of(&unknown)).await),
        (app.stranger.post(&of(&case), mali()).await, app.stranger.post(&of(&unknown), mali()).await),
        (
            app.stranger.patch(&get(&person), "\"v1\"", json!({"sex": null})).await,
            app.stranger.patch(&get(&unknown), "\"v1\"", json!({"sex": null})).await,
        ),
    ];
    for (foreign, unknown) in pairs {
        unknown.problem(404, "not-found");
        assert_eq!((foreign.status, foreign.text), (unknown.status, unknown.text));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_leaves_clears_and_sets() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let created = add(&app, &case).await;
    let before = created.ok();
    let path = format!("/v1/people/{}", id(&before));
    app.clock.advance(60);
    let body = json!({
        "role": "informant", "names": [{"full": "Mali S.", "kind": "given"}], "birth_year": null,
        "sex": "unknown",
        "documents": [], "needs": "Glasses.",
    });
    let patched = app.caseworker.patch(&path, &created.etag(), body).await;
    let after = patched.ok();
    assert_eq!(after["role"], "informant");
    assert_eq!(after["names"], json!([{"full": "Mali S.", "kind": "given"}]));
    assert_eq!(
        (&after["documents"], &after["sex"], &after["needs"]),
        (&json!([]), &json!("unknown"), &json!("Glasses."))
    );
    assert!(after.get("birth_year").is_none());
    for left in ["nationalities", "languages", "description", "pseudonym", "created_at", "case_id"] {
        assert_eq!(after[left], before[left], "{left}");
    }
    assert_eq!(after["version"], 2);
    assert_eq!(app.caseworker.get(&path).await.ok(), after);
    let cleared = app
        .caseworker
        .patch(&path, &patched.etag(), json!({"description": null, "languages": []}))
        .await
        .ok();
    assert!(cleared.get("description").is_none());
    assert_eq!((&cleared["languages"], &cleared["needs"]), (&json!([]), &json!("Glasses.")));
    let case = app.caseworker.get(&format!("/v1/cases/{case}")).await.ok();
    assert_eq!(case["updated_at"], cleared["updated_at"], "something happened on the case");
    assert_eq!(case["version"], 1, "but the case itself is the same");

    app.caseworker.patch(&path, &patched.etag(), json!({"needs": "x"})).await.problem(412, "stale");
    let bare = app.caseworker.request(Method::PATCH, &path).await.json(&json!({"needs": "x"}));
    send(bare).await.problem(428, "precondition-required");
    assert_eq!(app.caseworker.get(&path).await.ok(), cleared);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/people");
    let person = app.caseworker.post(&path, mali()).await.ok();
    let name = json!({"full": "A", "kind": "given"});
    let document = json!({"kind": "passport", "number": "1"});
    let with = |base: &Value, name: &str, value: Value| {
        let mut changed = base.clone();
        changed[name] = value;
        changed
    };
    let rows = [
        ("role", json!("hostage"), "/role"),
        ("names", json!([with(&name, "full", json!("  "))]), "/names/0/full"),
        ("names", json!([name, with(&name, "full", json!("a\nb"))]), "/names/1/full"),
        ("names", json!([with(&name, "script", json!("latin"))]), "/names/0/script"),
        ("names", json!([with(&name, "kind", json!(""))]), "/names/0/kind"),
        ("names", json!([with(&name, "first", json!("A"))]), "/names/0/first"),
        ("names", json!(vec![name.clone(); 21]), "/names"),
        ("birth_year", json!(1899), "/birth_year"),
        ("birth_year", json!(2199), "/birth_year"),
        ("birth_year", json!(99_999), "/birth_year"),
        ("birth_year", json!("1999"), "/birth_year"),
        ("sex", json!("f"), "/sex"),
        ("nationalities", json!(["Thai"]), "/nationalities/0"),
        ("nationalities", json!(vec!["TH"; 11]), "/nationalities"),
        ("languages", json!(["TH"]), "/languages/0"),
        ("languages", json!(vec!["th"; 21]), "/languages"),
        ("documents", json!([with(&document, "number", json!(""))]), "/documents/0/number"),
        ("documents", json!([with(&document, "country", json!("tha"))]), "/documents/0/country"),
        ("documents", json!([with(&document, "expires_on", json!("2029-02-29"))]), "/documents/0/expires_on"),
        ("documents", json!([with(&document, "expires_on", json!("soon"))]), "/documents/0/expires_on"),
        ("documents", json!(vec![document.clone(); 21]), "/documents"),
        ("description", json!("x".repeat(5_001)), "/description"),
        ("needs", json!("a\u{0}b"), "/needs"),
        ("case_id", json!(unknown_id()), "/case_id"),
        ("pseudonym", json!("red fox"), "/pseudonym"),
    ];
    for (member, value, pointer) in rows {
        let reply = app.caseworker.post(&path, with(&mali(), member, value.clone())).await;
        reply.invalid(pointer);
        let one = format!("/v1/people/{}", id(&person));
        app.caseworker.patch(&one, "\"v1\"", json!({member: value})).await.invalid(pointer);
    }
    app.caseworker.post(&path, json!({"names": []})).await.problem(422, "invalid");
    app.caseworker.post(&path, with(&mali(), "id", json!("7"))).await.invalid("/id");
    assert_eq!(app.caseworker.get(&path).await.items(), [person]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_adds_nobody() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/people");
    let first = app.caseworker.post_once(&path, "one", mali()).await;
    let again = app.caseworker.post_once(&path, "one", mali()).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    app.caseworker
        .post_once(&path, "one", json!({"role": "family"}))
        .await
        .problem(422, "idempotency-key-reused");
    let body = json!({"id": unknown_id(), "role": "family"});
    assert_eq!(app.caseworker.post(&path, body.clone()).await.ok()["id"], body["id"]);
    app.caseworker.post(&path, body).await.problem(409, "id-taken");
    assert_eq!(app.caseworker.get(&path).await.items().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_everybody_once_in_the_order_they_came() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let other = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/people");
    let mut added = Vec::new();
    for _ in 0..5 {
        added.push(id(&app.caseworker.post(&path, json!({"role": "companion"})).await.ok()));
    }
    add(&app, &other).await.ok();
    let mut seen = Vec::new();
    let mut next = Some(format!("{path}?limit=2"));
    while let Some(page) = next.take() {
        let page = app.caseworker.get(&page).await;
        seen.extend(page.items().iter().map(id));
        next = page.body["next_cursor"].as_str().map(|cursor| format!("{path}?limit=2&cursor={cursor}"));
        let elsewhere = page.body["next_cursor"]
            .as_str()
            .map(|cursor| format!("/v1/cases/{other}/people?cursor={cursor}"));
        if let Some(elsewhere) = elsewhere {
            app.caseworker.get(&elsewhere).await.problem(400, "invalid-cursor");
        }
    }
    assert_eq!(seen, added);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_a_person_is_written_down() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let person = id(&add(&app, &case).await.ok());
    app.caseworker.get(&format!("/v1/people/{person}")).await.ok();
    app.caseworker2.get(&format!("/v1/people/{person}")).await.problem(404, "not-found");
    let rows = app.audited("person.show").await;
    let of = |outcome: &str| {
        rows.iter().find(|row| row["outcome"] == outcome).unwrap_or_else(|| panic!("{rows:?}"))
    };
    assert_eq!((&of("done")["object_id"], &of("done")["case_id"]), (&json!(person), &json!(case)));
    assert_eq!(
        (&of("refused")["object_id"], &of("refused")["actor_id"]),
        (&json!(person), &json!(app.caseworker2.id))
    );
}
