use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::{ClaimedJob, Lease};

/// Leases of claims whose callers went away before they received them; the writer releases them with its next
/// transaction. Cheap to clone; clones share.
#[derive(Clone)]
pub(super) struct AbandonedClaims {
    leases: Arc<Mutex<Vec<Lease>>>,
    wake_writer: Arc<dyn Fn() + Send + Sync>,
}

impl AbandonedClaims {
    /// Creates an empty list; `wake_writer` is called when leases were added.
    pub(super) fn new(wake_writer: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            leases: Arc::default(),
            wake_writer: Arc::new(wake_writer),
        }
    }

    /// Returns claimed jobs on their way to the caller.
    pub(super) fn guard(&self, jobs: Vec<ClaimedJob>) -> ClaimGuard {
        ClaimGuard {
            jobs,
            abandoned: self.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Moves all leases to the end of `leases`.
    pub(super) fn drain_into(&self, leases: &mut Vec<Lease>) {
        leases.append(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Claimed jobs on their way to the caller. Their leases are abandoned if it is dropped on the way.
pub(crate) struct ClaimGuard {
    jobs: Vec<ClaimedJob>,
    abandoned: AbandonedClaims,
}

impl ClaimGuard {
    /// Returns the jobs; the caller owns their leases from now on.
    pub(crate) fn into_jobs(mut self) -> Vec<ClaimedJob> {
        std::mem::take(&mut self.jobs)
    }
}

impl Drop for ClaimGuard {
    fn drop(&mut self) {
        if !self.jobs.is_empty() {
            let leases = self.jobs.iter().map(|job| job.lease);
            self.abandoned.lock().extend(leases);
            (self.abandoned.wake_writer)();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::time::Duration;

    use odd_contracts::JobType;
    use odd_core::ports::{Admission, ClaimRequest, EventSink, JobCommands, LogRecord, StoreError};
    use odd_testkit::build::new_job;
    use odd_testkit::{ManualClock, PATIENCE, producers};
    use tokio::sync::oneshot;

    use super::*;
    use crate::write::ClaimTicket;
    use crate::{SqliteConfig, SqliteStore};

    struct NoSubscribers;

    impl EventSink for NoSubscribers {
        fn committed(&self, _: Vec<LogRecord>) {}
    }

    struct AdmitAll;

    impl Admission for AdmitAll {
        fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
            Ok(())
        }
    }

    type ClaimAnswer = oneshot::Receiver<Result<ClaimGuard, StoreError>>;

    /// Sends a claim that waits for jobs until its answer is dropped.
    async fn send_claim(store: &SqliteStore) -> ClaimAnswer {
        let request = ClaimRequest {
            worker_id: "worker".into(),
            types: None,
            queues: None,
            limit: 1,
            ahead: odd_core::ports::ClaimAhead::default(),
            lease: Duration::from_secs(30),
            wait: Duration::from_secs(600),
            admission: Arc::new(AdmitAll),
        };
        let (reply, answer) = oneshot::channel();
        let sent = store.writer.claim(ClaimTicket { request, reply }).await;
        sent.expect("the writer runs");
        answer
    }

    async fn claimed(answer: ClaimAnswer) -> ClaimGuard {
        let answered = tokio::time::timeout(PATIENCE, answer).await;
        let answered = answered.expect("a job is ready").expect("an answer");
        answered.expect("the claim succeeds")
    }

    #[tokio::test]
    async fn a_claim_abandoned_during_a_transaction_serves_the_next_one() {
        let directory = tempfile::tempdir().expect("a directory");
        let config = SqliteConfig::new(directory.path().join("store.db"), producers());
        let clock = Arc::new(ManualClock::default());
        let store = SqliteStore::open(config, Arc::new(NoSubscribers), clock).expect("opens");
        let job = new_job(r#"{"type":"work"}"#);
        let id = job.id;
        store.submit([job].into()).await.expect("accepted");
        let first = claimed(send_claim(&store).await).await;

        // Pauses a transaction in the middle.
        let (entered, is_inside) = oneshot::channel();
        let (resume, resumed) = mpsc::channel::<()>();
        let writer = store.writer.clone();
        let paused = tokio::spawn(async move {
            let pause = move |_: &mut super::super::session::Session<'_, '_>| {
                let _ = entered.send(());
                let _ = resumed.recv();
                Ok(())
            };
            writer.write(pause).await
        });
        is_inside.await.expect("the transaction runs");
        let second = send_claim(&store).await;
        drop(first);
        drop(resume);

        // Nothing else is sent to the writer.
        assert_eq!(claimed(second).await.into_jobs()[0].lease.job_id, id);
        paused.await.expect("ran").expect("committed");
        store.close().await;
    }
}
