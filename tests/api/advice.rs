//! `/v1/channels/{id}/advice` and `/v1/channels/{id}/rules-history`
//!
//! What advice says at which hour of which zone is worked out by hand in the tables of `src/channels/advice/tests.rs`;
//! here, that what is stored reaches it.

use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

fn rules(zone: &str, windows: &[Value], initiate: bool) -> Value {
    json!({
        "time_zone": zone, "windows": windows, "initiate": initiate, "languages": ["vi"],
        "persona": "An old schoolmate.", "forbidden_words": ["police"],
    })
}

fn window(days: &[u8], from: &str, to: &str) -> Value {
    json!({"days": days, "from": from, "to": to})
}

const DAILY: &[u8] = &[1, 2, 3, 4, 5, 6, 7];

async fn patch(actor: &Actor, channel: &str, body: Value) -> Value {
    let path = format!("/v1/channels/{channel}");
    actor.patch(&path, "*", body).await.ok()
}

async fn advice(actor: &Actor, channel: &str, at: &str) -> Value {
    let at = at.replace('+', "%2B");
    actor.get(&format!("/v1/channels/{channel}/advice?at={at}")).await.ok()
}

async fn reasons(actor: &Actor, channel: &str, at: &str) -> Vec<String> {
    let advice = advice(actor, channel, at).await;
    let reasons = advice["reasons"].as_array().unwrap();
    assert_eq!(advice["allowed"], reasons.is_empty(), "{advice}");
    assert_eq!(advice["explanations"].as_array().unwrap().len(), reasons.len(), "{advice}");
    reasons.iter().map(|reason| reason.as_str().unwrap().to_owned()).collect()
}

