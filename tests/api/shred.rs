//! A case is destroyed: `/v1/cases/{id}/shred`.

use diesel::prelude::*;
use farlight::audit::command;
use farlight::authz::{Class, Grants};
use farlight::cases::model::SUMMARY;
use farlight::crypto::Sealed;
use farlight::crypto::store::data_keys;
use farlight::db::types::Id;
use farlight::on;
use farlight::schema::cases;
use futures_util::future::join_all;
use reqwest::Method;

use crate::support::contact::Contact;
use crate::support::tour::tour;
use crate::support::{Actor, Reply, TestApp, id, json, send, unknown_id};

const HOUR: i64 = 3_600;

async fn ask(who: &Actor, case: &str) -> Reply {
    let body = json!({"ground": "asked_by_person", "reason": "She is home and asks for it."});
    who.post(&format!("/v1/cases/{case}/shred"), body).await
}

async fn approve(who: &Actor, case: &str) -> Reply {
    who.post(&format!("/v1/cases/{case}/shred/approve"), json!({})).await
}

async fn shred(app: &TestApp, case: &str) {
    ask(&app.coordinator, case).await.ok();
    approve(&app.coordinator2, case).await.ok();
}

/// Tables in which rows that name a destroyed case stay, and why.
const STAYS: &[(&str, &str)] = &[
    ("audit_events", "what was done stays provable; a row holds no content"),
    ("break_glass", "whoever opened it still answers for it; reason and note cannot be opened any more"),
    ("shreds", "the bare outline, to count and to answer for"),
];

