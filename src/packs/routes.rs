//! `/v1/operations/{id}/pack`, `/v1/operations/{id}/packs`; one's own key is in [`key`].

pub mod key;

use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, ContentEncoding};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};
use age::x25519;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::contents::{self, PackView, Taken};
use super::model::{self, Copies, PASSPHRASE_HEADER, PackCopyView, PackForm, PackState, RECIPIENT};
use super::sealing::{self, Opener};
use super::store::{self, PackRow};
use super::{archive, model::PACK_KEY};
use crate::auth;
use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants, Tx};
use crate::error::{Error, Result};
use crate::http::answer::Versioned;
use crate::http::body::Valid;
use crate::http::heavy::heavy;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::http::text::Prose;
use crate::operations;
use crate::operations::view::OperationView;

/// The media type of a sealed pack.
pub const SEALED_TYPE: &str = "application/age";

/// The query of `GET /v1/operations/{id}/pack`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PackQuery {
    /// A public key of age, `age1...`, to seal the pack to; the registered one if not said.
    recipient: Option<String>,
}

/// The headers that say in what form a pack is wanted.
pub struct PackWish {
    sealed: bool,
    passphrase: Option<SecretString>,
}

impl FromRequest for PackWish {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
        let sealed = accepted.flat_map(|value| value.split(',')).any(|range| {
            range.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(SEALED_TYPE)
        });
        let mut sent = request.headers().get_all(PASSPHRASE_HEADER);
        let passphrase = match (sent.next(), sent.next()) {
            (None, _) => Ok(None),
            // A letter beyond ASCII is as good as any.
            (Some(value), None) => std::str::from_utf8(value.as_bytes())
                .map(|text| Some(SecretString::from(text.to_owned())))
                .map_err(|_| Error::invalid(PASSPHRASE_HEADER, "must be UTF-8")),
            (Some(_), Some(_)) => Err(Error::invalid(PASSPHRASE_HEADER, "must be sent once")),
        };
        ready(passphrase.map(|passphrase| Self { sealed, passphrase }))
    }
}

/// What was asked for, as far as the request tells it.
enum Asked {
    Json,
    RegisteredKey,
    Key(x25519::Recipient),
    Passphrase(SecretString),
}

impl Asked {
    fn read(wish: PackWish, recipient: Option<&str>) -> Result<Self> {
        // Whoever names a key and forgets to ask for a sealed pack must not get an open one.
        let unsealed =
            |what| Err(Error::invalid(what, format!("is for a sealed pack: send Accept: {SEALED_TYPE}")));
        match (wish.sealed, recipient, wish.passphrase) {
            (_, Some(_), Some(_)) => Err(Error::invalid("recipient", "and a passphrase exclude each other")),
            (false, Some(_), None) => unsealed("recipient"),
            (false, None, Some(_)) => unsealed(PASSPHRASE_HEADER),
            (false, None, None) => Ok(Self::Json),
            (true, Some(key), None) => Ok(Self::Key(model::recipient("recipient", key)?)),
            (true, None, Some(passphrase)) => {
                model::check_passphrase(&passphrase)?;
                Ok(Self::Passphrase(passphrase))
            }
            (true, None, None) => Ok(Self::RegisteredKey),
        }
    }

    /// Looks the caller's key up, where that is what was asked for.
    fn settle(self, tx: &mut Tx<'_, '_>) -> Result<Option<Opener>> {
        Ok(match self {
            Self::Json => None,
            Self::Key(key) => Some(Opener::Key(key)),
            Self::Passphrase(passphrase) => Some(Opener::Passphrase(passphrase)),
            Self::RegisteredKey => Some(Opener::Key(registered(tx)?)),
        })
    }
}

fn registered(tx: &mut Tx<'_, '_>) -> Result<x25519::Recipient> {
    let row = match store::my_key(&tx.scope, tx.conn) {
        Err(error) if error.code() == "not-found" => {
            return Err(Error::unprocessable(
                "pack-key-needed",
                "Name a key in `recipient`, register one with PUT /v1/me/pack-key, or send a passphrase.",
            ));
        }
        found => found?,
    };
    let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
    let text = access.open(&PACK_KEY, row.user_id, &row.recipient)?.unwrap_or_default();
    model::recipient("recipient", &text)
}

/// A pack on its way out.
pub enum PackAnswer {
    /// As JSON.
    Open(Box<PackView>),
    /// A file of age.
    Sealed(Vec<u8>),
}

