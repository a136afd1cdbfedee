use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use odd_service_kit::{
    Access, CheckFailed, Correlation, HttpConfig, HttpInterface, JsonBody, Metrics,
    ProblemResponse, Route, Routes, ServiceInfo, parse_json, serve,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Size of the response of `/large`, more than the buffers of the kernel hold.
pub(crate) const LARGE_BYTES: usize = 32 * 1024 * 1024;

/// A service with a few routes that only tests need.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    pub(crate) gate: Arc<Gate>,
    pub(crate) server: JoinHandle<()>,
}

/// Holds requests to `/gate` until opened.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) entered: Notify,
    pub(crate) open: Notify,
}

impl Running {
    pub(crate) async fn start(config: HttpConfig) -> Self {
        let gate = Arc::new(Gate::default());
        let router = router(&config, &gate);
        let running = Self::serve(router, config).await;
        Self { gate, ..running }
    }

    /// Serves any routes, instead of those for tests.
    pub(crate) async fn serve(router: axum::Router, config: HttpConfig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        let server = tokio::spawn({
            let shutdown = shutdown.clone();
            async move {
                serve(listener, router, &config.limits, shutdown)
                    .await
                    .expect("serves");
            }
        });
        Self {
            address,
            shutdown,
            gate: Arc::default(),
            server,
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("accepted")
    }

    /// Sends bytes on a connection of their own and reads until the server closes it.
    pub(crate) async fn send_raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.expect("sent");
        read_to_close(&mut stream).await
    }

    /// Sends a request without a body and asks to close.
    pub(crate) async fn request(&self, method: &str, path: &str, headers: &str) -> String {
        self.send_raw(format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
        ))
        .await
    }

    /// Posts a body and asks to close.
    pub(crate) async fn post(&self, path: &str, body: impl AsRef<[u8]>) -> String {
        self.send_body("POST", path, body.as_ref()).await
    }

    /// Puts a body and asks to close.
    pub(crate) async fn put(&self, path: &str, body: impl AsRef<[u8]>) -> String {
        self.send_body("PUT", path, body.as_ref()).await
    }

    async fn send_body(&self, method: &str, path: &str, body: &[u8]) -> String {
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        self.send_raw(bytes).await
    }
}

fn router(config: &HttpConfig, gate: &Arc<Gate>) -> axum::Router {
    let info = ServiceInfo::new("test", "0.0.0", "none");
    let metrics = Arc::new(Metrics::new(&info));
    let routes = Routes::new()
        .add(Route::get("/things/{id}", Access::Read), get_thing)
        .add(Route::post("/things", Access::Submit), post_thing)
        .add(Route::delete("/things/{id}", Access::Operate), get_thing)
        .add(Route::post("/panic", Access::Admin), panicking)
        .add(Route::get("/gate", Access::Read), wait_at_gate)
        .add(Route::get("/large", Access::Read), get_large)
        .with_state(Arc::clone(gate));
    HttpInterface::new(info, config.clone(), metrics, r#"{"openapi":"3.1.0"}"#)
        .ready_when("good", || async { Ok(()) })
        .ready_when("bad", || async { Err(CheckFailed("secret detail".into())) })
        .routes(routes)
        .into_router()
}

async fn get_thing(Correlation(id): Correlation) -> String {
    id.to_string()
}

async fn post_thing(JsonBody(body): JsonBody) -> Result<String, ProblemResponse> {
    parse_json(&body).map(|value| value.to_string())
}

async fn get_large() -> &'static [u8] {
    static ANSWER: [u8; LARGE_BYTES] = [b'x'; LARGE_BYTES];
    &ANSWER
}

async fn panicking() -> String {
    panic!("secret of the implementation");
}

async fn wait_at_gate(axum::extract::State(gate): axum::extract::State<Arc<Gate>>) -> &'static str {
    gate.entered.notify_one();
    gate.open.notified().await;
    "open"
}

pub(crate) async fn read_to_close(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let result = tokio::time::timeout(Duration::from_secs(20), reading).await;
    let outcome = result.expect("the server closes the connection");
    // A reset after the response also counts as closed.
    assert!(outcome.is_ok() || !answer.is_empty(), "{outcome:?}");
    String::from_utf8(answer).expect("text")
}

/// Returns the code in the status line.
pub(crate) fn status(answer: &str) -> u16 {
    let code = answer.split(' ').nth(1).unwrap_or_default();
    code.parse()
        .unwrap_or_else(|_| panic!("no status in {answer:?}"))
}

pub(crate) fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Returns the problem document of a response.
pub(crate) fn problem(answer: &str) -> odd_contracts::Problem {
    assert_eq!(
        header(answer, "content-type"),
        Some("application/problem+json"),
        "{answer}"
    );
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let problem: odd_contracts::Problem = serde_json::from_str(body).expect("a problem");
    assert_eq!(problem.status, status(answer));
    assert_eq!(
        header(answer, "x-correlation-id"),
        Some(problem.correlation_id.to_string().as_str())
    );
    problem
}
