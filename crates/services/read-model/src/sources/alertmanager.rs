use std::time::Duration;

use odd_contracts::{AlertList, AlertSource, AlertSourceStatus, Timestamp};

use super::alert_mapping::{GettableAlert, alerts};
use super::cached::Cached;
use super::http_client::HttpClient;

const ATTEMPTS: u32 = 2;
const TIMEOUT: Duration = Duration::from_secs(1);
const KEEP: Duration = Duration::from_secs(2);
/// Longer, so that a source that does not respond delays few requests.
const KEEP_FAILURE: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The alerts of an Alertmanager (API v2). Its failures are reported in the answer and never fail the request.
#[derive(Debug)]
pub(crate) struct Alertmanager {
    http: HttpClient,
    alerts_url: Option<String>,
    cached: Cached<AlertList>,
}

impl Alertmanager {
    /// Creates a source for the Alertmanager at `base_url`, or one without alerts.
    pub(crate) fn new(http: HttpClient, base_url: Option<&str>) -> Self {
        let alerts_url =
            base_url.map(|base| format!("{}/api/v2/alerts", base.trim_end_matches('/')));
        Self {
            http,
            alerts_url,
            cached: Cached::new(),
        }
    }

    /// Returns the active alerts, after little more than two seconds even if Alertmanager does not respond.
    pub(crate) async fn alerts(&self, now: Timestamp) -> AlertList {
        let Some(url) = &self.alerts_url else {
            return without_alerts(AlertSourceStatus::NotConfigured, None);
        };
        self.cached.get(self.fetch(url, now)).await
    }

    async fn fetch(&self, url: &str, now: Timestamp) -> (AlertList, Duration) {
        let mut failure = String::new();
        for _ in 0..ATTEMPTS {
            match self.fetch_once(url).await {
                Ok(found) => {
                    let source = AlertSource {
                        status: AlertSourceStatus::Ok,
                        detail: None,
                    };
                    let alerts = alerts(found, now);
                    return (AlertList { alerts, source }, KEEP);
                }
                Err(error) => failure = error,
            }
        }
        tracing::warn!(url, failure, "Alertmanager did not answer as it should");
        let detail = Some(format!("Alertmanager: {failure}"));
        let list = without_alerts(AlertSourceStatus::Unavailable, detail);
        (list, KEEP_FAILURE)
    }

    async fn fetch_once(&self, url: &str) -> Result<Vec<GettableAlert>, String> {
        let answer = self.http.get(url, TIMEOUT, MAX_BYTES).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if !answer.status.is_success() {
            return Err(format!("responded with {}", answer.status.as_u16()));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| "the response is not a list of alerts".to_owned())
    }
}

fn without_alerts(status: AlertSourceStatus, detail: Option<String>) -> AlertList {
    AlertList {
        alerts: Vec::new(),
        source: AlertSource { status, detail },
    }
}
