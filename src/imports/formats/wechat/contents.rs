//! What a message holds, by its kind: words as they are, and the rest taken out of the XML or the few words that an
//! exporter left of it.

use serde_json::Value;

use super::super::shape::{Attachment, Bytes, Entry, Form, Place, Revision, file_name};
use super::kinds::Kind;
use super::markup::Markup;
use super::phrases::{Placeholder, Recaller, call, recall};

/// A message's content as the file gives it.
pub(super) struct Raw<'a> {
    pub(super) kind: Kind,
    pub(super) content: &'a str,
    /// Where the exporter put its file.
    pub(super) source: &'a str,
    /// Whether exporters of this table put the content into JSON.
    pub(super) may_be_json: bool,
}

/// What becomes of it.
pub(super) enum Outcome {
    /// It is in the entry. Where a message was taken back, who did it.
    Message(Option<Taker>),
    /// There is no message in it; why.
    Service(&'static str),
}

/// Who took a message back.
pub(super) enum Taker {
    Me,
    Named(String),
}

impl Raw<'_> {
    /// Puts the content into an entry. A loss is what could not be taken over.
    pub(super) fn fill(&self, entry: &mut Entry, losses: &mut Vec<&'static str>) -> Outcome {
        let json = if self.may_be_json { serde_json::from_str::<Value>(self.content).ok() } else { None };
        let field = |name: &str| json.as_ref().and_then(|json| json.get(name)).and_then(Value::as_str);
        let content = field("msg").unwrap_or(self.content);
        let source =
            field("src").map(str::trim).filter(|source| !source.is_empty()).unwrap_or(self.source.trim());
        let markup = if self.kind == Kind::Text { None } else { Markup::of(content) };
        // What exporters leave of a picture is the word in brackets that the app shows, or the bare word.
        let placeholder = Placeholder::of(content);
        let source = placeholder.as_ref().map(|it| it.file).filter(|_| source.is_empty()).unwrap_or(source);
        let words = match placeholder {
            Some(placeholder) => placeholder.words,
            None if Kind::of_bracket(content) == Some(self.kind) => "",
            None if markup.is_some() => "",
            None => content.trim(),
        };
        let said = Said { kind: self.kind, words, source, markup: markup.as_ref() };
        match self.kind {
            Kind::Text => content.clone_into(&mut entry.text),
            Kind::Photo | Kind::Voice | Kind::Video | Kind::File | Kind::Sticker => said.file(entry),
            Kind::Place => said.place(entry, losses),
            Kind::Quote => said.quote(entry, content),
            Kind::Call => said.call(entry),
            Kind::System => return said.system(entry, content),
            Kind::Unknown => {
                losses.push("message kept with its words as a description: its type is not known");
                said.describe(entry);
            }
            Kind::Card | Kind::Link | Kind::Record | Kind::Transfer | Kind::RedPacket => said.describe(entry),
        }
        Outcome::Message(None)
    }
}

/// Content of which it is known where its words are.
struct Said<'a> {
    kind: Kind,
    words: &'a str,
    source: &'a str,
    markup: Option<&'a Markup>,
}

