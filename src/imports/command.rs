//! `farlight import`: an export from a file of this machine, into a case, without a server.
//!
//! Whoever may read the root key may do anything anyway; what is done here is done in the name of somebody who works on
//! the case, passes the same gates and is on record the same way.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::commits;
use super::intake::{self, Brought};
use super::model;
use super::plan::{Answers, SaidDateOrder};
use super::preview::{Conversation, Preview};
use super::store;
use super::work;
use crate::app::{Clock, Services};
use crate::auth;
use crate::authz::Author;
use crate::authz::action::may;
use crate::authz::guard::prepare_on_behalf;
use crate::config::Settings;
use crate::db::Database;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::patch::Patch;
use crate::start::StartError;
use crate::{assignments, cases, seal};

/// How often it is told how far the work is.
const LOOK: Duration = Duration::from_millis(200);

/// What is to be imported, and what is said about it.
pub struct Order {
    /// The export.
    pub file: PathBuf,
    /// The case: its id or its code name.
    pub case: String,
    /// In whose name: an e-mail address. Whoever leads the case, if not said.
    pub author: Option<String>,
    /// The key of the conversation; may be left out where the file has one alone.
    pub conversation: Option<String>,
    /// The key of the participant who exported; `-` where none of them did.
    pub me: Option<String>,
    /// The zone of the clock that wrote local times.
    pub time_zone: Option<String>,
    /// The order of day, month and year.
    pub date_order: Option<SaidDateOrder>,
    /// Whose channel.
    pub person_id: Option<Id>,
    /// Which channel.
    pub channel_id: Option<Id>,
}

/// Imports a file; without `--me`, or where more must be said, only tells what is in it. `say` prints a line, `watch` is
/// told how many bytes of how many were read.
///
/// # Errors
/// [`StartError`] says what is wrong, or what must be said.
pub async fn run(
    settings: Settings,
    order: Order,
    say: impl Fn(&str),
    watch: impl Fn(u64, u64),
) -> Result<(), StartError> {
    let keyring = seal::command::keyring(&settings, &say)?;
    let db = Database::open(&settings.database)?;
    let services = Services::start(settings, db, keyring, Clock::system()).await?;
    let Imported { progress, .. } = import(&services, order, &say, &watch).await?;
    for skipped in &progress.skipped {
        say(&format!("line {}: {}", skipped.line, skipped.reason));
    }
    say(&format!(
        "{} messages added, {} there already, {} corrected, {} files, {} clues proposed, {} skipped",
        progress.messages_added,
        progress.messages_already_there,
        progress.messages_corrected,
        progress.attachments_added,
        progress.clues_proposed,
        progress.skipped_count
    ));
    Ok(())
}

/// What came of an import, and how long it took.
pub struct Imported {
    /// What was added.
    pub progress: model::Progress,
    /// How long the file was read for the preview.
    pub read: Duration,
    /// How long its messages were added.
    pub added: Duration,
}

/// As [`run`], on services that were started before.
///
/// # Errors
/// As [`run`].
pub async fn import(
    services: &Arc<Services>,
    order: Order,
    say: &impl Fn(&str),
    watch: &impl Fn(u64, u64),
) -> Result<Imported, StartError> {
    let (author, case_id) = whose(services, &order).await?;
    let file = std::fs::File::open(&order.file)
        .map_err(|error| StartError::Failed(format!("{}: {error}", order.file.display())))?;
    let name = order.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let import = intake::take_file(services, author, case_id, Brought::Path(file, name)).await?;
    let imported = read_and_add(services, author, import, (order, say, watch)).await;
    intake::give_up(services, import).await;
    imported
}

async fn read_and_add(
    services: &Arc<Services>,
    author: Author,
    import: work::Ref,
    (order, say, watch): (Order, &impl Fn(&str), &impl Fn(u64, u64)),
) -> Result<Imported, StartError> {
    let look = |services: Arc<Services>| async move {
        services.db.read(move |conn| store::bytes_read(conn, import)).await
    };
    let begun = Instant::now();
    watched(services, work::read_file(services, import), look, watch).await.map_err(in_words)?;
    let read = begun.elapsed();
    let (format, preview) = prepare_on_behalf::<may::ImportShow, _, _>(services, author, move |tx| {
        let (case, row) = model::open(tx, import.1)?;
        model::preview(&case.access, &row, tx.now()).map(|preview| (row.format, preview))
    })
    .await?;
    let Some(answers) = answers(order, &preview) else {
        tell(&format, &preview, say);
        let missing = "say which conversation and who of it exported the chat: --conversation KEY --me KEY (--me - if \
                       none of them did)";
        return Err(StartError::Failed(missing.to_owned()));
    };
    let begun = Instant::now();
    let progress = commit(services, author, import, answers, watch).await.map_err(|error| {
        tell(&format, &preview, say);
        in_words(error)
    })?;
    Ok(Imported { progress, read, added: begun.elapsed() })
}

/// What was said about the file; none where it is not clear which conversation, or whose export it is.
fn answers(order: Order, preview: &Preview) -> Option<(Answers, Patch<String>)> {
    let chat = match &order.conversation {
        Some(key) => preview.conversations.iter().find(|chat| chat.key == *key),
        None => Some(&preview.conversations).filter(|chats| chats.len() == 1).and_then(|chats| chats.first()),
    }?;
    let me = match order.me?.as_str() {
        "-" => Patch::Clear,
        key => Patch::Set(key.to_owned()),
    };
    let answers = Answers {
        conversation: chat.key.clone(),
        me: match &me {
            Patch::Set(key) => Some(key.clone()),
            Patch::Leave | Patch::Clear => None,
        },
        time_zone: order.time_zone,
        date_order: order.date_order,
        person_id: order.person_id,
        channel_id: order.channel_id,
    };
    Some((answers, me))
}

