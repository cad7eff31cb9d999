//! What a webhook is, and how what it is sent is signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address;
use super::store::WebhookRow;
use crate::authz::{Class, Grants, Tx};
use crate::config::WebhookSettings;
use crate::crypto::secret::random_bytes;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::deliveries::model::DeliveryStatus;
use crate::deliveries::store::DeliveryRow;
use crate::error::{Error, Result};
use crate::http::text::Line;
use crate::view;

/// Where it is.
pub const URL: Field<String> = Field::new("webhooks.url", Class::Source);
/// What deliveries are signed with.
pub const SECRETS: Field<Secrets> = Field::new("webhooks.secret", Class::Source);

/// How many an organisation may have.
pub const MOST: usize = 20;

/// How long a secret that was replaced still signs, beside the new one: receivers change theirs in the meantime.
const OVERLAP_SECONDS: i64 = 24 * 3_600;

/// Random bytes of a secret; Standard Webhooks asks for 24 to 64.
const SECRET_BYTES: usize = 32;

crate::words! {
    /// Whether a webhook is called.
    pub enum WebhookStatus {
        /// It is.
        Active = "active",
        /// It is not: an admin turned it off, or it answered 410.
        Disabled = "disabled",
    }
}

/// The sealed secrets of a webhook. Has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    current: String,
    previous: Option<Previous>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Previous {
    secret: String,
    until: Time,
}

impl Secrets {
    /// A new secret alone.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new() -> Result<Self> {
        let current = format!("whsec_{}", STANDARD.encode(random_bytes::<SECRET_BYTES>()?));
        Ok(Self { current, previous: None })
    }

    /// A new secret, beside which the one before signs for another day.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn rotated(self, now: Time) -> Result<Self> {
        let previous = Previous { secret: self.current, until: now.plus_seconds(OVERLAP_SECONDS) };
        Ok(Self { previous: Some(previous), ..Self::new()? })
    }

    /// `whsec_` and base64, to be shown once.
    pub fn current(&self) -> &str {
        &self.current
    }

    /// The headers that Standard Webhooks asks for.
    ///
    /// # Errors
    /// `internal` when a secret is none.
    pub fn sign(&self, message_id: Id, now: Time, body: &[u8]) -> Result<HeaderMap> {
        let broken = || Error::internal("a webhook cannot be signed");
        let message_id = message_id.to_string();
        let seconds = now.as_seconds();
        let previous = self.previous.as_ref().filter(|previous| previous.until > now);
        let mut signatures = Vec::new();
        for secret in [Some(&self.current), previous.map(|previous| &previous.secret)].into_iter().flatten() {
            let signer = standardwebhooks::Webhook::new(secret).map_err(|_| broken())?;
            signatures.push(signer.sign(&message_id, seconds, body).map_err(|_| broken())?);
        }
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (standardwebhooks::HEADER_WEBHOOK_ID, message_id),
            (standardwebhooks::HEADER_WEBHOOK_TIMESTAMP, seconds.to_string()),
            (standardwebhooks::HEADER_WEBHOOK_SIGNATURE, signatures.join(" ")),
        ] {
            let value = HeaderValue::from_str(&value).map_err(|_| broken())?;
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }
}

/// What a receiver is sent: ids, and nothing that tells what they stand for.
#[derive(Debug, Serialize)]
pub struct Announcement {
    /// `alert.` and what happened to it.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened (UTC).
    pub timestamp: Time,
    /// Which alert.
    pub data: AnnouncedAlert,
}

/// The ids in an [`Announcement`].
#[derive(Debug, Serialize)]
pub struct AnnouncedAlert {
    /// Read it with `GET /v1/alerts`.
    pub alert_id: Id,
    /// The case that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<Id>,
}

/// Checks an address as it is saved.
///
/// # Errors
/// 422 on `/url`.
pub fn checked(url: &Line<2_000>, settings: &WebhookSettings) -> Result<String> {
    address::check(url.as_str(), settings)
        .map(|url| url.as_str().to_owned())
        .map_err(|error| Error::invalid("/url", error.to_string()))
}

/// The organisation's vault, for what admins keep in it of webhooks.
///
/// # Errors
/// `internal` when the root key does not fit.
pub fn access(tx: &mut Tx<'_, '_>) -> Result<Access> {
    tx.organisation_access(GRANTS)
}

