//! `GET /v1/cases/{id}/location?audience=`: what of a place is handed on

use std::collections::BTreeSet;

use crate::support::{Actor, TestApp, Value, id, json};

const DAY: i64 = 86_400;
/// Two invented sites, 110 km apart and far from every compound that was publicly reported.
const UPPER: (f64, f64) = (17.251_234, 98.051_234);
const LOWER: (f64, f64) = (16.251_234, 97.951_234);
const MAPS: [&str; 4] = ["svg", "geojson", "gpx", "kml"];
/// What an answer that was made coarse may hold.
const COARSE: [&str; 8] =
    ["as_of", "audience", "cell", "confidence", "country", "engine", "near", "province"];

async fn site(app: &TestApp, name: &str, (lat, lon): (f64, f64)) -> String {
    let body = json!({
        "name": name, "lat": lat, "lon": lon, "sigma_m": 300, "country": "MM", "verification": "confirmed",
        "activity": "active", "provenance": "invented",
    });
    id(&app.analyst.post("/v1/sites", body).await.ok())
}

async fn pin(app: &TestApp, case: &str, days: i64, (lat, lon): (f64, f64)) -> String {
    let clue = json!({
        "kind": "point", "data": {"lat": lat, "lon": lon, "accuracy_m": 50, "via": "pin"}, "status": "confirmed",
        "observed_at": app.clock.now().plus_seconds(-days * DAY).to_string(),
        "source": {"kind": "open_source", "label": "Zqwitness at the ferry"}, "reliability": "B", "credibility": 2,
        "quote": {"text": "Zqquote of the ferry", "start": 0, "end": 20}, "note": "Zqnote",
    });
    id(&app.coordinator.post(&format!("/v1/cases/{case}/clues"), clue).await.ok())
}

/// A case whose clues point at the upper site.
async fn located(app: &TestApp) -> (String, String) {
    let case = app.case(&app.caseworker).await;
    let clue = pin(app, &case, 2, UPPER).await;
    pin(app, &case, 1, UPPER).await;
    (case, clue)
}

fn referral(app: &TestApp, classes: &[&str], precision: Option<&str>) -> Value {
    let mut body = json!({
        "user_id": app.partner.id, "classes": classes,
        "expires_at": app.clock.now().plus_seconds(30 * DAY).to_string(),
    });
    if let Some(precision) = precision {
        body["precision"] = json!(precision);
    }
    body
}

async fn shared(app: &TestApp, case: &str, classes: &[&str], precision: Option<&str>) -> Value {
    let path = format!("/v1/cases/{case}/referrals");
    let made = app.coordinator.post(&path, referral(app, classes, precision)).await.ok();
    app.partner.post(&format!("/v1/referrals/{}/accept", id(&made)), json!({})).await.ok()
}

