//! A case with somebody to write to, for the tests of contact and of the watch.

use super::{Actor, TestApp, Value, id, json};

pub struct Contact {
    pub case: String,
    pub person: String,
    pub channel: String,
}

impl Contact {
    /// A case of the caseworker's with a victim who has a channel that may be used at any time.
    pub async fn new(app: &TestApp) -> Self {
        let case = app.case(&app.caseworker).await;
        let person = Self::person(app, &case, "victim").await;
        let channel = Self::channel(app, &person, "linh_88").await;
        Self { case, person, channel }
    }

    pub async fn person(app: &TestApp, case: &str, role: &str) -> String {
        let body = json!({"role": role, "names": [{"full": "Invented Linh", "kind": "given"}]});
        id(&app.coordinator.post(&format!("/v1/cases/{case}/people"), body).await.ok())
    }

    pub async fn channel(app: &TestApp, person: &str, handle: &str) -> String {
        let body = json!({
            "platform": "telegram", "handle": handle, "device_owner": "own",
            "rules": {"time_zone": "Asia/Bangkok", "windows": [], "initiate": true},
        });
        id(&app.coordinator.post(&format!("/v1/people/{person}/channels"), body).await.ok())
    }

    /// The path of something on the case.
    pub fn path(&self, of: &str) -> String {
        format!("/v1/cases/{}/{of}", self.case)
    }

    /// Logs a message of `hours` ago; gives what is shown of it.
    pub async fn log(&self, app: &TestApp, direction: &str, hours: i64, more: Value) -> Value {
        let mut body = json!({
            "channel_id": self.channel, "direction": direction, "body": "still on the third floor",
            "sent_at": app.clock.now().plus_seconds(-hours * 3600).to_string(),
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app.caseworker.post(&self.path("messages"), body).await.ok()
    }

    /// Expects a sign of life every 24 hours, with 6 of grace.
    pub async fn watch(&self, app: &TestApp, escalate_to: &[&Actor]) -> Value {
        let called: Vec<&str> = escalate_to.iter().map(|actor| actor.id.as_str()).collect();
        let body = json!({"expected_every_hours": 24, "grace_hours": 6, "escalate_to": called});
        app.caseworker.put(&self.path("watch"), body).await.ok()
    }

    /// How the case stands with its watch.
    pub async fn state(&self, app: &TestApp) -> String {
        app.caseworker.get(&self.path("watch")).await.ok()["state"].as_str().unwrap().to_owned()
    }
}

/// A case whose contact watch runs out in a day.
pub async fn watched_case(app: &TestApp, actor: &Actor) -> String {
    let case = app.case(actor).await;
    watch_for_a_day(actor, &case).await;
    case
}

pub async fn watch_for_a_day(actor: &Actor, case: &str) {
    let body = json!({"expected_every_hours": 24, "grace_hours": 0, "escalate_to": []});
    actor.put(&format!("/v1/cases/{case}/watch"), body).await.ok();
}

/// Lets every watch of a day run out.
pub async fn raise(app: &TestApp) {
    app.clock.advance(24 * 3_600 + 60);
    app.services.alert_bell.notify_one();
}
