use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde_json::Value;

use crate::observatory::Observatory;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// One message of the stream.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: Option<u64>,
    pub(crate) event: Option<String>,
    pub(crate) data: Option<Value>,
}

/// A client of the stream.
pub(crate) struct Reader {
    chunks: BoxStream<'static, reqwest::Result<Vec<u8>>>,
    buffer: Vec<u8>,
}

impl Reader {
    pub(crate) async fn open(
        observatory: &Observatory,
        target: &str,
        last_event_id: Option<u64>,
    ) -> Self {
        let opened = Self::try_open(observatory, target, last_event_id).await;
        opened.unwrap_or_else(|status| panic!("{target}: {status}"))
    }

    /// Opens a stream. Returns the status if it is not 200.
    pub(crate) async fn try_open(
        observatory: &Observatory,
        target: &str,
        last_event_id: Option<u64>,
    ) -> Result<Self, u16> {
        let mut request = client().get(format!("{}{target}", observatory.url()));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.expect("an answer");
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let chunks = response.bytes_stream();
        Ok(Self {
            chunks: chunks.map(|chunk| chunk.map(Into::into)).boxed(),
            buffer: Vec::new(),
        })
    }

    /// Returns the next message, or `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            let end = self.buffer.windows(2).position(|pair| pair == b"\n\n");
            if let Some(end) = end {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(parse(std::str::from_utf8(&block).expect("UTF-8")));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.chunks.next()).await;
            let chunk = chunk.expect("in time")?.expect("no error");
            self.buffer.extend(chunk);
        }
    }

    /// Returns the next message with data.
    pub(crate) async fn event(&mut self) -> Message {
        loop {
            let message = self.next().await.expect("the stream continues");
            if message.data.is_some() {
                return message;
            }
        }
    }
}

fn parse(block: &str) -> Message {
    let mut message = Message::default();
    for line in block.lines().filter(|line| !line.is_empty()) {
        match line.split_once(": ").expect("a field") {
            ("id", id) => message.id = Some(id.parse().expect("a position")),
            ("event", kind) => message.event = Some(kind.to_owned()),
            ("data", data) => message.data = Some(serde_json::from_str(data).expect("JSON")),
            ("retry" | "", _) => {}
            other => panic!("{other:?}"),
        }
    }
    message
}

fn client() -> reqwest::Client {
    // Every role installs the same provider; only the first installation succeeds.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy();
    client.build().expect("a client")
}
