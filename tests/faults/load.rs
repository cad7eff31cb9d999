//! Writers who remember what was acknowledged, what was refused and what was never answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::party::{Party, Person, id, send};

/// One case that writers write to.
#[derive(Clone)]
pub struct Case {
    pub id: String,
    pub channel: String,
}

/// By which somebody who is watched says so.
pub const DURESS_WORD: &str = "red umbrella";

impl Case {
    pub async fn open(who: &Person) -> Self {
        let body = json!({"summary": "before", "risk": "high", "country": "MM", "languages": ["zh"]});
        let case = id(&who.post("/v1/cases", &body).await.ok());
        let body = json!({"role": "victim", "names": [{"full": "Invented Linh", "kind": "given"}]});
        let person = id(&who.post(&format!("/v1/cases/{case}/people"), &body).await.ok());
        let body = json!({
            "platform": "telegram", "handle": format!("linh_{}", &case[28..]), "device_owner": "own",
            "rules": {"time_zone": "Asia/Bangkok", "windows": [], "initiate": true}, "duress_words": [DURESS_WORD],
        });
        let channel = id(&who.post(&format!("/v1/people/{person}/channels"), &body).await.ok());
        Self { id: case, channel }
    }

    pub fn path(&self, of: &str) -> String {
        format!("/v1/cases/{}/{of}", self.id)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Message,
    Clue,
    Attachment,
    Operation,
}

/// What became of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Acknowledged, with the id of what was made.
    Done(String),
    /// 503 that says that nothing was changed.
    NotDone,
    /// No answer, or one that says that the outcome is not known.
    Unknown,
}

/// A thing that is made once, under an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Sent {
    pub kind: Kind,
    pub case: String,
    path: String,
    /// Text of its own, by which it is found again; the key, too.
    pub mark: String,
    body: Value,
    pub outcome: Outcome,
}

/// The bytes of the file with this name.
pub fn content(mark: &str) -> Vec<u8> {
    let length = 500 + mark.bytes().map(usize::from).sum::<usize>() * 37 % 40_000;
    mark.bytes().cycle().take(length).collect()
}

impl Sent {
    pub fn request(&self, who: &Person) -> RequestBuilder {
        let request = who.request(Method::POST, &self.path).header("idempotency-key", &self.mark);
        if self.kind == Kind::Attachment {
            let part = reqwest::multipart::Part::bytes(content(&self.mark)).file_name(self.mark.clone());
            request.multipart(reqwest::multipart::Form::new().part("file", part))
        } else {
            request.json(&self.body)
        }
    }
}

/// A new summary of a case, sent over the version that the writer knew.
#[derive(Clone, Debug)]
pub struct Change {
    pub case: String,
    pub summary: String,
    pub outcome: Outcome,
    /// The version that was given back.
    pub etag: String,
}

/// A plan that was put before an approver.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub operation: String,
    pub outcome: Outcome,
}

/// All that was sent.
#[derive(Default)]
pub struct Ledger {
    pub sent: Vec<Sent>,
    pub changes: Vec<Change>,
    pub submitted: Vec<Submitted>,
    /// Answers that nothing explains.
    pub wrong: Vec<String>,
    /// 503 without `Retry-After` among them.
    pub refusals: usize,
    /// How long the slowest answer took.
    pub slowest: Duration,
    /// When the first and the last acknowledgement came.
    pub acknowledged_at: Vec<Instant>,
}

impl Ledger {
    fn take(&mut self, other: Self) {
        self.sent.extend(other.sent);
        self.changes.extend(other.changes);
        self.submitted.extend(other.submitted);
        self.wrong.extend(other.wrong);
        self.refusals += other.refusals;
        self.slowest = self.slowest.max(other.slowest);
        self.acknowledged_at.extend(other.acknowledged_at);
    }
}

static MARKS: AtomicU64 = AtomicU64::new(1);

/// Text that occurs nowhere else, across processes too.
fn mark() -> String {
    let number = MARKS.fetch_add(1, Ordering::Relaxed);
    format!("mark-{number}-{}", uuid::Uuid::now_v7().simple())
}

/// Running writers.
pub struct Load {
    stop: Arc<AtomicBool>,
    pub acknowledged: Arc<AtomicU64>,
    writers: Vec<tokio::task::JoinHandle<Ledger>>,
}

