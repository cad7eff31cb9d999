//! `/v1/batch`

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::Method;

use crate::operations::{approved, ready_to_start, step};
use crate::support::contact::{Contact, raise, watch_for_a_day};
use crate::support::{Actor, Reply, TestApp, Value, id, json, send, unknown_id};

async fn batch(who: &Actor, items: &[Value]) -> Vec<Value> {
    who.post("/v1/batch", json!({ "items": items })).await.items()
}

async fn one(who: &Actor, item: &Value) -> Value {
    batch(who, std::slice::from_ref(item)).await.remove(0)
}

fn item(op: &str, on: &str, body: Value) -> Value {
    let mut item = json!({"id": unknown_id(), "op": op, "on": on});
    item["body"] = body;
    item
}

fn of(path: &str) -> &str {
    path.rsplit_once('/').unwrap().1
}

fn message(contact: &Contact, text: &str) -> Value {
    let body = json!({
        "channel_id": contact.channel, "direction": "inbound", "sent_at": "2026-04-06T20:54:00Z", "body": text,
    });
    item("message.create", &contact.case, body)
}

fn clue(case: &str) -> Value {
    let body = json!({
        "kind": "point", "data": {"lat": 16.69, "lon": 98.51, "accuracy_m": 50.0, "datum": "wgs84", "via": "pin"},
        "observed_at": "2026-05-02T21:00:00Z", "source": {"kind": "open_source"}, "reliability": "B", "credibility": 2,
    });
    item("clue.create", case, body)
}

fn report(app: &TestApp, path: &str, seen: &str) -> Value {
    item("report.create", of(path), json!({"at": app.now(), "seen": seen}))
}

