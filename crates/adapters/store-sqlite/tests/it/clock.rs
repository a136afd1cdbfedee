//! Clocks that are set, and pauses of the process.

use odd_contracts::JobStatus;
use odd_core::AttemptResult;
use odd_core::ports::Clock;

use crate::fixture::{crash_copy, empty_directory, open};

const HOUR: i64 = 3_600;

#[tokio::test]
async fn leases_do_not_expire_while_the_process_is_paused() {
    let (directory, clock) = empty_directory();
    let (_sqlite, f) = open(&directory, &clock);
    f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    let lease = f.claim_one().await.lease;
    // Nothing runs for an hour; then the maintenance is the first to run.
    f.advance_ms(3_600_000);
    assert_eq!(f.expire().await.expect("expires"), 0);
    let succeeded = AttemptResult::Succeeded { result: None };
    assert_eq!(f.finish(lease, succeeded).await, Ok(JobStatus::Completed));
}

#[tokio::test]
async fn lease_that_is_not_renewed_expires_while_the_process_runs() {
    let (directory, clock) = empty_directory();
    let (_sqlite, f) = open(&directory, &clock);
    f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    f.claim_one().await;
    for _ in 0..6 {
        f.advance_ms(5_000);
        assert_eq!(f.expire().await.expect("expires"), 0);
    }
    f.advance_ms(5_000);
    assert_eq!(f.expire().await.expect("expires"), 1);
}

#[tokio::test]
async fn delays_continue_after_a_restart_although_the_clock_was_set_back() {
    let (directory, clock) = empty_directory();
    let (_running, f) = open(&directory, &clock);
    f.submit(r#"{"type":"work","delayMs":2000}"#).await;
    clock.set_wall_clock_by(-HOUR);
    let noticed_before = f.submit(r#"{"type":"work","delayMs":2000}"#).await;
    let (_sqlite, f) = open(&crash_copy(&directory), &clock);
    let shown = f.job(noticed_before).await.run_at;
    assert_eq!(shown, Some(f.clock.now().plus_millis(2_000)));
    f.advance_ms(2_000);
    assert_eq!(f.promote().await, 2);
}

#[tokio::test]
async fn delays_continue_although_the_clock_was_set_back_while_the_store_was_closed() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let id = f.submit(r#"{"type":"work","delayMs":2000}"#).await;
    sqlite.close().await;
    clock.set_wall_clock_by(-HOUR);
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(f.promote().await, 0);
    assert_eq!(
        f.job(id).await.run_at,
        Some(f.clock.now().plus_millis(2_000))
    );
    f.advance_ms(2_000);
    assert_eq!(f.promote().await, 1);
}

#[tokio::test]
async fn clock_that_was_ten_days_ahead_for_a_moment_prunes_nothing_even_after_a_restart() {
    let (directory, clock) = empty_directory();
    let (_running, f) = open(&directory, &clock);
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let succeeded = AttemptResult::Succeeded { result: None };
    f.finish(lease, succeeded).await.expect("a valid lease");
    clock.set_wall_clock_by(240 * HOUR);
    f.submit(r#"{"type":"work"}"#).await;
    let (_sqlite, f) = open(&crash_copy(&directory), &clock);
    let week_ago = clock.now().minus_millis(7 * 24 * 3_600_000);
    assert_eq!(f.store.prune(week_ago, 10).await.expect("prunes"), 0);
    clock.set_wall_clock_by(-240 * HOUR);
    f.submit(r#"{"type":"work","delayMs":500}"#).await;
    f.advance_ms(500);
    assert_eq!(f.promote().await, 1, "later delays are right");
}
