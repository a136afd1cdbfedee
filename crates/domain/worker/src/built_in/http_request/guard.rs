use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;

use super::addresses::blocked;
use super::refusal::Refusal;
use super::resolver::NameResolver;
use super::{AllowRule, HttpRequestConfig};

/// Decides what may be reached. Connections are only made to addresses from [`Guard::addresses`], so a name that resolves
/// differently between check and connection has no effect.
pub(super) struct Guard {
    allow: Vec<AllowRule>,
    allow_setting: Option<&'static str>,
    ports: Vec<u16>,
    resolver: Arc<dyn NameResolver>,
}

struct Target<'a> {
    host: &'a str,
    port: u16,
    literal: Option<IpAddr>,
}

impl Guard {
    pub(super) fn new(config: &HttpRequestConfig, resolver: Arc<dyn NameResolver>) -> Self {
        Self {
            allow: config.allow.clone(),
            allow_setting: config.allow_setting,
            ports: config.ports.clone(),
            resolver,
        }
    }

    /// Checks what can be checked without resolving a name.
    pub(super) fn check(&self, url: &Url) -> Result<(), Refusal> {
        let target = self.target(url)?;
        match target.literal {
            Some(address) => self.admit(SocketAddr::new(address, target.port), &target),
            None if self.may_use(target.port) || self.trusts(&target) => Ok(()),
            None => Err(self.refuse_port(&target)),
        }
    }

