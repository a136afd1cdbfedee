use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{ErrorChain, JobReader};
use tokio::time::{Instant, sleep};

use crate::metrics::EngineMetrics;

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Multiples of its duration after which a count is repeated: counting takes longer with more dead letters, and must not
/// keep the store busy.
const PAUSE_FACTOR: u32 = 100;

/// Updates the gauge of dead letters.
pub(crate) struct DeadLetterGauge {
    pub(crate) reader: Arc<dyn JobReader>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

impl DeadLetterGauge {
    /// Runs until dropped.
    pub(crate) async fn run(self) {
        loop {
            let began = Instant::now();
            match self.reader.count_dead_letters().await {
                Ok(jobs) => self.metrics.set_dead_letters(jobs),
                Err(error) => {
                    tracing::warn!(error = %ErrorChain(&error), "failed to count dead letters; retrying");
                }
            }
            sleep(MEASURE_EVERY.max(began.elapsed() * PAUSE_FACTOR)).await;
        }
    }
}
