//! `/v1/sites/{id}/dossier` and `/v1/sites/{id}/dossier.md`

use crate::support::{TestApp, Value, id, json, unknown_id};

async fn observe(app: &TestApp, site: &str, days: i64, kind: &str, data: Value) -> String {
    let body = json!({
        "at": app.clock.now().plus_seconds(-days * 86_400).to_string(), "kind": kind, "data": data, "reliability": "B",
        "credibility": 2, "source": {"kind": "person", "label": "a | driver"}, "note": "Told by Invented Ann.",
    });
    id(&app.caseworker.post(&format!("/v1/sites/{site}/observations"), body).await.ok())
}

/// A site with everything; gives its id, the retracted observation and the code name of a case that points at it.
async fn planted(app: &TestApp) -> (String, String, String) {
    let site = json!({
        "name": "Upper <b>", "names": ["上园区"], "lat": 17.25, "lon": 98.05, "sigma_m": 1_000, "extent_m": 200,
        "country": "MM", "verification": "confirmed", "capacity_estimate": 900, "provenance": "A page.\nLine two.",
    });
    let lower = json!({
        "name": "Lower", "lat": 16.25, "lon": 97.95, "sigma_m": 1_000, "country": "MM", "provenance": "invented",
    });
    let site = id(&app.analyst.post("/v1/sites", site).await.ok());
    let lower = id(&app.analyst.post("/v1/sites", lower).await.ok());
    observe(app, &site, 40, "people_seen", json!({"count": {"low": 300, "high": 500}, "under_guard": true}))
        .await;
    observe(app, &site, 39, "buildings", json!({"count": 12, "state": "under_construction"})).await;
    observe(app, &site, 5, "evacuated", json!({"people_left": 20, "tipped_off": true})).await;
    observe(app, &site, 4, "moved_to", json!({"site_id": lower, "people": 380})).await;
    let wrong = observe(app, &site, 2, "raid", json!({"by": "the wrong police"})).await;
    let reason = json!({"reason": "Invented Ben misheard."});
    app.analyst.post(&format!("/v1/observations/{wrong}/retract"), reason).await.ok();
    let actor = json!({
        "kind": "company", "names": ["Invented Holding"], "country": "HK",
        "identifiers": [{"kind": "registration", "value": "A-17"}],
    });
    let link = json!({
        "actor_id": id(&app.analyst.post("/v1/actors", actor).await.ok()), "relation": "leases_to",
        "from": "2024-01-01T00:00:00Z", "source": {"kind": "open_source", "label": "a register"}, "reliability": "A",
        "credibility": 1, "note": "Told by Invented Ann.",
    });
    app.analyst.post(&format!("/v1/sites/{site}/actors"), link).await.ok();

    let case = app.case(&app.coordinator).await;
    for days in [46, 45, 44] {
        let body = json!({
            "kind": "point", "data": {"lat": 17.25, "lon": 98.05, "accuracy_m": 50, "via": "pin"}, "status": "confirmed",
            "observed_at": app.clock.now().plus_seconds(-days * 86_400).to_string(), "reliability": "B",
            "credibility": 2, "source": {"kind": "open_source", "label": "an invented page"},
        });
        app.coordinator.post(&format!("/v1/cases/{case}/clues"), body).await.ok();
    }
    let person = json!({"role": "victim", "names": [{"full": "Invented Fay", "kind": "given"}]});
    app.coordinator.post(&format!("/v1/cases/{case}/people"), person).await.ok();
    farlight::estimates::watch::run_once(&app.services).await.unwrap();
    let code_name = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok()["code_name"].clone();
    (site, wrong, format!("{case} {}", code_name.as_str().unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dossier_holds_all_that_stands_and_names_no_case_and_none_of_the_staff() {
    let app = TestApp::spawn().await;
    let (site, wrong, case) = planted(&app).await;
    let (case_id, code_name) = case.split_once(' ').unwrap();
    let path = format!("/v1/sites/{site}/dossier");
    let reply = app.coordinator.get(&path).await;
    let dossier = reply.ok();
    assert_eq!(
        (&dossier["site"]["name"], &dossier["site"]["activity"]),
        (&json!("Upper <b>"), &json!("evacuated"))
    );
    assert_eq!((&dossier["site_id"], &dossier["retracted"]), (&json!(site), &json!(1)));
    let history = dossier["history"].as_array().unwrap();
    assert_eq!(history.last().unwrap()["activity"], "evacuated");
    assert_eq!(dossier["people"][0]["high"], 500);
    assert_eq!(dossier["buildings"][0]["low"], 12);
    let observations = dossier["observations"].as_array().unwrap();
    let kinds: Vec<&Value> = observations.iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["assessment", "moved_to", "evacuated", "buildings", "people_seen"]);
    assert_eq!(observations[1]["destination"], "Lower");
    assert_eq!(observations[1]["source"], json!({"kind": "person", "label": "a | driver"}));
    let actor = &dossier["actors"][0];
    assert_eq!((&actor["names"], &actor["relation"]), (&json!(["Invented Holding"]), &json!("leases_to")));
    assert_eq!((&actor["reliability"], &actor["source"]["label"]), (&json!("A"), &json!("a register")));
    assert_eq!(dossier["evidence"]["reported_most"], 500);
    assert!(dossier["evidence"]["cases"].as_u64().is_some_and(|cases| cases >= 1), "{}", dossier["evidence"]);

    let paper = app.analyst.get(&format!("{path}.md")).await;
    assert_eq!(paper.header("content-type"), "text/markdown; charset=utf-8");
    assert_eq!(paper.header("content-disposition"), "attachment; filename=\"dossier.md\"");
    for line in [
        "# Upper &lt;b&gt;",
        "| Also called | 上园区 |",
        "| Entry from | A page. Line two. |",
        "300 to 500 people, under guard",
        "380 people taken to Lower",
        "20 stayed behind, those who run it had been warned",
        "12 buildings, under construction",
        "person: a \\| driver | B2 |",
        "| Invented Holding (company) | leases to | since 1 January 2024 | HK; registration A\\-17 |",
        "Beside them 1 that were retracted",
    ] {
        assert!(paper.text.contains(line), "{line} is not in\n{}", paper.text);
    }
    // Every row of a table has as many cells as its head.
    let mut width = None;
    for line in paper.text.lines() {
        let cells = line.replace("\\|", "").matches('|').count();
        if cells == 0 {
            width = None;
            continue;
        }
        assert_eq!(*width.get_or_insert(cells), cells, "{line}");
    }
    let mut hidden =
        vec![case_id, code_name, "Invented Ann", "Invented Ben", "Invented Fay", "wrong police", &wrong];
    hidden.extend([app.caseworker.id.as_str(), &app.analyst.id, &app.coordinator.id]);
    for text in [&reply.text, &paper.text] {
        for name in &hidden {
            assert!(!text.contains(name), "{name} is in\n{text}");
        }
    }
    for action in ["dossier.show", "dossier.print"] {
        assert_eq!(app.audited(action).await[0]["object_id"], json!(site), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dossiers_are_for_coordinators_and_analysts() {
    let app = TestApp::spawn().await;
    let body = json!({
        "name": "Bare", "lat": 17.25, "lon": 98.05, "sigma_m": 1_000, "country": "MM", "provenance": "invented",
    });
    let site = id(&app.analyst.post("/v1/sites", body).await.ok());
    for tail in ["dossier", "dossier.md"] {
        let path = format!("/v1/sites/{site}/{tail}");
        for actor in [&app.caseworker, &app.officer, &app.partner, &app.admin, &app.auditor] {
            actor.get(&path).await.problem(403, "forbidden");
        }
        let there = app.stranger.get(&path).await;
        there.problem(404, "not-found");
        assert_eq!(there.text, app.stranger.get(&format!("/v1/sites/{}/{tail}", unknown_id())).await.text);
    }
    let bare = app.analyst.get(&format!("/v1/sites/{site}/dossier")).await.ok();
    assert_eq!((&bare["observations"], &bare["actors"]), (&json!([]), &json!([])));
    let paper = app.analyst.get(&format!("/v1/sites/{site}/dossier.md")).await;
    assert!(paper.text.contains("Nothing that was seen of the site is on record."), "{}", paper.text);
    assert!(!paper.text.contains("## What was seen"), "{}", paper.text);
}
