//! Walks the files of an export, the chats of a file and the messages of a chat.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::super::json::{Json, Kind, Raw};
use super::super::reading::{Halt, Parts, Sink};
use super::super::text::Decoded;
use super::chat::{Home, Open};
use super::message::{self, Read};
use super::raw::Fields;
use super::repair::{self, Faults, Repaired};
use super::words;

const NO_CHAT: &str = "chat without a list of messages";

/// Reads all files. One that is broken does not cost the next one: what is wrong with it is told when all are read.
pub(super) fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut walk = Walk {
        home: Home { sink, chats: 0, keys: HashSet::new() },
        mended: Faults::default(),
        has_reactions: false,
    };
    let mut broken = None;
    while let Some(part) = parts.next()? {
        let mut text = Decoded::new(part.bytes)?;
        walk.home.keys.clear();
        let result = walk.file(&mut Json::new(&mut text));
        for note in text.note().into_iter().chain(std::mem::take(&mut walk.mended).notes()) {
            walk.home.sink.note(&note);
        }
        match (result, &broken) {
            (Err(Halt::Malformed { line, detail }), Some(_)) => walk.home.sink.skip(line, &detail),
            (Err(halt @ Halt::Malformed { .. }), None) => broken = Some(halt),
            (result, _) => result?,
        }
    }
    if walk.has_reactions {
        walk.home.sink.note(words::NO_REACTIONS);
    }
    broken.map_or(Ok(()), Err)
}

/// A message as sound JSON, where it is none as it stands.
pub(super) fn mend(raw: &str) -> Option<Repaired> {
    // Half of a character passes for sound until its string is read; Telegram itself escapes none.
    let halves = raw.contains("\\ud") || raw.contains("\\uD");
    let sound = !halves && serde_json::from_str::<&RawValue>(raw).is_ok();
    (!sound).then(|| repair::repair(raw))
}

struct Walk<'s> {
    home: Home<'s>,
    mended: Faults,
    has_reactions: bool,
}

impl Walk<'_> {
    fn skip(&mut self, line: u32, reason: &str) {
        self.home.sink.skip(line, reason);
    }

    fn file(&mut self, json: &mut Json<'_>) -> Result<(), Halt> {
        while let Some(kind) = json.peek()? {
            let line = json.line();
            match kind {
                Kind::Object => self.object(json, true)?,
                Kind::Array => {
                    let mut open = Open::default();
                    let read = self.messages(json, &mut open);
                    self.close(open, read, line)?;
                }
                Kind::Scalar => {
                    json.skip_line()?;
                    self.skip(line, "text that belongs to no chat");
                }
            }
        }
        Ok(())
    }

    /// A chat; at the top it may be the frame of an account instead.
    fn object(&mut self, json: &mut Json<'_>, top: bool) -> Result<(), Halt> {
        let line = json.line();
        let mut open = Open::default();
        let read = self.members(json, &mut open, top);
        self.close(open, read, line)
    }

    /// Ends a chat. One that is cut short keeps what it has.
    fn close(&mut self, mut open: Open, read: Result<(), Halt>, line: u32) -> Result<(), Halt> {
        if let Err(Halt::Stopped | Halt::Unreadable(_)) = read {
            return read;
        }
        if open.has_list {
            open.settle(&mut self.home)?;
        } else if read.is_ok() && !open.is_account {
            self.skip(line, NO_CHAT);
        }
        read
    }

    fn members(&mut self, json: &mut Json<'_>, open: &mut Open, top: bool) -> Result<(), Halt> {
        json.enter()?;
        while let Some(name) = self.name(json)? {
            let (kind, line) = (json.peek()?, json.line());
            match (name.as_str(), kind) {
                ("messages", Some(Kind::Array)) => self.messages(json, open)?,
                ("messages", _) => {
                    json.skip()?;
                    open.has_list = true;
                    self.skip(line, "list of messages that is no array");
                }
                ("chats" | "left_chats", Some(Kind::Object)) if top => {
                    open.is_account = true;
                    self.chats(json)?;
                }
                ("chats" | "left_chats", _) if top => {
                    open.is_account = true;
                    json.skip()?;
                    self.skip(line, "list of chats that is no object");
                }
                (name, Some(Kind::Scalar)) => {
                    let text = json.take()?.text.and_then(super::text);
                    open.describe(name, text);
                }
                _ => {
                    json.skip()?;
                    let name = message::word(Some(name)).unwrap_or_else(|| "unnamed".to_owned());
                    self.skip(line, &format!("part of the export that is no chat: {name}"));
                }
            }
        }
        Ok(())
    }

    /// The name of the next member. What is none, such as the rest of a name of a chat with quotes in it, costs its line.
    fn name(&mut self, json: &mut Json<'_>) -> Result<Option<String>, Halt> {
        loop {
            let halt = match json.name() {
                Err(halt @ Halt::Malformed { .. }) => halt,
                read => return read,
            };
            if json.peek()?.is_none() {
                return Err(halt);
            }
            self.skip(json.line(), "line that is no valid JSON");
            json.skip_line()?;
        }
    }

    fn chats(&mut self, json: &mut Json<'_>) -> Result<(), Halt> {
        json.enter()?;
        while let Some(name) = self.name(json)? {
            let (kind, line) = (json.peek()?, json.line());
            if name != "list" {
                json.skip()?;
            } else if kind == Some(Kind::Array) {
                json.enter()?;
                while json.item()? {
                    self.chat_of_list(json)?;
                }
            } else {
                json.skip()?;
                self.skip(line, "list of chats that is no array");
            }
        }
        Ok(())
    }

    fn chat_of_list(&mut self, json: &mut Json<'_>) -> Result<(), Halt> {
        if json.peek()? == Some(Kind::Object) {
            return self.object(json, false);
        }
        let line = json.line();
        json.skip()?;
        self.skip(line, "chat that is no object");
        Ok(())
    }

    fn messages(&mut self, json: &mut Json<'_>, open: &mut Open) -> Result<(), Halt> {
        open.has_list = true;
        json.enter()?;
        while json.item()? {
            let is_object = json.peek()? == Some(Kind::Object);
            let sound = self.message(&json.take()?, open)?;
            if !sound && !is_object {
                // The pieces of a message that fell apart: the next one begins on a line of its own.
                json.skip_line()?;
            }
        }
        Ok(())
    }

    /// One message. False if it is no JSON, even after repair.
    fn message(&mut self, raw: &Raw<'_>, open: &mut Open) -> Result<bool, Halt> {
        let line = raw.line;
        let Some(text) = raw.text else {
            self.skip(line, "message longer than 16 MiB");
            return Ok(true);
        };
        let mended = mend(text);
        let sound = mended.as_ref().map_or(text, |mended| &mended.text);
        let fields: Result<Fields<'_>, _> = serde_json::from_str(sound);
        self.has_reactions |= fields.as_ref().is_ok_and(|fields| fields.says("reactions"));
        match fields.map(|fields| message::read(&fields, line)) {
            Ok(Ok(Read { entry, losses })) => {
                losses.iter().for_each(|loss| self.skip(line, loss));
                open.give(entry, text.len(), &mut self.home)?;
            }
            Ok(Err(reason)) => self.skip(line, &reason),
            Err(_) => {
                self.skip(line, "message that is no readable object");
                return Ok(serde_json::from_str::<&RawValue>(sound).is_ok());
            }
        }
        if let Some(mended) = mended {
            self.mended.add(&mended.faults);
        }
        Ok(true)
    }
}
