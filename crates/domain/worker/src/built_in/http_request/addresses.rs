use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Returns what a blocked address is, or `None` for an ordinary public address.
///
/// Follows the special-purpose address registries of IANA (RFC 6890 and its updates). Of IPv6 only 2000::/3 is
/// global unicast, so everything else is blocked without being listed: loopback, unspecified, v4-mapped,
/// NAT64 (64:ff9b::/96, 64:ff9b:1::/48), unique-local, link-local, multicast and unassigned addresses.
pub(super) fn blocked(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => BLOCKED_V4
            .iter()
            .find(|(network, _)| network.contains(&address))
            .map(|(_, what)| *what),
        IpAddr::V6(address) if !GLOBAL_UNICAST.contains(&address) => Some(name_v6(address)),
        IpAddr::V6(address) => BLOCKED_V6
            .iter()
            .find(|(network, _)| network.contains(&address))
            .map(|(_, what)| *what),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 3);

const BLOCKED_V4: [(Ipv4Net, &str); 17] = [
    (v4(0, 0, 0, 0, 8), "an unspecified address"),
    (v4(10, 0, 0, 0, 8), "a private address"),
    (v4(100, 64, 0, 0, 10), "a shared address"),
    (v4(127, 0, 0, 0, 8), "a loopback address"),
    (v4(168, 63, 129, 16, 32), "a metadata address"),
    (v4(169, 254, 0, 0, 16), "a link-local or metadata address"),
    (v4(172, 16, 0, 0, 12), "a private address"),
    (v4(192, 0, 0, 0, 24), "a protocol address"),
    (v4(192, 0, 2, 0, 24), "a documentation address"),
    (v4(192, 52, 193, 0, 24), "a protocol address"),
    (v4(192, 88, 99, 0, 24), "a 6to4 relay address"),
    (v4(192, 168, 0, 0, 16), "a private address"),
    (v4(198, 18, 0, 0, 15), "a benchmark address"),
    (v4(198, 51, 100, 0, 24), "a documentation address"),
    (v4(203, 0, 113, 0, 24), "a documentation address"),
    (v4(224, 0, 0, 0, 4), "a multicast address"),
    (v4(240, 0, 0, 0, 4), "a reserved or broadcast address"),
];

const BLOCKED_V6: [(Ipv6Net, &str); 5] = [
    (v6(0x2001, 0, 32), "a Teredo address"),
    (v6(0x2001, 0, 23), "a protocol address"),
    (v6(0x2001, 0xdb8, 32), "a documentation address"),
    (v6(0x2002, 0, 16), "a 6to4 address"),
    (v6(0x3fff, 0, 20), "a documentation address"),
];

fn name_v6(address: Ipv6Addr) -> &'static str {
    if address.is_loopback() {
        "a loopback address"
    } else if address.is_unspecified() {
        "an unspecified address"
    } else if address.is_multicast() {
        "a multicast address"
    } else if address.is_unique_local() {
        "a unique-local address"
    } else if address.is_unicast_link_local() {
        "a link-local address"
    } else if address.to_ipv4_mapped().is_some() {
        "a v4-mapped address"
    } else if address.segments()[0] == 0x64 {
        "a NAT64 address"
    } else {
        "not a global address"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_blocked() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = text.parse().expect(text);
            assert!(blocked(address).is_some(), "{text}");
        }
    }

    #[test]
    fn public_addresses_next_to_blocked_ranges_are_allowed() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.17",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2000::1",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2606:4700::1111",
            "3ffe::1",
        ] {
            let address: IpAddr = text.parse().expect(text);
            assert_eq!(blocked(address), None, "{text}");
        }
    }
}
