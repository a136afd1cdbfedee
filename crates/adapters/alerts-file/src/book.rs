use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use odd_contracts::{Acknowledgement, Alert, Timestamp};
use odd_core::ports::{AlertBook, StoreError};
use odd_core::{AlertRecords, RecordedAlerts};

use crate::file;

/// An [`AlertBook`] in a file.
#[derive(Debug)]
pub struct FileAlertBook {
    path: PathBuf,
    records: RwLock<Arc<AlertRecords>>,
    /// Held during a change, so that changes follow each other.
    changing: tokio::sync::Mutex<()>,
}

impl FileAlertBook {
    /// Opens the book at `path`, which need not exist.
    ///
    /// # Errors
    /// When the file exists and cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            records: RwLock::new(Arc::new(file::read(path)?)),
            path: path.to_owned(),
            changing: tokio::sync::Mutex::new(()),
        })
    }

    fn publish(&self, records: Arc<AlertRecords>) {
        *self.records.write().unwrap_or_else(PoisonError::into_inner) = records;
    }

    async fn write(&self, records: &Arc<AlertRecords>) -> Result<(), StoreError> {
        let (path, records) = (self.path.clone(), Arc::clone(records));
        let written = tokio::task::spawn_blocking(move || file::write(&path, &records));
        written
            .await
            .unwrap_or_else(|error| Err(StoreError::broken("writing alerts panicked", error)))
    }

    /// Makes a change durable, then visible.
    async fn change<T>(
        &self,
        change: impl FnOnce(&mut AlertRecords) -> T + Send,
    ) -> Result<T, StoreError> {
        let _changing = self.changing.lock().await;
        let mut records = (*self.read()).clone();
        let result = change(&mut records);
        let records = Arc::new(records);
        self.write(&records).await?;
        self.publish(records);
        Ok(result)
    }
}

#[async_trait]
impl AlertBook for FileAlertBook {
    fn read(&self) -> Arc<AlertRecords> {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&records)
    }

    async fn record(
        &self,
        found: Vec<Alert>,
        at: Timestamp,
        notify: bool,
    ) -> Result<RecordedAlerts, StoreError> {
        let _changing = self.changing.lock().await;
        let mut records = (*self.read()).clone();
        let recorded = records.record(found, at, notify);
        let records = Arc::new(records);
        self.publish(Arc::clone(&records));
        if recorded.changed {
            self.write(&records).await?;
        }
        Ok(recorded)
    }

    async fn silence(
        &self,
        id: &str,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Alert>, StoreError> {
        self.change(|records| records.silence(id, until, now)).await
    }

    async fn acknowledge(
        &self,
        id: &str,
        acknowledgement: Acknowledgement,
    ) -> Result<Option<Alert>, StoreError> {
        self.change(|records| records.acknowledge(id, acknowledgement))
            .await
    }

    async fn remove_notification(&self, notification: &str) -> Result<(), StoreError> {
        self.change(|records| records.remove_notification(notification))
            .await
    }
}
