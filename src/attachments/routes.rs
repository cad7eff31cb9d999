//! `/v1/cases/{id}/attachments` and `/v1/attachments`

pub mod field;
pub mod uploads;

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use serde::Deserialize;
use utoipa::IntoParams;

use super::arrival::{Arrived, Intake, Owner, Room};
use super::media;
use super::model::{self, AttachmentView, Custody, CustodyView, Working};
use super::store;
use super::taking::{Begun, announce, begin, put_away};
use crate::app::Services;
use crate::authz::action::may;
use crate::authz::{Authorized, Class, Permission, Tx};
use crate::cases;
use crate::cases::model::OpenCase;
use crate::crypto::secret::sha256;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::files::Kind;
use crate::http::download::{Download, Wanted};
use crate::http::idempotency::{Created, Creation};
use crate::http::incoming::Incoming;
use crate::http::own_task;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};

/// `GET /v1/cases/{id}/attachments`
pub async fn list(
    auth: Authorized<may::AttachmentList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<AttachmentView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        model::keys(&case)?;
        let keyset = Keyset::plain(tx, format!("attachment.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let mut clues = store::clues_of(&tx.scope, tx.conn, id.0, &ids)?;
        let place = |row: &store::AttachmentRow| (row.created_at, row.id);
        keyset.page(tx, rows, place, |_, row| {
            model::show(&case.access, &row, clues.remove(&row.id).unwrap_or_default())
        })
    })
    .await
}

/// `POST /v1/cases/{id}/attachments`
pub async fn create(
    auth: Authorized<may::AttachmentCreate>,
    id: PathId,
    body: Incoming,
) -> Result<Creation<AttachmentView>> {
    own_task(receive(auth, move |tx| cases::model::open(tx, id.0), body)).await
}

/// Takes a file for the case that `find` opens in the caller's reach.
async fn receive<A: Permission>(
    auth: Authorized<A>,
    find: impl Fn(&mut Tx<'_, '_>) -> Result<OpenCase> + std::marker::Copy + Send + 'static,
    mut body: Incoming,
) -> Result<Creation<AttachmentView>> {
    let services = Arc::clone(auth.services());
    let begun = auth.prepare(move |tx| find(tx).and_then(|case| begin(tx, &case)));
    let Begun { owner, room, row } = match begun.await {
        Ok(begun) => begun,
        Err(error) => {
            body.refuse().await;
            // Once more, for the audit log.
            return auth.write(move |tx| find(tx).and(Err(error))).await;
        }
    };
    if let Err(error) = room.check(body.at_least()) {
        body.refuse().await;
        return Err(error);
    }
    announce(&services, row).await?;
    let (organisation, id) = (owner.organisation, owner.id);
    let answer = match bring(&services, &owner, room, &mut body).await {
        Ok(arrived) => {
            let digest =
                sha256(&[&arrived.sha256, arrived.file_name.as_deref().unwrap_or("").as_bytes()].concat());
            auth.create(digest, move |tx| {
                let case = find(tx)?;
                let view = model::record(tx, &case, id, &arrived)?;
                Ok(Created { location: Some(format!("/v1/attachments/{id}")), version: None, view })
            })
            .await
        }
        Err(error) => {
            body.refuse().await;
            Err(error)
        }
    };
    put_away(&services, organisation, id).await;
    answer
}

async fn bring(services: &Arc<Services>, owner: &Owner, room: Room, body: &mut Incoming) -> Result<Arrived> {
    let mut intake = Intake::begin(services, owner, room)?;
    loop {
        let taken = match body.next().await {
            Ok(Some(bytes)) => intake.take(&bytes).await,
            Ok(None) => return intake.finish(services, owner, body.file_name()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = taken {
            intake.abandon().await;
            return Err(error);
        }
    }
}

crate::words! {
    /// Which of the two is wanted.
    pub enum Copy {
        /// The file as it came.
        Original = "original",
        /// A picture without metadata.
        Working = "working",
    }
}

/// The query of `GET /v1/attachments/{id}`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CopyQuery {
    /// `original` if not said, or `working` for a picture without metadata.
    #[param(inline)]
    copy: Option<Copy>,
}

/// `GET /v1/attachments/{id}`
pub async fn show(
    auth: Authorized<may::AttachmentShow>,
    id: PathId,
    query: Query<CopyQuery>,
    wanted: Wanted,
) -> Result<Download> {
    let services = Arc::clone(auth.services());
    let copy = query.0.copy.unwrap_or(Copy::Original);
    // A write, and awaited: who reads is on record before the first byte leaves.
    let (owner, object, size, particulars, etag, range) = auth
        .write(move |tx| {
            let (case, row) = model::open(tx, id.0)?;
            let particulars = model::particulars(&case.access, &row)?;
            if copy == Copy::Original
                && media::is_picture_or_track(&particulars.media_type)
                && !case.access.grants().has(Class::LocationPrecise)
            {
                // It may say to a few metres where it was made; the working copy does not.
                return Err(Error::forbidden());
            }
            let owner = Owner { organisation: row.organisation_id, id: row.id, keys: model::keys(&case)? };
            let (kind, size, held, mark) = match copy {
                Copy::Original => {
                    let size = u64::try_from(row.size).map_err(Error::internal)?;
                    (Kind::Original, size, Custody::OriginalRead, "")
                }
                Copy::Working => {
                    let size = particulars.working_size.filter(|_| row.working == Working::Stored);
                    let size = size.ok_or_else(Error::no_working_copy)?;
                    (Kind::Working, size, Custody::WorkingCopyRead, "-working")
                }
            };
            let etag = format!("\"{}{mark}\"", particulars.sha256);
            let range = wanted.of(size, &etag)?;
            model::hold(tx, row.case_id, row.id, held)?;
            let object = owner.object(kind, row.object_id);
            Ok((owner, object, size, particulars, etag, range))
        })
        .await?;
    let reader = services.files.read(&owner.keys, &object, size).await?;
    let mut bytes = Box::pin(reader.stream(range.clone().unwrap_or(0..size)));
    // What does not open at the beginning is told in words; later the connection breaks.
    let first = bytes.next().await.transpose()?;
    Ok(Download {
        bytes: Box::pin(stream::iter(first.map(Ok)).chain(bytes)),
        size,
        range,
        media_type: particulars.media_type,
        file_name: particulars.file_name,
        etag,
    })
}

/// `GET /v1/attachments/{id}/custody`
pub async fn custody(
    auth: Authorized<may::AttachmentCustody>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<CustodyView>> {
    auth.read(move |tx| {
        let (_, row) = model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("attachment.custody {}", row.id), &query)?;
        let rows = store::custody(&tx.scope, tx.conn, row.id, &keyset)?;
        keyset.page(tx, rows, |row| (row.at, row.id), |_, row| Ok(row.into()))
    })
    .await
}
