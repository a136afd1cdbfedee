use async_trait::async_trait;

use crate::ports::{LogRecord, Position, StoreError};

/// Told by a store, in commit order, what has just been committed. Must not block.
pub trait EventSink: Send + Sync + 'static {
    /// `entries` are durable.
    fn committed(&self, entries: Vec<LogRecord>);
}

/// Carries committed events to whoever follows them.
#[async_trait]
pub trait EventBus: Send + Sync + 'static {
    /// Follows the log after `after`, without gap or repeat.
    async fn subscribe(&self, after: Position) -> Result<Box<dyn EventStream>, StoreError>;
}

/// One follower's place in the stream.
#[async_trait]
pub trait EventStream: Send {
    /// Waits for the next entries, at least one, in log order. Cancel-safe.
    async fn next(&mut self) -> Result<Vec<LogRecord>, StoreError>;
}
