//! Commands that follow an event stream which breaks before its first message: it cannot be resumed without a gap.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::json;

use crate::fake_server::{FakeServer, job_response, json_response};

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
const STREAM: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

/// A gateway and read-model whose first event stream ends at once. Every job has completed before the second one opens,
/// which stays silent.
#[derive(Default)]
struct Gap {
    streams: AtomicU32,
}

impl Gap {
    fn has_ended(&self) -> bool {
        self.streams.load(Ordering::SeqCst) > 1
    }

    fn answer(&self, request: &str) -> String {
        if request.starts_with("get /events/stream") {
            return match self.streams.fetch_add(1, Ordering::SeqCst) {
                0 => format!("{STREAM}Content-Length: 0\r\n\r\n"),
                _ => format!("{STREAM}Connection: close\r\n\r\nid: 7\n\n"),
            };
        }
        if request.contains("/events") {
            return json_response(&json!({ "events": [] }));
        }
        let id = request.strip_prefix("get /jobs/").unwrap_or(ID);
        let status = match self.has_ended() {
            true => "COMPLETED",
            false => "PENDING",
        };
        job_response(id, status)
    }
}

/// Answers a batch with these jobs.
fn accepted(ids: &[String]) -> String {
    let jobs = ids
        .iter()
        .map(|id| json!({ "id": id, "status": "PENDING" }));
    json_response(&json!({ "jobs": jobs.collect::<Vec<_>>() }))
}

/// Submits a batch of one line, and waits for the jobs that the server returns.
fn wait_for_batch(server: &FakeServer) -> String {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("jobs.ndjson");
    std::fs::write(&file, "{\"type\":\"echo\"}\n").expect("written");
    let file = file.to_str().expect("text");
    let waited = server.run(&["submit", "--batch", file, "--wait", "--timeout", "20s"]);
    waited.expect(0)
}

#[test]
fn job_that_finished_in_a_gap_is_not_waited_for() {
    let gap = Gap::default();
    let server = FakeServer::start(move |request| gap.answer(request));
    let waited = server.run(&["jobs", "wait", ID, "--timeout", "20s"]);
    assert!(
        waited.stderr.contains("events may have been missed"),
        "{waited:#?}"
    );
    assert!(
        waited.stderr.contains(": the stream ended; retrying"),
        "{waited:#?}"
    );
    assert!(waited.expect(0).contains("COMPLETED"));
}

#[test]
fn batch_that_finished_in_a_gap_is_not_waited_for() {
    let gap = Gap::default();
    let server = FakeServer::start(move |request| match request {
        "post /jobs/batch" => accepted(&[ID.to_owned()]),
        _ => gap.answer(request),
    });
    assert!(wait_for_batch(&server).contains("completed  1"));
}

#[test]
fn queries_after_a_gap_are_repeated_while_a_service_is_unavailable() {
    let server = || {
        let (gap, failures) = (Gap::default(), AtomicU32::new(0));
        FakeServer::start(move |request| {
            if request == "post /jobs/batch" {
                return accepted(&[ID.to_owned()]);
            }
            let is_query = request.starts_with("get /jobs/");
            if is_query && gap.has_ended() && failures.fetch_add(1, Ordering::SeqCst) < 2 {
                return UNAVAILABLE.to_owned();
            }
            gap.answer(request)
        })
    };
    let waited = server().run(&["jobs", "wait", ID, "--timeout", "20s"]);
    assert!(waited.stderr.contains(" answered 503 "), "{waited:#?}");
    assert!(waited.expect(0).contains("COMPLETED"));
    assert!(wait_for_batch(&server()).contains("completed  1"));
}

/// Counts the queries that are being answered. Each waits until 16 are, or a second has passed.
#[derive(Default)]
struct QueryCounter {
    running: Mutex<usize>,
    changed: Condvar,
    most: AtomicUsize,
}

impl QueryCounter {
    fn wait_for_others(&self) {
        let mut running = self.running.lock().expect("no panic");
        *running += 1;
        self.most.fetch_max(*running, Ordering::SeqCst);
        self.changed.notify_all();
        let is_missing = |_: &mut usize| self.most.load(Ordering::SeqCst) < 16;
        let limit = Duration::from_secs(1);
        let waited = self.changed.wait_timeout_while(running, limit, is_missing);
        *waited.expect("no panic").0 -= 1;
    }
}

#[test]
fn jobs_of_a_batch_are_queried_concurrently_within_a_limit() {
    let ids: Vec<String> = (0..40)
        .map(|number| format!("{}{number:02}", &ID[..34]))
        .collect();
    let (gap, counter) = (Gap::default(), Arc::new(QueryCounter::default()));
    let seen = counter.clone();
    let server = FakeServer::start(move |request| {
        if request == "post /jobs/batch" {
            return accepted(&ids);
        }
        if request.starts_with("get /jobs/") {
            counter.wait_for_others();
        }
        gap.answer(request)
    });
    assert!(wait_for_batch(&server).contains("completed  40"));
    assert_eq!(seen.most.load(Ordering::SeqCst), 16);
}
