use std::sync::Arc;

use odd_core::ports::{ErrorChain, JobReader};

use crate::costly::repeat_costly;
use crate::metrics::EngineMetrics;

/// Updates the gauge of dead letters.
pub(crate) struct DeadLetterGauge {
    pub(crate) reader: Arc<dyn JobReader>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

impl DeadLetterGauge {
    /// Runs until dropped.
    pub(crate) async fn run(self) {
        repeat_costly(|| self.measure()).await;
    }

    /// Returns `false` if the dead letters cannot be counted.
    async fn measure(&self) -> bool {
        match self.reader.count_dead_letters().await {
            Ok(jobs) => self.metrics.dead_letters.set(jobs),
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to count dead letters; retrying");
                self.metrics.dead_letters.failed();
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use odd_service_kit::{Metrics, ServiceInfo};
    use odd_testkit::sqlite_store;

    use super::*;

    #[tokio::test]
    async fn dead_letters_have_no_gauge_before_they_are_counted() {
        let mut rendered = Metrics::new(&ServiceInfo::new("metrics-engine", "1.2.3", "abc"));
        let store = sqlite_store();
        let gauge = DeadLetterGauge {
            reader: store.reader.clone(),
            metrics: Arc::new(EngineMetrics::register(&mut rendered)),
        };
        let sample = "observatory_dead_letters{service=\"metrics-engine\"} 0";
        let is_exported = || rendered.render().lines().any(|line| line == sample);
        assert!(!is_exported());
        assert!(gauge.measure().await);
        assert!(is_exported());
    }
}
