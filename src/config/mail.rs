//! `[mail]`: how letters leave.

use std::net::IpAddr;

use secrecy::SecretString;
use serde::Deserialize;

use super::SettingsError;

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub encryption: MailEncryption,
    pub username: String,
    pub password: SecretString,
    pub from: String,
    pub timeout_ms: u64,
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailEncryption {
    /// TLS after a greeting in clear, or no mail at all.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: for a server on this machine.
    None,
}

impl MailSettings {
    /// Refuses mail that would cross a network in clear.
    ///
    /// # Errors
    /// [`SettingsError::Unsafe`] says what to change.
    pub fn check(&self) -> Result<(), SettingsError> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let loopback = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|host| host.is_loopback());
        if self.encryption == MailEncryption::None && !self.host.is_empty() && !loopback {
            return Err(SettingsError::Unsafe(
                "mail.encryption may be \"none\" only when mail.host is this machine: localhost, 127.0.0.1 or ::1",
            ));
        }
        Ok(())
    }
}
