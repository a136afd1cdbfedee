use odd_contracts::AttemptOutcome;

use super::*;
use crate::fixtures::{attempt, event, job, second};

fn stages(row: &WaterfallRow<'_>) -> Vec<(StageKind, i64, i64)> {
    let seconds = |at: Timestamp| (at.as_micros() - second(0).as_micros()) / 1_000_000;
    let stages = row.stages.iter();
    stages
        .map(|stage| (stage.kind, seconds(stage.from), seconds(stage.to)))
        .collect()
}

#[test]
fn each_attempt_shows_its_backoff_its_wait_and_its_run() {
    let mut job = job(JobStatus::Completed);
    job.attempts = Some(vec![
        attempt(1, AttemptOutcome::Failed, 2, Some(3)),
        attempt(2, AttemptOutcome::Succeeded, 9, Some(12)),
    ]);
    let started = |version, attempt, at| {
        let mut started = event(version, EventType::Started, at);
        started.payload.attempt = Some(attempt);
        started
    };
    let mut retrying = event(4, EventType::Retrying, 3);
    retrying.payload.run_at = Some(second(8));
    let events = [
        event(1, EventType::Created, 0),
        event(2, EventType::Validated, 1),
        started(3, 1, 2),
        retrying,
        event(5, EventType::Validated, 9),
        started(6, 2, 9),
    ];
    let waterfall = Waterfall::of(&job, &events, second(60));
    assert_eq!((waterfall.start, waterfall.end), (second(0), second(12)));
    assert_eq!(
        stages(&waterfall.rows[0]),
        [
            (StageKind::Queued, 0, 1),
            (StageKind::Claimed, 1, 2),
            (StageKind::Running, 2, 3)
        ]
    );
    assert_eq!(
        stages(&waterfall.rows[1]),
        [
            (StageKind::Delayed, 3, 8),
            (StageKind::Queued, 8, 9),
            (StageKind::Running, 9, 12)
        ]
    );
    assert_eq!(
        waterfall.rows[1].time_in(StageKind::Running),
        Duration::from_secs(3)
    );
}

#[test]
fn running_attempt_grows_with_time() {
    let mut job = job(JobStatus::Executing);
    job.attempts = Some(vec![attempt(1, AttemptOutcome::Running, 1, None)]);
    for now in [5, 9] {
        let waterfall = Waterfall::of(&job, &[], second(now));
        let expected = [(StageKind::Queued, 0, 1), (StageKind::Running, 1, now)];
        assert_eq!(stages(&waterfall.rows[0]), expected);
    }
}

#[test]
fn job_that_waits_for_a_retry_has_a_row_for_the_next_attempt() {
    let mut job = job(JobStatus::Retrying);
    job.run_at = Some(second(30));
    job.attempts = Some(vec![attempt(1, AttemptOutcome::Failed, 1, Some(2))]);
    let waterfall = Waterfall::of(&job, &[], second(10));
    assert!(waterfall.rows[1].attempt.is_none());
    assert_eq!(stages(&waterfall.rows[1]), [(StageKind::Delayed, 2, 10)]);
}

#[test]
fn attempts_without_their_predecessors_begin_at_their_start() {
    let mut job = job(JobStatus::Failed);
    job.attempts = Some(vec![attempt(101, AttemptOutcome::Failed, 50, Some(51))]);
    let waterfall = Waterfall::of(&job, &[], second(90));
    assert_eq!(stages(&waterfall.rows[0]), [(StageKind::Running, 50, 51)]);
    assert_eq!(waterfall.start, second(50));
}
