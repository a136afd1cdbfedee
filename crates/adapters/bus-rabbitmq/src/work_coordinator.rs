use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use odd_contracts::{JobId, JobType, QueueName, ReadyJobs};
use odd_core::ports::{ClaimRequest, ClaimedJob};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::topology::{DEFAULT_QUEUE, WORK_QUEUES};

/// Jobs remembered as claimed here. More are forgotten, and asked for in vain.
const REMEMBERED: usize = 4_096;

/// What claims and the consumer of hints tell each other.
pub(crate) struct WorkCoordinator {
    /// How many hints have come.
    arrived: watch::Sender<u64>,
    /// As many of them have been answered by a claim.
    answered: watch::Sender<u64>,
    wish: watch::Sender<Subscription>,
    /// Jobs that this process claimed lately: the store knows them.
    claimed: Mutex<HashSet<JobId>>,
    /// The last claim that got less than it asked for.
    emptied: Mutex<Option<EmptyPoll>>,
    /// The types that the last claim asked for; all when absent.
    types: Mutex<Option<Arc<[JobType]>>>,
}

/// A claim that got less than it asked for.
struct EmptyPoll {
    types: Option<Arc<[JobType]>>,
    queues: Option<Arc<[QueueName]>>,
    /// Hints that had come when it began.
    arrived: u64,
    /// When to look again, whatever was heard.
    until: Instant,
}

/// What the claims of this process want to hear of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subscription {
    /// Claims that wait.
    pub(crate) waiting: usize,
    /// Job queues beyond the default one.
    pub(crate) queues: BTreeSet<QueueName>,
    /// How often a job was found of which no hint came.
    pub(crate) misses: u64,
}

impl WorkCoordinator {
    pub(crate) fn new() -> Self {
        Self {
            arrived: watch::Sender::new(0),
            answered: watch::Sender::new(0),
            wish: watch::Sender::new(Subscription::default()),
            claimed: Mutex::default(),
            emptied: Mutex::default(),
            types: Mutex::default(),
        }
    }

    /// Claims of this kind are made from now on.
    pub(crate) fn serve(&self, request: &ClaimRequest) {
        self.types_served().clone_from(&request.types);
    }

    /// Listens to the job queue of a hint, unless its jobs are for other workers.
    pub(crate) fn learn(&self, ready: &ReadyJobs) {
        let types = self.types_served().clone();
        let is_served = |job_type| types.as_ref().is_none_or(|types| types.contains(job_type));
        if ready.jobs.iter().any(|job| is_served(&job.job_type)) {
            self.listen_to(&ready.queue);
        }
    }

    /// Sees hints that come from now on.
    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrived.subscribe()
    }

    /// A claim that began when `arrived` hints had come found nothing more.
    pub(crate) fn answer(&self, arrived: u64) {
        self.answered.send_if_modified(|answered| {
            std::mem::replace(answered, arrived.max(*answered)) < arrived
        });
    }

    /// These jobs were claimed; hints of their queues are of interest.
    pub(crate) fn claimed(&self, jobs: &[ClaimedJob]) {
        if jobs.is_empty() {
            return;
        }
        let mut claimed = self.claimed_jobs();
        if claimed.len() + jobs.len() > REMEMBERED {
            claimed.clear();
        }
        claimed.extend(jobs.iter().map(|job| job.lease.job_id));
        drop(claimed);
        for job in jobs {
            self.listen_to(&job.queue);
        }
    }

    /// A claim that began when `arrived` hints had come got less than it asked for, which counts for so long.
    pub(crate) fn emptied(&self, request: &ClaimRequest, arrived: u64, trust: Duration) {
        let emptied = EmptyPoll {
            types: request.types.clone(),
            queues: request.queues.clone(),
            arrived,
            until: Instant::now() + trust,
        };
        *self.emptied_lately() = Some(emptied);
    }

    /// For how long nothing is to be had: a claim of the same kind found no more, not long ago, and no hint has come since.
    pub(crate) fn empty_for(&self, request: &ClaimRequest, arrived: u64) -> Option<Duration> {
        let emptied = self.emptied_lately();
        let known = emptied.as_ref().filter(|emptied| {
            emptied.arrived == arrived
                && emptied.types == request.types
                && emptied.queues == request.queues
        });
        let left = known?.until.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Those of `jobs` that this process did not claim lately.
    pub(crate) fn not_claimed(&self, jobs: impl Iterator<Item = JobId>) -> Vec<JobId> {
        let claimed = self.claimed_jobs();
        jobs.filter(|job| !claimed.contains(job)).collect()
    }

    /// A claim waits until the answer is dropped.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.wish.send_modify(|wish| wish.waiting += 1);
        Waiting(self)
    }

    /// Hints of this job queue are of interest, unless it is one too many: then they come through the default one.
    fn listen_to(&self, queue: &QueueName) {
        self.wish.send_if_modified(|wish| {
            queue.as_str() != DEFAULT_QUEUE
                && wish.queues.len() < WORK_QUEUES
                && !wish.queues.contains(queue)
                && wish.queues.insert(queue.clone())
        });
    }

    /// Jobs were found of which no hint came: the queues may bring none any more.
    pub(crate) fn missed(&self) {
        self.wish.send_modify(|wish| wish.misses += 1);
    }

    /// Notes that a hint came; its number.
    pub(crate) fn arrive(&self) -> u64 {
        let number = *self.arrived.borrow() + 1;
        self.arrived.send_replace(number);
        number
    }

    /// Wakes claims without a hint.
    pub(crate) fn wake(&self) {
        *self.emptied_lately() = None;
        self.arrived.send_modify(|_| ());
    }

    /// Sees what claims want.
    pub(crate) fn wishes(&self) -> watch::Receiver<Subscription> {
        self.wish.subscribe()
    }

    /// Sees how many hints have been answered.
    pub(crate) fn answers(&self) -> watch::Receiver<u64> {
        self.answered.subscribe()
    }

    fn emptied_lately(&self) -> MutexGuard<'_, Option<EmptyPoll>> {
        // It is replaced as a whole.
        self.emptied.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn types_served(&self) -> MutexGuard<'_, Option<Arc<[JobType]>>> {
        // It is replaced as a whole.
        self.types.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claimed_jobs(&self) -> MutexGuard<'_, HashSet<JobId>> {
        // A set is whole between any two calls.
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claim that waits.
pub(crate) struct Waiting<'a>(&'a WorkCoordinator);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.wish.send_modify(|wish| wish.waiting -= 1);
    }
}
