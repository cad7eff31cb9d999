//! Somebody who listens to live events, and comes back where they were when the stream ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::Value;

use crate::party::Person;

#[derive(Default)]
pub struct Heard {
    /// How often each alert was told of.
    pub raised: BTreeMap<String, usize>,
    /// Streams that were opened.
    pub streams: usize,
    /// What a listener must not meet.
    pub wrong: Vec<String>,
}

/// A listener, until it is dropped.
pub struct Ear {
    pub heard: Arc<Mutex<Heard>>,
    over: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ear {
    /// Returns when the first stream is open. Each further stream is opened by the next of these, as a browser would do it:
    /// with `Last-Event-ID`, after the wait that the server asks for.
    pub async fn open(people: Vec<Person>) -> Self {
        let (heard, over) = (Arc::<Mutex<Heard>>::default(), Arc::<AtomicBool>::default());
        let (into, ends) = (Arc::clone(&heard), Arc::clone(&over));
        let task = tokio::spawn(async move {
            let mut last = String::new();
            for who in people.iter().cycle() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let wait = listen(who, &mut last, &into).await;
                tokio::time::sleep(wait).await;
            }
        });
        let ear = Self { heard, over, task };
        ear.until(|heard| heard.streams > 0).await;
        ear
    }

    pub async fn until(&self, wanted: impl Fn(&Heard) -> bool) {
        let began = Instant::now();
        while !wanted(&self.heard.lock().unwrap()) {
            let said = {
                let heard = self.heard.lock().unwrap();
                format!("{} streams, {:?}, {:?}", heard.streams, heard.raised, heard.wrong)
            };
            assert!(began.elapsed() < Duration::from_secs(15), "it was not heard: {said}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Opens no further stream.
    pub fn stop(&self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

/// Listens until the stream ends; gives how long to wait before the next.
async fn listen(who: &Person, last: &mut String, heard: &Mutex<Heard>) -> Duration {
    let mut wait = Duration::from_millis(50);
    let mut request = who.request(Method::GET, "/v1/events").timeout(Duration::from_secs(600));
    if !last.is_empty() {
        request = request.header("last-event-id", last.as_str());
    }
    let mut response = match request.send().await {
        Ok(response) if response.status() == 200 => response,
        Ok(response) => {
            let status = response.status();
            let text = response.text().await.unwrap_or_default();
            heard.lock().unwrap().wrong.push(format!("a stream was refused: {status} {text}"));
            return wait;
        }
        Err(error) => {
            heard.lock().unwrap().wrong.push(format!("a stream was not opened: {error:?}"));
            return wait;
        }
    };
    let mut buffer = String::new();
    let mut is_open = false;
    while let Ok(Some(bytes)) = response.chunk().await {
        buffer.push_str(std::str::from_utf8(&bytes).unwrap());
        while let Some((frame, rest)) = buffer.split_once("\n\n") {
            let field =
                |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            if let Some(place) = field("id") {
                place.clone_into(last);
            }
            if let Some(asked) = field("retry").and_then(|ms| ms.parse().ok()) {
                wait = Duration::from_millis(asked);
            }
            let data: Value =
                field("data").and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
            let mut heard = heard.lock().unwrap();
            heard.streams += usize::from(!std::mem::replace(&mut is_open, true));
            match field("event") {
                Some("reset") => heard.wrong.push("the place was forgotten".to_owned()),
                Some(_) if data["change"] == "raised" => {
                    let alert = data["alert"]["id"].as_str().unwrap().to_owned();
                    *heard.raised.entry(alert).or_default() += 1;
                }
                _ => {}
            }
            drop(heard);
            buffer = rest.to_owned();
        }
    }
    wait
}
