use std::fmt;
use std::time::Duration;

use odd_contracts::AlertRules;

/// How often the roles are scraped and the rules evaluated by default.
const INTERVAL: Duration = Duration::from_secs(5);

/// The settings of alerts that the metrics-engine evaluates itself.
#[derive(Clone)]
pub struct AlertingConfig {
    /// The rules; those for the embedded deployment are evaluated. Default: those of this build.
    pub rules: AlertRules,
    /// The roles. Default: none.
    pub targets: Vec<ScrapeTarget>,
    /// The secret of a token with which the metrics of the roles can be read, if they require one. Default: none.
    pub token: Option<String>,
    /// Time from one evaluation to the next. Default: 5 s.
    pub interval: Duration,
    /// Where notifications are sent. Default: nowhere.
    pub webhook: Option<WebhookConfig>,
}

/// A role whose metrics are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScrapeTarget {
    /// The name of the role.
    pub service: String,
    /// Base URL, for example `http://127.0.0.1:3000`.
    pub url: String,
}

/// A receiver of notifications.
#[derive(Clone)]
pub struct WebhookConfig {
    /// The URL that notifications are sent to.
    pub url: String,
    /// The key of the signatures.
    pub secret: Vec<u8>,
}

impl Default for AlertingConfig {
    fn default() -> Self {
        Self {
            rules: AlertRules::embedded().clone(),
            targets: Vec::new(),
            token: None,
            interval: INTERVAL,
            webhook: None,
        }
    }
}

/// Without the token.
impl fmt::Debug for AlertingConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertingConfig")
            .field("targets", &self.targets)
            .field("has_token", &self.token.is_some())
            .field("interval", &self.interval)
            .field("webhook", &self.webhook)
            .finish_non_exhaustive()
    }
}

/// Without the key, and without the path and the query of the URL, which may contain a secret.
impl fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.parse::<reqwest::Url>();
        let origin = url.map(|url| url.origin().ascii_serialization());
        f.debug_struct("WebhookConfig")
            .field("origin", &origin.unwrap_or_default())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_contains_no_secret() {
        let config = AlertingConfig {
            token: Some("marker".to_owned()),
            webhook: Some(WebhookConfig {
                url: "https://hooks.example/marker?key=marker".to_owned(),
                secret: b"marker".to_vec(),
            }),
            ..AlertingConfig::default()
        };
        let text = format!("{config:?}");
        assert!(
            !text.contains("marker") && !text.contains("109, 97"),
            "{text}"
        );
        assert!(text.contains("https://hooks.example"), "{text}");
    }
}
