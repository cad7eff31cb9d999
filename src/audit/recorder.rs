//! Rows of reads, written in batches before the responses that wait on them leave.

use tokio::sync::{mpsc, oneshot};

use super::model::AuditEvent;
use super::store;
use crate::db::Database;
use crate::error::{Error, Result};

/// Rows that share one insert at the most.
const BATCH: usize = 128;
/// Requests that may wait for their row; more are refused at once.
const QUEUE: usize = 4096;

type Waiting = (AuditEvent, oneshot::Sender<bool>);

/// Handle to the task that writes rows of reads.
#[derive(Clone)]
pub struct Recorder {
    queue: mpsc::Sender<Waiting>,
}

impl Recorder {
    /// Starts the task on the current runtime; it ends with the last handle.
    pub fn start(db: Database) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(serve(db, waiting));
        Self { queue }
    }

    /// Returns once the row is durable.
    ///
    /// # Errors
    /// `busy` when it could not be written: the request it belongs to must then fail.
    pub async fn record(&self, event: AuditEvent) -> Result<()> {
        let (reply, written) = oneshot::channel();
        self.queue.try_send((event, reply)).map_err(|_| Error::busy("the audit queue is full"))?;
        match written.await {
            Ok(true) => Ok(()),
            _ => Err(Error::busy("the audit row was not written")),
        }
    }
}

async fn serve(db: Database, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (events, replies): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let written = db.write_first(move |conn| store::insert(conn, &events)).await;
        if let Err(error) = &written {
            tracing::error!(?error, "audit rows were not written");
        }
        for reply in replies {
            // The request may have been dropped; its row stays.
            let _ = reply.send(written.is_ok());
        }
    }
}
