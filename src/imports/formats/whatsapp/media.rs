//! Files: those that came with the export, and those that were left out of it.

use super::super::dates::is_mark;
use super::super::shape::{Attachment, Bytes, file_name};
use super::body::Found;
use super::words::{self, plain};

/// A file that came with the export, in either form.
pub(super) fn attached(text: &str, found: &mut Found) -> bool {
    let Some((name, rest)) = tagged(text).or_else(|| in_front(text)) else { return false };
    let mut what = kind_of_file(&name);
    // iOS gives a document's own name before it: `Plan.pdf • 2 pages <attached: 00000046-Plan.pdf>`.
    let own = own_name(&name);
    let before = rest.trim_start_matches(is_mark);
    let repeats = before.strip_prefix(own).is_some_and(is_pages);
    if repeats && what == "file" {
        what = "document";
    }
    found.text = if repeats { String::new() } else { rest };
    found.attachments.push(Attachment {
        file_name: file_name(&name),
        media_type: None,
        what: what.to_owned(),
        bytes: Bytes::Member(name),
    });
    true
}

/// Nothing, or the number of pages.
fn is_pages(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    text.is_empty() || (text.starts_with('•') && text.len() < 60 && !text.contains('\n'))
}

/// The name of a file without the number that iOS puts before it.
fn own_name(name: &str) -> &str {
    let number = name
        .split_once('-')
        .filter(|(number, _)| number.len() >= 6 && number.bytes().all(|c| c.is_ascii_digit()));
    number.map_or(name, |(_, own)| own)
}

/// iOS: `<attached: 00000035-PHOTO-2022-03-27-21-41-55.jpg>`, with words before it or behind.
fn tagged(text: &str) -> Option<(String, String)> {
    let part = |open: usize, close: usize| {
        Some((text.get(..open)?, text.get(open + 1..close)?, text.get(close + 1..)?))
    };
    let last =
        text.ends_with('>').then(|| text.rfind('<')).flatten().and_then(|open| part(open, text.len() - 1));
    let first = || text.starts_with('<').then(|| text.find('>')).flatten().and_then(|close| part(0, close));
    let (before, tag, behind) = last.or_else(first)?;
    let colon = tag.find([':', '：'])?;
    let (word, name) = (tag.get(..colon)?, tag.get(colon..)?.trim_start_matches([':', '：']));
    let name = name.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let sound = !name.is_empty() && name.len() <= 300 && !name.contains('\n') && word.chars().count() <= 40;
    if !sound || !(words::ATTACHED.is_in(&plain(word)) || is_own_name(name)) {
        return None;
    }
    let rest = format!(
        "{}{}",
        before.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c)),
        behind.trim_end()
    );
    Some((name.to_owned(), rest.trim().to_owned()))
}

/// Android: `IMG-20220323-WA0002.jpg (file attached)`, words in the lines below.
fn in_front(text: &str) -> Option<(String, String)> {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
    let (name, word) = line.strip_suffix([')', '）'])?.rsplit_once(['(', '（'])?;
    let name = name.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let sound = has_ending(name)
        && name.len() <= 300
        && !name.contains(['<', '>', '\t'])
        && word.chars().count() <= 40;
    let known = is_own_name(name) || words::ATTACHED.is_in(&plain(word));
    (sound && known).then(|| (name.to_owned(), rest.trim().to_owned()))
}

/// Whether a text ends as the name of a file: a version as in `v1.2` is none.
fn has_ending(name: &str) -> bool {
    let Some((_, end)) = name.rsplit_once('.') else { return false };
    let letters =
        end.len() <= 5 && end.chars().all(char::is_alphanumeric) && end.chars().any(char::is_alphabetic);
    letters || is_own_name(name)
}

/// Whether a file has a name as the app gives it.
fn is_own_name(name: &str) -> bool {
    let numbered = own_name(name).len() < name.len();
    let kind =
        ["IMG-", "VID-", "AUD-", "PTT-", "STK-", "DOC-", "GIF-"].iter().any(|kind| name.starts_with(kind));
    numbered || (kind && name.contains("-WA"))
}

