//! From which address a request comes.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderValue};
use ipnet::IpNet;

/// Proxies whose word on where a request comes from is taken; app data.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// From the settings: addresses, or networks such as `10.0.0.0/8`, with commas between them.
    ///
    /// # Errors
    /// What is wrong, in words for the operator.
    pub fn parse(trusted: &str) -> Result<Self, String> {
        let one = |text: &str| {
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            net.map_err(|_| format!("server.trusted_proxies: {text} is neither an address nor a network"))
        };
        let trusted = trusted.split(',').map(str::trim).filter(|text| !text.is_empty());
        trusted.map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Whether `address` is one of them.
    pub fn include(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// The address nearest to us that is no proxy of ours. Whatever stands further left in the header was written by
    /// that address itself, or let through by it, and says nothing.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut nearest = peer;
        let hops: Vec<_> = headers.get_all(FORWARDED_FOR).map(HeaderValue::as_bytes).collect();
        let hops = hops.iter().rev().flat_map(|value| value.rsplit(|byte| *byte == b','));
        for hop in hops {
            if !self.include(nearest) {
                break;
            }
            // A proxy that writes what is no address is not understood: the proxy itself is then who asks.
            let Some(hop) = parse_hop(hop) else { break };
            nearest = hop;
        }
        nearest
    }
}

const FORWARDED_FOR: &str = "x-forwarded-for";

/// An address as proxies write it: alone, in brackets, with a port.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse::<IpAddr>()
        .ok()
        .or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
        .map(|address| address.to_canonical())
}

/// The address that a request comes from: the other end of the connection, unless that is a proxy that the settings
/// name. No header is believed otherwise.
pub fn address(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let proxies = request.app_data::<Proxies>();
    Some(proxies.map_or(peer, |proxies| proxies.client(peer, request.headers())))
}

/// What counts as one address: in IPv6 whoever has one has the 2^64 beside it.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_str(value).unwrap();
            headers.append(HeaderName::from_static(FORWARDED_FOR), value);
        }
        headers
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_of_ours_asks() {
        let proxies = Proxies::parse("10.0.0.0/8, 192.0.2.7").unwrap();
        for (peer, sent, asks) in [
            ("198.51.100.9", &["203.0.113.1"][..], "198.51.100.9"),
            ("10.1.1.1", &[], "10.1.1.1"),
            ("10.1.1.1", &["203.0.113.1"], "203.0.113.1"),
            ("10.1.1.1", &["1.2.3.4, 203.0.113.1"], "203.0.113.1"),
            ("10.1.1.1", &["1.2.3.4, 203.0.113.1, 192.0.2.7"], "203.0.113.1"),
            ("10.1.1.1", &["1.2.3.4", "203.0.113.1,10.2.2.2"], "203.0.113.1"),
            ("10.1.1.1", &["203.0.113.1:4711"], "203.0.113.1"),
            ("10.1.1.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("10.1.1.1", &["[2001:db8::1]"], "2001:db8::1"),
            ("10.1.1.1", &["::ffff:203.0.113.1"], "203.0.113.1"),
            ("10.1.1.1", &["203.0.113.1, unknown"], "10.1.1.1"),
            ("10.1.1.1", &["203.0.113.1,"], "10.1.1.1"),
        ] {
            let asked = proxies.client(peer.parse().unwrap(), &headers(sent));
            assert_eq!(asked, asks.parse::<IpAddr>().unwrap(), "{peer} {sent:?}");
        }
    }

    #[test]
    fn neighbours_count_as_one() {
        let near = |address: &str| neighbourhood(address.parse().unwrap());
        assert_eq!(near("2001:db8:1:2:3:4:5:6"), near("2001:db8:1:2::9"));
        assert_ne!(near("2001:db8:1:2::9"), near("2001:db8:1:3::9"));
        assert_ne!(near("203.0.113.1"), near("203.0.113.2"));
        assert_eq!(near("::ffff:203.0.113.1"), near("203.0.113.1"));
    }

    #[test]
    fn what_is_no_network_is_named() {
        assert!(Proxies::parse("10.0.0.0/33").unwrap_err().contains("10.0.0.0/33"));
    }
}
