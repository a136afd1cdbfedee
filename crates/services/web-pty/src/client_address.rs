use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Returns the address of the client: that of the peer or, behind trusted proxies, the last one in `X-Forwarded-For` that
/// is not a trusted proxy itself. What a client writes into the header is further left, and has no effect. Of an IPv6 address
/// only the network remains: a client has 2^64 addresses or more.
pub(crate) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut client = peer.to_canonical();
    let values = headers.get_all(FORWARDED_FOR).iter();
    let hops = values.filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    network(client)
}

/// Clears the 64 bits of an IPv6 address that a client chooses by itself.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().expect("legal"));
        }
        let trusted = ["127.0.0.0/8", "10.0.0.0/8"].map(|net| net.parse().expect("a network"));
        client_address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_name_the_client() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            client("127.0.0.1", &["198.51.100.7, 10.1.2.3"]),
            "198.51.100.7"
        );
        assert_eq!(
            client("127.0.0.1", &["198.51.100.7", "10.1.2.3"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn addresses_of_one_network_belong_to_one_client() {
        for address in ["2001:db8:1:2::7", "2001:db8:1:2:ffff::1"] {
            assert_eq!(client(address, &[]), "2001:db8:1:2::");
            assert_eq!(client("127.0.0.1", &[address]), "2001:db8:1:2::");
        }
        assert_eq!(client("2001:db8:1:3::7", &[]), "2001:db8:1:3::");
    }

    #[test]
    fn forged_hops_have_no_effect() {
        assert_eq!(
            client("127.0.0.1", &["1.1.1.1, 198.51.100.7"]),
            "198.51.100.7"
        );
        assert_eq!(client("127.0.0.1", &["1.1.1.1, unknown"]), "127.0.0.1");
        assert_eq!(client("::ffff:192.0.2.1", &["1.1.1.1"]), "192.0.2.1");
    }
}
