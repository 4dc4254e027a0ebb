//! Which addresses are public. What no list here knows as public is not: a new special network
//! stays out of reach until somebody lets it in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// The special networks of IANA's registry, and those that clouds have made special.
const NOT_PUBLIC: &[Ipv4Net] = &[
    // This host on this network.
    v4([0, 0, 0, 0], 8),
    // Private.
    v4([10, 0, 0, 0], 8),
    v4([172, 16, 0, 0], 12),
    v4([192, 168, 0, 0], 16),
    // Between a provider and its customers; Alibaba's metadata among it.
    v4([100, 64, 0, 0], 10),
    // Loopback.
    v4([127, 0, 0, 0], 8),
    // Link-local; the metadata of most clouds among it.
    v4([169, 254, 0, 0], 16),
    // The virtual host behind each machine in Azure, in a network that is public otherwise.
    v4([168, 63, 129, 16], 32),
    // Protocol assignments; Oracle's metadata among them.
    v4([192, 0, 0, 0], 24),
    // Documentation.
    v4([192, 0, 2, 0], 24),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    // Answers nobody asked for (AS112), tunnels (AMT), relays of 6to4.
    v4([192, 31, 196, 0], 24),
    v4([192, 52, 193, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 175, 48, 0], 24),
    // Benchmarking.
    v4([198, 18, 0, 0], 15),
    // Multicast, then reserved, broadcast at its end.
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// All that is given out for the public so far. Loopback, mapped and compatible IPv4, unique local,
/// link-local, site-local and multicast addresses are outside of it.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0, 0], 3);

/// What is special within the above.
const NOT_PUBLIC_V6: &[Ipv6Net] = &[
    // Protocol assignments: Teredo, benchmarking, ORCHID and others.
    v6([0x2001, 0, 0], 23),
    // Documentation.
    v6([0x2001, 0xdb8, 0], 32),
    v6([0x3fff, 0, 0], 20),
    // 6to4, which carries IPv4 addresses and is no longer in use.
    v6([0x2002, 0, 0], 16),
    // AS112.
    v6([0x2620, 0x4f, 0x8000], 48),
];

/// How hosts that have IPv6 alone see the rest of the world: an IPv4 address at the end.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0], 96);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c]: [u16; 3], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !NOT_PUBLIC.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_UNICAST.contains(&address) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before a network, its first address, its last, and after it.
    const NETWORKS: &str = "
        9.255.255.255 10.0.0.0 10.255.255.255 11.0.0.0
        100.63.255.255 100.64.0.0 100.127.255.255 100.128.0.0
        126.255.255.255 127.0.0.0 127.255.255.255 128.0.0.0
        168.63.129.15 168.63.129.16 168.63.129.16 168.63.129.17
        169.253.255.255 169.254.0.0 169.254.255.255 169.255.0.0
        172.15.255.255 172.16.0.0 172.31.255.255 172.32.0.0
        191.255.255.255 192.0.0.0 192.0.0.255 192.0.1.0
        192.0.1.255 192.0.2.0 192.0.2.255 192.0.3.0
        192.31.195.255 192.31.196.0 192.31.196.255 192.31.197.0
        192.52.192.255 192.52.193.0 192.52.193.255 192.52.194.0
        192.88.98.255 192.88.99.0 192.88.99.255 192.88.100.0
        192.167.255.255 192.168.0.0 192.168.255.255 192.169.0.0
        192.175.47.255 192.175.48.0 192.175.48.255 192.175.49.0
        198.17.255.255 198.18.0.0 198.19.255.255 198.20.0.0
        198.51.99.255 198.51.100.0 198.51.100.255 198.51.101.0
        203.0.112.255 203.0.113.0 203.0.113.255 203.0.114.0
        2001:200:: 2001:: 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:200::
        2001:db7:ffff:: 2001:db8:: 2001:db8:ffff:ffff:: 2001:db9::
        2003:: 2002:: 2002:ffff:ffff:ffff:: 2003::
        2620:4f:7fff:: 2620:4f:8000:: 2620:4f:8000:ffff:: 2620:4f:8001::
        3ffe:ffff:: 3fff:: 3fff:fff:ffff:: 3fff:1000::
    ";

    fn public(address: &str) -> bool {
        is_public(address.parse().expect(address))
    }

    #[test]
    fn the_first_and_last_address_of_special_networks_and_their_neighbors_are_told_apart() {
        for line in NETWORKS.lines().filter(|line| !line.trim().is_empty()) {
            let mut columns = line.split_whitespace();
            for expected in [true, false, false, true] {
                let address = columns.next().expect(line);
                assert_eq!(public(address), expected, "{address}");
            }
        }
    }

    #[test]
    fn both_ends_of_the_address_spaces_are_not_public() {
        for address in ["0.0.0.0", "0.255.255.255", "224.0.0.0", "239.255.255.255"] {
            assert!(!public(address), "{address}");
        }
        for address in [
            "240.0.0.0",
            "255.255.255.255",
            "::",
            "::1",
            "1fff:ffff::",
            "4000::",
        ] {
            assert!(!public(address), "{address}");
        }
        for address in ["1.0.0.0", "223.255.255.255", "2600::", "3ffe::"] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn an_address_that_carries_another_one_is_no_way_around() {
        for address in [
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "::8.8.8.8",
            "::ffff:0:127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::8.8.8.8",
            "64:ff9b::1:808:808",
            "2002:7f00:1::",
            "2002:808:808::",
            "2001:0:7f00:1::",
        ] {
            assert!(!public(address), "{address}");
        }
        assert!(public("64:ff9b::8.8.8.8"));
    }
}
