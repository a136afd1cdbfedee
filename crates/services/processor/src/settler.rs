use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobStatus, JobType};
use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, Lease, StaleLease, StoreError, WorkQueue};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::metrics::JobMetrics;

/// Ended attempts that may wait to be recorded; who ends one beyond waits for a place.
const CAPACITY: usize = 4_096;

/// Ended attempts recorded together at most.
const GROUP: usize = 2_048;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// An attempt that is over but not recorded.
pub(crate) struct Ended {
    pub(crate) attempt: EndedAttempt,
    pub(crate) job_type: JobType,
    pub(crate) ran: Duration,
}

/// Takes ended attempts.
#[derive(Clone)]
pub(crate) struct SettlerHandle {
    ended: mpsc::Sender<Ended>,
}

impl SettlerHandle {
    /// Hands an ended attempt over to be recorded.
    pub(crate) async fn settle(&self, ended: Ended) {
        if self.ended.send(ended).await.is_err() {
            tracing::error!("an attempt ended after the settler; its lease will expire");
        }
    }
}

/// What is counted of an ended attempt.
type About = (JobType, Duration);

type Outcomes = Result<Vec<Result<JobStatus, StaleLease>>, StoreError>;

/// Records ended attempts, group after group: what ends while one group is recorded makes up the next.
pub(crate) struct Settler {
    work: Arc<dyn WorkQueue>,
    metrics: Arc<JobMetrics>,
    inbox: mpsc::Receiver<Ended>,
    give_up: CancellationToken,
    given_up: usize,
}

impl Settler {
    /// From `give_up` on, it does not wait any more for a store that is not available.
    pub(crate) fn new(
        work: Arc<dyn WorkQueue>,
        metrics: Arc<JobMetrics>,
        give_up: CancellationToken,
    ) -> (SettlerHandle, Self) {
        let (ended, inbox) = mpsc::channel(CAPACITY);
        (
            SettlerHandle { ended },
            Self {
                work,
                metrics,
                inbox,
                give_up,
                given_up: 0,
            },
        )
    }

    /// Runs until every handle is gone and everything is recorded. Returns how many attempts it gave up.
    pub(crate) async fn run(mut self) -> usize {
        let mut group = Vec::with_capacity(GROUP);
        while self.inbox.recv_many(&mut group, GROUP).await > 0 {
            let (attempts, about): (Vec<_>, Vec<_>) = group
                .drain(..)
                .map(|ended| (ended.attempt, (ended.job_type, ended.ran)))
                .unzip();
            self.settle(attempts.into(), &about).await;
        }
        self.given_up
    }

    async fn settle(&mut self, attempts: Arc<[EndedAttempt]>, about: &[About]) {
        match self.record(&attempts).await {
            // It may be one of them that the store cannot take: the others count.
            Err(StoreError::Broken(_)) if attempts.len() > 1 => {
                for (attempt, about) in attempts.iter().zip(about) {
                    let alone: Arc<[_]> = [attempt.clone()].into();
                    let outcomes = self.record(&alone).await;
                    self.conclude(&alone, std::slice::from_ref(about), outcomes);
                }
            }
            outcomes => self.conclude(&attempts, about, outcomes),
        }
    }

    /// Tries until it succeeds, the failure is one that will not pass, or it is time to give up: the work is done,
    /// so only the store can say that it does not count.
    async fn record(&self, attempts: &Arc<[EndedAttempt]>) -> Outcomes {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.work.finish(attempts.clone()).await {
                Err(error) if error.is_transient() && !self.give_up.is_cancelled() => {
                    tracing::warn!(%error, "ended attempts could not be recorded yet");
                    let waiting = tokio::time::sleep(pause);
                    self.give_up.run_until_cancelled(waiting).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                outcomes => return outcomes,
            }
        }
    }

    fn conclude(&mut self, attempts: &[EndedAttempt], about: &[About], outcomes: Outcomes) {
        match outcomes {
            Ok(outcomes) => {
                for ((attempt, (job_type, ran)), outcome) in
                    attempts.iter().zip(about).zip(outcomes)
                {
                    self.count(attempt, job_type, *ran, outcome);
                }
            }
            Err(error) => {
                for Lease { job_id, attempt } in attempts.iter().map(|ended| ended.lease) {
                    tracing::error!(%error, job = %job_id, attempt, "an ended attempt was not recorded");
                }
                if error.is_transient() {
                    self.given_up += attempts.len();
                }
            }
        }
    }

    fn count(
        &self,
        attempt: &EndedAttempt,
        job_type: &JobType,
        ran: Duration,
        outcome: Result<JobStatus, StaleLease>,
    ) {
        let status = match outcome {
            Ok(status) => status,
            Err(stale) => {
                tracing::warn!(error = %stale, "an attempt ended too late to count");
                return;
            }
        };
        if attempt.result != AttemptResult::Released {
            self.metrics.ran(job_type, ran.as_secs_f64());
        }
        match (&attempt.result, status) {
            (_, JobStatus::Completed) => self.metrics.completed(job_type),
            (AttemptResult::Failed { reason, .. }, JobStatus::Failed) => {
                self.metrics.failed(job_type, reason.as_str());
            }
            _ => {}
        }
    }
}
