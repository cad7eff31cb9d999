//! Which addresses may be called: what the internet can reach, and nothing of the network that the service stands in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::config::WebhookSettings;

/// Longest address that is kept, in bytes.
const MAX_BYTES: usize = 2_000;

/// An address is not one to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("is not an absolute URL with a host, without a fragment, of at most 2000 bytes")]
    Malformed,
    /// It is not https.
    #[error("must begin with https://")]
    Scheme,
    /// It holds a user name or a password.
    #[error("must hold no user name and no password: deliveries are signed, which says more")]
    Credentials,
    /// It is, or stands for, an address inside a network.
    #[error("must be reachable from the internet: private, local and reserved addresses are refused")]
    Inside,
}

/// Reads an address as a client would, odd spellings of numbers included, and checks it.
///
/// # Errors
/// [`AddressError`] in words for whoever wrote it.
pub fn check(text: &str, settings: &WebhookSettings) -> Result<Url, AddressError> {
    if text.len() > MAX_BYTES {
        return Err(AddressError::Malformed);
    }
    let url = Url::parse(text).map_err(|_| AddressError::Malformed)?;
    match url.scheme() {
        "https" => {}
        "http" if settings.allow_http => {}
        _ => return Err(AddressError::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Credentials);
    }
    // A fragment is never sent: whoever wrote one expects something that will not happen.
    let host = url.host_str().filter(|_| url.fragment().is_none()).ok_or(AddressError::Malformed)?;
    if !settings.allow_private && !host_is_outside(host) {
        return Err(AddressError::Inside);
    }
    Ok(url)
}

/// Whether a host, as [`Url`] normalised it, may be outside: an address is judged, a name only if it can be none.
fn host_is_outside(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return is_outside(address);
    }
    let name = host.trim_end_matches('.');
    // Names without a dot, and those set apart for local use (RFC 6761, 6762, 8375, ICANN's `internal`).
    let local = ["localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp", "home"];
    name.contains('.')
        && !local.iter().any(|end| {
            name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// Whether an address is one of the public internet, as the registries of special-purpose addresses have it.
pub fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => v4_is_outside(address),
        IpAddr::V6(address) => v6_is_outside(address),
    }
}

/// Ranges that are private, local, reserved, for documents, or answered by a host's own cloud.
const INSIDE_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Azure's metadata and wire server, in the midst of public addresses.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, reserved, broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

fn v4_is_outside(address: Ipv4Addr) -> bool {
    !INSIDE_V4.iter().any(|(net, bits)| (address.to_bits() ^ net.to_bits()) >> (32 - bits) == 0)
}

/// Ranges inside 2000::/3 that are no places to call: protocol assignments with Teredo, documents, 6to4.
const INSIDE_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn v6_is_outside(address: Ipv6Addr) -> bool {
    // Written so that an IPv4 address is behind it, which is then the one that is called.
    if let Some(v4) = address.to_ipv4_mapped() {
        return v4_is_outside(v4);
    }
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        return v4_is_outside(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    let bits = address.to_bits();
    // Only this eighth of the addresses is given out to the internet.
    bits >> 125 == 0b001
        && !INSIDE_V6.iter().any(|(net, length)| (bits ^ net.to_bits()) >> (128 - length) == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(allow_http: bool, allow_private: bool) -> WebhookSettings {
        WebhookSettings { allow_http, allow_private, ..crate::config::Settings::defaults().unwrap().webhooks }
    }

    #[test]
    fn whatever_stands_for_an_inner_address_is_refused() {
        let strict = settings(false, false);
        for host in [
            "127.0.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "127.1",
            "127.0.0.1.",
            "１２７.0.0.1",
            "0",
            "0.0.0.0",
            "10.0.0.5",
            "100.64.0.1",
            "100.100.100.200",
            "169.254.169.254",
            "168.63.129.16",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.19.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:0:127.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2002:7f00:1::]",
            "[2002:808:808::1]",
            "[3fff::1]",
            "[5f00::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "metadata.google.internal",
            "printer.local",
            "router",
            "nas.lan",
            "x.home.arpa",
        ] {
            let url = format!("https://{host}/hook");
            assert_eq!(check(&url, &strict), Err(AddressError::Inside), "{url}");
            assert!(check(&url, &settings(false, true)).is_ok(), "{url}");
        }
    }

    #[test]
    fn what_the_internet_reaches_is_accepted() {
        let strict = settings(false, false);
        for url in [
            "https://hooks.example.org/farlight?token=a",
            "https://example.org:8443",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/x",
            "https://[64:ff9b::8.8.8.8]/",
            "https://[::ffff:8.8.8.8]/",
            "https://xn--bcher-kva.example/",
            "https://127.0.0.1.nip.example/",
            "https://localhost.example/",
        ] {
            assert!(check(url, &strict).is_ok(), "{url}");
        }
    }

    #[test]
    fn other_schemes_credentials_and_scraps_are_refused() {
        let (strict, lax) = (settings(false, false), settings(true, true));
        assert_eq!(check("http://example.org/", &strict), Err(AddressError::Scheme));
        assert!(check("http://example.org/", &lax).is_ok());
        for url in ["ftp://example.org/", "file:///etc/passwd", "gopher://example.org", "javascript:alert(1)"]
        {
            assert_eq!(check(url, &lax), Err(AddressError::Scheme), "{url}");
        }
        for url in ["https://a@example.org/", "https://a:b@example.org/", "https://:b@example.org/"] {
            assert_eq!(check(url, &lax), Err(AddressError::Credentials), "{url}");
        }
        for url in ["", "example.org", "//example.org", "https://", "https://a b/", "https://example.org/#x"]
        {
            assert_eq!(check(url, &lax), Err(AddressError::Malformed), "{url}");
        }
        assert_eq!(check("https://[::1/", &lax), Err(AddressError::Malformed));
        assert_eq!(check("https://999.1.1.1/", &lax), Err(AddressError::Malformed));
        let long = format!("https://example.org/{}", "a".repeat(MAX_BYTES));
        assert_eq!(check(&long, &lax), Err(AddressError::Malformed));
    }

    proptest! {
        #[test]
        fn an_inner_v4_address_is_inner_in_every_dress(bits in any::<u32>()) {
            let v4 = Ipv4Addr::from_bits(bits);
            let outside = v4_is_outside(v4);
            prop_assert!(!outside || !(v4.is_private() || v4.is_loopback() || v4.is_link_local()
                || v4.is_multicast() || v4.is_unspecified() || v4.is_documentation() || v4.is_broadcast()));
            prop_assert_eq!(v6_is_outside(v4.to_ipv6_mapped()), outside);
            let nat64 = Ipv6Addr::from_bits(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0).to_bits() | u128::from(bits));
            prop_assert_eq!(v6_is_outside(nat64), outside);
            let strict = settings(false, false);
            for host in [v4.to_string(), bits.to_string(), format!("0x{bits:x}"), format!("0{bits:o}")] {
                prop_assert_eq!(check(&format!("https://{host}/"), &strict).is_ok(), outside, "{}", host);
            }
        }

        #[test]
        fn anything_is_taken(text in "(https?://)?\\PC{0,60}") {
            drop(check(&text, &settings(true, false)));
        }
    }
}
