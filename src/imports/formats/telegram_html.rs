//! `messages.html` and its further pages, of Telegram Desktop.
//!
//! The pages are made for reading: senders have names only, a message that follows another of the same sender within
//! minutes does not name them again (it is `joined`), and a chat has no id. What a message is can only be told from the
//! classes of its elements. It gets the id and the text that `result.json` of the same chat has for it.
//!
//! `tags` takes the HTML apart, `page` finds the messages, `spoken` frees texts from their layout, `message` reads a
//! message and `media` what was sent with it.

mod media;
mod message;
mod page;
mod spoken;
mod tags;

use super::reading::{Chat, Halt, Head, Importer, Parts, Sink};
use super::shape::Format;
use super::telegram_json::words;
use super::text::Decoded;

use self::message::{Before, Message, Outcome};
use self::page::{Page, is_sound_message};
use self::tags::{Token, Tokens};

/// Reads the pages of a chat.
pub const IMPORTER: Importer = Importer {
    format: Format::TelegramHtml,
    looked_for: "Telegram Desktop HTML (messages.html: `div`s of the class `message` with an id)",
    recognise,
    read,
};

/// Counts the messages at the beginning of a page.
fn recognise(head: &Head<'_>) -> u32 {
    let mut tokens = Tokens::new(head.text.as_bytes());
    let mut messages = 0;
    while let Ok(Some(token)) = tokens.next() {
        messages += u32::from(matches!(token, Token::Start(tag) if is_sound_message(&tag)));
    }
    messages
}

/// Reads all pages. One that is cut short does not cost the next one: that is told when all are read.
fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut reader = Reader { sink, folder: String::new(), before: Before::default(), has_reactions: false };
    let mut broken = None;
    while let Some(part) = parts.next()? {
        let folder = part.name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
        if folder != reader.folder {
            reader.folder = folder.to_owned();
            reader.before = Before::default();
        }
        let mut text = Decoded::new(part.bytes)?;
        let cut = reader.page(&mut text)?;
        if let Some(note) = text.note() {
            reader.sink.note(&note);
        }
        match (cut.map(Halt::cut_short), &broken) {
            (Some(Halt::Malformed { line, detail }), Some(_)) => reader.sink.skip(line, &detail),
            (Some(halt), _) => broken = Some(halt),
            (None, _) => {}
        }
    }
    if reader.has_reactions {
        reader.sink.note(words::NO_REACTIONS);
    }
    broken.map_or(Ok(()), Err)
}

struct Reader<'s> {
    sink: &'s mut dyn Sink,
    /// The folder of the page: all pages of a chat are in one, and no other chat's.
    folder: String,
    before: Before,
    has_reactions: bool,
}

impl Reader<'_> {
    /// Reads a page. Gives the line on which it is cut short.
    fn page(&mut self, text: &mut Decoded<'_>) -> Result<Option<u32>, Halt> {
        let mut tokens = Tokens::new(text);
        let (mut page, mut strayed) = (Page::default(), false);
        while let Some(token) = tokens.next()? {
            let line = tokens.line();
            let message = match token {
                Token::Start(tag) => page.start(tag),
                Token::End(name) => page.end(&name),
                Token::Text(text) => {
                    page.text(&text);
                    None
                }
            };
            // A run of them is told once.
            if std::mem::take(&mut page.has_stray) && !std::mem::replace(&mut strayed, true) {
                self.sink.skip(line, "words that belong to no message");
            }
            strayed &= message.is_none();
            if let Some(message) = message {
                self.message(message, page.title.as_deref())?;
            }
        }
        let title = page.title.clone();
        let (message, is_cut) = page.finish();
        if let Some(message) = message {
            self.message(message, title.as_deref())?;
        }
        self.chat(title.as_deref());
        Ok(is_cut.then(|| tokens.line()))
    }

    fn chat(&mut self, title: Option<&str>) -> u32 {
        let key = if self.folder.is_empty() { "chat-1" } else { &self.folder };
        self.sink.chat(Chat { key, title, handle: None, newest_first: false })
    }

    fn message(&mut self, message: Message, title: Option<&str>) -> Result<(), Halt> {
        let line = message.line;
        self.has_reactions |= message.has_reactions;
        match message.read(&mut self.before) {
            Outcome::Day => {}
            Outcome::Skip(reason) => self.sink.skip(line, &reason),
            Outcome::Entry(entry, losses) => {
                losses.iter().for_each(|loss| self.sink.skip(line, loss));
                let chat = self.chat(title);
                self.sink.entry(chat, *entry)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
