//! What the steps of an operation do to its cases: `/v1/operations/{id}/approve`, `complete`, `abort`

use crate::operations::{plan_apart, ready_to_start, step};
use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

/// A case of the caseworker's that is located, with so many victims; gives it and them.
async fn located(app: &TestApp, victims: usize) -> (String, Vec<String>) {
    let case = app.case(&app.caseworker).await;
    let mut people = Vec::new();
    for _ in 0..victims {
        people.push(Contact::person(app, &case, "victim").await);
    }
    move_to(app, &case, &["active", "located"]).await;
    (case, people)
}

async fn move_to(app: &TestApp, case: &str, way: &[&str]) {
    for status in way {
        let body = json!({"status": status, "reason": "told by the family"});
        app.coordinator.post(&format!("/v1/cases/{case}/status"), body).await.ok();
    }
}

async fn planned(app: &TestApp, kind: &str, cases: &[&str], site: Option<&str>) -> String {
    let mut body = plan_apart(app, cases);
    body["kind"] = json!(kind);
    if let Some(site) = site {
        body["site_id"] = json!(site);
    }
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    ready_to_start(app, &path).await;
    path
}

async fn status(app: &TestApp, case: &str) -> String {
    let case = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    case["status"].as_str().unwrap().to_owned()
}

async fn site(app: &TestApp, lat: f64) -> String {
    let body = json!({
        "name": "Two towers", "lat": lat, "lon": 98.5, "sigma_m": 300, "country": "MM",
        "provenance": "publicly reported",
    });
    id(&app.analyst.post("/v1/sites", body).await.ok())
}

/// Starts an operation and ends it with an outcome for each of these people.
async fn complete(who: &Actor, path: &str, people: &[(&str, &str)], more: Value) -> Value {
    step(who, path, "start").await;
    let people: Vec<_> =
        people.iter().map(|(person, outcome)| json!({"person_id": person, "outcome": outcome})).collect();
    let mut body = json!({"people": people});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.post(&format!("{path}/complete"), body).await.ok()
}

async fn tasks(app: &TestApp, case: &str) -> Vec<Value> {
    app.coordinator.get(&format!("/v1/cases/{case}/tasks")).await.items()
}

