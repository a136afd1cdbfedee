use std::fmt;
use std::time::Duration;

use odd_contracts::AlertRules;

/// How often the roles are scraped and the rules evaluated by default.
const INTERVAL: Duration = Duration::from_secs(5);

/// The settings of alerts that the metrics-engine evaluates itself.
#[derive(Debug, Clone)]
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

/// Without the secret.
impl fmt::Debug for WebhookConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookConfig")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
