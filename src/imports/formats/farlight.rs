//! Farlight's own interchange JSON, for the chats of apps that no other reader knows. `docs/interchange.md` describes it
//! for those who write it.
//!
//! One object: `farlight_chat` with the version, `platform`, and `conversations` with their `messages`, handed on one by
//! one as they come in; `message` reads one. What is not part of the format is told, so that a misspelt field does not
//! vanish unseen.

mod fields;
mod message;

use super::json::{Json, Kind};
use super::reading::{Chat, Halt, Head, Importer, Parts, Sink};
use super::shape::Format;
use super::text::Decoded;

/// Reads Farlight's interchange JSON.
pub const IMPORTER: Importer = Importer {
    format: Format::Farlight,
    looked_for: "Farlight interchange JSON (an object that begins with `\"farlight_chat\": 1`)",
    recognise,
    read,
};

/// The version that is read.
const VERSION: &str = "1";
/// Bytes before which the version stands.
const BEGINNING: usize = 1024;

fn recognise(head: &Head<'_>) -> u32 {
    let text = head.trimmed();
    if !text.starts_with('{') {
        return 0;
    }
    let Some((before, after)) = text.split_once("\"farlight_chat\"") else { return 0 };
    let is_named =
        after.trim_start().strip_prefix(':').is_some_and(|value| !value.trim_start().starts_with(['{', '[']));
    // Within the words of a message of another app it has a backslash before its quotation marks.
    if before.len() > BEGINNING || before.ends_with('\\') || !is_named {
        return 0;
    }
    let messages = after.matches("\"sent_at\"").count();
    u32::try_from(messages).unwrap_or(u32::MAX).saturating_add(1)
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut unnamed = 0;
    while let Some(part) = parts.next()? {
        let mut text = Decoded::new(part.bytes)?;
        let result = File { json: Json::new(&mut text), unnamed: &mut unnamed }.read(sink);
        if let Some(note) = text.note() {
            sink.note(&note);
        }
        result?;
    }
    Ok(())
}

/// One file.
struct File<'a, 'b> {
    json: Json<'a>,
    /// Conversations of the import that have no key.
    unnamed: &'b mut u32,
}

impl File<'_, '_> {
    fn read(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        if self.json.peek()? != Some(Kind::Object) {
            return Err(Halt::Malformed {
                line: self.json.line(),
                detail: "an object was expected here".to_owned(),
            });
        }
        self.json.enter()?;
        let mut has_version = false;
        while let Some(name) = self.json.name()? {
            match name.as_str() {
                "farlight_chat" => {
                    self.version()?;
                    has_version = true;
                }
                "platform" => self.platform(sink)?,
                "conversations" if !has_version => {
                    return Err(self.malformed("`farlight_chat` must stand before them"));
                }
                "conversations" => self.conversations(sink)?,
                _ => self.pass(sink, "field that is not part of the format")?,
            }
        }
        if self.json.peek()?.is_some() {
            sink.skip(self.json.line(), "text after the end of the JSON");
        }
        Ok(())
    }

    fn malformed(&self, detail: &str) -> Halt {
        Halt::Malformed { line: self.json.line(), detail: detail.to_owned() }
    }

    fn pass(&mut self, sink: &mut dyn Sink, reason: &str) -> Result<(), Halt> {
        let raw = self.json.take()?;
        // `null` is how some programs write a field that is not there.
        if raw.text != Some("null") {
            sink.skip(raw.line, reason);
        }
        Ok(())
    }

    fn version(&mut self) -> Result<(), Halt> {
        let raw = self.json.take()?;
        if raw.text.map(str::trim) == Some(VERSION) {
            return Ok(());
        }
        Err(Halt::Malformed {
            line: raw.line,
            detail: "this version of the format is not known here: `farlight_chat` must be 1".to_owned(),
        })
    }

    fn platform(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        let raw = self.json.take()?;
        let platform = raw.text.and_then(|text| serde_json::from_str::<String>(text).ok());
        let plain = |text: &String| {
            text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_. ".contains(&b))
        };
        match platform.filter(plain) {
            Some(platform) => sink.note(&format!("the chats come from {platform}")),
            None => sink.skip(raw.line, "name of a platform that is no short word"),
        }
        Ok(())
    }

    fn conversations(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        if self.json.peek()? != Some(Kind::Array) {
            return self.pass(sink, "list of conversations that is no array");
        }
        self.json.enter()?;
        while self.json.item()? {
            if self.json.peek()? == Some(Kind::Object) {
                self.conversation(sink)?;
            } else {
                self.pass(sink, "conversation that is no object")?;
            }
        }
        Ok(())
    }

    fn conversation(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        self.json.enter()?;
        let mut named = Named::default();
        let mut number = None;
        while let Some(name) = self.json.name()? {
            let field = match name.as_str() {
                "key" => &mut named.key,
                "title" => &mut named.title,
                "handle" => &mut named.handle,
                "newest_first" => {
                    named.newest_first = self.json.take()?.text == Some("true");
                    continue;
                }
                "messages" => {
                    let chat = *number.get_or_insert_with(|| named.open(self.unnamed, sink));
                    self.messages(chat, sink)?;
                    continue;
                }
                _ => {
                    self.pass(sink, "field of a conversation that is not part of the format")?;
                    continue;
                }
            };
            let raw = self.json.take()?;
            let text = raw.text.and_then(fields::text);
            if text.is_none() && raw.text != Some("null") {
                sink.skip(raw.line, "name of a conversation that is no text");
            } else if number.is_some() && text.is_some() {
                sink.skip(
                    raw.line,
                    "name of a conversation that stands behind its messages: it must stand before",
                );
            } else {
                *field = text;
            }
        }
        number.get_or_insert_with(|| named.open(self.unnamed, sink));
        Ok(())
    }

    fn messages(&mut self, chat: u32, sink: &mut dyn Sink) -> Result<(), Halt> {
        if self.json.peek()? != Some(Kind::Array) {
            return self.pass(sink, "list of messages that is no array");
        }
        self.json.enter()?;
        while self.json.item()? {
            let raw = self.json.take()?;
            let line = raw.line;
            let Some(text) = raw.text else {
                sink.skip(line, "message that is too long");
                continue;
            };
            match message::read(text, line) {
                Ok(read) => {
                    for loss in read.losses {
                        sink.skip(line, &loss);
                    }
                    sink.entry(chat, read.entry)?;
                }
                Err(reason) => sink.skip(line, reason),
            }
        }
        Ok(())
    }
}

/// What a conversation is called.
#[derive(Default)]
struct Named {
    key: Option<String>,
    title: Option<String>,
    handle: Option<String>,
    newest_first: bool,
}

impl Named {
    fn open(&self, unnamed: &mut u32, sink: &mut dyn Sink) -> u32 {
        *unnamed += u32::from(self.key.is_none());
        let key = self.key.clone().unwrap_or_else(|| format!("conversation-{unnamed}"));
        let (title, handle) = (self.title.as_deref(), self.handle.as_deref());
        sink.chat(Chat { key: &key, title, handle, newest_first: self.newest_first })
    }
}

#[cfg(test)]
mod tests;
