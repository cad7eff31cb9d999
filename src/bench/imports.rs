//! `farlight bench import`: how fast exports come in, against the same rows written bare, and in how much memory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::installation::{PASSWORD, failed, found, open};
use crate::app::{self, Services};
use crate::authz::Role;
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::types::Id;
use crate::db::window::Window;
use crate::imports::command::{self, Order as Import};
use crate::messages::store::{MessageRow, insert_batch};
use crate::seal::gate::Gate;
use crate::start::StartError;

const EMAIL: &str = "bench@farlight.example";
/// Rows that are written at a time, as a commit does.
const CHUNK: usize = 1_000;

/// What is measured.
pub struct Order {
    /// Megabytes of the Telegram export.
    pub telegram_mb: u64,
    /// Megabytes of the WhatsApp export.
    pub whatsapp_mb: u64,
    /// An empty PostgreSQL database; a temporary SQLite file if not said.
    pub database: Option<String>,
}

/// Measures, and says a table.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn run(order: Order, say: impl Fn(&str)) -> Result<(), StartError> {
    let folder = std::env::temp_dir().join(format!("farlight-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let measured = measure(&order, &folder, &say).await;
    std::fs::remove_dir_all(&folder).map_err(failed)?;
    measured
}

async fn measure(order: &Order, folder: &Path, say: &impl Fn(&str)) -> Result<(), StartError> {
    let mut settings = Settings::defaults()?;
    let sqlite = format!("sqlite:{}", folder.join("bench.db").display());
    settings.database.url = order.database.clone().unwrap_or(sqlite);
    settings.database.create = true;
    settings.files.url = format!("file:{}", folder.join("files").display());
    let key = folder.join("root.key");
    Keyring::create_root_file(&key)?;
    settings.keys.root_file = key.display().to_string();
    let services = open(&settings).await?;
    say(&format!("engine {}", services.db.engine_name()));
    say(
        "file       MB  messages  preview/s  commit/s  bare rows/s  commit/bare  idle MiB  peak MiB  peak-idle",
    );
    let files = [
        ("telegram", telegram(folder, order.telegram_mb), "user1", order.telegram_mb),
        ("whatsapp", whatsapp(folder, order.whatsapp_mb), "Sefa", order.whatsapp_mb),
    ];
    let (organisation, _) = found(&services, vec![(Role::Coordinator, EMAIL.to_owned())]).await?;
    for (name, file, me, megabytes) in files {
        if megabytes == 0 {
            continue;
        }
        let file = file.map_err(failed)?;
        let case = case(&services).await?;
        reset_peak();
        let idle = memory("VmRSS");
        let import = Import {
            file: file.clone(),
            case: case.to_string(),
            author: Some(EMAIL.to_owned()),
            conversation: None,
            me: Some(me.to_owned()),
            time_zone: Some("Asia/Yangon".to_owned()),
            date_order: None,
            person_id: None,
            channel_id: None,
        };
        let imported = command::import(&services, import, &|_: &str| {}, &|_, _| {}).await?;
        let peak = memory("VmHWM");
        let messages = imported.progress.messages_added;
        let bare = bare(&services, organisation, case).await?;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let rate = |time: Duration| messages as f64 / time.as_secs_f64();
        let bare_rate = rate(bare);
        say(&format!(
            "{name:9} {megabytes:3}  {:8}  {:9.0}  {:8.0}  {bare_rate:11.0}  {:11.2}  {idle:8}  {peak:8}  {:9}",
            messages,
            rate(imported.read),
            rate(imported.added),
            rate(imported.added) / bare_rate,
            peak.saturating_sub(idle)
        ));
        std::fs::remove_file(file).map_err(failed)?;
    }
    Ok(())
}

/// A new case, opened through the API.
async fn case(services: &Arc<Services>) -> Result<Id, StartError> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
    let base = format!("http://{}", listener.local_addr().map_err(failed)?);
    let server = app::build(Gate::around(Arc::clone(services)), listener)?;
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let client = reqwest::Client::builder().no_proxy().build().map_err(failed)?;
    let post = |path: &str, body: Value, token: String| {
        client.post(format!("{base}{path}")).bearer_auth(token).json(&body).send()
    };
    let body = json!({"email": EMAIL, "password": PASSWORD});
    let tokens: Value =
        post("/v1/auth/login", body, String::new()).await.map_err(failed)?.json().await.map_err(failed)?;
    let token = tokens["access_token"].as_str().unwrap_or_default().to_owned();
    let body = json!({"summary": "measured", "risk": "low"});
    let case: Value = post("/v1/cases", body, token).await.map_err(failed)?.json().await.map_err(failed)?;
    handle.stop(true).await;
    case["id"].as_str().and_then(|id| id.parse().ok()).ok_or_else(|| failed("no case was made"))
}

