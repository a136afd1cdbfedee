use async_trait::async_trait;

use crate::ports::StoreError;

/// Elects one process for periodic work: promoting, pruning, relaying the outbox.
#[async_trait]
pub trait Leadership: Send + Sync + 'static {
    /// Waits until this process is the leader. A store that only one process can open returns at once.
    ///
    /// Call it before each round: leadership moves to another process when this one ends or does not reach the store in
    /// time. Periodic work without leadership is wasteful but harmless. Cancel-safe.
    async fn wait_for_leadership(&self) -> Result<(), StoreError>;

    /// Returns `true` while this process is the leader.
    fn is_leader(&self) -> bool;
}
