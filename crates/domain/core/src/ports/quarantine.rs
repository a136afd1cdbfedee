use async_trait::async_trait;
use odd_contracts::CorrelationId;

use crate::ports::StoreError;

/// Keeps messages that violate their contract.
#[async_trait]
pub trait Quarantine: Send + Sync + 'static {
    /// Stores a message that failed its contract, with the reason, for an operator to inspect.
    async fn quarantine_message(
        &self,
        message: Vec<u8>,
        reason: String,
        correlation: Option<CorrelationId>,
    ) -> Result<(), StoreError>;
}
