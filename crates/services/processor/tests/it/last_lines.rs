use odd_contracts::{EventType, JobType, LogStream, RawJson};
use odd_worker::{Handler, HandlerError, HandlerRegistry, JobContext, async_trait};

use crate::handlers::quick;
use crate::rig::Rig;

/// Never ends, and logs a line when it is dropped, as `process.run` does for a line without a line end.
struct Interrupted;

struct LastWords<'a>(&'a JobContext);

impl Drop for LastWords<'_> {
    fn drop(&mut self) {
        self.0.log(LogStream::Stdout, "working on item 17");
    }
}

#[async_trait]
impl Handler for Interrupted {
    fn job_type(&self) -> JobType {
        "interrupted".parse().expect("legal")
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let _last_words = LastWords(ctx);
        std::future::pending().await
    }
}

#[tokio::test]
async fn lines_of_a_handler_that_is_dropped_at_its_time_limit_are_recorded() {
    let mut registry = HandlerRegistry::new();
    registry.register(Interrupted);
    let rig = Rig::start(registry).await;
    let submission = r#"{"type":"interrupted","timeoutMs":1,"maxAttempts":1}"#;
    let job = rig.submit_until(submission, EventType::Failed).await;
    let log = rig.log(job.id).await;
    let lines: Vec<_> = log.iter().map(|line| line.line.as_str()).collect();
    assert_eq!(lines, ["working on item 17"]);
    rig.stop().await;
}

#[tokio::test]
async fn start_and_end_of_a_long_log_are_recorded_with_the_number_of_omitted_lines() {
    let registry = quick("work", |ctx| {
        for n in 0..3_000 {
            ctx.log(LogStream::Log, format!("line {n}"));
        }
        Ok(None)
    });
    let rig = Rig::start(registry).await;
    let job = rig
        .submit_until(r#"{"type":"work"}"#, EventType::Completed)
        .await;
    let log = rig.log(job.id).await;
    assert_eq!(log.len(), 1_000);
    for (index, line) in [
        (0, "line 0"),
        (499, "line 499"),
        (500, "2001 lines omitted"),
        (501, "line 2501"),
        (999, "line 2999"),
    ] {
        assert_eq!(log[index].line, line, "{index}");
    }
    rig.stop().await;
}
