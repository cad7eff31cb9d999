//! Whose chat it is, as far as the file's name and its senders tell.

use super::super::dates::is_mark;
use super::service;

/// What surrounds the name of a chat in the names of its files, before and behind.
const AROUND: &[(&str, &str)] = &[
    ("WhatsApp Chat with ", ""),
    ("WhatsApp Chat - ", ""),
    ("WhatsApp Chat mit ", ""),
    ("WhatsApp-Chat mit ", ""),
    ("WhatsApp-chat met ", ""),
    ("WhatsApp-chat med ", ""),
    ("WhatsApp-chatt med ", ""),
    ("WhatsApp-samtale med ", ""),
    ("Chat de WhatsApp con ", ""),
    ("Chat WhatsApp con ", ""),
    ("Conversa do WhatsApp com ", ""),
    ("Discussion WhatsApp avec ", ""),
    ("Чат WhatsApp с контактом ", ""),
    ("Чат WhatsApp с ", ""),
    ("Чат WhatsApp із ", ""),
    ("Chat WhatsApp dengan ", ""),
    ("Percakapan WhatsApp dengan ", ""),
    ("Sembang WhatsApp dengan ", ""),
    ("Cuộc trò chuyện WhatsApp với ", ""),
    ("Đoạn chat WhatsApp với ", ""),
    ("Czat WhatsApp z ", ""),
    ("Conversație WhatsApp cu ", ""),
    ("การแชท WhatsApp กับ ", ""),
    ("แชท WhatsApp กับ ", ""),
    ("محادثة واتساب مع ", ""),
    ("محادثة WhatsApp مع ", ""),
    ("دردشة واتساب مع ", ""),
    ("WhatsApp ile ", " Sohbeti"),
    ("", " ile WhatsApp Sohbeti"),
    ("与", "的 WhatsApp 聊天"),
    ("与", "的WhatsApp聊天"),
    ("與", "的 WhatsApp 對話"),
    ("與 ", " 的 WhatsApp 對話"),
    ("WhatsAppチャット - ", ""),
    ("", "とのWhatsAppトーク"),
    ("", " के साथ WhatsApp चैट"),
    ("", "님과 WhatsApp 대화"),
];

/// The name of the chat in the name of its file or of a folder around it.
pub(super) fn title(path: &str) -> Option<String> {
    // iOS calls the file `_chat.txt`; its folder may have the name.
    path.rsplit(['/', '\\']).find_map(in_name)
}

fn in_name(name: &str) -> Option<String> {
    let ends = [".txt", ".zip", ".TXT", ".ZIP"];
    let stem = ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    // `chat (1).txt` is what a second download is called.
    let stem = stem.rsplit_once(" (").filter(|(_, end)| is_copy(end)).map_or(stem, |(stem, _)| stem);
    let shown: String = stem.chars().filter(|c| !is_mark(*c)).collect();
    AROUND.iter().find_map(|(before, behind)| {
        let inner = shown.strip_prefix(before)?.strip_suffix(behind)?.trim();
        (!inner.is_empty()).then(|| inner.to_owned())
    })
}

fn is_copy(end: &str) -> bool {
    end.strip_suffix(')')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()))
}

/// A phone number in the way that is the same in every export.
pub(super) fn phone(name: &str) -> Option<String> {
    let name = name.trim();
    let rest = name.strip_prefix('+')?;
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let sound = rest
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '\u{a0}' | '\u{2011}'));
    (sound && (7..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// Who wrote so far.
#[derive(Default)]
pub(super) struct People {
    /// The first few senders.
    senders: Vec<String>,
    /// iOS writes that the chat is encrypted under the name of the chat: of the other side, or of the group.
    notice: Option<String>,
    /// Whether that name also stands before words that somebody wrote.
    notice_wrote: bool,
    is_group: bool,
}

impl People {
    /// Somebody wrote; `is_marked` where the app's mark stands before it.
    pub(super) fn wrote(&mut self, name: &str, is_marked: bool) {
        if self.notice.as_deref() == Some(name) && !is_marked {
            self.notice_wrote = true;
        }
        if self.senders.len() < 3 && !self.senders.iter().any(|known| known == name) {
            self.senders.push(name.to_owned());
        }
    }

    /// A service line of this kind stood there, under a name or none.
    pub(super) fn service(&mut self, name: Option<&str>, class: &str) {
        self.is_group |= class.starts_with("group");
        if self.notice.is_none() && class == service::NOTICE {
            self.notice = name.map(str::to_owned);
        }
    }

    /// The name of the chat, where iOS tells it.
    pub(super) fn title(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Whether this is the name of a group, as far as is known, and not of a person.
    pub(super) fn is_group(&self, name: &str) -> bool {
        self.is_group && self.notice.as_deref() == Some(name) && !self.notice_wrote
    }

    /// The phone number of the other side of a chat of two.
    pub(super) fn handle(&self, title: Option<&str>) -> Option<String> {
        if self.senders.is_empty() {
            return None;
        }
        let mut phones = self.senders.iter().filter_map(|name| phone(name));
        let found = title.and_then(phone).or_else(|| phones.next())?;
        let only = phones.next().is_none() && self.senders.len() <= 2 && !self.is_group;
        only.then_some(found)
    }
}
