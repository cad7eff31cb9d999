//! What becomes of a message that was unsafe, or that the person was not free to write.

use crate::support::contact::Contact;
use crate::support::{TestApp, Value, id, json};

/// A channel that may be used at any time, only in answer, and has words to watch for.
async fn guarded(app: &TestApp) -> Contact {
    let mut contact = Contact::new(app).await;
    let body = json!({
        "platform": "telegram", "handle": "linh_89", "device_owner": "shared",
        "rules": {
            "time_zone": "Asia/Yangon", "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "22:00", "to": "23:30"}],
            "initiate": false, "forbidden_words": ["police"],
        },
        "duress_words": ["umbrella"], "challenge": {"question": "The dog?", "answer": "Rex"},
    });
    let path = format!("/v1/people/{}/channels", contact.person);
    contact.channel = id(&app.caseworker.post(&path, body).await.ok());
    contact
}

/// A message on a fixed day: 16:00 UTC is 22:30 in Yangon.
async fn say(app: &TestApp, contact: &Contact, direction: &str, at: &str, body: &str) -> Value {
    let at = format!("2026-04-06T{at}:00Z");
    contact.log(app, direction, 0, json!({"sent_at": at, "body": body})).await
}

async fn kinds(app: &TestApp, query: &str) -> Vec<String> {
    let alerts = app.coordinator.get(&format!("/v1/alerts?{query}")).await.items();
    alerts.iter().map(|alert| alert["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_against_the_rules_is_kept_flagged_and_alerted_to() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    let safe = say(&app, &contact, "inbound", "15:40", "are you there").await;
    assert_eq!(safe["flags"], json!([]));
    let safe = say(&app, &contact, "outbound", "16:00", "yes").await;
    assert_eq!(safe["flags"], json!([]));
    assert_eq!(kinds(&app, "").await, Vec::<String>::new());

    let late = say(&app, &contact, "outbound", "17:30", "and now the p o l i c e knows").await;
    assert_eq!(late["flags"], json!(["unsafe_window", "forbidden_word"]));
    assert_eq!(late["body"], "and now the p o l i c e knows", "evidence is never refused");
    let alerts = app.coordinator.get("/v1/alerts").await.items();
    assert_eq!(alerts.len(), 1, "one message, one alert");
    assert_eq!((&alerts[0]["kind"], &alerts[0]["message_id"]), (&json!("unsafe_contact"), &late["id"]));
    assert_eq!(app.caseworker.get("/v1/alerts").await.items().len(), 1);
    assert_eq!(app.analyst.get("/v1/alerts").await.items().len(), 0);

    let body = json!({"sent_at": "2026-04-08T16:00:00Z", "body": "hello?"});
    let first = contact.log(&app, "outbound", 0, body).await;
    assert_eq!(first["flags"], json!(["may_not_initiate"]), "nobody had written for a day");
    // A look at it is all that is left to do.
    for alert in app.coordinator.get("/v1/alerts").await.items() {
        app.coordinator.post(&format!("/v1/alerts/{}/acknowledge", id(&alert)), json!({})).await.ok();
    }
    assert_eq!(kinds(&app, "").await, Vec::<String>::new());
    assert_eq!(kinds(&app, "state=resolved").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_message_is_judged_by_the_rules_of_its_time() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    let contact_channel = format!("/v1/channels/{}", contact.channel);
    app.clock.advance(60);
    let rules = json!({"rules": {"time_zone": "Asia/Yangon", "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "06:00", "to": "07:00"}], "initiate": true}});
    app.caseworker.patch(&contact_channel, "\"v1\"", rules).await.ok();
    app.clock.advance(60);
    say(&app, &contact, "inbound", "15:40", "are you there").await;
    let before = say(&app, &contact, "outbound", "16:00", "the police").await;
    assert_eq!(
        before["flags"],
        json!(["forbidden_word"]),
        "the rules that held then, though they were changed since"
    );
    app.clock.advance(2 * 86_400);
    // The next 06:30 in Yangon is 00:00 UTC, and 22:30 is 16:00 UTC.
    let tomorrow = &app.clock.now().plus_seconds(86_400).to_string()[..10];
    app.clock.advance(3 * 86_400);
    for (at, flags) in [("00:00:00", json!([])), ("16:00:00", json!(["unsafe_window"]))] {
        let body = json!({"sent_at": format!("{tomorrow}T{at}Z"), "body": "the police"});
        assert_eq!(contact.log(&app, "outbound", 0, body).await["flags"], flags, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duress_word_makes_the_message_suspect_and_calls_people() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    contact.watch(&app, &[]).await;
    let advice = format!("/v1/channels/{}/advice", contact.channel);
    let message = contact.log(&app, "inbound", 1, json!({"body": "bring an UM\u{200b}BRELLA, cousin"})).await;
    assert_eq!(message["flags"], json!(["duress"]));
    assert_eq!(
        (&message["authenticity"], &message["original_authenticity"]),
        (&json!("suspect"), &json!("unverified"))
    );
    let alerts = app.caseworker.get("/v1/alerts?kind=duress").await.items();
    assert_eq!(alerts[0]["message_id"], message["id"]);
    let list = app.caseworker.get("/v1/me/worklist").await.ok();
    assert_eq!(
        (&list["duress"][0]["message_id"], &list["duress"][0]["alert_id"]),
        (&message["id"], &alerts[0]["id"])
    );
    let reasons = app.caseworker.get(&advice).await.ok()["reasons"].clone();
    assert!(reasons.as_array().unwrap().contains(&json!("assume_someone_else_reads")), "{reasons}");
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert!(watch.get("last_sign_of_life_at").is_none(), "it may not be him who writes");

    // Who may not see how a person is reached does not learn of it.
    let seen = app.analyst.get(&contact.path("messages")).await.items();
    assert_eq!((&seen[0]["flags"], seen[0].get("original_authenticity")), (&json!([]), None));
    assert_eq!(app.analyst.get("/v1/alerts").await.items(), Vec::<Value>::new());
    assert_eq!(app.analyst.get("/v1/me/worklist").await.ok()["duress"], json!([]));

    // Taking it on is not the end of it; proof of who writes is.
    app.caseworker.post(&format!("/v1/alerts/{}/acknowledge", id(&alerts[0])), json!({})).await.ok();
    assert_eq!(app.caseworker.get("/v1/me/worklist").await.ok()["duress"].as_array().unwrap().len(), 1);
    contact.log(&app, "inbound", 0, json!({"body": "Rex, of course", "authenticity": "verified"})).await;
    assert_eq!(app.caseworker.get("/v1/me/worklist").await.ok()["duress"], json!([]));
    assert_eq!(app.caseworker.get("/v1/alerts?kind=duress").await.items().len(), 0);
    let reasons = app.caseworker.get(&advice).await.ok()["reasons"].clone();
    assert!(!reasons.as_array().unwrap().contains(&json!("assume_someone_else_reads")), "{reasons}");
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert!(watch["last_sign_of_life_at"].is_string());
    // One that had come before the proof and is logged after it: the duress was over by then.
    let late = contact.log(&app, "inbound", 2, json!({"body": "bring an umbrella, cousin"})).await;
    assert_eq!(late["flags"], json!(["duress"]));
    assert_eq!(app.caseworker.get("/v1/me/worklist").await.ok()["duress"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duress_word_counts_whatever_the_logger_thought_and_in_the_translation_too() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    let said = json!({"body": "umbrella", "authenticity": "verified"});
    assert_eq!(contact.log(&app, "inbound", 1, said).await["authenticity"], "suspect");
    let said = json!({"body": "cái ô", "translation": "the umbrella"});
    assert_eq!(contact.log(&app, "inbound", 1, said).await["flags"], json!(["duress"]));
    let ours = contact.log(&app, "outbound", 1, json!({"body": "which umbrella?"})).await;
    assert!(!ours["flags"].as_array().unwrap().contains(&json!("duress")), "it is his word, not ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_translation_that_comes_later_can_reveal_it() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    let message = contact.log(&app, "inbound", 1, json!({"body": "cái ô"})).await;
    assert_eq!((&message["flags"], &message["authenticity"]), (&json!([]), &json!("unverified")));
    let path = format!("/v1/messages/{}/corrections", id(&message));
    let corrected =
        app.caseworker.post(&path, json!({"translation": "the umbrella", "reason": "translated"})).await.ok();
    assert_eq!(
        (&corrected["flags"], &corrected["authenticity"]),
        (&json!(["duress", "corrected"]), &json!("suspect"))
    );
    assert_eq!(kinds(&app, "kind=duress").await, ["duress"]);
    // A false alarm: somebody looked, and says so. What was minded stays on record.
    let judged =
        json!({"authenticity": "verified", "reason": "It really rains there; he answered the challenge."});
    let judged = app.caseworker.post(&path, judged).await.ok();
    assert_eq!(
        (&judged["flags"], &judged["authenticity"]),
        (&json!(["duress", "corrected"]), &json!("verified"))
    );
    assert_eq!(judged["corrections"][1]["authenticity"], "verified");
    assert_eq!(kinds(&app, "").await, Vec::<String>::new());
    app.caseworker.post(&path, json!({"reason": "nothing"})).await.invalid("");
}

#[tokio::test(flavor = "multi_thread")]
async fn clues_from_a_suspect_message_begin_low_and_say_so() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    let suspect = contact.log(&app, "inbound", 2, json!({"body": "umbrella, by the bridge"})).await;
    let honest = contact.log(&app, "inbound", 3, json!({"body": "by the river"})).await;
    let clue = async |message: &Value| {
        let body = json!({
            "kind": "country", "data": {"country": "MM"}, "observed_at": app.now(), "reliability": "B", "credibility": 2,
            "source": {"kind": "message", "message_id": message["id"]},
        });
        app.caseworker.post(&contact.path("clues"), body).await.ok()
    };
    let low = clue(&suspect).await;
    assert_eq!((&low["reliability"], &low["source"]["suspect"]), (&json!("E"), &json!(true)));
    let high = clue(&honest).await;
    assert_eq!((&high["reliability"], high["source"].get("suspect")), (&json!("B"), None));
    let decided = clue(&honest).await;
    let path = format!("/v1/clues/{}", id(&decided));
    app.coordinator.patch(&path, "\"v1\"", json!({"status": "confirmed"})).await.ok();

    // Found out later: what nobody has decided on begins anew, and what somebody has stays theirs, marked.
    let path = format!("/v1/messages/{}/corrections", id(&honest));
    app.caseworker
        .post(&path, json!({"authenticity": "suspect", "reason": "The guard wrote this."}))
        .await
        .ok();
    let clues = app.caseworker.get(&contact.path("clues")).await.items();
    let grades: Vec<(&Value, &Value)> =
        clues.iter().map(|clue| (&clue["reliability"], &clue["source"]["suspect"])).collect();
    let (t, e, b) = (json!(true), json!("E"), json!("B"));
    assert_eq!(grades, [(&b, &t), (&e, &t), (&e, &t)], "newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_conversation_is_judged_too_and_calls_once() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    contact.watch(&app, &[]).await;
    let entry = |number: u32, at: &str, mine: bool, text: &str| {
        let at: farlight::db::types::Time = format!("2026-04-06T{at}:00Z").parse().unwrap();
        json!({
            "id": number, "type": "message", "date": "2026-04-06T21:00:00", "date_unixtime": at.as_seconds().to_string(),
            "from": if mine { "Me" } else { "Linh" }, "from_id": if mine { "user1" } else { "user2" }, "text": text,
        })
    };
    // The export begins with our answer to what was logged by hand.
    say(&app, &contact, "inbound", "15:40", "are you there").await;
    let export = json!({"name": "Linh", "type": "personal_chat", "id": 7, "messages": [
        entry(2, "16:00", true, "yes"),
        entry(3, "18:00", true, "still?"),
        entry(4, "18:05", true, "the police will come"),
        entry(5, "18:10", false, "take an umbrella"),
        entry(6, "18:20", false, "umbrella!"),
    ]});
    let upload =
        app.caseworker.upload(&contact.path("imports"), "chat.json", export.to_string().as_bytes()).await;
    let preview = upload.ok();
    let body = json!({
        "conversation": preview["conversations"][0]["key"], "me": "user1", "channel_id": contact.channel,
        "time_zone": "Asia/Yangon",
    });
    let commit = format!("/v1/imports/{}/commit", id(&preview));
    app.caseworker.post(&commit, body.clone()).await.ok();
    let messages = app.caseworker.get(&contact.path("messages")).await.items();
    let flags: Vec<&Value> = messages.iter().map(|message| &message["flags"]).collect();
    let (none, late, word, duress) =
        (json!([]), json!(["unsafe_window"]), json!(["unsafe_window", "forbidden_word"]), json!(["duress"]));
    assert_eq!(flags, [&none, &none, &late, &word, &duress, &duress]);
    let alerts = app.coordinator.get("/v1/alerts?kind=duress,unsafe_contact&sort=since").await.items();
    let about: Vec<(&Value, &Value)> =
        alerts.iter().map(|alert| (&alert["kind"], &alert["message_id"])).collect();
    let (unsafe_contact, in_duress) = (json!("unsafe_contact"), json!("duress"));
    assert_eq!(
        about,
        [(&unsafe_contact, &messages[3]["id"]), (&in_duress, &messages[5]["id"])],
        "the newest of each"
    );
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert_eq!(watch["last_sign_of_life_at"], messages[0]["sent_at"]);
    app.caseworker.post(&commit, body).await.ok();
    assert_eq!(
        app.coordinator.get("/v1/alerts?kind=duress,unsafe_contact").await.items().len(),
        2,
        "nothing twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_word_was_a_duress_word_is_for_who_may_read_the_words() {
    let app = TestApp::spawn().await;
    let contact = guarded(&app).await;
    let expires_at = app.clock.now().plus_seconds(86_400).to_string();
    let offer =
        json!({"user_id": app.partner.id, "classes": ["content"], "expires_at": expires_at, "note": "look"});
    let referral = id(&app.coordinator.post(&contact.path("referrals"), offer).await.ok());
    app.partner.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
    let said = contact.log(&app, "inbound", 1, json!({"body": "bring an umbrella"})).await;
    for reader in [&app.analyst, &app.partner] {
        let message = &reader.get(&contact.path("messages")).await.items()[0];
        assert_eq!((&message["authenticity"], &message["flags"]), (&json!("suspect"), &json!([])));
        assert_eq!(
            message["original_authenticity"],
            Value::Null,
            "it would tell that a word in it is one of them"
        );
        assert_eq!(message["body"], "bring an umbrella");
    }
    // What somebody found is no secret of the channel.
    let path = format!("/v1/messages/{}/corrections", id(&said));
    app.caseworker.post(&path, json!({"authenticity": "verified", "reason": "the dog's name"})).await.ok();
    let message = &app.analyst.get(&contact.path("messages")).await.items()[0];
    assert_eq!(
        (&message["authenticity"], &message["original_authenticity"]),
        (&json!("verified"), &json!("unverified"))
    );
}
