//! What is not traced, and what happens without a collector.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use odd_testkit::PATIENCE;
use odd_testkit::otlp::OtlpCollector;
use serde_json::json;
use tokio::net::TcpSocket;

use crate::tokens::{SECRET, guarded_with};
use crate::traces::{metrics, post, post_raw, submit};
use crate::up::Up;

const SAMPLED: &str = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

/// Submits a job with further headers. Returns the status of the answer.
fn submission_status(gateway: &str, headers: &str) -> u16 {
    let answer = post_raw(gateway, "/jobs", headers, &json!({"type": "echo"}));
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.expect("a status")
}

#[test]
fn refused_request_is_never_recorded() {
    let collector = OtlpCollector::start();
    let traced = |role| {
        guarded_with(role, |command| {
            command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
        })
    };
    let token = format!("{SAMPLED}Authorization: Bearer {SECRET}\r\n");
    let wrong = format!("{SAMPLED}Authorization: Bearer wrong\r\n");
    let foreign = format!("{token}Origin: https://elsewhere.example\r\n");
    let unacceptable = format!("{token}Accept: text/csv\r\n");

    let mut up = traced("submit");
    let gateway = up.url("gateway");
    assert_eq!(submission_status(gateway, SAMPLED), 401);
    assert_eq!(submission_status(gateway, &wrong), 401);
    assert_eq!(submission_status(gateway, &foreign), 403);
    assert_eq!(submission_status(gateway, &unacceptable), 406);
    assert_eq!(up.stop().code(), Some(0));
    let mut reader = traced("read");
    assert_eq!(submission_status(reader.url("gateway"), &token), 403);
    assert_eq!(reader.stop().code(), Some(0));
    assert!(collector.spans().is_empty(), "{:?}", collector.spans());

    let mut up = traced("submit");
    assert_eq!(submission_status(up.url("gateway"), &token), 201);
    collector.block_for(|spans| spans.iter().any(|span| span.kind == "SERVER"));
    assert_eq!(up.stop().code(), Some(0));
}

/// Starts an observatory that records every trace and sends it to `endpoint`. Its log goes to `errors`.
fn recording(endpoint: &str, errors: &tempfile::NamedTempFile) -> Up {
    Up::start_with(|command| {
        command
            .stderr(errors.reopen().expect("a file"))
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .env("OTEL_TRACES_SAMPLER", "always_on");
    })
}

/// Stops the observatory, which must not wait for the time limit of an export, 10 s.
fn stop_quickly(up: &mut Up) {
    let begun = Instant::now();
    assert_eq!(up.stop().code(), Some(0));
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
}

/// Returns how many spans a role dropped.
fn dropped(up: &Up, role: &str) -> u64 {
    let metrics = metrics(up.url(role));
    let name = format!("observatory_spans_dropped_total{{service=\"{role}\"}} ");
    let mut values = metrics.lines().filter_map(|line| line.strip_prefix(&name));
    let value = values.next().and_then(|value| value.parse().ok());
    value.unwrap_or_else(|| panic!("{name} is not exported: {metrics}"))
}

#[test]
fn unavailable_collector_costs_one_warning_a_minute() {
    // The port is reserved, and refuses connections.
    let closed = TcpSocket::new_v4().expect("a socket");
    closed
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a free port");
    let address = closed.local_addr().expect("bound");
    let errors = tempfile::NamedTempFile::new().expect("a file");
    let begun = Instant::now();
    let mut up = recording(&format!("http://{address}"), &errors);
    for _ in 0..20 {
        submit(&up, "", &json!({"type": "echo"}));
    }
    poll("no export", || dropped(&up, "gateway") >= 2);
    stop_quickly(&mut up);
    let log = std::fs::read_to_string(errors.path()).expect("text");
    let warnings = log.matches("the trace collector did not accept spans");
    let warnings = warnings.count();
    // Each of the three roles that record spans warns at the first failure, then at most once a minute.
    let minutes = usize::try_from(begun.elapsed().as_secs() / 60).expect("few");
    assert!((3..=3 * (1 + minutes)).contains(&warnings), "{log}");
    assert_eq!(log.lines().count(), warnings, "{log}");
}

/// The collector accepts connections and requests, and never answers: an export of up to 2,048 spans ends after 10 s. The
/// processor records two spans for each job, more than can wait.
#[test]
fn silent_collector_delays_no_job_and_no_shutdown() {
    const JOBS: usize = 10_000;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let errors = tempfile::NamedTempFile::new().expect("a file");
    let mut up = recording(&format!("http://{address}"), &errors);
    let batch = json!({"jobs": vec![json!({"type": "echo"}); JOBS]});
    post(up.url("gateway"), "/jobs/batch", "", &batch);
    let completed =
        format!("observatory_jobs_completed_total{{service=\"processor\",type=\"echo\"}} {JOBS}");
    // Jobs that waited for exports would take more than a minute and a half.
    let is_completed = |metrics: String| metrics.lines().any(|line| line == completed);
    poll("the jobs wait", || {
        is_completed(metrics(up.url("processor")))
    });
    // 16,384 spans wait, and up to 2,048 of each export that has ended were dropped, as were those that did not fit.
    poll("no span was dropped", || dropped(&up, "processor") > 0);
    stop_quickly(&mut up);
    drop(listener);
    let log = std::fs::read_to_string(errors.path()).expect("text");
    assert!(
        log.contains("the last spans were not exported within 2s"),
        "{log}"
    );
}

/// Waits until `condition` holds.
fn poll(failure: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + 3 * PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "{failure}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
