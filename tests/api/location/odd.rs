//! Odd questions and odd clues: an honest answer or a clear refusal, never a fault.

use super::answer::assert_sound;
use super::{LOWER, UPPER, add, area, estimate, number, pin, said, site};
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_query_is_refused() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for of in ["location", "location.svg", "location.geojson", "location.gpx", "location.kml"] {
        for (query, pointer) in [
            ("at=yesterday", "at"),
            ("at=", "at"),
            ("at=2026-13-01T00:00:00Z", "at"),
            ("known_at=soon", "known_at"),
            ("include=all", "include"),
            ("include=", "include"),
            ("include=rejected", "include"),
        ] {
            app.coordinator.get(&format!("/v1/cases/{case}/{of}?{query}")).await.invalid(pointer);
        }
        let unknown = app.coordinator.get(&format!("/v1/cases/{case}/{of}?when=now")).await;
        assert_eq!(unknown.status, 422, "{}", unknown.text);
        app.coordinator.get(&format!("/v1/cases/no-id/{of}")).await.problem(404, "not-found");
    }
    for at in [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-30T00:00:00Z",
        "2026-01-01T00:00:00%2B07:00",
    ] {
        let reply = app.coordinator.get(&format!("/v1/cases/{case}/location?at={at}")).await;
        assert!(reply.status == 200 || reply.status == 422, "{at}: {}", reply.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clues_that_contradict_each_other_make_a_wide_answer() {
    let app = TestApp::spawn().await;
    site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let agreed = app.case(&app.coordinator).await;
    let torn = app.case(&app.coordinator).await;
    for number in 0..4 {
        add(&app, &agreed, pin(&app, 0, UPPER)).await;
        add(&app, &torn, pin(&app, 0, if number % 2 == 0 { UPPER } else { LOWER })).await;
    }
    let (agreed, torn) = (estimate(&app, &agreed, "").await, estimate(&app, &torn, "").await);
    assert_sound(&torn);
    assert!(area(&torn, 2) > 2.0 * area(&agreed, 2));
    assert!(number(&torn, "expected_error_km") > 5.0 * number(&agreed, "expected_error_km"));
    assert!(number(&torn["candidates"][0], "probability") < number(&agreed["candidates"][0], "probability"));
}

#[tokio::test(flavor = "multi_thread")]
async fn clues_from_the_ends_of_the_earth_are_outside_or_wrong() {
    let app = TestApp::spawn().await;
    for (lat, lon) in [(90.0, 0.0), (-90.0, 180.0), (0.0, -180.0), (0.0, 0.0)] {
        let case = app.case(&app.coordinator).await;
        for _ in 0..3 {
            add(&app, &case, pin(&app, 0, (lat, lon))).await;
        }
        let answer = estimate(&app, &case, "").await;
        assert_sound(&answer);
        assert!(number(&answer, "outside") > 0.5, "{lat} {lon}: {}", answer["outside"]);
        let svg = app.coordinator.get(&format!("/v1/cases/{case}/location.svg")).await;
        assert_eq!(svg.status, 200, "{}", svg.text);
    }
    let case = app.case(&app.coordinator).await;
    for (kind, data) in [
        ("distance_from", json!({"from": {"lat": 90, "lon": 0}, "km": 0})),
        ("distance_from", json!({"from": {"name": "nowhere at all"}, "km": 20_000})),
        ("travel_time", json!({"from": {"lat": -90, "lon": 0}, "hours": 0.01, "mode": "boat"})),
        ("bearing", json!({"from": {"lat": 90, "lon": 0}, "degrees": 359.9})),
        ("landmark", json!({"lat": -90, "lon": -180, "within_km": 0.001})),
        ("sun", json!({"event": "sunset", "date": "2026-02-01", "local_time": "03:00"})),
        ("border", json!({"country": "IS"})),
        ("country", json!({"country": "AQ"})),
        ("cell", json!({"mcc": 999})),
        ("place", json!({"name": "?", "relation": "in"})),
        ("absence", json!({"lat": 16.9, "lon": 98.4, "radius_km": 5_000, "probability_of_detection": 1})),
    ] {
        let reply =
            app.coordinator.post(&format!("/v1/cases/{case}/clues"), said(&app, 0, kind, &data)).await;
        assert!(reply.status == 201 || reply.status == 422, "{kind} {data}: {}", reply.text);
        assert_sound(&estimate(&app, &case, "").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_clues_are_reckoned_with() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for step in 0..500_i32 {
        let place = (15.6 + f64::from(step % 23) * 0.1, 97.6 + f64::from(step % 17) * 0.1);
        add(&app, &case, pin(&app, i64::from(step % 90), place)).await;
        // More clues than are left out one by one. To explain all would take a build for tests a minute.
        if step == 99 {
            let answer = estimate(&app, &case, "").await;
            assert_sound(&answer);
            assert_eq!(answer["clues_used"], 100);
            assert_eq!(answer["contributions"].as_array().unwrap().len(), 80);
        }
    }
    let map = app.coordinator.get(&format!("/v1/cases/{case}/location.geojson")).await.ok();
    assert!(map["features"].as_array().unwrap().len() > 100);
    let svg = app.coordinator.get(&format!("/v1/cases/{case}/location.svg")).await;
    assert!(svg.status == 200 && svg.text.len() < 5_000_000, "{}", svg.text.len());
}
