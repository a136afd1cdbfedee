use std::sync::Arc;

use odd_contracts::{
    Acknowledgement, Alert, AlertList, AlertSource as SourceState, AlertSourceStatus, Timestamp,
};
use odd_core::SilenceRefusal;
use odd_core::ports::{AlertBook, StoreError};

use super::alert_command_error::AlertCommandError;
use super::alertmanager::Alertmanager;

/// Rules that were not evaluated for this long are out of date.
const STALE_AFTER_MS: u64 = 30_000;
const TOO_MANY_SILENCES: &str =
    "too many alerts are silenced; end the silence of another one, or wait until one ends";

/// Where alerts come from, and where commands about them go.
pub(crate) enum AlertSource {
    /// The rules that the metrics-engine of this process evaluates.
    Book(Arc<dyn AlertBook>),
    /// An Alertmanager, or none.
    Alertmanager(Box<Alertmanager>),
}

impl AlertSource {
    /// Returns the active alerts. A failing source is reported in the answer, and delays it by about two seconds at most.
    pub(crate) async fn alerts(&self, now: Timestamp) -> AlertList {
        match self {
            Self::Book(book) => {
                let records = book.read();
                AlertList {
                    alerts: records.active(now),
                    source: state(records.evaluated_at(), now),
                }
            }
            Self::Alertmanager(source) => source.alerts(now).await,
        }
    }

    /// Returns alerts that have ended, the latest end first.
    pub(crate) fn history(&self, limit: usize, now: Timestamp) -> AlertList {
        match self {
            Self::Book(book) => {
                let records = book.read();
                AlertList {
                    alerts: records.ended(limit, now),
                    source: state(records.evaluated_at(), now),
                }
            }
            Self::Alertmanager(_) => AlertList {
                alerts: Vec::new(),
                source: SourceState {
                    status: AlertSourceStatus::NotConfigured,
                    detail: Some(
                        "Alertmanager keeps no history; query ALERTS in Prometheus".to_owned(),
                    ),
                    as_of: None,
                },
            },
        }
    }

    /// Silences an alert until a time, or ends its silence.
    pub(crate) async fn silence(
        &self,
        id: &str,
        until: Option<Timestamp>,
        by: &str,
        now: Timestamp,
    ) -> Result<Alert, AlertCommandError> {
        match self {
            Self::Book(book) => {
                let silenced = book.silence(id, until, now).await;
                silenced
                    .map_err(AlertCommandError::Store)?
                    .map_err(|refusal| match refusal {
                        SilenceRefusal::NotFound => AlertCommandError::NotFound,
                        SilenceRefusal::TooMany => AlertCommandError::Refused(TOO_MANY_SILENCES),
                    })
            }
            Self::Alertmanager(source) => match until {
                Some(until) => source.silence(id, until, by, now).await,
                None => source.unsilence(id, now).await,
            },
        }
    }

    /// Records who works on an alert.
    pub(crate) async fn acknowledge(
        &self,
        id: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<Alert, AlertCommandError> {
        match self {
            Self::Book(book) => {
                let by = by.to_owned();
                found(book.acknowledge(id, Acknowledgement { by, at: now }).await)
            }
            Self::Alertmanager(_) => Err(AlertCommandError::Refused(
                "Alertmanager has no acknowledgements; silence the alert instead",
            )),
        }
    }
}

fn found(changed: Result<Option<Alert>, StoreError>) -> Result<Alert, AlertCommandError> {
    changed
        .map_err(AlertCommandError::Store)?
        .ok_or(AlertCommandError::NotFound)
}

fn state(evaluated_at: Option<Timestamp>, now: Timestamp) -> SourceState {
    let is_recent = evaluated_at.is_some_and(|at| now.millis_since(at) <= STALE_AFTER_MS);
    let detail = match evaluated_at {
        _ if is_recent => None,
        Some(_) => Some("the metrics-engine has stopped evaluating the rules".to_owned()),
        None => Some("the metrics-engine has not evaluated the rules yet".to_owned()),
    };
    SourceState {
        status: match is_recent {
            true => AlertSourceStatus::Ok,
            false => AlertSourceStatus::Stale,
        },
        detail,
        as_of: evaluated_at,
    }
}
