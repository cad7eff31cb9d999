//! Finds the messages of a page, and the parts of a message, by the classes of the elements around them.

use super::super::telegram_json::words;
use super::message::{Media, Message, is_number};
use super::spoken::Spoken;
use super::tags::Tag;

/// Elements within elements that are followed; the exporter needs twelve.
const DEEPEST: usize = 200;
/// Bytes of a text that are kept.
const LONGEST_TEXT: usize = 1 << 20;
/// Bytes of anything else.
const LONGEST_PART: usize = 16 * 1024;
/// Bytes of all that one message holds.
const LONGEST_MESSAGE: usize = 4 << 20;
/// Media, answers, buttons of one message.
const MOST_PARTS: usize = 1000;

/// What the words of an element are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Not of the message: a picture's initials, a date that stands elsewhere too.
    Nothing,
    PageTitle,
    /// The time of day, and whether the message was edited.
    Clock,
    Service,
    From,
    ForwardedFrom,
    ReplyTo,
    Text,
    Title,
    Description,
    Status,
    Question,
    /// What kind of poll it is.
    PollKind,
    Answer,
    /// How many voted for the answer.
    Votes,
    Button,
    Signature,
}

impl Field {
    /// Whether links in it are kept.
    const fn holds_links(self) -> bool {
        matches!(self, Self::Text | Self::Question | Self::Answer)
    }

    const fn most(self) -> usize {
        if matches!(self, Self::Text) { LONGEST_TEXT } else { LONGEST_PART }
    }
}

/// What an element is.
enum Role {
    Plain,
    PageHeader,
    /// What holds the messages.
    History,
    Message,
    Forwarded,
    Media,
    Words(Field),
    /// A link in a text, with where its words begin and where it leads.
    Link(usize, String),
}

struct Element {
    name: String,
    role: Role,
}

/// A page while its tags come in.
#[derive(Default)]
pub(super) struct Page {
    open: Vec<Element>,
    /// Elements that are too deep to be followed.
    deeper: usize,
    words: Vec<(Field, Spoken)>,
    message: Option<Message>,
    /// Whether words were met among the messages that belong to none, since that was asked last.
    pub(super) has_stray: bool,
    /// What the page calls the chat.
    pub(super) title: Option<String>,
}

impl Page {
    /// Takes a start tag. Gives the message that it ends if that one has no end of its own.
    pub(super) fn start(&mut self, tag: Tag) -> Option<Message> {
        match tag.name.as_str() {
            "br" => {
                if let Some((field, spoken)) = self.words.last_mut() {
                    spoken.line_break(field.most());
                }
                return None;
            }
            "img" | "meta" | "link" | "input" | "hr" | "wbr" | "source" | "area" | "base" | "col"
            | "embed" => {
                return None;
            }
            _ => {}
        }
        let unended;
        let role = if has_message_class(&tag) || (tag.name == "div" && has_message_id(&tag)) {
            unended = self.message.take();
            if let Some(at) = self.open.iter().position(|element| matches!(element.role, Role::Message)) {
                self.open.truncate(at);
                (self.deeper, self.words) = (0, Vec::new());
            }
            self.message = Some(Message::new(&tag));
            Role::Message
        } else {
            unended = self.second_date(&tag);
            self.role(&tag)
        };
        if self.open.len() >= DEEPEST {
            self.deeper = self.deeper.saturating_add(1);
            return unended;
        }
        if let Role::Words(field) = role {
            self.words.push((field, Spoken::default()));
        }
        self.open.push(Element { name: tag.name, role });
        unended
    }

    /// A message has one date. With a second one begins another whose own start is damaged; gives the one before.
    fn second_date(&mut self, tag: &Tag) -> Option<Message> {
        let in_forward = self.open.iter().any(|element| matches!(element.role, Role::Forwarded));
        let is_date = tag.has("date") && !tag.title.is_empty() && self.words.is_empty() && !in_forward;
        let before = self.message.take_if(|message| is_date && !message.date.is_empty())?;
        self.message = Some(Message::without_start(tag.line));
        Some(before)
    }

