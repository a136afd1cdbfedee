use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use odd_contracts::{Acknowledgement, Alert, Timestamp};
use odd_core::ports::{AlertBook, StoreError};
use odd_core::{AlertRecords, RecordedAlerts, SilenceRefusal};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::file;

/// An [`AlertBook`] in a file.
#[derive(Debug)]
pub struct FileAlertBook {
    shared: Arc<Shared>,
    /// Held during a change and during a write, so that they follow each other.
    unsaved: Arc<Mutex<Unsaved>>,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    records: RwLock<Arc<AlertRecords>>,
}

/// Whether the file may differ from the records in memory.
#[derive(Debug)]
struct Unsaved(bool);

impl FileAlertBook {
    /// Opens the book at `path`, which need not exist. No other process may have it open.
    ///
    /// # Errors
    /// When the file exists and cannot be read.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let records = file::read(path)?;
        file::remove_unfinished(path);
        Ok(Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                records: RwLock::new(Arc::new(records)),
            }),
            unsaved: Arc::new(Mutex::new(Unsaved(false))),
        })
    }

    async fn begin(&self) -> OwnedMutexGuard<Unsaved> {
        Arc::clone(&self.unsaved).lock_owned().await
    }

    /// Makes a change durable, then visible.
    async fn change<T>(
        &self,
        change: impl FnOnce(&mut AlertRecords) -> T + Send,
    ) -> Result<T, StoreError> {
        let unsaved = self.begin().await;
        let mut records = (*self.read()).clone();
        let result = change(&mut records);
        self.write(unsaved, Arc::new(records)).await?;
        Ok(result)
    }

    /// Writes records, then makes them visible. If the caller is dropped, the write continues, and keeps the lock.
    async fn write(
        &self,
        mut unsaved: OwnedMutexGuard<Unsaved>,
        records: Arc<AlertRecords>,
    ) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        let written = tokio::task::spawn_blocking(move || {
            let written = file::write(&shared.path, &records);
            if written.is_ok() {
                shared.publish(records);
            }
            // A write that failed may have replaced the file.
            unsaved.0 = written.is_err();
            written
        });
        written
            .await
            .unwrap_or_else(|error| Err(StoreError::broken("writing alerts panicked", error)))
    }
}

impl Shared {
    /// Changes the records in place. They are copied only if a reader has them at this moment.
    fn update<T>(&self, change: impl FnOnce(&mut AlertRecords) -> T) -> T {
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut records))
    }

    fn publish(&self, records: Arc<AlertRecords>) {
        *self.records.write().unwrap_or_else(PoisonError::into_inner) = records;
    }
}

#[async_trait]
impl AlertBook for FileAlertBook {
    fn read(&self) -> Arc<AlertRecords> {
        let records = &self.shared.records;
        Arc::clone(&records.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn record(&self, found: Vec<Alert>, at: Timestamp, notify: bool) -> RecordedAlerts {
        let mut unsaved = self.begin().await;
        let recorded = self
            .shared
            .update(|records| records.record(found, at, notify));
        unsaved.0 |= recorded.changed;
        recorded
    }

    async fn remove_notification(&self, notification: &str) {
        let mut unsaved = self.begin().await;
        self.shared
            .update(|records| records.remove_notification(notification));
        unsaved.0 = true;
    }

    async fn save(&self) -> Result<(), StoreError> {
        let unsaved = self.begin().await;
        if !unsaved.0 {
            return Ok(());
        }
        self.write(unsaved, self.read()).await
    }

    async fn silence(
        &self,
        id: &str,
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Result<Alert, SilenceRefusal>, StoreError> {
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
}
