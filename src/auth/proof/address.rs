//! The address that a proof must be for: the one that the client asked, whatever stands in between.

use actix_web::HttpRequest;
use actix_web::http::header;
use reqwest::Url;

use crate::config::ServerSettings;

/// The address of a request as its client has it: below `server.public_url`, and where that is not set, at the host that
/// the request names. No header of a proxy is believed.
fn of(request: &HttpRequest, server: &ServerSettings) -> Option<String> {
    let path = request.path();
    if !server.public_url.is_empty() {
        return Some(format!("{}{path}", server.public_url.trim_end_matches('/')));
    }
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    Some(format!("{}://{host}{path}", server.scheme()))
}

/// Whether `claimed` is the address of a request, without its query and fragment.
pub fn is_of(claimed: &str, request: &HttpRequest, server: &ServerSettings) -> bool {
    of(request, server).is_some_and(|address| same(claimed, &address))
}

/// Whether two addresses are the same after the normalisations of RFC 3986, 6.2.2 and 6.2.3, but for query and fragment.
fn same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let parts = |address: &str| {
        let url = Url::parse(address).ok()?;
        let bare = url.username().is_empty() && url.password().is_none();
        let place = (url.scheme().to_owned(), url.host_str()?.to_owned(), url.port_or_known_default());
        bare.then(|| (place, unescaped(url.path())))
    };
    parts(a).is_some_and(|a| Some(a) == parts(b))
}

/// A path in which only what needs to be is written with `%`, in capitals.
fn unescaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let digits = after.get(..2).and_then(|digits| Some((digits, u8::from_str_radix(digits, 16).ok()?)));
        match digits {
            Some((_, byte)) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
            }
            Some((digits, _)) => {
                out.push('%');
                out.push_str(&digits.to_ascii_uppercase());
            }
            None => out.push('%'),
        }
        rest = if digits.is_some() { &after[2..] } else { after };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn addresses_are_compared_as_the_standard_says() {
        let ours = "https://cases.example.org/v1/cases/7";
        for other in [
            "https://cases.example.org/v1/cases/7",
            "HTTPS://Cases.Example.ORG/v1/cases/7",
            "https://cases.example.org:443/v1/cases/7",
            "https://cases.example.org/v1/cases/7?limit=5#top",
            "https://cases.example.org/v1/./x/../cases/7",
            "https://cases.example.org/v1/%63ases/7",
        ] {
            assert!(same(other, ours), "{other}");
        }
        assert!(same("https://a.example/%c3%a9", "https://a.example/%C3%A9"));
        assert!(same("https://a.example", "https://a.example/"));
        for other in [
            "",
            "/v1/cases/7",
            "cases.example.org/v1/cases/7",
            "http://cases.example.org/v1/cases/7",
            "https://cases.example.org:8443/v1/cases/7",
            "https://other.example.org/v1/cases/7",
            "https://cases.example.org.evil.example/v1/cases/7",
            "https://somebody@cases.example.org/v1/cases/7",
            "https://cases.example.org/v1/cases/8",
            "https://cases.example.org/v1/cases/7/",
            "https://cases.example.org/v1/Cases/7",
            "https://cases.example.org/v1%2Fcases/7",
            "https://cases.example.org/v1/cases/%",
        ] {
            assert!(!same(other, ours), "{other}");
        }
        assert!(!same("https://a.example/%zz€", "https://a.example/%"));
    }
}
