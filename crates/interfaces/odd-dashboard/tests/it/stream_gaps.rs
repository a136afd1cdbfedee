//! Commands that follow an event stream which breaks before its first message: it cannot be resumed without a gap.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::fake_server::{FakeServer, json_response};

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

/// A server whose first event stream ends at once. The only job has completed before the second one opens, which stays
/// silent.
fn server_with_a_gap() -> FakeServer {
    let streams = AtomicU32::new(0);
    FakeServer::start(move |request| {
        let at = "2026-01-31T12:00:00.000000Z";
        if request.starts_with("get /events/stream") {
            return match streams.fetch_add(1, Ordering::SeqCst) {
                0 => format!("{STREAM}Content-Length: 0\r\n\r\n"),
                _ => format!("{STREAM}Connection: close\r\n\r\nid: 7\n\n"),
            };
        }
        let is_finished = streams.load(Ordering::SeqCst) > 1;
        let status = if is_finished { "COMPLETED" } else { "PENDING" };
        json_response(&match request {
            "post /jobs/batch" => json!({ "jobs": [{ "id": ID, "status": "PENDING" }] }),
            _ if request.contains("/events") => json!({ "events": [] }),
            _ => json!({
                "id": ID, "type": "echo", "queue": "default", "status": status, "version": 1, "priority": 0,
                "attempt": 0, "maxAttempts": 5, "run": 1, "timeoutMs": 1000, "createdAt": at, "updatedAt": at,
                "correlationId": ID
            }),
        })
    })
}

#[test]
fn job_that_finished_in_a_gap_is_not_waited_for() {
    let server = server_with_a_gap();
    let waited = server.run(&["jobs", "wait", ID, "--timeout", "20s"]);
    assert!(
        waited.stderr.contains("events may have been missed"),
        "{waited:#?}"
    );
    assert!(waited.expect(0).contains("COMPLETED"));
}

#[test]
fn batch_that_finished_in_a_gap_is_not_waited_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("jobs.ndjson");
    std::fs::write(&file, "{\"type\":\"echo\"}\n").expect("written");
    let file = file.to_str().expect("text");
    let server = server_with_a_gap();
    let waited = server.run(&["submit", "--batch", file, "--wait", "--timeout", "20s"]);
    assert!(waited.expect(0).contains("completed  1"));
}
