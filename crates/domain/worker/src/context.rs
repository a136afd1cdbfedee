use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobId, JobType, LogLine, LogStream, Progress, RawJson, Timestamp};
use odd_core::{Clock, SystemClock};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::signals::Channel;
use crate::text::bounded;
use crate::{InvalidPayload, JobSignals, parse_payload};

const MAX_LINE_CHARS: usize = 4_096;
const MAX_PROGRESS_CHARS: usize = 500;

/// What a context is made of.
#[derive(Clone)]
pub struct JobContextParts {
    /// The job.
    pub job_id: JobId,
    /// Its type.
    pub job_type: JobType,
    /// Its input.
    pub payload: Option<RawJson>,
    /// Counts up over the job's life, from 1.
    pub attempt: u32,
    /// Which of the counted attempts of its run this is, from 1.
    pub attempt_of_run: u32,
    /// Which run of the job this is, from 1.
    pub run: u32,
    /// Whether no further attempt would follow a failure.
    pub is_last_attempt: bool,
    /// When the attempt runs out of time.
    pub deadline: Instant,
    /// Cancelled when the job should stop.
    pub cancellation: CancellationToken,
    /// Dates log lines.
    pub clock: Arc<dyn Clock>,
}

impl JobContextParts {
    /// The first and last attempt of a job nobody submitted, with five minutes to run; for trying out a handler.
    pub fn trial(job_type: JobType, payload: Option<RawJson>) -> Self {
        Self {
            job_id: JobId(Uuid::now_v7()),
            job_type,
            payload,
            attempt: 1,
            attempt_of_run: 1,
            run: 1,
            is_last_attempt: true,
            deadline: Instant::now() + Duration::from_secs(300),
            cancellation: CancellationToken::new(),
            clock: Arc::new(SystemClock),
        }
    }
}

/// What a handler knows of the attempt that it runs, and how it speaks while it does.
pub struct JobContext {
    parts: JobContextParts,
    channel: Arc<Channel>,
}

impl JobContext {
    /// A context, and what is heard from it.
    pub fn new(parts: JobContextParts) -> (Self, JobSignals) {
        let channel = Arc::new(Channel::default());
        let signals = channel.signals();
        (Self { parts, channel }, signals)
    }

    /// The job.
    pub fn job_id(&self) -> JobId {
        self.parts.job_id
    }

    /// Its type.
    pub fn job_type(&self) -> &JobType {
        &self.parts.job_type
    }

    /// Counts up over the job's life, from 1.
    pub fn attempt(&self) -> u32 {
        self.parts.attempt
    }

    /// Which of the counted attempts of its run this is, from 1. Attempts that a stopping worker gave back are
    /// not counted.
    pub fn attempt_of_run(&self) -> u32 {
        self.parts.attempt_of_run
    }

    /// Which run of the job this is: 1, and one more for each operator's retry.
    pub fn run(&self) -> u32 {
        self.parts.run
    }

    /// Whether no further attempt would follow a failure of this one.
    pub fn is_last_attempt(&self) -> bool {
        self.parts.is_last_attempt
    }

    /// The job's input as it was submitted.
    pub fn raw_payload(&self) -> Option<&RawJson> {
        self.parts.payload.as_ref()
    }

    /// The job's input, read into `T`; an absent payload reads as `null`.
    ///
    /// # Errors
    /// When it has another shape. With `?` in a handler this is a permanent failure.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, InvalidPayload> {
        parse_payload(self.raw_payload().map(RawJson::get))
    }

    /// The same for all attempts of one run of a job, and for nothing else: lets another system tell a repeat.
    pub fn idempotency_token(&self) -> String {
        format!("{}:{}", self.parts.job_id, self.parts.run)
    }

    /// When the attempt runs out of time.
    pub fn deadline(&self) -> Instant {
        self.parts.deadline
    }

    /// Cancelled when the job should stop.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.parts.cancellation
    }

    /// Says how far the work is, 0 to 1, and what it does, at most 500 characters. Only the latest word counts.
    /// Lets other tasks run before it returns.
    pub async fn progress(&self, fraction: f64, message: impl Into<String>) {
        let message = message.into();
        self.channel.progress(Progress {
            fraction: if fraction.is_nan() {
                0.0
            } else {
                fraction.clamp(0.0, 1.0)
            },
            message: (!message.is_empty()).then(|| bounded(message, MAX_PROGRESS_CHARS)),
        });
        tokio::task::yield_now().await;
    }

    /// Adds a line to the log of the attempt. Lines are cut at 4,096 characters; after 1,000 lines the rest is
    /// only counted.
    pub fn log(&self, stream: LogStream, line: impl Into<String>) {
        self.channel.log(|| LogLine {
            at: self.now(),
            stream,
            line: bounded(line.into(), MAX_LINE_CHARS),
        });
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }
}

impl fmt::Debug for JobContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobContext")
            .field("job_id", &self.parts.job_id)
            .field("job_type", &self.parts.job_type)
            .field("attempt", &self.parts.attempt)
            .field("run", &self.parts.run)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> (JobContext, JobSignals) {
        let job_type = "test".parse().expect("legal");
        JobContext::new(JobContextParts::trial(job_type, None))
    }

    #[tokio::test]
    async fn only_the_latest_progress_is_taken() {
        let (ctx, signals) = context();
        ctx.progress(0.2, "begun").await;
        ctx.progress(7.0, "").await;
        signals.changed().await;
        let latest = signals.take().progress.expect("said");
        assert_eq!((latest.fraction, latest.message), (1.0, None));
        assert!(signals.take().progress.is_none());
    }

    #[tokio::test]
    async fn lines_beyond_the_bound_are_counted() {
        let (ctx, signals) = context();
        for n in 0..600 {
            ctx.log(LogStream::Log, format!("line {n}"));
        }
        assert_eq!(signals.take().lines.len(), 600);
        for n in 600..1_003 {
            ctx.log(LogStream::Log, format!("line {n}"));
        }
        let rest = signals.take().lines;
        assert_eq!(rest.len(), 400);
        assert_eq!(rest[399].line, "line 999");
        assert_eq!(signals.dropped_lines(), 3);
    }

    #[test]
    fn the_idempotency_token_names_job_and_run() {
        let (ctx, _signals) = context();
        assert_eq!(ctx.idempotency_token(), format!("{}:1", ctx.job_id()));
    }
}
