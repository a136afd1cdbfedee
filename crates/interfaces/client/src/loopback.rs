use std::net::IpAddr;

use reqwest::Url;

/// Returns `true` for a URL whose host is this machine: `localhost`, or a loopback address, also one of IPv4 in IPv6.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine_are_loopback() {
        let is = |url: &str| is_loopback(&Url::parse(url).expect("a URL"));
        for url in [
            "http://localhost:1",
            "http://127.0.0.9",
            "http://[::1]:1",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(is(url), "{url}");
        }
        for url in ["http://10.0.0.5", "http://localhost.example", "unix:/x"] {
            assert!(!is(url), "{url}");
        }
    }
}
