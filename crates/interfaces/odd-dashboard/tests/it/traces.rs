//! Traces of jobs, as a collector receives them.

use std::io::{Read, Write};
use std::net::TcpStream;

use odd_testkit::otlp::{OtlpCollector, RecordedSpan, Times, trace_tree};
use serde_json::{Value, json};

use crate::up::Up;

const SENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

/// The trace of a job that fails twice and succeeds.
pub(crate) const THREE_ATTEMPTS: &str = "\
POST /jobs (SERVER, gateway) status=201
└─ create default (PRODUCER, gateway)
   ├─ process default (CONSUMER, processor) attempt=1 status=RETRYING error=error: attempt 1 failed as requested: failures is 2
   │  └─ finish default (CLIENT, processor) attempt=1 status=RETRYING
   ├─ process default (CONSUMER, processor) attempt=2 status=RETRYING error=error: attempt 2 failed as requested: failures is 2 link=attempt 1
   │  └─ finish default (CLIENT, processor) attempt=2 status=RETRYING
   └─ process default (CONSUMER, processor) attempt=3 status=COMPLETED link=attempt 2
      ├─ finish default (CLIENT, processor) attempt=3 status=COMPLETED
      └─ apply job.completed (CONSUMER, metrics-engine) attempt=3 status=COMPLETED
";

/// A job that fails twice and succeeds.
pub(crate) fn flaky() -> Value {
    json!({"type": "flaky", "payload": {"failures": 2}, "retry": {"baseDelayMs": 0}})
}

/// Sends a request of one line with headers and a body. Returns the whole answer.
fn exchange(role: &str, line: &str, headers: &str, body: &str) -> String {
    let address = role.trim_start_matches("http://");
    let request =
        format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n{body}");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer
}

/// Sends `body` to the gateway with further headers. Returns the whole answer.
pub(crate) fn post_raw(gateway: &str, path: &str, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    let headers =
        format!("Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}");
    exchange(gateway, &format!("POST {path}"), &headers, &body)
}

/// Sends `body` to the gateway. Returns the answer, which must be 201.
pub(crate) fn post(gateway: &str, path: &str, headers: &str, body: &Value) -> Value {
    let answer = post_raw(gateway, path, headers, body);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}

/// Waits for the end of the only trace, and returns its spans.
pub(crate) fn only_trace(collector: &OtlpCollector, spans: usize) -> Vec<RecordedSpan> {
    let found = collector.block_for(|found| found.len() >= spans);
    assert!(found.iter().all(|span| span.trace_id == found[0].trace_id));
    found
}

/// Returns the metrics of a role, with exemplars.
pub(crate) fn metrics(role: &str) -> String {
    let accept = "Accept: application/openmetrics-text; version=1.0.0\r\n";
    exchange(role, "GET /metrics", accept, "")
}

fn traced(collector: &OtlpCollector, ratio: &str) -> Up {
    Up::start_with(|command| {
        command
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
            .env("OTEL_TRACES_SAMPLER_ARG", ratio);
    })
}

/// Submits a job and waits for its end. Returns its id.
pub(crate) fn submit(up: &Up, headers: &str, job: &Value) -> String {
    let job = post(up.url("gateway"), "/jobs", headers, job);
    let id = job["id"].as_str().expect("an id").to_owned();
    up.odd(&["jobs", "wait", &id]).expect(0);
    id
}

/// Returns the events of a job.
fn events(up: &Up, job: &str) -> Vec<Value> {
    let lines = up.odd(&["events", "--job", job, "-o", "jsonl"]).expect(0);
    let events = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    events.collect()
}

#[test]
fn job_that_fails_twice_and_succeeds_is_one_trace() {
    let collector = OtlpCollector::start();
    let up = traced(&collector, "1");
    let job = submit(&up, "", &flaky());
    let spans = only_trace(&collector, 9);
    assert_eq!(trace_tree(&spans, Times::Hidden), THREE_ATTEMPTS);
    println!("{}", trace_tree(&spans, Times::Shown));

    let events = events(&up, &job);
    assert_eq!(events.len(), 12, "{events:?}");
    let created = spans.iter().find(|span| span.name == "create default");
    let created = created.expect("in the tree");
    let traceparent = format!("00-{}-{}-01", created.trace_id, created.span_id);
    assert!(
        events
            .iter()
            .all(|event| event["traceparent"] == traceparent)
    );
    drop(up);
    assert_eq!(collector.spans().len(), 9, "nothing is recorded twice");
}

#[test]
fn latencies_have_the_traces_of_jobs_as_exemplars() {
    let collector = OtlpCollector::start();
    let up = traced(&collector, "1");
    submit(&up, "", &json!({"type": "echo"}));
    let spans = only_trace(&collector, 5);
    let exemplar = format!("# {{trace_id=\"{}\"}}", spans[0].trace_id);
    let stages = [
        ("gateway", "validate"),
        ("gateway", "store"),
        ("processor", "wait"),
        ("processor", "run"),
        ("processor", "finish"),
        ("metrics-engine", "view"),
    ];
    for (role, stage) in stages {
        let metrics = metrics(up.url(role));
        let stage = format!("stage=\"{stage}\"");
        let mut lines = metrics.lines().filter(|line| line.contains(&stage));
        assert!(
            lines.any(|line| line.contains(&exemplar)),
            "{stage}: {metrics}"
        );
    }
}

