//! The headers of an e-mail: what they say in words, and the people in them.

use mailparse::{MailAddr, MailHeader, addrparse, addrparse_header};

use super::super::text;

/// People of one message that are looked at.
const MOST: usize = 500;
/// Bytes of a header that are looked at: taking apart what is longer would take long, and no program writes it.
const LONGEST: usize = 64 * 1024;

/// Words in an encoding of their own that a block of headers may hold: each is looked for up to the end of its header.
pub(super) const MOST_ENCODED: usize = 2000;

/// Whether headers can be taken apart in little time.
pub(super) fn is_cheap(raw: &[u8]) -> bool {
    raw.len() <= LONGEST && memchr::memmem::find_iter(raw, b"=?").count() <= MOST_ENCODED
}

/// Somebody in a header.
#[derive(Clone)]
pub(super) struct Person {
    /// The address in small letters.
    pub(super) address: String,
    /// The name beside it.
    pub(super) name: Option<String>,
}

/// What the first header of a name says.
pub(super) fn value(headers: &[MailHeader<'_>], name: &str) -> Option<String> {
    all(headers, name).next().map(said).filter(|value| !value.trim().is_empty())
}

/// The people in all headers of some names, in their order.
pub(super) fn people(headers: &[MailHeader<'_>], names: &[&str]) -> Vec<Person> {
    let found = names.iter().flat_map(|name| all(headers, name));
    found.flat_map(|header| listed(header)).take(MOST).collect()
}

/// The id in a header such as `Message-ID`, without its brackets.
pub(super) fn id(headers: &[MailHeader<'_>], name: &str) -> Option<String> {
    let value = value(headers, name)?;
    let id = match value.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or_default(),
        None => value.split_ascii_whitespace().next().unwrap_or_default(),
    };
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

fn all<'a>(headers: &'a [MailHeader<'a>], name: &str) -> impl Iterator<Item = &'a MailHeader<'a>> {
    headers.iter().filter(move |header| header.get_key_ref().trim().eq_ignore_ascii_case(name))
}

/// A header in words. Programs also write bytes of the country's own encoding, where there should be none.
fn said(header: &MailHeader<'_>) -> String {
    let raw = header.get_value_raw();
    if !is_cheap(raw) {
        return String::from_utf8_lossy(raw.get(..LONGEST).unwrap_or_default()).into_owned();
    }
    if std::str::from_utf8(raw).is_ok() {
        return header.get_value();
    }
    let (value, _) = text::encoding(raw).decode_without_bom_handling(raw);
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn listed(header: &MailHeader<'_>) -> Vec<Person> {
    let value = said(header);
    let list = match std::str::from_utf8(header.get_value_raw()) {
        Ok(_) if is_cheap(header.get_value_raw()) => addrparse_header(header),
        _ => addrparse(&value),
    };
    let mut people = Vec::new();
    for address in list.map(mailparse::MailAddrList::into_inner).unwrap_or_default() {
        match address {
            MailAddr::Single(one) => people.push((one.addr, one.display_name)),
            MailAddr::Group(group) => {
                people.extend(group.addrs.into_iter().map(|one| (one.addr, one.display_name)));
            }
        }
    }
    if people.is_empty() {
        // Not written as it should be: whatever looks like an address.
        let words = value.split(|c: char| c.is_whitespace() || "<>,;\"()[]".contains(c));
        people.extend(words.filter(|word| word.contains('@')).map(|word| (word.to_owned(), None)));
    }
    people.into_iter().filter_map(|(address, name)| person(&address, name)).collect()
}

fn person(address: &str, name: Option<String>) -> Option<Person> {
    let address = address.trim().trim_matches(['<', '>', '\'', '"']).to_lowercase();
    let name = name.map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
    let name = name.filter(|name| !name.is_empty() && name.to_lowercase() != address);
    (!address.is_empty()).then_some(Person { address, name })
}

#[cfg(test)]
mod tests {
    use mailparse::parse_headers;

    use super::*;

    #[test]
    fn people_are_found_in_any_writing() {
        let found = |bytes: &[u8]| {
            let (headers, _) = parse_headers(bytes).unwrap();
            let people = people(&headers, &["to", "cc"]).into_iter();
            people.map(|one| format!("{}={}", one.address, one.name.unwrap_or_default())).collect::<Vec<_>>()
        };
        assert_eq!(
            found(b"To: \"Sok, Lina\" <Lina@Example.org>, dara@example.org\r\nCC: x@y\r\n\r\n"),
            ["lina@example.org=Sok, Lina", "dara@example.org=", "x@y=",]
        );
        assert_eq!(found("To: =?utf-8?B?4Z6f4Z+S4Z6a4Z64?= <s@x>\n\n".as_bytes()), ["s@x=ស្រី"]);
        assert_eq!(found(b"To: Friends: a@x, b@x;\n\n"), ["a@x=", "b@x="]);
        assert_eq!(found(b"To: <a@x> <b@x\n\n"), ["a@x=", "b@x="]);
        assert_eq!(found(b"To: undisclosed-recipients:;\n\n"), Vec::<String>::new());
        let (gbk, _, _) = encoding_rs::GBK.encode("To: 王小明的朋友们在这里 <w@x>\n\n");
        assert_eq!(found(&gbk), ["w@x=王小明的朋友们在这里"]);
    }

    #[test]
    fn ids_come_without_brackets() {
        let text = b"Message-ID: <a@x>\nIn-Reply-To: your mail of <b@x> (c)\nReferences: d@x e@x\n\n";
        let (headers, _) = parse_headers(text).unwrap();
        let ids = ["message-id", "in-reply-to", "references", "other"].map(|name| id(&headers, name));
        assert_eq!(ids, [Some("a@x".to_owned()), Some("b@x".to_owned()), Some("d@x".to_owned()), None]);
    }
}
