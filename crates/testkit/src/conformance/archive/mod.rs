//! What every [`Archive`](odd_core::ports::Archive) must do.

mod digests;
mod events;
mod jobs;
mod keeping;
mod searching;

use std::any::Any;
use std::sync::Arc;

use odd_core::ports::Archive;

use super::{Check, StoreFixture};

/// An empty archive.
pub struct ArchiveFixture {
    /// The archive.
    pub archive: Arc<dyn Archive>,
    /// Whatever must live as long as it does.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// The suite, by theme.
pub const THEMES: &[&[Check<ArchiveFixture>]] = &[
    keeping::CHECKS,
    events::CHECKS,
    jobs::CHECKS,
    searching::CHECKS,
    digests::CHECKS,
];

impl ArchiveFixture {
    /// Archives what `store` recorded since the last time.
    async fn follow(&self, store: &StoreFixture) {
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
