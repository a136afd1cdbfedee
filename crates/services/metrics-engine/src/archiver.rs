use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Archive, ErrorChain, EventBus, StoreError};

/// Largest number of entries written to the archive at a time.
const CHUNK: usize = 1_000;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How fast the archive is written to: less after failures, because it may be slow, and more with each success.
struct Pace {
    pause: Duration,
    chunk: usize,
}

impl Pace {
    const fn full() -> Self {
        Self {
            pause: FIRST_PAUSE,
            chunk: CHUNK,
        }
    }

    fn succeeded(&mut self) {
        self.pause = FIRST_PAUSE;
        self.chunk = (self.chunk + self.chunk / 8 + 1).min(CHUNK);
    }

    fn failed(&mut self) {
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        self.chunk = (self.chunk / 4).max(1);
    }
}

/// Follows the event stream into the archive. Independent of the views, which do not wait for it.
pub(crate) struct Archiver {
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) archive: Arc<dyn Archive>,
}

impl Archiver {
    /// Runs until dropped. After a failure it resumes from the archive's position.
    pub(crate) async fn run(self) {
        let mut pace = Pace::full();
        loop {
            let error = match self.follow(&mut pace).await {
                Err(error) => error,
                Ok(never) => match never {},
            };
            if matches!(error, StoreError::Closed) {
                return;
            }
            tracing::warn!(error = %ErrorChain(&error), "failed to archive events; resuming from the position of the archive");
            tokio::time::sleep(pace.pause).await;
            pace.failed();
        }
    }

    async fn follow(&self, pace: &mut Pace) -> Result<Infallible, StoreError> {
        let mut stream = self.bus.subscribe(self.archive.begin().await?).await?;
        loop {
            let mut entries = stream.next().await?;
            while !entries.is_empty() {
                let rest = entries.split_off(entries.len().min(pace.chunk));
                self.archive.apply(entries).await?;
                pace.succeeded();
                entries = rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use odd_core::ports::{ArchivedJobPage, EventQuery, JobQuery, LogRecord, Position};
    use odd_testkit::build::new_job;
    use odd_testkit::sqlite_store;

    use super::*;

    /// An archive that times out when it is given more than a few entries at a time.
    #[derive(Default)]
    struct SlowArchive(Mutex<Vec<LogRecord>>);

    impl SlowArchive {
        const FEW: usize = 10;

        fn len(&self) -> usize {
            self.0.lock().expect("not poisoned").len()
        }
    }

    #[async_trait]
    impl Archive for SlowArchive {
        async fn position(&self) -> Result<Position, StoreError> {
            let last = self
                .0
                .lock()
                .expect("not poisoned")
                .last()
                .map(|it| it.position);
            Ok(last.unwrap_or(Position(0)))
        }

        async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
            if entries.len() > Self::FEW {
                return Err(StoreError::Unavailable("timed out".into()));
            }
            self.0.lock().expect("not poisoned").extend(entries);
            Ok(())
        }

        async fn events(
            &self,
            _: EventQuery,
        ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
            unreachable!("not called")
        }

        async fn jobs(&self, _: JobQuery) -> Result<ArchivedJobPage, StoreError> {
            unreachable!("not called")
        }

        async fn digest(&self) -> Result<String, StoreError> {
            unreachable!("not called")
        }

        async fn ping(&self) -> Result<(), StoreError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn slow_archive_receives_smaller_chunks_until_it_keeps_up() {
        let store = sqlite_store();
        let jobs: Vec<_> = (0..300).map(|_| new_job(r#"{"type":"work"}"#)).collect();
        store.store.submit(jobs.into()).await.expect("accepted");
        let archive = Arc::new(SlowArchive::default());
        let archiver = Archiver {
            bus: store.bus.clone(),
            archive: archive.clone(),
        };
        let archiving = tokio::spawn(archiver.run());
        for _ in 0..300 {
            if archive.len() == 300 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        archiving.abort();
        assert_eq!(archive.len(), 300);
    }
}
