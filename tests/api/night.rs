//! One night of two visits, through HTTP: planned, approved, changed, approved again; links that are cut, a phone that
//! is lost, a team that is late; an absence that points at the next site; the person found, and what follows.
//!
//! The requests are those of `docs/a-night.md`: the page is written by this test and locked by it. After a change that is
//! meant, run it with `INSTA_UPDATE=always`.

use std::fmt::Write;
use std::path::Path;

use reqwest::Method;

use crate::support::contact::Contact;
use crate::support::{Actor, PASSWORD, Reply, TestApp, Value, id, json, send, unknown_id};

const MINUTE: i64 = 60;

/// What happens, and the page that tells of it.
struct Night<'a> {
    app: &'a TestApp,
    page: String,
    /// What is written on the page instead of what a run made up: ids and moments.
    names: Vec<(String, String)>,
    /// When it began, by the application's clock.
    dusk: i64,
    /// Minutes that it has lasted.
    minutes: i64,
}

impl<'a> Night<'a> {
    fn new(app: &'a TestApp) -> Self {
        let mut night = Self {
            app,
            page: String::new(),
            names: Vec::new(),
            dusk: app.clock.now().as_seconds(),
            minutes: 0,
        };
        for (actor, name) in [
            (&app.coordinator, "tam"),
            (&app.coordinator2, "ravi"),
            (&app.caseworker, "mei"),
            (&app.officer, "dao"),
            (&app.officer2, "soe"),
        ] {
            night.call(&actor.id, name);
        }
        night
    }

    fn call(&mut self, value: &str, name: &str) {
        self.names.push((value.to_owned(), format!("<{name}>")));
    }

    fn id(&mut self, answer: &Value, name: &str) -> String {
        let id = id(answer);
        self.call(&id, name);
        id
    }

    /// The moment so many minutes after dusk; on the page, of an evening in April.
    fn at(&mut self, minutes: i64) -> String {
        let written =
            farlight::db::types::Time::from_micros((self.dusk + minutes * MINUTE) * 1_000_000).to_string();
        let shown: farlight::db::types::Time = "2026-04-06T12:00:00Z".parse().unwrap();
        let shown = shown.plus_seconds(minutes * MINUTE).to_string();
        if !self.names.iter().any(|(known, _)| *known == written) {
            self.names.push((written.clone(), shown));
        }
        written
    }

    fn now(&mut self) -> String {
        self.at(self.minutes)
    }

    fn wait(&mut self, minutes: i64) {
        self.minutes += minutes;
        self.app.clock.advance(minutes * MINUTE);
    }

    fn tell(&mut self, words: &str) {
        write!(self.page, "\n{words}\n\n").unwrap();
    }

    /// Writes a request down, and the members of its answer that matter.
    fn write(
        &mut self,
        who: &str,
        (method, path): (&Method, &str),
        body: Option<&Value>,
        reply: &Reply,
        shown: &[&str],
    ) {
        write!(self.page, "**{who}** `{method} {path}`").unwrap();
        if let Some(body) = body {
            write!(self.page, "\n```json\n{}\n```\n", serde_json::to_string_pretty(body).unwrap()).unwrap();
        } else {
            self.page.push(' ');
        }
        write!(self.page, "→ {}", reply.status).unwrap();
        for pointer in shown {
            let value = reply.body.pointer(pointer).unwrap_or_else(|| panic!("{pointer} of {}", reply.text));
            let name = pointer.trim_start_matches('/').replace('/', ".");
            write!(self.page, ", `{name}`: `{value}`").unwrap();
        }
        self.page.push_str("\n\n");
    }

    async fn get(&mut self, (name, who): (&str, &Actor), path: &str, shown: &[&str]) -> Reply {
        let reply = who.get(path).await;
        self.write(name, (&Method::GET, path), None, &reply, shown);
        reply
    }

    async fn post(&mut self, (name, who): (&str, &Actor), path: &str, body: Value, shown: &[&str]) -> Reply {
        let reply = who.post(path, body.clone()).await;
        let body = body.as_object().is_some_and(|body| !body.is_empty()).then_some(&body);
        self.write(name, (&Method::POST, path), body, &reply, shown);
        reply
    }