fn ago(app: &TestApp, minutes: i64) -> String {
    app.clock.now().plus_seconds(-minutes * 60).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn advice_says_all_that_the_writer_must_know() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let challenge = json!({"question": "Which colour was the boat?", "answer": "green"});
    let yangon = rules("Asia/Yangon", &[window(DAILY, "22:00", "23:30")], true);
    let body = json!({"rules": yangon, "device_owner": "shared", "challenge": challenge});
    patch(&app.caseworker, &contact.channel, body).await;
    // 22:15 in Yangon.
    assert_eq!(
        advice(&app.caseworker, &contact.channel, "2027-03-02T15:45:00Z").await,
        json!({
            "at": "2027-03-02T15:45:00Z", "allowed": true, "reasons": [], "explanations": [],
            "next_window": {"from": "2027-03-02T15:45:00Z", "to": "2027-03-02T17:00:00Z"},
            "device_owner": "shared", "languages": ["vi"], "persona": "An old schoolmate.",
            "challenge": challenge, "forbidden_words": ["police"],
        })
    );
    // The same moment on another clock, an hour and a quarter later.
    let late = advice(&app.caseworker, &contact.channel, "2027-03-02T23:30:00+06:30").await;
    assert_eq!((&late["at"], &late["allowed"]), (&json!("2027-03-02T17:00:00Z"), &json!(false)));
    assert_eq!(late["reasons"], json!(["unsafe_window"]));
    assert_eq!(
        late["explanations"],
        json!(["It is outside of the times at which this person may be written to."])
    );
    assert_eq!(late["next_window"], json!({"from": "2027-03-03T15:30:00Z", "to": "2027-03-03T17:00:00Z"}));

    // Now, if not said; any time has no end.
    patch(&app.caseworker, &contact.channel, json!({"rules": rules("UTC", &[], true)})).await;
    let before = app.now();
    let now = app.caseworker.get(&format!("/v1/channels/{}/advice", contact.channel)).await.ok();
    assert!(
        before.as_str() <= now["at"].as_str().unwrap() && now["at"].as_str().unwrap() <= app.now().as_str()
    );
    assert_eq!((&now["allowed"], &now["next_window"]), (&json!(true), &json!({"from": now["at"]})));

    let audited = &app.audited("channel.advice").await[0];
    assert_eq!((&audited["object_id"], &audited["case_id"]), (&json!(contact.channel), &json!(contact.case)));
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_change_are_reckoned_with() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let rows = [
        // Sunday 14 March 2027: 02:00 becomes 03:00 in New York. The window is swallowed.
        (
            "America/New_York",
            window(&[7], "02:15", "02:45"),
            "2027-03-13T12:00:00Z",
            "2027-03-21T06:15:00Z",
            "2027-03-21T06:45:00Z",
        ),
        // Sunday 4 April: 02:00 becomes 01:30 on Lord Howe. The window comes twice.
        (
            "Australia/Lord_Howe",
            window(&[7], "01:30", "01:45"),
            "2027-04-03T14:50:00Z",
            "2027-04-03T15:00:00Z",
            "2027-04-03T15:15:00Z",
        ),
        // Sunday night lasts into Monday.
        (
            "Asia/Kathmandu",
            window(&[7], "23:00", "01:00"),
            "2027-03-07T18:30:00Z",
            "2027-03-07T18:30:00Z",
            "2027-03-07T19:15:00Z",
        ),
    ];
    for (zone, one, at, from, to) in rows {
        patch(&app.caseworker, &contact.channel, json!({"rules": rules(zone, &[one], true)})).await;
        let advice = advice(&app.caseworker, &contact.channel, at).await;
        assert_eq!(advice["next_window"], json!({"from": from, "to": to}), "{zone}");
        assert_eq!(advice["allowed"], from == at, "{zone}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn role_reach_and_consent_decide_who_is_advised() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let (advice, history) = ("advice", "rules-history");
    for what in [advice, history] {
        let path = format!("/v1/channels/{}/{what}", contact.channel);
        for actor in [&app.caseworker, &app.coordinator] {
            actor.get(&path).await.ok();
        }
        for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger, &app.stranger_officer] {
            actor.get(&path).await.problem(404, "not-found");
        }
        for actor in [&app.admin, &app.auditor, &app.analyst] {
            actor.get(&path).await.problem(403, "forbidden");
        }
        let unknown = app.stranger.get(&format!("/v1/channels/{}/{what}", unknown_id())).await;
        assert_eq!(unknown.text, app.stranger.get(&path).await.text);
    }
    patch(&app.caseworker, &contact.channel, json!({"duress_words": ["umbrella"]})).await;
    for (classes, may_know) in [(json!(["content"]), false), (json!(["contact"]), true)] {
        let expires_at = app.clock.now().plus_seconds(86_400).to_string();
        let body = json!({"user_id": app.partner.id, "classes": classes, "expires_at": expires_at, "note": "A bed."});
        let referral = id(&app.coordinator.post(&contact.path("referrals"), body).await.ok());
        app.partner.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
        let advice = app.partner.get(&format!("/v1/channels/{}/advice", contact.channel)).await;
        let history =
            app.partner.get(&format!("/v1/channels/{}/rules-history", contact.channel)).await.items();
        if may_know {
            assert_eq!(advice.ok()["allowed"], true);
            assert_eq!(history[0]["duress_words"], json!([]));
        } else {
            advice.problem(403, "forbidden");
            assert!(history[0].get("duress_words").is_none() && history[0].get("rules").is_none());
        }
        app.partner.post(&format!("/v1/referrals/{referral}/return"), json!({})).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_we_may_not_write_first_we_may_answer_for_a_day() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    patch(&app.caseworker, &contact.channel, json!({"rules": rules("UTC", &[], false)})).await;
    // Past the time in which the channel had other rules.
    app.clock.advance(48 * 3600);
    let of = async |minutes| reasons(&app.caseworker, &contact.channel, &ago(&app, minutes)).await;
    assert_eq!(of(0).await, ["may_not_initiate"]);
    // What we write ourselves, and what they write elsewhere, is not to be answered.
    contact.log(&app, "outbound", 3, json!({})).await;
    let other = Contact::channel(&app, &contact.person, "another_way").await;
    contact.log(&app, "inbound", 2, json!({"channel_id": other})).await;
    assert_eq!(of(0).await, ["may_not_initiate"]);
    let advice = advice(&app.caseworker, &contact.channel, &app.now()).await;
    assert_eq!(advice["next_window"]["from"], advice["at"], "windows are told all the same");

    contact.log(&app, "inbound", 23, json!({})).await;
    assert_eq!(of(0).await, [""; 0]);
    assert_eq!(of(23 * 60 - 5).await, [""; 0]);
    assert_eq!(of(23 * 60 + 5).await, ["may_not_initiate"], "it had not come yet");
    app.clock.advance(2 * 3600);
    assert_eq!(of(0).await, ["may_not_initiate"], "a day later it is no answer any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_reads_until_the_person_has_proved_who_they_are() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let of = async |minutes| reasons(&app.caseworker, &contact.channel, &ago(&app, minutes)).await;
    contact.log(&app, "inbound", 20, json!({"authenticity": "verified"})).await;
    contact.log(&app, "inbound", 10, json!({"authenticity": "suspect"})).await;
    contact.log(&app, "inbound", 9, json!({"authenticity": "unverified"})).await;
    assert_eq!(of(0).await, ["assume_someone_else_reads"]);
    assert_eq!(of(11 * 60).await, [""; 0], "it had not come yet");
    let doubted = advice(&app.caseworker, &contact.channel, &app.now()).await;
    assert!(doubted["next_window"].is_null() && doubted.get("next_window").is_some(), "{doubted}");

    // On another channel of the same person nothing is known to be wrong.
    let other = Contact::channel(&app, &contact.person, "another_way").await;
    assert_eq!(reasons(&app.caseworker, &other, &app.now()).await, [""; 0]);

    let proof = contact.log(&app, "inbound", 5, json!({"authenticity": "verified"})).await;
    assert_eq!(of(0).await, [""; 0]);
    assert_eq!(of(6 * 60).await, ["assume_someone_else_reads"], "nobody had proved it yet");
    // It turns out that the proof was written before: what counts is where a message stands now.
    let path = format!("/v1/messages/{}/corrections", id(&proof));
    let body = json!({"sent_at": ago(&app, 15 * 60), "reason": "The clock was wrong."});
    app.caseworker.post(&path, body).await.ok();
    assert_eq!(of(0).await, ["assume_someone_else_reads"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_forbids_contact_until_it_ends() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.watch(&app, &[]).await;
    let started = app.clock.now();
    let until = started.plus_seconds(40 * 86_400).to_string();
    let body = json!({"until": until, "reason": "His phone is taken away."});
    let pause = app.caseworker.post(&contact.path("watch/pauses"), body).await.ok();
    app.clock.advance(3600);
    let paused = advice(&app.caseworker, &contact.channel, &app.now()).await;
    assert_eq!((&paused["reasons"], &paused["next_window"]), (&json!(["paused"]), &json!({"from": until})));
    let before = started.plus_seconds(-60).to_string();
    let free = advice(&app.caseworker, &contact.channel, &before).await;
    assert_eq!(free["next_window"], json!({"from": before, "to": pause["from"]}));

    app.clock.advance(3600);
    app.caseworker.delete(&format!("{}/{}", contact.path("watch/pauses"), id(&pause))).await.ok();
    app.clock.advance(60);
    assert_eq!(reasons(&app.caseworker, &contact.channel, &app.now()).await, [""; 0]);
    // It was one while it lasted.
    assert_eq!(reasons(&app.caseworker, &contact.channel, &ago(&app, 60)).await, ["paused"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_passed_is_judged_by_the_rules_of_its_time() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let person = Contact::person(&app, &case, "victim").await;
    let body = json!({"platform": "line", "handle": "invented_77"});
    let path = format!("/v1/people/{person}/channels");
    let channel = id(&app.caseworker.post(&path, body).await.ok());
    let at = |minutes: i64| ago(&app, minutes);
    let history = format!("/v1/channels/{channel}/rules-history");
    assert!(app.caseworker.get(&history).await.items().is_empty());
    assert_eq!(reasons(&app.caseworker, &channel, &app.now()).await, ["rules_not_settled"]);
    let unsettled = advice(&app.caseworker, &channel, &app.now()).await;
    assert!(unsettled["next_window"].is_null());
    assert_eq!((&unsettled["device_owner"], &unsettled["languages"]), (&json!("unknown"), &json!([])));

    // Two hours unsettled, two hours never, from then on any time.
    app.clock.advance(2 * 3600);
    let never = rules("UTC", &[], false);
    let settled = patch(&app.coordinator, &channel, json!({"rules": never})).await;
    app.clock.advance(2 * 3600);
    let opened = patch(
        &app.caseworker,
        &channel,
        json!({"rules": rules("UTC", &[], true), "duress_words": ["umbrella"]}),
    )
    .await;
    app.clock.advance(60);
    // What is not of safety, or does not change, makes no history.
    patch(&app.caseworker, &channel, json!({"handle": "invented_78"})).await;
    patch(&app.caseworker, &channel, json!({"duress_words": ["umbrella"]})).await;

    assert_eq!(reasons(&app.caseworker, &channel, &at(0)).await, [""; 0]);
    assert_eq!(reasons(&app.caseworker, &channel, &at(60)).await, ["may_not_initiate"]);
    assert_eq!(reasons(&app.caseworker, &channel, &at(180)).await, ["rules_not_settled"]);
    // The first that is known also holds for the time before the channel was.
    assert_eq!(reasons(&app.caseworker, &channel, "2020-01-01T00:00:00Z").await, ["rules_not_settled"]);
    // At the very moment of a change, the new.
    let moment = settled["updated_at"].as_str().unwrap();
    assert_eq!(reasons(&app.caseworker, &channel, moment).await, ["may_not_initiate"]);

    let items = app.caseworker.get(&history).await.items();
    assert_eq!(items.len(), 2, "{items:?}");
    assert!(items[0].get("from").is_none() && items[0].get("rules").is_none());
    assert_eq!(
        (&items[0]["until"], &items[0]["changed_by"]),
        (&settled["updated_at"], &json!(app.coordinator.id))
    );
    assert_eq!((&items[0]["device_owner"], &items[0]["duress_words"]), (&json!("unknown"), &json!([])));
    assert_eq!((&items[1]["from"], &items[1]["until"]), (&settled["updated_at"], &opened["updated_at"]));
    assert_eq!((&items[1]["changed_by"], &items[1]["rules"]), (&json!(app.caseworker.id), &never));
    let first = app.caseworker.get(&format!("{history}?limit=1")).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let rest = app.caseworker.get(&format!("{history}?limit=1&cursor={cursor}")).await;
    assert_eq!([first.items(), rest.items()].concat(), items, "pages know where they begin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_that_is_none_is_refused() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = format!("/v1/channels/{}/advice", contact.channel);
    for at in ["tomorrow", "2027-03-02", "2027-03-02T25:00:00Z", "9999-01-01T00:00:00Z", ""] {
        app.caseworker.get(&format!("{path}?at={at}")).await.invalid("at");
    }
    app.caseworker.get(&format!("{path}?on=2027-03-02T12:00:00Z")).await.problem(422, "invalid");
    app.caseworker.get(&format!("{path}?at=1900-01-01T00:00:00Z")).await.ok();
    app.caseworker.get(&format!("{path}?at=2200-12-31T23:59:59Z")).await.ok();
}