impl Responder for PackAnswer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::Open(view) => HttpResponse::Ok().json(view),
            Self::Sealed(bytes) => HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, SEALED_TYPE))
                // No name of an operation or place: it ends up in lists of downloads.
                .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"pack.zip.age\""))
                .insert_header(ContentEncoding::Identity)
                .body(bytes),
        }
    }
}

/// `GET /v1/operations/{id}/pack`
pub async fn take(
    auth: Authorized<may::PackTake>,
    id: PathId,
    query: Query<PackQuery>,
    wish: PackWish,
) -> Result<PackAnswer> {
    let asked = Asked::read(wish, query.recipient.as_deref())?;
    let (taken, opener) = auth
        .prepare(move |tx| {
            let operation = operations::model::open(tx, id.0)?;
            Ok((contents::take(tx, &operation)?, asked.settle(tx)?))
        })
        .await?;
    let (form, sealed_to) = match &opener {
        None => (PackForm::Json, None),
        Some(Opener::Passphrase(_)) => (PackForm::Passphrase, None),
        Some(Opener::Key(key)) => (PackForm::Key, Some(model::fingerprint(&key.to_string()))),
    };
    let copy = Copy::of(&taken, form, sealed_to);
    let contents = heavy(move || Ok(contents::draw(taken))).await?;
    let answer = match opener {
        None => PackAnswer::Open(Box::new(contents.view())),
        Some(opener) => {
            let zip = heavy(move || archive::zip(&contents)).await?;
            PackAnswer::Sealed(sealing::seal(zip, opener).await?)
        }
    };
    auth.write(move |tx| copy.record(tx)).await?;
    Ok(answer)
}

/// What is put on record of a pack.
struct Copy {
    taken: contents::Stamp,
    form: PackForm,
    sealed_to: Option<String>,
}

impl Copy {
    fn of(taken: &Taken, form: PackForm, sealed_to: Option<String>) -> Self {
        Self { taken: taken.stamp.clone(), form, sealed_to }
    }

    /// Before the pack leaves. Whoever lost the right to it while it was made does not get it.
    fn record(self, tx: &mut Tx<'_, '_>) -> Result<()> {
        let Self { taken, form, sealed_to } = self;
        // A copy that is recorded after its phone was reported lost would be one that nobody burns.
        auth::store::hold_session(&tx.scope, tx.conn)?;
        let operation = operations::model::open(tx, taken.operation_id)?;
        model::check_not_over(operation.row.status)?;
        operations::reads::admit(tx, &[operation.row.id])?;
        tx.note(format!("{form} pack {} of version {}", taken.id, taken.plan_version));
        let row = PackRow {
            organisation_id: tx.scope.organisation_id,
            id: taken.id,
            operation_id: taken.operation_id,
            user_id: tx.scope.user_id,
            session_id: tx.scope.session_id,
            form,
            made_at: taken.made_at,
            expires_at: taken.expires_at,
            state: PackState::Made,
            burnt_at: None,
            burnt_by: None,
            plan_version: taken.plan_version,
            plan_hash: taken.plan_hash,
            recipient: operation.access.seal_opt(&RECIPIENT, taken.id, sealed_to.as_ref())?,
        };
        store::insert(tx.conn, &row)
    }
}

/// `GET /v1/operations/{id}/packs`
pub async fn list(
    auth: Authorized<may::PackList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<PackCopyView>> {
    auth.read(move |tx| {
        let operation = operations::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("pack.list {}", id.0), &query)?;
        let rows = store::of_operation(&tx.scope, tx.conn, id.0, &keyset)?;
        let copies = Copies::load(tx, &operation, &rows)?;
        keyset.page(
            tx,
            rows,
            |row| (row.pack.made_at, row.pack.id),
            |tx, row| copies.show(&operation, &row, tx.now()),
        )
    })
    .await
}

/// What `POST /v1/operations/{id}/packs/set-aside` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAsideIn {
    /// Why the plan stays as it is although a copy of it is in other hands.
    reason: Prose<2_000>,
}

/// `POST /v1/operations/{id}/packs/set-aside`
pub async fn set_aside(
    auth: Authorized<may::PackSetAside>,
    id: PathId,
    body: Valid<SetAsideIn>,
) -> Result<Versioned<OperationView>> {
    let SetAsideIn { reason } = body.into_inner();
    auth.write(move |tx| {
        let operation = operations::model::open_to_change(tx, id.0)?;
        model::set_aside(tx, &operation, reason.into_inner())?;
        let view = operations::view::show(tx, &operation, None)?;
        Ok(Versioned { version: operation.row.version, view })
    })
    .await
}
