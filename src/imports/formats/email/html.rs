//! HTML to text: what a reader sees, with the targets of links, and without styles and scripts.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Readable, Span, Tokenizer};

use super::super::shallow::Shallow;

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 24] = [
    "address",
    "article",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "section",
    "table",
    "tr",
    "ul",
];
/// Elements of which nothing is seen.
const UNSEEN: [&str; 5] = ["style", "script", "title", "template", "noembed"];
/// How deep quotes are marked.
const DEEPEST: usize = 8;

/// The text of a page.
pub(super) fn text(html: &str) -> String {
    let mut page = Page::default();
    for piece in pieces(html) {
        match piece {
            Piece::Start(tag) => page.start(tag),
            Piece::End(name) => page.end(&name),
            Piece::Words(words) => page.words(&words),
        }
    }
    page.out.trim().to_owned()
}

/// What comes next on a page.
enum Piece {
    Start(Tag),
    End(String),
    Words(String),
}

/// A start tag with the attributes that are asked for: there may be any number of others.
#[derive(Default)]
struct Tag {
    name: String,
    href: Option<String>,
    alt: Option<String>,
}

impl Tag {
    fn learn(&mut self, attribute: &[u8], value: &[u8]) {
        let field = match attribute {
            b"href" => &mut self.href,
            b"alt" => &mut self.alt,
            _ => return,
        };
        // The first of a name counts.
        field.get_or_insert_with(|| String::from_utf8_lossy(value).into_owned());
    }
}

fn pieces(html: &str) -> impl Iterator<Item = Piece> {
    let (mut tag, mut attribute) = (Tag::default(), Vec::new());
    let mut emitter = CallbackEmitter::new(move |event: CallbackEvent<'_>, _: Span<()>| {
        match event {
            CallbackEvent::OpenStartTag { name } => tag = Tag { name: lower(name), ..Tag::default() },
            CallbackEvent::AttributeName { name } => attribute = name.to_vec(),
            CallbackEvent::AttributeValue { value } => tag.learn(&attribute, value),
            CallbackEvent::CloseStartTag { .. } => return Some(Piece::Start(std::mem::take(&mut tag))),
            CallbackEvent::EndTag { name } => return Some(Piece::End(lower(name))),
            CallbackEvent::String { value } => {
                return Some(Piece::Words(String::from_utf8_lossy(value).into_owned()));
            }
            _ => {}
        }
        None
    });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(Shallow::new(html.to_reader()), emitter).map_while(Result::ok)
}

#[derive(Default)]
struct Page {
    out: String,
    /// Line ends that go before the next word, and whether a blank does.
    breaks: usize,
    blank: bool,
    unseen: Option<String>,
    preformatted: usize,
    quotes: usize,
    /// Where the text of the open link begins, and where it leads.
    link: Option<(usize, String)>,
}

impl Page {
    fn start(&mut self, tag: Tag) {
        if self.unseen.is_some() {
            return;
        }
        let name = tag.name;
        match name.as_str() {
            _ if UNSEEN.contains(&name.as_str()) => {
                // `<script/>` hides nothing in practice, but has no end that could be waited for.
                self.unseen = Some(name);
                return;
            }
            // One of its own, even after another: an empty line.
            "br" => self.breaks += 1,
            "p" => self.end_line(2),
            "pre" => self.preformatted += 1,
            "td" | "th" => self.blank = true,
            "a" => {
                self.end_link();
                self.link = tag.href.map(|target| (self.out.len(), target.trim().to_owned()));
            }
            "img" => {
                if let Some(words) = tag.alt.filter(|words| !words.trim().is_empty()) {
                    self.words(&format!("[{}]", words.trim()));
                }
            }
            _ => {}
        }
        if BLOCKS.contains(&name.as_str()) {
            self.end_line(1);
        }
        match name.as_str() {
            "blockquote" => self.quotes += 1,
            "li" => self.words("- "),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(unseen) = &self.unseen {
            if unseen == name {
                self.unseen = None;
            }
            return;
        }
        match name {
            "a" => self.end_link(),
            "p" => self.end_line(2),
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.end_line(1);
            }
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.end_line(1);
        }
    }

