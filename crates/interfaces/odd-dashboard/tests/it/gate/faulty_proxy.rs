use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use reqwest::StatusCode;

/// Replaces the body of an answer: `None` leaves it as it is. The argument is the method and the path with its query.
type Fault = dyn Fn(&str, &str) -> Option<String> + Send + Sync;

/// Forwards requests to a role, and changes some of its answers.
pub(crate) struct FaultyProxy {
    url: String,
    /// Ends the server when it is dropped.
    _runtime: tokio::runtime::Runtime,
}

impl FaultyProxy {
    /// Starts a proxy in front of `role`, whose answers `fault` may replace.
    pub(crate) fn start(
        role: &str,
        fault: impl Fn(&str, &str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let (role, fault): (_, Arc<Fault>) = (role.to_owned(), Arc::new(fault));
        // Another test of the process may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy();
        let client = client.build().expect("a client");
        let forward = move |request| forward(client.clone(), role.clone(), fault.clone(), request);
        let router = Router::new().fallback(forward);
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

async fn forward(
    client: reqwest::Client,
    role: String,
    fault: Arc<Fault>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().expect("a path").to_string();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let mut forwarded = client.request(parts.method.clone(), format!("{role}{target}"));
    if let Some(media_type) = parts.headers.get("content-type") {
        forwarded = forwarded.header("content-type", media_type);
    }
    let Ok(answer) = forwarded.body(bytes).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let mut response = Response::builder().status(answer.status());
    if let Some(location) = answer.headers().get("location") {
        response = response.header("location", location);
    }
    let body = answer.text().await.expect("text");
    let changed = fault(&format!("{} {target}", parts.method), &body);
    response
        .body(Body::from(changed.unwrap_or(body)))
        .expect("a response")
}
