//! What is done with an import when no request waits for it any more: reading the file, adding its messages.
//!
//! Whoever does it holds a lease on the row and renews it while they do. When a node dies, the lease runs out and
//! another node, or the same after its restart, takes the work over where it was left.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::commit::Committing;
use super::formats::reading::Sink;
use super::formats::shape::Format;
use super::job::Job;
use super::model::{ANSWERS, CommitState, FAILURE, Failure, PREVIEW, PROGRESS, Progress};
use super::plan::Plan;
use super::preview::Preview;
use super::source::{Found, Outcome, Source, read, refused};
use super::store::commits::CommitRow;
use super::store::{self, ImportRow, Read, commits};
use super::survey::{Survey, format_named};
use super::target::Target;
use crate::app::Services;
use crate::authz::Author;
use crate::authz::action::may;
use crate::authz::guard::prepare_on_behalf;
use crate::crypto::Access;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::jobs::pace;

/// Files that are read at the same time on one node.
const AT_ONCE: u32 = 3;
/// For how long whoever does the work need not tell that they still do.
const LEASE_SECONDS: i64 = 30;
/// How often they tell.
const HEARTBEAT: Duration = Duration::from_millis(500);

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE as usize);

/// Names a row: organisation and id.
pub type Ref = (Id, Id);

/// How long whoever begins an import has to take it up by themselves. Somebody who came in between would leave them with an
/// answer that says nothing yet.
const HEAD_START_SECONDS: i64 = 10;

/// Goes on with whatever was left: after a restart, or when another node died.
///
/// # Errors
/// Of the database; the next run tries again.
pub async fn resume(services: &Arc<Services>) -> Result<()> {
    let now = services.clock.now();
    let made_before = now.plus_seconds(-HEAD_START_SECONDS);
    let (unread, left) = services
        .db
        .read(move |conn| {
            Ok((store::unread(conn, made_before, now)?, commits::left(conn, made_before, now)?))
        })
        .await?;
    for import in unread {
        if let Err(error) = read_file(services, import).await {
            tracing::warn!(?error, "an import could not be read");
        }
    }
    for commit in left {
        if let Err(error) = add_messages(services, commit).await {
            tracing::warn!(?error, "a commit could not go on");
        }
    }
    Ok(())
}

/// Returns when no file is being read on this node, which is soon once the service stops.
pub async fn rest() {
    drop(TURNS.acquire_many(AT_ONCE).await);
}

/// Removes the files of imports whose time is over.
///
/// # Errors
/// Of the database or the store; housekeeping tries again.
pub async fn forget_expired(services: &Services) -> Result<()> {
    let now = services.clock.now();
    for row in services.db.read(move |conn| store::expired(conn, now)).await? {
        clear(services, row).await?;
    }
    Ok(())
}

/// Removes the file of one import whose time is over.
///
/// # Errors
/// Of the database or the store; housekeeping tries again.
pub async fn forget(services: &Services, import: Ref) -> Result<()> {
    let now = services.clock.now();
    match services.db.read(move |conn| store::ended(conn, import, now)).await? {
        Some(row) => clear(services, row).await,
        None => Ok(()),
    }
}

async fn clear(services: &Services, row: ImportRow) -> Result<()> {
    super::source::remove(&services.files, row.organisation_id, row.id).await?;
    let now = services.clock.now();
    services
        .db
        .write(move |conn| {
            let own = row.attachment_id.is_none();
            if store::forget(conn, (row.organisation_id, row.id))? && own {
                crate::attachments::store::uploads::release(conn, row.organisation_id, row.size, now)?;
            }
            Ok(())
        })
        .await
}

/// Tells the database that work goes on, not too often, and hears whether it should.
struct Heart {
    services: Arc<Services>,
    runtime: Handle,
    beat: Box<dyn Fn(Time, i64) -> Beat + Send>,
    last: Instant,
    goes_on: bool,
}

