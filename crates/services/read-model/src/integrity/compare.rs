use odd_contracts::{Integrity, IntegrityEvidence, Timestamp};
use odd_core::JobTally;
use odd_core::ports::JobTotals;

/// What the log says and what the store has, at the same position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compared {
    /// Numbers of jobs from the fold of the log.
    pub(super) log: JobTally,
    /// Numbers of jobs from the store.
    pub(super) store: JobTotals,
    /// Entries that were folded on top of the views, or taken off them: negative if the views were ahead of the store.
    pub(super) bridged: i64,
    /// The time of the comparison.
    pub(super) as_of: Timestamp,
}

/// Compares the figures.
pub(super) fn compare(compared: &Compared) -> Integrity {
    let Compared {
        log, store, as_of, ..
    } = compared;
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let positive = |count: i64| u64::try_from(count).unwrap_or(0);
    let finished = store.rows.saturating_sub(store.in_flight);
    Integrity {
        accepted: positive(log.created) + store.removed,
        finished,
        completed: finished.saturating_sub(store.failed + store.cancelled),
        failed: store.failed,
        cancelled: store.cancelled,
        in_flight: store.in_flight,
        removed: store.removed,
        lost: positive(log.created - signed(store.rows)),
        // Each accepted job that is not in flight has one end that no retry followed.
        duplicated: positive(log.finished + signed(store.in_flight) - log.created),
        evidence: evidence(compared),
        as_of: *as_of,
    }
}

fn evidence(compared: &Compared) -> Vec<IntegrityEvidence> {
    let Compared {
        log,
        store,
        bridged,
        ..
    } = compared;
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let rows = [
        (
            "position",
            signed(store.position.0),
            "position of the log to which all figures belong",
        ),
        (
            "bridgedEntries",
            *bridged,
            "entries of the log that were read because the views had another position than the store; negative if they \
             were ahead",
        ),
        (
            "createdInLog",
            log.created,
            "job.created events that the views have folded, less the jobs that retention removed",
        ),
        (
            "endsInLog",
            log.finished,
            "job.completed, job.failed and job.cancelled events that the views have folded, less those of runs that a \
             retry followed and of removed jobs",
        ),
        ("rows", signed(store.rows), "rows of jobs in the store"),
        (
            "unfinishedRows",
            signed(store.in_flight),
            "entries of ready, delayed and running jobs in the store",
        ),
        (
            "removedRows",
            signed(store.removed),
            "jobs that retention has removed, as the store counts them",
        ),
        (
            "createdWithoutRow",
            log.created - signed(store.rows),
            "createdInLog - rows: lost jobs; negative if rows have no event",
        ),
        (
            "endsWithoutRun",
            log.finished + signed(store.in_flight) - log.created,
            "endsInLog + unfinishedRows - createdInLog: runs that ended more than once",
        ),
    ];
    rows.map(|(name, value, detail)| IntegrityEvidence {
        name: name.to_owned(),
        value,
        detail: detail.to_owned(),
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(created: i64, finished: i64, store: JobTotals) -> Integrity {
        compare(&Compared {
            log: JobTally { created, finished },
            store,
            bridged: 0,
            as_of: Timestamp::from_micros(1),
        })
    }

    const STORE: JobTotals = JobTotals {
        position: odd_core::ports::Position(99),
        rows: 10,
        in_flight: 3,
        failed: 2,
        cancelled: 1,
        removed: 5,
    };

    #[test]
    fn accepted_jobs_are_finished_in_flight_or_removed() {
        let integrity = compared(10, 7, STORE);
        assert!(integrity.holds());
        assert_eq!(integrity.accepted, 15);
        assert_eq!(
            (integrity.finished, integrity.in_flight, integrity.removed),
            (7, 3, 5)
        );
        assert_eq!(
            (integrity.completed, integrity.failed, integrity.cancelled),
            (4, 2, 1)
        );
    }

    #[test]
    fn created_job_without_row_is_lost() {
        let integrity = compared(11, 8, STORE);
        assert_eq!((integrity.lost, integrity.duplicated), (1, 0));
        let sum = integrity.finished + integrity.in_flight + integrity.removed + integrity.lost;
        assert_eq!(sum, integrity.accepted);
    }

    #[test]
    fn second_end_of_a_run_is_a_duplicate() {
        let integrity = compared(10, 8, STORE);
        assert_eq!((integrity.lost, integrity.duplicated), (0, 1));
    }
}