/// Columns that name something of a case, beside `case_id`: a table with one of them is of interest too.
const OF_A_CASE: &[&str] =
    &["case_id", "person_id", "message_id", "channel_id", "attachment_id", "upload_id", "import_id"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_is_left() {
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    let path = tour.steps.iter().find(|step| step.operation == "case.show").unwrap().path.clone();
    let case = path.rsplit('/').next().unwrap().to_owned();
    for operation in app.coordinator.walk("/v1/operations").await {
        let ended = format!("/v1/operations/{}/abort", id(&operation));
        let _ = app.coordinator.post(&ended, json!({"reason": "not any more"})).await;
    }
    // Whoever rides along in the list of tables must have been there before.
    let mine = app.engine.id(&case);
    let count =
        |table: &str| app.engine.number(&format!("SELECT COUNT(*) FROM {table} WHERE case_id = {mine}"));
    let columns = app.engine.columns();
    let mut tables: Vec<&str> = Vec::new();
    for column in &columns {
        let (table, column) = column.split_once('.').unwrap();
        if OF_A_CASE.contains(&column) && tables.last() != Some(&table) {
            tables.push(table);
        }
    }
    let direct = |table: &str| columns.iter().any(|column| *column == format!("{table}.case_id"));
    let never_here = ["legal_holds", "shreds", "retention_decisions", "legal_bases", "subject_accesses"];
    for table in tables.iter().filter(|table| direct(table) && !never_here.contains(*table)) {
        assert!(count(table) > 0, "nothing of {table} was planted on the case");
    }
    let body = json!({"title": "Call the mother", "due_at": "2031-01-01T00:00:00Z"});
    app.coordinator.post_once(&format!("{path}/tasks"), "a-key", body).await.ok();
    let replayed =
        || app.engine.number(&format!("SELECT COUNT(*) FROM idempotency_keys WHERE owner_id = {mine}"));
    assert_eq!(replayed(), 1);
    let hold = format!("{path}/legal-hold");
    app.coordinator.put(&hold, json!({"reason": "A trial."})).await.ok();
    send(app.coordinator.request(Method::DELETE, &hold).await.json(&json!({"reason": "It is over."})))
        .await
        .ok();

    let ids_of = |table: &str| -> Vec<String> {
        let sql = format!("SELECT {} AS text FROM {table} WHERE case_id = {mine}", app.engine.hex_id("id"));
        app.engine.texts(&sql)
    };
    let mut gone: Vec<String> =
        ["people", "messages", "channels", "attachments", "uploads", "imports", "clues"]
            .iter()
            .flat_map(|table| ids_of(table))
            .collect();
    gone.push(case.replace('-', ""));
    let key = app.engine.texts(&format!(
        "SELECT {} AS text FROM data_keys WHERE owner_id = {mine}",
        app.engine.hex("wrapped")
    ));
    let summary = app
        .engine
        .texts(&format!("SELECT {} AS text FROM cases WHERE id = {mine}", app.engine.hex("summary")));
    let used = app.engine.number("SELECT SUM(bytes) FROM storage_usage");
    assert!(used > 0 && !app.stored().is_empty());
    let holds = |bytes: &[u8], hex: &str| {
        let needle: Vec<u8> =
            (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect();
        bytes.windows(needle.len()).any(|window| window == needle)
    };
    assert!(holds(&app.engine.everything(), &key[0]), "the key can be found while it is there");

    shred(&app, &case).await;
    for table in &tables {
        if direct(table) {
            let stays = STAYS.iter().any(|(name, _)| name == table);
            assert_eq!(count(table) > 0, stays, "{table}: {}", count(table));
        } else {
            // Without a case of its own a row must hang on one that is erased.
            let orphans = match *table {
                "message_attachments" => "attachment_id NOT IN (SELECT id FROM attachments)",
                "upload_parts" => "upload_id NOT IN (SELECT id FROM uploads)",
                other => panic!("say what becomes of {other} when a case is destroyed"),
            };
            assert_eq!(app.engine.number(&format!("SELECT COUNT(*) FROM {table} WHERE {orphans}")), 0);
        }
    }
    // As bytes: neither the key nor what it sealed lies in the database, or on SQLite in its log.
    let bytes = app.engine.everything();
    assert!(!holds(&bytes, &key[0]), "the wrapped key is still there");
    assert!(!holds(&bytes, &summary[0]), "what it sealed is still there");
    // Nor do answers that can be replayed.
    assert_eq!(replayed(), 0);
    // Files left the store, and count no more.
    for (name, _) in app.stored() {
        let name = name.replace('-', "");
        assert!(gone.iter().all(|id| !name.contains(id.as_str())), "{name}");
    }
    assert_eq!(app.engine.number("SELECT SUM(bytes) FROM storage_usage"), 0);
    // What was planned for it alone is gone with it.
    assert!(app.coordinator.walk("/v1/operations").await.is_empty());
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM reports"), 0);
    // The log is as sound as before.
    farlight::audit::sequencer::run_once(&app.services).await.unwrap();
    command::verify(crate::audit::verify::settings(&app), &[], |_| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_found_by_anybody_any_more() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.watch(&app, &[&app.caseworker]).await;
    let message = id(&contact.log(&app, "inbound", 1, json!({"body": "by the river"})).await);
    let other = app.case(&app.caseworker).await;
    let document = app.nobody.get("/openapi.json").await.ok();
    let mut paths: Vec<(Method, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let owners = [
                ("/v1/cases/{id}", &contact.case),
                ("/v1/people/{id}", &contact.person),
                ("/v1/channels/{id}", &contact.channel),
                ("/v1/messages/{id}", &message),
            ];
            if let Some((_, owner)) = owners.iter().find(|(prefix, _)| path.starts_with(prefix)) {
                let path = path.replacen("{id}", owner, 1);
                let path = path.split('{').next().unwrap().to_owned()
                    + if path.contains('{') { &contact.person } else { "" };
                paths.push((method.to_uppercase().parse().unwrap(), path));
            }
        }
    }
    assert!(paths.len() > 45, "{}", paths.len());
    let ids = [&contact.case, &contact.person, &contact.channel, &message];
    let staff = [
        &app.coordinator,
        &app.coordinator2,
        &app.caseworker,
        &app.analyst,
        &app.auditor,
        &app.partner,
        &app.officer,
    ];
    shred(&app, &contact.case).await;
    for who in staff {
        for (method, path) in &paths {
            let unknown = ids.iter().fold(path.clone(), |path, id| path.replace(id.as_str(), &unknown_id()));
            let call = async |path: &str| {
                let request = who.request(method.clone(), path).await.header("if-match", "\"v1\"");
                let request = if *method == Method::GET { request } else { request.json(&json!({})) };
                let reply = send(request).await;
                (reply.status, reply.text)
            };
            let (found, expected) = (call(path).await, call(&unknown).await);
            assert_eq!(found, expected, "{method} {path}");
            assert!(found.0 >= 400, "{method} {path}: {found:?}");
        }
    }
    for list in ["/v1/cases", "/v1/alerts", "/v1/me/worklist", "/v1/board", "/v1/changes"] {
        let reply = app.coordinator.get(list).await;
        assert!(!reply.text.contains(&contact.case), "{list}: {}", reply.text);
    }
    app.coordinator.get(&format!("/v1/cases/{other}")).await.ok();
    // Its id is not used again, also not by a phone that comes back late.
    let body = json!({"id": contact.case, "summary": "Held by the river.", "risk": "high"});
    app.caseworker.post("/v1/cases", body).await.problem(409, "id-taken");
    // Whoever decides finds what was done, and nothing of what there had been.
    for who in [&app.coordinator, &app.auditor] {
        let listed = who.get("/v1/shreds").await.items().remove(0);
        assert_eq!((&listed["state"], &listed["ground"]), (&json!("done"), &json!("asked_by_person")));
        assert_eq!(
            (&listed["case_status"], &listed["approved_by"]),
            (&json!("intake"), &json!(app.coordinator2.id))
        );
        assert!(listed.get("reason").is_none() && listed.get("code_name").is_none(), "{listed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_opens_a_copied_row_with_the_keys_of_today() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.coordinator).await, app.case(&app.coordinator).await);
    let (mine, others) = (app.engine.id(&case), app.engine.id(&other));
    let path = format!("/v1/cases/{case}");
    let summary = app.coordinator.get(&path).await.ok()["summary"].clone();
    app.engine.execute(&format!("CREATE TABLE stolen AS SELECT * FROM cases WHERE id = {mine}"));
    app.engine
        .execute(&format!("CREATE TABLE stolen_key AS SELECT * FROM data_keys WHERE owner_id = {mine}"));
    shred(&app, &case).await;

    // The row alone is not even found.
    app.engine.execute("INSERT INTO cases SELECT * FROM stolen");
    app.coordinator.get(&path).await.problem(404, "not-found");
    // Every key that the organisation has today fails on it.
    let (case_id, other_id): (Id, Id) = (case.parse().unwrap(), other.parse().unwrap());
    let services = std::sync::Arc::clone(&app.services);
    let opened = app
        .services
        .db
        .read(move |conn| {
            let scope = farlight::cases::store::named(conn, &other_id.to_string())?.remove(0);
            let keys = services.keyring.organisation(conn, scope.0)?;
            let sealed: Sealed<String> = on!(conn, c => cases::table
                .filter(cases::id.eq(case_id))
                .select(cases::summary)
                .first(c))?;
            let mut opened =
                vec![keys.vault().granted(Grants::all()).open(&SUMMARY, case_id, &sealed).is_ok()];
            for key in data_keys(conn, scope.0, &[other_id])? {
                let access = keys.open_key(&key)?.granted(Grants::of(&[Class::Content]));
                opened.push(access.open(&SUMMARY, case_id, &sealed).is_ok());
            }
            Ok(opened)
        })
        .await
        .unwrap();
    assert_eq!(opened, [false, false]);
    // Neither does another case's key in its place.
    app.engine.execute(&format!(
        "INSERT INTO data_keys SELECT organisation_id, {mine}, organisation_key_id, wrapped, created_at FROM data_keys
         WHERE owner_id = {others}"
    ));
    let reply = app.coordinator.get(&path).await;
    assert_eq!(reply.status, 500, "{}", reply.text);
    assert!(!reply.text.contains(summary.as_str().unwrap()));
    // The wrapped key of a backup from before would: the documentation says so, and this is how it can be told.
    app.engine.execute(&format!("DELETE FROM data_keys WHERE owner_id = {mine}"));
    app.engine.execute("INSERT INTO data_keys SELECT * FROM stolen_key");
    assert_eq!(app.coordinator.get(&path).await.ok()["summary"], summary);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_carries_it_out() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    for who in [&app.admin, &app.caseworker, &app.analyst, &app.auditor, &app.partner] {
        ask(who, &case).await.problem(403, "forbidden");
        approve(who, &case).await.problem(403, "forbidden");
        who.delete(&format!("/v1/cases/{case}/shred")).await.problem(403, "forbidden");
    }
    ask(&app.officer, &case).await.problem(404, "not-found");
    ask(&app.stranger, &case).await.problem(404, "not-found");
    approve(&app.coordinator2, &case).await.problem(409, "shred-not-asked");
    ask(&app.coordinator, &case).await.ok();
    ask(&app.coordinator2, &case).await.problem(409, "shred-asked");
    approve(&app.coordinator, &case).await.problem(409, "own-shred");
    // Called off by anybody who coordinates; then there is nothing to carry out.
    app.coordinator2.delete(&format!("/v1/cases/{case}/shred")).await.ok();
    approve(&app.coordinator2, &case).await.problem(409, "shred-not-asked");
    // The other way round: asking makes nobody the second person of themselves.
    ask(&app.coordinator2, &case).await.ok();
    approve(&app.coordinator2, &case).await.problem(409, "own-shred");
    approve(&app.coordinator, &case).await.ok();
    // Nor do the words stay in which it was asked for, this time or before.
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM shreds"), 2);
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM shreds WHERE reason IS NOT NULL"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_of_one_person_are_one_person() {
    let app = TestApp::spawn_with(|settings| {
        settings.shred.wait_hours = 0;
        settings.operations.approvers_are_verified_people = true;
    })
    .await;
    let case = app.case(&app.caseworker).await;
    ask(&app.coordinator, &case).await.ok();
    approve(&app.coordinator2, &case).await.problem(409, "approver-not-verified");
    for who in [&app.coordinator, &app.coordinator2] {
        let path = format!("/v1/users/{}", who.id);
        let etag = app.admin.get(&path).await.etag();
        app.admin.patch(&path, &etag, json!({"verified_person": "staff 9"})).await.ok();
    }
    let again = Actor::new(&app.address, &app.coordinator2.email, &app.coordinator2.id);
    approve(&again, &case).await.problem(409, "own-shred");
    let path = format!("/v1/users/{}", again.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"verified_person": "staff 10"})).await.ok();
    let again = Actor::new(&app.address, &app.coordinator2.email, &app.coordinator2.id);
    approve(&again, &case).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_objections() {
    let app = TestApp::spawn_with(|settings| settings.shred.wait_hours = 24).await;
    let case = app.case(&app.caseworker).await;
    ask(&app.coordinator, &case).await.ok();
    farlight::alerts::dispatch::run_once(&app.services).await.unwrap();
    for who in [&app.coordinator2, &app.caseworker] {
        let alerts = who.get("/v1/alerts?kind=shred_asked&state=open").await.items();
        assert_eq!(alerts.len(), 1);
        assert!(alerts[0].get("message_id").is_none());
    }
    approve(&app.coordinator2, &case).await.problem(409, "shred-too-soon");
    app.clock.advance(24 * HOUR);
    app.coordinator2.step_up().await;
    approve(&app.coordinator2, &case).await.ok();
    assert!(app.coordinator2.get("/v1/alerts").await.items().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_hold_nor_an_open_operation_lets_it_go() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let hold = format!("/v1/cases/{case}/legal-hold");
    let end = async || {
        send(app.coordinator.request(Method::DELETE, &hold).await.json(&json!({"reason": "Over."})))
            .await
            .ok()
    };
    app.coordinator.put(&hold, json!({"reason": "A trial."})).await.ok();
    ask(&app.coordinator, &case).await.problem(409, "legal-hold");
    end().await;
    let planned = crate::operations::drafted(&app, &case).await;
    ask(&app.coordinator, &case).await.problem(409, "operation-open");
    app.coordinator.post(&format!("{planned}/abort"), json!({"reason": "not any more"})).await.ok();
    ask(&app.coordinator, &case).await.ok();
    app.coordinator.put(&hold, json!({"reason": "An appeal."})).await.ok();
    approve(&app.coordinator2, &case).await.problem(409, "legal-hold");
    end().await;
    let operation = crate::operations::drafted(&app, &case).await;
    approve(&app.coordinator2, &case).await.problem(409, "operation-open");
    app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    app.coordinator.post(&format!("{operation}/abort"), json!({"reason": "not any more"})).await.ok();
    approve(&app.coordinator2, &case).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_for_others_too_stays_without_the_case() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker).await);
    let plan = crate::operations::plan(&app, &[&case, &other]);
    let operation =
        format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", plan).await.ok()));
    app.coordinator.post(&format!("{operation}/abort"), json!({"reason": "not any more"})).await.ok();
    shred(&app, &case).await;
    let left = app.coordinator.get(&operation).await.ok();
    assert_eq!(left["case_ids"], json!([other]));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_carry_it_out_do_it_once() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker).await);
    let contact = Contact::new(&app).await;
    for case in [&case, &other, &contact.case] {
        ask(&app.coordinator, case).await.ok();
    }
    let replies = join_all((0..50).map(|_| approve(&app.coordinator2, &case))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(replies.iter().all(|reply| [200, 404, 409].contains(&reply.status)), "{replies:?}");
    let done = app.audited("shred.approve").await;
    assert_eq!(done.iter().filter(|row| row["outcome"] == "done").count(), 1);

    // A hold that is placed at the same moment comes before or too late, never in between.
    let hold = format!("/v1/cases/{other}/legal-hold");
    let (held, gone) = tokio::join!(
        app.coordinator.put(&hold, json!({"reason": "A trial."})),
        approve(&app.coordinator2, &other)
    );
    assert!(matches!((held.status, gone.status), (200, 409) | (404, 200)), "{held:?} {gone:?}");

    // Whoever writes on it meanwhile is done before, or finds nothing; nothing is left hanging.
    let messages = contact.path("messages");
    let writes = join_all((0..20).map(|n| {
        let body = json!({
            "channel_id": contact.channel, "direction": "inbound", "sent_at": app.now(), "body": format!("{n}"),
            "authenticity": "unverified",
        });
        app.caseworker.post(&messages, body)
    }));
    let (writes, gone) = tokio::join!(writes, approve(&app.coordinator2, &contact.case));
    gone.ok();
    assert!(writes.iter().all(|reply| [201, 404].contains(&reply.status)), "{writes:?}");
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM messages"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opened_it_in_an_emergency_still_answers_for_it() {
    let app = TestApp::spawn_with(|settings| {
        settings.shred.wait_hours = 0;
        settings.break_glass.opens = farlight::break_glass::model::Opens::AtOnce;
    })
    .await;
    let case = app.case(&app.caseworker).await;
    let body = json!({"case_id": case, "reason": "He wrote at night."});
    let glass = id(&app.caseworker2.post("/v1/break-glass", body).await.ok());
    shred(&app, &case).await;
    let listed = app.auditor.get("/v1/break-glass?state=to_review").await.items();
    assert!(listed[0].get("reason").is_none());
    let path = format!("/v1/break-glass/{glass}/review");
    let body = json!({"outcome": "justified", "note": "He had."});
    app.auditor.post(&path, body).await.problem(409, "case-destroyed");
    app.auditor.post(&path, json!({"outcome": "justified"})).await.ok();
}
