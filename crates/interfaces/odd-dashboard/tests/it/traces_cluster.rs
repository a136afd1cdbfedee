//! Traces of jobs that cross the processes of a cluster.

use odd_testkit::otlp::{OtlpCollector, Times, trace_tree};

use crate::backends::Backends;
use crate::traces::{THREE_ATTEMPTS, flaky, only_trace, post};

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