fn kind_of_file(name: &str) -> &'static str {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    let own = own_name(name);
    match end.as_str() {
        "vcf" => "contact card",
        "webp" => "sticker",
        _ if own.starts_with("GIF-") || end == "gif" => "GIF",
        "jpg" | "jpeg" | "png" | "heic" => "photo",
        "mp4" | "mov" | "3gp" | "mkv" | "avi" => "video",
        _ if own.starts_with("PTT-") => "voice message",
        "opus" | "m4a" | "mp3" | "ogg" | "aac" | "amr" | "wav" => "audio",
        "pdf" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "txt" | "csv" | "rtf" => "document",
        _ => "file",
    }
}

/// A file that did not come with the export.
pub(super) fn omitted(text: &str, found: &mut Found) -> bool {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches(|c: char| c.is_whitespace() || is_mark(c));
    let inner = line.strip_prefix('<').and_then(|line| line.strip_suffix('>'));
    if let Some(inner) =
        inner.filter(|inner| inner.chars().count() <= 60 && !inner.contains(['<', '/', '=', ':']))
    {
        let inner = plain(inner);
        let once = words::ONCE.is_in(&inner);
        if once || words::MEDIA.is_in(&inner) || (kind(&inner).is_some() && words::OMITTED.is_in(&inner)) {
            let what = if once { "view-once message" } else { kind(&inner).unwrap_or("file") };
            found.attachments.push(missing(None, what));
            found.text = rest.trim().to_owned();
            return true;
        }
    }
    omitted_ios(text, found)
}

/// iOS: `image omitted`, `Plan.pdf • 2 pages document omitted`, each part after a mark.
fn omitted_ios(text: &str, found: &mut Found) -> bool {
    let (before, tail, marked) = match text.rsplit_once('\u{200e}') {
        Some((before, tail)) => (before, tail, true),
        None => ("", text, found.is_marked),
    };
    if tail.chars().count() > 60
        || tail.contains(['\n', ':', '/', '@', '?'])
        || tail.split_whitespace().count() > 6
    {
        return false;
    }
    let tail = plain(tail);
    let whole = is_whole(text, &tail);
    if !marked && !whole {
        return false;
    }
    if !words::OMITTED.is_in(&tail) {
        return false;
    }
    let Some(what) = kind(&tail) else { return false };
    let before = before.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let name =
        before.split('•').next().unwrap_or_default().trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    let is_name = what == "document" && is_pages(before.get(name.len()..).unwrap_or_default());
    found.attachments.push(missing(is_name.then_some(name).filter(|name| !name.is_empty()), what));
    if !is_name {
        found.text = before.to_owned();
    }
    true
}

/// As [`omitted_ios`] in a language of which only the word for the kind is known: the mark has to do for the rest, on
/// a line of nothing else that is no service line either.
pub(super) fn marked_media(text: &str, found: &mut Found) -> bool {
    let short = found.is_marked && text.chars().count() <= 60 && text.split_whitespace().count() <= 6;
    if !short || text.is_ascii() || text.contains(['\n', ':', '/', '@', '?']) {
        return false;
    }
    let Some(what) = kind(&plain(text)) else { return false };
    found.attachments.push(missing(None, what));
    true
}

/// Whether a text without the mark is but the two or three words that the app writes.
fn is_whole(text: &str, tail: &str) -> bool {
    plain(text) == tail && tail.split_whitespace().count() <= 4
}

fn kind(text: &str) -> Option<&'static str> {
    words::KINDS.iter().find(|(_, stems)| stems.is_in(text)).map(|(what, _)| *what)
}

pub(super) fn missing(name: Option<&str>, what: &str) -> Attachment {
    Attachment {
        file_name: name.and_then(file_name),
        media_type: None,
        what: what.to_owned(),
        bytes: Bytes::Missing,
    }
}