type Beat = Box<dyn FnOnce(&mut Conn<'_>) -> Result<bool> + Send>;

impl Heart {
    fn new(services: &Arc<Services>, beat: impl Fn(Time, i64) -> Beat + Send + 'static) -> Self {
        Self {
            services: Arc::clone(services),
            runtime: services.runtime.clone(),
            beat: Box::new(beat),
            last: Instant::now(),
            goes_on: true,
        }
    }

    fn goes_on(&mut self, bytes: u64) -> bool {
        if !self.goes_on {
            return false;
        }
        let now = self.services.clock.now();
        if self.services.house.stop.is_over() {
            // A lease that has run out: whoever comes by goes on at once.
            drop(self.tell(now.plus_seconds(-1), bytes));
            self.goes_on = false;
        } else if self.last.elapsed() >= HEARTBEAT {
            // A database that does not answer now is asked again at the next beat; the lease is longer than that.
            self.goes_on = self.tell(now.plus_seconds(LEASE_SECONDS), bytes).unwrap_or(true);
            self.last = Instant::now();
        }
        self.goes_on
    }

    fn tell(&self, until: Time, bytes: u64) -> Result<bool> {
        let beat = (self.beat)(until, i64::try_from(bytes).unwrap_or(i64::MAX));
        self.runtime.block_on(self.services.db.write(beat))
    }
}

/// Runs what blocks and takes long beside the threads that serve requests, which go before it, when its turn has come.
async fn long<T: Send + 'static>(
    runtime: &Handle,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = TURNS.acquire().await.map_err(Error::internal)?;
    pace::aside_in(runtime, move || {
        let result = work();
        drop(turn);
        result
    })
    .await
}

/// Keeps a lease alive while the work waits for its turn.
struct Waiting(tokio::task::JoinHandle<()>);

impl Waiting {
    fn start(services: &Arc<Services>, beat: impl Fn(Time, i64) -> Beat + Send + 'static) -> Self {
        let services: Weak<Services> = Arc::downgrade(services);
        Self(tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(10)).await;
                let Some(services) = services.upgrade() else { return };
                let until = services.clock.now().plus_seconds(LEASE_SECONDS);
                let beat = beat(until, 0);
                drop(services.db.write(beat).await);
            }
        }))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reads the file of an import and writes what it holds, if nobody else does it already.
///
/// # Errors
/// Why the file is not read, which is also written; of the database.
pub async fn read_file(services: &Arc<Services>, import: Ref) -> Result<()> {
    let (now, lease) = (services.clock.now(), Id::at(services.clock.now()));
    let until = now.plus_seconds(LEASE_SECONDS);
    let taken = services.db.write(move |conn| store::lease(conn, import, lease, (now, until))).await?;
    let Some(row) = taken else { return Ok(()) };
    let author = Author { organisation_id: row.organisation_id, user_id: row.author_id };
    let found = Source::find(services, author, &row).await;
    let (access, surveyed) = match found {
        Ok(Found { source, access, .. }) => (Some(access), survey(services, source, import, lease).await),
        Err(error) => (None, Err(error)),
    };
    match surveyed {
        Ok(None) => Ok(()),
        Ok(Some((format, preview))) => {
            let access = access.ok_or_else(|| Error::internal("a file was read without its keys"))?;
            let sealed = access.seal(&PREVIEW, import.1, &preview)?;
            let ready = move |conn: &mut Conn<'_>| {
                store::finish(conn, import, lease, &Read::Ready(format.as_str(), &sealed)).map(drop)
            };
            services.db.write(ready).await
        }
        Err(error) => {
            let failure = Failure::from(&error);
            // Where its author may not open the case any more nobody is told why.
            let sealed = access.map(|access| access.seal(&FAILURE, import.1, &failure)).transpose()?;
            let failed = move |conn: &mut Conn<'_>| {
                store::finish(conn, import, lease, &Read::Failed(sealed.as_ref())).map(drop)
            };
            services.db.write(failed).await?;
            Err(error)
        }
    }
}

type Surveyed = Option<(Format, Preview)>;

/// What a file holds; none when that is not wanted any more.
async fn survey(services: &Arc<Services>, source: Source, import: Ref, lease: Id) -> Result<Surveyed> {
    let beat = move |until: Time, bytes: i64| -> Beat {
        Box::new(move |conn| store::renew(conn, import, lease, (until, bytes)))
    };
    let waiting = Waiting::start(services, beat);
    let mut heart = Heart::new(services, beat);
    long(&services.runtime, move || {
        drop(waiting);
        let mut upload = source.open(heart.runtime.clone())?;
        let choice = upload.choose(&mut || heart.goes_on(0)).map_err(|refusal| refused(&refusal))?;
        let mut survey = Survey::default();
        let outcome = read(&mut upload, &choice, &mut |bytes| heart.goes_on(bytes), &mut survey)?;
        if let Outcome::Stopped = outcome {
            return Ok(None);
        }
        choice.told.iter().for_each(|told| survey.note(told));
        upload.told().iter().for_each(|told| survey.note(told));
        survey.is_worth_something()?;
        Ok(Some((choice.importer.format, survey.preview())))
    })
    .await
}

