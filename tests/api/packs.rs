//! `/v1/operations/{id}/pack`, `/v1/operations/{id}/packs`, `/v1/me/pack-key`

use std::io::{Cursor, Read};

use age::{scrypt, x25519};
use farlight::db::types::Time;
use reqwest::Method;

use crate::operations::{approved, drafted, plan, ready_to_start, step};
use crate::support::{Actor, Reply, TestApp, Value, id, json, send, unknown_id};

const PASSPHRASE: &str = "nine amber windows glow";

/// A case with one person who can be recognised.
async fn case_with(app: &TestApp, description: &str, languages: &[&str]) -> String {
    let case = app.case(&app.caseworker).await;
    let person = json!({
        "role": "victim", "names": [{"full": "Invented Person", "kind": "given"}], "languages": languages,
        "description": description, "needs": "insulin",
    });
    app.caseworker.post(&format!("/v1/cases/{case}/people"), person).await.ok();
    case
}

/// A pack as bytes.
async fn sealed(who: &Actor, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut request = who.request(Method::GET, path).await.header("accept", "application/age");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/age", "{status}");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"pack.zip.age\"");
    assert_eq!(response.headers()["content-encoding"], "identity");
    response.bytes().await.unwrap().to_vec()
}

/// Asks for a sealed pack and is refused.
async fn refused(who: &Actor, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = who.request(Method::GET, path).await;
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await
}

fn open(file: &[u8], identity: &dyn age::Identity) -> Option<Vec<(String, String)>> {
    let decryptor = age::Decryptor::new(file).unwrap();
    let mut plain = Vec::new();
    decryptor.decrypt(std::iter::once(identity)).ok()?.read_to_end(&mut plain).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(plain)).unwrap();
    let file = |index| {
        let mut file = zip.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        (file.name().unwrap().into_owned(), text)
    };
    Some((0..7).map(file).collect())
}

