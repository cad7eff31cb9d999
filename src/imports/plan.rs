//! What a commit would add: a pure function of the file and of what a person said about it.

use std::collections::HashMap;

use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

use super::shape::{Entry, Export, Format, Moment, Need, Participant, Skipped};
use crate::crypto::Secret;
use crate::crypto::secret::sha256;
use crate::db::types::{Id, Time};
use crate::error::{Error, FieldError, Result};
use crate::http::patch::Patch;

/// Characters of a body that are kept: far more than any of the apps sends in one message.
const BODY_CHARS: usize = 100_000;
/// 2200-01-01T00:00:00Z in seconds: what lies after it is a fault of the file.
const LATEST_SECONDS: i64 = 7_258_118_400;

crate::words! {
    /// The order of day, month and year, as a person says it.
    pub enum SaidDateOrder {
        /// Day, month, year.
        Dmy = "dmy",
        /// Month, day, year.
        Mdy = "mdy",
        /// Year, month, day.
        Ymd = "ymd",
    }
}

/// What a person said about the file.
pub struct Answers {
    /// The key of the conversation to add.
    pub conversation: String,
    /// The key of the participant who exported it; `Clear` when none of them did.
    pub me: Patch<String>,
    /// The zone of the clock that wrote its local times: IANA name or offset.
    pub time_zone: Option<String>,
    /// The order of the parts of its dates.
    pub date_order: Option<SaidDateOrder>,
}

/// A conversation, ready to be added.
pub struct Plan {
    /// The format it comes from.
    pub format: Format,
    /// The key of the conversation.
    pub chat: String,
    /// Its name as the exporter saw it.
    pub title: Option<String>,
    /// Everyone who wrote but the one who exported.
    pub others: Vec<Participant>,
    /// The key of the one who exported.
    pub me: Option<String>,
    /// The messages in the order of the file.
    pub messages: Vec<Planned>,
    /// What does not come in, or not whole: of the whole file, since a line does not say which chat it is in.
    pub skipped: Vec<Skipped>,
}

/// A message, ready to be added.
pub struct Planned {
    /// As the file has it.
    pub entry: Entry,
    /// When it was sent.
    pub at: Time,
    /// When it was last edited.
    pub edited_at: Option<Time>,
    /// How many messages before it in the file say the same by the same sender at the same moment.
    pub equals_before: u32,
}

/// Decides what a commit adds.
///
/// # Errors
/// 422 that names everything the file needs and the answers lack, or that does not fit the file.
pub fn plan(export: Export, answers: &Answers) -> Result<Plan> {
    let conversation =
        export.conversations.iter().find(|chat| chat.key == answers.conversation).ok_or_else(|| {
            Error::invalid("/conversation", "is no conversation of this file; see the preview")
        })?;
    let zone = answers.time_zone.as_deref().map(zone).transpose()?;
    let missing: Vec<FieldError> = export
        .needs(conversation)
        .into_iter()
        .filter_map(|need| match need {
            Need::TimeZone if zone.is_none() => {
                Some(("/time_zone", "is needed: the file has local times only"))
            }
            Need::Me if answers.me == Patch::Leave => Some((
                "/me",
                "is needed: the key of the participant who exported the chat, or null if none of them did",
            )),
            Need::DateOrder if answers.date_order.is_none() => {
                Some(("/date_order", "is needed: the dates of the file can be read in two ways"))
            }
            _ => None,
        })
        .map(|(pointer, detail)| FieldError { pointer: pointer.to_owned(), detail: detail.to_owned() })
        .collect();
    if !missing.is_empty() {
        return Err(Error::invalid_fields(missing));
    }
    let me = match &answers.me {
        Patch::Set(key) => Some(key.clone()),
        Patch::Leave | Patch::Clear => None,
    };
    if me
        .as_ref()
        .is_some_and(|me| conversation.participants.iter().all(|participant| participant.key != *me))
    {
        return Err(Error::invalid("/me", "is no participant of this conversation; see the preview"));
    }
    let Export { format, conversations, mut skipped, .. } = export;
    let conversation = conversations
        .into_iter()
        .find(|chat| chat.key == answers.conversation)
        .ok_or_else(|| Error::internal("a conversation went missing"))?;
    let messages = ready(conversation.messages, zone.as_ref(), &mut skipped);
    let others =
        conversation.participants.into_iter().filter(|participant| Some(&participant.key) != me.as_ref());
    Ok(Plan {
        format,
        chat: conversation.key,
        title: conversation.title,
        others: others.collect(),
        me,
        messages,
        skipped,
    })
}

