//! What the answer says, and what it counts.

use super::{
    LOWER, UPPER, add, ago, area, decide, estimate, km_between, list, number, of, pin, said, site, with,
};
use crate::support::{TestApp, Value, json};

/// Rings of a GeoJSON MultiPolygon, the outer one of each polygon first.
fn polygons(geometry: &Value) -> Vec<Vec<Vec<(f64, f64)>>> {
    let at = |place: &Value| (place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
    let ring = |ring: &Value| ring.as_array().unwrap().iter().map(at).collect();
    let polygon = |polygon: &Value| polygon.as_array().unwrap().iter().map(ring).collect();
    geometry["coordinates"].as_array().unwrap().iter().map(polygon).collect()
}

/// Twice the area of a ring in square degrees; positive if it runs against the clock.
fn turn(ring: &[(f64, f64)]) -> f64 {
    ring.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum()
}

fn holds(polygons: &[Vec<Vec<(f64, f64)>>], (x, y): (f64, f64)) -> bool {
    let crosses = |pair: &&[(f64, f64)]| {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
    };
    let inside = |polygon: &Vec<Vec<(f64, f64)>>| {
        polygon.iter().map(|ring| ring.windows(2).filter(crosses).count()).sum::<usize>() % 2 == 1
    };
    polygons.iter().any(inside)
}

/// What holds for every answer.
pub(super) fn assert_sound(answer: &Value) {
    let candidates = list(answer, "candidates");
    let probabilities: Vec<f64> = candidates.iter().map(|one| number(one, "probability")).collect();
    assert!(probabilities.is_sorted_by(|a, b| a >= b), "{probabilities:?}");
    let listed: f64 = probabilities.iter().sum();
    let rest = ["unlisted", "outside"].map(|member| number(answer, member));
    let total = listed + rest.iter().sum::<f64>();
    assert!((total - 1.0).abs() < 1e-4, "{total}");
    assert!(rest.iter().all(|probability| (0.0..=1.0).contains(probability)), "{rest:?}");
    for one in candidates {
        assert_eq!(one["site_id"].is_string(), one["place"] == "site", "{one}");
        assert!((0.0..=1.0).contains(&number(one, "probability")));
    }

    let regions = list(answer, "regions");
    let levels: Vec<f64> = regions.iter().map(|region| number(region, "level")).collect();
    assert_eq!(levels, [0.5, 0.8, 0.95]);
    let mut inner: Vec<Vec<Vec<(f64, f64)>>> = Vec::new();
    for region in regions {
        assert_eq!(region["geometry"]["type"], "MultiPolygon");
        let outer = polygons(&region["geometry"]);
        let mut km2 = 0.0;
        for polygon in &outer {
            for (place, ring) in polygon.iter().enumerate() {
                assert!(ring.len() >= 4 && ring.first() == ring.last(), "a ring is closed");
                assert!(ring.iter().all(|(lon, lat)| lon.abs() <= 180.0 && lat.abs() <= 90.0));
                assert_eq!(turn(ring) > 0.0, place == 0, "outer rings run against the clock, holes with it");
                km2 += turn(ring) / 2.0 * 111.2 * 111.2 * ring[0].1.to_radians().cos();
            }
        }
        let told = number(region, "area_km2");
        assert!((km2 / told - 1.0).abs() < 0.15, "told {told} km2, drawn {km2}");
        let points = inner.iter().flatten().flatten().collect::<Vec<_>>();
        let range = |of: fn(&(f64, f64)) -> f64| {
            points.iter().fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(of(at)), high.max(of(at))))
        };
        let (lon, lat) = (range(|at| at.0), range(|at| at.1));
        let (mut inside, mut spilt) = (0, 0);
        for step in 0..2_500 {
            let share = |part: i32| (f64::from(part) + 0.367) / 50.0;
            let at = (lon.0 + share(step % 50) * (lon.1 - lon.0), lat.0 + share(step / 50) * (lat.1 - lat.0));
            if !inner.is_empty() && holds(&inner, at) {
                inside += 1;
                spilt += i32::from(!holds(&outer, at));
            }
        }
        // Small cells do not fill a larger one exactly: they stand out a little at its edge.
        assert!(spilt * 50 <= inside, "of {inside} points inside {spilt} are outside of the larger region");
        inner = outer;
    }
    assert!(area(answer, 0) <= area(answer, 1) && area(answer, 1) <= area(answer, 2));
    assert!(number(answer, "expected_error_km").is_finite());
    assert!(number(&answer["best"], "lat").abs() <= 90.0 && number(&answer["best"], "lon").abs() <= 180.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_clues_the_answer_is_wide_and_says_so() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let answer = estimate(&app, &case, "").await;
    assert_sound(&answer);
    let mut members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    let expected = [
        "as_of",
        "audience",
        "best",
        "candidates",
        "clues_used",
        "contributions",
        "engine",
        "expected_error_km",
        "history",
        "next_questions",
        "outside",
        "regions",
        "unlisted",
    ];
    assert_eq!(members, expected);
    assert_eq!(answer["clues_used"], 0);
    assert!(!answer["engine"].as_str().unwrap().is_empty());
    assert_eq!(list(&answer, "contributions"), Vec::<Value>::new());
    assert!(number(&answer, "unlisted") > 0.15 && number(&answer, "outside") > 0.01);
    assert!(number(&list(&answer, "candidates")[0], "probability") < 0.3);
    assert!(
        area(&answer, 0) > 50.0 && area(&answer, 2) > 1_000.0,
        "{} {}",
        area(&answer, 0),
        area(&answer, 2)
    );
    assert!(!list(&answer, "next_questions").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn confirmed_clues_count_proposed_ones_on_demand_and_rejected_ones_never() {
    let app = TestApp::spawn().await;
    let (upper, lower) = (site(&app.analyst, "Upper", UPPER).await, site(&app.analyst, "Lower", LOWER).await);
    let case = app.case(&app.coordinator).await;
    let nothing = estimate(&app, &case, "").await;
    for days in [2, 1] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    let pulled = estimate(&app, &case, "").await;
    assert_sound(&pulled);
    assert_eq!(pulled["candidates"][0]["site_id"], json!(upper));
    assert_eq!(pulled["candidates"][0]["name"], "Upper");
    assert_eq!(pulled["clues_used"], 2);
    assert!(km_between(UPPER, &pulled["best"]) < 3.0, "{}", pulled["best"]);
    assert!(area(&pulled, 1) * 20.0 < area(&nothing, 1), "{} {}", area(&pulled, 1), area(&nothing, 1));
    assert!(number(&pulled, "expected_error_km") * 3.0 < number(&nothing, "expected_error_km"));

    let mut undecided = Vec::new();
    for _ in 0..3 {
        undecided.push(add(&app, &case, with(pin(&app, 1, LOWER), json!({"status": "proposed"}))).await);
    }
    let same = estimate(&app, &case, "").await;
    assert_eq!((&same["clues_used"], &same["candidates"]), (&json!(2), &pulled["candidates"]));
    let both = estimate(&app, &case, "?include=proposed").await;
    assert_eq!(both["clues_used"], 5);
    assert!(of(&both, &lower) > of(&pulled, &lower) + 0.2, "{} {}", of(&both, &lower), of(&pulled, &lower));
    for clue in &undecided {
        decide(&app, clue, "rejected").await;
    }
    for query in ["", "?include=proposed"] {
        let answer = estimate(&app, &case, query).await;
        assert_eq!((&answer["clues_used"], &answer["candidates"]), (&json!(2), &pulled["candidates"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publicly_reported_compound_has_no_id_until_the_organisation_has_a_site_there() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for days in [2, 1] {
        let place = json!({"name": "KK Park", "relation": "in"});
        add(&app, &case, said(&app, days, "place", &place)).await;
    }
    let answer = estimate(&app, &case, "").await;
    let named = |answer: &Value| {
        list(answer, "candidates").iter().find(|candidate| candidate["name"] == "KK Park").cloned()
    };
    let reported = named(&answer).expect("it is reported");
    assert_eq!((&reported["site_id"], &reported["place"]), (&Value::Null, &json!("reported")));
    assert!(number(&reported, "probability") > 0.05, "{reported}");

    let own = site(&app.analyst, "By the pumping station", (16.645, 98.525)).await;
    let answer = estimate(&app, &case, "").await;
    assert_sound(&answer);
    assert!(of(&answer, &own) > 0.1, "{}", answer["candidates"]);
    assert_eq!(named(&answer), None, "it is the same place");
    // Another organisation's sites are nobody's business.
    let foreign = site(&app.stranger, "Foreign", (16.9, 98.2)).await;
    let case = app.case(&app.stranger).await;
    let clue = said(&app, 1, "place", &json!({"name": "KK Park", "relation": "in"}));
    app.stranger.post(&format!("/v1/cases/{case}/clues"), clue).await.ok();
    let answer = app.stranger.get(&format!("/v1/cases/{case}/location")).await.ok();
    assert!(named(&answer).is_some() && of(&answer, &own) == 0.0 && of(&answer, &foreign) > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_kept_is_as_good_as_the_first_and_new_clues_change_it() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    let case = app.case(&app.coordinator).await;
    let at = format!("?at={}", ago(&app, 0));
    add(&app, &case, pin(&app, 1, UPPER)).await;
    let first = estimate(&app, &case, &at).await;
    assert_eq!(estimate(&app, &case, &at).await, first);
    let clue = add(&app, &case, pin(&app, 1, UPPER)).await;
    let second = estimate(&app, &case, &at).await;
    assert!(of(&second, &upper) > of(&first, &upper));
    // Grades, the site and the decision: each is part of what the answer is made from.
    let body = json!({"reliability": "E", "credibility": 5});
    app.coordinator.patch(&format!("/v1/clues/{clue}"), "\"v1\"", body).await.ok();
    let doubted = estimate(&app, &case, &at).await;
    assert!(of(&doubted, &upper) < of(&second, &upper));
    let vague = app.case(&app.coordinator).await;
    let near = json!({"lat": UPPER.0, "lon": UPPER.1, "within_km": 15});
    add(&app, &vague, said(&app, 1, "landmark", &near)).await;
    let before = of(&estimate(&app, &vague, &at).await, &upper);
    let body = json!({"verification": "ruled_out"});
    app.analyst.patch(&format!("/v1/sites/{upper}"), "\"v1\"", body).await.ok();
    let after = of(&estimate(&app, &vague, &at).await, &upper);
    assert!(after < 0.5 * before, "{after} {before}");
}
