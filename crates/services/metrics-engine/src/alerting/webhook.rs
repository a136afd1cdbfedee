use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{Alert, Timestamp};
use odd_core::AlertNotification;
use odd_core::ports::{AlertBook, Clock, ErrorChain};
use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::config::WebhookConfig;
use super::signature::sign;
use crate::metrics::EngineMetrics;

/// The time limit of one delivery.
const TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A notification that is this old after a failed delivery is abandoned, so that newer ones are sent. Its age includes the time
/// before a restart.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60 * 60);
/// Attempts before that, unless an earlier process created the notification: the age is measured with the wall clock, which may
/// be set forward. Their pauses last four minutes.
const LEAST_ATTEMPTS: u32 = 10;

/// Delivers notifications in order, each until the receiver confirms or rejects it.
pub(super) struct Webhook {
    pub(super) config: WebhookConfig,
    pub(super) client: reqwest::Client,
    pub(super) book: Arc<dyn AlertBook>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) metrics: Arc<EngineMetrics>,
    /// Wakes the delivery when there are notifications.
    pub(super) created: Arc<Notify>,
}

/// The body of a request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    version: u32,
    id: &'a str,
    sent_at: Timestamp,
    alert: &'a Alert,
}

/// Why a delivery failed. The messages do not contain the URL, which may contain a secret.
#[derive(Debug, thiserror::Error)]
enum DeliveryError {
    #[error("no response within {TIMEOUT:?}")]
    TimedOut,
    #[error("no response")]
    Http(#[source] reqwest::Error),
    #[error("the receiver responded with {0}")]
    Status(u16),
}

impl DeliveryError {
    /// Returns `true` when the receiver would reject the same message a second time: the status is 4xx, and is not one of those
    /// that ask for a later attempt.
    fn is_rejection(&self) -> bool {
        match self {
            Self::Status(408 | 425 | 429) | Self::TimedOut | Self::Http(_) => false,
            Self::Status(status) => (400..500).contains(status),
        }
    }
}

impl Webhook {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        let started_at = self.clock.now();
        loop {
            let next = self.book.read().next_notification().cloned();
            match next {
                Some(notification) => self.deliver(&notification, started_at).await,
                None => self.created.notified().await,
            }
        }
    }

    /// Delivers a notification, with retries.
    async fn deliver(&self, notification: &AlertNotification, started_at: Timestamp) {
        let mut attempts_left = match notification.created_at < started_at {
            true => 1,
            false => LEAST_ATTEMPTS,
        };
        let mut pause = FIRST_PAUSE;
        let delivered = loop {
            match self.attempt(notification).await {
                Ok(()) => break true,
                Err(error) => {
                    tracing::warn!(error = %ErrorChain(&error), id = notification.id, "a notification was not delivered");
                    attempts_left = attempts_left.saturating_sub(1);
                    let is_too_old = attempts_left == 0 && self.is_too_old(notification, pause);
                    if error.is_rejection() || is_too_old {
                        tracing::error!(id = notification.id, "a notification is abandoned");
                        break false;
                    }
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        };
        self.metrics.count_notification(delivered);
        self.book.remove_notification(&notification.id).await;
        if let Err(error) = self.book.save().await {
            // The evaluation repeats the write, and reports that it fails.
            tracing::debug!(error = %ErrorChain(&error), "the removal of a notification is not durable yet");
        }
    }

    /// Returns `true` when the notification is not to be repeated after `pause`.
    fn is_too_old(&self, notification: &AlertNotification, pause: Duration) -> bool {
        let age_ms = self.clock.now().millis_since(notification.created_at);
        Duration::from_millis(age_ms) + pause > GIVE_UP_AFTER
    }

    async fn attempt(&self, notification: &AlertNotification) -> Result<(), DeliveryError> {
        let now = self.clock.now();
        let message = Message {
            version: 1,
            id: &notification.id,
            sent_at: now,
            alert: &notification.alert,
        };
        let body = serde_json::to_vec(&message).expect("an alert is valid JSON");
        let timestamp = (now.as_micros() / 1_000_000).to_string();
        let request = self
            .client
            .post(&self.config.url)
            .header("content-type", "application/json")
            .header(
                "x-odd-signature",
                sign(&self.config.secret, &timestamp, &body),
            )
            .header("x-odd-timestamp", timestamp)
            .header("x-odd-notification-id", &notification.id)
            .body(body);
        let sent = tokio::time::timeout(TIMEOUT, request.send()).await;
        let response = sent
            .map_err(|_| DeliveryError::TimedOut)?
            .map_err(|error| DeliveryError::Http(error.without_url()))?;
        match response.status().is_success() {
            true => Ok(()),
            false => Err(DeliveryError::Status(response.status().as_u16())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_client_error_that_will_not_pass_is_a_rejection() {
        let rejections = [301, 400, 401, 404, 408, 413, 422, 425, 429, 500, 503, 599]
            .into_iter()
            .filter(|status| DeliveryError::Status(*status).is_rejection());
        assert_eq!(rejections.collect::<Vec<_>>(), [400, 401, 404, 413, 422]);
        assert!(!DeliveryError::TimedOut.is_rejection());
    }
}
