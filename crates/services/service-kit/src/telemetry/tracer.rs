use std::sync::Arc;
use std::time::Duration;

use odd_contracts::TraceContext;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, IdGenerator as _, RandomIdGenerator, SpanProcessor as _,
};

use super::attributes::{
    SCHEMA_URL, SERVICE_INSTANCE_ID, SERVICE_NAME, SERVICE_NAMESPACE, SERVICE_VERSION, SYSTEM,
};
use super::batch_exporter::BatchExporter;
use super::otlp::{TraceConfig, TracerError, exporter};
use super::rejections::Rejections;
use super::sampler::TraceSampler;
use super::span::Span;
use super::span_counts::{MAX_WAITING, SpanCounts};
use crate::ServiceInfo;

/// Most spans of one export.
const MAX_BATCH: usize = 2_048;

/// Longest time until a span is exported.
const EXPORT_EVERY: Duration = Duration::from_secs(1);

/// Records spans of one role. Cheap to clone. The default one records nothing.
#[derive(Debug, Clone, Default)]
pub struct Tracer(Option<Arc<Recorder>>);

#[derive(Debug)]
struct Recorder {
    processor: BatchSpanProcessor,
    counts: SpanCounts,
    sampler: TraceSampler,
    scope: InstrumentationScope,
    ids: RandomIdGenerator,
}

impl Tracer {
    /// Starts the tracer of a role. Must be called on a Tokio runtime, which carries the exports.
    ///
    /// # Errors
    /// If the endpoint is not a URL, or there is no HTTP client. Whether a collector answers does not matter.
    pub fn start(config: &TraceConfig, info: &ServiceInfo) -> Result<Self, TracerError> {
        let counts = SpanCounts::default();
        let rejections = Rejections::default();
        let exporter = BatchExporter::new(
            exporter(config, rejections.clone())?,
            config.origin()?,
            counts.clone(),
            rejections,
        );
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MAX_WAITING)
            .with_max_export_batch_size(MAX_BATCH)
            .with_scheduled_delay(EXPORT_EVERY)
            .build();
        let mut processor = BatchSpanProcessor::new(exporter, batches);
        processor.set_resource(&resource(info));
        let scope = InstrumentationScope::builder(SYSTEM)
            .with_version(env!("CARGO_PKG_VERSION"))
            .with_schema_url(SCHEMA_URL)
            .build();
        Ok(Self(Some(Arc::new(Recorder {
            processor,
            counts,
            sampler: config.sampler.clone(),
            scope,
            ids: RandomIdGenerator::default(),
        }))))
    }

    /// Returns `true` if spans are recorded.
    pub const fn is_enabled(&self) -> bool {
        self.0.is_some()
    }

    /// Decides whether a request is recorded, and returns its span then. `parent` is the span that sent the request.
    pub fn sample(&self, parent: Option<TraceContext>) -> Option<TraceContext> {
        let recorder = self.0.as_ref()?;
        let trace_id = parent.map_or_else(
            || recorder.ids.new_trace_id().to_bytes(),
            |parent| parent.trace_id(),
        );
        let is_sampled = recorder.sampler.is_sampled(trace_id, parent);
        is_sampled.then(|| recorder.span_in(trace_id)).flatten()
    }

    /// Returns a new span in the trace of `parent`, if spans are recorded.
    pub fn child_of(&self, parent: TraceContext) -> Option<TraceContext> {
        self.0.as_ref()?.span_in(parent.trace_id())
    }

    /// Records a span. Never waits: if too many spans wait for their export, it is dropped and counted.
    pub fn record(&self, span: Span) {
        if let Some(recorder) = &self.0
            && recorder.counts.admit()
        {
            let data = span.into_data(recorder.scope.clone());
            recorder.processor.on_end(data);
        }
    }

    /// Returns how many spans were dropped since the start.
    pub fn dropped_spans(&self) -> u64 {
        let recorder = self.0.as_ref();
        recorder.map_or(0, |recorder| recorder.counts.dropped())
    }

    /// Exports the spans that wait, for at most `limit`, and stops.
    pub async fn shutdown(&self, limit: Duration) {
        let Some(recorder) = self.0.clone() else {
            return;
        };
        let counts = recorder.counts.clone();
        let stopping =
            tokio::task::spawn_blocking(move || recorder.processor.shutdown_with_timeout(limit));
        match tokio::time::timeout(limit, stopping).await {
            Ok(Ok(Ok(()))) => {}
            _ => {
                let waiting = counts.waiting();
                tracing::warn!(waiting, "the last spans were not exported within {limit:?}");
            }
        }
    }
}

