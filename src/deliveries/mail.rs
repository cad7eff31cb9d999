//! Mail that says that there is something to look at, and nothing of what it is.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use crate::config::{MailEncryption, MailSettings};
use crate::db::types::Id;
use crate::error::{Error, Result};

const SUBJECT: &str = "Farlight: an alert needs you";

/// Hands messages to the mail server that the settings name.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// `None` when no server is set.
    ///
    /// # Errors
    /// `internal`, in words for the operator, when the settings cannot be used.
    pub fn new(settings: &MailSettings) -> Result<Option<Self>> {
        if settings.host.is_empty() {
            return Ok(None);
        }
        settings.check().map_err(Error::internal)?;
        let from =
            settings.from.parse().map_err(|_| Error::internal("mail.from is not an address to send from"))?;
        type Smtp = AsyncSmtpTransport<Tokio1Executor>;
        let builder = match settings.encryption {
            MailEncryption::Tls => Smtp::relay(&settings.host),
            MailEncryption::Starttls => Smtp::starttls_relay(&settings.host),
            MailEncryption::None => Ok(Smtp::builder_dangerous(&settings.host)),
        };
        let mut builder = builder
            .map_err(|error| Error::internal(format!("mail.host cannot be used: {error}")))?
            .port(settings.port)
            .timeout(Some(Duration::from_millis(settings.timeout_ms)));
        if !settings.username.is_empty() {
            let password = settings.password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(settings.username.clone(), password));
        }
        Ok(Some(Self { transport: builder.build(), from }))
    }

    /// Sends somebody the id of an alert and where to sign in. `event_id` names the message, the same on every
    /// attempt, so that a copy can be told from a second alert.
    ///
    /// # Errors
    /// A stable code such as `smtp-451`, `timeout` or `connect`.
    pub async fn send(&self, to: &str, event_id: Id, alert_id: Id, sign_in_at: &str) -> Result<(), String> {
        let to: Mailbox = to.parse().map_err(|_| "no-address".to_owned())?;
        let domain = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .message_id(Some(format!("<{event_id}@{domain}>")))
            .subject(SUBJECT)
            .header(ContentType::TEXT_PLAIN)
            .body(format!("Alert {alert_id}\r\n{sign_in_at}\r\n"))
            .map_err(|_| "no-message".to_owned())?;
        self.transport.send(message).await.map(drop).map_err(|error| match error.status() {
            Some(code) => format!("smtp-{code}"),
            None if error.is_timeout() => "timeout".to_owned(),
            None if error.is_tls() => "tls".to_owned(),
            None if error.is_response() || error.is_client() => "smtp-protocol".to_owned(),
            None => "connect".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn refused(host: &str, encryption: MailEncryption) -> bool {
        let settings = MailSettings {
            host: host.to_owned(),
            from: "Farlight <alerts@lantern.example>".to_owned(),
            encryption,
            ..Settings::defaults().unwrap().mail
        };
        Mailer::new(&settings).is_err()
    }

    #[test]
    fn mail_in_clear_stays_on_this_machine() {
        for host in ["mail.example.org", "192.168.1.1", "localhost.example.org", "128.0.0.1"] {
            assert!(refused(host, MailEncryption::None), "{host}");
            assert!(!refused(host, MailEncryption::Tls), "{host}");
            assert!(!refused(host, MailEncryption::Starttls), "{host}");
        }
        for host in ["localhost", "127.0.0.1", "[::1]", "::1"] {
            assert!(!refused(host, MailEncryption::None), "{host}");
        }
    }
}
