//! Handlers that tests control.

use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobType, LogStream, RawJson};
use odd_testkit::{ManualClock, PATIENCE};
use odd_worker::{Handler, HandlerError, HandlerRegistry, InvalidPayload, JobContext, async_trait};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::timeout;

type Outcome = Result<Option<RawJson>, HandlerError>;

/// Runs a function that does not wait.
pub(crate) struct QuickHandler {
    pub(crate) job_type: &'static str,
    pub(crate) run: fn(&JobContext) -> Outcome,
}

#[async_trait]
impl Handler for QuickHandler {
    fn job_type(&self) -> JobType {
        self.job_type.parse().expect("legal")
    }

    async fn run(&self, ctx: &JobContext) -> Outcome {
        (self.run)(ctx)
    }
}

pub(crate) fn quick(job_type: &'static str, run: fn(&JobContext) -> Outcome) -> HandlerRegistry {
    let mut registry = HandlerRegistry::new();
    registry.register(QuickHandler { job_type, run });
    registry
}

/// Handles `gated`: reports that it has started, then waits until the test opens the gate or the job is cancelled. Its result is
/// the number of its attempt.
#[derive(Clone)]
pub(crate) struct GatedHandler {
    gate: Arc<Semaphore>,
    started: mpsc::UnboundedSender<u32>,
    running: Arc<watch::Sender<Count>>,
}

#[derive(Default)]
struct Count {
    now: usize,
    most: usize,
}

/// Counts an attempt as running until dropped.
struct RunningGuard(Arc<watch::Sender<Count>>);

impl Drop for RunningGuard {
    fn drop(&mut self) {
        self.0.send_modify(|count| count.now -= 1);
    }
}

/// Returns the number of the next attempt that a [`GatedHandler`] handler starts.
pub(crate) async fn next_started(attempts: &mut mpsc::UnboundedReceiver<u32>) -> u32 {
    let next = timeout(PATIENCE, attempts.recv()).await;
    next.expect("an attempt starts in time")
        .expect("the handler exists")
}

impl GatedHandler {
    /// Creates a handler, and a channel with the numbers of the attempts that it starts.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<u32>) {
        let (started, attempts) = mpsc::unbounded_channel();
        let gated = Self {
            gate: Arc::new(Semaphore::new(0)),
            started,
            running: Arc::new(watch::Sender::new(Count::default())),
        };
        (gated, attempts)
    }

    pub(crate) fn registry(&self) -> HandlerRegistry {
        let mut registry = HandlerRegistry::new();
        registry.register(self.clone());
        registry
    }

    /// Lets `count` attempts continue.
    pub(crate) fn open(&self, count: usize) {
        self.gate.add_permits(count);
    }

    /// Waits until this many attempts run.
    pub(crate) async fn until_running(&self, expected: usize) {
        let mut counts = self.running.subscribe();
        let reached = counts.wait_for(|count| count.now == expected);
        timeout(PATIENCE, reached)
            .await
            .expect("in time")
            .expect("never closed");
    }

    /// Returns the largest number of attempts that ran at the same time.
    pub(crate) fn most(&self) -> usize {
        self.running.borrow().most
    }
}

#[async_trait]
impl Handler for GatedHandler {
    fn job_type(&self) -> JobType {
        "gated".parse().expect("legal")
    }

    fn validate(&self, payload: Option<&str>) -> Result<(), InvalidPayload> {
        match payload {
            Some(r#""bad""#) => Err(InvalidPayload::at("", "must not be bad")),
            _ => Ok(()),
        }
    }

    async fn run(&self, ctx: &JobContext) -> Outcome {
        self.running.send_modify(|count| {
            count.now += 1;
            count.most = count.most.max(count.now);
        });
        let _running = RunningGuard(self.running.clone());
        ctx.log(LogStream::Log, "started");
        ctx.log(LogStream::Stderr, "waiting");
        ctx.progress(0.5, "at the gate").await;
        let _ = self.started.send(ctx.attempt());
        tokio::select! {
            permit = self.gate.acquire() => permit.expect("never closed").forget(),
            () = ctx.cancellation().cancelled() => return Err(HandlerError::Cancelled),
        }
        Ok(Some(RawJson::from_value(&ctx.attempt().into())))
    }
}

/// Handles `stopping`: waits until it is asked to stop, and reports when it has stopped.
pub(crate) struct StoppingHandler(mpsc::UnboundedSender<&'static str>);

impl StoppingHandler {
    /// Returns a registry with the handler, and a channel with its reports.
    pub(crate) fn registry() -> (HandlerRegistry, mpsc::UnboundedReceiver<&'static str>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut registry = HandlerRegistry::new();
        registry.register(Self(sender));
        (registry, receiver)
    }
}

#[async_trait]
impl Handler for StoppingHandler {
    fn job_type(&self) -> JobType {
        "stopping".parse().expect("legal")
    }

    async fn run(&self, ctx: &JobContext) -> Outcome {
        let _ = self.0.send("started");
        ctx.cancellation().cancelled().await;
        tokio::task::yield_now().await;
        let _ = self.0.send("stopped");
        Err(HandlerError::Cancelled)
    }
}

/// Handles `slow`: advances `clock` without waiting, so that the leases of other jobs in its claim are about to expire.
pub(crate) struct SlowHandler {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) duration: Duration,
}

#[async_trait]
impl Handler for SlowHandler {
    fn job_type(&self) -> JobType {
        "slow".parse().expect("legal")
    }

    async fn run(&self, _: &JobContext) -> Outcome {
        self.clock.advance(self.duration);
        Ok(None)
    }
}
