use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use odd_contracts::Timestamp;
use odd_core::{Clock as _, SystemClock};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

pub(super) const SECRET: &str = "0123456789abcdef";

const PATIENCE: Duration = Duration::from_secs(60);

type Received = Arc<(Mutex<Vec<(Timestamp, Value)>>, Condvar)>;

/// A receiver of notifications that notes when each of them arrives.
pub(super) struct Receiver {
    url: String,
    received: Received,
    _runtime: Runtime,
}

impl Receiver {
    pub(super) fn start() -> Self {
        let runtime = Runtime::new().expect("threads");
        let received = Received::default();
        let sink = Arc::clone(&received);
        let receive = move |body: Bytes| async move {
            let message = serde_json::from_slice(&body).expect("JSON");
            let (messages, has_arrived) = &*sink;
            messages
                .lock()
                .expect("whole")
                .push((SystemClock.now(), message));
            has_arrived.notify_all();
            StatusCode::NO_CONTENT
        };
        let router = Router::new().route("/hook", post(receive));
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            received,
            _runtime: runtime,
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Waits for the notification of an alert in this state. Returns when it arrived.
    pub(super) fn wait_for(&self, name: &str, state: &str) -> (Timestamp, Value) {
        let (messages, has_arrived) = &*self.received;
        let find = |messages: &Vec<(Timestamp, Value)>| {
            let is_it = |(_, message): &&(Timestamp, Value)| {
                let alert = &message["alert"];
                alert["name"] == name && alert["state"] == state
            };
            messages.iter().find(is_it).cloned()
        };
        let waiting = messages.lock().expect("whole");
        let (found, _) = has_arrived
            .wait_timeout_while(waiting, PATIENCE, |messages| find(messages).is_none())
            .expect("whole");
        find(&found).unwrap_or_else(|| panic!("{name} {state} is not among {found:#?}"))
    }
}
