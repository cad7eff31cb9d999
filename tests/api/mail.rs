//! What lies in somebody's mailbox.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use farlight::alerts::dispatch;
use farlight::on;
use mailin_embedded::response::{OK, TRANSACTION_FAILED};
use mailin_embedded::{Handler, Response, Server, SslConfig};

use crate::support::contact::{raise, watch_for_a_day};
use crate::support::tour::CANARY;
use crate::support::{TestApp, json};

#[derive(Debug, Clone, Default)]
struct Letter {
    to: Vec<String>,
    from: String,
    text: String,
}

/// A mail server: keeps what it is given, or refuses it.
#[derive(Clone, Default)]
struct PostOffice {
    letters: Arc<Mutex<Vec<Letter>>>,
    refusals: Arc<Mutex<usize>>,
    letter: Letter,
}

impl Handler for PostOffice {
    fn data_start(&mut self, _: &str, from: &str, _: bool, to: &[String]) -> Response {
        self.letter = Letter { to: to.to_vec(), from: from.to_owned(), text: String::new() };
        OK
    }

    fn mail(&mut self, _: IpAddr, _: &str, _: &str) -> Response {
        let mut refusals = self.refusals.lock().unwrap();
        if *refusals == 0 {
            return OK;
        }
        *refusals -= 1;
        TRANSACTION_FAILED
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.letter.text.push_str(std::str::from_utf8(bytes).unwrap());
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.letters.lock().unwrap().push(std::mem::take(&mut self.letter));
        OK
    }
}

impl PostOffice {
    /// Opens on a port of its own; ends with the process.
    fn open() -> (Self, u16) {
        let office = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = Server::new(office.clone());
        server.with_name("post.example").with_ssl(SslConfig::None).unwrap().with_tcp_listener(listener);
        std::thread::spawn(move || drop(server.serve()));
        (office, port)
    }

