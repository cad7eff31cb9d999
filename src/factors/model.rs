//! What a proof is, and how one is checked.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use super::{codes, store};
use crate::authz::{Class, Tx};
use crate::crypto::{Access, Field};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// The secret of an authenticator app.
pub const SECRET: Field<Vec<u8>> = Field::new("second_factors.secret", Class::Outline);
/// One that waits for its first code.
pub const PENDING: Field<Vec<u8>> = Field::new("second_factors.pending", Class::Outline);

/// How long a new secret waits for its first code.
pub const PENDING_SECONDS: i64 = 900;
/// How long somebody is told what happened to their account.
pub const NOTICE_SECONDS: i64 = 30 * 86_400;

crate::words! {
    /// What somebody has shown to be who they are by.
    pub enum Factor {
        /// The password: something known.
        Password = "password",
        /// A code of an authenticator app: something held.
        Totp = "totp",
        /// A recovery code: something kept.
        RecoveryCode = "recovery_code",
    }
}

impl Factor {
    /// Whether it is one beside the password.
    pub const fn is_second(self) -> bool {
        match self {
            Self::Password => false,
            Self::Totp | Self::RecoveryCode => true,
        }
    }
}

crate::words! {
    /// What happened to an account that its user should know of.
    pub enum NoticeKind {
        /// An authenticator app was set up.
        FactorSet = "factor_set",
        /// The second factor was removed from within the account.
        FactorRemoved = "factor_removed",
        /// An admin, or whoever runs the service, removed the second factor.
        FactorReset = "factor_reset",
        /// A recovery code was used.
        RecoveryCodeUsed = "recovery_code_used",
        /// The recovery codes were replaced.
        RecoveryCodesMade = "recovery_codes_made",
        /// The password was changed.
        PasswordChanged = "password_changed",
    }
}

/// How a session stands with its proof.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The last one, and when it was given (UTC).
    pub proof: Option<(Time, Factor)>,
    /// Whether the account has a second factor.
    pub has_factor: bool,
}

/// A second factor as somebody offers it.
pub enum Offered {
    /// A code of an authenticator app.
    Totp(SecretString),
    /// A recovery code.
    RecoveryCode(SecretString),
}

impl Offered {
    /// The one of both that was sent; a code of the app first.
    pub fn from(totp: Option<SecretString>, recovery_code: Option<SecretString>) -> Option<Self> {
        totp.map(Self::Totp).or(recovery_code.map(Self::RecoveryCode))
    }
}

/// What a check of a second factor found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The account has none.
    NotNeeded,
    /// The account has one, and none was offered.
    Missing,
    /// It is not right, or was used before.
    Wrong,
    /// It is right, and used up.
    Right(Factor),
}

/// Checks a second factor and uses it up: of two who send the same code at once, one gets in.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn check(
    conn: &mut Conn<'_>,
    access: &Access,
    (organisation, user): (Id, Id),
    offered: Option<&Offered>,
    now: Time,
) -> Result<Checked> {
    let row = store::find(conn, organisation, user)?;
    let Some(sealed) = row.as_ref().and_then(|row| row.secret.as_ref()) else {
        return Ok(Checked::NotNeeded);
    };
    Ok(match offered {
        None => Checked::Missing,
        Some(Offered::Totp(code)) => {
            let secret = access.open_bytes(&SECRET, user, sealed)?.unwrap_or_default();
            match codes::step_of(&secret, code.expose_secret(), now)? {
                Some(step) if store::use_step(conn, organisation, user, step)? => {
                    Checked::Right(Factor::Totp)
                }
                _ => Checked::Wrong,
            }
        }
        Some(Offered::RecoveryCode(code)) => {
            let hash = codes::recovery_hash(organisation, user, code.expose_secret());
            if store::use_recovery_code(conn, organisation, user, &hash, now)? {
                store::notice(conn, organisation, user, NoticeKind::RecoveryCodeUsed, now)?;
                Checked::Right(Factor::RecoveryCode)
            } else {
                Checked::Wrong
            }
        }
    })
}

/// A new secret for the caller's app, waiting for its first code; one that waited before is forgotten, one in use stays.
///
/// # Errors
/// 422 for a label that cannot be one.
pub fn begin(tx: &mut Tx<'_, '_>, label: &str) -> Result<(String, String)> {
    let secret = codes::new_secret()?;
    let shown = codes::for_app(&secret, label)?;
    let user = tx.scope.user_id;
    let sealed = tx.organisation_access(crate::authz::Grants::NONE)?.seal_bytes(&PENDING, user, &secret)?;
    store::put_pending(tx.conn, tx.scope.organisation_id, user, &sealed, tx.scope.now)?;
    Ok(shown)
}