    fn end_line(&mut self, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
    }

    /// Says where a link leads, unless its text does.
    fn end_link(&mut self) {
        let Some((from, target)) = self.link.take() else { return };
        let shown = self.out.get(from..).unwrap_or_default().trim().trim_end_matches('/');
        let bare = |link: &str| {
            let link = link.trim_end_matches('/');
            let link = ["mailto:", "tel:", "https://", "http://"]
                .iter()
                .find_map(|scheme| link.strip_prefix(*scheme))
                .unwrap_or(link);
            link.to_owned()
        };
        let says_nothing =
            target.is_empty() || target.starts_with(['#']) || target.starts_with("javascript:");
        if !says_nothing && bare(shown) != bare(&target) {
            let words = if shown.is_empty() { format!("<{target}>") } else { format!(" <{target}>") };
            self.words(&words);
        }
    }

    fn words(&mut self, words: &str) {
        if self.unseen.is_some() {
            return;
        }
        if self.preformatted > 0 {
            for (number, line) in words.split('\n').enumerate() {
                self.breaks += usize::from(number > 0);
                if !line.trim().is_empty() {
                    self.before();
                    self.out.push_str(line.trim_end_matches('\r'));
                }
            }
            return;
        }
        // A blank of its own, such as one that does not break, is the sender's.
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}');
        self.blank |= words.starts_with(is_blank);
        for (number, word) in words.split(is_blank).filter(|word| !word.is_empty()).enumerate() {
            self.blank |= number > 0;
            self.before();
            self.out.push_str(word);
        }
        self.blank |= words.ends_with(is_blank);
    }

    /// What goes before a word: the ends of lines, the marks of quotes, or a blank.
    fn before(&mut self) {
        if self.out.is_empty() {
            self.breaks = 0;
        }
        if self.breaks > 0 {
            for _ in 0..self.breaks.min(3) {
                self.out.push('\n');
            }
        } else if self.blank && !self.out.is_empty() {
            self.out.push(' ');
        }
        if self.out.is_empty() || self.out.ends_with('\n') {
            for _ in 0..self.quotes.min(DEEPEST) {
                self.out.push_str("> ");
            }
        }
        (self.breaks, self.blank) = (0, false);
    }
}

fn lower(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_it_is_seen() {
        for (html, expected) in [
            (
                "<html><head><title>no</title><style>p{}</style></head><body>Hello&nbsp;<b>you</b> ,<br>there</body>",
                "Hello\u{a0}you ,\nthere",
            ),
            (
                "<p>one</p>\n <p>two\n  three</p><div>four</div><div><div>five</div></div>",
                "one\n\ntwo three\n\nfour\nfive",
            ),
            ("a<script>if (a < b) { \"</p>\" }</script>b", "ab"),
            (
                "see <a href='https://maps.example/?q=1,2'>here</a> now",
                "see here <https://maps.example/?q=1,2> now",
            ),
            (
                "<a href='https://x.example/'>x.example</a> <a href='mailto:a@x'>a@x</a> <a href='#top'>top</a>",
                "x.example a@x top",
            ),
            ("<ul><li>a</li><li>b</ul>", "- a\n- b"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            (
                "yes<blockquote>did<br>you?<blockquote>who</blockquote></blockquote>end",
                "yes\n> did\n> you?\n> > who\nend",
            ),
            ("<pre>a  b\n  c</pre>d", "a  b\n  c\nd"),
            ("<img src=x alt='a map'><img src=y>", "[a map]"),
            ("1 &lt; 2 &amp; ស្រី &#128557;", "1 < 2 & ស្រី 😭"),
            ("a <style>never closed", "a"),
            ("", ""),
            ("<<<>>", "<<<>>"),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    #[test]
    fn a_link_that_is_not_closed_leads_somewhere_too() {
        assert_eq!(
            text("<a href='https://x.example/1'><a href='https://x.example/2'>b</a>"),
            "<https://x.example/1>b <https://x.example/2>"
        );
    }
}
