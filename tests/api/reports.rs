//! `/v1/operations/{id}/reports`

use farlight::db::types::Time;

use crate::operations::{approved, drafted, plan, plan_apart, step};
use crate::support::contact::Contact;
use crate::support::{TestApp, Value, id, json, unknown_id};

fn report(app: &TestApp) -> Value {
    json!({"at": app.now(), "lat": 16.681, "lon": 98.512, "seen": "Two guards at the gate. No lights on the third floor."})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reports_from_the_field() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let body = report(&app);
    let reply = app.officer.post(&reports, body.clone()).await;
    let made = reply.ok();
    assert_eq!(reply.status, 201);
    for member in ["at", "lat", "lon", "seen"] {
        assert_eq!(made[member], body[member], "{member}");
    }
    assert_eq!(made["author_id"], app.officer.id);
    assert_eq!(made["operation_id"], path.rsplit_once('/').unwrap().1);
    assert!(made["recorded_at"].is_string());
    assert_eq!(app.officer.get(&reports).await.items(), std::slice::from_ref(&made));
    assert_eq!(app.coordinator.get(&reports).await.items(), [made]);

    // Without a position there is none, not a zero.
    let words = app.officer.post(&reports, json!({"at": app.now(), "seen": "All quiet."})).await.ok();
    assert!(words.get("lat").is_none() && words.get("lon").is_none(), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_on_it_or_no_longer_neither_reports_nor_reads() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = approved(&app, &case).await;
    let reports = format!("{path}/reports");
    let unknown = format!("/v1/operations/{}/reports", unknown_id());
    for actor in [&app.officer2, &app.stranger_officer, &app.stranger] {
        let (foreign, nothing) = (actor.get(&reports).await, actor.get(&unknown).await);
        foreign.problem(404, "not-found");
        assert_eq!(foreign.text, nothing.text);
        actor.post(&reports, report(&app)).await.problem(404, "not-found");
    }
    for actor in [&app.caseworker, &app.analyst, &app.auditor, &app.partner, &app.admin] {
        actor.get(&reports).await.problem(403, "forbidden");
        actor.post(&reports, report(&app)).await.problem(403, "forbidden");
    }
    step(&app.officer, &path, "start").await;
    app.officer.post(&reports, report(&app)).await.ok();
    step(&app.officer, &path, "complete").await;
    app.officer.get(&reports).await.problem(404, "not-found");
    app.officer.post(&reports, report(&app)).await.problem(404, "not-found");
    app.coordinator.post(&reports, report(&app)).await.ok();
    assert_eq!(app.coordinator.get(&reports).await.items().len(), 2);

    let draft = drafted(&app, &case).await;
    app.officer.post(&format!("{draft}/reports"), report(&app)).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_sent_again_by_a_weak_link_is_there_once() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let mut body = report(&app);
    body["id"] = json!(unknown_id());
    app.officer.token().await;
    let race = (0..8).map(|_| app.officer.post_once(&reports, "report-1", body.clone()));
    let replies = futures_util::future::join_all(race).await;
    for reply in &replies {
        assert_eq!(reply.ok()["id"], body["id"]);
        assert_eq!(reply.text, replies[0].text);
    }
    assert_eq!(app.officer.get(&reports).await.items().len(), 1);
    // The answer can still be had when the operation has ended meanwhile: the phone may forget the report.
    step(&app.coordinator, &path, "start").await;
    step(&app.coordinator, &path, "complete").await;
    let late = app.officer.post_once(&reports, "report-1", body.clone()).await;
    assert_eq!((late.status, &late.text), (201, &replies[0].text));
    app.coordinator.post(&reports, body.clone()).await.problem(409, "id-taken");
    body["seen"] = json!("Something else.");
    app.officer.post_once(&reports, "report-1", body).await.problem(422, "idempotency-key-reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let ahead = |seconds: i64| app.clock.now().plus_seconds(seconds).to_string();
    for (pointer, member, value) in [
        ("/lon", "lon", json!(null)),
        ("/lat", "lat", json!(null)),
        ("/lat", "lat", json!(-91)),
        ("/lon", "lon", json!("98.5")),
        ("/seen", "seen", json!(" ")),
        ("/seen", "seen", json!("x".repeat(20_001))),
        ("/at", "at", json!(ahead(3_600))),
        ("/at", "at", json!("yesterday")),
        ("/guards", "guards", json!(2)),
    ] {
        let mut body = report(&app);
        body[member] = value;
        app.officer.post(&reports, body).await.invalid(pointer);
    }
    // A phone's clock may be a little fast.
    let mut body = report(&app);
    body["at"] = json!(ahead(120));
    app.officer.post(&reports, body).await.ok();
    app.officer.get(&format!("{reports}?status=x")).await.problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_paged_newest_first() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let mut expected = Vec::new();
    // Sent in another order than seen.
    for minutes in [3, 1, 5, 2, 4] {
        let at = app.clock.now().plus_seconds(-60 * minutes).to_string();
        let made = app.officer.post(&reports, json!({"at": at, "seen": "Quiet."})).await.ok();
        expected.push((minutes, id(&made)));
    }
    expected.sort_unstable();
    let mut seen = Vec::new();
    let mut page = format!("{reports}?limit=2");
    loop {
        let reply = app.officer.get(&page).await;
        seen.extend(reply.items().iter().map(id));
        let Some(cursor) = reply.body["next_cursor"].as_str() else {
            break;
        };
        page = format!("{reports}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_something_that_happens_on_every_case_of_the_operation() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let body = plan(&app, &[&case, &other]);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    let at = |case: String| {
        let app = &app;
        async move {
            let case = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
            case["updated_at"].as_str().unwrap().parse::<Time>().unwrap()
        }
    };
    let before = [at(case.clone()).await, at(other.clone()).await];
    app.officer.post(&format!("{path}/reports"), report(&app)).await.ok();
    assert!(at(case).await > before[0]);
    assert!(at(other).await > before[1]);
}

/// A live operation about these cases.
async fn live(app: &TestApp, cases: &[&str]) -> String {
    let body = plan_apart(app, cases);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    path
}

async fn site(app: &TestApp) -> String {
    let body = json!({
        "name": "Two towers", "names": [], "lat": 16.7, "lon": 98.5, "sigma_m": 300, "country": "MM",
        "verification": "confirmed", "activity": "active", "provenance": "publicly reported",
    });
    id(&app.analyst.post("/v1/sites", body).await.ok())
}

fn searched(app: &TestApp, searched: Value) -> Value {
    let mut body = report(app);
    body["searched"] = Value::Array(vec![searched]);
    body
}

async fn clues(app: &TestApp, case: &str) -> Vec<Value> {
    app.coordinator.get(&format!("/v1/cases/{case}/clues?sort=recorded_at")).await.items()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_in_vain_becomes_a_clue_of_each_case_that_counts_at_once() {
    let app = TestApp::spawn().await;
    let (first, second) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let path = live(&app, &[&first, &second]).await;
    let site = site(&app).await;
    let (from, until) = (app.clock.now().plus_seconds(-7_200).to_string(), app.now());
    let one = json!({"site_id": site, "probability_of_detection": 0.8, "found": false, "from": from, "until": until});
    let made = app.officer.post(&format!("{path}/reports"), searched(&app, one.clone())).await.ok();
    assert_eq!(made["searched"], json!([one]));
    assert_eq!(app.coordinator.get(&format!("{path}/reports")).await.items(), std::slice::from_ref(&made));
    for case in [&first, &second] {
        let clues = clues(&app, case).await;
        assert_eq!(clues.len(), 1);
        let clue = &clues[0];
        assert_eq!((&clue["kind"], &clue["status"]), (&json!("absence"), &json!("confirmed")));
        assert_eq!(clue["data"], json!({"site_id": site, "probability_of_detection": 0.8}));
        assert_eq!((&clue["observed_at"], &clue["observed_until"]), (&json!(from), &json!(until)));
        assert_eq!(clue["source"], json!({"kind": "field_report", "report_id": made["id"]}));
        assert_eq!((&clue["reliability"], &clue["credibility"]), (&json!("B"), &json!(2)));
        assert_eq!(clue["author_id"], app.officer.id);
    }
    let timeline = app.coordinator.get(&format!("/v1/cases/{first}/timeline?kind=clue,report")).await.items();
    assert_eq!(timeline.len(), 2);
    // The officer adds to a case and reads nothing in it.
    app.officer.get(&format!("/v1/cases/{first}/clues")).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_says_where_they_are() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = live(&app, &[&case]).await;
    let circle = json!({"lat": 16.7, "lon": 98.5, "radius_km": 0.25});
    let one = json!({"circle": circle, "probability_of_detection": 0.9, "found": true});
    app.officer.post(&format!("{path}/reports"), searched(&app, one)).await.ok();
    let site = site(&app).await;
    let one = json!({"site_id": site, "probability_of_detection": 0.9, "found": true});
    app.officer.post(&format!("{path}/reports"), searched(&app, one)).await.ok();
    let clues = clues(&app, &case).await;
    let said: Vec<_> = clues.iter().map(|clue| (&clue["kind"], &clue["data"])).collect();
    let point = json!({"lat": 16.7, "lon": 98.5, "accuracy_m": 250.0});
    assert_eq!(said, [(&json!("point"), &point), (&json!("site"), &json!({"site_id": site}))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_some_of_them_is_about_their_cases_alone() {
    let app = TestApp::spawn().await;
    let (first, second) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let person = Contact::person(&app, &second, "victim").await;
    let path = live(&app, &[&first, &second]).await;
    let reports = format!("{path}/reports");
    let circle = json!({"lat": 16.7, "lon": 98.5, "radius_km": 0.25});
    let found = json!({"circle": circle, "probability_of_detection": 0.9, "found": true});
    app.officer.post(&reports, searched(&app, found.clone())).await.invalid("/searched/0/person_ids");
    for whom in [json!([unknown_id()]), json!([person, unknown_id()])] {
        let mut one = found.clone();
        let pointer = format!("/searched/0/person_ids/{}", whom.as_array().unwrap().len() - 1);
        one["person_ids"] = whom;
        app.officer.post(&reports, searched(&app, one)).await.invalid(&pointer);
    }
    assert!(app.officer.get(&reports).await.items().is_empty(), "what was refused left nothing");
    let mut one = found;
    one["person_ids"] = json!([person]);
    app.officer.post(&reports, searched(&app, one)).await.ok();
    assert_eq!((clues(&app, &first).await.len(), clues(&app, &second).await.len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = live(&app, &[&case]).await;
    let reports = format!("{path}/reports");
    let ahead = app.clock.now().plus_seconds(3_600).to_string();
    let circle = json!({"lat": 16.7, "lon": 98.5, "radius_km": 0.25});
    let foreign = app.stranger.post("/v1/sites", json!({
        "name": "Theirs", "lat": 16.7, "lon": 98.5, "sigma_m": 300, "country": "MM", "provenance": "public",
    }));
    let foreign = id(&foreign.await.ok());
    for (pointer, member, value) in [
        ("/searched/0", "circle", json!(null)),
        ("/searched/0", "site_id", json!(foreign)),
        ("/searched/0/circle/radius_km", "circle", json!({"lat": 16.7, "lon": 98.5, "radius_km": 51})),
        ("/searched/0/circle/lat", "circle", json!({"lat": 96.7, "lon": 98.5, "radius_km": 1})),
        ("/searched/0/probability_of_detection", "probability_of_detection", json!(1.1)),
        ("/searched/0/from", "from", json!(ahead)),
        ("/searched/0/until", "until", json!(ahead)),
        ("/searched/0/until", "until", json!("2020-01-01T00:00:00Z")),
        ("/searched/0/lights", "lights", json!(true)),
    ] {
        let mut one = json!({"circle": circle, "probability_of_detection": 0.9, "found": false});
        one[member] = value;
        app.officer.post(&reports, searched(&app, one)).await.invalid(pointer);
    }
    let one = json!({"site_id": foreign, "probability_of_detection": 0.9, "found": false});
    app.officer.post(&reports, searched(&app, one.clone())).await.invalid("/searched/0/site_id");
    let mut body = report(&app);
    body["searched"] =
        json!(vec![json!({"circle": circle, "probability_of_detection": 0.9, "found": false}); 51]);
    app.officer.post(&reports, body).await.invalid("/searched");
    assert!(clues(&app, &case).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_from_the_field_lies_with_the_case_and_is_nothing_to_who_brought_it() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = live(&app, &[&case]).await;
    let files = format!("{path}/attachments");
    let photo = app.officer.upload(&files, "gate.txt", b"no picture, but a file").await.ok();
    assert_eq!((&photo["case_id"], &photo["author_id"]), (&json!(case), &json!(app.officer.id)));
    let bytes = format!("/v1/attachments/{}", id(&photo));
    for actor in [&app.officer, &app.officer2] {
        actor.get(&bytes).await.problem(404, "not-found");
        actor.get(&format!("/v1/cases/{case}/attachments")).await.problem(404, "not-found");
    }
    assert_eq!(app.caseworker.get(&bytes).await.text, "no picture, but a file");
    app.officer2.upload(&files, "gate.txt", b"x").await.problem(404, "not-found");
    app.stranger.upload(&files, "gate.txt", b"x").await.problem(404, "not-found");
    app.caseworker.upload(&files, "gate.txt", b"x").await.problem(403, "forbidden");

    // Named in a report, it is on record that it was; what somebody else brought to the case is not theirs to name.
    let mut body = report(&app);
    body["attachments"] = json!([id(&photo)]);
    let made = app.officer.post(&format!("{path}/reports"), body.clone()).await.ok();
    assert_eq!(made["attachments"], json!([id(&photo)]));
    let custody = app.caseworker.get(&format!("{bytes}/custody")).await.items();
    assert!(custody.iter().any(|held| held["action"] == "linked_to_report"), "{custody:?}");
    let other = app.caseworker.upload(&format!("/v1/cases/{case}/attachments"), "x.txt", b"x").await.ok();
    for ids in [json!([id(&other)]), json!([unknown_id()])] {
        body["attachments"] = ids;
        app.officer.post(&format!("{path}/reports"), body.clone()).await.invalid("/attachments/0");
    }
    body["attachments"] = json!([id(&photo), id(&photo)]);
    app.officer.post(&format!("{path}/reports"), body.clone()).await.invalid("/attachments/1");
    body["attachments"] = json!([id(&other)]);
    app.coordinator.post(&format!("{path}/reports"), body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_brought_to_one_of_the_operations_cases() {
    let app = TestApp::spawn().await;
    let (first, second) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let files = format!("{}/attachments", live(&app, &[&first, &second]).await);
    app.officer.upload(&files, "a.txt", b"x").await.invalid("case_id");
    app.officer.upload(&format!("{files}?case_id={}", unknown_id()), "a.txt", b"x").await.invalid("case_id");
    let photo = app.officer.upload(&format!("{files}?case_id={second}"), "a.txt", b"x").await.ok();
    assert_eq!(photo["case_id"], json!(second));
    let files = format!("{}/attachments", live(&app, &[]).await);
    app.officer.upload(&files, "a.txt", b"x").await.problem(409, "no-case");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polygon_is_one_clue_and_not_many_that_overlap() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = live(&app, &[&case]).await;
    let polygon = |ring: Value| json!({"type": "Polygon", "coordinates": [ring]});
    let ring = json!([[98.50, 16.69], [98.51, 16.69], [98.51, 16.70], [98.50, 16.70], [98.50, 16.69]]);
    let one = |polygon: Value| json!({"polygon": polygon, "probability_of_detection": 0.8, "found": false});
    let made =
        app.officer.post(&format!("{path}/reports"), searched(&app, one(polygon(ring.clone())))).await.ok();
    assert_eq!(made["searched"], json!([one(polygon(ring.clone()))]));
    let mut found = one(polygon(ring.clone()));
    found["found"] = json!(true);
    app.officer.post(&format!("{path}/reports"), searched(&app, found)).await.ok();
    let clues = clues(&app, &case).await;
    assert_eq!(clues.len(), 2);
    assert_eq!(clues[0]["data"], json!({"polygon": polygon(ring.clone()), "probability_of_detection": 0.8}));
    let middle = &clues[1]["data"];
    assert!(
        (middle["lat"].as_f64().unwrap() - 16.695).abs() < 1e-4
            && middle["accuracy_m"].as_f64().unwrap() > 700.0
    );
    app.coordinator.get(&format!("/v1/cases/{case}/location")).await.ok();
    let map = app.coordinator.get(&format!("/v1/cases/{case}/location.geojson")).await;
    assert!(map.text.contains("\"absence\""), "{}", map.text);

    for wrong in [
        json!({"type": "MultiPolygon", "coordinates": [ring]}),
        json!({"type": "Polygon", "coordinates": [ring, ring]}),
        json!({"type": "Polygon", "coordinates": []}),
        polygon(json!([[98.50, 16.69], [98.51, 16.69], [98.51, 16.70], [98.50, 16.70]])),
        polygon(json!([[98.50, 16.69], [98.51, 16.70], [98.51, 16.69], [98.50, 16.70], [98.50, 16.69]])),
        polygon(json!([[98.50, 16.69], [98.51, 16.69], [98.52, 16.69], [98.50, 16.69]])),
        polygon(json!([[98.0, 16.0], [100.0, 16.0], [99.0, 18.0], [98.0, 16.0]])),
    ] {
        let reply = app.officer.post(&format!("{path}/reports"), searched(&app, one(wrong))).await;
        reply.invalid("/searched/0/polygon");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_team_sees_of_a_site_becomes_an_observation_of_it() {
    let app = TestApp::spawn().await;
    let path = live(&app, &[]).await;
    let (here, there) = (site(&app).await, site(&app).await);
    let reports = format!("{path}/reports");
    let observed = json!([
        {"site_id": here, "kind": "moved_to", "data": {"site_id": there, "people": 40}},
        {"site_id": there, "kind": "guards", "data": {"count": {"low": 2, "high": 4}, "armed": true}},
        {"site_id": here, "kind": "evacuated", "data": {}},
    ]);
    let mut body = report(&app);
    body["observed"] = observed.clone();
    let made = app.officer.post(&reports, body.clone()).await.ok();
    assert_eq!(made["observed"], observed);
    let seen = app.analyst.get(&format!("/v1/sites/{here}/observations")).await.items();
    let kinds: std::collections::BTreeSet<_> =
        seen.iter().map(|seen| seen["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains("evacuated") && kinds.contains("moved_to"), "{kinds:?}");
    let one = seen.iter().find(|seen| seen["kind"] == "evacuated").unwrap();
    assert_eq!(one["source"], json!({"kind": "field_report", "report_id": made["id"]}));
    assert_eq!((&one["at"], &one["author_id"]), (&made["at"], &json!(app.officer.id)));
    assert_eq!(app.analyst.get(&format!("/v1/sites/{here}")).await.ok()["activity"], "evacuated");
    // The officer adds to what is known of a site and does not read it.
    app.officer.get(&format!("/v1/sites/{here}/observations")).await.problem(403, "forbidden");

    for (pointer, one) in [
        ("/observed/0/site_id", json!({"site_id": unknown_id(), "kind": "evacuated", "data": {}})),
        ("/observed/0/kind", json!({"site_id": here, "kind": "assessment", "data": {"activity": "active"}})),
        ("/observed/0/data/site_id", json!({"site_id": here, "kind": "moved_to", "data": {"site_id": here}})),
        ("/observed/0/data/count", json!({"site_id": here, "kind": "guards", "data": {"count": -1}})),
        (
            "/observed/0/at",
            json!({
                "site_id": here, "kind": "evacuated", "data": {}, "at": app.clock.now().plus_seconds(3_600).to_string(),
            }),
        ),
    ] {
        body["observed"] = json!([one]);
        app.officer.post(&reports, body.clone()).await.invalid(pointer);
    }
    assert_eq!(app.officer.get(&reports).await.items().len(), 1);
}

/// On PostgreSQL two that hold what the other waits for would end with a 503.
#[tokio::test(flavor = "multi_thread")]
async fn reports_on_the_same_sites_and_cases_at_once_all_arrive() {
    let app = TestApp::spawn().await;
    let (first, second) = (app.case(&app.coordinator).await, app.case(&app.coordinator).await);
    let people =
        [Contact::person(&app, &first, "victim").await, Contact::person(&app, &second, "victim").await];
    let path = live(&app, &[&first, &second]).await;
    let reports = format!("{path}/reports");
    let sites = [site(&app).await, site(&app).await];
    for actor in [&app.officer, &app.coordinator, &app.analyst] {
        actor.token().await;
    }
    let circle = json!({"lat": 16.7, "lon": 98.5, "radius_km": 0.25});
    let mut requests = Vec::new();
    for round in 0..16 {
        let (a, b) = (round % 2, 1 - round % 2);
        let mut body = report(&app);
        body["searched"] = [a, b]
            .map(|n| json!({"circle": circle, "probability_of_detection": 0.5, "found": false, "person_ids": [people[n]]}))
            .as_slice()
            .into();
        body["observed"] =
            [b, a].map(|n| json!({"site_id": sites[n], "kind": "raid", "data": {}})).as_slice().into();
        let who = if round % 3 == 0 { &app.officer } else { &app.coordinator };
        requests.push((who, reports.clone(), body));
        let seen = json!({
            "at": app.now(), "kind": "raid", "data": {}, "source": {"kind": "staff"}, "reliability": "B", "credibility": 2,
        });
        requests.push((&app.analyst, format!("/v1/sites/{}/observations", sites[a]), seen));
        let clue = json!({
            "kind": "country", "data": {"country": "MM"}, "observed_at": app.now(),
            "source": {"kind": "open_source"}, "reliability": "C", "credibility": 3,
        });
        let case = if a == 0 { &first } else { &second };
        requests.push((&app.analyst, format!("/v1/cases/{case}/clues"), clue));
    }
    let replies = requests.into_iter().map(|(who, path, body)| async move { who.post(&path, body).await });
    for reply in futures_util::future::join_all(replies).await {
        reply.ok();
    }
}