impl Load {
    /// Writer `n` works on case `n` modulo their number, and at the address that `people[n modulo]` know.
    pub fn start(parties: &[Party], cases: &[Case], writers: usize) -> Self {
        Self::with(parties, cases, writers, Duration::ZERO)
    }

    /// As [`Self::start`], with a pause after each answer that was not a success.
    pub fn with(parties: &[Party], cases: &[Case], writers: usize, pause: Duration) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let acknowledged = Arc::new(AtomicU64::new(0));
        let writers = (0..writers)
            .map(|n| {
                let writer = Writer {
                    party: parties[n % parties.len()].clone(),
                    case: cases[n % cases.len()].clone(),
                    // One of them alone, so that it knows the version.
                    etag: (n < cases.len()).then(|| "\"v1\"".to_owned()),
                    ledger: Ledger::default(),
                    stop: Arc::clone(&stop),
                    acknowledged: Arc::clone(&acknowledged),
                    pause,
                };
                tokio::spawn(writer.run(n))
            })
            .collect();
        Self { stop, acknowledged, writers }
    }

    /// Lets every writer finish what is under way.
    pub async fn end(self) -> Ledger {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Ledger::default();
        for writer in self.writers {
            all.take(writer.await.unwrap());
        }
        all.acknowledged_at.sort();
        all
    }

    /// Lets no writer begin anything more.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    pub fn count(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }
}

struct Writer {
    party: Party,
    case: Case,
    /// The version of the case, as far as this writer knows, if it is the one who changes it.
    etag: Option<String>,
    ledger: Ledger,
    stop: Arc<AtomicBool>,
    acknowledged: Arc<AtomicU64>,
    pause: Duration,
}

enum Answer {
    Success(Value, String),
    Failed(Outcome),
    /// Something that a writer must not be told.
    Wrong,
}

impl Writer {
    async fn run(mut self, n: usize) -> Ledger {
        let mut step = n;
        while !self.stop.load(Ordering::SeqCst) {
            let fine = match step % 10 {
                0 | 3 | 4 | 6 | 8 => self.make(Kind::Message).await,
                1 => self.make(Kind::Clue).await,
                2 | 7 => self.make(Kind::Attachment).await,
                5 => self.plan().await,
                _ => self.change().await,
            };
            step += 1;
            if !fine {
                tokio::time::sleep(self.pause.max(Duration::from_millis(5))).await;
            }
        }
        self.ledger
    }

    async fn ask(&mut self, request: RequestBuilder, what: &str) -> Answer {
        let began = Instant::now();
        let reply = send(request).await;
        self.ledger.slowest = self.ledger.slowest.max(began.elapsed());
        let Ok(reply) = reply else { return Answer::Failed(Outcome::Unknown) };
        if (200..300).contains(&reply.status) {
            self.acknowledged.fetch_add(1, Ordering::SeqCst);
            self.ledger.acknowledged_at.push(Instant::now());
            return Answer::Success(reply.body, reply.etag);
        }
        if reply.status == 503 {
            self.ledger.refusals += 1;
            if !reply.retry_after {
                self.ledger.wrong.push(format!("{what}: a 503 without Retry-After: {}", reply.text));
            }
            return Answer::Failed(match reply.code() {
                "busy" | "storage-full" | "storage-failed" => Outcome::NotDone,
                _ => Outcome::Unknown,
            });
        }
        self.ledger.wrong.push(format!("{what}: {} {}", reply.status, reply.text));
        Answer::Wrong
    }

    async fn make(&mut self, kind: Kind) -> bool {
        self.make_it(kind).await.is_some()
    }