async fn task(app: &TestApp, case: &str) -> Value {
    let body = json!({"title": "Call the mother", "due_at": "2031-01-01T00:00:00Z"});
    app.caseworker.post(&format!("/v1/cases/{case}/tasks"), body).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_does_what_its_endpoint_does() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let task = task(&app, &contact.case).await;
    watch_for_a_day(&app.caseworker, &contact.case).await;
    raise(&app).await;
    let alert = id(&app.caseworker.get("/v1/alerts").await.items()[0]);
    let mut done = item("task.update", &id(&task), json!({"status": "done"}));
    done["if_match"] = json!(1);
    let acknowledge = json!({"id": unknown_id(), "op": "alert.acknowledge", "on": alert});
    // In this order: a sign of life ends what the alert is about.
    let items = [acknowledge, message(&contact, "near the river"), clue(&contact.case), done];
    let mut told = batch(&app.caseworker, &items).await;
    let statuses: Vec<u64> = told.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 201, 201, 200], "{told:?}");
    for (told, item) in told.iter().zip(&items) {
        assert_eq!(told["id"], item["id"]);
        assert!(told.get("problem").is_none() && told.get("replayed").is_none(), "{told}");
    }
    assert_eq!(told.remove(0)["body"]["acknowledged_by"], app.caseworker.id);
    assert_eq!(app.caseworker.get(&contact.path("messages")).await.items(), [told[0]["body"].clone()]);
    assert_eq!(told[0]["body"]["id"], items[1]["id"], "a record has the id of its item");
    let clues = app.caseworker.get(&contact.path("clues")).await.items();
    assert!(clues.contains(&told[1]["body"]) && told[1]["version"] == 1, "{}", told[1]);
    assert_eq!((&told[2]["body"]["status"], &told[2]["version"]), (&json!("done"), &json!(2)));
    assert_eq!(told[2]["body"], app.caseworker.get(&format!("/v1/tasks/{}", id(&task))).await.ok());

    let path = approved(&app, &contact.case).await;
    let ticks =
        item("operation.checklist", of(&path), json!({"ticks": [{"item": "Blankets", "done": false}]}));
    let told = batch(&app.officer, &[ticks, report(&app, &path, "Quiet.")]).await;
    assert_eq!(told[0]["body"], app.officer.get(&path).await.ok());
    assert_eq!(app.officer.get(&format!("{path}/reports")).await.items(), [told[1]["body"].clone()]);

    // Each is on record by itself.
    let actions =
        ["message.create", "clue.create", "task.update", "alert.acknowledge", "operation.checklist"];
    for action in actions.into_iter().chain(["report.create"]) {
        let rows = app.audited(action).await;
        assert!(rows.iter().any(|row| row["outcome"] == "done"), "{action}: {rows:?}");
    }
    assert_eq!(app.audited("sync.batch").await[0]["detail"]["note"], "2 items");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_again_is_done_once_for_ever() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = approved(&app, &contact.case).await;
    let task = task(&app, &contact.case).await;
    let mut change = item("task.update", &id(&task), json!({"note": "after lunch"}));
    change["if_match"] = json!(1);
    let items = [message(&contact, "near the river"), clue(&contact.case), change];
    let reports = [report(&app, &path, "Quiet.")];
    let (first, reported) = (batch(&app.caseworker, &items).await, batch(&app.officer, &reports).await);
    for days in [0, 1, 40] {
        app.clock.advance(days * 86_400);
        farlight::jobs::housekeeping(&app.services).await.unwrap();
        let pairs = [
            (&first, batch(&app.caseworker, &items).await),
            (&reported, batch(&app.officer, &reports).await),
        ];
        for (first, again) in pairs {
            for (first, mut again) in first.iter().zip(again) {
                assert_eq!(again["replayed"], true, "{again}");
                again.as_object_mut().unwrap().remove("replayed");
                assert_eq!(again, *first, "after {days} days");
            }
        }
    }
    assert_eq!(app.caseworker.get(&contact.path("messages")).await.items().len(), 1);
    assert_eq!(app.caseworker.get(&contact.path("clues")).await.items().len(), 1);
    assert_eq!(app.officer.get(&format!("{path}/reports")).await.items().len(), 1);
    assert_eq!(app.caseworker.get(&format!("/v1/tasks/{}", id(&task))).await.ok()["version"], 2);

    // Another thing under the same id is not this one.
    let mut other = items[0].clone();
    other["body"]["body"] = json!("near the road");
    assert_eq!(one(&app.caseworker, &other).await["problem"]["code"], "item-id-reused");
    let mut foreign = report(&app, &path, "Loud.");
    foreign["id"] = items[0]["id"].clone();
    assert_eq!(one(&app.officer, &foreign).await["status"], 201, "ids are each user's own");

    // What was done before it was out of reach stays done, and is not shown any more.
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    step(&app.officer, &path, "complete").await;
    let late = one(&app.officer, &reports[0]).await;
    assert_eq!(late, json!({"id": reports[0]["id"], "status": 201, "replayed": true}));
    assert_eq!(one(&app.officer, &report(&app, &path, "Too late.")).await["status"], 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_at_the_same_time_have_one_effect() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let items = [message(&contact, "one"), message(&contact, "two")];
    let told = futures_util::future::join_all((0..6).map(|_| batch(&app.caseworker, &items))).await;
    for n in 0..2 {
        let fresh = told.iter().filter(|told| told[n].get("replayed").is_none()).count();
        assert!(told.iter().all(|told| told[n]["status"] == 201), "{told:?}");
        assert_eq!(fresh, 1);
    }
    let twice = batch(&app.caseworker, &[items[0].clone(), items[0].clone()]).await;
    assert!(twice.iter().all(|told| told["replayed"] == true));
    assert_eq!(app.caseworker.get(&contact.path("messages")).await.items().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_to_the_endpoint_before_is_known() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let mut sent = message(&contact, "near the river");
    let mut body = sent["body"].clone();
    body["id"] = sent["id"].clone();
    let made = app.caseworker.post(&contact.path("messages"), body.clone()).await.ok();
    let told = one(&app.caseworker, &sent).await;
    assert_eq!((&told["status"], &told["replayed"], &told["body"]), (&json!(201), &json!(true), &made));
    // An id that somebody else has used is taken.
    sent["on"] = json!(contact.case);
    assert_eq!(one(&app.coordinator, &sent).await["problem"]["code"], "id-taken");
    let mut other = message(&contact, "x");
    other["body"]["id"] = json!(unknown_id());
    let told = one(&app.caseworker, &other).await;
    assert_eq!(told["problem"]["errors"][0]["pointer"], "/body/id", "{told}");
    other["body"]["id"] = other["id"].clone();
    assert_eq!(one(&app.caseworker, &other).await["status"], 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_shows_what_stands_there_now() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let task = task(&app, &case).await;
    let path = format!("/v1/tasks/{}", id(&task));
    let now = app.coordinator.patch(&path, "\"v1\"", json!({"note": "she asked us not to"})).await.ok();
    let mut change = item("task.update", &id(&task), json!({"status": "done"}));
    assert_eq!(one(&app.caseworker, &change).await["status"], 428);
    change["if_match"] = json!(1);
    let told = one(&app.caseworker, &change).await;
    assert_eq!((&told["status"], &told["problem"]["code"]), (&json!(412), &json!("stale")), "{told}");
    assert_eq!((&told["version"], &told["body"]), (&json!(2), &now));
    // Nothing of it was done, so the same item may be sent for the version that stands there.
    change["if_match"] = json!(2);
    assert_eq!(one(&app.caseworker, &change).await["version"], 3);

    let path = approved(&app, &case).await;
    ready_to_start(&app, &path).await;
    step(&app.coordinator, &path, "start").await;
    step(&app.coordinator, &path, "complete").await;
    let ticks =
        item("operation.checklist", of(&path), json!({"ticks": [{"item": "Blankets", "done": false}]}));
    let told = one(&app.coordinator, &ticks).await;
    assert_eq!((&told["status"], &told["body"]["status"]), (&json!(409), &json!("completed")), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_item_stops_only_what_depends_on_it() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let good = message(&contact, "one");
    let mut bad = message(&contact, "two");
    bad["body"]["sent_at"] = json!("yesterday");
    let mut follows_bad = message(&contact, "three");
    follows_bad["depends_on"] = json!([good["id"], bad["id"]]);
    let mut follows_good = message(&contact, "four");
    follows_good["depends_on"] = json!([good["id"]]);
    let mut follows_nothing = message(&contact, "five");
    follows_nothing["depends_on"] = json!([unknown_id()]);
    let unreadable = json!({"id": unknown_id(), "op": "case.shred", "on": contact.case});
    let nameless = json!({"op": "message.create"});
    let items =
        [good, bad.clone(), follows_bad.clone(), follows_good, follows_nothing, unreadable.clone(), nameless];
    let mut all = items.to_vec();
    all.extend([json!(7), json!([]), json!(null)]);
    let told = batch(&app.caseworker, &all).await;
    let codes: Vec<&str> =
        told.iter().map(|told| told["problem"]["code"].as_str().unwrap_or("done")).collect();
    let failed = "dependency-failed";
    let expected =
        ["done", "invalid", failed, "done", failed, "invalid", "invalid", "invalid", "invalid", "invalid"];
    assert_eq!(codes, expected, "{told:?}");
    assert_eq!(told[1]["problem"]["errors"][0]["pointer"], "/body/sent_at");
    assert_eq!(told[5]["problem"]["errors"][0]["pointer"], "/op");
    assert_eq!((&told[5]["id"], told[6].get("id")), (&unreadable["id"], None));
    assert_eq!(app.caseworker.get(&contact.path("messages")).await.items().len(), 2);

    // Mended, it is sent again under its id, and what depends on it in a batch of its own.
    bad["body"]["sent_at"] = json!("2026-04-06T21:00:00Z");
    assert_eq!(one(&app.caseworker, &bad).await["status"], 201);
    assert_eq!(one(&app.caseworker, &follows_bad).await["status"], 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_opens_no_door_that_its_endpoints_keep_shut() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = approved(&app, &contact.case).await;
    let officers = [message(&contact, "x"), clue(&contact.case)];
    for told in batch(&app.officer, &officers).await {
        assert_eq!((&told["status"], told.get("body")), (&json!(404), None), "{told}");
    }
    let told = one(&app.caseworker, &report(&app, &path, "x")).await;
    assert_eq!((&told["status"], told.get("body")), (&json!(403), None), "{told}");
    for (who, item) in [
        (&app.caseworker2, message(&contact, "x")),
        (&app.stranger, message(&contact, "x")),
        (&app.stranger_officer, report(&app, &path, "x")),
    ] {
        let (foreign, mut nothing) = (one(who, &item).await, item.clone());
        nothing["on"] = json!(unknown_id());
        let mut nothing = one(who, &nothing).await;
        nothing["id"] = foreign["id"].clone();
        assert_eq!((&foreign["status"], &foreign), (&json!(404), &nothing), "as if it were not there");
    }
    for actor in [&app.admin, &app.auditor, &app.partner] {
        actor.post("/v1/batch", json!({"items": []})).await.problem(403, "forbidden");
    }
    let refused = app.audited("message.create").await;
    assert!(refused.iter().any(|row| row["outcome"] == "refused" && row["actor_id"] == app.officer.id));
    let mut versioned = message(&contact, "x");
    versioned["if_match"] = json!(1);
    let told = one(&app.caseworker, &versioned).await;
    assert_eq!(told["problem"]["errors"][0]["pointer"], "/if_match", "{told}");
    let body = json!({"id": unknown_id(), "op": "alert.acknowledge", "on": unknown_id(), "body": {"x": 1}});
    assert_eq!(one(&app.caseworker, &body).await["status"], 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_counts_against_the_limit() {
    let app = TestApp::spawn_with(|settings| {
        settings.limits.requests_per_minute = 60;
        settings.limits.burst = 30;
    })
    .await;
    let contact = Contact::new(&app).await;
    let items: Vec<Value> = (0..20).map(|n| message(&contact, &n.to_string())).collect();
    assert_eq!(batch(&app.caseworker, &items).await.len(), 20);
    let again = app.caseworker.post("/v1/batch", json!({ "items": items })).await;
    again.problem(429, "rate-limited");
    assert!(again.header("retry-after").parse::<u64>().unwrap() >= 1);
    // A batch of more than may come at once is not shut out for ever.
    let many: Vec<Value> = (0..60).map(|n| message(&contact, &n.to_string())).collect();
    assert_eq!(batch(&app.coordinator2, &many).await.len(), 60);
    let mut item = message(&contact, "x");
    item["depends_on"] = json!(vec![unknown_id(); 101]);
    let told = one(&app.coordinator, &item).await;
    assert_eq!(told["problem"]["errors"][0]["pointer"], "/depends_on", "{told}");
}

async fn packed(who: &Actor, encoding: &str, body: Vec<u8>) -> Reply {
    let request = who.request(Method::POST, "/v1/batch").await;
    let request = request.header("content-type", "application/json").header("content-encoding", encoding);
    send(request.body(body)).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_may_be_compressed_and_is_bounded() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let items: Vec<Value> = (0..100).map(|n| message(&contact, &format!("message {n}"))).collect();
    let body = json!({ "items": items }).to_string();
    let small = gzip(body.as_bytes());
    println!("a batch of 100 messages: {} bytes, {} compressed", body.len(), small.len());
    assert!(small.len() * 3 < body.len());
    let told = packed(&app.caseworker, "gzip", small.clone()).await.items();
    assert!(told.len() == 100 && told.iter().all(|told| told["status"] == 201));
    // Compressed or not, it is the same batch.
    assert!(batch(&app.caseworker, &items).await.iter().all(|told| told["replayed"] == true));
    let again = app.caseworker.request(Method::POST, "/v1/batch").await.header("prefer", "return=minimal");
    let told = send(again.json(&json!({ "items": items }))).await;
    assert!(told.items().iter().all(|told| told["status"] == 201 && told.get("body").is_none()));
    assert!(told.text.len() < 8_000, "{}", told.text.len());

    let mut many = items;
    many.push(message(&contact, "one more"));
    app.caseworker.post("/v1/batch", json!({ "items": many })).await.invalid("/items");
    assert_eq!(app.caseworker.walk(&contact.path("messages")).await.len(), 100);

    let bomb = gzip(&vec![b' '; 50_000_000]);
    assert!(bomb.len() < 60_000);
    packed(&app.caseworker, "gzip", bomb).await.problem(413, "too-large");
    packed(&app.caseworker, "gzip", small[..small.len() / 2].to_vec()).await.problem(400, "body-broken");
    packed(&app.caseworker, "gzip", body.clone().into_bytes()).await.problem(400, "body-broken");
    packed(&app.caseworker, "br", small).await.problem(415, "unsupported-media-type");
    assert_eq!(packed(&app.caseworker, "identity", body.into_bytes()).await.items().len(), 100);
}
