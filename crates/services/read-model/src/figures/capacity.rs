use std::collections::BTreeMap;

use odd_contracts::{JobType, QueueName};
use odd_core::ports::WorkerRecord;

/// What the workers of one kind accept; all types or queues if absent.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Accepted<'a> {
    types: Option<&'a [JobType]>,
    queues: Option<&'a [QueueName]>,
}

/// How many jobs workers can run at once, by what they accept. Most workers of a deployment accept the same.
pub(super) struct Capacity<'a>(BTreeMap<Accepted<'a>, u64>);

impl<'a> Capacity<'a> {
    /// Adds up those workers that claim jobs.
    pub(super) fn of(live: &'a [WorkerRecord]) -> Self {
        let mut capacity = BTreeMap::new();
        for worker in live.iter().filter(|worker| !worker.is_draining) {
            let accepted = Accepted {
                types: worker.types.as_deref(),
                queues: worker.queues.as_deref(),
            };
            *capacity.entry(accepted).or_default() += u64::from(worker.concurrency);
        }
        Self(capacity)
    }

    /// Returns how many jobs of `queue` can run at once, if these types wait or run in it. Without types, every worker of the
    /// queue counts.
    pub(super) fn for_queue<'t>(
        &self,
        queue: &QueueName,
        types: impl ExactSizeIterator<Item = &'t JobType> + Clone,
    ) -> u64 {
        let serves = |accepted: &Accepted<'_>| {
            accepted.queues.is_none_or(|queues| queues.contains(queue))
                && (types.len() == 0
                    || accepted.types.is_none_or(|handled| {
                        types.clone().any(|job_type| handled.contains(job_type))
                    }))
        };
        let serving = self.0.iter().filter(|(accepted, _)| serves(accepted));
        serving.map(|(_, concurrency)| concurrency).sum()
    }
}
