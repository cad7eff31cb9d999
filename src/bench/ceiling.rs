//! `farlight bench ceiling`: what the engine itself does with the rows of a request, without HTTP, accounts, keys or
//! rules. For PostgreSQL `scripts/bench` asks pgbench; here it is the embedded engine, and a bare handler for both.

mod store;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use super::installation::failed;
use crate::app::Clock;
use crate::config::Settings;
use crate::db::Database;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::messages::store::MessageRow;
use crate::start::StartError;

/// Writers that wait at the same time, so that the engine can make them durable together.
const WRITERS: usize = 512;

/// What is measured.
pub struct Order {
    /// What `farlight bench fill` wrote of what there is to ask for.
    pub targets: PathBuf,
    /// How long, in seconds, each.
    pub seconds: u64,
}

/// One case that can be asked for.
#[derive(Clone, Copy)]
struct Target {
    case_id: Id,
    channel_id: Id,
    organisation_id: Id,
}

/// The targets that the file calls `word`: `case`, or `spare` for those that may be spoiled.
fn targets(path: &Path, word: &str) -> Result<Arc<[Target]>, StartError> {
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let target = |line: &str| {
        let mut words = line.strip_prefix(word)?.strip_prefix('\t')?.split('\t').map(str::parse);
        let mut next = || words.next()?.ok();
        Some(Target { case_id: next()?, channel_id: next()?, organisation_id: next()? })
    };
    let targets: Arc<[Target]> = text.lines().filter_map(target).collect();
    if targets.is_empty() { Err(failed(format!("the file of targets has no {word}"))) } else { Ok(targets) }
}

/// Measures the embedded engine, and says a line for each kind of work: its name and how many were done in a second.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn run(settings: Settings, order: Order, say: impl Fn(&str)) -> Result<(), StartError> {
    let (spare, targets) = (targets(&order.targets, "spare")?, targets(&order.targets, "case")?);
    let db = Database::open(&settings.database)?;
    let time = Duration::from_secs(order.seconds);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);

    let rate = measure(&db, &targets, time, cores, |db, target| async move {
        db.read(move |conn| store::case(conn, target.organisation_id, target.case_id)).await.map(drop)
    });
    say(&format!("case {:.0}", rate.await?));
    let rate = measure(&db, &targets, time, cores, |db, target| async move {
        db.read(move |conn| store::messages(conn, target.organisation_id, target.case_id, 50)).await.map(drop)
    });
    say(&format!("messages {:.0}", rate.await?));
    let rate = measure(&db, &spare, time, WRITERS, |db, target| async move { log(&db, target).await });
    say(&format!("log {:.0}", rate.await?));
    Ok(())
}

/// How many times a second `work` is done by this many at once, each on its next target.
async fn measure<F, W>(
    db: &Database,
    targets: &Arc<[Target]>,
    time: Duration,
    at_once: usize,
    work: W,
) -> Result<f64, StartError>
where
    W: Fn(Database, Target) -> F + Clone + Send + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    let (next, begun) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let tasks: Vec<_> = (0..at_once)
        .map(|_| {
            let (db, targets, next, work) =
                (db.clone(), Arc::clone(targets), Arc::clone(&next), work.clone());
            tokio::spawn(async move {
                while begun.elapsed() < time {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // A stride that visits every target before any comes again.
                    let Some(target) = targets.get(number.wrapping_mul(7_919) % targets.len()) else { break };
                    work(db.clone(), *target).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(failed)??;
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let done = next.load(Ordering::Relaxed) as f64;
    Ok(done / begun.elapsed().as_secs_f64())
}

async fn log(db: &Database, target: Target) -> Result<()> {
    let now = Clock::system().now();
    db.write(move |conn| {
        let mut row: MessageRow = store::messages(conn, target.organisation_id, target.case_id, 1)?
            .pop()
            .ok_or_else(|| Error::internal("a case to measure with has no message"))?;
        row.id = Id::at(now);
        row.channel_id = target.channel_id;
        (row.sent_at, row.placed_at, row.recorded_at) = (now, now, now);
        store::log(conn, &row, target.case_id, now, &[7; 600])
    })
    .await
}

/// Serves a handler that does one query and nothing else, on either engine: `GET /{n}` is the `n`th target.
///
/// # Errors
/// [`StartError`] says what is wrong.
pub async fn serve_bare(settings: Settings, path: &Path, port: u16) -> Result<(), StartError> {
    let targets = targets(path, "case")?;
    let db = Database::open(&settings.database)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new((db.clone(), Arc::clone(&targets))))
            .route("/{number}", web::get().to(bare))
    });
    server.bind(("127.0.0.1", port)).map_err(failed)?.run().await.map_err(failed)
}

async fn bare(state: web::Data<(Database, Arc<[Target]>)>, number: web::Path<usize>) -> HttpResponse {
    let (db, targets) = state.get_ref();
    let Some(target) = targets.get(*number % targets.len()).copied() else {
        return HttpResponse::NotFound().finish();
    };
    match db.read(move |conn| store::case(conn, target.organisation_id, target.case_id)).await {
        Ok(row) => HttpResponse::Ok().json(json!({
            "id": row.id,
            "code_name": row.code_name,
            "status": row.status,
            "risk": row.risk,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
            "version": row.version,
        })),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
