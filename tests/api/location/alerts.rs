//! `estimate_changed`

use std::time::Duration;

use super::{LOWER, UPPER, add, look, pin, said, site, with};
use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json};

async fn told(actor: &Actor) -> Vec<Value> {
    let all = actor.get("/v1/alerts?limit=200").await.items();
    all.into_iter().filter(|alert| alert["kind"] == "estimate_changed").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_when_another_place_leads_and_not_for_small_changes() {
    let app = TestApp::spawn().await;
    site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let case = app.case(&app.caseworker).await;
    for days in [30, 29, 28] {
        add(&app, &case, pin(&app, days, LOWER)).await;
    }
    look(&app).await;
    assert_eq!(told(&app.coordinator).await, Vec::<Value>::new(), "the first answer is no change");
    add(&app, &case, said(&app, 28, "country", &json!({"country": "MM"}))).await;
    look(&app).await;
    assert_eq!(told(&app.coordinator).await, Vec::<Value>::new(), "it was clear anyway");
    for days in [2, 1, 0] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    look(&app).await;
    let alerts = told(&app.coordinator).await;
    assert_eq!(alerts.len(), 1);
    assert_eq!((&alerts[0]["case_id"], &alerts[0]["state"]), (&json!(case), &json!("open")));
    look(&app).await;
    assert_eq!(told(&app.coordinator).await, alerts, "nothing changed since");
    // And back: what was told before is over.
    for _ in 0..6 {
        add(&app, &case, pin(&app, 0, LOWER)).await;
    }
    look(&app).await;
    let again = told(&app.coordinator).await;
    let open: Vec<_> = again.iter().filter(|alert| alert["state"] != "resolved").collect();
    assert_eq!(open.len(), 1, "{again:?}");
    assert_ne!(id(open[0]), id(&alerts[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_when_a_message_is_doubted_and_when_it_no_longer_is() {
    let app = TestApp::spawn().await;
    site(&app.analyst, "Upper", UPPER).await;
    site(&app.analyst, "Lower", LOWER).await;
    let contact = Contact::new(&app).await;
    let told_before = with(pin(&app, 2, LOWER), json!({"reliability": "C", "credibility": 3}));
    add(&app, &contact.case, told_before).await;
    let logged = contact.log(&app, "inbound", 1, json!({"body": "see the map"})).await;
    let source = json!({"kind": "message", "message_id": logged["id"]});
    let grades = json!({"source": source, "reliability": "A", "credibility": 1});
    add(&app, &contact.case, with(pin(&app, 2, UPPER), grades)).await;
    look(&app).await;
    let path = format!("/v1/messages/{}/corrections", logged["id"].as_str().unwrap());
    let mut before = told(&app.coordinator).await;
    for authenticity in ["suspect", "verified"] {
        let body = json!({"authenticity": authenticity, "reason": "asked for the agreed word"});
        app.caseworker.post(&path, body).await.ok();
        look(&app).await;
        let now = told(&app.coordinator).await;
        assert_eq!(now.len(), 1, "{authenticity}");
        assert!(!before.contains(&now[0]), "{authenticity}: {now:?}");
        before = now;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_to_those_alone_who_may_know_the_place() {
    let app = TestApp::spawn().await;
    site(&app.analyst, "Upper", UPPER).await;
    let case = app.case(&app.caseworker).await;
    let expires_at = app.clock.now().plus_seconds(86_400).to_string();
    let body = json!({"user_id": app.partner.id, "classes": ["location_precise"], "expires_at": expires_at, "note": "x"});
    let referral = id(&app.coordinator.post(&format!("/v1/cases/{case}/referrals"), body).await.ok());
    app.partner.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
    add(&app, &case, said(&app, 3, "country", &json!({"country": "MM"}))).await;
    look(&app).await;
    for days in [1, 0] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    look(&app).await;
    for actor in [&app.coordinator, &app.coordinator2, &app.caseworker, &app.analyst] {
        assert_eq!(told(actor).await.len(), 1, "{}", actor.email);
    }
    for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger] {
        assert_eq!(told(actor).await.len(), 0, "{}", actor.email);
    }
    let alert = &told(&app.caseworker).await[0];
    assert!(!alert.to_string().contains("Upper") && !alert.to_string().contains("17.2"), "{alert}");
    let path = format!("/v1/alerts/{}/acknowledge", id(alert));
    assert_eq!(app.caseworker.post(&path, json!({})).await.ok()["state"], "acknowledged");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_needs_to_ask() {
    let app = TestApp::spawn_with(|settings| settings.estimates.watch = true).await;
    site(&app.analyst, "Upper", UPPER).await;
    let case = app.case(&app.caseworker).await;
    add(&app, &case, said(&app, 3, "country", &json!({"country": "MM"}))).await;
    for _ in 0..600 {
        if app.engine.longest("case_estimates", "summary") > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for days in [1, 0] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    for _ in 0..600 {
        if !told(&app.coordinator).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody was told");
}
