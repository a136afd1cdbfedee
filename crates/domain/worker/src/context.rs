use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{
    JobId, JobType, LogLine, LogStream, Progress, RawJson, Timestamp, TraceContext,
};
use odd_core::{Clock, SystemClock};
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::signals::Channel;
use crate::text::{bounded, without_middle};
use crate::{InvalidPayload, JobSignals, parse_payload};

pub(crate) const MAX_LINE_CHARS: usize = 4_096;
const MAX_PROGRESS_CHARS: usize = 500;

/// The parts of a [`JobContext`].
#[derive(Clone)]
pub struct JobContextParts {
    /// The job's id.
    pub job_id: JobId,
    /// The job's type.
    pub job_type: JobType,
    /// The job's input.
    pub payload: Option<RawJson>,
    /// The number of the attempt over the job's life, from 1.
    pub attempt: u32,
    /// The number of the attempt within its run, from 1. Released attempts are not counted.
    pub attempt_of_run: u32,
    /// The number of the run, from 1.
    pub run: u32,
    /// Whether the job fails if this attempt fails.
    pub is_last_attempt: bool,
    /// When the attempt times out.
    pub deadline: Instant,
    /// Cancelled when the job is asked to stop.
    pub cancellation: CancellationToken,
    /// The span of the attempt, if its trace is sampled.
    pub trace: Option<TraceContext>,
    /// The source of the time of log lines.
    pub clock: Arc<dyn Clock>,
}

impl JobContextParts {
    /// Creates the parts for testing a handler: the only attempt of a new job id, with a time limit of five minutes.
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
            trace: None,
            clock: Arc::new(SystemClock),
        }
    }
}

/// The attempt that a handler runs: its data, and methods to report progress and log lines.
pub struct JobContext {
    parts: JobContextParts,
    channel: Arc<Channel>,
}

impl JobContext {
    /// Creates a context and the receiving side of its progress and log lines.
    pub fn new(parts: JobContextParts) -> (Self, JobSignals) {
        let channel = Arc::new(Channel::default());
        let signals = channel.signals();
        (Self { parts, channel }, signals)
    }

    /// Returns the job's id.
    pub fn job_id(&self) -> JobId {
        self.parts.job_id
    }

    /// Returns the job's type.
    pub fn job_type(&self) -> &JobType {
        &self.parts.job_type
    }

    /// Returns the number of the attempt over the job's life, from 1.
    pub fn attempt(&self) -> u32 {
        self.parts.attempt
    }

    /// Returns the number of the attempt within its run, from 1. Attempts that a stopping worker released are not counted.
    pub fn attempt_of_run(&self) -> u32 {
        self.parts.attempt_of_run
    }

    /// Returns the number of the run: 1, plus one for each retry by an operator.
    pub fn run(&self) -> u32 {
        self.parts.run
    }

    /// Returns `true` if the job fails when this attempt fails.
    pub fn is_last_attempt(&self) -> bool {
        self.parts.is_last_attempt
    }

    /// Returns the job's input as it was submitted.
    pub fn raw_payload(&self) -> Option<&RawJson> {
        self.parts.payload.as_ref()
    }

    /// Deserializes the job's input into `T`; a missing payload counts as `null`.
    ///
    /// # Errors
    /// When the payload does not match `T`. Used with `?` in a handler, this is a permanent failure.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, InvalidPayload> {
        parse_payload(self.raw_payload().map(RawJson::get))
    }

    /// Returns a token that is equal for all attempts of one run and different for everything else. Other systems can use it to
    /// detect repeated requests.
    pub fn idempotency_token(&self) -> String {
        format!("{}:{}", self.parts.job_id, self.parts.run)
    }

    /// Returns when the attempt times out.
    pub fn deadline(&self) -> Instant {
        self.parts.deadline
    }

    /// Returns a token that is cancelled when the job is asked to stop.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.parts.cancellation
    }

    /// Returns the span of the attempt, for requests to other systems: as header `traceparent`, it makes their spans part of
    /// the job's trace. `None` if the trace is not sampled.
    pub fn trace(&self) -> Option<TraceContext> {
        self.parts.trace
    }

    /// Reports the progress of the work: a fraction from 0 to 1 and a message of at most 500 characters. Only the latest report
    /// is kept. Yields to other tasks.
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

    /// Adds a line to the log of the attempt. Of a log with more than 1,000 lines, the first 500 and the last ones are kept, up
    /// to 1 MiB, and a line in between contains the number of omitted ones. The first lines are recorded while the handler runs, the
    /// others when it has ended. Of a line with more than 4,096 characters, the start and the end are kept.
    pub fn log(&self, stream: LogStream, line: impl Into<String>) {
        self.channel.log(LogLine {
            at: self.now(),
            stream,
            line: without_middle(line.into(), MAX_LINE_CHARS),
        });
    }

    /// Returns how many lines of the log are omitted if no further ones are added.
    pub fn omitted_log_lines(&self) -> u64 {
        self.channel.omitted_lines()
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
    async fn only_the_latest_progress_is_kept() {
        let (ctx, signals) = context();
        ctx.progress(0.2, "started").await;
        ctx.progress(7.0, "").await;
        signals.changed().await;
        let latest = signals.take().progress.expect("progress");
        assert_eq!((latest.fraction, latest.message), (1.0, None));
        assert!(signals.take().progress.is_none());
    }

    #[test]
    fn start_and_end_of_a_long_log_are_kept() {
        let (ctx, signals) = context();
        for n in 0..300 {
            ctx.log(LogStream::Log, format!("line {n}"));
        }
        assert_eq!(signals.take().lines.len(), 300);
        for n in 300..2_000 {
            ctx.log(LogStream::Log, format!("line {n}"));
        }
        let rest = signals.take().lines;
        assert_eq!(rest.len(), 200);
        assert_eq!(rest[199].line, "line 499");
        assert!(!signals.is_empty());
        assert_eq!(ctx.omitted_log_lines(), 1_001);
        let end = signals.take_rest().lines;
        assert_eq!(end.len(), 500);
        assert_eq!(end[0].line, "1001 lines omitted");
        assert_eq!(end[1].line, "line 1501");
        assert_eq!(end[499].line, "line 1999");
        assert!(signals.is_empty() && signals.take_rest().lines.is_empty());
    }

    #[test]
    fn thousand_lines_are_kept() {
        let (ctx, signals) = context();
        for n in 0..1_000 {
            ctx.log(LogStream::Log, format!("line {n}"));
        }
        let lines = signals.take_rest().lines;
        let kept = lines.iter().enumerate();
        assert!(
            kept.clone()
                .all(|(n, line)| line.line == format!("line {n}"))
        );
        assert_eq!((kept.len(), ctx.omitted_log_lines()), (1_000, 0));
    }

    #[test]
    fn the_idempotency_token_names_job_and_run() {
        let (ctx, _signals) = context();
        assert_eq!(ctx.idempotency_token(), format!("{}:1", ctx.job_id()));
    }
}
