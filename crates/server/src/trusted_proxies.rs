//! Who is believed about where a call comes from: the proxies that the operator lists, and nobody
//! else.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use hyper::HeaderMap;
use hyper::header::{FORWARDED, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The networks of the operator's own proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The last address on the way here that is not a trusted proxy's. What a stranger says of
    /// itself, in whichever header, counts for nothing.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        for claimed in path(headers).into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            match claimed {
                Some(address) => client = address,
                // What can't be read ends the path: nothing before it can be believed.
                None => break,
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(", "))
    }
}

/// The addresses that the headers name, first the one that is said to have begun. `Forwarded`
/// (RFC 7239) goes before the older header.
fn path(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = |name: &HeaderName| -> Vec<String> {
        let all = headers.get_all(name).iter();
        all.flat_map(|value| value.to_str().unwrap_or("?").split(',').map(str::to_owned))
            .collect()
    };
    let forwarded = values(&FORWARDED);
    if !forwarded.is_empty() {
        return forwarded
            .iter()
            .map(|element| forwarded_for(element))
            .collect();
    }
    values(&X_FORWARDED_FOR)
        .iter()
        .map(|text| address(text))
        .collect()
}

/// The `for` of one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs
        .map(|(name, value)| (name.trim(), value.trim()))
        .find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    address(value.trim_matches('"'))
}

/// With or without brackets and a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let parsed = bare.parse::<IpAddr>().ok();
    parsed
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, headers: &[(&'static str, &str)], client: &str) {
        let networks = ["10.0.0.0/8", "::1/128"].map(|text| text.parse().expect("a network"));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().expect("a header value"));
        }
        let proxies = TrustedProxies::new(networks.to_vec());
        let found = proxies.client(peer.parse().expect("an address"), &map);
        assert_eq!(found.to_string(), client, "{peer} {headers:?}");
    }

    #[test]
    fn a_stranger_is_not_believed() {
        check("192.0.2.1", &[("x-forwarded-for", "10.1.1.1")], "192.0.2.1");
        check("192.0.2.1", &[("forwarded", "for=10.1.1.1")], "192.0.2.1");
    }

    #[test]
    fn a_trusted_proxy_is_believed_up_to_the_first_stranger() {
        check(
            "10.0.0.1",
            &[("x-forwarded-for", "198.51.100.7")],
            "198.51.100.7",
        );
        check(
            "10.0.0.1",
            &[("x-forwarded-for", "10.9.9.9, 198.51.100.7, 10.0.0.2")],
            "198.51.100.7",
        );
        check(
            "10.0.0.1",
            &[
                ("x-forwarded-for", "1.1.1.1"),
                ("x-forwarded-for", "2.2.2.2"),
            ],
            "2.2.2.2",
        );
        check(
            "::ffff:10.0.0.1",
            &[("x-forwarded-for", "198.51.100.7:4711")],
            "198.51.100.7",
        );
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn both_headers_are_read_and_the_standard_one_first() {
        let both = [
            ("x-forwarded-for", "1.1.1.1"),
            ("forwarded", "for=\"[2001:db8::1]:80\";proto=https"),
        ];
        check("10.0.0.1", &both, "2001:db8::1");
        check(
            "::1",
            &[("forwarded", "For=198.51.100.7, for=10.0.0.2")],
            "198.51.100.7",
        );
    }

    #[test]
    fn what_cannot_be_read_ends_the_path() {
        check(
            "10.0.0.1",
            &[("x-forwarded-for", "198.51.100.7, unknown")],
            "10.0.0.1",
        );
        check(
            "10.0.0.1",
            &[("forwarded", "for=198.51.100.7, by=x")],
            "10.0.0.1",
        );
    }
}
