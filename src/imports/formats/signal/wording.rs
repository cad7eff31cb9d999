//! What signal-export puts around the words of a message: the message it answers as a quote before them, then reactions,
//! a sticker, and links to the files in its folder.

use super::super::shape::{Attachment, Bytes, Form, Revision, file_name};

/// A message taken apart.
pub(super) struct Wording {
    /// What the sender wrote.
    pub(super) text: String,
    pub(super) described: Vec<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) form: Form,
    pub(super) revision: Revision,
    /// Whether it is a call by the one who exported.
    pub(super) is_own_call: bool,
}

impl Wording {
    /// Takes apart what stands after the name of the sender.
    pub(super) fn of(text: &str) -> Self {
        let mut described = Vec::new();
        let mut rest = quote(text, &mut described);
        let mut attachments = Vec::new();
        // Backwards, in the order in which the exporter adds them.
        while let Some((before, attachment)) = link(rest) {
            rest = before;
            attachments.push(attachment);
        }
        attachments.reverse();
        while let Some((before, words)) = remark(rest) {
            rest = before;
            described.push(words);
        }
        let mut text = rest.trim_end().to_owned();
        let (mut form, mut revision, mut is_own_call) = (Form::Text, Revision::Original, false);
        if text == "(This message was deleted)" {
            revision = Revision::Deleted;
            text.clear();
        } else if let Some(call) = call(&text) {
            is_own_call = text.starts_with("Outgoing");
            described.extend(text.contains("video call").then(|| "video call".to_owned()));
            form = call;
            text.clear();
        }
        Self { text, described, attachments, form, revision, is_own_call }
    }
}

/// The quote before the words, of which the file has no more than its text; what follows it.
fn quote<'a>(text: &'a str, described: &mut Vec<String>) -> &'a str {
    let inner = text.trim_start();
    // The exporter begins a quote on a line of its own; somebody who quotes by hand does not.
    if !inner.starts_with("> ") || !text.get(..text.len() - inner.len()).is_some_and(|gap| gap.contains('\n'))
    {
        return text;
    }
    let mut rest = inner;
    let mut quoted = Vec::new();
    while let Some(line) = rest.strip_prefix('>') {
        let (line, next) = line.split_once('\n').unwrap_or((line, ""));
        quoted.push(line.trim());
        rest = next;
    }
    described.push(format!("answers: {}", quoted.join(" ")));
    rest.trim_start_matches(['\n', '\r', ' '])
}

/// A link to an attached file at the end, and what stands before it.
fn link(text: &str) -> Option<(&str, Attachment)> {
    let inner = text.trim_end().strip_suffix(')')?;
    if let Some((before, name)) = inner.rsplit_once("(attachment: ") {
        return (!name.contains(['(', '\n'])).then(|| (before, attachment("", name, name)));
    }
    let (before, path) = inner.rsplit_once("](")?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let folders = ["media/", "attachments/", "../exported_stickers/"];
    let folder = folders.into_iter().find(|folder| path.starts_with(folder))?;
    let (before, name) = before.rsplit_once('[')?;
    let (before, what) = match before.strip_suffix('!') {
        Some(before) => (before, "photo"),
        None if folder.contains("stickers") => (before, "sticker"),
        None => (before, ""),
    };
    // Blanks are all that the exporter escapes.
    Some((before, attachment(what, name, &path.replace("%20", " "))))
}

fn attachment(what: &str, name: &str, path: &str) -> Attachment {
    let what = if what.is_empty() { "file" } else { what };
    let bytes = Bytes::Member(path.trim_start_matches("../").to_owned());
    Attachment {
        file_name: file_name(name).or_else(|| file_name(path)),
        media_type: None,
        what: what.to_owned(),
        bytes,
    }
}

/// A last line that the exporter added, in words, and what stands before it.
fn remark(text: &str) -> Option<(&str, String)> {
    let text = text.trim_end();
    let (before, last) = text.rsplit_once('\n')?;
    let between = |start, end| last.strip_prefix(start)?.strip_suffix(end);
    if let Some(reactions) = between("(- ", " -)") {
        return Some((before, format!("reactions: {reactions}")));
    }
    between("(( ", " ))").map(|emoji| (before, format!("sticker {emoji}")))
}

/// A call, which the exporter writes as if it were text.
fn call(text: &str) -> Option<Form> {
    let (words, detail) = match text.split_once(" (") {
        Some((words, detail)) => (words, Some(detail.strip_suffix(')')?)),
        None => (text, None),
    };
    let (direction, kind) = words.split_once(' ')?;
    if !matches!(kind, "call" | "voice call" | "video call") {
        return None;
    }
    let (mut seconds, mut outcome) = (None, None);
    match (direction, detail) {
        ("Missed", None) => outcome = Some("missed".to_owned()),
        ("Incoming" | "Outgoing", None) => {}
        ("Incoming" | "Outgoing", Some(detail)) => {
            let (state, length) = detail.split_once(", ").unwrap_or((detail, ""));
            let known =
                !state.is_empty() && state.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
            outcome = Some(state.replace(' ', "_")).filter(|_| known);
            outcome.as_ref()?;
            seconds = length_of(length);
        }
        _ => return None,
    }
    Some(Form::Call { seconds, outcome })
}

/// Seconds of `1m 5s` or `5s`.
fn length_of(text: &str) -> Option<u32> {
    let mut seconds: u32 = 0;
    for part in text.split_whitespace() {
        let (number, unit) = part.split_at_checked(part.len() - 1)?;
        let scale = match unit {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<u32>().ok()?.checked_mul(scale)?)?;
    }
    (!text.is_empty()).then_some(seconds)
}
