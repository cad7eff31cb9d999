//! Authenticator apps.

use totp_rs::{Builder, Secret};

use super::{Actor, TestApp, Value, json};

/// An app on somebody's phone.
pub struct Authenticator(String);

impl Authenticator {
    pub fn new(secret: &Value) -> Self {
        Self(secret.as_str().unwrap().to_owned())
    }

    /// The code that it shows now, on a clock that is off by so many seconds.
    pub fn code_off_by(&self, app: &TestApp, seconds: i64) -> String {
        let secret = Secret::try_from_base32(&self.0).unwrap();
        let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
        totp.generate(u64::try_from(app.clock.now().as_seconds() + seconds).unwrap()).to_string()
    }

    pub fn code(&self, app: &TestApp) -> String {
        self.code_off_by(app, 0)
    }
}

impl TestApp {
    /// Sets up an authenticator app for somebody; gives it and the recovery codes. The code that confirmed it is used up:
    /// the clock goes on to the next.
    pub async fn enrol(&self, actor: &Actor) -> (Authenticator, Vec<String>) {
        let made = actor.post("/v1/me/totp", json!({})).await.ok();
        let authenticator = Authenticator::new(&made["secret"]);
        let body = json!({"code": authenticator.code(self)});
        let confirmed = actor.post("/v1/me/totp/confirm", body).await.ok();
        let codes = confirmed["recovery_codes"].as_array().unwrap();
        self.clock.advance(30);
        (authenticator, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }
}