/// How long the rows of a case take when nothing is done but to write them once more, in the same chunks.
async fn bare(services: &Arc<Services>, organisation: Id, case_id: Id) -> Result<Duration, StartError> {
    let mut spent = Duration::ZERO;
    let mut after = None;
    loop {
        let window = Window { after, descending: false, limit: CHUNK as i64 };
        let mut rows: Vec<MessageRow> = services
            .db
            .read(move |conn| crate::messages::store::copy_of(conn, organisation, case_id, window))
            .await?;
        let Some(last) = rows.last() else { return Ok(spent) };
        after = Some(last.place());
        for (number, row) in (0..).zip(&mut rows) {
            row.id = Id::sequence(services.clock.now(), number);
            // Only what another key would keep out is changed: the same bytes, the same indexes.
            if let Some(first) = row.dedupe_key.as_mut().and_then(|key| key.first_mut()) {
                *first = !*first;
            }
        }
        let begun = Instant::now();
        services.db.write(move |conn| insert_batch(conn, rows.iter()).map(drop)).await?;
        spent += begun.elapsed();
    }
}

fn telegram(folder: &Path, megabytes: u64) -> std::io::Result<PathBuf> {
    write(
        folder.join("result.json"),
        megabytes,
        |file, n| {
            let (from, id) = if n.is_multiple_of(3) { ("Sefa", "user1") } else { ("Mali", "user700") };
            let (head, text) = (if n == 0 { HEAD } else { ",\n" }, text(n));
            write!(
                file,
                "{head}  {{\n   \"id\": {n},\n   \"type\": \"message\",\n   \"date\": \"2026-01-01T00:00:00\",\n   \
             \"date_unixtime\": \"{}\",\n   \"from\": \"{from}\",\n   \"from_id\": \"{id}\",\n   \"text\": \"{text}\"\n  }}",
                1_735_689_600 + n * 20
            )
        },
        "\n ]\n}\n",
    )
}

const HEAD: &str =
    "{\n \"name\": \"Mali\",\n \"type\": \"personal_chat\",\n \"id\": 700,\n \"messages\": [\n";

fn whatsapp(folder: &Path, megabytes: u64) -> std::io::Result<PathBuf> {
    write(
        folder.join("WhatsApp Chat with Mali.txt"),
        megabytes,
        |file, n| {
            let from = if n.is_multiple_of(3) { "Sefa" } else { "Mali" };
            let minutes = n / 2;
            let (day, hour, minute) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
            let (year, month) = (2_020 + day / 336, 1 + day / 28 % 12);
            writeln!(file, "{}/{month}/{year}, {hour:02}:{minute:02} - {from}: {}", 1 + day % 28, text(n))
        },
        "",
    )
}

/// What somebody may write; most of it says nothing of a place.
fn text(n: u64) -> String {
    match n % 40 {
        7 => format!("we drove two hours from Mae Sot in the dark, number {n}"),
        19 => format!("I see lights on a hill and one road in, number {n}"),
        _ => format!("they took our phones again today and I had to wait until the night shift, number {n}"),
    }
}

fn write(
    path: PathBuf,
    megabytes: u64,
    message: impl Fn(&mut std::io::BufWriter<std::fs::File>, u64) -> std::io::Result<()>,
    end: &str,
) -> std::io::Result<PathBuf> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path)?);
    let mut number = 0;
    while number % 1_000 != 0 || file.get_ref().metadata()?.len() < megabytes << 20 {
        message(&mut file, number)?;
        number += 1;
    }
    file.write_all(end.as_bytes())?;
    file.flush()?;
    Ok(path)
}

/// A line of the system's account of this process, in MiB; 0 where the system keeps none.
pub(super) fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or_default() / 1_024
}

/// Lets the peak be counted from now.
pub(super) fn reset_peak() {
    // Where the system refuses, the peak is that of the whole run: more, never less.
    let _refused = std::fs::write("/proc/self/clear_refs", "5");
}
