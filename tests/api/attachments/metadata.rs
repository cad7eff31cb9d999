//! What a file says of itself, and what it may not say.

use super::fixtures::{
    BY_THE_RIVER, Exif, FILM_EPOCH, NOTHING, film, heic, jpeg, jpeg_with, png, tiff, webp,
};
use super::{attach, download};
use crate::support::{TestApp, Value, id, json};

/// Real pictures, where there are some: kept as they are, whatever they say of themselves.
#[tokio::test(flavor = "multi_thread")]
async fn real_files_come_back_as_they_were() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/photos");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no samples at {}", folder.display());
        return;
    };
    let app = TestApp::spawn().await;
    for file in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        let (kept, _) = clues_of(&app, &bytes).await;
        let back = download(&app.coordinator, &format!("/v1/attachments/{}", id(&kept)), &[]).await;
        assert!(back.bytes == bytes, "{}", file.display());
    }
}

/// Attaches a file to a new case; gives the file and the clues of the case.
async fn clues_of(app: &TestApp, bytes: &[u8]) -> (Value, Vec<Value>) {
    let case = app.case(&app.coordinator).await;
    let reply = attach(app, &case, "x", bytes).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    (reply.ok(), app.coordinator.get(&format!("/v1/cases/{case}/clues")).await.items())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_is_found_in_every_format() {
    let app = TestApp::spawn().await;
    // Filmed at 2026-05-02T14:30:00Z.
    let filmed = FILM_EPOCH + 1_777_732_200;
    let place = "+16.6871+098.5102+012.000/";
    let exif = BY_THE_RIVER;
    for (what, media_type, bytes, has_copy) in [
        ("JPEG", "image/jpeg", jpeg(Some(&exif)), true),
        ("PNG", "image/png", png(&exif), true),
        ("WebP", "image/webp", webp(&exif), true),
        ("HEIC", "image/heif", heic(&exif), false),
        ("TIFF", "image/tiff", tiff(&exif), false),
        ("MOV", "video/quicktime", film(b"qt  ", 300_000, filmed, place), false),
        ("MP4", "video/mp4", film(b"isom", 3_000_000, filmed, place), false),
    ] {
        let (file, clues) = clues_of(&app, &bytes).await;
        assert_eq!(file["media_type"], media_type, "{what}");
        assert_eq!(file["taken_at"], "2026-05-02T14:30:00Z", "{what}");
        assert_eq!(file["working_copy"], has_copy, "{what}");
        assert_eq!(clues.len(), 1, "{what}");
        let near =
            |member: &str, value: f64| (clues[0]["data"][member].as_f64().unwrap() - value).abs() < 1e-5;
        assert!(near("lat", 16.6871) && near("lon", 98.5102), "{what} {}", clues[0]["data"]);
        assert_eq!(clues[0]["observed_at"], "2026-05-02T14:30:00Z", "{what}");
        let path = format!("/v1/attachments/{}?copy=working", id(&file));
        let copy = download(&app.coordinator, &path, &[]).await;
        if has_copy {
            let has = |needle: &[u8]| copy.bytes.windows(needle.len()).any(|window| window == needle);
            assert_eq!(copy.status, 200, "{what}");
            assert!(!has(b"Zqcamera") && !has(b"zqcanary") && !has(b"2026:"), "{what}");
        } else {
            app.coordinator.get(&path).await.problem(404, "no-working-copy");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_counts_only_with_its_zone() {
    let app = TestApp::spawn().await;
    let with = |change: fn(&mut Exif)| {
        let mut exif = BY_THE_RIVER;
        change(&mut exif);
        exif
    };
    let gps = |exif: &mut Exif| {
        exif.offset = None;
        exif.gps_date = Some("2026:05:02");
        exif.gps_time = Some([(14, 1), (29, 1), (305, 10)]);
    };
    let cases: [(&str, Exif, Option<&str>, Option<&str>); 6] = [
        ("an offset", BY_THE_RIVER, Some("2026-05-02T14:30:00Z"), None),
        ("satellites", with(gps), Some("2026-05-02T14:29:30Z"), None),
        ("no zone", with(|exif| exif.offset = None), None, Some("2026-05-02 21:00:00, in a zone")),
        ("no time", with(|exif| (exif.taken, exif.offset) = (None, None)), None, Some("does not say when")),
        ("not yet", with(|exif| exif.taken = Some("2199:05:02 21:00:00")), None, Some("had not come yet")),
        (
            "no time at all",
            with(|exif| exif.taken = Some("0000:00:00 00:00:00")),
            None,
            Some("does not say when"),
        ),
    ];
    for (what, exif, observed, note) in cases {
        let before = app.now();
        let (file, clues) = clues_of(&app, &jpeg(Some(&exif))).await;
        assert_eq!(clues.len(), 1, "{what}");
        let clue = &clues[0];
        assert_eq!(file.get("taken_at").and_then(Value::as_str), observed, "{what}");
        match observed {
            Some(observed) => assert_eq!(clue["observed_at"], observed, "{what}"),
            None => assert!(clue["observed_at"].as_str().unwrap() >= before.as_str(), "{what}"),
        }
        assert!(clue["reported_at"].as_str().unwrap() >= before.as_str(), "{what}");
        match note {
            Some(note) => assert!(clue["note"].as_str().unwrap().contains(note), "{what} {}", clue["note"]),
            None => assert!(clue.get("note").is_none(), "{what}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_no_position_and_no_reason_to_refuse() {
    let app = TestApp::spawn().await;
    let lat = |degrees: [(u32, u32); 3], side: &'static str| {
        let mut exif = BY_THE_RIVER;
        exif.lat = Some((degrees, side));
        jpeg(Some(&exif))
    };
    let mut nowhere = BY_THE_RIVER;
    nowhere.lat = Some(([(0, 1); 3], "N"));
    nowhere.lon = Some(([(0, 1); 3], "E"));
    let mut half = BY_THE_RIVER;
    half.lon = None;
    let mut cut = tiff(&BY_THE_RIVER);
    cut.truncate(60);
    let block = |data: &[u8]| {
        let length = u16::try_from(data.len() + 8).unwrap().to_be_bytes();
        jpeg_with(&[&[0xff, 0xe1][..], &length, b"Exif\0\0", data].concat())
    };
    // A directory that names itself as the next one.
    let circle =
        [&b"II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x08\0\0\0"[..], &8_u32.to_le_bytes()].concat();
    for (what, bytes) in [
        ("nothing", jpeg(None)),
        ("no position", jpeg(Some(&NOTHING))),
        ("no fix", jpeg(Some(&nowhere))),
        ("beyond the pole", lat([(91, 1), (0, 1), (0, 1)], "N")),
        ("not a number", lat([(16, 0), (41, 1), (0, 1)], "N")),
        ("no side", lat([(16, 1), (41, 1), (0, 1)], "")),
        ("another side", lat([(16, 1), (41, 1), (0, 1)], "X")),
        ("half a position", jpeg(Some(&half))),
        ("a block that was cut", block(&cut)),
        ("a circle", block(&circle)),
        ("noise", block(&[0xa5; 4_000])),
        ("a film of nowhere", film(b"qt  ", 100, 0, "+00.0000+000.0000/")),
        ("a film of noise", film(b"isom", 100, 0, "somewhere in the hills")),
        ("a picture that ends at once", b"\xff\xd8\xff\xe1".to_vec()),
        (
            "boxes that are larger than the file",
            b"\0\0\0\x18ftypqt  \0\0\0\0qt  qt  \x7f\xff\xff\xffmoov".to_vec(),
        ),
    ] {
        let (file, clues) = clues_of(&app, &bytes).await;
        assert_eq!((clues.len(), &file["clue_ids"]), (0, &json!([])), "{what}");
        let back = download(&app.coordinator, &format!("/v1/attachments/{}", id(&file)), &[]).await;
        assert!(back.bytes == bytes, "{what}");
    }
    let (_, clues) = clues_of(&app, &lat([(16, 1), (30, 1), (0, 1)], "S")).await;
    assert_eq!(clues[0]["data"]["lat"], -16.5, "south is below zero");
}
