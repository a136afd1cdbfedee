use serde_json::json;

use crate::fake_server::{FakeServer, job_response, json_response};

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

/// A job that never starts, because the broker is down.
fn server() -> FakeServer {
    let at = "2026-01-31T12:00:00.000000Z";
    FakeServer::start(move |request| match request {
        summary if summary.starts_with("get /health/summary") => json_response(&json!({
            "status": "failing", "summary": "RabbitMQ cannot be reached.", "asOf": at,
            "causes": [{
                "status": "failing", "summary": "RabbitMQ cannot be reached.", "since": at, "action": "Start the broker."
            }]
        })),
        explain if explain.starts_with("get /explain/") => json_response(&json!({
            "jobId": ID, "status": "PENDING", "causes": []
        })),
        events if events.starts_with("get /events/stream") => {
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".to_owned()
        }
        events if events.starts_with("get /jobs/") && events.contains("/events") => {
            json_response(&json!({"events": [], "nextCursor": null}))
        }
        _ => job_response(ID, "PENDING"),
    })
}

#[test]
fn wait_without_progress_reports_the_health_of_the_observatory_once() {
    let run = server().run(&["submit", "echo", "--wait", "--timeout", "12s"]);
    let warning = "warning: RabbitMQ cannot be reached. Start the broker.\n";
    assert_eq!(run.stderr.matches(warning).count(), 1, "{run:?}");
    run.expect_error(124);
}