async fn copies(app: &TestApp, operation: &str) -> Vec<Value> {
    app.coordinator.get(&format!("{operation}/packs")).await.items()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_holds_what_a_member_needs_and_names_nobody_of_the_team() {
    let app = TestApp::spawn().await;
    let case = case_with(&app, "a scar over the left eye", &["zh-Hans", "ur"]).await;
    case_with(&app, "somebody else entirely", &["th"]).await;
    let site = json!({
        "name": "Two towers", "names": [], "lat": 16.7, "lon": 98.5, "sigma_m": 400, "country": "MM",
        "verification": "confirmed", "activity": "active", "provenance": "publicly reported",
    });
    let site = id(&app.analyst.post("/v1/sites", site).await.ok());
    let mut body = plan(&app, &[&case]);
    body["site_id"] = json!(site);
    body["plan"]["routes"] = json!("The farm road. Meet at the petrol station 16.7212, 98.5434 and wait.");
    let operation =
        format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body.clone()).await.ok()));
    step(&app.coordinator, &operation, "submit").await;
    step(&app.coordinator2, &operation, "approve").await;

    let reply = app.officer.get(&format!("{operation}/pack")).await;
    let pack = reply.ok();
    let seen = app.officer.get(&operation).await.ok();
    for member in ["id", "title", "plan", "checklist", "target", "starts_at", "status", "lead_id"] {
        assert_eq!(pack["operation"][member], seen[member], "{member}");
    }
    assert_eq!((&pack["site"], &pack["cards"]), (&seen["site"], &seen["recognition_cards"]));
    assert_eq!(pack["cards"][0]["needs"], "insulin");
    assert_eq!(
        (&pack["plan_version"], pack["site"]["name"].as_str()),
        (&seen["version"], Some("Two towers"))
    );
    let lists = pack["phrases"].as_array().unwrap();
    let told: Vec<_> =
        lists.iter().map(|list| (list["language"].as_str().unwrap(), &list["is_fallback"])).collect();
    assert_eq!(told, [("zh", &json!(false)), ("ur", &json!(true)), ("en", &json!(false))]);
    assert_eq!(lists[0]["phrases"][0]["text"], "我是你家人的朋友。");
    assert_eq!(lists[0]["phrases"].as_array().unwrap().len(), 25);
    let map = pack["map"].as_str().unwrap();
    assert!(map.contains("<svg") && map.contains("Two towers") && map.contains("Delete this"));
    let route = pack["route"].as_str().unwrap();
    assert_eq!(route.matches("<wpt ").count(), 3, "{route}");
    for name in ["Target", "Two towers", "Meet at the petrol station"] {
        assert!(route.contains(&format!("<name>{name}</name>")), "{name}: {route}");
    }
    // The day after its end, unless that is more than a week away: it is.
    let (made, kept): (Time, Time) = (
        pack["made_at"].as_str().unwrap().parse().unwrap(),
        pack["expires_at"].as_str().unwrap().parse().unwrap(),
    );
    assert_eq!(kept, made.plus_seconds(7 * 86_400));
    assert!(pack["notice"].as_str().unwrap().starts_with("Delete this"));

    // What is shown to a coordinator is more than is to be carried.
    let theirs = app.coordinator.get(&format!("{operation}/pack")).await;
    for text in [&reply.text, &theirs.text] {
        for absent in ["Invented officer", "Invented Person", "history", "compromised", "somebody else"] {
            assert!(!text.contains(absent), "{absent}");
        }
    }
    assert_eq!(theirs.ok()["cards"], pack["cards"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_sealed_to_the_registered_key_to_another_or_with_a_passphrase() {
    let app = TestApp::spawn().await;
    let case = case_with(&app, "a scar over the <left> eye", &["my"]).await;
    let operation = approved(&app, &case).await;
    let path = format!("{operation}/pack");
    let (mine, other) = (x25519::Identity::generate(), x25519::Identity::generate());
    app.officer.put("/v1/me/pack-key", json!({"recipient": mine.to_public().to_string()})).await.ok();

    let file = sealed(&app.officer, &path, &[]).await;
    assert!(file.starts_with(b"age-encryption.org/v1\n"));
    assert!(open(&file, &other).is_none());
    let files = open(&file, &mine).unwrap();
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    let all = ["plan.html", "expires.txt", "map.svg", "route.gpx", "plan.json", "cards.json", "phrases.json"];
    assert_eq!(names, all);
    let text = |name: &str| files.iter().find(|(other, _)| other == name).unwrap().1.as_str();
    let html = text("plan.html");
    let begin = html.split_once("<body>\n").unwrap().1;
    assert!(
        begin.starts_with("<p class=\"pack-keep\">Delete this and everything taken from it by "),
        "{begin}"
    );
    for held in
        ["Paper boats", "From our bank only.", "High water", "a scar over the &lt;left&gt; eye", "<svg "]
    {
        assert!(html.contains(held), "{held}");
    }
    for held in
        ["Say it in Burmese", "Nobody who grew up with this language has checked these.", "ပြေး!", "pye!"]
    {
        assert!(html.contains(held), "{held}");
    }
    for absent in ["Invented", "<script", "http://", "https://", "NOT APPROVED"] {
        let without_names = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!without_names.contains(absent), "{absent}");
    }
    assert!(text("expires.txt").starts_with("Delete this"));
    assert!(text("route.gpx").contains("Delete this") && text("map.svg").contains("Delete this"));
    let plan: Value = serde_json::from_str(text("plan.json")).unwrap();
    assert_eq!(plan["operation"]["title"], "Paper boats");
    let cards: Value = serde_json::from_str(text("cards.json")).unwrap();
    assert_eq!(cards[0]["description"], "a scar over the <left> eye");

    let file = sealed(&app.officer, &format!("{path}?recipient={}", other.to_public()), &[]).await;
    assert!(open(&file, &mine).is_none() && open(&file, &other).is_some());

    let file = sealed(&app.officer, &path, &[("farlight-pack-passphrase", PASSPHRASE)]).await;
    let with = |words: &str| {
        let mut identity = scrypt::Identity::new(words.to_owned().into());
        identity.set_max_work_factor(18);
        open(&file, &identity)
    };
    assert!(with(PASSPHRASE).is_some());
    assert!(with("nine amber windows glows").is_none());

    let forms: Vec<_> = copies(&app, &operation).await.iter().map(|copy| copy["form"].clone()).collect();
    assert_eq!(forms, ["passphrase", "key", "key"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_cannot_be_met_is_refused_and_nothing_of_it_comes_back() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let path = format!("{operation}/pack");
    let age = ("accept", "application/age");
    let words = ("farlight-pack-passphrase", PASSPHRASE);
    let key = x25519::Identity::generate().to_public().to_string();
    let keyed = format!("{path}?recipient={key}");
    let pointer = "Farlight-Pack-Passphrase";
    refused(&app.officer, &path, &[age]).await.problem(422, "pack-key-needed");
    refused(&app.officer, &keyed, &[]).await.invalid("recipient");
    refused(&app.officer, &path, &[words]).await.invalid(pointer);
    refused(&app.officer, &keyed, &[age, words]).await.invalid("recipient");
    refused(&app.officer, &path, &[age, words, words]).await.invalid(pointer);
    for weak in ["short", "fourteen chars", "aaaaaaaaaaaaaaaaaaaaaaaa", "password1234567890"] {
        let reply = refused(&app.officer, &path, &[age, ("farlight-pack-passphrase", weak)]).await;
        reply.invalid(pointer);
        assert!(!reply.text.contains(weak), "{}", reply.text);
    }
    for wrong in ["age1", "ssh-ed25519", "", "AGE-SECRET-KEY-1ZQCANARY"] {
        let reply = refused(&app.officer, &format!("{path}?recipient={wrong}"), &[age]).await;
        reply.invalid("recipient");
        assert!(wrong.len() < 5 || !reply.text.contains(wrong), "{}", reply.text);
        if !wrong.is_empty() {
            app.officer.put("/v1/me/pack-key", json!({ "recipient": wrong })).await.invalid("/recipient");
        }
    }
    assert!(copies(&app, &operation).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_for_who_sees_the_plan_now() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let operation = drafted(&app, &case).await;
    let path = format!("{operation}/pack");
    app.officer.get(&path).await.problem(404, "not-found");
    let key = x25519::Identity::generate();
    app.coordinator.put("/v1/me/pack-key", json!({"recipient": key.to_public().to_string()})).await.ok();
    let files = open(&sealed(&app.coordinator, &path, &[]).await, &key).unwrap();
    assert!(files[0].1.contains("NOT APPROVED. This plan is draft: nobody acts on it."));

    step(&app.coordinator, &operation, "submit").await;
    step(&app.coordinator2, &operation, "approve").await;
    app.officer.get(&path).await.ok();
    let unknown = app.officer2.get(&format!("/v1/operations/{}/pack", unknown_id())).await;
    for actor in [&app.officer2, &app.stranger, &app.stranger_officer] {
        let reply = actor.get(&path).await;
        reply.problem(404, "not-found");
        assert_eq!(reply.text, unknown.text);
    }
    for actor in [&app.caseworker, &app.analyst, &app.admin, &app.auditor, &app.partner] {
        actor.get(&path).await.problem(403, "forbidden");
    }
    for actor in [&app.officer, &app.caseworker, &app.admin] {
        actor.get(&format!("{operation}/packs")).await.problem(403, "forbidden");
    }
    app.stranger.get(&format!("{operation}/packs")).await.problem(404, "not-found");

    ready_to_start(&app, &operation).await;
    step(&app.officer, &operation, "start").await;
    app.officer.get(&path).await.ok();
    step(&app.officer, &operation, "complete").await;
    app.officer.get(&path).await.problem(404, "not-found");
    app.coordinator.get(&path).await.problem(409, "operation-over");
    assert_eq!(copies(&app, &operation).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinators_see_who_holds_which_copy_and_whether_it_is_still_the_plan() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let path = format!("{operation}/pack");
    let key = x25519::Identity::generate().to_public().to_string();
    let registered = app.officer.put("/v1/me/pack-key", json!({"recipient": key})).await.ok();
    sealed(&app.officer, &path, &[]).await;
    let pack = app.officer.get(&path).await.ok();

    let held = copies(&app, &operation).await;
    assert_eq!(held.len(), 2);
    let (open, closed) = (&held[0], &held[1]);
    assert_eq!((&open["id"], &open["form"], &open["state"]), (&pack["id"], &json!("json"), &json!("made")));
    assert_eq!((&open["user_id"], &open["name"]), (&json!(app.officer.id), &json!("Invented officer")));
    assert!(open["session_id"].is_string() && open["device"].is_string());
    assert_eq!(open.get("recipient_fingerprint"), None);
    assert_eq!(closed["recipient_fingerprint"], registered["fingerprint"]);
    assert_eq!(closed["is_registered_key"], true);
    assert!(held.iter().all(|copy| copy["is_current"] == true && copy["is_expired"] == false));

    // Neither a step nor a tick is another plan; another road is.
    ready_to_start(&app, &operation).await;
    step(&app.officer, &operation, "start").await;
    assert!(copies(&app, &operation).await.iter().all(|copy| copy["is_current"] == true));
    step(&app.officer, &operation, "complete").await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    app.officer.get(&format!("{operation}/pack")).await.ok();
    let etag = app.coordinator.get(&operation).await.etag();
    app.coordinator.patch(&operation, &etag, json!({"plan": {"routes": "The other road."}})).await.ok();
    assert_eq!(copies(&app, &operation).await[0]["is_current"], false);
    app.clock.advance(8 * 86_400);
    assert_eq!(copies(&app, &operation).await[0]["is_expired"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_key_is_ones_own_and_its_changes_are_on_record() {
    let app = TestApp::spawn().await;
    let path = "/v1/me/pack-key";
    app.officer.get(path).await.problem(404, "not-found");
    app.officer.delete(path).await.problem(404, "not-found");
    let keys: Vec<String> = (0..2).map(|_| x25519::Identity::generate().to_public().to_string()).collect();
    for key in &keys {
        let put = app.officer.put(path, json!({"recipient": format!("  {key} ")})).await.ok();
        assert_eq!((&put["recipient"], put["fingerprint"].as_str().unwrap().len()), (&json!(key), 19));
        assert_eq!(app.officer.get(path).await.ok(), put);
    }
    app.officer2.get(path).await.problem(404, "not-found");
    app.caseworker.get(path).await.problem(403, "forbidden");
    assert_eq!(app.officer.delete(path).await.status, 204);
    app.officer.get(path).await.problem(404, "not-found");
    let notes: Vec<_> =
        app.audited("pack_key.put").await.iter().map(|row| row["detail"]["note"].clone()).collect();
    assert_eq!(notes.len(), 2);
    assert_ne!(notes[0], notes[1]);
    assert_eq!(app.audited("pack_key.end").await.iter().filter(|row| row["outcome"] == "done").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pack_is_on_record() {
    let app = TestApp::spawn().await;
    let operation = approved(&app, &app.case(&app.caseworker).await).await;
    let path = format!("{operation}/pack");
    for _ in 0..3 {
        app.officer.get(&path).await.ok();
    }
    let taken = app.audited("pack.take").await;
    assert_eq!(taken.len(), 3);
    for row in &taken {
        assert_eq!(row["actor_id"], app.officer.id);
        assert!(operation.ends_with(row["object_id"].as_str().unwrap()));
    }
    let held = copies(&app, &operation).await;
    assert!(taken[0]["detail"]["note"].as_str().unwrap().contains(held[0]["id"].as_str().unwrap()));
    app.officer2.get(&path).await.problem(404, "not-found");
    assert_eq!(copies(&app, &operation).await.len(), 3);
}
