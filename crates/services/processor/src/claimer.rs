use std::sync::Arc;
use std::time::Duration;

use odd_contracts::JobType;
use odd_core::AttemptResult;
use odd_core::ports::{ClaimAhead, ClaimRequest, ClaimedJob, EndedAttempt, ErrorChain, Lease};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::attempt::Attempt;
use crate::claim_size::{ClaimSize, StartedTypes};
use crate::context::ProcessorContext;
use crate::metrics::{AttemptMetrics, Busy};
use crate::metrics_grouped::StartingJobs;
use crate::recorder::UnrecordedResult;

/// How long a claim waits at the store before it is repeated.
const CLAIM_WAIT: Duration = Duration::from_secs(30);

const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

/// Claims jobs and runs them, as many at a time as there are slots.
pub(crate) struct Claimer {
    context: Arc<ProcessorContext>,
    types: Arc<[JobType]>,
    slots: Arc<Semaphore>,
    size: ClaimSize,
    running: TaskTracker,
}

impl Claimer {
    pub(crate) fn new(
        context: Arc<ProcessorContext>,
        types: Arc<[JobType]>,
        running: TaskTracker,
    ) -> Self {
        let slots = Arc::new(Semaphore::new(context.config.concurrency.max(1)));
        Self {
            context,
            types,
            slots,
            size: ClaimSize::new(),
            running,
        }
    }

    /// Claims until `shutdown`. Every claimed job is started or released before this returns.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let mut next = shutdown.run_until_cancelled(self.claim()).await;
        while let Some((requested, jobs)) = next {
            let claimed = jobs.len();
            let claim = shutdown.run_until_cancelled(self.claim());
            let (took, started);
            if self.size.is_grown() && self.size.are_quick(&jobs) {
                // The store finds the next jobs while these run.
                (next, (took, started)) =
                    tokio::join!(biased; claim, self.start_all(jobs, &shutdown));
            } else {
                (took, started) = self.start_all(jobs, &shutdown).await;
                next = claim.await;
            }
            if claimed > 0 {
                self.size.learn(requested, claimed, took, started);
            }
        }
    }

    /// Waits for a free slot and claims. Returns how many jobs it requested, and the jobs.
    async fn claim(&self) -> (usize, Vec<ClaimedJob>) {
        loop {
            // The slot is not kept: the jobs of the last claim may be about to start.
            let slot = self.slots.acquire().await;
            drop(slot.expect("the slots are never closed"));
            let free = self.slots.available_permits().max(1);
            let ahead = self.size.ahead(free);
            let requested = self.context.throttle.admit(free + ahead.limit).await;
            match self
                .context
                .work
                .claim(self.request(requested, free, ahead))
                .await
            {
                Ok(jobs) => {
                    if !jobs.is_empty() {
                        self.context.throttle.note_claim();
                    }
                    return (requested, jobs);
                }
                Err(error) => {
                    tracing::warn!(error = %ErrorChain(&error), "failed to claim jobs; retrying");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    }

    /// Returns the request for `total` jobs: as many as there are `free` slots, and others `ahead`.
    fn request(&self, total: usize, free: usize, ahead: ClaimAhead) -> ClaimRequest {
        let limit = free.min(total);
        ClaimRequest {
            worker_id: self.context.worker_id.clone(),
            types: Some(self.types.clone()),
            queues: None,
            limit,
            ahead: ClaimAhead {
                limit: total - limit,
                ..ahead
            },
            lease: self.context.config.lease,
            wait: CLAIM_WAIT,
            admission: self.context.admission.clone(),
        }
    }

    /// Starts claimed jobs, in order. A job is released when no slot is left for it, because jobs before it wait for
    /// something: its lease would run out here while another worker could run it. It is also released when the jobs before
    /// it took so long that its lease is about to expire. Returns how long it took if all of them ended at once, and how the
    /// jobs of each type ended.
    async fn start_all(
        &self,
        jobs: Vec<ClaimedJob>,
        shutdown: &CancellationToken,
    ) -> (Option<Duration>, StartedTypes) {
        let begun = Instant::now();
        let (mut types, mut job_type) = (StartedTypes::default(), None);
        let mut all_ended = true;
        let mut is_full = false;
        let mut starting = StartingJobs::new(&self.context.metrics);
        for job in jobs {
            is_full |= shutdown.is_cancelled();
            is_full |= self.context.is_about_to_expire(job.lease_expires_at);
            let metrics = starting.attempt(&job);
            match self.slots.clone().try_acquire_owned() {
                Ok(slot) if !is_full => {
                    starting.measure_wait(&job, self.context.clock.now());
                    if job_type.as_ref() != Some(&job.job_type) {
                        job_type = Some(job.job_type.clone());
                    }
                    let has_ended = self.start(job, metrics, slot).await;
                    types.add(job_type.as_ref().expect("it was set above"), has_ended);
                    all_ended &= has_ended;
                }
                _ => {
                    is_full = true;
                    all_ended = false;
                    self.release(job.lease, metrics).await;
                }
            }
        }
        (all_ended.then(|| begun.elapsed()), types)
    }

    async fn release(&self, lease: Lease, metrics: AttemptMetrics) {
        let attempt = EndedAttempt {
            lease,
            result: AttemptResult::Released,
        };
        let released = UnrecordedResult {
            attempt,
            metrics,
            run_time: Duration::ZERO,
            trace: None,
            ended_at: Instant::now(),
        };
        self.context.recorder.record(released).await;
    }

    /// Starts one job. Returns `true` if it has ended already.
    async fn start(
        &self,
        job: ClaimedJob,
        metrics: AttemptMetrics,
        slot: OwnedSemaphorePermit,
    ) -> bool {
        let Some(handler) = self.context.registry.get(&job.job_type) else {
            tracing::error!(r#type = %job.job_type, "claimed a job of a type without a handler; its lease will expire");
            return true;
        };
        let busy = Busy::new(&metrics.of_type);
        match Attempt::new(&self.context, handler, job, metrics).try_finish() {
            Ok(result) => {
                drop(busy);
                self.context.recorder.record(result).await;
                true
            }
            Err(attempt) => {
                let context = self.context.clone();
                let log_context = attempt.log_context();
                self.running.spawn(log_context.scope(async move {
                    let result = attempt.supervise(&context).await;
                    drop((busy, slot));
                    if let Some(result) = result {
                        context.recorder.record(result).await;
                    }
                }));
                false
            }
        }
    }
}
