//! What lies in the store, and what happens when somebody changes it there.

use std::net::TcpListener;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;

use super::fixtures::{BY_THE_RIVER, jpeg};
use super::uploads::{append, begin, large_photo};
use super::{attach, download};
use crate::support::{TestApp, engine_name, id};

fn original(app: &TestApp, attachment: &str) -> String {
    let found = app.stored().into_iter().map(|(name, _)| name);
    found.into_iter().find(|name| name.contains("/original/") && name.contains(attachment)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_store_can_be_read_there() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let words = b"zqcanary words that nobody may read ".repeat(10);
    attach(&app, &case, "zqcanary.txt", &words).await.ok();
    attach(&app, &case, "a.jpg", &jpeg(Some(&BY_THE_RIVER))).await.ok();
    let path = begin(&app.coordinator, &case, 1_000).await;
    append(&app.coordinator, &path, 0, &words).await.ok();
    let stored = app.stored();
    assert_eq!(stored.len(), 4, "two originals, a working copy, a piece");
    for (name, bytes) in &stored {
        for needle in [&b"zqcanary"[..], b"Zqcamera", b"JFIF", b"Exif"] {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{name}");
            assert!(!name.contains("zqcanary"), "{name}");
        }
    }
    // Equal files do not look equal.
    attach(&app, &case, "again", &words).await.ok();
    let mut bytes: Vec<_> = app.stored().into_iter().map(|(_, bytes)| bytes).collect();
    bytes.sort();
    bytes.dedup();
    assert_eq!(bytes.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_changed_in_the_store_is_not_passed_on() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 239) as u8).collect();
    let first = id(&attach(&app, &case, "a", &bytes).await.ok());
    let second = id(&attach(&app, &case, "b", &vec![7; bytes.len()]).await.ok());
    let path = format!("/v1/attachments/{first}");
    let object = original(&app, &first);
    let sealed = std::fs::read(&object).unwrap();
    let (header, chunk) = (44, 65_536 + 16);
    let mut flipped = sealed.clone();
    flipped[2_500_000] ^= 1;
    let mut swapped_chunks = sealed.clone();
    swapped_chunks[header..header + 2 * chunk].rotate_left(chunk);
    let doubled = [&sealed[..header + chunk], &sealed[header..]].concat();
    for (what, changed) in [
        ("a bit", flipped),
        ("two chunks in each other's place", swapped_chunks),
        ("a chunk twice", doubled),
        ("cut off in a chunk", sealed[..sealed.len() - 1].to_vec()),
        ("cut off after a chunk", sealed[..header + 3 * chunk].to_vec()),
        ("longer", [&sealed[..], &[0]].concat()),
        ("only a header", sealed[..header].to_vec()),
        ("nothing", Vec::new()),
        ("another file", std::fs::read(original(&app, &second)).unwrap()),
    ] {
        std::fs::write(&object, &changed).unwrap();
        let got = download(&app.coordinator, &path, &[]).await;
        // Refused at once, or the connection breaks: whatever came until then is right.
        let broken = got.status == 500 || (got.status == 200 && !got.whole && bytes.starts_with(&got.bytes));
        assert!(broken, "{what}: {} {} bytes", got.status, got.bytes.len());
        let range = download(&app.coordinator, &path, &[("range", "bytes=2499900-2499999")]).await;
        assert!(range.status == 500 || range.bytes == bytes[2_499_900..2_500_000], "{what}");
    }
    std::fs::remove_file(&object).unwrap();
    app.coordinator.get(&path).await.problem(500, "internal");
    std::fs::write(&object, &sealed).unwrap();
    let got = download(&app.coordinator, &path, &[]).await;
    assert!(got.whole && got.bytes == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_working_copy_cannot_take_the_place_of_its_original() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let photo = jpeg(Some(&BY_THE_RIVER));
    let file = id(&attach(&app, &case, "a.jpg", &photo).await.ok());
    let object = original(&app, &file);
    std::fs::copy(object.replace("/original/", "/working/"), &object).unwrap();
    // Of the right length too, as far as the database knows.
    app.coordinator.get(&format!("/v1/attachments/{file}")).await.problem(500, "internal");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_key_of_its_case_a_file_is_lost() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let file = id(&attach(&app, &case, "a", b"words").await.ok());
    let nothing =
        if engine_name() == "postgres" { "decode(repeat('00', 60), 'hex')" } else { "zeroblob(60)" };
    app.engine.execute(&format!("UPDATE data_keys SET wrapped = {nothing}"));
    let got = download(&app.coordinator, &format!("/v1/attachments/{file}"), &[]).await;
    assert!(got.status == 500 && !got.bytes.windows(5).any(|window| window == b"words"));
}

/// A store that speaks S3, in this process.
pub async fn s3() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("bucket")).unwrap();
    let files = s3s_fs::FileSystem::new(folder.path()).unwrap();
    let mut builder = s3s::service::S3ServiceBuilder::new(files);
    builder.set_auth(s3s::auth::SimpleAuth::from_single("lantern", "a-secret-of-the-store"));
    let service = builder.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let connection = Builder::new(TokioExecutor::new());
                drop(connection.serve_connection(TokioIo::new(socket), service).await);
            });
        }
    });
    (folder, address)
}

