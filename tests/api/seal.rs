//! Sealing at once, starting sealed, opening with shares.

mod memory;
mod rotation;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use farlight::app::{self, Clock};
use farlight::config::{Settings, Unseal};
use farlight::crypto::Secret;
use farlight::crypto::shares::split;
use farlight::db::Database;
use farlight::seal::gate::Gate;
use reqwest::Method;

use crate::support::{Actor, Reply, TestApp, id, json, send};

/// The root key of every test, and another one.
const ROOT: u8 = 42;
const OTHER: u8 = 43;

fn shares(root: u8, count: u8, threshold: u8) -> Vec<String> {
    let root = Secret::from_slice(&[root; 32]).unwrap();
    let shares = split(&root, count, threshold).unwrap();
    shares.iter().map(|share| share.print().unwrap().to_string()).collect()
}

/// A node on the database of a [`TestApp`] that starts sealed.
struct House {
    gate: Arc<Gate>,
    address: String,
    nobody: Actor,
    server: actix_web::dev::ServerHandle,
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

impl House {
    async fn start(app: &TestApp, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = app.services.settings.clone();
        settings.keys.unseal = Unseal::ByShares;
        change(&mut settings);
        let clock = app.clock.clone();
        let db = Database::open(&settings.database).unwrap();
        let gate = Gate::start(settings, db, None, Clock::from_fn(move || clock.now())).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = app::build(Arc::clone(&gate), listener).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        Self { gate, nobody: Actor::nobody(&address), address, server: handle }
    }

    async fn give(&self, share: &str) -> Reply {
        self.nobody.post("/v1/system/unseal", json!({ "share": share })).await
    }

    async fn open(&self) {
        for share in &shares(ROOT, 2, 2) {
            self.give(share).await.ok();
        }
        assert!(!self.gate.is_sealed());
    }

