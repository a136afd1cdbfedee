//! `process.run {program, args, env, cwd, stdin}`: runs a program that the configuration allows.
//!
//! The program is started without a shell, as the leader of its own process group, in the given directory or else in the
//! directory for temporary files. Its environment contains `PATH` from the configuration, `ODD_JOB_ID`, `ODD_ATTEMPT`,
//! `ODD_IDEMPOTENCY_TOKEN`, and what the payload adds, but none of the worker's own variables.
//!
//! Every line of output becomes a log line of the job, as far as the bounds of the log permit; text after a carriage return
//! replaces the line. The last 64 KiB of each stream are part of the result. An exit code other than 0 is a failure, whose
//! message contains the end of stderr, or of stdout if stderr is empty. When the program ends, the processes that it left running in its group are killed. When the job
//! is cancelled or times out, the group receives SIGTERM, and SIGKILL after a grace period. Processes that leave the group, as
//! daemons do, cannot be stopped.

mod capture;
mod config;
mod current_line;
mod group;
mod not_started;
mod payload;
mod running_program;

use std::pin::{Pin, pin};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{JobType, RawJson};
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStdin, Command};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use config::{AllowedProgram, InvalidProgram, ProcessRunConfig};

use crate::built_in::values::{as_result, job_type};
use crate::{Handler, HandlerError, InvalidPayload, JobContext};
use capture::{Capture, Output};
use not_started::not_started;
use payload::Invocation;
use running_program::RunningProgram;

/// How long output is still read after the program has ended: only a process that left the group can keep the pipe open.
const DRAIN: Duration = Duration::from_millis(500);

/// The handler of `process.run`.
pub struct ProcessRun {
    config: ProcessRunConfig,
    /// Programs that may still be started.
    free: Semaphore,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    exit_code: i32,
    stdout: String,
    stderr: String,
    stdout_truncated: bool,
    stderr_truncated: bool,
    /// Bytes before those that `stdout` contains.
    stdout_omitted_bytes: u64,
    /// Bytes before those that `stderr` contains.
    stderr_omitted_bytes: u64,
    /// Lines of the job's log that were omitted.
    omitted_log_lines: u64,
    duration_ms: u64,
}

impl ProcessRun {
    /// Creates a handler that runs the programs in `config`.
    pub fn new(config: ProcessRunConfig) -> Self {
        let max_running = config.max_running.unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            config,
            free: Semaphore::new(max_running.min(Semaphore::MAX_PERMITS)),
        }
    }

    fn command(&self, invocation: &Invocation, ctx: &JobContext) -> Command {
        let mut command = Command::new(&invocation.program);
        command
            .args(&invocation.args)
            .env_clear()
            .env("PATH", &self.config.path)
            .env("ODD_JOB_ID", ctx.job_id().to_string())
            .env("ODD_ATTEMPT", ctx.attempt().to_string())
            .env("ODD_IDEMPOTENCY_TOKEN", ctx.idempotency_token())
            .envs(&invocation.env)
            .stdin(match invocation.stdin {
                Some(_) => Stdio::piped(),
                None => Stdio::null(),
            });
        match &invocation.cwd {
            Some(cwd) => command.current_dir(cwd),
            None => command.current_dir(std::env::temp_dir()),
        };
        command
    }
}

#[async_trait]
impl Handler for ProcessRun {
    fn job_type(&self) -> JobType {
        job_type("process.run")
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        payload::read(payload, &self.config).map(drop)
    }

    async fn run(&self, ctx: &JobContext) -> Result<Option<RawJson>, HandlerError> {
        let invocation = payload::read(ctx.raw_payload().map(RawJson::get), &self.config)?;
        let _running = self
            .free
            .try_acquire()
            .map_err(|_| HandlerError::Overloaded {
                message: format!(
                    "{} programs run already, as many as the limit of open files permits",
                    self.config.max_running.unwrap_or_default()
                ),
            })?;
        let started = Instant::now();
        let command = self.command(&invocation, ctx);
        let grace = Duration::from_millis(self.config.grace_ms);
        let mut running = RunningProgram::start(command, grace, self.config.open_files)
            .map_err(|error| not_started(&invocation, &error))?;

        let mut output = Output::new(ctx);
        let ended = communicate(
            &mut running,
            invocation.stdin,
            [&mut output.stdout, &mut output.stderr],
            ctx,
        )
        .await;
        output.finish();
        let status = ended?;
        let Output { stdout, stderr, .. } = &output;
        match status.code() {
            Some(0) => Ok(as_result(&Outcome {
                exit_code: 0,
                stdout: stdout.tail(),
                stderr: stderr.tail(),
                stdout_truncated: stdout.is_truncated(),
                stderr_truncated: stderr.is_truncated(),
                stdout_omitted_bytes: stdout.omitted_bytes(),
                stderr_omitted_bytes: stderr.omitted_bytes(),
                omitted_log_lines: ctx.omitted_log_lines(),
                duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            })),
            _ => Err(failure(status, &output.report())),
        }
    }
}

/// Writes the input and reads the output of the program until it has ended by itself or on cancellation.
async fn communicate(
    running: &mut RunningProgram,
    input: Option<String>,
    [stdout, stderr]: [&mut Capture; 2],
    ctx: &JobContext,
) -> Result<ExitStatus, HandlerError> {
    let RunningProgram { process, pipes, .. } = running;
    let streams = async {
        tokio::join!(
            feed(pipes.stdin.take(), input),
            stdout.pump(&mut pipes.stdout, ctx),
            stderr.pump(&mut pipes.stderr, ctx),
        );
    };
    let mut streams = Streams {
        transfer: pin!(streams),
        are_open: true,
    };
    let ended = streams
        .during(async {
            tokio::select! {
                status = process.wait() => Some(status),
                () = ctx.cancellation().cancelled() => None,
            }
        })
        .await;
    let result = match ended {
        Some(status) => status.map_err(|error| {
            HandlerError::failed(format_args!("failed to wait for the program: {error}"))
        }),
        None => {
            // The exit status of a cancelled job does not matter.
            let _ = streams.during(process.stop()).await;
            Err(HandlerError::Cancelled)
        }
    };
    streams.drain().await;
    result
}

/// The transfer of the program's input and output. It must continue while something else is awaited: a full pipe blocks the
/// program.
struct Streams<'a, F> {
    transfer: Pin<&'a mut F>,
    are_open: bool,
}

impl<F: Future<Output = ()>> Streams<'_, F> {
    async fn during<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            tokio::select! {
                output = &mut other => return output,
                () = &mut self.transfer, if self.are_open => self.are_open = false,
            }
        }
    }

    async fn drain(self) {
        if self.are_open {
            // A process that left the group may keep the pipe open; its output is not part of the job.
            let _ = tokio::time::timeout(DRAIN, self.transfer).await;
        }
    }
}

async fn feed(stdin: Option<ChildStdin>, input: Option<String>) {
    if let (Some(mut stdin), Some(input)) = (stdin, input) {
        // A program may end without reading all its input.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
}

fn failure(status: ExitStatus, report: &str) -> HandlerError {
    let end = match status.code() {
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    };
    HandlerError::failed(format_args!("the program ended with {end}{report}"))
}
