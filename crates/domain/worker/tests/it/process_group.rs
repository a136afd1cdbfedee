use std::sync::Arc;
use std::time::{Duration, Instant};

use odd_contracts::RawJson;
use odd_worker::{CancellationToken, HandlerError, JobContext, JobSignals};
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::JoinHandle;

use crate::process_run::{allowing_with_grace, script};

const PATIENCE: Duration = Duration::from_secs(20);

/// A grace period that no test exceeds.
const LONG_GRACE_MS: u64 = 10_000;
const SHORT_GRACE_MS: u64 = 300;

/// An attempt that runs a script.
struct Attempt {
    task: JoinHandle<Result<Option<RawJson>, HandlerError>>,
    signals: JobSignals,
    token: CancellationToken,
}

impl Attempt {
    fn start(text: &str, grace_ms: u64) -> Self {
        let trial = allowing_with_grace(&["sh=/bin/sh"], grace_ms);
        let (ctx, signals) = JobContext::new(trial.parts(&script(text)));
        let token = ctx.cancellation().clone();
        let handler = Arc::clone(trial.handler());
        let task = tokio::spawn(async move { handler.run(&ctx).await });
        Self {
            task,
            signals,
            token,
        }
    }

    /// Returns the lines printed since the last call, at least one.
    async fn lines(&self) -> Vec<String> {
        let first_lines = async {
            loop {
                let lines = self.signals.take().lines;
                if !lines.is_empty() {
                    return lines.into_iter().map(|line| line.line).collect();
                }
                self.signals.changed().await;
            }
        };
        tokio::time::timeout(PATIENCE, first_lines)
            .await
            .expect("prints")
    }

    /// Returns the process id that is printed next.
    async fn pid(&self) -> i32 {
        self.lines().await[0].parse().expect("a process id")
    }

    async fn outcome(self) -> Result<Option<RawJson>, HandlerError> {
        let ended = tokio::time::timeout(PATIENCE, self.task).await;
        ended.expect("ends in time").expect("does not panic")
    }
}

fn runs(pid: i32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    // A zombie has ended, although it was not waited for yet.
    !stat
        .rsplit_once(") ")
        .is_some_and(|(_, rest)| rest.starts_with('Z'))
}

async fn ends(pid: i32) {
    for _ in 0..400 {
        if !runs(pid) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("process {pid} still runs");
}

/// Prints the id of a background process and waits for it.
const FAMILY: &str = "sleep 1000 & echo $!; wait";

#[tokio::test]
async fn cancellation_ends_the_whole_group() {
    let attempt = Attempt::start(FAMILY, LONG_GRACE_MS);
    let pid = attempt.pid().await;
    assert!(runs(pid));
    attempt.token.cancel();
    assert_eq!(attempt.outcome().await, Err(HandlerError::Cancelled));
    ends(pid).await;
}

#[tokio::test]
async fn cancelled_program_can_clean_up() {
    let text = "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.02; done";
    let attempt = Attempt::start(text, LONG_GRACE_MS);
    assert_eq!(attempt.lines().await, ["ready"]);
    attempt.token.cancel();
    let signals = attempt.signals.clone();
    assert_eq!(attempt.outcome().await, Err(HandlerError::Cancelled));
    let lines = signals.take().lines;
    assert!(lines.iter().any(|line| line.line == "bye"), "{lines:?}");
}

#[tokio::test]
async fn program_that_ignores_sigterm_is_killed_after_the_grace_period() {
    let attempt = Attempt::start(
        "trap '' TERM; echo $$; while :; do sleep 0.02; done",
        SHORT_GRACE_MS,
    );
    let pid = attempt.pid().await;
    let begun = Instant::now();
    attempt.token.cancel();
    assert_eq!(attempt.outcome().await, Err(HandlerError::Cancelled));
    assert!(begun.elapsed() >= Duration::from_millis(SHORT_GRACE_MS));
    assert!(!runs(pid));
}

#[tokio::test]
async fn dropped_attempt_ends_the_whole_group() {
    for text in [
        FAMILY,
        "trap '' TERM; echo $$; while :; do sleep 0.02; done",
    ] {
        let attempt = Attempt::start(text, SHORT_GRACE_MS);
        let pid = attempt.pid().await;
        assert!(runs(pid));
        attempt.task.abort();
        assert!(attempt.task.await.expect_err("was dropped").is_cancelled());
        ends(pid).await;
    }
}

#[tokio::test]
async fn program_of_a_dropped_attempt_gets_its_grace_period() {
    let directory = tempfile::tempdir().expect("a directory");
    let farewell = directory.path().join("farewell");
    let text = format!(
        "trap 'echo bye > {}; exit 0' TERM; echo $$; while :; do sleep 0.02; done",
        farewell.display()
    );
    let attempt = Attempt::start(&text, LONG_GRACE_MS);
    let pid = attempt.pid().await;
    attempt.task.abort();
    ends(pid).await;
    let written = std::fs::read_to_string(farewell).expect("was written");
    assert_eq!(written, "bye\n");
}

#[test]
fn programs_end_with_the_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let pid = runtime.block_on(async {
        let attempt = Attempt::start(
            "trap '' TERM; echo $$; while :; do sleep 0.02; done",
            SHORT_GRACE_MS,
        );
        attempt.pid().await
    });
    assert!(runs(pid));
    drop(runtime);
    let waiting = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    waiting.expect("a runtime").block_on(ends(pid));
}

#[tokio::test]
async fn background_processes_end_with_their_program() {
    let attempt = Attempt::start("sleep 1000 & echo $!", SHORT_GRACE_MS);
    let pid = attempt.pid().await;
    assert!(attempt.outcome().await.is_ok());
    ends(pid).await;
}

#[tokio::test]
async fn daemon_that_keeps_the_output_open_does_not_block() {
    let attempt = Attempt::start("setsid sleep 1000 & echo $!; sleep 0.2", SHORT_GRACE_MS);
    let pid = attempt.pid().await;
    let outcome = attempt.outcome().await;
    let daemon = Pid::from_raw(pid).expect("not zero");
    kill_process(daemon, Signal::KILL).expect("has left the group, so it still runs");
    assert!(outcome.is_ok(), "{outcome:?}");
}
