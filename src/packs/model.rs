//! What a copy of a plan is: who may take one, until when it may be kept, when it is burnt.

use std::collections::{HashMap, HashSet};

use age::x25519;
use secrecy::{ExposeSecret, SecretString};

use super::store::{self, PackRow};
use crate::auth::model::DEVICE;
use crate::auth::passwords::{self, Context};
use crate::authz::{Class, Grants, Tx};
use crate::crypto::secret::sha256;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::operations::approval;
use crate::operations::model::{EventNote, OpenOperation, OperationEventKind, OperationStatus};
use crate::operations::store as operations;
use crate::{users, view};

/// The fingerprint of the key that a copy was sealed to.
pub const RECIPIENT: Field<String> = Field::new("packs.recipient", Class::Outline);
/// The key that somebody's packs are sealed to.
pub const PACK_KEY: Field<String> = Field::new("pack_keys.recipient", Class::Outline);

/// How long a pack may be kept after the end of its operation, in seconds: people are late.
const GRACE_SECONDS: i64 = 86_400;
/// How long it may be kept at all, in seconds: plans age.
const LONGEST_SECONDS: i64 = 7 * 86_400;
/// The name of the header that a passphrase comes in.
pub const PASSPHRASE_HEADER: &str = "Farlight-Pack-Passphrase";
/// Shorter passphrases are refused: whoever takes the phone can guess for as long as they like.
const PASSPHRASE_MIN_CHARS: usize = 15;

crate::words! {
    /// In what form a copy was handed out.
    pub enum PackForm {
        /// As JSON, to a program that keeps it as it likes.
        Json = "json",
        /// Sealed to a key.
        Key = "key",
        /// Sealed with a passphrase.
        Passphrase = "passphrase",
    }
}

crate::words! {
    /// What became of a copy.
    pub enum PackState {
        /// It was handed out.
        Made = "made",
        /// The phone that it is on is in other hands, as far as anybody knows.
        Burnt = "burnt",
    }
}

/// Until when a pack that is made at `now` may be kept.
pub fn expires_at(ends_at: Time, now: Time) -> Time {
    ends_at.max(now).plus_seconds(GRACE_SECONDS).min(now.plus_seconds(LONGEST_SECONDS))
}

/// What stands on top of every page.
pub fn notice(expires_at: Time) -> String {
    let until = written(expires_at);
    format!("Delete this and everything taken from it by {until}. After that it is no longer the plan.")
}

/// `12 May 2026, 09:00 UTC`.
pub fn written(at: Time) -> String {
    at.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// Whether there is anything to carry.
///
/// # Errors
/// 409 `operation-over`.
pub fn check_not_over(status: OperationStatus) -> Result<()> {
    if status.is_over() {
        return Err(Error::conflict(
            "operation-over",
            "The operation is over; nothing of it is to be carried any more.",
        ));
    }
    Ok(())
}

/// Reads a public key of age.
///
/// # Errors
/// 422 on `pointer`.
pub fn recipient(pointer: &str, text: &str) -> Result<x25519::Recipient> {
    if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
        return Err(Error::invalid(
            pointer,
            "is the secret half of a key. Send the other half, which begins with age1, and make a new key: this one \
             has been sent",
        ));
    }
    text.parse()
        .map_err(|_| Error::invalid(pointer, "is no key of age: it begins with age1 and has 62 characters"))
}

/// Whether a passphrase holds against somebody who has the file and time.
///
/// # Errors
/// 422 on the name of the header.
pub fn check_passphrase(passphrase: &SecretString) -> Result<()> {
    if passphrase.expose_secret().chars().any(char::is_control) {
        return Err(Error::invalid(PASSPHRASE_HEADER, "must be one line without control characters"));
    }
    passwords::check(PASSPHRASE_HEADER, passphrase, &Context::default(), PASSPHRASE_MIN_CHARS)
}

