//! The people who load the server, and what they load it with.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::server::Server;

const PASSWORD: &str = "seven quiet lanterns drift";

/// Somebody who is signed in; tokens outlive restarts.
#[derive(Clone)]
pub struct Person {
    pub client: Client,
    pub base: String,
    token: String,
}

pub struct Reply {
    pub status: u16,
    pub retry_after: bool,
    pub etag: String,
    pub body: Value,
    pub text: String,
}

impl Reply {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
        self.body
    }
}

pub async fn send(request: RequestBuilder) -> Result<Reply, reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let (retry_after, etag) = (!header("retry-after").is_empty(), header("etag"));
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Reply { status, retry_after, etag, body, text })
}

pub fn id(body: &Value) -> String {
    body["id"].as_str().expect("an id").to_owned()
}

impl Person {
    fn nobody(base: &str) -> Self {
        // A request that is not answered in this time is one that was lost.
        let client =
            Client::builder().no_proxy().timeout(std::time::Duration::from_secs(40)).build().unwrap();
        Self { client, base: base.to_owned(), token: String::new() }
    }

    /// The same person, at a server that was started again.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..Self::nobody(base).with(&self.token) }
    }

    pub fn with(self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await.expect("the server answers")
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        send(self.request(Method::POST, path).json(body)).await.expect("the server answers")
    }

    /// Every item of a list, page by page.
    pub async fn walk(&self, path: &str) -> Vec<Value> {
        let sign = if path.contains('?') { '&' } else { '?' };
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{sign}limit=200{cursor}")).await.ok();
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

/// Who works in the organisation that was founded.
#[derive(Clone)]
pub struct Party {
    pub coordinator: Person,
    pub officer_id: String,
}

impl Party {
    /// Founds an organisation on a server that was started for the first time.
    pub async fn found(server: &Server) -> Self {
        let nobody = Person::nobody(&server.address);
        let token = server.setup.as_ref().expect("a first start");
        let body = json!({
            "token": token, "organisation": "Lantern House", "name": "Invented admin", "email": "admin@lantern.example",
            "password": PASSWORD,
        });
        nobody.post("/v1/setup", &body).await.ok();
        let admin = Self::signed_in(&nobody, "admin").await;
        let mut ids = Vec::new();
        for (name, role) in [("coordinator", "coordinator"), ("officer", "field_officer")] {
            let email = format!("{name}@lantern.example");
            let body = json!({"name": format!("Invented {name}"), "email": email, "role": role});
            let invited = admin.post("/v1/users", &body).await.ok();
            let body = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
            nobody.post("/v1/invitations/accept", &body).await.ok();
            ids.push(id(&invited));
        }
        let coordinator = Self::signed_in(&nobody, "coordinator").await;
        Self { coordinator, officer_id: ids.remove(1) }
    }

    async fn signed_in(nobody: &Person, name: &str) -> Person {
        let tokens = tokens(nobody, name).await;
        nobody.clone().with(tokens["access_token"].as_str().unwrap())
    }

    /// Somebody of the party, in a session of their own.
    pub async fn as_person(&self, name: &str) -> Person {
        Self::signed_in(&Person::nobody(&self.coordinator.base), name).await
    }

    /// Fresh tokens.
    pub async fn sign_in(&self, name: &str) -> Value {
        tokens(&Person::nobody(&self.coordinator.base), name).await
    }

    /// The same people, at a server that was started again.
    pub fn at(&self, base: &str) -> Self {
        Self { coordinator: self.coordinator.at(base), officer_id: self.officer_id.clone() }
    }
}

async fn tokens(nobody: &Person, name: &str) -> Value {
    let body = json!({"email": format!("{name}@lantern.example"), "password": PASSWORD});
    nobody.post("/v1/auth/login", &body).await.ok()
}
