//! `farlight bench jobs`: what requests feel of long work that goes on beside them.
//!
//! A service on an installation that `bench fill` has filled is asked by a few people who think between their requests.
//! Meanwhile commands do what an operator has them do, as processes of their own, or somebody has everything read
//! again. Before and after each stands a time without: machines have moods, and a ratio within one run does not.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::installation::{at, failed, open};
use crate::app::{self, Clock};
use crate::config::Settings;
use crate::seal::gate::Gate;
use crate::start::StartError;

/// People who ask.
const PEOPLE: usize = 4;
/// How long each of them thinks between two requests.
const THINKS: Duration = Duration::from_millis(10);
/// Every so many requests is a message that is logged; the others read a case.
const A_MESSAGE_IN: usize = 3;
/// After this time without a word a command is taken to wait, and no longer to work.
const SILENT: Duration = Duration::from_secs(1);

/// What is measured.
pub struct Order {
    /// What `farlight bench fill` wrote of what there is to ask for.
    pub targets: PathBuf,
    /// How long each time without long work is, in seconds.
    pub seconds: u64,
    /// What names the installation to other commands.
    pub place: Vec<OsString>,
}

/// What there is to ask for, and who asks.
struct Asked {
    client: Client,
    base: String,
    token: String,
    /// Cases and a channel of each.
    cases: Vec<(String, String)>,
    next: AtomicUsize,
}

/// How long answers took.
#[derive(Default)]
struct Times {
    reads: Vec<Duration>,
    messages: Vec<Duration>,
}

impl Times {
    fn add(&mut self, other: Self) {
        self.reads.extend(other.reads);
        self.messages.extend(other.messages);
    }
}

/// Measures, and says a table.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn run(mut settings: Settings, order: Order, say: impl Fn(&str)) -> Result<(), StartError> {
    settings.limits.requests_per_minute = u32::MAX;
    settings.limits.burst = u32::MAX;
    let services = open(&settings).await?;
    let engine = services.db.engine_name();
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let base = format!("http://{}", listener.local_addr().map_err(failed)?);
    let server = app::build(Gate::around(services), listener)?;
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let asked = Arc::new(Asked::new(base, &order.targets).await?);
    let quiet = async || asked.beside(tokio::time::sleep(Duration::from_secs(order.seconds))).await;
    let file = std::env::temp_dir().join(format!("farlight-bench-{}.audit", std::process::id()));

    // Warm.
    quiet().await?;
    say(&format!(
        "| {engine}: beside | requests | read p50 ms | p99 | p99 to without | message p50 ms | p99 | p99 to without |"
    ));
    say("|---|---:|---:|---:|---:|---:|---:|---:|");
    let mut without = quiet().await?;
    for work in ["a rotation of keys", "an export of the audit log", "reading messages again"] {
        let mut with = match work {
            "a rotation of keys" => {
                let mut told = begin(&order.place, &["keys", "rotate"])?;
                // Until its key is in use it waits.
                while told.recv().await.is_some_and(|line| !line.contains("is used from now on")) {}
                let works =
                    async { while let Ok(Some(_)) = tokio::time::timeout(SILENT, told.recv()).await {} };
                let times = asked.beside(works).await?;
                while told.recv().await.is_some() {}
                times
            }
            "an export of the audit log" => {
                let mut told = begin(&order.place, &["audit", "export", &file.to_string_lossy()])?;
                let times = asked.beside(async { while told.recv().await.is_some() {} }).await?;
                drop(std::fs::remove_file(&file));
                times
            }
            _ => {
                let end = Instant::now() + Duration::from_secs(order.seconds);
                asked.beside(asked.read_again(end)).await?
            }
        };
        let after = quiet().await?;
        without.add(after);
        row(&say, "nothing", &mut without, None);
        row(&say, work, &mut with, Some(&mut without));
        without = quiet().await?;
    }
    handle.stop(false).await;
    Ok(())
}

fn row(say: &impl Fn(&str), beside: &str, times: &mut Times, without: Option<&mut Times>) {
    let count = times.reads.len() + times.messages.len();
    let mut cells = Vec::new();
    let mut of = |times: &mut [Duration], without: Option<&mut Vec<Duration>>| {
        let (p50, p99) = (at(times, 0.5), at(times, 0.99));
        let ratio = without.map_or_else(String::new, |without| format!("{:.2}", p99 / at(without, 0.99)));
        cells.push(format!("{p50:.2} | {p99:.2} | {ratio}"));
    };
    match without {
        Some(without) => {
            of(&mut times.reads, Some(&mut without.reads));
            of(&mut times.messages, Some(&mut without.messages));
        }
        None => {
            of(&mut times.reads, None);
            of(&mut times.messages, None);
        }
    }
    say(&format!("| {beside} | {count} | {} |", cells.join(" | ")));
}