/// What a key is told apart by: the first eight bytes of its SHA-256 in hex, in groups of four digits.
pub fn fingerprint(recipient: &str) -> String {
    let pairs = sha256(recipient.as_bytes());
    let groups = pairs[..8].chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect());
    groups.collect::<Vec<String>>().join(" ")
}

view! {
    /// A copy of a plan that somebody took along.
    pub struct PackCopyView from PackCopyFields {
        /// The id; it also stands in the pack.
        outline id: Id,
        /// Who took it.
        outline user_id: Id,
        /// Their name.
        outline name: String,
        /// By which of their sessions, to end it by.
        outline_maybe session_id: Id,
        /// What the client of that session called itself.
        outline_maybe device: String,
        /// In what form it was handed out.
        outline form: PackForm,
        /// When it was made (UTC).
        outline made_at: Time,
        /// Until when it may be kept (UTC).
        outline expires_at: Time,
        /// Whether that time is over; the copy may be there all the same.
        outline is_expired: bool,
        /// What became of it.
        outline state: PackState,
        /// Since when it counts as being in other hands (UTC).
        outline_maybe burnt_at: Time,
        /// Who said so.
        outline_maybe burnt_by: Id,
        /// The version of the operation when it was made.
        outline plan_version: i64,
        /// Whether the plan in it is the plan that holds now.
        outline is_current: bool,
        /// What the key that it was sealed to is told apart by.
        outline_maybe recipient_fingerprint: String,
        /// Whether that is the key that its holder has registered now.
        outline_maybe is_registered_key: bool,
    }
}

/// What names and devices of staff are opened with.
const STAFF: Grants = Grants::of(&[Class::Outline]);

/// What is needed to show the copies of one operation.
pub struct Copies {
    staff: Access,
    plan_hash: Vec<u8>,
    keys: HashMap<Id, String>,
}

impl Copies {
    /// Loads it.
    ///
    /// # Errors
    /// Of the database; `internal` when a column was changed or moved.
    pub fn load(tx: &mut Tx<'_, '_>, operation: &OpenOperation, rows: &[store::CopyRow]) -> Result<Self> {
        let staff = tx.organisation_access(STAFF)?;
        let holders: Vec<Id> = rows.iter().map(|row| row.pack.user_id).collect();
        let mut keys = HashMap::new();
        for row in store::keys_of(&tx.scope, tx.conn, &holders)? {
            if let Some(recipient) = staff.open(&PACK_KEY, row.user_id, &row.recipient)? {
                keys.insert(row.user_id, fingerprint(&recipient));
            }
        }
        Ok(Self { staff, plan_hash: approval::plan_hash(tx, operation)?, keys })
    }

    /// One copy.
    ///
    /// # Errors
    /// `internal` when a column was changed or moved.
    pub fn show(&self, operation: &OpenOperation, row: &store::CopyRow, now: Time) -> Result<PackCopyView> {
        let pack = &row.pack;
        let device = match (pack.session_id, &row.device) {
            (Some(session), Some(device)) => self.staff.open(&DEVICE, session, device)?,
            _ => None,
        };
        let sealed_to = operation.access.open_opt(&RECIPIENT, pack.id, pack.recipient.as_ref())?;
        let fields = PackCopyFields {
            id: pack.id,
            user_id: pack.user_id,
            name: self.staff.open(&users::model::NAME, pack.user_id, &row.name)?.unwrap_or_default(),
            session_id: pack.session_id,
            device,
            form: pack.form,
            made_at: pack.made_at,
            expires_at: pack.expires_at,
            is_expired: pack.expires_at <= now,
            state: pack.state,
            burnt_at: pack.burnt_at,
            burnt_by: pack.burnt_by,
            plan_version: pack.plan_version,
            is_current: pack.plan_hash == self.plan_hash,
            is_registered_key: sealed_to.as_ref().map(|print| self.keys.get(&pack.user_id) == Some(print)),
            recipient_fingerprint: sealed_to,
        };
        Ok(fields.redact(STAFF))
    }
}

