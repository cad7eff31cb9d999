//! `/v1/uploads`: files over a link that breaks.

use reqwest::Method;

use super::download;
use super::fixtures::{BY_THE_RIVER, jpeg};
use super::sha2_of::hex_sha256;
use crate::support::{Actor, Reply, TestApp, id, json, send, unknown_id};

const OCTETS: (&str, &str) = ("content-type", "application/offset+octet-stream");

async fn tus(actor: &Actor, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
    let mut request = actor.request(method, path).await.header("tus-resumable", "1.0.0").body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let reply = send(request).await;
    assert_eq!(reply.header("tus-resumable"), "1.0.0", "{path} {}", reply.text);
    reply
}

/// Begins an upload and gives its path.
pub async fn begin(actor: &Actor, case: &str, length: usize) -> String {
    let length = length.to_string();
    // "photo.jpg" and "image/jpeg".
    let headers = [
        ("upload-length", length.as_str()),
        ("upload-metadata", "filename cGhvdG8uanBn,filetype aW1hZ2UvanBlZw=="),
    ];
    let reply = tus(actor, Method::POST, &format!("/v1/cases/{case}/uploads"), &headers, Vec::new()).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.header("location").to_owned()
}

pub async fn append(actor: &Actor, path: &str, offset: usize, bytes: &[u8]) -> Reply {
    let offset = offset.to_string();
    tus(actor, Method::PATCH, path, &[OCTETS, ("upload-offset", &offset)], bytes.to_vec()).await
}

pub async fn offset(actor: &Actor, path: &str) -> (u16, usize) {
    let reply = tus(actor, Method::HEAD, path, &[], Vec::new()).await;
    (reply.status, reply.header("upload-offset").parse().unwrap_or_default())
}

/// A photo with many pixels behind its header.
pub fn large_photo(length: usize) -> Vec<u8> {
    let mut photo = jpeg(Some(&BY_THE_RIVER));
    photo.truncate(photo.len() - 2);
    photo.extend((0..length).map(|n| (n % 251) as u8));
    photo.extend([0xff, 0xd9]);
    photo
}

fn upload_id(path: &str) -> String {
    path.rsplit_once('/').unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_comes_in_pieces_and_is_the_same_as_in_one() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let photo = large_photo(300_000);
    let path = begin(&app.caseworker, &case, photo.len()).await;
    assert_eq!(offset(&app.caseworker, &path).await, (200, 0));
    let first = append(&app.caseworker, &path, 0, &photo[..100_000]).await;
    assert_eq!((first.status, first.header("upload-offset")), (204, "100000"));
    assert!(first.header("upload-expires").ends_with(" GMT"), "{:?}", first.headers);
    assert_eq!(offset(&app.caseworker, &path).await, (200, 100_000));
    let attachment = format!("/v1/attachments/{}", upload_id(&path));
    app.caseworker.get(&attachment).await.problem(404, "not-found");

    append(&app.caseworker, &path, 0, &photo[..10]).await.problem(409, "upload-offset");
    append(&app.caseworker, &path, 100_001, &photo[100_001..]).await.problem(409, "upload-offset");
    append(&app.caseworker, &path, 100_000, &vec![0; photo.len()]).await.problem(413, "too-large");
    let last = append(&app.caseworker, &path, 100_000, &photo[100_000..]).await;
    assert_eq!((last.status, last.header("upload-offset")), (204, photo.len().to_string().as_str()));
    // The answer may have been lost: asked again, and sent again, it is still done.
    assert_eq!(offset(&app.caseworker, &path).await, (200, photo.len()));
    assert_eq!(append(&app.caseworker, &path, photo.len(), &[]).await.status, 204);

    assert!(download(&app.analyst, &attachment, &[]).await.bytes == photo);
    let listed = app.caseworker.get(&format!("/v1/cases/{case}/attachments")).await.items();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], upload_id(&path));
    assert_eq!(listed[0]["sha256"], hex_sha256(&photo));
    assert_eq!((&listed[0]["file_name"], &listed[0]["working_copy"]), (&json!("photo.jpg"), &json!(true)));
    assert_eq!(listed[0]["clue_ids"].as_array().unwrap().len(), 1);
    let kinds: Vec<bool> = app.stored().iter().map(|(name, _)| name.contains("/part/")).collect();
    assert_eq!(kinds, [false, false], "the pieces are gone");
    assert_eq!(app.engine.longest("upload_parts", "object_id"), 0);
    assert_eq!(app.engine.longest("uploads", "id"), 0);
}

/// Sends a request by hand, and hangs up once `seen`. `rest` begins with further headers.
pub async fn break_off(app: &TestApp, head: &str, rest: &[u8], seen: impl AsyncFnMut() -> bool) {
    let token = app.coordinator.token().await;
    let address = app.address.trim_start_matches("http://").to_owned();
    let head = format!("{head} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n");
    let rest = rest.to_vec();
    let stream = std::thread::spawn(move || {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&rest).unwrap();
        stream
    })
    .join()
    .unwrap();
    until("its arrival", seen).await;
    drop(stream);
}

