//! What both exports of Telegram Desktop say in the same words, so that a message reads alike in each.

/// The target of a link where its words do not give it away. A link behind other words must not be lost.
pub fn hidden_link<'a>(shown: &str, href: &'a str) -> Option<&'a str> {
    let href = href.trim();
    let shown = shown.trim();
    let bare = href.strip_prefix("mailto:").or_else(|| href.strip_prefix("tel:")).unwrap_or(href);
    let name = shown.strip_prefix('@');
    let is_mention = name.is_some_and(|name| href.rsplit('/').next() == Some(name));
    (leads_out(href) && bare != shown && !is_mention).then_some(href)
}

/// Whether a link leads out of the export: not to a file of it, such as the picture of an emoji.
fn leads_out(href: &str) -> bool {
    let first = href.split(['/', '?', '#']).next().unwrap_or_default();
    let domain = first.contains('.') && !first.starts_with(['.', '(']);
    let scheme = first.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'))
    });
    scheme || domain
}

/// A contact card.
pub fn contact(name: Option<&str>, phone: Option<&str>) -> String {
    format!("contact: {}", joined([name, phone], ", ").unwrap_or_default())
}

/// An answer of a poll.
pub fn answer(text: &str, votes: Option<&str>, chosen: bool) -> String {
    let votes = votes.map(|votes| format!("votes: {votes}"));
    let facts = joined([votes.as_deref(), chosen.then_some("chosen by the exporter")], ", ");
    format!("- {text}{}", facts.map(|facts| format!(" ({facts})")).unwrap_or_default())
}

/// A button that a bot put under a message, and the link behind it.
pub fn button(text: &str, link: Option<&str>) -> String {
    let link = link.filter(|link| link.starts_with("http"));
    format!("button: {text}{}", link.map(|link| format!(" ({link})")).unwrap_or_default())
}

/// What a file is: `audio Rain, 12 s`.
pub fn file(kind: &str, name: Option<&str>, seconds: Option<u32>) -> String {
    let length = seconds.map(|seconds| format!("{seconds} s"));
    joined([joined([Some(kind), name], " ").as_deref(), length.as_deref()], ", ").unwrap_or_default()
}

/// Said of a message that the exporter could not write down.
pub const UNSUPPORTED: &str = "message that the exporter does not support: the file holds nothing of it";
/// Said of a message that holds nothing that is known here.
pub const EMPTY: &str = "message kept without text: it holds nothing that is known here";
/// Said of a place that is none.
pub const NO_POINT: &str = "message kept without its point: it has no valid coordinates";

/// Said of an export where people reacted to messages with a sign.
pub const NO_REACTIONS: &str = "reactions to messages are left out";

/// The parts that are there, as one text; none if none is.
pub fn joined<const N: usize>(parts: [Option<&str>; N], by: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_link_hides_is_told() {
        for (shown, href) in [
            ("https://a.example", "https://a.example"),
            ("a.example", "a.example"),
            ("me@a.example", "mailto:me@a.example"),
            ("+00 1", "tel:+00 1"),
            ("@linh_bo", "https://t.me/linh_bo"),
            ("🙂", "stickers/sticker (2).webp"),
            ("🙂", "../../stickers/a.webp"),
            ("🙂", "(File not included. Change data exporting settings to download.)"),
            ("#tag", ""),
        ] {
            assert_eq!(hidden_link(shown, href), None, "{href}");
        }
        for (shown, href) in [
            ("here", "https://maps.example/x"),
            ("here", "maps.example/x"),
            ("Bo", "tg://user?id=88"),
            ("@linh", "https://t.me/other"),
            ("a.example", "http://a.example/"),
        ] {
            assert_eq!(hidden_link(shown, href), Some(href));
        }
    }
}