    /// Takes an end tag. Gives the message that it ends.
    pub(super) fn end(&mut self, name: &str) -> Option<Message> {
        if self.deeper > 0 {
            self.deeper -= 1;
            return None;
        }
        // An end without a beginning is read over; one that comes too early ends all within.
        let at = self.open.iter().rposition(|element| element.name == name)?;
        let mut ended = None;
        while self.open.len() > at {
            match self.open.pop().map(|element| element.role) {
                Some(Role::Message) => ended = self.message.take(),
                Some(Role::Words(field)) => self.end_words(field),
                Some(Role::Link(mark, href)) => self.end_link(mark, &href),
                _ => {}
            }
        }
        ended
    }

    /// Takes a text.
    pub(super) fn text(&mut self, text: &str) {
        if let Some((field, spoken)) = self.words.last_mut() {
            if *field != Field::Nothing {
                spoken.push(text, field.most());
            }
            return;
        }
        if text.trim().is_empty() {
            return;
        }
        if let Some(message) = self.message.as_mut() {
            let room = LONGEST_PART.saturating_sub(message.other.len());
            message.is_cut |= text.len() >= room;
            if text.len() < room {
                message.other.extend([text.trim(), "\n"]);
            }
        } else {
            self.has_stray |= self.open.iter().any(|element| matches!(element.role, Role::History));
        }
    }

    /// Ends the page. Gives the message that it ends in, if its text is whole, and whether the page is cut short.
    pub(super) fn finish(self) -> (Option<Message>, bool) {
        let is_cut = self.open.iter().any(|element| element.name == "div");
        (self.message.filter(|message| message.text.is_some()), is_cut)
    }

    fn role(&mut self, tag: &Tag) -> Role {
        let within = self.words.last().map(|(field, _)| *field);
        let Some(message) = self.message.as_mut() else {
            let in_header = self.open.iter().any(|element| matches!(element.role, Role::PageHeader));
            return match tag {
                tag if tag.has("page_header") => Role::PageHeader,
                tag if tag.has("history") => Role::History,
                tag if tag.has("pagination") => Role::Words(Field::Nothing),
                tag if in_header && tag.has("text") => Role::Words(Field::PageTitle),
                _ => Role::Plain,
            };
        };
        let forwarded = self.open.iter().any(|element| matches!(element.role, Role::Forwarded));
        let media = self.open.iter().any(|element| matches!(element.role, Role::Media));
        let known = match within {
            None => outer(tag, message, forwarded, media),
            Some(Field::From | Field::ForwardedFrom) if tag.has("details") => {
                Some(Role::Words(Field::Nothing))
            }
            Some(Field::Answer) if tag.has("details") => Some(Role::Words(Field::Votes)),
            Some(Field::ReplyTo) => {
                message.answers(&tag.href);
                None
            }
            Some(Field::Button) if !tag.href.is_empty() => {
                message.button_link = Some(tag.href.clone());
                None
            }
            Some(_) => None,
        };
        if let (None, Some((field, spoken)), "a") = (&known, self.words.last_mut(), tag.name.as_str())
            && field.holds_links()
        {
            return Role::Link(spoken.mark(), tag.href.clone());
        }
        known.unwrap_or(Role::Plain)
    }

    fn end_words(&mut self, field: Field) {
        let Some((_, spoken)) = self.words.pop() else { return };
        let (text, is_cut) = spoken.end();
        if field == Field::PageTitle {
            self.title =
                self.title.take().or_else(|| Some(text.trim().to_owned()).filter(|title| !title.is_empty()));
        } else if let Some(message) = &mut self.message {
            message.size = message.size.saturating_add(text.len());
            let fits = message.size <= LONGEST_MESSAGE;
            message.is_cut |= is_cut || !fits;
            if fits {
                message.take(field, text);
            }
        }
    }

    fn end_link(&mut self, mark: usize, href: &str) {
        if let Some((field, spoken)) = self.words.last_mut()
            && let Some(hidden) = words::hidden_link(spoken.since(mark), href)
        {
            spoken.add(&format!(" ({hidden})"), field.most());
        }
    }
}

/// Whether a tag is the beginning of a message as the exporter writes it.
pub(super) fn is_sound_message(tag: &Tag) -> bool {
    has_message_class(tag) && has_message_id(tag)
}

fn has_message_class(tag: &Tag) -> bool {
    tag.has("message") && (tag.has("default") || tag.has("service"))
}

