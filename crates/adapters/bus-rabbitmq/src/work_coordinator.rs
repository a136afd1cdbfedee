use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use odd_contracts::{JobId, JobType, QueueName, ReadyJobs};
use odd_core::ports::{ClaimRequest, ClaimedJob};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::topology::{DEFAULT_QUEUE, MAX_WORK_QUEUES};

/// Most claimed jobs that are remembered. Forgetting one costs an unnecessary query to the store.
const REMEMBERED_JOBS: usize = 4_096;

/// State shared by the claims of this process and its hint consumer.
///
/// Hints are counted as they arrive. A claim reads the count before it queries the store; when it finds no more jobs, all
/// hints up to that count may be acknowledged.
pub(crate) struct WorkCoordinator {
    received_hints: watch::Sender<u64>,
    /// The hints up to this number may be acknowledged.
    answered_hints: watch::Sender<u64>,
    subscription: watch::Sender<Subscription>,
    /// Jobs that this process claimed recently, and which therefore exist in the store.
    claimed: Mutex<HashSet<JobId>>,
    empty_poll: Mutex<Option<EmptyPoll>>,
    /// The job types of the last claim; `None` means all types.
    job_types: Mutex<Option<Arc<[JobType]>>>,
}

/// A claim that returned fewer jobs than it asked for: while no hint arrives, a claim of the same kind would find nothing.
struct EmptyPoll {
    types: Option<Arc<[JobType]>>,
    queues: Option<Arc<[QueueName]>>,
    /// Number of hints that had arrived when the claim began.
    hint_count: u64,
    /// When the store has to be queried again even without a hint.
    valid_until: Instant,
}

/// What the hint consumer has to subscribe to, and whether it is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subscription {
    /// Number of claims that wait for jobs.
    pub(crate) waiting_claims: usize,
    /// Job queues in addition to the default one.
    pub(crate) queues: BTreeSet<QueueName>,
    /// How often a waiting claim found jobs without having received a hint.
    pub(crate) missed_hints: u64,
}

impl WorkCoordinator {
    pub(crate) fn new() -> Self {
        Self {
            received_hints: watch::Sender::new(0),
            answered_hints: watch::Sender::new(0),
            subscription: watch::Sender::new(Subscription::default()),
            claimed: Mutex::default(),
            empty_poll: Mutex::default(),
            job_types: Mutex::default(),
        }
    }

    /// Remembers which job types this process claims.
    pub(crate) fn set_job_types(&self, request: &ClaimRequest) {
        self.lock_job_types().clone_from(&request.types);
    }

    /// Subscribes to the job queue of a hint if this process claims the type of at least one of its jobs.
    pub(crate) fn subscribe_to_queue_of(&self, ready: &ReadyJobs) {
        let types = self.lock_job_types().clone();
        let is_claimable = |job_type| types.as_ref().is_none_or(|types| types.contains(job_type));
        if ready.jobs.iter().any(|job| is_claimable(&job.job_type)) {
            self.subscribe(&ready.queue);
        }
    }

    /// Watches the number of hints that have arrived.
    pub(crate) fn received_hints(&self) -> watch::Receiver<u64> {
        self.received_hints.subscribe()
    }

    /// Records that a claim which began after `hint_count` hints found no more jobs.
    pub(crate) fn answer_hints(&self, hint_count: u64) {
        self.answered_hints.send_if_modified(|answered| {
            std::mem::replace(answered, hint_count.max(*answered)) < hint_count
        });
    }

    /// Remembers claimed jobs, and subscribes to their queues.
    pub(crate) fn record_claimed(&self, jobs: &[ClaimedJob]) {
        if jobs.is_empty() {
            return;
        }
        let mut claimed = self.lock_claimed();
        if claimed.len() + jobs.len() > REMEMBERED_JOBS {
            claimed.clear();
        }
        claimed.extend(jobs.iter().map(|job| job.lease.job_id));
        drop(claimed);
        for job in jobs {
            self.subscribe(&job.queue);
        }
    }

