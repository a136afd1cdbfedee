use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Archive, EventBus, StoreError};

/// Entries handed to the archive at a time, as long as it takes them.
const CHUNK: usize = 1_000;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How the archivist goes on: carefully after failures, as the archive may be slow, and faster with each success.
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

/// Follows the event stream into the archive, at the archive's own speed: views do not wait for it.
pub(crate) struct Archivist {
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) archive: Arc<dyn Archive>,
}

impl Archivist {
    /// Runs until dropped. After a failure it starts again from where the archive stands.
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
            tracing::warn!(%error, "archiving failed; starting again from where the archive stands");
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

    /// An archive that takes no more than a few entries in time.
    #[derive(Default)]
    struct Slow(Mutex<Vec<LogRecord>>);

    impl Slow {
        const FEW: usize = 10;

        fn kept(&self) -> usize {
            self.0.lock().expect("whole").len()
        }
    }

    #[async_trait]
    impl Archive for Slow {
        async fn position(&self) -> Result<Position, StoreError> {
            let last = self.0.lock().expect("whole").last().map(|it| it.position);
            Ok(last.unwrap_or(Position(0)))
        }

        async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
            if entries.len() > Self::FEW {
                return Err(StoreError::Unavailable("no answer in time".into()));
            }
            self.0.lock().expect("whole").extend(entries);
            Ok(())
        }

        async fn events(
            &self,
            _: EventQuery,
        ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
            unreachable!("nobody asks")
        }

        async fn jobs(&self, _: JobQuery) -> Result<ArchivedJobPage, StoreError> {
            unreachable!("nobody asks")
        }

        async fn digest(&self) -> Result<String, StoreError> {
            unreachable!("nobody asks")
        }

        async fn ping(&self) -> Result<(), StoreError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_slow_archive_is_given_less_at_a_time_until_it_keeps_up() {
        let store = sqlite_store();
        let jobs: Vec<_> = (0..300).map(|_| new_job(r#"{"type":"work"}"#)).collect();
        store.store.submit(jobs.into()).await.expect("accepted");
        let archive = Arc::new(Slow::default());
        let archivist = Archivist {
            bus: store.bus.clone(),
            archive: archive.clone(),
        };
        let archiving = tokio::spawn(archivist.run());
        for _ in 0..300 {
            if archive.kept() == 300 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        archiving.abort();
        assert_eq!(archive.kept(), 300);
    }
}
