use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Producer;
use rustls::ClientConfig;

/// The event queue that all metrics engines share.
pub(crate) const METRICS_ENGINE_QUEUE: &str = "metrics-engine.events";

/// How queues are kept by the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueType {
    /// Replicated by consensus, with a delivery limit.
    #[default]
    Quorum,
    /// On one node.
    Classic,
}

/// How to reach a broker, and as whom.
#[derive(Clone)]
pub struct BrokerConfig {
    /// `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.
    pub url: String,
    /// How the server's certificate is checked; without it, `amqps://` is refused. Default of [`BrokerConfig::new`]:
    /// none.
    pub tls: Option<Arc<ClientConfig>>,
    /// Who this process is.
    pub producer: Producer,
    /// How lasting queues are kept.
    pub queue_type: QueueType,
    /// A connection is given up after two to two and a half times this without a word of the broker: the client looks
    /// each half of it. Default: 10 s.
    pub heartbeat: Duration,
    /// Deliveries of one message before the broker takes it off its queue. Default: 20.
    pub delivery_limit: u32,
    /// Bytes that a queue of events may hold: beyond, the oldest messages go. The log has them. Default: 256 MiB.
    pub event_bytes: u32,
    /// The same for a queue of hints: workers look for jobs by themselves now and then. Default: 32 MiB.
    pub hint_bytes: u32,
}

impl BrokerConfig {
    /// The usual settings.
    pub fn new(url: impl Into<String>, producer: Producer) -> Self {
        Self {
            url: url.into(),
            tls: None,
            producer,
            queue_type: QueueType::default(),
            heartbeat: Duration::from_secs(10),
            delivery_limit: 20,
            event_bytes: 256 << 20,
            hint_bytes: 32 << 20,
        }
    }
}

impl fmt::Debug for BrokerConfig {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrokerConfig")
            .field("producer", &self.producer)
            .field("queue_type", &self.queue_type)
            .finish_non_exhaustive()
    }
}

/// Which queue brings events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventQueue {
    /// One for all processes of this role; one of them is served, and another when it ends.
    Shared(String),
    /// One for this process alone; it goes with its connection.
    Exclusive(String),
}

impl EventQueue {
    /// The queue of the metrics engines.
    pub fn metrics_engine() -> Self {
        Self::Shared(METRICS_ENGINE_QUEUE.to_owned())
    }
}
