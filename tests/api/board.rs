//! `/v1/board`, and operations that are in each other's way

use farlight::alerts::dispatch;
use futures_util::future::join_all;

use crate::operations::{approved, drafted, plan, step, submitted};
use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json};

/// A plan that differs from the usual one, put before an approver.
async fn proposed(app: &TestApp, cases: &[&str], change: &Value) -> String {
    let mut body = plan(app, cases);
    for (member, value) in change.as_object().unwrap() {
        body[member] = value.clone();
    }
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    path
}

async fn approve(who: &Actor, path: &str) -> crate::support::Reply {
    who.post(&format!("{path}/approve"), json!({})).await
}

async fn conflicts(app: &TestApp, path: &str) -> Vec<(String, bool)> {
    let seen = app.coordinator.get(path).await.ok();
    let told = |one: &Value| (one["kind"].as_str().unwrap().to_owned(), one["refuses"] == true);
    seen["conflicts"].as_array().unwrap().iter().map(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_fetched_twice_in_one_night() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let first = approved(&app, &case).await;
    assert_eq!(conflicts(&app, &first).await, []);
    let later = json!({
        "lead_id": app.officer2.id, "starts_at": "2031-03-03T05:00:00Z", "ends_at": "2031-03-03T08:00:00Z",
    });
    let second = proposed(&app, &[&case], &later).await;
    assert_eq!(conflicts(&app, &second).await, [("same_case".to_owned(), true)]);
    assert_eq!(conflicts(&app, &first).await, [("same_case".to_owned(), false)], "a proposal can give way");
    let refused = approve(&app.coordinator2, &second).await.problem(409, "operations-conflict");
    assert!(refused["detail"].as_str().unwrap().contains(&case), "{refused}");
    // A look at the place beforehand is no second rescue.
    let look = json!({"kind": "reconnaissance", "lead_id": app.officer2.id});
    let look = proposed(&app, &[&case], &look).await;
    approve(&app.coordinator2, &look).await.ok();
    app.coordinator.post(&format!("{first}/abort"), json!({"reason": "rain"})).await.ok();
    approve(&app.coordinator2, &second).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_is_in_one_place_and_a_site_that_two_teams_visit_is_told() {
    let app = TestApp::spawn().await;
    let site = json!({
        "name": "Two towers", "lat": 16.7, "lon": 98.5, "sigma_m": 400, "country": "MM", "provenance": "reported",
    });
    let site = id(&app.analyst.post("/v1/sites", site).await.ok());
    let cases =
        [app.case(&app.caseworker).await, app.case(&app.caseworker).await, app.case(&app.caseworker).await];
    let first = proposed(&app, &[&cases[0]], &json!({"site_id": site})).await;
    approve(&app.coordinator2, &first).await.ok();
    let same_officer = proposed(&app, &[&cases[1]], &json!({})).await;
    assert_eq!(conflicts(&app, &same_officer).await, [("same_member".to_owned(), true)]);
    let refused = approve(&app.coordinator2, &same_officer).await.problem(409, "operations-conflict");
    assert!(refused["detail"].as_str().unwrap().contains(&app.officer.id), "{refused}");

    let same_site = proposed(&app, &[&cases[2]], &json!({"site_id": site, "lead_id": app.officer2.id})).await;
    assert_eq!(conflicts(&app, &same_site).await, [("same_site".to_owned(), false)]);
    approve(&app.coordinator2, &same_site).await.ok();
    // Not even that another operation exists is for the team to know.
    assert_eq!(app.officer2.get(&same_site).await.ok().get("conflicts"), None);
    let board = app.coordinator.get("/v1/board?from=2031-03-01T00:00:00Z").await.ok();
    let kinds: Vec<_> =
        board["conflicts"].as_array().unwrap().iter().map(|one| &one["with"]["kind"]).collect();
    assert_eq!(kinds, ["same_member", "same_site"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_approvals_at_once_that_want_the_same_person_one_is_given() {
    let app = TestApp::spawn().await;
    for shared in ["case", "officer"] {
        let mut paths = Vec::new();
        let case = app.case(&app.caseworker).await;
        for officer in [&app.officer, &app.officer2] {
            let change = match shared {
                "case" => json!({"lead_id": officer.id}),
                _ => json!({"case_ids": [app.case(&app.caseworker).await]}),
            };
            paths.push(proposed(&app, &[&case], &change).await);
        }
        let (one, other) =
            tokio::join!(approve(&app.coordinator2, &paths[0]), approve(&app.coordinator2, &paths[1]));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{shared}");
        for path in &paths {
            app.coordinator.post(&format!("{path}/abort"), json!({"reason": "over"})).await.ok();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_says_who_is_free_and_what_waits() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    for status in ["active", "located"] {
        app.coordinator.post(&format!("/v1/cases/{case}/status"), json!({"status": status})).await.ok();
    }
    app.case(&app.caseworker).await;
    let path = submitted(&app, &case).await;
    drafted(&app, &case).await;

    let span = "from=2031-03-02T00:00:00Z&until=2031-03-04T00:00:00Z";
    let board = app.coordinator.get(&format!("/v1/board?{span}")).await.ok();
    let cases = board["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 1, "only what is located: {board}");
    assert_eq!(
        (&cases[0]["case_id"], &cases[0]["status"], &cases[0]["risk"]),
        (&json!(case), &json!("located"), &json!("high"))
    );
    assert_eq!(cases[0]["operations"].as_array().unwrap().len(), 1, "a draft claims nothing");
    assert_eq!(
        (&cases[0]["ready"], &cases[0]["lacks"]),
        (&json!(false), &json!(["fresh_clues", "recent_contact", "consent"]))
    );
    let officer = |who: &Actor| {
        let officers = board["officers"].as_array().unwrap();
        officers.iter().find(|one| one["user_id"] == json!(who.id)).unwrap().clone()
    };
    let bound = officer(&app.officer);
    assert_eq!((&bound["free"], &bound["free_from"]), (&json!(false), &json!("2031-03-03T02:00:00Z")));
    assert_eq!(path, format!("/v1/operations/{}", bound["operations"][0]["operation_id"].as_str().unwrap()));
    let free = officer(&app.officer2);
    assert_eq!((&free["free"], &free["free_from"]), (&json!(true), &json!("2031-03-02T00:00:00Z")));
    assert_eq!(board["officers"][0]["free"], true, "the free ones first");
    let loads = board["workload"].as_array().unwrap();
    let load = loads.iter().find(|one| one["user_id"] == json!(app.caseworker.id)).unwrap();
    assert_eq!(
        (&load["cases"], &load["urgent_cases"], &load["open_tasks"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert_eq!(loads.last().unwrap()["user_id"], json!(app.caseworker.id), "who carries most comes last");

    let earlier =
        app.coordinator.get("/v1/board?from=2031-02-01T00:00:00Z&until=2031-02-03T00:00:00Z").await.ok();
    assert!(earlier["officers"].as_array().unwrap().iter().all(|one| one["free"] == true));
    app.coordinator
        .get("/v1/board?from=2031-02-03T00:00:00Z&until=2031-02-03T00:00:00Z")
        .await
        .invalid("until");
    app.coordinator
        .get("/v1/board?from=2031-02-03T00:00:00Z&until=2031-04-03T00:00:00Z")
        .await
        .invalid("until");
    for who in [&app.caseworker, &app.officer, &app.analyst, &app.partner, &app.admin] {
        who.get("/v1/board").await.problem(403, "forbidden");
    }
    let theirs = app.stranger.get(&format!("/v1/board?{span}")).await.ok();
    assert_eq!(
        (theirs["cases"].as_array().unwrap().len(), theirs["conflicts"].as_array().unwrap().len()),
        (0, 0)
    );
    assert!(theirs["officers"].as_array().unwrap().iter().all(|one| one["user_id"] != json!(app.officer.id)));
}

/// Open cases, and how many of them are urgent, that somebody carries as the board has it.
async fn load(app: &TestApp, who: &Actor) -> (i64, i64) {
    let board = app.coordinator.get("/v1/board").await.ok();
    let one =
        board["workload"].as_array().unwrap().iter().find(|one| one["user_id"] == json!(who.id)).unwrap();
    (one["cases"].as_i64().unwrap(), one["urgent_cases"].as_i64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_carries_what_follows_all_that_happens_to_a_case() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}");
    assert_eq!((load(&app, &app.caseworker).await, load(&app, &app.caseworker2).await), ((1, 1), (0, 0)));
    app.assign(&case, &app.caseworker2).await;
    assert_eq!(load(&app, &app.caseworker2).await, (1, 1));

    let seen = app.coordinator.get(&path).await;
    app.coordinator.patch(&path, seen.header("etag"), json!({"risk": "medium"})).await.ok();
    assert_eq!((load(&app, &app.caseworker).await, load(&app, &app.caseworker2).await), ((1, 0), (1, 0)));

    let status = format!("{path}/status");
    app.coordinator.post(&status, json!({"status": "closed", "reason": "recovered_home"})).await.ok();
    assert_eq!((load(&app, &app.caseworker).await, load(&app, &app.caseworker2).await), ((0, 0), (0, 0)));
    app.coordinator.post(&status, json!({"status": "active", "reason": "taken again"})).await.ok();
    assert_eq!((load(&app, &app.caseworker).await, load(&app, &app.caseworker2).await), ((1, 0), (1, 0)));

    app.coordinator.delete(&format!("{path}/assignments/{}", app.caseworker2.id)).await.ok();
    assert_eq!((load(&app, &app.caseworker).await, load(&app, &app.caseworker2).await), ((1, 0), (0, 0)));

    let body = json!({"ground": "asked_by_person", "reason": "Home, and asks for it."});
    app.coordinator.post(&format!("{path}/shred"), body).await.ok();
    app.coordinator2.post(&format!("{path}/shred/approve"), json!({})).await.ok();
    assert_eq!(load(&app, &app.caseworker).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_are_assigned_at_once_are_all_counted() {
    let app = TestApp::spawn().await;
    let cases = join_all((0..12).map(|_| app.case(&app.coordinator))).await;
    join_all(cases.iter().map(|case| app.assign(case, &app.caseworker2))).await;
    assert_eq!(load(&app, &app.caseworker2).await, (12, 12));
    // One half is closed while the other half is given to somebody else as well.
    let (closed, shared) = cases.split_at(6);
    let status = json!({"status": "closed", "reason": "recovered_home"});
    let close =
        async |case: &String| app.coordinator.post(&format!("/v1/cases/{case}/status"), status.clone()).await;
    let closing = async { join_all(closed.iter().map(close)).await };
    let sharing = async { join_all(cases.iter().map(|case| app.assign(case, &app.caseworker))).await };
    let (closings, _) = tokio::join!(closing, sharing);
    for reply in closings {
        reply.ok();
    }
    assert_eq!(load(&app, &app.caseworker2).await, (shared.len().try_into().unwrap(), 6));
    assert_eq!(load(&app, &app.caseworker).await, (6, 6));
}

/// Both lock the accounts of the same people and the head of what listeners hear, since people were told of both cases.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_closed_while_another_of_the_same_people_is_destroyed() {
    let app = TestApp::spawn().await;
    let mut pairs = Vec::new();
    for _ in 0..6 {
        let (kept, gone) = (Contact::new(&app).await, Contact::new(&app).await);
        for contact in [&kept, &gone] {
            contact.log(&app, "inbound", 0, json!({})).await;
            contact.watch(&app, &[]).await;
        }
        let body = json!({"ground": "asked_by_person", "reason": "Home, and asks for it."});
        app.coordinator.post(&gone.path("shred"), body).await.ok();
        pairs.push((kept, gone));
    }
    app.clock.advance(40 * 3600);
    dispatch::run_once(&app.services).await.unwrap();
    for (kept, gone) in &pairs {
        let (approve, status) = (gone.path("shred/approve"), kept.path("status"));
        let (approved, closed) = tokio::join!(
            app.coordinator2.post(&approve, json!({})),
            app.coordinator.post(&status, json!({"status": "closed", "reason": "recovered_home"})),
        );
        approved.ok();
        closed.ok();
    }
    assert_eq!(load(&app, &app.caseworker).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_than_fit_on_it_those_stay_who_matter() {
    let app = TestApp::spawn().await;
    let cases = join_all((0..201).map(|_| app.case(&app.coordinator))).await;
    let last = cases.iter().max().unwrap();
    let path = format!("/v1/cases/{last}");
    let seen = app.coordinator.get(&path).await;
    app.coordinator.patch(&path, seen.header("etag"), json!({"risk": "critical"})).await.ok();
    let invite = |n: usize, role: &'static str| {
        let body =
            json!({"email": format!("{role}{n}@crowd.example"), "name": format!("{role} {n}"), "role": role});
        async { id(&app.admin.post("/v1/users", body).await.ok()) }
    };
    join_all((0..200).map(|n| invite(n, "field_officer"))).await;
    join_all((0..200).map(|n| invite(n, "analyst"))).await;
    app.engine.execute("UPDATE cases SET status = 'located'; UPDATE users SET status = 'active'");
    let case = app.case(&app.caseworker).await;
    submitted(&app, &case).await;

    let board =
        app.coordinator.get("/v1/board?from=2031-03-02T00:00:00Z&until=2031-03-04T00:00:00Z").await.ok();
    for list in ["cases", "officers", "workload"] {
        assert_eq!(board[list].as_array().unwrap().len(), 200, "{list}");
        assert_eq!(board[format!("{list}_cut_short")], true, "{list}");
    }
    assert_eq!(board["cases"][0]["case_id"], json!(last), "the newest, and at the highest risk");
    assert!(
        board["officers"].as_array().unwrap().iter().all(|one| one["free"] == true),
        "who is bound is cut off"
    );
    let carries = |one: &Value| one["cases"].as_i64().unwrap();
    assert!(
        board["workload"].as_array().unwrap().iter().all(|one| carries(one) == 0),
        "and who carries something"
    );
    let few = app.stranger.get("/v1/board").await.ok();
    for list in ["cases", "officers", "workload"] {
        assert_eq!(few[format!("{list}_cut_short")], false, "{list}");
    }
}
