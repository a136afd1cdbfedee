use odd_contracts::JobId;
use odd_core::ports::{JobQuery, SortOrder};

use super::lists::{found, newest};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("jobs are found by the first digits of their ids", |f| {
        Box::pin(prefix(f))
    }),
    Check::new("jobs are found by the last digits of their ids", |f| {
        Box::pin(suffix(f))
    }),
    Check::new("a part of an id is combined with every other filter", |f| {
        Box::pin(combined(f))
    }),
];

const IDS: [&str; 5] = [
    "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
    "0192f0c1-2f3c-7a51-b6a1-3f1f5a0c7c11",
    "0192f0c2-0000-7a51-b6a1-3f1f5a0c7c12",
    "00000000-0000-4000-8000-000000000000",
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
];

/// Submits jobs in an order that is not that of their ids.
async fn submit_all(f: &StoreFixture) -> [JobId; 5] {
    let ids = IDS.map(|id| id.parse::<JobId>().expect("an id"));
    for (n, id) in ids.iter().enumerate().rev() {
        let text = format!(r#"{{"type":"work","id":"{id}","tags":["t{}"]}}"#, n % 2);
        f.submit(&text).await;
    }
    for _ in 0..3 {
        f.submit(r#"{"type":"noise"}"#).await;
    }
    ids
}

fn part(prefix: &str, suffix: &str) -> JobQuery {
    JobQuery {
        id_prefix: (!prefix.is_empty()).then(|| prefix.parse().expect("digits")),
        id_suffix: (!suffix.is_empty()).then(|| suffix.parse().expect("digits")),
        ..newest(1)
    }
}

async fn prefix(f: StoreFixture) {
    let [a, b, c, zero, last] = submit_all(&f).await;
    for (prefix, expected) in [
        ("0192f0c1", vec![a, b]),
        ("0192F0C12F3B", vec![a]),
        ("0192f0c", vec![a, b, c]),
        ("0192f0c3", vec![]),
        ("0000", vec![zero]),
        ("ffffffffffff4fffbfffffffffffffff", vec![last]),
        ("ffff", vec![last]),
    ] {
        assert_eq!(found(&f, part(prefix, "")).await, expected, "{prefix}");
    }
    let oldest = JobQuery {
        order: SortOrder::Oldest,
        ..part("0192", "")
    };
    assert_eq!(found(&f, oldest).await, [c, b, a]);
}

async fn suffix(f: StoreFixture) {
    let [a, b, c, _, last] = submit_all(&f).await;
    for (prefix, suffix, expected) in [
        ("", "7c11", vec![a, b]),
        ("", "a51b6a13f1f5a0c7c12", vec![c]),
        ("0192f0c1", "7c11", vec![a, b]),
        ("0192f0c1", "2f3b7a51b6a13f1f5a0c7C11", vec![a]),
        ("0192f0c1", "7c12", vec![]),
        ("0192f0c2", "7c12", vec![c]),
        ("ffff", "ffffffff", vec![last]),
    ] {
        let ids = found(&f, part(prefix, suffix)).await;
        assert_eq!(ids, expected, "{prefix} {suffix}");
    }
}

async fn combined(f: StoreFixture) {
    let [a, b, c, ..] = submit_all(&f).await;
    let tagged = JobQuery {
        tags: vec!["t0".into()],
        ..part("0192", "")
    };
    assert_eq!(found(&f, tagged).await, [a, c]);
    let untagged = JobQuery {
        not_tags: vec!["t0".into()],
        statuses: vec!["PENDING".parse().expect("a status")],
        ..part("0192", "7c11")
    };
    assert_eq!(found(&f, untagged).await, [b]);
    let none = JobQuery {
        not_types: vec!["work".parse().expect("legal")],
        ..part("0192f0c", "")
    };
    assert!(found(&f, none).await.is_empty());
}
