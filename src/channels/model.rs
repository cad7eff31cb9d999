//! What a channel is, where else its handle is known, and what its safety was at which time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::handle::normalise;
use super::store::{self, ChannelRow, RuleChangeRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::text::Line;
use crate::people::store::PersonRow;
use crate::{cases, view};

/// The handle, as it was written.
pub const HANDLE: Field<String> = Field::new("channels.handle", Class::Contact);
/// What keeps the person safe while the channel is used.
pub const SAFETY: Field<Safety> = Field::new("channels.safety", Class::Contact);
/// The same as it was before a change.
pub const SAFETY_BEFORE: Field<Safety> = Field::new("channel_rule_changes.safety", Class::Contact);

/// Longest handle, in characters.
pub const HANDLE_MAX_CHARS: usize = 200;
/// The owner of a device that nobody has asked about.
pub const NOT_KNOWN: &str = "unknown";
/// Most cases that one answer names in `also_on_cases`.
const ALSO_MAX: usize = 100;

crate::words! {
    /// Where somebody is reached.
    pub enum Platform {
        /// Telegram.
        Telegram = "telegram",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// WeChat.
        Wechat = "wechat",
        /// LINE.
        Line = "line",
        /// Signal.
        Signal = "signal",
        /// Messenger.
        Messenger = "messenger",
        /// Instagram.
        Instagram = "instagram",
        /// Text messages.
        Sms = "sms",
        /// Voice.
        Phone = "phone",
        /// E-mail.
        Email = "email",
        /// Face to face.
        InPerson = "in_person",
        /// Any other.
        Other = "other",
    }
}

/// A time of the week at which the person may be written to, on the clock of the rules' time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChannelWindow)]
pub struct Window {
    /// ISO days of the week on which it begins: 1 is Monday, 7 is Sunday.
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<u8>,
    /// Its beginning, `HH:MM`.
    pub from: String,
    /// Its end, `HH:MM`; one before `from` is on the next day.
    pub to: String,
}

/// How the person may be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChannelRules)]
pub struct Rules {
    /// The person's time zone: an IANA name.
    pub time_zone: String,
    /// When they may be written to; any time if there is none.
    pub windows: Vec<Window>,
    /// Whether we may write first.
    pub initiate: bool,
    /// In which languages: BCP 47.
    pub languages: Vec<String>,
    /// Who we say we are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub persona: Option<String>,
    /// Words that must never be sent there.
    pub forbidden_words: Vec<String>,
}

/// A question that only the person can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ChannelChallenge)]
pub struct Challenge {
    /// What to ask.
    pub question: String,
    /// What only they would answer; absent while nobody has agreed on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answer: Option<String>,
}

/// What keeps the person safe while the channel is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// Whose device answers, in a word or a few; `unknown` while nobody has said.
    pub device_owner: String,
    /// How the person may be written to; `None` while nobody has settled it, as on a channel that came with
    /// an imported chat.
    pub rules: Option<Rules>,
    /// Words by which the person says that they are not free to write.
    pub duress_words: Vec<String>,
    /// How to find out whether it is them.
    pub challenge: Option<Challenge>,
}

impl Safety {
    /// Of a channel that nobody has asked the person about.
    pub fn unsettled() -> Self {
        Self { device_owner: NOT_KNOWN.to_owned(), rules: None, duress_words: Vec::new(), challenge: None }
    }
}

/// A way to reach somebody, to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChannel {
    /// The id.
    pub id: Id,
    /// Where.
    pub platform: Platform,
    /// The handle, as it was written.
    pub handle: String,
    /// What keeps the person safe while it is used.
    pub safety: Safety,
}

/// A channel of a case in the caller's reach.
///
/// # Errors
/// 404 when there is none: the same whether it is missing, foreign, or its case is out of reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, ChannelRow)> {
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    Ok((case, row))
}

/// A channel of a case that is open already.
///
/// # Errors
/// 404 when the case has none such.
pub fn open_in(tx: &mut Tx<'_, '_>, case_id: Id, id: Id) -> Result<ChannelRow> {
    let row = store::find(&tx.scope, tx.conn, id)?;
    if row.case_id == case_id { Ok(row) } else { Err(Error::not_found()) }
}

