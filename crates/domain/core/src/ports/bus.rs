use async_trait::async_trait;

use crate::ports::{LogRecord, Position, StoreError};

/// Receives what a store commits, in commit order. Must not block.
pub trait EventSink: Send + Sync + 'static {
    /// Receives the entries of one commit, which is durable.
    fn committed(&self, entries: Vec<LogRecord>);
}

/// Carries committed events to subscribers.
#[async_trait]
pub trait EventBus: Send + Sync + 'static {
    /// Subscribes to the entries after `after`, without gaps or repeats.
    async fn subscribe(&self, after: Position) -> Result<Box<dyn EventStream>, StoreError>;
}

/// A subscription to the log.
#[async_trait]
pub trait EventStream: Send {
    /// Waits for the next entries, at least one, in log order. Cancel-safe.
    async fn next(&mut self) -> Result<Vec<LogRecord>, StoreError>;
}
