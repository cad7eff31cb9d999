//! Who else is at the same place, and what all cases say together of a site.

use super::{LOWER, UPPER, add, list, look, number, pin, site};
use crate::support::{Actor, TestApp, Value, json, unknown_id};

async fn case_at(app: &TestApp, worker: &Actor, place: (f64, f64)) -> String {
    let case = app.case(worker).await;
    for days in [3, 2, 1] {
        add(app, &case, pin(app, days, place)).await;
    }
    case
}

async fn related(actor: &Actor, case: &str) -> Vec<Value> {
    actor.get(&format!("/v1/cases/{case}/related")).await.items()
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_at_one_place_are_told_of_each_other_with_why() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let first = case_at(&app, &app.caseworker, UPPER).await;
    let second = case_at(&app, &app.caseworker2, (UPPER.0 + 0.002, UPPER.1)).await;
    let far = case_at(&app, &app.caseworker, LOWER).await;
    let foreign = case_at_stranger(&app).await;
    look(&app).await;
    for (case, other) in [(&first, &second), (&second, &first)] {
        let items = related(&app.coordinator, case).await;
        assert_eq!(items.len(), 1, "neither the far one, nor itself, nor another organisation's: {items:?}");
        let item = &items[0];
        assert_eq!(item["case_id"], json!(other));
        let shown = app.coordinator.get(&format!("/v1/cases/{other}")).await.ok();
        assert_eq!(item["code_name"], shown["code_name"]);
        assert!(number(item, "alike") > 0.3 && number(item, "same_site") > 0.3, "{item}");
        assert_eq!(
            (&item["shared"][0]["site_id"], &item["shared"][0]["name"]),
            (&json!(upper), &json!("Upper"))
        );
        let why: Vec<&str> = list(item, "why").iter().map(|why| why.as_str().unwrap()).collect();
        assert!(why.contains(&"both may be at Upper"), "{why:?}");
        assert!(why.iter().any(|why| why.starts_with("pins of both are ")), "{why:?}");
        assert!(why.iter().any(|why| why.starts_with("the maps overlap by ")), "{why:?}");
    }
    assert_eq!(related(&app.coordinator, &far).await, Vec::<Value>::new());

    // A caseworker is told of their own cases alone.
    assert_eq!(related(&app.caseworker, &first).await, Vec::<Value>::new());
    app.caseworker.get(&format!("/v1/cases/{second}/related")).await.problem(404, "not-found");
    app.assign(&second, &app.caseworker).await;
    assert_eq!(related(&app.caseworker, &first).await[0]["case_id"], json!(second));
    app.coordinator.get(&format!("/v1/cases/{foreign}/related")).await.problem(404, "not-found");
    for actor in [&app.admin, &app.auditor] {
        actor.get(&format!("/v1/cases/{first}/related")).await.problem(403, "forbidden");
    }
    let audited = app.audited("location.related").await;
    assert!(audited.iter().any(|row| row["case_id"] == json!(first)));
}

async fn case_at_stranger(app: &TestApp) -> String {
    let case = app.case(&app.stranger).await;
    app.stranger.post(&format!("/v1/cases/{case}/clues"), pin(app, 1, UPPER)).await.ok();
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn clues_that_name_one_site_relate_cases() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    let mut cases = Vec::new();
    for _ in 0..2 {
        let case = app.case(&app.coordinator).await;
        let clue = super::said(&app, 1, "site", &json!({"site_id": upper}));
        add(&app, &case, clue).await;
        cases.push(case);
    }
    look(&app).await;
    let items = related(&app.coordinator, &cases[0]).await;
    assert_eq!(items[0]["case_id"], json!(cases[1]));
    assert!(items[0]["why"].to_string().contains("name the same site"), "{}", items[0]["why"]);
}

