//! Answers for other days, and for what was known on other days.

use super::{DAY, LOWER, UPPER, add, ago, area, estimate, number, of, pin, said, site};
use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_moved_was_there_before_and_is_here_now() {
    let app = TestApp::spawn().await;
    let (upper, lower) = (site(&app.analyst, "Upper", UPPER).await, site(&app.analyst, "Lower", LOWER).await);
    let case = app.case(&app.coordinator).await;
    for days in [101, 100, 99] {
        add(&app, &case, pin(&app, days, LOWER)).await;
    }
    for days in [3, 2, 1] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    let then = estimate(&app, &case, &format!("?at={}", ago(&app, 100))).await;
    let now = estimate(&app, &case, "").await;
    assert!(of(&then, &lower) > 0.6 && of(&then, &upper) < 0.1, "{}", then["candidates"]);
    assert!(of(&now, &upper) > 0.6 && of(&now, &lower) < 0.1, "{}", now["candidates"]);
    let later = estimate(&app, &case, &format!("?at={}", ago(&app, -300))).await;
    assert!(area(&later, 1) > 5.0 * area(&now, 1), "what is known of today says less of next year");
    let history = now["history"].as_array().unwrap();
    assert!(history.is_sorted_by(|a, b| a["at"].as_str() <= b["at"].as_str()));
    assert_eq!((&history[0]["top"], &history.last().unwrap()["top"]), (&json!(lower), &json!(upper)));
    assert!(history.iter().all(|moment| (0.0..=1.0).contains(&number(moment, "probability"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_then_leaves_out_what_was_told_since() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    let case = app.case(&app.coordinator).await;
    add(&app, &case, said(&app, 0, "country", &json!({"country": "MM"}))).await;
    app.clock.advance(DAY);
    let then = ago(&app, 0);
    let before = estimate(&app, &case, &format!("?at={then}")).await;
    app.clock.advance(DAY);
    // Told now, about then.
    for days in [2, 1] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    let hindsight = estimate(&app, &case, &format!("?at={then}")).await;
    assert!(of(&hindsight, &upper) > 0.5 && of(&before, &upper) < 0.5);
    let as_known = estimate(&app, &case, &format!("?at={then}&known_at={then}")).await;
    assert_eq!(as_known["clues_used"], 1);
    assert_eq!(as_known["candidates"], before["candidates"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_in_vain_says_something_of_its_time_alone() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let case = app.case(&app.coordinator).await;
    let near = json!({"lat": UPPER.0, "lon": UPPER.1, "within_km": 15});
    for days in [1, 0] {
        add(&app, &case, said(&app, days, "landmark", &near)).await;
    }
    let without = of(&estimate(&app, &case, "").await, &upper);
    let searched = json!({"site_id": upper, "probability_of_detection": 0.95});
    let old = add(&app, &case, said(&app, 700, "absence", &searched)).await;
    let long_ago = of(&estimate(&app, &case, "").await, &upper);
    super::decide(&app, &old, "rejected").await;
    add(&app, &case, said(&app, 0, "absence", &searched)).await;
    let just_now = of(&estimate(&app, &case, "").await, &upper);
    assert!(just_now < 0.8 * without, "{just_now} {without}");
    assert!(long_ago > 0.9 * without, "{long_ago} {without}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evacuation_moves_those_who_were_there_and_nobody_before() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let case = app.case(&app.coordinator).await;
    for days in [1, 0] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    let then = ago(&app, 0);
    app.clock.advance(20 * DAY);
    let path = format!("/v1/sites/{upper}");
    // Dormant weighs about as little as evacuated, and nobody is moved by it.
    app.analyst.patch(&path, "\"v1\"", json!({"activity": "dormant"})).await.ok();
    app.clock.advance(10 * DAY);
    let now = ago(&app, 0);
    let at = async |when: &str| of(&estimate(&app, &case, &format!("?at={when}")).await, &upper);
    let (calm_then, calm_now) = (at(&then).await, at(&now).await);
    app.clock.advance(-10 * DAY);
    app.analyst.patch(&path, "\"v2\"", json!({"activity": "evacuated"})).await.ok();
    app.clock.advance(10 * DAY);
    let (evacuated_then, evacuated_now) = (at(&then).await, at(&now).await);
    assert!(evacuated_now < 0.6 * calm_now, "{evacuated_now} {calm_now}");
    assert!(evacuated_then > 0.8 * calm_then, "{evacuated_then} {calm_then}");
}

/// What an invented driver saw of a site `days` ago.
async fn seen(app: &TestApp, site: &str, days: i64, kind: &str, data: Value) -> String {
    let body = json!({
        "at": ago(app, days), "kind": kind, "data": data, "source": {"kind": "person", "label": "a driver"},
        "reliability": "A", "credibility": 1,
    });
    crate::support::id(&app.analyst.post(&format!("/v1/sites/{site}/observations"), body).await.ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_taken_to_another_site_is_there_and_was_not_before() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    let lower = site(&app.analyst, "Lower", LOWER).await;
    let case = app.case(&app.coordinator).await;
    for days in [31, 30] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    let before = app.clock.now().to_string();
    app.clock.advance(60);
    let at = async |query: String| {
        let estimate = estimate(&app, &case, &query).await;
        (of(&estimate, &upper), of(&estimate, &lower))
    };
    let calm = at(String::new()).await;
    seen(&app, &upper, 10, "evacuated", json!({})).await;
    let emptied = at(String::new()).await;
    assert!(emptied.0 < 0.6 * calm.0 && emptied.1 < 0.3, "{emptied:?} {calm:?}");
    let moved = seen(&app, &upper, 10, "moved_to", json!({"site_id": lower})).await;
    let now = at(String::new()).await;
    assert!(now.1 > 0.5 && now.1 > 3.0 * now.0, "{now:?}");
    let then = at(format!("?at={}", ago(&app, 20))).await;
    assert!(then.0 > 0.5 && then.1 < 0.1, "{then:?}");
    // By what was known before it was told, they are where they were.
    let unknown = at(format!("?known_at={before}")).await;
    assert!(unknown.0 > 0.8 * calm.0 && unknown.1 < 0.2, "{unknown:?}");
    // Retracted, it moves nobody; the evacuation stands.
    let reason = json!({"reason": "Another road."});
    app.analyst.post(&format!("/v1/observations/{moved}/retract"), reason).await.ok();
    let without = at(String::new()).await;
    assert!((without.1 - emptied.1).abs() < 0.02 && (without.0 - emptied.0).abs() < 0.02, "{without:?}");
}
