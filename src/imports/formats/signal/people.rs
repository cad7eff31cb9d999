//! Who is who: the recipients that an export lists before it refers to them by number.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::Value;

use super::super::shape::Sender;
use super::media::sha256;
use super::values::{bytes, joined, text};

/// More recipients than this are no address book but an attempt to fill the memory.
const MOST: usize = 200_000;
/// Bytes of a name or a number that are believed: they stand again with all that somebody wrote, and with each of their
/// reactions.
const LONGEST: usize = 256;
/// The key of the account that was exported, which has no other name of its own in the file.
pub(super) const OWNER: &str = "self";

/// A person, a group, or one of the app's own channels.
#[derive(Clone)]
pub(super) struct Recipient {
    /// The same in every export as far as possible: the numbers of an export are its own.
    pub(super) key: String,
    pub(super) name: Option<String>,
    /// What they are called on the platform.
    pub(super) handle: Option<String>,
    /// The title of a conversation with them.
    pub(super) title: Option<String>,
    /// Whether they can be the one who wrote.
    pub(super) is_person: bool,
}

impl Recipient {
    /// Somebody of whom the file has no more than a number.
    pub(super) fn unknown(id: &str) -> Self {
        let id = id.get(..id.floor_char_boundary(LONGEST)).unwrap_or_default();
        Self { key: format!("recipient-{id}"), name: None, handle: None, title: None, is_person: false }
    }

    pub(super) fn sender(&self) -> Sender {
        Sender { key: self.key.clone(), name: self.name.clone() }
    }
}

/// All that were listed so far.
#[derive(Default)]
pub(super) struct People {
    by_id: HashMap<String, Recipient>,
    ids_by_aci: HashMap<String, String>,
    owner: Option<String>,
}

impl People {
    /// Learns the name of the account itself.
    pub(super) fn account(&mut self, frame: &Value) {
        self.owner = joined([text(frame, "givenName"), text(frame, "familyName")], " ").map(short);
    }

    /// Learns of a recipient; false where it cannot be one, or there are too many.
    pub(super) fn add(&mut self, frame: &Value) -> bool {
        let is_sane = |id: &String| self.by_id.len() < MOST && id.len() <= LONGEST;
        let Some(id) = text(frame, "id").filter(is_sane) else { return false };
        if let Some(aci) = frame.get("contact").and_then(|contact| aci(contact, "aci")) {
            self.ids_by_aci.insert(aci, id.clone());
        }
        let recipient = recipient(frame, &id);
        self.by_id.insert(id, recipient);
        true
    }

    pub(super) fn get(&self, id: &str) -> Option<&Recipient> {
        self.by_id.get(id)
    }

    /// The one who exported.
    pub(super) fn owner(&self) -> Sender {
        Sender { key: OWNER.to_owned(), name: self.owner.clone() }
    }

    /// Who wrote under this number.
    pub(super) fn sender(&self, id: &str) -> Sender {
        match self.get(id) {
            Some(recipient) if recipient.key == OWNER => self.owner(),
            Some(recipient) => recipient.sender(),
            None => Recipient::unknown(id).sender(),
        }
    }

    /// What somebody is called, in words, by the id of their account.
    pub(super) fn named_by_aci(&self, aci: &str) -> Option<String> {
        self.get(self.ids_by_aci.get(aci)?)?.name.clone()
    }

    /// What somebody is called, in words.
    pub(super) fn named(&self, id: &str) -> String {
        let sender = self.sender(id);
        sender.name.unwrap_or(sender.key)
    }
}

fn short(mut name: String) -> String {
    name.truncate(name.floor_char_boundary(LONGEST));
    name
}

fn recipient(frame: &Value, id: &str) -> Recipient {
    let other = |key: String, title: Option<String>| Recipient { key, title, ..Recipient::unknown(id) };
    if let Some(contact) = frame.get("contact") {
        return person(contact, id);
    }
    if let Some(group) = frame.get("group") {
        let title =
            group.get("snapshot").and_then(|snapshot| text(snapshot.get("title")?, "title")).map(short);
        // The key of a group opens it, so only what is made from it may be seen.
        let key = bytes(group, "masterKey").map(|key| format!("group-{}", hex(sha256(&key).iter().take(8))));
        return other(key.unwrap_or_else(|| format!("group-of-{id}")), title);
    }
    if frame.get("self").is_some() {
        return Recipient { is_person: true, ..other(OWNER.to_owned(), Some("Note to Self".to_owned())) };
    }
    if frame.get("releaseNotes").is_some() {
        let name = Some("Signal".to_owned());
        return Recipient { name: name.clone(), is_person: true, ..other("signal".to_owned(), name) };
    }
    let list = frame.get("distributionList").and_then(|list| list.get("distributionList"));
    other(format!("recipient-{id}"), list.and_then(|list| text(list, "name")).map(short))
}

fn person(contact: &Value, id: &str) -> Recipient {
    let name = |given: &str, family: &str| joined([text(contact, given), text(contact, family)], " ");
    let nickname = contact.get("nickname");
    let nickname = nickname.and_then(|name| joined([text(name, "given"), text(name, "family")], " "));
    let number = text(contact, "e164").map(|number| short(format!("+{}", number.trim_start_matches('+'))));
    let username = text(contact, "username").map(short);
    let name = nickname
        .or_else(|| text(contact, "systemNickname"))
        .or_else(|| name("systemGivenName", "systemFamilyName"))
        .or_else(|| name("profileGivenName", "profileFamilyName"))
        .or_else(|| username.clone())
        .or_else(|| number.clone())
        .map(short);
    let aci = aci(contact, "aci");
    let known = aci.clone().or_else(|| number.clone()).or_else(|| username.clone());
    Recipient {
        key: known.unwrap_or_else(|| format!("recipient-{id}")),
        title: name.clone(),
        name,
        handle: number.or(username).or(aci),
        is_person: true,
    }
}

/// The id of an account in its usual form.
pub(super) fn aci(value: &Value, name: &str) -> Option<String> {
    let bytes = bytes(value, name).filter(|bytes| bytes.len() == 16)?;
    let groups = [(0, 4), (4, 2), (6, 2), (8, 2), (10, 6)];
    let groups = groups.map(|(from, count)| hex(bytes.iter().skip(from).take(count)));
    Some(groups.join("-"))
}

/// Bytes in small hexadecimal digits.
pub(super) fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
