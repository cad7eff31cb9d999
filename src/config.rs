//! Settings: the compiled-in defaults, then a file, then `FARLIGHT__SECTION__KEY` variables.

mod mail;

use std::collections::HashMap;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::authz::Role;
use crate::break_glass::model::Opens;
use crate::cases::model::ClosingReason;
pub use mail::{MailEncryption, MailSettings};

/// Every default, with its explanation.
const DEFAULTS: &str = include_str!("../config/default.toml");

/// Everything that can be set. See `config/default.toml` for what each setting means.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "config/default.toml explains each setting, beside its default")]
pub struct Settings {
    pub server: ServerSettings,
    pub database: DatabaseSettings,
    pub keys: KeySettings,
    pub auth: AuthSettings,
    pub hashing: HashingSettings,
    pub limits: LimitSettings,
    pub overload: OverloadSettings,
    pub alerts: AlertSettings,
    pub field: FieldSettings,
    pub imports: ImportSettings,
    pub estimates: EstimateSettings,
    pub operations: OperationSettings,
    pub break_glass: BreakGlassSettings,
    pub shred: ShredSettings,
    pub retention: RetentionSettings,
    pub webhooks: WebhookSettings,
    pub mail: MailSettings,
    pub events: EventSettings,
    pub files: FileSettings,
    pub audit: AuditSettings,
    pub log: LogSettings,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct ServerSettings {
    pub address: String,
    pub port: u16,
    pub public_url: String,
    pub workers: usize,
    pub body_limit_bytes: usize,
    pub body_deadline_seconds: u64,
    pub header_deadline_seconds: u64,
    pub keep_alive_seconds: u64,
    pub answer_stall_seconds: u64,
    pub connections: usize,
    pub connections_per_address: usize,
    pub trusted_proxies: String,
    pub tls_certificate: String,
    pub tls_key: String,
    pub drain_seconds: u64,
    pub shutdown_seconds: u64,
    pub metrics_token: SecretString,
}

impl ServerSettings {
    /// How the server itself is called, whatever stands in front of it.
    pub fn scheme(&self) -> &'static str {
        if self.tls_certificate.is_empty() { "http" } else { "https" }
    }
}

/// `[database]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct DatabaseSettings {
    pub url: String,
    pub readers: u32,
    pub connections: u32,
    pub acquire_timeout_ms: u64,
    pub answer_timeout_ms: u64,
    pub kept_back_bytes: u64,
    pub create: bool,
}

impl std::fmt::Debug for DatabaseSettings {
    /// Without the URL, which holds a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSettings").field("readers", &self.readers).finish_non_exhaustive()
    }
}

/// `[keys]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct KeySettings {
    pub unseal: Unseal,
    pub root_file: String,
    pub root: SecretString,
}

/// How the service comes to its root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unseal {
    /// From the settings, at start.
    AtStart,
    /// From shares that people send while it runs.
    ByShares,
    /// From a file locked with age, whose passphrase or identity somebody sends while it runs.
    ByIdentity,
}

/// `[auth]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct AuthSettings {
    pub access_token_seconds: i64,
    pub refresh_token_days: i64,
    pub session_days: i64,
    pub signing_key_days: i64,
    pub invitation_hours: i64,
    pub password_min_chars: usize,
    pub step_up_seconds: i64,
    pub second_factor_required_for: Vec<Role>,
    pub proof_required_for: Vec<Role>,
    pub duress_ends_sessions: bool,
}

/// `[hashing]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct HashingSettings {
    pub memory_kib: u32,
    pub iterations: u32,
    pub threads: u32,
    pub workers: usize,
    pub queue: usize,
}

impl HashingSettings {
    /// Hashes computed at the same time.
    pub fn at_once(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if self.workers == 0 { (cores / 2).max(1) } else { self.workers }
    }
}

/// `[limits]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct LimitSettings {
    pub requests_per_minute: u32,
    pub burst: u32,
    pub sign_in_per_minute: u32,
}

/// `[overload]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct OverloadSettings {
    pub in_flight: usize,
    pub queue: usize,
    pub standing: usize,
    pub wait_ms: u64,
    pub sign_in: usize,
    pub session: usize,
    pub urgent: usize,
    pub system: usize,
    pub transfers: usize,
}

/// `[alerts]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct AlertSettings {
    pub escalate_after_minutes: i64,
    pub event_days: i64,
}

/// `[field]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct FieldSettings {
    pub screening_hours: i64,
    pub follow_up_hours: i64,
    pub detection: f64,
}

/// `[imports]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct ImportSettings {
    pub preview_hours: i64,
}

/// `[estimates]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct EstimateSettings {
    pub watch: bool,
    pub windows: Vec<[f64; 4]>,
    pub places: String,
}

