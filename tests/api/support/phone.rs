//! A phone, as an app would have it: a copy, a cursor, and a box of what waits to be sent.

use std::collections::BTreeMap;

use reqwest::Method;

use super::{Actor, TestApp, Value, json, unknown_id};

/// What a request came to on a bad link.
#[derive(Debug)]
pub struct Lost;

pub struct Phone {
    pub actor: Actor,
    pub cursor: Option<String>,
    /// By kind and id.
    pub held: BTreeMap<(String, String), Value>,
    pub outbox: Vec<Value>,
}

impl Phone {
    /// A device of somebody's, with a session of its own.
    pub fn new(app: &TestApp, of: &Actor) -> Self {
        Self::with(Actor::new(&app.address, &of.email, &of.id))
    }

    pub fn with(actor: Actor) -> Self {
        Self { actor, cursor: None, held: BTreeMap::new(), outbox: Vec::new() }
    }

    /// Asks what has changed; none if nothing has.
    pub async fn ask(&self, limit: usize) -> Result<Option<Value>, Lost> {
        let after = self.cursor.as_ref().map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let request = self.actor.request(Method::GET, &format!("/v1/changes?limit={limit}{after}")).await;
        let reply = request.send().await.map_err(|_| Lost)?;
        match reply.status().as_u16() {
            204 => Ok(None),
            200 => reply.json().await.map(Some).map_err(|_| Lost),
            other => panic!("{other}: {:?}", reply.text().await),
        }
    }

    /// Takes an answer in, and says whether there is more.
    pub fn take(&mut self, answer: &Value) -> bool {
        if answer["reset"] == true {
            self.held.clear();
        }
        for item in answer["items"].as_array().unwrap() {
            let (kind, view) = item.as_object().unwrap().iter().next().unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            if kind == "gone" {
                let key = (text(&view["kind"]), text(&view["id"]));
                assert!(self.held.remove(&key).is_some(), "told to delete what it does not hold: {item}");
            } else {
                self.held.insert((kind.clone(), text(&view["id"])), view.clone());
            }
        }
        self.cursor = Some(answer["cursor"].as_str().unwrap().to_owned());
        answer["more"] == true
    }

    /// Asks until there is nothing new, on a link that holds.
    pub async fn sync(&mut self) {
        while let Some(answer) = self.ask(50).await.unwrap() {
            self.take(&answer);
        }
    }

    /// What it holds of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<&Value> {
        self.held.iter().filter(|((held, _), _)| held == kind).map(|(_, view)| view).collect()
    }

    /// Puts something in the box; gives the item's id.
    pub fn queue(&mut self, op: &str, on: &str, more: Value) -> String {
        let id = unknown_id();
        let mut item = json!({"id": id, "op": op, "on": on});
        if let Value::Object(more) = more {
            item.as_object_mut().unwrap().extend(more);
        }
        self.outbox.push(item);
        id
    }

    /// Sends what is in the box, and gives what came of each item.
    pub async fn send(&self) -> Result<Vec<Value>, Lost> {
        let request = self.actor.request(Method::POST, "/v1/batch").await;
        let reply = request.json(&json!({"items": self.outbox})).send().await.map_err(|_| Lost)?;
        assert_eq!(reply.status().as_u16(), 200);
        let body: Value = reply.json().await.map_err(|_| Lost)?;
        Ok(body["items"].as_array().unwrap().clone())
    }
}
