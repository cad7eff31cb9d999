//! One attempt: what is needed is read, what is to be said is said outside of any transaction, what came of it is
//! for the caller to record.

use reqwest::Url;
use reqwest::header::HeaderMap;

use super::model::Medium;
use super::store::{self, DeliveryRow};
use crate::app::Services;
use crate::auth::model::UserStatus;
use crate::authz::{Class, Grants};
use crate::config::WebhookSettings;
use crate::crypto::Access;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::users;
use crate::webhooks::client::Answer;
use crate::webhooks::model::{AnnouncedAlert, Announcement, SECRETS, URL, WebhookStatus};
use crate::webhooks::{self, address};

/// What came of an attempt.
#[derive(Debug)]
pub(super) enum Sent {
    /// Taken in.
    Delivered,
    /// Not this time: a code, and how long the receiver asked to be left alone.
    Failed(String, Option<i64>),
    /// Never: a code, and whether the webhook wants no more of anything.
    Never(&'static str, bool),
}

enum Parcel {
    Call {
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
    },
    Mail {
        to: String,
    },
    /// Nothing to send, or nobody to send it to.
    Void(Sent),
}

/// Makes one attempt.
///
/// # Errors
/// Of the database, before anything was sent.
pub(super) async fn attempt(services: &Services, row: &DeliveryRow) -> Result<Sent> {
    let (inner, keyring) = (row.clone(), std::sync::Arc::clone(&services.keyring));
    let (rules, now) = (services.settings.webhooks.clone(), services.clock.now());
    let parcel = services
        .db
        .read(move |conn| {
            let grants = Grants::of(&[Class::Outline, Class::Source]);
            let access = keyring.organisation(conn, inner.organisation_id)?.vault().granted(grants);
            match inner.medium {
                Medium::Webhook => call(conn, &access, &inner, now, &rules),
                Medium::Email => mail(conn, &access, &inner),
            }
        })
        .await?;
    Ok(match parcel {
        Parcel::Void(sent) => sent,
        Parcel::Call { url, headers, body } => match services.outbox.caller.post(url, headers, body).await {
            Answer::Accepted => Sent::Delivered,
            Answer::Gone => Sent::Never("http-410", true),
            Answer::Failed { code, retry_after_seconds } => Sent::Failed(code, retry_after_seconds),
        },
        Parcel::Mail { to } => match &services.outbox.mailer {
            None => Sent::Never("mail-off", false),
            Some(mailer) => {
                let sign_in_at = services.settings.public_url(services.settings.server.port);
                match mailer.send(&to, row.event_id, row.alert_id, &sign_in_at).await {
                    Ok(()) => Sent::Delivered,
                    Err(code) => Sent::Failed(code, None),
                }
            }
        },
    })
}

fn call(
    conn: &mut Conn<'_>,
    access: &Access,
    row: &DeliveryRow,
    now: Time,
    rules: &WebhookSettings,
) -> Result<Parcel> {
    let Some(webhook) = webhooks::store::target(conn, row.organisation_id, row.target_id)? else {
        return Ok(Parcel::Void(Sent::Never("endpoint-deleted", false)));
    };
    if webhook.status == WebhookStatus::Disabled {
        return Ok(Parcel::Void(Sent::Never("endpoint-disabled", false)));
    }
    let Some((change, at, case_id)) = store::event(conn, row)? else {
        return Ok(Parcel::Void(Sent::Never("forgotten", false)));
    };
    let unopened = || Error::internal("a webhook cannot be opened");
    let url = access.open(&URL, webhook.id, &webhook.url)?.ok_or_else(unopened)?;
    let secrets = access.open(&SECRETS, webhook.id, &webhook.secret)?.ok_or_else(unopened)?;
    // Again, and here for addresses in figures: the settings may be others than when it was saved.
    let Ok(url) = address::check(&url, rules) else {
        return Ok(Parcel::Void(Sent::Failed("refused-address".to_owned(), None)));
    };
    let body = announcement(&change, at, row.alert_id, case_id)?;
    Ok(Parcel::Call { url, headers: secrets.sign(row.event_id, now, &body)?, body })
}

fn announcement(change: &str, timestamp: Time, alert_id: Id, case_id: Option<Id>) -> Result<Vec<u8>> {
    let data = AnnouncedAlert { alert_id, case_id };
    serde_json::to_vec(&Announcement { kind: format!("alert.{change}"), timestamp, data })
        .map_err(|_| Error::internal("an announcement cannot be written"))
}

fn mail(conn: &mut Conn<'_>, access: &Access, row: &DeliveryRow) -> Result<Parcel> {
    let found = users::store::mailbox(conn, row.organisation_id, row.target_id)?;
    let Some((_, email)) = found.filter(|(status, _)| *status == UserStatus::Active) else {
        return Ok(Parcel::Void(Sent::Never("user-inactive", false)));
    };
    let to = access
        .open(&users::model::EMAIL, row.target_id, &email)?
        .ok_or_else(|| Error::internal("an address cannot be opened"))?;
    Ok(Parcel::Mail { to })
}
