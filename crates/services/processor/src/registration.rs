use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Clock, ErrorChain, StoreError, WorkQueue, WorkerRecord};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::context::ProcessorContext;
use crate::leases::LeaseTable;

/// Time between two reports. Several of them may fail before the worker counts as gone: `WORKER_LOST_MS` of the core.
const REPORT_EVERY: Duration = Duration::from_secs(5);

/// Registers this worker at the store while it runs: what it handles, how busy it is, and that it is alive. Work does not
/// depend on it.
///
/// It does not keep the [`ProcessorContext`], so that it may outlive the recorder.
pub(crate) struct Registration {
    work: Arc<dyn WorkQueue>,
    clock: Arc<dyn Clock>,
    leases: Arc<LeaseTable>,
    worker: WorkerRecord,
    /// Reports that failed since the last one that succeeded.
    failures: u64,
}

impl Registration {
    pub(crate) fn new(context: &ProcessorContext) -> Self {
        let config = &context.config;
        let types = context.registry.types().filter(|name| {
            let configured = config.types.as_ref();
            configured.is_none_or(|configured| configured.contains(name))
        });
        let now = context.clock.now();
        let worker = WorkerRecord {
            worker_id: context.worker_id.to_string(),
            version: config.info.version.clone(),
            types: Some(types.cloned().collect()),
            queues: None,
            concurrency: u32::try_from(config.concurrency).unwrap_or(u32::MAX),
            busy: 0,
            is_draining: false,
            started_at: now,
            seen_at: now,
        };
        Self {
            work: context.work.clone(),
            clock: context.clock.clone(),
            leases: context.leases.clone(),
            worker,
            failures: 0,
        }
    }

    /// Reports at intervals, and when `draining` is cancelled. Removes the worker when `ended` is cancelled.
    pub(crate) async fn run(mut self, draining: CancellationToken, ended: CancellationToken) {
        while !ended.is_cancelled() {
            self.report(draining.is_cancelled()).await;
            tokio::select! {
                () = sleep(REPORT_EVERY) => {}
                () = draining.cancelled(), if !self.worker.is_draining => {}
                () = ended.cancelled() => {}
            }
        }
        if let Err(error) = self.work.remove_worker(&self.worker.worker_id).await {
            tracing::warn!(error = %ErrorChain(&error), "failed to remove this worker; it will be shown as lost for a day");
        }
    }

    async fn report(&mut self, is_draining: bool) {
        self.worker.is_draining = is_draining;
        self.worker.busy = u32::try_from(self.leases.len()).unwrap_or(u32::MAX);
        self.worker.seen_at = self.clock.now();
        let recorded = self.work.record_worker(self.worker.clone()).await;
        self.log(recorded);
    }

    /// Logs failures ever more rarely: the 1st, 2nd, 4th, 8th and so on.
    fn log(&mut self, recorded: Result<(), StoreError>) {
        match recorded {
            Ok(()) if self.failures > 0 => {
                tracing::info!(
                    failures = self.failures,
                    "the state of this worker is recorded again"
                );
                self.failures = 0;
            }
            Ok(()) => {}
            Err(error) => {
                self.failures += 1;
                if self.failures.is_power_of_two() {
                    tracing::warn!(
                        error = %ErrorChain(&error), failures = self.failures,
                        "failed to record the state of this worker; retrying"
                    );
                }
            }
        }
    }
}