/// Adds the messages of a commit, if nobody else does it already.
///
/// # Errors
/// Why it could not go on, which is also written; of the database.
pub async fn add_messages(services: &Arc<Services>, commit: Ref) -> Result<()> {
    let (now, lease) = (services.clock.now(), Id::at(services.clock.now()));
    let until = now.plus_seconds(LEASE_SECONDS);
    let taken = services.db.write(move |conn| commits::lease(conn, commit, lease, (now, until))).await?;
    let Some(row) = taken else { return Ok(()) };
    let author = Author { organisation_id: row.organisation_id, user_id: row.author_id };
    let opened = open(services, author, &row).await;
    let failed = match opened {
        Ok((access, begun)) => match go_on(services, author, row, lease, begun).await {
            Ok(()) => return Ok(()),
            Err(error) => (Some(access), error),
        },
        Err(error) => (None, error),
    };
    let (access, error) = failed;
    let failure = Failure::from(&error);
    let broken = move |conn: &mut Conn<'_>| {
        let row = commits::find(conn, commit)?;
        let mut progress = row.progress;
        if let Some(access) = access {
            let mut opened = access.open(&PROGRESS, row.id, &progress)?.unwrap_or_default();
            opened.failure = Some(failure);
            progress = access.seal(&PROGRESS, row.id, &opened)?;
        }
        commits::advance(conn, commit, lease, (&progress, CommitState::Failed, now)).map(drop)
    };
    services.db.write(broken).await?;
    Err(error)
}

/// What a commit needs before its file is opened.
struct Begun {
    source: Source,
    plan: Plan,
    progress: Progress,
    target: Target,
}

async fn open(services: &Arc<Services>, author: Author, row: &CommitRow) -> Result<(Access, Begun)> {
    let (import_id, commit) = (row.import_id, row.clone());
    let (import, preview, answers, progress) =
        prepare_on_behalf::<may::ImportCommit, _, _>(services, author, move |tx| {
            let (case, import) = super::model::open(tx, import_id)?;
            let preview = super::model::preview(&case.access, &import, tx.now())?;
            let answers = case.access.open(&ANSWERS, commit.id, &commit.answers)?;
            let progress = case.access.open(&PROGRESS, commit.id, &commit.progress)?;
            Ok((
                import,
                preview,
                answers.ok_or_else(Error::forbidden)?,
                progress.ok_or_else(Error::forbidden)?,
            ))
        })
        .await?;
    let format =
        format_named(&import.format).ok_or_else(|| Error::internal("an import has an unknown format"))?;
    let plan = Plan::new(format, &preview, &answers)?;
    let Found { source, access } = Source::find(services, author, &import).await?;
    let target = Target { person_id: answers.person_id, channel_id: answers.channel_id };
    Ok((access, Begun { source, plan, progress, target }))
}

async fn go_on(
    services: &Arc<Services>,
    author: Author,
    row: CommitRow,
    lease: Id,
    begun: Begun,
) -> Result<()> {
    let commit = (row.organisation_id, row.id);
    let beat = move |until: Time, bytes: i64| -> Beat {
        Box::new(move |conn| commits::renew(conn, commit, lease, (until, bytes)))
    };
    let waiting = Waiting::start(services, beat);
    let mut heart = Heart::new(services, beat);
    let services = Arc::clone(services);
    let runtime = services.runtime.clone();
    long(&runtime, move || {
        drop(waiting);
        let Begun { source, plan, progress, target } = begun;
        let runtime = heart.runtime.clone();
        let mut upload = source.open(runtime.clone())?;
        let choice = upload.choose(&mut || heart.goes_on(0)).map_err(|refusal| refused(&refusal))?;
        let job = Arc::new(Job {
            services,
            author,
            case_id: row.case_id,
            import_id: row.import_id,
            commit_id: row.id,
            lease,
            begun_at: row.created_at,
            plan,
            target,
        });
        let mut committing = Committing::new(job, runtime, (source, upload.is_zip()), progress.position);
        let outcome = read(&mut upload, &choice, &mut |bytes| heart.goes_on(bytes), &mut committing);
        committing.finish(outcome)
    })
    .await
}