#[test]
fn spans_follow_the_semantic_conventions() {
    let collector = OtlpCollector::start();
    let up = traced(&collector, "1");
    let job = submit(&up, "", &flaky());
    let spans = only_trace(&collector, 9);
    let conventions = "https://opentelemetry.io/schemas/1.42.0";
    for span in &spans {
        assert_eq!(span.schema_url, conventions, "{span:?}");
        assert_eq!(span.resource["service.namespace"], "odd-dashboard");
        assert!(span.resource.contains_key("service.instance.id"));
        assert!(span.end_ns >= span.start_ns);
        if span.kind == "SERVER" {
            assert_eq!(span.text("http.request.method"), "POST");
            assert_eq!(
                (span.text("http.route"), span.text("url.path")),
                ("/jobs", "/jobs")
            );
            continue;
        }
        assert_eq!(span.text("messaging.system"), "odd-dashboard");
        assert_eq!(span.text("observatory.job.id"), job);
        assert_eq!(span.text("observatory.job.type"), "flaky");
        let operation = span.text("messaging.operation.name");
        let destination = span.text("messaging.destination.name");
        assert_eq!(span.name, format!("{operation} {destination}"));
        let kind = match operation {
            "create" => "create",
            "finish" => "settle",
            _ => "process",
        };
        assert_eq!(span.text("messaging.operation.type"), kind);
    }
    let failed: Vec<_> = spans.iter().filter(|span| span.error.is_some()).collect();
    for span in failed {
        let [(name, attributes)] = &span.events[..] else {
            panic!("one event: {span:?}");
        };
        assert_eq!(
            (name.as_str(), &attributes["exception.type"]),
            ("exception", &json!("error"))
        );
        assert_eq!(attributes["exception.message"], json!(span.error));
    }
}

#[test]
fn nothing_is_recorded_or_stored_for_traces_that_are_not_sampled() {
    let collector = OtlpCollector::start();
    let mut up = traced(&collector, "0");
    let ids = [
        submit(&up, "", &json!({"type": "echo"})),
        submit(
            &up,
            &format!("traceparent: {SENT}-00\r\n"),
            &json!({"type": "echo"}),
        ),
        submit(&up, "traceparent: nonsense\r\n", &json!({"type": "echo"})),
    ];
    for id in ids {
        let events = events(&up, &id);
        assert!(events.len() >= 4, "{events:?}");
        assert!(
            events
                .iter()
                .all(|event| event.get("traceparent").is_none())
        );
    }
    assert_eq!(up.stop().code(), Some(0));
    assert!(collector.spans().is_empty(), "{:?}", collector.spans());
}

#[test]
fn decision_of_the_sender_is_followed() {
    let collector = OtlpCollector::start();
    let mut up = traced(&collector, "1");
    let unsampled = format!("traceparent: {SENT}-00\r\n");
    submit(&up, &unsampled, &json!({"type": "echo"}));
    let sampled = format!("traceparent: {SENT}-01\r\ntracestate: a=b\r\n");
    submit(&up, &sampled, &json!({"type": "echo"}));
    let spans = only_trace(&collector, 5);
    let root = spans
        .iter()
        .find(|span| span.kind == "SERVER")
        .expect("recorded");
    assert!(SENT.contains(&root.trace_id) && SENT.contains(&root.parent_id));
    assert_eq!(up.stop().code(), Some(0));
    assert_eq!(
        collector.spans().len(),
        5,
        "the other trace is not recorded"
    );
}

#[test]
fn malformed_traceparent_counts_as_missing() {
    let collector = OtlpCollector::start();
    let up = traced(&collector, "1");
    let twice = format!("traceparent: {SENT}-01\r\ntraceparent: {SENT}-01\r\n");
    for header in ["traceparent: 00-xyz-1-01\r\n", &twice] {
        submit(&up, header, &json!({"type": "echo"}));
    }
    let spans = collector.block_for(|spans| spans.len() >= 10);
    for root in spans.iter().filter(|span| span.kind == "SERVER") {
        assert_eq!(root.parent_id, "");
        assert!(!SENT.contains(&root.trace_id));
    }
}

#[test]
fn each_job_of_a_batch_has_its_own_branch() {
    let collector = OtlpCollector::start();
    let up = traced(&collector, "1");
    let batch = json!({"jobs": [{"type": "echo"}, {"type": "echo", "queue": "other"}]});
    post(up.url("gateway"), "/jobs/batch", "", &batch);
    let spans = only_trace(&collector, 9);
    let root = spans
        .iter()
        .find(|span| span.kind == "SERVER")
        .expect("recorded");
    assert_eq!(root.name, "POST /jobs/batch");
    for queue in ["default", "other"] {
        let named = |name: &str| {
            let name = format!("{name} {queue}");
            let span = spans.iter().find(|span| span.name == name);
            span.unwrap_or_else(|| panic!("{name}: {spans:?}"))
        };
        assert_eq!(named("create").parent_id, root.span_id);
        assert_eq!(named("process").parent_id, named("create").span_id);
    }
}
