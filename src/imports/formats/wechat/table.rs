//! Tables of WeChatMsg and its kin. Their columns changed from version to version and are known by their names:
//!
//! - `localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime`, later with `Remark,NickName,Sender`:
//!   one row for each row of the database, often of all chats;
//! - `id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime`, later `msg,src` in place of `content`;
//! - `消息ID,类型,发送人,时间,内容,备注,昵称,更多信息`;
//! - `Time,SenderName,Sender,TalkerName,Talker,Content`.

mod columns;

use std::collections::HashMap;

use self::columns::{Columns, Row};
use super::super::reading::{Chat, Halt, Head, Sink};
use super::super::shape::{Entry, Sender};
use super::super::text::Line;
use super::contents::{Outcome, Taker};
use super::record::Record;

/// More chats than this are no account but an attempt to fill the memory.
const MOST: usize = 100_000;
/// The key of the one who exported: no table names them the same way in every row.
const ME: &str = "me";

/// How many rows of a file's beginning are messages; 1 for a header alone.
pub(super) fn recognise(head: &Head<'_>) -> u32 {
    let mut lines = head.lines().skip_while(|line| line.trim().is_empty());
    let Some(columns) = lines.next().and_then(Columns::of) else { return 0 };
    let rows = lines.filter(|line| columns.is_row(line)).count();
    u32::try_from(rows).unwrap_or(u32::MAX).max(1)
}

/// One file, as far as it was read.
pub(super) struct Table {
    columns: Columns,
    chats: Chats,
    open: Option<Open>,
}

/// A row of which more lines may come.
struct Open {
    line: u32,
    first: String,
    record: Record,
    is_cut: bool,
}

/// The chats of a file.
struct Chats {
    /// What the file is called.
    file: Option<String>,
    known: HashMap<String, Known>,
}

/// A chat, and who else wrote in it.
struct Known {
    number: u32,
    title: Option<String>,
    other: Option<Sender>,
    is_group: bool,
}

impl Table {
    /// At the header of a file; none where it is none.
    pub(super) fn new(header: &str, name: Option<String>) -> Option<Self> {
        Some(Self {
            columns: Columns::of(header)?,
            chats: Chats { file: name, known: HashMap::new() },
            open: None,
        })
    }

    /// Takes a line, the header included.
    pub(super) fn line(&mut self, line: Line<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
        // A line that is a whole row while another is open: the marks of that one never ended.
        if self.open.is_some() && self.columns.is_row(line.text) {
            self.broken(sink)?;
        }
        if let Some(open) = &mut self.open {
            open.record.add(line.text);
            open.is_cut |= line.is_cut;
        } else {
            if line.text.trim().is_empty() || self.columns.is_header(line.text) {
                return Ok(());
            }
            let record = Record::of(line.text, self.columns.delimiter);
            self.open =
                Some(Open { line: line.number, first: line.text.to_owned(), record, is_cut: line.is_cut });
        }
        match &self.open {
            Some(open) if open.record.is_too_long() => self.broken(sink),
            Some(open) if !open.record.is_open() => {
                let Some(open) = self.open.take() else { return Ok(()) };
                if open.is_cut {
                    sink.skip(open.line, "row with a line that is too long to be a message");
                    return Ok(());
                }
                self.row(&open.record.into_fields(), open.line, sink)
            }
            _ => Ok(()),
        }
    }

