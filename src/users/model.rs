//! What a user and an organisation are.

use super::store::{self, UserRow};
use crate::app::Services;
use crate::auth::model::{PASSWORD_HASH, UserStatus, email_hash};
use crate::authz::policy::Role;
use crate::authz::{Class, Grants, Scope, Tx};
use crate::crypto::{Access, Field};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::text::Email;
use crate::text;

/// What an organisation calls itself.
pub const ORGANISATION_NAME: Field<String> = Field::new("organisations.name", Class::Outline);
/// What colleagues call a user.
pub const NAME: Field<String> = Field::new("users.name", Class::Outline);
/// Which organisation outside of this one a partner belongs to.
pub const AFFILIATION: Field<String> = Field::new("users.affiliation", Class::Outline);
/// The address that a user signs in with.
pub const EMAIL: Field<String> = Field::new("users.email", Class::Outline);

/// What identifies the human being behind an account: a staff number, the number of a document. Nobody is granted its
/// class here, so it is never shown.
pub const VERIFIED_PERSON: Field<String> = Field::new("users.verified_person", Class::Identity);

/// Somebody to add.
pub struct NewUser {
    /// What colleagues call them.
    pub name: String,
    /// What they sign in with.
    pub email: Email,
    /// What they may do.
    pub role: Role,
    /// Which organisation outside of this one they belong to; for partners alone.
    pub affiliation: Option<String>,
}

/// Makes an organisation with its key.
///
/// # Errors
/// Of the database.
pub fn found_organisation(services: &Services, conn: &mut Conn<'_>, name: &str, now: Time) -> Result<Id> {
    let id = Id::at(now);
    // Foreign keys want the row before its key, and the name wants the key: the row is completed afterwards.
    store::insert_organisation(conn, id, now)?;
    services.keyring.create_organisation(conn, id, now)?;
    let access = services.keyring.organisation(conn, id)?.vault().granted(Grants::NONE);
    store::name_organisation(conn, id, &access.seal(&ORGANISATION_NAME, id, &name.to_owned())?)?;
    Ok(id)
}

/// Adds a user: active when there is a password hash, else invited.
///
/// # Errors
/// 409 `email-taken`.
pub fn add(
    services: &Services,
    conn: &mut Conn<'_>,
    organisation_id: Id,
    user: &NewUser,
    password_phc: Option<&String>,
    now: Time,
) -> Result<UserRow> {
    let access = services.keyring.organisation(conn, organisation_id)?.vault().granted(Grants::NONE);
    let id = Id::at(now);
    let row = UserRow {
        organisation_id,
        id,
        email_hash: email_hash(&services.email_key()?, user.email.as_str()),
        email: access.seal(&EMAIL, id, &user.email.as_str().to_owned())?,
        name: access.seal(&NAME, id, &user.name)?,
        role: user.role,
        status: if password_phc.is_some() { UserStatus::Active } else { UserStatus::Invited },
        password_hash: access.seal_opt(&PASSWORD_HASH, id, password_phc)?,
        created_at: now,
        updated_at: now,
        version: 1,
        verified_person: None,
        verified_person_hash: None,
        affiliation: access.seal_opt(&AFFILIATION, id, user.affiliation.as_ref())?,
    };
    if store::insert(conn, &row)? {
        Ok(row)
    } else {
        Err(Error::conflict("email-taken", "An account with this e-mail address exists already."))
    }
}

/// Name and address.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn open(access: &Access, row: &UserRow) -> Result<(String, String)> {
    let name = access.open(&NAME, row.id, &row.name)?.unwrap_or_default();
    let email = access.open(&EMAIL, row.id, &row.email)?.unwrap_or_default();
    Ok((name, email))
}

/// Says which human being is behind an account, or that nobody knows.
///
/// # Errors
/// 422 on `/verified_person` when nothing of it is left to compare.
pub fn verify(tx: &Tx<'_, '_>, access: &Access, row: &mut UserRow, person: Option<String>) -> Result<()> {
    let Some(person) = person else {
        row.verified_person = None;
        row.verified_person_hash = None;
        return Ok(());
    };
    // The same number is written with and without its spaces, hyphens and capitals.
    let plain: String = text::normalise(&person).chars().filter(|c| c.is_alphanumeric()).collect();
    if plain.is_empty() {
        return Err(Error::invalid("/verified_person", "must have a letter or a digit"));
    }
    let key = tx.services.keyring.lookup(row.organisation_id, "users.verified_person")?;
    row.verified_person_hash = Some(key.lookup(&[plain.as_bytes()]));
    row.verified_person = Some(access.seal(&VERIFIED_PERSON, row.id, &person)?);
    Ok(())
}

/// Whoever works here belongs nowhere else.
///
/// # Errors
/// 422 on `/affiliation`.
pub fn check_affiliation(role: Role, is_affiliated: bool) -> Result<()> {
    if is_affiliated && role != Role::Partner {
        return Err(Error::invalid("/affiliation", "goes with the role partner"));
    }
    Ok(())
}

/// Whoever gives roles gives none to themselves: an admin who sees no case would otherwise see all of them by a request.
///
/// # Errors
/// 409 `own-account`.
pub fn check_somebody_else(scope: &Scope, row: &UserRow) -> Result<()> {
    if row.id == scope.user_id {
        let detail = "Your own role, state and proof of person are changed by another admin.";
        return Err(Error::conflict("own-account", detail));
    }
    Ok(())
}

/// An organisation must keep somebody who can let others in.
///
/// # Errors
/// 409 `last-admin`.
pub fn check_an_admin_remains(
    before: &UserRow,
    role: Role,
    status: UserStatus,
    other_admins: i64,
) -> Result<()> {
    let was = before.role == Role::Admin && before.status == UserStatus::Active;
    let stays = role == Role::Admin && status == UserStatus::Active;
    if was && !stays && other_admins == 0 {
        return Err(Error::conflict("last-admin", "The organisation would be left without an active admin."));
    }
    Ok(())
}

/// The state after a change that asks for `wanted`.
///
/// # Errors
/// 409 `invalid-transition`: only a password makes an invited user active, and nobody becomes invited again.
pub fn next_status(before: &UserRow, wanted: Option<UserStatus>) -> Result<UserStatus> {
    use UserStatus::{Active, Invited, Suspended};
    match (before.status, wanted.unwrap_or(before.status)) {
        (from, to) if from == to => Ok(to),
        (Invited | Active, Suspended) => Ok(Suspended),
        // Somebody suspended before they had a password goes back to waiting for one.
        (Suspended, Active) if before.password_hash.is_none() => Ok(Invited),
        (Suspended, Active) => Ok(Active),
        _ => {
            Err(Error::conflict("invalid-transition", "A user becomes active by accepting their invitation."))
        }
    }
}
