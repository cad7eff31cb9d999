//! `/v1/sites/{id}/dossier` and `/v1/sites/{id}/dossier.md`

use std::sync::Arc;

use super::model::{self, Dossier, DossierView};
use crate::authz::action::may;
use crate::authz::{Authorized, Permission};
use crate::db::types::Id;
use crate::error::Result;
use crate::http::answer::{Json, MarkdownFile};
use crate::http::params::PathId;

async fn put_together<A: Permission>(auth: Authorized<A>, id: Id) -> Result<Dossier> {
    let engine = Arc::clone(&auth.services().estimates);
    let gathered = auth.read(move |tx| model::gather(tx, id)).await?;
    model::finish(&engine, gathered).await
}

/// `GET /v1/sites/{id}/dossier`
pub async fn show(auth: Authorized<may::DossierShow>, id: PathId) -> Result<Json<DossierView>> {
    Ok(Json(put_together(auth, id.0).await?.into_view()))
}

/// `GET /v1/sites/{id}/dossier.md`
pub async fn print(auth: Authorized<may::DossierPrint>, id: PathId) -> Result<MarkdownFile> {
    Ok(MarkdownFile(model::print(&put_together(auth, id.0).await?)))
}
