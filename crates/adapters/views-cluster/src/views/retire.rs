use std::time::Duration;

use odd_core::ports::{ErrorChain, StoreError};

use super::ClusterViews;
use super::keys::{Keys, Pointer};
use super::scripts;

/// How long no process may have used views of an earlier version before they are deleted.
const UNUSED_FOR: Duration = Duration::from_secs(600);

impl ClusterViews {
    /// Deletes generations that are neither current nor being rebuilt, and the views of earlier versions that no process uses
    /// any more. A failure is logged only: the next call deletes what is left.
    pub(super) async fn clean_up(&self) {
        let outcome = async {
            self.delete_unused(&self.keys).await?;
            self.delete_earlier().await
        };
        if let Err(error) = outcome.await {
            tracing::warn!(
                error = %ErrorChain(&error),
                "old views on Redis could not be deleted; the next rebuild or start deletes them"
            );
        }
    }

    async fn delete_earlier(&self) -> Result<(), StoreError> {
        for keys in self.keys.earlier() {
            if self.retire(&keys).await? {
                self.delete_unused(&keys).await?;
            }
        }
        Ok(())
    }

    /// Deletes the pointer to the views of an earlier version. Returns `false` if they are in use, or were recently.
    async fn retire(&self, keys: &Keys) -> Result<bool, StoreError> {
        let mut call = scripts::RETIRE.key(keys.pointer(Pointer::Current));
        call.arg(keys.prefix()).arg(UNUSED_FOR.as_secs());
        self.connection.run(&call).await
    }
}
