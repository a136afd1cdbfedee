use odd_contracts::JobId;
use odd_core::ports::{JobQuery, SortOrder};

use super::lists::{found, newest};
use crate::conformance::store_fixture::failed;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("jobs are excluded by type, queue and tag", |f| {
        Box::pin(labels(f))
    }),
    Check::new("jobs are excluded by text in any searched field", |f| {
        Box::pin(texts(f))
    }),
    Check::new("every required tag and text is required", |f| {
        Box::pin(all_of_several(f))
    }),
    Check::new("exclusions are combined with every kind of list", |f| {
        Box::pin(combined(f))
    }),
];

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

async fn labels(f: StoreFixture) {
    let a = f
        .submit(r#"{"type":"a","queue":"x","tags":["red","blue"]}"#)
        .await;
    let b = f.submit(r#"{"type":"b","queue":"y","tags":["red"]}"#).await;
    let c = f.submit(r#"{"type":"c","queue":"x"}"#).await;
    let not_types = |names: &[&str]| JobQuery {
        not_types: names
            .iter()
            .map(|name| name.parse().expect("legal"))
            .collect(),
        ..newest(2)
    };
    let not_queues = |names: &[&str]| JobQuery {
        not_queues: names
            .iter()
            .map(|name| name.parse().expect("legal"))
            .collect(),
        ..newest(2)
    };
    let not_tags = |tags: &[&str]| JobQuery {
        not_tags: strings(tags),
        ..newest(2)
    };
    assert_eq!(found(&f, not_types(&["a"])).await, [c, b]);
    assert_eq!(found(&f, not_types(&["a", "c"])).await, [b]);
    assert_eq!(found(&f, not_types(&["A"])).await, [c, b, a]);
    assert_eq!(found(&f, not_queues(&["x"])).await, [b]);
    assert!(found(&f, not_queues(&["x", "y"])).await.is_empty());
    assert_eq!(found(&f, not_tags(&["blue"])).await, [c, b]);
    assert_eq!(found(&f, not_tags(&["blue", "red"])).await, [c]);
    assert_eq!(found(&f, not_tags(&["re"])).await, [c, b, a]);
}

async fn without(f: &StoreFixture, texts: &[&str]) -> Vec<JobId> {
    let query = JobQuery {
        not_texts: strings(texts),
        ..newest(3)
    };
    found(f, query).await
}

async fn texts(f: StoreFixture) {
    let nothing = f.submit(r#"{"type":"hay"}"#).await;
    let straw = f.submit(r#"{"type":"hay","payload":"straw"}"#).await;
    f.submit(r#"{"type":"Needle.one"}"#).await;
    f.submit(r#"{"type":"hay","uniqueKey":"the-needle-key"}"#)
        .await;
    f.submit(r#"{"type":"hay","payload":["a NEEDLE"]}"#).await;
    f.submit(r#"{"type":"hay","metadata":{"note":"needle"}}"#)
        .await;
    let by_error = f
        .submit(r#"{"type":"hay","priority":9,"maxAttempts":1}"#)
        .await;
    let lease = f.claim(1).await[0].lease;
    f.finish(lease, failed("sat on a needle"))
        .await
        .expect("a valid lease");
    assert!(f.job(by_error).await.error.is_some());
    assert_eq!(without(&f, &["needle"]).await, [straw, nothing]);
    assert_eq!(without(&f, &["needle", "STRAW"]).await, [nothing]);
    assert!(without(&f, &["hay", "needle"]).await.is_empty());
}

async fn all_of_several(f: StoreFixture) {
    let both = f
        .submit(r#"{"type":"work","tags":["red","blue"],"payload":"one two"}"#)
        .await;
    f.submit(r#"{"type":"work","tags":["red"],"payload":"one"}"#)
        .await;
    f.submit(r#"{"type":"work","tags":["blue"],"payload":"two"}"#)
        .await;
    let tags = JobQuery {
        tags: strings(&["red", "blue"]),
        ..newest(2)
    };
    assert_eq!(found(&f, tags).await, [both]);
    let texts = JobQuery {
        texts: strings(&["TWO", "one"]),
        ..newest(2)
    };
    assert_eq!(found(&f, texts).await, [both]);
}

/// Excludes one of two jobs from the list of each status, from that of a tag and from that of dead letters.
async fn combined(f: StoreFixture) {
    for (kept, dropped) in [("a", "b"), ("b", "a")] {
        for job_type in [kept, dropped] {
            let text = format!(
                r#"{{"type":"{job_type}","priority":9,"maxAttempts":1,"tags":["t"],"metadata":{{"k":"v"}}}}"#
            );
            f.submit(&text).await;
            let lease = f.claim(1).await[0].lease;
            f.finish(lease, failed("gone"))
                .await
                .expect("a valid lease");
            f.submit(&format!(r#"{{"type":"{job_type}","tags":["t"]}}"#))
                .await;
        }
        let exclude = |query: JobQuery| JobQuery {
            not_types: vec![dropped.parse().expect("legal")],
            not_tags: strings(&["none"]),
            order: SortOrder::Oldest,
            limit: 1,
            ..query
        };
        let everything = found(&f, newest(100)).await;
        let mut of_type = Vec::new();
        for id in everything.iter().rev() {
            let job = f.job(*id).await;
            if job.job_type.as_str() == kept {
                of_type.push(job);
            }
        }
        let ids = |status: &str| -> Vec<JobId> {
            let of_status = of_type.iter().filter(|job| job.status.as_str() == status);
            of_status.map(|job| job.id).collect()
        };
        let all: Vec<JobId> = of_type.iter().map(|job| job.id).collect();
        let tagged = JobQuery {
            tags: strings(&["t"]),
            ..JobQuery::default()
        };
        assert_eq!(found(&f, exclude(tagged)).await, all);
        for status in ["FAILED", "PENDING"] {
            let query = JobQuery {
                statuses: vec![status.parse().expect("a status")],
                ..JobQuery::default()
            };
            assert_eq!(found(&f, exclude(query)).await, ids(status), "{status}");
        }
        let letters = JobQuery {
            dead_letters: true,
            ..JobQuery::default()
        };
        assert_eq!(found(&f, exclude(letters)).await, ids("FAILED"));
    }
}
