use std::io::Seek;
use std::sync::Arc;

use odd_contracts::{EventType, JobType, RawJson, TraceContext};
use odd_core::NewJob;
use odd_service_kit::telemetry::LogFormat;
use odd_testkit::build::new_job;
use odd_worker::{Handler, HandlerError, HandlerRegistry, JobContext, async_trait};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

use crate::rig::Rig;

/// Logs before and after it waits, then panics in its first attempt.
struct Logging;

#[async_trait]
impl Handler for Logging {
    fn job_type(&self) -> JobType {
        "logging".parse().expect("legal")
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        tracing::info!("before");
        tokio::task::yield_now().await;
        tracing::info!("after");
        assert!(ctx.attempt() > 1, "the first attempt");
        Ok(None)
    }
}

#[tokio::test]
async fn log_lines_of_a_job_are_found_by_its_id() {
    let written = Arc::new(tempfile::tempfile().expect("a temporary file"));
    let layer = LogFormat::Json.layer(Arc::clone(&written), false);
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    // While there is only one subscriber, the first thread that reaches a log statement decides for all whether it is written,
    // and the threads of other tests have none.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let mut registry = HandlerRegistry::new();
    registry.register(Logging);
    let rig = Rig::start(registry).await;
    let submission = r#"{"type":"logging","retry":{"baseDelayMs":0}}"#;
    let trace = TraceContext::sampled([1; 16], [2; 8]);
    let jobs = [trace, None].map(|trace| NewJob {
        trace,
        ..new_job(submission)
    });
    let ids = jobs.each_ref().map(|job| (job.id, job.correlation_id));
    rig.store.store.submit(jobs.into()).await.expect("accepted");
    for (id, _) in ids {
        rig.wait_for(id, EventType::Completed).await;
    }
    rig.stop().await;
    (&*written).rewind().expect("seekable");
    let text = std::io::read_to_string(&*written).expect("text");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    for ((id, correlation), trace) in ids.into_iter().zip([json!("01".repeat(16)), Value::Null]) {
        // Whether lines below INFO are written depends on the subscribers of other tests.
        let of_job = lines
            .iter()
            .filter(|line| line["job"] == id.to_string() && line["level"] != "DEBUG");
        let found: Vec<_> = of_job
            .inspect(|line| {
                assert_eq!(line["correlation_id"], correlation.to_string());
                assert_eq!(line["trace_id"], trace);
            })
            .map(|line| (line["attempt"].as_u64(), line["message"].as_str()))
            .collect();
        let (first, second) = (Some(1), Some(2));
        let expected = [
            (first, Some("before")),
            (first, Some("after")),
            (first, Some("a handler panicked")),
            (second, Some("before")),
            (second, Some("after")),
        ];
        assert_eq!(found, expected, "{text}");
    }
}
