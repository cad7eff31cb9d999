//! `/v1/cases/{id}/uploads` and `/v1/uploads`: files over a weak link, with tus.

use std::sync::Arc;

use super::super::arrival::Owner;
use super::super::model::{self, INCOMING};
use super::super::pieces::{Parts, assemble, out_of_place};
use super::super::store;
use super::super::store::uploads::{self as rows, UploadRow};
use super::super::taking::{put_away, room};
use crate::authz::action::may;
use crate::authz::{Authorized, Permission, Public, Tx};
use crate::crypto::secret::sha256;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::files::Kind;
use crate::http::answer::NoContent;
use crate::http::idempotency::{Created, Creation};
use crate::http::own_task;
use crate::http::params::PathId;
use crate::http::tus::{Abilities, Appended, Found, Piece, Progress, Tus};
use crate::{cases, view};

view! {
    /// A file that is still arriving.
    pub struct UploadView from UploadFields {
        /// The id; also of the attachment that it becomes.
        outline id: Id,
        /// Of which case.
        outline case_id: Id,
        /// Bytes in all.
        outline length: i64,
        /// Bytes that are here.
        outline received: i64,
        /// When it is given up, UTC; every piece puts it off.
        outline expires_at: Time,
        /// What it is called.
        content file_name: String,
    }
}

/// `OPTIONS /v1/uploads`
pub async fn options(public: Public<may::UploadOptions>) -> Result<Abilities> {
    Ok(Abilities { max_bytes: public.services().settings.files.max_bytes })
}

/// `POST /v1/cases/{id}/uploads`
pub async fn create(
    auth: Authorized<may::UploadCreate>,
    id: PathId,
    tus: Tus,
) -> Result<Creation<UploadView>> {
    let digest = sha256(format!("{tus:?}").as_bytes());
    auth.create(digest, move |tx| {
        let case = cases::model::open(tx, id.0)?;
        model::keys(&case)?;
        tus.check()?;
        let (length, file_name) = (tus.length()?, tus.file_name()?);
        room(tx)?.check(length)?;
        let length = model::signed(length)?;
        let quota = model::signed(tx.services.settings.files.quota_bytes)?;
        // Set aside now: somebody who sends for a day must not learn then that there is no room.
        rows::add_usage(tx.conn, tx.scope.organisation_id, length, quota, tx.scope.now)?;
        let id = Id::at(tx.now());
        tx.about(id);
        let row = model::new_upload(tx, &case, id, length, file_name.clone())?;
        rows::insert(tx.conn, &row)?;
        let fields = UploadFields {
            id,
            case_id: row.case_id,
            length,
            received: 0,
            expires_at: row.expires_at,
            file_name,
        };
        let location = Some(format!("/v1/uploads/{id}"));
        Ok(Created { location, version: None, view: fields.redact(case.access.grants()) })
    })
    .await
}

/// An upload that is not whole, or not recorded.
struct Open {
    owner: Owner,
    row: UploadRow,
    file_name: Option<String>,
}

/// An upload of the caller's, in reach.
enum State {
    /// It still arrives.
    Open(Box<Open>),
    /// It is an attachment of so many bytes: the answer that said so was lost on the way.
    Whole(u64),
}

impl State {
    fn progress(&self) -> Result<Progress> {
        let bytes = |number: i64| u64::try_from(number).map_err(Error::internal);
        Ok(match self {
            Self::Open(open) => Progress {
                offset: bytes(open.row.received)?,
                length: bytes(open.row.length)?,
                expires_at: Some(open.row.expires_at),
            },
            Self::Whole(size) => Progress { offset: *size, length: *size, expires_at: None },
        })
    }
}

/// The one way to an upload: it is its author's alone, and only while the case is in reach.
fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<State> {
    match rows::find(&tx.scope, tx.conn, id) {
        Ok(row) => {
            let case = cases::model::open(tx, row.case_id)?;
            tx.about(id);
            let owner = Owner { organisation: row.organisation_id, id, keys: model::keys(&case)? };
            let told = case.access.open(&INCOMING, id, &row.particulars)?.ok_or_else(Error::not_found)?;
            Ok(State::Open(Box::new(Open { owner, row, file_name: told.file_name })))
        }
        Err(error) if error.code() == "not-found" => {
            if store::find(&tx.scope, tx.conn, id)?.author_id != tx.scope.user_id {
                return Err(Error::not_found());
            }
            let (_, row) = model::open(tx, id)?;
            Ok(State::Whole(u64::try_from(row.size).map_err(Error::internal)?))
        }
        Err(error) => Err(error),
    }
}