    /// The id of what was made.
    async fn make_it(&mut self, kind: Kind) -> Option<String> {
        let mark = mark();
        let number = MARKS.load(Ordering::Relaxed);
        let (path, body) = match kind {
            Kind::Message => {
                let direction = if number.is_multiple_of(4) { "inbound" } else { "outbound" };
                let body = json!({
                    "channel_id": self.case.channel, "direction": direction, "body": mark,
                    "sent_at": "2026-05-02T21:00:00Z",
                });
                (self.case.path("messages"), body)
            }
            Kind::Clue => {
                let body = json!({
                    "kind": "point",
                    "data": {"lat": 16.69, "lon": 98.51, "accuracy_m": 50.0, "datum": "wgs84", "via": "pin"},
                    "observed_at": "2026-05-02T21:00:00Z",
                    "source": {"kind": "person", "label": "a driver"}, "reliability": "B", "credibility": 2,
                    "note": mark,
                });
                (self.case.path("clues"), body)
            }
            Kind::Attachment => (self.case.path("attachments"), Value::Null),
            Kind::Operation => {
                // A night of its own: two plans of one night want the same people.
                let night =
                    jiff::Timestamp::from_second(1_930_000_000 + i64::try_from(number).unwrap() * 86_400);
                let night = night.unwrap();
                let until = night + jiff::SignedDuration::from_hours(6);
                let body = json!({
                    "kind": "reconnaissance", "title": mark, "target": {"lat": 16.68, "lon": 98.51},
                    "case_ids": [self.case.id], "lead_id": self.party.officer_id,
                    "starts_at": night.to_string(), "ends_at": until.to_string(),
                    "plan": {
                        "objective": "Look from our bank.", "approach": "From our bank only.",
                        "routes": "The farm road.", "communications": "Every 30 minutes.",
                        "abort_criteria": "Strangers.",
                        "risks": [{
                            "hazard": "High water", "likelihood": "medium", "severity": "high", "mitigation": "Wait.",
                        }],
                    },
                    "checklist": [{"item": "Blankets", "done": true}],
                });
                ("/v1/operations".to_owned(), body)
            }
        };
        let mut sent = Sent { kind, case: self.case.id.clone(), path, mark, body, outcome: Outcome::Unknown };
        let answer = self.ask(sent.request(&self.party.coordinator), &format!("{kind:?}")).await;
        match answer {
            Answer::Success(body, _) => {
                let id = id(&body);
                sent.outcome = Outcome::Done(id.clone());
                self.ledger.sent.push(sent);
                Some(id)
            }
            Answer::Failed(outcome) => {
                sent.outcome = outcome;
                self.ledger.sent.push(sent);
                None
            }
            Answer::Wrong => None,
        }
    }

    async fn plan(&mut self) -> bool {
        let Some(operation) = self.make_it(Kind::Operation).await else { return false };
        let path = format!("/v1/operations/{operation}/submit");
        let request = self.party.coordinator.request(Method::POST, &path).json(&json!({}));
        let outcome = match self.ask(request, "submit").await {
            Answer::Success(..) => Outcome::Done(operation.clone()),
            Answer::Failed(outcome) => outcome,
            Answer::Wrong => return false,
        };
        let is_done = matches!(outcome, Outcome::Done(_));
        self.ledger.submitted.push(Submitted { operation, outcome });
        is_done
    }

    /// Changes the case over the version that is known, if this is the writer who does.
    async fn change(&mut self) -> bool {
        let Some(etag) = self.etag.clone() else { return self.make(Kind::Message).await };
        let path = format!("/v1/cases/{}", self.case.id);
        // What others log counts as no version of the case, and what was not answered may have made one.
        let summary = mark();
        let body = json!({"summary": summary});
        let who = &self.party.coordinator;
        let request = who.request(Method::PATCH, &path).header("if-match", &etag).json(&body);
        let began = self.ledger.changes.last().map(|change| change.outcome.clone());
        let (outcome, etag) = match self.ask(request, "change").await {
            Answer::Success(_, etag) => (Outcome::Done(String::new()), etag),
            Answer::Failed(outcome) => (outcome, String::new()),
            Answer::Wrong => {
                // Stale: rightly so, if the change before was not answered.
                let stale = self.ledger.wrong.last().is_some_and(|wrong| wrong.starts_with("change: 412"));
                if stale && began == Some(Outcome::Unknown) {
                    self.ledger.wrong.pop();
                    if let Ok(reply) = send(self.party.coordinator.request(Method::GET, &path)).await {
                        self.etag = Some(reply.etag).filter(|etag| !etag.is_empty()).or(self.etag.take());
                    }
                }
                return false;
            }
        };
        let is_done = matches!(outcome, Outcome::Done(_));
        if is_done {
            self.etag = Some(etag.clone());
        }
        self.ledger.changes.push(Change { case: self.case.id.clone(), summary, outcome, etag });
        is_done
    }
}