/// `Asia/Yangon`, or `+06:30` where the name is not known.
fn zone(said: &str) -> Result<TimeZone> {
    DateTimeParser::new().parse_time_zone(said).map_err(|_| {
        Error::invalid("/time_zone", "must be an IANA name such as Asia/Yangon, or an offset such as +06:30")
    })
}

fn ready(entries: Vec<Entry>, zone: Option<&TimeZone>, skipped: &mut Vec<Skipped>) -> Vec<Planned> {
    let mut seen: HashMap<(String, Time, [u8; 32]), u32> = HashMap::new();
    let mut messages = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let mut skip = |reason: &str| {
            skipped.push(Skipped { line: entry.line, reason: reason.to_owned() });
        };
        let Some(at) = time(entry.at, zone) else {
            skip("message left out: its time cannot be right");
            continue;
        };
        if let Some((end, _)) = entry.body.char_indices().nth(BODY_CHARS) {
            skip("message kept without the end of its text: it is longer than any app sends");
            entry.body.truncate(end);
        }
        let count = seen.entry((entry.sender.key.clone(), at, sha256(entry.body.as_bytes()))).or_default();
        let equals_before = *count;
        *count += 1;
        let edited_at = entry.edited_at.and_then(|moment| time(moment, zone));
        messages.push(Planned { entry, at, edited_at, equals_before });
    }
    messages
}

fn time(moment: Moment, zone: Option<&TimeZone>) -> Option<Time> {
    let time: Time = moment.resolve(zone)?.into();
    (0..LATEST_SECONDS).contains(&time.as_seconds()).then_some(time)
}

impl Plan {
    /// Whether a message was sent by whoever exported the chat.
    pub fn is_mine(&self, message: &Planned) -> bool {
        Some(&message.entry.sender.key) == self.me.as_ref()
    }

    /// Notes that a message does not come in whole.
    pub fn skip(&mut self, message: &Planned, reason: &str) {
        self.skipped.push(Skipped { line: message.entry.line, reason: reason.to_owned() });
    }

    /// The handle of the other side on the platform. The same for every export of the same chat, whoever has
    /// written by then.
    pub fn handle(&self) -> String {
        let chat = self.chat_id();
        // A chat between two has the id of the other one.
        let user = chat.map(|id| format!("user{id}"));
        let other = user.as_ref().and_then(|user| self.others.iter().find(|other| other.key == *user));
        match (other, self.others.as_slice()) {
            (Some(other), _) | (None, [other]) => other.key.clone(),
            // So far only the exporter wrote.
            (None, []) => user.unwrap_or_else(|| self.chat.clone()),
            // A group.
            (None, _) => chat.map_or_else(|| self.chat.clone(), |id| format!("chat{id}")),
        }
    }

    /// A name for the other side.
    pub fn other_name(&self) -> String {
        let handle = self.handle();
        let other = self.others.iter().find(|other| other.key == handle);
        let name = other.and_then(|other| other.name.clone()).or_else(|| self.title.clone());
        name.filter(|name| !name.trim().is_empty()).unwrap_or(handle)
    }

    /// The platform's own id of the chat, if the file has it; a key that was derived from the order of the file is
    /// none.
    fn chat_id(&self) -> Option<i64> {
        self.chat.parse().ok()
    }