/// Puts the secret that waits into use if `code` is one of its codes, with new recovery codes; `None` if it is not.
///
/// # Errors
/// 409 `nothing-to-confirm` when no secret waits, or it waited too long.
pub fn confirm(tx: &mut Tx<'_, '_>, code: &SecretString) -> Result<Option<Vec<String>>> {
    let (organisation, user, now) = (tx.scope.organisation_id, tx.scope.user_id, tx.scope.now);
    let nothing = || {
        Error::conflict("nothing-to-confirm", "No new secret waits for a code. POST /v1/me/totp makes one.")
    };
    let row = store::find(tx.conn, organisation, user)?.ok_or_else(nothing)?;
    let (Some(sealed), Some(at)) = (row.pending, row.pending_at) else { return Err(nothing()) };
    if at.plus_seconds(PENDING_SECONDS) <= now {
        return Err(nothing());
    }
    let access = tx.organisation_access(crate::authz::Grants::of(&[Class::Outline]))?;
    let secret = access.open_bytes(&PENDING, user, &sealed)?.unwrap_or_default();
    let Some(step) = codes::step_of(&secret, code.expose_secret(), now)? else { return Ok(None) };
    let sealed = access.seal_bytes(&SECRET, user, &secret)?;
    if !store::confirm(tx.conn, (organisation, user), &sealed, at, step, now)? {
        return Err(nothing());
    }
    store::prove(&tx.scope, tx.conn, Factor::Totp)?;
    store::notice(tx.conn, organisation, user, NoticeKind::FactorSet, now)?;
    new_recovery_codes(tx).map(Some)
}

/// New recovery codes for the caller; those from before are good no more.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_recovery_codes(tx: &mut Tx<'_, '_>) -> Result<Vec<String>> {
    let (organisation, user) = (tx.scope.organisation_id, tx.scope.user_id);
    let made = (0..codes::RECOVERY_CODES).map(|_| codes::new_recovery_code()).collect::<Result<Vec<_>>>()?;
    let hashes: Vec<_> = made.iter().map(|code| codes::recovery_hash(organisation, user, code)).collect();
    store::replace_recovery_codes(tx.conn, organisation, user, &hashes, tx.scope.now)?;
    Ok(made)
}

/// Something that happened to one's account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    /// What.
    kind: NoticeKind,
    /// When (UTC).
    at: Time,
}

/// How an account stands with its second factor.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorView {
    /// Whether an authenticator app is set up.
    is_set: bool,
    /// Whether my role asks for one.
    is_required: bool,
    /// Recovery codes that are left.
    recovery_codes_left: i64,
    /// Until when my last proof is fresh (UTC); absent when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    fresh_until: Option<Time>,
}

/// How the caller stands, and what happened to their account within 30 days, newest first.
///
/// # Errors
/// Of the database.
pub fn mine(tx: &mut Tx<'_, '_>) -> Result<(FactorView, Vec<Notice>)> {
    let (organisation, user, now) = (tx.scope.organisation_id, tx.scope.user_id, tx.scope.now);
    let settings = &tx.services.settings.auth;
    let is_required = settings.second_factor_required_for.contains(&tx.scope.role);
    let standing = store::standing(&tx.scope, tx.conn)?;
    let view = FactorView {
        is_set: standing.has_factor,
        is_required,
        recovery_codes_left: store::recovery_codes_left(tx.conn, organisation, user)?,
        fresh_until: standing.fresh_until(is_required, settings.step_up_seconds).filter(|until| *until > now),
    };
    let since = now.plus_seconds(-NOTICE_SECONDS);
    let notices = store::notices(tx.conn, organisation, user, since)?;
    Ok((view, notices.into_iter().map(|(kind, at)| Notice { kind, at }).collect()))
}

impl Standing {
    /// Until when the last proof is fresh, if it is one that counts: a password does not where there is a second factor,
    /// or where one is needed.
    pub fn fresh_until(&self, needs_factor: bool, seconds: i64) -> Option<Time> {
        let (at, by) = self.proof?;
        (by.is_second() || !(self.has_factor || needs_factor)).then(|| at.plus_seconds(seconds))
    }
}
