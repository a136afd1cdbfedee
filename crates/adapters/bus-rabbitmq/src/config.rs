use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Producer;
use odd_core::QuarantineCounter;
use rustls::ClientConfig;

/// The event queue that all metrics engines share.
pub(crate) const METRICS_ENGINE_QUEUE: &str = "metrics-engine.events";

/// The type of a durable queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueType {
    /// Replicated by consensus, with a delivery limit.
    #[default]
    Quorum,
    /// Stored on one node.
    Classic,
}

/// Connection settings of a broker.
#[derive(Clone)]
pub struct BrokerConfig {
    /// `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.
    pub url: String,
    /// How the server's certificate is verified. `amqps://` is refused without it, which is the default of
    /// [`BrokerConfig::new`].
    pub tls: Option<Arc<ClientConfig>>,
    /// Identifies this process in messages and in the name of its connections.
    pub producer: Producer,
    /// Type of durable queues. Default: quorum.
    pub queue_type: QueueType,
    /// Heartbeat interval. The client checks every half of it, and closes a connection that has been silent for 2 to 2.5
    /// intervals. Default: 10 s.
    pub heartbeat: Duration,
    /// Deliveries of one message after which the broker removes it from its queue. Default: 20.
    pub delivery_limit: u32,
    /// Capacity of an event queue in bytes. Beyond it the broker drops the oldest messages, which consumers then read from
    /// the log. Default: 256 MiB.
    pub event_bytes: u32,
    /// Capacity of a work queue in bytes. Beyond it the broker drops the oldest hints; workers also poll. Default: 32 MiB.
    pub hint_bytes: u32,
    /// Counts the messages that consumers quarantine.
    pub quarantined: QuarantineCounter,
}

impl BrokerConfig {
    /// Creates a configuration with the default settings.
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
            quarantined: QuarantineCounter::default(),
        }
    }
}

impl fmt::Debug for BrokerConfig {
    /// Omits the URL, which may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrokerConfig")
            .field("producer", &self.producer)
            .field("queue_type", &self.queue_type)
            .finish_non_exhaustive()
    }
}

/// The queue from which a process consumes events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventQueue {
    /// A durable queue for all processes of a role. It serves one of them, and the next one when that one ends.
    Shared(String),
    /// A queue for this process only. It is deleted with its connection.
    Exclusive(String),
}

impl EventQueue {
    /// Returns the shared queue of the metrics engines.
    pub fn metrics_engine() -> Self {
        Self::Shared(METRICS_ENGINE_QUEUE.to_owned())
    }

    pub(crate) fn name(&self) -> &str {
        let (Self::Shared(name) | Self::Exclusive(name)) = self;
        name
    }
}
