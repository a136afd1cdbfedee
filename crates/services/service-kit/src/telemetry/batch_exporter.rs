use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use super::retry_notices::RetryNotices;

/// Exports spans over OTLP. What the collector does not accept is dropped, with a warning at a limited rate.
#[derive(Debug)]
pub(super) struct BatchExporter {
    otlp: opentelemetry_otlp::SpanExporter,
    endpoint: String,
    notices: Mutex<RetryNotices>,
}

impl BatchExporter {
    /// Creates an exporter. `endpoint` is for messages.
    pub(super) fn new(otlp: opentelemetry_otlp::SpanExporter, endpoint: String) -> Self {
        Self {
            otlp,
            endpoint,
            notices: Mutex::default(),
        }
    }

    fn report(&self, result: OTelSdkResult, spans: usize) {
        let endpoint = &self.endpoint;
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(()) if notices.succeeded() => {
                tracing::info!(endpoint, "the trace collector accepts spans again");
            }
            Ok(()) => {}
            Err(error) => {
                if let Some(dropped) = notices.failed(Instant::now(), spans) {
                    tracing::warn!(%error, endpoint, dropped, "the trace collector did not accept spans; jobs are not affected");
                }
            }
        }
    }
}

impl SpanExporter for BatchExporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
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
