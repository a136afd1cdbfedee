use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};

/// A destination that `http.request` may reach in addition to public addresses. As text:
///
/// - `10.1.0.0/16` or `10.1.2.3`: these addresses, on the configured ports;
/// - `10.1.2.3:9200` or `[::1]:9200`: this address on this port;
/// - `search.internal:9200`: this name on this port, at any address. The name server decides which host is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowRule {
    /// Addresses, on the configured ports.
    Network(IpNet),
    /// One address on one port.
    Address(SocketAddr),
    /// One name on one port.
    Name {
        /// In lower case.
        host: String,
        /// The port.
        port: u16,
    },
}

/// The error for a text that is not an [`AllowRule`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a network such as 10.1.0.0/16, or host:port such as 127.0.0.1:9000")]
pub struct InvalidAllowRule;

impl FromStr for AllowRule {
    type Err = InvalidAllowRule;

    fn from_str(text: &str) -> Result<Self, InvalidAllowRule> {
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address.into()));
        }
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(Self::Address(address));
        }
        let (host, port) = text.rsplit_once(':').ok_or(InvalidAllowRule)?;
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let has_letter = host.bytes().any(|b| b.is_ascii_alphabetic());
        if !has_letter || !host.bytes().all(legal) {
            return Err(InvalidAllowRule);
        }
        Ok(Self::Name {
            host: host.to_ascii_lowercase(),
            port: port.parse().map_err(|_| InvalidAllowRule)?,
        })
    }
}

impl fmt::Display for AllowRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => network.fmt(f),
            Self::Address(address) => address.fmt(f),
            Self::Name { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

impl<'de> Deserialize<'de> for AllowRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_forms_are_parsed() {
        for (text, printed) in [
            ("10.1.0.0/16", "10.1.0.0/16"),
            ("10.1.2.3", "10.1.2.3/32"),
            ("::1", "::1/128"),
            ("127.0.0.1:9000", "127.0.0.1:9000"),
            ("[::1]:9000", "[::1]:9000"),
            ("Search.Internal:9200", "search.internal:9200"),
        ] {
            let rule: AllowRule = text.parse().expect(text);
            assert_eq!(rule.to_string(), printed);
        }
    }

    #[test]
    fn incomplete_rules_are_refused() {
        for text in [
            "",
            "*",
            "10.0.0.0/33",
            "host",
            "host:",
            "host:70000",
            "*:80",
            "1.2.3:80",
            "a b:80",
        ] {
            assert_eq!(text.parse::<AllowRule>(), Err(InvalidAllowRule), "{text:?}");
        }
    }
}
