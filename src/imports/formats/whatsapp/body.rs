//! What a message is: words, files, a place, a call, a poll, or a line that the app wrote under somebody's name.

use super::super::dates::{self, is_mark};
use super::super::shape::{Attachment, Form, Place, Revision};
use super::title::People;
use super::words::{self, plain};
use super::{calls, media, place, service};

/// What stands behind a name.
pub(super) enum Content {
    /// Nothing that anybody sent; the kind of line.
    Service(&'static str),
    /// A message.
    Message(Box<Found>),
}

/// A message without its sender and its time.
pub(super) struct Found {
    pub(super) text: String,
    pub(super) described: Vec<String>,
    pub(super) form: Form,
    pub(super) place: Option<Place>,
    pub(super) revision: Revision,
    pub(super) attachments: Vec<Attachment>,
    /// Whether the app's mark stands before it.
    pub(super) is_marked: bool,
}

impl Found {
    fn empty(is_marked: bool) -> Self {
        Self {
            text: String::new(),
            described: Vec::new(),
            form: Form::Text,
            place: None,
            revision: Revision::Original,
            attachments: Vec::new(),
            is_marked,
        }
    }
}

/// Reads what stands behind a name, further lines included.
pub(super) fn read(name: &str, text: &str, people: &People) -> Content {
    let text = text.trim();
    let bare = text.trim_start_matches(|c: char| is_side(c) || c == '\u{feff}');
    let is_marked = bare.len() < text.len();
    let (text, is_edited) = without_edited(bare);
    let mut found = Found::empty(is_marked);
    if is_edited {
        found.revision = Revision::Edited { at: None };
    }
    if is_deleted(text) {
        found.revision = Revision::Deleted;
        return Content::Message(Box::new(found));
    }
    if let Some(form) = calls::call(text, is_marked) {
        found.form = form;
        return Content::Message(Box::new(found));
    }
    let known = media::attached(text, &mut found)
        || media::omitted(text, &mut found)
        || place::place(text, &mut found)
        || poll(text, &mut found)
        || other(text, &mut found);
    if known {
        return Content::Message(Box::new(found));
    }
    if let Some(class) = service_line(name, text, is_marked, people) {
        return Content::Service(class);
    }
    if !media::marked_media(text, &mut found) {
        found.text = text.to_owned();
    }
    Content::Message(Box::new(found))
}

/// Marks that the app puts before its own words: left to right, right to left.
const fn is_side(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}')
}

fn service_line(name: &str, text: &str, is_marked: bool, people: &People) -> Option<&'static str> {
    if service::is_unmistakable(text) {
        return service::class(text);
    }
    if is_marked {
        return service::class(text)
            .or_else(|| people.is_group(name).then_some("under the name of the group"));
    }
    None
}

/// Whether the words of a line alone say that this app wrote it.
pub(super) fn is_typical(text: &str) -> bool {
    let mut found = Found::empty(false);
    service::is_unmistakable(text)
        || media::attached(text, &mut found)
        || (text.starts_with('<') && media::omitted(text, &mut found))
}

fn without_edited(text: &str) -> (&str, bool) {
    let inner = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    match inner {
        Some((before, tag))
            if tag.chars().count() <= 60 && !tag.contains(':') && words::EDITED.is_in(&plain(tag)) =>
        {
            (before.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c)), true)
        }
        _ => (text, false),
    }
}

fn is_deleted(text: &str) -> bool {
    if text.len() > 300 || text.contains('\n') {
        return false;
    }
    let text = plain(text);
    // `This message was deleted by admin Linh`.
    words::DELETED.is(&text) || words::DELETED.after(&text).is_some_and(|rest| rest.contains(" admin"))
}

/// `POLL:`, the question, and `OPTION: Yes (2 votes)` for each answer.
fn poll(text: &str, found: &mut Found) -> bool {
    let mut lines = text.lines().map(|line| line.trim_matches(|c: char| c.is_whitespace() || is_mark(c)));
    let Some(head) = lines.next().and_then(|line| line.strip_suffix([':', '：'])) else { return false };
    let known = words::POLL.is(&plain(head));
    let loud = found.is_marked && head.chars().count() <= 30;
    let rest: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let answer = |line: &str| {
        let (word, answer) = line.split_once([':', '：'])?;
        let counted = line.ends_with([')', '）']) && line.chars().any(|c| dates::digit(c).is_some());
        (counted && word.chars().count() <= 20).then(|| answer.trim().to_owned())
    };
    let answers: Vec<String> = rest.iter().filter_map(|line| answer(line)).collect();
    if !(known || loud) || answers.is_empty() {
        return false;
    }
    let question: Vec<&str> = rest.iter().copied().take_while(|line| answer(line).is_none()).collect();
    let clean = |text: &str| text.chars().filter(|c| !is_side(*c)).collect::<String>();
    found.described.push(format!("poll: {}", clean(&question.join(" "))));
    found.described.extend(answers.iter().map(|answer| format!("option: {}", clean(answer))));
    true
}

/// What the app writes for messages that it could not export.
fn other(text: &str, found: &mut Found) -> bool {
    let first = plain(text.lines().next().unwrap_or_default());
    if words::WAITING.after(&first).is_some() && text.len() <= 400 {
        found
            .described
            .push("a message that had not come to this phone when the chat was exported".to_owned());
        return true;
    }
    if found.is_marked && text.len() <= 300 && words::ONCE.is_in(&first) {
        found.attachments.push(media::missing(None, "view-once message"));
        return true;
    }
    if text == "null" {
        found.described.push("something that the app exports as null".to_owned());
        return true;
    }
    false
}