async fn look(who: &Actor, case: &str, query: &str) -> Value {
    who.get(&format!("/v1/cases/{case}/location{query}")).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coarse_version_holds_one_cell_and_nothing_finer() {
    let app = TestApp::spawn().await;
    let upper = site(&app, "Zqtowers", UPPER).await;
    let (case, clue) = located(&app).await;
    let precise = look(&app.coordinator, &case, "").await;
    assert_eq!(
        (&precise["audience"], &precise["candidates"][0]["site_id"]),
        (&json!("precise"), &json!(upper))
    );
    for (audience, across) in [("cell", 150.0..400.0), ("province", 8_000.0..18_000.0)] {
        let reply = app.caseworker.get(&format!("/v1/cases/{case}/location?audience={audience}")).await;
        let told = reply.ok();
        let members: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert!(members.iter().all(|member| COARSE.contains(&member.as_str())), "{members:?}");
        assert_eq!((&told["audience"], &told["confidence"]), (&json!(audience), &json!("likely")));
        assert_eq!(told["country"], "MM");
        assert!(across.contains(&told["cell"]["area_km2"].as_f64().unwrap()), "{told}");
        assert_eq!(told.get("province").is_some(), audience == "province", "{told}");
        // The ring goes around the truth, which is nowhere in it.
        let ring = told["cell"]["geometry"]["coordinates"][0][0].as_array().unwrap();
        let lats: Vec<f64> = ring.iter().map(|at| at[1].as_f64().unwrap()).collect();
        assert!(lats.iter().any(|lat| *lat > UPPER.0) && lats.iter().any(|lat| *lat < UPPER.0), "{lats:?}");
        for finer in ["Zq", "17.25", "98.05", upper.as_str(), clue.as_str(), "decibans", "probability"] {
            assert!(!reply.text.contains(finer), "{finer} in {}", reply.text);
        }
        for extension in MAPS {
            let path = format!("/v1/cases/{case}/location.{extension}?audience={audience}");
            let map = app.coordinator.get(&path).await;
            assert_eq!(map.status, 200, "{}", map.text);
            for finer in ["Zq", "17.2512", "98.0512", &upper, "pin"] {
                assert!(!map.text.contains(finer), "{finer} in {extension}: {}", map.text);
            }
            assert!(
                map.text.contains("Made coarse to be handed on") || extension == "geojson",
                "{}",
                map.text
            );
            if extension == "geojson" {
                let features = map.body["features"].as_array().unwrap();
                assert_eq!((features.len(), &features[0]["properties"]["feature"]), (1, &json!("region")));
                assert_eq!(map.body["outside"], Value::Null);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_gets_what_their_referral_grants_and_no_more() {
    let app = TestApp::spawn().await;
    site(&app, "Zqtowers", UPPER).await;
    for (classes, precision, own) in [
        (&["content"][..], None, None),
        (&["location_coarse"], None, Some("cell")),
        (&["location_coarse"], Some("province"), Some("province")),
        (&["location_precise"], None, Some("precise")),
    ] {
        let (case, _) = located(&app).await;
        let made = shared(&app, &case, classes, precision).await;
        assert_eq!(made.get("precision"), own.map(|own| json!(own)).as_ref(), "{made}");
        let path = format!("/v1/cases/{case}/location");
        match own {
            None => drop(app.partner.get(&path).await.problem(403, "forbidden")),
            Some(own) => assert_eq!(look(&app.partner, &case, "").await["audience"], own),
        }
        let rank =
            |precision: &str| ["province", "cell", "precise"].iter().position(|known| *known == precision);
        for audience in ["province", "cell", "precise"] {
            let allowed = own.is_some_and(|own| rank(audience) <= rank(own));
            for of in ["", ".svg", ".geojson", ".gpx", ".kml"] {
                let reply = app.partner.get(&format!("{path}{of}?audience={audience}")).await;
                assert_eq!(
                    reply.status,
                    if allowed { 200 } else { 403 },
                    "{own:?} {audience}{of}: {}",
                    reply.text
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousandth_read_tells_no_more_than_the_first() {
    let app = TestApp::spawn().await;
    site(&app, "Upper", UPPER).await;
    let (case, _) = located(&app).await;
    shared(&app, &case, &["location_coarse"], None).await;
    let path = format!("/v1/cases/{case}/location");
    let mut answers = BTreeSet::new();
    for _ in 0..40 {
        answers.insert(app.partner.get(&path).await.text);
    }
    // Pins all over the cell: the truth that is known moves, the answer does not.
    let middle = look(&app.partner, &case, "").await["cell"]["centre"].clone();
    let (lat, lon) = (middle["lat"].as_f64().unwrap(), middle["lon"].as_f64().unwrap());
    let mut finer = BTreeSet::new();
    for step in 0..5_i32 {
        let way = f64::from(step - 2) * 0.02;
        pin(&app, &case, 0, (lat + way, lon - way)).await;
        answers.insert(app.partner.get(&path).await.text);
        let handed = app.coordinator.get(&format!("{path}?audience=cell")).await;
        answers.insert(handed.text.clone());
        finer.insert(look(&app.coordinator, &case, "").await["best"].to_string());
    }
    assert!(finer.len() > 1, "the estimate did move: {finer:?}");
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_hears_of_a_move_a_day_later_or_when_it_is_handed_on() {
    let app = TestApp::spawn().await;
    site(&app, "Upper", UPPER).await;
    site(&app, "Lower", LOWER).await;
    for handed_on in [true, false] {
        let (case, _) = located(&app).await;
        app.coordinator.step_up().await;
        shared(&app, &case, &["location_coarse"], None).await;
        // Early in a day, so that it does not end in between.
        app.clock.advance(DAY - app.clock.now().as_seconds().rem_euclid(DAY) + 60);
        let before = look(&app.partner, &case, "").await;
        for _ in 0..4 {
            pin(&app, &case, 0, LOWER).await;
        }
        assert_eq!(look(&app.partner, &case, "").await, before, "within the day");
        if handed_on {
            let now = look(&app.caseworker, &case, "?audience=cell").await;
            assert_ne!(now["cell"], before["cell"]);
            assert_eq!(look(&app.partner, &case, "").await, now);
        } else {
            app.clock.advance(DAY);
            let after = look(&app.partner, &case, "").await;
            assert_ne!(after["cell"], before["cell"]);
            assert_ne!(after["as_of"], before["as_of"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_clue_there_is_no_cell() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let told = look(&app.caseworker, &case, "?audience=cell").await;
    assert_eq!(told["confidence"], "unknown");
    assert!(told.get("cell").is_none() && told.get("country").is_none(), "{told}");
    let map = app.caseworker.get(&format!("/v1/cases/{case}/location.svg?audience=province")).await;
    assert_eq!(map.status, 200, "{}", map.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_coarse_cannot_be_asked_for_in_other_ways() {
    let app = TestApp::spawn().await;
    let (case, _) = located(&app).await;
    shared(&app, &case, &["location_coarse"], None).await;
    let now = app.now();
    for (who, audience) in [(&app.partner, ""), (&app.coordinator, "&audience=province")] {
        for (name, value) in [("at", now.as_str()), ("known_at", &now), ("include", "proposed")] {
            let path = format!("/v1/cases/{case}/location?{name}={value}{audience}");
            who.get(&path).await.invalid(name);
        }
    }
    app.coordinator.get(&format!("/v1/cases/{case}/location?audience=street")).await.invalid("audience");
    let referrals = format!("/v1/cases/{case}/referrals");
    for (classes, precision) in [
        (&["content"][..], "cell"),
        (&["location_coarse"], "precise"),
        (&["location_precise"], "cell"),
        (&["location_coarse", "location_precise"], "province"),
        (&["location_coarse"], "street"),
    ] {
        app.coordinator
            .post(&referrals, referral(&app, classes, Some(precision)))
            .await
            .invalid("/precision");
    }
}
