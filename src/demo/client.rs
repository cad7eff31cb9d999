//! Somebody who uses the API while planting.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::Account;
use crate::authz::Role;

/// A signed-in demo account.
pub(super) struct Colleague {
    pub(super) id: String,
    pub(super) organisation: usize,
    pub(super) role: Role,
    base: String,
    client: Client,
    token: String,
    password: &'static str,
}

impl Colleague {
    /// Signs in.
    pub(super) async fn sign_in(base: &str, account: &Account) -> Result<Self, String> {
        let body = json!({"email": account.email, "password": account.password});
        let stranger = Self {
            id: String::new(),
            organisation: account.organisation,
            role: account.role,
            base: base.to_owned(),
            // The demo asks itself, whatever proxy the environment names.
            client: Client::builder().no_proxy().build().map_err(|error| format!("planting: {error}"))?,
            token: String::new(),
            password: account.password,
        };
        let tokens = stranger.send(Method::POST, "/v1/auth/login", &body, None).await?;
        let mut colleague = Self { token: text(&tokens, "access_token"), ..stranger };
        colleague.id = text(&colleague.get("/v1/me").await?, "id");
        Ok(colleague)
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, String> {
        self.send(Method::GET, path, &Value::Null, None).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send(Method::POST, path, body, None).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send(Method::PUT, path, body, None).await
    }

    /// Shows once more who they are: on the planting clock months went by since they signed in.
    pub(super) async fn step_up(&self) -> Result<(), String> {
        self.post("/v1/auth/step-up", &json!({"password": self.password})).await.map(drop)
    }

    /// Changes the version that a record has now.
    pub(super) async fn patch(&self, path: &str, before: &Value, body: &Value) -> Result<Value, String> {
        let version = before.get("version").and_then(Value::as_i64).unwrap_or(1);
        self.send(Method::PATCH, path, body, Some(version)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        version: Option<i64>,
    ) -> Result<Value, String> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(version) = version {
            request = request.header("if-match", format!("\"v{version}\""));
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let failed = |error: reqwest::Error| format!("planting: {method} {path}: {error}");
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(failed)?;
        if !status.is_success() {
            let told = String::from_utf8_lossy(&bytes);
            return Err(format!("planting: {method} {path} with {body}: {status} {told}"));
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }
}

/// A text member of an answer.
pub(super) fn text(answer: &Value, member: &str) -> String {
    answer.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}