    /// At the end of the file.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        if self.open.is_some() {
            self.broken(sink)?;
        }
        self.chats.tell_titles(sink);
        Ok(())
    }

    /// Gives up on a row whose quotation marks do not end: its first line may hold the message all the same.
    fn broken(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let fields: Vec<String> = open.first.split(self.columns.delimiter).map(str::to_owned).collect();
        if open.is_cut || !self.columns.fits(&fields) {
            sink.skip(
                open.line,
                "row whose quotation marks do not end, and the lines after it that belong to it",
            );
            return Ok(());
        }
        sink.skip(open.line, "message kept as its first line has it: its quotation marks do not end");
        self.row(&fields, open.line, sink)
    }

    fn row(&mut self, fields: &[String], line: u32, sink: &mut dyn Sink) -> Result<(), Halt> {
        let row = match self.columns.row(fields) {
            Ok(row) => row,
            Err(reason) => {
                sink.skip(line, reason);
                return Ok(());
            }
        };
        let mut losses = Vec::new();
        let sender = sender(&row);
        if sender.key == UNKNOWN {
            losses.push("message kept without its sender: the row does not name one");
        }
        let key = row.chat().or(self.chats.file.as_deref()).unwrap_or("chat").to_owned();
        let mut entry = Entry::text(sender, row.at, "", line);
        entry.native_id = row.native_id(&key);
        match row.raw().fill(&mut entry, &mut losses) {
            Outcome::Service(reason) => {
                sink.skip(line, reason);
                return Ok(());
            }
            Outcome::Message(Some(Taker::Me)) => entry.sender = me(),
            Outcome::Message(Some(Taker::Named(name))) => {
                if entry.sender.name.as_deref() != Some(&name) {
                    entry.sender = Sender::named(&name);
                }
            }
            Outcome::Message(None) => {}
        }
        if row.is_short {
            losses.push("message kept without its last columns: the row is too short");
        }
        for loss in losses {
            sink.skip(line, loss);
        }
        let Some(chat) = self.chats.find(&key, &row, &entry.sender, sink) else {
            sink.skip(line, "message of one chat too many");
            return Ok(());
        };
        sink.entry(chat, entry)
    }
}

impl Chats {
    /// The number of a chat, which learns who wrote in it.
    fn find(&mut self, key: &str, row: &Row<'_>, sender: &Sender, sink: &mut dyn Sink) -> Option<u32> {
        if !self.known.contains_key(key) {
            if self.known.len() >= MOST {
                return None;
            }
            let handle = Some(key).filter(|key| is_account(key));
            let number = sink.chat(Chat { key, title: None, handle, newest_first: false });
            let title = row.room_name().map(str::to_owned);
            self.known.insert(
                key.to_owned(),
                Known { number, title, other: None, is_group: key.ends_with("@chatroom") },
            );
        }
        let known = self.known.get_mut(key)?;
        if sender.key != ME {
            known.is_group |= known.other.as_ref().is_some_and(|other| other.key != sender.key);
            known.other.get_or_insert_with(|| sender.clone());
        }
        Some(known.number)
    }

    /// Titles are known at the end: no table names a chat, so one of two is called like the other side, and the only one
    /// of a file like the file.
    fn tell_titles(&self, sink: &mut dyn Sink) {
        for (key, known) in &self.known {
            let other = known.other.as_ref().filter(|_| !known.is_group);
            let file = self.file.as_deref().filter(|_| self.known.len() == 1);
            let title = known.title.as_deref().or_else(|| other?.name.as_deref()).or(file);
            let handle = other.map(|other| other.key.as_str()).filter(|key| is_account(key));
            sink.chat(Chat { key, title, handle, newest_first: false });
        }
    }
}

const UNKNOWN: &str = "unknown";

fn me() -> Sender {
    Sender { key: ME.to_owned(), name: Some("我".to_owned()) }
}

fn sender(row: &Row<'_>) -> Sender {
    if row.is_me() {
        return me();
    }
    let name = row.sender_name().or(row.sender()).map(str::to_owned);
    let key =
        row.sender().or(row.sender_name()).or_else(|| row.chat().filter(|chat| !chat.ends_with("@chatroom")));
    Sender { key: key.unwrap_or(UNKNOWN).to_owned(), name }
}

/// Whether this is an id of WeChat itself, and no name or number of somebody's database.
fn is_account(key: &str) -> bool {
    key.starts_with("wxid_") || key.starts_with("gh_") || key.ends_with("@chatroom")
}
