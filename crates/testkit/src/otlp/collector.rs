use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use super::recorded_span::RecordedSpan;
use crate::PATIENCE;

/// A collector that listens until dropped, on a thread of its own: tests may block while they wait for it.
#[derive(Debug)]
pub struct OtlpCollector {
    address: SocketAddr,
    received: watch::Receiver<Received>,
    runtime: Option<Runtime>,
}

/// What the collector has received.
#[derive(Debug, Default)]
struct Received {
    spans: Vec<RecordedSpan>,
    /// Headers of the last export.
    headers: Vec<(String, String)>,
    /// Requests that were not exports of traces in protobuf.
    rejected: usize,
}

impl OtlpCollector {
    /// Starts a collector on a free port.
    ///
    /// # Panics
    /// If there is no free port or no thread.
    pub fn start() -> Self {
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a thread");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        listener.set_nonblocking(true).expect("a socket");
        let (sender, received) = watch::channel(Received::default());
        runtime.spawn(serve(listener, Arc::new(sender)));
        Self {
            address,
            received,
            runtime: Some(runtime),
        }
    }

    /// Returns the base URL for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the spans that were received so far.
    pub fn spans(&self) -> Vec<RecordedSpan> {
        self.received.borrow().spans.clone()
    }

    /// Returns a header of the last export.
    pub fn header(&self, name: &str) -> Option<String> {
        let received = self.received.borrow();
        let mut headers = received.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    }

    /// Waits until `is_enough` accepts the spans, and returns them.
    ///
    /// # Panics
    /// If that takes too long, or something else than traces was received.
    pub async fn wait_for(&self, is_enough: impl Fn(&[RecordedSpan]) -> bool) -> Vec<RecordedSpan> {
        let mut received = self.received.clone();
        let waiting = received.wait_for(|received| is_enough(&received.spans));
        let Ok(result) = tokio::time::timeout(PATIENCE, waiting).await else {
            panic!("the expected spans did not arrive: {:#?}", self.spans());
        };
        drop(result.expect("the collector runs"));
        assert_eq!(self.received.borrow().rejected, 0, "only traces are sent");
        self.spans()
    }

    /// Does the same as [`wait_for`](Self::wait_for), for tests without a runtime.
    ///
    /// # Panics
    /// As `wait_for`.
    pub fn block_for(&self, is_enough: impl Fn(&[RecordedSpan]) -> bool) -> Vec<RecordedSpan> {
        let runtime = self.runtime.as_ref().expect("until it is dropped");
        runtime.block_on(self.wait_for(is_enough))
    }
}

impl Drop for OtlpCollector {
    fn drop(&mut self) {
        // Dropping a runtime waits, which an async test must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn serve(listener: std::net::TcpListener, received: Arc<watch::Sender<Received>>) {
    let listener = TcpListener::from_std(listener).expect("a socket");
    while let Ok((stream, _)) = listener.accept().await {
        let received = received.clone();
        let service = service_fn(move |request| receive(request, received.clone()));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

/// Answers one export, as the OTLP specification says: an empty `ExportTraceServiceResponse`.
async fn receive(
    request: Request<Incoming>,
    received: Arc<watch::Sender<Received>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let is_export = parts.method == Method::POST
        && parts.uri.path() == "/v1/traces"
        && parts
            .headers
            .get("content-type")
            .is_some_and(|kind| kind == "application/x-protobuf");
    let body = body.collect().await.map(|body| body.to_bytes());
    let export = body
        .ok()
        .and_then(|body| ExportTraceServiceRequest::decode(body).ok());
    let mut response = Response::new(Full::default());
    match export.filter(|_| is_export) {
        Some(export) => received.send_modify(|received| {
            received.spans.extend(RecordedSpan::all_of(export));
            let headers = parts.headers.iter();
            let text = |value: &hyper::header::HeaderValue| {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            received.headers = headers
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect();
        }),
        None => {
            received.send_modify(|received| received.rejected += 1);
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
    }
    Ok(response)
}
