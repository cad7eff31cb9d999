//! `/v1/cases/{id}/referrals` and `/v1/referrals`

use crate::support::{Actor, PASSWORD, TestApp, Value, id, json, unknown_id};

/// A case with everything on it that a class could open.
async fn full_case(app: &TestApp) -> (String, String) {
    let case = app.case(&app.coordinator).await;
    let body = json!({
        "role": "victim", "names": [{"full": "Mali Sae-Tang", "kind": "legal"}], "birth_year": 1999,
        "sex": "female", "nationalities": ["TH"], "languages": ["th"],
        "documents": [{"kind": "passport", "number": "ZZ0000017"}],
        "description": "A scar over the left eye.", "needs": "Insulin.",
    });
    let person = id(&app.coordinator.post(&format!("/v1/cases/{case}/people"), body).await.ok());
    let body = json!({
        "platform": "line", "handle": "mali88", "device_owner": "own",
        "rules": {"time_zone": "Asia/Bangkok", "windows": [], "initiate": false},
        "duress_words": ["rain"], "challenge": {"question": "Why?", "answer": "No"},
    });
    app.coordinator.post(&format!("/v1/people/{person}/channels"), body).await.ok();
    (case, person)
}

fn offer_of(app: &TestApp, classes: &[&str]) -> Value {
    let expires_at = app.clock.now().plus_seconds(7 * 86_400).to_string();
    let note = "Can you take two?";
    json!({"user_id": app.partner.id, "classes": classes, "expires_at": expires_at, "note": note})
}

async fn offer(app: &TestApp, case: &str, classes: &[&str]) -> String {
    let path = format!("/v1/cases/{case}/referrals");
    id(&app.coordinator.post(&path, offer_of(app, classes)).await.ok())
}

async fn accept(actor: &Actor, referral: &str) {
    actor.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
}

/// Which members of a view beyond these are there, sorted.
fn beyond<'a>(view: &'a Value, outline: &[&str]) -> Vec<&'a str> {
    let members = view.as_object().unwrap().keys().map(String::as_str);
    let mut beyond: Vec<_> = members.filter(|name| !outline.contains(name)).collect();
    beyond.sort_unstable();
    beyond
}

