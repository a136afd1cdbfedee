use odd_contracts::{AttemptLog, JobId, LogLine, LogStream};
use odd_core::AttemptResult;
use odd_core::ports::{Clock, Lease, SystemClock};
use serde_json::Value;

use crate::observatory::Observatory;

/// One attempt with this many log lines; its job waits for the next.
async fn run_attempt(observatory: &Observatory, lines: usize) -> Lease {
    let lease = observatory.claim().await.lease;
    let lines = (1..=lines).map(|number| LogLine {
        at: SystemClock.now(),
        stream: LogStream::Stdout,
        line: format!("line {number}: {}", "x".repeat(100)),
    });
    let appended = observatory
        .back_end
        .store
        .append_log(lease, lines.collect());
    appended.await.expect("a valid lease");
    observatory.finish(lease, AttemptResult::Released).await;
    lease
}

async fn page(observatory: &Observatory, target: &str) -> AttemptLog {
    let page: Value = observatory.json(target).await;
    serde_json::from_value(page).expect("a page of a log")
}

fn numbers(lines: &[LogLine]) -> Vec<usize> {
    let number = |line: &LogLine| {
        let (number, _) = line.line["line ".len()..].split_once(':')?;
        number.parse().ok()
    };
    let numbers = lines.iter().map(number);
    numbers.collect::<Option<_>>().expect("numbered lines")
}

#[tokio::test]
async fn job_with_long_logs_is_answered_in_few_bytes() {
    let observatory = Observatory::start().await;
    let id = observatory.submit(r#"{"type":"echo"}"#).await;
    for _ in 0..40 {
        run_attempt(&observatory, 1_000).await;
    }
    let answer = observatory.get(&format!("/jobs/{id}")).await;
    let attempts = answer.json()["attempts"].clone();
    let attempts = attempts.as_array().expect("attempts");
    assert_eq!(attempts.len(), 40);
    assert!(attempts.iter().all(|attempt| attempt["logLines"] == 1_000));
    assert!(answer.body.len() < 16 * 1024, "{} bytes", answer.body.len());

    let target = format!("/jobs/{id}/attempts/40/log?limit=200");
    let answer = observatory.get(&target).await;
    assert_eq!(answer.json()["lines"].as_array().expect("lines").len(), 200);
    assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
}

#[tokio::test]
async fn log_pages_cover_every_line_once_in_both_directions() {
    let observatory = Observatory::start().await;
    let id = observatory.submit(r#"{"type":"echo"}"#).await;
    run_attempt(&observatory, 250).await;
    let newest = page(&observatory, &format!("/jobs/{id}/attempts/1/log")).await;
    let expected: Vec<_> = (151..=250).rev().collect();
    assert_eq!(
        numbers(&newest.lines),
        expected,
        "the default is the newest 100"
    );
    for (sort, newest_first) in [("-at", true), ("at", false)] {
        let mut seen = Vec::new();
        let first = format!("/jobs/{id}/attempts/1/log?limit=120&sort={sort}");
        let mut target = first.clone();
        loop {
            let page = page(&observatory, &target).await;
            seen.extend(numbers(&page.lines));
            let Some(cursor) = page.next_cursor else {
                break;
            };
            target = format!("{first}&cursor={cursor}");
        }
        if newest_first {
            seen.reverse();
        }
        assert_eq!(seen, (1..=250).collect::<Vec<_>>(), "{sort}");
    }
}

#[tokio::test]
async fn log_of_an_unknown_job_or_attempt_is_not_found() {
    let observatory = Observatory::start().await;
    let id = observatory.submit(r#"{"type":"echo"}"#).await;
    run_attempt(&observatory, 0).await;
    let none = page(&observatory, &format!("/jobs/{id}/attempts/1/log")).await;
    assert_eq!((none.lines.len(), none.next_cursor), (0, None));
    let unknown = JobId(uuid::Uuid::now_v7());
    let cases = [
        (format!("{unknown}/attempts/1"), "job_not_found"),
        (format!("{unknown}/attempts/last"), "job_not_found"),
        ("7/attempts/1".to_owned(), "job_not_found"),
    ];
    let attempts = ["0", "2", "+1", "4294967296", "last"];
    let missing = attempts.map(|attempt| (format!("{id}/attempts/{attempt}"), "attempt_not_found"));
    for (path, code) in cases.into_iter().chain(missing) {
        let target = format!("/jobs/{path}/log");
        let answer = observatory.get(&target).await;
        assert_eq!(answer.status, 404, "{target}: {}", answer.text());
        assert_eq!(answer.json()["code"], code, "{target}");
    }
    let target = format!("/jobs/{id}/attempts/9/log");
    let detail = observatory.get(&target).await.json()["detail"].clone();
    let detail = detail.as_str().expect("a text").to_owned();
    assert!(
        detail.contains(&format!("job {id} has no attempt 9")),
        "{detail}"
    );
}
