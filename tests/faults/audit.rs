//! The audit log cannot be written.

use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use reqwest::Method;
use serde_json::json;

use crate::check;
use crate::engine::{Database, sqlite};
use crate::load::Case;
use crate::party::{Party, send};
use crate::report::{Row, Tally};
use crate::server::Place;

/// What refuses each row.
const REFUSING: [&str; 2] = [
    "CREATE TRIGGER refusing BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'refused'); END",
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; \
     CREATE TRIGGER refusing BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse()",
];
const LETTING: [&str; 2] = ["DROP TRIGGER refusing", "DROP TRIGGER refusing ON audit_events"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Each row is refused.
    Refused,
    /// Each row waits: somebody else holds the lock.
    Held,
}

/// Nothing that must be on record is read or written; what need not be still answers.
async fn closed(party: &Party, case: &Case, block: Block, tally: &mut Tally) -> Duration {
    let who = &party.coordinator;
    let began = Instant::now();
    if who.get("/healthz").await.status != 200 || began.elapsed() > Duration::from_secs(1) {
        tally.wrong.push("health does not answer".to_owned());
    }
    let body = json!({"summary": "Never on record.", "risk": "high"});
    let requests = [
        who.request(Method::POST, "/v1/cases").json(&body),
        who.request(Method::GET, &case.path("messages")),
        who.request(Method::GET, "/v1/cases"),
        who.request(Method::GET, &format!("/v1/cases/{}", case.id)),
    ];
    let replies = futures_util::future::join_all(requests.map(send)).await;
    for reply in replies {
        let reply = reply.unwrap();
        if reply.status != 503 || !reply.retry_after || reply.body.get("items").is_some() {
            let how = if block == Block::Held { "held" } else { "refused" };
            tally.wrong.push(format!("{how}: {} {}", reply.status, reply.text));
        }
        tally.refused += 1;
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_read_or_written_that_cannot_be_put_on_record() {
    let place = Place::new();
    let row = Row::begin("audit log blocked", place.database.name(), 2);
    let at = usize::from(matches!(place.database, Database::Postgres(_)));
    let server = place.start();
    let party = Party::found(&server).await;
    let case = Case::open(&party.coordinator).await;
    let mut tally = Tally::default();

    place.database.execute(REFUSING[at]);
    let refused = closed(&party, &case, Block::Refused, &mut tally).await;
    place.database.execute(LETTING[at]);
    let body = json!({"summary": "On record.", "risk": "high"});
    party.coordinator.post("/v1/cases", &body).await.ok();

    let held = match &place.database {
        Database::Sqlite(path) => {
            let mut other = sqlite(path);
            other.batch_execute("BEGIN IMMEDIATE").unwrap();
            closed(&party, &case, Block::Held, &mut tally).await
        }
        Database::Postgres(url) => {
            let mut other = PgConnection::establish(url).unwrap();
            other.batch_execute("BEGIN; LOCK TABLE audit_events IN EXCLUSIVE MODE").unwrap();
            closed(&party, &case, Block::Held, &mut tally).await
        }
    };
    // By itself.
    let began = Instant::now();
    while send(party.coordinator.request(Method::GET, "/v1/cases")).await.unwrap().status != 200 {
        assert!(began.elapsed() < Duration::from_secs(15), "it does not go on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let cases = party.coordinator.walk("/v1/cases").await;
    if cases.iter().any(|case| case["summary"] == "Never on record.") || cases.len() != 2 {
        tally.wrong.push(format!("{} cases", cases.len()));
    }
    let (integrity, audit) = check::soundness(&place, &mut tally);
    let note = format!("answered within {} ms and {} ms", refused.as_millis(), held.as_millis());
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
}