/// Another partner of the same organisation.
async fn second_partner(app: &TestApp) -> Actor {
    let body = json!({"name": "Invented partner2", "email": "partner2@lantern.example", "role": "partner"});
    let invited = app.admin.post("/v1/users", body).await.ok();
    let body = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
    let accepted = app.nobody.post("/v1/invitations/accept", body).await;
    assert!((200..300).contains(&accepted.status), "{}", accepted.text);
    Actor::new(&app.address, "partner2@lantern.example", &id(&invited))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_in_a_partners_reach_from_acceptance_to_return() {
    let app = TestApp::spawn().await;
    let (case, person) = full_case(&app).await;
    let of_case = format!("/v1/cases/{case}");
    let created =
        app.coordinator.post(&format!("{of_case}/referrals"), offer_of(&app, &["identity", "content"])).await;
    let referral = created.ok();
    assert_eq!(created.status, 201);
    assert_eq!((&referral["status"], &referral["note"]), (&json!("offered"), &json!("Can you take two?")));
    assert_eq!((&referral["user_name"], &referral["case_id"]), (&json!("Invented partner"), &json!(case)));
    assert_eq!(referral["classes"], json!(["identity", "content"]));
    assert_eq!(app.caseworker.get(&format!("{of_case}/referrals")).await.status, 404);
    assert_eq!(
        app.coordinator2.get(&format!("{of_case}/referrals")).await.items(),
        std::slice::from_ref(&referral)
    );

    // Offered: the note can be read, the case is not there yet.
    assert_eq!(app.partner.get("/v1/referrals").await.items(), std::slice::from_ref(&referral));
    for path in [&of_case, &format!("{of_case}/people"), &format!("/v1/people/{person}")] {
        app.partner.get(path).await.problem(404, "not-found");
    }
    assert!(app.partner.get("/v1/cases").await.items().is_empty());

    let path = format!("/v1/referrals/{}", id(&referral));
    app.clock.advance(60);
    let accepted = app.partner.post(&format!("{path}/accept"), json!({})).await;
    assert_eq!((&accepted.ok()["status"], &accepted.body["note"]), (&json!("accepted"), &referral["note"]));
    assert_ne!(accepted.etag(), created.etag());
    let seen = app.partner.get(&of_case).await.ok();
    assert_eq!(seen["summary"], "Held in a building by the river.");
    assert!(seen.get("country").is_none(), "{seen}");
    assert_eq!(seen["updated_at"], accepted.body["updated_at"], "acceptance happened on the case");
    assert_eq!(app.partner.get("/v1/cases").await.items(), [seen]);
    assert_eq!(
        app.partner.get(&format!("/v1/people/{person}")).await.ok()["names"][0]["full"],
        "Mali Sae-Tang"
    );
    assert_eq!(app.partner.get("/v1/referrals").await.items(), [accepted.body]);
    // Sharing is for reading.
    app.partner.patch(&of_case, "\"v1\"", json!({"risk": "low"})).await.problem(403, "forbidden");

    let returned = app.partner.post(&format!("{path}/return"), json!({"reason": "No bed free."})).await.ok();
    assert_eq!((&returned["status"], &returned["reason"]), (&json!("returned"), &json!("No bed free.")));
    for path in [&of_case, &format!("{of_case}/people"), &format!("/v1/people/{person}")] {
        app.partner.get(path).await.problem(404, "not-found");
    }
    assert!(app.partner.get("/v1/referrals").await.items().is_empty());
    let kept = app.coordinator.get(&format!("{of_case}/referrals")).await.items();
    assert_eq!((&kept[0]["status"], &kept[0]["reason"]), (&json!("returned"), &json!("No bed free.")));
    assert_eq!(kept[0]["note"], "Can you take two?");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sees_what_the_classes_cover_and_nothing_else() {
    let app = TestApp::spawn().await;
    let case_outline =
        ["id", "code_name", "status", "risk", "created_by", "created_at", "updated_at", "version"];
    let person_outline = ["id", "case_id", "role", "pseudonym", "created_at", "updated_at", "version"];
    let channel_outline = ["id", "case_id", "person_id", "platform", "created_at", "updated_at", "version"];
    type Seen = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
    let rows: [Seen; 6] = [
        ("identity", &[], &["birth_year", "documents", "names", "nationalities"], &[]),
        ("recognition", &[], &["description", "languages", "needs", "sex"], &[]),
        ("contact", &[], &[], &["challenge", "device_owner", "duress_words", "handle", "rules"]),
        ("content", &["languages", "summary"], &[], &[]),
        ("location_coarse", &["country"], &[], &[]),
        ("location_precise", &[], &[], &[]),
    ];
    for (class, of_case, of_person, of_channel) in rows {
        let (case, person) = full_case(&app).await;
        accept(&app.partner, &offer(&app, &case, &[class]).await).await;
        let view = app.partner.get(&format!("/v1/cases/{case}")).await.ok();
        assert_eq!(beyond(&view, &case_outline), of_case, "{class}");
        let view = app.partner.get(&format!("/v1/people/{person}")).await.ok();
        assert_eq!(beyond(&view, &person_outline), of_person, "{class}");
        let view = app.partner.get(&format!("/v1/people/{person}/channels")).await.items().remove(0);
        assert_eq!(beyond(&view, &channel_outline), of_channel, "{class}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_referrals_of_a_case_open_their_classes_together() {
    let app = TestApp::spawn().await;
    let (case, person) = full_case(&app).await;
    let (other_case, other_person) = full_case(&app).await;
    let path = format!("/v1/people/{person}");
    let first = offer(&app, &case, &["identity"]).await;
    let second = offer(&app, &case, &["recognition"]).await;
    accept(&app.partner, &offer(&app, &other_case, &["contact"]).await).await;
    accept(&app.partner, &first).await;
    let seen = app.partner.get(&path).await.ok();
    assert!(seen.get("names").is_some() && seen.get("needs").is_none(), "an offer opens nothing: {seen}");
    accept(&app.partner, &second).await;
    let seen = app.partner.get(&path).await.ok();
    assert!(seen.get("names").is_some() && seen.get("needs").is_some(), "{seen}");
    let channel = app.partner.get(&format!("{path}/channels")).await.items().remove(0);
    assert!(channel.get("handle").is_none(), "another case's class does not carry over: {channel}");
    assert!(app.partner.get(&format!("/v1/people/{other_person}")).await.ok().get("names").is_none());
    app.partner.post(&format!("/v1/referrals/{first}/return"), json!({})).await.ok();
    let seen = app.partner.get(&path).await.ok();
    assert!(seen.get("names").is_none() && seen.get("needs").is_some(), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_ends_by_itself() {
    let app = TestApp::spawn().await;
    let (case, person) = full_case(&app).await;
    let mut body = offer_of(&app, &["identity", "contact"]);
    body["expires_at"] = json!(app.clock.now().plus_seconds(3_600).to_string());
    let path = format!("/v1/cases/{case}/referrals");
    let taken = id(&app.coordinator.post(&path, body.clone()).await.ok());
    let waiting = id(&app.coordinator.post(&path, body).await.ok());
    accept(&app.partner, &taken).await;
    app.partner.get(&format!("/v1/people/{person}/channels")).await.ok();
    app.clock.advance(3_601);
    for path in
        [format!("/v1/cases/{case}"), format!("/v1/people/{person}"), format!("/v1/people/{person}/channels")]
    {
        app.partner.get(&path).await.problem(404, "not-found");
    }
    assert!(app.partner.get("/v1/referrals").await.items().is_empty());
    let late = app.partner.post(&format!("/v1/referrals/{waiting}/accept"), json!({})).await;
    late.problem(409, "invalid-transition");
    app.partner.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_takes_a_case_back_and_an_end_is_an_end() {
    let app = TestApp::spawn().await;
    let (case, _) = full_case(&app).await;
    let of_case = format!("/v1/cases/{case}");
    let taken = offer(&app, &case, &["content"]).await;
    let path = |referral: &str, act: &str| format!("/v1/referrals/{referral}/{act}");
    accept(&app.partner, &taken).await;
    app.partner.post(&path(&taken, "accept"), json!({})).await.problem(409, "invalid-transition");
    app.partner.get(&of_case).await.ok();
    // The body may be left out.
    let bare = app.coordinator2.request(reqwest::Method::POST, &path(&taken, "return")).await;
    let withdrawn = crate::support::send(bare).await;
    assert_eq!(withdrawn.ok()["status"], "withdrawn");
    assert!(withdrawn.body.get("reason").is_none());
    app.partner.get(&of_case).await.problem(404, "not-found");

    let declined = offer(&app, &case, &["content"]).await;
    app.partner.post(&path(&declined, "return"), json!({"reason": "Full."})).await.ok();
    for ended in [&taken, &declined] {
        app.partner.post(&path(ended, "accept"), json!({})).await.problem(409, "invalid-transition");
        app.partner.post(&path(ended, "return"), json!({})).await.problem(409, "invalid-transition");
        app.coordinator.post(&path(ended, "return"), json!({})).await.problem(409, "invalid-transition");
    }
    app.partner.get(&of_case).await.problem(404, "not-found");
    let kept = app.coordinator.get(&format!("{of_case}/referrals")).await.items();
    let statuses: Vec<_> = kept.iter().map(|referral| referral["status"].clone()).collect();
    assert_eq!(statuses, ["withdrawn", "returned"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_referral_is_between_the_organisation_and_one_partner() {
    let app = TestApp::spawn().await;
    let (case, _) = full_case(&app).await;
    let of_case = format!("/v1/cases/{case}/referrals");
    let referral = offer(&app, &case, &["content"]).await;
    let other = second_partner(&app).await;
    let (accept_path, return_path) =
        (format!("/v1/referrals/{referral}/accept"), format!("/v1/referrals/{referral}/return"));
    let unknown = other.post(&format!("/v1/referrals/{}/accept", unknown_id()), json!({})).await;
    unknown.problem(404, "not-found");
    assert_eq!(other.post(&accept_path, json!({})).await.text, unknown.text);
    assert_eq!(other.post(&return_path, json!({})).await.text, unknown.text);
    assert_eq!(app.stranger.post(&return_path, json!({})).await.text, unknown.text);
    assert!(other.get("/v1/referrals").await.items().is_empty());

    for actor in [&app.coordinator, &app.caseworker, &app.officer, &app.analyst, &app.auditor, &app.admin] {
        actor.post(&accept_path, json!({})).await.problem(403, "forbidden");
        actor.get("/v1/referrals").await.problem(403, "forbidden");
    }
    for actor in [&app.caseworker, &app.officer, &app.analyst, &app.auditor, &app.admin] {
        actor.post(&return_path, json!({})).await.problem(403, "forbidden");
    }
    accept(&app.partner, &referral).await;
    for actor in [&app.partner, &app.analyst, &app.auditor, &app.admin] {
        actor.get(&of_case).await.problem(403, "forbidden");
        actor.post(&of_case, offer_of(&app, &["content"])).await.problem(403, "forbidden");
    }
    for actor in [&app.officer, &app.stranger] {
        actor.get(&of_case).await.problem(404, "not-found");
        actor.post(&of_case, offer_of(&app, &["content"])).await.problem(404, "not-found");
    }
    app.assign(&case, &app.caseworker).await;
    assert_eq!(app.caseworker.get(&of_case).await.items()[0]["note"], "Can you take two?");
    app.caseworker.post(&of_case, offer_of(&app, &["content"])).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_referred_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let (case, _) = full_case(&app).await;
    let path = format!("/v1/cases/{case}/referrals");
    let at =
        |days: i64, seconds: i64| json!(app.clock.now().plus_seconds(days * 86_400 + seconds).to_string());
    let rows = [
        ("user_id", json!(app.caseworker.id), "/user_id"),
        ("user_id", json!(app.stranger.id), "/user_id"),
        ("user_id", json!(unknown_id()), "/user_id"),
        ("user_id", json!("the partner"), "/user_id"),
        ("classes", json!([]), "/classes"),
        ("classes", json!(vec!["identity"; 7]), "/classes"),
        ("classes", json!(["identity", "plan"]), "/classes/1"),
        ("classes", json!(["source"]), "/classes/0"),
        ("classes", json!(["outline"]), "/classes/0"),
        ("classes", json!("identity"), "/classes"),
        ("expires_at", at(0, -1), "/expires_at"),
        ("expires_at", at(366, 60), "/expires_at"),
        ("expires_at", json!("next week"), "/expires_at"),
        ("note", json!("x".repeat(5_001)), "/note"),
        ("note", json!(" "), "/note"),
        ("status", json!("accepted"), "/status"),
        ("created_by", json!(app.partner.id), "/created_by"),
    ];
    for (member, value, pointer) in rows {
        let mut body = offer_of(&app, &["content"]);
        body[member] = value;
        app.coordinator.post(&path, body).await.invalid(pointer);
    }
    for needed in ["user_id", "classes", "expires_at"] {
        let mut body = offer_of(&app, &["content"]);
        body.as_object_mut().unwrap().remove(needed);
        app.coordinator.post(&path, body).await.problem(422, "invalid");
    }
    let suspended = second_partner(&app).await;
    let user = format!("/v1/users/{}", suspended.id);
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"status": "suspended"})).await.ok();
    let mut body = offer_of(&app, &["content"]);
    body["user_id"] = json!(suspended.id);
    app.coordinator.post(&path, body).await.invalid("/user_id");
    assert!(app.coordinator.get(&path).await.items().is_empty());

    let referral = offer(&app, &case, &["content"]).await;
    let path = format!("/v1/referrals/{referral}/return");
    app.partner.post(&path, json!({"reason": "x".repeat(2_001)})).await.invalid("/reason");
    app.partner.post(&path, json!({"status": "withdrawn"})).await.invalid("/status");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_offers_nothing_and_pages_hold_everything_once() {
    let app = TestApp::spawn().await;
    let (case, _) = full_case(&app).await;
    let (other, _) = full_case(&app).await;
    let path = format!("/v1/cases/{case}/referrals");
    let body = offer_of(&app, &["content", "content"]);
    let first = app.coordinator.post_once(&path, "one", body.clone()).await;
    assert_eq!(first.ok()["classes"], json!(["content"]));
    let again = app.coordinator.post_once(&path, "one", body).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    let mut body = offer_of(&app, &["contact"]);
    body["id"] = json!(unknown_id());
    body.as_object_mut().unwrap().remove("note");
    let bare = app.coordinator.post(&path, body.clone()).await.ok();
    assert!(bare.get("note").is_none(), "{bare}");
    app.coordinator.post(&path, body).await.problem(409, "id-taken");
    let third = offer(&app, &other, &["content"]).await;
    let all = [id(&first.body), id(&bare), third];

    for (path, actor, expected) in
        [(path.as_str(), &app.coordinator, &all[..2]), ("/v1/referrals", &app.partner, &all[..])]
    {
        let mut seen = Vec::new();
        let mut next = Some(format!("{path}?limit=1"));
        while let Some(page) = next.take() {
            let page = actor.get(&page).await;
            seen.extend(page.items().iter().map(id));
            next = page.body["next_cursor"].as_str().map(|cursor| format!("{path}?limit=1&cursor={cursor}"));
        }
        assert_eq!(seen, expected);
    }
}
