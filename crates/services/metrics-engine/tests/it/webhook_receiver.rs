use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use odd_testkit::PATIENCE;
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

pub(crate) const SECRET: &[u8] = b"0123456789abcdef";

/// A receiver of notifications that checks their signatures.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::Receiver<Value>,
}

impl Receiver {
    /// Starts a receiver that answers the first notifications with `failures`, and confirms the others.
    pub(crate) async fn start(failures: &[StatusCode]) -> Self {
        let (sender, received) = mpsc::channel(100);
        let failures: Vec<StatusCode> = failures.to_vec();
        let answered = Arc::new(AtomicUsize::new(0));
        let receive = move |headers: HeaderMap, body: Bytes| async move {
            let mut message: Value = serde_json::from_slice(&body).expect("JSON");
            assert!(is_signed(&headers, &body));
            assert_eq!(
                headers["x-odd-notification-id"],
                message["id"].as_str().expect("an id")
            );
            let number = answered.fetch_add(1, Ordering::Relaxed);
            let status = failures.get(number).copied();
            let status = status.unwrap_or(StatusCode::NO_CONTENT);
            message["answer"] = status.as_u16().into();
            sender.send(message).await.expect("the test waits");
            status
        };
        let router = Router::new().route("/hook", post(receive));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, received }
    }

    /// Returns the next notification.
    pub(crate) async fn next(&mut self) -> Value {
        let received = tokio::time::timeout(PATIENCE, self.received.recv()).await;
        received.expect("in time").expect("the receiver runs")
    }
}

/// Verifies the signature as the documentation describes it.
fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("a key");
    mac.update(headers["x-odd-timestamp"].as_bytes());
    mac.update(b".");
    mac.update(body);
    let expected: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    headers["x-odd-signature"] == format!("v1={expected}")
}