    async fn patch(&mut self, (name, who): (&str, &Actor), path: &str, body: Value, shown: &[&str]) -> Reply {
        let etag = who.get(path).await.etag();
        let reply = who.patch(path, &etag, body.clone()).await;
        self.write(name, (&Method::PATCH, path), Some(&body), &reply, shown);
        reply
    }

    /// The page as it is to lie in the documentation.
    fn written(&self) -> String {
        let mut page = self.page.clone();
        // Longer values first: none is a part of another one then.
        let mut names = self.names.clone();
        names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        for (value, name) in &names {
            page = page.replace(value, name);
        }
        page.replace("\n\n\n", "\n\n")
    }
}

const HEAD: &str = "\
# A night

Two coordinators, Tam and Ravi; a caseworker, Mei; three officers, Dao, Soe and Kit. All of it is invented. These are the \
requests of one night and the next as they were sent to a server, with what mattered of the answers: this page is written by \
a test (`tests/api/night.rs`), which fails when it is no longer true. What is in `<angle brackets>` is an id. Every POST that \
creates something may carry an `Idempotency-Key`, and should, in the field.
";

/// The documentation says what was seen.
#[expect(clippy::disallowed_methods, reason = "as insta is told to write its snapshots")]
fn lock(name: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, page).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (stored, seen)) in (1..).zip(stored.lines().zip(page.lines())) {
        assert_eq!(
            stored, seen,
            "{name}, line {number}: run this test with INSTA_UPDATE=always if that is meant"
        );
    }
    assert_eq!(stored.lines().count(), page.lines().count(), "{name}");
}

async fn third_officer(app: &TestApp) -> Actor {
    let email = "kit@lantern.example";
    let body = json!({"name": "Invented Kit", "email": email, "role": "field_officer"});
    let invited = app.admin.post("/v1/users", body).await.ok();
    let accept = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
    app.nobody.post("/v1/invitations/accept", accept).await;
    Actor::new(&app.address, email, &id(&invited))
}

async fn site(app: &TestApp, name: &str, lat: f64, lon: f64) -> String {
    let body = json!({
        "name": name, "lat": lat, "lon": lon, "sigma_m": 300, "country": "MM", "verification": "confirmed",
        "activity": "active", "provenance": "publicly reported",
    });
    id(&app.analyst.post("/v1/sites", body).await.ok())
}

/// A located case with a man who wrote yesterday, has agreed to be brought out, and is at one of two sites.
async fn located(app: &TestApp, sites: [&str; 2]) -> Contact {
    let contact = Contact::new(app).await;
    contact.log(app, "inbound", 20, json!({"authenticity": "verified"})).await;
    let consent = json!({"purpose": "rescue", "method": "spoken", "given_at": app.now()});
    app.caseworker.post(&format!("/v1/people/{}/consents", contact.person), consent).await.ok();
    for (site, credibility) in sites.iter().zip([2, 4]) {
        let clue = json!({
            "kind": "site", "data": {"site_id": site}, "observed_at": app.now(), "reliability": "C",
            "credibility": credibility, "status": "confirmed",
            "source": {"kind": "open_source", "label": format!("a driver, {credibility}")},
        });
        app.coordinator.post(&contact.path("clues"), clue).await.ok();
    }
    for status in ["active", "located"] {
        app.coordinator.post(&contact.path("status"), json!({"status": status})).await.ok();
    }
    contact
}

