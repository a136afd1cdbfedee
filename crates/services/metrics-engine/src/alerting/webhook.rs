use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{Alert, Timestamp};
use odd_core::AlertNotification;
use odd_core::ports::{AlertBook, Clock, ErrorChain};
use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::config::WebhookConfig;
use super::signature::sign;
use crate::metrics::EngineMetrics;

/// The time limit of one delivery.
const TIMEOUT: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A notification that could not be delivered for this long is abandoned, so that newer ones are sent.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60 * 60);

/// Delivers notifications in order, each until the receiver confirms it.
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

impl Webhook {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        loop {
            let next = self.book.read().next_notification().cloned();
            match next {
                Some(notification) => self.deliver(&notification).await,
                None => self.created.notified().await,
            }
        }
    }

    /// Delivers a notification, with retries.
    async fn deliver(&self, notification: &AlertNotification) {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        let delivered = loop {
            match self.attempt(notification).await {
                Ok(()) => break true,
                Err(error) => {
                    tracing::warn!(error = %ErrorChain(&error), id = notification.id, "a notification was not delivered");
                }
            }
            if began.elapsed() + pause > GIVE_UP_AFTER {
                tracing::error!(id = notification.id, "a notification is abandoned");
                break false;
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
