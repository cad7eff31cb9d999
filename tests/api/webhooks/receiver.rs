//! A program that takes announcements in, on a real port.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Longer than the worker takes to look at the outbox.
const QUIET: Duration = Duration::from_millis(1_300);

#[derive(Debug)]
pub struct Seen {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> String {
        let mut values =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone());
        values.next().unwrap_or_default()
    }

    pub fn header_map(&self) -> HeaderMap {
        let header = |(name, value): &(String, String)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap())
        };
        self.headers.iter().map(header).collect()
    }

    pub fn everything(&self) -> String {
        format!("{:?} {}", self.headers, String::from_utf8_lossy(&self.body))
    }
}

type Answer = (u16, Option<(&'static str, String)>);

struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    seen: UnboundedSender<Seen>,
}

pub struct Receiver {
    pub url: String,
    shared: Arc<Shared>,
    seen: tokio::sync::Mutex<UnboundedReceiver<Seen>>,
    server: ServerHandle,
}

async fn take(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let headers =
        request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    drop(shared.seen.send(Seen { headers: headers.collect(), body: body.to_vec() }));
    let (status, header) = shared.answers.lock().unwrap().pop_front().unwrap_or((200, None));
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap());
    if let Some(header) = header {
        response.insert_header(header);
    }
    response.body("x".repeat(100_000))
}

impl Receiver {
    pub async fn start() -> Self {
        let (sender, seen) = unbounded_channel();
        let shared = Arc::new(Shared { answers: Mutex::default(), seen: sender });
        let data = web::Data::from(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(take)))
                .workers(1)
                .disable_signals()
                .listen(listener)
                .unwrap()
                .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, shared, seen: tokio::sync::Mutex::new(seen), server: handle }
    }

    /// What to answer next; 200 after that.
    pub fn answers(&self, statuses: &[u16]) {
        for status in statuses {
            self.answer(*status, None);
        }
    }

    pub fn answer(&self, status: u16, header: Option<(&'static str, String)>) {
        self.shared.answers.lock().unwrap().push_back((status, header));
    }

    pub async fn next(&self) -> Seen {
        let mut seen = self.seen.lock().await;
        tokio::time::timeout(Duration::from_secs(15), seen.recv()).await.expect("a call in time").unwrap()
    }

    pub async fn stays_quiet(&self) {
        let mut seen = self.seen.lock().await;
        if let Ok(call) = tokio::time::timeout(QUIET, seen.recv()).await {
            panic!("called: {call:?}");
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}