/// Adds a channel to a person.
///
/// # Errors
/// 409 `id-taken`; 422 on `/handle` when nothing of it can be compared.
pub fn add(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    person: &PersonRow,
    channel: NewChannel,
) -> Result<ChannelRow> {
    let NewChannel { id, platform, handle, safety } = channel;
    let row = ChannelRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: person.case_id,
        person_id: person.id,
        platform,
        handle_hash: handle_hash(tx, platform, &handle)?,
        handle: case.access.seal(&HANDLE, id, &handle)?,
        safety: case.access.seal(&SAFETY, id, &safety)?,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        unanswered_since: None,
    };
    store::insert(tx.conn, &row)?;
    cases::store::touch(&tx.scope, tx.conn, row.case_id)?;
    Ok(row)
}

/// The person's channel with this handle, or a new one whose safety is [`Safety::unsettled`].
///
/// # Errors
/// 422 on `/handle` when it is no handle.
pub fn find_or_add(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    person: &PersonRow,
    platform: Platform,
    handle: &str,
) -> Result<ChannelRow> {
    let handle: Line<HANDLE_MAX_CHARS> =
        Line::parse(handle).map_err(|detail| Error::invalid("/handle", detail))?;
    // Before looking: on PostgreSQL this locks the case's row, so that of two who add the same handle at once
    // the second finds what the first has added.
    cases::store::touch(&tx.scope, tx.conn, person.case_id)?;
    if let Some(row) = with_handle(tx, case, person.id, platform, handle.as_str())? {
        return Ok(row);
    }
    let id = Id::at(tx.now());
    let channel = NewChannel { id, platform, handle: handle.into_inner(), safety: Safety::unsettled() };
    add(tx, case, person, channel)
}

/// The channel of a person with this handle, if there is one.
///
/// # Errors
/// 422 on `/handle` when nothing of it is left to compare.
pub fn find(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    person: Id,
    platform: Platform,
    handle: &str,
) -> Result<Option<Id>> {
    Ok(with_handle(tx, case, person, platform, handle)?.map(|row| row.id))
}

fn with_handle(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    person: Id,
    platform: Platform,
    handle: &str,
) -> Result<Option<ChannelRow>> {
    let hash = handle_hash(tx, platform, handle)?;
    let wanted = normalise(handle);
    for row in store::of_person(&tx.scope, tx.conn, person, &hash)? {
        let known = case.access.open(&HANDLE, row.id, &row.handle)?;
        if row.platform == platform && known.is_some_and(|known| normalise(&known) == wanted) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Under what a handle is looked up.
///
/// # Errors
/// 422 on `/handle` when nothing of it is left to compare.
pub fn handle_hash(tx: &Tx<'_, '_>, platform: Platform, handle: &str) -> Result<Vec<u8>> {
    let normal = normalise(handle);
    if normal.is_empty() {
        return Err(Error::invalid("/handle", "must have a letter, a digit or another visible sign"));
    }
    let key = tx.services.keyring.lookup(tx.scope.organisation_id, "channels.handle")?;
    Ok(key.lookup(&[platform.as_str().as_bytes(), normal.as_bytes()]))
}

/// The other cases in the caller's reach on which `handle`, the handle of `row`, is known; at most a hundred.
///
/// # Errors
/// Of the database.
pub fn also_on_cases(tx: &mut Tx<'_, '_>, row: &ChannelRow, handle: &str) -> Result<Vec<Id>> {
    let wanted = normalise(handle);
    let elsewhere = store::elsewhere(&tx.scope, tx.conn, row.case_id, &row.handle_hash)?;
    let mut cases: Vec<Id> = elsewhere.iter().map(|(case_id, ..)| *case_id).collect();
    cases.dedup();
    let mut found = Vec::new();
    for case_id in cases::store::in_reach(&tx.scope, tx.conn, &cases)? {
        if found.len() == ALSO_MAX {
            break;
        }
        // Not `cases::model::open`: the audit row stays with the case that this is about.
        let (_, key) = cases::store::find(&tx.scope, tx.conn, case_id)?;
        let access = cases::model::unlock(tx, case_id, &key)?;
        for (_, id, sealed) in elsewhere.iter().filter(|(other, ..)| *other == case_id) {
            // A truncated hash says where to look; only the handle itself says that it is the same.
            let known = access.open(&HANDLE, *id, sealed)?;
            if known.is_some_and(|known| normalise(&known) == wanted) {
                found.push(case_id);
                break;
            }
        }
    }
    Ok(found)
}

/// Keeps what the safety of a channel was, from when on it is `new`; nothing when they are the same.
///
/// # Errors
/// Of the database.
pub fn keep_history(
    tx: &mut Tx<'_, '_>,
    access: &Access,
    row: &ChannelRow,
    old: &Safety,
    new: &Safety,
) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let id = Id::at(tx.now());
    let change = RuleChangeRow {
        organisation_id: row.organisation_id,
        id,
        case_id: row.case_id,
        channel_id: row.id,
        until_at: tx.now(),
        author_id: tx.scope.user_id,
        safety: access.seal(&SAFETY_BEFORE, id, old)?,
    };
    store::insert_change(tx.conn, &change)
}

/// What the safety of a channel was at `at`: what it was before the first change after that, or what it is. So the
/// first that was settled also holds for the time before. `None` where contact is not granted.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn safety_at(tx: &mut Tx<'_, '_>, access: &Access, row: &ChannelRow, at: Time) -> Result<Option<Safety>> {
    // What was changed last before then holds still.
    let changes = if at < row.updated_at {
        store::changes_after(&tx.scope, tx.conn, row.id, Some(at), 1)?
    } else {
        Vec::new()
    };
    match changes.first() {
        Some(change) => access.open(&SAFETY_BEFORE, change.id, &change.safety),
        None => access.open(&SAFETY, row.id, &row.safety),
    }
}

