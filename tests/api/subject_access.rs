//! What somebody is told of what is kept of them: `/v1/people/{id}/subject-access`.

use std::io::Read;

use farlight::subject_access::tables::{TABLES, Treatment};

use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json};

/// Columns that name somebody, or something of theirs.
const OF_SOMEBODY: &[&str] =
    &["case_id", "person_id", "message_id", "channel_id", "attachment_id", "upload_id", "import_id"];

async fn file(who: &Actor, person: &str, identity: &age::x25519::Identity) -> Vec<u8> {
    let body = json!({
        "recipient": identity.to_public().to_string(), "verified_how": "She came to the office with her sister.",
    });
    let path = format!("/v1/people/{person}/subject-access");
    let response = who.request(reqwest::Method::POST, &path).await.json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/age");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"answer.zip.age\"");
    response.bytes().await.unwrap().to_vec()
}

fn opened(sealed: &[u8], identity: &age::x25519::Identity) -> (Value, String) {
    let mut zip = Vec::new();
    let decryptor = age::Decryptor::new(sealed).unwrap();
    decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .unwrap()
        .read_to_end(&mut zip)
        .unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    (serde_json::from_str(&read("answer.json")).unwrap(), read("answer.md"))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_theirs_and_nothing_of_others() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let sister = Contact::person(&app, &contact.case, "family").await;
    let sisters = Contact::channel(&app, &sister, "sister_77").await;
    let channel = format!("/v1/channels/{}", contact.channel);
    let safety = json!({"duress_words": ["umbrella"], "challenge": {"question": "the dog?", "answer": "Rex the third"}});
    app.caseworker.patch(&channel, "\"v1\"", safety).await.ok();
    let picture =
        app.caseworker.upload(&contact.path("attachments"), "river.txt", b"not a picture").await.ok();
    let sent = json!({"body": "we are near the river", "attachments": [id(&picture)]});
    let message = contact.log(&app, "inbound", 5, sent).await;
    contact.log(&app, "outbound", 4, json!({"body": "stay where you are"})).await;
    let body = json!({
        "channel_id": sisters, "direction": "inbound", "sent_at": app.now(), "body": "do not tell her that I asked",
        "authenticity": "verified",
    });
    app.caseworker.post(&contact.path("messages"), body).await.ok();
    let clue = |source: Value, lat: f64| {
        json!({
            "kind": "point", "data": {"lat": lat, "lon": 98.5, "via": "pin"}, "observed_at": app.now(), "source": source,
            "reliability": "B", "credibility": 2, "note": "she sounded calm",
        })
    };
    let own = clue(json!({"kind": "message", "message_id": id(&message)}), 16.25);
    app.caseworker.post(&contact.path("clues"), own).await.ok();
    let others = clue(json!({"kind": "person", "label": "the cook, who must not be named"}), 17.75);
    app.caseworker.post(&contact.path("clues"), others).await.ok();
    let consent = json!({
        "purpose": "share", "recipient": "the embassy", "method": "spoken", "given_at": app.now(),
        "interpreter": "Mr Interpreter",
    });
    app.caseworker.post(&format!("/v1/people/{}/consents", contact.person), consent).await.ok();
    let basis = json!({"basis": "vital_interests", "decided_by": "Ms Officer"});
    app.coordinator.put(&contact.path("legal-basis"), basis).await.ok();

    let identity = age::x25519::Identity::generate();
    let sealed = file(&app.coordinator, &contact.person, &identity).await;
    let (answer, paper) = opened(&sealed, &identity);
    assert_eq!(answer["person"]["names"][0]["full"], "Invented Linh");
    assert_eq!(answer["channels"][0]["handle"], "linh_88");
    let bodies: Vec<&str> =
        answer["messages"].as_array().unwrap().iter().map(|item| item["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["we are near the river", "stay where you are"]);
    assert_eq!(answer["messages"][0]["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(answer["places"].as_array().unwrap().len(), 1);
    assert_eq!(answer["places"][0]["data"]["lat"], 16.25);
    assert_eq!(answer["consents"][0]["recipient"], "the embassy");
    assert_eq!(answer["legal_basis"][0]["basis"], "vital_interests");
    assert_eq!(answer["earlier_answers"], json!([]));
    assert!(
        answer["case"]["summary"].as_str().unwrap().starts_with("left out"),
        "it may speak of her sister"
    );

    // Neither others, nor how she is protected, nor how good we think what we know is.
    let whole = answer.to_string() + &paper;
    for unwanted in [
        "sister_77",
        "do not tell her",
        "the cook",
        "17.75",
        "umbrella",
        "Rex the third",
        "Mr Interpreter",
        "Ms Officer",
        "she sounded calm",
        "reliability",
        "credibility",
        "authenticity",
        "flags",
        "code_name",
    ] {
        assert!(!whole.contains(unwanted), "{unwanted} is in the file");
    }
    // No key or id of ours: whatever looks like one.
    let looks_like_an_id =
        |word: &str| word.len() == 36 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    assert!(
        !whole.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(looks_like_an_id),
        "{whole}"
    );
    // What is left out is said, with why; every table that is left out among it.
    let left: Vec<&str> =
        answer["left_out"].as_array().unwrap().iter().map(|item| item["what"].as_str().unwrap()).collect();
    for (table, treatment) in TABLES {
        match treatment {
            Treatment::In(section) => assert!(answer.get(*section).is_some(), "{table}: {section}"),
            Treatment::Left(_) => assert!(left.contains(table), "{table}"),
        }
    }
    assert!(
        answer["left_out"].as_array().unwrap().iter().all(|item| item["why"].as_str().unwrap().len() > 15)
    );
    assert!(paper.contains("we are near the river") && paper.contains("What is left out, and why"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_alone_on_a_case_is_told_what_was_written_of_it() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let identity = age::x25519::Identity::generate();
    let (answer, _) = opened(&file(&app.coordinator, &contact.person, &identity).await, &identity);
    assert_eq!(answer["case"]["summary"], "Held in a building by the river.");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_is_on_record() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let identity = age::x25519::Identity::generate();
    let sealed = file(&app.coordinator, &contact.person, &identity).await;
    let sha256 = farlight::crypto::secret::hex(&farlight::crypto::secret::sha256(&sealed));
    let path = format!("/v1/people/{}/subject-access", contact.person);
    let listed = app.coordinator2.get(&path).await.items();
    assert_eq!((&listed[0]["sha256"], &listed[0]["made_by"]), (&json!(sha256), &json!(app.coordinator.id)));
    assert_eq!(listed[0]["verified_how"], "She came to the office with her sister.");
    let audited = app.audited("subject_access.make").await;
    assert_eq!(audited.len(), 1);
    assert!(audited[0]["detail"]["note"].as_str().unwrap().contains(&sha256));
    assert_eq!(audited[0]["case_id"], contact.case.as_str());
    // Nobody but who holds the key opens it.
    let other = age::x25519::Identity::generate();
    let decryptor = age::Decryptor::new(sealed.as_slice()).unwrap();
    assert!(decryptor.decrypt(std::iter::once(&other as &dyn age::Identity)).is_err());
    let (answer, _) = opened(&file(&app.coordinator, &contact.person, &identity).await, &identity);
    assert_eq!(answer["earlier_answers"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_make_one_and_of_whom() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let key = age::x25519::Identity::generate().to_public().to_string();
    let body = json!({"recipient": key, "verified_how": "In person."});
    let path = format!("/v1/people/{}/subject-access", contact.person);
    for who in [&app.admin, &app.caseworker, &app.analyst, &app.auditor, &app.partner] {
        who.post(&path, body.clone()).await.problem(403, "forbidden");
    }
    app.stranger.post(&path, body.clone()).await.problem(404, "not-found");
    app.coordinator
        .post(&path, json!({"recipient": "age1nonsense", "verified_how": "x"}))
        .await
        .invalid("/recipient");
    app.coordinator.post(&path, json!({"recipient": key})).await.problem(422, "invalid");
    let suspect = Contact::person(&app, &contact.case, "suspect").await;
    let of_suspect = format!("/v1/people/{suspect}/subject-access");
    app.coordinator.post(&of_suspect, body.clone()).await.problem(409, "not-for-suspects");
    app.clock.advance(600);
    app.coordinator.post(&path, body).await.problem(403, "step-up-needed");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_decided_on() {
    let app = TestApp::spawn().await;
    let columns = app.engine.columns();
    let named = |table: &str| TABLES.iter().any(|(name, _)| *name == table);
    for column in &columns {
        let (table, column) = column.split_once('.').unwrap();
        if OF_SOMEBODY.contains(&column) {
            assert!(named(table), "{table}.{column}: say what becomes of it in src/subject_access/tables.rs");
        }
    }
    for (table, _) in TABLES {
        let prefix = format!("{table}.");
        assert!(
            columns.iter().any(|column| column.starts_with(&prefix)),
            "there is no table {table} any more"
        );
    }
}