fn objects(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(objects(&path));
        } else if !path.file_name().unwrap().to_string_lossy().starts_with('.') {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_serves_as_well_as_a_folder() {
    let (folder, endpoint) = s3().await;
    let app = TestApp::spawn_with(|settings| {
        settings.files.url = "s3://bucket/farlight".to_owned();
        settings.files.endpoint = endpoint;
        settings.files.access_key_id = "lantern".to_owned();
        settings.files.secret_access_key = "a-secret-of-the-store".into();
        settings.files.allow_http = true;
    })
    .await;
    let case = app.case(&app.coordinator).await;
    let photo = jpeg(Some(&BY_THE_RIVER));
    let file = attach(&app, &case, "a.jpg", &photo).await;
    assert_eq!(file.status, 201, "{}", file.text);
    let file = file.ok();
    assert_eq!(file["clue_ids"].as_array().unwrap().len(), 1);
    let path = format!("/v1/attachments/{}", id(&file));
    assert!(download(&app.coordinator, &path, &[]).await.bytes == photo);
    assert_eq!(download(&app.coordinator, &format!("{path}?copy=working"), &[]).await.status, 200);

    // Large enough to go there in several pieces.
    let film: Vec<u8> = (0..12_000_000_u32).map(|n| (n % 241) as u8).collect();
    let film_path = format!("/v1/attachments/{}", id(&attach(&app, &case, "film", &film).await.ok()));
    let got = download(&app.coordinator, &film_path, &[]).await;
    assert!(got.whole && got.bytes == film);
    let tail = download(&app.coordinator, &film_path, &[("range", "bytes=11999990-")]).await;
    assert!(tail.status == 206 && tail.bytes == film[11_999_990..]);

    let large = large_photo(300_000);
    let upload = begin(&app.coordinator, &case, large.len()).await;
    append(&app.coordinator, &upload, 0, &large[..150_000]).await.ok();
    append(&app.coordinator, &upload, 150_000, &large[150_000..]).await.ok();
    let path = upload.replace("/uploads/", "/attachments/");
    assert!(download(&app.coordinator, &path, &[]).await.bytes == large);

    let abandoned = begin(&app.coordinator, &case, 1_000).await;
    append(&app.coordinator, &abandoned, 0, &[1; 500]).await.ok();
    let kept = objects(&folder.path().join("bucket/farlight"));
    assert_eq!(kept.len(), 6, "three originals, two working copies, a piece: {kept:?}");
    app.clock.advance(80 * 3_600);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    let kept = objects(&folder.path().join("bucket/farlight"));
    assert_eq!(kept.len(), 5, "{kept:?}");
    assert!(kept.iter().all(|name| !name.contains("/part/")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_refuses_is_told_as_busy_and_nothing_is_recorded() {
    let (_folder, endpoint) = s3().await;
    let app = TestApp::spawn_with(|settings| {
        settings.files.url = "s3://bucket".to_owned();
        settings.files.endpoint = endpoint;
        settings.files.access_key_id = "lantern".to_owned();
        settings.files.secret_access_key = "another-secret".into();
        settings.files.allow_http = true;
    })
    .await;
    let case = app.case(&app.coordinator).await;
    attach(&app, &case, "a", b"words").await.problem(503, "busy");
    assert!(app.coordinator.get(&format!("/v1/cases/{case}/attachments")).await.items().is_empty());
}
