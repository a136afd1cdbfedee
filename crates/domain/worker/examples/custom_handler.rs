//! A custom handler: `text.count` counts the words in a text.
//!
//! `cargo run --package odd-worker --example custom_handler` runs one attempt without any service, as a unit test of a handler
//! does, and prints what a worker would record.

use odd_contracts::{JobType, LogStream, RawJson};
use odd_worker::{
    Handler, HandlerError, HandlerRegistry, InvalidPayload, JobContext, JobContextParts,
    async_trait, parse_payload,
};
use serde::Deserialize;
use serde_json::json;

const LINES_PER_STEP: usize = 2;

struct CountWords;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    text: String,
}

#[async_trait]
impl Handler for CountWords {
    fn job_type(&self) -> JobType {
        "text.count".parse().expect("a legal name")
    }

    /// Called at submission: a payload that is refused here never becomes a job.
    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        let Payload { text } = parse_payload(payload)?;
        if text.is_empty() {
            return Err(InvalidPayload::at("/text", "must not be empty"));
        }
        Ok(())
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let Payload { text } = ctx.payload()?;
        let lines: Vec<&str> = text.lines().collect();
        let mut words = 0;
        for (step, part) in lines.chunks(LINES_PER_STEP).enumerate() {
            if ctx.cancellation().is_cancelled() {
                return Err(HandlerError::Cancelled);
            }
            words += part
                .iter()
                .map(|line| line.split_whitespace().count())
                .sum::<usize>();
            let done = (step * LINES_PER_STEP + part.len()) as f64 / lines.len() as f64;
            ctx.progress(done, format!("{words} words so far")).await;
        }
        ctx.log(LogStream::Log, format!("counted {} lines", lines.len()));
        Ok(Some(RawJson::from_value(&json!({ "words": words }))))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut registry = HandlerRegistry::new();
    registry.register(CountWords);
    let job_type: JobType = "text.count".parse()?;

    let refused = registry.validate(&job_type, Some(r#"{"text":7}"#));
    println!("refused:  {}", refused.expect_err("7 is not a text"));

    let payload = r#"{"text":"the quick brown fox\njumps over\nthe lazy dog"}"#.to_owned();
    registry.validate(&job_type, Some(&payload))?;
    let parts = JobContextParts::trial(job_type.clone(), Some(RawJson::from_text(payload)?));
    let (ctx, signals) = JobContext::new(parts);
    let handler = registry.get(&job_type).expect("was registered");
    let result = handler.run(&ctx).await?;

    let updates = signals.take();
    if let Some(progress) = updates.progress {
        println!("progress: {:.0} %", progress.fraction * 100.0);
    }
    for line in updates.lines {
        println!("log:      {}", line.line);
    }
    println!(
        "result:   {}",
        result.map_or("none".into(), |result| result.get().to_owned())
    );
    Ok(())
}