    /// Returns the addresses that `url` leads to. Every one of them is checked; if one is blocked, the URL is refused.
    pub(super) async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Refusal> {
        self.check(url)?;
        let target = self.target(url)?;
        let addresses = match target.literal {
            Some(address) => vec![address],
            None => self
                .resolver
                .resolve(target.host)
                .await
                .map_err(Refusal::Unresolved)?,
        };
        if addresses.is_empty() {
            return Err(Refusal::NoAddress);
        }
        let addresses: Vec<SocketAddr> = addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, target.port))
            .collect();
        if !self.trusts(&target) {
            addresses
                .iter()
                .try_for_each(|address| self.admit(*address, &target))?;
        }
        Ok(addresses)
    }

    fn target<'a>(&self, url: &'a Url) -> Result<Target<'a>, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let host = url.host_str().ok_or(Refusal::Host)?;
        let port = url.port_or_known_default().ok_or(Refusal::Host)?;
        // The URL parser has turned octal, decimal and hexadecimal spellings into dotted ones.
        let literal = host.trim_matches(['[', ']']).parse().ok();
        Ok(Target {
            host,
            port,
            literal,
        })
    }

    /// Returns `true` if a rule names the host and port as they are written.
    fn trusts(&self, target: &Target<'_>) -> bool {
        self.allow.iter().any(|rule| {
            matches!(rule, AllowRule::Name { host, port } if host == target.host && *port == target.port)
        })
    }

    /// Returns `true` if some address may be reached on this port.
    fn may_use(&self, port: u16) -> bool {
        let named = |rule: &AllowRule| matches!(rule, AllowRule::Address(at) if at.port() == port);
        self.ports.contains(&port) || self.allow.iter().any(named)
    }

    fn admit(&self, address: SocketAddr, target: &Target<'_>) -> Result<(), Refusal> {
        if self.allow.contains(&AllowRule::Address(address)) {
            return Ok(());
        }
        if !self.ports.contains(&address.port()) {
            return Err(self.refuse_port(target));
        }
        let ip = address.ip();
        let permitted =
            |rule: &AllowRule| matches!(rule, AllowRule::Network(network) if network.contains(&ip));
        match blocked(ip) {
            Some(what) if !self.allow.iter().any(permitted) => Err(Refusal::Blocked {
                what,
                hint: self.hint(target),
            }),
            _ => Ok(()),
        }
    }

    fn refuse_port(&self, target: &Target<'_>) -> Refusal {
        Refusal::Port {
            port: target.port,
            hint: self.hint(target),
        }
    }

    /// Returns how to allow `target`, if the name of the setting is known.
    fn hint(&self, target: &Target<'_>) -> String {
        let Some(setting) = self.allow_setting else {
            return String::new();
        };
        let rule = format!("{}:{}", target.host, target.port);
        if rule.parse::<AllowRule>().is_err() {
            return format!(
                "; {setting} lists what they may reach, for example {setting}=10.1.0.0/16"
            );
        }
        match self.allow.is_empty() {
            true => format!("; to allow it, set {setting}={rule}"),
            false => format!("; to allow it, add {rule} to {setting}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in::http_request::resolver::SystemResolver;

    fn guard(allow: &[&str]) -> Guard {
        let config = HttpRequestConfig {
            allow: allow
                .iter()
                .map(|rule| rule.parse().expect("a rule"))
                .collect(),
            ..HttpRequestConfig::default()
        };
        Guard::new(&config, Arc::new(SystemResolver))
    }

    fn verdict(guard: &Guard, url: &str) -> Result<(), String> {
        let url = url.parse().expect(url);
        guard.check(&url).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn every_spelling_of_loopback_is_refused() {
        for url in [
            "http://127.0.0.1/",
            "http://0177.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://127.0.0.1./",
            "http://%31%32%37.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://１２７.0.0.1/",
            "http:127.0.0.1",
            "http:\\\\127.0.0.1\\",
        ] {
            let refusal = verdict(&guard(&[]), url).expect_err(url);
            assert!(refusal.contains("may not reach"), "{url}: {refusal}");
        }
    }

    #[test]
    fn ports_outside_the_list_are_refused() {
        for port in [1, 22, 25, 3306, 6379, 65_535] {
            assert!(verdict(&guard(&[]), &format!("http://example.com:{port}/")).is_err());
        }
        for url in [
            "http://example.com/",
            "https://example.com/",
            "http://example.com:8443/",
        ] {
            assert_eq!(verdict(&guard(&[]), url), Ok(()));
        }
    }

    #[test]
    fn rules_allow_only_what_they_name() {
        let guard = guard(&["127.0.0.1:9000", "10.1.0.0/16", "search.internal:9200"]);
        for (url, admitted) in [
            ("http://127.0.0.1:9000/", true),
            ("http://127.0.0.1:9001/", false),
            ("http://127.0.0.2:9000/", false),
            ("http://127.0.0.1/", false),
            ("http://10.1.2.3/", true),
            ("http://10.1.2.3:9000/", false),
            ("http://10.2.2.3/", false),
            ("http://SEARCH.internal:9200/", true),
            ("http://other.internal:9200/", false),
            ("ftp://search.internal:9200/", false),
        ] {
            assert_eq!(verdict(&guard, url).is_ok(), admitted, "{url}");
        }
    }

    #[test]
    fn refusals_name_the_setting_and_a_rule_that_allows_the_request() {
        let guard_with = |allow: &[&str]| Guard {
            allow_setting: Some("SOME_SETTING"),
            ..guard(allow)
        };
        for (url, rule) in [
            ("http://127.0.0.1/", "127.0.0.1:80"),
            ("http://[::1]:9200/", "[::1]:9200"),
            ("http://search.internal:9200/", "search.internal:9200"),
        ] {
            let refusal = verdict(&guard_with(&[]), url).expect_err(url);
            let hint = format!("; to allow it, set SOME_SETTING={rule}");
            assert!(refusal.ends_with(&hint), "{refusal}");
            let refusal = verdict(&guard_with(&["10.1.0.0/16"]), url).expect_err(url);
            let hint = format!("; to allow it, add {rule} to SOME_SETTING");
            assert!(refusal.ends_with(&hint), "{refusal}");
            assert_eq!(verdict(&guard_with(&[rule]), url), Ok(()));
        }
    }

    #[test]
    fn refusals_without_a_known_setting_name_none() {
        let refusal = verdict(&guard(&[]), "http://127.0.0.1/").expect_err("refused");
        assert_eq!(
            refusal,
            "leads to a loopback address, which jobs may not reach"
        );
    }
}
