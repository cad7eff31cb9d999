//! Somebody who listens.

use std::time::Duration;

use reqwest::{Method, Response};

use crate::support::{Actor, Reply, Value};

const PATIENCE: Duration = Duration::from_secs(15);
/// Longer than the poller takes to look twice.
const QUIET: Duration = Duration::from_millis(1_200);

pub struct Listener {
    response: Response,
    buffer: String,
    place: String,
}

#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: Value,
}

impl Event {
    pub fn case(&self) -> String {
        self.data["alert"]["case_id"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}

impl Listener {
    pub async fn open(actor: &Actor, last: Option<&str>) -> Self {
        Self::try_open(actor, last).await.unwrap_or_else(|reply| panic!("{reply:?}"))
    }

    /// Opens a stream and reads its greeting.
    pub async fn try_open(actor: &Actor, last: Option<&str>) -> Result<Self, Reply> {
        let mut request = actor.request(Method::GET, "/v1/events").await;
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.unwrap();
            return Err(Reply { status, headers, text, body: Value::Null });
        }
        let mut listener = Self { response, buffer: String::new(), place: String::new() };
        let greeting = listener.frame(PATIENCE).await.expect("a greeting");
        assert!(greeting.contains("retry: "), "{greeting}");
        // A greeting that is an event itself is read again, as one.
        if greeting.contains("event: ") {
            listener.buffer = format!("{greeting}\n\n{}", listener.buffer);
        } else {
            listener.read(&greeting);
        }
        Ok(listener)
    }

    /// What to send as `Last-Event-ID`.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The next frame, heartbeats left out; `None` at the end.
    async fn frame(&mut self, patience: Duration) -> Option<String> {
        let patience = tokio::time::Instant::now() + patience;
        loop {
            if let Some((frame, rest)) = self.buffer.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.buffer = rest;
                if frame != ":" {
                    return Some(frame);
                }
                continue;
            }
            let chunk = tokio::time::timeout_at(patience, self.response.chunk()).await.expect("in time");
            match chunk {
                Ok(Some(bytes)) => self.buffer.push_str(std::str::from_utf8(&bytes).unwrap()),
                Ok(None) => return None,
                Err(error) => panic!("the stream broke: {error}"),
            }
        }
    }

    fn read(&mut self, frame: &str) -> Event {
        let field = |name: &str| {
            let mut lines = frame.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            lines.next().unwrap_or_default().to_owned()
        };
        let (name, id, data) = (field("event"), field("id"), field("data"));
        if !id.is_empty() {
            self.place.clone_from(&id);
        }
        Event { name, id, data: serde_json::from_str(&data).unwrap_or_default() }
    }

    pub async fn next(&mut self) -> Event {
        let frame = self.frame(PATIENCE).await.expect("another event before the end");
        self.read(&frame)
    }

    pub async fn ends(&mut self) {
        let frame = self.frame(PATIENCE).await;
        assert!(frame.is_none(), "{frame:?}");
    }

    pub async fn hears_nothing(&mut self) {
        if let Ok(heard) = tokio::time::timeout(QUIET, self.frame(PATIENCE * 2)).await {
            panic!("heard {heard:?}");
        }
    }

    /// Reads until nothing more comes.
    pub async fn skip_to_quiet(&mut self) {
        while tokio::time::timeout(QUIET, self.frame(PATIENCE * 2)).await.is_ok() {}
    }
}
