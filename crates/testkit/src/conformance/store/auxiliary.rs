use odd_contracts::JobId;
use odd_core::ports::Clock;
use uuid::Uuid;

use crate::conformance::store_fixture::some_request;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("queues report since when their oldest job is ready", |f| {
        Box::pin(depths(f))
    }),
    Check::new("a ready job has the number of jobs ahead of it", |f| {
        Box::pin(behind(f))
    }),
    Check::new("unknown jobs are reported", |f| Box::pin(unknown(f))),
    Check::new(
        "a message that violates its contract can be quarantined",
        |f| Box::pin(quarantined(f)),
    ),
    Check::new("an open store answers a ping", |f| Box::pin(ping(f))),
];

async fn depths(f: StoreFixture) {
    assert!(f.reader.queue_depths().await.expect("reads").is_empty());
    let start = f.clock.now();
    f.submit(r#"{"type":"work","queue":"a"}"#).await;
    f.advance_ms(10);
    f.submit(r#"{"type":"work","queue":"a","priority":5}"#)
        .await;
    f.submit(r#"{"type":"work","queue":"b"}"#).await;
    f.submit(r#"{"type":"work","queue":"c","delayMs":5}"#).await;
    let mut depths = f.reader.queue_depths().await.expect("reads");
    depths.sort_by(|a, b| a.queue.cmp(&b.queue));
    let reported: Vec<_> = depths
        .iter()
        .map(|d| (d.queue.as_str(), d.oldest_ready_at))
        .collect();
    assert_eq!(
        reported,
        [("a", Some(start)), ("b", Some(start.plus_millis(10)))]
    );
}

async fn behind(f: StoreFixture) {
    let mut ids = Vec::new();
    for (queue, priority) in [("a", 0), ("a", 5), ("b", 9), ("a", 0), ("a", 5)] {
        let text = format!(r#"{{"type":"work","queue":"{queue}","priority":{priority}}}"#);
        ids.push(f.submit(&text).await);
        f.advance_ms(1);
    }
    for (id, expected) in ids.iter().zip([2, 0, 0, 3, 1]) {
        let behind = f
            .reader
            .waiting_behind(*id)
            .await
            .expect("reads")
            .expect("ready");
        assert_eq!((behind.ahead, behind.at_least), (expected, false));
    }
    f.store.cancel(ids[0], some_request()).await.expect("waits");
    for gone in [ids[0], JobId(Uuid::now_v7())] {
        assert!(
            f.reader
                .waiting_behind(gone)
                .await
                .expect("reads")
                .is_none()
        );
    }
}

async fn unknown(f: StoreFixture) {
    let mut known = vec![f.failed_job().await];
    known.extend(f.submit_batch(2).await);
    let foreign: Vec<_> = (0..2).map(|_| JobId(Uuid::now_v7())).collect();
    let asked = [known[0], foreign[0], known[1], foreign[1], known[2]];
    let mut unknown = f.reader.unknown(&asked).await.expect("reads");
    unknown.sort();
    assert_eq!(unknown, foreign);
    for all_known in [&known[..], &[]] {
        assert_eq!(f.reader.unknown(all_known).await.expect("reads"), []);
    }
}

async fn quarantined(f: StoreFixture) {
    let head = f.log.head().await.expect("reads");
    for cause in [Some(some_request()), None] {
        let bytes = vec![0, 159, 146, 150];
        f.store
            .quarantine_message(bytes, "not UTF-8".into(), cause)
            .await
            .expect("quarantines");
    }
    assert_eq!(
        f.log.head().await.expect("reads"),
        head,
        "quarantining a message appends no event"
    );
}

async fn ping(f: StoreFixture) {
    f.reader.ping().await.expect("open");
}
