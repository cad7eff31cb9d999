//! How a file becomes an import: into the store, sealed, then read.

use std::sync::Arc;

use super::model::{self, FILE_NAME, ImportState, ImportView};
use super::store::{self, ImportRow};
use super::{source, work};
use crate::app::Services;
use crate::attachments;
use crate::attachments::arrival::Room;
use crate::attachments::store::uploads;
use crate::attachments::taking;
use crate::authz::action::may;
use crate::authz::guard::{prepare_on_behalf, write_on_behalf};
use crate::authz::{Author, Authorized, Permission, Tx};
use crate::cases;
use crate::crypto::secret::{Sha256, sha256};
use crate::crypto::{Access, FileKeys};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::files::Name;
use crate::http::idempotency::{Created, Creation};
use crate::http::incoming::Incoming;

/// What is to be imported.
pub enum Brought {
    /// A file that comes with the request.
    File(Box<Incoming>),
    /// Text that was pasted.
    Text(String),
    /// A file of this machine, and its name.
    Path(std::fs::File, Option<String>),
}

impl Brought {
    async fn next(&mut self) -> Result<Option<bytes::Bytes>> {
        match self {
            Self::File(incoming) => incoming.next().await,
            Self::Text(text) => {
                Ok(Some(std::mem::take(text)).filter(|text| !text.is_empty()).map(bytes::Bytes::from))
            }
            Self::Path(file, _) => super::command::piece(file),
        }
    }

    async fn refuse(self) {
        if let Self::File(incoming) = self {
            incoming.refuse().await;
        }
    }

    fn file_name(&self) -> Option<String> {
        match self {
            Self::File(incoming) => incoming.file_name(),
            Self::Text(_) => None,
            Self::Path(_, name) => name.clone(),
        }
    }

    fn at_least(&self) -> u64 {
        match self {
            Self::File(incoming) => incoming.at_least(),
            Self::Text(text) => text.len() as u64,
            Self::Path(file, _) => file.metadata().map_or(0, |metadata| metadata.len()),
        }
    }
}

/// An import before its first byte.
struct Begun {
    access: Access,
    keys: FileKeys,
    room: Room,
    row: ImportRow,
}

fn begin(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<Begun> {
    let case = cases::model::open(tx, case_id)?;
    let keys = attachments::model::keys(&case)?;
    let row = new_row(tx, &case.access, case_id, ImportState::Receiving)?;
    Ok(Begun { keys, room: taking::room(tx)?, row, access: case.access })
}

fn new_row(tx: &Tx<'_, '_>, access: &Access, case_id: Id, state: ImportState) -> Result<ImportRow> {
    let (id, now) = (Id::at(tx.now()), tx.now());
    Ok(ImportRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        author_id: tx.scope.user_id,
        format: String::new(),
        file_name: access.seal(&FILE_NAME, id, &None)?,
        created_at: now,
        expires_at: now.plus_seconds(tx.services.settings.imports.preview_hours.saturating_mul(3600)),
        committed_at: None,
        state,
        object_id: Some(Id::at(now)),
        attachment_id: None,
        size: 0,
        preview: None,
        failure: None,
        read_bytes: 0,
        lease_id: None,
        lease_until: None,
    })
}

/// Takes a file, reads it, and answers with what is in it; with `at_once` before it is read.
///
/// # Errors
/// 404; 413; 415 and 422 for what is no chat or is broken; 408, 400 for a broken body.
pub async fn take<A: Permission>(
    auth: Authorized<A>,
    case_id: Id,
    at_once: bool,
    mut brought: Brought,
) -> Result<Creation<ImportView>> {
    let services = Arc::clone(auth.services());
    let Begun { access, keys, room, row } = match auth.prepare(move |tx| begin(tx, case_id)).await {
        Ok(begun) => begun,
        Err(error) => {
            brought.refuse().await;
            // Once more, for the audit log.
            return auth.write(move |tx| cases::model::open(tx, case_id).and(Err(error))).await;
        }
    };
    if let Err(error) = room.check(brought.at_least()) {
        brought.refuse().await;
        return Err(error);
    }
    let import = (row.organisation_id, row.id);
    let begun = row.clone();
    services.db.write(move |conn| store::insert(conn, &begun)).await?;
    let came = match receive(&services, (&keys, room, &row), &mut brought).await {
        Ok((size, hash)) => came(&services, &access, import, (brought.file_name(), size, hash)).await,
        Err(error) => {
            brought.refuse().await;
            Err(error)
        }
    };
    match came {
        Ok(digest) => answer(auth, import, digest, at_once).await,
        Err(error) => {
            abandon(&services, import).await;
            Err(error)
        }
    }
}