    /// Somebody of the test's staff on this node, who has not signed in yet.
    fn actor(&self, actor: &Actor) -> Actor {
        Actor::new(&self.address, &actor.email, &actor.id)
    }
}

async fn seal(who: &Actor) -> Reply {
    who.post("/v1/system/seal", json!({"reason": "There are men at the gate."})).await
}

async fn becomes_sealed(nobody: &Actor) -> Duration {
    let begun = Instant::now();
    while nobody.get("/readyz").await.status != 503 {
        assert!(begun.elapsed() < Duration::from_secs(5), "it is not sealed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_seals_every_node_within_a_second() {
    let app = TestApp::spawn().await;
    let node = app.second_node(0, |_| {}).await;
    let case = app.case(&app.coordinator).await;
    let there = node.same(&app.coordinator).await;
    let shown = format!("/v1/cases/{case}");
    there.get(&shown).await.ok();
    for who in [&app.caseworker, &app.officer, &app.analyst, &app.auditor, &app.partner] {
        seal(who).await.problem(403, "forbidden");
    }
    app.nobody.post("/v1/system/seal", json!({"reason": "x"})).await.problem(401, "unauthenticated");
    app.coordinator.post("/v1/system/seal", json!({})).await.problem(422, "invalid");
    app.coordinator.get(&shown).await.ok();

    let begun = Instant::now();
    let sealed = seal(&app.coordinator).await.ok();
    assert_eq!(sealed, json!({"sealed": true, "threshold": null, "given": 0, "of_other_sets": 0}));
    assert!(app.services.keyring.is_sealed(), "the keys of this node are gone with the answer");
    // No token works from the very next request on, on a node that has not heard of it, too.
    let next = there.get(&shown).await.status;
    assert!([401, 503].contains(&next), "{next}");
    let elsewhere = Actor::nobody(&node.address);
    becomes_sealed(&elsewhere).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    println!("sealed on both nodes after {took:?}");
    assert!(node.services.keyring.is_sealed());
    assert!(node.services.tokens.issue(node_id(), node_id(), node_id(), None, app.clock.now()).is_err());

    for nobody in [&app.nobody, &elsewhere] {
        for (method, path) in [
            (Method::GET, shown.as_str()),
            (Method::POST, "/v1/auth/login"),
            (Method::POST, "/v1/auth/refresh"),
            (Method::GET, "/openapi.json"),
            (Method::GET, "/docs/"),
            (Method::GET, "/metrics"),
            (Method::GET, "/no/such/path"),
            (Method::PUT, "/v1/me/pack-key"),
        ] {
            let refused = send(nobody.request(method, path).await).await;
            refused.problem(503, "sealed");
            assert_eq!(refused.header("retry-after"), "30", "{path}");
            assert!(!refused.header("x-request-id").is_empty(), "{path}");
        }
        nobody.get("/healthz").await.ok();
        nobody.get("/readyz").await.problem(503, "sealed");
        assert_eq!(nobody.get("/v1/system/seal").await.ok()["sealed"], true);
    }
}

fn node_id() -> farlight::db::types::Id {
    farlight::db::types::Id::from_slice(&[7; 16]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_sealed_and_opens_with_enough_shares() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let shown = format!("/v1/cases/{case}");
    let before = app.coordinator.get(&shown).await.ok();
    let house = House::start(&app, |_| {}).await;
    house.nobody.get("/readyz").await.problem(503, "sealed");
    house.nobody.get(&shown).await.problem(503, "sealed");
    let state = house.nobody.get("/v1/system/seal").await.ok();
    assert_eq!(state, json!({"sealed": true, "threshold": null, "given": 0, "of_other_sets": 0}));

    let (set, old) = (shares(ROOT, 5, 3), shares(ROOT, 3, 2));
    let mut wrong = set[0].clone();
    let letter = wrong.pop().unwrap();
    wrong.push(if letter == 'q' { 'p' } else { 'q' });
    house.give(&wrong).await.problem(422, "share-unreadable");
    house.give("open sesame").await.problem(422, "share-unreadable");
    house.nobody.post("/v1/system/unseal", json!({})).await.invalid("/share");
    let both = json!({"share": set[0], "passphrase": "x"});
    house.nobody.post("/v1/system/unseal", both).await.invalid("/share");
    house.nobody.post("/v1/system/unseal", json!({"passphrase": "x"})).await.problem(409, "opens-otherwise");

    let state = |given: usize, others: usize| json!({"sealed": true, "threshold": 3, "given": given, "of_other_sets": others});
    assert_eq!(house.give(&set[4]).await.ok(), state(1, 0));
    assert_eq!(house.give(&set[4]).await.ok(), state(1, 0), "twice is once");
    assert_eq!(house.give(&set[1].to_uppercase()).await.ok(), state(2, 0));
    // Of an older set: it opens nothing here, that is told, and it stops nobody.
    assert_eq!(
        house.give(&old[0]).await.ok(),
        json!({"sealed": true, "threshold": 2, "given": 1, "of_other_sets": 2})
    );
    assert_eq!(house.nobody.get("/v1/system/seal").await.ok(), state(2, 1));
    let open = json!({"sealed": false, "threshold": null, "given": 0, "of_other_sets": 0});
    assert_eq!(house.give(&set[2].replace(' ', "-")).await.ok(), open);
    house.nobody.get("/readyz").await.ok();
    house.give(&set[3]).await.problem(409, "not-sealed");

    // It was never sealed, only begun that way: whoever was signed in still is.
    let same = Actor::with_token(&house.address, app.coordinator.token().await);
    assert_eq!(same.get(&shown).await.ok(), before);
    seal(&same).await.ok();
    becomes_sealed(&app.nobody).await;
    let again = House::start(&app, |_| {}).await;
    again.open().await;
    let same = Actor::with_token(&again.address, app.coordinator.token().await);
    same.get(&shown).await.problem(401, "unauthenticated");
    let back = again.actor(&app.coordinator);
    assert_eq!(back.get(&shown).await.ok(), before);
    // Both organisations read of it; the reason is with those of the one who did it.
    for (auditor, reasons) in [(&app.auditor, 1), (&app.stranger_auditor, 0)] {
        let log = again.actor(auditor).get("/v1/audit-events?limit=200").await.items();
        let of = |action: &str| log.iter().filter(|row| row["action"] == action).count();
        assert_eq!((of("system.seal"), of("system.unseal")), (1, 2), "{log:?}");
        let told = log.iter().filter(|row| row.to_string().contains("men at the gate")).count();
        assert_eq!(told, reasons);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_end_with_the_seal_as_well() {
    let app = TestApp::spawn().await;
    let tokens = app.caseworker.sign_in(crate::support::PASSWORD).await.ok();
    seal(&app.admin).await.ok();
    let house = House::start(&app, |_| {}).await;
    house.open().await;
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let refused = house.nobody.post("/v1/auth/refresh", refresh).await;
    refused.problem(401, "invalid-refresh-token");
    // Not even a session that was begun on a node that had not heard of the seal.
    app.engine.execute("UPDATE installation SET seal_epoch = seal_epoch + 1");
    let signed_in = house.actor(&app.caseworker).sign_in(crate::support::PASSWORD).await;
    if signed_in.status == 200 {
        let token = signed_in.body["access_token"].as_str().unwrap();
        let status = Actor::with_token(&house.address, token).get("/v1/me").await.status;
        assert!([401, 503].contains(&status), "{status}");
    }
    becomes_sealed(&house.nobody).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_are_forgotten_and_wrong_ones_are_told() {
    let app = TestApp::spawn().await;
    let house = House::start(&app, |_| {}).await;
    let set = shares(ROOT, 3, 2);
    house.give(&set[0]).await.ok();
    app.clock.advance(599);
    assert_eq!(house.nobody.get("/v1/system/seal").await.ok()["given"], 1);
    app.clock.advance(2);
    assert_eq!(house.nobody.get("/v1/system/seal").await.ok()["given"], 0);
    assert_eq!(house.give(&set[1]).await.ok()["given"], 1, "the first is gone");

    // A set of another key is whole, and does not open: it is dropped, and the other one stays.
    let other = shares(OTHER, 3, 2);
    assert_eq!(house.give(&other[0]).await.ok()["of_other_sets"], 1);
    house.give(&other[1]).await.problem(422, "shares-do-not-open");
    let state = house.nobody.get("/v1/system/seal").await.ok();
    assert_eq!(state, json!({"sealed": true, "threshold": 2, "given": 1, "of_other_sets": 0}));
    assert!(house.gate.is_sealed());
    // However many sets somebody makes up, the one that is furthest stays.
    let three = shares(ROOT, 3, 3);
    house.give(&three[0]).await.ok();
    house.give(&three[1]).await.ok();
    for _ in 0..12 {
        house.give(&shares(OTHER, 2, 2)[0]).await.ok();
    }
    assert_eq!(house.give(&three[2]).await.ok()["sealed"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_bounded() {
    let app = TestApp::spawn().await;
    let house = House::start(&app, |settings| settings.limits.sign_in_per_minute = 5).await;
    let mut refused = 0;
    for _ in 0..12 {
        let reply = house.give("farlight1 qqqq").await;
        refused += usize::from(reply.status == 429);
    }
    assert!(refused >= 6, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_opens_with_its_passphrase_or_identity() {
    use age::secrecy::ExposeSecret;

    let app = TestApp::spawn().await;
    let folder = tempfile::tempdir().unwrap();
    fn lock(file: &std::path::Path, root: u8, recipient: &impl age::Recipient) -> String {
        let hex = format!("{root:02x}").repeat(32);
        std::fs::write(file, age::encrypt(recipient, hex.as_bytes()).unwrap()).unwrap();
        file.display().to_string()
    }
    let mut by_word = age::scrypt::Recipient::new("four grey herons wait".to_owned().into());
    by_word.set_work_factor(4);
    let identity = age::x25519::Identity::generate();
    for (file, key, wrong) in [
        (
            lock(&folder.path().join("word"), ROOT, &by_word),
            "four grey herons wait".to_owned(),
            "four grey herons".to_owned(),
        ),
        (
            lock(&folder.path().join("identity"), ROOT, &identity.to_public()),
            identity.to_string().expose_secret().to_owned(),
            age::x25519::Identity::generate().to_string().expose_secret().to_owned(),
        ),
    ] {
        let house = House::start(&app, |settings| {
            settings.keys.unseal = Unseal::ByIdentity;
            settings.keys.root_file = file;
        })
        .await;
        let give =
            async |key: &str| house.nobody.post("/v1/system/unseal", json!({ "passphrase": key })).await;
        house.give(&shares(ROOT, 2, 2)[0]).await.problem(409, "opens-otherwise");
        give(&wrong).await.problem(422, "does-not-open");
        house.nobody.get("/readyz").await.problem(503, "sealed");
        assert_eq!(give(&key).await.ok()["sealed"], false);
        house.actor(&app.coordinator).get("/v1/me").await.ok();
    }
    let file = lock(&folder.path().join("other"), OTHER, &identity.to_public());
    let house = House::start(&app, |settings| {
        settings.keys.unseal = Unseal::ByIdentity;
        settings.keys.root_file = file;
    })
    .await;
    let key = json!({"passphrase": identity.to_string().expose_secret()});
    house.nobody.post("/v1/system/unseal", key).await.problem(422, "does-not-open");
}

/// Jobs do not run on a node that is sealed: an alert that is due is told of when it is open again.
#[tokio::test(flavor = "multi_thread")]
async fn streams_are_cut_and_jobs_wait() {
    use futures_util::StreamExt;

    let app = TestApp::spawn().await;
    let request = app.coordinator.request(Method::GET, "/v1/events").await;
    let mut stream = request.send().await.unwrap().bytes_stream();
    stream.next().await.unwrap().unwrap();
    let begun = Instant::now();
    seal(&app.coordinator2).await.ok();
    while let Some(Ok(_)) = tokio::time::timeout(Duration::from_secs(2), stream.next()).await.unwrap() {}
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    // A checkpoint that is due is made within seconds; not here.
    let made = || app.engine.number("SELECT COUNT(*) FROM audit_checkpoints");
    let before = made();
    app.clock.advance(600);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(made(), before);
    let house = House::start(&app, |_| {}).await;
    house.open().await;
    for _ in 0..100 {
        if made() > before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the log did not go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_while_sixteen_write_leaves_nothing_half_done() {
    let app = Arc::new(TestApp::spawn_with(|settings| settings.server.workers = 2).await);
    app.coordinator.token().await;
    let mut writers = Vec::new();
    for n in 0..16 {
        let app = Arc::clone(&app);
        writers.push(tokio::spawn(async move {
            let mut written = Vec::new();
            for round in 0..400 {
                let body = json!({"summary": format!("Case {n} of round {round}."), "risk": "high"});
                let reply = app.coordinator.post("/v1/cases", body).await;
                match reply.status {
                    201 => written.push(id(&reply.body)),
                    401 | 503 => return (written, reply.status),
                    other => panic!("{other} {}", reply.text),
                }
            }
            (written, 0)
        }));
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    let begun = Instant::now();
    seal(&app.coordinator2).await.ok();
    let mut written = Vec::new();
    for writer in writers {
        let (mine, end) = writer.await.unwrap();
        assert_ne!(end, 0, "a writer went on to its end");
        written.extend(mine);
    }
    println!("{} cases written, all writers ended {:?} after the seal", written.len(), begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(!written.is_empty());

    let house = House::start(&app, |_| {}).await;
    house.open().await;
    let coordinator = house.actor(&app.coordinator);
    // What was acknowledged is there; what is there has its key, its code name, and its row in the log.
    let mut found: Vec<String> = coordinator.walk("/v1/cases?limit=200").await.iter().map(id).collect();
    for case in &written {
        assert!(found.contains(case), "{case} was acknowledged");
        coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    }
    found.sort();
    let cases = "SELECT COUNT(*) FROM cases";
    for half in [
        "SELECT COUNT(*) FROM cases JOIN data_keys ON owner_id = cases.id",
        "SELECT COUNT(*) FROM audit_events WHERE action = 'case.create' AND outcome = 'done'",
    ] {
        assert_eq!(app.engine.number(half), app.engine.number(cases), "{half}");
    }
    sound(&app).await;
}

/// The log of every organisation is what it was.
async fn sound(app: &TestApp) {
    let mut settings = app.services.settings.clone();
    settings.keys.root = format!("{ROOT:02x}").repeat(32).into();
    farlight::audit::command::verify(settings, &[], |_| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_without_a_base_key_keeps_its_look_ups() {
    // As it was before there were base keys: look-ups hang on the root key itself.
    let app = TestApp::spawn().await;
    seal(&app.admin).await.ok();
    becomes_sealed(&app.nobody).await;
    app.engine.execute("UPDATE installation SET base_key = NULL");
    let house = House::start(&app, |_| {}).await;
    for share in &shares(OTHER, 2, 2) {
        let reply = house.give(share).await;
        assert!(reply.status == 422 || reply.body["given"] == 1, "{}", reply.text);
    }
    assert_eq!(app.engine.number("SELECT COUNT(*) FROM installation WHERE base_key IS NOT NULL"), 0);
    house.open().await;
    let keyring = farlight::crypto::Keyring::new(Secret::from_slice(&[ROOT; 32]).unwrap());
    let root_itself = keyring.installation("users.email").unwrap();
    let house_keys = house.gate.services().unwrap();
    assert_eq!(
        root_itself.lookup(&[b"x"]),
        house_keys.email_key().unwrap().lookup(&[b"x"]),
        "an address is found under the same hash"
    );
}