impl Said<'_> {
    /// A line that says what it is, then its words.
    fn describe(&self, entry: &mut Entry) {
        let words = match self.markup {
            Some(markup) => self.details(markup),
            None => self.words.to_owned(),
        };
        let kind = self.kind.words();
        entry.described.push(if words.is_empty() { kind.to_owned() } else { format!("{kind}: {words}") });
    }

    fn details(&self, markup: &Markup) -> String {
        let parts = match self.kind {
            Kind::Card => ["nickname", "username", "alias"].map(|name| markup.attribute("msg", name)),
            Kind::Transfer => [markup.any_text(&["feedesc", "des"]), markup.text("pay_memo"), None],
            Kind::RedPacket => {
                [markup.any_text(&["sendertitle", "title"]), markup.text("receivertitle"), None]
            }
            _ => [markup.text("title"), markup.text("des"), markup.text("url")],
        };
        let mut parts: Vec<_> = parts.into_iter().flatten().collect();
        parts.dedup();
        parts.join(", ")
    }

    fn file(&self, entry: &mut Entry) {
        let is_link = self.source.starts_with("http");
        let bytes = if self.source.is_empty() || is_link {
            Bytes::Missing
        } else {
            Bytes::Member(self.source.to_owned())
        };
        let titled = self.markup.filter(|_| self.kind == Kind::File).and_then(|markup| markup.text("title"));
        let named = titled.or_else(|| (self.kind == Kind::File).then(|| self.words.to_owned()));
        let file =
            named.and_then(|name| file_name(&name)).or_else(|| file_name(self.source).filter(|_| !is_link));
        let length = self.markup.and_then(|markup| markup.attribute("voicemsg", "voicelength"));
        let length =
            length.and_then(|ms| ms.parse::<u64>().ok()).map(|ms| format!(", {} s", ms.div_ceil(1000)));
        if self.kind == Kind::Sticker && bytes == Bytes::Missing {
            entry.described.push(self.kind.words().to_owned());
        } else {
            let what = format!("{}{}", self.kind.words(), length.unwrap_or_default());
            entry.attachments.push(Attachment { file_name: file, media_type: None, what, bytes });
        }
        // Such as a transcript.
        if self.kind != Kind::File && !self.words.is_empty() {
            entry.described.push(self.words.to_owned());
        }
        if is_link {
            entry.described.push(format!("link: {}", self.source));
        }
    }

    fn place(&self, entry: &mut Entry, losses: &mut Vec<&'static str>) {
        let attribute = |name: &str| self.markup.and_then(|markup| markup.attribute("location", name));
        // `纬度:【1.3】 经度:【103.8】 位置:【street】 其他信息:【name】`
        let between = |label: &str| {
            let rest = self.words.split_once(label)?.1.trim_start_matches([':', '：', ' ']);
            let (value, _) = rest.strip_prefix('【')?.split_once('】')?;
            Some(value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let latitude = attribute("x").or_else(|| between("纬度"));
        let longitude = attribute("y").or_else(|| between("经度"));
        let has_point = latitude.is_some() || longitude.is_some();
        let degrees = |text: Option<String>| text.and_then(|text| text.parse::<f64>().ok());
        let point = degrees(latitude).zip(degrees(longitude)).and_then(|(lat, lon)| Place::at(lat, lon));
        let name = attribute("poiname").filter(|name| name != "[位置]").or_else(|| between("其他信息"));
        let address = attribute("label").or_else(|| between("位置"));
        let named = self.markup.is_none() && !has_point && address.is_none() && !self.words.is_empty();
        let name = name.or_else(|| named.then(|| self.words.to_owned()));
        if has_point && point.is_none() {
            losses.push("message kept without its point: it has no valid coordinates");
        }
        let shared = self.markup.and_then(|markup| markup.text("title"));
        match (point, name.is_some() || address.is_some()) {
            (Some(point), _) => entry.place = Some(Place { name, address, ..point }),
            (None, true) => entry.place = Some(Place { name, address, ..Place::default() }),
            (None, false) => {
                entry
                    .described
                    .push(shared.map_or_else(|| "location".to_owned(), |title| format!("location: {title}")));
            }
        }
    }

    fn quote(&self, entry: &mut Entry, content: &str) {
        let Some(markup) = self.markup else {
            content.clone_into(&mut entry.text);
            return;
        };
        entry.text = markup.text("title").unwrap_or_default();
        entry.reply_to = markup.text("svrid").filter(|id| id != "0");
        if entry.reply_to.is_none() {
            let who = markup.text("displayname").map(|who| format!("{who}: ")).unwrap_or_default();
            let what = markup.text("content").filter(|text| !text.starts_with('<'));
            entry.described.extend(what.map(|what| format!("answers: {who}{what}")));
        }
    }

    fn call(&self, entry: &mut Entry) {
        let words = self.markup.and_then(|markup| markup.text("msg"));
        let words = words.as_deref().unwrap_or(self.words);
        let known = call(words);
        if known.is_none() && !words.is_empty() {
            entry.described.push(words.to_owned());
        }
        entry.form = known.unwrap_or(Form::Call { seconds: None, outcome: None });
    }

    fn system(&self, entry: &mut Entry, content: &str) -> Outcome {
        let words =
            self.markup.and_then(|markup| markup.any_text(&["replacemsg", "content", "template", "title"]));
        let words = words.as_deref().unwrap_or(content);
        let taker = match recall(words, true) {
            Some(Recaller::Me) => Taker::Me,
            Some(Recaller::Named(name)) => Taker::Named(name.to_owned()),
            None if content.contains("revokemsg") => {
                return Outcome::Service(
                    "service line: somebody took a message back; the file does not say who",
                );
            }
            None => return Outcome::Service("service line: notice of the app"),
        };
        entry.revision = Revision::Deleted;
        Outcome::Message(Some(taker))
    }
}

/// Puts a line of copied text that stands for something else into an entry; false for a line of words.
pub(super) fn fill_placeholder(line: &str, entry: &mut Entry, losses: &mut Vec<&'static str>) -> bool {
    let Some(Placeholder { kind, file, words }) = Placeholder::of(line) else { return false };
    let said = Said { kind, words, source: file, markup: None };
    match kind {
        Kind::Photo | Kind::Voice | Kind::Video | Kind::File | Kind::Sticker => said.file(entry),
        Kind::Place => said.place(entry, losses),
        Kind::Call => said.call(entry),
        _ => said.describe(entry),
    }
    true
}
