use odd_contracts::JobId;
use odd_core::ports::JobQuery;

use crate::conformance::store_fixture::failed;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("text is found in every searched field", |f| {
        Box::pin(places(f))
    }),
    Check::new("an id is found by any part of it", |f| Box::pin(by_id(f))),
    Check::new("a search ignores the case of letters", |f| {
        Box::pin(case(f))
    }),
    Check::new(
        "text beyond ASCII is found in any case and composition",
        |f| Box::pin(beyond_ascii(f)),
    ),
    Check::new("the decoded text of a payload is searched", |f| {
        Box::pin(decoded(f))
    }),
    Check::new("a search reports that it stopped at its bound", |f| {
        Box::pin(bounded(f))
    }),
    Check::new("special characters are matched literally", |f| {
        Box::pin(inert(f))
    }),
];

async fn search(f: &StoreFixture, text: &str) -> Vec<JobId> {
    let query = JobQuery {
        texts: vec![text.into()],
        limit: 100,
        ..JobQuery::default()
    };
    let page = f.reader.jobs(query).await.expect("reads");
    page.jobs.iter().map(|job| job.id).collect()
}

async fn places(f: StoreFixture) {
    let by_type = f.submit(r#"{"type":"needle.one"}"#).await;
    let by_key = f
        .submit(r#"{"type":"hay","uniqueKey":"the-needle-key"}"#)
        .await;
    let by_payload = f
        .submit(r#"{"type":"hay","payload":{"find":["a needle"]}}"#)
        .await;
    let by_metadata = f
        .submit(r#"{"type":"hay","metadata":{"note":"needle"}}"#)
        .await;
    let by_error = f
        .submit(r#"{"type":"hay","priority":9,"maxAttempts":1}"#)
        .await;
    f.submit(r#"{"type":"hay","payload":"straw"}"#).await;
    let lease = f.claim(1).await[0].lease;
    assert_eq!(lease.job_id, by_error);
    f.finish(lease, failed("sat on a needle"))
        .await
        .expect("a valid lease");
    assert_eq!(
        search(&f, "needle").await,
        [by_error, by_metadata, by_payload, by_key, by_type]
    );
}

async fn by_id(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    let id = f
        .submit(r#"{"type":"work","id":"0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"}"#)
        .await;
    for part in [
        "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11",
        "2F3B-7a51-B6",
        "5a0c7c11",
    ] {
        assert_eq!(search(&f, part).await, [id], "{part}");
    }
    // Hyphens are where an id has them, and nowhere else.
    for other in [
        "f0-c1",
        "c12f3b",
        "---",
        "-",
        "a",
        "0c7",
        "0192f0c12f3b7a51b6a13f1f5a0c7c11",
    ] {
        assert_eq!(search(&f, other).await, [], "{other}");
    }
}

async fn case(f: StoreFixture) {
    let id = f.submit(r#"{"type":"Mail.Send","payload":"Hello"}"#).await;
    for text in ["MAIL", "mail.s", "hELLO"] {
        assert_eq!(search(&f, text).await, [id], "{text}");
    }
}

async fn beyond_ascii(f: StoreFixture) {
    let id = f
        .submit(r#"{"type":"work","payload":"CAFÉ Straße 東京 İ"}"#)
        .await;
    for text in [
        "CAFÉ",
        "café",
        "cafe\u{301}",
        "Straße",
        "STRASSE",
        "東京",
        "İ",
        "ＣＡＦÉ",
    ] {
        assert_eq!(search(&f, text).await, [id], "{text}");
    }
    assert_eq!(search(&f, "cafe").await, [], "another letter");
}

async fn inert(f: StoreFixture) {
    f.submit(r#"{"type":"work","payload":"plain"}"#).await;
    let id = f
        .submit(r#"{"type":"work","payload":"100%_*' OR 1=1 --?{$gt}"}"#)
        .await;
    for text in ["%", "_", "*", "' OR 1=1 --", "?", "{$gt}"] {
        assert_eq!(search(&f, text).await, [id], "{text}");
    }
}

async fn decoded(f: StoreFixture) {
    f.submit(r#"{"type":"work","payload":"other"}"#).await;
    let submission = r#"{"type":"work","payload":{"na\u006de":"caf\u00e9 \"x y\" C:\\dir\\a\/b line1\nline2\ttab","n":17},
        "metadata":{"note":"caf\u00e9\tau lait"}}"#;
    let id = f.submit(submission).await;
    for text in [
        "café",
        "CAFÉ \"X Y\"",
        "\"x y\"",
        "C:\\dir\\A/b",
        "line1\nline2",
        "line2\ttab",
        "\"name\":\"caf",
        "\"n\":17",
        "é\tau",
    ] {
        assert_eq!(search(&f, text).await, [id], "{text}");
        let without = JobQuery {
            not_texts: vec![text.into()],
            limit: 100,
            ..JobQuery::default()
        };
        let page = f.reader.jobs(without).await.expect("reads");
        assert_eq!(page.jobs.len(), 1, "{text}");
    }
    for text in ["u00e9", "\\n", "\\\"x", "\\\\dir"] {
        assert_eq!(search(&f, text).await, [], "{text}");
    }
}

/// Payloads of more bytes than one page of a search reads.
async fn bounded(f: StoreFixture) {
    let filler = "x".repeat(1_000_000);
    let oldest = f.submit(r#"{"type":"work","payload":"needle"}"#).await;
    for _ in 0..20 {
        f.submit(&format!(r#"{{"type":"work","payload":"{filler}"}}"#))
            .await;
    }
    let query = JobQuery {
        texts: vec!["needle".into()],
        limit: 1,
        ..JobQuery::default()
    };
    let first = f.reader.jobs(query.clone()).await.expect("reads");
    assert!(first.jobs.is_empty() && first.stopped_at_bound);
    assert!(first.next.is_some());
    let rest = JobQuery {
        cursor: first.next,
        limit: 2,
        ..query.clone()
    };
    let rest = f.reader.jobs(rest).await.expect("reads");
    assert_eq!(rest.jobs.len(), 1);
    assert_eq!(rest.jobs[0].id, oldest);
    assert!(!rest.stopped_at_bound && rest.next.is_none());

    let full = JobQuery {
        texts: vec!["xx".into()],
        ..query
    };
    let full = f.reader.jobs(full).await.expect("reads");
    assert!(full.next.is_some() && !full.stopped_at_bound, "a full page");
}
