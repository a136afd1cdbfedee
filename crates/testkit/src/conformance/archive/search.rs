use odd_contracts::JobId;
use odd_core::ports::JobQuery;

use super::ArchiveFixture;
use super::jobs::{archived, query};
use crate::conformance::store_fixture::failed;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<ArchiveFixture>] = &[
    Check::new("archived jobs are found by id, type and error", |f| {
        Box::pin(places(f))
    }),
    Check::new("a search of the archive matches text literally", |f| {
        Box::pin(inert(f))
    }),
];

async fn search(f: &ArchiveFixture, text: &str) -> Vec<JobId> {
    let asked = JobQuery {
        texts: vec![text.into()],
        ..query(10)
    };
    archived(f, asked).await.iter().map(|job| job.id).collect()
}

async fn places(f: ArchiveFixture) {
    let store = StoreFixture::embedded();
    let by_type = store.submit(r#"{"type":"Needle.one"}"#).await;
    let by_id = store
        .submit(r#"{"type":"hay","id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#)
        .await;
    let by_error = store
        .submit(r#"{"type":"hay","priority":9,"maxAttempts":1}"#)
        .await;
    let lease = store.claim(1).await[0].lease;
    assert_eq!(lease.job_id, by_error);
    let failure = failed("sat on a NEEDLE (sharp)");
    store.finish(lease, failure).await.expect("a valid lease");
    f.follow(&store).await;
    assert_eq!(search(&f, "needle").await, [by_error, by_type]);
    assert_eq!(search(&f, "2F3B-7a51-B6").await, [by_id]);
    assert_eq!(search(&f, "(sharp)").await, [by_error]);
    assert_eq!(search(&f, "straw").await, []);
}

async fn inert(f: ArchiveFixture) {
    let store = StoreFixture::embedded();
    store.submit(r#"{"type":"plain"}"#).await;
    f.follow(&store).await;
    for text in [
        ".", "pl.in", "^plain", ".*", "(", "\\", "[a-z]", "$", "\0", "plain|x",
    ] {
        assert_eq!(search(&f, text).await, [], "{text}");
    }
    assert_eq!(search(&f, "lai").await.len(), 1);
}
