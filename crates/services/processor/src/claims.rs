use std::sync::Arc;
use std::time::Duration;

use odd_contracts::JobType;
use odd_core::AttemptResult;
use odd_core::ports::{ClaimRequest, ClaimedJob, EndedAttempt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::attempt::Attempt;
use crate::backlog::ClaimSize;
use crate::environment::Environment;
use crate::settler::Ended;

/// How long a claim stands before it is made anew.
const CLAIM_WAIT: Duration = Duration::from_secs(30);

const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

/// Claims jobs and runs them, as many at a time as there are places.
pub(crate) struct Claims {
    environment: Arc<Environment>,
    types: Arc<[JobType]>,
    places: Arc<Semaphore>,
    size: ClaimSize,
    running: TaskTracker,
}

impl Claims {
    pub(crate) fn new(
        environment: Arc<Environment>,
        types: Arc<[JobType]>,
        running: TaskTracker,
    ) -> Self {
        let places = Arc::new(Semaphore::new(environment.config.concurrency.max(1)));
        Self {
            environment,
            types,
            places,
            size: ClaimSize::new(),
            running,
        }
    }

    /// Claims until `shutdown`. Every claimed job is begun or given back before this returns.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let mut next = shutdown.run_until_cancelled(self.claim()).await;
        while let Some((asked, jobs)) = next {
            let claimed = jobs.len();
            let claim = shutdown.run_until_cancelled(self.claim());
            let took;
            if self.size.is_grown() {
                // The store looks for the next jobs while these run.
                (next, took) = tokio::join!(biased; claim, self.begin_all(jobs, &shutdown));
            } else {
                took = self.begin_all(jobs, &shutdown).await;
                next = claim.await;
            }
            if claimed > 0 {
                self.size.learn(asked, claimed, took);
            }
        }
    }

    /// Waits for a free place and claims; how many jobs it asked for, and what came.
    async fn claim(&self) -> (usize, Vec<ClaimedJob>) {
        loop {
            // The place is not kept: the jobs of the last claim may be about to begin.
            let place = self.places.acquire().await;
            drop(place.expect("the places are never closed"));
            let asked = self.size.next(self.places.available_permits().max(1));
            match self.environment.work.claim(self.request(asked)).await {
                Ok(jobs) => return (asked, jobs),
                Err(error) => {
                    tracing::warn!(%error, "jobs could not be claimed; trying again");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    }

    fn request(&self, limit: usize) -> ClaimRequest {
        ClaimRequest {
            worker_id: self.environment.worker_id.clone(),
            types: Some(self.types.clone()),
            queues: None,
            limit,
            lease: self.environment.config.lease,
            wait: CLAIM_WAIT,
            admission: Arc::new(self.environment.registry.clone()),
        }
    }

    /// Begins claimed jobs, in order. Those for which no place is left, because the ones before them wait for
    /// something, are given back: their leases would run out here while another worker might run them. So are those
    /// that the ones before them have delayed for too long. Returns how long it took when all of them ended right
    /// away.
    async fn begin_all(
        &self,
        jobs: Vec<ClaimedJob>,
        shutdown: &CancellationToken,
    ) -> Option<Duration> {
        let begun = Instant::now();
        let mut all_ended = true;
        let mut is_full = false;
        for job in jobs {
            is_full |= shutdown.is_cancelled();
            is_full |= self.environment.is_about_to_end(job.lease_expires_at);
            match self.places.clone().try_acquire_owned() {
                Ok(place) if !is_full => all_ended &= self.begin(job, place).await,
                _ => {
                    is_full = true;
                    all_ended = false;
                    self.give_back(job).await;
                }
            }
        }
        all_ended.then(|| begun.elapsed())
    }

    async fn give_back(&self, job: ClaimedJob) {
        let attempt = EndedAttempt {
            lease: job.lease,
            result: AttemptResult::Released,
        };
        let released = Ended {
            attempt,
            job_type: job.job_type,
            ran: Duration::ZERO,
        };
        self.environment.settler.settle(released).await;
    }

    /// Begins one job; whether it has ended already.
    async fn begin(&self, job: ClaimedJob, place: OwnedSemaphorePermit) -> bool {
        self.environment
            .metrics
            .waited(&job.job_type, self.waited(&job));
        let Some(handler) = self.environment.registry.get(&job.job_type) else {
            tracing::error!(r#type = %job.job_type, "claimed a type without a handler; its lease will expire");
            return true;
        };
        match Attempt::new(&self.environment, handler, job).try_finish() {
            Ok(ended) => {
                self.environment.settler.settle(ended).await;
                true
            }
            Err(attempt) => {
                let environment = self.environment.clone();
                self.running.spawn(async move {
                    let ended = attempt.supervise(environment.clone()).await;
                    drop(place);
                    if let Some(ended) = ended {
                        environment.settler.settle(ended).await;
                    }
                });
                false
            }
        }
    }

    fn waited(&self, job: &ClaimedJob) -> f64 {
        self.environment
            .clock
            .now()
            .fractional_millis_since(job.created_at)
            / 1_000.0
    }
}