/// `HEAD /v1/uploads/{id}`
pub async fn show(auth: Authorized<may::UploadShow>, id: PathId, tus: Tus) -> Result<Found> {
    own_task(look(auth, id.0, tus)).await.map(Found)
}

async fn look(auth: Authorized<may::UploadShow>, id: Id, tus: Tus) -> Result<Progress> {
    if let Ok(state) = auth.prepare(move |tx| open(tx, id)).await
        && let State::Open(upload) = state
        && upload.row.received == upload.row.length
        && tus.check().is_ok()
    {
        // Every byte came, and then something broke off. Told of the last byte, no client would send another.
        let Open { owner, row, file_name } = *upload;
        let length = u64::try_from(row.length).map_err(Error::internal)?;
        finish(auth, owner, row.case_id, length, file_name).await?;
        return Ok(Progress { offset: length, length, expires_at: None });
    }
    auth.read(move |tx| {
        let state = open(tx, id)?;
        tus.check()?;
        state.progress()
    })
    .await
}

/// `DELETE /v1/uploads/{id}`
pub async fn remove(auth: Authorized<may::UploadRemove>, id: PathId, tus: Tus) -> Result<NoContent> {
    let services = Arc::clone(auth.services());
    let organisation = auth
        .write(move |tx| {
            let State::Open(_) = open(tx, id.0)? else { return Err(Error::not_found()) };
            tus.check()?;
            rows::close(tx.conn, tx.scope.organisation_id, id.0, tx.scope.now, None)?;
            Ok(tx.scope.organisation_id)
        })
        .await?;
    put_away(&services, organisation, id.0).await;
    Ok(NoContent)
}

/// `PATCH /v1/uploads/{id}`
pub async fn append(auth: Authorized<may::UploadAppend>, id: PathId, piece: Piece) -> Result<Appended> {
    own_task(take(auth, id.0, piece)).await.map(Appended)
}

async fn take(auth: Authorized<may::UploadAppend>, id: Id, mut piece: Piece) -> Result<Progress> {
    let state = match auth.prepare(move |tx| open(tx, id)).await {
        Ok(state) => state,
        Err(error) => {
            piece.refuse().await;
            return auth.write(move |_| Err(error)).await;
        }
    };
    if let Err(error) = fits(&state, &piece) {
        piece.refuse().await;
        return Err(error);
    }
    let mut progress = state.progress()?;
    let State::Open(upload) = state else { return Ok(progress) };
    let Open { owner, row, file_name } = *upload;
    let services = Arc::clone(auth.services());
    let mut parts = Parts { services: &services, owner: &owner, progress: &mut progress, count: row.parts };
    parts.take(&mut piece).await?;
    if progress.offset < progress.length {
        // The gates again, and the audit row: the bytes took their time.
        auth.read(move |tx| open(tx, id).map(drop)).await?;
        return Ok(progress);
    }
    finish(auth, owner, row.case_id, progress.length, file_name).await?;
    progress.expires_at = None;
    Ok(progress)
}

/// Makes an attachment of an upload that is whole. It may be asked for twice at once: one of them is recorded.
async fn finish<A: Permission>(
    auth: Authorized<A>,
    owner: Owner,
    case_id: Id,
    length: u64,
    file_name: Option<String>,
) -> Result<()> {
    let services = Arc::clone(auth.services());
    let (organisation, id) = (owner.organisation, owner.id);
    let arrived = assemble(&services, &owner, length, file_name).await?;
    let object_id = arrived.object_id;
    let recorded = auth
        .write(move |tx| {
            let case = cases::model::open(tx, case_id)?;
            tx.note("complete");
            model::record(tx, &case, id, &arrived).map(drop)
        })
        .await;
    let counts = services.db.read(move |conn| rows::recorded(conn, organisation, id)).await?;
    if counts != Some(object_id) {
        // Another request was faster, or this one was refused: what it made belongs to nothing.
        services.files.remove(&owner.object(Kind::Original, object_id)).await?;
        services.files.remove(&owner.object(Kind::Working, object_id)).await?;
    }
    if counts.is_none() {
        return recorded;
    }
    put_away(&services, organisation, id).await;
    Ok(())
}

/// Whether the piece belongs where the upload is.
fn fits(state: &State, piece: &Piece) -> Result<()> {
    piece.tus.check()?;
    let (offset, progress) = (piece.tus.offset()?, state.progress()?);
    if offset != progress.offset {
        return Err(out_of_place(progress.offset));
    }
    let left = progress.length - progress.offset;
    if piece.declared.is_some_and(|length| length > left) {
        return Err(Error::too_large(usize::try_from(left).unwrap_or(usize::MAX)));
    }
    Ok(())
}