/// Marks the copies that somebody holds as being in other hands: those of one session, or all. What they were sealed
/// to is no longer used either, as far as it came from there. Copies of what is over and expired stay as they are.
///
/// # Errors
/// Of the database.
pub fn burn(tx: &mut Tx<'_, '_>, user: Id, session: Option<Id>) -> Result<Vec<PackRow>> {
    store::forget_key(&tx.scope, tx.conn, user, session)?;
    store::burn(&tx.scope, tx.conn, user, session)
}

/// Which of these operations have a burnt copy and were neither changed nor left as they are on purpose since.
///
/// # Errors
/// Of the database.
pub fn compromised(tx: &mut Tx<'_, '_>, ids: &[Id]) -> Result<HashSet<Id>> {
    use OperationEventKind::{CompromiseSetAside, Edited};
    let burnt = store::burnt_of(&tx.scope, tx.conn, ids)?;
    if burnt.is_empty() {
        return Ok(HashSet::new());
    }
    let answered = operations::latest(&tx.scope, tx.conn, ids, &[Edited, CompromiseSetAside])?;
    let is_open = |(id, at): &(Id, Time)| answered.get(id).is_none_or(|answered_at| answered_at < at);
    Ok(burnt.into_iter().filter(is_open).map(|(id, _)| id).collect())
}

/// Leaves a plan as it is although a copy of it is in other hands; the reason stands in its history.
///
/// # Errors
/// 409 `not-compromised`.
pub fn set_aside(tx: &mut Tx<'_, '_>, operation: &OpenOperation, reason: String) -> Result<()> {
    if compromised(tx, &[operation.row.id])?.is_empty() {
        return Err(Error::conflict(
            "not-compromised",
            "No copy of this plan was burnt since it was last changed or left as it is.",
        ));
    }
    let note = EventNote { reason: Some(reason), ..EventNote::default() };
    approval::record(tx, operation, OperationEventKind::CompromiseSetAside, Some(&note))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_pack_is_kept_a_day_beyond_the_end_and_never_longer_than_a_week() {
        let now = at("2031-03-02T12:00:00Z");
        assert_eq!(expires_at(at("2031-03-03T02:00:00Z"), now), at("2031-03-04T02:00:00Z"));
        assert_eq!(expires_at(at("2031-04-03T02:00:00Z"), now), at("2031-03-09T12:00:00Z"));
        // Late already, and still under way.
        assert_eq!(expires_at(at("2031-03-01T02:00:00Z"), now), at("2031-03-03T12:00:00Z"));
        assert!(notice(now).contains("by 2 March 2031, 12:00 UTC"));
    }

    #[test]
    fn a_secret_key_is_told_apart_from_a_wrong_one() {
        use age::secrecy::ExposeSecret as _;
        let key = x25519::Identity::generate();
        let public = key.to_public().to_string();
        assert_eq!(recipient("/recipient", &public).unwrap().to_string(), public);
        let told = |text: &str| recipient("/recipient", text).err().unwrap().fields()[0].detail.clone();
        assert!(told(key.to_string().expose_secret()).contains("secret half"));
        for wrong in ["", "age1", "ssh-ed25519 AAAA", &public[..61], &format!("{public}q")] {
            assert!(told(wrong).contains("62 characters"), "{wrong}");
        }
        assert_eq!(fingerprint(&public).len(), 19);
    }

    #[test]
    fn a_passphrase_has_fifteen_characters_and_some_of_them_its_own() {
        let fits = |text: &str| check_passphrase(&text.to_owned().into()).is_ok();
        assert!(fits("nine amber windows") && fits("ღამე მშვიდობისა ყველას"));
        assert!(!fits("fourteen chars") && !fits("aaaaaaaaaaaaaaaaaaaa") && !fits("passwordpassword"));
        assert!(!fits("nine amber\twindows"));
    }
}
