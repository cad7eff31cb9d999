//! Devices whose sessions are bound to a key.

use farlight::bench::device::DeviceKey;
use reqwest::{Client, Method, RequestBuilder};

use super::{Actor, PASSWORD, Reply, TestApp, Value, json, send};

/// A device with a key, signed in or not.
pub struct Device {
    pub key: DeviceKey,
    /// Where it asks.
    pub base: String,
    /// Below which it believes to ask.
    pub known_as: String,
    pub access: String,
    pub refresh: String,
    /// How far its clock is ahead.
    pub ahead: i64,
    /// What it repeats in its proofs.
    pub nonce: Option<String>,
    clock: super::TestClock,
    client: Client,
}

impl TestApp {
    /// A device on which nobody has signed in.
    pub fn new_device(&self, key: DeviceKey) -> Device {
        Device {
            key,
            base: self.address.clone(),
            known_as: self.address.clone(),
            access: String::new(),
            refresh: String::new(),
            ahead: 0,
            nonce: None,
            clock: self.clock.clone(),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// A device on which somebody has signed in with a proof.
    pub async fn device(&self, actor: &Actor) -> Device {
        let mut device = self.new_device(DeviceKey::p256().unwrap());
        device.enter(actor).await.ok();
        device
    }
}

impl Device {
    /// What an honest proof for a request says, header and claims.
    pub fn parts(&self, method: &str, path: &str) -> (Value, Value) {
        let token = Some(self.access.as_str()).filter(|token| !token.is_empty());
        let now = self.clock.now().as_seconds() + self.ahead;
        let path = path.split('?').next().unwrap();
        let address = format!("{}{path}", self.known_as);
        let mut claims = self.key.claims(method, &address, token, now).unwrap();
        if let Some(nonce) = &self.nonce {
            claims["nonce"] = json!(nonce);
        }
        (self.key.header(), claims)
    }

    pub fn proof(&self, method: &str, path: &str) -> String {
        let (header, claims) = self.parts(method, path);
        self.key.sign(&header, &claims).unwrap()
    }

    /// A request with this word before the token, and no proof.
    pub fn bare(&self, scheme: &str, method: &Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method.clone(), format!("{}{path}", self.base));
        if self.access.is_empty() {
            request
        } else {
            request.header("authorization", format!("{scheme} {}", self.access))
        }
    }

    /// A request with a proof of its own.
    pub fn request(&self, method: &Method, path: &str) -> RequestBuilder {
        self.bare("DPoP", method, path).header("dpop", self.proof(method.as_str(), path))
    }

    /// A GET with this proof.
    pub async fn get_with(&self, path: &str, proof: &str) -> Reply {
        send(self.bare("DPoP", &Method::GET, path).header("dpop", proof)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(&Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        send(self.request(&Method::POST, path).json(&body)).await
    }

    fn keep(&mut self, reply: &Reply) {
        if reply.status == 200 {
            self.access = reply.body["access_token"].as_str().unwrap().to_owned();
            self.refresh = reply.body["refresh_token"].as_str().unwrap().to_owned();
        }
    }

    /// Signs in, with a proof.
    pub async fn enter(&mut self, actor: &Actor) -> Reply {
        self.access.clear();
        let reply = self.post("/v1/auth/login", json!({"email": actor.email, "password": PASSWORD})).await;
        self.keep(&reply);
        reply
    }

    /// Renews its tokens, with a proof.
    pub async fn renew(&mut self) -> Reply {
        let access = std::mem::take(&mut self.access);
        let reply = self.post("/v1/auth/refresh", json!({"refresh_token": self.refresh})).await;
        self.access = access;
        self.keep(&reply);
        reply
    }
}
