use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::rejections::Rejections;
use super::retry_notices::RetryNotices;
use super::span_counts::{MAX_WAITING, SpanCounts};

/// Exports spans over OTLP. What the collector does not accept is dropped and counted, with a warning at a limited rate.
#[derive(Debug)]
pub(super) struct BatchExporter {
    otlp: opentelemetry_otlp::SpanExporter,
    endpoint: String,
    counts: SpanCounts,
    rejections: Rejections,
    notices: Mutex<RetryNotices>,
}

impl BatchExporter {
    /// Creates an exporter. `endpoint` is for messages; `otlp` notes `rejections`.
    pub(super) fn new(
        otlp: opentelemetry_otlp::SpanExporter,
        endpoint: String,
        counts: SpanCounts,
        rejections: Rejections,
    ) -> Self {
        Self {
            otlp,
            endpoint,
            counts,
            rejections,
            notices: Mutex::default(),
        }
    }

    /// Counts the spans that were dropped. Returns their number and a message, if there are any.
    fn failure(&self, result: OTelSdkResult, spans: usize) -> Option<(String, u64)> {
        let overflow = self.counts.take_overflow();
        let rejected = self.rejections.take();
        let (error, dropped) = match (result, rejected) {
            (Err(error), _) => (error.to_string(), spans as u64),
            (Ok(()), Some(rejected)) => {
                let error = format!("it rejected spans: {}", rejected.reason);
                (error, rejected.spans)
            }
            (Ok(()), None) if overflow > 0 => (
                format!("it is too slow: {MAX_WAITING} spans were waiting"),
                0,
            ),
            (Ok(()), None) => return None,
        };
        self.counts.add_dropped(dropped);
        Some((error, overflow + dropped))
    }

    /// Counts the spans that were dropped, and logs what an operator should know.
    fn report(&self, result: OTelSdkResult, spans: usize) {
        let endpoint = &self.endpoint;
        let failure = self.failure(result, spans);
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            Some((error, dropped)) => {
                if let Some(dropped) = notices.failed(Instant::now(), dropped) {
                    tracing::warn!(
                        error,
                        endpoint,
                        dropped,
                        "the trace collector did not accept spans; jobs are not affected"
                    );
                }
            }
            None => {
                if let Some(dropped) = notices.succeeded() {
                    tracing::info!(
                        endpoint,
                        dropped,
                        "the trace collector accepts spans again; more were dropped since the last warning"
                    );
                }
            }
        }
    }
}

impl SpanExporter for BatchExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.counts.taken(spans);
        let result = self.otlp.export(batch).await;
        self.report(result, spans);
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.otlp.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}
