//! How far an import is, as it goes on: `GET /v1/imports/{id}/progress`.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::{Stream, stream};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{self, CommitState, ImportState, PROGRESS};
use super::store::commits;
use crate::authz::{Authorized, Permission, Tx};
use crate::db::types::Id;
use crate::error::Result;

/// How often it is looked how far the import is.
const TICK: Duration = Duration::from_millis(500);
/// After how many looks without news a comment is sent, so that nobody in between takes the connection for dead.
const QUIET: u32 = 30;

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProgressView {
    /// How far the import is.
    state: ImportState,
    /// Bytes of the file.
    size: i64,
    /// How many of them were read for the preview.
    read_bytes: i64,
    /// Its commits, oldest first.
    commits: Vec<CommitProgress>,
}

/// How far a commit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommitProgress {
    /// The commit.
    id: Id,
    /// How far it is.
    state: CommitState,
    /// Bytes of the file that were read for it.
    read_bytes: i64,
    /// Messages that were added.
    messages_added: u64,
    /// Messages that had been added before.
    messages_already_there: u64,
}

impl ProgressView {
    fn is_over(&self) -> bool {
        !matches!(self.state, ImportState::Receiving | ImportState::Reading)
            && self.commits.iter().all(|commit| commit.state != CommitState::Running)
    }
}

fn look(tx: &mut Tx<'_, '_>, id: Id) -> Result<ProgressView> {
    let (case, row) = model::open(tx, id)?;
    let mut shown = Vec::new();
    for commit in commits::of_imports(&tx.scope, tx.conn, &[row.id])? {
        let progress = case.access.open(&PROGRESS, commit.id, &commit.progress)?.unwrap_or_default();
        shown.push(CommitProgress {
            id: commit.id,
            state: commit.state,
            read_bytes: commit.read_bytes,
            messages_added: progress.messages_added,
            messages_already_there: progress.messages_already_there,
        });
    }
    Ok(ProgressView {
        state: row.state_at(tx.now()),
        size: row.size,
        read_bytes: row.read_bytes,
        commits: shown,
    })
}

/// A stream of [`ProgressView`], one whenever something has changed, until nothing is under way any more.
pub struct ProgressStream(Pin<Box<dyn Stream<Item = Result<Bytes, Infallible>>>>);

impl Responder for ProgressStream {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/event-stream"))
            // Keeps the compression away, which would hold back small frames, and tells nginx to do the same.
            .insert_header((CONTENT_ENCODING, "identity"))
            .insert_header(("x-accel-buffering", "no"))
            .streaming(self.0)
    }
}

/// Watches an import. Session, role and reach are read again at every look.
///
/// # Errors
/// 404; 429 and 503 when there are too many streams.
pub async fn watch<A: Permission>(auth: Authorized<A>, id: Id) -> Result<ProgressStream> {
    let hub = Arc::clone(&auth.services().events);
    let place = hub.admit(auth.claims().user_id)?;
    let until = auth.claims().expires_at();
    let again = auth.again();
    let first = auth.read(move |tx| look(tx, id)).await?;
    let start = (again, place, first.clone(), Some(first));
    let frames = stream::unfold(start, move |(auth, place, mut last, mut news)| {
        let hub = Arc::clone(&hub);
        async move {
            let mut quiet = 0;
            loop {
                if let Some(news) = news.take() {
                    let data = serde_json::to_string(&news).ok()?;
                    let frame = Bytes::from(format!("event: progress\ndata: {data}\n\n"));
                    return Some((Ok(frame), (auth, place, news, None)));
                }
                if last.is_over() || hub.is_closed() || auth.services().clock.now() >= until {
                    return None;
                }
                if quiet >= QUIET {
                    return Some((Ok(Bytes::from_static(b":\n\n")), (auth, place, last, None)));
                }
                tokio::time::sleep(TICK).await;
                quiet += 1;
                let seen = auth.prepare(move |tx| look(tx, id)).await.ok()?;
                if seen != last {
                    last = seen.clone();
                    news = Some(seen);
                }
            }
        }
    });
    Ok(ProgressStream(Box::pin(frames)))
}
