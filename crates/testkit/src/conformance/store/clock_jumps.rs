use std::time::Duration;

use odd_contracts::{JobStatus, Timestamp};
use odd_core::ports::{Clock, LogEntry};

use crate::conformance::store_fixture::{LEASE, failed, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new(
        "jobs after one that was submitted while the clock was ahead are pruned",
        |f| Box::pin(pruning_past_the_future(f)),
    ),
    Check::new("delays do not follow a wall clock that is set", |f| {
        Box::pin(delays(f))
    }),
    Check::new(
        "delays of retries do not follow a wall clock that is set",
        |f| Box::pin(retries(f)),
    ),
    Check::new("leases do not follow a wall clock that is set", |f| {
        Box::pin(leases(f))
    }),
    Check::new("a requested start follows the wall clock", |f| {
        Box::pin(requested_start(f))
    }),
    Check::new(
        "times of events follow the wall clock, and never decrease within a job",
        |f| Box::pin(event_times(f)),
    ),
    Check::new(
        "jobs keep their order when the wall clock is set back",
        |f| Box::pin(order(f)),
    ),
    Check::new(
        "nothing is pruned for an hour after the wall clock jumped",
        |f| Box::pin(pruning(f)),
    ),
];

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

async fn delays(f: StoreFixture) {
    for by in [-HOUR, HOUR, -10 * DAY, 10 * DAY] {
        let id = f.submit(r#"{"type":"work","delayMs":1000}"#).await;
        f.clock.set_wall_clock_by(by);
        assert_eq!(f.promote().await, 0, "set by {by} s");
        let shown = f.job(id).await.run_at;
        assert_eq!(
            shown,
            Some(f.clock.now().plus_millis(1_000)),
            "set by {by} s"
        );
        f.advance_ms(999);
        assert_eq!(f.promote().await, 0, "set by {by} s");
        f.advance_ms(1);
        assert_eq!(f.promote().await, 1, "set by {by} s");
        assert_eq!(f.claim_one().await.lease.job_id, id);
    }
}

async fn retries(f: StoreFixture) {
    for by in [-HOUR, HOUR] {
        let id = f
            .submit(r#"{"type":"work","retry":{"baseDelayMs":1000}}"#)
            .await;
        let lease = f.claim_one().await.lease;
        f.finish(lease, failed("no")).await.expect("a valid lease");
        f.clock.set_wall_clock_by(by);
        f.promote().await;
        f.advance_ms(1_000);
        f.promote().await;
        assert_eq!(f.status(id).await, JobStatus::Pending, "set by {by} s");
        f.claim_one().await;
    }
}

async fn leases(f: StoreFixture) {
    let lease_ms = u64::try_from(LEASE.as_millis()).expect("small");
    for by in [-HOUR, HOUR, 10 * DAY] {
        f.submit(r#"{"type":"work"}"#).await;
        let lease = f.claim_one().await.lease;
        f.clock.set_wall_clock_by(by);
        assert_eq!(f.expire().await.expect("expires"), 0, "set by {by} s");
        f.work.renew(vec![lease], LEASE).await.expect("renews");
        let shown = f.reader.lease_end(lease.job_id).await.expect("reads");
        assert_eq!(
            shown,
            Some(f.clock.now().plus_millis(lease_ms)),
            "set by {by} s"
        );
        f.clock.set_wall_clock_by(-by);
        f.advance_ms(lease_ms);
        assert_eq!(f.expire().await.expect("expires"), 0, "set by {by} s");
        f.advance_ms(1);
        assert_eq!(f.expire().await.expect("expires"), 1, "set by {by} s");
        let lease = f.claim_one().await.lease;
        assert_eq!(f.finish(lease, succeeded()).await, Ok(JobStatus::Completed));
    }
}

async fn requested_start(f: StoreFixture) {
    let start = f.clock.now().plus_millis(2 * 3_600_000);
    let id = f
        .submit(&format!(r#"{{"type":"work","runAt":"{start}"}}"#))
        .await;
    f.clock.set_wall_clock_by(HOUR);
    assert_eq!(f.promote().await, 0);
    assert_eq!(f.job(id).await.run_at, Some(start));
    f.clock.set_wall_clock_by(HOUR);
    // A store may take a moment to notice that the clock was set.
    for _ in 0..200 {
        if f.promote().await == 1 {
            assert_eq!(f.claim_one().await.lease.job_id, id);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job did not become ready at its requested start");
}

async fn event_times(f: StoreFixture) {
    let old = f.submit(r#"{"type":"work"}"#).await;
    let created_at = f.clock.now();
    f.clock.set_wall_clock_by(-HOUR);
    let new = f.submit(r#"{"type":"work"}"#).await;
    for lease in f.claim(2).await.iter().map(|job| job.lease) {
        f.finish(lease, succeeded()).await.expect("a valid lease");
    }
    let times = async |id| {
        let history = f.history(id).await;
        let times = history.iter().map(|event| event.occurred_at);
        times.collect::<Vec<Timestamp>>()
    };
    assert_eq!(
        times(old).await,
        [created_at; 4],
        "not before the job was created"
    );
    assert_eq!(times(new).await, [f.clock.now(); 4], "by the wall clock");
    let job = f.job(old).await;
    assert_eq!(
        (job.started_at, job.finished_at),
        (Some(created_at), Some(created_at))
    );
    let job = f.job(new).await;
    assert_eq!(job.finished_at, Some(f.clock.now()));
    let records = f.log.read_after(odd_core::ports::Position(0), 100).await;
    for record in records.expect("reads") {
        let LogEntry::Event(event) = record.entry else {
            panic!("no job was pruned");
        };
        let expected = if event.job_id == old {
            created_at
        } else {
            f.clock.now()
        };
        assert_eq!(event.occurred_at, expected, "followers read the same times");
    }
}

async fn order(f: StoreFixture) {
    let mut ids = Vec::new();
    for by in [-HOUR, -10 * DAY, DAY] {
        ids.push(f.submit(r#"{"type":"work"}"#).await);
        f.advance_ms(1);
        f.clock.set_wall_clock_by(by);
    }
    assert_eq!(f.claim_ids(3).await, ids);
}

async fn pruning_past_the_future(f: StoreFixture) {
    f.clock.set_wall_clock_by(300 * DAY);
    f.submit(r#"{"type":"work"}"#).await;
    f.clock.set_wall_clock_by(-300 * DAY);
    assert_eq!(f.promote().await, 0, "the store notices the time");
    f.advance_ms(3_600_000);
    let ids = f.submit_batch(2).await;
    for lease in f.claim(3).await.iter().map(|job| job.lease) {
        f.finish(lease, succeeded()).await.expect("a valid lease");
    }
    f.advance_ms(1);
    let now = f.clock.now();
    assert_eq!(f.store.prune(now, 10).await.expect("prunes"), 2);
    assert_eq!(f.reader.unknown(&ids).await.expect("reads").len(), 2);
}

async fn pruning(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let prune = async || {
        let week_ago = f.clock.now().minus_millis(7 * 24 * 3_600_000);
        f.store.prune(week_ago, 10).await.expect("prunes")
    };
    f.clock.set_wall_clock_by(10 * DAY);
    assert_eq!(f.promote().await, 0, "the store notices the time");
    assert_eq!(prune().await, 0, "at once");
    f.advance_ms(59 * 60_000);
    assert_eq!(prune().await, 0, "within the hour");
    f.advance_ms(60_000);
    assert_eq!(f.promote().await, 0, "the store notices the time");
    assert_eq!(prune().await, 1, "the time is right after all");
}
