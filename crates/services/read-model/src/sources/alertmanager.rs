use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use odd_contracts::{Alert, AlertList, AlertSource, AlertSourceStatus, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::alert_command_error::AlertCommandError;
use super::alert_mapping::{GettableAlert, GettableSilence, alerts};
use super::cached::Cached;
use super::http_client::{HttpClient, RequestError, Response};

const ATTEMPTS: u32 = 2;
const TIMEOUT: Duration = Duration::from_secs(1);
const KEEP: Duration = Duration::from_secs(2);
/// Longer, so that a source that does not respond delays few requests.
const KEEP_FAILURE: Duration = Duration::from_secs(10);
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The comment of silences that are created here. Others are not ended here: they may apply to more than one alert.
const COMMENT: &str = "Silenced by the observatory";

/// The alerts of an Alertmanager (API v2). Its failures are reported in the answer and never fail the request.
#[derive(Debug)]
pub(crate) struct Alertmanager {
    http: HttpClient,
    api_url: Option<String>,
    cached: Cached<AlertList>,
    /// The last complete list and its time.
    last_known: Mutex<Option<(Vec<Alert>, Timestamp)>>,
}

impl Alertmanager {
    /// Creates a source for the Alertmanager at `base_url`, or one without alerts.
    pub(crate) fn new(http: HttpClient, base_url: Option<&str>) -> Self {
        let api_url = base_url.map(|base| format!("{}/api/v2", base.trim_end_matches('/')));
        Self {
            http,
            api_url,
            cached: Cached::new(),
            last_known: Mutex::new(None),
        }
    }

    /// Returns the active alerts, after little more than two seconds even if Alertmanager does not respond.
    pub(crate) async fn alerts(&self, now: Timestamp) -> AlertList {
        let Some(url) = &self.api_url else {
            return AlertList {
                alerts: Vec::new(),
                source: source(AlertSourceStatus::NotConfigured, None, None),
            };
        };
        self.cached.get(self.fetch(url, now)).await
    }

    async fn fetch(&self, url: &str, now: Timestamp) -> (AlertList, Duration) {
        let mut failure = String::new();
        for _ in 0..ATTEMPTS {
            match self.fetch_once(url, now).await {
                Ok(alerts) => {
                    *self.last_known() = Some((alerts.clone(), now));
                    let source = source(AlertSourceStatus::Ok, None, None);
                    return (AlertList { alerts, source }, KEEP);
                }
                Err(error) => failure = error,
            }
        }
        tracing::warn!(url, failure, "Alertmanager did not answer as it should");
        (self.without_answer(&failure), KEEP_FAILURE)
    }

    /// Returns the last known alerts, which are better than none if their age is shown.
    fn without_answer(&self, failure: &str) -> AlertList {
        let detail = Some(format!("Alertmanager: {failure}"));
        match self.last_known().clone() {
            Some((alerts, as_of)) => AlertList {
                alerts,
                source: source(AlertSourceStatus::Stale, detail, Some(as_of)),
            },
            None => AlertList {
                alerts: Vec::new(),
                source: source(AlertSourceStatus::Unavailable, detail, None),
            },
        }
    }

    fn last_known(&self) -> std::sync::MutexGuard<'_, Option<(Vec<Alert>, Timestamp)>> {
        self.last_known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch_once(&self, url: &str, now: Timestamp) -> Result<Vec<Alert>, String> {
        let found: Vec<GettableAlert> = self.read(&format!("{url}/alerts")).await?;
        let silenced = found.iter().any(|alert| !alert.silenced_by().is_empty());
        let silences = match silenced {
            true => self.silences(url).await?,
            false => Vec::new(),
        };
        Ok(alerts(found, &silences, now))
    }

    async fn silences(&self, url: &str) -> Result<Vec<GettableSilence>, String> {
        self.read(&format!("{url}/silences")).await
    }

    async fn read<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let answer = accepted(self.http.get(url, TIMEOUT, MAX_BYTES).await)?;
        serde_json::from_slice(&answer.body)
            .map_err(|_| "the response is not what the API version 2 defines".to_owned())
    }

    /// Creates a silence for exactly the labels of an alert.
    pub(super) async fn silence(
        &self,
        id: &str,
        until: Timestamp,
        by: &str,
        now: Timestamp,
    ) -> Result<Alert, AlertCommandError> {
        let (url, alert) = self.find(id).await?;
        let matchers: Vec<Value> = alert
            .labels()
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value, "isRegex": false}))
            .collect();
        let silence = json!({
            "matchers": matchers, "startsAt": now, "endsAt": until, "createdBy": by, "comment": COMMENT,
        });
        let url = format!("{url}/silences");
        let answer = self.http.post(&url, &silence, TIMEOUT, MAX_BYTES).await;
        accepted(answer).map_err(AlertCommandError::Unavailable)?;
        self.forget().await;
        let mut silenced = alerts(vec![alert], &[], now);
        let mut silenced = silenced.pop().expect("one alert");
        silenced.silenced_until = Some(until);
        silenced.state = odd_contracts::AlertState::Suppressed;
        Ok(silenced)
    }

    /// Ends the silences of an alert that were created here.
    pub(super) async fn unsilence(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Alert, AlertCommandError> {
        let (url, alert) = self.find(id).await?;
        let silences = self.silences(url).await;
        let silences = silences.map_err(AlertCommandError::Unavailable)?;
        let (own, others): (Vec<_>, Vec<_>) = silences
            .into_iter()
            .filter(|silence| alert.silenced_by().contains(&silence.id))
            .partition(|silence| silence.comment == COMMENT);
        for silence in own {
            let url = format!("{url}/silence/{}", silence.id);
            accepted(self.http.delete(&url, TIMEOUT, MAX_BYTES).await)
                .map_err(AlertCommandError::Unavailable)?;
        }
        self.forget().await;
        if !others.is_empty() {
            return Err(AlertCommandError::Refused(
                "a silence that was created in Alertmanager applies to the alert; end it there",
            ));
        }
        let mut alert = alerts(vec![alert], &[], now).pop().expect("one alert");
        alert.state = odd_contracts::AlertState::Firing;
        Ok(alert)
    }

    /// Makes the next request fetch the alerts.
    async fn forget(&self) {
        self.cached.clear().await;
    }

    async fn find(&self, id: &str) -> Result<(&str, GettableAlert), AlertCommandError> {
        let url = self.api_url.as_deref().ok_or(AlertCommandError::Refused(
            "no source of alerts is configured",
        ))?;
        let found: Vec<GettableAlert> = self
            .read(&format!("{url}/alerts"))
            .await
            .map_err(AlertCommandError::Unavailable)?;
        let alert = found.into_iter().find(|alert| alert.fingerprint() == id);
        Ok((url, alert.ok_or(AlertCommandError::NotFound)?))
    }
}

fn accepted(answer: Result<Response, RequestError>) -> Result<Response, String> {
    let answer = answer.map_err(|error| error.to_string())?;
    match answer.status.is_success() {
        true => Ok(answer),
        false => Err(format!("responded with {}", answer.status.as_u16())),
    }
}

fn source(
    status: AlertSourceStatus,
    detail: Option<String>,
    as_of: Option<Timestamp>,
) -> AlertSource {
    AlertSource {
        status,
        detail,
        as_of,
    }
}
