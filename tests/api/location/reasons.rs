//! What each clue and each source is worth, and what to ask next.

use super::{LOWER, UPPER, add, ago, estimate, list, number, of, pin, said, site, with};
use crate::support::contact::Contact;
use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn each_clue_and_each_source_is_left_out_once() {
    let app = TestApp::spawn().await;
    let (upper, lower) = (site(&app.analyst, "Upper", UPPER).await, site(&app.analyst, "Lower", LOWER).await);
    let contact = Contact::new(&app).await;
    let source = json!({"source": {"kind": "person", "person_id": contact.person}});
    let mut of_person = Vec::new();
    for days in [3, 2] {
        of_person.push(add(&app, &contact.case, with(pin(&app, days, UPPER), source.clone())).await);
    }
    let against = add(&app, &contact.case, pin(&app, 1, LOWER)).await;
    let answer = estimate(&app, &contact.case, "").await;
    let parts = list(&answer, "contributions");
    for part in parts {
        assert_ne!(part.get("clue_id").is_some(), part.get("source").is_some(), "one or the other: {part}");
        assert!(number(part, "decibans").is_finite() && number(part, "kl") >= 0.0);
        let without = &part["without"];
        assert!((0.0..=1.0).contains(&number(without, "probability")));
        assert_eq!(
            without["top_site_id"].is_string(),
            without["top"] == "site" && !without["top_site_id"].is_null()
        );
        assert!(without.get("top_site_id").is_some(), "null where it is none");
    }
    let find = |member: &str, value: &str| -> &Value {
        let found = parts.iter().find(|part| part[member] == value);
        found.unwrap_or_else(|| panic!("nothing of {value} in {parts:?}"))
    };
    assert_eq!(parts.len(), 4, "three clues and the source of two: {parts:?}");
    let person = find("source", &format!("person:{}", contact.person));
    assert!(number(person, "decibans") > 1.0, "{person}");
    assert_eq!(person["without"]["top_site_id"], json!(lower), "{person}");
    for clue in &of_person {
        assert!(number(find("clue_id", clue), "decibans") > 0.0);
        assert!(
            number(find("clue_id", clue), "kl") < number(person, "kl"),
            "a source is more than each of its clues"
        );
    }
    assert!(number(find("clue_id", &against), "decibans") < 0.0);
    assert_eq!(answer["candidates"][0]["site_id"], json!(upper));
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_in_words_and_say_what_they_cost() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let before = estimate(&app, &case, "").await;
    add(&app, &case, said(&app, 1, "country", &json!({"country": "MM"}))).await;
    let answer = estimate(&app, &case, "").await;
    let questions = list(&answer, "next_questions");
    assert!(!questions.is_empty() && questions.len() <= 10);
    let kinds = [
        "point",
        "place",
        "site",
        "distance_from",
        "travel_time",
        "sun",
        "border",
        "country",
        "bearing",
        "landmark",
        "cell",
        "absence",
    ];
    for question in questions {
        let mut members: Vec<&str> = question.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["danger", "gain_bits", "kind", "question"]);
        assert!(question["question"].as_str().unwrap().len() > 10, "{question}");
        assert!(kinds.contains(&question["kind"].as_str().unwrap()), "{question}");
        assert!(number(question, "gain_bits") > 0.0 && (0.0..=1.0).contains(&number(question, "danger")));
    }
    let gain = |answer: &Value| {
        let of_country = list(answer, "next_questions").iter().find(|question| question["kind"] == "country");
        of_country.map_or(0.0, |question| number(question, "gain_bits"))
    };
    assert!(gain(&answer) < gain(&before), "what is known tells less: {} {}", gain(&answer), gain(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_messages_of_one_person_weigh_less_than_ten_people() {
    let app = TestApp::spawn().await;
    let (upper, lower) = (site(&app.analyst, "Upper", UPPER).await, site(&app.analyst, "Lower", LOWER).await);
    let case = |liar: bool| {
        let app = &app;
        async move {
            let contact = Contact::new(app).await;
            for _ in 0..3 {
                add(app, &contact.case, pin(app, 0, UPPER)).await;
            }
            for hours in 0..10 {
                let mut clue = with(pin(app, 0, LOWER), json!({"reliability": "C"}));
                clue["observed_at"] = json!(app.clock.now().plus_seconds(-hours * 3_600).to_string());
                if liar {
                    let message = contact.log(app, "inbound", hours, json!({"body": "see the map"})).await;
                    clue["source"] = json!({"kind": "message", "message_id": message["id"]});
                }
                add(app, &contact.case, clue).await;
            }
            estimate(app, &contact.case, "").await
        }
    };
    let (one, ten) = (case(true).await, case(false).await);
    assert!(of(&one, &upper) > of(&one, &lower), "one liar: {}", one["candidates"]);
    assert!(of(&ten, &lower) > of(&ten, &upper), "ten people: {}", ten["candidates"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_somebody_else_may_have_written_counts_for_less() {
    let app = TestApp::spawn().await;
    let upper = site(&app.analyst, "Upper", UPPER).await;
    let mut probabilities = Vec::new();
    for authenticity in ["verified", "suspect"] {
        let contact = Contact::new(&app).await;
        let logged = contact
            .log(&app, "inbound", 1, json!({"body": "see the map", "authenticity": authenticity}))
            .await;
        let source = json!({"kind": "message", "message_id": logged["id"]});
        let clue = with(pin(&app, 0, UPPER), json!({"source": source, "observed_at": ago(&app, 0)}));
        add(&app, &contact.case, clue).await;
        probabilities.push(of(&estimate(&app, &contact.case, "").await, &upper));
    }
    assert!(probabilities[0] > 1.5 * probabilities[1], "{probabilities:?}");
    // And one that is judged so later.
    let contact = Contact::new(&app).await;
    let logged =
        contact.log(&app, "inbound", 1, json!({"body": "see the map", "authenticity": "verified"})).await;
    let source = json!({"kind": "message", "message_id": logged["id"]});
    add(&app, &contact.case, with(pin(&app, 0, UPPER), json!({"source": source}))).await;
    let before = of(&estimate(&app, &contact.case, "").await, &upper);
    let body = json!({"authenticity": "suspect", "reason": "not their style"});
    let path = format!("/v1/messages/{}/corrections", logged["id"].as_str().unwrap());
    app.caseworker.post(&path, body).await.ok();
    let after = of(&estimate(&app, &contact.case, "").await, &upper);
    assert!(after * 1.5 < before, "{before} {after}");
}
