//! An installation to measure on.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{Clock, Services};
use crate::authz::Role;
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::Database;
use crate::db::types::Id;
use crate::error::Error;
use crate::http::text::Email;
use crate::start::StartError;
use crate::users::model::{NewUser, add, found_organisation};

/// The password of every account that is made to measure with. It guards nothing: the data are made up.
pub const PASSWORD: &str = "a bench that nobody sits on";

/// Opens what the settings name, and starts its jobs.
///
/// # Errors
/// [`StartError`] says which setting to look at.
pub async fn open(settings: &Settings) -> Result<Arc<Services>, StartError> {
    let keyring = Keyring::from_settings(&settings.keys)?;
    let db = Database::open(&settings.database)?;
    Ok(Services::start(settings.clone(), db, keyring, Clock::system()).await?)
}

/// An organisation with these accounts, which all have [`PASSWORD`]: its id and theirs.
///
/// # Errors
/// When there is an account with one of these addresses.
pub async fn found(
    services: &Arc<Services>,
    accounts: Vec<(Role, String)>,
) -> Result<(Id, Vec<Id>), StartError> {
    let hash = services.hasher.hash(PASSWORD.to_owned().into()).await?;
    let inner = Arc::clone(services);
    let found = services.db.write(move |conn| {
        let now = inner.clock.now();
        let organisation = found_organisation(&inner, conn, "Bench", now)?;
        let mut ids = Vec::with_capacity(accounts.len());
        for (role, email) in accounts {
            let email = Email::parse(&email).map_err(Error::internal)?;
            let user = NewUser { name: "Bench".to_owned(), email, role, affiliation: None };
            ids.push(add(&inner, conn, organisation, &user, Some(&hash), now)?.id);
        }
        Ok((organisation, ids))
    });
    Ok(found.await?)
}

/// Any failure, in words for whoever measures.
pub fn failed(error: impl std::fmt::Display) -> StartError {
    StartError::Failed(error.to_string())
}

/// The time that a part of all stay within, in milliseconds.
pub fn at(times: &mut [Duration], part: f64) -> f64 {
    times.sort_unstable();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = ((times.len().saturating_sub(1)) as f64 * part).round() as usize;
    times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
