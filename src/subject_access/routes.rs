//! `/v1/people/{id}/subject-access`

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ContentEncoding};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, Particulars, SubjectAccessView};
use super::{paper, store};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::crypto::secret::{hex, sha256};
use crate::error::{Error, Result};
use crate::http::body::Valid;
use crate::http::heavy::heavy;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::http::text::{Line, Prose};
use crate::packs::archive;
use crate::packs::model::{fingerprint, recipient};
use crate::packs::routes::SEALED_TYPE;
use crate::packs::sealing::{self, Opener};
use crate::people;

/// What `POST /v1/people/{id}/subject-access` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectAccessIn {
    /// The public key of age (`age1...`) that the file is sealed to: theirs, or of whoever they trust. What is given to
    /// somebody under duress is given to whoever holds them.
    recipient: Line<100>,
    /// How it was made sure that they ask for it themselves, and freely.
    verified_how: Prose<2_000>,
}

/// A file of age on its way out.
pub struct SealedFile(Vec<u8>);

impl Responder for SealedFile {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, SEALED_TYPE))
            // No name of anybody: it ends up in lists of downloads.
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"answer.zip.age\""))
            .insert_header(ContentEncoding::Identity)
            .body(self.0)
    }
}

/// `POST /v1/people/{id}/subject-access`
pub async fn make(
    auth: Authorized<may::SubjectAccessMake>,
    id: PathId,
    body: Valid<SubjectAccessIn>,
) -> Result<SealedFile> {
    let SubjectAccessIn { recipient: key, verified_how } = body.into_inner();
    let key = recipient("/recipient", key.as_str())?;
    let recipient_fingerprint = fingerprint(&key.to_string());
    let gathered = auth.prepare(move |tx| model::gather(tx, id.0)).await?;
    let zip = heavy(move || {
        let json = serde_json::to_vec_pretty(&gathered).map_err(Error::internal)?;
        archive::files([("answer.md", paper::print(&gathered).into_bytes()), ("answer.json", json)])
    })
    .await?;
    let file = sealing::seal(zip, Opener::Key(key)).await?;
    let sha256 = hex(&sha256(&file));
    let particulars = Particulars { sha256, recipient_fingerprint, verified_how: verified_how.into_inner() };
    auth.write(move |tx| model::record(tx, id.0, &particulars)).await?;
    Ok(SealedFile(file))
}

/// `GET /v1/people/{id}/subject-access`
pub async fn list(
    auth: Authorized<may::SubjectAccessList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<SubjectAccessView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let (case, person) = people::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("subject_access.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, person.id, &keyset)?;
        keyset.page(tx, rows, |row| (row.made_at, row.id), |_, row| model::show(&case.access, &row))
    })
    .await
}
