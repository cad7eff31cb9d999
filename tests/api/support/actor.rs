//! Somebody who sends requests.

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::PASSWORD;

pub struct Actor {
    pub id: String,
    pub email: String,
    base: String,
    client: Client,
    token: OnceCell<String>,
    anonymous: bool,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Actor {
    pub fn new(base: &str, email: &str, id: &str) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            id: id.to_owned(),
            email: email.to_owned(),
            base: base.to_owned(),
            client,
            token: OnceCell::new(),
            anonymous: false,
        }
    }

    pub fn nobody(base: &str) -> Self {
        Self { anonymous: true, ..Self::new(base, "", "") }
    }

    /// Somebody with this very token.
    pub fn with_token(base: &str, token: &str) -> Self {
        let actor = Self::new(base, "", "");
        actor.token.set(token.to_owned()).unwrap();
        actor
    }

    /// Signs in once; later requests use the same session.
    pub async fn token(&self) -> &str {
        self.token
            .get_or_init(|| async {
                self.sign_in(PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned()
            })
            .await
    }

    pub async fn sign_in(&self, password: &str) -> Reply {
        let body = json!({"email": self.email, "password": password});
        send(self.client.post(format!("{}/v1/auth/login", self.base)).json(&body)).await
    }

    /// Shows once more who they are, by their password; for what asks for a fresh proof after the clock was moved.
    pub async fn step_up(&self) -> Value {
        self.post("/v1/auth/step-up", json!({"password": PASSWORD})).await.ok()
    }

    /// A request with the actor's token.
    pub async fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.anonymous { request } else { request.bearer_auth(self.token().await) }
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path).await).await
    }

    /// Every item of a list, page by page.
    pub async fn walk(&self, path: &str) -> Vec<Value> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor = String::new();
        for _ in 0..200 {
            let page = self.get(&format!("{path}{cursor}")).await.ok();
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("{sign}cursor={next}"),
                None => return items,
            }
        }
        panic!("the list does not end")
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).await.json(&body)).await
    }

    /// A POST with an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).await.header("idempotency-key", key).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::PUT, path).await.json(&body)).await
    }

    pub async fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        send(self.request(Method::PATCH, path).await.header("if-match", etag).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        send(self.request(Method::DELETE, path).await).await
    }

    pub async fn upload(&self, path: &str, file_name: &str, bytes: &[u8]) -> Reply {
        let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(file_name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        send(self.request(Method::POST, path).await.multipart(form)).await
    }
}

pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.expect("the server answers");
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.expect("the body is text");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Reply { status, headers, text, body }
}

impl Reply {
    /// Asserts success and gives the body.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.body.clone()
    }

    /// Asserts a problem with this status and code and gives its body.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(self.body[member].is_string(), "{member} of {}", self.text);
        }
        self.body.clone()
    }

    /// Asserts a 422 on this field.
    #[track_caller]
    pub fn invalid(&self, pointer: &str) {
        let body = self.problem(422, "invalid");
        assert_eq!(body["errors"][0]["pointer"], pointer, "{}", self.text);
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    pub fn etag(&self) -> String {
        let etag = self.header("etag").to_owned();
        assert!(!etag.is_empty(), "no ETag on {}", self.text);
        etag
    }

    /// The `items` of a page.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.ok()["items"].as_array().unwrap_or_else(|| panic!("no items in {}", self.text)).clone()
    }
}
