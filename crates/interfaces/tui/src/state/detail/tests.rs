use odd_contracts::{AttemptOutcome, JobStatus};

use super::*;
use crate::fixtures::{attempt, job};

#[test]
fn log_starts_again_with_another_attempt() {
    let at = Duration::ZERO;
    let load = |detail: &mut Detail, attempts: u32| {
        let mut job = Box::new(job(JobStatus::Executing));
        let attempts = 1..=attempts;
        let attempts = attempts.map(|number| attempt(number, AttemptOutcome::Running, 1, None));
        job.attempts = Some(attempts.collect());
        detail.take_job(Ok(job), at);
    };
    let mut detail = Detail::default();
    load(&mut detail, 1);
    // A request for the log of attempt 1 runs, and is not answered before attempt 2 is known.
    assert!(detail.log.newest.begins_load(at, Duration::MAX));
    load(&mut detail, 1);
    assert!(!detail.log.newest.begins_load(at, Duration::MAX));
    load(&mut detail, 2);
    assert_eq!(detail.log_attempt(), Some(2));
    assert!(detail.log.newest.begins_load(at, Duration::MAX));
}