fn has_message_id(tag: &Tag) -> bool {
    tag.id.strip_prefix("message").is_some_and(is_number)
}

/// The role of an element of a message that stands in no words.
fn outer(tag: &Tag, message: &mut Message, forwarded: bool, media: bool) -> Option<Role> {
    let words = |field| Some(Role::Words(field));
    let has = |class| tag.has(class);
    if has("userpic_wrap") || has("userpic") {
        return words(Field::Nothing);
    }
    if has("reactions") {
        message.has_reactions = true;
        return words(Field::Nothing);
    }
    if message.is_service {
        return if has("body") { words(Field::Service) } else { None };
    }
    if media && let Some(field) = in_media(tag) {
        return words(field);
    }
    if let Some(class) = media_class(tag).filter(|_| message.media.len() < MOST_PARTS) {
        message.media.push(Media { class, href: tag.href.clone(), ..Media::default() });
        return Some(Role::Media);
    }
    if has("date") {
        if message.date.is_empty() {
            message.date.clone_from(&tag.title);
        }
        return words(Field::Clock);
    }
    if has("forwarded") && has("body") {
        message.is_forwarded = true;
        return Some(Role::Forwarded);
    }
    match tag {
        _ if has("from_name") => words(if forwarded { Field::ForwardedFrom } else { Field::From }),
        _ if has("reply_to") => words(Field::ReplyTo),
        _ if has("bot_button") => words(Field::Button),
        _ if has("signature") => words(Field::Signature),
        _ if has("text") => words(Field::Text),
        _ => None,
    }
}

/// What the words of an element within a photo, a file, a poll are.
fn in_media(tag: &Tag) -> Option<Field> {
    let classes = [
        ("title", Field::Title),
        ("description", Field::Description),
        ("status", Field::Status),
        ("video_duration", Field::Status),
        ("question", Field::Question),
        ("answer", Field::Answer),
        ("total", Field::Nothing),
        ("details", Field::PollKind),
        ("fill", Field::Nothing),
        ("video_play_bg", Field::Nothing),
        ("section_title", Field::Nothing),
        ("section_body", Field::Nothing),
    ];
    classes.into_iter().find_map(|(class, field)| tag.has(class).then_some(field))
}

/// The class that says what kind of media begins here; none if none does.
fn media_class(tag: &Tag) -> Option<String> {
    let wraps = ["photo_wrap", "video_file_wrap", "animated_wrap", "sticker_wrap"];
    let mut classes = tag.class.split_ascii_whitespace();
    let kind =
        |class: &&str| wraps.contains(class) || (class.starts_with("media_") && *class != "media_wrap");
    classes.find(kind).or(tag.has("media").then_some("media")).map(str::to_owned)
}

impl Message {
    /// Takes the words of one of its parts.
    fn take(&mut self, field: Field, text: String) {
        let part = || Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let media = self.media.last_mut();
        match field {
            Field::Text => {
                self.text = Some(self.text.take().map_or(text.clone(), |before| before + "\n" + &text));
            }
            Field::Service => self.service = text,
            Field::From => self.from = part(),
            Field::ForwardedFrom => self.forwarded_from = part(),
            Field::ReplyTo => {
                self.is_reply_elsewhere = self.reply_to.is_none() && text.contains("another chat");
            }
            Field::Signature => self.signature = part(),
            Field::Clock => self.is_edited |= text.contains("edited"),
            Field::Button if self.buttons.len() < MOST_PARTS => {
                self.buttons.push(words::button(text.trim(), self.button_link.take().as_deref()));
            }
            Field::Title => media.into_iter().for_each(|media| media.title = part()),
            Field::Description => media.into_iter().for_each(|media| media.description = part()),
            Field::Status => media.into_iter().for_each(|media| media.status = part()),
            Field::Question => media.into_iter().for_each(|media| media.question = text.clone()),
            Field::PollKind => media.into_iter().for_each(|media| media.is_list = text.contains("To-do")),
            Field::Votes => media.into_iter().for_each(|media| media.votes = part()),
            Field::Answer => media.into_iter().for_each(|media| media.answered(&text, MOST_PARTS)),
            Field::Button | Field::Nothing | Field::PageTitle => {}
        }
    }
}