view! {
    /// A way to reach a person.
    pub struct ChannelView from ChannelFields {
        /// The id.
        outline id: Id,
        /// On which case.
        outline case_id: Id,
        /// Whom it reaches.
        outline person_id: Id,
        /// Where.
        outline platform: Platform,
        /// The handle, as it was written.
        contact handle: String,
        /// Whose device answers.
        contact device_owner: String,
        /// How the person may be written to; absent while nobody has settled it.
        contact rules: Rules,
        /// Words by which the person says that they are not free to write.
        contact duress_words: Vec<String>,
        /// How to find out whether it is them.
        contact challenge: Challenge,
        /// Other cases in your reach on which the same handle is known. Only in the answer to adding the
        /// channel or changing its handle.
        contact also_on_cases: Vec<Id>,
        /// When it was added (UTC).
        outline created_at: Time,
        /// When the record last changed (UTC).
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
    }
}

/// What the caller may see of a channel; `also` goes along where it was asked for.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ChannelRow, also: Option<Vec<Id>>) -> Result<ChannelView> {
    let (device_owner, rules, duress_words, challenge) = apart(access.open(&SAFETY, row.id, &row.safety)?);
    let fields = ChannelFields {
        id: row.id,
        case_id: row.case_id,
        person_id: row.person_id,
        platform: row.platform,
        handle: access.open(&HANDLE, row.id, &row.handle)?,
        device_owner,
        rules,
        duress_words,
        challenge,
        also_on_cases: also,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(fields.redact(access.grants()))
}

view! {
    /// What kept the person safe on a channel until it was changed.
    pub struct RuleChangeView from RuleChangeFields {
        /// The id.
        outline id: Id,
        /// From when it held (UTC); absent for the first, which also holds for the time before the channel was added.
        outline_maybe from: Time,
        /// When it was changed (UTC).
        outline until: Time,
        /// Who changed it.
        outline changed_by: Id,
        /// Whose device answered.
        contact device_owner: String,
        /// How the person could be written to; absent while nobody had settled it.
        contact rules: Rules,
        /// Words by which the person said that they were not free to write.
        contact duress_words: Vec<String>,
        /// How to find out whether it was them.
        contact challenge: Challenge,
    }
}

/// What the caller may see of what held from `from` until a change.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show_change(access: &Access, row: &RuleChangeRow, from: Option<Time>) -> Result<RuleChangeView> {
    let safety = access.open(&SAFETY_BEFORE, row.id, &row.safety)?;
    let (device_owner, rules, duress_words, challenge) = apart(safety);
    let fields = RuleChangeFields {
        id: row.id,
        from,
        until: row.until_at,
        changed_by: row.author_id,
        device_owner,
        rules,
        duress_words,
        challenge,
    };
    Ok(fields.redact(access.grants()))
}

type Apart = (Option<String>, Option<Rules>, Option<Vec<String>>, Option<Challenge>);

fn apart(safety: Option<Safety>) -> Apart {
    safety.map_or((None, None, None, None), |Safety { device_owner, rules, duress_words, challenge }| {
        (Some(device_owner), rules, Some(duress_words), challenge)
    })
}
