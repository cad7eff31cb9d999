//! `farlight account`: what an admin would do, where there is none who can.

use super::model::NoticeKind;
use super::store;
use crate::audit::{self, AuditEvent, Outcome};
use crate::auth;
use crate::auth::model::{OneTimeKind, email_hash, one_time_token};
use crate::authz::Action;
use crate::config::Settings;
use crate::start::{self, StartError};

/// Removes the second factor of an account and ends its sessions; with `new_password` also its password, and `say` gets a
/// one-time link to set another.
///
/// # Errors
/// [`StartError::Failed`] when nobody has this address.
pub async fn reset(
    settings: Settings,
    email: &str,
    new_password: bool,
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let services = start::services(settings).await?;
    let now = services.clock.now();
    let hash = email_hash(&services.email_key()?, email);
    let (token, token_hash) = one_time_token()?;
    let expires_at = now.plus_seconds(services.settings.auth.invitation_hours * 3_600);
    let ended = services
        .db
        .write(move |conn| {
            let Some(account) = auth::store::account_by_email(conn, &hash)? else { return Ok(None) };
            let (organisation, user) = (account.organisation_id, account.user_id);
            store::forget(conn, organisation, user)?;
            let ended = auth::store::end_sessions(conn, organisation, user, now)?;
            auth::store::guesses::forget_devices(conn, organisation, user)?;
            auth::store::guesses::clear_failures(conn, &hash)?;
            store::notice(conn, organisation, user, NoticeKind::FactorReset, now)?;
            if new_password {
                auth::store::await_password(conn, organisation, user, now)?;
                let owner = Some((organisation, user));
                let kind = OneTimeKind::Invitation;
                auth::store::insert_one_time_token(conn, kind, &token_hash, owner, now, expires_at)?;
            }
            let mut event = AuditEvent::on_account(organisation, user, None, Action::UserTotpReset, now);
            event.outcome = Outcome::Done;
            audit::store::insert(conn, &[event])?;
            Ok(Some(ended))
        })
        .await?;
    let Some(ended) = ended else {
        return Err(StartError::Failed("nobody has this address".to_owned()));
    };
    say(&format!("the second factor is removed, {ended} sessions have ended"));
    if new_password {
        let base = services.settings.public_url(services.settings.server.port);
        say(&format!("set a new password, once, before {expires_at}: {base}/welcome#invitation={token}"));
    }
    Ok(())
}