/// `[operations]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct OperationSettings {
    pub clue_max_age_hours: i64,
    pub contact_max_age_hours: i64,
    pub approvers_are_verified_people: bool,
    pub plan_reads_per_hour: i64,
    pub plan_reads_limit: i64,
}

/// `[break_glass]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct BreakGlassSettings {
    pub opens: Opens,
    pub most_hours: i32,
    pub most_unreviewed: usize,
}

/// `[shred]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct ShredSettings {
    pub wait_hours: i64,
}

/// `[retention]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct RetentionSettings {
    pub closed_case_months: i32,
    pub months_by_reason: HashMap<ClosingReason, i32>,
}

/// `[webhooks]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct WebhookSettings {
    pub allow_http: bool,
    pub allow_private: bool,
    pub connect_timeout_ms: u64,
    pub timeout_ms: u64,
}

/// `[events]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct EventSettings {
    pub streams: usize,
    pub streams_per_user: usize,
    pub stall_seconds: u64,
}

/// `[files]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct FileSettings {
    pub url: String,
    pub endpoint: String,
    pub region: String,
    pub access_key_id: String,
    pub secret_access_key: SecretString,
    pub allow_http: bool,
    pub max_bytes: u64,
    pub quota_bytes: u64,
    pub upload_hours: i64,
    pub min_bytes_per_second: u64,
}

/// `[audit]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct AuditSettings {
    pub checkpoint_seconds: i64,
}

/// `[log]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "see config/default.toml")]
pub struct LogSettings {
    pub filter: String,
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// For people.
    Text,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Unknown key, wrong type, unreadable file.
    #[error("the configuration cannot be used: {0}")]
    Unusable(#[from] config::ConfigError),
    /// A value that is only fit for tests.
    #[error("{0}")]
    Unsafe(&'static str),
}

impl Settings {
    /// The defaults, then `file`, then the environment.
    ///
    /// # Errors
    /// [`SettingsError::Unusable`] names the key or the file.
    pub fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        Self::build(file, true)
    }

    /// The compiled-in defaults alone, for the demo and for tests.
    ///
    /// # Errors
    /// Never, unless `config/default.toml` and the types above disagree.
    pub fn defaults() -> Result<Self, SettingsError> {
        Self::build(None, false)
    }

    fn build(file: Option<&Path>, environment: bool) -> Result<Self, SettingsError> {
        let mut builder =
            config::Config::builder().add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(config::File::from(file).format(config::FileFormat::Toml));
        }
        if environment {
            builder = builder.add_source(
                config::Environment::with_prefix("FARLIGHT").prefix_separator("__").separator("__"),
            );
        }
        Ok(builder.build()?.try_deserialize()?)
    }

    /// Refuses what is only fit for tests.
    ///
    /// # Errors
    /// [`SettingsError::Unsafe`] says what to raise.
    pub fn check_for_production(&self) -> Result<(), SettingsError> {
        // OWASP's floor for argon2id: 19 MiB, two passes, one lane.
        if self.hashing.memory_kib < 19_456 || self.hashing.iterations < 2 {
            return Err(SettingsError::Unsafe(
                "hashing.memory_kib must be at least 19456 and hashing.iterations at least 2",
            ));
        }
        if self.auth.password_min_chars < 15 {
            return Err(SettingsError::Unsafe("auth.password_min_chars must be at least 15"));
        }
        if !(30..=300).contains(&self.auth.step_up_seconds) {
            return Err(SettingsError::Unsafe("auth.step_up_seconds must be 30 to 300"));
        }
        if !self.auth.proof_required_for.is_empty() && self.server.public_url.is_empty() {
            return Err(SettingsError::Unsafe(
                "auth.proof_required_for needs server.public_url: a proof is for an address, as devices have it",
            ));
        }
        if self.keys.unseal != Unseal::AtStart && !self.keys.root.expose_secret().is_empty() {
            return Err(SettingsError::Unsafe(
                "keys.root may be set only where keys.unseal is \"at_start\": whoever has it needs neither shares nor \
                 passphrase",
            ));
        }
        if self.keys.unseal == Unseal::ByIdentity && self.keys.root_file.is_empty() {
            return Err(SettingsError::Unsafe(
                "keys.unseal = \"by_identity\" needs keys.root_file, a root key that was locked with age",
            ));
        }
        if self.audit.checkpoint_seconds < 1 {
            return Err(SettingsError::Unsafe("audit.checkpoint_seconds must be at least 1"));
        }
        self.mail.check()
    }

    /// The address for links that are printed, without a trailing slash.
    pub fn public_url(&self, bound_port: u16) -> String {
        if self.server.public_url.is_empty() {
            let host = if self.server.address == "0.0.0.0" { "127.0.0.1" } else { &self.server.address };
            format!("{}://{host}:{bound_port}", self.server.scheme())
        } else {
            self.server.public_url.trim_end_matches('/').to_owned()
        }
    }
}