/// Puts a file of this machine into the store in somebody's name; it is still to be read.
///
/// # Errors
/// 404 when they do not reach the case; 413.
pub async fn take_file(
    services: &Arc<Services>,
    author: Author,
    case_id: Id,
    mut brought: Brought,
) -> Result<work::Ref> {
    let begun = prepare_on_behalf::<may::ImportPreview, _, _>(services, author, move |tx| begin(tx, case_id));
    let Begun { access, keys, room, row } = begun.await?;
    room.check(brought.at_least())?;
    let import = (row.organisation_id, row.id);
    let begun = row.clone();
    write_on_behalf::<may::ImportPreview, _, _>(services, author, move |tx| {
        tx.about(begun.id);
        tx.about_case(case_id);
        tx.note("by the command line");
        store::insert(tx.conn, &begun)
    })
    .await?;
    let came = match receive(services, (&keys, room, &row), &mut brought).await {
        Ok((size, hash)) => came(services, &access, import, (brought.file_name(), size, hash)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = came {
        abandon(services, import).await;
        return Err(error);
    }
    Ok(import)
}

/// Reads an export that is an attachment of a case: one that was too large to be sent in one go.
///
/// # Errors
/// 404; 415 and 422 for what is no chat or is broken.
pub async fn take_attachment<A: Permission>(
    auth: Authorized<A>,
    attachment: Id,
    at_once: bool,
) -> Result<Creation<ImportView>> {
    let prepared = auth
        .prepare(move |tx| {
            let (case, file) = attachments::model::open(tx, attachment)?;
            let mut row = new_row(tx, &case.access, file.case_id, ImportState::Reading)?;
            let name = attachments::model::particulars(&case.access, &file)?.file_name;
            row.file_name = case.access.seal(&FILE_NAME, row.id, &name)?;
            row.attachment_id = Some(file.id);
            row.object_id = Some(file.object_id);
            row.size = file.size;
            Ok(row)
        })
        .await;
    let row = match prepared {
        Ok(row) => row,
        Err(error) => {
            return auth.write(move |tx| attachments::model::open(tx, attachment).and(Err(error))).await;
        }
    };
    let import = (row.organisation_id, row.id);
    auth.services().db.write(move |conn| store::insert(conn, &row)).await?;
    answer(auth, import, sha256(attachment.as_bytes()), at_once).await
}

async fn answer<A: Permission>(
    auth: Authorized<A>,
    import: work::Ref,
    digest: [u8; 32],
    at_once: bool,
) -> Result<Creation<ImportView>> {
    let services = Arc::clone(auth.services());
    let read = if at_once {
        let services = Arc::clone(&services);
        let runtime = services.runtime.clone();
        runtime.spawn(async move {
            if let Err(error) = work::read_file(&services, import).await {
                tracing::info!(?error, "an import was not read");
            }
        });
        Ok(())
    } else {
        work::read_file(&services, import).await
    };
    let failed = read.is_err();
    let creation = auth
        .create(digest, move |tx| {
            read?;
            let (case, row) = model::open(tx, import.1)?;
            let view = model::show(&case.access, &row, &[], tx.now())?;
            Ok(Created { location: Some(format!("/v1/imports/{}", import.1)), version: None, view })
        })
        .await;
    // What could not be read, or came twice, need not wait for its time to be forgotten.
    if failed || creation.as_ref().map_or(true, Creation::is_replayed) {
        give_up(&services, import).await;
    }
    creation
}

/// Puts the file into the store; gives its length and its hash.
async fn receive(
    services: &Services,
    (keys, room, row): (&FileKeys, Room, &ImportRow),
    brought: &mut Brought,
) -> Result<(u64, [u8; 32])> {
    let name: Name = source::object(row)?;
    let mut writer = services.files.create(keys, &name)?;
    let mut hash = Sha256::default();
    loop {
        let taken = match brought.next().await {
            Ok(Some(bytes)) => match room.check(writer.length() + bytes.len() as u64) {
                Ok(()) => {
                    hash.update(&bytes);
                    writer.write(&bytes).await
                }
                Err(error) => Err(error),
            },
            Ok(None) if writer.length() == 0 => Err(Error::invalid("/file", "is empty")),
            Ok(None) => break,
            Err(error) => Err(error),
        };
        if let Err(error) = taken {
            writer.abandon().await;
            return Err(error);
        }
    }
    let size = writer.length();
    writer.finish().await?;
    Ok((size, hash.finish()))
}

/// Notes that the file is here; gives a digest of what came.
async fn came(
    services: &Services,
    access: &Access,
    import: work::Ref,
    (file_name, size, hash): (Option<String>, u64, [u8; 32]),
) -> Result<[u8; 32]> {
    let digest = sha256(&[&hash, file_name.as_deref().unwrap_or_default().as_bytes()].concat());
    let sealed = access.seal(&FILE_NAME, import.1, &file_name)?;
    let (size, now) = (i64::try_from(size).map_err(Error::internal)?, services.clock.now());
    let quota = i64::try_from(services.settings.files.quota_bytes).unwrap_or(i64::MAX);
    services
        .db
        .write(move |conn| {
            uploads::set_aside(conn, import.0, size, quota, now)?;
            if store::received(conn, import, &sealed, size)? {
                Ok(())
            } else {
                Err(Error::conflict("import-cancelled", "The import was given up."))
            }
        })
        .await?;
    Ok(digest)
}

/// Gives up what did not come whole. Who cancelled it meanwhile had its file removed before it was all there.
async fn abandon(services: &Arc<Services>, import: work::Ref) {
    give_up(services, import).await;
    if let Err(error) = source::remove(&services.files, import.0, import.1).await {
        tracing::warn!(?error, "the file of an import was not removed");
    }
}

/// Lets housekeeping forget an import now.
pub async fn give_up(services: &Arc<Services>, import: work::Ref) {
    let now = services.clock.now();
    let ended = services.db.write(move |conn| store::end(conn, import, now)).await;
    let forgotten = match ended {
        Ok(()) => work::forget(services, import).await,
        Err(error) => Err(error),
    };
    if let Err(error) = forgotten {
        tracing::warn!(?error, "an import was not cleared away; it will be tried again");
    }
}
