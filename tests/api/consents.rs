//! `/v1/people/{id}/consents` and `/v1/consents/{id}/withdraw`

use crate::support::contact::Contact;
use crate::support::{TestApp, Value, id, json, unknown_id};

const DAY: i64 = 86_400;

fn at(app: &TestApp, days: i64) -> String {
    app.clock.now().plus_seconds(days * DAY).to_string()
}

fn consent(app: &TestApp) -> Value {
    json!({
        "purpose": "share", "recipient": "House by the mill", "method": "written", "language": "sw",
        "interpreter": "Zawadi Otieno", "given_at": at(app, -2), "expires_at": at(app, 30), "note": "Not the photo.",
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_comes_back_as_it_was_recorded() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let message = id(&contact.log(&app, "inbound", 50, json!({})).await);
    let path = format!("/v1/people/{}/consents", contact.person);
    let mut body = consent(&app);
    body["message_id"] = json!(message);
    let reply = app.caseworker.post(&path, body.clone()).await;
    let made = reply.ok();
    assert_eq!(reply.status, 201);
    for (member, value) in body.as_object().unwrap() {
        assert_eq!(&made[member], value, "{member}");
    }
    assert_eq!((&made["person_id"], &made["case_id"]), (&json!(contact.person), &json!(contact.case)));
    assert_eq!((&made["recorded_by"], &made["valid"]), (&json!(app.caseworker.id), &json!(true)));
    let earlier = json!({"purpose": "rescue", "method": "spoken", "given_at": at(&app, -5)});
    let earlier = app.coordinator.post(&path, earlier).await.ok();
    assert!(earlier.get("interpreter").is_none() && earlier.get("expires_at").is_none());

    // Newest first, of all purposes or some.
    assert_eq!(app.coordinator.get(&path).await.items(), [made.clone(), earlier.clone()]);
    assert_eq!(
        app.coordinator.get(&format!("{path}?purpose=rescue,record")).await.items(),
        std::slice::from_ref(&earlier)
    );
    assert_eq!(app.coordinator.walk(&format!("{path}?limit=1")).await, [made, earlier]);
    app.coordinator.get(&format!("{path}?purpose=fun")).await.invalid("purpose");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_holds_from_when_it_was_given_until_it_ends_or_is_taken_back() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = format!("/v1/people/{}/consents", contact.person);
    let made = app.caseworker.post(&path, consent(&app)).await.ok();
    let valid = async |when: &str| {
        let items = app.caseworker.get(&format!("{path}?at={when}")).await.items();
        items[0]["valid"].as_bool().unwrap()
    };
    let (before, given, end) =
        (at(&app, -3), made["given_at"].as_str().unwrap(), made["expires_at"].as_str().unwrap());
    assert!(!valid(&before).await && valid(given).await && valid(&at(&app, 29)).await && !valid(end).await);

    // Taken back yesterday, told today: it held until then.
    let withdraw = format!("/v1/consents/{}/withdraw", id(&made));
    let yesterday = at(&app, -1);
    let reply =
        app.coordinator.post(&withdraw, json!({"reason": "They asked for money.", "at": yesterday})).await;
    let taken = reply.ok();
    assert_eq!((&taken["valid"], &taken["withdrawn_at"]), (&json!(false), &json!(yesterday)));
    assert_eq!(taken["withdrawn_by"], app.coordinator.id);
    assert_eq!(taken["withdrawal_reason"], "They asked for money.");
    assert!(valid(given).await && !valid(&yesterday).await && !valid(&app.now()).await);
    assert_eq!(app.caseworker.get(&path).await.items(), [taken]);
    app.coordinator.post(&withdraw, json!({})).await.problem(409, "already-withdrawn");

    // Nothing needs to be said.
    let second = id(&app.caseworker.post(&path, consent(&app)).await.ok());
    let bare =
        app.caseworker.request(reqwest::Method::POST, &format!("/v1/consents/{second}/withdraw")).await;
    assert_eq!(crate::support::send(bare).await.ok()["valid"], false);

    // A phone whose clock is ahead does not put it off.
    let third = id(&app.caseworker.post(&path, consent(&app)).await.ok());
    let ahead = app.clock.now().plus_seconds(60).to_string();
    let taken =
        app.caseworker.post(&format!("/v1/consents/{third}/withdraw"), json!({"at": ahead})).await.ok();
    assert_eq!(taken["valid"], false);
    assert!(taken["withdrawn_at"].as_str().unwrap() < ahead.as_str(), "{taken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_withdrawals_at_once_one_counts() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = format!("/v1/people/{}/consents", contact.person);
    let made = id(&app.caseworker.post(&path, consent(&app)).await.ok());
    let withdraw = format!("/v1/consents/{made}/withdraw");
    let race = (0..8).map(|_| app.caseworker.post(&withdraw, json!({})));
    let replies = futures_util::future::join_all(race).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(replies.iter().filter(|reply| reply.status != 200).all(|reply| reply.status == 409));
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_twice_by_a_bad_link_it_is_there_once() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = format!("/v1/people/{}/consents", contact.person);
    let mut body = consent(&app);
    body["id"] = json!(unknown_id());
    let first = app.caseworker.post_once(&path, "consent-1", body.clone()).await;
    let second = app.caseworker.post_once(&path, "consent-1", body.clone()).await;
    assert_eq!((first.ok()["id"].clone(), &first.text), (body["id"].clone(), &second.text));
    app.caseworker.post(&path, body).await.problem(409, "id-taken");
    assert_eq!(app.caseworker.get(&path).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_are_for_those_who_work_on_the_case() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = format!("/v1/people/{}/consents", contact.person);
    let made = id(&app.caseworker.post(&path, consent(&app)).await.ok());
    let withdraw = format!("/v1/consents/{made}/withdraw");
    let nobody = format!("/v1/people/{}/consents", unknown_id());
    for who in [&app.caseworker2, &app.stranger, &app.officer] {
        let (theirs, nothing) = (who.get(&path).await, who.get(&nobody).await);
        theirs.problem(404, "not-found");
        assert_eq!(theirs.text, nothing.text);
        who.post(&path, consent(&app)).await.problem(404, "not-found");
        let (theirs, nothing) = (
            who.post(&withdraw, json!({})).await,
            who.post(&format!("/v1/consents/{}/withdraw", unknown_id()), json!({})).await,
        );
        theirs.problem(404, "not-found");
        assert_eq!(theirs.text, nothing.text);
    }
    for who in [&app.analyst, &app.admin, &app.auditor, &app.partner] {
        who.get(&path).await.problem(403, "forbidden");
        who.post(&path, consent(&app)).await.problem(403, "forbidden");
        who.post(&withdraw, json!({})).await.problem(403, "forbidden");
    }
    assert_eq!(app.caseworker.get(&path).await.items()[0]["valid"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let (contact, other) = (Contact::new(&app).await, Contact::new(&app).await);
    let elsewhere = id(&other.log(&app, "inbound", 1, json!({})).await);
    let path = format!("/v1/people/{}/consents", contact.person);
    for (pointer, member, value) in [
        ("/purpose", "purpose", json!("fun")),
        ("/method", "method", json!("guessed")),
        ("/recipient", "recipient", json!(null)),
        ("/recipient", "recipient", json!("")),
        ("/language", "language", json!("Swahili")),
        ("/interpreter", "interpreter", json!("a\nb")),
        ("/given_at", "given_at", json!(at(&app, 1))),
        ("/given_at", "given_at", json!("yesterday")),
        ("/expires_at", "expires_at", json!(at(&app, -2))),
        ("/message_id", "message_id", json!(elsewhere)),
        ("/message_id", "message_id", json!(unknown_id())),
        ("/note", "note", json!("x".repeat(5_001))),
        ("/id", "id", json!("9b2f4c1e-8d7a-4f3b-9c6d-1e2f3a4b5c6d")),
        ("/withdrawn_at", "withdrawn_at", json!(at(&app, 0))),
    ] {
        let mut body = consent(&app);
        body[member] = value;
        app.caseworker.post(&path, body).await.invalid(pointer);
    }
    let made = id(&app.caseworker.post(&path, consent(&app)).await.ok());
    let withdraw = format!("/v1/consents/{made}/withdraw");
    for (pointer, body) in [
        ("/at", json!({"at": at(&app, 1)})),
        ("/at", json!({"at": at(&app, -3)})),
        ("/reason", json!({"reason": " "})),
        ("/why", json!({"why": "x"})),
    ] {
        app.caseworker.post(&withdraw, body).await.invalid(pointer);
    }
}
