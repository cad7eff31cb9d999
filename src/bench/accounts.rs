//! `farlight bench accounts`: whether signing in tells by its time what it does not say, what many who sign in at once
//! cost the others, and what a proof of possession costs.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};

use super::imports::{memory, reset_peak};
use super::installation::{PASSWORD, at, failed, open};
use super::possession;
use crate::app::{self, Services};
use crate::authz::Role;
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::error::Error;
use crate::http::text::Email;
use crate::seal::gate::Gate;
use crate::start::StartError;
use crate::users::model::{NewUser, add, found_organisation};

const DURESS: &str = "grey kitten crosses bridges";
const WRONG: &str = "not the password at all";
/// Accounts whose wrong guesses stay below the delay.
const ACCOUNTS: usize = 100;
/// Sign-ins of each kind: five of each account.
const EACH: usize = 500;
/// Sign-ins at once.
const CROWD: usize = 200;
const LOOK: Duration = Duration::from_millis(5);

/// Measures, and says a table.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn run(say: impl Fn(&str)) -> Result<(), StartError> {
    let folder = std::env::temp_dir().join(format!("farlight-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let measured = measure(&folder, &say).await;
    std::fs::remove_dir_all(&folder).map_err(failed)?;
    measured
}

/// One service and who asks it.
#[derive(Clone)]
struct Door {
    client: Client,
    base: String,
}

impl Door {
    async fn post(
        &self,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Result<(u16, Value, Duration), StartError> {
        let began = Instant::now();
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(token).json(body);
        let response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let text = response.bytes().await.map_err(failed)?;
        Ok((status, serde_json::from_slice(&text).unwrap_or_default(), began.elapsed()))
    }

    async fn sign_in(&self, email: &str, password: &str) -> Result<(u16, Value, Duration), StartError> {
        self.post("/v1/auth/login", "", &json!({"email": email, "password": password})).await
    }

    /// How long others wait for something small, as long as `crowd` is about.
    async fn looks(&self, token: &str, crowd: impl Future<Output = ()>) -> Result<Vec<Duration>, StartError> {
        let mut times = Vec::new();
        tokio::pin!(crowd);
        loop {
            let began = Instant::now();
            let request = self.client.get(format!("{}/v1/me", self.base)).bearer_auth(token);
            tokio::select! {
                () = &mut crowd => return Ok(times),
                answer = request.send() => {
                    answer.map_err(failed)?.bytes().await.map_err(failed)?;
                    times.push(began.elapsed());
                }
            }
            tokio::select! {
                () = &mut crowd => return Ok(times),
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}

async fn measure(folder: &Path, say: &impl Fn(&str)) -> Result<(), StartError> {
    let mut settings = Settings::defaults()?;
    settings.database.url = format!("sqlite:{}", folder.join("bench.db").display());
    settings.database.create = true;
    settings.files.url = format!("file:{}", folder.join("files").display());
    settings.keys.root_file = folder.join("root.key").display().to_string();
    settings.limits.sign_in_per_minute = u32::MAX;
    settings.limits.requests_per_minute = u32::MAX;
    settings.limits.burst = u32::MAX;
    settings.estimates.watch = false;
    Keyring::create_root_file(Path::new(&settings.keys.root_file))?;
    let hashing = settings.hashing.clone();
    let services = open(&settings).await?;
    accounts(&services).await?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let base = format!("http://{}", listener.local_addr().map_err(failed)?);
    let server = app::build(Gate::around(services), listener)?;
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let door = Door { client: Client::builder().no_proxy().build().map_err(failed)?, base };

    let token = known(&door, say).await?;
    let bound = u64::from(hashing.memory_kib) * u64::try_from(hashing.at_once()).unwrap_or(1) / 1_024;
    crowd(&door, &token, bound, say).await?;
    possession::run(&door.client, &door.base, &email(0), say).await?;
    handle.stop(false).await;
    Ok(())
}

fn email(n: usize) -> String {
    format!("bench{n}@farlight.example")
}

async fn accounts(services: &Arc<Services>) -> Result<(), StartError> {
    let hash = services.hasher.hash(PASSWORD.to_owned().into()).await?;
    let inner = Arc::clone(services);
    let added = services.db.write(move |conn| {
        let now = inner.clock.now();
        let organisation = found_organisation(&inner, conn, "Bench", now)?;
        for n in 0..=ACCOUNTS {
            let email = Email::parse(&email(n)).map_err(Error::internal)?;
            let user =
                NewUser { name: format!("Bench {n}"), email, role: Role::Coordinator, affiliation: None };
            add(&inner, conn, organisation, &user, Some(&hash), now)?;
        }
        Ok(())
    });
    Ok(added.await?)
}

/// Known and unknown addresses, real and duress passwords, each beside the other so that both have the same weather.
async fn known(door: &Door, say: &impl Fn(&str)) -> Result<String, StartError> {
    let last = email(ACCOUNTS);
    let (_, tokens, _) = door.sign_in(&last, PASSWORD).await?;
    let token = tokens["access_token"].as_str().unwrap_or_default().to_owned();
    let put = door.client.put(format!("{}/v1/me/duress-password", door.base)).bearer_auth(&token);
    put.json(&json!({"password": DURESS}))
        .send()
        .await
        .map_err(failed)?
        .error_for_status()
        .map_err(failed)?;

    let [mut known, mut unknown, mut real, mut duress] = [const { Vec::new() }; 4];
    let mut bodies = std::collections::BTreeSet::new();
    for n in 0..EACH {
        for (times, email) in
            [(&mut known, email(n % ACCOUNTS)), (&mut unknown, format!("nobody{n}@farlight.example"))]
        {
            let (status, body, time) = door.sign_in(&email, WRONG).await?;
            bodies.insert(format!("{status} {body}"));
            times.push(time);
        }
        for (times, password) in [(&mut real, PASSWORD), (&mut duress, DURESS)] {
            let (status, _, time) = door.sign_in(&last, password).await?;
            if status != 200 {
                return Err(StartError::Failed(format!("signing in was answered {status}")));
            }
            times.push(time);
        }
    }
    say(&format!("| {EACH} sign-ins each | median ms | p99 ms |"));
    say("|---|---:|---:|");
    for (what, times) in [
        ("known address, wrong password", &mut known),
        ("unknown address", &mut unknown),
        ("the password", &mut real),
        ("the duress password", &mut duress),
    ] {
        say(&format!("| {what} | {:.2} | {:.2} |", at(times, 0.5), at(times, 0.99)));
    }
    let apart = |a: &mut [Duration], b: &mut [Duration]| (at(a, 0.5) / at(b, 0.5) - 1.0) * 100.0;
    say(&format!("known against unknown: {:+.1} %", apart(&mut known, &mut unknown)));
    say(&format!("duress against real: {:+.1} %", apart(&mut duress, &mut real)));
    say(&format!("different answers to a wrong sign-in: {}", bodies.len()));
    let (_, tokens, _) = door.sign_in(&last, PASSWORD).await?;
    Ok(tokens["access_token"].as_str().unwrap_or_default().to_owned())
}

async fn crowd(door: &Door, token: &str, bound: u64, say: &impl Fn(&str)) -> Result<(), StartError> {
    let mut quiet = door.looks(token, tokio::time::sleep(Duration::from_secs(5))).await?;
    let idle = memory("VmRSS:");
    reset_peak();
    let answers = std::sync::Mutex::new((0_usize, 0_usize));
    let everybody = async {
        let tries = (0..CROWD).map(|n| {
            let door = door.clone();
            async move { door.sign_in(&format!("crowd{n}@farlight.example"), WRONG).await }
        });
        for (status, ..) in futures_util::future::join_all(tries).await.into_iter().flatten() {
            let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match status {
                401 => answers.0 += 1,
                503 => answers.1 += 1,
                _ => {}
            }
        }
    };
    let began = Instant::now();
    let mut busy = door.looks(token, everybody).await?;
    let lasted = began.elapsed();
    let (looked_at, turned_away) = *answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    say("| GET /v1/me | median ms | p99 ms | of |");
    say("|---|---:|---:|---:|");
    for (what, times) in [("alone", &mut quiet), ("beside the crowd", &mut busy)] {
        say(&format!("| {what} | {:.2} | {:.2} | {} |", at(times, 0.5), at(times, 0.99), times.len()));
    }
    say(&format!(
        "{CROWD} sign-ins at once: {looked_at} looked at, {turned_away} told to come back, in {:.1} s; memory {} MiB more \
         at its peak, where hashing may take {bound}",
        lasted.as_secs_f64(),
        memory("VmHWM:").saturating_sub(idle),
    ));
    Ok(())
}