async fn person(app: &TestApp, case: &str, role: &str, name: &str) {
    let body = json!({"role": role, "names": [{"full": name, "kind": "given"}]});
    app.coordinator.post(&format!("/v1/cases/{case}/people"), body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_tells_how_many_are_held_there_at_least_and_in_all() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let etag = app.analyst.get(&format!("/v1/sites/{upper}")).await.etag();
    app.analyst.patch(&format!("/v1/sites/{upper}"), &etag, json!({"capacity_estimate": 300})).await.ok();
    let path = format!("/v1/sites/{upper}/evidence");
    let nobody = app.coordinator.get(&path).await.ok();
    assert_eq!(
        (&nobody["cases"], &nobody["at_least"], &nobody["expected_known"]),
        (&json!([]), &json!(0), &json!(0.0))
    );
    assert!(nobody.get("recapture").is_none());

    let first = case_at(&app, &app.caseworker, UPPER).await;
    let second = case_at(&app, &app.caseworker2, UPPER).await;
    let far = case_at(&app, &app.caseworker, LOWER).await;
    for (case, role, name) in [
        (&first, "victim", "Invented Ann"),
        (&first, "companion", "Invented Ben"),
        (&first, "companion", "Invented Cat"),
        (&second, "victim", "invented  BEN"),
        (&second, "companion", "Invented Ann"),
        (&second, "companion", "Invented Dee"),
        (&second, "family", "Invented Eve"),
        (&far, "victim", "Invented Fay"),
    ] {
        person(&app, case, role, name).await;
    }
    look(&app).await;
    let evidence = app.coordinator.get(&path).await.ok();
    assert_eq!(evidence["site_id"], json!(upper));
    let mut cases: Vec<&str> =
        list(&evidence, "cases").iter().map(|case| case["case_id"].as_str().unwrap()).collect();
    cases.sort_unstable();
    let mut expected = [first.as_str(), second.as_str()];
    expected.sort_unstable();
    assert_eq!(cases, expected);
    let sum: f64 = list(&evidence, "cases").iter().map(|case| number(case, "probability")).sum();
    assert!((number(&evidence, "expected_known") - sum).abs() < 1e-6, "one victim each");
    assert!(evidence["at_least"].as_u64().is_some_and(|count| (1..=2).contains(&count)), "{evidence}");
    assert_eq!((&evidence["reported_most"], &evidence["reported_median"]), (&json!(300), &json!(300)));
    // Ann and Ben are known, Ann, Ben, Cat and Dee are named: (2 + 1) * (4 + 1) / (2 + 1) - 1.
    let recapture = &evidence["recapture"];
    assert_eq!((&recapture["shared"], number(recapture, "estimate")), (&json!(2), 4.0), "{recapture}");
    assert!(number(recapture, "low") >= 4.0 && number(recapture, "high") >= number(recapture, "low"));
    assert!(list(&evidence, "assumptions").len() >= 4);
    assert!(!evidence.to_string().contains("Invented"), "no names");

    // Once people were counted, the counts are what is reported, and what it may hold is not.
    let counted = json!({
        "at": app.now(), "kind": "people_seen", "data": {"count": {"low": 80, "high": 120}},
        "source": {"kind": "person", "label": "a driver"}, "reliability": "B", "credibility": 2,
    });
    app.analyst.post(&format!("/v1/sites/{upper}/observations"), counted).await.ok();
    let evidence = app.coordinator.get(&path).await.ok();
    assert_eq!(evidence["reported_most"], json!(120));

    // A caseworker counts their own cases alone.
    let own = app.caseworker.get(&path).await.ok();
    assert_eq!(list(&own, "cases").len(), 1);
    assert!(number(&own, "expected_known") <= 1.0);
    for actor in [&app.officer, &app.partner, &app.admin, &app.auditor] {
        actor.get(&path).await.problem(403, "forbidden");
    }
    let foreign = app.stranger.get(&path).await;
    foreign.problem(404, "not-found");
    assert_eq!(foreign.text, app.stranger.get(&format!("/v1/sites/{}/evidence", unknown_id())).await.text);
    let audited = app.audited("site.evidence").await;
    assert!(audited.iter().any(|row| row["object_id"] == json!(upper)), "{audited:?}");
}
