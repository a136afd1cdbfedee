use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use odd_contracts::{Alert, AlertList, AlertSource, AlertSourceStatus, AlertState, Timestamp};
use serde::de::DeserializeOwned;

use super::alert_command_error::AlertCommandError;
use super::alert_mapping::{GettableAlert, alerts};
use super::cached::Cached;
use super::http_client::{HttpClient, RequestError, Response};
use super::silence::{GettableSilence, postable};

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
                Ok((alerts, unknown)) => {
                    *self.last_known() = Some((alerts.clone(), now));
                    let source = source(AlertSourceStatus::Ok, unknown, None);
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

    /// Returns the alerts, and what is unknown about them, if anything.
    async fn fetch_once(
        &self,
        url: &str,
        now: Timestamp,
    ) -> Result<(Vec<Alert>, Option<String>), String> {
        let found: Vec<GettableAlert> = self.read(&format!("{url}/alerts")).await?;
        let silenced = found.iter().any(|alert| !alert.silenced_by().is_empty());
        let silences = match silenced {
            true => self.silences(url).await,
            false => Ok(Vec::new()),
        };
        let unknown = silences.as_ref().err().map(|failure| {
            tracing::warn!(url, failure, "Alertmanager did not return its silences");
            format!("it is unknown when the silences end; Alertmanager: {failure}")
        });
        Ok((alerts(found, &silences.unwrap_or_default(), now), unknown))
    }

    async fn silences(&self, url: &str) -> Result<Vec<GettableSilence>, String> {
        self.read(&format!("{url}/silences")).await
    }

    async fn read<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let answer = accepted(self.http.get(url, TIMEOUT, MAX_BYTES).await)?;
        serde_json::from_slice(&answer.body)
            .map_err(|_| "the response is not what the API version 2 defines".to_owned())
    }

    /// Creates a silence for exactly the labels of an alert. It replaces those that were created here for the alert before, so
    /// that ending it ends all of them.
    pub(super) async fn silence(
        &self,
        id: &str,
        until: Timestamp,
        by: &str,
        now: Timestamp,
    ) -> Result<Alert, AlertCommandError> {
        let (url, alert) = self.find(id).await?;
        let silences = self.silences(url).await;
        let silences = silences.map_err(AlertCommandError::Unavailable)?;
        let (mut own, others): (Vec<_>, Vec<_>) = silences
            .into_iter()
            .partition(|silence| silence.is_own_for(alert.labels()));
        own.sort_by_key(|silence| silence.ends_at);
        let replaced = own.pop();
        let silence = postable(alert.labels(), replaced.as_ref(), until, by, now);
        let to = format!("{url}/silences");
        let answer = self.http.post(&to, &silence, TIMEOUT, MAX_BYTES).await;
        accepted(answer).map_err(AlertCommandError::Unavailable)?;
        self.end_silences(url, own).await?;
        self.forget().await;
        let mut silenced = alerts(vec![alert], &others, now);
        let mut silenced = silenced.pop().expect("one alert");
        silenced.silenced_until = silenced.silenced_until.max(Some(until));
        silenced.state = AlertState::Suppressed;
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
            .partition(GettableSilence::is_own);
        self.end_silences(url, own).await?;
        self.forget().await;
        if !others.is_empty() {
            return Err(AlertCommandError::Refused(
                "a silence that was created in Alertmanager applies to the alert; end it there",
            ));
        }
        let mut alert = alerts(vec![alert], &[], now).pop().expect("one alert");
        if alert.inhibited_by.is_empty() {
            alert.state = AlertState::Firing;
        }
        Ok(alert)
    }

    async fn end_silences(
        &self,
        url: &str,
        silences: Vec<GettableSilence>,
    ) -> Result<(), AlertCommandError> {
        for silence in silences {
            let url = format!("{url}/silence/{}", silence.id);
            accepted(self.http.delete(&url, TIMEOUT, MAX_BYTES).await)
                .map_err(AlertCommandError::Unavailable)?;
        }
        Ok(())
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
