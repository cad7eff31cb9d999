//! Bad input on every endpoint: a 4xx that says what to do, never a 5xx, never a panic, and nothing that was accepted
//! before is lost.

use reqwest::Method;

use crate::support::tour::{Step, tour};
use crate::support::{Reply, TestApp, Value, json, send};

/// A refusal: 4xx, problem+json, and nothing of what was sent inside.
#[track_caller]
fn refused(what: &str, reply: &Reply) {
    assert!((400..500).contains(&reply.status), "{what}: {} {}", reply.status, reply.text);
    assert_eq!(reply.header("content-type"), "application/problem+json", "{what}: {}", reply.text);
    assert!(!reply.text.contains(SECRET), "{what} echoes what was sent: {}", reply.text);
}

/// Put in place of values: must not come back.
const SECRET: &str = "hunter-secret-value";

async fn raw(app: &TestApp, step: &Step, content_type: &str, body: Vec<u8>) -> Reply {
    let mut request = app.actor(step.actor).request(step.method.clone(), &step.path).await;
    if let Some(etag) = &step.etag {
        request = request.header("if-match", etag);
    }
    send(request.header("content-type", content_type).body(body)).await
}

/// Everything of a body, one member at a time, made wrong: `(what, body)`.
fn broken(body: &Value) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    let members = body.as_object().unwrap();
    let mut unknown = body.clone();
    unknown["organisation_id"] = json!(SECRET);
    out.push(("an unknown member".to_owned(), unknown));
    for name in members.keys() {
        let wrong = match &members[name] {
            Value::String(_) => json!({"a": SECRET}),
            Value::Object(_) => json!(7),
            _ => json!(SECRET),
        };
        let mut wrong_type = body.clone();
        wrong_type[name] = wrong;
        out.push((format!("{name} of a wrong type"), wrong_type));
        // A password is hashed and never stored: any character will do.
        if members[name].is_string() && !name.ends_with("password") {
            for (what, text) in [("too long", "y".repeat(60_000)), ("with a NUL", format!("x\0{SECRET}"))] {
                let mut bad = body.clone();
                bad[name] = json!(text);
                out.push((format!("{name} {what}"), bad));
            }
        }
        if members[name].is_object() {
            // serde by itself reads one as an object whose members come in order.
            for list in [json!([]), json!([null, null])] {
                let mut bad = body.clone();
                bad[name] = list;
                out.push((format!("{name} as a list"), bad));
            }
        }
        if members[name].is_array() {
            let mut bad = body.clone();
            bad[name] = json!(vec![json!(null); 5_000]);
            out.push((format!("{name} with 5000 nulls"), bad));
        }
        if members[name].is_number() {
            let mut bad = body.clone();
            bad[name] = json!(1e300);
            out.push((format!("{name} enormous"), bad));
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_bodies_are_refused_on_every_endpoint() {
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    // Those whose session or password the tour used up.
    let gone = ["auditor", "analyst", "caseworker"];
    let case = app.case(&app.coordinator).await;
    let before = app.coordinator.get(&format!("/v1/cases/{case}")).await.text;
    for step in tour.steps.iter().filter(|step| step.body.is_some()) {
        let step = Step {
            actor: if gone.contains(&step.actor) { "coordinator" } else { step.actor },
            body: step.body.clone(),
            path: step.path.clone(),
            method: step.method.clone(),
            etag: step.etag.clone(),
            operation: step.operation,
            headers: step.headers,
        };
        let what = |more: &str| format!("{} {more}", step.operation);
        for (more, body) in [
            ("nothing", ""),
            ("no JSON", "{"),
            ("an array", "[]"),
            ("a number", "7"),
            ("no UTF-8", "\"\u{0}\""),
            ("two documents", "{}{}"),
        ] {
            if step.operation == "auth.logout" {
                continue;
            }
            refused(&what(more), &raw(&app, &step, "application/json", body.into()).await);
        }
        if step.operation == "auth.logout" {
            continue;
        }
        let deep = "[".repeat(100_000);
        refused(&what("a deep nest"), &raw(&app, &step, "application/json", deep.into_bytes()).await);
        refused(
            &what("invalid UTF-8"),
            &raw(&app, &step, "application/json", b"{\"a\":\"\xff\"}".to_vec()).await,
        );
        refused(&what("another type"), &raw(&app, &step, "text/plain", b"{}".to_vec()).await);
        for (more, body) in broken(step.body.as_ref().unwrap()) {
            let reply = raw(&app, &step, "application/json", body.to_string().into_bytes()).await;
            refused(&what(&more), &reply);
        }
    }
    assert_eq!(app.coordinator.get(&format!("/v1/cases/{case}")).await.text, before);
    app.nobody.get("/readyz").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_twenty_megabytes_are_refused() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let huge = json!({"summary": "z".repeat(20_000_000), "risk": "low"}).to_string();
    for (method, path) in [
        (Method::POST, "/v1/cases".to_owned()),
        (Method::PATCH, format!("/v1/cases/{case}")),
        (Method::POST, "/v1/auth/login".to_owned()),
    ] {
        let request = app.coordinator.request(method, &path).await.header("if-match", "\"v1\"");
        // The server may close before it has read all: either is a refusal.
        if let Ok(reply) = request.header("content-type", "application/json").body(huge.clone()).send().await
        {
            assert_eq!(reply.status().as_u16(), 413, "{path}");
        }
    }
    assert_eq!(app.coordinator.get("/v1/cases").await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_trickles_is_cut_off() {
    let app = TestApp::spawn_with(|settings| settings.server.body_deadline_seconds = 1).await;
    let token = app.coordinator.token().await.to_owned();
    let address = app.address.trim_start_matches("http://").to_owned();
    let reply = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /v1/cases HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut reply = [0; 64];
        let length = stream.read(&mut reply).unwrap();
        String::from_utf8_lossy(&reply[..length]).into_owned()
    })
    .join()
    .unwrap();
    assert!(reply.starts_with("HTTP/1.1 408"), "{reply}");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_multipart_is_refused() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}/imports");
    let boundary = "multipart/form-data; boundary=XX";
    let part = |name: &str, text: &str| {
        format!(
            "--XX\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"../../etc/x.json\"\r\n\r\n{text}\r\n"
        )
    };
    for (what, content_type, body) in [
        ("no boundary", "multipart/form-data", part("file", "{}") + "--XX--\r\n"),
        ("another boundary", "multipart/form-data; boundary=YY", part("file", "{}") + "--XX--\r\n"),
        ("never closed", boundary, part("file", "{}")),
        ("nothing", boundary, String::new()),
        ("another part", boundary, part("picture", "{}") + "--XX--\r\n"),
        ("two files", boundary, part("file", "{}") + &part("file", "{}") + "--XX--\r\n"),
        ("an empty file", boundary, part("file", "") + "--XX--\r\n"),
        ("no chat", boundary, part("file", "just some words") + "--XX--\r\n"),
        ("a broken chat", boundary, part("file", "{\"name\":\"x\",\"messages\":[{\"id\":1,") + "--XX--\r\n"),
        ("JSON", "application/json", "{}".to_owned()),
    ] {
        let request = app.coordinator.request(Method::POST, &path).await.header("content-type", content_type);
        refused(what, &send(request.body(body)).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_queries_are_refused_on_every_list() {
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    let gone = ["auditor", "analyst", "caseworker"];
    for step in
        tour.steps.iter().filter(|step| step.method == Method::GET && step.operation.ends_with("list"))
    {
        let actor = match step.operation {
            "audit.list" => &app.stranger_auditor,
            _ if gone.contains(&step.actor) => &app.coordinator,
            _ => app.actor(step.actor),
        };
        if step.operation == "report.list" {
            continue;
        }
        for query in [
            "limit=0",
            "limit=-1",
            "limit=99999999999999999999",
            "limit=x",
            "cursor=x",
            "cursor=AAAA",
            "cursor=%00",
            "nonsense=1",
            "limit=1&limit=2",
        ] {
            let reply = actor.get(&format!("{}?{query}", step.path)).await;
            refused(&format!("{} ?{query}", step.operation), &reply);
        }
    }
    for path in
        ["/v1/cases/%00", "/v1/cases/..%2f..", "/v1/cases/0", "/v1/people/x", "/v1/operations/x/gibberish"]
    {
        refused(path, &app.coordinator.get(path).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_times_and_headers_are_answered() {
    use crate::support::contact::Contact;
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let who = &app.caseworker;
    let body = json!({"expected_every_hours": 8760, "grace_hours": 8760, "escalate_to": []});
    who.put(&contact.path("watch"), body).await.ok();
    let first = contact.log(&app, "inbound", 0, json!({"sent_at": "1900-01-01T00:00:00Z"})).await;
    contact.log(&app, "outbound", 0, json!({"sent_at": "1900-01-01T00:00:00.000001Z"})).await;
    let corrections = format!("/v1/messages/{}/corrections", crate::support::id(&first));
    for sent_at in
        ["2200-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "-009999-01-01T00:00:00Z", "1899-12-31T23:59:59Z"]
    {
        let reply = who.post(&corrections, json!({"sent_at": sent_at, "reason": "x"})).await;
        assert!([400, 422].contains(&reply.status), "{sent_at}: {}", reply.text);
    }
    let windows = json!([{"days": [1, 2, 3, 4, 5, 6, 7], "from": "23:59", "to": "00:00"}]);
    for zone in ["Pacific/Apia", "Africa/Monrovia", "Asia/Yangon", "Asia/Kathmandu", "Pacific/Kiritimati"] {
        let channel = format!("/v1/channels/{}", contact.channel);
        let etag =
            who.get(&format!("/v1/people/{}/channels", contact.person)).await.items()[0]["version"].clone();
        let rules = json!({"rules": {"time_zone": zone, "windows": windows, "initiate": false}});
        who.patch(&channel, &format!("\"v{etag}\""), rules).await.ok();
        for at in ["1900-01-01T00:00:00Z", "2200-12-31T23:59:59.999999Z", "2011-12-30T12:00:00Z"] {
            who.get(&format!("{channel}/advice?at={at}")).await.ok();
        }
        who.get(&format!("/v1/me/worklist?time_zone={zone}")).await.ok();
    }
    for zone in [
        "",
        "..%2F..%2Fetc%2Fpasswd",
        "UTC%00",
        "posixrules",
        "right/UTC",
        "posix/UTC",
        "Local",
        "localtime",
        "%F0%9F%8C%85",
    ] {
        let reply = who.get(&format!("/v1/me/worklist?time_zone={zone}")).await;
        assert!([400, 422].contains(&reply.status), "{zone}: {} {}", reply.status, reply.text);
    }
    for (name, value) in [
        ("upload-metadata", "filename"),
        ("upload-metadata", "filename !!!,filename ,=,,,"),
        ("upload-metadata", "filename Li4vLi4vZXRjL3Bhc3N3ZAA="),
        ("upload-length", "-1"),
        ("upload-length", "18446744073709551616"),
        ("upload-length", "9223372036854775808"),
    ] {
        let mut request =
            who.request(Method::POST, &contact.path("uploads")).await.header("tus-resumable", "1.0.0");
        if name != "upload-length" {
            request = request.header("upload-length", "5");
        }
        let reply = send(request.header(name, value)).await;
        assert!(reply.status < 500, "{name}: {value}: {}", reply.text);
    }
    let request = who.request(Method::POST, &contact.path("uploads")).await;
    let made = send(request.header("tus-resumable", "1.0.0").header("upload-length", "5")).await;
    let upload = made.header("location").to_owned();
    for offset in ["-1", "5", "18446744073709551615", "9223372036854775807", "1e3", ""] {
        let request = who.request(Method::PATCH, &upload).await.header("tus-resumable", "1.0.0");
        let request =
            request.header("content-type", "application/offset+octet-stream").header("upload-offset", offset);
        let reply = send(request.body("12345")).await;
        assert!((400..500).contains(&reply.status), "{offset}: {} {}", reply.status, reply.text);
        let other = app.coordinator.request(Method::HEAD, &upload).await.header("tus-resumable", "1.0.0");
        assert_eq!(send(other).await.status, 404, "an upload is its author's alone");
    }
    for last in [
        "x".repeat(5_000),
        "\u{1}".escape_default().to_string(),
        "AAAA".to_owned(),
        crate::support::unknown_id(),
    ] {
        let request = who.request(Method::GET, "/v1/events").await.header("last-event-id", last);
        let mut response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let begin = response.chunk().await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&begin).contains("event: reset"), "{begin:?}");
    }
}