    async fn letters(&self, count: usize) -> Vec<Letter> {
        for _ in 0..400 {
            let letters = self.letters.lock().unwrap().clone();
            if letters.len() >= count {
                return letters;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:?}", self.letters.lock().unwrap());
    }
}

async fn spawn(port: u16) -> TestApp {
    TestApp::spawn_with(|settings| {
        settings.server.public_url = "https://cases.lantern.example/".to_owned();
        settings.mail.host = "127.0.0.1".to_owned();
        settings.mail.port = port;
        settings.mail.encryption = farlight::config::MailEncryption::None;
        settings.mail.from = "Farlight <alerts@lantern.example>".to_owned();
    })
    .await
}

/// A watched case that a caseworker keeps, full of what must not get out.
async fn case(app: &TestApp) -> String {
    let body =
        json!({"summary": format!("{CANARY} is held"), "risk": "high", "country": "MM", "languages": []});
    let case = crate::support::id(&app.caseworker.post("/v1/cases", body).await.ok());
    watch_for_a_day(&app.caseworker, &case).await;
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_says_that_there_is_an_alert_and_nothing_of_what_it_is() {
    let (office, port) = PostOffice::open();
    let app = spawn(port).await;
    let case = case(&app).await;
    raise(&app).await;
    let letter = office.letters(1).await.remove(0);
    assert_eq!(letter.to, [app.caseworker.email.as_str()]);
    assert_eq!(letter.from, "alerts@lantern.example");
    let alert = app.caseworker.get("/v1/alerts").await.items().remove(0);
    let (head, body) = letter.text.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        body.trim_end(),
        format!("Alert {}\r\nhttps://cases.lantern.example", alert["id"].as_str().unwrap())
    );
    assert!(head.contains("Subject: Farlight: an alert needs you\r\n"), "{head}");
    assert!(head.contains("Message-ID: <"), "{head}");
    let code_name = alert["code_name"].as_str().unwrap();
    for word in [CANARY, &case, code_name, "overdue", "Overdue", "Invented"] {
        assert!(!letter.text.contains(word), "{word} in {}", letter.text);
    }
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(office.letters(1).await.len(), 1, "once");
}

async fn outcome(
    app: &TestApp,
    is: impl Fn(&(String, i32, Option<String>)) -> bool,
) -> (String, i32, Option<String>) {
    use diesel::prelude::*;
    use farlight::schema::deliveries;
    let mut found = None;
    for _ in 0..400 {
        found = app
            .services
            .db
            .read(|conn| {
                let row: Option<(String, i32, Option<String>)> = on!(conn, c => deliveries::table
                    .filter(deliveries::medium.eq("email"))
                    .order(deliveries::id.asc())
                    .select((deliveries::status, deliveries::attempts, deliveries::last_error))
                    .first(c)
                    .optional())?;
                Ok(row)
            })
            .await
            .unwrap();
        if let Some(row) = found.clone().filter(|row| is(row)) {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{found:?}");
}

/// Waits until every letter that was taken in is also on record: a clock that moves before that makes it a lost one, which
/// is sent again.
async fn recorded(app: &TestApp) {
    use diesel::prelude::*;
    use farlight::schema::deliveries;
    for _ in 0..400 {
        let pending: i64 = app
            .services
            .db
            .read(|conn| {
                Ok(on!(conn, c => deliveries::table
                    .filter(deliveries::status.eq("pending"))
                    .count()
                    .get_result(c))?)
            })
            .await
            .unwrap();
        if pending == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("a letter was never recorded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_was_refused_is_sent_again_but_not_to_somebody_who_left() {
    let (office, port) = PostOffice::open();
    let app = spawn(port).await;
    case(&app).await;
    *office.refusals.lock().unwrap() = 2;
    raise(&app).await;
    let (status, _, error) = outcome(&app, |row| row.2.is_some()).await;
    assert_eq!((status.as_str(), error.as_deref()), ("pending", Some("smtp-554")));
    app.clock.advance(10);
    outcome(&app, |row| row.1 == 2).await;
    let path = format!("/v1/users/{}", app.caseworker.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"status": "suspended"})).await.ok();
    app.clock.advance(400);
    let (_, _, error) = outcome(&app, |row| row.0 == "abandoned").await;
    assert_eq!(error.as_deref(), Some("user-inactive"));
    assert!(office.letters(0).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_letter_arrives_later() {
    let (office, port) = PostOffice::open();
    let app = spawn(port).await;
    case(&app).await;
    *office.refusals.lock().unwrap() = 1;
    raise(&app).await;
    outcome(&app, |row| row.2.is_some()).await;
    app.clock.advance(10);
    assert_eq!(office.letters(1).await.len(), 1);
    assert_eq!(outcome(&app, |row| row.0 == "delivered").await.1, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_go_down_the_list_and_past_who_could_not_open_the_case() {
    let (office, port) = PostOffice::open();
    let app = spawn(port).await;
    let case = case(&app).await;
    // The first on the list is not on the case, the second may open every case.
    let called = json!([app.caseworker2.id, app.coordinator2.id]);
    let watch = json!({"expected_every_hours": 24, "grace_hours": 0, "escalate_to": called});
    app.caseworker.put(&format!("/v1/cases/{case}/watch"), watch).await.ok();
    raise(&app).await;
    let first = office.letters(1).await;
    assert_eq!(first[0].to, [app.caseworker.email.as_str()]);
    let mut told = 1;
    let both = vec![app.coordinator2.email.as_str(), app.coordinator.email.as_str()];
    for expected in [both.clone(), vec![app.coordinator2.email.as_str()], both] {
        recorded(&app).await;
        app.clock.advance(31 * 60);
        dispatch::run_once(&app.services).await.unwrap();
        let letters = office.letters(told + expected.len()).await;
        let mut to: Vec<&str> = letters[told..].iter().map(|letter| letter.to[0].as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, expected);
        told = letters.len();
    }
}
