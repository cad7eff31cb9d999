//! What a proof of possession costs: the same requests with and without, each beside the other so that both have the same
//! weather. The proofs are made before the clock runs.

use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::device::DeviceKey;
use super::installation::at;
use super::installation::{PASSWORD, failed};
use crate::app::Clock;
use crate::start::StartError;

/// Requests of each kind.
const READS: usize = 2_000;
const WRITES: usize = 400;
/// Requests whose proofs are made together: soon enough to be used.
const TOGETHER: usize = 100;

/// Somebody signed in, with a key or without.
struct Caller<'a> {
    client: &'a Client,
    base: &'a str,
    key: Option<DeviceKey>,
    token: String,
}

/// A request that waits to be sent.
type Ready = (Option<String>, Value);

impl<'a> Caller<'a> {
    async fn sign_in(
        client: &'a Client,
        base: &'a str,
        email: &str,
        key: Option<DeviceKey>,
    ) -> Result<Self, StartError> {
        let mut caller = Self { client, base, key, token: String::new() };
        let proof = caller.proof(&Method::POST, "/v1/auth/login")?;
        let mut request = client.post(format!("{base}/v1/auth/login"));
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let response = request.json(&json!({"email": email, "password": PASSWORD})).send().await;
        let bytes = response.and_then(reqwest::Response::error_for_status).map_err(failed)?.bytes().await;
        let tokens: Value = serde_json::from_slice(&bytes.map_err(failed)?).unwrap_or_default();
        caller.token = tokens["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(caller)
    }

    fn proof(&self, method: &Method, path: &str) -> Result<Option<String>, StartError> {
        let Some(key) = &self.key else { return Ok(None) };
        let token = Some(self.token.as_str()).filter(|token| !token.is_empty());
        let address = format!("{}{path}", self.base);
        Ok(Some(key.proof(method.as_str(), &address, token, Clock::system().now().as_seconds())?))
    }

    async fn send(&self, method: &Method, path: &str, (proof, body): Ready) -> Result<Duration, StartError> {
        let scheme = if proof.is_some() { "DPoP" } else { "Bearer" };
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        request = request.header("authorization", format!("{scheme} {}", self.token));
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let began = Instant::now();
        let response = request.send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        response.bytes().await.map_err(failed)?;
        Ok(began.elapsed())
    }
}

/// Measures, and says a table.
///
/// # Errors
/// [`StartError`] when something is refused.
pub(super) async fn run(
    client: &Client,
    base: &str,
    email: &str,
    say: &impl Fn(&str),
) -> Result<(), StartError> {
    let callers = [
        ("without a proof", Caller::sign_in(client, base, email, None).await?),
        ("ES256", Caller::sign_in(client, base, email, Some(DeviceKey::p256()?)).await?),
        ("EdDSA", Caller::sign_in(client, base, email, Some(DeviceKey::ed25519()?)).await?),
    ];
    say("| request | median ms | p99 ms | median against none |");
    say("|---|---:|---:|---:|");
    let case = json!({"summary": "Made to measure.", "risk": "low", "country": "MM"});
    for (method, path, body, count) in
        [(Method::GET, "/v1/me", Value::Null, READS), (Method::POST, "/v1/cases", case, WRITES)]
    {
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..count / TOGETHER {
            let mut ready = Vec::new();
            for (_, caller) in &callers {
                let proofs = (0..TOGETHER).map(|_| caller.proof(&method, path));
                ready.push(proofs.collect::<Result<Vec<_>, _>>()?.into_iter());
            }
            for _ in 0..TOGETHER {
                for (((_, caller), ready), times) in callers.iter().zip(&mut ready).zip(&mut times) {
                    let request = (ready.next().flatten(), body.clone());
                    times.push(caller.send(&method, path, request).await?);
                }
            }
        }
        let [plain, rest @ ..] = &mut times;
        let base = at(plain, 0.5);
        say(&format!("| {method} {path}, {} | {base:.3} | {:.3} | 1.00 |", callers[0].0, at(plain, 0.99)));
        for ((what, _), times) in callers[1..].iter().zip(rest) {
            let median = at(times, 0.5);
            say(&format!(
                "| {method} {path}, {what} | {median:.3} | {:.3} | {:.2} |",
                at(times, 0.99),
                median / base
            ));
        }
    }
    Ok(())
}
