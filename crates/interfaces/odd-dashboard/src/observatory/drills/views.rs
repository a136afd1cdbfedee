use std::sync::Arc;

use async_trait::async_trait;
use odd_core::ports::{LogRecord, Position, StoreError, TimeRange, ViewSnapshot, Views};
use odd_core::{Bucket, FailureGroups};
use odd_service_kit::Fault;

/// Views that cannot be used while a drill asks for it.
pub(super) struct UnavailableViews {
    pub(super) inner: Arc<dyn Views>,
    pub(super) fault: Fault,
}

impl UnavailableViews {
    fn available(&self) -> Result<&dyn Views, StoreError> {
        match self.fault.is_active() {
            true => Err(StoreError::Unavailable(
                "a drill has made the views unavailable".into(),
            )),
            false => Ok(&*self.inner),
        }
    }
}

#[async_trait]
impl Views for UnavailableViews {
    async fn position(&self) -> Result<Position, StoreError> {
        self.available()?.position().await
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        self.available()?.apply(entries).await
    }

    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
        self.available()?.snapshot().await
    }

    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError> {
        self.available()?.buckets(range).await
    }

    async fn failures(&self) -> Result<FailureGroups, StoreError> {
        self.available()?.failures().await
    }

    async fn digest(&self) -> Result<String, StoreError> {
        self.available()?.digest().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use odd_testkit::sqlite_store;

    use super::*;

    #[tokio::test]
    async fn views_are_unavailable_until_the_fault_ends() {
        let back_end = sqlite_store();
        let fault = Fault::new("views-unavailable");
        let views = UnavailableViews {
            inner: back_end.views.clone(),
            fault: fault.clone(),
        };
        views.position().await.expect("available");
        fault.start(Duration::from_secs(60), None, "test".into());
        let failures = [
            views.position().await.map(drop),
            views.apply(Vec::new()).await,
            views.snapshot().await.map(drop),
            views.digest().await.map(drop),
        ];
        for failure in failures {
            assert!(failure.is_err_and(|error| error.is_transient()));
        }
        fault.end("test");
        views.apply(Vec::new()).await.expect("available again");
    }
}