async fn clues(app: &TestApp, case: &str) -> Vec<Value> {
    app.coordinator.get(&format!("/v1/cases/{case}/clues?sort=recorded_at")).await.items()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_out_is_recovered_and_to_be_screened() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 2).await;
    let path = planned(&app, "extraction", &[&case], None).await;
    assert_eq!(status(&app, &case).await, "rescue_planned");
    let before = app.clock.now();
    // By an officer, who reads nothing of the case, and for whom it is gone when they have ended it.
    let told = [(people[0].as_str(), "recovered"), (people[1].as_str(), "recovered")];
    complete(&app.officer, &path, &told, json!({})).await;
    assert_eq!(status(&app, &case).await, "recovered");

    let tasks = tasks(&app, &case).await;
    assert_eq!(tasks.len(), 1, "one conversation is planned, with all of them");
    let task = &tasks[0];
    assert_eq!((&task["kind"], &task["assignee_id"]), (&json!("screening"), &json!(app.caseworker.id)));
    assert!(task["note"].as_str().unwrap().contains("they are not suspects"));
    let due: farlight::db::types::Time = task["due_at"].as_str().unwrap().parse().unwrap();
    assert!(due >= before.plus_seconds(72 * 3_600) && due <= app.clock.now().plus_seconds(72 * 3_600));
    let list = app.caseworker.get("/v1/me/worklist").await.ok();
    assert_eq!(list["tasks"][0]["task_id"], task["id"]);

    let moves: Vec<_> = app
        .caseworker
        .get(&format!("/v1/cases/{case}/timeline?kind=status"))
        .await
        .items()
        .iter()
        .map(|item| (item["to_status"].clone(), item["actor_id"].clone(), item["reason"].is_string()))
        .collect();
    let by = |status: &str, who: &Actor| (json!(status), json!(who.id), true);
    assert_eq!(moves[2..], [by("rescue_planned", &app.coordinator2), by("recovered", &app.officer)]);

    // Ended once is ended: nothing is told twice.
    app.coordinator.post(&format!("{path}/complete"), json!({})).await.problem(409, "invalid-transition");
    assert_eq!(self::tasks(&app, &case).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_recovered_when_the_last_of_its_victims_is() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 2).await;
    let (first, second) = (people[0].as_str(), people[1].as_str());
    Contact::person(&app, &case, "family").await;
    let path = planned(&app, "extraction", &[&case], None).await;
    complete(&app.officer, &path, &[(first, "recovered")], json!({})).await;
    assert_eq!(status(&app, &case).await, "located", "the plan is over, and somebody is still there");
    let path = planned(&app, "handover", &[&case], None).await;
    complete(&app.coordinator, &path, &[(second, "recovered")], json!({})).await;
    assert_eq!(status(&app, &case).await, "recovered");
    assert_eq!(tasks(&app, &case).await.len(), 2);

    // Taken again, all of them: what was told of before says nothing of now.
    move_to(&app, &case, &["active", "located"]).await;
    let path = planned(&app, "extraction", &[&case], None).await;
    complete(&app.coordinator, &path, &[(first, "recovered")], json!({})).await;
    assert_eq!(status(&app, &case).await, "located");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_intake_a_case_takes_every_step_of_its_machine() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let person = Contact::person(&app, &case, "victim").await;
    let path = planned(&app, "welfare_check", &[&case], None).await;
    assert_eq!(status(&app, &case).await, "intake", "a visit is no way out");
    complete(&app.officer, &path, &[(person.as_str(), "recovered")], json!({})).await;
    let items = app.coordinator.get(&format!("/v1/cases/{case}/timeline?kind=status")).await.items();
    let moves: Vec<_> = items.iter().map(|item| item["to_status"].as_str().unwrap()).collect();
    assert_eq!(moves, ["active", "recovered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_found_is_sought_again_and_the_search_counts_once() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 1).await;
    let site = site(&app, 16.7).await;
    let not_found = [(people[0].as_str(), "not_found")];
    let path = planned(&app, "extraction", &[&case], Some(&site)).await;
    let more = json!({"probability_of_detection": 0.9});
    let done = complete(&app.coordinator, &path, &not_found, more).await;
    assert_eq!(done["probability_of_detection"], 0.9);
    assert_eq!(status(&app, &case).await, "active");
    let told = clues(&app, &case).await;
    assert_eq!((told.len(), &told[0]["status"]), (1, &json!("confirmed")));
    assert_eq!(told[0]["data"], json!({"site_id": site, "probability_of_detection": 0.9}));
    assert_eq!(told[0]["source"]["kind"], "field_report");
    assert!(
        told[0]["observed_at"].as_str() < told[0]["observed_until"].as_str(),
        "from the start to the end"
    );

    // Without a site it is around the target, and unsaid the probability is that of the settings.
    move_to(&app, &case, &["located"]).await;
    let path = planned(&app, "extraction", &[&case], None).await;
    complete(&app.officer, &path, &not_found, json!({})).await;
    let told = clues(&app, &case).await;
    let circle = json!({"lat": 16.68, "lon": 98.51, "radius_km": 0.5, "probability_of_detection": 0.6});
    assert_eq!((told.len(), &told[1]["data"]), (2, &circle));

    // A report has told it already, and better.
    let path = planned(&app, "reconnaissance", &[&case], Some(&site)).await;
    step(&app.officer, &path, "start").await;
    let one = json!({"site_id": site, "probability_of_detection": 0.4, "found": false});
    let body = json!({"at": app.now(), "seen": "We asked at the gate.", "searched": [one]});
    app.officer.post(&format!("{path}/reports"), body).await.ok();
    let people = json!([{"person_id": people[0], "outcome": "not_found"}]);
    app.officer.post(&format!("{path}/complete"), json!({"people": people})).await.ok();
    assert_eq!(clues(&app, &case).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_moved_is_where_they_were_taken() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 1).await;
    let (here, there) = (site(&app, 16.7).await, site(&app, 16.9).await);
    let moved = [(people[0].as_str(), "moved")];
    let path = planned(&app, "extraction", &[&case], Some(&here)).await;
    step(&app.coordinator, &path, "start").await;
    let body =
        json!({"people": [{"person_id": people[0], "outcome": "moved"}], "moved_to_site_id": unknown_id()});
    app.coordinator.post(&format!("{path}/complete"), body).await.invalid("/moved_to_site_id");
    let body = json!({"people": [{"person_id": people[0], "outcome": "moved"}], "moved_to_site_id": there});
    let done = app.coordinator.post(&format!("{path}/complete"), body).await.ok();
    assert_eq!(done["moved_to_site_id"], json!(there));
    assert_eq!(status(&app, &case).await, "located");
    let told = clues(&app, &case).await;
    let mut kinds: Vec<_> = told
        .iter()
        .map(|clue| (clue["kind"].as_str().unwrap(), clue["data"]["site_id"].as_str().unwrap()))
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [("absence", here.as_str()), ("site", there.as_str())]);

    let seen = app.analyst.get(&format!("/v1/sites/{here}/observations?kind=moved_to")).await.items();
    assert_eq!((seen.len(), &seen[0]["data"]), (1, &json!({"site_id": there, "people": 1})));

    let path = planned(&app, "extraction", &[&case], Some(&there)).await;
    complete(&app.officer, &path, &moved, json!({})).await;
    assert_eq!(status(&app, &case).await, "active", "and nobody knows where");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_declined_is_spoken_with_again() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 1).await;
    let path = planned(&app, "extraction", &[&case], None).await;
    complete(&app.officer, &path, &[(people[0].as_str(), "declined")], json!({})).await;
    assert_eq!(status(&app, &case).await, "located");
    let tasks = tasks(&app, &case).await;
    assert_eq!((tasks.len(), &tasks[0]["kind"]), (1, &json!("follow_up")));
    assert!(clues(&app, &case).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_the_leads_else_a_coordinators() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 1).await;
    app.coordinator.delete(&format!("/v1/cases/{case}/assignments/{}", app.caseworker.id)).await;
    let path = planned(&app, "extraction", &[&case], None).await;
    complete(&app.officer, &path, &[(people[0].as_str(), "recovered")], json!({})).await;
    assert_eq!(tasks(&app, &case).await[0]["assignee_id"], json!(app.coordinator2.id), "who approved it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_out_is_planned_while_an_approved_plan_stands() {
    let app = TestApp::spawn().await;
    let (case, _) = located(&app, 1).await;
    let active = app.case(&app.caseworker).await;
    move_to(&app, &active, &["active"]).await;
    planned(&app, "reconnaissance", &[&case], None).await;
    assert_eq!(status(&app, &case).await, "located", "to look is no way out");
    let first = planned(&app, "extraction", &[&case, &active], None).await;
    assert_eq!(
        (status(&app, &case).await.as_str(), status(&app, &active).await.as_str()),
        ("rescue_planned", "active")
    );
    let second = planned(&app, "raid_support", &[&case], None).await;
    let reason = json!({"reason": "Dogs."});
    app.officer.post(&format!("{first}/abort"), reason.clone()).await.ok();
    assert_eq!(status(&app, &case).await, "rescue_planned", "another plan stands");
    app.coordinator.post(&format!("{second}/abort"), reason.clone()).await.ok();
    assert_eq!(status(&app, &case).await, "located");

    // What takes an approval back takes its way out back, also from a case that is no longer in the plan.
    for change in [json!({"title": "Another"}), json!({"case_ids": []}), json!({"kind": "welfare_check"})] {
        let path = planned(&app, "handover", &[&case], None).await;
        assert_eq!(status(&app, &case).await, "rescue_planned");
        let etag = app.coordinator.get(&path).await.etag();
        app.coordinator.patch(&path, &etag, change.clone()).await.ok();
        assert_eq!(status(&app, &case).await, "located", "{change}");
        app.coordinator.post(&format!("{path}/abort"), reason.clone()).await.ok();
        assert_eq!(status(&app, &case).await, "located");
    }
    let path = planned(&app, "handover", &[&case], None).await;
    app.coordinator.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.ok();
    assert_eq!(status(&app, &case).await, "located", "the team is part of the plan");

    // What somebody planned by hand, no draft takes back.
    move_to(&app, &case, &["rescue_planned"]).await;
    app.coordinator.post(&format!("{path}/abort"), reason).await.ok();
    assert_eq!(status(&app, &case).await, "rescue_planned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_somebody_gives_is_of_a_kind_too() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/tasks");
    let mut body = json!({"title": "Call the mother", "due_at": app.now()});
    assert_eq!(app.caseworker.post(&path, body.clone()).await.ok()["kind"], "general");
    body["kind"] = json!("follow_up");
    assert_eq!(app.caseworker.post(&path, body.clone()).await.ok()["kind"], "follow_up");
    body["kind"] = json!("urgent");
    app.caseworker.post(&path, body).await.invalid("/kind");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_it_is_told_when_it_ends_and_of_what_has_begun() {
    let app = TestApp::spawn().await;
    let (case, people) = located(&app, 1).await;
    let site = site(&app, 16.7).await;
    let path = planned(&app, "extraction", &[&case], None).await;
    let people = json!([{"person_id": people[0], "outcome": "recovered"}]);
    let body = json!({"reason": "Rain.", "people": people});
    app.coordinator.post(&format!("{path}/abort"), body.clone()).await.invalid("/people");
    for (pointer, body) in [
        ("/moved_to_site_id", json!({"moved_to_site_id": site})),
        ("/probability_of_detection", json!({"probability_of_detection": 0.5})),
    ] {
        app.coordinator.post(&format!("{path}/start"), body).await.invalid(pointer);
    }
    step(&app.officer, &path, "start").await;
    let beyond = json!({"probability_of_detection": 1.5});
    app.officer.post(&format!("{path}/complete"), beyond).await.invalid("/probability_of_detection");
    // Broken off, and somebody is out all the same.
    app.officer.post(&format!("{path}/abort"), body).await.ok();
    assert_eq!(status(&app, &case).await, "recovered");
}
