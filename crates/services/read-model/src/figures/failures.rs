use odd_contracts::FailureGroup;
use odd_core::FailureTally;

/// Returns a group as interfaces see it. `jobs` is the number of jobs that are FAILED now because of such a failure.
pub(crate) fn failure_group(tally: FailureTally, jobs: u64) -> FailureGroup {
    let mut queues = tally.queues.into_iter();
    let queue = queues.next().filter(|_| queues.next().is_none());
    FailureGroup {
        fingerprint: tally.fingerprint,
        job_type: tally.job_type,
        queue,
        code: tally.reason,
        message: tally.message,
        first_seen_at: tally.first_at,
        last_seen_at: tally.last_at,
        occurrences: tally.occurrences,
        jobs,
        versions: tally.versions,
        sample_job_ids: tally.jobs.into_iter().rev().collect(),
    }
}
