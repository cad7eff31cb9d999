//! `/v1/cases/{id}/attachments` and `/v1/attachments`

mod fixtures;
mod metadata;
mod safety;
pub mod store;
pub mod uploads;

use fixtures::{BY_THE_RIVER, SCAN, jpeg};
use reqwest::Method;
use sha2_of::hex_sha256;

use crate::support::contact::Contact;
use crate::support::{Actor, Reply, TestApp, Value, id, json, unknown_id};

/// SHA-256 for the tests, by the library's own function.
mod sha2_of {
    pub fn hex_sha256(bytes: &[u8]) -> String {
        farlight::crypto::secret::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A download.
pub struct Got {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    /// As far as the connection held.
    pub bytes: Vec<u8>,
    /// Whether it held to the end.
    pub whole: bool,
}

impl Got {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

pub async fn download(actor: &Actor, path: &str, headers: &[(&str, &str)]) -> Got {
    let mut request = actor.request(Method::GET, path).await;
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Got { status, headers, bytes, whole: true },
            Err(_) => return Got { status, headers, bytes, whole: false },
        }
    }
}

pub async fn attach(app: &TestApp, case: &str, name: &str, bytes: &[u8]) -> Reply {
    app.coordinator.upload(&format!("/v1/cases/{case}/attachments"), name, bytes).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_kept_as_it_came_and_says_where_it_was_made() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let photo = jpeg(Some(&BY_THE_RIVER));
    let path = format!("/v1/cases/{case}/attachments");
    let reply = app.caseworker.upload(&path, "../../IMG 001.jpg", &photo).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let (file, attachment) = (reply.ok(), id(&reply.body));
    assert_eq!(reply.header("location"), format!("/v1/attachments/{attachment}"));
    for (member, value) in [
        ("case_id", json!(case)),
        ("sha256", json!(hex_sha256(&photo))),
        ("media_type", json!("image/jpeg")),
        ("size", json!(photo.len())),
        ("file_name", json!("IMG 001.jpg")),
        ("taken_at", json!("2026-05-02T14:30:00Z")),
        ("working_copy", json!(true)),
        ("author_id", json!(app.caseworker.id)),
    ] {
        assert_eq!(file[member], value, "{member}");
    }
    assert_eq!(app.caseworker.get(&path).await.items(), vec![file.clone()]);

    let clues = app.analyst.get(&format!("/v1/cases/{case}/clues")).await.items();
    assert_eq!(clues.len(), 1);
    let clue = &clues[0];
    assert_eq!(file["clue_ids"], json!([clue["id"]]));
    assert_eq!((&clue["kind"], &clue["status"]), (&json!("point"), &json!("proposed")));
    assert_eq!((&clue["reliability"], &clue["credibility"]), (&json!("C"), &json!(3)));
    assert_eq!(clue["data"], json!({"lat": 16.6871, "lon": 98.5102, "accuracy_m": 6.5, "via": "exif"}));
    assert_eq!(clue["observed_at"], "2026-05-02T14:30:00Z");
    assert_eq!(clue["source"], json!({"kind": "attachment", "attachment_id": attachment}));
    assert!(clue.get("note").is_none());
    assert!(!clue.to_string().contains("Zqcamera"));

    let original = download(&app.analyst, &format!("/v1/attachments/{attachment}"), &[]).await;
    assert_eq!((original.status, original.bytes == photo), (200, true));
    assert_eq!(original.header("content-length"), photo.len().to_string());
    assert_eq!(original.header("etag"), format!("\"{}\"", hex_sha256(&photo)));
    let copy = download(&app.analyst, &format!("/v1/attachments/{attachment}?copy=working"), &[]).await;
    let has = |needle: &[u8]| copy.bytes.windows(needle.len()).any(|window| window == needle);
    assert!(copy.status == 200 && has(SCAN) && copy.bytes.ends_with(&[0xff, 0xd9]));
    assert!(!has(b"Zqcamera") && !has(b"2026:05") && !has(&98_u32.to_le_bytes()));
    assert!(has(&[0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0]), "still turned as it was");
    let query = app.analyst.get(&format!("/v1/attachments/{attachment}?copy=third")).await;
    query.invalid("copy");

    let custody = app.coordinator.get(&format!("/v1/attachments/{attachment}/custody")).await.items();
    let held: Vec<_> =
        custody.iter().map(|row| (row["action"].as_str().unwrap(), row["actor_id"].clone())).collect();
    let (caseworker, analyst) = (json!(app.caseworker.id), json!(app.analyst.id));
    assert_eq!(
        held,
        [
            ("received", caseworker.clone()),
            ("metadata_read", caseworker.clone()),
            ("working_copy_made", caseworker),
            ("original_read", analyst.clone()),
            ("working_copy_read", analyst),
        ]
    );
    for action in ["attachment.create", "attachment.show", "attachment.list", "attachment.custody"] {
        let rows = app.audited(action).await;
        assert!(rows.iter().any(|row| row["outcome"] == "done" && row["case_id"] == *case), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_bring_and_read() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/attachments");
    let photo = jpeg(Some(&BY_THE_RIVER));
    let attachment =
        format!("/v1/attachments/{}", id(&app.caseworker.upload(&path, "a.jpg", &photo).await.ok()));
    let custody = format!("{attachment}/custody");
    let unknown = format!("/v1/attachments/{}", unknown_id());

    for (actor, upload, read, held) in [
        (&app.coordinator, 201, 200, 200),
        (&app.caseworker, 201, 200, 200),
        (&app.caseworker2, 404, 404, 404),
        (&app.analyst, 403, 200, 403),
        (&app.officer, 404, 404, 404),
        (&app.partner, 403, 404, 403),
        (&app.auditor, 403, 403, 403),
        (&app.admin, 403, 403, 403),
        (&app.stranger, 404, 404, 404),
        (&app.stranger_officer, 404, 404, 404),
        (&app.stranger_auditor, 403, 403, 403),
        (&app.nobody, 401, 401, 401),
    ] {
        assert_eq!(actor.upload(&path, "b.jpg", &photo).await.status, upload, "{}", actor.email);
        for url in [path.as_str(), &attachment] {
            assert_eq!(download(actor, url, &[]).await.status, read, "{} {url}", actor.email);
        }
        assert_eq!(actor.get(&custody).await.status, held, "{}", actor.email);
        if read == 404 {
            assert_eq!(actor.get(&attachment).await.text, actor.get(&unknown).await.text);
        }
    }
    // Nothing is left of what was refused.
    assert_eq!(app.coordinator.get(&path).await.items().len(), 3);
    assert_eq!(app.stored().len(), 6, "three originals and three working copies");

    // A partner sees files as far as consent goes.
    let expires_at = app.clock.now().plus_seconds(86_400).to_string();
    for (classes, status) in [(["identity"], 404), (["content"], 200)] {
        let body = json!({"user_id": app.partner.id, "classes": classes, "expires_at": expires_at, "note": "A bed."});
        let offer = app.coordinator.post(&format!("/v1/cases/{case}/referrals"), body).await.ok();
        app.partner.post(&format!("/v1/referrals/{}/accept", id(&offer)), json!({})).await.ok();
        for url in [path.as_str(), &format!("{attachment}?copy=working")] {
            assert_eq!(download(&app.partner, url, &[]).await.status, status, "{classes:?} {url}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_sent_twice_with_one_key_is_kept_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}/attachments");
    let send = async |bytes: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("a.jpg");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = app.coordinator.request(Method::POST, &path).await.header("idempotency-key", "one");
        crate::support::send(request.multipart(form)).await
    };
    let first = send(jpeg(Some(&BY_THE_RIVER))).await;
    let again = send(jpeg(Some(&BY_THE_RIVER))).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    send(jpeg(None)).await.problem(422, "idempotency-key-reused");
    assert_eq!(app.coordinator.get(&path).await.items().len(), 1);
    assert_eq!(app.stored().len(), 2, "an original and its working copy");
    assert_eq!(app.coordinator.get(&format!("/v1/cases/{case}/clues")).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_names_the_files_that_came_with_it() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let other = app.case(&app.coordinator).await;
    let file = id(&attach(&app, &case, "voice.bin", b"words").await.ok());
    let foreign = id(&attach(&app, &other, "b.bin", b"words").await.ok());
    let person = Contact::person(&app, &case, "victim").await;
    let channel = Contact::channel(&app, &person, "nobody_here").await;
    let messages = format!("/v1/cases/{case}/messages");
    let body = |files: Value| json!({"channel_id": channel, "direction": "inbound", "sent_at": app.now(), "body": "Listen.", "attachments": files});
    let message = app.coordinator.post(&messages, body(json!([file]))).await.ok();
    let expected = json!([
        {"id": file, "file_name": "voice.bin", "media_type": "application/octet-stream", "missing": false}
    ]);
    assert_eq!(message["attachments"], expected);
    assert_eq!(app.coordinator.get(&messages).await.items()[0]["attachments"], expected);
    let custody = app.coordinator.get(&format!("/v1/attachments/{file}/custody")).await.items();
    assert_eq!(custody.last().unwrap()["action"], "linked_to_message");

    for (files, pointer) in [
        (json!([foreign]), "/attachments/0"),
        (json!([file, unknown_id()]), "/attachments/1"),
        (json!([file, file]), "/attachments/1"),
        (json!(vec![&file; 101]), "/attachments"),
    ] {
        app.coordinator.post(&messages, body(files)).await.invalid(pointer);
    }
    assert_eq!(app.coordinator.get(&messages).await.items().len(), 1);

    let clue = |attachment: &str| {
        json!({
            "kind": "country", "data": {"country": "MM"}, "observed_at": app.now(), "reliability": "C",
            "credibility": 3, "source": {"kind": "attachment", "attachment_id": attachment},
        })
    };
    let clues = format!("/v1/cases/{case}/clues");
    let by_hand = app.coordinator.post(&clues, clue(&file)).await.ok();
    assert_eq!(by_hand["source"]["attachment_id"], json!(file));
    app.coordinator.post(&clues, clue(&foreign)).await.invalid("/source/attachment_id");
    let listed = app.coordinator.get(&format!("/v1/cases/{case}/attachments")).await.items();
    assert_eq!(listed[0]["clue_ids"], json!([by_hand["id"]]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_has_pages() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let mut made = Vec::new();
    for n in 0..3 {
        made.push(id(&attach(&app, &case, "a.bin", &[n + 1]).await.ok()));
    }
    let path = format!("/v1/cases/{case}/attachments?limit=2");
    let first = app.coordinator.get(&path).await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = app.coordinator.get(&format!("{path}&cursor={cursor}")).await.ok();
    let ids: Vec<String> =
        [&first, &second].iter().flat_map(|page| page["items"].as_array().unwrap().iter().map(id)).collect();
    assert_eq!((ids, second["next_cursor"].is_null()), (made, true));
}