pub async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if done().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_the_link_broke_is_kept() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let photo = large_photo(200_000);
    let path = begin(&app.coordinator, &case, photo.len()).await;
    let sent = 70_000;
    let head = format!(
        "tus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: application/offset+octet-stream\r\ncontent-length: {}\r\n\r\n",
        photo.len()
    );
    let body = [head.as_bytes(), &photo[..sent]].concat();
    // The piece is in the making: nothing tells that from outside, so the sender only waits a moment.
    let mut moments = 0;
    break_off(&app, &format!("PATCH {path}"), &body, async || {
        moments += 1;
        moments > 4
    })
    .await;
    until("keeping what came", async || offset(&app.coordinator, &path).await.1 == sent).await;
    append(&app.coordinator, &path, sent, &photo[sent..]).await.ok();
    let attachment = format!("/v1/attachments/{}", upload_id(&path));
    assert!(download(&app.coordinator, &attachment, &[]).await.bytes == photo);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_after_the_server_was_started_again() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let photo = large_photo(100_000);
    let path = begin(&app.coordinator, &case, photo.len()).await;
    append(&app.coordinator, &path, 0, &photo[..60_000]).await.ok();

    // Another process on the same data.
    let node = app.second_node(0, |_| {}).await;
    let again = node.same(&app.coordinator).await;
    assert_eq!(offset(&again, &path).await, (200, 60_000));
    append(&again, &path, 60_000, &photo[60_000..]).await.ok();
    let got = download(&again, &format!("/v1/attachments/{}", upload_id(&path)), &[]).await;
    assert!(got.bytes == photo);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_upload_that_was_not_recorded_is_recorded_when_it_is_asked_for() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = begin(&app.coordinator, &case, 5).await;
    append(&app.coordinator, &path, 0, b"zq").await.ok();
    // The last piece came, and then the process died: here the first part stands for both.
    app.engine.execute("UPDATE uploads SET length = 2");
    assert_eq!(offset(&app.coordinator, &path).await, (200, 2));
    let got = download(&app.coordinator, &format!("/v1/attachments/{}", upload_id(&path)), &[]).await;
    assert_eq!((got.status, got.bytes), (200, b"zq".to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_the_same_place_one_wins() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for round in 0_u8..6 {
        let path = begin(&app.coordinator, &case, 200_000).await;
        let (a, b) = (vec![round; 100_000], vec![100 + round; 100_000]);
        let (first, second) =
            tokio::join!(append(&app.coordinator, &path, 0, &a), append(&app.coordinator, &path, 0, &b));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409], "{} {}", first.text, second.text);
        let loser = if first.status == 409 { &first } else { &second };
        loser.problem(409, "upload-offset");
        assert_eq!(offset(&app.coordinator, &path).await, (200, 100_000));
        // The end, twice as well: it is recorded once.
        let end = vec![9; 100_000];
        let (third, fourth) = tokio::join!(
            append(&app.coordinator, &path, 100_000, &end),
            append(&app.coordinator, &path, 100_000, &end)
        );
        assert!([third.status, fourth.status].contains(&204), "{} {}", third.text, fourth.text);
        let got = download(&app.coordinator, &format!("/v1/attachments/{}", upload_id(&path)), &[]).await;
        let winner = if first.status == 204 { a } else { b };
        assert!(got.whole && got.bytes == [winner, end].concat());
    }
    let listed = app.coordinator.get(&format!("/v1/cases/{case}/attachments")).await.items();
    assert_eq!(listed.len(), 6);
    until("clearing away", async || app.stored().len() == 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_its_authors_alone_while_the_case_is_in_reach() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    app.assign(&case, &app.caseworker).await;
    let path = begin(&app.caseworker, &case, 10).await;
    append(&app.caseworker, &path, 0, b"12345").await.ok();
    for other in [&app.coordinator, &app.caseworker2, &app.officer, &app.stranger] {
        assert_eq!(offset(other, &path).await.0, 404);
        append(other, &path, 5, b"67890").await.problem(404, "not-found");
        assert_eq!(tus(other, Method::DELETE, &path, &[], Vec::new()).await.status, 404);
    }
    append(&app.analyst, &path, 5, b"67890").await.problem(403, "forbidden");
    append(&app.nobody, &path, 5, b"67890").await.problem(401, "unauthenticated");
    let assignment = format!("/v1/cases/{case}/assignments/{}", app.caseworker.id);
    assert_eq!(app.coordinator.delete(&assignment).await.status, 204);
    append(&app.caseworker, &path, 5, b"67890").await.problem(404, "not-found");
    app.assign(&case, &app.caseworker).await;
    append(&app.caseworker, &path, 5, b"67890").await.ok();
    let refused = app.audited("upload.append").await;
    let by =
        |actor: &Actor| refused.iter().any(|row| row["outcome"] == "refused" && row["actor_id"] == actor.id);
    assert!(by(&app.coordinator) && by(&app.analyst) && by(&app.caseworker));
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_read_strictly() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let uploads = format!("/v1/cases/{case}/uploads");
    let abilities = send(app.nobody.request(Method::OPTIONS, "/v1/uploads").await).await;
    assert_eq!((abilities.status, abilities.header("tus-version")), (204, "1.0.0"));
    assert_eq!(abilities.header("tus-extension"), "creation,termination,expiration");
    assert_eq!(abilities.header("tus-max-size"), "2147483648");

    let none = app.coordinator.request(Method::POST, &uploads).await.header("upload-length", "5");
    let refused = send(none).await;
    refused.problem(412, "tus-version");
    assert_eq!(refused.header("tus-version"), "1.0.0");
    for (headers, status, code) in [
        (vec![], 422, "invalid"),
        (vec![("upload-length", "0")], 422, "invalid"),
        (vec![("upload-length", "-1")], 422, "invalid"),
        (vec![("upload-length", "99999999999999999999")], 422, "invalid"),
        (vec![("upload-length", "2147483649")], 413, "too-large"),
        (vec![("upload-length", "5"), ("upload-metadata", "filename *")], 422, "invalid"),
        (vec![("upload-length", "5"), ("upload-metadata", "filename /w==")], 422, "invalid"),
    ] {
        tus(&app.coordinator, Method::POST, &uploads, &headers, Vec::new()).await.problem(status, code);
    }
    let path = begin(&app.coordinator, &case, 5).await;
    let patch = async |headers: &[(&str, &str)]| {
        tus(&app.coordinator, Method::PATCH, &path, headers, b"12345".to_vec()).await
    };
    patch(&[("upload-offset", "0")]).await.problem(415, "unsupported-media-type");
    patch(&[("upload-offset", "0"), ("content-type", "text/plain")])
        .await
        .problem(415, "unsupported-media-type");
    patch(&[OCTETS]).await.problem(422, "invalid");
    patch(&[OCTETS, ("upload-offset", "x")]).await.problem(422, "invalid");
    let old =
        app.coordinator.request(Method::PATCH, &path).await.header("tus-resumable", "0.2.2").body("12345");
    send(old.header(OCTETS.0, OCTETS.1).header("upload-offset", "0")).await.problem(412, "tus-version");
    assert_eq!(offset(&app.coordinator, &path).await, (200, 0));
    let unknown = format!("/v1/uploads/{}", unknown_id());
    append(&app.coordinator, &unknown, 0, b"12345").await.problem(404, "not-found");
    let wrong = app.coordinator.get(&path).await;
    wrong.problem(405, "method-not-allowed");
    assert_eq!(wrong.header("allow"), "HEAD, PATCH, DELETE");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_or_abandoned_is_removed_and_its_room_is_free() {
    let app = TestApp::spawn_with(|settings| settings.files.quota_bytes = 1_000).await;
    let case = app.case(&app.coordinator).await;
    let uploads = format!("/v1/cases/{case}/uploads");
    let path = begin(&app.coordinator, &case, 900).await;
    append(&app.coordinator, &path, 0, &[1; 500]).await.ok();
    let more = [("upload-length", "101")];
    tus(&app.coordinator, Method::POST, &uploads, &more, Vec::new()).await.problem(413, "quota-exceeded");
    assert_eq!(tus(&app.coordinator, Method::DELETE, &path, &[], Vec::new()).await.status, 204);
    assert_eq!(offset(&app.coordinator, &path).await.0, 404);
    assert!(app.stored().is_empty());

    let path = begin(&app.coordinator, &case, 1_000).await;
    append(&app.coordinator, &path, 0, &[1; 500]).await.ok();
    // Every piece puts the end off.
    app.clock.advance(60 * 3_600);
    append(&app.coordinator, &path, 500, &[1; 100]).await.ok();
    app.clock.advance(60 * 3_600);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert_eq!(offset(&app.coordinator, &path).await, (200, 600));
    assert_eq!(app.stored().len(), 2);
    app.clock.advance(13 * 3_600);
    assert_eq!(offset(&app.coordinator, &path).await.0, 404);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert!(app.stored().is_empty());
    assert_eq!(app.engine.longest("uploads", "id"), 0);

    // What was recorded stays.
    let path = begin(&app.coordinator, &case, 1_000).await;
    append(&app.coordinator, &path, 0, &[1; 1_000]).await.ok();
    app.clock.advance(1_000 * 3_600);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    let app_id = upload_id(&path);
    let listed = app.coordinator.get(&format!("/v1/cases/{case}/attachments")).await.items();
    assert_eq!(listed.iter().map(id).collect::<Vec<_>>(), [app_id]);
    assert_eq!(app.stored().len(), 1);
}

/// A process that died while it took a file in one request left a row and an object.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_is_found_by_its_row() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = begin(&app.coordinator, &case, 10).await;
    append(&app.coordinator, &path, 0, b"12345").await.ok();
    let part = app.stored().remove(0).0;
    let orphan = part.replace("/part/", "/original/");
    std::fs::create_dir_all(std::path::Path::new(&orphan).parent().unwrap()).unwrap();
    std::fs::copy(&part, &orphan).unwrap();
    app.clock.advance(73 * 3_600);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert!(app.stored().is_empty());
}
