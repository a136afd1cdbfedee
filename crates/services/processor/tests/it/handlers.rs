//! Handlers that tests steer.

use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobType, LogStream, RawJson};
use odd_testkit::{ManualClock, PATIENCE};
use odd_worker::{Handler, HandlerError, HandlerRegistry, InvalidPayload, JobContext, async_trait};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::timeout;

type Outcome = Result<Option<RawJson>, HandlerError>;

/// Handles `job_type` by a function that does not wait.
pub(crate) struct Quick {
    pub(crate) job_type: &'static str,
    pub(crate) run: fn(&JobContext) -> Outcome,
}

#[async_trait]
impl Handler for Quick {
    fn job_type(&self) -> JobType {
        self.job_type.parse().expect("legal")
    }

    async fn run(&self, ctx: &JobContext) -> Outcome {
        (self.run)(ctx)
    }
}

pub(crate) fn quick(job_type: &'static str, run: fn(&JobContext) -> Outcome) -> HandlerRegistry {
    let mut registry = HandlerRegistry::new();
    registry.register(Quick { job_type, run });
    registry
}

/// Handles `gated`: says that it began, then waits for the test to let it go, or for its job to be cancelled.
/// Its result is the number of its attempt.
#[derive(Clone)]
pub(crate) struct Gated {
    gate: Arc<Semaphore>,
    begun: mpsc::UnboundedSender<u32>,
    running: Arc<watch::Sender<Count>>,
}

#[derive(Default)]
struct Count {
    now: usize,
    most: usize,
}

/// Counts an attempt as running until it ends, however it ends.
struct Running(Arc<watch::Sender<Count>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.send_modify(|count| count.now -= 1);
    }
}

/// The next of the attempts that a [`Gated`] handler begins.
pub(crate) async fn next_begun(attempts: &mut mpsc::UnboundedReceiver<u32>) -> u32 {
    let next = timeout(PATIENCE, attempts.recv()).await;
    next.expect("an attempt begins in time")
        .expect("the handler is there")
}

impl Gated {
    /// The handler, and the numbers of the attempts that it begins.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<u32>) {
        let (begun, attempts) = mpsc::unbounded_channel();
        let gated = Self {
            gate: Arc::new(Semaphore::new(0)),
            begun,
            running: Arc::new(watch::Sender::new(Count::default())),
        };
        (gated, attempts)
    }

    pub(crate) fn registry(&self) -> HandlerRegistry {
        let mut registry = HandlerRegistry::new();
        registry.register(self.clone());
        registry
    }

    /// Lets `count` attempts go on.
    pub(crate) fn open(&self, count: usize) {
        self.gate.add_permits(count);
    }

    /// Waits until this many attempts run.
    pub(crate) async fn until_running(&self, wanted: usize) {
        let mut counts = self.running.subscribe();
        let reached = counts.wait_for(|count| count.now == wanted);
        timeout(PATIENCE, reached)
            .await
            .expect("in time")
            .expect("never closed");
    }

    /// The most attempts that ever ran at the same time.
    pub(crate) fn most(&self) -> usize {
        self.running.borrow().most
    }
}

#[async_trait]
impl Handler for Gated {
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
        let _running = Running(self.running.clone());
        ctx.log(LogStream::Log, "begun");
        ctx.log(LogStream::Stderr, "waiting");
        ctx.progress(0.5, "at the gate").await;
        let _ = self.begun.send(ctx.attempt());
        tokio::select! {
            permit = self.gate.acquire() => permit.expect("never closed").forget(),
            () = ctx.cancellation().cancelled() => return Err(HandlerError::Cancelled),
        }
        Ok(Some(RawJson::from_value(&ctx.attempt().into())))
    }
}

/// Handles `farewell`: waits until it is asked to stop, and says so when it has.
pub(crate) struct Farewell(mpsc::UnboundedSender<&'static str>);

impl Farewell {
    /// The handler alone, and what it says.
    pub(crate) fn registry() -> (HandlerRegistry, mpsc::UnboundedReceiver<&'static str>) {
        let (say, said) = mpsc::unbounded_channel();
        let mut registry = HandlerRegistry::new();
        registry.register(Self(say));
        (registry, said)
    }
}

#[async_trait]
impl Handler for Farewell {
    fn job_type(&self) -> JobType {
        "farewell".parse().expect("legal")
    }

    async fn run(&self, ctx: &JobContext) -> Outcome {
        let _ = self.0.send("begun");
        ctx.cancellation().cancelled().await;
        tokio::task::yield_now().await;
        let _ = self.0.send("stopped");
        Err(HandlerError::Cancelled)
    }
}

/// Handles `slow`: takes so long by `clock` before it first waits that other jobs of its claim grow old.
pub(crate) struct Slow {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) takes: Duration,
}

#[async_trait]
impl Handler for Slow {
    fn job_type(&self) -> JobType {
        "slow".parse().expect("legal")
    }

    async fn run(&self, _: &JobContext) -> Outcome {
        self.clock.advance(self.takes);
        Ok(None)
    }
}
