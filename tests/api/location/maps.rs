//! The answer as a map.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{UPPER, add, pin, said, site, with};
use crate::support::{Reply, TestApp, json};

const HOSTILE: &str = "<script>alert(\"x\")</script> & ]]> 'towers' 园区";

/// Every element of a document, which ends where it should, and all of its text.
fn parsed(document: &str) -> (Vec<String>, String) {
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let (mut names, mut text, mut depth) = (Vec::new(), String::new(), 0_i32);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {document}")) {
            Event::Start(tag) => {
                depth += 1;
                names.push(tag.name().as_ref().to_owned());
            }
            Event::Empty(tag) => names.push(tag.name().as_ref().to_owned()),
            Event::End(_) => depth -= 1,
            Event::Text(piece) => text.push_str(&piece),
            Event::GeneralRef(name) => text.push_str(&format!("&{};", &*name)),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element ends");
    (names, text)
}

fn assert_headers(reply: &Reply, media_type: &str, file: &str) {
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("content-type"), media_type);
    assert_eq!(reply.header("content-disposition"), format!("attachment; filename=\"{file}\""));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(reply.header("cache-control").contains("no-store"), "{:?}", reply.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_format_is_what_it_says_and_takes_hostile_names_as_text() {
    let app = TestApp::spawn().await;
    site(&app.analyst, HOSTILE, UPPER).await;
    let case = app.case(&app.coordinator).await;
    for days in [2, 1] {
        add(&app, &case, pin(&app, days, UPPER)).await;
    }
    let named = json!({"name": "<b>Bad & worse</b>", "lat": UPPER.0, "lon": UPPER.1, "within_km": 3});
    add(&app, &case, said(&app, 1, "landmark", &named)).await;
    let proposed = with(pin(&app, 1, (UPPER.0 + 0.01, UPPER.1)), json!({"status": "proposed"}));
    add(&app, &case, proposed).await;
    let get = |extension: &str, query: &str| {
        let (app, path) = (&app, format!("/v1/cases/{case}/location.{extension}{query}"));
        async move { app.analyst.get(&path).await }
    };
    let code_name = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok()["code_name"]
        .as_str()
        .unwrap()
        .to_owned();
    for (extension, media_type, root, element) in [
        ("svg", "image/svg+xml", "svg", "path"),
        ("gpx", "application/gpx+xml", "gpx", "wpt"),
        ("kml", "application/vnd.google-earth.kml+xml", "kml", "Placemark"),
    ] {
        let reply = get(extension, "").await;
        assert_headers(&reply, media_type, &format!("location.{extension}"));
        let (names, text) = parsed(&reply.text);
        assert_eq!(names[0], root);
        assert!(names.iter().any(|name| name == element), "{extension}: {names:?}");
        assert!(!names.iter().any(|name| name == "script" || name == "b"), "{extension}");
        assert!(text.contains("alert("), "{extension} names the site: {text}");
        assert!(text.contains(&code_name), "{extension} names the case");
        let more = get(extension, "?include=proposed").await;
        assert_ne!(more.text, reply.text, "{extension} shows what is proposed if it counts");
    }
    let svg = get("svg", "").await;
    for part in ["href", "onload", "<image", "<foreignObject", "@import", "url(http"] {
        assert!(!svg.text.contains(part), "nothing is fetched or run: {part}");
    }
    assert!(svg.header("content-security-policy").contains("default-src 'none'"));

    let reply = get("geojson", "").await;
    assert_headers(&reply, "application/geo+json", "location.geojson");
    assert_eq!(reply.body["type"], "FeatureCollection");
    let features = reply.body["features"].as_array().unwrap();
    assert!(features.len() >= 5);
    for feature in features {
        assert_eq!(feature["type"], "Feature");
        assert!(feature["geometry"]["type"].is_string() && feature["properties"].is_object(), "{feature}");
    }
    assert!(reply.text.contains("towers"));
    let regions = features.iter().filter(|feature| feature["geometry"]["type"] == "MultiPolygon");
    assert!(regions.count() >= 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_can_be_drawn_without_any_clue_and_for_any_day() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for extension in ["svg", "gpx", "kml", "geojson"] {
        for query in ["", "?at=2026-01-01T00:00:00Z", "?include=proposed", "?known_at=2026-01-01T00:00:00Z"] {
            let reply = app.analyst.get(&format!("/v1/cases/{case}/location.{extension}{query}")).await;
            assert_eq!(reply.status, 200, "{extension}{query}: {}", reply.text);
            if extension == "geojson" {
                assert_eq!(reply.body["type"], "FeatureCollection");
            } else {
                parsed(&reply.text);
            }
            assert!(!query.starts_with("?at") || !reply.text.is_empty());
        }
    }
    let dated = app.analyst.get(&format!("/v1/cases/{case}/location.svg?at=2026-01-01T09:30:00Z")).await;
    assert!(dated.text.contains("1 January 2026, 09:30 UTC"), "the day it is for is on it");
}