impl Recorder {
    fn span_in(&self, trace_id: [u8; 16]) -> Option<TraceContext> {
        TraceContext::sampled(trace_id, self.ids.new_span_id().to_bytes())
    }
}

/// Describes a role, with the attributes that `OTEL_RESOURCE_ATTRIBUTES` adds.
fn resource(info: &ServiceInfo) -> Resource {
    let attributes = [
        KeyValue::new(SERVICE_NAME, info.service),
        KeyValue::new(SERVICE_NAMESPACE, SYSTEM),
        KeyValue::new(SERVICE_VERSION, info.version.clone()),
        KeyValue::new(SERVICE_INSTANCE_ID, info.instance_id.clone()),
    ];
    Resource::builder()
        .with_schema_url([], SCHEMA_URL)
        // Last, because these override what the environment says.
        .with_attributes(attributes)
        .build()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use axum::Router;
    use axum::extract::State;
    use axum::http::HeaderMap;
    use axum::http::header::AUTHORIZATION;
    use axum::routing::post;
    use opentelemetry::trace::SpanKind;
    use opentelemetry_proto::tonic::collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceResponse,
    };
    use prost::Message as _;
    use tokio::sync::mpsc;

    use super::*;
    use crate::telemetry::{TraceHeaders, TraceSampler};

    /// Starts a collector that rejects three spans of every export, and returns the `Authorization` headers that it receives.
    async fn rejecting_collector() -> (String, mpsc::UnboundedReceiver<Option<String>>) {
        let (sender, received) = mpsc::unbounded_channel();
        let answer = async |State(sender): State<mpsc::UnboundedSender<_>>, headers: HeaderMap| {
            let header = headers.get(AUTHORIZATION);
            let header = header.and_then(|header| header.to_str().ok().map(str::to_owned));
            sender.send(header).expect("the test runs");
            let partial_success = Some(ExportTracePartialSuccess {
                rejected_spans: 3,
                error_message: "too old".to_owned(),
            });
            ExportTraceServiceResponse { partial_success }.encode_to_vec()
        };
        let router = Router::new().route("/v1/traces", post(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let serving = axum::serve(listener, router.with_state(sender));
        tokio::spawn(serving.into_future());
        (address.to_string(), received)
    }

    /// Records five spans and exports them. Returns how many were dropped.
    async fn dropped_by(endpoint: String, headers: &[&str]) -> u64 {
        let config = TraceConfig {
            endpoint,
            headers: TraceHeaders::parse(headers.iter().copied()).expect("valid"),
            sampler: TraceSampler::default(),
        };
        let tracer = Tracer::start(&config, &ServiceInfo::new("gateway", "1.0.0", "unknown"))
            .expect("started");
        for number in 1..=5 {
            let context = TraceContext::sampled([1; 16], [number; 8]).expect("valid");
            let now = SystemTime::now();
            tracer.record(Span::new(context, SpanKind::Internal, "work", now));
        }
        tracer.shutdown(Duration::from_secs(10)).await;
        tracer.dropped_spans()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn spans_that_the_collector_rejects_count_as_dropped() {
        let (address, _received) = rejecting_collector().await;
        assert_eq!(dropped_by(format!("http://{address}"), &[]).await, 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn credentials_of_the_endpoint_are_sent_unless_a_header_replaces_them() {
        let (address, mut received) = rejecting_collector().await;
        let endpoint = format!("http://user:pass%20word@{address}");
        for (headers, expected) in [
            (&[][..], "Basic dXNlcjpwYXNzIHdvcmQ="),
            (&["authorization=Bearer%20token"], "Bearer token"),
        ] {
            dropped_by(endpoint.clone(), headers).await;
            let header = received.recv().await.expect("an export");
            assert_eq!(header.as_deref(), Some(expected));
        }
    }
}
