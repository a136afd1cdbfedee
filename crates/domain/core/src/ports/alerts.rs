use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::{Acknowledgement, Alert, Timestamp};

use super::StoreError;
use crate::{AlertRecords, RecordedAlerts, SilenceRefusal};

/// Keeps the [`AlertRecords`] of an observatory that evaluates the alert rules itself. It survives a restart.
#[async_trait]
pub trait AlertBook: Send + Sync {
    /// Returns the records as they are now.
    fn read(&self) -> Arc<AlertRecords>;

    /// Records an evaluation in memory; see [`AlertRecords::record`]. [`AlertBook::save`] makes it durable.
    async fn record(&self, found: Vec<Alert>, at: Timestamp, notify: bool) -> RecordedAlerts;

    /// Removes a notification in memory; see [`AlertRecords::remove_notification`]. [`AlertBook::save`] makes it durable:
    /// if the process ends before, the notification is delivered a second time.
    async fn remove_notification(&self, notification: &str);

    /// Makes durable what [`AlertBook::record`] and [`AlertBook::remove_notification`] have changed. Does nothing if there is
    /// no such change.
    ///
    /// # Errors
    /// When it cannot be made durable. The next call repeats the write.
    async fn save(&self) -> Result<(), StoreError>;

    /// Silences an alert, or refuses that; see [`AlertRecords::silence`]. A write that has begun is completed if the future is dropped.
    ///
    /// # Errors
    /// When it cannot be made durable. It is not visible then.
    async fn silence(
        &self,
        id: &str,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Result<Alert, SilenceRefusal>, StoreError>;

    /// Records who works on an alert; see [`AlertRecords::acknowledge`]. A write that has begun is completed if the future is dropped.
    ///
    /// # Errors
    /// When it cannot be made durable. It is not visible then.
    async fn acknowledge(
        &self,
        id: &str,
        acknowledgement: Acknowledgement,
    ) -> Result<Option<Alert>, StoreError>;
}
