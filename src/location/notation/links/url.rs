//! Finds links in a text and takes them apart. Kinder than a parser of the web: people copy halves of links.

use super::super::Folded;

/// The longest link that is looked at; longer ones are cut.
const MOST: usize = 4_000;

/// Schemes that begin a link without a host that is known.
const SCHEMES: [&str; 14] = [
    "http://",
    "https://",
    "geo:",
    "google.navigation:",
    "comgooglemaps://",
    "baidumap://",
    "bdapp://",
    "androidamap://",
    "iosamap://",
    "amapuri://",
    "qqmap://",
    "waze://",
    "yandexmaps://",
    "maps://",
];

/// Hosts that people write without a scheme.
const HOSTS: [&str; 24] = [
    "maps.google.",
    "www.google.",
    "google.com/maps",
    "goo.gl/maps",
    "maps.app.goo.gl/",
    "g.co/maps",
    "maps.apple.com/",
    "www.openstreetmap.org/",
    "openstreetmap.org/",
    "osm.org/",
    "www.bing.com/maps",
    "bing.com/maps",
    "www.waze.com/",
    "waze.com/",
    "yandex.",
    "uri.amap.com/",
    "surl.amap.com/",
    "ditu.amap.com/",
    "map.qq.com/",
    "apis.map.qq.com/",
    "map.baidu.com/",
    "j.map.baidu.com/",
    "w3w.co/",
    "plus.codes/",
];

/// Where the links of a text stand.
pub fn find(text: &Folded) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let inside_word =
            text.before(at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '-'));
        let end = if inside_word { None } else { begins(text, at).then(|| link_end(text, at)) };
        match end.filter(|end| *end > at) {
            Some(end) => {
                found.push((at, end));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn begins(text: &Folded, at: usize) -> bool {
    let rest = text.from(at);
    // what3words are written with three slashes.
    if rest.starts_with(&['/', '/', '/']) {
        return is_three_words(rest.get(3..).unwrap_or_default());
    }
    let starts = |known: &&str| {
        let mut rest = rest.iter();
        known.chars().all(|c| rest.next().is_some_and(|other| other.to_ascii_lowercase() == c))
    };
    rest.first().is_some_and(char::is_ascii_alphabetic) && SCHEMES.iter().chain(&HOSTS).any(starts)
}

/// Three words with two dots between them.
fn is_three_words(text: &[char]) -> bool {
    let word: Vec<char> =
        text.iter().take(80).copied().take_while(|c| c.is_alphabetic() || *c == '.').collect();
    let mut words = word.split(|c| *c == '.');
    let long = words.by_ref().take(3).filter(|word| word.len() >= 2).count();
    long == 3 && words.next().is_none_or(<[char]>::is_empty)
}

fn link_end(text: &Folded, start: usize) -> usize {
    let stops = |c: char| c.is_whitespace() || c.is_control() || "<>「」《》【】。！？…".contains(c);
    let mut end = text.run(start, MOST, |c| !stops(c) && !is_quote(c));
    // Within a link quotes are minutes and seconds, as in `16°41'24.0"N`.
    while text.get(end).is_some_and(is_quote)
        && text.before(end).is_some_and(|c| c.is_ascii_digit())
        && text.get(end + 1).is_some_and(|c| c.is_ascii_alphanumeric() || c == '%')
        && end < start + MOST
    {
        end = text.run(end + 1, MOST, |c| !stops(c) && !is_quote(c));
    }
    // The name of a place may stand in the middle of a link in its own script; a sentence that goes on behind it
    // without a space does not belong to it.
    while end > start && text.before(end).is_some_and(|c| !c.is_ascii() || ".,;:!?)]}*_~".contains(c)) {
        end -= 1;
    }
    end
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'')
}

/// A link in its parts, without percent signs.
pub struct Url {
    /// The scheme, in lower case; empty for none.
    pub scheme: String,
    /// The host in lower case, without `www.`.
    pub host: String,
    /// What follows the host, up to the parameters.
    pub path: String,
    /// What follows the sharp.
    pub fragment: String,
    parameters: Vec<(String, String)>,
}

impl Url {
    /// Takes a link apart.
    pub fn parse(written: &str) -> Option<Self> {
        let (rest, fragment) = written.split_once('#').unwrap_or((written, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (scheme, rest) = match rest.split_once("://") {
            Some(parts) => parts,
            None => match rest.split_once(':') {
                Some((scheme, rest)) if !scheme.contains('/') => (scheme, rest),
                _ => ("", rest.trim_start_matches("///")),
            },
        };
        let scheme = scheme.to_ascii_lowercase();
        let (host, path) = rest.split_once('/').map_or((rest, ""), |(host, path)| (host, path));
        let host = host.to_ascii_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
        let parts = query.split('&').filter(|part| !part.is_empty());
        let parameters = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
        Some(Self {
            scheme,
            host,
            path: decoded(path, false),
            fragment: decoded(fragment, false),
            parameters: parameters.map(|(name, value)| (decoded(name, true), decoded(value, true))).collect(),
        })
    }

    /// The first parameter of a name that says something.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut same = self.parameters.iter().filter(|(known, value)| known == name && !value.is_empty());
        same.next().map(|(_, value)| value.as_str())
    }

    /// Whether the host is this one or one below it.
    pub fn is_at(&self, host: &str) -> bool {
        self.host.strip_suffix(host).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The pieces of the path.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.path.split('/')
    }
}

/// Percent signs undone, in a query also plus signs.
fn decoded(text: &str, query: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = if *first == b'%' { tail.get(..2).and_then(hex) } else { None };
        bytes.push(escaped.unwrap_or(if *first == b'+' && query { b' ' } else { *first }));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}
