//! A commit, from the request that asks for it to its end.

use std::sync::Arc;
use std::time::Duration;

use super::model::{self, ANSWERS, CommitState, PROGRESS, Progress};
use super::plan::{Answers, check};
use super::store::commits::{self, CommitRow};
use super::work;
use crate::app::Services;
use crate::authz::{Authorized, Permission, Tx};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::patch::Patch;

/// How often somebody looks whether a commit that another does is done.
const LOOK: Duration = Duration::from_millis(100);

/// Runs a commit to its end, or with `at_once` only begins it; gives its id. A copy of a request joins what the first
/// one began.
///
/// # Errors
/// 404; 409 when the file is not there; 422 when what was said does not fit it.
pub async fn run<A: Permission>(
    auth: &Authorized<A>,
    import: Id,
    (answers, me): (Answers, Patch<String>),
    digest: [u8; 32],
    at_once: bool,
) -> Result<Id> {
    if auth.is_answered(digest).await? {
        // What is repeated is not done again.
        return Err(Error::internal("an answered commit was asked for again"));
    }
    let key = auth.request_key(digest);
    let row = auth.prepare(move |tx| new_row(tx, import, &answers, &me, key)).await?;
    let services = Arc::clone(auth.services());
    let row = services.db.write(move |conn| commits::begin(conn, &row)).await?;
    let commit = (row.organisation_id, row.id);
    if at_once {
        let runtime = services.runtime.clone();
        runtime.spawn(async move {
            if let Err(error) = work::add_messages(&services, commit).await {
                tracing::info!(?error, "a commit could not go on");
            }
        });
    } else {
        to_its_end(&services, commit).await?;
    }
    Ok(row.id)
}

/// A commit that is checked and not begun.
///
/// # Errors
/// As [`run`].
pub fn new_row(
    tx: &mut Tx<'_, '_>,
    import: Id,
    answers: &Answers,
    me: &Patch<String>,
    key: Option<[u8; 32]>,
) -> Result<CommitRow> {
    let (case, import) = model::open(tx, import)?;
    let preview = model::preview(&case.access, &import, tx.now())?;
    check(&preview, answers, me)?;
    let id = Id::at(tx.now());
    Ok(CommitRow {
        organisation_id: tx.scope.organisation_id,
        id,
        import_id: import.id,
        case_id: case.row.id,
        author_id: tx.scope.user_id,
        key_hash: key.map(|key| key.to_vec()),
        state: CommitState::Running,
        answers: case.access.seal(&ANSWERS, id, answers)?,
        progress: case.access.seal(&PROGRESS, id, &Progress::default())?,
        read_bytes: 0,
        lease_id: None,
        lease_until: None,
        created_at: tx.now(),
        finished_at: None,
    })
}

/// Does a commit, or waits while another does it.
async fn to_its_end(services: &Arc<Services>, commit: work::Ref) -> Result<()> {
    loop {
        work::add_messages(services, commit).await?;
        let row = services.db.read(move |conn| commits::find(conn, commit)).await?;
        match row.state {
            CommitState::Done => return Ok(()),
            CommitState::Running => tokio::time::sleep(LOOK).await,
            CommitState::Failed | CommitState::Cancelled => {
                return Err(Error::conflict(
                    "import-failed",
                    "The commit did not come to its end; GET /v1/imports/{id} says why. What was added by then stays.",
                ));
            }
        }
    }
}