    /// Records that a claim which began after `hint_count` hints returned fewer jobs than it asked for.
    pub(crate) fn record_empty_poll(
        &self,
        request: &ClaimRequest,
        hint_count: u64,
        valid_for: Duration,
    ) {
        let poll = EmptyPoll {
            types: request.types.clone(),
            queues: request.queues.clone(),
            hint_count,
            valid_until: Instant::now() + valid_for,
        };
        *self.lock_empty_poll() = Some(poll);
    }

    /// Returns how long the store needs no query: a claim of the same kind was recorded as empty, and no hint has arrived
    /// since.
    pub(crate) fn empty_for(&self, request: &ClaimRequest, hint_count: u64) -> Option<Duration> {
        let poll = self.lock_empty_poll();
        let same_kind = poll.as_ref().filter(|poll| {
            poll.hint_count == hint_count
                && poll.types == request.types
                && poll.queues == request.queues
        });
        let left = same_kind?
            .valid_until
            .saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Returns those of `jobs` that this process has not claimed recently.
    pub(crate) fn not_claimed(&self, jobs: impl Iterator<Item = JobId>) -> Vec<JobId> {
        let claimed = self.lock_claimed();
        jobs.filter(|job| !claimed.contains(job)).collect()
    }

    /// Counts a claim as waiting until the guard is dropped.
    pub(crate) fn wait(&self) -> WaitingClaim<'_> {
        self.subscription
            .send_modify(|subscription| subscription.waiting_claims += 1);
        WaitingClaim(self)
    }

    /// Subscribes to a job queue. Beyond [`MAX_WORK_QUEUES`], hints arrive through the default work queue only.
    fn subscribe(&self, queue: &QueueName) {
        self.subscription.send_if_modified(|subscription| {
            queue.as_str() != DEFAULT_QUEUE
                && subscription.queues.len() < MAX_WORK_QUEUES
                && !subscription.queues.contains(queue)
                && subscription.queues.insert(queue.clone())
        });
    }

    /// Records that a claim found jobs without a hint: the work queues may have been deleted.
    pub(crate) fn record_missed_hint(&self) {
        self.subscription
            .send_modify(|subscription| subscription.missed_hints += 1);
    }

    /// Counts a hint that arrived and returns its number.
    pub(crate) fn record_hint(&self) -> u64 {
        let number = *self.received_hints.borrow() + 1;
        self.received_hints.send_replace(number);
        number
    }

    /// Wakes waiting claims without a hint.
    pub(crate) fn wake_claims(&self) {
        *self.lock_empty_poll() = None;
        self.received_hints.send_modify(|_| ());
    }

    /// Watches what claims subscribe to.
    pub(crate) fn subscription(&self) -> watch::Receiver<Subscription> {
        self.subscription.subscribe()
    }

    /// Watches up to which number hints may be acknowledged.
    pub(crate) fn answered_hints(&self) -> watch::Receiver<u64> {
        self.answered_hints.subscribe()
    }

    fn lock_empty_poll(&self) -> MutexGuard<'_, Option<EmptyPoll>> {
        // The value is replaced as a whole, so a panic elsewhere cannot leave it inconsistent.
        self.empty_poll
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_job_types(&self) -> MutexGuard<'_, Option<Arc<[JobType]>>> {
        // The value is replaced as a whole, so a panic elsewhere cannot leave it inconsistent.
        self.job_types
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_claimed(&self) -> MutexGuard<'_, HashSet<JobId>> {
        // The set is consistent between any two calls.
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard of a claim that waits for jobs.
pub(crate) struct WaitingClaim<'a>(&'a WorkCoordinator);

impl Drop for WaitingClaim<'_> {
    fn drop(&mut self) {
        self.0
            .subscription
            .send_modify(|subscription| subscription.waiting_claims -= 1);
    }
}
