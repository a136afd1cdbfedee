use std::cmp::Reverse;
use std::collections::BTreeMap;

use odd_contracts::{
    JobStatus, JobType, QueueName, QueueScale, QueueSummary, Timestamp, TypeCount,
};
use odd_core::ports::{QueueDepth, TimeRange, ViewSnapshot, WorkerRecord};
use odd_core::{Bucket, QueueFlow, QueueFlows};

use super::capacity::Capacity;
use crate::history::QueueHistory;

/// Number of types that are listed of a queue; the others are added up.
const LISTED_TYPES: usize = 10;

/// What is known about all queues.
pub(crate) struct QueueFacts<'a> {
    /// The counts of jobs.
    pub(crate) snapshot: &'a ViewSnapshot,
    /// Since when the oldest job of each queue is ready.
    pub(crate) depths: Vec<QueueDepth>,
    /// The buckets of the time over which rates are computed, or more.
    pub(crate) buckets: &'a [Bucket],
    /// The time over which rates are computed. It ends at the present.
    pub(crate) rate_range: TimeRange,
    /// The workers that have not been lost.
    pub(crate) live_workers: &'a [WorkerRecord],
}

/// Returns every queue that has jobs, ordered by name.
pub(crate) fn queues(facts: QueueFacts<'_>, history: &QueueHistory) -> Vec<QueueSummary> {
    let now = facts.rate_range.to;
    let queues = count(facts.snapshot, facts.depths);
    let capacity = Capacity::of(facts.live_workers);
    let mut flows = QueueFlows::default();
    let recent = facts.buckets.iter();
    recent
        .filter(|bucket| bucket.key.start >= facts.rate_range.from)
        .for_each(|bucket| flows.merge(&bucket.queues));
    let seconds = facts
        .rate_range
        .to
        .fractional_millis_since(facts.rate_range.from)
        / 1000.0;
    let summaries = queues.into_iter().map(|(queue, counted)| {
        let flow = *flows.of(&queue);
        let concurrency = capacity.for_queue(&queue, counted.unfinished.keys());
        let depth_history = history.recent_depths(&queue, now);
        let mut summary = counted.summary(queue, now);
        set_load(&mut summary, concurrency, flow, seconds.max(1.0));
        summary.depth_history = depth_history;
        summary
    });
    summaries.collect()
}

/// Returns the load of one queue at `now`. `as_of` is the time of `snapshot`.
pub(crate) fn queue_scale(
    queue: QueueName,
    snapshot: &ViewSnapshot,
    depths: Vec<QueueDepth>,
    now: Timestamp,
    as_of: Timestamp,
) -> QueueScale {
    let counted = count(snapshot, depths).remove(&queue).unwrap_or_default();
    QueueScale {
        queue,
        depth: counted.ready,
        oldest_seconds: counted.oldest_ready_seconds(now).unwrap_or(0.0),
        running: counted.executing,
        as_of,
    }
}

/// The jobs of one queue.
#[derive(Default)]
struct CountedJobs {
    ready: u64,
    delayed: u64,
    executing: u64,
    failed: u64,
    unfinished: BTreeMap<JobType, u64>,
    oldest_ready_at: Option<Timestamp>,
}

fn count(snapshot: &ViewSnapshot, depths: Vec<QueueDepth>) -> BTreeMap<QueueName, CountedJobs> {
    let mut queues: BTreeMap<QueueName, CountedJobs> = BTreeMap::new();
    for (key, &count) in snapshot.counts.iter().filter(|(_, count)| **count > 0) {
        let queue = queues.entry(key.queue.clone()).or_default();
        match key.status {
            JobStatus::Pending => queue.ready += count,
            JobStatus::Scheduled | JobStatus::Retrying => queue.delayed += count,
            JobStatus::Validated | JobStatus::Executing => queue.executing += count,
            JobStatus::Failed => queue.failed += count,
            JobStatus::Completed | JobStatus::Cancelled => {}
        }
        if !key.status.is_terminal() {
            *queue.unfinished.entry(key.job_type.clone()).or_default() += count;
        }
    }
    for depth in depths {
        let counted = queues.entry(depth.queue).or_default();
        counted.oldest_ready_at = depth.oldest_ready_at;
    }
    queues
}

impl CountedJobs {
    fn oldest_ready_seconds(&self, now: Timestamp) -> Option<f64> {
        let since = self.oldest_ready_at?;
        Some(now.fractional_millis_since(since) / 1000.0)
    }

    /// Returns the summary of these counts, without the load.
    fn summary(self, queue: QueueName, now: Timestamp) -> QueueSummary {
        QueueSummary {
            queue,
            ready: self.ready,
            delayed: self.delayed,
            executing: self.executing,
            failed: self.failed,
            oldest_ready_seconds: self.oldest_ready_seconds(now),
            running: Some(self.executing),
            concurrency: None,
            utilisation: None,
            arrival_per_second: None,
            finish_per_second: None,
            drain_seconds: None,
            types: most_frequent(self.unfinished),
            depth_history: Vec::new(),
        }
    }
}

fn set_load(summary: &mut QueueSummary, concurrency: u64, flow: QueueFlow, seconds: f64) {
    summary.concurrency = Some(concurrency);
    // Workers that were just lost or added would put it above 1.
    summary.utilisation =
        (concurrency > 0).then(|| (summary.executing as f64 / concurrency as f64).min(1.0));
    let arrival = flow.submitted as f64 / seconds;
    let finish = flow.finished as f64 / seconds;
    summary.arrival_per_second = Some(arrival);
    summary.finish_per_second = Some(finish);
    summary.drain_seconds = match summary.ready {
        0 => Some(0.0),
        ready => (finish > arrival).then(|| ready as f64 / (finish - arrival)),
    };
}

fn most_frequent(counts: BTreeMap<JobType, u64>) -> Vec<TypeCount> {
    let mut counts: Vec<(JobType, u64)> = counts.into_iter().collect();
    // Stable, so that equally frequent types are ordered by name.
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let others = counts.split_off(LISTED_TYPES.min(counts.len()));
    let others: u64 = others.iter().map(|(_, count)| count).sum();
    let listed = counts.into_iter().map(|(job_type, count)| TypeCount {
        job_type: job_type.to_string(),
        count,
    });
    let other = (others > 0).then(|| TypeCount {
        job_type: "other".to_owned(),
        count: others,
    });
    listed.chain(other).collect()
}

#[cfg(test)]
mod tests;