async fn commit(
    services: &Arc<Services>,
    author: Author,
    import: work::Ref,
    (answers, me): (Answers, Patch<String>),
    watch: &impl Fn(u64, u64),
) -> Result<model::Progress> {
    let row = prepare_on_behalf::<may::ImportCommit, _, _>(services, author, move |tx| {
        commits::new_row(tx, import.1, &answers, &me, None)
    })
    .await?;
    let commit = (row.organisation_id, row.id);
    services.db.write(move |conn| store::commits::begin(conn, &row).map(drop)).await?;
    let look = |services: Arc<Services>| async move {
        let size = services.db.read(move |conn| store::bytes_read(conn, import)).await?.1;
        let row = services.db.read(move |conn| store::commits::find(conn, commit)).await?;
        Ok((row.read_bytes, size))
    };
    watched(services, work::add_messages(services, commit), look, watch).await?;
    prepare_on_behalf::<may::ImportShow, _, _>(services, author, move |tx| {
        let (case, _) = model::open(tx, import.1)?;
        let row = store::commits::find(tx.conn, commit)?;
        case.access.open(&model::PROGRESS, row.id, &row.progress)?.ok_or_else(Error::forbidden)
    })
    .await
}

/// A refusal in the words that a caller of the service would read.
fn in_words(error: Error) -> StartError {
    if error.code() == "internal" {
        return StartError::from(error);
    }
    let fields = error.fields().iter().map(|field| format!(" {} {}.", field.pointer, field.detail));
    StartError::Failed(format!("{}{}", error.detail(), fields.collect::<String>()))
}

/// Awaits work, and tells how far it is.
async fn watched<F: Future<Output = Result<(i64, i64)>>>(
    services: &Arc<Services>,
    work: impl Future<Output = Result<()>>,
    look: impl Fn(Arc<Services>) -> F,
    watch: &impl Fn(u64, u64),
) -> Result<()> {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(LOOK) => {
                if let Ok((read, size)) = look(Arc::clone(services)).await {
                    watch(u64::try_from(read).unwrap_or(0), u64::try_from(size).unwrap_or(0));
                }
            }
        }
    }
}

/// In whose name, and into which case.
async fn whose(services: &Arc<Services>, order: &Order) -> Result<(Author, Id), StartError> {
    let named = order.case.clone();
    let found = services.db.read(move |conn| cases::store::named(conn, &named)).await?;
    let [(organisation_id, case_id)] = found.as_slice() else {
        let words = if found.is_empty() { "there is no case" } else { "there are several cases" };
        return Err(StartError::Failed(format!("{words} of this id or code name: {}", order.case)));
    };
    let (organisation_id, case_id) = (*organisation_id, *case_id);
    let user_id = match &order.author {
        Some(email) => {
            let hash = auth::model::email_hash(&services.email_key()?, email);
            services.db.read(move |conn| auth::store::user_by_email(conn, organisation_id, &hash)).await?
        }
        None => {
            services.db.read(move |conn| assignments::store::lead(conn, organisation_id, case_id)).await?
        }
    };
    let user_id = user_id.ok_or_else(|| {
        StartError::Failed("nobody leads this case; say in whose name it is imported: --as EMAIL".to_owned())
    })?;
    Ok((Author { organisation_id, user_id }, case_id))
}

fn tell(format: &str, preview: &Preview, say: &impl Fn(&str)) {
    say(&format!("{format}, dates {}", preview.date_order));
    preview.evidence.iter().chain(&preview.notes).for_each(|line| say(&format!("  {line}")));
    for chat in &preview.conversations {
        tell_chat(chat, say);
    }
    for skipped in &preview.skipped {
        say(&format!("line {}: {}", skipped.line, skipped.reason));
    }
    if preview.skipped_count > preview.skipped.len() as u64 {
        say(&format!("{} skipped in all", preview.skipped_count));
    }
}

fn tell_chat(chat: &Conversation, say: &impl Fn(&str)) {
    let (first, last) = (chat.first_at.as_deref().unwrap_or("-"), chat.last_at.as_deref().unwrap_or("-"));
    let needs: Vec<&str> = chat.needs.iter().map(|need| need.as_str()).collect();
    say(&format!(
        "conversation {:?}: {} messages, {first} to {last}, needs {}",
        chat.key,
        chat.messages,
        needs.join(", ")
    ));
    for participant in &chat.participants {
        let name = participant.name.as_deref().unwrap_or("-");
        say(&format!("  {:?} {name}: {} messages", participant.key, participant.count));
    }
}

/// Reads the next piece of a file.
///
/// # Errors
/// `internal` when it cannot be read.
pub fn piece(file: &mut std::fs::File) -> Result<Option<bytes::Bytes>> {
    let mut piece = vec![0; 1 << 20];
    let count = file.read(&mut piece).map_err(Error::internal)?;
    piece.truncate(count);
    Ok(Some(bytes::Bytes::from(piece)).filter(|piece| !piece.is_empty()))
}
