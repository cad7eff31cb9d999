//! Who may know where somebody is.

use super::{UPPER, add, list, look, pin, site};
use crate::support::{TestApp, id, json, unknown_id};

const PATHS: [&str; 5] = ["location", "location.svg", "location.geojson", "location.gpx", "location.kml"];

#[tokio::test(flavor = "multi_thread")]
async fn each_role_finds_what_it_may() {
    let app = TestApp::spawn().await;
    site(&app.analyst, "Upper", UPPER).await;
    let case = app.case(&app.caseworker).await;
    add(&app, &case, pin(&app, 1, UPPER)).await;
    for of in PATHS {
        let path = format!("/v1/cases/{case}/{of}");
        let nowhere = format!("/v1/cases/{}/{of}", unknown_id());
        for actor in [&app.coordinator, &app.caseworker, &app.analyst] {
            assert_eq!(actor.get(&path).await.status, 200, "{of} for {}", actor.email);
        }
        for actor in [&app.stranger, &app.caseworker2, &app.officer, &app.stranger_officer, &app.partner] {
            let reply = actor.get(&path).await;
            reply.problem(404, "not-found");
            assert_eq!(reply.text, actor.get(&nowhere).await.text, "as if it were nowhere");
        }
        for actor in [&app.admin, &app.auditor] {
            actor.get(&path).await.problem(403, "forbidden");
        }
        app.nobody.get(&path).await.problem(401, "unauthenticated");
    }
    for (action, count) in [("location.show", 3), ("location.map", 12)] {
        let rows = app.audited(action).await;
        let allowed = rows.iter().filter(|row| row["case_id"] == json!(case) && row["outcome"] != "denied");
        assert!(allowed.count() >= count, "{action}: {rows:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sees_the_place_if_it_is_in_the_referral() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    for (classes, allowed) in [(&["content"][..], false), (&["location_precise"], true)] {
        let case = app.case(&app.caseworker).await;
        add(&app, &case, pin(&app, 1, UPPER)).await;
        let expires_at = app.clock.now().plus_seconds(86_400).to_string();
        let body =
            json!({"user_id": app.partner.id, "classes": classes, "expires_at": expires_at, "note": "a bed"});
        let referral = id(&app.coordinator.post(&format!("/v1/cases/{case}/referrals"), body).await.ok());
        for of in PATHS {
            app.partner.get(&format!("/v1/cases/{case}/{of}")).await.problem(404, "not-found");
        }
        app.partner.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
        for of in PATHS {
            let reply = app.partner.get(&format!("/v1/cases/{case}/{of}")).await;
            assert_eq!(reply.status, if allowed { 200 } else { 403 }, "{of}: {}", reply.text);
            assert!(allowed || !(reply.text.contains("Upper") || reply.text.contains(&upper)));
        }
        app.partner.get(&format!("/v1/cases/{case}/related")).await.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_an_answer_tells_nothing_to_whoever_has_the_disk() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Zqtowers by the ferry", (17.251_234_5, 98.051_234_5)).await;
    let case = app.case(&app.caseworker).await;
    for days in [2, 1] {
        add(&app, &case, pin(&app, days, (17.251_234_5, 98.051_234_5))).await;
    }
    look(&app).await;
    let answer = super::estimate(&app, &case, "").await;
    assert_eq!(list(&answer, "candidates")[0]["site_id"], json!(upper));
    assert!(app.engine.longest("case_estimates", "summary") > 0, "it is kept");
    let stored = app.engine.everything();
    let holds = |needle: &[u8]| stored.windows(needle.len()).any(|window| window == needle);
    let best = answer["best"]["lat"].to_string();
    for needle in
        ["Zqtowers", "17.2512", best.get(..7).unwrap_or(&best), "area_km2", "expected_error", "farlight-h3"]
    {
        assert!(!holds(needle.as_bytes()), "{needle}");
    }
    for needle in [17.251_234_5_f64, answer["best"]["lat"].as_f64().unwrap()] {
        assert!(!holds(&needle.to_le_bytes()) && !holds(&needle.to_be_bytes()));
    }
}