/// The site of the organisation's own that leads.
fn leader(estimate: &Value) -> &Value {
    let candidates = estimate["candidates"].as_array().unwrap();
    &candidates.iter().find(|one| one["site_id"].is_string()).expect("a site")["site_id"]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_and_the_next() {
    let app = TestApp::spawn().await;
    let mut night = Night::new(&app);
    let kit = third_officer(&app).await;
    night.call(&kit.id, "kit");
    let [tam, ravi] = [("Tam", &app.coordinator), ("Ravi", &app.coordinator2)];
    let (mei, dao, soe) = (("Mei", &app.caseworker), ("Dao", &app.officer), ("Soe", &app.officer2));
    let kit = ("Kit", &kit);
    let (upper, lower) =
        (site(&app, "Upper towers", 16.70, 98.50).await, site(&app, "Lower towers", 16.45, 98.62).await);
    night.call(&upper, "upper towers");
    night.call(&lower, "lower towers");
    let contact = located(&app, [&upper, &lower]).await;
    night.call(&contact.case, "case");
    night.call(&contact.person, "person");

    night.tell("## The plan");
    night.tell("Tam looks who waits and who is free.");
    let span = format!("from={}&until={}", night.at(0), night.at(48 * 60));
    let board =
        night.get(tam, &format!("/v1/board?{span}"), &["/cases/0/case_id", "/cases/0/ready"]).await.ok();
    assert_eq!(
        (&board["cases"][0]["case_id"], &board["cases"][0]["ready"]),
        (&json!(contact.case), &json!(true))
    );
    assert!(board["officers"].as_array().unwrap().iter().all(|officer| officer["free"] == true));
    night.tell("The estimate says where to, and Tam plans.");
    let estimate = app.coordinator.get(&contact.path("location")).await.ok();
    assert_eq!(leader(&estimate), &json!(upper), "{}", estimate["candidates"]);
    let operation_id = unknown_id();
    night.call(&operation_id, "operation");
    let plan = json!({
        "id": operation_id, "kind": "extraction", "title": "Paper boats", "site_id": upper,
        "case_ids": [contact.case], "lead_id": dao.1.id, "starts_at": night.at(60), "ends_at": night.at(420),
        "plan": {
            "objective": "Receive one man at the back gate.", "approach": "On foot from the temple.",
            "routes": "The farm road, both ways.", "communications": "Every 30 minutes.",
            "abort_criteria": "Dogs, or a second patrol.",
            "check_ins": {"every_minutes": 30, "grace_minutes": 10},
            "receiving": {"kind": "embassy", "name": "The consul", "confirmed": true},
            "exit_documents": [{"person_id": contact.person, "document": "emergency certificate", "state": "ready"}],
        },
        "checklist": [{"item": "Blankets", "done": false}],
    });
    night.post(tam, "/v1/operations", plan, &["/status"]).await.ok();
    let operation = format!("/v1/operations/{operation_id}");
    for officer in [soe, kit] {
        app.coordinator.put(&format!("{operation}/members/{}", officer.1.id), json!({})).await.ok();
    }
    night.post(tam, &format!("{operation}/submit"), json!({}), &["/status"]).await.ok();
    night.tell("Nobody approves their own plan. Ravi does, and from then on the team sees it.");
    night
        .post(tam, &format!("{operation}/approve"), json!({}), &["/code"])
        .await
        .problem(409, "own-approval");
    night.get(dao, &operation, &["/code"]).await.problem(404, "not-found");
    night.post(ravi, &format!("{operation}/approve"), json!({}), &["/status"]).await.ok();
    night.get(dao, &operation, &["/title"]).await.ok();
    let state = app.coordinator.get(&format!("/v1/cases/{}", contact.case)).await.ok();
    assert_eq!(state["status"], "rescue_planned");

    night.tell("Tam hears of roadworks and changes the way. That voids the approval: the plan is nobody's until it is approved as it is.");
    let change = json!({"plan": {"routes": "The dam road; the farm road is dug up."}});
    night.patch(tam, &operation, change, &["/status", "/approval_voided"]).await.ok();
    night.post(dao, &format!("{operation}/start"), json!({}), &["/code"]).await.problem(404, "not-found");
    night
        .post(ravi, &format!("{operation}/approve"), json!({}), &["/code"])
        .await
        .problem(409, "plan-changed");
    night.post(tam, &format!("{operation}/submit"), json!({}), &["/status"]).await.ok();
    night.post(ravi, &format!("{operation}/approve"), json!({}), &["/status"]).await.ok();

    night.tell("Before it begins, what must hold does.");
    let gates = night.get(tam, &format!("{operation}/gates"), &[]).await.items();
    assert!(gates.iter().all(|gate| gate["state"] == "open"), "{gates:?}");
    night.tell("Kit takes the pack along. (Sealed, it would be asked for with `Accept: application/age`.)");
    let pack =
        night.get(kit, &format!("{operation}/pack"), &["/operation/title", "/plan_version"]).await.ok();
    night.call(&id(&pack), "pack");
    assert!(pack["map"].as_str().unwrap().contains("<svg"));

    night.tell("## Out");
    night.wait(60);
    night.post(dao, &format!("{operation}/start"), json!({}), &["/status"]).await.ok();
    let now = night.now();
    let first = json!({"at": now, "status": "ok", "note": "At the temple."});
    night.post(dao, &format!("{operation}/check-ins"), first, &["/status"]).await.ok();

    night.tell("Soe's phone fetches what it must hold, and then only what is new. Nothing new costs next to nothing.");
    let full = night.get(soe, "/v1/changes", &["/reset", "/more"]).await.ok();
    let cursor = full["cursor"].as_str().unwrap().to_owned();
    night.call(&cursor, "cursor");
    let nothing = night.get(soe, &format!("/v1/changes?after={cursor}"), &[]).await;
    assert_eq!((nothing.status, nothing.text.len()), (204, 0));
    night.tell("The link is cut, twice: the answer to what Soe sends does not arrive. The phone sends the same again and gets the same; nothing is there twice.");
    let now = night.now();
    let item = unknown_id();
    night.call(&item, "item");
    let batch = json!({"items": [{
        "id": item, "op": "check_in.create", "on": operation_id,
        "body": {"at": now, "status": "ok", "note": "By the dam."},
    }]});
    for _ in 0..2 {
        // Sent, and the answer is lost on its way.
        drop(send(soe.1.request(Method::POST, "/v1/batch").await.json(&batch)).await);
    }
    let again = night.post(soe, "/v1/batch", batch, &["/items/0/status", "/items/0/replayed"]).await.ok();
    assert_eq!(again["items"][0]["replayed"], true);
    let made = app.coordinator.get(&format!("{operation}/check-ins")).await.items();
    assert_eq!(made.len(), 2, "{made:?}");

    night.tell("Kit's phone is taken at a roadblock. Soe says so; any colleague may.");
    let lost = format!("/v1/users/{}/lost-phone", kit.1.id);
    night
        .post(soe, &lost, json!({"note": "Taken at the bridge."}), &["/sessions_ended", "/packs_burnt"])
        .await
        .ok();
    night.get(kit, &operation, &["/code"]).await.problem(401, "unauthenticated");
    let seen = night.get(tam, &operation, &["/compromised"]).await.ok();
    assert_eq!(seen["compromised"], true);
    let alerts = app.coordinator.get("/v1/alerts").await.items();
    assert!(alerts.iter().any(|alert| alert["kind"] == "lost_phone" && alert["state"] == "open"));
    night.tell("The team is out already, and the phone was locked. Tam decides to go on, and says why.");
    let reason = json!({"reason": "It was locked, and they are past the bridge."});
    night.post(tam, &format!("{operation}/packs/set-aside"), reason, &[]).await;

    night.tell("Then nobody hears of them for a while.");
    night.wait(41);
    let state = night.get(tam, &format!("{operation}/check-ins/state"), &["/state"]).await.ok();
    assert_eq!(state["state"], "overdue");
    let alerts = app.coordinator.get("/v1/alerts").await.items();
    let overdue = alerts.iter().find(|alert| alert["kind"] == "check_in_overdue").expect("an alert");
    assert_eq!(overdue["state"], "open");
    let alert = night.id(overdue, "alert");
    night.post(tam, &format!("/v1/alerts/{alert}/acknowledge"), json!({}), &["/kind", "/state"]).await.ok();
    let now = night.now();
    let late = json!({"at": now, "status": "ok", "note": "No signal in the valley."});
    night.post(dao, &format!("{operation}/check-ins"), late, &["/status"]).await.ok();
    let state = night.get(tam, &format!("{operation}/check-ins/state"), &["/state"]).await.ok();
    assert_eq!(state["state"], "on_time");

    night.tell("## He is not there");
    let (from, until) = (night.at(70), night.at(100));
    let now = night.now();
    let report = json!({
        "at": now, "seen": "Every window dark, the gate open, mattresses in the yard.",
        "searched": [{"site_id": upper, "probability_of_detection": 0.9, "found": false, "from": from, "until": until}],
        "observed": [{"site_id": upper, "kind": "lights", "data": {"state": "off"}}],
    });
    night.post(dao, &format!("{operation}/reports"), report, &[]).await.ok();
    let ending = json!({
        "outcome": "Nobody at the gate.", "people": [{"person_id": contact.person, "outcome": "not_found"}],
    });
    night.post(dao, &format!("{operation}/complete"), ending, &["/status"]).await.ok();
    night.tell("The absence is a clue. The estimate moves to the next site, and the case is open again.");
    let estimate = night.get(tam, &contact.path("location"), &["/candidates/0/name"]).await.ok();
    assert_eq!(leader(&estimate), &json!(lower), "{}", estimate["candidates"]);
    let state = night.get(tam, &format!("/v1/cases/{}", contact.case), &["/status"]).await.ok();
    assert_eq!(state["status"], "active");

    night.tell("## The second visit");
    night.wait(20 * 60);
    contact.log(&app, "inbound", 2, json!({"authenticity": "verified"})).await;
    night.post(mei, &contact.path("status"), json!({"status": "located"}), &["/status"]).await.ok();
    let second_id = unknown_id();
    night.call(&second_id, "second operation");
    let minutes = night.minutes;
    let plan = json!({
        "id": second_id, "kind": "extraction", "title": "Paper lanterns", "site_id": lower,
        "case_ids": [contact.case], "lead_id": soe.1.id,
        "starts_at": night.at(minutes + 30), "ends_at": night.at(minutes + 300),
        "plan": {
            "objective": "Receive one man at the pier.", "abort_criteria": "Any boat but ours.",
            "check_ins": {"every_minutes": 30, "grace_minutes": 10},
            "receiving": {"kind": "embassy", "name": "The consul", "confirmed": true},
            "exit_documents": [{"person_id": contact.person, "document": "emergency certificate", "state": "ready"}],
        },
    });
    night.post(ravi, "/v1/operations", plan, &["/status"]).await.ok();
    let second = format!("/v1/operations/{second_id}");
    night.post(ravi, &format!("{second}/submit"), json!({}), &["/status"]).await.ok();
    night.post(tam, &format!("{second}/approve"), json!({}), &["/status"]).await.ok();
    night.wait(30);
    night.post(soe, &format!("{second}/start"), json!({}), &["/status"]).await.ok();
    let now = night.now();
    let check_in = json!({"at": now, "status": "ok", "note": "At the pier."});
    night.post(soe, &format!("{second}/check-ins"), check_in, &["/status"]).await.ok();
    night.wait(20);
    let now = night.now();
    let report = json!({
        "at": now, "seen": "He came down to the pier by himself.",
        "searched": [{"site_id": lower, "probability_of_detection": 0.8, "found": true}],
    });
    night.post(soe, &format!("{second}/reports"), report, &[]).await.ok();
    let ending = json!({
        "outcome": "Out, tired, unhurt.", "people": [{"person_id": contact.person, "outcome": "recovered"}],
    });
    night.post(soe, &format!("{second}/complete"), ending, &["/status"]).await.ok();

    night.tell("He is out. Before anybody asks him anything else, he is to be screened.");
    let state = night.get(mei, &format!("/v1/cases/{}", contact.case), &["/status"]).await.ok();
    assert_eq!(state["status"], "recovered");
    let tasks = night.get(mei, &contact.path("tasks"), &["/items/0/kind", "/items/0/title"]).await.items();
    assert_eq!((&tasks[0]["kind"], &tasks[0]["assignee_id"]), (&json!("screening"), &json!(mei.1.id)));
    night.tell("And none of it is the team's to see any more.");
    night.get(soe, &second, &["/code"]).await.problem(404, "not-found");
    assert_eq!(app.stranger.get(&second).await.status, 404);

    lock("a-night.md", &format!("{HEAD}{}", night.written()));
}
