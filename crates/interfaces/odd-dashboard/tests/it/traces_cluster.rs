//! Traces of jobs that cross the processes of a cluster.

use std::time::Instant;

use odd_testkit::PATIENCE;
use odd_testkit::otlp::{OtlpCollector, Times, trace_tree};

use crate::backends::Backends;
use crate::traces::{THREE_ATTEMPTS, flaky, metrics, only_trace, post};

#[test]
fn trace_of_a_job_spans_the_processes_of_a_cluster() {
    let backends = Backends::start();
    let collector = OtlpCollector::start();
    let mut roles = backends.roles(|command| {
        command
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
            .env("OTEL_EXPORTER_OTLP_HEADERS", "api-key=0815")
            .env("OTEL_TRACES_SAMPLER", "always_on");
    });
    post(&roles[0].url(), "/jobs", "", &flaky());
    let spans = only_trace(&collector, 9);
    assert_eq!(trace_tree(&spans, Times::Hidden), THREE_ATTEMPTS);
    assert_eq!(collector.header("api-key").as_deref(), Some("0815"));
    await_exemplars(&roles[0].url(), &spans[0].trace_id);
    let instances = spans
        .iter()
        .map(|span| span.resource["service.instance.id"].to_string());
    let instances: std::collections::BTreeSet<_> = instances.collect();
    assert_eq!(instances.len(), 3);
    for role in &mut roles {
        assert_eq!(role.stop().code(), Some(0));
    }
    assert_eq!(collector.spans().len(), 9, "nothing is recorded twice");
}

/// Waits until the stages of the publication have the trace as exemplar: the broker confirms an event about when it delivers it.
fn await_exemplars(gateway: &str, trace_id: &str) {
    let exemplar = format!("# {{trace_id=\"{trace_id}\"}}");
    let begun = Instant::now();
    for stage in ["outbox", "broker"] {
        let stage = format!("stage=\"{stage}\"");
        let is_shown = |line: &str| line.contains(&stage) && line.contains(&exemplar);
        while !metrics(gateway).lines().any(is_shown) {
            assert!(begun.elapsed() < PATIENCE, "no exemplar of {stage}");
        }
    }
}
