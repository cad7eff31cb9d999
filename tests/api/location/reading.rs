//! `POST /v1/location/extract`

use super::list;
use crate::support::{TestApp, Value, json};

const PATH: &str = "/v1/location/extract";

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_has_the_shape_of_a_clue() {
    let app = TestApp::spawn().await;
    let at = "2026-02-10T13:00:00Z";
    for (text, kind, data) in [
        (
            "my location: https://maps.google.com/?q=16.6402,98.5205",
            "point",
            json!({"lat": 16.6402, "lon": 98.5205}),
        ),
        ("plus code 7M8WJGRC+36 please check", "point", json!({"via": "plus_code"})),
        ("47QMU4800245458 is from the map app", "point", json!({"via": "mgrs"})),
        ("we are in Myawaddy", "place", json!({"relation": "in"})),
        ("We are across from Mae Sot, the river is between", "place", json!({"relation": "opposite"})),
        ("我在西港", "place", json!({"relation": "in"})),
        ("we are about 15km from Myawaddy to the south", "distance_from", json!({"km": 15.0})),
        (
            "They drove us 8 hours from Bangkok to Mae Sot",
            "travel_time",
            json!({"hours": 8.0, "mode": "road"}),
        ),
        (
            "sun went down 6:12pm today",
            "sun",
            json!({"event": "sunset", "date": "2026-02-10", "local_time": "18:12"}),
        ),
        ("we are right at the Thai border, can see the fence", "border", json!({"country": "TH"})),
        ("I am in Cambodia but I don't know the city", "country", json!({"country": "KH"})),
        ("the place is 20 km north of Myawaddy", "bearing", json!({"degrees": 0.0})),
        ("only thai network here, no wifi", "cell", json!({"mcc": 520})),
    ] {
        let items = app.caseworker.post(PATH, json!({"text": text, "at": at})).await.items();
        let found = items.iter().find(|item| item["kind"] == kind);
        let item = found.unwrap_or_else(|| panic!("no {kind} in {text:?}: {items:?}"));
        for (member, value) in data.as_object().unwrap() {
            assert_eq!(item["data"][member], *value, "{member} of {item}");
        }
        let mut members: Vec<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["credibility", "data", "kind", "observed_at", "quote", "reliability", "status"]);
        assert_eq!((&item["status"], &item["observed_at"]), (&json!("proposed"), &json!(at)));
        let quote = &item["quote"];
        let [start, end] = ["start", "end"].map(|end| usize::try_from(quote[end].as_u64().unwrap()).unwrap());
        let words: String = text.chars().skip(start).take(end - start).collect();
        assert_eq!(quote["text"], json!(words), "{item}");
        // It can be recorded as it is, with a source.
        let case = app.case(&app.caseworker).await;
        let mut clue = item.clone();
        clue["source"] = json!({"kind": "open_source"});
        app.caseworker.post(&format!("/v1/cases/{case}/clues"), clue).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_past_or_home_or_nothing_is_not_proposed() {
    let app = TestApp::spawn().await;
    for text in [
        "My family lives in Chiang Mai, tell them I am ok",
        "We are not in Myawaddy anymore",
        "They promised me a job in Bangkok",
        "are you in Myawaddy?",
        "hello",
        "",
    ] {
        let reply = app.caseworker.post(PATH, json!({"text": text})).await;
        if text.is_empty() {
            reply.invalid("/text");
        } else {
            assert_eq!(reply.items(), Vec::<Value>::new(), "{text}");
        }
    }
    let moved = app
        .caseworker
        .post(PATH, json!({"text": "I was in Poipet before, now they moved us to Bavet"}))
        .await;
    let names: Vec<String> = moved.items().iter().map(|item| item["data"]["name"].to_string()).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.contains("Bavet")), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_nearby_weighs_places_of_one_name() {
    let app = TestApp::spawn().await;
    let first = async |near: Value| {
        let mut body = json!({"text": "we are in Thmei"});
        if !near.is_null() {
            body["near"] = near;
        }
        let items = app.caseworker.post(PATH, body).await.items();
        items.first().map(|item| {
            let candidates = list(&item["data"], "candidates").to_vec();
            let by = |candidate: &Value| candidate["weight"].as_f64().unwrap();
            candidates.into_iter().max_by(|a, b| by(a).total_cmp(&by(b))).unwrap()
        })
    };
    let Some(_) = first(Value::Null).await else {
        println!("the gazetteer has no Thmei");
        return;
    };
    let (north, south) =
        (first(json!({"lat": 13.4, "lon": 103.9})).await, first(json!({"lat": 10.6, "lon": 104.2})).await);
    let lat = |found: Option<Value>| found.unwrap()["lat"].as_f64().unwrap();
    assert!(lat(north) >= lat(south));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_for_those_who_seek_and_checks_what_it_is_given() {
    let app = TestApp::spawn().await;
    let body = json!({"text": "we are in Myawaddy"});
    for actor in [&app.coordinator, &app.caseworker, &app.analyst] {
        assert_eq!(actor.post(PATH, body.clone()).await.items().len(), 1);
    }
    for actor in [&app.officer, &app.partner, &app.admin, &app.auditor] {
        actor.post(PATH, body.clone()).await.problem(403, "forbidden");
    }
    app.nobody.post(PATH, body.clone()).await.problem(401, "unauthenticated");
    for (body, pointer) in [
        (json!({"text": "x".repeat(20_001)}), "/text"),
        (json!({"text": 5}), "/text"),
        (json!({"text": "x", "near": {"lat": 91, "lon": 0}}), "/near/lat"),
        (json!({"text": "x", "at": "yesterday"}), "/at"),
        (json!({"text": "x", "language": "not a language"}), "/language"),
        (json!({"text": "x", "case_id": "y"}), "/case_id"),
    ] {
        app.caseworker.post(PATH, body).await.invalid(pointer);
    }
    // Long, odd and hostile texts are read in time.
    for text in ["16.6 ".repeat(4_000), "在".repeat(20_000), "\u{202e}\u{200b}９８.５".repeat(2_000)] {
        app.caseworker.post(PATH, json!({"text": text})).await.ok();
    }
}
