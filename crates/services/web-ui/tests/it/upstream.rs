use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Longest wait of a test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A server that records every request and answers as a test says. It ends with the runtime of the test.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    requests: mpsc::UnboundedReceiver<Received>,
    serving: JoinHandle<()>,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The lines of the head, with names of headers in lower case.
    pub(crate) lines: Vec<String>,
    /// The part of the body that arrived before the answer.
    pub(crate) body: Vec<u8>,
}

type Answering = Pin<Box<dyn Future<Output = ()> + Send>>;
type Script = Arc<dyn Fn(Received, TcpStream) -> Answering + Send + Sync>;

impl Received {
    /// Returns the request line.
    pub(crate) fn target(&self) -> &str {
        &self.lines[0]
    }

    /// Returns the only header with this lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        let mut found = self
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(&prefix));
        let value = found.next();
        assert_eq!(found.next(), None, "{name} is repeated");
        value
    }
}

impl Upstream {
    /// Starts a server that sends these bytes for every request and closes the connection.
    pub(crate) async fn sending(answer: &'static str) -> Self {
        Self::start(move |_, mut stream| async move {
            // The client may be gone.
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await
    }

    /// Starts a server that answers every request with 200 and `{}`.
    pub(crate) async fn plain() -> Self {
        Self::sending(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        )
        .await
    }

    /// Starts a server that passes every request and its connection to `script`.
    pub(crate) async fn start<F>(
        script: impl Fn(Received, TcpStream) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let (recorded, requests) = mpsc::unbounded_channel();
        let script: Script = Arc::new(move |request, stream| Box::pin(script(request, stream)));
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, recorded.clone(), Arc::clone(&script)));
            }
        });
        Self {
            address,
            requests,
            serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the next request that is no health check.
    pub(crate) async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(PATIENCE, self.requests.recv());
        next.await
            .expect("a request in time")
            .expect("the server runs")
    }

    /// Closes the port.
    pub(crate) async fn stop(&mut self) {
        self.serving.abort();
        let ended = (&mut self.serving).await;
        assert!(ended.expect_err("aborted").is_cancelled());
    }

    /// Returns `true` if no request has arrived that was not read.
    pub(crate) fn is_untouched(&mut self) -> bool {
        self.requests.try_recv().is_err()
    }
}

async fn serve(mut stream: TcpStream, recorded: mpsc::UnboundedSender<Received>, script: Script) {
    let Some(request) = read_request(&mut stream).await else {
        return;
    };
    // The test may have ended.
    let _ = recorded.send(request.clone());
    script(request, stream).await;
}

async fn read_request(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("ASCII");
    let mut lines = head.lines();
    let first = lines.next()?.to_owned();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").expect("a header");
        format!("{}: {value}", name.to_lowercase())
    });
    let mut received = Received {
        lines: std::iter::once(first).chain(headers).collect(),
        body: bytes[end + 4..].to_vec(),
    };
    let length = received
        .header("content-length")
        .map_or(0, |length| length.parse().expect("a number"));
    while received.body.len() < length {
        if stream.read_buf(&mut received.body).await.ok()? == 0 {
            break;
        }
    }
    Some(received)
}
