use std::any::Any;
use std::sync::Arc;

use odd_core::ports::Archive;

use crate::conformance::StoreFixture;

/// An empty archive.
pub struct ArchiveFixture {
    /// The archive.
    pub archive: Arc<dyn Archive>,
    /// Resources that must live as long as the archive.
    pub keep: Box<dyn Any + Send + Sync>,
}

impl ArchiveFixture {
    /// Archives the entries that `store` appended since the last call.
    pub(super) async fn follow(&self, store: &StoreFixture) {
        let position = self.archive.position().await.expect("reads");
        let new = store.log.read_after(position, 1_000_000).await;
        self.archive
            .apply(new.expect("reads"))
            .await
            .expect("keeps");
        let head = store.log.head().await.expect("reads");
        assert_eq!(self.archive.position().await.expect("reads"), head);
    }
}
