use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::{Acknowledgement, Alert, Timestamp};

use super::StoreError;
use crate::{AlertRecords, RecordedAlerts};

/// Keeps the [`AlertRecords`] of an observatory that evaluates the alert rules itself. It survives a restart.
#[async_trait]
pub trait AlertBook: Send + Sync {
    /// Returns the records as they are now.
    fn read(&self) -> Arc<AlertRecords>;

    /// Records an evaluation; see [`AlertRecords::record`]. Readers see it even if it cannot be made durable.
    ///
    /// # Errors
    /// When it cannot be made durable.
    async fn record(
        &self,
        found: Vec<Alert>,
        at: Timestamp,
        notify: bool,
    ) -> Result<RecordedAlerts, StoreError>;

    /// Silences an alert; see [`AlertRecords::silence`].
    ///
    /// # Errors
    /// When it cannot be made durable.
    async fn silence(
        &self,
        id: &str,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Alert>, StoreError>;

    /// Records who works on an alert; see [`AlertRecords::acknowledge`].
    ///
    /// # Errors
    /// When it cannot be made durable.
    async fn acknowledge(
        &self,
        id: &str,
        acknowledgement: Acknowledgement,
    ) -> Result<Option<Alert>, StoreError>;

    /// Removes a notification; see [`AlertRecords::remove_notification`].
    ///
    /// # Errors
    /// When it cannot be made durable: after a restart, the notification is delivered again.
    async fn remove_notification(&self, notification: &str) -> Result<(), StoreError>;
}