/// Begins another command of this program on the same installation; gives what it says, line by line, to its end.
fn begin(place: &[OsString], arguments: &[&str]) -> Result<UnboundedReceiver<String>, StartError> {
    let program = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(program)
        .args(arguments)
        .args(place)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (tell, told) = unbounded_channel();
    let Some(out) = child.stdout.take() else { return Err(failed("a command says nothing")) };
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            drop(tell.send(line));
        }
        drop(child.wait());
    });
    Ok(told)
}

impl Asked {
    async fn new(base: String, targets: &Path) -> Result<Self, StartError> {
        let text = std::fs::read_to_string(targets).map_err(failed)?;
        let lines = |word: &'static str| {
            text.lines().filter_map(move |line| {
                let mut cells = line.strip_prefix(word)?.strip_prefix('\t')?.split('\t');
                Some([cells.next()?, cells.next()?, cells.next()?].map(str::to_owned))
            })
        };
        let Some([_, email, password]) = lines("account").next() else {
            return Err(failed("the file of targets has no account"));
        };
        let cases: Vec<_> = lines("case").map(|[case, channel, _]| (case, channel)).collect();
        if cases.is_empty() {
            return Err(failed("the file of targets has no case"));
        }
        let client = Client::builder().no_proxy().build().map_err(failed)?;
        let request =
            client.post(format!("{base}/v1/auth/login")).json(&json!({"email": email, "password": password}));
        let tokens: Value = request.send().await.map_err(failed)?.json().await.map_err(failed)?;
        let token = tokens["access_token"].as_str().ok_or_else(|| failed("nobody can sign in"))?.to_owned();
        Ok(Self { client, base, token, cases, next: AtomicUsize::new(0) })
    }

    /// One request; gives how long its answer took, and whether it was a message.
    async fn ask(&self) -> Result<(Duration, bool), StartError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // A stride that visits every case before any comes again.
        let (case, channel) = &self.cases[number.wrapping_mul(7_919) % self.cases.len()];
        let path = format!("{}/v1/cases/{case}", self.base);
        let is_message = number.is_multiple_of(A_MESSAGE_IN);
        let request = if is_message {
            self.client.post(format!("{path}/messages")).json(&json!({
                "channel_id": channel, "direction": "inbound", "body": "Still the third floor. They count us at ten.",
                "sent_at": Clock::system().now().to_string(),
            }))
        } else {
            self.client.get(path)
        };
        let begun = Instant::now();
        let answer = request.bearer_auth(&self.token).send().await.map_err(failed)?;
        let answer = answer.error_for_status().map_err(failed)?;
        answer.bytes().await.map_err(failed)?;
        Ok((begun.elapsed(), is_message))
    }

    /// How long answers take while `work` goes on.
    async fn beside(self: &Arc<Self>, work: impl Future<Output = ()>) -> Result<Times, StartError> {
        let over = Arc::new(AtomicBool::new(false));
        let people: Vec<_> = (0..PEOPLE)
            .map(|_| {
                let (asked, over) = (Arc::clone(self), Arc::clone(&over));
                tokio::spawn(async move {
                    let mut times = Times::default();
                    while !over.load(Ordering::Relaxed) {
                        let (took, is_message) = asked.ask().await?;
                        if is_message { &mut times.messages } else { &mut times.reads }.push(took);
                        tokio::time::sleep(THINKS).await;
                    }
                    Ok::<_, StartError>(times)
                })
            })
            .collect();
        work.await;
        over.store(true, Ordering::Relaxed);
        let mut times = Times::default();
        for person in people {
            times.add(person.await.map_err(failed)??);
        }
        Ok(times)
    }

    /// One case after the other, as a coordinator does after an update that finds more.
    async fn read_again(&self, until: Instant) {
        for (case, _) in self.cases.iter().cycle() {
            if Instant::now() > until {
                return;
            }
            let path = format!("{}/v1/cases/{case}/clues/extract", self.base);
            drop(self.client.post(path).bearer_auth(&self.token).send().await);
        }
    }
}
