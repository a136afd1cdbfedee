use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use odd_client::Url;
use odd_web_pty::Limits;

use crate::failure::Failure;
use crate::settings::Sources;
use crate::settings::client::parse_url;
use crate::settings::list::WEB_URL;
use crate::settings::pty_list::{
    PTY_ALLOWED_ORIGINS, PTY_DETACHED_SECONDS, PTY_IDLE_SECONDS, PTY_INTERACTIVE, PTY_MAX_SESSIONS,
    PTY_MAX_SESSIONS_PER_CLIENT, PTY_TRUSTED_PROXIES,
};
use crate::settings::setting::Setting;
use crate::settings::values::{boolean, items, origin, parse_number};

/// The settings of the terminals.
#[derive(Debug, Clone)]
pub(crate) struct PtySettings {
    pub(crate) interactive: bool,
    /// Web origins in addition to that of the web dashboard.
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The URL of the web dashboard, if it is set.
    pub(crate) web_url: Option<Url>,
    pub(crate) limits: Limits,
}

impl PtySettings {
    /// # Errors
    /// When a setting is malformed; the message names the variable.
    pub(super) fn read(sources: &Sources) -> Result<Self, Failure> {
        let number = |setting: &Setting, most: u32| {
            let parse = |text: &str| parse_number(text, 1..=most);
            let found = sources.read(setting, None, parse)?;
            Ok::<u32, Failure>(found.unwrap_or_else(|| known_number(setting)))
        };
        let count = |setting: &Setting| {
            let number = number(setting, 1_000)?;
            Ok::<usize, Failure>(usize::try_from(number).unwrap_or(usize::MAX))
        };
        let seconds = |setting: &Setting| {
            let number = number(setting, 86_400)?;
            Ok::<Duration, Failure>(Duration::from_secs(number.into()))
        };
        let trusted_proxies = items(sources, &PTY_TRUSTED_PROXIES, network)?;
        Ok(Self {
            interactive: sources
                .read(&PTY_INTERACTIVE, None, boolean)?
                .unwrap_or(false),
            allowed_origins: items(sources, &PTY_ALLOWED_ORIGINS, origin)?.unwrap_or_default(),
            trusted_proxies: trusted_proxies.unwrap_or_else(known_proxies),
            web_url: sources.read(&WEB_URL, None, parse_url)?,
            limits: Limits {
                max_sessions: count(&PTY_MAX_SESSIONS)?,
                max_sessions_per_client: count(&PTY_MAX_SESSIONS_PER_CLIENT)?,
                detached: seconds(&PTY_DETACHED_SECONDS)?,
                idle: seconds(&PTY_IDLE_SECONDS)?,
                ..Limits::default()
            },
        })
    }
}

fn known_number(setting: &Setting) -> u32 {
    setting.default.parse().expect("defaults are numbers")
}

fn known_proxies() -> Vec<IpNet> {
    let known = PTY_TRUSTED_PROXIES.default.split(", ");
    known
        .map(|item| network(item).expect("defaults are networks"))
        .collect()
}

fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| "must be a network such as 10.1.0.0/16, or an address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_reference() {
        let settings = PtySettings::read(&Sources::of(&[])).expect("valid");
        assert!(!settings.interactive && settings.allowed_origins.is_empty());
        assert_eq!(settings.limits.max_sessions, 50);
        assert_eq!(settings.limits.detached, Duration::from_secs(600));
        let loopback: IpAddr = "127.0.0.1".parse().expect("an address");
        let mut proxies = settings.trusted_proxies.iter();
        assert!(proxies.any(|proxy| proxy.contains(&loopback)));
    }

    #[test]
    fn malformed_setting_is_named() {
        for (name, value) in [
            ("ODD_PTY_INTERACTIVE", "yes"),
            ("ODD_PTY_ALLOWED_ORIGINS", "*"),
            ("ODD_PTY_TRUSTED_PROXIES", "everyone"),
            ("ODD_PTY_MAX_SESSIONS", "0"),
            ("ODD_PTY_IDLE_SECONDS", "86401"),
        ] {
            let failure = PtySettings::read(&Sources::of(&[(name, value)])).err();
            let message = failure.expect("not valid").render(false);
            assert!(message.contains(name), "{message}");
        }
    }
}
