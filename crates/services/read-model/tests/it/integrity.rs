use odd_contracts::{FailureReason, Integrity};
use rusqlite::Connection;

use crate::observatory::{Observatory, failure, success};

async fn integrity(observatory: &Observatory) -> Integrity {
    serde_json::from_value(observatory.json("/integrity").await).expect("an integrity")
}

/// One completed, one failed, one running, one scheduled, two ready.
async fn busy() -> Observatory {
    let observatory = Observatory::start().await;
    observatory.submit_many(5).await;
    observatory.run_next(success("1")).await;
    let refused = failure(FailureReason::Permanent, "no");
    observatory.run_next(refused).await;
    observatory.claim().await;
    observatory
        .submit(r#"{"type":"sleep","delayMs":3600000}"#)
        .await;
    observatory
}

/// Changes the rows of the store behind its back.
fn damage(observatory: &Observatory, sql: &str) {
    let file = observatory.back_end.directory.path().join("store.db");
    let connection = Connection::open(file).expect("opens");
    let changed = connection.execute(sql, []).expect("runs");
    assert_eq!(changed, 1, "{sql}");
}

#[tokio::test]
async fn every_accepted_job_is_accounted_for() {
    let observatory = busy().await;
    observatory.fold().await;
    let integrity = integrity(&observatory).await;
    assert!(integrity.holds(), "{integrity:?}");
    assert_eq!(
        (integrity.accepted, integrity.finished, integrity.in_flight),
        (6, 2, 4)
    );
    assert_eq!(
        (integrity.completed, integrity.failed, integrity.cancelled),
        (1, 1, 0)
    );
}

#[tokio::test]
async fn views_that_are_behind_are_compared_at_the_position_of_the_store() {
    let observatory = busy().await;
    // Nothing is folded yet.
    let integrity = integrity(&observatory).await;
    assert!(integrity.holds(), "{integrity:?}");
    assert_eq!(integrity.accepted, 6);
    let bridged = integrity.evidence.iter();
    let bridged = bridged.filter(|figure| figure.name == "bridgedEntries");
    assert!(bridged.map(|figure| figure.value).sum::<i64>() > 0);
}

#[tokio::test]
async fn retried_runs_end_once_each() {
    let observatory = Observatory::start().await;
    let id = observatory.submit(r#"{"type":"mail"}"#).await;
    for _ in 0..3 {
        let refused = failure(FailureReason::Permanent, "no");
        observatory.run_next(refused).await;
        observatory.retry(id).await;
    }
    observatory.run_next(success("1")).await;
    observatory.fold().await;
    let integrity = integrity(&observatory).await;
    assert!(integrity.holds(), "{integrity:?}");
    assert_eq!((integrity.accepted, integrity.completed), (1, 1));
}

#[tokio::test]
async fn removed_jobs_are_not_lost() {
    let observatory = busy().await;
    observatory.fold().await;
    let removed = observatory.prune_all().await;
    assert_eq!(removed, 1, "the dead letter stays");
    observatory.fold().await;
    let integrity = integrity(&observatory).await;
    assert!(integrity.holds(), "{integrity:?}");
    assert_eq!(
        (integrity.accepted, integrity.removed, integrity.finished),
        (6, 1, 1)
    );
}

#[tokio::test]
async fn deleted_row_is_a_lost_job() {
    for status in [7, 8] {
        let observatory = busy().await;
        observatory.fold().await;
        damage(
            &observatory,
            &format!("DELETE FROM jobs WHERE status = {status}"),
        );
        let integrity = integrity(&observatory).await;
        assert_eq!(
            (integrity.lost, integrity.duplicated),
            (1, 0),
            "{integrity:?}"
        );
        let sum = integrity.finished + integrity.in_flight + integrity.removed;
        assert_eq!(sum + integrity.lost, integrity.accepted);
    }
}

#[tokio::test]
async fn job_that_ended_and_is_still_ready_ended_too_often() {
    let observatory = busy().await;
    observatory.fold().await;
    damage(
        &observatory,
        "INSERT INTO ready (type, rank, ready_at, first, last, queue) \
         SELECT type, 0, due_at, job, job, queue FROM jobs WHERE status = 7",
    );
    let integrity = integrity(&observatory).await;
    assert_eq!(
        (integrity.lost, integrity.duplicated),
        (0, 1),
        "{integrity:?}"
    );
}