const GRANTS: Grants = Grants::of(&[Class::Outline, Class::Source]);

view! {
    /// One webhook; its secret was shown when it was made.
    pub struct WebhookView from WebhookFields {
        /// The id.
        outline id: Id,
        /// Where it is, as it was understood.
        source url: String,
        /// Whether it is called.
        outline status: WebhookStatus,
        /// Who added it.
        outline created_by: Id,
        /// When it was added, UTC.
        outline created_at: Time,
        /// When the record last changed, UTC.
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
    }
}

view! {
    /// How one announcement to a webhook went.
    pub struct DeliveryView from DeliveryFields {
        /// The id.
        outline id: Id,
        /// The `webhook-id` it is sent with, the same on every attempt.
        outline message_id: Id,
        /// What became of it.
        outline status: DeliveryStatus,
        /// How often it was tried.
        outline attempts: i32,
        /// When it is tried next, UTC; absent once it has ended.
        outline_maybe next_attempt_at: Time,
        /// Why the last attempt failed, such as `timeout`, `refused-address` or `http-500`.
        outline_maybe last_error: String,
        /// When it was planned, UTC.
        outline created_at: Time,
        /// When it was delivered or given up, UTC.
        outline_maybe ended_at: Time,
    }
}

/// A webhook with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct WebhookWithSecret {
    #[serde(flatten)]
    webhook: WebhookView,
    /// `whsec_` and base64: what the receiver checks signatures with. After a rotation the one before signs too, for
    /// a day.
    secret: String,
}

impl WebhookWithSecret {
    /// Both.
    pub fn new(webhook: WebhookView, secrets: &Secrets) -> Self {
        Self { webhook, secret: secrets.current().to_owned() }
    }
}

/// What an admin sees of a webhook.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &WebhookRow) -> Result<WebhookView> {
    let fields = WebhookFields {
        id: row.id,
        url: access.open(&URL, row.id, &row.url)?,
        status: row.status,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(fields.redact(GRANTS))
}

/// What an admin sees of a delivery: how it went, and not what it was about.
pub fn show_delivery(row: DeliveryRow) -> DeliveryView {
    let pending = row.status == DeliveryStatus::Pending;
    let fields = DeliveryFields {
        id: row.id,
        message_id: row.event_id,
        status: row.status,
        attempts: row.attempts,
        next_attempt_at: pending.then_some(row.next_attempt_at),
        last_error: row.last_error,
        created_at: row.created_at,
        ended_at: row.ended_at,
    };
    fields.redact(Grants::of(&[Class::Outline]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_replaced_secret_signs_for_a_day_and_no_longer() {
        let (now, id) = (at("2026-04-06T00:00:00Z"), Id::at(at("2026-04-05T00:00:00Z")));
        let first = Secrets::new().unwrap();
        let old = standardwebhooks::Webhook::new(first.current()).unwrap();
        let second = first.clone().rotated(now).unwrap();
        let new = standardwebhooks::Webhook::new(second.current()).unwrap();
        assert_ne!(first.current(), second.current());
        for (when, olds) in [(now, true), (now.plus_seconds(OVERLAP_SECONDS), false)] {
            let headers = second.sign(id, when, b"{}").unwrap();
            let sent = headers["webhook-signature"].to_str().unwrap();
            let by = |secret: &standardwebhooks::Webhook| {
                sent.split(' ')
                    .any(|one| one == secret.sign(&id.to_string(), when.as_seconds(), b"{}").unwrap())
            };
            assert!(by(&new));
            assert_eq!(by(&old), olds);
        }
    }

    #[test]
    fn an_announcement_is_ids_and_nothing_else() {
        let (id, now) = (Id::at(at("2026-04-05T00:00:00Z")), at("2026-04-06T00:00:00Z"));
        let data = AnnouncedAlert { alert_id: id, case_id: None };
        let sent = Announcement { kind: "alert.raised".to_owned(), timestamp: now, data };
        assert_eq!(
            serde_json::to_string(&sent).unwrap(),
            format!(
                r#"{{"type":"alert.raised","timestamp":"2026-04-06T00:00:00Z","data":{{"alert_id":"{id}"}}}}"#
            )
        );
    }
}
