use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use odd_contracts::{Alert, AlertList, AlertSource, AlertSourceStatus, AlertState, Timestamp};
use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use super::alert_command_error::AlertCommandError;
use super::alert_links::AlertLinks;
use super::alert_mapping::{GettableAlert, alerts};
use super::cached::Cached;
use super::http_client::{HttpClient, RequestError, Response};
use super::silence::{GettableSilence, postable};

/// Requests that are repeated for one list.
const REPEATS: u32 = 1;
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
    links: AlertLinks,
    cached: Cached<AlertList>,
    /// The last complete list and its time.
    last_known: Mutex<Option<(Vec<Alert>, Timestamp)>>,
    /// How the last list was answered. A change is logged.
    answered: Mutex<Answered>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Completely,
    WithoutSilences,
    NotAtAll,
}

impl Alertmanager {
    /// Creates a source for the Alertmanager at `base_url`, or one without alerts.
    pub(crate) fn new(http: HttpClient, base_url: Option<&str>, links: AlertLinks) -> Self {
        let api_url = base_url.map(|base| format!("{}/api/v2", base.trim_end_matches('/')));
        Self {
            http,
            api_url,
            links,
            cached: Cached::new(),
            last_known: Mutex::new(None),
            answered: Mutex::new(Answered::Completely),
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
        let mut repeats = REPEATS;
        let alerts_url = format!("{url}/alerts");
        let found = self.read_again(&alerts_url, &mut repeats);
        let found: Vec<GettableAlert> = match found.await {
            Ok(found) => found,
            Err(failure) => {
                self.note(Answered::NotAtAll, url, &failure);
                return (self.without_answer(&failure), KEEP_FAILURE);
            }
        };
        let is_silenced = found.iter().any(|alert| !alert.silenced_by().is_empty());
        let silences = match is_silenced {
            true => {
                let silences_url = format!("{url}/silences");
                self.read_again(&silences_url, &mut repeats).await
            }
            false => Ok(Vec::new()),
        };
        match silences {
            Ok(silences) => {
                self.note(Answered::Completely, url, "");
                let alerts = alerts(found, &silences, &self.links, now);
                *self.last_known() = Some((alerts.clone(), now));
                let source = source(AlertSourceStatus::Ok, None, None);
                (AlertList { alerts, source }, KEEP)
            }
            Err(failure) => {
                self.note(Answered::WithoutSilences, url, &failure);
                let unknown =
                    format!("it is unknown when the silences end; Alertmanager: {failure}");
                let list = AlertList {
                    alerts: alerts(found, &[], &self.links, now),
                    source: source(AlertSourceStatus::Ok, Some(unknown), None),
                };
                (list, KEEP_FAILURE)
            }
        }
    }

    /// Logs how Alertmanager answers, if that has changed.
    fn note(&self, answered: Answered, url: &str, failure: &str) {
        let mut last = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *last, answered) == answered {
            return;
        }
        match answered {
            Answered::Completely => tracing::info!(url, "Alertmanager answers again"),
            Answered::WithoutSilences => {
                tracing::warn!(url, failure, "Alertmanager did not return its silences");
            }
            Answered::NotAtAll => {
                tracing::warn!(url, failure, "Alertmanager did not answer as it should");
            }
        }
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

    async fn silences(&self, url: &str) -> Result<Vec<GettableSilence>, String> {
        self.read(&format!("{url}/silences")).await
    }

    /// Reads a list. A failed request is repeated while there are repeats left.
    async fn read_again<T: DeserializeOwned>(
        &self,
        url: &str,
        repeats: &mut u32,
    ) -> Result<T, String> {
        loop {
            match self.read(url).await {
                Err(_) if *repeats > 0 => *repeats -= 1,
                result => return result,
            }
        }
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
        // The alert is silenced. A superseded silence that stays is ended with the new one.
        if let Err(failure) = self.end_silences(url, own).await {
            tracing::warn!(url, failure, "a superseded silence was not removed");
        }
        self.forget().await;
        let mut silenced = alerts(vec![alert], &others, &self.links, now);
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
            .partition(|silence| silence.is_own_for(alert.labels()));
        let ended = self.end_silences(url, own).await;
        self.forget().await;
        ended.map_err(AlertCommandError::Unavailable)?;
        let applies = |silence: &GettableSilence| alert.silenced_by().contains(&silence.id);
        if others.iter().any(applies) {
            return Err(AlertCommandError::Refused(
                "a silence of more than this alert applies to it; end that one in Alertmanager",
            ));
        }
        let mut alert = alerts(vec![alert], &[], &self.links, now)
            .pop()
            .expect("one alert");
        if alert.inhibited_by.is_empty() {
            alert.state = AlertState::Firing;
        }
        Ok(alert)
    }

    /// Ends silences, all of them even if one fails. Returns the last failure.
    async fn end_silences(&self, url: &str, silences: Vec<GettableSilence>) -> Result<(), String> {
        let mut ended = Ok(());
        for silence in silences {
            let url = format!("{url}/silence/{}", silence.id);
            match self.http.delete(&url, TIMEOUT, MAX_BYTES).await {
                // It has been removed already.
                Ok(answer) if answer.status == StatusCode::NOT_FOUND => {}
                answer => ended = accepted(answer).map(|_| ()).and(ended),
            }
        }
        ended
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