    /// What makes a message the same as one of another export of the same chat.
    pub fn dedupe_key(&self, secret: &Secret, channel: Id, message: &Planned) -> Vec<u8> {
        let Planned { entry, at, equals_before, .. } = message;
        if let Some(native) = &entry.native_id {
            let chat = self.chat_id().map(|id| id.to_string()).unwrap_or_default();
            return secret.lookup(&[channel.as_bytes(), b"id", chat.as_bytes(), native.as_bytes()]);
        }
        secret.lookup(&[
            channel.as_bytes(),
            b"text",
            entry.sender.key.as_bytes(),
            &at.as_micros().to_be_bytes(),
            &sha256(entry.body.as_bytes()),
            &equals_before.to_be_bytes(),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::telegram_json;

    fn export(json: &str) -> Export {
        telegram_json::parse(json.as_bytes()).unwrap()
    }

    fn answers(conversation: &str, me: Patch<String>) -> Answers {
        Answers { conversation: conversation.to_owned(), me, time_zone: None, date_order: None }
    }

    fn me(key: &str) -> Patch<String> {
        Patch::Set(key.to_owned())
    }

    fn chat(id: &str, writers: &[&str]) -> String {
        let message = |who: &&str| {
            format!(
                r#"{{"type":"message","date_unixtime":"1767225600","from":"{who}","from_id":"{who}","text":"x"}}"#
            )
        };
        let messages: Vec<String> = writers.iter().map(message).collect();
        format!(r#"{{"type":"personal_chat",{id}"messages":[{}]}}"#, messages.join(","))
    }

    fn handle(id: &str, writers: &[&str], me: Patch<String>) -> String {
        let export = export(&chat(id, writers));
        let key = export.conversations[0].key.clone();
        plan(export, &answers(&key, me)).unwrap().handle()
    }

    #[test]
    fn a_chat_has_one_handle_whoever_has_written() {
        assert_eq!(handle(r#""id":7,"#, &["user1"], me("user1")), "user7");
        assert_eq!(handle(r#""id":7,"#, &["user1", "user7"], me("user1")), "user7");
        assert_eq!(handle(r#""id":7,"#, &["user1", "user7", "user9"], me("user1")), "user7");
        assert_eq!(handle(r#""id":7,"#, &["user1", "Dara"], me("user1")), "Dara");
        assert_eq!(handle("", &["user1", "user8"], me("user1")), "user8");
        assert_eq!(handle(r#""id":-100,"#, &["user1", "user8", "user9"], me("user1")), "chat-100");
        assert_eq!(handle(r#""id":7,"#, &["user1", "user7"], Patch::Clear), "user7");
    }

    #[test]
    fn what_is_needed_is_asked_for_all_at_once() {
        let local = r#"{"id":7,"type":"personal_chat","messages":[
            {"type":"message","date":"2021-05-01T10:00:00","from":"Dara","from_id":"user7","text":"x"}]}"#;
        let error = plan(export(local), &answers("7", Patch::Leave)).err().unwrap();
        let body = format!("{error:?}");
        assert!(body.contains("422"), "{body}");
        let mut said = answers("7", Patch::Clear);
        for (zone, utc) in [("Asia/Yangon", "2021-05-01T03:30:00Z"), ("+07:00", "2021-05-01T03:00:00Z")] {
            said.time_zone = Some(zone.to_owned());
            assert_eq!(plan(export(local), &said).unwrap().messages[0].at.to_string(), utc);
        }
        for zone in ["Mars/Base", "", "7"] {
            said.time_zone = Some(zone.to_owned());
            assert!(plan(export(local), &said).is_err(), "{zone}");
        }
    }

    #[test]
    fn equal_messages_are_counted_and_keys_differ_by_it() {
        let export = export(&chat("", &["user1", "user1", "user2"]));
        let plan = plan(export, &answers("chat-1", me("user2"))).unwrap();
        let secret = Secret::from_slice(&[1; 32]).unwrap();
        let now = Time::from_micros(0);
        let (channel, other) = (Id::at(now), Id::at(now));
        let keys: Vec<_> =
            plan.messages.iter().map(|message| plan.dedupe_key(&secret, channel, message)).collect();
        assert_eq!(plan.messages.iter().map(|message| message.equals_before).collect::<Vec<_>>(), [0, 1, 0]);
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
        assert_eq!(keys[0], plan.dedupe_key(&secret, channel, &plan.messages[0]));
        assert_ne!(keys[0], plan.dedupe_key(&secret, other, &plan.messages[0]));
    }

    #[test]
    fn a_message_far_too_long_or_out_of_time_is_told() {
        let long = "x".repeat(BODY_CHARS + 1);
        let json = format!(
            r#"{{"id":7,"type":"personal_chat","messages":[
            {{"type":"message","date_unixtime":"1767225600","from":"A","text":"{long}"}},
            {{"type":"message","date_unixtime":"99999999999","from":"A","text":"x"}}]}}"#
        );
        let plan = plan(export(&json), &answers("7", Patch::Clear)).unwrap();
        assert_eq!(plan.messages.len(), 1);
        assert_eq!(plan.messages[0].entry.body.len(), BODY_CHARS);
        assert_eq!(plan.skipped.iter().map(|skipped| skipped.line).collect::<Vec<_>>(), [2, 3]);
    }
}
