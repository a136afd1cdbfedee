use std::collections::BTreeMap;

use odd_contracts::{JobStatus, JobType, Stats, Timestamp};
use odd_core::CountKey;
use odd_core::ports::ViewSnapshot;

use crate::freshness::UNKNOWN_AGE;

/// Returns the number of jobs in each group of statuses. `now` is the time of the clock that `as_of` was measured with.
pub(crate) fn stats(snapshot: &ViewSnapshot, as_of: Timestamp, now: Timestamp) -> Stats {
    let mut stats = Stats {
        total_jobs: 0,
        pending_jobs: 0,
        executing_jobs: 0,
        completed_jobs: 0,
        failed_jobs: 0,
        cancelled_jobs: 0,
        last_event_time: snapshot.last_event_at,
        as_of,
        age_ms: (as_of != UNKNOWN_AGE).then(|| now.millis_since(as_of)),
    };
    for (key, count) in &snapshot.counts {
        stats.total_jobs += count;
        *match key.status {
            JobStatus::Scheduled
            | JobStatus::Pending
            | JobStatus::Validated
            | JobStatus::Retrying => &mut stats.pending_jobs,
            JobStatus::Executing => &mut stats.executing_jobs,
            JobStatus::Completed => &mut stats.completed_jobs,
            JobStatus::Failed => &mut stats.failed_jobs,
            JobStatus::Cancelled => &mut stats.cancelled_jobs,
        } += count;
    }
    stats
}

/// Returns the number of jobs in each status, including statuses without jobs.
pub(crate) fn statuses(snapshot: &ViewSnapshot) -> BTreeMap<String, u64> {
    count_statuses(snapshot, |_| true)
}

/// Returns the number of jobs of a type in each status, including statuses without jobs.
pub(crate) fn statuses_of(snapshot: &ViewSnapshot, job_type: &JobType) -> BTreeMap<String, u64> {
    count_statuses(snapshot, |key| key.job_type == *job_type)
}

fn count_statuses(
    snapshot: &ViewSnapshot,
    is_counted: impl Fn(&CountKey) -> bool,
) -> BTreeMap<String, u64> {
    let mut statuses: BTreeMap<String, u64> = JobStatus::ALL
        .into_iter()
        .map(|status| (status.as_str().to_owned(), 0))
        .collect();
    for (key, count) in snapshot.counts.iter().filter(|(key, _)| is_counted(key)) {
        *statuses.entry(key.status.as_str().to_owned()).or_default() += count;
    }
    statuses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn snapshot(rows: &[(&str, JobStatus, u64)]) -> ViewSnapshot {
        let counts = rows.iter().map(|(queue, status, count)| {
            let key = CountKey {
                job_type: "echo".parse().expect("a type"),
                queue: queue.parse().expect("a queue"),
                status: *status,
            };
            (key, *count)
        });
        ViewSnapshot {
            counts: counts.collect(),
            last_event_at: Some(Timestamp::from_micros(5)),
            ..ViewSnapshot::default()
        }
    }

    fn everywhere() -> ViewSnapshot {
        let rows: Vec<_> = JobStatus::ALL
            .into_iter()
            .zip(1..)
            .map(|(status, count)| ("default", status, count))
            .collect();
        snapshot(&rows)
    }

    #[test]
    fn groups_add_up_to_the_total() {
        let stats = stats(&everywhere(), at(9), at(9));
        assert_eq!(stats.total_jobs, 36);
        assert_eq!(stats.pending_jobs, 1 + 2 + 3 + 5);
        assert_eq!(
            (stats.executing_jobs, stats.completed_jobs),
            (4, 6),
            "EXECUTING, COMPLETED"
        );
        assert_eq!((stats.failed_jobs, stats.cancelled_jobs), (7, 8));
        assert_eq!(stats.last_event_time, Some(at(5)));
    }

    #[test]
    fn age_is_absent_while_it_is_unknown() {
        let age_ms = |as_of, now| stats(&everywhere(), as_of, now).age_ms;
        assert_eq!(age_ms(at(9_000), at(9_000)), Some(0));
        assert_eq!(age_ms(at(9_000), at(2_009_000)), Some(2_000));
        assert_eq!(age_ms(UNKNOWN_AGE, at(2_009_000)), None);
    }

    #[test]
    fn statuses_without_jobs_are_included() {
        let statuses = statuses(&snapshot(&[("default", JobStatus::Failed, 2)]));
        assert_eq!(statuses.len(), JobStatus::ALL.len());
        assert_eq!((statuses["FAILED"], statuses["PENDING"]), (2, 0));
    }
}
