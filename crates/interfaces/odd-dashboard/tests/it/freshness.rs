use serde_json::json;

use crate::fake_server::{FakeServer, job_response, json_response};

const ID: &str = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";

/// Answers each request with the same job, or the same counts.
fn answer(request: &str) -> String {
    let at = "2026-01-31T12:00:00.000000Z";
    if request.starts_with("get /stats") {
        return json_response(&json!({
            "totalJobs": 1, "pendingJobs": 1, "executingJobs": 0, "completedJobs": 0, "failedJobs": 0,
            "cancelledJobs": 0, "lastEventTime": at, "asOf": at
        }));
    }
    if request == "post /jobs/batch" {
        return json_response(&json!({ "jobs": [{ "id": ID, "status": "PENDING" }] }));
    }
    job_response(ID, "PENDING")
}

#[test]
fn commands_that_change_jobs_wait_until_the_views_include_the_change() {
    let server = FakeServer::start(answer);
    let directory = tempfile::tempdir().expect("a directory");
    let batch = directory.path().join("jobs.ndjson");
    std::fs::write(&batch, "{\"type\":\"echo\"}\n").expect("written");
    let batch = batch.to_str().expect("text");
    let jobs = |action: &str| format!("post /jobs/{ID}/{action}");
    let dead_letter = format!("/dead-letters/{ID}");
    for (args, change) in [
        (&["submit", "echo"][..], "post /jobs".to_owned()),
        (&["submit", "--batch", batch], "post /jobs/batch".to_owned()),
        (&["jobs", "cancel", ID], jobs("cancel")),
        (&["jobs", "retry", ID], jobs("retry")),
        (&["dlq", "replay", ID], format!("post {dead_letter}/replay")),
        (
            &["dlq", "drop", "--yes", ID],
            format!("delete {dead_letter}"),
        ),
    ] {
        let requests = server.requests_of(args);
        assert_eq!(
            requests,
            [change, "get /stats?waitms=2000".to_owned()],
            "{args:?}"
        );
    }
}

#[test]
fn status_shows_the_services_while_the_figures_are_unavailable() {
    let server = FakeServer::start(|request| {
        if request == "get /services" {
            let gateway =
                json!({ "name": "gateway", "status": "up", "url": "http://127.0.0.1:3000" });
            return json_response(&json!({
                "services": [gateway], "asOf": "2026-01-31T12:00:00.000000Z"
            }));
        }
        let problem = json!({
            "type": "about:blank", "title": "Unavailable", "status": 503, "code": "unavailable",
            "detail": "a database does not answer", "correlationId": ID
        });
        json_response(&problem)
            .replacen("200 OK", "503 Service Unavailable", 1)
            .replacen("application/json", "application/problem+json", 1)
    });
    let status = server.run(&["status"]);
    assert!(status.stdout.contains("gateway  up"), "{status:?}");
    assert!(
        status.stdout.ends_with("\njobs    unavailable\n"),
        "{status:?}"
    );
    let error = status.expect_error(1);
    assert!(error.contains("a database does not answer"), "{error}");
}
